//! Language models on burn beside native ones: losses, gradients, steps and evaluation.

use std::sync::Mutex;

use oddity_core::Seed;
use oddity_neural::{
    Backend, LanguageEngine, LanguageSetup, LanguageSizes, LoadError, Native, StepParams,
    SymbolRows, TrainingParams, Weights,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rand::Rng;

use super::{apart, burn, params, worst};

/// Largest difference of a tensor's gradient, relative to its largest number.
const TOLERANCE: f64 = 2e-5;

/// The first moments are then the gradients themselves, and the weights stay what they are.
const RAW: &str = "beta_1 = 0.0\nlearning_rate = 1e-12";

/// Rows of symbols of a few lengths, the longest first.
pub(crate) struct Symbols {
    rows: Vec<Vec<(u32, u32)>>,
}

impl Symbols {
    pub(crate) fn new(sizes: &LanguageSizes, n_rows: usize, longest: usize, seed: u64) -> Symbols {
        let mut rng = Seed(seed).rng();
        let mut draw = |n: usize| (((rng.next_u64() >> 32) * n as u64) >> 32) as usize;
        let mut lengths: Vec<usize> = (0..n_rows).map(|_| 1 + draw(longest)).collect();
        lengths[0] = longest;
        lengths.sort_by_key(|&length| std::cmp::Reverse(length));
        let LanguageSizes { n_inputs, n_classes, .. } = *sizes;
        let mut symbol = || (draw(n_inputs) as u32, draw(n_classes) as u32);
        let row = |length: usize| (0..length).map(|_| symbol()).collect();
        Symbols { rows: lengths.into_iter().map(row).collect() }
    }

    fn n_symbols(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }
}

impl SymbolRows for Symbols {
    fn n_rows(&self) -> usize {
        self.rows.len()
    }

    fn len(&self, row: usize) -> usize {
        self.rows[row].len()
    }

    fn at(&self, row: usize, step: usize) -> (u32, u32) {
        self.rows[row][step]
    }
}

fn sizes(units: &[usize]) -> LanguageSizes {
    LanguageSizes { n_inputs: 13, embedding: 6, units: units.to_vec(), n_classes: 12 }
}

fn setup(n_batch: usize, n_steps: usize, dropout: f64, seed: u64) -> LanguageSetup {
    LanguageSetup { n_batch, n_steps, divisor: n_batch * n_steps, dropout, seed: Seed(seed) }
}

/// Both engines with the same weights: native first.
fn engines(sizes: &LanguageSizes, setup: LanguageSetup) -> [Box<dyn LanguageEngine>; 2] {
    let backends: [&dyn Backend; 2] = [&Native, &burn()];
    backends.map(|backend| backend.language_engine(sizes, setup).expect("sizes that fit"))
}

fn step(
    engine: &mut dyn LanguageEngine,
    rows: &Symbols,
    start: usize,
    setup: LanguageSetup,
    training: &TrainingParams,
) -> f64 {
    let learning_rate = training.learning_rate;
    let step = StepParams { training, learning_rate, seed: Seed(5) };
    engine.step(rows, start..start + setup.n_steps, step)
}

/// The class and loss of each symbol of each row.
fn losses(engine: &mut dyn LanguageEngine, rows: &Symbols) -> Vec<Vec<(u32, f32)>> {
    let out = Mutex::new(vec![Vec::new(); rows.n_rows()]);
    engine.evaluate(rows, &|row, losses| {
        out.lock().expect("no panic")[row].extend_from_slice(losses);
    });
    out.into_inner().expect("no panic")
}

/// Compares the loss and the gradients of each chunk; returns the tensor that differs most.
fn compare(
    sizes: &LanguageSizes,
    setup: LanguageSetup,
    training: &TrainingParams,
    rows: &Symbols,
) -> (String, f64) {
    let mut most = (String::new(), 0.0);
    let [mut native, mut burn] = engines(sizes, setup);
    for start in (0..rows.len(0)).step_by(setup.n_steps) {
        let [expected, found] = [&mut native, &mut burn]
            .map(|engine| step(&mut **engine, rows, start, setup, training));
        let off = (found - expected).abs() / expected;
        assert!(off < 2e-6, "from step {start}: loss {found} for {expected}");
        let [expected, found] = [&native, &burn].map(|engine| engine.optimizer().moments);
        let (tensor, off) = worst(&found[0], &expected[0]);
        if most.1 < off {
            most = (format!("from step {start}: {tensor}"), off);
        }
    }
    most
}

#[test]
fn gradients_of_ragged_chunks_are_the_native_ones() {
    for (units, dropout, extra) in [
        (&[16][..], 0.0, ""),
        (&[9, 7], 0.0, ""),
        (&[20, 5, 8], 0.3, ""),
        (&[17, 6], 0.2, "clip_norm = 1e-3"),
    ] {
        let sizes = sizes(units);
        // Three parts of rows, of which the last ones end first; the last batch is not full.
        let setup = setup(40, 7, dropout, 3);
        let rows = Symbols::new(&sizes, 37, 30, 1);
        let training = params(&format!("{RAW}\n{extra}"));
        let (tensor, off) = compare(&sizes, setup, &training, &rows);
        assert!(off < TOLERANCE, "{units:?}, dropout {dropout}: {tensor} off by {off:e}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default()
    })]

    #[test]
    fn gradients_of_any_sizes_are_the_native_ones(
        n_inputs in 1usize..40, embedding in 1usize..35, n_classes in 1usize..40,
        units in prop::collection::vec(1usize..40, 1..3),
        n_rows in 1usize..40, longest in 1usize..20, n_steps in 1usize..24,
        dropout in prop::sample::select(vec![0.0, 0.4]), seed: u64,
    ) {
        let sizes = LanguageSizes { n_inputs, embedding, units, n_classes };
        let setup = setup(n_rows, n_steps, dropout, seed);
        let rows = Symbols::new(&sizes, n_rows, longest, seed);
        // A single class has probability 1, and its loss is rounding.
        prop_assume!(1 < n_classes);
        let (tensor, off) = compare(&sizes, setup, &params(RAW), &rows);
        prop_assert!(off < 5e-5, "{:?}, {:?}: {} off by {:e}", sizes, setup, tensor, off);
    }
}

