//! Unpacking of what was downloaded: whole, bounded, and never out of its folder.

use std::io::{Cursor, Write as _};
use std::path::Path;

use crate::server::{Behaviour, Server};
use oddity_datasets::fetch::{FetchOptions, FetchReport};
use oddity_datasets::{Error, Registry, fetch};
use zip::write::SimpleFileOptions;

fn run(name: &str, form: &str, content: &[u8], folder: &Path) -> Result<FetchReport, Error> {
    let server = Server::start(content, &[Behaviour::Right]);
    let text = format!(
        "[[dataset]]\nname = 'test'\ntitle = 't'\nfolder = 'test'\nhome = 'h'\nbase = '{}'\n\
         address = 'a'\nlicence = 'MIT'\ncitation = 'c'\nsplit = 's'\n\n[[dataset.file]]\n\
         path = '{name}'\npart = 'train'\nno_checksum = 'why'\nunpack = '{form}'\n",
        server.base()
    );
    let registry = Registry::parse(&text)?;
    let options = FetchOptions { max_unpacked: 10_000, ..FetchOptions::default() };
    fetch(registry.dataset("test")?, folder, &options, &mut |_| {})
}

fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        archive.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        archive.write_all(content).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(content).expect("memory");
    packed.finish().expect("memory")
}

#[test]
fn archives_are_unpacked_beside_themselves_once() {
    let folder = tempfile::tempdir().unwrap();
    let archive = zip(&[("a/b.txt", b"1"), ("c.txt", b"2")]);
    let unpacked = folder.path().join("test/f");
    for _ in 0..2 {
        let report = run("f.zip", "zip", &archive, folder.path()).unwrap();
        assert_eq!(report.files[0].unpacked.as_deref(), Some(unpacked.as_path()));
        assert_eq!(std::fs::read(unpacked.join("a/b.txt")).unwrap(), b"1");
        assert_eq!(std::fs::read(unpacked.join("c.txt")).unwrap(), b"2");
    }
    run("g.csv.gz", "gzip", &gzip(b"1,2\n"), folder.path()).unwrap();
    assert_eq!(std::fs::read(folder.path().join("test/g.csv")).unwrap(), b"1,2\n");
    let mut names: Vec<_> = std::fs::read_dir(folder.path().join("test")).unwrap().collect();
    names.sort_by_key(|entry| entry.as_ref().unwrap().file_name());
    // The archives stay, and nothing half done.
    assert_eq!(names.len(), 4);
}

#[test]
fn what_leads_out_of_the_folder_or_is_too_large_is_refused_whole() {
    let large = vec![0; 10_001];
    for (name, form, content, expected) in [
        ("f.zip", "zip", zip(&[("good", b"1"), ("../bad", b"2")]), "leads out of the folder"),
        ("f.zip", "zip", zip(&[("good", b"1"), ("/bad", b"2")]), "leads out of the folder"),
        ("f.zip", "zip", zip(&[("a/../../../bad", b"2")]), "leads out of the folder"),
        ("f.zip", "zip", zip(&[("..\\bad", b"2")]), "leads out of the folder"),
        ("f.zip", "zip", zip(&[("C:bad", b"2")]), "leads out of the folder"),
        ("f.zip", "zip", zip(&[("a", &large[..6_000]), ("b", &large[..6_000])]), "more than 10000"),
        ("f.zip", "zip", zip(&[("a", b"1")])[..60].to_vec(), "cannot be unpacked"),
        ("f.zip", "zip", b"no archive".to_vec(), "cannot be unpacked"),
        ("f.gz", "gzip", gzip(&large), "more than 10000"),
        ("f.gz", "gzip", gzip(b"cut")[..15].to_vec(), "cannot be unpacked"),
        ("f", "gzip", gzip(b"x"), "its name has no ending"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let error = run(name, form, &content, folder.path()).expect_err(expected).to_string();
        assert!(error.contains(expected), "{error}");
        // Only the archive is there.
        let left = std::fs::read_dir(folder.path().join("test")).unwrap();
        assert_eq!(left.count(), 1, "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "{error}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.add_symlink("link", "/etc", SimpleFileOptions::default()).unwrap();
    let archive = archive.finish().unwrap().into_inner();
    let error = run("f.zip", "zip", &archive, folder.path()).unwrap_err();
    assert!(matches!(error, Error::EntryPath { .. }), "{error}");
}
