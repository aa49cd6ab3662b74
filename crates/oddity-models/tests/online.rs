//! Online detectors: their contract, and the values of river, rrcf and KitNET.

use std::sync::Arc;

use oddity_core::contract::{check_online_detector, check_row_detector};
use oddity_core::{Columns, Detector, Frame, FrameView, Seed, State};
use oddity_models::catalogue::{DetectorConfig, OnlineConfig, online_detectors};
use oddity_models::online::{
    AdwinParams, DriftParams, DriftTest, HalfSpaceTrees, HalfSpaceTreesParams, HalfSpaceTreesScale,
    Kitsune, KitsuneParams, OnlineModel, PageHinkley, PageHinkleyParams, Prequential,
    PrequentialParams, RobustRandomCutForest, RobustRandomCutForestParams, RunningZScore,
    RunningZScoreParams,
};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).expect("numbers")
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    serde_json::from_value(value.clone()).expect("rows of numbers")
}

#[test]
fn online_detectors_hold_their_contract() {
    for entry in online_detectors() {
        let model = entry.default.build().unwrap();
        check_online_detector(entry.kind, &|| model.begin(4, Seed(3)).expect("four columns"));
        assert!(model.begin(0, Seed(3)).is_err(), "{}: no column", entry.kind);
    }
    let more = [
        "kind = 'half_space_trees'\nwindow = 40\nscale = 'none'\nheight = 5",
        "kind = 'robust_random_cut_forest'\nn_trees = 7\nsize = 20",
        "kind = 'running_z_score'\nhalf_life = 30.0\ncombine = 'rms'",
        "kind = 'kitsune'\ndecays = []\nmap_rows = 20\ngroup = 3\nlearn_rows = 100",
    ];
    for text in more {
        let model = toml::from_str::<OnlineConfig>(text).unwrap().build().unwrap();
        check_online_detector(text, &|| model.begin(4, Seed(3)).expect("four columns"));
    }
}

#[test]
fn more_than_memory_holds_is_refused() {
    let trees = HalfSpaceTreesParams { n_trees: 1 << 40, ..HalfSpaceTreesParams::default() };
    assert!(HalfSpaceTrees::new(trees).is_err());
    let params = RobustRandomCutForestParams::default();
    let trees = RobustRandomCutForestParams { n_trees: 1 << 40, ..params };
    assert!(RobustRandomCutForest::new(trees).is_err());
    // Five features a column.
    let kitsune = Kitsune::new(KitsuneParams::default()).unwrap();
    assert!(kitsune.begin(1_638, Seed(0)).is_ok());
    let refused = kitsune.begin(1_639, Seed(0)).err().map(|error| error.to_string());
    let wanted = "kitsune: parameter n_columns is 1639, wanted few enough for at most 8,192 \
                  features, those of the decays included";
    assert_eq!(refused.as_deref(), Some(wanted));
}

#[test]
fn lengths_of_groups_that_add_up_beyond_all_numbers_are_refused() {
    let params = KitsuneParams {
        decays: Vec::new(),
        map_rows: 2,
        group: usize::MAX,
        ..KitsuneParams::default()
    };
    let mut stream = Kitsune::new(params).unwrap().begin(2, Seed(0)).unwrap();
    for row in [[0.0, 1.0], [1.0, 0.0], [2.0, 3.0]] {
        stream.learn_one(&row).unwrap();
    }
    let mut state = stream.state().unwrap();
    assert!(stream.resume(&state).is_ok());
    state.put_counts("groups.lengths", &[usize::MAX, 3]);
    assert!(stream.resume(&state).is_err());
}

#[test]
fn with_drift_and_without_learning_they_are_detectors_of_rows() {
    for text in [
        "detector = { kind = 'running_z_score' }\ndrift = { test = { threshold = 3.0 }, relearn = 20 }",
        "detector = { kind = 'running_z_score' }\ndrift = { test = { kind = 'adwin', delta = 0.5, clock = 4 } }",
        "detector = { kind = 'kitsune' }\nadapts = false",
        "detector = { kind = 'robust_random_cut_forest' }\nadapts = false",
    ] {
        let config: DetectorConfig = toml::from_str(&format!("kind = 'online'\n{text}")).unwrap();
        check_row_detector(text, config.build().unwrap().as_ref());
    }
}

