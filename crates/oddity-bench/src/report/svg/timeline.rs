//! Scores along time: attacks shaded, the cutoff as a line, alarms marked as right or false.

use std::fmt::{Display, Write as _};

use super::axis::{self, Area};
use super::canvas::{Anchor, Px, chart, shorten, text};
use super::scale::{Scale, Ticks, log_ticks, range_of, ticks, widen};
use crate::report::markup::Markup;
use crate::report::model::Timeline;
use crate::report::number;

const WIDTH: f64 = 760.0;
const TOP: f64 = 66.0;
const HEIGHT: f64 = 180.0;
const SCORE: &str = "#2f62c9";
const ATTACK: &str = "#c43c00";
const FALSE_ALARM: &str = "#59636e";

/// Where the largest score is this many times the one that a hundredth exceeds, the axis is
/// logarithmic: on a linear one there would be nothing but the largest to see.
const FAR_OUT: f64 = 8.0;

/// Draws scores in the order of the samples as a complete SVG document.
///
/// Of samples that fall on one pixel the largest score is drawn, so that no peak is lost. Attacks
/// are shaded, at least a pixel wide; two strips on top mark the alarms inside attacks and those
/// outside.
///
/// ```
/// use oddity_bench::report::{Timeline, svg};
///
/// let content = Timeline {
///     scores: vec![0.1, 0.2, 0.9, 0.1],
///     attacks: vec![(2, 3)],
///     cutoff: Some(0.5),
///     ..Timeline::default()
/// };
/// assert!(svg::timeline(&content).contains("1 of 1"));
/// ```
#[must_use]
pub fn timeline(content: &Timeline) -> String {
    let peaks = Peaks::of(content, (WIDTH - 80.0) as usize);
    let values = || peaks.largest.iter().copied().filter(|value| value.is_finite());
    let cutoff = content.cutoff.filter(|cutoff| cutoff.is_finite());
    let positive = values().filter(|&value| 0.0 < value).fold(f64::INFINITY, f64::min);
    let is_log = positive.is_finite() && is_far_out(content);
    let of = |value: f64| if is_log { value.max(positive).log10() } else { value };
    let range = range_of(values().chain(cutoff).map(of));
    let (range, y_ticks): ((f64, f64), Ticks) = if is_log {
        (range, log_ticks(range, |value| format!("{value:.0e}").replace('-', "\u{2212}")))
    } else {
        let range = widen(range, 4);
        (range, ticks(range, 4))
    };
    let longest = y_ticks.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let left = 34.0 + 6.8 * longest as f64;
    let area = Area { left, top: TOP, right: WIDTH - 14.0, bottom: TOP + HEIGHT };
    let n = content.scores.len().max(2);
    let x = Scale { from: (0.0, (n - 1) as f64), to: (area.left, area.right) };
    let y = Scale { from: range, to: (area.bottom, area.top) };
    let found = Found::of(content);
    let n_lines = if found.rule.is_empty() { 1.0 } else { 2.0 };
    let size = (WIDTH, area.bottom + 46.0 + 16.0 * n_lines);
    let described = format!("{}. {}", found.words(), found.rule);
    chart(&content.title, &described, size, |markup| {
        attacks(markup, content, x, area);
        axis::horizontal(markup, area, x, &content.x_label);
        let label = if is_log { "score, logarithmic" } else { "score" };
        axis::vertical_at(markup, area, y, &y_ticks, label);
        scores(markup, &peaks, |at, value| (x.map(at), y.map(of(value))));
        if let Some(cutoff) = cutoff {
            let at = y.map(of(cutoff));
            let path = format!("M{} {}H{}", Px(area.left), Px(at), Px(area.right));
            axis::reference(markup, &path, "cutoff");
        }
        if let Some(cutoff) = cutoff {
            alarms(markup, content, cutoff, x, area);
        }
        text(markup, (8.0, area.bottom + 54.0), Anchor::Start, true, &found.words());
        let rule = shorten(&found.rule, 112);
        text(markup, (8.0, area.bottom + 70.0), Anchor::Start, true, &rule);
    })
}

