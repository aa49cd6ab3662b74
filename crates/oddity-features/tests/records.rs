//! Steps that read records: which columns they take, and what becomes of gaps and of
//! categories that were not seen.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use oddity_core::{Column, Error, Frame, Records, Result, SamplesOwned, Step, Transformer};
use oddity_features::{MissingNumber, OneHot, OneHotParams, StepConfig};

fn categories(codes: &[u32], names: &[&str]) -> Column {
    let names = names.iter().map(|&name| name.to_owned()).collect();
    Column::Categories { codes: codes.to_vec(), names }
}

fn numbers(values: &[f64]) -> Column {
    Column::Numbers(values.to_vec())
}

fn text(texts: &[&str]) -> Column {
    Column::Text(texts.iter().collect())
}

/// Four packets; no row is `icmp`.
fn packets() -> Records {
    Records::new([
        ("length", numbers(&[60.0, f64::NAN, 1500.0, 0.0])),
        ("protocol", categories(&[2, 0, 2, 0], &["udp", "icmp", "tcp"])),
        ("version", numbers(&[4.0, 4.0, 4.0, 4.0])),
        ("info", text(&["b", "a", "", "b"])),
        ("gap", numbers(&[f64::NAN; 4])),
    ])
    .unwrap()
}

fn run(config: &str, train: &Records, test: &Records) -> Result<SamplesOwned> {
    let config: StepConfig = toml::from_str(config).unwrap();
    let Step::Plain(step) = config.build().unwrap() else { panic!("{config:?} sees classes") };
    step.fit(&train.samples())?.transform(&test.samples())
}

fn names(frame: &Frame) -> Vec<&str> {
    frame.columns().iter().collect()
}

#[test]
fn numeric_takes_the_columns_named_and_fills_gaps_as_told() {
    let packets = packets();
    let run = |more: &str| {
        let config = format!("kind = 'numeric'\n{more}");
        run(&config, &packets, &packets).and_then(SamplesOwned::into_dense)
    };
    let refused = run("").unwrap_err();
    assert_eq!(refused.to_string(), "row 1, column \"length\": the value is missing");
    let zero = run("missing = 'zero'\nexclude = ['gap']").unwrap();
    assert_eq!(names(&zero), ["length", "version"]);
    assert_eq!(zero.values(), [60.0, 4.0, 0.0, 4.0, 1500.0, 4.0, 0.0, 4.0]);
    let mean = run("columns = ['version', 'length']\nmissing = 'mean'\nindicator = true").unwrap();
    assert_eq!(names(&mean), ["version", "length", "length=missing"]);
    assert_eq!(mean.row(1), [4.0, 520.0, 1.0]);
    assert_eq!(mean.row(2), [4.0, 1500.0, 0.0]);
    let empty = run("missing = 'mean'").unwrap_err().to_string();
    assert_eq!(empty, "numeric: column \"gap\" has no value in the training samples");
    assert!(matches!(run("columns = ['info']"), Err(Error::ColumnKind { .. })));
    assert!(matches!(run("columns = ['port']"), Err(Error::MissingColumn { .. })));
    assert!(matches!(run("columns = []"), Err(Error::NoColumns { step: "numeric" })));
}

#[test]
fn the_mean_is_that_of_the_training_samples_and_later_gaps_are_refused() {
    let (train, test) = (packets().select(&[0, 2]), packets().select(&[3, 1]));
    let of_length = "kind = 'numeric'\ncolumns = ['length']\n";
    let filled = run(&format!("{of_length}missing = 'mean'"), &train, &test).unwrap();
    assert_eq!(filled.into_dense().unwrap().values(), [0.0, 780.0]);
    let refused = run(of_length, &train, &test);
    assert!(matches!(refused, Err(Error::MissingValue { row: 1, .. })));
}

