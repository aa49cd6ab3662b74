//! The error of splitters, search and the catalogue of measures.

use crate::measure::{MeasureError, OutputKind, Undefined};
use crate::threshold::RuleInput;

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a split, a search or a measure was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Data, parameters or a model were refused.
    #[error(transparent)]
    Core(#[from] oddity_core::Error),
    /// A measure has no value here.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// No measure has this name.
    #[error("no measure is called {id}, see the catalogue")]
    UnknownMeasure {
        /// The id as given.
        id: String,
    },
    /// The id is not a name with `(key=value,...)` behind it.
    #[error("{id} is not a measure's name, optionally followed by (key=value,...)")]
    MeasureSyntax {
        /// The id as given.
        id: String,
    },
    /// The measure does not have this parameter, or not with this value.
    #[error("{id}: {parameter} is no parameter of the measure, or out of its range")]
    MeasureParameter {
        /// The id as given.
        id: String,
        /// The parameter as given, `key=value`.
        parameter: String,
    },
    /// The measure reads another kind of output.
    #[error("{id} does not read {wanted}")]
    MeasureOutput {
        /// The id as given.
        id: String,
        /// What it was asked to read.
        wanted: OutputKind,
    },
    /// No threshold rule has this name.
    #[error("no threshold rule is called {id}, see the catalogue")]
    UnknownRule {
        /// The id as given.
        id: String,
    },
    /// The id is not a name with `(key=value,...)` behind it.
    #[error("{id} is not a threshold rule's name, optionally followed by (key=value,...)")]
    RuleSyntax {
        /// The id as given.
        id: String,
    },
    /// The rule does not have this parameter, or not with this value.
    #[error("{id}: {parameter} is no parameter of the threshold rule, or out of its range")]
    RuleParameter {
        /// The id as given.
        id: String,
        /// The parameter as given, `key=value`.
        parameter: String,
    },
    /// The rule is fitted on something else.
    #[error("{id} is not fitted on {wanted}")]
    RuleInput {
        /// The rule.
        id: String,
        /// What it was to be fitted on.
        wanted: RuleInput,
    },
    /// More folds than samples, or than members of every class.
    #[error("{n_folds} folds, wanted at least 2 and at most {available}")]
    Folds {
        /// Folds asked for.
        n_folds: usize,
        /// The largest number of folds that is possible.
        available: usize,
    },
    /// A hold-out part that would be empty, or too small to hold every class.
    #[error(
        "a test share of {test_share} splits into {n_train} and {n_test}, wanted {wanted} each"
    )]
    HoldOut {
        /// The share asked for.
        test_share: f64,
        /// Samples that would train.
        n_train: usize,
        /// Samples that would test.
        n_test: usize,
        /// The least that each part must have.
        wanted: usize,
    },
    /// A class with too few members to be in both parts.
    #[error("class {class} has {found} members, wanted at least 2 for a stratified hold-out")]
    ClassTooSmall {
        /// Code of the class.
        class: u32,
        /// Its members.
        found: usize,
    },
    /// A stratified hold-out without shuffling, which has no definition.
    #[error("a stratified hold-out needs a shuffle")]
    UnshuffledStratified,
    /// A fold that a measure was asked for failed before.
    #[error("fold {fold} failed: {reason}")]
    FoldFailed {
        /// The fold, counted from 0.
        fold: usize,
        /// Why, in the words of its error.
        reason: String,
    },
    /// A search without candidates or without folds.
    #[error("a search over {candidates} candidates and {folds} folds, wanted at least 1 of each")]
    EmptySearch {
        /// Candidates given.
        candidates: usize,
        /// Folds given.
        folds: usize,
    },
    /// Every candidate of a search failed in at least one fold.
    #[error("all {candidates} candidates failed, the first with: {first}")]
    NoCandidate {
        /// Candidates tried.
        candidates: usize,
        /// The error of the first one.
        first: Box<Error>,
    },
    /// A point of a grid lacks a parameter or has it with another type.
    #[error("the point has no {wanted} called {name}")]
    PointValue {
        /// Name of the parameter.
        name: String,
        /// The type asked for.
        wanted: &'static str,
    },
    /// A grid with more points than are put in order.
    #[error("a grid of more than {most} points")]
    GridTooLarge {
        /// The most points.
        most: usize,
    },
    /// More groups than are numbered.
    #[error("{found} groups, wanted fewer than 2^32")]
    TooManyGroups {
        /// Groups given.
        found: usize,
    },
    /// Fewer groups than a resample can vary.
    #[error("found {found} groups that are drawn together, wanted at least {wanted}")]
    TooFewGroups {
        /// Groups of the largest stratum.
        found: usize,
        /// Groups needed.
        wanted: usize,
    },
    /// A series without an event, where the groups are events.
    #[error("series {series} has no event, and such series are refused")]
    QuietSeries {
        /// The series, counted from 0.
        series: usize,
    },
    /// Too many resamples on which the measure is undefined.
    #[error(
        "undefined on {n_undefined} of {n_replicates} resamples, wanted a share of at most {max_share}"
    )]
    UndefinedReplicates {
        /// Resamples on which it is undefined.
        n_undefined: usize,
        /// Resamples drawn.
        n_replicates: usize,
        /// The largest share allowed.
        max_share: f64,
    },
    /// Fewer resamples with a value than an interval needs.
    #[error("found {found} resamples with a value, wanted at least {wanted}")]
    TooFewReplicates {
        /// Resamples with a value.
        found: usize,
        /// Resamples needed.
        wanted: usize,
    },
    /// The BCa interval has no value.
    #[error(
        "the BCa interval is undefined: {n_below} of {n_replicates} resamples are below the value, or its acceleration is 0 / 0 or too large"
    )]
    BcaUndefined {
        /// Resamples whose value is below that of the data.
        n_below: usize,
        /// Resamples with a value.
        n_replicates: usize,
    },
    /// The BCa interval needs the measure without each group, and one of these is undefined.
    #[error("the BCa interval is undefined: without group {group} there is {reason}")]
    LeaveOneOutUndefined {
        /// The group.
        group: usize,
        /// What is missing without it.
        reason: Undefined,
    },
    /// Fewer datasets than a comparison over datasets needs.
    #[error("found {found} datasets or sources, wanted at least {wanted}")]
    TooFewDatasets {
        /// Datasets (or sources of datasets) with a value of every detector.
        found: usize,
        /// Datasets needed.
        wanted: usize,
    },
    /// Fewer detectors than a comparison needs.
    #[error("found {found} detectors, wanted at least {wanted}")]
    TooFewDetectors {
        /// Detectors given.
        found: usize,
        /// Detectors needed.
        wanted: usize,
    },
    /// All values are tied, so that a test of their ranks is undefined.
    #[error("undefined: all values are tied")]
    AllTied,
    /// A p value outside of 0 to 1.
    #[error("p value {value} at position {position}, wanted one from 0 to 1")]
    PValue {
        /// Position in the list, counted from 0.
        position: usize,
        /// The value.
        value: f64,
    },
}

impl From<Error> for oddity_core::Error {
    /// For a search that acts as a classifier: an error of the contracts stays itself.
    fn from(error: Error) -> oddity_core::Error {
        match error {
            Error::Core(error) => error,
            other => oddity_core::Error::Foreign { step: "search", source: Box::new(other) },
        }
    }
}
