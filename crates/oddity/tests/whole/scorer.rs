//! Scores of a stream: those of all rows at once, and of each series by itself.

use oddity::prelude::*;
use oddity_features::{RowRule, WindowLayout, WindowsParams, row_scores};

use crate::plant;

#[test]
fn the_parts_that_rows_come_in_change_no_score() {
    for windows in [false, true] {
        let fitted = plant::fitted(windows);
        let text = plant::csv(400, true);
        let whole = plant::score(&fitted, &text);
        let table = plant::table(fitted.config(), &text);
        for n_rows in [1, 7, 64, 399] {
            let parts = plant::score_in_parts(&fitted, &table, n_rows);
            let found = (&parts.scores, &parts.alarms);
            assert_eq!(found, (&whole.scores, &whole.alarms), "parts of {n_rows}");
        }
        let attacked: Vec<usize> = (300..320).filter(|row| row % 2 == 1).collect();
        assert!(attacked.iter().all(|row| whole.alarms.contains(row)), "{:?}", whole.alarms);
    }
}

#[test]
fn a_detector_that_learns_on_scores_rows_as_they_come() {
    let mut pipeline = plant::pipeline(false);
    let forest = "kind = 'robust_random_cut_forest'\nn_trees = 10\nsize = 32";
    pipeline.detector = toml::from_str(forest).unwrap();
    let normal = plant::table(&pipeline, &plant::csv(600, false));
    let fitted = fit(&pipeline, vec![normal], &mut Unwatched).unwrap();
    assert!(fitted.streams().unwrap());
    let table = plant::table(&pipeline, &plant::csv(400, true));
    let part = |first, n_rows| {
        fitted.config().data.rows(table.batch().slice(first, n_rows), table.roles()).unwrap()
    };
    let whole = Scorer::new(&fitted, 2).push(&part(0, 400)).unwrap();
    assert!(!whole.alarms.is_empty());
    assert_eq!(plant::score_in_parts(&fitted, &table, 37), whole);
    let mut scorer = Scorer::new(&fitted, 0);
    let scores = scorer.push(&part(0, 37)).unwrap().scores;
    // Another file is no continuation.
    scorer.begin();
    assert_eq!(scorer.push(&part(0, 37)).unwrap().scores, scores);
}

#[test]
fn each_series_has_windows_of_its_own_rows() {
    let fitted = plant::fitted(true);
    let text = plant::csv(60, false);
    let scored = plant::score(&fitted, &text);
    // The first three rows of each machine end no window.
    assert_eq!(scored.scores.iter().position(Option::is_some), Some(6));
    assert!(scored.scores[6..].iter().all(Option::is_some));

    let table = plant::table(fitted.config(), &text);
    let rows = fitted.config().data.rows_of(&table).unwrap();
    let features = fitted.features(&rows.inputs).unwrap().into_dense().unwrap();
    for first in [0, 1] {
        let own: Vec<usize> = (first..60).step_by(2).collect();
        let params = WindowsParams { size: 4, stride: 1, ..WindowsParams::default() };
        let layout = WindowLayout::new(params).unwrap();
        let windows = layout.lay(features.view().select(&own), vec![0, own.len()]).unwrap();
        let scores = fitted.score(&windows.samples()).unwrap();
        let of_rows = row_scores(&windows.view(), &scores, RowRule::Last).unwrap();
        for (row, score) in of_rows.rows.iter().zip(of_rows.scores.values()) {
            assert_eq!(scored.scores[own[*row]], Some(*score));
        }
    }
}

#[test]
fn anomalies_train_nothing_and_the_threshold_sees_rows_held_out() {
    let pipeline = plant::pipeline(false);
    let clean = plant::fitted(false);
    assert_eq!((clean.facts().n_train, clean.facts().n_held_out), (450, 150));
    // 10 labelled rows among the first 450: 5 rows a machine fewer to learn from.
    let table = plant::table(&pipeline, &plant::csv(600, true));
    let attacked = fit(&pipeline, vec![table], &mut Unwatched).unwrap();
    assert_eq!((attacked.facts().n_train, attacked.facts().n_anomalies), (440, 10));
    assert_eq!(clean.facts().threshold, "quantile(q=0.99) on 150 held-out normal samples");
    // A rule that reads labels takes the anomalies among the rows that are held out.
    let mut labelled = pipeline.clone();
    labelled.threshold.rule = "f1_best".to_owned();
    labelled.threshold.held_out = 0.6;
    let table = plant::table(&labelled, &plant::csv(600, true));
    let best = fit(&labelled, vec![table], &mut Unwatched).unwrap();
    assert_eq!(best.facts().threshold, "f1_best on 360 labelled validation samples");
    let alarms = plant::score(&best, &plant::csv(600, true)).alarms;
    assert_eq!(alarms, (301..320).step_by(2).collect::<Vec<_>>());
}

#[test]
fn an_alarm_is_explained_by_the_columns_that_made_it() {
    let fitted = plant::fitted(false);
    let table = plant::table(fitted.config(), &plant::csv(400, true));
    let rows = fitted.config().data.rows_of(&table).unwrap();
    let part = Scorer::new(&fitted, 2).push(&rows).unwrap();
    assert_eq!(part.explanations.len(), part.alarms.len());
    let at = part.alarms.iter().position(|&row| row == 301).expect("an alarm");
    let names: Vec<&PartOf> = part.explanations[at].parts.iter().map(|part| &part.of).collect();
    assert!(names.contains(&&PartOf::Column("pressure".to_owned())), "{names:?}");
}

