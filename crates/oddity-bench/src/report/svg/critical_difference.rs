//! The critical-difference diagram: mean ranks on an axis, bars over what is not told apart.

use std::fmt::Display;

use super::axis::Area;
use super::canvas::{AXIS, Anchor, Px, chart, line, shorten, text};
use super::scale::{Scale, range_of, ticks};
use crate::report::markup::Markup;
use crate::report::model::Comparison;

const WIDTH: f64 = 760.0;
/// Where the axis is, below the title and its numbers.
const AXIS_AT: f64 = 66.0;
/// Room for the names at both sides.
const SIDE: f64 = 230.0;
/// Height of a name's row, and of a bar's lane.
const ROW: f64 = 17.0;
const LANE: f64 = 7.0;
const BAR: &str = "#c43c00";

/// Draws mean ranks, the best at the left, as a complete SVG document.
///
/// A bar joins detectors of which no two are told apart. The layout is that of Demsar 2006
/// (Journal of Machine Learning Research 7, <https://jmlr.org/papers/v7/demsar06a.html>): names
/// at both sides, a line from each to its mean rank. It stays readable with some forty detectors.
/// Without a rank for each detector, between 1 and their number, only the axis is drawn.
///
/// ```
/// use oddity_bench::report::{Comparison, svg};
///
/// let content = Comparison {
///     detectors: vec!["knn".into(), "pca".into(), "random".into()],
///     mean_ranks: vec![1.25, 1.75, 3.0],
///     groups: vec![(0, 1)],
///     ..Comparison::default()
/// };
/// assert!(svg::critical_difference(&content).contains("knn"));
/// ```
#[must_use]
pub fn critical_difference(content: &Comparison) -> String {
    let most = content.detectors.len() as f64;
    let is_rank = |rank: &f64| (1.0..=most).contains(rank);
    let is_ranked = content.detectors.len() == content.mean_ranks.len()
        && content.mean_ranks.iter().all(is_rank);
    let n = if is_ranked { content.detectors.len() } else { 0 };
    let range = range_of(content.mean_ranks[..n].iter().copied());
    let range = (range.0.floor().max(1.0), range.1.ceil().max(2.0));
    let x = Scale { from: range, to: (SIDE, WIDTH - SIDE) };
    let at: Vec<f64> = content.mean_ranks[..n].iter().map(|&rank| x.map(rank)).collect();
    let lanes = lanes(content, &at);
    let n_lanes = lanes.iter().map(|(lane, ..)| lane + 1).max().unwrap_or(0);
    let top = AXIS_AT + 18.0 + LANE * n_lanes as f64;
    let n_left = n.div_ceil(2);
    let size = (WIDTH, top + ROW * n_left as f64 + 26.0);
    chart(&content.title, &describe(content), size, |markup| {
        for (value, name) in {
            let ticks = ticks(range, 8);
            ticks.values.into_iter().zip(ticks.labels)
        } {
            let x = x.map(value);
            line(markup, "axis", AXIS, (x, AXIS_AT - 5.0), (x, AXIS_AT));
            text(markup, (x, AXIS_AT - 9.0), Anchor::Middle, true, &name);
        }
        text(markup, (SIDE - 10.0, AXIS_AT + 4.0), Anchor::End, true, "mean rank, better left");
        line(markup, "axis", AXIS, (SIDE, AXIS_AT), (WIDTH - SIDE, AXIS_AT));
        for (place, &rank_at) in at.iter().enumerate() {
            let is_left = place < n_left;
            let row = if is_left { place } else { n - 1 - place };
            name(markup, content, place, is_left, (rank_at, top + ROW * row as f64 + 8.0));
        }
        for (lane, from, to) in lanes {
            bar(markup, from, to, AXIS_AT + 10.0 + LANE * lane as f64);
        }
        text(markup, (8.0, size.1 - 8.0), Anchor::Start, true, &summary(content));
    })
}

/// A lane for each bar, and its ends: bars of one lane do not touch.
fn lanes(content: &Comparison, at: &[f64]) -> Vec<(usize, f64, f64)> {
    let mut ends: Vec<f64> = Vec::new();
    let mut placed = Vec::new();
    for &(first, last) in &content.groups {
        let (Some(&from), Some(&to)) = (at.get(first), at.get(last)) else { continue };
        let (from, to) = (from - 3.0, to + 3.0);
        let free = ends.iter().position(|&end| end + 6.0 < from);
        let lane = free.unwrap_or(ends.len());
        match ends.get_mut(lane) {
            Some(end) => *end = to,
            None => ends.push(to),
        }
        placed.push((lane, from, to));
    }
    placed
}

/// Draws a detector's line from the axis to its name.
fn name(
    markup: &mut Markup,
    content: &Comparison,
    place: usize,
    is_left: bool,
    (x, y): (f64, f64),
) {
    let room = 25;
    let (edge, anchor) =
        if is_left { (SIDE - 50.0, Anchor::End) } else { (WIDTH - SIDE + 50.0, Anchor::Start) };
    let area = Area { left: x.min(edge), top: AXIS_AT, right: x.max(edge), bottom: y };
    line(markup, "axis", AXIS, (x, area.top), (x, area.bottom));
    line(markup, "axis", AXIS, (area.left, y), (area.right, y));
    let rank = format!("{:.2}", content.mean_ranks[place]);
    let name = shorten(&content.detectors[place], room);
    let aside = if is_left { -4.0 } else { 4.0 };
    text(markup, (edge + aside, y + 4.0), anchor, false, &name);
    // The rank stands on the line, inside.
    let (inside, anchor) =
        if is_left { (edge + 4.0, Anchor::Start) } else { (edge - 4.0, Anchor::End) };
    let size: [(&str, &dyn Display); 6] = [
        ("class", &"m"),
        ("x", &Px(inside)),
        ("y", &Px(y - 3.0)),
        ("font-size", &"10"),
        (
            "text-anchor",
            &match anchor {
                Anchor::End => "end",
                _ => "start",
            },
        ),
        ("fill", &super::canvas::MUTED),
    ];
    markup.leaf("text", &size, rank);
}

fn bar(markup: &mut Markup, from: f64, to: f64, y: f64) {
    let attributes: [(&str, &dyn Display); 8] = [
        ("class", &"alike"),
        ("x1", &Px(from)),
        ("y1", &Px(y)),
        ("x2", &Px(to)),
        ("y2", &Px(y)),
        ("stroke", &BAR),
        ("stroke-width", &"3.5"),
        ("stroke-linecap", &"round"),
    ];
    markup.void("line", &attributes);
}

/// The figures below the diagram.
fn summary(content: &Comparison) -> String {
    let p = match content.friedman_p_value {
        Some(p) if p < 1e-4 => "Friedman p < 0.0001".to_owned(),
        Some(p) => format!("Friedman p = {p:.4}"),
        None => "Friedman p undefined".to_owned(),
    };
    let n_datasets = content.n_datasets;
    let over = if content.n_clusters == n_datasets {
        format!("{n_datasets} datasets")
    } else {
        format!("{} sources with {n_datasets} datasets", content.n_clusters)
    };
    format!("{over}; {p}; a bar joins what is not told apart at {}", content.alpha)
}

fn describe(content: &Comparison) -> String {
    let ranks = content.detectors.iter().zip(&content.mean_ranks);
    let ranks: Vec<String> = ranks.map(|(name, rank)| format!("{name} {rank:.2}")).collect();
    format!("Mean ranks: {}. {}", ranks.join(", "), summary(content))
}
