//! Draws the critical-difference diagram of a published table, as SVG and PNG:
//! `cargo run -p oddity-bench --example critical_difference -- TABLE.csv OUT`.
//!
//! The table is like those of TSB-AD: a row a series, named `001_SOURCE_..`, with a column a
//! detector up to the column `ts_len`.

use anyhow::Context;
use oddity_bench::report::{png, svg};
use oddity_bench::report_pages::comparison;
use oddity_eval::compare::{ClusterBy, ResultRow, ResultTable};
use oddity_eval::measure::Direction;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().context("wanted a table and the path of the diagram")?;
    let out = arguments.next().context("wanted the path of the diagram")?;
    let text = std::fs::read_to_string(&path).with_context(|| path.clone())?;
    let table = table(&text).with_context(|| path.clone())?;
    let title = format!("{} detectors on {} series", table.detectors.len(), table.rows.len());
    let found = comparison(&title, &table, Direction::HigherIsBetter, ClusterBy::Source);
    if let Some(reason) = &found.refused {
        anyhow::bail!("{path}: {reason}");
    }
    let chart = svg::critical_difference(&found);
    std::fs::write(format!("{out}.png"), png::draw(&chart)?)?;
    std::fs::write(format!("{out}.svg"), chart)?;
    Ok(())
}

fn table(text: &str) -> anyhow::Result<ResultTable> {
    let mut lines = text.lines();
    let head: Vec<&str> = lines.next().context("no head row")?.split(',').collect();
    let n = head.iter().position(|name| *name == "ts_len").unwrap_or(head.len());
    let detectors = head.get(1..n).context("no detectors")?.iter().map(|name| (*name).to_owned());
    let row = |line: &str| -> anyhow::Result<ResultRow> {
        let fields: Vec<&str> = line.split(',').collect();
        let dataset = fields[0].to_owned();
        let source = dataset.split('_').nth(1).context("a series without a source")?.to_owned();
        let values = fields.get(1..n).context("a row that is too short")?;
        Ok(ResultRow { source, dataset, values: values.iter().map(|v| v.parse().ok()).collect() })
    };
    let detectors = detectors.collect();
    Ok(ResultTable { detectors, rows: lines.map(row).collect::<anyhow::Result<_>>()? })
}
