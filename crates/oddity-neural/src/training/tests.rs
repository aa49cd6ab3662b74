//! What training promises besides numbers: bits, order, ends.

use std::ops::ControlFlow;

use oddity_core::{Detector, Error, Frame, Seed, WindowsOwned};

use crate::{DenseAutoencoder, DenseAutoencoderParams, LstmAutoencoder, LstmAutoencoderParams};

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
