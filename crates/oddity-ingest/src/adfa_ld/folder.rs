//! An unpacked folder with the published layout, read in parallel.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use oddity_core::Symbol;
use rayon::prelude::*;

use super::layout::{self, TraceInfo};
use super::{AdfaLd, Limits, content, trace};
use crate::{Error, Result};

/// Traces that a thread reads at a time.
const PART: usize = 64;
/// Folders below the one named that can hold traces: top, subset, attack.
const DEPTH: usize = 3;

pub(super) fn read(path: &Path, limits: Limits) -> Result<AdfaLd> {
    let (mut files, mut skipped) = (Vec::new(), Vec::new());
    for (name, file) in crate::folder::files(path, DEPTH)? {
        match layout::parse(&name)? {
            Some(info) => {
                let n_bytes = file.metadata().map_err(|source| io(&file, source))?.len();
                files.push((info, (file, n_bytes)));
            }
            None => skipped.push(name),
        }
    }
    skipped.sort();
    content::arrange(path, &mut files)?;
    content::check_sizes(path, files.iter().map(|(info, file)| (info, file.1)), limits)?;
    let parts = files.par_chunks(PART).map_init(Vec::new, read_part).collect();
    let sequences = content::join(parts)?;
    let traces: Vec<TraceInfo> = files.into_iter().map(|(info, _)| info).collect();
    let sha256 = content::sha256(&sequences, &traces);
    Ok(AdfaLd { sequences, traces, skipped, sha256 })
}

fn io(path: &Path, source: std::io::Error) -> Error {
    Error::Io { path: path.to_owned(), source }
}

type Located = (TraceInfo, (PathBuf, u64));

fn read_part(buffer: &mut Vec<u8>, part: &[Located]) -> Result<(Vec<Symbol>, Vec<usize>)> {
    let (mut symbols, mut lengths) = (Vec::new(), Vec::with_capacity(part.len()));
    for (info, (path, n_bytes)) in part {
        let n_before = symbols.len();
        read_file(path, buffer, &info.file, *n_bytes)?;
        trace::parse(&info.file, buffer, &mut symbols)?;
        lengths.push(symbols.len() - n_before);
    }
    Ok((symbols, lengths))
}

/// Reads into `buffer`, never much more than the size that was found before.
fn read_file(path: &Path, buffer: &mut Vec<u8>, name: &str, expected: u64) -> Result<()> {
    buffer.clear();
    let file = File::open(path).map_err(|source| io(path, source))?;
    let read = file.take(expected.saturating_add(1)).read_to_end(buffer);
    read.map_err(|source| io(path, source))?;
    let found = buffer.len() as u64;
    if found == expected {
        return Ok(());
    }
    Err(Error::Size { file: name.to_owned(), expected, found })
}
