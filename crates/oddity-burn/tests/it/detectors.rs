//! Whole detectors on burn.

use std::ops::ControlFlow;
use std::sync::Arc;

use oddity_core::{Detector, Error, Frame, Progress, Seed, Unwatched, Watch, WindowsOwned};
use oddity_neural::{
    DenseAutoencoder, DenseAutoencoderParams, LstmAutoencoder, LstmAutoencoderParams,
};

use super::{burn, scores_apart};

/// Waves of two columns with a little noise.
fn waves(n_rows: usize) -> Frame {
    let noise = |i: usize| (Seed(9).derive(i as u64).0 >> 40) as f64 / 16_777_216.0 - 0.5;
    let values = (0..n_rows)
        .flat_map(|i| [(i as f64 * 0.3).sin() + 0.1 * noise(2 * i), (i as f64 * 0.2).cos()])
        .collect();
    Frame::new(values, ["x", "y"]).expect("finite")
}

fn windows(n_rows: usize) -> WindowsOwned {
    WindowsOwned::new(waves(n_rows), vec![0, n_rows], 6, 1).expect("fits")
}

fn lstm() -> LstmAutoencoder {
    let params: LstmAutoencoderParams = toml::from_str(
        "encoder = [
             { layer = 'lstm', units = 7 }, { layer = 'batch_norm' },
             { layer = 'dropout', rate = 0.1 },
             { layer = 'lstm', units = 5, returns = 'last' },
         ]
         decoder = [{ layer = 'batch_norm' }, { layer = 'lstm', units = 6 }]
         training = { epochs = 4, batch_size = 50, learning_rate = 0.01, clip_norm = 1.0 }",
    )
    .expect("parameters");
    LstmAutoencoder::new(params).expect("fits")
}

#[test]
fn scores_are_those_of_the_native_trainer() {
    let (train, test) = (windows(173), windows(80));
    let scores = |detector: LstmAutoencoder| {
        let fitted = detector.fit(&train.samples(), Seed(3)).expect("trains");
        fitted.score(&test.samples()).expect("scores").into_values()
    };
    let off = scores_apart(&scores(lstm()), &scores(lstm().on(Arc::new(burn()))));
    assert!(off < 1e-4, "windows: off by {off:e}");

    let (train, test) = (waves(200), waves(90));
    let params: DenseAutoencoderParams = toml::from_str(
        "layers = [
             { layer = 'dense', units = 9, activation = 'tanh', activity_l1 = 1e-4 },
             { layer = 'dense', units = 1 }, { layer = 'dense', units = 9, activation = 'selu' },
         ]
         training = { epochs = 10 }",
    )
    .expect("parameters");
    let native = DenseAutoencoder::new(params).expect("fits");
    let scores = |detector: &DenseAutoencoder| {
        let fitted = detector.fit(&train.samples(), Seed(3)).expect("trains");
        fitted.score(&test.samples()).expect("scores").into_values()
    };
    let off = scores_apart(&scores(&native), &scores(&native.clone().on(Arc::new(burn()))));
    assert!(off < 1e-4, "rows: off by {off:e}");
}

#[test]
fn one_thread_and_three_give_the_same_bits() {
    let (train, test) = (windows(173), windows(80));
    let scores = |n: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("a pool");
        pool.install(|| {
            let fitted = lstm().on(Arc::new(burn())).fit(&train.samples(), Seed(3));
            fitted.expect("trains").score(&test.samples()).expect("scores").into_values()
        })
    };
    assert_eq!(scores(1), scores(3));
}

#[test]
fn a_score_depends_on_its_window_alone() {
    let (train, test) = (windows(100), windows(80));
    let fitted = lstm().on(Arc::new(burn())).fit(&train.samples(), Seed(3)).expect("trains");
    let all = fitted.score(&test.samples()).expect("scores").into_values();
    let some: Vec<usize> = (0..75).filter(|at| at % 3 == 1).collect();
    let part = fitted.score(&test.samples().select(&some).view()).expect("scores").into_values();
    assert_eq!(some.iter().map(|&at| all[at]).collect::<Vec<_>>(), part);
}

#[test]
fn weights_score_alike_wherever_they_were_trained() {
    let (train, test) = (windows(120), windows(80));
    let fitted = lstm().fit_network(&train.samples(), Seed(3), &mut Unwatched).expect("trains");
    let score = |fitted: &dyn oddity_core::FittedDetector| {
        fitted.score(&test.samples()).expect("scores").into_values()
    };
    let native = score(&fitted);
    let off = scores_apart(&native, &score(&fitted.on(&burn()).expect("fits")));
    assert!(off < 1e-5, "off by {off:e}");
}

/// Keeps the checkpoint of an epoch and ends there, or goes on from one.
#[derive(Default)]
struct Interrupted {
    from: Option<Vec<u8>>,
    kept: Option<Vec<u8>>,
}

impl Watch for Interrupted {
    fn resume(&mut self) -> Option<Vec<u8>> {
        self.from.clone()
    }

    fn epoch(&mut self, progress: &Progress<'_>) -> ControlFlow<()> {
        if self.from.is_none() && progress.epoch == 1 {
            self.kept = Some(progress.checkpoint());
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

#[test]
fn an_interrupted_training_ends_with_the_same_bits_on_its_own_backend_alone() {
    let train = windows(120);
    let detector = lstm().on(Arc::new(burn()));
    let mut interrupted = Interrupted::default();
    detector.fit_network(&train.samples(), Seed(3), &mut interrupted).expect("trains");
    let mut again = Interrupted { from: interrupted.kept, kept: None };
    let resumed = detector.fit_network(&train.samples(), Seed(3), &mut again).expect("trains");
    let whole = detector.fit_network(&train.samples(), Seed(3), &mut Unwatched).expect("trains");
    assert_eq!(resumed.weights(), whole.weights());
    assert_eq!(resumed.saved().to_bytes(), whole.saved().to_bytes());

    let other = lstm().fit_network(&train.samples(), Seed(3), &mut again);
    let message = other.expect_err("another backend").to_string();
    assert!(message.contains("its backend differs"), "{message}");
}

#[test]
fn products_in_bfloat16_are_refused() {
    let params: DenseAutoencoderParams =
        toml::from_str("training = { precision = 'bf16' }").expect("parameters");
    let detector = DenseAutoencoder::new(params).expect("fits");
    let native = detector.fit(&waves(60).samples(), Seed(1)).expect("trains");
    let on_burn = DenseAutoencoder::on(detector, Arc::new(burn()));
    let refused = |error: Option<Error>| match error {
        Some(Error::Backend { backend, problem, .. }) => (backend, problem),
        other => panic!("{other:?}"),
    };
    let wanted = ("burn/cpu".to_owned(), "has no products in bf16");
    assert_eq!(refused(on_burn.fit(&waves(60).samples(), Seed(1)).err()), wanted);
    // Nor does it score what was fitted so.
    let restored = on_burn.restore(&native.state().expect("a network")).err();
    assert!(restored.is_some_and(|error| error.to_string().contains("bf16")));
}
