//! ADWIN: what it refuses, and where it goes on from.

use oddity_core::contract::damaged;
use oddity_core::{Error, Seed, State};

use super::{Adwin, AdwinParams};

/// Numbers whose mean moves each 90 of them.
fn numbers(n: usize) -> impl Iterator<Item = f64> {
    (0..n).map(|at| {
        let noise = (Seed(5).derive(at as u64).0 >> 40) as f64 / (1u64 << 24) as f64;
        noise + ((at / 90) % 3) as f64
    })
}

fn often() -> AdwinParams {
    AdwinParams { delta: 0.1, clock: 3, max_buckets: 2, min_window_length: 2, grace_period: 0 }
}

fn after(n: usize) -> Adwin {
    let mut test = Adwin::new(often()).unwrap();
    numbers(n).for_each(|x| {
        test.push(x).unwrap();
    });
    test
}

#[test]
fn parameters_outside_their_range_are_refused() {
    let default = AdwinParams::default();
    for (params, wanted) in [
        (AdwinParams { delta: 0.0, ..default.clone() }, "delta is 0"),
        (AdwinParams { delta: 1.0, ..default.clone() }, "delta is 1"),
        (AdwinParams { delta: f64::NAN, ..default.clone() }, "delta is NaN"),
        (AdwinParams { clock: 0, ..default.clone() }, "clock is 0"),
        (AdwinParams { max_buckets: 1, ..default.clone() }, "max_buckets is 1"),
        (AdwinParams { max_buckets: 1_001, ..default.clone() }, "max_buckets is 1001"),
        (AdwinParams { min_window_length: 0, ..default.clone() }, "min_window_length is 0"),
    ] {
        let refused = Adwin::new(params).err().unwrap().to_string();
        assert!(refused.contains(wanted), "{refused}");
    }
    let far = AdwinParams { min_window_length: usize::MAX, clock: 1, ..default };
    let mut test = Adwin::new(far).unwrap();
    assert!(numbers(300).all(|x| !test.push(x).unwrap()));
}

#[test]
fn numbers_that_sums_cannot_hold_are_refused_and_change_nothing() {
    let mut test = after(91);
    let kept = test.state();
    for x in [f64::NAN, f64::INFINITY, f64::MAX, -1e141] {
        assert!(matches!(test.push(x), Err(Error::Numeric { step: "adwin", .. })), "{x}");
        assert_eq!(test.state(), kept, "{x}");
    }
}

#[test]
fn a_window_that_a_change_has_cut_is_given_up_with_the_next_number() {
    let mut test = Adwin::new(often()).unwrap();
    let mut changes = 0;
    for x in numbers(600) {
        if test.push(x).unwrap() {
            changes += 1;
            let (width, estimate) = (test.width(), test.estimate());
            assert!(1 <= width && estimate.is_finite());
            // Refused, and so not behind the change yet.
            assert!(test.push(f64::NAN).is_err());
            assert_eq!(test.width(), width);
            assert!(!test.clone().push(x).unwrap());
        }
    }
    assert!(5 <= changes, "{changes}");
}

#[test]
fn from_any_number_on_it_goes_on_to_the_same_bits() {
    for n in 0..200 {
        let mut first = after(n);
        let mut second = Adwin::new(often()).unwrap();
        second.resume(&first.state()).unwrap();
        assert_eq!(second.state(), first.state(), "after {n}");
        assert_eq!(second.width(), first.width(), "after {n}");
        assert_eq!(second.estimate().to_bits(), first.estimate().to_bits(), "after {n}");
        for x in numbers(400).skip(n) {
            assert_eq!(second.push(x).unwrap(), first.push(x).unwrap(), "after {n}");
        }
        assert_eq!(second.state(), first.state(), "after {n}");
    }
}

#[test]
fn altered_states_are_refused_or_go_on() {
    let kept = after(88).state();
    for (entry, value) in kept.entries() {
        let mut lacking = State::new();
        let others = kept.entries().iter().filter(|(other, _)| *other != entry);
        others.for_each(|(other, value)| lacking.put(other, value.clone()));
        assert!(Adwin::new(often()).unwrap().resume(&lacking).is_err(), "without {entry}");
        for value in damaged(value) {
            let mut altered = kept.clone();
            altered.put(entry, value);
            let mut test = after(7);
            let before = test.state();
            if test.resume(&altered).is_err() {
                assert_eq!(test.state(), before, "{entry}: a refused state changed the test");
                continue;
            }
            for x in numbers(100) {
                // A change, none, or a refusal: nothing else.
                let _ = test.push(x);
            }
        }
    }
}

#[test]
fn lengths_beyond_all_counts_are_refused() {
    let resume = |levels: &[usize]| {
        let n_buckets = levels.iter().fold(0, |sum: usize, &n| sum.saturating_add(n)).min(200);
        let mut state = State::new();
        state.put_count("changed", 0);
        state.put_counts("levels", levels);
        state.put_f64s("window", &[2], &[1.0, 1.0]);
        for name in ["totals", "squares"] {
            state.put_f64s(name, &[n_buckets], &vec![0.0; n_buckets]);
        }
        let mut test = Adwin::new(often()).unwrap();
        test.resume(&state).map(|()| test)
    };
    let mut most = resume(&[1; 63]).unwrap();
    assert_eq!(most.width(), u64::MAX / 2);
    for x in numbers(20) {
        let _ = most.push(x);
    }
    let refused: [&[usize]; 5] = [&[2; 63], &[1; 64], &[3], &[1, 0, 1], &[usize::MAX, 2]];
    for levels in refused {
        assert!(matches!(resume(levels), Err(Error::State { .. })), "{levels:?}");
    }
}
