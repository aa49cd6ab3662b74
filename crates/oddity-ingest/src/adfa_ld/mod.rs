//! ADFA-LD: system-call traces of a Linux host, normal and under six kinds of attack.
//!
//! The data: Creech and Hu 2013, "Generation of a new IDS test dataset: Time to retire the
//! KDD collection", doi:10.1109/WCNC.2013.6555301. One file a trace: the numbers of the calls
//! in order, separated by spaces.

mod archive;
mod content;
mod folder;
mod layout;
mod table;
mod trace;

use std::path::Path;

use oddity_core::{Classes, Labels, Sequences, Symbol};

pub use layout::{Class, Subset, TraceInfo};
pub(crate) use trace::position;

use crate::{Result, Sha256};

/// The traces and what is known of each, in the order of the study: by class (normal last),
/// by subset (training before validation), by folder number, by file name.
#[derive(Clone, Debug, PartialEq)]
pub struct AdfaLd {
    /// The calls of each trace.
    pub sequences: Sequences,
    /// What is known of each trace, in the order of `sequences`.
    pub traces: Vec<TraceInfo>,
    /// Files that are no traces, sorted by name.
    pub skipped: Vec<String>,
    /// Of an archive, the checksum of the file; of a folder and of traces that were made,
    /// [of the content](AdfaLd::content_sha256).
    pub sha256: Sha256,
}

/// Bounds on what a reader takes into memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most unpacked bytes of one trace.
    pub file_bytes: u64,
    /// Most unpacked bytes of all traces, and most bytes of the archive.
    pub total_bytes: u64,
}

impl Default for Limits {
    /// 64 MiB a trace, 8 GiB in all: the published data has 17 KiB and 8.3 MiB.
    fn default() -> Limits {
        Limits { file_bytes: 64 << 20, total_bytes: 8 << 30 }
    }
}

impl AdfaLd {
    /// Reads the published zip, or a folder with the same layout, with or without a folder
    /// around the three that hold the traces. Parallel on the current rayon pool.
    ///
    /// Files that are no traces are skipped and listed in [`AdfaLd::skipped`].
    ///
    /// # Errors
    ///
    /// For what cannot be read or unpacked, a token that is no number up to 65,535, an empty
    /// trace, a missing folder, an unknown attack, a name that occurs twice, and sizes above
    /// the default [`Limits`]. Where several files are wrong, the first in the order of the
    /// study is named.
    pub fn open(path: impl AsRef<Path>) -> Result<AdfaLd> {
        AdfaLd::open_within(path, Limits::default())
    }

    /// Like [`AdfaLd::open`], with other limits.
    ///
    /// # Errors
    ///
    /// As [`AdfaLd::open`].
    pub fn open_within(path: impl AsRef<Path>, limits: Limits) -> Result<AdfaLd> {
        let path = path.as_ref();
        if path.is_dir() { folder::read(path, limits) } else { archive::read(path, limits) }
    }

    /// Takes traces that were made rather than read and brings them into the order of the
    /// study.
    ///
    /// # Errors
    ///
    /// [`crate::Error::EmptyTrace`] for a trace without calls,
    /// [`crate::Error::DuplicateFile`] for a file name that occurs twice.
    pub fn from_traces(
        traces: impl IntoIterator<Item = (TraceInfo, Vec<Symbol>)>,
    ) -> Result<AdfaLd> {
        content::from_traces(traces)
    }

    /// The SHA-256 of the traces themselves: for each trace, in order, the file name, a zero
    /// byte, the number of calls as a 64-bit and each call as a 16-bit little-endian number.
    /// The same for an archive, a folder and a generator that hold the same traces.
    pub fn content_sha256(&self) -> Sha256 {
        content::sha256(&self.sequences, &self.traces)
    }

    /// Number of traces.
    pub fn len(&self) -> usize {
        self.traces.len()
    }

    /// Whether there is no trace.
    pub fn is_empty(&self) -> bool {
        self.traces.is_empty()
    }

    /// The traces that `wanted` picks, as indices, in order.
    pub fn select(&self, wanted: impl Fn(&TraceInfo) -> bool) -> Vec<usize> {
        (0..self.len()).filter(|&trace| wanted(&self.traces[trace])).collect()
    }

    /// The training set of the study: attack folders 1 to 7 and the normal training traces.
    pub fn study_training(&self) -> Vec<usize> {
        self.select(|trace| match trace.folder {
            Some(folder) => folder <= 7,
            None => trace.subset == Subset::Training,
        })
    }

    /// The class of each trace, of the seven in the study's order, `Normal` last.
    #[expect(clippy::missing_panics_doc, reason = "a code is a position in the list of names")]
    pub fn classes(&self) -> Classes {
        let codes = self.traces.iter().map(|trace| trace.class.code()).collect();
        let classes = Classes::new(codes, Class::ALL.map(Class::name));
        classes.expect("the code of a class is its position in the list")
    }

    /// The truth of each trace: an anomaly unless its class is [`Class::Normal`].
    pub fn labels(&self) -> Labels {
        self.traces.iter().map(|trace| trace.class != Class::Normal).collect()
    }
}
