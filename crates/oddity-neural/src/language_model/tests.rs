//! Language models: gradients of the references, and what a detector promises.

use oddity_core::contract::check_sequence_detector;
use oddity_core::{Detector, Error, FittedDetector, Seed, Sequences, Unwatched};
use proptest::prelude::*;
use serde_json::Value;

use super::layout::Model;
use super::trainer::Trainer;
use super::{
    FittedLanguageModel, LanguageSetup, LanguageSizes, LstmLanguageModel, LstmLanguageModelParams,
    SymbolRows,
};
use crate::LoadError;
use crate::tests::{NETWORKS, TOLERANCE, cases, error, number, size, stream};
use crate::weights::{Weights, write_archive};

/// Rows of symbols and of those that follow.
struct Rows {
    lengths: Vec<usize>,
    read: Vec<Vec<u32>>,
    follow: Vec<Vec<u32>>,
}

impl SymbolRows for Rows {
    fn n_rows(&self) -> usize {
        self.lengths.len()
    }

    fn len(&self, row: usize) -> usize {
        self.lengths[row]
    }

    fn at(&self, row: usize, step: usize) -> (u32, u32) {
        (self.read[row][step], self.follow[row][step])
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().expect("a list").iter()
}

fn check(case: &Value, n_threads: usize) {
    let rows = |key: &str| -> Vec<Vec<u32>> {
        list(&case[key]).map(|row| list(row).map(|id| size(id) as u32).collect()).collect()
    };
    let batch = Rows {
        lengths: list(&case["lengths"]).map(size).collect(),
        read: rows("tokens"),
        follow: rows("targets"),
    };
    let layers: Vec<&Value> = list(&case["layers"]).collect();
    let n_lstms = layers.len() - 2;
    let sizes = LanguageSizes {
        n_inputs: size(&layers[0]["vocabulary"]),
        embedding: size(&layers[0]["width"]),
        units: layers[1..=n_lstms].iter().map(|layer| size(&layer["units"])).collect(),
        n_classes: size(&layers[n_lstms + 1]["units"]),
    };
    let mut model = Model::new(&sizes, Seed(1)).expect("fits");
    for tensor in &model.plan.tensors {
        let (n_rows, n_columns) = tensor.shape();
        let scale = match tensor.name {
            "kernel" | "recurrent_kernel" => 1.0 / (n_rows as f64).sqrt(),
            "bias" => 0.1,
            _ => 1.0,
        };
        let name = format!("lstm_language_model/{}", tensor.full_name());
        tensor.write(&stream(&name, n_rows * n_columns, scale, 0.0), &mut model.values);
    }
    let chunk = size(&case["chunk"]);
    let (divisor, seed) = (2 * chunk, Seed(1));
    let setup = LanguageSetup { n_batch: 2, n_steps: chunk, divisor, dropout: 0.0, seed };
    let mut trainer = Trainer::new(model, setup, n_threads);
    let n_symbols: usize = batch.lengths.iter().sum();
    let (mut loss, mut gradient) = (0.0, vec![0.0; trainer.model.plan.n_values]);
    for start in (0..batch.lengths[0]).step_by(chunk) {
        let scale = 1.0 / n_symbols as f32;
        loss += trainer.gradients(&batch, start..start + chunk, scale, Seed(2));
        let of_chunk = trainer.summed_gradient();
        gradient.iter_mut().zip(of_chunk).for_each(|(sum, part)| *sum += part);
    }
    let (found, expected) = (loss / n_symbols as f64, number(&case["expected_loss"]));
    assert!((found - expected).abs() < 1e-5 * expected, "{found} for {expected}");
    for tensor in &trainer.model.plan.tensors {
        let full = tensor.full_name();
        let worst = error(&tensor.read(&gradient), &case["gradients"][&full]);
        assert!(worst < TOLERANCE, "{}, {full}: off by {worst:e}", case["case"]);
    }
}

#[test]
fn gradients_equal_the_references_whole_and_in_chunks() {
    let mut cases = cases(NETWORKS, "networks");
    cases.retain(|case| case["name"] == "lstm_language_model");
    assert_eq!(cases.len(), 2);
    for case in cases {
        check(&case, 1);
        check(&case, 2);
    }
}

pub(super) fn detector(text: &str) -> LstmLanguageModel {
    let params: LstmLanguageModelParams = toml::from_str(text).expect("parameters");
    LstmLanguageModel::new(params).expect("in range")
}

/// Two layers, dropout, chunks, several parts a batch.
pub(super) const SMALL: &str = "members = [[9, 7], [12]]
    embedding = 5
    bptt = 16
    dropout = 0.1
    statistic = { lowest_window = 20 }
    training = { epochs = 3, batch_size = 40, learning_rate = 0.01, clip_norm = 1.0 }";

#[test]
fn holds_the_contract_of_detectors() {
    let plain = "members = [[16]]
        embedding = 8
        training = { epochs = 4, batch_size = 8, learning_rate = 0.01 }";
    check_sequence_detector("lstm_language_model", &detector(plain));
    let relative = format!("relative = true\nstatistic = {{ lowest_window = 200 }}\n{plain}");
    check_sequence_detector("lstm_language_model, relative", &detector(&relative));
}

/// Sequences of symbols that count up by 1 or 2 and begin again: after each there are two
/// possible symbols. `breaks` is where one follows that cannot.
pub(super) fn grammar(n: usize, breaks: Option<usize>) -> Sequences {
    let draw = |i: usize| Seed(7).derive(i as u64).0 >> 40;
    let sequence = |at: usize| -> Vec<u16> {
        let n_symbols = 20 + draw(at) as usize % 60;
        let mut symbol = 0;
        let next = |i: usize| {
            let step = 1 + draw(1000 * (at + 1) + i) % 2;
            let step = if Some(i) == breaks { 4 } else { step };
            symbol = (symbol + step as u16) % 7;
            10 * symbol
        };
        (0..n_symbols).map(next).collect()
    };
    (0..n).map(sequence).collect()
}

#[test]
fn one_thread_and_three_give_the_same_bits() {
    let (train, test) = (grammar(90, None), grammar(70, Some(5)));
    let run = |n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("a pool");
        pool.install(|| {
            let detector = detector(&format!("relative = true\n{SMALL}"));
            let fitted = detector.fit(&train.samples(), Seed(3)).expect("trains");
            let history = fitted.history().expect("a history").clone();
            (fitted.score(&test.samples()).expect("scores").into_values(), history)
        })
    };
    assert_eq!(run(1), run(3));
}