/// The largest score of each stretch of samples that share a pixel, with its position.
struct Peaks {
    at: Vec<f64>,
    largest: Vec<f64>,
}

impl Peaks {
    fn of(content: &Timeline, n_most: usize) -> Self {
        let stride = content.scores.len().div_ceil(n_most).max(1);
        let mut peaks = Self { at: Vec::new(), largest: Vec::new() };
        for (stretch, scores) in content.scores.chunks(stride).enumerate() {
            let finite = scores.iter().enumerate().filter(|(_, score)| score.is_finite());
            let (at, largest) = finite
                .max_by(|(_, a), (_, b)| a.total_cmp(b))
                .map_or((0, f64::NAN), |(at, &score)| (at, score));
            peaks.at.push((stretch * stride + at) as f64);
            peaks.largest.push(largest);
        }
        peaks
    }
}

fn is_far_out(content: &Timeline) -> bool {
    let mut sorted: Vec<f64> =
        content.scores.iter().copied().filter(|score| score.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let (Some(&least), Some(&most)) = (sorted.first(), sorted.last()) else { return false };
    0.0 <= least && FAR_OUT * sorted[(sorted.len() - 1) * 99 / 100] < most
}

/// What the alarms found, in numbers.
struct Found {
    n_attacks: usize,
    n_found: usize,
    n_right: usize,
    n_false: usize,
    has_cutoff: bool,
    rule: String,
}

impl Found {
    fn of(content: &Timeline) -> Self {
        let is_alarm = |score: &f64| content.cutoff.is_some_and(|cutoff| cutoff < *score);
        let n_alarms = content.scores.iter().filter(|score| is_alarm(score)).count();
        let inside = content.attacks.iter().filter_map(|&(from, to)| content.scores.get(from..to));
        let counts: Vec<usize> =
            inside.map(|scores| scores.iter().filter(|score| is_alarm(score)).count()).collect();
        let n_right = counts.iter().sum();
        Self {
            n_attacks: content.attacks.len(),
            n_found: counts.iter().filter(|&&count| 0 < count).count(),
            n_right,
            n_false: n_alarms.saturating_sub(n_right),
            has_cutoff: content.cutoff.is_some(),
            rule: match (content.cutoff, &content.threshold) {
                (Some(cutoff), Some(note)) => {
                    let oracle = if note.oracle { "oracle, " } else { "" };
                    format!("cutoff {}: {oracle}{}", number::figure(cutoff), note.provenance)
                }
                (Some(cutoff), None) => format!("cutoff {}", number::figure(cutoff)),
                _ => String::new(),
            },
        }
    }

    fn words(&self) -> String {
        let count = |n: usize| number::count(n as u64);
        if !self.has_cutoff {
            return format!(
                "{} stretches of anomalies; no threshold, so no alarms",
                count(self.n_attacks)
            );
        }
        format!(
            "alarms in {} of {} stretches of anomalies; samples above the cutoff: {} inside, {} outside",
            count(self.n_found),
            count(self.n_attacks),
            count(self.n_right),
            count(self.n_false)
        )
    }
}

/// Shades the attacks; those that touch on the page become one.
fn attacks(markup: &mut Markup, content: &Timeline, x: Scale, area: Area) {
    let spans = content.attacks.iter().map(|&(from, to)| (x.map(from as f64), x.map(to as f64)));
    let path = blocks(spans.collect(), area.top, area.bottom);
    block(markup, "attack", ATTACK, "0.18", &path, "attacks");
}

/// Marks the alarms in two strips above the plot.
fn alarms(markup: &mut Markup, content: &Timeline, cutoff: f64, x: Scale, area: Area) {
    let mut inside = vec![false; content.scores.len()];
    for &(from, to) in &content.attacks {
        let to = to.min(inside.len());
        if let Some(span) = inside.get_mut(from..to) {
            span.fill(true);
        }
    }
    let strips = [
        (true, "alarms in attacks", "right", ATTACK, area.top - 32.0),
        (false, "other alarms", "false", FALSE_ALARM, area.top - 20.0),
    ];
    for (wanted, name, class, colour, top) in strips {
        let spans = (0..content.scores.len())
            .filter(|&at| inside[at] == wanted && cutoff < content.scores[at])
            .map(|at| (x.map(at as f64), x.map((at + 1) as f64)));
        let path = blocks(spans.collect(), top, top + 8.0);
        block(markup, &format!("alarm {class}"), colour, "1", &path, name);
        let label: [(&str, &dyn Display); 6] = [
            ("class", &"m"),
            ("x", &Px(area.left - 6.0)),
            ("y", &Px(top + 8.0)),
            ("font-size", &"10"),
            ("text-anchor", &"end"),
            ("fill", &super::canvas::MUTED),
        ];
        markup.leaf("text", &label, if wanted { "right" } else { "false" });
    }
}

/// Rectangles over spans, each at least a pixel wide; those that touch are joined.
fn blocks(spans: Vec<(f64, f64)>, top: f64, bottom: f64) -> String {
    let mut joined: Vec<(f64, f64)> = Vec::new();
    for (from, to) in spans {
        let to = to.max(from + 1.0);
        match joined.last_mut() {
            Some(last) if from <= last.1 + 0.25 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    let mut path = String::new();
    for (from, to) in joined {
        // Writing to a string cannot fail.
        let _ = write!(path, "M{} {}H{}V{}H{}z", Px(from), Px(top), Px(to), Px(bottom), Px(from));
    }
    path
}

fn block(markup: &mut Markup, class: &str, colour: &str, opacity: &str, path: &str, name: &str) {
    if path.is_empty() {
        return;
    }
    let attributes: [(&str, &dyn Display); 4] =
        [("class", &class), ("d", &path), ("fill", &colour), ("fill-opacity", &opacity)];
    markup.element("path", &attributes, |markup| markup.leaf("title", &[], name));
}

fn scores(markup: &mut Markup, peaks: &Peaks, pixel: impl Fn(f64, f64) -> (f64, f64)) {
    let mut path = String::new();
    let mut is_open = false;
    for (&at, &value) in peaks.at.iter().zip(&peaks.largest) {
        if value.is_finite() {
            let (x, y) = pixel(at, value);
            // Writing to a string cannot fail.
            let _ = write!(path, "{}{} {}", if is_open { 'L' } else { 'M' }, Px(x), Px(y));
        }
        is_open = value.is_finite();
    }
    let attributes: [(&str, &dyn Display); 6] = [
        ("class", &"line s1"),
        ("d", &path),
        ("fill", &"none"),
        ("stroke", &SCORE),
        ("stroke-width", &"1.1"),
        ("stroke-linejoin", &"round"),
    ];
    markup.void("path", &attributes);
}

#[cfg(test)]
mod tests {
    use super::{Found, Peaks, timeline};
    use crate::report::model::Timeline;

    #[test]
    fn no_peak_is_lost_by_thinning() {
        let mut scores = vec![0.1; 100_000];
        scores[77_777] = 5.0;
        let content = Timeline { scores, ..Timeline::default() };
        let peaks = Peaks::of(&content, 680);
        assert!(peaks.largest.len() <= 680);
        assert_eq!(peaks.largest.iter().copied().fold(0.0, f64::max), 5.0);
        assert!(peaks.at.contains(&77_777.0));
        assert!(timeline(&content).len() < 20_000);
    }

    #[test]
    fn alarms_are_counted_inside_and_outside() {
        let content = Timeline {
            scores: vec![0.9, 0.1, 0.8, 0.9, 0.1, 0.1],
            attacks: vec![(2, 4), (5, 6)],
            cutoff: Some(0.5),
            ..Timeline::default()
        };
        let found = Found::of(&content);
        assert_eq!((found.n_found, found.n_right, found.n_false), (1, 2, 1));
    }
}
