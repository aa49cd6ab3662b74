//! Files that a fitted detector can be kept as.

/// A file that a fitted detector can be kept as: its bytes and a name for them.
///
/// Several of one detector belong together (`detector.safetensors`, `encoder.safetensors`, ..).
/// Whoever calls has the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artefact {
    /// A file name without a folder, distinct among the files of a detector.
    pub name: String,
    /// What the file holds.
    pub bytes: Vec<u8>,
}
