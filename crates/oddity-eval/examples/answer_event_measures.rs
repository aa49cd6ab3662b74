//! Times measures of alarms on two files of labels: what `benches/peers/event_measures.py` takes
//! turns with.
//!
//! `answer_event_measures TRUTH ALARMS`, with files of one label a line (-1 anomaly, 1 normal).
//! Each line of standard input is the id of a measure; the answer is one line with the median
//! seconds of an evaluation, from labels and decisions to the value, and the value.

use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

use oddity_core::{Alarms, Labels};
use oddity_eval::measure::{AlarmMeasure, Truth};

const LEAST: Duration = Duration::from_millis(300);

fn read(path: &str) -> std::io::Result<Vec<bool>> {
    Ok(std::fs::read_to_string(path)?.lines().map(|line| line.trim() == "-1").collect())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [truth, alarms] = &paths[..] else {
        return Err("usage: answer_event_measures TRUTH ALARMS".into());
    };
    let (truth, alarms) = (Labels::new(read(truth)?), Alarms::new(read(alarms)?));
    for id in std::io::stdin().lock().lines() {
        let measure = AlarmMeasure::parse(id?.trim())?;
        let (began, mut seconds) = (Instant::now(), Vec::new());
        let value = loop {
            let start = Instant::now();
            let value = measure.evaluate(&Truth::Points(&truth), &alarms)?;
            seconds.push(start.elapsed().as_secs_f64());
            if LEAST <= began.elapsed() {
                break value;
            }
        };
        seconds.sort_by(f64::total_cmp);
        let mut output = std::io::stdout().lock();
        writeln!(output, "{} {value}", seconds[seconds.len() / 2])?;
        output.flush()?;
    }
    Ok(())
}
