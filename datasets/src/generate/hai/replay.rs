//! The attackers' recording of process values, with which they hide what they do.

use super::points::Point;
use super::tags::{Tag, Values};

/// Seconds kept.
const KEPT: u64 = 1024;

/// The tags that show each process value that can be hidden: a flow also by its differential
/// pressure.
const SHOWN: [(Point, &[Tag]); 6] = [
    (Point::Pit01, &[Tag::P1Pit01]),
    (Point::Lit01, &[Tag::P1Lit01]),
    (Point::Ft03, &[Tag::P1Ft03, Tag::P1Ft03z]),
    (Point::Tit01, &[Tag::P1Tit01]),
    (Point::Sit01, &[Tag::P2Sit01, Tag::P2Sit02]),
    (Point::WaterLevel, &[Tag::P3Lit01]),
];
const N_SHOWN: usize = 8;

/// The last values of the tags that can be hidden.
#[derive(Clone, Debug)]
pub(super) struct Replay {
    rows: Vec<[f64; N_SHOWN]>,
    second: u64,
}

impl Replay {
    pub(super) fn new() -> Replay {
        Replay { rows: vec![[0.0; N_SHOWN]; KEPT as usize], second: 0 }
    }

    /// Keeps the values shown in this second.
    pub(super) fn record(&mut self, values: &Values) {
        let row = &mut self.rows[(self.second % KEPT) as usize];
        let tags = SHOWN.iter().flat_map(|(_, tags)| *tags);
        for (kept, &tag) in row.iter_mut().zip(tags) {
            *kept = values.get(tag);
        }
        self.second += 1;
    }

    /// Puts the values of `shift` seconds ago in place of those of this second.
    pub(super) fn hide(&self, point: Point, shift: u64, values: &mut Values) {
        debug_assert!(0 < shift && shift < KEPT && shift <= self.second);
        let row = &self.rows[((self.second - shift) % KEPT) as usize];
        let tags = SHOWN.iter().flat_map(|(other, tags)| tags.iter().map(move |tag| (other, *tag)));
        for (&kept, (&other, tag)) in row.iter().zip(tags) {
            if other == point {
                values.set(tag, kept);
            }
        }
    }
}
