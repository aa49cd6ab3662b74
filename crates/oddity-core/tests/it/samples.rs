//! Frames, sparse rows, sequences, splits and scores: what is refused, and what is kept.

use oddity_core::{
    Classes, Columns, Csr, Cutoff, Error, Frame, Labels, SampleKind, SamplesOwned, Scores,
    Sequences, Split,
};

#[test]
fn a_frame_is_finite_and_whole() {
    let frame = Frame::new(vec![1.0, 2.0, 3.0, 4.0], ["a", "b"]).unwrap();
    assert_eq!((frame.n_rows(), frame.n_columns()), (2, 2));
    assert_eq!(frame.row(1), [3.0, 4.0]);
    assert_eq!(frame.view().select(&[1, 0, 1]).values(), [3.0, 4.0, 1.0, 2.0, 3.0, 4.0]);
    assert_eq!(frame.view().select_columns(&[1]).values(), [2.0, 4.0]);
    let error = Frame::new(vec![1.0, 2.0, 3.0], ["a", "b"]).unwrap_err();
    assert_eq!(error.to_string(), "found 3 values of a table's rows, wanted 4");
    let error = Frame::new(vec![1.0, 2.0, f64::NAN, 4.0], ["a", "b"]).unwrap_err();
    assert_eq!(error.to_string(), "value NaN at row 1, column 0 is not finite");
    let empty = Frame::new(vec![], ["a", "b"]).unwrap();
    assert_eq!((empty.n_rows(), empty.view().iter().len()), (0, 0));
    assert!(matches!(Frame::new(vec![1.0], Columns::numbered("x", 0)), Err(Error::Length { .. })));
}

#[test]
fn sparse_rows_are_checked_and_written_out() {
    let csr =
        Csr::new(vec![0, 2, 2, 3], vec![0, 2, 1], vec![1.0, 2.0, 3.0], ["a", "b", "c"]).unwrap();
    let dense = csr.view().to_dense();
    assert_eq!(dense.values(), [1.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 3.0, 0.0]);
    assert_eq!(
        csr.view().select(&[2, 0]).view().to_dense().values(),
        [0.0, 3.0, 0.0, 1.0, 0.0, 2.0]
    );
    let refused = [
        Csr::new(vec![0, 2], vec![1, 1], vec![1.0, 1.0], ["a", "b"]),
        Csr::new(vec![0, 1], vec![2], vec![1.0], ["a", "b"]),
        Csr::new(vec![0, 2], vec![0], vec![1.0], ["a", "b"]),
        Csr::new(vec![], vec![], vec![], ["a", "b"]),
        Csr::new(vec![0, 2, 1], vec![0, 1], vec![1.0, 1.0], ["a", "b"]),
        Csr::new(vec![0, 1], vec![0], vec![f64::INFINITY], ["a", "b"]),
        Csr::new(vec![0, 1], vec![0], vec![], ["a", "b"]),
    ];
    for (case, result) in refused.iter().enumerate() {
        assert!(result.is_err(), "case {case}");
    }
}

#[test]
fn sequences_keep_their_lengths() {
    let sequences: Sequences = [&[1u16, 2, 3][..], &[], &[4]].into_iter().collect();
    let lengths: Vec<usize> = sequences.view().iter().map(<[u16]>::len).collect();
    assert_eq!(lengths, [3, 0, 1]);
    assert_eq!(sequences.view().select(&[2, 0]).view().get(1), [1, 2, 3]);
    assert!(Sequences::new(vec![1, 2], vec![0, 1]).is_err());
    assert!(Sequences::new(vec![1, 2], vec![1, 2]).is_err());
}

#[test]
fn a_kind_that_is_not_there_is_refused_by_name() {
    let sequences: Sequences = [[1u16, 2]].into_iter().collect();
    let error = sequences.samples().rows().unwrap_err();
    assert_eq!(error.to_string(), "found sequences, wanted dense rows");
    let owned = SamplesOwned::from(sequences);
    assert_eq!(owned.view().kind(), SampleKind::Sequences);
    assert!(owned.into_dense().is_err());
}

#[test]
fn no_sample_is_in_both_parts_of_a_split() {
    assert!(Split::new(vec![0, 2], vec![1], 3).is_ok());
    for (train, test) in [(vec![0, 1], vec![1]), (vec![0, 0], vec![1]), (vec![0], vec![3])] {
        assert!(matches!(Split::new(train, test, 3), Err(Error::SplitIndex { .. })));
    }
}

#[test]
fn scores_and_cutoffs_are_finite_and_alarms_are_above() {
    assert!(Scores::new(vec![0.0, f64::NAN]).is_err());
    assert!(Cutoff::new(f64::INFINITY).is_err());
    let scores = Scores::new(vec![0.0, 1.0, 2.0]).unwrap();
    let alarms = Cutoff::new(1.0).unwrap().alarms(&scores);
    assert_eq!(alarms.values(), [false, false, true]);
}

#[test]
fn classes_have_names() {
    assert!(matches!(
        Classes::new(vec![0, 2], ["a", "b"]),
        Err(Error::ClassCode { sample: 1, .. })
    ));
    let classes = Classes::binary(&Labels::new(vec![true, false, true]));
    assert_eq!((classes.codes(), classes.counts()), (&[1, 0, 1][..], vec![1, 2]));
    assert_eq!(classes.select(&[0, 2]).counts(), [0, 2]);
}

#[test]
fn the_first_value_that_is_not_finite_is_named() {
    let mut values = vec![1.0; 6_000];
    values[4_321] = f64::INFINITY;
    values[2_101] = f64::NAN;
    let refused = Frame::new(values.clone(), ["x", "y"]).unwrap_err();
    assert!(matches!(refused, oddity_core::Error::NotFinite { row: 1_050, column: 1, .. }));
    values[2_101] = -1e308;
    let refused = Frame::new(values.clone(), ["x", "y"]).unwrap_err();
    assert!(matches!(refused, oddity_core::Error::NotFinite { row: 2_160, column: 1, .. }));
    values[4_321] = 1e308;
    assert!(Frame::new(values, ["x", "y"]).is_ok());
    // So many that several threads look.
    for at in [3, 70_001, 299_999] {
        let mut values = vec![1.0; 300_000];
        values[at] = f64::NAN;
        values[299_999] = f64::INFINITY;
        let refused = Frame::new(values, ["x", "y"]).unwrap_err();
        let oddity_core::Error::NotFinite { row, column, .. } = refused else {
            panic!("{refused}")
        };
        assert_eq!((row, column), (at / 2, at % 2));
    }
}