/// A pipeline whose scores depend on the rows around each row.
fn around() -> (PipelineConfig, FittedPipeline) {
    let mut pipeline = plant::pipeline(false);
    pipeline.detector = toml::from_str("kind = 'spectral_residual'").expect("a fit");
    let normal = plant::table(&pipeline, &plant::csv(600, false));
    let fitted = fit(&pipeline, vec![normal], &mut Unwatched).expect("a fit");
    (pipeline, fitted)
}

#[test]
fn a_score_depends_on_the_rows_of_its_series_alone() {
    let (pipeline, fitted) = around();
    let text = plant::csv(400, true);
    let whole = plant::score(&fitted, &text);
    for (first, machine) in [(0, ",a,"), (1, ",b,")] {
        let own = text.lines().filter(|line| line.starts_with("time") || line.contains(machine));
        let own = own.collect::<Vec<_>>().join("\n") + "\n";
        let alone = plant::score(&fitted, &own);
        let of_machine: Vec<Option<f64>> =
            whole.scores.iter().skip(first).step_by(2).copied().collect();
        assert_eq!(alone.scores, of_machine, "machine {machine}");
    }
    let steps = "kind = 'running_stats'\nsize = 5";
    let mut running = pipeline.clone();
    running.steps.push(toml::from_str(steps).unwrap());
    running.detector = toml::from_str("kind = 'pca_reconstruction'\ncomponents = 2").unwrap();
    let normal = plant::table(&running, &plant::csv(600, false));
    let fitted = fit(&running, vec![normal], &mut Unwatched).unwrap();
    let whole = plant::score(&fitted, &text);
    let of_a = text.lines().filter(|line| line.starts_with("time") || line.contains(",a,"));
    let alone = plant::score(&fitted, &(of_a.collect::<Vec<_>>().join("\n") + "\n"));
    assert!(alone.scores.iter().eq(whole.scores.iter().step_by(2)));
}

#[test]
fn steps_that_read_the_rows_before_go_on_from_part_to_part() {
    let pca = "kind = 'pca_reconstruction'\ncomponents = 2";
    let forest = "kind = 'robust_random_cut_forest'\nn_trees = 10\nsize = 32";
    for (windows, detector) in [(false, pca), (true, pca), (false, forest)] {
        let mut pipeline = plant::pipeline(windows);
        pipeline.detector = toml::from_str(detector).unwrap();
        pipeline.steps.push(toml::from_str("kind = 'running_stats'\nsize = 5").unwrap());
        let normal = plant::table(&pipeline, &plant::csv(600, false));
        let fitted = fit(&pipeline, vec![normal], &mut Unwatched).unwrap();
        assert!(fitted.streams().unwrap());
        let table = plant::table(&pipeline, &plant::csv(400, true));
        let part = |first, n_rows| {
            fitted.config().data.rows(table.batch().slice(first, n_rows), table.roles()).unwrap()
        };
        let whole = Scorer::new(&fitted, 2).push(&part(0, 400)).unwrap();
        assert!(!whole.alarms.is_empty());
        if !windows {
            // Those of each machine's rows at once.
            for first in [0, 1] {
                let own: Vec<usize> = (first..400).step_by(2).collect();
                let rows = part(0, 400).inputs.select(&own);
                let scores = fitted.score(&fitted.features(&rows).unwrap().view()).unwrap();
                let found = own.iter().map(|&row| whole.scores[row].unwrap());
                assert!(found.eq(scores.values().iter().copied()), "{detector}");
            }
        }
        for n_rows in [1, 37, 200] {
            let parts = plant::score_in_parts(&fitted, &table, n_rows);
            assert_eq!(parts, whole, "{detector}, windows {windows}, parts of {n_rows}");
        }
        // Another file is no continuation.
        let mut scorer = Scorer::new(&fitted, 0);
        let scores = scorer.push(&part(0, 37)).unwrap().scores;
        scorer.begin();
        assert_eq!(scorer.push(&part(0, 37)).unwrap().scores, scores);
    }
}

#[test]
fn each_file_may_be_scored_in_one_piece() {
    let (pipeline, fitted) = around();
    assert!(!fitted.streams().unwrap());
    let table = plant::table(&pipeline, &plant::csv(200, true));
    let rows = pipeline.data.rows_of(&table).unwrap();
    let mut scorer = Scorer::new(&fitted, 0);
    let first = scorer.push(&rows).unwrap();
    assert!(scorer.push(&rows).is_err(), "a second part of the file");
    scorer.begin();
    assert_eq!(scorer.push(&rows).unwrap().scores, first.scores);
}

#[test]
fn a_misspelt_column_is_not_left_in() {
    let mut pipeline = plant::pipeline(false);
    pipeline.data.ignore = vec!["preasure".to_owned()];
    let input = Input::Bytes { name: "plant.csv".to_owned(), bytes: plant::csv(9, false).into() };
    let refused = pipeline.data.open(input, None, &ReadOptions::default());
    let error = refused.err().unwrap().to_string();
    assert!(error.contains("\"preasure\""), "{error}");
}