#[test]
fn reading_backward_is_reading_reversed_sequences() {
    let scores = |text: &str, turn: fn(&[u16]) -> Vec<u16>| {
        let turned = |of: Sequences| of.view().iter().map(turn).collect::<Sequences>();
        let fitted = detector(text).fit(&turned(grammar(60, None)).samples(), Seed(3));
        let test = turned(grammar(30, Some(5)));
        fitted.expect("trains").score(&test.samples()).expect("scores").into_values()
    };
    let reversed = |symbols: &[u16]| symbols.iter().rev().copied().collect();
    let backward = scores(&format!("direction = 'backward'\n{SMALL}"), <[u16]>::to_vec);
    assert_eq!(backward, scores(SMALL, reversed));
    assert_ne!(backward, scores(SMALL, <[u16]>::to_vec));
}

#[test]
fn sequences_that_break_the_rule_score_above_those_that_keep_it() {
    let text = "members = [[24]]
        embedding = 8
        training = { epochs = 12, batch_size = 8, learning_rate = 0.01 }";
    let fitted = detector(text).fit(&grammar(200, None).samples(), Seed(3)).expect("trains");
    // Two symbols of like chance follow each: ln 2 nats.
    let losses = &fitted.history().expect("a history").epochs;
    let last = losses[11].validation_loss.expect("held out");
    assert!(std::f64::consts::LN_2 - 0.02 < last && last < 0.75, "{last}");
    let scores =
        |breaks| fitted.score(&grammar(40, breaks).samples()).expect("scores").into_values();
    let (kept, broken) = (scores(None), scores(Some(10)));
    let mut sorted = kept.clone();
    sorted.sort_by(f64::total_cmp);
    assert!(broken.iter().all(|&score| sorted[20] < score), "{sorted:?} {broken:?}");
    assert!(kept.iter().zip(&broken).all(|(kept, broken)| kept < broken));
}

