//! Writes a report of made-up figures, to look at while changing the page:
//! `cargo run -p oddity-bench --example sample_report -- FOLDER` writes `report.html`, its
//! figures and its tables.

mod figures;
mod ranking;

use figures::{Dice, class_report, confusions, curves, losses, row, search};
use oddity_bench::report::{
    BoxGroup, BoxPlot, Cell, Dataset, Failure, Report, ResultRow, Status, SuitePage, Table,
    ThresholdNote, TimingRow,
};
use oddity_bench::report_files;

/// Models with the published mean and standard deviation and the re-run's mean.
const MODELS: [(&str, f64, f64, f64); 7] = [
    ("lr", 0.784996, 0.141693, 0.785742),
    ("lda", 0.775351, 0.216176, 0.775351),
    ("knn", 0.840865, 0.070821, 0.840865),
    ("cart", 0.865537, 0.058849, 0.8584),
    ("nb", 0.799983, 0.206253, 0.799983),
    ("svm", 0.664134, 0.388340, 0.664134),
    ("random-forest", 0.887291, 0.101620, 0.8877),
];

const STIDE: [(&str, f64); 8] = [
    ("stide-3", 0.695),
    ("stide-5", 0.782),
    ("stide-6", 0.8273),
    ("stide-8", 0.8290),
    ("stide-10", 0.8283),
    ("stide-15", 0.8293),
    ("length", 0.477),
    ("random", 0.501),
];

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "sample-report".into());
    report_files::write(folder.as_ref(), &report())?;
    Ok(())
}

fn report() -> Report {
    let pairs = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    };
    Report {
        title: "Oddity benchmark: sample with made-up figures".into(),
        suites: vec![adfa_ld(), smoke()],
        comparisons: vec![ranking::too_few()],
        environment: pairs(&[
            ("CPU", "Intel Xeon Platinum 8481C, 2.7 GHz"),
            ("Cores", "2"),
            ("Memory", "7.8 GiB"),
            ("OS", "Linux 6.1"),
            ("rustc", "1.95.0"),
            ("Features", "default"),
            ("Commit", "0123456789abcdef0123456789abcdef01234567"),
            (
                "Lock file",
                "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            ),
            ("Threads", "2"),
        ]),
        provenance: pairs(&[
            ("Command", "cargo xtask bench run adfa-ld --data-dir data"),
            ("Schema", "1"),
        ]),
    }
}

