//! Kernel rows and machines under little memory, against direct formulas.

use oddity_core::{Classes, Columns, Detector, Error, Frame, Seed, State};
use proptest::prelude::*;

use super::function::{Gamma, Kernel};
use super::one_class_svm::{OneClassSvm, OneClassSvmParams};
use super::panels::Panels;
use super::rows::Rows;
use super::svm::{Svm, SvmParams};

fn noise(n_values: usize) -> Vec<f64> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..n_values).map(|_| next()).collect()
}

fn direct(kernel: Kernel, a: &[f64], b: &[f64]) -> f64 {
    let pairs = || a.iter().zip(b);
    match kernel {
        Kernel::Rbf { gamma: Gamma::Value(gamma) } => {
            (-gamma * pairs().map(|(a, b)| (a - b) * (a - b)).sum::<f64>()).exp()
        }
        _ => pairs().map(|(a, b)| a * b).sum(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Rows of the matrix equal the formula, in any order of demands and with evictions.
    #[test]
    fn rows_equal_the_formula(
        n_rows in 1..180usize,
        width in 1..9usize,
        rbf in any::<bool>(),
        asked in prop::collection::vec(any::<prop::sample::Index>(), 1..60),
    ) {
        let gamma = Gamma::Value(0.7);
        let kernel = if rbf { Kernel::Rbf { gamma } } else { Kernel::Linear };
        let frame = Frame::new(noise(n_rows * width), Columns::numbered("x", width)).unwrap();
        let space = kernel.on((0..n_rows).map(|row| frame.row(row)), width);
        let panels = Panels::new(frame.view().iter(), space, "test").unwrap();
        let mut rows = Rows::new(&panels, 0);
        let mut before = None;
        for asked in asked {
            let asked = asked.index(n_rows);
            rows.fetch(asked, |row| (row % 7) as f64);
            for row in before.into_iter().chain([asked]) {
                let values = &rows.row(row)[..n_rows];
                for (other, &found) in values.iter().enumerate() {
                    let expected = direct(kernel, frame.row(row), frame.row(other));
                    prop_assert!((f64::from(found) - expected).abs() < 1e-6);
                    if rbf && row == other {
                        prop_assert_eq!(found, 1.0);
                    }
                }
            }
            before = Some(asked);
        }
    }
}

#[test]
fn rows_beyond_the_range_of_numbers_have_no_score_but_by_distance() {
    let train = Frame::new(vec![1.0, 2.0, 3.0], ["x"]).unwrap();
    let far = Frame::new(vec![1e200], ["x"]).unwrap();
    let gamma = Gamma::Value(1.0);
    let poly = Kernel::Poly { degree: 2, gamma, coef0: 1.0 };
    for (kernel, is_refused) in
        [(Kernel::Linear, true), (poly, true), (Kernel::Rbf { gamma }, false)]
    {
        let params = OneClassSvmParams { kernel, ..OneClassSvmParams::default() };
        let fitted = OneClassSvm::new(params).unwrap().fit(&train.samples(), Seed(0)).unwrap();
        assert_eq!(fitted.score(&far.samples()).is_err(), is_refused, "{kernel:?}");
    }
}

#[test]
fn states_that_name_more_columns_than_they_have_are_refused() {
    let most = u32::MAX as usize / 2;
    let mut state = State::new();
    state.put_count("n_columns", most);
    state.put_count("window_size", most);
    state.put_f64s("rows", &[0, most * most], &[]);
    state.put_f64("gamma", 1.0);
    state.put_f64s("origin", &[1], &[0.0]);
    let refused = OneClassSvm::new(OneClassSvmParams::default()).unwrap().restore(&state).err();
    assert!(matches!(refused, Some(Error::State { .. })));
}

#[test]
fn memory_changes_no_bit() {
    let frame = Frame::new(noise(400 * 4), Columns::numbered("x", 4)).unwrap();
    let codes = (0..400).map(|row| u32::from(frame.row(row)[0] + frame.row(row)[1] < 0.1));
    let classes = Classes::new(codes.collect(), ["a", "b"]).unwrap();
    let params = SvmParams { c: 10.0, probability: true, ..SvmParams::default() };
    let svm = Svm::new(params).unwrap();
    let fit = |memory| {
        let fitted = svm.fit_rows(frame.view(), &classes, Seed(3), memory).unwrap();
        (fitted.offsets(), fitted.n_support_vectors(), format!("{fitted:?}"))
    };
    assert_eq!(fit(0), fit(1 << 30));
}
