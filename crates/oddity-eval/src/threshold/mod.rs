//! Thresholds: rules that choose a cutoff from scores of samples which are not measured.
//!
//! | id | cutoff | fewest scores |
//! | --- | --- | --- |
//! | `quantile(q=0.99)` | [`Quantile`] of the scores | `1 / (1 - q)` |
//! | `contamination(share=0.05)` | [`Contamination`]: at most this share of them are alarms | `1 / share` |
//! | `mean_sd(k=3)` | [`MeanSd`]: `mean + k sd` | 2 |
//! | `median_mad(k=3)` | [`MedianMad`]: `median + 1.4826 k MAD` | 2 |
//! | `spot(q=0.001,level=0.98)` | [`Spot`]: the score exceeded with probability q, from a tail fitted above a quantile | `10 / (1 - level)` |
//! | `spot_streaming(..)` | the same, fitted again at each peak of a stream | as `spot` |
//! | `dspot(..,depth=10)` | [`Dspot`]: the same, of the distance to a moving mean | as `spot`, and `depth` more |
//! | `f1_best`, `g_mean_best` | [`BestOf`]: the highest F1 or G-mean on labelled samples | 2 |
//! | `cost_best(miss=1)` | [`LeastCost`]: the fewest false alarms and, so many times, missed anomalies on labelled samples | 2 |
//!
//! [`Rule`] holds any of them, parsed from its id. A labelled rule is fitted on labelled
//! validation samples; on the samples that are measured the same choice is an oracle, and
//! a measure of its own: `f1_oracle`, `g_mean_oracle`.

mod catalogue;
mod contamination;
mod dspot;
mod labelled;
mod mean_sd;
mod median_mad;
mod moving;
mod pareto;
mod quantile;
mod rule;
mod spot;

pub use catalogue::{RuleEntry, RuleInput, entries};
pub use contamination::Contamination;
pub use dspot::{Dspot, DspotParams};
pub use labelled::{BestOf, LabelledThreshold, LeastCost};
pub use mean_sd::MeanSd;
pub use median_mad::MedianMad;
pub use moving::{MovingCutoff, MovingThreshold};
pub use pareto::Pareto;
pub use quantile::Quantile;
pub(crate) use quantile::quantile_of_sorted;
pub use rule::Rule;
pub use spot::{Spot, SpotParams, SpotStreaming};
