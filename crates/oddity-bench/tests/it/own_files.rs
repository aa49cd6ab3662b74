//! Suites over files of the user's own: what makes other cells, and splits by their series.

use std::collections::BTreeSet;
use std::path::Path;

use oddity_bench::dataset::Dataset;
use oddity_bench::plan::Plan;
use oddity_bench::suite::Suite;

const SUITE: &str = r#"
name = "own"
title = "Three files"
dataset = { kind = "table", name = "own", train = ["one.csv"], test = ["two.csv", "three.csv"], label = "label", ignore = ["time"], series = "host" }

[[task]]
id = "rows"
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
measures = ["roc_auc"]

[[task.pipeline]]
id = "pca"
detector = { kind = "pca_reconstruction" }
"#;

fn write_files(folder: &Path) {
    for (name, hosts) in [("one.csv", ["a", "b"]), ("two.csv", ["c", "a"]), ("three.csv", ["d"; 2])]
    {
        let [first, second] = hosts;
        let text = format!(
            "time,host,x,label,other\n1,{first},1.5,0,1\n2,{second},2.5,1,0\n3,{second},3.5,0,1\n"
        );
        std::fs::write(folder.join(name), text).expect("written");
    }
}

/// The names of the splits with the keys of their cells.
fn planned(text: &str, folder: &Path) -> oddity_bench::Result<Vec<(String, String)>> {
    let suite = Suite::parse(text, "test")?;
    let datasets = [Dataset::load(suite.dataset_of(&suite.tasks[0])?, Some(folder))?];
    let plan = Plan::new(&suite, &datasets, &[0], |_| true)?;
    let key = |group: &oddity_bench::plan::Group<'_>| group.cells[0].key.clone();
    Ok(plan.groups.iter().map(|group| (group.split_name.clone(), key(group))).collect())
}

#[test]
fn the_same_bytes_read_otherwise_are_other_cells() {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path());
    let texts = [
        SUITE.to_owned(),
        SUITE.replace("label = \"label\"", "label = \"other\""),
        SUITE.replace("ignore = [\"time\"]", "ignore = [\"time\", \"other\"]"),
        SUITE.replace(", series = \"host\"", ""),
        SUITE.replace("label = \"label\"", "label = \"label\", normal = [\"1\"]"),
        SUITE
            .replace("[\"one.csv\"]", "[\"one.csv\", \"two.csv\"]")
            .replace("[\"two.csv\", \"three.csv\"]", "[\"three.csv\"]"),
    ];
    let keys = texts.iter().map(|text| planned(text, folder.path()).unwrap().remove(0).1);
    assert_eq!(keys.collect::<BTreeSet<_>>().len(), texts.len());
}

#[test]
fn a_series_is_split_by_its_name_in_all_files() {
    let folder = tempfile::tempdir().unwrap();
    write_files(folder.path());
    let series = SUITE.replace("kind = \"given\"", "kind = \"series\"");
    let splits = planned(&series, folder.path()).unwrap();
    let names: Vec<&str> = splits.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["fold-00-a"]);
    // Without the column each file is a series of its own, and none has both parts.
    let error = planned(&series.replace(", series = \"host\"", ""), folder.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "suite own, rows: no series or group has both training and test samples"
    );
}
