//! Where the data of a dataset lies on this machine.

use std::env;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The environment variable that names the folder of all datasets.
pub const DATA_DIR_VARIABLE: &str = "ODDITY_DATA_DIR";

/// The option of the commands that names the folder of all datasets.
const DATA_DIR_OPTION: &str = "--data-dir";

/// What named the folder in which a dataset was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// The option `--data-dir`.
    Option,
    /// The environment variable `ODDITY_DATA_DIR`.
    Variable,
    /// Nobody: it is the user's cache folder, into which datasets are fetched.
    Cache,
}

impl Origin {
    /// What a report calls it.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Option => DATA_DIR_OPTION,
            Origin::Variable => DATA_DIR_VARIABLE,
            Origin::Cache => "the cache folder",
        }
    }
}

/// Where a dataset was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The file or folder.
    pub path: PathBuf,
    /// What a report says of it: the path relative to the data folder, and what named the
    /// folder, such as `adfa-ld/ADFA-LD.zip from ODDITY_DATA_DIR`. The same on any machine.
    pub text: String,
    /// What named the folder.
    pub origin: Origin,
}

/// Finds the first of the paths `relative` that exists in the data folder: `data_dir`; where
/// that is `None`, the folder that the environment variable `ODDITY_DATA_DIR` names; where it
/// is not set or empty, the user's [`cache_dir`]. The first of these that is named is the
/// only one searched.
///
/// # Errors
///
/// [`Error::NotFound`] if a folder was named and holds none of the paths, [`Error::NoDataDir`]
/// if none was and the cache folder does not hold them either. It is then for the caller to
/// take generated data instead, and to say so.
///
/// # Example
///
/// ```no_run
/// let wanted = ["adfa-ld/ADFA-LD.zip", "adfa-ld/ADFA-LD"];
/// let source = oddity_datasets::resolve(None, &wanted)?;
/// assert!(source.path.exists());
/// # Ok::<(), oddity_datasets::Error>(())
/// ```
pub fn resolve(data_dir: Option<&Path>, relative: &[&str]) -> Result<Source> {
    resolve_in(data_folder(data_dir), relative)
}

/// The data folder, which need not exist, and what names it: as [`resolve`] takes it, and as
/// fetched datasets are put there. `None` where there is no folder of the user either.
pub fn data_folder(data_dir: Option<&Path>) -> Option<(PathBuf, Origin)> {
    let named = data_dir.map(|folder| (folder.to_owned(), Origin::Option));
    let variable = || Some((PathBuf::from(set(DATA_DIR_VARIABLE)?), Origin::Variable));
    let cache = || Some((cache_dir()?, Origin::Cache));
    named.or_else(variable).or_else(cache)
}

/// The folder of the user into which datasets are fetched: `oddity/data` below
/// `$XDG_CACHE_HOME` or `~/.cache` (XDG Base Directory Specification 0.8), below
/// `~/Library/Caches` on macOS, below `%LOCALAPPDATA%` on Windows. It need not exist.
pub fn cache_dir() -> Option<PathBuf> {
    let home = |below: &str| Some(PathBuf::from(set("HOME")?).join(below));
    let caches = if cfg!(windows) {
        set("LOCALAPPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home("Library/Caches")
    } else {
        cache_home(set("XDG_CACHE_HOME").map(PathBuf::from), home(".cache"))
    };
    Some(caches?.join("oddity").join("data"))
}

/// The specification has paths that are not absolute ignored.
fn cache_home(xdg: Option<PathBuf>, home: Option<PathBuf>) -> Option<PathBuf> {
    xdg.filter(|path| path.is_absolute()).or(home)
}

/// A variable that is set and not empty.
fn set(variable: &str) -> Option<std::ffi::OsString> {
    env::var_os(variable).filter(|value| !value.is_empty())
}

fn resolve_in(data_dir: Option<(PathBuf, Origin)>, relative: &[&str]) -> Result<Source> {
    let looked_for = || relative.iter().map(|path| (*path).to_owned()).collect();
    let nowhere = |cache_dir| {
        let (looked_for, variable) = (looked_for(), DATA_DIR_VARIABLE);
        Error::NoDataDir { looked_for, variable, cache_dir }
    };
    let Some((data_dir, origin)) = data_dir else { return Err(nowhere(None)) };
    let Some(found) = relative.iter().find(|path| data_dir.join(path).exists()) else {
        if origin == Origin::Cache {
            return Err(nowhere(Some(data_dir)));
        }
        let (looked_for, named_by) = (looked_for(), origin.name());
        return Err(Error::NotFound {
            looked_for,
            data_dir,
            named_by,
            variable: DATA_DIR_VARIABLE,
        });
    };
    let text = format!("{found} from {}", origin.name());
    Ok(Source { path: data_dir.join(found), text, origin })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const WANTED: [&str; 2] = ["adfa-ld/ADFA-LD.zip", "adfa-ld/ADFA-LD"];

    fn within(folder: &Path, origin: Origin) -> Option<(PathBuf, Origin)> {
        Some((folder.to_owned(), origin))
    }

    #[test]
    fn the_first_path_that_exists_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join(WANTED[1])).unwrap();
        let source = resolve(Some(folder.path()), &WANTED).unwrap();
        assert_eq!(source.path, folder.path().join(WANTED[1]));
        assert_eq!(source.text, "adfa-ld/ADFA-LD from --data-dir");
        fs::write(folder.path().join(WANTED[0]), "").unwrap();
        for (origin, name) in
            [(Origin::Variable, "ODDITY_DATA_DIR"), (Origin::Cache, "the cache folder")]
        {
            let source = resolve_in(within(folder.path(), origin), &WANTED).unwrap();
            assert_eq!(source.path, folder.path().join(WANTED[0]));
            assert_eq!(source.text, format!("adfa-ld/ADFA-LD.zip from {name}"));
            assert_eq!(source.origin, origin);
        }
    }

    #[test]
    fn a_named_folder_is_the_only_one_searched() {
        let empty = tempfile::tempdir().unwrap();
        let error = resolve(Some(empty.path()), &WANTED).unwrap_err();
        let text = error.to_string().replace(&empty.path().display().to_string(), "DIR");
        assert_eq!(
            text,
            "found no adfa-ld/ADFA-LD.zip or adfa-ld/ADFA-LD in DIR (named by --data-dir): put \
             the data there, or name another folder with --data-dir DIR or ODDITY_DATA_DIR"
        );
    }

    #[test]
    fn without_any_folder_the_error_says_how_to_name_one() {
        let error = resolve_in(None, &WANTED).unwrap_err();
        assert_eq!(
            error.to_string(),
            "looked for adfa-ld/ADFA-LD.zip or adfa-ld/ADFA-LD but no data folder is named: \
             give --data-dir DIR, or set ODDITY_DATA_DIR, or fetch it"
        );
        let error = resolve_in(within(Path::new("CACHE"), Origin::Cache), &WANTED).unwrap_err();
        assert_eq!(
            error.to_string(),
            "looked for adfa-ld/ADFA-LD.zip or adfa-ld/ADFA-LD but no data folder is named, \
             nor is it in CACHE: give --data-dir DIR, or set ODDITY_DATA_DIR, or fetch it"
        );
    }

    #[test]
    fn the_cache_folder_is_that_of_the_platform() {
        let (xdg, home) = (Some(PathBuf::from("/x")), Some(PathBuf::from("/h/.cache")));
        assert_eq!(cache_home(xdg.clone(), home.clone()), xdg);
        assert_eq!(cache_home(Some("relative".into()), home.clone()), home);
        assert_eq!(cache_home(None, None), None);
    }
}
