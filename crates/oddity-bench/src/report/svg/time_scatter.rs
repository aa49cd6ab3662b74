//! Quality against time: a point a pipeline, with the front that no other is better than.

use std::fmt::{Display, Write as _};

use super::axis::{self, Area};
use super::canvas::{AXIS, Anchor, GROUND, MUTED, Px, TEXT, chart, line, shorten, text};
use super::place::places;
use super::scale::{Scale, log_ticks, range_of, widen};
use super::thin::Point;
use crate::report::markup::Markup;
use crate::report::model::{TimePoint, TimeScatter};
use crate::report::number;

const WIDTH: f64 = 480.0;
const TOP: f64 = 34.0;
const HEIGHT: f64 = 280.0;
const FRONT: &str = "#2f62c9";

/// Draws quality over seconds, on a logarithmic axis, as a complete SVG document.
///
/// The stepped line is the Pareto front: the pipelines than which no other is both as quick and
/// as good. They are filled, the others hollow. Labels never cover each other; a name for which
/// there is no room is written below.
///
/// ```
/// use oddity_bench::report::{TimePoint, TimeScatter, svg};
///
/// let points = vec![TimePoint { name: "knn".into(), seconds: 0.5, value: 0.9 }];
/// let chart = svg::time_scatter(&TimeScatter { points, ..TimeScatter::default() });
/// assert!(chart.contains("knn"));
/// ```
#[must_use]
pub fn time_scatter(content: &TimeScatter) -> String {
    let known = |point: &&TimePoint| {
        0.0 < point.seconds && point.seconds.is_finite() && point.value.is_finite()
    };
    let front = front(content);
    let mut points: Vec<(&TimePoint, bool)> = content
        .points
        .iter()
        .enumerate()
        .filter(|(_, point)| known(point))
        .map(|(at, point)| (point, front.contains(&at)))
        .collect();
    // Labels of the front choose their place first.
    points.sort_by_key(|&(_, of_front)| !of_front);
    let logs = range_of(points.iter().map(|(point, _)| point.seconds.log10()));
    // A little room at the ends.
    let logs = (logs.0 - 0.15, logs.1 + 0.15);
    let range = widen(range_of(points.iter().map(|(point, _)| point.value)), 5);
    let left = 34.0 + axis::label_width(range);
    let area = Area { left, top: TOP, right: WIDTH - 16.0, bottom: TOP + HEIGHT };
    let x = Scale { from: logs, to: (area.left, area.right) };
    let y = Scale { from: range, to: (area.bottom - 8.0, area.top + 8.0) };
    let pixels: Vec<Point> = points
        .iter()
        .map(|(point, _)| (x.map(point.seconds.log10()), y.map(point.value)))
        .collect();
    let names: Vec<String> = points.iter().map(|(point, _)| shorten(&point.name, 30)).collect();
    let widths: Vec<f64> = names.iter().map(|name| name.chars().count() as f64 * 6.3).collect();
    let placed = places(&pixels, &widths, area);
    let unnamed: Vec<&str> =
        (0..points.len()).filter(|&at| placed[at].is_none()).map(|at| names[at].as_str()).collect();
    let size = (WIDTH, area.bottom + if unnamed.is_empty() { 44.0 } else { 62.0 });
    chart(&content.title, &describe(&points), size, |markup| {
        axis::horizontal_at(
            markup,
            area,
            x,
            &log_ticks(logs, number::seconds),
            "seconds of fit and score",
        );
        axis::vertical(markup, area, y, &content.y_label);
        front_line(markup, &points, &pixels, area);
        for place in placed.iter().zip(&pixels) {
            if let (Some(place), &point) = place
                && let Some(end) = place.leader
            {
                line(markup, "axis", AXIS, point, end);
            }
        }
        for ((point, of_front), pixel) in points.iter().zip(&pixels) {
            dot(markup, point, *of_front, *pixel);
        }
        for ((place, name), (_, of_front)) in placed.iter().zip(&names).zip(&points) {
            if let Some(place) = place {
                label(markup, place.at, name, *of_front);
            }
        }
        if !unnamed.is_empty() {
            let names = shorten(&format!("without a label: {}", unnamed.join(", ")), 74);
            text(markup, (8.0, area.bottom + 54.0), Anchor::Start, true, &names);
        }
    })
}

