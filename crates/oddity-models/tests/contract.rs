//! Every model of the catalogue against the contract of its kind.

use std::fmt::Debug;

use oddity_core::contract::{
    check_classifier, check_row_detector, check_sequence_detector, check_window_detector,
};
use oddity_core::{Detector, Frame, SampleKind, Seed, Sequences, WindowsOwned};
use oddity_models::catalogue::{ClassifierConfig, DetectorConfig, classifiers, detectors};
use serde::Serialize;
use serde::de::DeserializeOwned;

#[test]
fn classifiers_hold_their_contract() {
    for entry in classifiers() {
        let classifier = entry.default.build().unwrap();
        assert!(entry.reads.contains(&SampleKind::Rows), "{}", entry.kind);
        check_classifier(entry.kind, classifier.as_ref());
    }
}

#[test]
fn detectors_hold_their_contract() {
    for entry in detectors() {
        let detector = entry.default.build().unwrap();
        for kind in entry.default.reads() {
            match kind {
                SampleKind::Rows => check_row_detector(entry.kind, detector.as_ref()),
                SampleKind::Windows => check_window_detector(entry.kind, detector.as_ref()),
                SampleKind::Sequences => check_sequence_detector(entry.kind, detector.as_ref()),
                _ => {}
            }
        }
    }
}

#[test]
fn all_detectors_can_be_kept() {
    let rows = Frame::new((0..80u32).map(|at| f64::from(at * at % 17)).collect(), ["x", "y"]);
    let rows = rows.unwrap();
    let windows = WindowsOwned::new(rows.clone(), vec![0, 40], 5, 5).unwrap();
    let sequences: Sequences = (0..20u16).map(|at| vec![at % 3; 12]).collect();
    let cannot: Vec<&str> = detectors()
        .into_iter()
        .filter(|entry| {
            let samples = match entry.default.reads()[0] {
                SampleKind::Sequences => sequences.samples(),
                SampleKind::Windows => windows.samples(),
                _ => rows.samples(),
            };
            let fitted = entry.default.build().unwrap().fit(&samples, Seed(1)).unwrap();
            fitted.state().is_none()
        })
        .map(|entry| entry.kind)
        .collect();
    assert!(cannot.is_empty(), "{cannot:?}");
}

#[test]
fn models_cross_threads() {
    fn crosses<T: Send + Sync>(_: T) {}
    classifiers().into_iter().for_each(|entry| crosses(entry.default.build().unwrap()));
    detectors().into_iter().for_each(|entry| crosses(entry.default.build().unwrap()));
}

/// A configuration survives TOML and JSON, and its `kind` alone means the defaults.
fn check_configuration<C>(kind: &str, default: &C)
where
    C: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let parse = |text: &str| toml::from_str::<C>(text);
    let text = toml::to_string(default).expect("a table");
    assert!(text.starts_with(&format!("kind = \"{kind}\"")), "{text}");
    assert_eq!(parse(&text).as_ref(), Ok(default));
    assert_eq!(parse(&format!("kind = '{kind}'")).as_ref(), Ok(default));
    let text = serde_json::to_string(default).expect("an object");
    assert_eq!(serde_json::from_str::<C>(&text).ok().as_ref(), Some(default));
    let unknown = parse(&format!("kind = '{kind}'\nno_such_field = 1"));
    let message = unknown.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(message.contains("no_such_field"), "{kind}: {message}");
}

#[test]
fn configurations_round_trip_and_refuse_what_they_do_not_know() {
    for entry in classifiers() {
        assert_eq!(entry.default.kind(), entry.kind);
        check_configuration(entry.kind, &entry.default);
    }
    for entry in detectors() {
        assert_eq!(entry.default.kind(), entry.kind);
        check_configuration(entry.kind, &entry.default);
    }
    let message = toml::from_str::<ClassifierConfig>("kind = 'nearest'").unwrap_err().to_string();
    assert!(message.contains("unknown variant `nearest`") && message.contains("`knn`"));
    let message = toml::from_str::<DetectorConfig>("k = 3").unwrap_err().to_string();
    assert!(message.contains("missing field `kind`"), "{message}");
}

