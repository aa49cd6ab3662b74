//! Weights and optimiser states in and out, bit for bit.

use burn::module::Module;
use burn::store::ModuleRecord;
use burn::tensor::Device;
use oddity_burn::BurnNetwork;
use oddity_core::Seed;
use oddity_neural::{LoadError, Weights};

use super::{Data, STUDIES, engines, network, outputs, params, step};

#[test]
fn weights_pass_both_ways() {
    for (name, text) in STUDIES {
        let network = network(text);
        let weights = network.initial_weights(Seed(8)).expect("fits");
        let module = BurnNetwork::new(&network, &weights, &Device::flex()).expect("fits");
        assert_eq!(module.weights(), weights, "{name}");
        let [mut native, mut burn] = engines(&network, 4, false);
        for engine in [&mut native, &mut burn] {
            engine.set_weights(&weights).expect("the network's");
            assert_eq!(engine.weights(), weights, "{name}");
        }
    }
}

#[test]
fn records_of_burn_hold_everything() {
    for (_, text) in STUDIES {
        let network = network(text);
        let device = Device::flex();
        let weights = network.initial_weights(Seed(8)).expect("fits");
        let other = network.initial_weights(Seed(9)).expect("fits");
        let module = BurnNetwork::new(&network, &weights, &device).expect("fits");
        let bytes = module.into_record().into_bytes().expect("bytes");
        let record = ModuleRecord::from_bytes(bytes).expect("a record");
        let again = BurnNetwork::new(&network, &other, &device).expect("fits").load_record(record);
        assert_eq!(again.weights(), weights);
    }
}

#[test]
fn an_engine_goes_on_where_another_stood() {
    let network = network(STUDIES[0].1);
    let data = Data::new(&network, None, 6, 7);
    let training = params("");
    for index in [0, 1] {
        let mut first = engines(&network, 6, false).into_iter().nth(index).expect("two");
        for _ in 0..3 {
            step(&mut *first, &data, &training);
        }
        let mut second = engines(&network, 6, false).into_iter().nth(index).expect("two");
        second.set_weights(&first.weights()).expect("the network's");
        second.set_optimizer(&first.optimizer()).expect("the network's");
        let losses = [&mut first, &mut second].map(|engine| step(&mut **engine, &data, &training));
        assert_eq!(losses[0].to_bits(), losses[1].to_bits());
        assert_eq!(first.weights(), second.weights());
        assert_eq!(first.optimizer(), second.optimizer());
        assert_eq!(outputs(&mut *first, &data), outputs(&mut *second, &data));
    }
}

#[test]
fn other_weights_are_refused() {
    let network = network(STUDIES[4].1);
    let [_, mut burn] = engines(&network, 6, false);
    let before = burn.weights();
    let missing = burn.set_weights(&Weights::default());
    assert!(matches!(missing, Err(LoadError::MissingTensor { .. })));
    let mut weights = before.clone();
    weights.insert("layers.0.bias", &[50], vec![f32::NAN; 50]).expect("a shape");
    assert!(matches!(burn.set_weights(&weights), Err(LoadError::NotFinite { .. })));
    assert_eq!(burn.weights(), before);
    let mut state = burn.optimizer();
    state.moments[1] = Weights::default();
    assert!(matches!(burn.set_optimizer(&state), Err(LoadError::MissingTensor { .. })));
}
