//! Windows: where they lie, their labels, streams of them, and scores back to rows.

// Helpers of a test are not in test functions, where `unwrap` is allowed.
#![allow(clippy::unwrap_used)]

use oddity_core::{Error, Frame, Labels, Scores, Windows};
use oddity_features::{RowRule, WindowEdge, WindowLabel, WindowLayout, WindowsParams, row_scores};
use proptest::prelude::*;

fn frame(n_rows: usize) -> Frame {
    Frame::new((0..n_rows).map(|row| row as f64).collect(), ["x"]).unwrap()
}

fn layout(size: usize, stride: usize, edge: WindowEdge, label: WindowLabel) -> WindowLayout {
    WindowLayout::new(WindowsParams { size, stride, edge, label }).unwrap()
}

fn starts(windows: &Windows<'_>) -> Vec<usize> {
    (0..windows.len()).map(|window| windows.start(window)).collect()
}

#[test]
fn published_windows_start_in_the_range_of_the_study() {
    for (n_rows, stride) in [(38_049, 10), (38_050, 10), (7_853, 10), (40, 4), (9, 10), (31, 3)] {
        let published = layout(10, stride, WindowEdge::AsPublished, WindowLabel::Any);
        let windows = published.lay(frame(n_rows), vec![0, n_rows]).unwrap();
        // Python's range(0, n - stride, stride), of which the last may not fit.
        let range = (0..n_rows.saturating_sub(stride)).step_by(stride);
        let wanted: Vec<usize> = range.filter(|start| start + 10 <= n_rows).collect();
        assert_eq!(starts(&windows.view()), wanted, "{n_rows} rows, stride {stride}");
    }
    // The figures of the KDD http study, and one window fewer for a multiple of the stride.
    let count = |n_rows, edge| {
        let layout = layout(10, 10, edge, WindowLabel::Any);
        layout.lay(frame(n_rows), vec![0, n_rows]).unwrap().view().len()
    };
    assert_eq!(count(38_049, WindowEdge::AsPublished), 3_804);
    assert_eq!(count(7_853, WindowEdge::AsPublished), 785);
    let (whole, published) = (WindowEdge::Whole, WindowEdge::AsPublished);
    assert_eq!((count(38_050, whole), count(38_050, published)), (3_805, 3_804));
}

#[test]
fn labels_follow_the_rule_within_each_series() {
    let rows = Labels::new([0, 0, 1, 0, 0, 0, 0, 1, 0].map(|label| label == 1).to_vec());
    let run = |label| {
        let layout = layout(2, 2, WindowEdge::Whole, label);
        let windows = layout.lay(frame(9), vec![0, 5, 9]).unwrap();
        let labels = layout.labels(&windows.view(), &rows).unwrap();
        (starts(&windows.view()), labels.values().to_vec())
    };
    assert_eq!(run(WindowLabel::Any), (vec![0, 2, 5, 7], vec![false, true, false, true]));
    assert_eq!(run(WindowLabel::Last), (vec![0, 2, 5, 7], vec![false; 4]));
    assert_eq!(run(WindowLabel::Next), (vec![0, 2, 5], vec![true, false, true]));
    let next = layout(2, 2, WindowEdge::Whole, WindowLabel::Next);
    let to_the_end = Windows::new(frame(9).view(), vec![0, 5, 9], 2, 2).unwrap().to_owned();
    let refused = next.labels(&to_the_end.view(), &rows);
    assert!(matches!(refused, Err(Error::Parameter { parameter: "label", .. })));
    let short = Labels::new(vec![false; 8]);
    assert!(matches!(next.labels(&to_the_end.view(), &short), Err(Error::Length { .. })));
}

#[test]
fn scores_come_back_to_rows_and_the_rest_is_listed() {
    let frame = frame(8);
    let windows = Windows::new(frame.view(), vec![0, 8], 3, 2).unwrap();
    let scores = Scores::new(vec![-3.0, -1.0, -2.0]).unwrap();
    let run = |rule| row_scores(&windows, &scores, rule).unwrap();
    let last = run(RowRule::Last);
    assert_eq!((last.rows, last.scores.values()), (vec![2, 4, 6], &[-3.0, -1.0, -2.0][..]));
    assert_eq!(last.unscored, [0, 1, 3, 5, 7]);
    let (mean, max) = (run(RowRule::Mean), run(RowRule::Max));
    assert_eq!(mean.scores.values(), [-3.0, -3.0, -2.0, -1.0, -1.5, -2.0, -2.0]);
    assert_eq!(max.scores.values(), [-3.0, -3.0, -1.0, -1.0, -1.0, -2.0, -2.0]);
    let median = run(RowRule::Median);
    assert_eq!(median, mean, "of two windows at most the median is the mean");
    assert_eq!((mean.rows, mean.unscored), ((0..7).collect(), vec![7]));
    let few = Scores::new(vec![1.0]).unwrap();
    assert!(matches!(row_scores(&windows, &few, RowRule::Max), Err(Error::Length { .. })));
}

