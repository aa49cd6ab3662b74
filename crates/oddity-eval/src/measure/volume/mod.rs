//! Volume under the surface, and range AUC: areas under curves whose labels fade out around
//! events.
//!
//! A label is 1 inside an event and a weight `w(d, L)` at distance `d <= L/2` from it, where `L` is
//! the buffer. 250 thresholds are taken from the scores in descending order; an alarm is a score
//! of at least the threshold. With `tp` the labels added over the alarms, `P'` the positives, and
//! `e` the share of the events, each with its buffer, that hold an alarm:
//!
//! - true-positive rate `min(tp / P', 1) e`,
//! - false-positive rate `(alarms - tp) / (n - P')`,
//! - precision `tp / alarms`.
//!
//! The range AUC is the area under the curve of one buffer, and the volume under the surface (VUS)
//! the mean of these areas over `L = 0, 1, .. W`. Three programs give three different numbers
//! ([`VolumeVersion`]), so that ids carry the version.
//!
//! # Cost
//!
//! `n log n + W^2 t / 4 + E W log t` for t thresholds and E events: the scores are sorted once, and
//! each event is looked at again at each buffer. Weights depend on the distance alone, so that
//! points near events are counted once, by distance and threshold, and these counts serve every
//! buffer. Where buffers overlap the sum of two weights, each at least `sqrt(1/2)`, is clipped to
//! 1: such a point changes from one table to another at the buffer where the second event reaches
//! it.
//!
//! Source: Paparrizos et al. 2022, PVLDB 15(11), doi:10.14778/3551793.3551830.

mod buffers;
mod existence;
mod levels;
mod surface;
mod version;

pub use surface::{RangeAreas, Surface};
pub use version::VolumeVersion;

use oddity_core::Scores;

use super::catalogue::{Arguments, Entry, ParameterEntry, Values};
use super::{Direction, Measure, MeasureError, MeasureId, Truth};

/// Measures `vus_pr-V` and `vus_roc-V`: the mean of the areas over all buffers up to a window.
///
/// Undefined without an anomaly; the ROC kind also without a normal sample.
/// At window 0 the labels are the plain ones, but the value is neither the average precision nor
/// the ROC AUC: thresholds are few, and the true-positive rate is multiplied by the share of
/// events found. Series do not reach into each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Volume {
    /// Whose definition.
    pub version: VolumeVersion,
    /// Under which curve.
    pub curve: RangeCurve,
    /// The largest buffer.
    pub window: usize,
    /// How many thresholds, at least 2.
    pub thresholds: usize,
}

/// Measures `range_pr_auc-V` and `range_roc_auc-V`: the area at one buffer.
///
/// Undefined as [`Volume`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RangeAuc {
    /// Whose definition.
    pub version: VolumeVersion,
    /// Under which curve.
    pub curve: RangeCurve,
    /// The buffer.
    pub buffer: usize,
    /// How many thresholds, at least 2.
    pub thresholds: usize,
}

/// A curve over thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeCurve {
    /// Precision against true-positive rate.
    PrecisionRecall,
    /// True-positive rate against false-positive rate.
    Roc,
}

impl RangeCurve {
    fn area(self, areas: &RangeAreas) -> Result<f64, MeasureError> {
        match self {
            RangeCurve::PrecisionRecall => Ok(areas.pr),
            RangeCurve::Roc => areas.roc.ok_or_else(|| super::Undefined::NoNormal.into()),
        }
    }

    fn name(self) -> &'static str {
        match self {
            RangeCurve::PrecisionRecall => "pr",
            RangeCurve::Roc => "roc",
        }
    }
}

impl Measure<Scores> for Volume {
    fn id(&self) -> MeasureId {
        MeasureId::new(format!("vus_{}-{}", self.curve.name(), self.version))
            .with("window", self.window)
            .with("thresholds", self.thresholds)
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, scores: &Scores) -> Result<f64, MeasureError> {
        truth.expect_len(scores.len())?;
        let buffers = 0..=self.window;
        let surface =
            Surface::new(&*truth.events()?, scores, buffers, self.thresholds, self.version)?;
        self.curve.area(&surface.mean())
    }
}

impl Measure<Scores> for RangeAuc {
    fn id(&self) -> MeasureId {
        MeasureId::new(format!("range_{}_auc-{}", self.curve.name(), self.version))
            .with("buffer", self.buffer)
            .with("thresholds", self.thresholds)
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, scores: &Scores) -> Result<f64, MeasureError> {
        truth.expect_len(scores.len())?;
        let buffers = self.buffer..=self.buffer;
        let surface =
            Surface::new(&*truth.events()?, scores, buffers, self.thresholds, self.version)?;
        self.curve.area(&surface.mean())
    }
}

