//! Weights of Keras and PyTorch against what those made of the same samples.

use oddity_core::Seed;
use serde_json::Value;

use crate::weights::tests::network;
use crate::{LoadError, Network, Session, TrainingParams, Weights};

const KERAS: (&[u8], &str) = (
    include_bytes!("../../tests/fixtures/keras.safetensors"),
    include_str!("../../tests/fixtures/keras.json"),
);
const TORCH: (&[u8], &str) = (
    include_bytes!("../../tests/fixtures/torch.safetensors"),
    include_str!("../../tests/fixtures/torch.json"),
);
const KERAS_LAYERS: [&str; 6] = [
    "sequential/lstm/lstm_cell",
    "sequential/batch_normalization",
    "sequential/lstm_1/lstm_cell",
    "sequential/lstm_2/lstm_cell",
    "sequential/batch_normalization_1",
    "sequential/time_distributed/dense",
];
const TORCH_MODULES: [&str; 6] =
    ["encoder", "encoder_norm", "code", "decoder", "decoder_norm", "output"];

fn numbers(file: &str, key: &str) -> Vec<f32> {
    let file: Value = serde_json::from_str(file).expect("a fixture");
    let values = file[key].as_array().expect("numbers");
    values.iter().map(|value| value.as_f64().expect("a number") as f32).collect()
}

/// The largest difference of what the network makes and what the file says.
fn difference(network: &Network, weights: &Weights, file: &str, key: &str) -> f32 {
    let mut session =
        Session::new(network, &TrainingParams::default(), 4, 1, Seed(1)).expect("fits");
    session.set_weights(weights).expect("the network's");
    let found = session.outputs(&numbers(file, "input")).expect("whole samples");
    let expected = numbers(file, key);
    assert_eq!(found.len(), expected.len());
    found.iter().zip(&expected).fold(0.0, |most, (a, b)| most.max((a - b).abs()))
}

#[test]
fn weights_of_keras_give_what_keras_gives() {
    let network = network(1e-3);
    let variables = Weights::from_safetensors(KERAS.0).expect("tensors");
    let weights = Weights::from_keras(&network, &variables, &KERAS_LAYERS).expect("fits");
    let worst = difference(&network, &weights, KERAS.1, "output");
    assert!(worst < 1e-5, "{worst:e}");
}

#[test]
fn weights_of_torch_give_what_torch_gives() {
    let state = Weights::from_safetensors(TORCH.0).expect("tensors");
    for (epsilon, key) in [(1e-5, "output_epsilon_1e-5"), (1e-3, "output_epsilon_1e-3")] {
        let network = network(epsilon);
        let weights = Weights::from_torch(&network, &state, &TORCH_MODULES).expect("fits");
        let worst = difference(&network, &weights, TORCH.1, key);
        assert!(worst < 1e-5, "{key}: {worst:e}");
    }
}

#[test]
fn names_that_do_not_fit_are_refused_by_name() {
    let (network, state) = (network(1e-5), Weights::from_safetensors(TORCH.0).expect("tensors"));
    let error = |modules: &[&str]| Weights::from_torch(&network, &state, modules).err();
    let few = error(&TORCH_MODULES[..5]);
    assert!(matches!(few, Some(LoadError::LayerNames { expected: 6, found: 5 })), "{few:?}");
    let mut modules = TORCH_MODULES;
    modules[0] = "front";
    let missing = error(&modules);
    assert!(
        matches!(&missing, Some(LoadError::MissingTensor { name }) if name == "front.weight_ih_l0"),
        "{missing:?}"
    );
    let mut flat = state.clone();
    flat.insert("encoder.weight_ih_l0", &[3], vec![0.0; 3]).expect("three numbers");
    let flat = Weights::from_torch(&network, &flat, &TORCH_MODULES).err();
    let Some(LoadError::Shape { name, expected, found }) = flat else { panic!("{flat:?}") };
    assert_eq!((&*name, expected, found), ("encoder.weight_ih_l0", vec![20, 3], vec![3]));
    let mut more = state.clone();
    more.insert("head.weight", &[1], vec![0.0]).expect("one number");
    let unknown = Weights::from_torch(&network, &more, &TORCH_MODULES).err();
    assert!(
        matches!(&unknown, Some(LoadError::UnknownTensor { name }) if name == "head.weight"),
        "{unknown:?}"
    );
}

#[test]
fn layers_of_one_torch_module_are_numbered() {
    let text = "inputs = 2\nsteps = 3\nlayers = [
        { layer = 'lstm', units = 3 }, { layer = 'lstm', units = 2 }]";
    let network: Network = toml::from_str(text).expect("a network");
    let mut state = Weights::default();
    for (k, inputs, units) in [(0, 2, 3), (1, 3, 2)] {
        let mut put = |name: &str, shape: &[usize]| {
            let n = shape.iter().product::<usize>();
            let values = (0..n).map(|i| (i + 10 * k) as f32).collect();
            state.insert(format!("rnn.{name}_l{k}"), shape, values).expect("as many");
        };
        put("weight_ih", &[4 * units, inputs]);
        put("weight_hh", &[4 * units, units]);
        put("bias_ih", &[4 * units]);
        put("bias_hh", &[4 * units]);
    }
    let weights = Weights::from_torch(&network, &state, &["rnn", "rnn"]).expect("fits");
    // Row 0, column 1 was row 1, column 0.
    assert_eq!(weights.get("layers.1.kernel").expect("there").1[1], 13.0);
    assert_eq!(weights.get("layers.1.bias").expect("there").1[..2], [20.0, 22.0]);
}
