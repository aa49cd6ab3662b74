//! The report's figures and tables as files: SVG and PNG, CSV and LaTeX.
//!
//! [`files`] gives names and bytes; it writes nothing. The same report gives the same files.

mod csv;
mod figures;
mod latex;
mod name;
mod tables;

use rayon::prelude::*;

use super::model::{Cell, Report, Table};
use super::png::{self, PngError};
use name::Names;

/// A file that belongs to a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// Its path below the report's folder, such as `figures/adfa-ld-roc.svg`.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// A chart under its name.
struct Figure {
    name: String,
    title: String,
    svg: String,
}

/// A table under its name.
struct NamedTable {
    name: String,
    table: Table,
    /// Whether it is short enough for a page of print.
    is_for_print: bool,
}

/// Every chart of a report as SVG and as PNG, every table as CSV and as LaTeX, and two lists of
/// what there is: `figures/index.csv` and `tables/index.csv`.
///
/// A name is made of the suite, the part of the page and the title, so that it stays when other
/// charts come or go. The tables of all rows are written as CSV alone. Pictures are drawn by as
/// many threads as there are in the current rayon pool.
///
/// # Errors
///
/// [`PngError`] if a chart cannot be drawn in pixels, which would be a defect of this crate.
pub fn files(report: &Report) -> Result<Vec<ReportFile>, PngError> {
    let (mut names, figures) = (Names::default(), figures::figures(report));
    let figures: Vec<Figure> =
        figures.into_iter().map(|of| Figure { name: names.take(&of.name), ..of }).collect();
    let pictures: Result<Vec<Vec<u8>>, PngError> =
        figures.par_iter().map(|figure| png::draw(&figure.svg)).collect();
    let mut files = Vec::new();
    let mut index = index("figure");
    for (figure, picture) in figures.into_iter().zip(pictures?) {
        let path = format!("figures/{}", figure.name);
        index.rows.push(vec![Cell::Text(figure.name), Cell::Text(figure.title)]);
        files.push(ReportFile { path: format!("{path}.svg"), bytes: figure.svg.into_bytes() });
        files.push(ReportFile { path: format!("{path}.png"), bytes: picture });
    }
    files.push(text("figures/index.csv".into(), csv::csv(&index)));
    let mut names = Names::default();
    let mut index = self::index("table");
    for NamedTable { name, table, is_for_print } in tables::tables(report) {
        let name = names.take(&name);
        files.push(text(format!("tables/{name}.csv"), csv::csv(&table)));
        if is_for_print {
            files.push(text(format!("tables/{name}.tex"), latex::latex(&table)));
        }
        index.rows.push(vec![Cell::Text(name), Cell::Text(table.title)]);
    }
    files.push(text("tables/index.csv".into(), csv::csv(&index)));
    Ok(files)
}

fn index(what: &str) -> Table {
    let columns = [what, "title"].map(str::to_owned).into();
    Table { columns, ..Table::default() }
}

fn text(path: String, text: String) -> ReportFile {
    ReportFile { path, bytes: text.into_bytes() }
}
