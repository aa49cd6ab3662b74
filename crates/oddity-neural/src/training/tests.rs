//! What training promises besides numbers: bits, order, ends.

use std::ops::ControlFlow;

use oddity_core::{Detector, Error, Frame, Seed, WindowsOwned};

use crate::{
    DenseAutoencoder, DenseAutoencoderParams, LstmAutoencoder, LstmAutoencoderParams,
    TrainingParams, ValidationSplit,
};

/// Waves of two columns with a little noise.
fn waves(n_rows: usize) -> Frame {
    let noise = |i: usize| (Seed(9).derive(i as u64).0 >> 40) as f64 / 16_777_216.0 - 0.5;
    let values = (0..n_rows)
        .flat_map(|i| [(i as f64 * 0.3).sin() + 0.1 * noise(2 * i), (i as f64 * 0.2).cos()])
        .collect();
    Frame::new(values, ["x", "y"]).expect("finite")
}

pub(super) fn windows(n_rows: usize) -> WindowsOwned {
    WindowsOwned::new(waves(n_rows), vec![0, n_rows], 6, 1).expect("fits")
}

fn small() -> LstmAutoencoderParams {
    toml::from_str(
        "encoder = [
             { layer = 'lstm', units = 7 }, { layer = 'batch_norm' },
             { layer = 'dropout', rate = 0.1 },
             { layer = 'lstm', units = 5, returns = 'last' },
         ]
         decoder = [{ layer = 'batch_norm' }, { layer = 'lstm', units = 6 }]
         training = { epochs = 4, batch_size = 50, learning_rate = 0.01, clip_norm = 1.0 }",
    )
    .expect("parameters")
}

fn with_threads<T: Send>(n: usize, f: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("a pool").install(f)
}

#[test]
fn one_thread_and_three_give_the_same_bits() {
    let (train, test) = (windows(173), windows(80));
    let scores = |n: usize| {
        with_threads(n, || {
            let detector = LstmAutoencoder::new(small()).expect("fits");
            let fitted = detector.fit(&train.samples(), Seed(3)).expect("trains");
            let losses: Vec<u64> = fitted
                .history()
                .expect("a history")
                .epochs
                .iter()
                .flat_map(|epoch| [epoch.loss, epoch.validation_loss.expect("held out")])
                .map(f64::to_bits)
                .collect();
            (fitted.score(&test.samples()).expect("scores").into_values(), losses)
        })
    };
    assert_eq!(scores(1), scores(3));
}

#[test]
fn training_makes_the_loss_smaller_and_the_seed_matters() {
    let train = windows(200);
    let last = |seed| {
        let fitted = LstmAutoencoder::new(small()).expect("fits").fit(&train.samples(), Seed(seed));
        let fitted = fitted.expect("trains");
        let epochs = &fitted.history().expect("a history").epochs;
        assert!(epochs[3].loss < 0.9 * epochs[0].loss, "{epochs:?}");
        epochs[3].loss
    };
    assert_ne!(last(1), last(2));
}

#[test]
fn a_loss_that_is_not_finite_ends_the_training() {
    let rows = Frame::new(vec![1e30; 64], ["x"]).expect("finite");
    let mut params = DenseAutoencoderParams::default();
    params.training.learning_rate = 1e10;
    let fitted = DenseAutoencoder::new(params).expect("fits").fit(&rows.samples(), Seed(1));
    assert!(matches!(fitted.err(), Some(Error::Diverged { epoch: 0, .. })));
}

#[test]
fn numbers_that_leave_their_range_in_single_precision_are_refused() {
    for text in [
        "learning_rate = 1e-60",
        "learning_rate = 1e60",
        "beta_1 = 0.99999999",
        "beta_2 = 0.99999999",
        "epsilon = 1e-50",
        "clip_norm = 1e-60",
        "loss = { huber = { delta = 1e-60 } }",
    ] {
        let params: TrainingParams = toml::from_str(text).expect("parameters");
        let found = params.check("test").expect_err(text).to_string();
        assert!(found.contains("in single precision"), "{found}");
    }
    for layer in
        ["layer = 'dropout', rate = 0.99999999", "layer = 'dense', units = 1, activity_l1 = 1e50"]
    {
        let text = format!("inputs = 2\nlayers = [{{ {layer} }}]");
        let network: crate::Network = toml::from_str(&text).expect("a network");
        let found = network.n_parameters().expect_err(layer).to_string();
        assert!(found.contains("in single precision"), "{found}");
    }
}

