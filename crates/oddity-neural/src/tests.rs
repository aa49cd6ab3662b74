//! Networks against what Keras and PyTorch computed in f64 for the same weights.

use oddity_core::Seed;
use oddity_kernels::loss::Loss;
use oddity_kernels::product::PANEL;
use serde_json::Value;

use crate::examples::Examples;
use crate::model::Model;
use crate::network::{Layer, Network};
use crate::precision::Precision;
use crate::tensor::Tensor;
use crate::trainer::{Step, Trainer};
use crate::update::Adam;

pub(crate) const NETWORKS: &str = include_str!("../tests/fixtures/networks.json");
const LAYERS: &str = include_str!("../tests/fixtures/layers.json");

/// Largest error of a gradient, relative to the largest number of its tensor.
pub(crate) const TOLERANCE: f64 = 1e-5;

/// The formula of the fixtures: a stream of numbers a name.
pub(crate) fn stream(name: &str, n: usize, scale: f64, offset: f64) -> Vec<f32> {
    let mut state = 0xcbf2_9ce4_8422_2325u64;
    for byte in name.bytes() {
        state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    let next = |_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let u = (state >> 40) as f64 / 16_777_216.0 * 2.0 - 1.0;
        (offset + u * scale) as f32
    };
    (0..n).map(next).collect()
}

/// A batch, `[sample][step][width]`.
struct Batch {
    n: usize,
    inputs: Vec<f32>,
    targets: Option<Vec<f32>>,
    steps: [usize; 2],
    widths: [usize; 2],
}

impl Examples for Batch {
    fn len(&self) -> usize {
        self.n
    }

    fn input(&self, sample: usize, step: usize, row: &mut [f32]) {
        let at = (sample * self.steps[0] + step) * self.widths[0];
        row.copy_from_slice(&self.inputs[at..at + self.widths[0]]);
    }

    fn target(&self, sample: usize, step: usize, row: &mut [f32]) {
        let targets = self.targets.as_ref().unwrap_or(&self.inputs);
        let at = (sample * self.steps[1] + step) * self.widths[1];
        row.copy_from_slice(&targets[at..at + self.widths[1]]);
    }
}

pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

pub(crate) fn size(value: &Value) -> usize {
    value.as_u64().expect("a size") as usize
}

/// Compares numbers with a thinned tensor of the file; returns the largest error relative to
/// the largest number.
pub(crate) fn error(found: &[f32], expected: &Value) -> f64 {
    error_within(found, expected, 1e-4)
}

/// The same, for numbers whose root of squares may err by more.
fn error_within(found: &[f32], expected: &Value, most: f64) -> f64 {
    let stride = size(&expected["stride"]);
    let values: Vec<f64> =
        expected["values"].as_array().expect("values").iter().map(number).collect();
    let largest = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let n: usize = expected["shape"].as_array().expect("a shape").iter().map(size).product();
    assert_eq!(found.len(), n, "as many numbers");
    let mut worst = 0.0f64;
    for (i, value) in values.iter().enumerate() {
        worst = worst.max((f64::from(found[i * stride]) - value).abs());
    }
    let squares: f64 = found.iter().map(|&v| f64::from(v).powi(2)).sum();
    let expected_squares = number(&expected["sum_of_squares"]);
    // Of all numbers, those left out too.
    let of_squares =
        (squares.sqrt() - expected_squares.sqrt()).abs() / expected_squares.sqrt().max(1e-12);
    assert!(
        of_squares < most || expected_squares < 1e-12,
        "sum of squares {squares}, wanted {expected_squares}"
    );
    if largest == 0.0 { worst } else { worst / largest }
}

fn network(case: &Value) -> Network {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let parse = |table: String| toml::from_str::<Layer>(&table).expect("a layer");
    // Keras 2.2 does not divide the penalty by the rows of the batch.
    let of_batch = case["case"].as_str().is_some_and(|name| name.ends_with("penalty_of_batch"));
    let penalty_factor = if of_batch { number(&case["rows"]) } else { 1.0 };
    let layers = case["layers"].as_array().expect("layers").iter().map(|layer| {
        let kind = text(&layer["kind"]);
        parse(match kind.as_str() {
            "lstm" => format!(
                "layer = 'lstm'\nunits = {}\nactivation = '{}'\ngate = '{}'\nreturns = '{}'",
                layer["units"],
                text(&layer["activation"]),
                text(&layer["gates"]),
                text(&layer["steps"]),
            ),
            "dense" => format!(
                "layer = 'dense'\nunits = {}\nactivation = '{}'\nactivity_l1 = {}",
                layer["units"],
                text(&layer["activation"]),
                layer.get("l1_activity").map_or(0.0, |l1| number(l1) * penalty_factor),
            ),
            "repeat" => format!("layer = 'repeat'\nsteps = {}", layer["times"]),
            "alpha_dropout" => {
                format!("layer = 'alpha_dropout'\nrate = {:?}", number(&layer["rate"]))
            }
            other => format!("layer = '{other}'"),
        })
    });
    let steps = match case.get("steps") {
        Some(steps) => Some(size(steps)).filter(|&steps| steps != 0),
        // Each makes as many steps as it reads.
        None => {
            let shape = case["output"]["shape"].as_array().expect("a shape");
            (shape.len() == 3).then(|| size(&shape[1]))
        }
    };
    Network { inputs: size(&case["inputs"]), steps, layers: layers.collect() }
}

