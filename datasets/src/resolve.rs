//! Where the data of a dataset lies on this machine.

use std::env;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The environment variable that names the folder of all datasets.
pub const DATA_DIR_VARIABLE: &str = "ODDITY_DATA_DIR";

/// The option of the commands that names the folder of all datasets.
const DATA_DIR_OPTION: &str = "--data-dir";

/// Where a dataset was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The file or folder.
    pub path: PathBuf,
    /// What a report says of it: the path relative to the data folder, and what named the
    /// folder, such as `adfa-ld/ADFA-LD.zip from ODDITY_DATA_DIR`. The same on any machine.
    pub text: String,
}

/// Finds the first of the paths `relative` that exists in `data_dir`, or, where that is
/// `None`, in the folder that the environment variable `ODDITY_DATA_DIR` names. An empty
/// variable counts as not set.
///
/// # Errors
///
/// [`Error::NoDataDir`] if neither names a folder, [`Error::NotFound`] if the folder holds
/// none of the paths. A folder named by `data_dir` is the only one searched.
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
    let variable = env::var_os(DATA_DIR_VARIABLE).filter(|value| !value.is_empty());
    resolve_in(data_dir, variable.as_ref().map(Path::new), relative)
}

fn resolve_in(option: Option<&Path>, variable: Option<&Path>, relative: &[&str]) -> Result<Source> {
    let looked_for = || relative.iter().map(|path| (*path).to_owned()).collect();
    let (data_dir, named_by) = match (option, variable) {
        (Some(data_dir), _) => (data_dir, DATA_DIR_OPTION),
        (None, Some(data_dir)) => (data_dir, DATA_DIR_VARIABLE),
        (None, None) => {
            let (looked_for, variable) = (looked_for(), DATA_DIR_VARIABLE);
            return Err(Error::NoDataDir { looked_for, variable });
        }
    };
    let found = relative.iter().find(|path| data_dir.join(path).exists());
    let found = found.ok_or_else(|| Error::NotFound {
        looked_for: looked_for(),
        data_dir: data_dir.to_owned(),
        named_by,
        variable: DATA_DIR_VARIABLE,
    })?;
    Ok(Source { path: data_dir.join(found), text: format!("{found} from {named_by}") })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const WANTED: [&str; 2] = ["adfa-ld/ADFA-LD.zip", "adfa-ld/ADFA-LD"];

    #[test]
    fn the_first_path_that_exists_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join(WANTED[1])).unwrap();
        let source = resolve(Some(folder.path()), &WANTED).unwrap();
        assert_eq!(source.path, folder.path().join(WANTED[1]));
        assert_eq!(source.text, "adfa-ld/ADFA-LD from --data-dir");
        fs::write(folder.path().join(WANTED[0]), "").unwrap();
        let source = resolve_in(None, Some(folder.path()), &WANTED).unwrap();
        assert_eq!(source.path, folder.path().join(WANTED[0]));
        assert_eq!(source.text, "adfa-ld/ADFA-LD.zip from ODDITY_DATA_DIR");
    }

    #[test]
    fn a_named_folder_is_the_only_one_searched() {
        let (empty, full) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir_all(full.path().join(WANTED[1])).unwrap();
        let error = resolve_in(Some(empty.path()), Some(full.path()), &WANTED).unwrap_err();
        let text = error.to_string().replace(&empty.path().display().to_string(), "DIR");
        assert_eq!(
            text,
            "found no adfa-ld/ADFA-LD.zip or adfa-ld/ADFA-LD in DIR (named by --data-dir): put \
             the data there, or name another folder with --data-dir DIR or ODDITY_DATA_DIR"
        );
    }

    #[test]
    fn without_any_folder_the_error_says_how_to_name_one() {
        let error = resolve_in(None, None, &WANTED).unwrap_err();
        assert_eq!(
            error.to_string(),
            "looked for adfa-ld/ADFA-LD.zip or adfa-ld/ADFA-LD but no data folder is named: \
             give --data-dir DIR, or set ODDITY_DATA_DIR"
        );
    }
}
