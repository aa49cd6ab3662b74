//! The error that every contract returns, with positions and numbers in named fields.

use std::fmt;

use crate::{ColumnKind, StateProblem};

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a model was given or wanted: the variants of [`crate::Samples`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleKind {
    /// Dense rows.
    Rows,
    /// Sparse rows.
    Sparse,
    /// Windows over rows.
    Windows,
    /// Ragged symbol sequences.
    Sequences,
    /// Rows of mixed columns.
    Records,
}

impl fmt::Display for SampleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SampleKind::Rows => "dense rows",
            SampleKind::Sparse => "sparse rows",
            SampleKind::Windows => "windows",
            SampleKind::Sequences => "sequences",
            SampleKind::Records => "records",
        })
    }
}

/// Why data, parameters or a call were refused.
///
/// An error is about the caller's data or parameters; a panic would be a bug of ours.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The samples are of a kind that this step cannot read.
    #[error("found {found}, wanted {wanted}")]
    Kind {
        /// The kind that was given.
        found: SampleKind,
        /// The kind that is read here.
        wanted: SampleKind,
    },
    /// A member of an ensemble that cannot read what the members before it read.
    #[error("{step}: member {member} reads {found}, wanted one that reads {wanted}")]
    MemberKind {
        /// The ensemble.
        step: &'static str,
        /// Which member, counted from 0.
        member: usize,
        /// What it reads.
        found: SampleKind,
        /// What those before it read.
        wanted: SampleKind,
    },
    /// The number of columns differs from what was fitted or announced.
    #[error("found {found} columns, wanted {expected}")]
    Width {
        /// Columns wanted.
        expected: usize,
        /// Columns found.
        found: usize,
    },
    /// A column that a step asks for by name is not there.
    #[error("found no column {name:?}")]
    MissingColumn {
        /// The name.
        name: String,
    },
    /// A step would leave no column, or finds none that it reads.
    #[error("{step}: found no column to keep")]
    NoColumns {
        /// The algorithm that refuses.
        step: &'static str,
    },
    /// A value is missing, under a policy that refuses.
    #[error("row {row}, column {column:?}: the value is missing")]
    MissingValue {
        /// Row, counted from 0.
        row: usize,
        /// The name of the column.
        column: String,
    },
    /// A column without a single value in the training samples.
    #[error("{step}: column {column:?} has no value in the training samples")]
    NoValue {
        /// The algorithm that refuses.
        step: &'static str,
        /// The name of the column.
        column: String,
    },
    /// A column holds something else than the step reads.
    #[error("column {name:?} holds {found}, wanted {wanted}")]
    ColumnKind {
        /// The name of the column.
        name: String,
        /// What it holds.
        found: ColumnKind,
        /// What is read here.
        wanted: ColumnKind,
    },
    /// A code without a category.
    #[error("row {row}, column {column}: code {code} is not below the {categories} categories")]
    CategoryCode {
        /// Row, counted from 0.
        row: usize,
        /// Column, counted from 0.
        column: usize,
        /// The code.
        code: u32,
        /// Number of categories.
        categories: usize,
    },
    /// The length of a buffer does not fit its shape.
    #[error("found {found} values of {what}, wanted {expected}")]
    Length {
        /// What is counted.
        what: &'static str,
        /// Length wanted.
        expected: usize,
        /// Length found.
        found: usize,
    },
    /// Fewer samples than the step can work with.
    #[error("{step}: found {found} samples, wanted at least {wanted}")]
    TooFewSamples {
        /// The algorithm that refuses.
        step: &'static str,
        /// Samples needed.
        wanted: usize,
        /// Samples given.
        found: usize,
    },
    /// Fewer classes among the training samples than the step can work with.
    #[error("{step}: found {found} classes in the training samples, wanted at least {wanted}")]
    TooFewClasses {
        /// The algorithm that refuses.
        step: &'static str,
        /// Classes needed.
        wanted: usize,
        /// Classes that occur.
        found: usize,
    },
    /// Fewer series than the step can work with.
    #[error("{step}: found {found} series, wanted at least {wanted}")]
    TooFewSeries {
        /// The algorithm that refuses.
        step: &'static str,
        /// Series needed.
        wanted: usize,
        /// Series that have samples.
        found: usize,
    },
    /// A value is NaN or infinite.
    #[error("value {value} at row {row}, column {column} is not finite")]
    NotFinite {
        /// Row, counted from 0.
        row: usize,
        /// Column, counted from 0.
        column: usize,
        /// The value.
        value: f64,
    },
    /// A score is NaN or infinite.
    #[error("score {value} of sample {sample} is not finite")]
    ScoreNotFinite {
        /// Sample, counted from 0.
        sample: usize,
        /// The score.
        value: f64,
    },
    /// A parameter is outside its range.
    #[error("{step}: parameter {parameter} is {found}, wanted {wanted}")]
    Parameter {
        /// The algorithm that refuses.
        step: &'static str,
        /// Name of the parameter.
        parameter: &'static str,
        /// The value given.
        found: f64,
        /// The range in words.
        wanted: &'static str,
    },
    /// Sparse rows whose index arrays contradict each other.
    #[error("sparse row {row}: column index {index} is not below {columns} or not ascending")]
    SparseIndex {
        /// Row, counted from 0.
        row: usize,
        /// The offending column index.
        index: usize,
        /// Number of columns.
        columns: usize,
    },
    /// Offsets (of sequences, sparse rows or series) that do not ascend from 0 to the end.
    #[error("offset {position} is {found}, wanted an ascending offset of at most {limit}")]
    Offset {
        /// Position in the list of offsets.
        position: usize,
        /// The offset.
        found: usize,
        /// The largest offset allowed.
        limit: usize,
    },
    /// A class code without a name.
    #[error("class code {code} of sample {sample} is not below the {classes} class names")]
    ClassCode {
        /// Sample, counted from 0.
        sample: usize,
        /// The code.
        code: u32,
        /// Number of class names.
        classes: usize,
    },
    /// A split that names a sample that is not there, or the same sample in both parts.
    #[error("split: sample {sample} is out of range or in both parts, with {samples} samples")]
    SplitIndex {
        /// The sample named.
        sample: usize,
        /// Samples there are.
        samples: usize,
    },
    /// A symbol that the fitted step cannot take.
    #[error("sequence {sequence}, position {position}: symbol {symbol} was never seen in fit")]
    UnseenSymbol {
        /// Sequence, counted from 0.
        sequence: usize,
        /// Position in the sequence, counted from 0.
        position: usize,
        /// The symbol.
        symbol: u32,
    },
    /// A category that did not occur in the training samples, under a policy that refuses.
    #[error("row {row}, column {column}: category {value} was never seen in fit")]
    UnseenCategory {
        /// Row, counted from 0.
        row: usize,
        /// Column, counted from 0.
        column: usize,
        /// The category.
        value: f64,
    },
    /// A category in words that did not occur in the training samples, under a policy that
    /// refuses.
    #[error("row {row}, column {column:?}: category {value:?} was never seen in fit")]
    UnseenText {
        /// Row, counted from 0.
        row: usize,
        /// The name of the column.
        column: String,
        /// The category.
        value: String,
    },
    /// A sequence that did not occur among the training samples, under a policy that refuses.
    #[error("sequence {sequence} is none of the {distinct} sequences seen in fit")]
    UnseenSequence {
        /// Sequence, counted from 0.
        sequence: usize,
        /// Number of distinct sequences seen in fit.
        distinct: usize,
    },
    /// The loss of a training batch is not a finite number: nothing later would be.
    #[error(
        "{step}: the loss is {loss} in epoch {epoch}, batch {batch}: a smaller learning rate, clipped gradients or scaled columns may help"
    )]
    Diverged {
        /// The algorithm.
        step: &'static str,
        /// Epoch, counted from 0.
        epoch: usize,
        /// Batch of the epoch, counted from 0.
        batch: usize,
        /// NaN or infinite.
        loss: f64,
    },
    /// The checkpoint that a training should go on from is damaged, or of another training.
    #[error("{step}: {source}")]
    Checkpoint {
        /// The algorithm.
        step: &'static str,
        /// What is wrong.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An entry of the state that a fitted model was kept as is missing or wrong.
    #[error("saved state: {}", problem.of(entry))]
    State {
        /// The name of the entry.
        entry: String,
        /// What is wrong with it.
        problem: StateProblem,
    },
    /// A model that cannot be kept.
    #[error("{what} cannot be saved")]
    NotSaved {
        /// The kind of model.
        what: &'static str,
    },
    /// A computation left the range of finite numbers, or a matrix could not be factored.
    #[error("{step}: {what}")]
    Numeric {
        /// The algorithm.
        step: &'static str,
        /// What went wrong.
        what: &'static str,
    },
    /// A detector of the program's own that was not registered.
    #[error("detector {name:?} is not registered in this program")]
    Unregistered {
        /// The name that a configuration has.
        name: String,
    },
    /// What was asked for does not run on a backend of networks.
    #[error("{step}: backend {backend:?} {problem}")]
    Backend {
        /// The algorithm.
        step: &'static str,
        /// The backend.
        backend: String,
        /// What it lacks.
        problem: &'static str,
    },
    /// An error of an algorithm outside this workspace.
    #[error("{step}: {source}")]
    Foreign {
        /// The algorithm.
        step: &'static str,
        /// Its error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// Checks a parameter and names it in the error: `wanted` says the range in words.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if `ok` is false.
    pub fn check_parameter(
        step: &'static str,
        parameter: &'static str,
        found: f64,
        ok: bool,
        wanted: &'static str,
    ) -> Result<()> {
        if ok {
            return Ok(());
        }
        Err(Error::Parameter { step, parameter, found, wanted })
    }
}
