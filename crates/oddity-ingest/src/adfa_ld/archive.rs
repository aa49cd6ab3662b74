//! The published zip: one read of the file, then every thread unpacks traces from memory.

use std::io::{Cursor, Read as _};
use std::path::Path;

use oddity_core::{Sequences, Symbol};
use rayon::prelude::*;
use zip::ZipArchive;

use super::layout::{self, TraceInfo};
use super::{AdfaLd, Limits, content, trace};
use crate::{Error, Result, Sha256};

/// Traces that a thread unpacks at a time.
const PART: usize = 64;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// Where a trace lies in the archive.
#[derive(Clone, Copy)]
struct Entry {
    index: usize,
    n_bytes: u64,
}

pub(super) fn read(path: &Path, limits: Limits) -> Result<AdfaLd> {
    let bytes = read_file(path, limits)?;
    let (sha256, content) = rayon::join(|| Sha256::of(&bytes), || unpack(path, &bytes, limits));
    let (sequences, traces, skipped) = content?;
    Ok(AdfaLd { sequences, traces, skipped, sha256 })
}

fn read_file(path: &Path, limits: Limits) -> Result<Vec<u8>> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let found = std::fs::metadata(path).map_err(failed)?.len();
    if limits.total_bytes < found {
        return Err(Error::TooLarge { path: path.to_owned(), found, limit: limits.total_bytes });
    }
    std::fs::read(path).map_err(failed)
}

type Content = (Sequences, Vec<TraceInfo>, Vec<String>);

fn unpack(path: &Path, bytes: &[u8], limits: Limits) -> Result<Content> {
    let damaged = |error: zip::result::ZipError| Error::Archive {
        path: path.to_owned(),
        source: Box::new(error),
    };
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    if archive.has_duplicate_names() {
        return Err(Error::DuplicateFile { file: first_duplicate(&archive, bytes) });
    }
    let (mut files, mut skipped) = (Vec::new(), Vec::new());
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?;
        if entry.is_dir() {
            continue;
        }
        match layout::parse(&name)? {
            Some(info) => files.push((info, Entry { index, n_bytes: entry.size() })),
            None => skipped.push(name.into_owned()),
        }
    }
    skipped.sort();
    content::arrange(path, &mut files)?;
    content::check_sizes(path, files.iter().map(|(info, entry)| (info, entry.n_bytes)), limits)?;
    let parts = files
        .par_chunks(PART)
        .map_init(
            || (archive.clone(), Vec::new()),
            |(archive, buffer), part| unpack_part(archive, buffer, part),
        )
        .collect();
    let sequences = content::join(parts)?;
    Ok((sequences, files.into_iter().map(|(info, _)| info).collect(), skipped))
}

fn unpack_part(
    archive: &mut Archive<'_>,
    buffer: &mut Vec<u8>,
    part: &[(TraceInfo, Entry)],
) -> Result<(Vec<Symbol>, Vec<usize>)> {
    let (mut symbols, mut lengths) = (Vec::new(), Vec::with_capacity(part.len()));
    for (info, entry) in part {
        let n_before = symbols.len();
        unpack_file(archive, buffer, &info.file, *entry)?;
        trace::parse(&info.file, buffer, &mut symbols)?;
        lengths.push(symbols.len() - n_before);
    }
    Ok((symbols, lengths))
}

/// Unpacks into `buffer`, never much more than the size that the archive gives.
fn unpack_file(
    archive: &mut Archive<'_>,
    buffer: &mut Vec<u8>,
    file: &str,
    Entry { index, n_bytes }: Entry,
) -> Result<()> {
    buffer.clear();
    let entry = archive
        .by_index(index)
        .map_err(|error| Error::Unpack { file: file.to_owned(), source: Box::new(error) })?;
    // The checksum is compared when the end is read, so read on to see the end.
    entry
        .take(n_bytes.saturating_add(1))
        .read_to_end(buffer)
        .map_err(|error| Error::Unpack { file: file.to_owned(), source: Box::new(error) })?;
    let found = buffer.len() as u64;
    if found == n_bytes {
        return Ok(());
    }
    Err(Error::Size { file: file.to_owned(), expected: n_bytes, found })
}

/// The first name that the directory at the end of the archive lists twice.
fn first_duplicate(archive: &Archive<'_>, bytes: &[u8]) -> String {
    let mut seen = std::collections::HashSet::new();
    let mut rest = bytes.get(archive.central_directory_start() as usize..).unwrap_or_default();
    // Fields of a directory record by APPNOTE.TXT 6.3.10, section 4.3.12.
    while rest.starts_with(b"PK\x01\x02") {
        let length = |at: usize| {
            rest.get(at..at + 2)
                .map_or(0, |field| usize::from(field[0]) | usize::from(field[1]) << 8)
        };
        let name_end = 46 + length(28);
        let Some(name) = rest.get(46..name_end) else { break };
        if !seen.insert(name) {
            return String::from_utf8_lossy(name).into_owned();
        }
        rest = rest.get(name_end + length(30) + length(32)..).unwrap_or_default();
    }
    String::new()
}
