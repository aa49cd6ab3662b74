//! Several steps of Adam, batch norms' moving statistics, and inference.

use super::{Data, STUDIES, apart, difference, engines, network, outputs, params, step};

#[test]
fn untrained_networks_make_the_same() {
    for (name, text) in STUDIES {
        let network = network(text);
        let data = Data::new(&network, None, 5, 4);
        let [mut native, mut burn] = engines(&network, data.n, false);
        let off = difference(&outputs(&mut *burn, &data), &outputs(&mut *native, &data));
        assert!(off < 2e-6, "{name}: off by {off:e}");
    }
}

/// Adam takes a full step along a gradient that is little more than rounding, to either side: so
/// single weights part by thousandths, and all together by less.
#[test]
fn ten_steps_stay_together() {
    for (name, text) in STUDIES {
        let network = network(text);
        let data = Data::new(&network, None, 8, 5);
        let [mut native, mut burn] = engines(&network, data.n, false);
        let training = params("clip_norm = 0.05");
        for at in 0..10 {
            let [expected, found] =
                [&mut native, &mut burn].map(|engine| step(&mut **engine, &data, &training));
            let off = (found - expected).abs() / expected;
            assert!(off < 1e-4, "{name}, step {at}: loss {found} for {expected}");
        }
        let off = apart(&burn.weights(), &native.weights());
        assert!(off < 1e-4, "{name}: weights off by {off:e}");
        let off = difference(&outputs(&mut *burn, &data), &outputs(&mut *native, &data));
        assert!(off < 1e-3, "{name}: outputs off by {off:e}");
    }
}

#[test]
fn moving_statistics_are_the_same() {
    let text = "inputs = 3
        steps = 5
        layers = [
            { layer = 'batch_norm', momentum = 0.7 }, { layer = 'lstm', units = 6 },
            { layer = 'batch_norm', momentum = 0.9, epsilon = 1e-5 },
            { layer = 'dense', units = 4, activation = 'tanh' }, { layer = 'batch_norm' },
            { layer = 'dense', units = 3 },
        ]";
    let network = network(text);
    let [mut native, mut burn] = engines(&network, 20, false);
    for seed in 0..5 {
        let data = Data::new(&network, None, 20 - seed as usize, seed);
        for engine in [&mut native, &mut burn] {
            step(&mut **engine, &data, &params("learning_rate = 1e-4"));
        }
    }
    let [expected, found] = [native.weights(), burn.weights()];
    let mut n = 0;
    for (name, _, values) in expected.iter().filter(|(name, ..)| name.contains("moving")) {
        n += 1;
        let off = difference(found.get(name).expect("the same names").1, values);
        assert!(off < 1e-5, "{name} off by {off:e}");
    }
    assert_eq!(n, 6);
}
