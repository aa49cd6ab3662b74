//! Detectors of sequences on the real ADFA-LD traces, where the environment variable `ODDITY_DATA_DIR` says
//! where they are.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use oddity_core::{Seed, Sequences};
use oddity_models::catalogue::DetectorConfig;

/// The traces below one of the three folders.
fn traces(zip: &Path, folder: &str) -> Vec<Vec<u16>> {
    let mut zip = zip::ZipArchive::new(File::open(zip).expect("the data")).expect("a zip");
    let mut traces = Vec::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("a file in the zip");
        let name = file.name().expect("a name").into_owned();
        let below = name.split('/').nth(1) == Some(folder);
        if below && name.ends_with(".txt") && !name.contains("/._") {
            let mut text = String::new();
            file.read_to_string(&mut text).expect("text");
            let calls = text.split_whitespace().map(|call| call.parse().expect("a number"));
            traces.push(calls.collect());
        }
    }
    traces
}

/// The share of pairs of an anomaly and a normal trace that are in order, ties half.
fn roc_auc(normal: &[f64], anomalous: &[f64]) -> f64 {
    let wins = |anomaly: f64| -> f64 {
        let win =
            |&normal: &f64| if normal < anomaly { 1.0 } else { 0.5 * f64::from(normal == anomaly) };
        normal.iter().map(win).sum()
    };
    let wins: f64 = anomalous.iter().map(|&anomaly| wins(anomaly)).sum();
    wins / (normal.len() * anomalous.len()) as f64
}

#[test]
fn detectors_find_attacks_among_system_calls() {
    let Some(folder) = std::env::var_os("ODDITY_DATA_DIR") else {
        println!("skipped: ODDITY_DATA_DIR is not set");
        return;
    };
    let zip = Path::new(&folder).join("adfa-ld/ADFA-LD.zip");
    let train = traces(&zip, "Training_Data_Master");
    let normal = traces(&zip, "Validation_Data_Master");
    let attacks = traces(&zip, "Attack_Data_Master");
    assert_eq!((train.len(), normal.len(), attacks.len()), (833, 4372, 746));
    let train: Sequences = train.iter().collect();
    let test: Sequences = normal.iter().chain(&attacks).collect();
    for (config, expected, within) in [
        ("kind = 'stide'\nn = 3", 0.695, 5e-4),
        ("kind = 'stide'\nn = 5", 0.782, 5e-4),
        ("kind = 'stide'\nn = 6", 0.8273, 5e-5),
        ("kind = 'stide'\nn = 8", 0.8290, 5e-5),
        ("kind = 'stide'\nn = 10", 0.8283, 5e-5),
        ("kind = 'stide'\nn = 15", 0.8293, 5e-5),
        // Of the same estimate written down in Python, over tables of contexts.
        ("kind = 'markov'", 0.844_228_4, 1e-6),
        ("kind = 'markov'\nstatistic = { lowest_window = 50 }", 0.864_2, 5e-5),
    ] {
        let detector: DetectorConfig = toml::from_str(config).unwrap();
        let fitted = detector.build().unwrap().fit(&train.samples(), Seed(0)).unwrap();
        let scores = fitted.score(&test.samples()).unwrap();
        let (normal, attacks) = scores.values().split_at(normal.len());
        let found = roc_auc(normal, attacks);
        assert!((found - expected).abs() <= within, "{config}: {found}, wanted {expected}");
        println!("{config}: ROC AUC {found:.4}");
    }
}
