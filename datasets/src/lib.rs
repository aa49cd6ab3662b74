//! Where the datasets of security research lie on this machine, and generators of data
//! shaped like them for tests and smoke runs.
//!
//! # Overview
//!
//! - [`resolve`] finds a dataset in the data folder, and says in a [`Source`] what a report
//!   prints of it; the data itself is read by the crate `oddity-ingest`.
//! - [`Registry`] knows the published datasets by name: files, addresses, checksums, licence,
//!   citation. [`fetch()`] downloads one, checks it and unpacks it; nothing else touches the
//!   network, and it only when it is called.
//! - [`generate`] holds the generators: [`AdfaLdGenerator`] with [`AdfaLdParams`] makes
//!   system-call traces in the layout of ADFA-LD, [`HaiGenerator`](generate::HaiGenerator) the
//!   sensors of a simulated plant in the formats of HAI,
//!   [`KddGenerator`](generate::KddGenerator) connection records in those of NSL-KDD and KDD
//!   Cup 99, [`DeviceTrafficGenerator`] captures of devices as Wireshark exports them,
//!   [`TimelineGenerator`] the timeline of a Windows host.
//!   Generated data has a name of its own (`adfa-ld-generated`), and says how it differs from
//!   what it is shaped like.
//! - [`Error`] says what was looked for, where, and what to do.
//!
//! # Example
//!
//! ```
//! use oddity_datasets::{AdfaLdGenerator, AdfaLdParams, Subset};
//!
//! let params = AdfaLdParams { n_training: 20, n_validation: 40, n_attack: 30, ..Default::default() };
//! let generator = AdfaLdGenerator::new(params)?;
//! let (traces, infos) = generator.generate();
//! assert_eq!(traces.len(), 90);
//! assert_eq!(infos[0].file, "Attack_Data_Master/Adduser_9/UAD-Adduser-9-0001.txt");
//! assert_eq!(infos[89].subset, Subset::Validation);
//! // Each trace stands for itself, so that any number of them streams through little memory.
//! assert_eq!(generator.trace(89).calls, traces.view().get(89));
//! # Ok::<(), oddity_datasets::Error>(())
//! ```
//!
//! # What it does not do
//!
//! It requests nothing of its own accord, and parses no data.

pub mod fetch;
pub mod generate;
pub mod registry;

mod checksum;
mod error;
mod resolve;

pub use checksum::Checksum;
pub use error::{Error, Result};
pub use fetch::fetch;
pub use generate::{
    AdfaLdGenerator, AdfaLdParams, Artefact, Attack, GeneratedTrace, Subset, TimelineEvent,
    TimelineFormat, TimelineGenerator, TimelineParams, TraceInfo, call_name,
};
pub use generate::{Arrow, DeviceTrafficGenerator, DeviceTrafficParams, TimeFormat};
pub use registry::Registry;
pub use resolve::{DATA_DIR_VARIABLE, Origin, Source, cache_dir, data_folder, resolve};
