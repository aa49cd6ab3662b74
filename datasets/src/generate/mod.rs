//! Generators of data shaped like published datasets, for tests and smoke runs.

pub mod adfa_ld;
pub mod hai;
pub mod kdd;

mod dice;
mod number;

pub use adfa_ld::{
    AdfaLdGenerator, AdfaLdParams, Attack, GeneratedTrace, Subset, TraceInfo, call_name,
};
pub use hai::{HaiAttack, HaiGenerator, HaiKind, HaiParams, HaiRelease, HaiRow, HaiRows, TagInfo};
pub use kdd::{KddCategory, KddFormat, KddGenerator, KddParams, KddSubset, kdd_category};
