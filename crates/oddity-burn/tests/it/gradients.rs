//! Burn's gradients against the native ones.

use oddity_neural::{Network, TrainingParams};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::{Data, STUDIES, engines, network, params, step, worst};

/// Largest difference of a tensor's gradient, relative to its largest number.
const TOLERANCE: f64 = 2e-5;

/// The first moments are then the gradients themselves.
const RAW: &str = "beta_1 = 0.0";

/// Compares loss and gradients of one batch; returns the tensor that differs most.
fn compare(network: &Network, training: &TrainingParams, data: &Data, own: bool) -> (String, f64) {
    let [mut native, mut burn] = engines(network, data.n, own);
    let [expected, found] =
        [&mut native, &mut burn].map(|engine| step(&mut **engine, data, training));
    assert!((found - expected).abs() <= 2e-6 * expected.abs(), "loss {found} for {expected}");
    let [expected, found] = [native, burn].map(|engine| engine.optimizer().moments);
    worst(&found[0], &expected[0])
}

#[test]
fn of_the_studies_networks() {
    let square = "'mean_squared_error'";
    // The slope of an absolute error jumps where a rounding crosses 0.
    let losses = [
        (7, square, TOLERANCE),
        (33, square, TOLERANCE),
        (7, "{ huber = { delta = 0.5 } }", TOLERANCE),
        (33, "'mean_absolute_error'", 1e-4),
    ];
    for (name, text) in STUDIES {
        let network = network(text);
        for (n, loss, most) in losses {
            let data = Data::new(&network, None, n, 1);
            let params = params(&format!("{RAW}\nloss = {loss}"));
            let (tensor, off) = compare(&network, &params, &data, false);
            assert!(off < most, "{name}, {n} samples, {loss}: {tensor} off by {off:e}");
        }
    }
}

#[test]
fn of_dropped_numbers() {
    let text = "inputs = 5
        steps = 4
        layers = [
            { layer = 'dropout', rate = 0.2 }, { layer = 'lstm', units = 7 },
            { layer = 'dropout', rate = 0.3 }, { layer = 'batch_norm' },
            { layer = 'lstm', units = 18, activation = 'selu', returns = 'last' },
            { layer = 'alpha_dropout', rate = 0.4 }, { layer = 'repeat', steps = 4 },
            { layer = 'dropout', rate = 0.1 }, { layer = 'dense', units = 5 },
        ]";
    let network = network(text);
    let data = Data::new(&network, None, 40, 2);
    let (tensor, off) = compare(&network, &params(RAW), &data, false);
    assert!(off < TOLERANCE, "{tensor} off by {off:e}");
}

#[test]
fn of_clipped_gradients() {
    let network = network(STUDIES[0].1);
    let data = Data::new(&network, None, 9, 3);
    let (tensor, off) =
        compare(&network, &params(&format!("{RAW}\nclip_norm = 1e-3")), &data, false);
    assert!(off < TOLERANCE, "{tensor} off by {off:e}");
}

fn layer() -> impl Strategy<Value = String> {
    let activation =
        prop::sample::select(vec!["linear", "relu", "tanh", "sigmoid", "hard_sigmoid", "selu"]);
    let gate = prop::sample::select(vec!["sigmoid", "hard_sigmoid"]);
    let returns = prop::sample::select(vec!["all", "last"]);
    let l1 = prop::sample::select(vec![0.0, 0.01]);
    prop_oneof![
        (1usize..40, activation.clone(), l1).prop_map(|(units, activation, l1)| format!(
            "layer = 'dense', units = {units}, activation = '{activation}', activity_l1 = {l1:?}"
        )),
        (1usize..40, activation, gate, returns).prop_map(|(units, activation, gate, returns)| {
            format!(
                "layer = 'lstm', units = {units}, activation = '{activation}', gate = '{gate}', \
                 returns = '{returns}'"
            )
        }),
    ]
}

/// Always the same cases: a sum that is 0 but for rounding may lie on either side of a kink.
fn cases() -> ProptestConfig {
    ProptestConfig { cases: 64, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn of_single_layers(
        inputs in 1usize..40, steps in 1usize..7, n in 1usize..40, layer in layer(), norm: bool,
        seed: u64,
    ) {
        let norm = if norm { "{ layer = 'batch_norm' }, { layer = 'dense', units = 3 }," } else { "" };
        let text = format!("inputs = {inputs}\nsteps = {steps}\nlayers = [{{ {layer} }}, {norm}]");
        let network = network(&text);
        let last = layer.contains("'last'");
        let units = network.tensors().expect("fits").last().map_or(0, |(_, shape)| shape[0]);
        let width = if layer.contains("lstm") && norm.is_empty() { units / 4 } else { units };
        let output = [if last { 1 } else { steps }, width];
        // A norm of one number or of equal ones has a deviation of 0: all is rounding there.
        prop_assume!(norm.is_empty() || 4 <= n);
        let data = Data::new(&network, Some(output), n, seed);
        let (tensor, off) = compare(&network, &params(RAW), &data, true);
        prop_assert!(off < 5e-5, "{}: {} off by {:e}", text, tensor, off);
    }
}
