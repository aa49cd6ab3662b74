//! Why files with scores and labels could not be measured.

/// Shorthand for a result with this module's [`FileError`].
pub type Result<T, E = FileError> = std::result::Result<T, E>;

/// Why files with scores and labels could not be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// A file that could not be read, or a line of it.
    #[error(transparent)]
    Ingest(#[from] oddity_ingest::Error),
    /// A measure, a threshold or scores that were refused.
    #[error(transparent)]
    Eval(#[from] oddity_eval::Error),
    /// A column that the file does not have.
    #[error("{file}: no column {name:?}, found {known}")]
    Column {
        /// The file.
        file: String,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// Several columns, and none was named.
    #[error("{file}: wanted {n_wanted} column(s), found {known}: name the one to read")]
    Choose {
        /// The file.
        file: String,
        /// How many columns are read.
        n_wanted: usize,
        /// The names there are.
        known: String,
    },
    /// A value that is missing, not finite, or neither a number nor a flag.
    #[error(
        "{file}, column {column:?}, row {row}: found {found:?}, wanted a finite number or true or false"
    )]
    Value {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The row, from 1, without the header.
        row: usize,
        /// What stands there.
        found: String,
    },
    /// Ones alone, which scikit-learn's detectors predict of normal samples, and others of
    /// anomalies.
    #[error(
        "{file}, column {column:?}: found 1 alone, an anomaly beside 0 and none beside -1: wanted true or false there"
    )]
    OnesAlone {
        /// The file.
        file: String,
        /// The column.
        column: String,
    },
    /// A value that is no label.
    #[error(
        "{file}, column {column:?}, row {row}: found {found}, wanted labels: 0 and 1, false and true, or 1 and -1"
    )]
    NotLabel {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The first row, from 1, that is none.
        row: usize,
        /// What stands there.
        found: f64,
    },
    /// A bound of an interval that is no sample.
    #[error(
        "{file}, column {column:?}, row {row}: found {found}, wanted the number of a sample, from 0"
    )]
    NotSample {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
        /// What stands there.
        found: f64,
    },
    /// Intervals that are no events.
    #[error("{file}: {source}")]
    Events {
        /// The file.
        file: String,
        /// What is wrong with them.
        source: oddity_eval::measure::EventsError,
    },
    /// Scores and labels of different length.
    #[error(
        "{scores_file} has {n_scores} values and {labels_file} {n_labels}: nothing is measured"
    )]
    Length {
        /// The file with the scores.
        scores_file: String,
        /// How many it has.
        n_scores: usize,
        /// The file with the labels.
        labels_file: String,
        /// How many it has.
        n_labels: usize,
    },
    /// A measure of alarms, and scores without a threshold.
    #[error(
        "{id} is of alarms, and {file} has scores: give a cutoff, or a threshold with held-out scores"
    )]
    NoThreshold {
        /// The measure.
        id: String,
        /// The file with the scores.
        file: String,
    },
    /// A threshold fitted on the very scores that are measured.
    #[error(
        "{file} has the scores that are measured: a threshold is fitted on others, or is an oracle"
    )]
    Calibration {
        /// The file of the scores to fit on.
        file: String,
    },
    /// A threshold, and alarms that need none.
    #[error("{file} has alarms already ({form}): a cutoff is for scores")]
    AlreadyAlarms {
        /// The file.
        file: String,
        /// How its values were written.
        form: &'static str,
    },
    /// A measure that neither scores nor alarms have.
    #[error("{id} reads predicted classes, and the file has none")]
    ReadsClasses {
        /// The measure.
        id: String,
    },
}
