//! Direct labels: where the number of a line stands on it, clear of the other lines.

use super::thin::Point;

/// How many places along a line are tried.
const N_PLACES: usize = 60;

/// One place a line, on the line, as far as possible from other lines and labels. Nothing
/// for a line without points.
pub(crate) fn places(lines: &[Vec<Point>]) -> Vec<Option<Point>> {
    let sampled: Vec<Vec<Point>> = lines.iter().map(|line| along(line)).collect();
    let mut placed: Vec<Option<Point>> = Vec::new();
    for (at, own) in sampled.iter().enumerate() {
        let others = sampled.iter().enumerate().filter(|(other, _)| *other != at);
        let others: Vec<Point> = others.flat_map(|(_, line)| line.iter().copied()).collect();
        let clearance = |place: &Point| {
            // Twelve pixels clear a line and eighteen another label; more is no better.
            let line = nearest(*place, others.iter().copied()).min(12.0) / 12.0;
            let label = nearest(*place, placed.iter().flatten().copied()).min(18.0) / 18.0;
            line + 2.0 * label
        };
        // The ends are shared by many curves, and a label there covers the axis.
        let inner = own.get(own.len() / 12..own.len() - own.len() / 12).unwrap_or(own);
        let mut best: Option<(f64, Point)> = None;
        for place in inner {
            let value = clearance(place);
            if best.is_none_or(|(most, _)| most + 1e-9 < value) {
                best = Some((value, *place));
            }
        }
        placed.push(best.map(|(_, place)| place));
    }
    placed
}

fn nearest(place: Point, points: impl Iterator<Item = Point>) -> f64 {
    points.map(|point| (point.0 - place.0).hypot(point.1 - place.1)).fold(f64::INFINITY, f64::min)
}

/// Places along a line, equally far apart.
fn along(line: &[Point]) -> Vec<Point> {
    let length = |ends: &[Point]| (ends[1].0 - ends[0].0).hypot(ends[1].1 - ends[0].1);
    let whole: f64 = line.windows(2).map(length).sum();
    if whole <= 0.0 {
        return line.first().copied().into_iter().collect();
    }
    let apart = whole / N_PLACES as f64;
    let mut places = Vec::with_capacity(N_PLACES + 1);
    let (mut passed, mut next) = (0.0, 0.0);
    for ends in line.windows(2) {
        let stretch = length(ends);
        while 0.0 < stretch && next <= passed + stretch {
            let share = (next - passed) / stretch;
            let (from, to) = (ends[0], ends[1]);
            places.push((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)));
            next += apart;
        }
        passed += stretch;
    }
    places
}
