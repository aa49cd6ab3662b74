//! Damaged saved pipelines: refused or harmless, never a panic.

use oddity::prelude::*;

use crate::plant;

#[test]
fn a_file_that_was_cut_is_refused() {
    let bytes = plant::fitted(true).to_bytes().unwrap();
    for part in 0..60 {
        let cut = &bytes[..bytes.len() * part / 60];
        let refused = FittedPipeline::from_bytes("cut.oddity", cut);
        assert!(matches!(refused, Err(oddity::Error::Saved { .. })), "{part}/60 of the bytes");
    }
}

#[test]
fn a_file_with_one_altered_byte_is_refused_or_scores_as_before() {
    let fitted = plant::fitted(false);
    let bytes = fitted.to_bytes().unwrap();
    let text = plant::csv(20, true);
    let scores = plant::score(&fitted, &text);
    let mut n_refused = 0;
    let places = (0..bytes.len()).step_by(bytes.len() / 400 + 1);
    let n_places = places.clone().count();
    for at in places {
        let mut altered = bytes.clone();
        altered[at] ^= 1 << (at % 8);
        match FittedPipeline::from_bytes("altered.oddity", &altered) {
            Err(_) => n_refused += 1,
            // Bytes of the archive that say nothing, such as a time.
            Ok(loaded) => assert_eq!(plant::score(&loaded, &text), scores, "byte {at}"),
        }
    }
    // Headers of the three parts hold a time, attributes and versions, which say nothing.
    assert!(n_places * 4 / 5 < n_refused, "{n_refused} of {n_places}");
}

#[test]
fn bytes_of_something_else_are_refused() {
    for bytes in [&b""[..], b"PK\x05\x06", &[0; 4096], b"time,flow\n1,2\n"] {
        let error = FittedPipeline::from_bytes("other", bytes).err().unwrap().to_string();
        assert!(error.starts_with("other: no saved pipeline"), "{error}");
    }
}
