//! Labels beside points: each where it covers no other label and no point.

use super::axis::Area;
use super::thin::Point;

/// The height of a label.
const HEIGHT: f64 = 13.0;

/// Distances and directions in which a place is looked for, the best first.
const DISTANCES: [f64; 7] = [8.0, 14.0, 22.0, 32.0, 46.0, 64.0, 88.0];
const N_DIRECTIONS: usize = 16;

/// Where a label stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// The left end of its base line.
    pub(crate) at: Point,
    /// The end of a thin line from the point, for a label that stands apart from it.
    pub(crate) leader: Option<Point>,
}

/// A place for the label of each point, by its width, inside the area; nothing where all are
/// taken. Points that come first choose first.
pub(crate) fn places(points: &[Point], widths: &[f64], area: Area) -> Vec<Option<Place>> {
    let mut taken: Vec<Area> = points.iter().map(|&(x, y)| around((x, y), 5.0)).collect();
    let mut placed = Vec::with_capacity(points.len());
    for (at, (&point, &width)) in points.iter().zip(widths).enumerate() {
        let free = |frame: &Area| {
            let inside = area.left <= frame.left
                && frame.right <= area.right
                && area.top <= frame.top
                && frame.bottom <= area.bottom;
            inside && taken.iter().enumerate().all(|(of, box_)| of == at || !meet(*box_, *frame))
        };
        let found = candidates(point, width).find(|(frame, _)| free(frame));
        placed.push(found.map(|(frame, leader)| {
            taken.push(frame);
            Place { at: (frame.left, frame.bottom - 3.0), leader }
        }));
    }
    placed
}

/// The frames that a label may have, and the end of a line to it.
fn candidates(point: Point, width: f64) -> impl Iterator<Item = (Area, Option<Point>)> {
    DISTANCES.into_iter().flat_map(move |distance| {
        (0..N_DIRECTIONS).map(move |direction| {
            // To the right first, then up and down in turns.
            let turn = direction.div_ceil(2) as f64 * if direction % 2 == 0 { 1.0 } else { -1.0 };
            let angle = turn * std::f64::consts::TAU / N_DIRECTIONS as f64;
            let end = (point.0 + distance * angle.cos(), point.1 + distance * angle.sin());
            // The frame hangs at the side that faces the point.
            let left = end.0 - width * (1.0 - angle.cos()) / 2.0;
            let top = end.1 - HEIGHT * (1.0 - angle.sin()) / 2.0;
            let frame = Area { left, top, right: left + width, bottom: top + HEIGHT };
            (frame, (14.0 < distance).then_some(end))
        })
    })
}

fn around((x, y): Point, half: f64) -> Area {
    Area { left: x - half, top: y - half, right: x + half, bottom: y + half }
}

fn meet(a: Area, b: Area) -> bool {
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

#[cfg(test)]
mod tests {
    use super::{Area, HEIGHT, meet, places};

    #[test]
    fn labels_of_close_points_do_not_meet() {
        let points: Vec<(f64, f64)> = (0..24)
            .map(|at| (150.0 + f64::from(at % 6) * 9.0, 150.0 + f64::from(at / 6) * 7.0))
            .collect();
        let widths = vec![70.0; points.len()];
        let area = Area { left: 0.0, top: 0.0, right: 480.0, bottom: 320.0 };
        let placed = places(&points, &widths, area);
        let frames: Vec<Area> = placed
            .iter()
            .flatten()
            .map(|place| Area {
                left: place.at.0,
                top: place.at.1 + 3.0 - HEIGHT,
                right: place.at.0 + 70.0,
                bottom: place.at.1 + 3.0,
            })
            .collect();
        assert!(15 <= frames.len(), "{}", frames.len());
        for (at, frame) in frames.iter().enumerate() {
            assert!(frames[at + 1..].iter().all(|other| !meet(*frame, *other)));
        }
    }

    #[test]
    fn a_lone_label_stands_right_of_its_point() {
        let area = Area { left: 0.0, top: 0.0, right: 480.0, bottom: 320.0 };
        let place = places(&[(100.0, 100.0)], &[60.0], area)[0].unwrap();
        assert_eq!((place.at, place.leader), ((108.0, 103.5), None));
    }
}
