//! What every model holds that can be kept: the same output again, and no panic on a state that
//! somebody altered.

use crate::{
    Detector, Entry, FittedDetector, FittedTransformer, Numbers, Samples, Scores, State, Step,
};

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
    for (entry, altered) in lacking(&state) {
        assert!(detector.restore(&altered).is_err(), "{name}: restored without {entry}");
    }
    // A few samples tell whether a model that was altered panics.
    let few = test.select(&[0, test.len() / 2, test.len() - 1]);
    for (entry, altered) in altered(&state) {
        // Refused, or another model whose scores are finite: nothing else.
        if let Ok(other) = detector.restore(&altered)
            && let Ok(scores) = other.score(&few.view())
        {
            assert_eq!(scores.len(), 3, "{name}: {entry} altered");
        }
    }
}

/// Checks what a fitted transformer is kept as: restored it makes the same of samples, and a
/// state that was altered is refused or makes something else, without a panic.
///
/// # Panics
///
/// With the name and the broken rule.
pub fn check_transformer_state(
    name: &str,
    step: &Step,
    fitted: &dyn FittedTransformer,
    test: &Samples<'_>,
) {
    let state = fitted.state();
    let state = state.unwrap_or_else(|| panic!("{name}: it cannot be kept"));
    let restored = step.restore(&state);
    let restored = restored.unwrap_or_else(|error| panic!("{name}: restore: {error}"));
    // As text, in which numbers that are missing are equal, and 0 and -0 are not.
    let made = |fitted: &dyn FittedTransformer| format!("{:?}", fitted.transform(test));
    assert!(made(fitted) == made(&*restored), "{name}: something else after restore");
    assert_eq!(restored.causality(), fitted.causality(), "{name}: another causality");
    assert!(restored.state().as_ref() == Some(&state), "{name}: another state after restore");
    for (entry, altered) in lacking(&state) {
        assert!(step.restore(&altered).is_err(), "{name}: restored without {entry}");
    }
    for (entry, altered) in altered(&state) {
        if let Ok(other) = step.restore(&altered)
            && let Ok(made) = other.transform(test)
        {
            assert_eq!(made.view().len(), test.len(), "{name}: {entry} altered");
        }
    }
}

/// The state without each of its entries in turn.
pub(super) fn lacking(state: &State) -> impl Iterator<Item = (&String, State)> {
    state.entries().keys().map(|entry| {
        let mut lacking = State::new();
        let others = state.entries().iter().filter(|(other, _)| *other != entry);
        others.for_each(|(other, kept)| lacking.put(other, kept.clone()));
        (entry, lacking)
    })
}

/// The state with each of its entries [`damaged`] in turn, in every way.
pub(super) fn altered(state: &State) -> impl Iterator<Item = (&String, State)> {
    state.entries().iter().flat_map(move |(entry, value)| {
        damaged(value).into_iter().map(move |wrong| {
            let mut altered = state.clone();
            altered.put(entry, wrong);
            (entry, altered)
        })
    })
}

/// What somebody may have made of an entry: others of its kind and shape, fewer, of another
/// kind, out of range, not finite.
pub fn damaged(entry: &Entry) -> Vec<Entry> {
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
