//! The datasets that are known: what belongs to each, from where, under which licence.

use std::path::{Component, Path};

use serde::Deserialize;

use crate::checksum::from_hex;
use crate::{Checksum, Error, Result};

/// The registry that comes with the crate.
const EMBEDDED: &str = include_str!("../registry.toml");

/// All datasets that are known by name.
///
/// ```
/// use oddity_datasets::Registry;
///
/// let registry = Registry::embedded();
/// let dataset = registry.dataset("nsl-kdd")?;
/// assert_eq!(dataset.files[0].path, "KDDTrain+.txt");
/// assert_eq!(dataset.files[0].size, Some(19_109_424));
/// # Ok::<(), oddity_datasets::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Registry {
    datasets: Vec<DatasetEntry>,
}

/// A dataset: what it is, where it comes from and what belongs to it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DatasetEntry {
    /// The name that commands and suites use: lower case, digits, `-` and `.`.
    pub name: String,
    /// What it is, in one line.
    pub title: String,
    /// Where its files lie, below the data folder.
    pub folder: String,
    /// The owner's page.
    pub home: String,
    /// What the addresses of its files begin with; `None` if they are had by hand.
    pub base: Option<String>,
    /// How the address and the checksums were come by, and what could not be verified.
    pub address: String,
    /// What to do where nothing can be requested.
    pub by_hand: Option<String>,
    /// The licence, as its owner states it.
    pub licence: String,
    /// What to cite.
    pub citation: String,
    /// The DOI of that, if it has one.
    pub doi: Option<String>,
    /// Which rows train and which test, in words.
    pub split: String,
    /// Its files.
    #[serde(rename = "file")]
    pub files: Vec<FileEntry>,
}

/// A file of a dataset.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "FileText")]
#[non_exhaustive]
pub struct FileEntry {
    /// Where it lies, below the folder of the dataset.
    pub path: String,
    /// Its name at the source, where that is another.
    pub from: Option<String>,
    /// What it is for.
    pub part: Part,
    /// Its length in bytes, where known.
    pub size: Option<u64>,
    /// What its bytes hash to; `None` only where `no_checksum` says why.
    pub checksum: Option<Checksum>,
    /// Why there is no checksum.
    pub no_checksum: Option<String>,
    /// How it is unpacked once it is there.
    pub unpack: Option<Unpack>,
}

/// What a file of a dataset is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// To fit on.
    Train,
    /// To be scored.
    Test,
    /// Rows of both, which [`DatasetEntry::split`] tells apart.
    Both,
    /// The labels of a test file.
    Labels,
    /// Words about the data.
    Description,
}

/// How a file is unpacked. The packed file stays, since the checksum is its.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unpack {
    /// A zip archive, into a folder of its name without the ending.
    Zip,
    /// A gzip file, to a file of its name without the ending.
    Gzip,
}

/// A file as the registry writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    path: String,
    from: Option<String>,
    part: Part,
    size: Option<u64>,
    sha256: Option<String>,
    git_blob: Option<String>,
    no_checksum: Option<String>,
    unpack: Option<Unpack>,
}

impl TryFrom<FileText> for FileEntry {
    type Error = String;

    fn try_from(text: FileText) -> Result<FileEntry, String> {
        let bad = |what: &str| format!("{}: {what}", text.path);
        let sha256 = text.sha256.as_deref().map(|digits| {
            from_hex(digits).map(Checksum::Sha256).ok_or_else(|| bad("sha256 is no 64 digits"))
        });
        let git_blob = text.git_blob.as_deref().map(|digits| {
            from_hex(digits).map(Checksum::GitBlob).ok_or_else(|| bad("git_blob is no 40 digits"))
        });
        let (sha256, git_blob) = (sha256.transpose()?, git_blob.transpose()?);
        let checksum = sha256.or(git_blob);
        if checksum.is_some() == text.no_checksum.is_some() {
            return Err(bad("wanted a checksum, or no_checksum that says why there is none"));
        }
        let FileText { path, from, part, size, no_checksum, unpack, .. } = text;
        Ok(FileEntry { path, from, part, size, checksum, no_checksum, unpack })
    }
}