fn loss(case: &Value) -> Loss {
    match case["loss"]["kind"].as_str() {
        Some("mse") => Loss::MeanSquaredError,
        Some("mae") => Loss::MeanAbsoluteError,
        Some("huber") => Loss::Huber { delta: number(&case["loss"]["delta"]) as f32 },
        other => panic!("loss {other:?}"),
    }
}

/// A trainer with the weights of the formula.
fn trainer(case: &Value, network: &Network, n_threads: usize, precision: Precision) -> Trainer {
    let name = case["name"].as_str().expect("a name");
    let n_batch = size(&case["rows"]);
    let has_target = case["gradients"].get("input").is_some();
    let model = Model::new(network, Seed(1)).expect("fits").in_precision(precision);
    let mut trainer = Trainer::of(model, n_batch, has_target, n_threads);
    for tensor in &trainer.model.plan.tensors {
        let (n_rows, n_columns) = tensor.shape();
        let (scale, offset) = match tensor.name {
            "kernel" | "recurrent_kernel" => (1.0 / (n_rows as f64).sqrt(), 0.0),
            "gamma" => (0.5, 1.0),
            _ => (0.1, 0.0),
        };
        let name = format!("{name}/{}", tensor.full_name());
        let rows = stream(&name, n_rows * n_columns, scale, offset);
        tensor.write(&rows, &mut trainer.model.values);
    }
    trainer.transpose();
    trainer
}

fn batch(case: &Value, network: &Network) -> Batch {
    let name = case["name"].as_str().expect("a name");
    let n = size(&case["rows"]);
    let out = *network.flows().expect("fits").last().expect("a layer");
    let steps = [network.steps.unwrap_or(1), out.steps.unwrap_or(1)];
    let widths = [network.inputs, out.width];
    let offset = case.get("input_offset").map_or(0.0, number);
    let inputs = stream(&format!("{name}/input"), n * steps[0] * widths[0], 1.0, offset);
    let own = case["gradients"].get("input").is_some();
    let target = || stream(&format!("{name}/target"), n * steps[1] * widths[1], 1.0, 0.0);
    Batch { n, inputs, targets: own.then(target), steps, widths }
}

fn step(case: &Value) -> Step {
    step_of(loss(case))
}

fn step_of(loss: Loss) -> Step {
    Step {
        loss,
        adam: Adam { beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7 },
        learning_rate: 1e-3,
        clip_norm: None,
        seed: Seed(5),
    }
}

fn check(case: &Value, n_threads: usize) {
    let name = case["case"].as_str().expect("a name");
    let network = network(case);
    let (mut trainer, batch) =
        (trainer(case, &network, n_threads, Precision::F32), batch(case, &network));
    let all: Vec<usize> = (0..batch.n).collect();
    let expected = number(&case["expected_loss"]);
    let found = trainer.gradients(&batch, &all, step(case));
    assert!(
        (found - expected).abs() < 1e-5 * expected.abs().max(1e-3),
        "{name}: {found} for {expected}"
    );
    let gradient = trainer.summed_gradient();
    for tensor in &trainer.model.plan.tensors {
        let full = tensor.full_name();
        let worst = error(&tensor.read(&gradient), &case["gradients"][&full]);
        assert!(worst < TOLERANCE, "{name}, {full}: off by {worst:e}");
    }
}

pub(crate) fn cases(text: &str, key: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(text).expect("a fixture");
    file[key].as_array().expect("cases").clone()
}

/// Networks that this trainer runs.
fn networks() -> Vec<Value> {
    let mut all = cases(NETWORKS, "networks");
    all.retain(|case| case["name"] != "lstm_language_model");
    all
}

#[test]
fn gradients_of_the_studies_networks_equal_the_references() {
    for case in networks() {
        for n_threads in [1, 2] {
            check(&case, n_threads);
        }
    }
}

