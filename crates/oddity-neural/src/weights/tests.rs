//! Weights in and out of networks and bytes.

use oddity_core::{FittedDetector, Frame, Seed, Unwatched, WindowsOwned};
use proptest::prelude::*;

use crate::{
    ErrorScore, Layer, LoadError, LstmAutoencoder, LstmAutoencoderParams, Network, Reads,
    SavedNetwork, Session, TrainingParams, Weights,
};

/// The network of the frameworks' files, with an epsilon.
pub(super) fn network(epsilon: f64) -> Network {
    toml::from_str(&format!(
        "inputs = 3
         steps = 6
         layers = [
             {{ layer = 'lstm', units = 5 }},
             {{ layer = 'batch_norm', epsilon = {epsilon:?} }},
             {{ layer = 'lstm', units = 4, returns = 'last' }},
             {{ layer = 'repeat', steps = 6 }},
             {{ layer = 'lstm', units = 5 }},
             {{ layer = 'batch_norm', epsilon = {epsilon:?} }},
             {{ layer = 'dense', units = 3 }},
         ]"
    ))
    .expect("a network")
}

#[test]
fn wrong_weights_are_refused_by_name() {
    let network = network(1e-3);
    let session = Session::new(&network, &TrainingParams::default(), 4, 1, Seed(1)).expect("fits");
    let good = session.weights();
    good.check(&network).expect("its own");
    let with = |name: &str, shape: &[usize], value: f32| {
        let mut weights = good.clone();
        let n = shape.iter().product();
        weights.insert(name, shape, vec![value; n]).expect("as many");
        weights.check(&network).expect_err("wrong")
    };
    let shape = with("layers.2.kernel", &[16, 5], 0.0);
    let LoadError::Shape { expected, found, .. } = shape else { panic!("{shape}") };
    assert_eq!((expected, found), (vec![5, 16], vec![16, 5]));
    let infinite = with("layers.2.kernel", &[5, 16], f32::INFINITY);
    assert!(matches!(infinite, LoadError::NotFinite { index: 0, .. }), "{infinite}");
    let variance = with("layers.1.moving_variance", &[5], -1.0);
    assert!(matches!(variance, LoadError::Variance { index: 0, .. }), "{variance}");
    let unknown = with("layers.3.kernel", &[1], 0.0);
    assert!(matches!(unknown, LoadError::UnknownTensor { .. }), "{unknown}");
    let few = Weights::default().insert("x", &[2, 2], vec![0.0]);
    assert!(matches!(few, Err(LoadError::Shape { .. })));
}

fn waves(n: usize) -> WindowsOwned {
    let values = (0..n).flat_map(|i| [(i as f64 * 0.3).sin(), (i as f64 * 0.2).cos()]).collect();
    let rows = Frame::new(values, ["x", "y"]).expect("finite");
    WindowsOwned::new(rows, vec![0, n], 5, 1).expect("fits")
}

fn lstm() -> SavedNetwork {
    let params: LstmAutoencoderParams = toml::from_str(
        "encoder = [
             { layer = 'lstm', units = 4 }, { layer = 'batch_norm' },
             { layer = 'lstm', units = 3, returns = 'last' },
         ]
         decoder = [{ layer = 'batch_norm' }, { layer = 'lstm', units = 4 }]
         score = 'mean_norm'
         training = { epochs = 2, loss = { huber = { delta = 0.5 } } }",
    )
    .expect("parameters");
    let detector = LstmAutoencoder::new(params).expect("fits");
    detector.fit_network(&waves(40).samples(), Seed(1), &mut Unwatched).expect("trains").saved()
}

#[test]
fn a_saved_detector_scores_as_before() {
    let saved = lstm();
    let detector = saved.detector.as_ref().expect("a detector");
    assert_eq!((detector.reads, detector.score), (Reads::Windows, ErrorScore::MeanNorm));
    let again = SavedNetwork::from_bytes(&saved.to_bytes()).expect("as written");
    assert_eq!(again, saved);
    let scores = |saved: &SavedNetwork| {
        let fitted = saved.clone().into_detector().expect("a detector");
        fitted.score(&waves(30).samples()).expect("scores").into_values()
    };
    assert_eq!(scores(&again), scores(&saved));
}