/// The points than which no other is at least as quick and as good, and better in one of the two.
fn front(content: &TimeScatter) -> Vec<usize> {
    let better = |a: f64, b: f64| if content.lower_is_better { a < b } else { b < a };
    let known = |point: &TimePoint| {
        0.0 < point.seconds && point.seconds.is_finite() && point.value.is_finite()
    };
    let beats = |a: &TimePoint, b: &TimePoint| {
        let as_good = a.seconds <= b.seconds && !better(b.value, a.value);
        as_good && (a.seconds < b.seconds || better(a.value, b.value))
    };
    let points = &content.points;
    (0..points.len())
        .filter(|&at| known(&points[at]))
        .filter(|&at| !points.iter().any(|other| known(other) && beats(other, &points[at])))
        .collect()
}

/// Draws the steps of the front, from its quickest point to the right edge.
fn front_line(markup: &mut Markup, points: &[(&TimePoint, bool)], pixels: &[Point], area: Area) {
    let mut corners: Vec<Point> =
        points.iter().zip(pixels).filter(|((_, front), _)| *front).map(|(_, at)| *at).collect();
    corners.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut path = String::new();
    for (at, (x, y)) in corners.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = match at {
            0 => write!(path, "M{} {}", Px(*x), Px(*y)),
            _ => write!(path, "H{}V{}", Px(*x), Px(*y)),
        };
    }
    let _ = write!(path, "H{}", Px(area.right));
    if corners.is_empty() {
        return;
    }
    let attributes: [(&str, &dyn Display); 6] = [
        ("class", &"front"),
        ("d", &path),
        ("fill", &"none"),
        ("stroke", &FRONT),
        ("stroke-width", &"1.2"),
        ("stroke-dasharray", &"5 3"),
    ];
    markup.void("path", &attributes);
}

fn dot(markup: &mut Markup, point: &TimePoint, of_front: bool, (x, y): Point) {
    let (class, fill) = if of_front { ("front dot", FRONT) } else { ("front hollow", GROUND) };
    let attributes: [(&str, &dyn Display); 7] = [
        ("class", &class),
        ("cx", &Px(x)),
        ("cy", &Px(y)),
        ("r", &"4"),
        ("fill", &fill),
        ("stroke", &FRONT),
        ("stroke-width", &"1.5"),
    ];
    markup.element("circle", &attributes, |markup| markup.leaf("title", &[], words(point)));
}

/// Writes a label with the ground around it, so that lines below do not cross it out.
fn label(markup: &mut Markup, (x, y): Point, name: &str, of_front: bool) {
    let (class, fill) = if of_front { ("t halo", TEXT) } else { ("m halo", MUTED) };
    let attributes: [(&str, &dyn Display); 8] = [
        ("class", &class),
        ("x", &Px(x)),
        ("y", &Px(y)),
        ("font-size", &"11.5"),
        ("fill", &fill),
        ("stroke", &GROUND),
        ("stroke-width", &"3"),
        ("paint-order", &"stroke"),
    ];
    markup.leaf("text", &attributes, name);
}

fn words(point: &TimePoint) -> String {
    format!("{}: {} in {}", point.name, number::figure(point.value), number::seconds(point.seconds))
}

fn describe(points: &[(&TimePoint, bool)]) -> String {
    let front: Vec<String> =
        points.iter().filter(|(_, front)| *front).map(|(point, _)| words(point)).collect();
    format!("Quality over seconds. On the front: {}", front.join("; "))
}

#[cfg(test)]
mod tests {
    use super::front;
    use crate::report::model::{TimePoint, TimeScatter};

    #[test]
    fn the_front_is_what_no_other_beats() {
        let point = |seconds, value| TimePoint { name: String::new(), seconds, value };
        let points = vec![
            point(1.0, 0.5),
            point(2.0, 0.9),
            point(3.0, 0.9),
            point(4.0, 0.95),
            point(0.0, 1.0),
            point(2.0, 0.9),
        ];
        let content = TimeScatter { points, ..TimeScatter::default() };
        assert_eq!(front(&content), [0, 1, 3, 5]);
        let turned = TimeScatter { lower_is_better: true, ..content };
        assert_eq!(front(&turned), [0]);
    }
}
