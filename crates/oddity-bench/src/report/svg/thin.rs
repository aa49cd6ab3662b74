//! Thinning: as few points as a line needs to look the same.

/// A point in pixels.
pub(crate) type Point = (f64, f64);

/// How far, in pixels, a thinned line may be from the full one before it is cut harder.
const TOLERANCE: f64 = 0.2;

/// Drops points of a line until at most `n_most` are left, those first that move the line
/// least (Ramer, Douglas and Peucker, <https://doi.org/10.3138/FM57-6770-U75U-7727>). The
/// ends stay.
pub(crate) fn thin(points: &[Point], n_most: usize) -> Vec<Point> {
    let mut tolerance = TOLERANCE;
    let columns = per_column(points);
    loop {
        let kept = simplify(&columns, tolerance);
        if kept.len() <= n_most.max(2) {
            return kept;
        }
        tolerance *= 1.5;
    }
}

/// Keeps the first, lowest, highest and last of each run of points in half a pixel's
/// column, so that the cost of what follows does not grow with the data.
fn per_column(points: &[Point]) -> Vec<Point> {
    let column = |point: &Point| (point.0 * 2.0).floor();
    let mut kept = Vec::new();
    for run in points.chunk_by(|a, b| column(a) == column(b)) {
        let by_height = |a: &&usize, b: &&usize| run[**a].1.total_cmp(&run[**b].1);
        let places: Vec<usize> = (0..run.len()).collect();
        let lowest = places.iter().min_by(by_height).copied().unwrap_or(0);
        let highest = places.iter().max_by(by_height).copied().unwrap_or(0);
        let mut keep = [0, lowest, highest, run.len() - 1];
        keep.sort_unstable();
        for (at, &place) in keep.iter().enumerate() {
            if at == 0 || keep[at - 1] != place {
                kept.push(run[place]);
            }
        }
    }
    kept
}

fn simplify(points: &[Point], tolerance: f64) -> Vec<Point> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut keep = vec![false; points.len()];
    keep[0] = true;
    keep[points.len() - 1] = true;
    let mut spans = vec![(0, points.len() - 1)];
    while let Some((first, last)) = spans.pop() {
        let mut farthest = (tolerance, None);
        for at in first + 1..last {
            let distance = distance(points[at], points[first], points[last]);
            if farthest.0 < distance {
                farthest = (distance, Some(at));
            }
        }
        if let (_, Some(at)) = farthest {
            keep[at] = true;
            spans.push((first, at));
            spans.push((at, last));
        }
    }
    points.iter().zip(keep).filter_map(|(point, keep)| keep.then_some(*point)).collect()
}

/// The distance of a point from the stretch between two others.
fn distance(point: Point, from: Point, to: Point) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let square = dx * dx + dy * dy;
    let along = if square == 0.0 {
        0.0
    } else {
        (((point.0 - from.0) * dx + (point.1 - from.1) * dy) / square).clamp(0.0, 1.0)
    };
    (point.0 - from.0 - along * dx).hypot(point.1 - from.1 - along * dy)
}

#[cfg(test)]
mod tests {
    use super::{distance, thin};

    #[test]
    fn a_straight_line_needs_two_points() {
        let points: Vec<_> = (0..5000).map(|at| (f64::from(at) * 0.1, 3.0)).collect();
        assert_eq!(thin(&points, 300), [points[0], points[4999]]);
    }

    #[test]
    fn a_thinned_curve_stays_within_a_pixel() {
        let points: Vec<_> = (0..100_000)
            .map(|at| {
                let share = f64::from(at) / 99_999.0;
                (share * 400.0, 400.0 - share.powf(0.15) * 400.0 + (share * 40.0).sin())
            })
            .collect();
        let thinned = thin(&points, 300);
        assert!(thinned.len() <= 300);
        assert_eq!((thinned[0], thinned[thinned.len() - 1]), (points[0], points[99_999]));
        for &point in &points {
            let near = thinned.windows(2).map(|ends| distance(point, ends[0], ends[1]));
            assert!(near.fold(f64::INFINITY, f64::min) < 1.0);
        }
    }

    #[test]
    fn corners_of_a_staircase_stay() {
        let stairs = [(0.0, 10.0), (0.0, 5.0), (10.0, 5.0), (10.0, 0.0), (20.0, 0.0)];
        assert_eq!(thin(&stairs, 300), stairs);
    }
}
