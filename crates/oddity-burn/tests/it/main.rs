//! Burn beside the native trainer: the same numbers from the same weights, a module a subject.

mod detectors;
mod gradients;
mod language;
mod language_detectors;
mod online;
mod round_trips;
mod steps;

use oddity_burn::{BurnBackend, Device};
use oddity_core::Seed;
use oddity_neural::{
    Backend, Engine, Examples, Native, Network, Setup, StepParams, TrainingParams, Weights,
};
use rand::Rng;

/// The networks of the five studies, with fewer steps and samples.
const STUDIES: &[(&str, &str)] = &[
    (
        "hai",
        "inputs = 59
         steps = 12
         layers = [
             { layer = 'lstm', units = 128 }, { layer = 'batch_norm' },
             { layer = 'lstm', units = 64, returns = 'last' }, { layer = 'batch_norm' },
             { layer = 'dense', units = 32, activation = 'relu' },
             { layer = 'dense', units = 64, activation = 'relu' }, { layer = 'batch_norm' },
             { layer = 'repeat', steps = 12 },
             { layer = 'lstm', units = 64 }, { layer = 'batch_norm' },
             { layer = 'lstm', units = 128 }, { layer = 'batch_norm' },
             { layer = 'dense', units = 59 },
         ]",
    ),
    (
        "kdd",
        "inputs = 14
         steps = 10
         layers = [
             { layer = 'lstm', units = 80, activation = 'selu' },
             { layer = 'alpha_dropout', rate = 0.1 },
             { layer = 'lstm', units = 50, activation = 'selu' },
             { layer = 'lstm', units = 20, activation = 'selu', returns = 'last' },
             { layer = 'repeat', steps = 10 },
             { layer = 'lstm', units = 50, activation = 'selu' },
             { layer = 'lstm', units = 80, activation = 'selu' },
             { layer = 'dense', units = 14 },
         ]",
    ),
    (
        "adfa_lstm",
        "inputs = 87
         steps = 5
         layers = [
             { layer = 'lstm', units = 32, activation = 'relu', gate = 'hard_sigmoid' },
             { layer = 'lstm', units = 16, activation = 'relu', gate = 'hard_sigmoid', returns = 'last' },
             { layer = 'repeat', steps = 5 },
             { layer = 'lstm', units = 16, activation = 'relu', gate = 'hard_sigmoid' },
             { layer = 'lstm', units = 32, activation = 'relu', gate = 'hard_sigmoid' },
             { layer = 'dense', units = 87 },
         ]",
    ),
    (
        "adfa_dense",
        "inputs = 87
         layers = [
             { layer = 'dense', units = 87, activation = 'tanh', activity_l1 = 1e-4 },
             { layer = 'dense', units = 43, activation = 'relu' },
             { layer = 'dense', units = 43, activation = 'tanh' },
             { layer = 'dense', units = 87, activation = 'relu' },
         ]",
    ),
    (
        "device",
        "inputs = 40
         layers = [
             { layer = 'dense', units = 50, activation = 'relu' },
             { layer = 'dense', units = 3, activation = 'relu' },
             { layer = 'dense', units = 50, activation = 'relu' },
             { layer = 'dense', units = 40 },
         ]",
    ),
];

fn network(text: &str) -> Network {
    toml::from_str(text).expect("a network")
}

fn params(text: &str) -> TrainingParams {
    toml::from_str(text).expect("parameters")
}

fn burn() -> BurnBackend {
    BurnBackend::new(Device::Cpu).expect("the CPU is always there")
}

/// Samples behind each other, `[sample][step][column]`.
struct Data {
    n: usize,
    sides: [Vec<f32>; 2],
    shapes: [[usize; 2]; 2],
}

impl Data {
    /// Numbers between -1 and 1 from a seed; `output` is steps and width of what should be made,
    /// of a network that does not make its input again.
    fn new(network: &Network, output: Option<[usize; 2]>, n: usize, seed: u64) -> Data {
        let shape = [network.steps.unwrap_or(1), network.inputs];
        let shapes = [shape, output.unwrap_or(shape)];
        let draw = |side: u64, [steps, width]: [usize; 2]| {
            let mut rng = Seed(seed).derive(side).rng();
            let mut next = || (rng.next_u64() >> 40) as f32 / 8_388_608.0 - 1.0;
            (0..n * steps * width).map(|_| next()).collect::<Vec<f32>>()
        };
        let input = draw(0, shape);
        let target = output.map_or_else(|| input.clone(), |output| draw(1, output));
        Data { n, sides: [input, target], shapes }
    }

