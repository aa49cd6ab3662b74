//! Files that are whole or not there.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::{Error, Result};

/// Writes a file under another name beside it, and gives it its own when it is whole.
pub(crate) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>,
) -> Result<()> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    let mut file = beside(path).map_err(failed)?;
    let mut writer = BufWriter::new(file.as_file_mut());
    write(&mut writer).and_then(|()| writer.flush()).map_err(failed)?;
    drop(writer);
    keep(file, path)
}

/// A file beside another, which is gone when it is dropped.
pub(crate) fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut builder = tempfile::Builder::new();
    // What programs write is readable by others, as far as the user's mask allows.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
        .prefix(&format!(".{name}."))
        .suffix(".part")
        .tempfile_in(folder.unwrap_or(Path::new(".")))
}

/// Syncs a file and gives it its name.
pub(crate) fn keep(file: NamedTempFile, path: &Path) -> Result<()> {
    let failed = |source| Error::Io { path: PathBuf::from(path), source };
    file.as_file().sync_all().map_err(failed)?;
    // A file that is replaced keeps who may read it.
    if let Ok(old) = std::fs::metadata(path) {
        file.as_file().set_permissions(old.permissions()).map_err(failed)?;
    }
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}