#[test]
fn columns_with_one_value_are_dropped() {
    let packets = packets();
    let SamplesOwned::Records(kept) = run("kind = 'drop_constant'", &packets, &packets).unwrap()
    else {
        panic!("records become records");
    };
    assert_eq!(kept.names().iter().collect::<Vec<_>>(), ["length", "protocol", "info"]);
    // 0.1 eleven times: its computed mean is off, and so is the deviation.
    let values = (0..33).map(|at| [0.1, 5.0, f64::from(at % 2) * 1e-200][at as usize % 3]);
    let rows = Frame::new(values.collect(), ["tenth", "five", "tiny"]).unwrap();
    let config: StepConfig = toml::from_str("kind = 'drop_constant'").unwrap();
    let Step::Plain(step) = config.build().unwrap() else { panic!("sees no classes") };
    let fitted = step.fit(&rows.samples()).unwrap();
    let kept = fitted.transform(&rows.samples()).unwrap().into_dense().unwrap();
    assert_eq!(names(&kept), ["tiny"]);
    let constant = rows.view().select_columns(&[0, 1]);
    assert!(matches!(step.fit(&constant.samples()), Err(Error::NoColumns { .. })));
}

#[test]
fn categories_that_occur_in_training_become_columns() {
    let packets = packets();
    let (train, test) = (packets.select(&[0, 3, 2]), packets.select(&[1, 2]));
    let kept = ["length", "protocol", "version", "info"];
    let only = |records: &Records| {
        Records::new(kept.map(|name| (name, records.column(name).unwrap().clone()))).unwrap()
    };
    let (train, full) = (only(&train), only(&test));
    let test = full.select(&[1]);
    let run = |more: &str, test: &Records| run(&format!("kind = 'one_hot'\n{more}"), &train, test);
    let SamplesOwned::Sparse(rows) = run("", &test).unwrap() else { panic!("not sparse") };
    let wanted = ["length", "protocol=tcp", "protocol=udp", "version"];
    assert_eq!(rows.columns().iter().collect::<Vec<_>>(), wanted);
    assert_eq!(rows.view().to_dense().values(), [1500.0, 1.0, 0.0, 4.0]);
    let dense = |more: &str, test: &Records| run(more, test).unwrap().into_dense().unwrap();
    let text = dense("text = true\ndrop_numbers = true", &train);
    assert_eq!(names(&text), ["protocol=tcp", "protocol=udp", "info=", "info=b"]);
    assert_eq!(text.values(), [1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0]);
    // A gap among numbers that stay is refused.
    assert!(matches!(run("", &full), Err(Error::MissingValue { row: 0, .. })));
}

#[test]
fn unseen_categories_of_records_follow_the_policy() {
    let train = Records::new([("p", categories(&[1, 1], &["udp", "tcp"]))]).unwrap();
    // Another list of names than in training.
    let test = Records::new([("p", categories(&[0, 2], &["tcp", "igmp", "udp"]))]).unwrap();
    let run = |unseen: &str| run(&format!("kind = 'one_hot'\nunseen = '{unseen}'"), &train, &test);
    let refused = run("error").unwrap_err().to_string();
    assert_eq!(refused, "row 1, column \"p\": category \"udp\" was never seen in fit");
    for zeros in ["ignore", "zeros"] {
        assert_eq!(run(zeros).unwrap().into_dense().unwrap().values(), [1.0, 0.0]);
    }
    for other in ["other", "column"] {
        let rows = run(other).unwrap().into_dense().unwrap();
        assert_eq!(names(&rows), ["p=tcp", "p=unseen"]);
        assert_eq!(rows.values(), [1.0, 0.0, 0.0, 1.0]);
    }
}

#[test]
fn one_hot_fills_the_gaps_of_numbers_as_asked() {
    let names: std::sync::Arc<[String]> = ["a".to_owned(), "b".to_owned()].into();
    let records = Records::new([
        ("x", Column::Numbers(vec![1.0, f64::NAN, 3.0])),
        ("kind", Column::Categories { codes: vec![0, 1, 0], names }),
    ])
    .unwrap();
    let encode = |missing| {
        let step = OneHot::new(OneHotParams { missing, ..OneHotParams::default() }).unwrap();
        let fitted = step.fit(&records.samples())?;
        let state = fitted.state().unwrap();
        step.restore(&state)?.transform(&records.samples())?.into_dense()
    };
    let filled = encode(MissingNumber::Mean).unwrap();
    assert_eq!(filled.values(), [1.0, 1.0, 0.0, 2.0, 0.0, 1.0, 3.0, 1.0, 0.0]);
    assert_eq!(encode(MissingNumber::Zero).unwrap().values()[3], 0.0);
    let refused = encode(MissingNumber::Error).unwrap_err().to_string();
    assert_eq!(refused, "row 1, column \"x\": the value is missing");
}
