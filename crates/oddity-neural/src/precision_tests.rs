//! Detectors that multiply in bfloat16: same promises, other digits.

use oddity_core::{Detector, FittedDetector, Frame, Samples, Seed, Sequences, WindowsOwned};

use crate::{
    DenseAutoencoder, FittedLanguageModel, LstmAutoencoder, LstmForecaster, LstmLanguageModel,
    SavedNetwork,
};

fn rows() -> Frame {
    let values = (0..240).map(|i| (f64::from(i) * 0.7).sin() + f64::from(i % 5)).collect();
    Frame::new(values, ["a", "b", "c"]).expect("finite")
}

/// Detectors with a text of parameters behind `training = {`.
type Make = fn(&str) -> Box<dyn Detector>;

fn dense(training: &str) -> Box<dyn Detector> {
    let text =
        format!("layers = [{{ layer = 'dense', units = 17, activation = 'tanh' }}]\n{training}");
    Box::new(DenseAutoencoder::new(toml::from_str(&text).expect("parameters")).expect("fits"))
}

fn autoencoder(training: &str) -> Box<dyn Detector> {
    let text = format!(
        "encoder = [
             {{ layer = 'lstm', units = 7 }}, {{ layer = 'batch_norm' }},
             {{ layer = 'lstm', units = 5, returns = 'last' }},
         ]
         decoder = [{{ layer = 'lstm', units = 18 }}]
         {training}"
    );
    Box::new(LstmAutoencoder::new(toml::from_str(&text).expect("parameters")).expect("fits"))
}

fn forecaster(training: &str) -> Box<dyn Detector> {
    let text = format!("layers = [{{ layer = 'lstm', units = 9, returns = 'last' }}]\n{training}");
    Box::new(LstmForecaster::new(toml::from_str(&text).expect("parameters")).expect("fits"))
}

fn language(training: &str) -> Box<dyn Detector> {
    let text = format!("members = [[12], [9, 5]]\nembedding = 6\n{training}");
    Box::new(LstmLanguageModel::new(toml::from_str(&text).expect("parameters")).expect("fits"))
}

const SINGLE: &str = "training = { epochs = 3, batch_size = 20, learning_rate = 0.01 }";
const ROUNDED: &str =
    "training = { epochs = 3, batch_size = 20, learning_rate = 0.01, precision = 'bf16' }";

/// Runs `check` for each detector with samples of its kind.
fn for_each(check: impl Fn(Make, &Samples<'_>)) {
    let rows = rows();
    let windows = WindowsOwned::new(rows.clone(), vec![0, 80], 5, 1).expect("windows");
    let sequences: Sequences =
        (0..40u16).map(|i| [vec![3; usize::from(i % 4)], vec![i % 7, 9, i % 3]].concat()).collect();
    check(dense, &rows.samples());
    check(autoencoder, &windows.samples());
    check(forecaster, &windows.samples());
    check(language, &sequences.samples());
}

fn scores(detector: &dyn FittedDetector, samples: &Samples<'_>) -> Vec<f64> {
    detector.score(samples).expect("scores").into_values()
}

#[test]
fn scores_are_near_those_of_single_precision_and_not_the_same() {
    for_each(|make, samples| {
        let [single, rounded] = [SINGLE, ROUNDED]
            .map(|text| scores(&*make(text).fit(samples, Seed(1)).expect("learns"), samples));
        assert_ne!(single, rounded);
        let far: f64 = single.iter().zip(&rounded).map(|(a, b)| (a - b).powi(2)).sum();
        let mean = single.iter().sum::<f64>() / single.len() as f64;
        let spread: f64 = single.iter().map(|a| (a - mean).powi(2)).sum();
        assert!(far < 0.01 * spread, "{far} of {spread}");
    });
}

#[test]
fn threads_change_no_bit() {
    let with_threads = |n: usize, f: &(dyn Fn() -> Vec<f64> + Sync)| {
        rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("a pool").install(f)
    };
    for_each(|make, samples| {
        let of = || scores(&*make(ROUNDED).fit(samples, Seed(2)).expect("learns"), samples);
        assert_eq!(with_threads(1, &of), with_threads(3, &of));
    });
}

#[test]
fn what_is_kept_scores_to_the_bit_and_knows_its_precision() {
    for_each(|make, samples| {
        let fitted = make(ROUNDED).fit(samples, Seed(3)).expect("learns");
        let state = fitted.state().expect("a network");
        let restored = make(ROUNDED).restore(&state).expect("restored");
        assert_eq!(scores(&*restored, samples), scores(&*fitted, samples));
        assert!(make(SINGLE).restore(&state).is_err(), "another precision");
        let bytes = fitted.artefacts().swap_remove(0).bytes;
        let again: Box<dyn FittedDetector> = match FittedLanguageModel::from_bytes(&bytes) {
            Ok(model) => Box::new(model),
            Err(_) => {
                let saved = SavedNetwork::from_bytes(&bytes).expect("saved");
                Box::new(saved.into_detector().expect("whole"))
            }
        };
        assert_eq!(scores(&*again, samples), scores(&*fitted, samples));
    });
}

#[test]
fn a_session_multiplies_as_its_parameters_say() {
    let network = toml::from_str("inputs = 3\nlayers = [{ layer = 'dense', units = 3 }]");
    let network = network.expect("a network");
    let batch: Vec<f32> = rows().values().iter().take(30).map(|&value| value as f32).collect();
    let [single, rounded] = [SINGLE, ROUNDED].map(|text| {
        let params: toml::Table = toml::from_str(text).expect("parameters");
        let params = params["training"].clone().try_into().expect("parameters");
        let mut session = crate::Session::new(&network, &params, 10, 1, Seed(1)).expect("fits");
        session.step(&batch).expect("finite");
        session.outputs(&batch).expect("finite")
    });
    assert_ne!(single, rounded);
    for (a, b) in single.iter().zip(&rounded) {
        assert!((a - b).abs() < 0.05 * a.abs().max(1.0), "{a} and {b}");
    }
}

#[test]
fn a_watcher_is_told_what_the_training_was() {
    // The checkpoint of one precision is not that of the other.
    struct Keeps(Option<Vec<u8>>, Option<Vec<u8>>);
    impl oddity_core::Watch for Keeps {
        fn resume(&mut self) -> Option<Vec<u8>> {
            self.0.take()
        }
        fn epoch(&mut self, progress: &oddity_core::Progress<'_>) -> std::ops::ControlFlow<()> {
            self.1.get_or_insert_with(|| progress.checkpoint());
            std::ops::ControlFlow::Continue(())
        }
    }
    let rows = rows();
    let mut first = Keeps(None, None);
    let whole = dense(ROUNDED).fit_watched(&rows.samples(), Seed(4), &mut first).expect("learns");
    let mut second = Keeps(first.1.clone(), None);
    let on = dense(ROUNDED).fit_watched(&rows.samples(), Seed(4), &mut second).expect("goes on");
    assert_eq!(scores(&*on, &rows.samples()), scores(&*whole, &rows.samples()));
    let mut other = Keeps(first.1, None);
    assert!(dense(SINGLE).fit_watched(&rows.samples(), Seed(4), &mut other).is_err());
}