fn adfa_ld() -> SuitePage {
    let mut dice = Dice(7);
    let mut results = Vec::new();
    let mut box_plots = Vec::new();
    for (group, n_seeds) in [("as-published", 1), ("corrected", 5)] {
        let mut groups = Vec::new();
        for (model, published, sd, rerun) in MODELS {
            let pipeline = format!("{group}/{model}");
            let corrected = group == "corrected";
            let (mean, spread) = if corrected { (published + 0.06, 0.02) } else { (rerun, sd) };
            let mut all = Vec::new();
            for seed in 0..n_seeds {
                let folds: Vec<f64> =
                    (0..10).map(|_| (mean + spread * dice.normal()).clamp(0.0, 1.0)).collect();
                let seed = corrected.then_some(seed);
                for (at, value) in folds.iter().enumerate() {
                    let row = row(&pipeline, seed, &format!("fold-{at:02}"), "accuracy", *value);
                    results.push(row);
                }
                let compared = |value: f64| (!corrected).then_some(value);
                results.push(ResultRow {
                    published: compared(published),
                    rerun: compared(rerun),
                    ..row(&pipeline, seed, "mean", "accuracy", folds.iter().sum::<f64>() / 10.0)
                });
                results.push(ResultRow {
                    published: compared(sd),
                    ..row(&pipeline, seed, "sd", "accuracy", spread)
                });
                all.extend(folds);
            }
            let published = (!corrected).then_some(published);
            groups.push(BoxGroup { label: model.into(), values: all, published });
        }
        box_plots.push(BoxPlot {
            title: format!("Accuracy over folds, {group}"),
            value_label: "accuracy".into(),
            groups,
        });
    }
    for (model, train, test) in [("lr", 0.91, 0.84), ("knn", 0.96, 0.89), ("cart", 1.0, 0.94)] {
        for (split, published) in [("train", train), ("test", test)] {
            results.push(ResultRow {
                published: Some(published),
                ..row(&format!("holdout/{model}"), Some(0), split, "accuracy", published - 0.0021)
            });
        }
    }
    results.push(ResultRow {
        threshold: Some(ThresholdNote {
            provenance: "best F1 on the test part".into(),
            oracle: true,
        }),
        ..row("one-class/stide-6", None, "test", "f1", 0.5121)
    });
    results.push(ResultRow {
        threshold: Some(ThresholdNote {
            provenance: "0.99 quantile of held-out normal scores".into(),
            oracle: false,
        }),
        ..row("one-class/stide-6", None, "test", "f1", 0.3312)
    });
    for (model, auc) in STIDE {
        results.push(ResultRow {
            rerun: Some(auc),
            ..row(&format!("one-class/{model}"), None, "test", "roc_auc", auc)
        });
    }
    results.push(ResultRow {
        value: None,
        status: Status::Timeout,
        reason: Some("120 s passed".into()),
        ..row("one-class/markov", None, "test", "roc_auc", 0.0)
    });
    results.push(ResultRow {
        value: None,
        reason: Some("one class only".into()),
        ..row("one-class/constant", None, "test", "roc_auc", 0.0)
    });
    results.push(ResultRow {
        value: None,
        status: Status::Skipped,
        reason: Some("needs feature burn".into()),
        ..row("one-class/lstm", None, "test", "roc_auc", 0.0)
    });
    let board = ranking::leaderboard(&STIDE);
    SuitePage {
        id: "adfa-ld".into(),
        title: "ADFA-LD system calls".into(),
        description: "Seven classifiers on counts of system-call n-grams, cross-validated as in \
                      the study and as it should be, and one-class detectors on the traces that \
                      the study never saw."
            .into(),
        datasets: vec![Dataset {
            name: "ADFA-LD: 1,338 traces for training, 5,118 for the test".into(),
            source: "Creech and Hu, Generation of a new IDS test dataset: time to retire the KDD \
                     collection, IEEE WCNC 2013, doi:10.1109/WCNC.2013.6555301"
                .into(),
            checksum: "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
                .into(),
            warning: None,
        }],
        groups: vec![
            (
                "as-published".into(),
                "Plain 10-fold cross-validation without shuffling, and the vocabulary made on all \
                 traces: defects of the study, kept so that its figures can be checked."
                    .into(),
            ),
            ("corrected".into(), "Stratified shuffled folds, five seeds.".into()),
        ],
        tables: vec![Table {
            title: "Vocabularies".into(),
            columns: ["n", "columns", "expected", "check"].map(Into::into).into(),
            rows: [(1, 49), (2, 799), (3, 4147)]
                .map(|(n, columns)| {
                    vec![
                        Cell::Count(n),
                        Cell::Count(columns),
                        Cell::Count(columns),
                        Cell::Text("equal".into()),
                    ]
                })
                .into(),
        }],
        results,
        box_plots,
        curves: MODELS
            .iter()
            .enumerate()
            .map(|(at, model)| (format!("corrected/{}", model.0), 1.0 + at as f64 * 0.3))
            .chain(STIDE.iter().map(|(name, auc)| (format!("one-class/{name}"), auc * 3.0 - 1.4)))
            .flat_map(|(pipeline, skill)| curves(&pipeline, skill, &mut dice))
            .collect(),
        confusions: confusions(),
        class_reports: vec![
            class_report("multiclass/lr"),
            class_report("multiclass/random-forest"),
        ],
        searches: vec![search()],
        leaderboards: vec![board.clone(), ranking::false_alarms(&board)],
        comparisons: vec![ranking::ranks(&mut dice)],
        timelines: vec![ranking::timeline(&mut dice)],
        charts: vec![losses(&mut dice)],
        timings: MODELS
            .iter()
            .flat_map(|(model, ..)| {
                ["fit", "score"].map(|stage| (format!("as-published/{model}"), stage))
            })
            .flat_map(|(pipeline, stage)| {
                (0..10).map(move |at| TimingRow {
                    pipeline: pipeline.clone(),
                    stage: stage.into(),
                    seconds: 0.0013 * f64::from(at + 3) * stage.len() as f64,
                    rows: Some(134),
                })
            })
            .collect(),
        failures: vec![Failure {
            cell: "one-class/markov, test".into(),
            status: Status::Timeout,
            reason: "120 s passed while fitting order 12".into(),
        }],
    }
}

fn smoke() -> SuitePage {
    SuitePage {
        id: "smoke".into(),
        title: "Smoke".into(),
        description: "A minute's run that shows that everything works.".into(),
        datasets: vec![Dataset {
            name: "Generated system-call traces".into(),
            warning: Some(
                "This data is generated. Its figures say that the programs run, and nothing about \
                 real systems."
                    .into(),
            ),
            ..Dataset::default()
        }],
        results: vec![row("one-class/stide-6", Some(1), "test", "roc_auc", 0.97)],
        ..SuitePage::default()
    }
}
