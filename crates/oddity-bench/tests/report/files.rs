//! The files beside the page: all there, readable, and no others removed.

use std::collections::BTreeSet;

use crate::content::report;
use oddity_bench::report::files;
use oddity_bench::report_files::write;
use roxmltree::Document;

#[test]
fn every_chart_and_table_is_a_file() {
    let name = "a,b_&<\"\\";
    let report = report(name);
    let files = files(&report).unwrap();
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let unique: BTreeSet<&str> = paths.iter().copied().collect();
    assert_eq!(unique.len(), paths.len());
    let of = |ending: &str| paths.iter().filter(|path| path.ends_with(ending)).count();
    assert_eq!((of(".svg"), of(".png")), (14, 14));
    // All rows of the two suites are no tables for print.
    assert_eq!(of(".csv"), of(".tex") + 2 + 2);
    for file in &files {
        match file.path.rsplit_once('.').unwrap().1 {
            "svg" => {
                Document::parse(std::str::from_utf8(&file.bytes).unwrap()).unwrap();
            }
            "png" => assert!(file.bytes.starts_with(b"\x89PNG")),
            "csv" => assert!(file.bytes.ends_with(b"\r\n")),
            _ => assert!(file.bytes.ends_with(b"\\bottomrule\n\\end{tabular}\n")),
        }
    }
    assert_eq!(files, oddity_bench::report::files(&report).unwrap());
}

#[test]
fn figures_that_a_report_no_longer_has_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let mut report = report("knn");
    write(folder.path(), &report).unwrap();
    let own = folder.path().join("figures/of-the-reader.svg");
    std::fs::write(&own, "<svg/>").unwrap();
    report.suites[1].box_plots.clear();
    let count = || std::fs::read_dir(folder.path().join("figures")).unwrap().count();
    let n_before = count();
    write(folder.path(), &report).unwrap();
    assert_eq!(count(), n_before - 2);
    assert!(own.exists());
}