#[test]
fn ten_steps_stay_together() {
    let sizes = sizes(&[20, 11]);
    let setup = setup(20, 6, 0.2, 3);
    let [mut native, mut burn] = engines(&sizes, setup);
    let training = params("learning_rate = 0.004\nclip_norm = 0.5");
    // Each batch begins from states of 0; one is a single step, in which no state is read.
    for (batch, n_rows, longest) in [(0, 20, 30), (1, 7, 1), (2, 12, 24)] {
        let rows = Symbols::new(&sizes, n_rows, longest, batch);
        for start in (0..longest).step_by(setup.n_steps) {
            let [expected, found] = [&mut native, &mut burn]
                .map(|engine| step(&mut **engine, &rows, start, setup, &training));
            let off = (found - expected).abs() / expected;
            assert!(off < 1e-5, "batch {batch}, step {start}: loss {found} for {expected}");
        }
    }
    let off = apart(&burn.weights(), &native.weights());
    assert!(off < 1e-4, "weights off by {off:e}");
    assert_eq!((native.optimizer().n_steps, burn.optimizer().n_steps), (10, 10));
}

#[test]
fn the_same_weights_give_the_same_losses() {
    let sizes = sizes(&[20, 11]);
    let setup = setup(20, 6, 0.2, 3);
    // More rows than go through at a time, and longer ones; some have no symbol.
    let mut rows = Symbols::new(&sizes, 100, 150, 4);
    rows.rows.extend([Vec::new(), Vec::new()]);
    let [mut native, mut burn] = engines(&sizes, setup);
    let weights = sizes.initial_weights(Seed(8)).expect("sizes that fit");
    for engine in [&mut native, &mut burn] {
        engine.set_weights(&weights).expect("of these sizes");
        assert_eq!(engine.weights(), weights);
    }
    let [expected, found] = [&mut native, &mut burn].map(|engine| losses(&mut **engine, &rows));
    let mut n_symbols = 0;
    for (row, (expected, found)) in expected.iter().zip(&found).enumerate() {
        assert_eq!(found.len(), rows.len(row));
        for (&(class, expected), &(found_class, found)) in expected.iter().zip(found) {
            assert_eq!(found_class, class);
            assert!((found - expected).abs() < 1e-5 * expected, "{found} for {expected}");
            n_symbols += 1;
        }
    }
    assert_eq!(n_symbols, rows.n_symbols());
}

#[test]
fn other_weights_are_refused() {
    let setup = setup(2, 6, 0.0, 3);
    let [_, mut engine] = engines(&sizes(&[4]), setup);
    let before = engine.weights();
    let missing = engine.set_weights(&Weights::default());
    assert!(matches!(missing, Err(LoadError::MissingTensor { .. })));
    let other = sizes(&[5]).initial_weights(Seed(1)).expect("sizes that fit");
    assert!(matches!(engine.set_weights(&other), Err(LoadError::Shape { .. })));
    assert!(matches!(burn().language_scorer(&sizes(&[4]), &other), Err(LoadError::Shape { .. })));
    let mut infinite = before.clone();
    infinite.insert("layers.2.bias", &[12], vec![f32::INFINITY; 12]).expect("a shape");
    assert!(matches!(engine.set_weights(&infinite), Err(LoadError::NotFinite { .. })));
    assert_eq!(engine.weights(), before);
    let none = burn().language_engine(&sizes(&[0]), setup).err().expect("no unit");
    assert!(none.to_string().contains("units is 0"), "{none}");
}
