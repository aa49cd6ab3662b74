//! Measures of alarms on events: what counts is which runs of anomalies the runs of alarms meet.
//!
//! All of them read the truth as [`Events`](super::Events): labels are the runs of one series.
//! No run, zone, tail or window crosses an edge between two series.

pub(in crate::measure) mod affiliation;
pub(in crate::measure) mod etapr;

mod part;

pub use affiliation::{Affiliation, AffiliationEvent, AffiliationReport};
pub use affiliation::{RandomAffiliation, random_affiliation};
pub use etapr::{Etapr, EtaprAlarm, EtaprEvent, EtaprReport, EtaprVersion};
pub use part::Part;