#[test]
fn too_few_samples_are_told_how_many_are_enough() {
    for validation in [0.0, 0.1, 0.5, 0.9, 0.95] {
        let params = TrainingParams { validation, ..TrainingParams::default() };
        let split = |n: usize| super::split("test", n, &params, Seed(1), |at| at);
        let Err(Error::TooFewSamples { wanted, .. }) = split(0) else { panic!("accepted") };
        assert!(split(wanted - 1).is_err() && split(wanted).is_ok(), "{validation}: {wanted}");
    }
}

#[test]
fn patience_ends_and_the_best_epoch_stays() {
    let rows = waves(90);
    let text = "training = { epochs = 400, patience = 3, learning_rate = 0.05 }";
    let params: DenseAutoencoderParams = toml::from_str(text).expect("parameters");
    let fitted = DenseAutoencoder::new(params).expect("fits").fit(&rows.samples(), Seed(1));
    let fitted = fitted.expect("trains");
    let history = fitted.history().expect("a history");
    let losses: Vec<f64> =
        history.epochs.iter().filter_map(|epoch| epoch.validation_loss).collect();
    assert!(history.epochs.len() < 400);
    assert_eq!(history.epochs.len(), history.best + 3 + 1);
    assert!(losses.iter().all(|&loss| losses[history.best] <= loss));
    // The weights that stay are those of the best epoch: its loss on the rows held out.
    let held_out = rows.view().slice(81..90).to_frame();
    let scores = fitted.score(&held_out.samples()).expect("scores");
    let mean = scores.values().iter().sum::<f64>() / 9.0;
    assert!((mean - losses[history.best]).abs() < 1e-9, "{mean} {}", losses[history.best]);
}

#[test]
fn a_watcher_sees_each_epoch_and_can_end_the_training() {
    let table = crate::reconstruction::Reads::Rows.table(&waves(50).samples()).expect("rows");
    let detector = DenseAutoencoder::new(DenseAutoencoderParams::default()).expect("fits");
    let mut seen = 0;
    let mut watch = |_: &oddity_core::Progress<'_>| {
        seen += 1;
        if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let (network, params) = (detector.network(2), DenseAutoencoderParams::default().training);
    let (backend, has_target) = (&crate::Native, false);
    let subject =
        super::Subject { name: "test", network: &network, params: &params, backend, has_target };
    let trained = super::train(subject, &table, Seed(1), &mut watch);
    assert_eq!(trained.expect("trains").history.epochs.len(), 3);
}

/// Which samples are held out of six series of different lengths.
fn held_out(validation: f64, seed: u64) -> Result<(Vec<usize>, Vec<usize>), Error> {
    let text = format!("validation = {validation}\nvalidation_split = 'series'");
    let params: TrainingParams = toml::from_str(&text).expect("parameters");
    super::split("test", SERIES.len(), &params, Seed(seed), |sample| SERIES[sample])
}

const SERIES: [usize; 12] = [0, 0, 0, 1, 2, 2, 2, 2, 3, 4, 4, 5];

#[test]
fn whole_series_are_held_out() {
    let mut drawn = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let (shown, held_out) = held_out(0.25, seed).expect("several series");
        let mut all = [&shown[..], &held_out[..]].concat();
        all.sort_unstable();
        assert_eq!(all, (0..12).collect::<Vec<_>>());
        let series = |part: &[usize]| part.iter().map(|&at| SERIES[at]).collect::<Vec<_>>();
        assert!(series(&shown).iter().all(|series_of| !series(&held_out).contains(series_of)));
        // At least three, and not one series more: the longest has four.
        assert!(3 <= held_out.len() && held_out.len() < 3 + 4, "{held_out:?}");
        drawn.insert(held_out);
    }
    assert!(4 < drawn.len(), "{drawn:?}");
    // One series always stays.
    for seed in 0..20 {
        let (shown, _) = held_out(0.9, seed).expect("several series");
        assert!(!shown.is_empty() && shown.iter().all(|&at| SERIES[at] == SERIES[shown[0]]));
    }
    assert_eq!(held_out(0.0, 1).expect("none").1, Vec::<usize>::new());
}

#[test]
fn one_series_cannot_be_split() {
    let text = "layers = [{ layer = 'dense', units = 1 }]
        training = { epochs = 1, validation_split = 'series' }";
    let params: DenseAutoencoderParams = toml::from_str(text).expect("parameters");
    let fitted = DenseAutoencoder::new(params).expect("fits").fit(&waves(50).samples(), Seed(1));
    let found = fitted.err().expect("one series");
    assert_eq!(found.to_string(), "dense_autoencoder: found 1 series, wanted at least 2");
}