    fn row(&self, side: usize, sample: usize, step: usize, to: &mut [f32]) {
        let [steps, width] = self.shapes[side];
        let at = (sample * steps + step) * width;
        to.copy_from_slice(&self.sides[side][at..at + width]);
    }
}

impl Examples for Data {
    fn len(&self) -> usize {
        self.n
    }

    fn input(&self, sample: usize, step: usize, row: &mut [f32]) {
        self.row(0, sample, step, row);
    }

    fn target(&self, sample: usize, step: usize, row: &mut [f32]) {
        self.row(1, sample, step, row);
    }
}

/// Both engines with the same weights: native first.
fn engines(network: &Network, n_batch: usize, has_target: bool) -> [Box<dyn Engine>; 2] {
    let setup = Setup { n_batch, has_target, seed: Seed(3) };
    let backends: [&dyn Backend; 2] = [&Native, &burn()];
    backends.map(|backend| backend.engine(network, setup).expect("a network that fits"))
}

/// One step of an engine on all samples.
fn step(engine: &mut dyn Engine, data: &Data, training: &TrainingParams) -> f64 {
    let all: Vec<usize> = (0..data.n).collect();
    let learning_rate = training.learning_rate;
    engine.step(data, &all, StepParams { training, learning_rate, seed: Seed(5) })
}

/// What an engine makes of all samples, as numbers behind each other.
fn outputs(engine: &mut dyn Engine, data: &Data) -> Vec<f32> {
    let all: Vec<usize> = (0..data.n).collect();
    let out = std::sync::Mutex::new(vec![Vec::new(); data.n]);
    engine.evaluate(data, &all, &|place, _, output| {
        out.lock().expect("no panic")[place] = output.steps().flatten().copied().collect();
    });
    out.into_inner().expect("no panic").concat()
}

/// The largest difference, relative to the largest number.
fn difference(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(0.0f32, |most, value| most.max(value.abs()));
    let pairs = found.iter().zip(expected);
    let worst = pairs.fold(0.0f32, |most, (a, b)| {
        let off = (a - b).abs();
        if off.is_nan() { f32::INFINITY } else { most.max(off) }
    });
    if largest == 0.0 { f64::from(worst) } else { f64::from(worst) / f64::from(largest) }
}

/// Root of the mean squared difference of all weights, relative to that of the weights.
fn apart(found: &Weights, expected: &Weights) -> f64 {
    let (mut squares, mut of_all) = (0.0, 0.0);
    for (name, _, values) in expected.iter() {
        let (_, found) = found.get(name).expect("the same names");
        for (a, b) in found.iter().zip(values) {
            squares += f64::from(a - b).powi(2);
            of_all += f64::from(*b).powi(2);
        }
    }
    (squares / of_all).sqrt()
}

/// The largest difference of two scores, relative to the first.
fn scores_apart(expected: &[f64], found: &[f64]) -> f64 {
    assert_eq!(expected.len(), found.len());
    let pairs = expected.iter().zip(found);
    pairs.fold(0.0, |most, (a, b)| {
        let off = if a == b { 0.0 } else { (a - b).abs() / a };
        if off.is_nan() { f64::INFINITY } else { most.max(off) }
    })
}

/// The tensor that differs most, and by how much.
fn worst(found: &Weights, expected: &Weights) -> (String, f64) {
    assert_eq!(found.len(), expected.len());
    let of = |(name, shape, values): (&str, &[usize], &[f32])| {
        let (other, found) = found.get(name).expect("the same names");
        assert_eq!(other, shape, "{name}");
        (name.to_owned(), difference(found, values))
    };
    let all = expected.iter().map(of);
    all.max_by(|a, b| a.1.total_cmp(&b.1)).expect("a tensor")
}
