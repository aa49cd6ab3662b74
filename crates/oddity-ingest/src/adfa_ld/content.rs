//! Traces that are in memory: brought into the study's order and given a checksum.

use std::collections::HashSet;
use std::path::Path;

use oddity_core::{Sequences, Symbol};
use sha2::Digest as _;

use super::{AdfaLd, Subset, TraceInfo};
use crate::{Error, Result, Sha256};

pub(super) fn from_traces(
    traces: impl IntoIterator<Item = (TraceInfo, Vec<Symbol>)>,
) -> Result<AdfaLd> {
    let mut traces: Vec<_> = traces.into_iter().collect();
    // The order of the fields of a `TraceInfo` is the order of the study.
    traces.sort_by(|a, b| a.0.cmp(&b.0));
    let mut files = HashSet::new();
    // Infos of different classes with one name are not neighbours.
    if let Some((info, _)) = traces.iter().find(|(info, _)| !files.insert(info.file.as_str())) {
        return Err(Error::DuplicateFile { file: info.file.clone() });
    }
    if let Some((empty, _)) = traces.iter().find(|(_, symbols)| symbols.is_empty()) {
        return Err(Error::EmptyTrace { file: empty.file.clone() });
    }
    let sequences: Sequences = traces.iter().map(|(_, symbols)| symbols).collect();
    let traces: Vec<TraceInfo> = traces.into_iter().map(|(info, _)| info).collect();
    let sha256 = sha256(&sequences, &traces);
    Ok(AdfaLd { sequences, traces, skipped: Vec::new(), sha256 })
}

/// Sorts files into the study's order and refuses a name that occurs twice and a layout
/// without all three folders. Each file comes with what a reader needs to find it.
pub(super) fn arrange<T>(path: &Path, files: &mut [(TraceInfo, T)]) -> Result<()> {
    files.sort_by(|a, b| a.0.cmp(&b.0));
    if let Some(pair) = files.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(Error::DuplicateFile { file: pair[0].0.file.clone() });
    }
    for subset in Subset::ALL {
        if !files.iter().any(|(info, _)| info.subset == subset) {
            return Err(Error::MissingFolder { path: path.to_owned(), folder: subset.folder() });
        }
    }
    Ok(())
}

/// Refuses sizes above the limits, before anything is read. `files` in the study's order.
pub(super) fn check_sizes<'a>(
    path: &Path,
    files: impl Iterator<Item = (&'a TraceInfo, u64)>,
    limits: super::Limits,
) -> Result<()> {
    let mut total = 0u64;
    for (info, found) in files {
        if limits.file_bytes < found {
            let limit = limits.file_bytes;
            return Err(Error::FileTooLarge { file: info.file.clone(), found, limit });
        }
        total = total.saturating_add(found);
    }
    if limits.total_bytes < total {
        let (path, limit) = (path.to_owned(), limits.total_bytes);
        return Err(Error::TooLarge { path, found: total, limit });
    }
    Ok(())
}

pub(super) fn sha256(sequences: &Sequences, traces: &[TraceInfo]) -> Sha256 {
    let (mut hasher, mut bytes) = (sha2::Sha256::new(), Vec::new());
    for (info, symbols) in traces.iter().zip(sequences.view().iter()) {
        bytes.clear();
        bytes.extend_from_slice(info.file.as_bytes());
        bytes.push(0);
        bytes.extend_from_slice(&(symbols.len() as u64).to_le_bytes());
        bytes.extend(symbols.iter().flat_map(|symbol| symbol.to_le_bytes()));
        hasher.update(&bytes);
    }
    Sha256(hasher.finalize().into())
}

/// Joins the parts that the threads read, each with its symbols and the length of each of
/// its traces, or the error of its first wrong trace.
pub(super) fn join(parts: Vec<Result<(Vec<Symbol>, Vec<usize>)>>) -> Result<Sequences> {
    let parts = parts.into_iter().collect::<Result<Vec<_>>>()?;
    let mut symbols = Vec::with_capacity(parts.iter().map(|(symbols, _)| symbols.len()).sum());
    let mut offsets = vec![0];
    for (part, lengths) in parts {
        symbols.extend_from_slice(&part);
        let mut end = offsets[offsets.len() - 1];
        offsets.extend(lengths.iter().map(|length| {
            end += length;
            end
        }));
    }
    Ok(Sequences::new(symbols, offsets).expect("offsets that sum the lengths of the parts"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Class;

    #[test]
    fn a_name_that_stands_for_two_traces_is_refused_wherever_they_lie() {
        let info = |class, file: &str| {
            let file = file.to_owned();
            TraceInfo { class, subset: Subset::Training, folder: None, file }
        };
        let infos =
            [info(Class::Adduser, "a"), info(Class::Adduser, "b"), info(Class::Normal, "a")];
        let traces = infos.map(|info| (info, vec![1]));
        let refused = from_traces(traces);
        assert!(matches!(refused, Err(Error::DuplicateFile { file }) if file == "a"));
    }
}
