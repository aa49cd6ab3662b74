//! What every classifier must hold.

use super::{bell, is_baseline, uniform, with_threads};
use crate::{Classes, Classifier, Columns, FittedClassifier, Frame, Predicted, Samples, Seed};

const WIDTH: usize = 5;

/// Checks the contract of a classifier of dense rows.
///
/// # Panics
///
/// With the name and the broken rule, if the classifier does not hold the contract.
pub fn check_classifier(name: &str, classifier: &dyn Classifier) {
    let (frame, classes) = clusters(150, 3);
    let fit = |n_threads| {
        with_threads(n_threads, || {
            classifier
                .fit(&frame.samples(), &classes, Seed(3))
                .unwrap_or_else(|error| panic!("{name}: fit on three clusters: {error}"))
        })
    };
    let fitted = fit(1);
    let predicted = predict(name, fitted.as_ref(), &frame);
    assert_eq!(predicted.len(), frame.n_rows(), "{name}: one class a sample");
    for n_threads in [1, 2, 3] {
        let again = fit(n_threads);
        let again = with_threads(n_threads, || predict(name, again.as_ref(), &frame));
        assert!(again == predicted, "{name}: same seed, same bits, with {n_threads} threads");
    }
    check_probabilities(name, &predicted);
    check_accuracy(name, &predicted, &classes);
    check_subsets(name, fitted.as_ref(), &frame, &predicted);
    check_refusals(name, classifier, fitted.as_ref());
    check_degenerate(name, classifier);
}

/// Clusters around points that differ in every column, one a class, in turns.
fn clusters(n_rows: usize, n_classes: usize) -> (Frame, Classes) {
    let mut next = uniform(11);
    let codes: Vec<u32> = (0..n_rows).map(|row| (row % n_classes) as u32).collect();
    let centre = |class: u32, column: usize| 6.0 * f64::from((class + column as u32) % 3);
    let values = codes
        .iter()
        .flat_map(|&class| (0..WIDTH).map(move |column| (class, column)))
        .map(|(class, column)| centre(class, column) + bell(&mut next))
        .collect();
    let names = (0..n_classes).map(|class| format!("class-{class}"));
    let frame = Frame::new(values, Columns::numbered("x", WIDTH)).expect("finite values");
    (frame, Classes::new(codes, names).expect("a name for each class"))
}

fn predict(name: &str, fitted: &dyn FittedClassifier, frame: &Frame) -> Predicted {
    let predicted = fitted.predict(&frame.samples());
    predicted.unwrap_or_else(|error| panic!("{name}: predict: {error}"))
}

fn check_probabilities(name: &str, predicted: &Predicted) {
    let Some(probabilities) = predicted.probabilities() else { return };
    for (sample, row) in probabilities.chunks_exact(predicted.n_classes()).enumerate() {
        let sum: f64 = row.iter().sum();
        assert!((sum - 1.0).abs() < 1e-9, "{name}: probabilities of sample {sample} sum to {sum}");
        let inside = row.iter().all(|p| (0.0..=1.0).contains(p));
        assert!(inside, "{name}: probabilities of sample {sample} between 0 and 1");
    }
}

fn check_accuracy(name: &str, predicted: &Predicted, classes: &Classes) {
    let pairs = predicted.codes().iter().zip(classes.codes());
    let hits = pairs.filter(|(predicted, truth)| predicted == truth).count();
    // Baselines that ignore the samples hit one in three; anything that learns does better.
    let least = if is_baseline(name) { 0 } else { 140 };
    assert!(least <= hits, "{name}: {hits} of {} well-separated samples", classes.len());
}

fn check_subsets(name: &str, fitted: &dyn FittedClassifier, frame: &Frame, all: &Predicted) {
    let some: Vec<usize> = (0..frame.n_rows()).rev().step_by(7).collect();
    let part = predict(name, fitted, &frame.view().select(&some));
    for (at, &sample) in some.iter().enumerate() {
        assert_eq!(part.codes()[at], all.codes()[sample], "{name}: sample {sample} alone");
    }
    let empty = fitted.predict(&frame.view().select(&[]).samples());
    assert!(empty.is_ok_and(|none| none.is_empty()), "{name}: no samples, no classes");
}

fn check_refusals(name: &str, classifier: &dyn Classifier, fitted: &dyn FittedClassifier) {
    let narrow = Frame::new(vec![1.0; WIDTH - 1], Columns::numbered("x", WIDTH - 1));
    let narrow = fitted.predict(&narrow.expect("finite values").samples());
    assert!(narrow.is_err(), "{name}: wrong width in predict");
    let sequences: crate::Sequences = [[1u16, 2]].into_iter().collect();
    assert!(fitted.predict(&sequences.samples()).is_err(), "{name}: sequences in predict");
    let (frame, _) = clusters(9, 3);
    let (_, short) = clusters(8, 3);
    let fit = classifier.fit(&frame.samples(), &short, Seed(0));
    assert!(fit.is_err(), "{name}: one class fewer than samples");
}

/// Inputs with nothing to learn give an error or a working model, never a panic.
fn check_degenerate(name: &str, classifier: &dyn Classifier) {
    let (frame, classes) = clusters(12, 2);
    let constant = Frame::new(vec![1.0; 12 * WIDTH], frame.columns()).expect("finite values");
    let all: Vec<usize> = (0..12).collect();
    let one_class: Vec<usize> = all.iter().copied().step_by(2).collect();
    for (case, frame, chosen) in [
        ("no sample", &frame, &all[..0]),
        ("one sample", &frame, &all[..1]),
        ("one class", &frame, &one_class[..]),
        ("two samples", &frame, &all[..2]),
        ("constant columns", &constant, &all[..]),
    ] {
        let train = frame.view().select(chosen);
        let fit = classifier.fit(&train.samples(), &classes.select(chosen), Seed(1));
        if let Ok(fitted) = fit {
            let predicted = fitted.predict(&Samples::Rows(train.view()));
            let predicted = predicted.unwrap_or_else(|error| panic!("{name}: {case}: {error}"));
            assert_eq!(predicted.len(), chosen.len(), "{name}: {case}");
        }
    }
}
