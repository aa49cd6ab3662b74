//! Our side of `benches/peers/volume.py`: scores and labels from standard input, then volumes on
//! demand.
//!
//! The first line is the number of samples, each of the next `label,score`; after these every line
//! `version window` is answered with one JSON object: seconds of one evaluation and both areas.

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::time::Instant;

use oddity_core::{Labels, Scores};
use oddity_eval::measure::{Events, Surface, VolumeVersion};

fn main() -> Result<(), Box<dyn Error>> {
    let mut lines = stdin().lock().lines();
    let n_samples: usize = lines.next().ok_or("no number of samples")??.trim().parse()?;
    let (mut labels, mut scores) = (Vec::new(), Vec::new());
    for line in lines.by_ref().take(n_samples) {
        let line = line?;
        let (label, score) = line.split_once(',').ok_or("no label and score")?;
        labels.push(label == "1");
        scores.push(score.trim().parse()?);
    }
    let (labels, scores) = (Labels::new(labels), Scores::new(scores)?);
    for line in lines {
        let line = line?;
        let (version, window) = line.trim().split_once(' ').ok_or("no version and window")?;
        let version = VolumeVersion::ALL.into_iter().find(|known| known.to_string() == version);
        let (version, window) = (version.ok_or("no such version")?, window.parse()?);
        let start = Instant::now();
        let events = Events::from(&labels);
        let mean = Surface::new(&events, &scores, 0..=window, 250, version)?.mean();
        let seconds = start.elapsed().as_secs_f64();
        let (pr, roc) = (mean.pr, mean.roc.ok_or("no normal sample")?);
        writeln!(stdout(), r#"{{"seconds": {seconds}, "pr": {pr}, "roc": {roc}}}"#)?;
        stdout().flush()?;
    }
    Ok(())
}
