//! Line charts: ROC and precision-recall curves, losses over epochs.

use std::fmt::Write as _;

use super::axis::{self, Area};
use super::canvas::{Px, chart};
use super::label;
use super::legend::{ROW, badge, legend, stroke};
use super::look::look;
use super::scale::{Scale, range_of, widen, with_length};
use super::thin::{Point, thin};
use crate::report::model::{LineChart, Series};

const WIDTH: f64 = 480.0;
const TOP: f64 = 34.0;

/// The most points that one line is drawn with.
const MOST_POINTS: usize = 400;

/// Draws a line chart as a complete SVG document.
///
/// The lines differ in colour, dash pattern and the number that stands on each of them and
/// in the legend. A line of many points is thinned to at most 400, within a fraction of a
/// pixel. A line without points stays in the legend.
///
/// ```
/// use oddity_bench::report::{LineChart, Series, svg};
///
/// let loss = Series {
///     name: "training".into(),
///     points: vec![(1.0, 0.9), (2.0, 0.4), (3.0, 0.3)],
///     ..Series::default()
/// };
/// let chart = LineChart {
///     title: "Loss".into(),
///     x_label: "epoch".into(),
///     y_label: "mean squared error".into(),
///     series: vec![loss],
///     ..LineChart::default()
/// };
/// assert!(svg::line_chart(&chart).starts_with("<svg"));
/// ```
#[must_use]
pub fn line_chart(content: &LineChart) -> String {
    let all = || content.series.iter().chain(&content.reference);
    let values = |of: fn(&Point) -> f64| range_of(all().flat_map(|line| &line.points).map(of));
    let x_range = content.x_range.map_or_else(|| values(|point| point.0), with_length);
    let y_range = content.y_range.map_or_else(|| widen(values(|point| point.1), 5), with_length);

    let left = 34.0 + axis::label_width(y_range);
    let width = WIDTH - left - 16.0;
    let height = if content.square { width } else { width * 0.62 };
    let area = Area { left, top: TOP, right: left + width, bottom: TOP + height };
    let x = Scale { from: x_range, to: (area.left, area.right) };
    let y = Scale { from: y_range, to: (area.bottom, area.top) };
    let legend_top = area.bottom + 58.0;
    let size = (WIDTH, legend_top + ROW * content.series.len() as f64);

    chart(&content.title, &describe(content), size, |markup| {
        axis::horizontal(markup, area, x, &content.x_label);
        axis::vertical(markup, area, y, &content.y_label);
        if let Some(line) = &content.reference {
            axis::reference(markup, &path(&stretches(line, x, y)), &line.name);
        }
        let drawn: Vec<Vec<Vec<Point>>> =
            content.series.iter().map(|line| stretches(line, x, y)).collect();
        for (at, (line, stretches)) in content.series.iter().zip(&drawn).enumerate() {
            stroke(markup, look(at), &path(stretches), &named(line));
        }
        let joined: Vec<Vec<Point>> = drawn.into_iter().map(|line| line.concat()).collect();
        for (at, place) in label::places(&joined).into_iter().enumerate() {
            if let Some(place) = place {
                badge(markup, place, at);
            }
        }
        legend(markup, &content.series, area.left - 8.0, area.right, legend_top);
    })
}

/// The unbroken stretches of a line, in pixels, thinned.
fn stretches(line: &Series, x: Scale, y: Scale) -> Vec<Vec<Point>> {
    let is_gap = |point: &Point| !point.0.is_finite() || !point.1.is_finite();
    let mut stretches = Vec::new();
    for stretch in line.points.split(is_gap).filter(|stretch| !stretch.is_empty()) {
        let mut pixels: Vec<Point> = Vec::with_capacity(stretch.len());
        for point in stretch {
            let pixel = (x.map(point.0), y.map(point.1));
            if let Some(last) = pixels.last().filter(|_| line.step) {
                pixels.push((pixel.0, last.1));
            }
            pixels.push(pixel);
        }
        stretches.push(thin(&pixels, MOST_POINTS));
    }
    stretches
}

fn path(stretches: &[Vec<Point>]) -> String {
    let mut path = String::new();
    for stretch in stretches {
        for (at, point) in stretch.iter().enumerate() {
            let command = if at == 0 { 'M' } else { 'L' };
            // Writing to a string cannot fail.
            let _ = write!(path, "{command}{} {}", Px(point.0), Px(point.1));
        }
        if stretch.len() == 1 {
            path.push_str("h.01");
        }
    }
    path
}

fn named(line: &Series) -> String {
    if line.note.is_empty() { line.name.clone() } else { format!("{}: {}", line.name, line.note) }
}

fn describe(content: &LineChart) -> String {
    let names: Vec<String> = content.series.iter().map(named).collect();
    format!("{} over {}. {}", content.y_label, content.x_label, names.join("; "))
}
