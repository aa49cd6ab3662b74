//! A small bar for a table's cell: an interval with its value.

use std::fmt::Display;

use super::canvas::{AXIS, Px, TEXT, line};
use super::scale::{Scale, range_of};
use crate::report::markup::Markup;
use crate::report::model::LeaderboardEntry;

const WIDTH: f64 = 96.0;
const HEIGHT: f64 = 14.0;

/// The range that the bars of a table share.
pub(crate) fn range_of_bars(entries: &[LeaderboardEntry]) -> (f64, f64) {
    let of = |entry: &LeaderboardEntry| {
        entry.interval.as_ref().map(|interval| [interval.low, interval.high])
    };
    let ends = entries.iter().filter_map(of).flatten();
    range_of(ends.chain(entries.iter().filter_map(|entry| entry.value)))
}

/// Draws an interval. The cell says the same as text, so that the bar itself is silent.
pub(crate) fn interval_bar(
    value: Option<f64>,
    (low, high): (f64, f64),
    range: (f64, f64),
) -> String {
    let x = Scale { from: range, to: (3.0, WIDTH - 3.0) };
    let (low, high, middle) = (x.map(low), x.map(high), HEIGHT / 2.0);
    let mut markup = Markup::new();
    let view = format!("0 0 {} {}", Px(WIDTH), Px(HEIGHT));
    let attributes: [(&str, &dyn Display); 5] = [
        ("class", &"bar"),
        ("viewBox", &view),
        ("width", &Px(WIDTH)),
        ("height", &Px(HEIGHT)),
        ("aria-hidden", &"true"),
    ];
    markup.element("svg", &attributes, |markup| {
        line(markup, "grid", AXIS, (0.0, middle), (WIDTH, middle));
        line(markup, "whisker", AXIS, (low, middle), (high, middle));
        for end in [low, high] {
            line(markup, "whisker", AXIS, (end, middle - 3.5), (end, middle + 3.5));
        }
        if let Some(value) = value.filter(|value| value.is_finite()) {
            let attributes: [(&str, &dyn Display); 5] = [
                ("class", &"dot"),
                ("cx", &Px(x.map(value))),
                ("cy", &Px(middle)),
                ("r", &"2.6"),
                ("fill", &TEXT),
            ];
            markup.void("circle", &attributes);
        }
    });
    markup.finish()
}