#[test]
fn an_unseen_symbol_is_worse_than_any_seen_one() {
    let fitted = detector(SMALL).fit(&grammar(90, None).samples(), Seed(3)).expect("trains");
    let with =
        |symbol: u16| -> Sequences { [vec![10, 20, 30, symbol, 50, 60]].into_iter().collect() };
    let score = |symbol| fitted.score(&with(symbol).samples()).expect("scores").values()[0];
    let (unseen, worst) = (score(9), [0, 10, 20, 30, 40, 50, 60].map(score));
    assert!(worst.iter().all(|&seen| seen < unseen), "{unseen} {worst:?}");
    // All unseen symbols are one.
    assert_eq!(unseen.to_bits(), score(65_535).to_bits());
}

#[test]
fn empty_sequences_score_0_and_cannot_be_learnt_from() {
    let none: Sequences = std::iter::empty::<[u16; 0]>().collect();
    let empty: Sequences = [[0u16; 0], []].into_iter().collect();
    let detector = detector("members = [[4]]\ntraining = { epochs = 1 }");
    for train in [&none, &empty] {
        let found = detector.fit(&train.samples(), Seed(0)).err();
        assert!(matches!(found, Some(Error::TooFewSamples { found: 0, .. })), "{found:?}");
    }
    let fitted = detector.fit(&grammar(20, None).samples(), Seed(0)).expect("trains");
    assert_eq!(fitted.score(&empty.samples()).expect("scores").values(), [0.0, 0.0]);
    assert!(fitted.score(&none.samples()).expect("scores").values().is_empty());
}

fn fitted() -> FittedLanguageModel {
    let train = grammar(60, None);
    detector(&format!("relative = true\n{SMALL}"))
        .fit_model(&train.samples(), Seed(3), &mut Unwatched)
        .expect("trains")
}

#[test]
fn a_saved_model_scores_as_before() {
    let fitted = fitted();
    let bytes = fitted.to_bytes();
    let again = FittedLanguageModel::from_bytes(&bytes).expect("as written");
    assert_eq!(again.to_bytes(), bytes);
    assert_eq!(again.history(), fitted.history());
    // Known symbols, unseen ones, and none.
    let test: Sequences = [vec![0u16, 10, 30], vec![9, 65_535, 20], vec![], vec![60; 70]]
        .into_iter()
        .chain(grammar(20, Some(5)).view().iter().map(<[u16]>::to_vec))
        .collect();
    let bits = |model: &FittedLanguageModel| -> Vec<u64> {
        let scores = model.score(&test.samples()).expect("scores");
        scores.values().iter().map(|score| score.to_bits()).collect()
    };
    assert_eq!(bits(&again), bits(&fitted));
    let table: toml::Table = fitted.description().parse().expect("TOML");
    let symbols = table["symbols"].as_array().expect("a list");
    assert_eq!(symbols.len(), 7);
    assert_eq!(symbols[2].as_integer(), Some(20));
}

