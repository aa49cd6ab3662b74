//! Scalers fitted on a stream: the same bits however it is cut, and the result of two passes.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use oddity_core::{Columns, Error, Frame, FrameView, Windows};
use oddity_features::{
    Deviation, MinMax, MinMaxParams, Standardize, StandardizeParams, StepConfig,
};

/// Columns around 0, 1e6 with little spread, a drift, a constant, and one with one outlier.
fn rows(n_rows: usize) -> Frame {
    let row = |row: usize| {
        let wave = (row as f64 * 0.37).sin();
        let outlier = if row == 4_001 { 1e9 } else { wave };
        [wave, 1e6 + 1e-3 * wave, row as f64, 0.1, outlier]
    };
    let columns = Columns::numbered("x", 5);
    Frame::new((0..n_rows).flat_map(row).collect(), columns).unwrap()
}

fn parts(rows: &Frame, cut: usize) -> impl Iterator<Item = FrameView<'_>> {
    let n_rows = rows.n_rows();
    (0..n_rows).step_by(cut).map(move |first| rows.view().slice(first..n_rows.min(first + cut)))
}

#[test]
fn streams_give_the_same_bits_however_they_are_cut() {
    let rows = rows(10_000);
    let standardize = Standardize::new(StandardizeParams::default()).unwrap();
    let min_max = MinMax::new(MinMaxParams::default()).unwrap();
    let run = |cut: usize| {
        let mut a = standardize.begin(rows.columns());
        let mut b = min_max.begin(rows.columns());
        for part in parts(&rows, cut) {
            a.update(part).unwrap();
            b.update(part).unwrap();
        }
        (a.finish().unwrap(), b.finish().unwrap())
    };
    let whole = run(10_000);
    for cut in [1, 100, 2_048, 5_000, 9_999] {
        assert_eq!(run(cut), whole, "parts of {cut}");
    }
    for n_threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        assert_eq!(pool.install(|| run(10_000)), whole, "{n_threads} threads");
    }
    let (a, _) = whole;
    let at_once = a.transform_frame(rows.view()).unwrap();
    assert_eq!(a.transform_in_place(rows.clone()).unwrap(), at_once);
    let streamed: Vec<f64> =
        parts(&rows, 777).flat_map(|part| a.transform_frame(part).unwrap().into_values()).collect();
    assert_eq!(streamed, at_once.values());
}

#[test]
fn deviations_equal_two_passes_over_the_whole_table() {
    let rows = rows(10_000);
    for deviation in [Deviation::Population, Deviation::Sample] {
        let params = StandardizeParams { deviation, ..StandardizeParams::default() };
        let mut fit = Standardize::new(params).unwrap().begin(rows.columns());
        fit.update(rows.view()).unwrap();
        let fitted = fit.finish().unwrap();
        for column in 0..5 {
            let values: Vec<f64> = rows.view().iter().map(|row| row[column]).collect();
            let n = values.len() as f64;
            // Exact to the last digits: distances to a value near the mean first.
            let near = values[0];
            let mean = near + values.iter().map(|value| value - near).sum::<f64>() / n;
            let lost = values.iter().map(|value| value - mean).sum::<f64>();
            let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
            let squares = squares - lost * lost / n;
            let freedom = if deviation == Deviation::Sample { n - 1.0 } else { n };
            let wanted = if column == 3 { 1.0 } else { (squares / freedom).sqrt() };
            let found = fitted.scales()[column];
            assert!((found / wanted - 1.0).abs() < 1e-12, "{column}: {found}, wanted {wanted}");
            let scale = mean.abs().max(wanted);
            assert!((fitted.means()[column] - mean).abs() < 1e-15 * 4.0 * scale);
        }
    }
}

#[test]
fn windows_are_fitted_on_the_rows_that_they_cover() {
    let rows = rows(100);
    let windows = Windows::new(rows.view(), vec![0, 100], 5, 5).unwrap();
    let first = windows.select(&[0, 1, 2]);
    for kind in ["standardize", "min_max", "pca"] {
        let config: StepConfig = toml::from_str(&format!("kind = '{kind}'")).unwrap();
        let oddity_core::Step::Plain(step) = config.build().unwrap() else { panic!("plain") };
        let alone = step.fit(&rows.view().slice(0..15).to_frame().samples()).unwrap();
        let fitted = step.fit(&first.samples()).unwrap();
        let wanted = alone.transform(&rows.samples()).unwrap().into_dense().unwrap();
        let found = fitted.transform(&oddity_core::Samples::Windows(windows.clone())).unwrap();
        let found = found.view().windows().unwrap();
        assert_eq!(found.frame().values(), wanted.values(), "{kind}");
        assert_eq!((found.len(), found.start(7)), (20, 35));
    }
}

#[test]
fn streams_refuse_another_width_and_no_rows() {
    let narrow = Frame::new(vec![1.0], ["x"]).unwrap();
    let columns = Columns::numbered("x", 2);
    let mut fit = Standardize::new(StandardizeParams::default()).unwrap().begin(&columns);
    assert!(matches!(fit.update(narrow.view()), Err(Error::Width { expected: 2, found: 1 })));
    assert!(matches!(fit.finish(), Err(Error::TooFewSamples { wanted: 1, found: 0, .. })));
    let fit = MinMax::new(MinMaxParams::default()).unwrap().begin(&columns);
    assert!(matches!(fit.finish(), Err(Error::TooFewSamples { .. })));
}

#[test]
fn only_the_columns_named_are_standardised() {
    let rows = rows(5_000);
    let params = |columns: Option<Vec<String>>| StandardizeParams {
        deviation: Deviation::Sample,
        columns,
        ..StandardizeParams::default()
    };
    let fit = |params: StandardizeParams| {
        let mut fit = Standardize::new(params).unwrap().begin(rows.columns());
        fit.update(rows.view()).unwrap();
        fit.finish()
    };
    let all = fit(params(None)).unwrap().transform_frame(rows.view()).unwrap();
    let named = params(Some(vec!["x4".to_owned(), "x1".to_owned()]));
    let fitted = fit(named.clone()).unwrap();
    let some = fitted.transform_frame(rows.view()).unwrap();
    assert_eq!(fitted.transform_in_place(rows.clone()).unwrap(), some);
    for row in 0..rows.n_rows() {
        for column in 0..5 {
            let source = if [1, 4].contains(&column) { &all } else { &rows };
            let [found, expected] = [&some, source].map(|frame| frame.values()[row * 5 + column]);
            assert_eq!(found.to_bits(), expected.to_bits(), "row {row}, column {column}");
        }
    }
    let text = "kind = 'standardize'\ndeviation = 'sample'\ncolumns = ['x4', 'x1']";
    let config: StepConfig = toml::from_str(text).unwrap();
    assert_eq!(config, StepConfig::Standardize(named));
    assert_eq!(toml::from_str::<StepConfig>(&toml::to_string(&config).unwrap()).unwrap(), config);
    let found = fit(params(Some(vec!["x1".to_owned(), "y".to_owned()]))).unwrap_err();
    assert!(matches!(&found, Error::MissingColumn { name } if name == "y"), "{found}");
    let none = fit(params(Some(Vec::new()))).unwrap().transform_frame(rows.view()).unwrap();
    assert_eq!(none.values(), rows.values());
}
