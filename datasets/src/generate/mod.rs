//! Generators of data shaped like published datasets, for tests and smoke runs.

pub mod adfa_ld;
pub mod timeline;

mod dice;

pub use adfa_ld::{
    AdfaLdGenerator, AdfaLdParams, Attack, GeneratedTrace, Subset, TraceInfo, call_name,
};
pub use timeline::{Artefact, TimelineEvent, TimelineFormat, TimelineGenerator, TimelineParams};
