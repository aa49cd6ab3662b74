//! Axes: grid lines, tick labels and the axis titles around a plot.

use super::canvas::{AXIS, Anchor, GRID, MUTED, Px, line, text};
use super::scale::{Scale, Ticks, ticks};
use crate::report::markup::Markup;

/// The plot area of a chart, in pixels: left, top, right, bottom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

/// Draws the horizontal axis below the area, with its grid.
pub(crate) fn horizontal(markup: &mut Markup, area: Area, scale: Scale, label: &str) {
    horizontal_at(markup, area, scale, &ticks(scale.from, 5), label);
}

/// [`horizontal`] with ticks of another kind.
pub(crate) fn horizontal_at(
    markup: &mut Markup,
    area: Area,
    scale: Scale,
    ticks: &Ticks,
    label: &str,
) {
    for (value, name) in ticks.values.iter().zip(&ticks.labels) {
        let x = scale.map(*value);
        line(markup, "grid", GRID, (x, area.top), (x, area.bottom));
        text(markup, (x, area.bottom + 16.0), Anchor::Middle, true, name);
    }
    line(markup, "axis", AXIS, (area.left, area.bottom), (area.right, area.bottom));
    let middle = f64::midpoint(area.left, area.right);
    text(markup, (middle, area.bottom + 34.0), Anchor::Middle, false, label);
}

/// Draws the vertical axis left of the area, with its grid.
pub(crate) fn vertical(markup: &mut Markup, area: Area, scale: Scale, label: &str) {
    vertical_at(markup, area, scale, &ticks(scale.from, 5), label);
}

/// [`vertical`] with ticks of another kind.
pub(crate) fn vertical_at(
    markup: &mut Markup,
    area: Area,
    scale: Scale,
    ticks: &Ticks,
    label: &str,
) {
    for (value, name) in ticks.values.iter().zip(&ticks.labels) {
        let y = scale.map(*value);
        line(markup, "grid", GRID, (area.left, y), (area.right, y));
        text(markup, (area.left - 6.0, y + 4.0), Anchor::End, true, name);
    }
    line(markup, "axis", AXIS, (area.left, area.top), (area.left, area.bottom));
    let (x, y) = (14.0, f64::midpoint(area.top, area.bottom));
    let turned = format!("rotate(-90 {} {})", Px(x), Px(y));
    let attributes: [(&str, &dyn std::fmt::Display); 7] = [
        ("class", &"t"),
        ("x", &Px(x)),
        ("y", &Px(y)),
        ("font-size", &"12"),
        ("text-anchor", &"middle"),
        ("fill", &super::canvas::TEXT),
        ("transform", &turned),
    ];
    markup.leaf("text", &attributes, label);
}

/// How wide the labels of a vertical axis are, at most.
pub(crate) fn label_width(range: (f64, f64)) -> f64 {
    let longest = ticks(range, 5).labels.iter().map(|label| label.chars().count()).max();
    longest.unwrap_or(0) as f64 * 6.8
}

/// Draws a dotted line that others are compared with.
pub(crate) fn reference(markup: &mut Markup, path: &str, name: &str) {
    let attributes: [(&str, &dyn std::fmt::Display); 6] = [
        ("class", &"reference"),
        ("d", &path),
        ("fill", &"none"),
        ("stroke", &MUTED),
        ("stroke-width", &"1"),
        ("stroke-dasharray", &"1 3"),
    ];
    markup.element("path", &attributes, |markup| markup.leaf("title", &[], name));
}
