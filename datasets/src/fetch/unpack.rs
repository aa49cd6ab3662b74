//! Unpacking of what was downloaded: zip and gzip, within bounds, never out of the folder.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use crate::registry::Unpack;
use crate::{Error, Result};

/// Unpacks a file beside itself, if what it unpacks to is not there; gives the place of that.
///
/// It is written under another name and renamed when all of it is there.
pub(super) fn unpack(path: &Path, form: Unpack, limit: u64) -> Result<PathBuf> {
    let target = path.with_extension("");
    if target == path {
        let reason = io::Error::new(io::ErrorKind::InvalidInput, "its name has no ending");
        return Err(Error::io("unpack", path)(reason));
    }
    if target.exists() {
        return Ok(target);
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".unpacking");
    let rough = PathBuf::from(name);
    remove(&rough)?;
    let unpacked = match form {
        Unpack::Zip => unzip(path, &rough, limit),
        Unpack::Gzip => gunzip(path, &rough, limit),
    };
    if let Err(error) = unpacked {
        remove(&rough)?;
        return Err(error);
    }
    fs::rename(&rough, &target).map_err(Error::io("rename", &rough))?;
    Ok(target)
}

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}

fn gunzip(path: &Path, target: &Path, limit: u64) -> Result<()> {
    let file = File::open(path).map_err(Error::io("open", path))?;
    let mut reader = MultiGzDecoder::new(BufReader::new(file));
    let mut left = limit;
    write(&mut reader, target, &mut left, path, limit)
}

fn unzip(path: &Path, target: &Path, limit: u64) -> Result<()> {
    let damaged = |error: zip::result::ZipError| Error::Archive {
        path: path.to_owned(),
        source: Box::new(error),
    };
    let file = File::open(path).map_err(Error::io("open", path))?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    fs::create_dir(target).map_err(Error::io("create", target))?;
    let mut left = limit;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(damaged)?;
        let name = entry.name().map_err(damaged)?.into_owned();
        let outside = || Error::EntryPath { path: path.to_owned(), entry: name.clone() };
        // A backslash is a separator to some programs and a letter to others.
        if entry.is_symlink() || name.contains(['\\', '\0', ':']) {
            return Err(outside());
        }
        let place = target.join(entry.enclosed_name().ok_or_else(outside)?);
        if !place.starts_with(target) || name.starts_with('/') || name.split('/').any(|p| p == "..")
        {
            return Err(outside());
        }
        let folder = if entry.is_dir() { Some(place.as_path()) } else { place.parent() };
        if let Some(folder) = folder {
            fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        }
        if entry.is_file() {
            write(&mut entry, &place, &mut left, path, limit)?;
        }
    }
    Ok(())
}

/// Writes a new file, of at most `left` bytes.
fn write(
    reader: &mut impl Read,
    target: &Path,
    left: &mut u64,
    archive: &Path,
    limit: u64,
) -> Result<()> {
    let created = OpenOptions::new().write(true).create_new(true).open(target);
    let mut file = created.map_err(Error::io("create", target))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let n = reader.read(&mut buffer).map_err(|error| Error::Archive {
            path: archive.to_owned(),
            source: Box::new(error),
        })?;
        if n == 0 {
            // It is renamed soon, and a name must not outlive a crash that its bytes do not.
            return file.sync_all().map_err(Error::io("write", target));
        }
        *left = left
            .checked_sub(n as u64)
            .ok_or_else(|| Error::UnpackedTooLarge { path: archive.to_owned(), limit })?;
        io::Write::write_all(&mut file, &buffer[..n]).map_err(Error::io("write", target))?;
    }
}
