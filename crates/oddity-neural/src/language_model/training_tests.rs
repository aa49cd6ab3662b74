//! What a language model's training shows, and what memory it asks for.

use std::ops::ControlFlow;

use oddity_core::{Detector, Progress, Seed};

use super::LanguageSizes;
use super::tests::{SMALL, detector, grammar};

#[test]
fn a_watcher_sees_the_epochs_of_all_members_and_can_end_that_at_hand() {
    let (train, mut seen) = (grammar(60, None), Vec::new());
    let mut watch = |progress: &Progress<'_>| {
        seen.push((progress.epoch, progress.n_epochs));
        if progress.epoch == 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let fitted = detector(SMALL).fit_watched(&train.samples(), Seed(3), &mut watch);
    let fitted = fitted.expect("trains");
    // Two members of three epochs each.
    assert_eq!(seen, [(0, 6), (1, 6), (3, 6), (4, 6), (5, 6)]);
    assert_eq!(fitted.history().map(|history| history.epochs.len()), Some(2));
}

#[test]
fn memory_is_taken_for_steps_that_there_are() {
    // For as many as these no machine has any.
    let text = format!("bptt = {}\nmembers = [[4]]\ntraining = {{ epochs = 1 }}", 1u64 << 40);
    let fitted = detector(&text).fit(&grammar(20, None).samples(), Seed(1)).expect("trains");
    let epochs = &fitted.history().expect("a history").epochs;
    assert!(epochs.len() == 1 && epochs[0].loss.is_finite(), "{epochs:?}");
}

#[test]
fn sizes_that_make_no_model_are_refused() {
    let good = LanguageSizes { n_inputs: 5, embedding: 3, units: vec![2], n_classes: 4 };
    good.initial_weights(Seed(1)).expect("a model");
    for (sizes, expected) in [
        (LanguageSizes { n_inputs: 0, ..good.clone() }, "n_inputs is 0"),
        (LanguageSizes { units: Vec::new(), ..good.clone() }, "units is 0"),
        (LanguageSizes { embedding: 1 << 40, ..good.clone() }, "at most 2^30 numbers"),
        (LanguageSizes { units: vec![1 << 23], ..good.clone() }, "at most 2^30 parameters"),
        (LanguageSizes { n_classes: usize::MAX, ..good }, "at most 2^24 numbers"),
    ] {
        let found = sizes.initial_weights(Seed(1)).expect_err(expected).to_string();
        assert!(found.contains(expected), "{found}");
    }
}
