//! Box plots: the spread of a measure over folds, one box a pipeline.

use std::fmt::Display;

use super::axis::{self, Area};
use super::canvas::{AXIS, Anchor, Px, TEXT, chart, line, shorten, text};
use super::scale::{Scale, range_of, widen};
use crate::report::markup::Markup;
use crate::report::model::{BoxGroup, BoxPlot};
use crate::report::number;

const WIDTH: f64 = 480.0;
const TOP: f64 = 32.0;
const ROW: f64 = 34.0;
const BOX: &str = "#2f62c9";
const MARK: &str = "#c43c00";

/// Draws a box plot as a complete SVG document.
///
/// A box reaches from the first to the third quartile (linear interpolation) with the
/// median across it; whiskers reach the farthest values within 1.5 box lengths; every
/// value is a dot, and the published mean a diamond.
///
/// ```
/// use oddity_bench::report::{BoxGroup, BoxPlot, svg};
///
/// let group = BoxGroup { label: "knn".into(), values: vec![0.8, 0.9, 0.7], published: None };
/// let plot = BoxPlot { groups: vec![group], ..BoxPlot::default() };
/// assert!(svg::box_plot(&plot).contains("knn"));
/// ```
#[must_use]
pub fn box_plot(content: &BoxPlot) -> String {
    let longest = content.groups.iter().map(|group| group.label.chars().count()).max();
    let left = (16.0 + 6.9 * longest.unwrap_or(0) as f64).clamp(40.0, 170.0);
    let height = ROW * content.groups.len() as f64;
    let area = Area { left, top: TOP, right: WIDTH - 20.0, bottom: TOP + height };
    let values = content.groups.iter().flat_map(|group| group.values.iter().copied());
    let published = content.groups.iter().filter_map(|group| group.published);
    let range = widen(range_of(values.chain(published)), 5);
    let x = Scale { from: range, to: (area.left, area.right) };
    let size = (WIDTH, area.bottom + 68.0);
    chart(&content.title, &describe(content), size, |markup| {
        axis::horizontal(markup, area, x, &content.value_label);
        for (at, group) in content.groups.iter().enumerate() {
            let middle = area.top + ROW * (at as f64 + 0.5);
            let label = shorten(&group.label, ((left - 12.0) / 6.7) as usize);
            text(markup, (left - 8.0, middle + 4.0), Anchor::End, false, &label);
            markup.element("g", &[], |markup| {
                markup.leaf("title", &[], describe_group(group));
                one_box(markup, group, middle, x);
            });
        }
        key(markup, area, content);
    })
}

/// The five numbers of a box, from sorted values.
#[derive(Debug, PartialEq)]
struct Spread {
    low: f64,
    first_quartile: f64,
    median: f64,
    third_quartile: f64,
    high: f64,
}

impl Spread {
    fn of(sorted: &[f64]) -> Option<Self> {
        let (first, last) = (*sorted.first()?, *sorted.last()?);
        let (lower, upper) = (quantile(sorted, 0.25), quantile(sorted, 0.75));
        let reach = 1.5 * (upper - lower);
        let low = sorted.iter().find(|value| lower - reach <= **value);
        let high = sorted.iter().rfind(|value| **value <= upper + reach);
        Some(Self {
            low: low.map_or(first, |low| low.min(lower)),
            first_quartile: lower,
            median: quantile(sorted, 0.5),
            third_quartile: upper,
            high: high.map_or(last, |high| high.max(upper)),
        })
    }
}

/// The quantile by linear interpolation between the nearest values.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let below = sorted[place.floor() as usize];
    below + (sorted[place.ceil() as usize] - below) * place.fract()
}

