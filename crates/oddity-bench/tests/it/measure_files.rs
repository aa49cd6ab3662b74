//! Measures of scores and labels in files: their forms, and what is refused.

use std::path::{Path, PathBuf};

use oddity_bench::measure_files::{
    Calibration, FileError, Form, Said, TruthForm, TruthSource, columns, cutoff, edges, fitted,
    truth,
};
use oddity_eval::measure::EventsError;

/// Writes a file into a folder.
fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a temporary folder");
    path
}

/// One column without a header, a digit a line.
fn lines(digits: &str) -> String {
    digits.chars().map(|digit| format!("{digit}\n")).collect()
}

const ALARMS: &str = "01011001110111000";
const TRUTH: &str = "01100111001111101";

/// A measure of alarms and labels, with the forms they were in.
fn value(scores: &Path, labels: &Path, id: &str) -> (Option<f64>, Form, TruthForm) {
    let [column] = columns(scores, [None]).expect("one column");
    let source = TruthSource::Labels(None);
    let (events, form) =
        truth(labels, &source, &column.file, column.values.len(), &[]).expect("labels");
    let said = Said::new(&column, None).expect("alarms");
    let figure = said.figure(&events, id, &column.file).expect("a measure of alarms");
    (figure.value, column.form, form)
}

#[test]
fn alarms_count_the_same_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    let words = |digits: &str, no: &str, yes: &str| -> String {
        digits.chars().map(|digit| format!("{}\n", if digit == '1' { yes } else { no })).collect()
    };
    let labels = file(&folder, "labels", &lines(TRUTH));
    let labels_named = file(&folder, "labels.csv", &format!("attack\n{}", words(TRUTH, "1", "-1")));
    for (name, text, form) in [
        ("a", lines(ALARMS), Form::ZeroOne),
        ("b.csv", format!("alarm\n{}", lines(ALARMS)), Form::ZeroOne),
        ("c.csv", words(ALARMS, "False", "True"), Form::TrueFalse),
        ("d.csv", words(ALARMS, "1", "-1"), Form::OneMinusOne),
    ] {
        let alarms = file(&folder, name, &text);
        let of_labels = TruthForm::Labels(Form::ZeroOne);
        assert_eq!(value(&alarms, &labels, "f1"), (Some(0.5), form, of_labels), "{name}");
        let of_named = TruthForm::Labels(Form::OneMinusOne);
        assert_eq!(value(&alarms, &labels_named, "f1"), (Some(0.5), form, of_named), "{name}");
    }
}

#[test]
fn ones_alone_are_neither_alarms_nor_labels() {
    let folder = tempfile::tempdir().unwrap();
    let [ones] = columns(&file(&folder, "ones", &lines("111")), [None]).unwrap();
    let refused = Said::new(&ones, None).unwrap_err();
    assert!(matches!(refused, FileError::OnesAlone { .. }), "{refused}");
    let labels = file(&folder, "labels", &lines("111"));
    let refused = truth(&labels, &TruthSource::Labels(None), "ones", 3, &[]).unwrap_err();
    assert!(matches!(refused, FileError::OnesAlone { .. }), "{refused}");
    let [words] = columns(&file(&folder, "words", "true\ntrue\n"), [None]).unwrap();
    assert!(Said::new(&words, None).is_ok());
}

#[test]
fn scores_take_measures_of_scores_and_with_a_cutoff_those_of_alarms() {
    let folder = tempfile::tempdir().unwrap();
    let text = "host,score,attack\na,0.1,0\na,0.4,0\nb,0.35,1\nb,0.8,1\n";
    let path = file(&folder, "run.csv", text);
    let [column] = columns(&path, [Some("score")]).unwrap();
    assert_eq!(column.form, Form::Numbers);
    assert_eq!(edges(&path, "host").unwrap(), [2]);
    let source = TruthSource::Labels(Some("attack"));
    let (events, _) = truth(&path, &source, &column.file, 4, &[3]).unwrap();
    assert_eq!(events.runs(), [2..3, 3..4]);
    let said = Said::new(&column, None).unwrap();
    let auc = said.figure(&events, "roc_auc", &column.file).unwrap();
    assert_eq!((auc.value, auc.threshold), (Some(0.75), None));
    let oracle = said.figure(&events, "f1_oracle", &column.file).unwrap();
    assert_eq!((oracle.value, oracle.threshold.as_deref()), (Some(0.8), Some("oracle")));
    let refused = said.figure(&events, "f1", &column.file).unwrap_err();
    assert!(matches!(refused, FileError::NoThreshold { .. }));
    let said = Said::new(&column, Some(&|scores| cutoff(0.5, scores))).unwrap();
    let recall = said.figure(&events, "recall", &column.file).unwrap();
    assert_eq!((recall.value, recall.threshold.as_deref()), (Some(0.5), Some("cutoff 0.5")));
    assert!(said.all_ids().contains(&"f1") && said.all_ids().contains(&"roc_auc"));
}

