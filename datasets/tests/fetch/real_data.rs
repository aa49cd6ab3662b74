//! The registry against the published files, where they are at hand.

use std::path::Path;

use oddity_datasets::fetch::{FetchOptions, Outcome};
use oddity_datasets::{DATA_DIR_VARIABLE, Registry, fetch};

#[test]
fn published_files_have_the_lengths_and_checksums_of_the_registry() {
    let Some(data_dir) = std::env::var_os(DATA_DIR_VARIABLE) else {
        println!("skipped: {DATA_DIR_VARIABLE} is not set");
        return;
    };
    let mut n_checked = 0;
    for dataset in Registry::embedded().datasets() {
        let folder = Path::new(&data_dir).join(&dataset.folder);
        let mut dataset = dataset.clone();
        dataset.files.retain(|file| folder.join(&file.path).exists());
        if dataset.by_hand.is_some() || dataset.files.is_empty() {
            continue;
        }
        // Every file is there, so that nothing is requested.
        let report =
            fetch(&dataset, Path::new(&data_dir), &FetchOptions::default(), &mut |_| {}).unwrap();
        assert!(report.files.iter().all(|file| file.outcome == Outcome::WasThere));
        n_checked += report.files.len();
    }
    println!("{n_checked} files checked");
    assert!(0 < n_checked);
}
