//! Windows: how many, where they lie, what they leave out.

use oddity_core::{Error, Frame, Windows, WindowsOwned};

fn frame(n_rows: usize) -> Frame {
    Frame::new((0..n_rows).map(|row| row as f64).collect(), ["x"]).expect("finite values")
}

#[test]
fn windows_do_not_cross_the_edge_of_a_series() {
    let frame = frame(10);
    let windows = Windows::new(frame.view(), vec![0, 5, 7, 10], 3, 1).unwrap();
    let starts: Vec<usize> = (0..windows.len()).map(|window| windows.start(window)).collect();
    assert_eq!(starts, [0, 1, 2, 7]);
    assert_eq!(windows.get(3).values(), [7.0, 8.0, 9.0]);
    assert_eq!(windows.uncovered(), [5, 6]);
}

#[test]
fn strides_leave_the_rest_of_a_series_out() {
    let frame = frame(10);
    let windows = Windows::new(frame.view(), vec![0, 10], 4, 4).unwrap();
    assert_eq!((windows.len(), windows.uncovered()), (2, vec![8, 9]));
    let chosen = windows.select(&[1]);
    assert_eq!(chosen.view().get(0).values(), [4.0, 5.0, 6.0, 7.0]);
    assert_eq!(windows.to_owned().view(), windows);
}

#[test]
fn impossible_windows_are_refused() {
    for (edges, size, stride) in [
        (vec![0, 4], 0, 1),
        (vec![0, 4], 1, 0),
        (vec![0, 3], 1, 1),
        (vec![1, 4], 1, 1),
        (vec![], 1, 1),
    ] {
        assert!(WindowsOwned::new(frame(4), edges, size, stride).is_err());
    }
    let none = WindowsOwned::new(frame(4), vec![0, 4], 5, 1).unwrap();
    assert!(none.view().is_empty());
    let error = WindowsOwned::new(frame(4), vec![0, 4], 0, 1).unwrap_err();
    assert!(matches!(error, Error::Parameter { parameter: "size", .. }));
}

#[test]
fn a_reach_leaves_out_windows_at_the_end_of_each_series() {
    let frame = frame(12);
    let windows = Windows::reaching(frame.view(), vec![0, 8, 12], 4, 4, 5).unwrap();
    assert_eq!((windows.len(), windows.start(0)), (1, 0));
    assert_eq!(windows.covered(), [0, 1, 2, 3]);
    let windows = Windows::new(frame.view(), vec![0, 8, 12], 4, 4).unwrap();
    assert_eq!(windows.len(), 3);
    assert!(Windows::reaching(frame.view(), vec![0, 12], 4, 4, 3).is_err());
}

#[test]
fn windows_move_to_another_table_of_as_many_rows() {
    let frame = frame(6);
    let windows = Windows::new(frame.view(), vec![0, 6], 2, 2).unwrap();
    let wide = Frame::new(vec![1.0; 12], ["x", "y"]).unwrap();
    let over = windows.over(wide).unwrap();
    assert_eq!((over.view().len(), over.view().get(2).n_columns()), (3, 2));
    let short = Frame::new(vec![1.0; 5], ["x"]).unwrap();
    assert!(matches!(windows.over(short), Err(Error::Length { expected: 6, found: 5, .. })));
}

#[test]
fn a_range_of_windows_lies_over_its_own_rows_alone() {
    let frame = frame(20);
    let all = Windows::new(frame.view(), vec![0, 6, 9, 20], 3, 2).unwrap();
    for first in 0..all.len() {
        for end in first..=all.len() {
            let part = all.range(first..end);
            assert_eq!(part.len(), end - first);
            for window in 0..part.len() {
                assert_eq!(part.get(window), all.get(first + window));
            }
            let n_rows = if first == end { 0 } else { all.start(end - 1) + 3 - all.start(first) };
            assert_eq!(part.frame().n_rows(), n_rows);
            assert_eq!(part.edges().last(), Some(&n_rows));
            assert!(part.edges().windows(2).all(|pair| pair[0] < pair[1] || n_rows == 0));
        }
    }
    assert_eq!(all.range(1..4).edges(), [0, 4, 7, 10]);
    let chosen = all.subset(&[3, 0]);
    assert_eq!(chosen.range(1..2).get(0).values(), [0.0, 1.0, 2.0]);
    assert_eq!(chosen.range(0..2).frame().n_rows(), 12);
}