#[test]
fn half_space_trees_equal_those_of_river() {
    let text = include_str!("fixtures/river_online.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    for forest in fixture["forests"].as_array().unwrap() {
        let count = |name: &str| forest[name].as_u64().unwrap() as usize;
        let [n_trees, height, window] = ["n_trees", "height", "window"].map(count);
        let rows = rows(&forest["rows"]);
        let n_columns = rows[0].len();
        let scale = HalfSpaceTreesScale::None;
        let params = HalfSpaceTreesParams { n_trees, height, window, scale };
        let mut stream = HalfSpaceTrees::new(params).unwrap().begin(n_columns, Seed(0)).unwrap();
        // The trees of river in place of ours.
        let mut state = stream.state().unwrap();
        let columns: Vec<Vec<u64>> = serde_json::from_value(forest["columns"].clone()).unwrap();
        let splits = self::rows(&forest["splits"]).concat();
        let shape = [n_trees, (1 << height) - 1];
        state.put_u64s("columns", &shape, &columns.concat());
        state.put_f64s("splits", &shape, &splits);
        stream.resume(&state).unwrap();
        let scores = numbers(&forest["scores"]);
        assert!(scores.iter().any(|&score| 0.9 < score));
        for (at, (row, expected)) in rows.iter().zip(scores).enumerate() {
            let found = stream.score_one(row).unwrap();
            assert!((found - expected).abs() < 1e-12, "row {at}: {found} {expected}");
            stream.learn_one(row).unwrap();
        }
    }
}

#[test]
fn changes_are_found_where_river_finds_them() {
    let text = include_str!("fixtures/river_online.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    for test in fixture["tests"].as_array().unwrap() {
        let number = |name: &str| test[name].as_f64().unwrap();
        let [delta, threshold, alpha] = ["delta", "threshold", "alpha"].map(number);
        let params = PageHinkleyParams { delta, threshold, alpha, least_numbers: 30 };
        let mut page_hinkley = PageHinkley::new(params).unwrap();
        let stream = numbers(&test["numbers"]).into_iter().enumerate();
        let changes: Vec<usize> =
            stream.filter(|&(_, x)| page_hinkley.push(x)).map(|(at, _)| at).collect();
        let expected: Vec<usize> = serde_json::from_value(test["changes"].clone()).unwrap();
        assert!(2 <= expected.len());
        assert_eq!(changes, expected);
    }
}

/// Places in ascending order of the values; there are no equal ones.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut ranks = vec![0.0; values.len()];
    order.into_iter().enumerate().for_each(|(rank, at)| ranks[at] = rank as f64);
    ranks
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let products = a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum::<f64>();
    let squares =
        |values: &[f64], mean: f64| values.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
    products / (squares(a, mean_a) * squares(b, mean_b)).sqrt()
}