#[test]
fn a_stream_refuses_parts_that_do_not_fit() {
    let layout = layout(2, 1, WindowEdge::Whole, WindowLabel::Any);
    let mut stream = layout.stream(frame(0).columns());
    let wide = Frame::new(vec![1.0, 2.0], ["x", "y"]).unwrap();
    assert!(matches!(stream.push(wide.view(), &[]), Err(Error::Width { .. })));
    for starts in [&[3][..], &[1, 1], &[2, 1]] {
        let refused = stream.push(frame(3).view(), starts);
        assert!(matches!(refused, Err(Error::Offset { .. })), "{starts:?}");
    }
    // What was refused left no trace.
    assert_eq!(stream.push(frame(3).view(), &[]).unwrap().windows().len(), 2);
    assert!(WindowLayout::new(WindowsParams { size: 0, ..Default::default() }).is_err());
    assert!(WindowLayout::new(WindowsParams { stride: 0, ..Default::default() }).is_err());
}

fn layouts() -> impl Strategy<Value = WindowLayout> {
    let edges = prop_oneof![Just(WindowEdge::Whole), Just(WindowEdge::AsPublished)];
    let labels = prop_oneof![Just(WindowLabel::Any), Just(WindowLabel::Next)];
    (1..7usize, 1..9usize, edges, labels)
        .prop_map(|(size, stride, edge, label)| layout(size, stride, edge, label))
}

proptest! {
    #[test]
    fn row_scores_are_those_of_a_plain_look_at_every_window(
        layout in layouts(),
        values in prop::collection::vec(-5.0..5.0f64, 40),
        n_rows in 1..40usize,
    ) {
        let all = layout.lay(frame(n_rows), vec![0, n_rows / 2, n_rows]);
        let Ok(all) = all else { return Ok(()) };
        let windows = all.view();
        let scores = Scores::new(values[..windows.len()].to_vec()).unwrap();
        for rule in [RowRule::Last, RowRule::Mean, RowRule::Max, RowRule::Median] {
            let found = row_scores(&windows, &scores, rule).unwrap();
            let mut at = 0;
            for row in 0..n_rows {
                let covers = |window: &usize| {
                    let rows = windows.start(*window)..windows.start(*window) + windows.size();
                    if rule == RowRule::Last { row + 1 == rows.end } else { rows.contains(&row) }
                };
                let mut covering: Vec<f64> =
                    (0..windows.len()).filter(covers).map(|window| values[window]).collect();
                covering.sort_by(f64::total_cmp);
                let n = covering.len();
                if n == 0 {
                    prop_assert!(found.unscored.contains(&row));
                    continue;
                }
                let wanted = match rule {
                    RowRule::Mean => covering.iter().sum::<f64>() / n as f64,
                    RowRule::Median => (covering[(n - 1) / 2] + covering[n / 2]) / 2.0,
                    RowRule::Last | RowRule::Max => covering[n - 1],
                };
                prop_assert_eq!(found.rows[at], row);
                prop_assert!((found.scores.values()[at] - wanted).abs() < 1e-12);
                at += 1;
            }
            prop_assert_eq!(at, found.rows.len());
        }
    }

    #[test]
    fn streamed_windows_are_those_of_all_rows(
        layout in layouts(),
        series in prop::collection::vec(1..30usize, 1..5),
        parts in prop::collection::vec(0..12usize, 1..40),
    ) {
        let edges: Vec<usize> = [0].into_iter().chain(series.iter().scan(0, |end, n| {
            *end += n;
            Some(*end)
        })).collect();
        let n_rows = edges[edges.len() - 1];
        let all = frame(n_rows);
        let whole = layout.lay(all.clone(), edges.clone()).unwrap();
        let mut stream = layout.stream(all.columns());
        let (mut found, mut first) = (Vec::new(), 0);
        for n in parts.into_iter().chain([n_rows]) {
            let end = n_rows.min(first + n);
            let begins = edges.iter().filter(|edge| (first..end).contains(*edge));
            let begins: Vec<usize> = begins.map(|edge| edge - first).collect();
            let part = stream.push(all.view().slice(first..end), &begins).unwrap();
            let kept = part.windows().frame().n_rows();
            prop_assert!(kept < (end - first) + layout.reach(), "{} rows kept", kept);
            for window in 0..part.windows().len() {
                found.push(part.row(window));
                prop_assert_eq!(part.windows().get(window).values()[0], part.row(window) as f64);
            }
            first = end;
        }
        prop_assert_eq!(found, starts(&whole.view()));
    }
}
