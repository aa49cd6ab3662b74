//! A training step of the studies' networks: the native trainer and burn in turns, as ratios.
//!
//! `cargo bench --package oddity-burn` prints milliseconds, medians of the rounds, for all
//! threads of rayon; `RAYON_NUM_THREADS=1` takes one.

use std::time::Instant;

use oddity_burn::{BurnBackend, Device};
use oddity_core::Seed;
use oddity_neural::{
    Backend, Engine, Examples, Native, Network, Setup, StepParams, TrainingParams,
};

/// Times that each of both is measured.
const ROUNDS: usize = 7;

/// Name, samples of a batch, and the network.
const NETWORKS: &[(&str, usize, &str)] = &[
    (
        "hai",
        64,
        "inputs = 59
         steps = 100
         layers = [
             { layer = 'lstm', units = 128 }, { layer = 'batch_norm' },
             { layer = 'lstm', units = 64, returns = 'last' }, { layer = 'batch_norm' },
             { layer = 'dense', units = 32, activation = 'relu' },
             { layer = 'dense', units = 64, activation = 'relu' }, { layer = 'batch_norm' },
             { layer = 'repeat', steps = 100 },
             { layer = 'lstm', units = 64 }, { layer = 'batch_norm' },
             { layer = 'lstm', units = 128 }, { layer = 'batch_norm' },
             { layer = 'dense', units = 59 },
         ]",
    ),
    (
        "kdd",
        32,
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
        "adfa_dense",
        32,
        "inputs = 87
         layers = [
             { layer = 'dense', units = 87, activation = 'tanh', activity_l1 = 1e-4 },
             { layer = 'dense', units = 43, activation = 'relu' },
             { layer = 'dense', units = 43, activation = 'tanh' },
             { layer = 'dense', units = 87, activation = 'relu' },
         ]",
    ),
];

/// Waves, `[sample][step][column]`.
struct Waves(usize);

impl Examples for Waves {
    fn len(&self) -> usize {
        self.0
    }

    fn input(&self, sample: usize, step: usize, row: &mut [f32]) {
        for (column, value) in row.iter_mut().enumerate() {
            *value = ((sample * 7 + step + column * 3) as f32 * 0.1).sin();
        }
    }

    fn target(&self, sample: usize, step: usize, row: &mut [f32]) {
        self.input(sample, step, row);
    }
}

/// Milliseconds of a step: the mean over as many as take a fifth of a second.
fn time(engine: &mut dyn Engine, examples: &Waves) -> f64 {
    let all: Vec<usize> = (0..examples.len()).collect();
    let training = TrainingParams::default();
    let began = Instant::now();
    let mut n = 0;
    while n == 0 || began.elapsed().as_secs_f64() < 0.2 {
        let step = StepParams { training: &training, learning_rate: 1e-3, seed: Seed(1) };
        engine.step(examples, &all, step);
        n += 1;
    }
    1e3 * began.elapsed().as_secs_f64() / f64::from(n)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[expect(clippy::print_stdout, reason = "a benchmark answers on its output")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{} threads", rayon::current_num_threads());
    println!("{:<12} {:>10} {:>10} {:>6}  (range)", "ms a step", "native", "burn", "ratio");
    let burn = BurnBackend::new(Device::Cpu)?;
    for &(name, n_batch, text) in NETWORKS {
        let network: Network = toml::from_str(text)?;
        let setup = Setup { n_batch, has_target: false, seed: Seed(1) };
        let mut native = Native.engine(&network, setup)?;
        let mut other = burn.engine(&network, setup)?;
        let examples = Waves(n_batch);
        let pairs: Vec<[f64; 2]> = (0..ROUNDS)
            .map(|_| [time(&mut *native, &examples), time(&mut *other, &examples)])
            .collect();
        let of = |f: &dyn Fn(&[f64; 2]) -> f64| median(pairs.iter().map(f).collect());
        let ratios = pairs.iter().map(|[native, burn]| native / burn);
        let low = ratios.clone().fold(f64::INFINITY, f64::min);
        let high = ratios.fold(0.0, f64::max);
        println!(
            "{name:<12} {:>10.3} {:>10.3} {:>6.3}  ({low:.3} to {high:.3})",
            of(&|pair| pair[0]),
            of(&|pair| pair[1]),
            of(&|pair| pair[0] / pair[1]),
        );
    }
    Ok(())
}
