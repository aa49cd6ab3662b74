//! What was timed, as lines, a Markdown table and JSON.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::peer::Peer;

/// Seconds of both sides, turn by turn.
#[derive(Serialize)]
pub(crate) struct Row {
    /// What was timed.
    pub(crate) name: String,
    /// How large it was.
    pub(crate) size: String,
    /// Our seconds, turn by turn.
    pub(crate) ours: Vec<f64>,
    /// The peer's seconds, turn by turn.
    pub(crate) theirs: Vec<f64>,
    /// What shows that both did the same.
    pub(crate) note: String,
}

impl Row {
    /// A row without turns.
    pub(crate) fn new(name: String, size: String) -> Row {
        Row { name, size, ours: Vec::new(), theirs: Vec::new(), note: String::new() }
    }

    /// Median, least and largest ratio of ours to the peer's of the same turn.
    fn ratios(&self) -> (f64, f64, f64) {
        let mut ratios: Vec<f64> = self.ours.iter().zip(&self.theirs).map(|(a, b)| a / b).collect();
        let middle = median(&mut ratios);
        (middle, ratios[0], ratios[ratios.len() - 1])
    }
}

/// The median; sorts the values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
}

/// One line on standard output.
pub(crate) fn print(row: &Row) {
    // A reader who has gone away is no reason to stop.
    let _gone = writeln!(std::io::stdout(), "{}", line(row));
}

fn line(row: &Row) -> String {
    let (ours, theirs) = (median(&mut row.ours.clone()), median(&mut row.theirs.clone()));
    let (middle, least, most) = row.ratios();
    format!(
        "| {} | {} | {ours:.6} | {theirs:.6} | {middle:.3} | {least:.3} to {most:.3} | {} |",
        row.name, row.size, row.note
    )
}

/// Writes `ratios.md` and `ratios.json`.
pub(crate) fn write(out: &Path, rows: &[Row], peer: &Peer, threads: usize) -> Result<()> {
    fs::create_dir_all(out).with_context(|| out.display().to_string())?;
    let mut text = format!(
        "Threads: {threads}. Peer: {}. Seconds are medians over the turns.\n\n\
         | case | size | ours, s | peer, s | ratio | range | note |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
        peer.versions
    );
    for row in rows {
        text += &line(row);
        text.push('\n');
    }
    fs::write(out.join("ratios.md"), text)?;
    fs::write(out.join("ratios.json"), serde_json::to_vec_pretty(rows)?)?;
    Ok(())
}
