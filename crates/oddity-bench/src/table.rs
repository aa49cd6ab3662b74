//! The table at the end of a run: published, reference and measured figures side by side.

use std::fmt::Write;

use crate::results::ResultRow;

/// The rows that sum a pipeline up, as aligned text.
pub fn render(rows: &[ResultRow]) -> String {
    let mut lines = vec![
        ["pipeline", "measure", "published", "reference", "measured", "note"].map(str::to_owned),
    ];
    let mut at = 0;
    while at < rows.len() {
        let n = rows[at..].iter().take_while(|row| row.pipeline == rows[at].pipeline).count();
        lines.extend(summarise(&rows[at..at + n]));
        at += n;
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let widths: Vec<usize> = (0..6).map(|column| width(column).unwrap_or(0)).collect();
    let mut text = String::new();
    for line in &lines {
        for (column, cell) in line.iter().enumerate() {
            let pad = " ".repeat(widths[column] - cell.chars().count());
            // Names to the left, figures to the right.
            let cell = if (2..5).contains(&column) { pad + cell } else { cell.clone() + &pad };
            let gap = if column == 0 { "" } else { "  " };
            // Writing to a string cannot fail.
            let _infallible = write!(text, "{gap}{cell}");
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// One line a measure of one pipeline: its mean over folds and seeds where there is one.
fn summarise(rows: &[ResultRow]) -> Vec<[String; 6]> {
    let mut measures: Vec<(&str, String, &str)> = Vec::new();
    for row in rows {
        let measure = (row.measure.as_str(), row.parameters(","), rule(row));
        if !measures.contains(&measure) {
            measures.push(measure);
        }
    }
    let mut lines = Vec::new();
    for measure in measures {
        let is_of =
            |row: &&ResultRow| (row.measure.as_str(), row.parameters(","), rule(row)) == measure;
        let of: Vec<&ResultRow> = rows.iter().filter(is_of).collect();
        let last = of.iter().filter(|row| row.seed.is_none()).count();
        for split in ["mean", "train", "test"] {
            let same = |row: &&&ResultRow| row.split == split && (last == 0 || row.seed.is_none());
            let Some(row) = of.iter().find(same) else { continue };
            let sd = of.iter().find(|other| {
                let wanted = if split == "mean" { "sd" } else { "" };
                other.split == wanted && other.seed == row.seed
            });
            lines.push([
                row.pipeline.clone(),
                label(&measure, split),
                pair(row.published, sd.and_then(|sd| sd.published)),
                pair(row.reference, sd.and_then(|sd| sd.reference)),
                measured(row, sd.copied()),
                row.reason.clone().unwrap_or_default(),
            ]);
        }
    }
    lines
}

/// The rule of a threshold that was fitted, such as `quantile(q=0.95)`.
fn rule(row: &ResultRow) -> &str {
    let fitted = row.threshold.as_deref().filter(|threshold| *threshold != "oracle");
    fitted.and_then(|threshold| threshold.split(' ').next()).unwrap_or_default()
}

fn label((measure, params, rule): &(&str, String, &str), split: &str) -> String {
    let params = if params.is_empty() { String::new() } else { format!("({params})") };
    let at = if rule.is_empty() { "" } else { "@" };
    format!("{measure}{params}{at}{rule} {split}")
}

fn measured(row: &ResultRow, sd: Option<&ResultRow>) -> String {
    match row.value {
        Some(value) => pair(Some(value), sd.and_then(|sd| sd.value)),
        None if row.status == crate::cell::Status::Ok => "undefined".to_owned(),
        None => row.status.as_str().to_owned(),
    }
}

fn pair(value: Option<f64>, sd: Option<f64>) -> String {
    match (value, sd) {
        (Some(value), Some(sd)) => format!("{value:.6} ({sd:.6})"),
        (Some(value), None) => format!("{value:.6}"),
        _ => String::new(),
    }
}
