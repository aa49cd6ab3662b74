//! Attacks: which points are changed, in which shape, and which values are hidden.

use super::points::{N_POINTS, Point, SCENARIOS};
use crate::generate::dice::Dice;

/// The shape of a change over the seconds of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Up within `rise` seconds, then held, then down within `fall` seconds; the last
    /// `settle` seconds of the attack are without a change.
    Trapezoid { rise: u32, fall: u32, settle: u32 },
    /// On for `on` seconds of every `period`.
    Pulses { on: u32, period: u32 },
}

impl Shape {
    /// The share of the full change in second `at` of an attack of `length` seconds.
    pub(super) fn share(self, at: u64, length: u64) -> f64 {
        match self {
            Shape::Trapezoid { rise, fall, settle } => {
                let up = (at + 1) as f64 / f64::from(rise.max(1));
                let left = length.saturating_sub(u64::from(settle)).saturating_sub(at);
                let down = left as f64 / f64::from(fall.max(1));
                up.min(down).clamp(0.0, 1.0)
            }
            Shape::Pulses { on, period } => {
                f64::from(u8::from(at % u64::from(period) < u64::from(on)))
            }
        }
    }
}

/// A change of one point during an attack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Change {
    pub(super) point: Point,
    pub(super) shape: Shape,
    /// The full change, in the unit of the point's tag.
    pub(super) amplitude: f64,
}

/// One attack: from its first second to the one after its last.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Attack {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) changes: Vec<Change>,
    /// Process values that are replaced by earlier ones.
    pub(super) replayed: Vec<Point>,
    /// How many seconds earlier the replayed values are.
    pub(super) shift: u64,
}

impl Attack {
    pub(super) fn covers(&self, second: u64) -> bool {
        (self.start..self.end).contains(&second)
    }

    /// All points that are changed or hidden.
    pub(super) fn points(&self) -> impl Iterator<Item = Point> + '_ {
        let changed = self.changes.iter().map(|change| change.point);
        changed.chain(self.replayed.iter().copied())
    }
}

/// The attacks of a file, one after the other, without end.
#[derive(Debug)]
pub(super) struct Attacks {
    dice: Dice,
    interval: u32,
    hidden: f64,
    end: u64,
}

/// Seconds of an attack at most, so that replayed values are from before it.
pub(super) const MAX_LENGTH: u64 = 500;
/// Seconds by which replayed values may be older than the attack is long.
const MAX_EXTRA: u32 = 300;

impl Attacks {
    pub(super) fn new(dice: Dice, interval: u32, hidden: f64) -> Attacks {
        Attacks { dice, interval, hidden, end: 0 }
    }

    fn draw(&mut self) -> Attack {
        let dice = &mut self.dice;
        let gap = self.interval / 2 + dice.below(self.interval + 1);
        let start = self.end + u64::from(gap);
        let mut attack =
            Attack { start, end: start, changes: Vec::new(), replayed: Vec::new(), shift: 0 };
        // As in 21.03, about half of the attacks combine scenarios of several controllers.
        let n_parts = [1, 1, 1, 2, 2, 3][dice.below(6) as usize];
        let length = 40 + dice.below(60) + dice.below(80) * n_parts;
        for _ in 0..n_parts {
            let scenario = &SCENARIOS[dice.weighted(SCENARIOS, |scenario| scenario.weight)];
            let taken =
                |point: &Point| attack.points().any(|other| other.loop_of() == point.loop_of());
            if scenario.changed.iter().any(taken) {
                continue;
            }
            let pulsed = scenario.pulses && dice.percent(30);
            for &point in scenario.changed {
                let settle = if scenario.hides.is_empty() { 0 } else { length / 6 };
                let shape = if pulsed {
                    let on = dice.between((3, 10));
                    Shape::Pulses { on, period: on + dice.between((5, 20)) }
                } else {
                    let rise = 1 + dice.below(length / 4);
                    Shape::Trapezoid { rise, fall: 1 + dice.below(length / 4), settle }
                };
                let amplitude = point.amplitude(dice);
                attack.changes.push(Change { point, shape, amplitude });
            }
            if dice.chance(self.hidden.into()) {
                attack.replayed.extend(scenario.hides);
            }
        }
        attack.end = start + u64::from(length).min(MAX_LENGTH);
        attack.shift = attack.end - start + 60 + u64::from(dice.below(MAX_EXTRA - 60));
        self.end = attack.end;
        attack
    }
}

impl Iterator for Attacks {
    type Item = Attack;

    fn next(&mut self) -> Option<Attack> {
        Some(self.draw())
    }
}

/// What an attack adds to each point in one second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Offsets([f64; N_POINTS]);

impl Offsets {
    /// No attack.
    pub(super) const NONE: Offsets = Offsets([0.0; N_POINTS]);

    /// What the attack adds in a second.
    pub(super) fn of(attack: &Attack, second: u64) -> Offsets {
        let mut offsets = Offsets::NONE;
        if attack.covers(second) {
            let (at, length) = (second - attack.start, attack.end - attack.start);
            for change in &attack.changes {
                offsets.0[change.point as usize] +=
                    change.amplitude * change.shape.share(at, length);
            }
        }
        offsets
    }

    pub(super) fn get(&self, point: Point) -> f64 {
        self.0[point as usize]
    }

    #[cfg(test)]
    pub(super) fn with(point: Point, offset: f64) -> Offsets {
        let mut offsets = Offsets::NONE;
        offsets.0[point as usize] = offset;
        offsets
    }
}

#[cfg(test)]
mod tests {
    use oddity_core::Seed;

    use super::*;

    #[test]
    fn a_trapezoid_rises_holds_and_comes_back_before_the_end() {
        let shape = Shape::Trapezoid { rise: 4, fall: 5, settle: 10 };
        let shares: Vec<f64> = (0..40).map(|at| shape.share(at, 40)).collect();
        assert_eq!(shares[..4], [0.25, 0.5, 0.75, 1.0]);
        assert!(shares[4..25].iter().all(|&share| share == 1.0));
        assert_eq!(shares[26..32], [0.8, 0.6, 0.4, 0.2, 0.0, 0.0]);
        let short = Shape::Trapezoid { rise: 50, fall: 50, settle: 0 };
        assert!((0..40).all(|at| (0.0..1.0).contains(&short.share(at, 40))));
    }

    #[test]
    fn attacks_follow_each_other_and_replay_only_what_was_before() {
        let attacks = Attacks::new(Dice::new(Seed(3)), 2000, 0.5);
        let mut last = 0;
        let (mut n_hidden, mut n_pulsed, mut n_combined) = (0, 0, 0);
        for attack in attacks.take(2000) {
            assert!(last + 1000 <= attack.start && attack.start < attack.end);
            assert!(attack.end - attack.start <= MAX_LENGTH && !attack.changes.is_empty());
            assert!(attack.end - attack.shift <= attack.start);
            assert!(attack.shift <= MAX_LENGTH + u64::from(MAX_EXTRA));
            n_hidden += usize::from(!attack.replayed.is_empty());
            let pulses = |change: &Change| matches!(change.shape, Shape::Pulses { .. });
            n_pulsed += usize::from(attack.changes.iter().any(pulses));
            n_combined += usize::from(1 < attack.changes.len());
            last = attack.end;
        }
        for n_attacks in [n_hidden, n_pulsed, n_combined] {
            assert!((200..1800).contains(&n_attacks), "{n_hidden} {n_pulsed} {n_combined}");
        }
    }
}
