//! Generated traces as files: the layout, the same bytes each time, and what is refused.

// Functions beside the tests are tests too.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use oddity_datasets::generate::adfa_ld::DIFFERENCES;
use oddity_datasets::{AdfaLdGenerator, AdfaLdParams, Error};
use zip::ZipArchive;

fn generator() -> AdfaLdGenerator {
    let params = AdfaLdParams {
        seed: 9,
        n_training: 30,
        n_validation: 1100,
        n_attack: 70,
        ..Default::default()
    };
    AdfaLdGenerator::new(params).unwrap()
}

/// What the files of the layout must hold, by path.
fn expected(generator: &AdfaLdGenerator) -> BTreeMap<String, String> {
    let text = |calls: &[u16]| calls.iter().map(|call| format!("{call} ")).collect();
    generator.iter().map(|trace| (trace.info.file, text(&trace.calls))).collect()
}

fn collect(folder: &Path, top: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, top, files);
        } else {
            let name = path.strip_prefix(top).unwrap().to_str().unwrap().replace('\\', "/");
            files.insert(name, fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn a_folder_holds_the_traces_and_says_what_they_are() {
    let (generator, folder) = (generator(), tempfile::tempdir().unwrap());
    let path = folder.path().join("adfa-ld-generated/ADFA-LD");
    generator.write_folder(&path).unwrap();
    let mut files = BTreeMap::new();
    collect(&path, &path, &mut files);
    let note = files.remove("GENERATED.txt").unwrap();
    assert!(note.contains(DIFFERENCES) && note.contains("\nseed = 9\n"), "{note}");
    assert_eq!(files, expected(&generator));
}

#[test]
fn an_archive_holds_the_traces_and_has_the_same_bytes_each_time() {
    let (generator, folder) = (generator(), tempfile::tempdir().unwrap());
    let (one, other) = (folder.path().join("one.zip"), folder.path().join("other.zip"));
    generator.write_zip(&one).unwrap();
    fs::write(&other, "what was there before").unwrap();
    generator.write_zip(&other).unwrap();
    assert!(fs::read(&one).unwrap() == fs::read(&other).unwrap());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

    let mut archive = ZipArchive::new(File::open(&one).unwrap()).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let (mut file, mut text) = (archive.by_index(at).unwrap(), String::new());
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().strip_prefix("ADFA-LD/").unwrap().to_owned(), text);
    }
    assert!(files.remove("GENERATED.txt").unwrap().contains(DIFFERENCES));
    assert_eq!(files, expected(&generator));
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine"), "").unwrap();
    let error = generator().write_folder(folder.path()).unwrap_err();
    assert!(matches!(error, Error::FolderNotEmpty { .. }), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = generator().write_zip(folder.path().join("missing/x.zip")).unwrap_err();
    assert!(matches!(error, Error::Io { action: "create", .. }), "{error}");
    // A folder stands where the archive should go.
    let taken = folder.path().join("taken");
    fs::create_dir_all(taken.join("inside")).unwrap();
    let error = generator().write_zip(&taken).unwrap_err();
    assert!(matches!(error, Error::Io { action: "rename to", .. }), "{error}");
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = generator().write_folder(&file).unwrap_err();
    assert!(matches!(error, Error::Io { action: "create", .. }), "{error}");
}