#[test]
fn displacements_rank_rows_as_those_of_rrcf_do() {
    let text = include_str!("fixtures/rrcf_online.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    let [n_trees, size] = ["n_trees", "size"].map(|name| fixture[name].as_u64().unwrap() as usize);
    let (rows, expected) = (rows(&fixture["rows"]), numbers(&fixture["scores"]));
    let params = RobustRandomCutForestParams { n_trees, size };
    let forest = RobustRandomCutForest::new(params).unwrap();
    let mut stream = forest.begin(rows[0].len(), Seed(2)).unwrap();
    let mut found = Vec::new();
    for row in &rows {
        found.push(stream.score_one(row).unwrap());
        stream.learn_one(row).unwrap();
    }
    // Trees are random on both sides: rrcf with other seeds has 0.980 with itself, and so has this
    // forest. Between the two there is 0.970, since trees of rrcf drift away from trees that are
    // made anew: see the test below.
    let (found, expected) = (&found[size..], &expected[size..]);
    let of_ranks = correlation(&ranks(found), &ranks(expected));
    let of_scores = correlation(found, expected);
    println!("rank correlation {of_ranks:.4}, correlation {of_scores:.4}");
    assert!(0.95 < of_ranks && 0.98 < of_scores, "{of_ranks} {of_scores}");
    let ratios = found.iter().zip(expected).map(|(found, expected)| found / expected);
    let mean = ratios.sum::<f64>() / found.len() as f64;
    assert!((mean - 1.0).abs() < 0.02, "displacements are {mean} of those of rrcf");
}

#[test]
fn trees_of_a_stream_are_as_if_made_anew() {
    let of_stream: Value = serde_json::from_str(include_str!("fixtures/rrcf_online.json")).unwrap();
    let text = include_str!("fixtures/random_cut_trees.json");
    let anew: Value = serde_json::from_str(text).unwrap();
    let size = anew["size"].as_u64().unwrap() as usize;
    let params = RobustRandomCutForestParams { n_trees: 2000, size };
    let forest = RobustRandomCutForest::new(params).unwrap();
    let mut stream = forest.begin(3, Seed(0)).unwrap();
    let mut found = Vec::new();
    for row in &rows(&of_stream["rows"]) {
        found.push(stream.score_one(row).unwrap());
        stream.learn_one(row).unwrap();
    }
    let (means, errors) = (numbers(&anew["means"]), numbers(&anew["standard_errors"]));
    for (at, (mean, error)) in numbers(&anew["at"]).iter().zip(means.iter().zip(&errors)) {
        let score = found[*at as usize];
        // Half as many trees as there: twice the variance, on top of that of the mean.
        let deviations = (score - mean) / (error * 3f64.sqrt());
        assert!(deviations.abs() < 4.0, "row {at}: {score}, and {mean} of trees made anew");
    }
}

/// An autoencoder as a state has it before the first row.
fn autoencoder(value: &Value) -> State {
    let shape: Vec<usize> = serde_json::from_value(value["shape"].clone()).expect("two sizes");
    let mut state = State::new();
    state.put_f64s("weights", &shape, &numbers(&value["weights"]));
    state.put_f64s("hidden_bias", &[shape[1]], &vec![0.0; shape[1]]);
    for name in ["output_bias", "least", "most"] {
        state.put_f64s(name, &[shape[0]], &vec![0.0; shape[0]]);
    }
    state.put_count("has_range", 0);
    state
}

#[test]
fn kitsune_equals_the_authors_networks() {
    let text = include_str!("fixtures/kitnet_online.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    for run in fixture["runs"].as_array().unwrap() {
        let rows = rows(&run["rows"]);
        let groups: Vec<Vec<usize>> = serde_json::from_value(run["groups"].clone()).unwrap();
        let params = KitsuneParams { decays: Vec::new(), ..KitsuneParams::default() };
        let mut stream = Kitsune::new(params).unwrap().begin(rows[0].len(), Seed(0)).unwrap();
        // The authors' groups and first weights.
        let mut state = State::new();
        state.put_u64s("n_rows", &[], &[0]);
        state.put_count("is_mapped", 1);
        let mut part = State::new();
        part.put_counts("lengths", &groups.iter().map(Vec::len).collect::<Vec<_>>());
        part.put_counts("features", &groups.concat());
        state.put_part("groups", part);
        state.put_u64s("n_learnt", &[], &[0]);
        state.put_part("last", autoencoder(&run["last"]));
        for (index, member) in run["members"].as_array().unwrap().iter().enumerate() {
            state.put_part(&format!("member_{index}"), autoencoder(member));
        }
        stream.resume(&state).unwrap();
        stream.learn_one(&rows[0]).unwrap();
        // The second row is the first whose inputs vary: before, the authors divide by 1e-16.
        stream.learn_one(&rows[1]).unwrap();
        for (row, expected) in rows[2..].iter().zip(&numbers(&run["scores"])[1..]) {
            let found = stream.score_one(row).unwrap();
            assert!((found - expected).abs() < 1e-9 * expected.max(1.0), "{found} {expected}");
            stream.learn_one(row).unwrap();
        }
    }
}

#[test]
fn kitsune_groups_features_as_the_authors_do() {
    let text = include_str!("fixtures/kitnet_online.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    for map in fixture["maps"].as_array().unwrap() {
        let rows = rows(&map["rows"]);
        let group = map["most"].as_u64().unwrap() as usize;
        let map_rows = rows.len();
        let params =
            KitsuneParams { decays: Vec::new(), map_rows, group, ..KitsuneParams::default() };
        let mut stream = Kitsune::new(params).unwrap().begin(rows[0].len(), Seed(0)).unwrap();
        rows.iter().for_each(|row| stream.learn_one(row).unwrap());
        let state = stream.state().unwrap().part("groups");
        let features = state.counts("features", rows[0].len(), rows[0].len()).unwrap();
        let mut rest = features.as_slice();
        let lengths = state.counts("lengths", oddity_core::ANY, group).unwrap();
        let found: Vec<&[usize]> = lengths
            .into_iter()
            .map(|length| {
                let (group, others) = rest.split_at(length);
                rest = others;
                group
            })
            .collect();
        let expected: Vec<Vec<usize>> = serde_json::from_value(map["groups"].clone()).unwrap();
        assert_eq!(found, expected);
    }
}

/// A stream whose mean moves from 0 to 20 after so many rows.
fn moved(n_rows: usize, after: usize) -> Frame {
    let x = |at: usize| {
        let noise = (Seed(9).derive(at as u64).0 >> 40) as f64 / (1u64 << 24) as f64;
        noise + if at < after { 0.0 } else { 20.0 }
    };
    Frame::new((0..n_rows).map(x).collect(), Columns::numbered("x", 1)).expect("finite values")
}

fn run(model: &Arc<dyn OnlineModel>, params: &PrequentialParams) -> Prequential {
    Prequential::new(Arc::clone(model), params, 1, Seed(4)).expect("one column")
}

#[test]
fn drift_begins_anew_and_scores_settle() {
    let model: Arc<dyn OnlineModel> =
        Arc::new(RunningZScore::new(RunningZScoreParams::default()).unwrap());
    let stream = moved(600, 300);
    let page_hinkley = PageHinkleyParams { threshold: 20.0, ..PageHinkleyParams::default() };
    // ADWIN looks at each 32nd score only.
    for (test, settled) in [
        (DriftTest::PageHinkley(page_hinkley), 305..330),
        (DriftTest::Adwin(AdwinParams::default()), 330..360),
    ] {
        let drift = Some(DriftParams { test, relearn: 10 });
        let with_drift = PrequentialParams { warm_up: 5, drift };
        let mut adapted = run(&model, &with_drift);
        let scores = adapted.run(stream.view()).unwrap();
        assert_eq!(scores.iter().filter(|score| score.is_none()).count(), 5);
        assert!(adapted.n_resets() == 1 && adapted.n_rows() == 600);
        let plain = run(&model, &PrequentialParams::default()).run(stream.view()).unwrap();
        let late = |scores: &[Option<f64>]| scores[settled.clone()].iter().flatten().sum::<f64>();
        assert!(late(&scores) < late(&plain) / 2.0, "{} {}", late(&scores), late(&plain));
    }
}

#[test]
fn a_run_goes_on_from_its_state_to_the_same_bits() {
    let page_hinkley = PageHinkleyParams { threshold: 2.0, least_numbers: 5, ..Default::default() };
    let adwin = AdwinParams { delta: 0.5, clock: 8, ..Default::default() };
    let stream = moved(400, 150);
    for test in [DriftTest::PageHinkley(page_hinkley), DriftTest::Adwin(adwin)] {
        let params =
            PrequentialParams { warm_up: 7, drift: Some(DriftParams { test, relearn: 12 }) };
        for entry in online_detectors() {
            let model = entry.default.build().unwrap();
            let mut first = run(&model, &params);
            let part = |from: usize, to: usize| -> FrameView<'_> { stream.view().slice(from..to) };
            first.run(part(0, 220)).unwrap();
            let state = first.state().unwrap();
            let mut second = run(&model, &params);
            second.resume(&state).unwrap();
            let scores = [&mut first, &mut second].map(|run| run.run(part(220, 400)).unwrap());
            assert_eq!(scores[0], scores[1], "{}", entry.kind);
            assert_eq!(first.state(), second.state(), "{}", entry.kind);
            assert!(run(&model, &PrequentialParams::default()).resume(&State::new()).is_err());
        }
    }
}

#[test]
fn parameters_outside_their_range_are_refused() {
    for (text, wanted) in [
        ("kind = 'half_space_trees'\nheight = 0", "height is 0"),
        ("kind = 'robust_random_cut_forest'\nsize = 0", "size is 0"),
        ("kind = 'running_z_score'\nhalf_life = 0.0", "half_life is 0"),
        ("kind = 'kitsune'\ndecays = [-1.0]", "decays is -1"),
        ("kind = 'kitsune'\nhidden = 1.5", "hidden is 1.5"),
    ] {
        let refused = toml::from_str::<OnlineConfig>(text).unwrap().build().err().unwrap();
        assert!(refused.to_string().contains(wanted), "{refused}");
    }
    let config: DetectorConfig =
        toml::from_str("kind = 'online'\ndrift = { relearn = 0 }").unwrap();
    assert!(config.build().err().unwrap().to_string().contains("relearn is 0"));
    let detector: &dyn Detector = &RunningZScore::new(RunningZScoreParams::default()).unwrap();
    let none = Frame::new(Vec::new(), ["x"]).unwrap();
    assert!(detector.fit(&none.samples(), Seed(0)).is_err());
}
