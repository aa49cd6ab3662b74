//! The report: one offline HTML file from plain data.
//!
//! [`render`] turns a [`Report`] into a page that opens without a network, without a
//! script and in both colour schemes. The page is a function of its input alone: no
//! clock, no environment, no map order. The charts of [`svg`] are usable alone, for
//! figures in a paper.
//!
//! ```
//! use oddity_bench::report::{Report, ResultRow, SuitePage, render};
//!
//! let row = ResultRow {
//!     pipeline: "as-published/knn".into(),
//!     split: "mean".into(),
//!     measure: "accuracy".into(),
//!     value: Some(0.840865),
//!     published: Some(0.840865),
//!     ..ResultRow::default()
//! };
//! let suite = SuitePage { id: "adfa-ld".into(), results: vec![row], ..SuitePage::default() };
//! let page = render(&Report { suites: vec![suite], ..Report::default() });
//! assert!(page.contains("0.840865"));
//! ```

mod classes;
mod comparison;
mod confusion;
mod curves;
mod environment;
mod failures;
mod files;
mod leaderboard;
mod long_table;
mod markup;
mod model;
mod number;
mod overview;
mod page;
pub mod png;
mod quality_time;
mod ranking;
mod results;
mod search;
mod suite;
pub(crate) mod summary;
pub mod svg;
mod table;
mod timings;

pub use files::{ReportFile, files};
pub use model::{
    BoxGroup, BoxPlot, Cell, ClassReport, ClassRow, Comparison, Confusion, Curve, CurveKind,
    Dataset, Failure, Interval, Leaderboard, LeaderboardEntry, LineChart, Report, ResultRow,
    SearchRow, SearchTable, Series, Status, SuitePage, Table, ThresholdNote, TimePoint,
    TimeScatter, Timeline, TimingRow,
};
pub use page::render;