#[test]
fn thresholds_are_fitted_on_other_scores() {
    let folder = tempfile::tempdir().unwrap();
    let [column] = columns(&file(&folder, "scores", "0.1\n0.4\n0.35\n0.8\n"), [None]).unwrap();
    let labels = file(&folder, "labels", "0\n0\n1\n1\n");
    let source = TruthSource::Labels(None);
    let (events, _) = truth(&labels, &source, &column.file, 4, &[]).unwrap();
    let normal: String = (0..=100).map(|row| format!("{}\n", f64::from(row) / 200.0)).collect();
    let [scores] = columns(&file(&folder, "normal", &normal), [None]).unwrap();
    let normal = Calibration { scores, truth: None };
    let decide = |rule: &'static str, calibration: &Calibration| {
        Said::new(&column, Some(&|scores| fitted(rule, calibration, scores)))
    };
    let said = decide("quantile(q=0.95)", &normal).unwrap();
    let recall = said.figure(&events, "recall", "scores").unwrap();
    assert_eq!(recall.value, Some(0.5));
    let threshold = recall.threshold.as_deref();
    assert_eq!(threshold, Some("quantile(q=0.95) on 101 held-out normal samples"));

    let [scores] = columns(&file(&folder, "labelled", "0.2\n0.3\n0.34\n0.9\n"), [None]).unwrap();
    let validation = Calibration { scores, truth: Some(events.clone()) };
    let said = decide("f1_best", &validation).unwrap();
    let recall = said.figure(&events, "recall", "scores").unwrap();
    assert_eq!(recall.value, Some(1.0));
    assert!(recall.threshold.unwrap().ends_with("on 4 labelled validation samples"));
    assert!(matches!(decide("f1_best", &normal), Err(FileError::Eval(_))));
    let same = Calibration { scores: column.clone(), truth: None };
    let refused = decide("quantile(q=0.5)", &same);
    assert!(matches!(refused, Err(FileError::Calibration { .. })));
}

#[test]
fn intervals_are_events_with_their_last_sample() {
    let folder = tempfile::tempdir().unwrap();
    let attacks = file(&folder, "attacks.csv", "start,end\n1,4\n6,6\n");
    let source = TruthSource::Intervals([Some("start"), Some("end")]);
    let (events, form) = truth(&attacks, &source, "scores", 8, &[]).unwrap();
    assert_eq!((events.runs(), form), (&[1..5, 6..7][..], TruthForm::Intervals));
    let refused = truth(&attacks, &source, "scores", 6, &[]).unwrap_err();
    let outside = EventsError::Outside { event: 1, end: 6, n_samples: 6 };
    assert!(matches!(refused, FileError::Events { source, .. } if source == outside));
    for text in ["start,end\n1,4.5\n", "start,end\n-1,4\n"] {
        let path = file(&folder, "refused.csv", text);
        let refused = truth(&path, &source, "scores", 8, &[]).unwrap_err();
        assert!(matches!(refused, FileError::NotSample { row: 1, .. }), "{refused}");
    }
}

#[test]
fn a_measure_without_a_value_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let [column] = columns(&file(&folder, "scores", "0.5\n0.6\n"), [None]).unwrap();
    let labels = file(&folder, "labels", "0\n0\n");
    let source = TruthSource::Labels(None);
    let (events, _) = truth(&labels, &source, &column.file, 2, &[]).unwrap();
    let figure = Said::new(&column, None).unwrap().figure(&events, "roc_auc", "scores").unwrap();
    assert_eq!((figure.value, figure.status), (None, "undefined"));
    assert_eq!(figure.reason.as_deref(), Some("no anomaly"));
}

#[test]
fn what_cannot_be_measured_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |text: &str, name: Option<&str>| {
        columns(&file(&folder, "x.csv", text), [name]).unwrap_err().to_string()
    };
    let nan = refused("score\n0.5\nNaN\n", None);
    assert!(nan.contains("column \"score\", row 2: found \"NaN\""), "{nan}");
    let word = refused("score\ntrue\nfalse\nmaybe\n", None);
    assert!(word.contains("row 3: found \"maybe\""), "{word}");
    let several = refused("a,b\n1,2\n", None);
    assert!(several.contains("wanted 1 column(s), found a, b"), "{several}");
    let missing = refused("a,b\n1,2\n", Some("c"));
    assert!(missing.contains("no column \"c\", found a, b"), "{missing}");
    let empty = refused("", None);
    assert!(empty.contains("x.csv"), "{empty}");

    let scores = file(&folder, "scores", "0.5\n0.6\n");
    let labels = file(&folder, "labels", "0\n1\n1\n");
    let source = TruthSource::Labels(None);
    let longer = truth(&labels, &source, "scores", 2, &[]).unwrap_err();
    assert!(matches!(longer, FileError::Length { n_scores: 2, n_labels: 3, .. }), "{longer}");
    let labels = file(&folder, "labels", "0\n1\n2\n");
    let other = truth(&labels, &source, "scores", 3, &[]).unwrap_err();
    assert!(matches!(other, FileError::NotLabel { row: 3, .. }), "{other}");
    let [column] = columns(&labels, [None]).unwrap();
    assert_eq!(column.form, Form::Numbers);
    let [alarms] = columns(&file(&folder, "alarms", &lines(ALARMS)), [None]).unwrap();
    let decided = Said::new(&alarms, Some(&|scores| cutoff(0.0, scores)));
    assert!(matches!(decided, Err(FileError::AlreadyAlarms { .. })));
    assert!(scores.exists());
}

#[test]
fn streams_of_a_public_set_have_their_events() {
    let Some(folder) = std::env::var_os("ODDITY_DATA_DIR") else {
        println!("skipped: ODDITY_DATA_DIR is not set");
        return;
    };
    let folder = Path::new(&folder).join("hai/etapr");
    let [alarms] = columns(&folder.join("rnn_v1.csv"), [None]).unwrap();
    assert_eq!((alarms.form, alarms.values.len()), (Form::OneMinusOne, 440_335));
    let labels = folder.join("HAI_Attack_Stream.csv");
    let source = TruthSource::Labels(None);
    let (events, _) = truth(&labels, &source, &alarms.file, 440_335, &[]).unwrap();
    assert_eq!(events.len(), 38);
    for shorter in ["iforest.csv", "ocsvm.csv"] {
        let [column] = columns(&folder.join(shorter), [None]).unwrap();
        let refused = truth(&labels, &source, &column.file, column.values.len(), &[]);
        assert!(matches!(refused, Err(FileError::Length { .. })), "{shorter}");
    }
}
