//! What every detector holds that can be kept: the same scores again, and no panic on a state that
//! somebody altered.

use crate::{Detector, Entry, FittedDetector, Numbers, Samples, Scores, State};

/// Checks what a detector is kept as, where it can be kept.
pub(super) fn check_state(
    name: &str,
    detector: &dyn Detector,
    fitted: &dyn FittedDetector,
    test: &Samples<'_>,
    scores: &Scores,
) {
    let Some(state) = fitted.state() else { return };
    let restored = detector.restore(&state);
    let restored = restored.unwrap_or_else(|error| panic!("{name}: restore: {error}"));
    let again = restored.score(test);
    let again = again.unwrap_or_else(|error| panic!("{name}: score after restore: {error}"));
    assert!(&again == scores, "{name}: other scores after restore");
    assert!(restored.state().as_ref() == Some(&state), "{name}: another state after restore");
    for entry in state.entries().keys() {
        let mut altered = State::new();
        for (other, kept) in state.entries() {
            if other != entry {
                altered.put(other, kept.clone());
            }
        }
        assert!(detector.restore(&altered).is_err(), "{name}: restored without {entry}");
    }
    for (entry, value) in state.entries() {
        for wrong in damaged(value) {
            let mut altered = state.clone();
            altered.put(entry, wrong);
            // Refused, or another model whose scores are finite: nothing else.
            if let Ok(other) = detector.restore(&altered)
                && let Ok(scores) = other.score(test)
            {
                assert_eq!(scores.len(), test.len(), "{name}: {entry} altered");
            }
        }
    }
}

/// An entry with values that do not fit.
pub(super) fn damaged(entry: &Entry) -> Vec<Entry> {
    let (shape, values) = match entry {
        Entry::Array { shape, values } => (shape, values),
        Entry::Texts(texts) => {
            let mut fewer = texts.clone();
            fewer.pop();
            return vec![Entry::Texts(fewer), Entry::Texts(vec!["\u{0}".into(); texts.len()])];
        }
    };
    let same_shape = |values| Entry::Array { shape: shape.clone(), values };
    let one_row = |values: Numbers| Entry::Array { shape: vec![values.len()], values };
    let n = values.len();
    match values {
        Numbers::F64(values) => vec![
            one_row(Numbers::F64(values[..n / 2].to_vec())),
            same_shape(Numbers::F64(vec![f64::NAN; n])),
            same_shape(Numbers::F64(vec![f64::MAX; n])),
            same_shape(Numbers::F64(vec![-1.0; n])),
            same_shape(Numbers::F64(vec![0.0; n])),
            same_shape(Numbers::U64(vec![0; n])),
        ],
        Numbers::F32(values) => vec![
            one_row(Numbers::F32(values[..n / 2].to_vec())),
            same_shape(Numbers::F32(vec![f32::INFINITY; n])),
            same_shape(Numbers::F32(vec![f32::MIN; n])),
            same_shape(Numbers::F64(vec![0.0; n])),
        ],
        Numbers::U64(values) => vec![
            one_row(Numbers::U64(values[..n / 2].to_vec())),
            same_shape(Numbers::U64(vec![0; n])),
            same_shape(Numbers::U64(vec![1; n])),
            same_shape(Numbers::U64(vec![u64::MAX; n])),
            same_shape(Numbers::U64(values.iter().rev().copied().collect())),
            same_shape(Numbers::U64(values.iter().map(|value| value.wrapping_add(1)).collect())),
        ],
        Numbers::U8(values) => vec![
            one_row(Numbers::U8(values[..n / 2].to_vec())),
            same_shape(Numbers::U8(vec![0xff; n])),
            same_shape(Numbers::U8(values.iter().rev().copied().collect())),
        ],
    }
}
