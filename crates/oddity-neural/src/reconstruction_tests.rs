//! Autoencoders whose layers do not make what they read.

use oddity_core::{Detector, Frame, Seed, WindowsOwned};

use crate::{DenseAutoencoder, LstmAutoencoder};

#[test]
fn layers_that_make_a_sequence_of_a_row_are_refused() {
    let text = "layers = [{ layer = 'dense', units = 3 }, { layer = 'repeat', steps = 4 }]";
    let refused = DenseAutoencoder::new(toml::from_str(text).expect("parameters"));
    assert_eq!(
        refused.expect_err("a sequence").to_string(),
        "dense_autoencoder: parameter layers is 4, wanted an output of the input's shape"
    );
}

#[test]
fn decoders_that_make_other_steps_than_a_window_has_are_refused() {
    let detector = |text: &str| LstmAutoencoder::new(toml::from_str(text).expect("parameters"));
    let row = detector("decoder = [{ layer = 'lstm', units = 8, returns = 'last' }]");
    let row = row.expect_err("a row").to_string();
    assert!(row.contains("layers that make a sequence"), "{row}");

    let five = detector(
        "decoder = [
             { layer = 'lstm', units = 4, returns = 'last' }, { layer = 'repeat', steps = 5 },
             { layer = 'lstm', units = 4 },
         ]
         training = { epochs = 1 }",
    );
    let five = five.expect("windows of five rows");
    let windows = |size: usize| {
        let values = (0..40).map(|i| f64::from(i).sin()).collect();
        let rows = Frame::new(values, ["x"]).expect("finite");
        WindowsOwned::new(rows, vec![0, 40], size, 1).expect("fits")
    };
    five.fit(&windows(5).samples(), Seed(1)).expect("trains");
    let six = five.fit(&windows(6).samples(), Seed(1)).err().expect("five steps of six");
    let six = six.to_string();
    assert!(six.contains("layers is 5, wanted an output of the input's shape"), "{six}");
}
