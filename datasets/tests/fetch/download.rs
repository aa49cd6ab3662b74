//! Downloads: what a server may do wrong, and what comes of it.

use std::path::Path;
use std::time::Duration;

use crate::server::{Behaviour, Server};
use oddity_datasets::fetch::{Event, FetchOptions, FetchReport, Outcome, plan};
use oddity_datasets::{Error, Registry, fetch};
use sha2::Digest as _;

/// 300,000 bytes that do not repeat.
fn content() -> Vec<u8> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..300_000).map(|_| next()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sha256(bytes: &[u8]) -> String {
    format!("sha256 = \"{}\"", hex(&sha2::Sha256::digest(bytes)))
}

fn git_blob(bytes: &[u8]) -> String {
    let mut hasher = sha1::Sha1::new();
    hasher.update(format!("blob {}\0", bytes.len()));
    hasher.update(bytes);
    format!("git_blob = \"{}\"", hex(&hasher.finalize()))
}

/// A registry of one dataset with one file that has those facts.
fn registry(base: &str, file: &str, facts: &str) -> Registry {
    let text = format!(
        "[[dataset]]\nname = 'test'\ntitle = 't'\nfolder = 'test'\nhome = 'h'\nbase = '{base}'\n\
         address = 'a'\nlicence = 'MIT'\ncitation = 'c'\nsplit = 's'\n\n[[dataset.file]]\n\
         path = '{file}'\npart = 'train'\n{facts}\n"
    );
    Registry::parse(&text).expect("a sound registry")
}

fn options() -> FetchOptions {
    let (timeout, wait) = (Duration::from_millis(500), Duration::from_millis(1));
    FetchOptions { timeout, wait, attempts: 3, max_bytes: 1 << 20, ..FetchOptions::default() }
}

fn run(server: &Server, facts: &str, folder: &Path) -> Result<FetchReport, Error> {
    let registry = registry(&server.base(), "f.bin", facts);
    fetch(registry.dataset("test")?, folder, &options(), &mut |_| {})
}

/// What comes of a fetch into a new folder: outcome and requests, or the error and what is
/// left. The file is the content whenever it is there.
fn outcome(behaviours: &[Behaviour], facts: &str) -> (Result<Outcome, String>, Vec<String>) {
    let content = content();
    let server = Server::start(&content, behaviours);
    let folder = tempfile::tempdir().expect("a folder");
    let report = run(&server, facts, folder.path());
    let path = folder.path().join("test/f.bin");
    assert_eq!(path.exists(), report.is_ok());
    if path.exists() {
        assert!(std::fs::read(&path).expect("a file") == content);
        assert!(!folder.path().join("test/f.bin.part").exists());
    }
    let base = server.base();
    let report = report.map(|report| report.files[0].outcome);
    (report.map_err(|error| error.to_string().replace(&base, "BASE/")), server.requests())
}

fn all_facts() -> [String; 4] {
    let (sha256, git_blob) = (sha256(&content()), git_blob(&content()));
    let sized = |facts: &str| format!("{facts}\nsize = 300000");
    [sized(&sha256), sized(&git_blob), sha256, git_blob]
}

#[test]
fn a_whole_file_is_downloaded_checked_and_then_left_alone() {
    for facts in all_facts() {
        for behaviour in [Behaviour::Right, Behaviour::NoLength(1)] {
            let found = outcome(&[behaviour], &facts);
            assert_eq!(found, (Ok(Outcome::Downloaded), vec!["/data/f.bin".to_owned()]));
        }
    }
    let (server, folder) = (Server::start(&content(), &[Behaviour::Right]), tempfile::tempdir());
    let folder = folder.unwrap();
    for (n_requests, expected) in [(1, Outcome::Downloaded), (1, Outcome::WasThere)] {
        let report = run(&server, &all_facts()[1], folder.path()).unwrap();
        assert_eq!((report.files[0].outcome, report.files[0].n_bytes), (expected, 300_000));
        assert_eq!(server.requests().len(), n_requests);
    }
    assert!(run(&server, "no_checksum = 'why'", folder.path()).is_ok());
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_download_that_broke_off_is_resumed() {
    for facts in all_facts() {
        let (found, requests) = outcome(&[Behaviour::BreaksOff(100_000), Behaviour::Right], &facts);
        assert_eq!(found, Ok(Outcome::Resumed));
        assert_eq!(requests, ["/data/f.bin", "/data/f.bin from 100000"]);
    }
    // Any number of breaks, as long as each request brings the file further.
    let breaks = [Behaviour::BreaksOff(40_000); 7];
    let (found, requests) = outcome(&[&breaks[..], &[Behaviour::Right]].concat(), &all_facts()[0]);
    assert_eq!((found, requests.len()), (Ok(Outcome::Resumed), 8));
    // Nothing would tell that the parts belong together.
    let behaviours = [Behaviour::BreaksOff(100_000), Behaviour::Right];
    let (found, _) = outcome(&behaviours, "no_checksum = 'why'");
    assert!(found.is_ok());
}

#[test]
fn a_later_call_goes_on_with_what_an_earlier_one_left() {
    let content = content();
    for facts in all_facts() {
        let folder = tempfile::tempdir().unwrap();
        let breaks = [Behaviour::BreaksOff(70_000), Behaviour::Status(503)];
        let server = Server::start(&content, &breaks);
        let error = run(&server, &facts, folder.path()).unwrap_err();
        assert!(matches!(error, Error::Status { status: 503, .. }), "{error}");
        let server = Server::start(&content, &[Behaviour::Right]);
        let report = run(&server, &facts, folder.path()).unwrap();
        assert_eq!(report.files[0].outcome, Outcome::Resumed);
        assert_eq!(server.requests(), ["/data/f.bin from 70000"]);
    }
}

#[test]
fn a_server_that_cannot_resume_sends_the_whole_again() {
    let whole = "/data/f.bin".to_owned();
    let rest = "/data/f.bin from 1000".to_owned();
    for (second, n_requests) in [
        (Behaviour::IgnoresRange, 2),
        (Behaviour::Status(416), 3),
        (Behaviour::OtherRange, 3),
        // The rest of another version of the file: found by the checksum.
        (Behaviour::WrongBytes, 3),
    ] {
        let (found, requests) =
            outcome(&[Behaviour::BreaksOff(1_000), second, Behaviour::Right], &all_facts()[0]);
        assert_eq!(found, Ok(Outcome::Downloaded), "{second:?}");
        let expected = [whole.clone(), rest.clone(), whole.clone()];
        assert_eq!(requests, expected[..n_requests], "{second:?}");
    }
}

#[test]
fn parts_that_were_left_are_never_trusted() {
    let content = content();
    // Too long, whole but wrong, whole and right.
    let wrong = vec![7; content.len()];
    for (part, outcome, n_requests) in [
        ([&content[..], b"x"].concat(), Outcome::Downloaded, 1),
        (wrong[..5_000].to_vec(), Outcome::Downloaded, 2),
        (wrong, Outcome::Downloaded, 1),
        (content.clone(), Outcome::Resumed, 0),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("test")).unwrap();
        std::fs::write(folder.path().join("test/f.bin.part"), &part).unwrap();
        let server = Server::start(&content, &[Behaviour::Right]);
        let report = run(&server, &all_facts()[0], folder.path()).unwrap();
        assert_eq!(report.files[0].outcome, outcome);
        assert_eq!(server.requests().len(), n_requests);
        assert!(std::fs::read(folder.path().join("test/f.bin")).unwrap() == content);
    }
}

#[test]
fn lies_about_the_length_are_found_out() {
    let length = |n| Err(format!("BASE/f.bin: found a length of {n} bytes, wanted 300000"));
    let [sized, _, bare, _] = all_facts();
    let (found, requests) = outcome(&[Behaviour::ClaimsMore(5)], &sized);
    assert_eq!((found, requests.len()), (length(300_005), 1));
    let (found, requests) = outcome(&[Behaviour::ClaimsLess(5)], &sized);
    assert_eq!((found, requests.len()), (length(299_995), 1));
    // Without a length in the registry the checksum tells, or the early end.
    let (found, requests) = outcome(&[Behaviour::ClaimsMore(5)], &bare);
    assert!(found.is_err(), "{found:?}");
    assert!(1 < requests.len());
    let (found, _) = outcome(&[Behaviour::ClaimsLess(5)], &bare);
    assert!(found.as_ref().is_err_and(|error| error.contains("found sha256")), "{found:?}");
}

#[test]
fn a_server_that_does_not_stop_is_stopped() {
    let [sized, _, bare, _] = all_facts();
    let (found, _) = outcome(&[Behaviour::NoLength(3)], &sized);
    assert_eq!(found, Err("BASE/f.bin: the server sent more than 300000 bytes".to_owned()));
    // The limit of the options, where the registry knows no length.
    for behaviour in [Behaviour::NoLength(9), Behaviour::ClaimsMore(1 << 20)] {
        let (found, _) = outcome(&[behaviour], &bare);
        assert_eq!(found, Err("BASE/f.bin: the server sent more than 1048576 bytes".to_owned()));
    }
    let (found, _) = outcome(&[Behaviour::NoLength(0)], &sized);
    assert!(found.as_ref().is_err_and(|e| e.contains("ended after 0 of 300000")), "{found:?}");
}

#[test]
fn wrong_bytes_are_not_kept() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&content(), &[Behaviour::WrongBytes]);
    for facts in all_facts() {
        let error = run(&server, &facts, folder.path()).unwrap_err();
        assert!(matches!(error, Error::Checksum { .. }), "{error}");
        assert_eq!(std::fs::read_dir(folder.path().join("test")).unwrap().count(), 0);
    }
    // Wrong bytes are no passing fault.
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn a_fault_of_the_server_may_pass_and_a_missing_file_does_not() {
    let facts = &all_facts()[0];
    for code in [500, 502, 503, 429, 408] {
        let (found, requests) =
            outcome(&[Behaviour::Status(code), Behaviour::Status(code), Behaviour::Right], facts);
        assert_eq!((found, requests.len()), (Ok(Outcome::Downloaded), 3), "{code}");
    }
    for (code, n_requests) in [(500, 3), (404, 1), (403, 1), (416, 1), (204, 1)] {
        let (found, requests) = outcome(&[Behaviour::Status(code)], facts);
        let expected = format!("BASE/f.bin: the server answered with status {code}");
        assert_eq!((found, requests.len()), (Err(expected), n_requests), "{code}");
    }
}