impl DatasetEntry {
    /// The address of a file; `None` where it is had by hand.
    pub fn url(&self, file: &FileEntry) -> Option<String> {
        let base = self.base.as_deref()?;
        let mut url = base.to_owned();
        for byte in file.from.as_deref().unwrap_or(&file.path).bytes() {
            // RFC 3986, section 2.3: these need no escape in a path.
            if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
                url.push(char::from(byte));
            } else {
                url.push_str(&format!("%{byte:02X}"));
            }
        }
        Some(url)
    }

    /// What contradicts itself in the entry.
    fn check(&self) -> Result<(), String> {
        let name_ok = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        if self.name.is_empty() || !self.name.bytes().all(|b| name_ok(b) || b"-.".contains(&b)) {
            return Err(format!("the name {:?} is not lower case, digits, - and .", self.name));
        }
        if self.base.is_some() == self.by_hand.is_some() {
            return Err("wanted a base or by_hand, and not both".to_owned());
        }
        let http = ["https://", "http://"];
        if let Some(base) = &self.base
            && !(http.iter().any(|start| base.starts_with(start)) && base.ends_with('/'))
        {
            return Err(format!("the base {base:?} is not http(s) and a folder"));
        }
        if self.files.is_empty() {
            return Err("it has no file".to_owned());
        }
        for (at, file) in self.files.iter().enumerate() {
            if !is_below(&self.folder) || !is_below(&file.path) {
                return Err(format!("{:?} leads out of the folder", file.path));
            }
            if file.path.contains('*') && self.by_hand.is_none() {
                return Err(format!("{:?} is not the name of one file", file.path));
            }
            if self.files[..at].iter().any(|other| other.path == file.path) {
                return Err(format!("{:?} stands there twice", file.path));
            }
        }
        Ok(())
    }
}

/// Whether a path stays below where it begins.
fn is_below(path: &str) -> bool {
    let parts = Path::new(path).components();
    !path.is_empty()
        && !path.contains('\\')
        && parts.into_iter().all(|part| matches!(part, Component::Normal(_)))
}

impl Registry {
    /// The registry of the crate.
    #[expect(clippy::missing_panics_doc, reason = "a test reads the same text")]
    pub fn embedded() -> Registry {
        Registry::parse(EMBEDDED).expect("the registry of the crate is sound")
    }