fn sorted(group: &BoxGroup) -> Vec<f64> {
    let mut values: Vec<f64> =
        group.values.iter().copied().filter(|value| value.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values
}

fn one_box(markup: &mut Markup, group: &BoxGroup, middle: f64, x: Scale) {
    let values = sorted(group);
    if let Some(spread) = Spread::of(&values) {
        let [low, first, median, third, high] =
            [spread.low, spread.first_quartile, spread.median, spread.third_quartile, spread.high]
                .map(|value| x.map(value));
        let half = 9.0;
        line(markup, "whisker", AXIS, (low, middle), (first, middle));
        line(markup, "whisker", AXIS, (third, middle), (high, middle));
        for end in [low, high] {
            line(markup, "whisker", AXIS, (end, middle - 4.0), (end, middle + 4.0));
        }
        box_body(markup, (first, middle - half), (third - first, 2.0 * half));
        for (at, value) in values.iter().enumerate() {
            // The golden ratio spreads neighbours without chance.
            let spread = ((at as f64 * 0.618_034).fract() - 0.5) * 1.3 * half;
            dot(markup, (x.map(*value), middle + spread));
        }
        let attributes: [(&str, &dyn Display); 7] = [
            ("class", &"median"),
            ("x1", &Px(median)),
            ("y1", &Px(middle - half)),
            ("x2", &Px(median)),
            ("y2", &Px(middle + half)),
            ("stroke", &TEXT),
            ("stroke-width", &"2"),
        ];
        markup.void("line", &attributes);
    } else {
        text(markup, (x.to.0 + 8.0, middle + 4.0), Anchor::Start, true, "no values");
    }
    if let Some(published) = group.published.filter(|value| value.is_finite()) {
        diamond(markup, (x.map(published), middle));
    }
}

fn box_body(markup: &mut Markup, (left, top): (f64, f64), (width, height): (f64, f64)) {
    let attributes: [(&str, &dyn Display); 8] = [
        ("class", &"box"),
        ("x", &Px(left)),
        ("y", &Px(top)),
        ("width", &Px(width)),
        ("height", &Px(height)),
        ("fill", &BOX),
        ("fill-opacity", &"0.14"),
        ("stroke", &BOX),
    ];
    markup.void("rect", &attributes);
}

fn dot(markup: &mut Markup, (x, y): (f64, f64)) {
    let attributes: [(&str, &dyn Display); 6] = [
        ("class", &"dot"),
        ("cx", &Px(x)),
        ("cy", &Px(y)),
        ("r", &"2.1"),
        ("fill", &BOX),
        ("fill-opacity", &"0.75"),
    ];
    markup.void("circle", &attributes);
}

fn diamond(markup: &mut Markup, (x, y): (f64, f64)) {
    let path = format!("M{} {}l5 -6l-5 -6l-5 6z", Px(x), Px(y + 6.0));
    let attributes: [(&str, &dyn Display); 5] = [
        ("class", &"published"),
        ("d", &path),
        ("fill", &super::canvas::GROUND),
        ("stroke", &MARK),
        ("stroke-width", &"1.8"),
    ];
    markup.void("path", &attributes);
}

/// Explains the marks below the axis.
fn key(markup: &mut Markup, area: Area, content: &BoxPlot) {
    let y = area.bottom + 56.0;
    let any = content.groups.iter().any(|group| group.published.is_some());
    dot(markup, (14.0, y - 4.0));
    text(markup, (22.0, y), Anchor::Start, true, "one fold");
    box_body(markup, (86.0, y - 10.0), (22.0, 12.0));
    text(markup, (114.0, y), Anchor::Start, true, "quartiles and median");
    if any {
        diamond(markup, (266.0, y - 4.0));
        text(markup, (277.0, y), Anchor::Start, true, "published mean");
    }
}

fn describe(content: &BoxPlot) -> String {
    content.groups.iter().map(describe_group).collect::<Vec<_>>().join("; ")
}

fn describe_group(group: &BoxGroup) -> String {
    let values = sorted(group);
    let Some(spread) = Spread::of(&values) else {
        return format!("{}: no values", group.label);
    };
    let mut text = format!(
        "{}: median {}, quartiles {} and {}, {} values",
        group.label,
        number::figure(spread.median),
        number::figure(spread.first_quartile),
        number::figure(spread.third_quartile),
        values.len()
    );
    if let Some(published) = group.published {
        text.push_str(", published mean ");
        text.push_str(&number::published(published));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Spread;

    #[test]
    fn spread_is_that_of_the_usual_box_plot() {
        // numpy 2.4: percentile of the same values, and matplotlib's whiskers.
        let spread = Spread::of(&[1.0, 2.0, 3.0, 4.0, 100.0]);
        let expected =
            Spread { low: 1.0, first_quartile: 2.0, median: 3.0, third_quartile: 4.0, high: 4.0 };
        assert_eq!(spread, Some(expected));
        assert_eq!(Spread::of(&[]), None);
    }
}
