//! Interrupted trainings end with the same bits; damaged checkpoints are refused.

use std::ops::ControlFlow;

use oddity_core::{Detector, DetectorPipeline, Error, Progress, Seed, Unwatched, Watch};
use proptest::prelude::*;

use crate::training::tests::windows;
use crate::weights::{Archive, write_archive};
use crate::{Checkpoint, FittedNetwork, LoadError, LstmAutoencoder, LstmAutoencoderParams};

/// Keeps the checkpoint of an epoch and ends there, or goes on from one.
#[derive(Default)]
struct Interrupted {
    from: Option<Vec<u8>>,
    until: Option<usize>,
    kept: Option<Vec<u8>>,
    seen: Vec<usize>,
}

impl Watch for Interrupted {
    fn resume(&mut self) -> Option<Vec<u8>> {
        self.from.take()
    }

    fn epoch(&mut self, progress: &Progress<'_>) -> ControlFlow<()> {
        self.seen.push(progress.epoch);
        if self.until == Some(progress.epoch) {
            self.kept = Some(progress.checkpoint());
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

fn detector(training: &str) -> LstmAutoencoder {
    let params: LstmAutoencoderParams = toml::from_str(&format!(
        "encoder = [
             {{ layer = 'lstm', units = 7 }}, {{ layer = 'batch_norm' }},
             {{ layer = 'dropout', rate = 0.2 }},
             {{ layer = 'lstm', units = 17, returns = 'last' }},
             {{ layer = 'dense', units = 3, activation = 'sigmoid' }},
         ]
         decoder = [
             {{ layer = 'batch_norm' }},
             {{ layer = 'lstm', units = 6, activation = 'sigmoid' }},
             {{ layer = 'alpha_dropout', rate = 0.1 }},
         ]
         training = {{ batch_size = 40, {training} }}"
    ))
    .expect("parameters");
    LstmAutoencoder::new(params).expect("fits")
}

/// Plateau, patience and best weights: the rate is high enough that all of them act.
const FULL: &str = "epochs = 6, learning_rate = 0.5, patience = 4, clip_norm = 1.0,
    schedule = { plateau = { factor = 0.5, patience = 2 } }, validation_split = 'random'";

/// Everything that a training leaves.
#[derive(Debug, PartialEq)]
struct Bits {
    weights: Vec<(String, Vec<u32>)>,
    history: Vec<u64>,
    best: usize,
    scores: Vec<u64>,
}

fn bits(fitted: &FittedNetwork) -> Bits {
    use oddity_core::FittedDetector;
    let weights = fitted.weights();
    let tensors = weights.iter().map(|(name, _, values)| {
        (name.to_owned(), values.iter().map(|value| value.to_bits()).collect())
    });
    let history = fitted.history().expect("a history");
    let losses = history.epochs.iter().flat_map(|epoch| {
        [epoch.loss, epoch.validation_loss.unwrap_or(-1.0), epoch.learning_rate].map(f64::to_bits)
    });
    let scores = fitted.score(&windows(60).samples()).expect("scores");
    Bits {
        weights: tensors.collect(),
        history: losses.collect(),
        best: history.best,
        scores: scores.values().iter().map(|score| score.to_bits()).collect(),
    }
}

fn fit(training: &str, watch: &mut dyn Watch) -> FittedNetwork {
    detector(training).fit_network(&windows(150).samples(), Seed(4), watch).expect("trains")
}

/// The bytes behind an epoch.
fn checkpoint(training: &str, epoch: usize) -> Vec<u8> {
    let mut watch = Interrupted { until: Some(epoch), ..Interrupted::default() };
    fit(training, &mut watch);
    watch.kept.expect("that epoch came")
}

#[test]
fn resumed_trainings_end_with_the_same_bits() {
    let last = "epochs = 4, restore_best = false, validation = 0.0, shuffle = false";
    let cosine = "epochs = 4, schedule = 'cosine', loss = { huber = { delta = 0.3 } }";
    for (training, n_epochs) in [(FULL, 6), (last, 4), (cosine, 4)] {
        let whole = bits(&fit(training, &mut Unwatched));
        for epoch in 0..n_epochs {
            let from = Some(checkpoint(training, epoch));
            let mut watch = Interrupted { from, ..Interrupted::default() };
            assert_eq!(bits(&fit(training, &mut watch)), whole, "{training}, behind {epoch}");
            assert_eq!(watch.seen, Vec::from_iter(epoch + 1..n_epochs));
        }
    }
}

#[test]
fn the_tested_training_uses_all_that_a_checkpoint_keeps() {
    let saved = Checkpoint::from_bytes(&checkpoint(FULL, 5)).expect("as written");
    let rates: Vec<f64> = saved.history().epochs.iter().map(|epoch| epoch.learning_rate).collect();
    assert!(rates[5] < rates[0], "the schedule acted: {rates:?}");
    assert!(saved.history().best < 5 && saved.best().is_some(), "{:?}", saved.history());
    assert_ne!(saved.best(), Some(saved.weights()));
    assert_eq!(saved.to_bytes(), checkpoint(FULL, 5));
}

#[test]
fn patience_that_is_spent_stays_spent() {
    let training = "epochs = 60, learning_rate = 0.05, patience = 2";
    let mut watch = Interrupted::default();
    let whole = fit(training, &mut watch);
    let last = *watch.seen.last().expect("epochs");
    assert!(last < 59);
    let from = Some(checkpoint(training, last));
    let mut watch = Interrupted { from, ..Interrupted::default() };
    assert_eq!(bits(&fit(training, &mut watch)), bits(&whole));
    assert_eq!(watch.seen, [0usize; 0]);
}

#[test]
fn interruptions_may_be_many_and_pass_through_pipelines() {
    let train = windows(150);
    let pipeline = DetectorPipeline::new(Vec::new(), std::sync::Arc::new(detector(FULL)));
    let mut from = None;
    for epoch in 0..6 {
        let mut watch = Interrupted { from, until: Some(epoch), ..Interrupted::default() };
        let fitted = pipeline.fit_watched(&train.samples(), Seed(4), &mut watch).expect("trains");
        assert_eq!(watch.seen, [epoch]);
        assert_eq!(fitted.history().map(|history| history.epochs.len()), Some(epoch + 1));
        from = watch.kept;
    }
    assert_eq!(from, Some(checkpoint(FULL, 5)));
}

#[test]
fn checkpoints_of_other_trainings_are_refused() {
    let from = checkpoint(FULL, 1);
    let refused = |training: &str, n: usize, seed: u64| {
        let mut watch = Interrupted { from: Some(from.clone()), ..Interrupted::default() };
        let fitted = detector(training).fit_watched(&windows(n).samples(), Seed(seed), &mut watch);
        let Some(Error::Checkpoint { source, .. }) = fitted.err() else { panic!("accepted") };
        match source.downcast_ref::<LoadError>() {
            Some(LoadError::OtherTraining { what }) => *what,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused("epochs = 6", 150, 4), "training parameters");
    assert_eq!(refused(FULL, 150, 5), "seed");
    assert_eq!(refused(FULL, 151, 4), "number of samples");
}

#[test]
fn moments_that_no_training_leaves_and_later_forms_are_refused() {
    let bytes = checkpoint(FULL, 1);
    let refused = |which: usize, value: f32| {
        let mut saved = Checkpoint::from_bytes(&bytes).expect("as written");
        let bias = saved.moments[which].insert("layers.0.bias", &[28], vec![value; 28]);
        bias.expect("four gates of seven units");
        Checkpoint::from_bytes(&saved.to_bytes()).expect_err("altered")
    };
    assert!(matches!(refused(0, f32::NAN), LoadError::NotFinite { index: 0, .. }));
    let negative = refused(1, -1.0).to_string();
    assert!(negative.contains("layers.0.bias is below 0"), "{negative}");

    let archive = Archive::read(&bytes).expect("as written");
    let mut table: toml::Table =
        archive.text().expect("a description").parse().expect("a description in TOML");
    table.insert("form".to_owned(), 2.into());
    table.remove("rate");
    let later = Checkpoint::from_bytes(&write_archive(&archive.weights, Some(&table)));
    assert!(matches!(later, Err(LoadError::Version { wanted: 1, found: 2 })));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn damaged_checkpoints_are_refused(share in 0.0..1.0f64, flip in 1..=255u8, cuts: bool) {
        static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let bytes = BYTES.get_or_init(|| checkpoint(FULL, 2));
        let at = (share * bytes.len() as f64) as usize;
        let mut damaged = bytes.clone();
        damaged[at] ^= flip;
        damaged.truncate(if cuts { at } else { bytes.len() });
        if let Ok(read) = Checkpoint::from_bytes(&damaged) {
            prop_assert_eq!(&read.to_bytes(), bytes);
        }
    }
}
