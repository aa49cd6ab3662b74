//! Generators of data shaped like published datasets, for tests and smoke runs.

pub mod adfa_ld;
mod calendar;
pub mod device_traffic;
mod dice;
pub mod hai;
pub mod kdd;
mod number;
pub mod timeline;

pub use adfa_ld::{
    AdfaLdGenerator, AdfaLdParams, Attack, GeneratedTrace, Subset, TraceInfo, call_name,
};
pub use device_traffic::{Arrow, DeviceTrafficGenerator, DeviceTrafficParams, TimeFormat};
pub use hai::{HaiAttack, HaiGenerator, HaiKind, HaiParams, HaiRelease, HaiRow, HaiRows, TagInfo};
pub use kdd::{KddCategory, KddFormat, KddGenerator, KddParams, KddSubset, kdd_category};
pub use timeline::{Artefact, TimelineEvent, TimelineFormat, TimelineGenerator, TimelineParams};