#[test]
fn descriptions_and_tensors_that_do_not_fit_are_refused() {
    let fitted = fitted();
    let weights = Weights::from_safetensors(&fitted.to_bytes()).expect("tensors");
    let none =
        FittedLanguageModel::from_bytes(&weights.to_safetensors()).expect_err("tensors alone");
    assert!(matches!(none, LoadError::Description { .. }), "{none}");
    let refused = |change: &dyn Fn(&mut Weights, &mut toml::Table)| {
        let (mut weights, mut table) =
            (weights.clone(), fitted.description().parse().expect("TOML"));
        change(&mut weights, &mut table);
        let bytes = write_archive(&weights, Some(&table));
        FittedLanguageModel::from_bytes(&bytes).expect_err("altered")
    };
    let params = |table: &mut toml::Table, key: &str, value: toml::Value| {
        table["params"].as_table_mut().expect("a table").insert(key.to_owned(), value);
    };
    let form = refused(&|_, table| {
        table.insert("form".to_owned(), 9.into());
        table.insert("what_came_with_it".to_owned(), true.into());
    });
    assert!(matches!(form, LoadError::Version { found: 9, .. }), "{form}");
    let kind = refused(&|_, table| drop(table.insert("kind".to_owned(), "stide".into())));
    assert!(matches!(kind, LoadError::Use { .. }), "{kind}");
    let symbols = refused(&|_, table| {
        table["symbols"].as_array_mut().expect("a list").swap(0, 1);
    });
    assert!(matches!(symbols, LoadError::Description { .. }), "{symbols}");
    let fewer = refused(&|_, table| drop(table["symbols"].as_array_mut().expect("a list").pop()));
    assert!(matches!(fewer, LoadError::Shape { .. }), "{fewer}");
    let huge = refused(&|_, table| params(table, "embedding", (1i64 << 60).into()));
    assert!(matches!(huge, LoadError::Shape { .. }), "{huge}");
    let range = refused(&|_, table| params(table, "bptt", 0.into()));
    assert!(matches!(range, LoadError::Network(_)), "{range}");
    let units = refused(&|_, table| {
        params(table, "members", toml::Value::Array(vec![toml::Value::Array(vec![9.into()]); 2]));
    });
    assert!(matches!(units, LoadError::Shape { .. } | LoadError::MissingTensor { .. }), "{units}");
    let unknown = refused(&|weights, _| {
        weights.insert("members.0.layers.9.bias", &[1], vec![0.0]).expect("one number");
    });
    assert!(matches!(unknown, LoadError::UnknownTensor { .. }), "{unknown}");
    let other = refused(&|weights, _| {
        weights.insert("members.7.layers.0.bias", &[1], vec![0.0]).expect("one number");
    });
    assert!(matches!(other, LoadError::Description { .. }), "{other}");
    let infinite = refused(&|weights, _| {
        let name = "members.1.layers.2.bias";
        let shape = weights.get(name).expect("a tensor").0.to_vec();
        weights.insert(name, &shape, vec![f32::NAN; shape[0]]).expect("as many");
    });
    assert!(matches!(infinite, LoadError::NotFinite { index: 0, .. }), "{infinite}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn cut_and_altered_bytes_are_refused_or_mean_the_same(
        share in 0.0..1.0f64, flip in 1..=255u8, early in any::<bool>(),
    ) {
        static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let whole = BYTES.get_or_init(|| fitted().to_bytes());
        let at = (share * if early { 3_000 } else { whole.len() } as f64) as usize;
        prop_assert!(FittedLanguageModel::from_bytes(&whole[..at]).is_err());
        let mut altered = whole.clone();
        altered[at] ^= flip;
        if let Ok(read) = FittedLanguageModel::from_bytes(&altered) {
            prop_assert_eq!(&read.to_bytes(), whole);
        }
    }
}

#[test]
fn parameters_survive_a_round_trip() {
    let params: LstmLanguageModelParams = toml::from_str(SMALL).expect("parameters");
    let text = toml::to_string(&params).expect("text");
    assert_eq!(toml::from_str::<LstmLanguageModelParams>(&text).expect("parameters"), params);
    LstmLanguageModel::new(LstmLanguageModelParams::default()).expect("in range");
}

#[test]
fn parameters_outside_their_range_are_named() {
    for (text, expected) in [
        ("members = []", "members is 0"),
        ("members = [[]]", "members is 0"),
        ("members = [[4], [3, 0]]", "members is 0"),
        ("embedding = 0", "embedding is 0"),
        ("dropout = 1.0", "dropout is 1"),
        ("bptt = 0", "bptt is 0"),
        ("unseen_share = 0.0", "unseen_share is 0"),
        ("statistic = { highest_window = 0 }", "statistic is 0"),
        ("training = { epochs = 0 }", "epochs is 0"),
    ] {
        let params = toml::from_str(text).expect("parameters");
        let found = LstmLanguageModel::new(params).expect_err(text).to_string();
        assert!(found.contains(expected), "{found}");
    }
}
