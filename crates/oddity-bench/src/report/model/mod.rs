//! What a report says, as plain data: the report and the page of a suite.

mod figure;
mod ranking;
mod result;
mod table;
mod timeline;

pub use figure::{BoxGroup, BoxPlot, Confusion, Curve, CurveKind, LineChart, Series};
pub use ranking::{Comparison, Interval, Leaderboard, LeaderboardEntry, TimePoint, TimeScatter};
pub use result::{Failure, ResultRow, Status, ThresholdNote, TimingRow};
use serde::{Deserialize, Serialize};
pub use table::{Cell, ClassReport, ClassRow, SearchRow, SearchTable, Table};
pub use timeline::Timeline;

/// Everything that a report shows. Every text is plain: the page escapes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Report {
    /// The page's title.
    pub title: String,
    /// One section each, in this order.
    pub suites: Vec<SuitePage>,
    /// Comparisons of detectors over the datasets of all suites.
    pub comparisons: Vec<Comparison>,
    /// Where the run took place, as name and value: CPU, cores, memory, operating system,
    /// rustc, features, commit, hash of the lock file, threads.
    pub environment: Vec<(String, String)>,
    /// Where the figures come from, as name and value: command, suite files, schema version.
    pub provenance: Vec<(String, String)>,
}

/// What the report shows of one suite. Empty parts get no heading.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SuitePage {
    /// The suite's name, which is also its anchor in the page: `adfa-ld`.
    pub id: String,
    /// The heading; the identifier where it is empty.
    pub title: String,
    /// A paragraph or more, split at blank lines.
    pub description: String,
    /// The data that the figures were computed on.
    pub datasets: Vec<Dataset>,
    /// One sentence for each group of pipelines, as group and sentence. A group is the part
    /// of a pipeline's name before the first `/`. A group without a sentence is shown too.
    pub groups: Vec<(String, String)>,
    /// The pipelines by rank, a leaderboard a task and measure. Quality against time is drawn
    /// of the first of each task.
    pub leaderboards: Vec<Leaderboard>,
    /// Comparisons of detectors over the suite's datasets or series.
    pub comparisons: Vec<Comparison>,
    /// Tables of the study's own: sizes of vocabularies, checks, feature importances.
    pub tables: Vec<Table>,
    /// Every figure of the suite, a row a cell and measure.
    pub results: Vec<ResultRow>,
    /// Box plots of cross-validations.
    pub box_plots: Vec<BoxPlot>,
    /// ROC and precision-recall curves; those of one group and split share a plot.
    pub curves: Vec<Curve>,
    /// Confusion matrices.
    pub confusions: Vec<Confusion>,
    /// Precision, recall and F1 a class.
    pub class_reports: Vec<ClassReport>,
    /// The best points of parameter searches.
    pub searches: Vec<SearchTable>,
    /// Scores along time.
    pub timelines: Vec<Timeline>,
    /// Other line charts: loss curves, histograms.
    pub charts: Vec<LineChart>,
    /// Seconds a stage of a cell. Shown as one line a pipeline and stage.
    pub timings: Vec<TimingRow>,
    /// The cells that gave no scores.
    pub failures: Vec<Failure>,
}

/// What is known of the data behind a suite.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dataset {
    /// The data set's name: `ADFA-LD`.
    pub name: String,
    /// Where it comes from, as a citation. Shown as text, never as a link.
    pub source: String,
    /// The checksum of the files that were read, with its algorithm: `sha256:..`.
    pub checksum: String,
    /// What a reader must know before any figure, such as that the data is generated.
    pub warning: Option<String>,
}