#[test]
fn gradients_of_single_layers_equal_the_references() {
    for case in cases(LAYERS, "layers") {
        check(&case, 1);
    }
}

/// Rounding errs by 2^-9 of what is multiplied. Some networks make much of that: the gradients of
/// one move by more than a half where its weights alone are rounded, in single precision.
#[test]
fn gradients_in_bf16_are_those_of_the_references_but_for_rounding() {
    for case in networks() {
        let (name, network) = (case["case"].as_str().expect("a name"), network(&case));
        let batch = batch(&case, &network);
        let all: Vec<usize> = (0..batch.n).collect();
        let errors = |mut trainer: Trainer| -> Vec<(String, f64)> {
            let found = trainer.gradients(&batch, &all, step(&case));
            let expected = number(&case["expected_loss"]);
            assert!((found - expected).abs() < 0.02 * expected, "{name}: {found} for {expected}");
            let gradient = trainer.summed_gradient();
            let tensors = trainer.model.plan.tensors.iter();
            let error = |tensor: &Tensor| {
                let full = tensor.full_name();
                let expected = &case["gradients"][&full];
                (full, error_within(&tensor.read(&gradient), expected, 1.0))
            };
            tensors.map(error).collect()
        };
        let mut moved = trainer(&case, &network, 1, Precision::F32);
        for value in moved.model.values.iter_mut() {
            *value = f32::from_bits((value.to_bits() + 0x8000) & 0xffff_0000);
        }
        moved.transpose();
        let (moved, found) = (errors(moved), errors(trainer(&case, &network, 1, Precision::Bf16)));
        for ((tensor, error), (_, moved)) in found.iter().zip(&moved) {
            assert!(*error < moved.max(0.05) * 2.0, "{name}, {tensor}: {error:e}, moved {moved:e}");
        }
        assert!(found.iter().any(|(_, error)| 1e-4 < *error), "{name}: nothing was rounded");
    }
}

#[test]
fn a_penalty_on_outputs_leaves_alone_what_fills_their_rows_up() {
    let text = "inputs = 3
        layers = [
            { layer = 'dense', units = 10, activation = 'sigmoid', activity_l1 = 0.5 },
            { layer = 'dense', units = 3 },
        ]";
    let network: Network = toml::from_str(text).expect("a network");
    let mut trainer = Trainer::of(Model::new(&network, Seed(1)).expect("fits"), 4, false, 1);
    let inputs = stream("penalty", 4 * 3, 1.0, 0.0);
    let batch = Batch { n: 4, inputs, targets: None, steps: [1, 1], widths: [3, 3] };
    trainer.gradients(&batch, &[0, 1, 2, 3], step_of(Loss::MeanSquaredError));
    let gradient = trainer.summed_gradient();
    let of = |tensor: usize| &gradient[trainer.model.plan.tensors[tensor].range.clone()];
    let (kernel, bias) = (of(0), of(1));
    assert!(bias[..10].iter().all(|&gradient| gradient != 0.0));
    assert_eq!(bias[10..], [0.0; 6]);
    assert!(kernel.chunks_exact(PANEL).all(|row| row[10..] == [0.0; PANEL - 10]));
}

#[test]
fn steps_of_adam_and_moving_statistics_equal_the_references() {
    let mut n = 0;
    for case in networks() {
        let Some(expected) = case["adam"]["losses"].as_array() else { continue };
        n += 1;
        let network = network(&case);
        let (mut trainer, batch) =
            (trainer(&case, &network, 2, Precision::F32), batch(&case, &network));
        let all: Vec<usize> = (0..batch.n).collect();
        for expected in expected {
            let found = trainer.step(&batch, &all, step(&case));
            let expected = number(expected);
            assert!(
                (found - expected).abs() < 2e-5 * expected,
                "{}: {found} for {expected}",
                case["case"]
            );
        }
        for (norm, state) in trainer.model.plan.norms().zip(&trainer.model.norms) {
            let layer = trainer.model.plan.tensors[norm.1.gamma].layer;
            let moving = &case["adam"]["moving"];
            let of = |name: &str| &moving[format!("layers.{layer}.{name}")];
            assert!(error(&state.moving_mean, of("moving_mean")) < 1e-4);
            assert!(error(&state.moving_variance, of("moving_variance")) < 1e-5);
        }
    }
    assert!(4 <= n, "{n} networks with steps");
}

#[test]
fn parameters_are_as_many_as_published() {
    let count = |name: &str| {
        let case = networks().into_iter().find(|case| case["name"] == name).expect("a case");
        network(&case).n_parameters().expect("fits")
    };
    assert_eq!((count("kdd"), count("adfa_lstm"), count("adfa_dense")), (119_534, 29_751, 17_160));
}