#[test]
fn redirects_without_an_end_are_not_followed() {
    let (found, requests) = outcome(&[Behaviour::Redirects], &all_facts()[0]);
    assert_eq!(found, Err("BASE/f.bin: found more than 5 redirects".to_owned()));
    assert_eq!(requests.len(), 6);
    let (found, _) = outcome(&[Behaviour::Redirects, Behaviour::Right], &all_facts()[0]);
    assert_eq!(found, Ok(Outcome::Downloaded));
}

#[test]
fn a_server_that_stalls_is_left_and_asked_again() {
    let facts = &all_facts()[0];
    let (found, requests) = outcome(&[Behaviour::Stalls(2_000), Behaviour::Right], facts);
    assert_eq!(found, Ok(Outcome::Resumed));
    assert_eq!(requests, ["/data/f.bin", "/data/f.bin from 2000"]);
    let (found, requests) = outcome(&[Behaviour::Stalls(0)], facts);
    assert!(found.as_ref().is_err_and(|error| error.contains("timeout")), "{found:?}");
    assert_eq!(requests.len(), 3);
}

#[test]
fn nobody_there_is_an_error_that_names_the_address() {
    let base = Server::start(b"", &[Behaviour::Right]).base();
    let registry = registry(&base, "f.bin", "no_checksum = 'why'");
    let (folder, mut n_retries) = (tempfile::tempdir().unwrap(), 0);
    let mut count =
        |event: &Event<'_>| n_retries += usize::from(matches!(event, Event::Retry { .. }));
    let dataset = registry.dataset("test").unwrap();
    let error = fetch(dataset, folder.path(), &options(), &mut count).unwrap_err();
    assert!(matches!(&error, Error::Transport { url, .. } if *url == format!("{base}f.bin")));
    assert_eq!(n_retries, 2);
}