#[test]
fn encoder_and_decoder_make_together_what_the_network_makes() {
    let saved = lstm();
    let samples: Vec<f32> = (0..3 * 5 * 2).map(|i| (i as f32 * 0.7).sin()).collect();
    let whole = saved.outputs(&samples).expect("whole samples");
    let encoder = saved.encoder().expect("a code");
    let decoder = saved.decoder().expect("a code");
    let code = encoder.outputs(&samples).expect("whole samples");
    assert_eq!(code.len(), 3 * 3);
    let made = decoder.outputs(&code).expect("whole samples");
    assert_eq!(made.len(), whole.len());
    assert!(made.iter().zip(&whole).all(|(a, b)| (a - b).abs() < 1e-6));
    // Parts are saved too, but are no detectors.
    let again = SavedNetwork::from_bytes(&encoder.to_bytes()).expect("as written");
    assert_eq!(again, encoder);
    assert!(matches!(again.into_detector(), Err(LoadError::Use { .. })));
}

#[test]
fn the_description_is_toml_that_says_what_is_there() {
    let text = lstm().description();
    let table: toml::Table = text.parse().expect("TOML");
    assert_eq!(table["detector"]["reads"].as_str(), Some("windows"));
    assert_eq!(table["detector"]["code"].as_integer(), Some(3));
    assert_eq!(table["network"]["steps"].as_integer(), Some(5));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn cut_bytes_are_refused(share in 0.0..1.0f64) {
        let bytes = bytes();
        let end = (share * bytes.len() as f64) as usize;
        prop_assert!(SavedNetwork::from_bytes(&bytes[..end]).is_err());
        prop_assert!(Weights::from_safetensors(&bytes[..end]).is_err());
    }

    #[test]
    fn altered_bytes_are_refused_or_mean_the_same(
        places in proptest::collection::vec((0.0..1.0f64, 1..=255u8), 1..4),
        early in any::<bool>(),
    ) {
        let mut altered = bytes().to_vec();
        // The header is short beside the numbers, and has more to break.
        let reach = if early { 2000 } else { altered.len() };
        for (share, flip) in places {
            altered[(share * reach as f64) as usize] ^= flip;
        }
        if let Ok(read) = SavedNetwork::from_bytes(&altered) {
            prop_assert_eq!(read, SavedNetwork::from_bytes(bytes()).expect("as written"));
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(SavedNetwork::from_bytes(&bytes).is_err());
    }
}

fn bytes() -> &'static [u8] {
    static BYTES: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    BYTES.get_or_init(|| lstm().to_bytes())
}

#[test]
fn sizes_that_no_machine_has_are_refused() {
    // Two tensors whose ends add up to more than an address space.
    let tensor = |i: u64| {
        let n = 1u64 << 61;
        let (start, end) =
            (u128::from(i) * u128::from(n) * 4, (u128::from(i) + 1) * u128::from(n) * 4);
        format!("\"t{i}\":{{\"dtype\":\"F32\",\"shape\":[{n}],\"data_offsets\":[{start},{end}]}}")
    };
    let header = format!("{{{},{}}}", tensor(0), tensor(1));
    let bytes = [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat();
    assert!(Weights::from_safetensors(&bytes).is_err());
    let length = [0xff; 8];
    assert!(Weights::from_safetensors(&length).is_err());
    // A description of a layer that is larger than its tensors.
    let mut saved = lstm();
    saved.network.layers[0] = toml::from_str("layer = 'lstm'\nunits = 1000000").expect("ok");
    assert!(matches!(SavedNetwork::from_bytes(&saved.to_bytes()), Err(LoadError::Shape { .. })));
    saved.network.layers[0] = toml::from_str("layer = 'lstm'\nunits = 1000000000000").expect("ok");
    assert!(matches!(SavedNetwork::from_bytes(&saved.to_bytes()), Err(LoadError::Network(_))));
    // Steps are in no tensor's shape.
    let mut long = SavedNetwork { detector: None, ..lstm() };
    for layer in &mut long.network.layers {
        if let Layer::Repeat { steps } = layer {
            *steps = 1 << 50;
        }
    }
    let long = SavedNetwork::from_bytes(&long.to_bytes()).expect_err("too many steps");
    assert!(long.to_string().contains("at most 2^24 numbers"), "{long}");
}

#[test]
fn the_same_network_gives_the_same_bytes() {
    assert_eq!(lstm().to_bytes(), bytes());
}