    /// Reads a registry: TOML with a table `[[dataset]]` for each dataset, and in it a table
    /// `[[dataset.file]]` for each file. `datasets/registry.toml` shows all there is.
    ///
    /// # Errors
    ///
    /// [`Error::Registry`] for what is no such text, a file without a checksum and a reason, a
    /// name or a path that stands there twice, and a path that leads out of its folder.
    pub fn parse(text: &str) -> Result<Registry> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Text {
            #[serde(rename = "dataset", default)]
            datasets: Vec<DatasetEntry>,
        }
        let parsed: Result<Text, _> = toml::from_str(text);
        let Text { datasets } =
            parsed.map_err(|error| Error::Registry { reason: error.to_string() })?;
        for (at, dataset) in datasets.iter().enumerate() {
            let bad = |reason| Error::Registry { reason: format!("{}: {reason}", dataset.name) };
            dataset.check().map_err(bad)?;
            if datasets[..at].iter().any(|other| other.name == dataset.name) {
                return Err(bad("the name stands there twice".to_owned()));
            }
        }
        Ok(Registry { datasets })
    }

    /// All datasets, in the order of the registry.
    pub fn datasets(&self) -> &[DatasetEntry] {
        &self.datasets
    }

    /// The dataset of that name.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownDataset`], which names those that are known.
    pub fn dataset(&self, name: &str) -> Result<&DatasetEntry> {
        let found = self.datasets.iter().find(|dataset| dataset.name == name);
        found.ok_or_else(|| Error::UnknownDataset {
            name: name.to_owned(),
            known: self.datasets.iter().map(|dataset| dataset.name.clone()).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A registry of one dataset with one file, some of whose lines are replaced.
    fn parse(changes: &[(&str, &str)]) -> Result<Registry, String> {
        let mut text = "[[dataset]]\nname = 'a-1.0'\ntitle = 't'\nfolder = 'a/b'\nhome = 'h'\n\
                        base = 'https://x.example/y/'\naddress = 'a'\nlicence = 'MIT'\n\
                        citation = 'c'\nsplit = 's'\n\n[[dataset.file]]\npath = 'd/e+ f.csv'\n\
                        part = 'train'\nno_checksum = 'why'\n"
            .to_owned();
        for (from, to) in changes {
            assert!(text.contains(from), "{from}");
            text = text.replace(from, to);
        }
        Registry::parse(&text).map_err(|error| error.to_string())
    }

    #[test]
    fn the_embedded_registry_is_sound() {
        let registry = Registry::parse(EMBEDDED).unwrap();
        for name in ["adfa-ld", "nsl-kdd", "kddcup99", "smd", "device-traffic", "timeline"] {
            assert_eq!(registry.dataset(name).unwrap().name, name);
        }
        let n_files = |name| registry.dataset(name).unwrap().files.len();
        assert_eq!(n_files("smd"), 3 * 28 + 1);
        let hai = ["hai-20.07", "hai-21.03", "hai-22.04", "hai-23.05", "haiend-23.05"];
        assert_eq!(hai.map(n_files), [4, 8, 10, 10, 10]);
        for dataset in registry.datasets() {
            let bare: Vec<&FileEntry> =
                dataset.files.iter().filter(|file| file.checksum.is_none()).collect();
            assert!(bare.is_empty() || dataset.by_hand.is_some(), "{}", dataset.name);
        }
    }

    #[test]
    fn an_address_is_the_base_and_the_escaped_name() {
        let registry = parse(&[]).unwrap();
        let dataset = registry.dataset("a-1.0").unwrap();
        let url = dataset.url(&dataset.files[0]);
        assert_eq!(url.unwrap(), "https://x.example/y/d/e%2B%20f.csv");
        let registry = parse(&[("part =", "from = '77'\npart =")]).unwrap();
        let dataset = registry.dataset("a-1.0").unwrap();
        assert_eq!(dataset.url(&dataset.files[0]).unwrap(), "https://x.example/y/77");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        for (from, to, expected) in [
            ("no_checksum = 'why'", "", "wanted a checksum, or no_checksum"),
            ("no_checksum = 'why'", "sha256 = '00'", "d/e+ f.csv: sha256 is no 64 digits"),
            ("no_checksum = 'why'", "git_blob = 'x'", "d/e+ f.csv: git_blob is no 40 digits"),
            ("'d/e+ f.csv'", "'../f.csv'", "a-1.0: \"../f.csv\" leads out of the folder"),
            ("'d/e+ f.csv'", "'/f.csv'", "a-1.0: \"/f.csv\" leads out of the folder"),
            ("'d/e+ f.csv'", "'c\\f.csv'", "a-1.0: \"c\\\\f.csv\" leads out of the folder"),
            ("'d/e+ f.csv'", "'*.csv'", "a-1.0: \"*.csv\" is not the name of one file"),
            ("'a-1.0'", "'A'", "the name \"A\" is not lower case"),
            ("base = ", "by_hand = 'x'\nbase = ", "wanted a base or by_hand, and not both"),
            ("https://", "file://", "is not http(s) and a folder"),
            ("split = 's'", "splits = 's'", "unknown field `splits`"),
            ("part = 'train'", "part = 'all'", "unknown variant `all`"),
        ] {
            let error = parse(&[(from, to)]).expect_err(to);
            assert!(error.contains(expected), "{error}");
        }
        let twice = parse(&[("[[dataset]]", "dataset = []\n[[dataset]]")]).unwrap_err();
        assert!(twice.contains("dataset"), "{twice}");
        let unknown = parse(&[]).unwrap();
        let error = unknown.dataset("b").unwrap_err().to_string();
        assert_eq!(error, "found no dataset \"b\", wanted one of a-1.0");
    }

    #[test]
    fn a_name_or_a_path_stands_there_once() {
        let file = "[[dataset.file]]\npath = 'x'\npart = 'test'\nno_checksum = 'why'\n";
        let tail = format!("no_checksum = 'why'\n{file}{file}");
        let error = parse(&[("no_checksum = 'why'\n", &tail)]).unwrap_err();
        assert_eq!(error, "the registry of datasets: a-1.0: \"x\" stands there twice");
        let text = EMBEDDED.to_owned() + EMBEDDED;
        let error = Registry::parse(&text).unwrap_err().to_string();
        assert_eq!(error, "the registry of datasets: adfa-ld: the name stands there twice");
    }
}
