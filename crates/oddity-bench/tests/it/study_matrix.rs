//! The study's vocabularies and matrices on the published ADFA-LD, against checksums from
//! `fixtures/adfa_ld_study.py`.

use std::path::PathBuf;

use oddity_core::{Frame, SamplesOwned, SupervisedTransformer as _};
use oddity_features::{ClassNGram, Edge, NGramParams};
use oddity_ingest::{AdfaLd, Sha256};

/// The traces and the folder that holds them, where the machine has them.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn published() -> Option<AdfaLd> {
    let Some(folder) = std::env::var_os("ODDITY_DATA_DIR").map(PathBuf::from) else {
        eprintln!("skipped: ODDITY_DATA_DIR is not set");
        return None;
    };
    Some(AdfaLd::open(folder.join("adfa-ld/ADFA-LD.zip")).expect("published data"))
}

fn matrix(data: &AdfaLd, sizes: &[usize], columns_per_size: Option<usize>) -> Frame {
    let edge = Edge::AsPublished;
    let params =
        NGramParams { sizes: sizes.to_vec(), columns_per_size, edge, ..Default::default() };
    let training = data.study_training();
    let samples: SamplesOwned = data.sequences.view().select(&training).into();
    let classes = data.classes().select(&training);
    let fitted = ClassNGram::new(params)
        .expect("published data")
        .fit(&samples.view(), &classes)
        .expect("published data");
    fitted.transform(&samples.view()).expect("published data").into_dense().expect("published data")
}

fn sha256(frame: &Frame) -> String {
    let bytes: Vec<u8> = frame.values().iter().flat_map(|value| value.to_le_bytes()).collect();
    Sha256::of(&bytes).to_string()
}

#[test]
fn vocabularies_and_counts_equal_the_studys() {
    let Some(data) = published() else { return };
    for (n, n_columns, sum, names, values) in [
        (
            1,
            49,
            515_438.0,
            "4376315aa6ccea0454450d6046f3b97c8f4f39273b4c52ac63865951c709dbc0",
            "232c3233edcaddd6222d96b84d49a6476ea5698cd94fb9ed4918f31c33c2369e",
        ),
        (
            2,
            799,
            512_737.0,
            "c0c533ae75bc8eaff708c45c956978e8a5261334685b9a0d4e984cc6f65ec9d2",
            "e8bb64473e16d6d185645f4c5bafe6eeb1412add50c9bf46c454b388f6a2dd39",
        ),
        (
            3,
            4_147,
            500_922.0,
            "3fed1e93e4d07259a52f5724248bf4263b989e294837b89c7b89a61d10b06da1",
            "065158d2434d2b9cbcb0db3227aacd537f8e718a9b90052dff744329cd2bcaba",
        ),
    ] {
        let found = matrix(&data, &[n], None);
        assert_eq!((found.n_rows(), found.n_columns()), (1_338, n_columns), "n = {n}");
        assert_eq!(found.values().iter().sum::<f64>(), sum, "n = {n}");
        let columns: Vec<&str> = found.columns().iter().collect();
        assert_eq!(Sha256::of(columns.join("\n").as_bytes()).to_string(), names, "n = {n}");
        assert_eq!(sha256(&found), values, "n = {n}");
    }
}

#[test]
fn the_studys_matrix_has_29_columns_of_each_size() {
    let Some(data) = published() else { return };
    let found = matrix(&data, &[1, 2, 3], Some(29));
    assert_eq!((found.n_rows(), found.n_columns()), (1_338, 87));
    assert_eq!(found.row(0)[..10], [193.0, 75.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let first: Vec<&str> = found.columns().iter().take(5).collect();
    assert_eq!(first, ["168", "265", "3", "54", "162"]);
    let expected = "f5cb682782f009288635e4f95bbaf96f5331260adb60acbf351efcacc19a8a5b";
    assert_eq!(sha256(&found), expected);
}
