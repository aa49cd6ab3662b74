//! Measures of alarms on events: what counts is which runs of anomalies the runs of alarms meet.
//!
//! All of them read the truth as [`Events`](super::Events): labels are the runs of one series.
//! No run, zone, tail or window crosses an edge between two series.

pub(in crate::measure) mod affiliation;
pub(in crate::measure) mod etapr;
pub(in crate::measure) mod found;
pub(in crate::measure) mod nab;
pub(in crate::measure) mod point_adjusted;
pub(in crate::measure) mod range_based;

mod part;
mod touching;

pub use affiliation::{Affiliation, AffiliationEvent, AffiliationReport};
pub use affiliation::{RandomAffiliation, random_affiliation};
pub use etapr::{Etapr, EtaprAlarm, EtaprEvent, EtaprReport, EtaprVersion};
pub use found::{DetectionDelay, FalseAlarmsPerDay, Found};
pub use nab::{Nab, NabProfile};
pub use part::Part;
pub use point_adjusted::{F1PaK, PaKArea, PointAdjusted};
pub use range_based::{Bias, Cardinality, RangeBased, RangeReward};
