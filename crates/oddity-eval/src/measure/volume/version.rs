//! The three programs that define the volume: how far a buffer reaches, what a point in it
//! weighs, which events are one, and the area.

use std::fmt;

/// Whose definition of the volume under the surface.
///
/// With buffer `L` and `h = floor(L / 2)`:
///
/// | | `2022` | `opt` | `timeeval` |
/// | --- | --- | --- | --- |
/// | program | PyPI `vus` 0.0.6, `RangeAUC_volume`; TimeEval and aeon in compatibility mode | TSB-AD 1.5, `RangeAUC_volume_opt`; the field's leaderboard | TimeEval 1.5.0 |
/// | reach before and behind an event | `h` and `h - 1`: the right buffer begins at the last anomalous sample | `h` and `h` | `h` and `h` |
/// | weight at distance d | `sqrt(1 - d/L)` | `sqrt(1 - d/L)` | `1 - (1 - sqrt(1/2)) d/h` |
/// | overlapping buffers | sum, clipped to 1 | sum, clipped to 1 | the larger |
/// | positives `P'` | `(sum y + sum l) / 2` | the same, of a buffer only what is alarmed | `(sum y + sum l) / 2` |
/// | events that are one for existence | those whose buffers touch | those whose buffers overlap | none; the sample behind the buffer counts where another event's buffer holds it |
/// | area under precision and recall | trapezoid | steps, from (0, 1) | trapezoid |
/// | thresholds | 250 | 250 | 250, or n if that is less |
///
/// TSB-AD's own `RangeAUC` divides by 0 for any buffer above 1: `range_pr_auc-opt` is a slice of
/// the surface of `RangeAUC_volume_opt`. That function fails where all samples are anomalies;
/// here its formula holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VolumeVersion {
    /// `2022`: the code of the paper.
    Paper,
    /// `opt`: TSB-AD.
    Opt,
    /// `timeeval`: TimeEval's default.
    TimeEval,
}

impl VolumeVersion {
    /// All of them.
    pub const ALL: [VolumeVersion; 3] =
        [VolumeVersion::Paper, VolumeVersion::Opt, VolumeVersion::TimeEval];

    /// By how much the half buffer must exceed the distance to the event before.
    pub(super) fn lag_behind(self) -> usize {
        usize::from(self == VolumeVersion::Paper)
    }

    /// Whether two buffers add up.
    pub(super) fn adds_buffers(self) -> bool {
        self != VolumeVersion::TimeEval
    }

    /// Whether an alarm beside events counts as a positive only where it is.
    pub(super) fn masks_positives(self) -> bool {
        self == VolumeVersion::Opt
    }

    /// Whether two events with `gap` samples between them are one at half buffer `half`.
    pub(super) fn merges(self, gap: usize, half: usize) -> bool {
        match self {
            VolumeVersion::Paper => gap <= half + half.saturating_sub(1),
            VolumeVersion::Opt => gap < 2 * half,
            VolumeVersion::TimeEval => false,
        }
    }

    /// The weight at a distance of at most half the buffer.
    pub(super) fn weight(self, distance: usize, buffer: usize) -> f64 {
        match self {
            VolumeVersion::TimeEval => {
                let lowest = std::f64::consts::FRAC_1_SQRT_2;
                let half = buffer / 2;
                lowest + (half - distance) as f64 * ((1.0 - lowest) / half as f64)
            }
            _ => (1.0 - distance as f64 / buffer as f64).sqrt(),
        }
    }

    /// How many thresholds are taken.
    pub(super) fn n_thresholds(self, wanted: usize, n_samples: usize) -> usize {
        match self {
            VolumeVersion::TimeEval => wanted.min(n_samples),
            _ => wanted,
        }
    }

    /// The area between two points of the precision-recall curve.
    pub(super) fn pr_area(self, width: f64, before: f64, precision: f64) -> f64 {
        match self {
            VolumeVersion::Opt => width * precision,
            _ => width * ((precision + before) / 2.0),
        }
    }

    /// The definition, in short.
    pub(super) const fn formula(self) -> &'static str {
        match self {
            VolumeVersion::Paper => {
                "labels sqrt(1 - d/L), reaching one sample less behind an event; trapezoids"
            }
            VolumeVersion::Opt => {
                "labels sqrt(1 - d/L), those beside events masked by the alarms; steps"
            }
            VolumeVersion::TimeEval => {
                "labels 1 - (1 - sqrt(1/2)) d/floor(L/2), events apart; trapezoids"
            }
        }
    }
}

impl fmt::Display for VolumeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            VolumeVersion::Paper => "2022",
            VolumeVersion::Opt => "opt",
            VolumeVersion::TimeEval => "timeeval",
        })
    }
}
