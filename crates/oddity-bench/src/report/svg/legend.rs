//! The legend below a chart: number, line, name and note of each line.

use std::fmt::Display;

use super::canvas::{Anchor, Px, shorten, text};
use super::look::{Look, look};
use super::thin::Point;
use crate::report::markup::Markup;
use crate::report::model::Series;

/// The height of one legend row.
pub(crate) const ROW: f64 = 19.0;

/// Draws the legend with its first row at `top`, between two edges.
pub(crate) fn legend(markup: &mut Markup, series: &[Series], left: f64, right: f64, top: f64) {
    for (at, line) in series.iter().enumerate() {
        let y = top + ROW * at as f64;
        let path = format!("M{} {}H{}", Px(left + 22.0), Px(y), Px(left + 62.0));
        stroke(markup, look(at), &path, &line.name);
        badge(markup, (left + 8.0, y), at);
        let room = (right - left - 76.0) / 6.6 - line.note.chars().count() as f64 - 2.0;
        let name = shorten(&line.name, room.max(8.0) as usize);
        text(markup, (left + 70.0, y + 4.0), Anchor::Start, false, &name);
        text(markup, (right, y + 4.0), Anchor::End, true, &line.note);
    }
}

/// Draws a line in its look. `name` is what shows on pointing at it.
pub(crate) fn stroke(markup: &mut Markup, look: &Look, path: &str, name: &str) {
    let class = format!("line {}", look.class);
    let attributes: [(&str, &dyn Display); 7] = [
        ("class", &class),
        ("d", &path),
        ("fill", &"none"),
        ("stroke", &look.colour),
        ("stroke-width", &"1.8"),
        ("stroke-linejoin", &"round"),
        ("stroke-dasharray", &look.dashes),
    ];
    markup.element("path", &attributes, |markup| markup.leaf("title", &[], name));
}

/// Draws the number of a line on a disc of its colour.
pub(crate) fn badge(markup: &mut Markup, (x, y): Point, at: usize) {
    let look = look(at);
    let class = format!("badge {}", look.class);
    let disc: [(&str, &dyn Display); 7] = [
        ("class", &class),
        ("cx", &Px(x)),
        ("cy", &Px(y)),
        ("r", &"7.5"),
        ("fill", &look.colour),
        ("stroke", &super::canvas::GROUND),
        ("stroke-width", &"1.5"),
    ];
    markup.void("circle", &disc);
    let number: [(&str, &dyn Display); 7] = [
        ("class", &"on"),
        ("x", &Px(x)),
        ("y", &Px(y + 3.6)),
        ("font-size", &"10"),
        ("font-weight", &"700"),
        ("text-anchor", &"middle"),
        ("fill", &super::canvas::GROUND),
    ];
    markup.leaf("text", &number, at + 1);
}