/// The largest buffer and the most thresholds that an id may ask for: the work grows with the
/// square of the one times the other.
const MOST: usize = 10_000;

const WINDOW: ParameterEntry = ParameterEntry {
    key: "window",
    meaning: "the largest buffer, in samples, both sides of an event together",
    values: Values::Count { least: 0, most: MOST },
    default: "100",
};

const BUFFER: ParameterEntry = ParameterEntry {
    key: "buffer",
    meaning: "the buffer, in samples, both sides of an event together",
    values: Values::Count { least: 0, most: MOST },
    default: "100",
};

const THRESHOLDS: ParameterEntry = ParameterEntry {
    key: "thresholds",
    meaning: "how many thresholds, evenly spread over the ranks of the scores",
    values: Values::Count { least: 2, most: MOST },
    default: "250",
};

fn volume(version: VolumeVersion, curve: RangeCurve, given: &Arguments) -> Volume {
    let (window, thresholds) = (given.count("window"), given.count("thresholds"));
    Volume { version, curve, window, thresholds }
}

fn range_auc(version: VolumeVersion, curve: RangeCurve, given: &Arguments) -> RangeAuc {
    let (buffer, thresholds) = (given.count("buffer"), given.count("thresholds"));
    RangeAuc { version, curve, buffer, thresholds }
}

/// Both curves of one version, as volume and at one buffer.
macro_rules! entries {
    ($make:ident, $pr:literal, $roc:literal, $first:ident, $version:ident, $source:literal) => {
        [
            entries!(one $make, $pr, PrecisionRecall, $first, $version, $source, "no anomaly"),
            entries!(
                one $make, $roc, Roc, $first, $version, $source, "no anomaly or no normal sample"
            ),
        ]
    };
    (one $make:ident, $id:literal, $curve:ident, $first:ident, $version:ident, $source:literal,
     $undefined:literal) => {
        Entry {
            id: $id,
            formula: VolumeVersion::$version.formula(),
            parameters: &[$first, THRESHOLDS],
            undefined: $undefined,
            cost: "n log n + t w^2 / 4 + e w log t: t thresholds, e events, window or buffer w",
            source: $source,
            of_scores: Some(|given| {
                Box::new($make(VolumeVersion::$version, RangeCurve::$curve, given))
            }),
            ..Entry::PLAIN
        }
    };
}

const V2022: [Entry; 2] = entries!(
    volume,
    "vus_pr-2022",
    "vus_roc-2022",
    WINDOW,
    Paper,
    "Paparrizos et al. 2022, doi:10.14778/3551793.3551830; PyPI vus 0.0.6, RangeAUC_volume"
);
const OPT: [Entry; 2] = entries!(
    volume,
    "vus_pr-opt",
    "vus_roc-opt",
    WINDOW,
    Opt,
    "Liu and Paparrizos 2024, TSB-AD 1.5, RangeAUC_volume_opt"
);
const TIME_EVAL: [Entry; 2] = entries!(
    volume,
    "vus_pr-timeeval",
    "vus_roc-timeeval",
    WINDOW,
    TimeEval,
    "Wenig, Schmidl and Papenbrock 2022, doi:10.14778/3554821.3554873; timeeval 1.5.0"
);
const RANGE_2022: [Entry; 2] = entries!(
    range_auc,
    "range_pr_auc-2022",
    "range_roc_auc-2022",
    BUFFER,
    Paper,
    "Paparrizos et al. 2022, doi:10.14778/3551793.3551830; PyPI vus 0.0.6, RangeAUC"
);
const RANGE_OPT: [Entry; 2] = entries!(
    range_auc,
    "range_pr_auc-opt",
    "range_roc_auc-opt",
    BUFFER,
    Opt,
    "Liu and Paparrizos 2024, TSB-AD 1.5, one buffer of RangeAUC_volume_opt"
);
const RANGE_TIME_EVAL: [Entry; 2] = entries!(
    range_auc,
    "range_pr_auc-timeeval",
    "range_roc_auc-timeeval",
    BUFFER,
    TimeEval,
    "Wenig, Schmidl and Papenbrock 2022, doi:10.14778/3554821.3554873; timeeval 1.5.0"
);

pub(super) const ENTRIES: &[Entry] = {
    let ([a, b], [c, d], [e, f]) = (V2022, OPT, TIME_EVAL);
    let ([g, h], [i, j], [k, l]) = (RANGE_2022, RANGE_OPT, RANGE_TIME_EVAL);
    &[a, b, c, d, e, f, g, h, i, j, k, l]
};