#[test]
fn a_file_of_the_user_is_never_replaced() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("test")).unwrap();
    let path = folder.path().join("test/f.bin");
    let server = Server::start(&content(), &[Behaviour::Right]);
    for (mine, expected) in [(vec![0; 5], "found 5 bytes"), (vec![0; 300_000], "found sha256 ")] {
        std::fs::write(&path, &mine).unwrap();
        let error = run(&server, &all_facts()[0], folder.path()).unwrap_err();
        assert!(matches!(error, Error::OtherFile { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(std::fs::read(&path).unwrap() == mine);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn two_processes_do_not_write_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("test")).unwrap();
    let part = std::fs::File::create(folder.path().join("test/f.bin.part")).unwrap();
    part.lock().unwrap();
    let server = Server::start(&content(), &[Behaviour::Right]);
    let error = run(&server, &all_facts()[0], folder.path()).unwrap_err();
    assert!(matches!(error, Error::Busy { .. }), "{error}");
}

#[test]
fn a_plan_requests_nothing_and_what_is_had_by_hand_says_how() {
    let server = Server::start(&content(), &[Behaviour::Right]);
    let registry = registry(&server.base(), "a b.bin", &all_facts()[0]);
    let planned = plan(registry.dataset("test").unwrap(), Path::new("DIR"));
    assert_eq!(planned[0].path, Path::new("DIR/test/a b.bin"));
    assert_eq!(planned[0].url, Some(format!("{}a%20b.bin", server.base())));
    assert_eq!((planned[0].size, planned[0].is_there), (Some(300_000), false));
    assert!(server.requests().is_empty());
    let registry = Registry::embedded();
    let dataset = registry.dataset("timeline").unwrap();
    let error = fetch(dataset, Path::new("DIR"), &options(), &mut |_| {}).unwrap_err();
    assert!(error.to_string().starts_with("timeline has to be put there by hand, in DIR/timeline"));
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("timeline");
    std::fs::create_dir(&mine).unwrap();
    std::fs::write(mine.join("notes.txt"), "none").unwrap();
    let error = fetch(dataset, folder.path(), &options(), &mut |_| {}).unwrap_err();
    assert!(matches!(error, Error::ByHand { .. }), "{error}");
    std::fs::write(mine.join("host.csv"), "datetime\n").unwrap();
    let report = fetch(dataset, folder.path(), &options(), &mut |_| {}).unwrap();
    let found: Vec<_> = report.files.iter().map(|file| (&file.path, file.outcome)).collect();
    assert_eq!(found, [(&mine.join("host.csv"), Outcome::WasThereUnchecked)]);
}