#[test]
fn kinds_are_unique_and_summaries_are_sentences() {
    let summaries =
        classifiers().into_iter().map(|entry| ("classifier", entry.kind, entry.summary));
    let detectors = detectors().into_iter().map(|entry| ("detector", entry.kind, entry.summary));
    let mut seen = std::collections::HashSet::new();
    for (role, kind, summary) in summaries.chain(detectors) {
        assert!(seen.insert((role, kind)), "{role} {kind} is listed twice");
        assert!(summary.ends_with('.') && !summary.contains('\n'), "{role} {kind}: {summary}");
    }
}

#[test]
fn parameters_outside_their_range_are_refused_when_built() {
    let config: ClassifierConfig = toml::from_str("kind = 'knn'\nk = 0").unwrap();
    let message = config.build().err().unwrap().to_string();
    assert_eq!(message, "knn: parameter k is 0, wanted at least 1");
    let config: DetectorConfig = toml::from_str("kind = 'stide'\nn = 0").unwrap();
    assert!(config.build().is_err());
}

fn ensemble(text: &str) -> DetectorConfig {
    toml::from_str(&format!("kind = 'ensemble'\n{text}")).expect("a configuration")
}

#[test]
fn ensembles_hold_the_contract_of_what_all_members_read() {
    let rows = ensemble(
        "members = [
            { kind = 'pca_reconstruction', components = { variance = 0.8 } },
            { kind = 'dense_autoencoder', training = { epochs = 3 } },
            { kind = 'ensemble', combine = 'median' },
        ]
        scale = 'rank'
        combine = 'max'",
    );
    assert_eq!(rows.reads(), [SampleKind::Rows, SampleKind::Sparse]);
    check_row_detector("ensemble of rows", rows.build().unwrap().as_ref());
    let sequences = ensemble(
        "members = [{ kind = 'stide', n = 3 }, { kind = 'length' }, { kind = 'stide' }]
        combine = 'min'",
    );
    assert_eq!(sequences.reads(), [SampleKind::Sequences]);
    check_sequence_detector("ensemble of sequences", sequences.build().unwrap().as_ref());
    let text = toml::to_string(&rows).unwrap();
    assert_eq!(toml::from_str::<DetectorConfig>(&text).unwrap(), rows);
}

#[test]
fn members_have_seeds_of_their_own() {
    let twice = "members = [{ kind = 'random' }, { kind = 'random' }]\ncombine = 'min'";
    let twice = ensemble(twice).build().unwrap();
    let once = ensemble("members = [{ kind = 'random' }]").build().unwrap();
    let train: Sequences = (0..40u16).map(|i| vec![i; 3]).collect();
    let scores = |detector: &dyn Detector| {
        let fitted = detector.fit(&train.samples(), Seed(3)).unwrap();
        fitted.score(&train.samples()).unwrap().into_values()
    };
    let pairs = scores(&*twice).into_iter().zip(scores(&*once));
    let n_less = pairs.filter(|(least, first)| least < first).count();
    assert!((10..=30).contains(&n_less), "{n_less} of 40 where the second is less");
}

#[test]
fn ensembles_without_members_or_a_common_kind_of_samples_are_refused() {
    let message = |text: &str| ensemble(text).build().err().expect("refused").to_string();
    assert_eq!(message("members = []"), "ensemble: parameter members is 0, wanted at least 1");
    assert_eq!(
        message(
            "members = [{ kind = 'random' }, { kind = 'stide' }, { kind = 'dense_autoencoder' }]"
        ),
        "ensemble: member 2 reads dense rows, wanted one that reads sequences"
    );
    assert!(message("members = [{ kind = 'stide', n = 0 }]").contains("stide: parameter n is 0"));
}