#[test]
fn the_series_of_windows_are_those_of_their_table() {
    let windows = WindowsOwned::new(waves(60), vec![0, 10, 10, 40, 60], 6, 1).expect("fits");
    let table = crate::reconstruction::Reads::Windows.table(&windows.samples()).expect("windows");
    let series = |sample| crate::examples::Examples::series(&table, sample);
    let all: Vec<usize> = (0..windows.view().len()).map(series).collect();
    assert_eq!(all, [vec![0; 5], vec![2; 25], vec![3; 15]].concat());
    let mut params = small();
    params.training.validation_split = ValidationSplit::Series;
    params.training.validation = 0.1;
    let fitted = LstmAutoencoder::new(params).expect("fits").fit(&windows.samples(), Seed(1));
    let epochs = &fitted.expect("trains").history().expect("a history").epochs.clone();
    assert!(epochs.iter().all(|epoch| epoch.validation_loss.is_some()));
}

#[test]
fn schedules_change_the_rate() {
    let rows = waves(60);
    let rates = |schedule: &str| -> Vec<f64> {
        let text = format!("training = {{ epochs = 4, schedule = {schedule} }}");
        let params: DenseAutoencoderParams = toml::from_str(&text).expect("parameters");
        let fitted = DenseAutoencoder::new(params).expect("fits").fit(&rows.samples(), Seed(1));
        let fitted = fitted.expect("trains");
        fitted.history().expect("a history").epochs.iter().map(|e| e.learning_rate).collect()
    };
    assert_eq!(rates("'constant'"), [1e-3; 4]);
    assert_eq!(rates("{ exponential = { factor = 0.5 } }"), [1e-3, 5e-4, 2.5e-4, 1.25e-4]);
    let cosine = rates("'cosine'");
    assert!((cosine[2] - 5e-4).abs() < 1e-12 && cosine[3] < cosine[2]);
}

/// Scores and errors of columns, which must be those of what `reconstruct` gives.
fn scores_and_errors(
    detector: &dyn Detector,
    samples: &oddity_core::Samples<'_>,
) -> (Vec<f64>, Frame) {
    let fitted = detector.fit(samples, Seed(1)).expect("trains");
    let scores = fitted.score(samples).expect("scores");
    let errors = fitted.column_errors(samples).expect("errors").expect("a network has them");
    assert_eq!((errors.n_rows(), errors.n_columns()), (samples.len(), 2));
    let made = fitted.reconstruct(samples).expect("rows").expect("a network makes them");
    assert_eq!(made.target().n_rows(), samples.len() * made.n_steps());
    let sides = made.target().values().iter().zip(made.output().values());
    let squares = sides.map(|(target, output)| (target - output).powi(2)).sum::<f64>();
    let mean = squares / made.target().values().len() as f64;
    let of_errors = errors.values().iter().sum::<f64>() / errors.values().len() as f64;
    assert!((of_errors - mean).abs() < 1e-9 * mean);
    (scores.into_values(), errors)
}

fn check_means(scores: &[f64], errors: &Frame, f: impl Fn(f64) -> f64) {
    for (score, row) in scores.iter().zip(errors.view().iter()) {
        let mean = row.iter().sum::<f64>() / row.len() as f64;
        assert!((f(mean) - score).abs() <= 1e-12 * score, "{mean} {score}");
    }
}

#[test]
fn errors_of_columns_average_to_the_score() {
    let windows = windows(40);
    let lstm = |score: &str| {
        let params = LstmAutoencoderParams { score: score_of(score), ..small() };
        LstmAutoencoder::new(params).expect("fits")
    };
    let (scores, errors) = scores_and_errors(&lstm("mean_squared_error"), &windows.samples());
    check_means(&scores, &errors, |mean| mean);
    let fitted = lstm("last_step").fit(&windows.samples(), Seed(1)).expect("trains");
    let scores = fitted.score(&windows.samples()).expect("scores").into_values();
    let errors = fitted.column_errors(&windows.samples()).expect("errors").expect("a network");
    check_means(&scores, &errors, |mean| mean);
    let rows = waves(40);
    let dense = |score: &str| {
        let params = DenseAutoencoderParams { score: score_of(score), ..Default::default() };
        DenseAutoencoder::new(params).expect("fits")
    };
    let (scores, errors) = scores_and_errors(&dense("mean_squared_error"), &rows.samples());
    check_means(&scores, &errors, |mean| mean);
    // Of a single row the norm is the root of the sum of both.
    let (scores, errors) = scores_and_errors(&dense("mean_norm"), &rows.samples());
    check_means(&scores, &errors, |mean| (2.0 * mean).sqrt());
}

fn score_of(name: &str) -> crate::ErrorScore {
    toml::Value::from(name).try_into().expect("a score")
}
