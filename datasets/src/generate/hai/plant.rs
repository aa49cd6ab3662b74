//! The whole plant: the four processes, their operators, and what the data collector sees.

use oddity_core::Seed;

use super::attack::{Attack, Attacks, Offsets};
use super::boiler::Boiler;
use super::noise::Noise;
use super::operators::Operators;
use super::params::{HaiKind, HaiParams};
#[cfg(test)]
use super::points::Point;
use super::power::Grid;
use super::replay::Replay;
use super::tags::{TAGS, Values};
use super::turbine::Turbine;
use super::water::Water;
use crate::generate::calendar::DAY;
use crate::generate::dice::Dice;

/// The seed's parts.
const NOISE: u64 = 0;
const OPERATORS: u64 = 1;
const ATTACKS: u64 = 2;

/// Seconds that the plant runs before the first row, so that its loops are at rest.
const WARM_UP: u64 = 3600;

/// The plant with its attackers.
#[derive(Debug)]
pub(super) struct Plant {
    pub(super) boiler: Boiler,
    pub(super) turbine: Turbine,
    pub(super) water: Water,
    grid: Grid,
    operators: Operators,
    noise: Noise,
    attacks: Option<Attacks>,
    attack: Option<Attack>,
    replay: Replay,
    second: u64,
    first_second_of_day: u64,
    pressure_error: f64,
    values: Values,
}

impl Plant {
    /// The plant before its first row. `start` is the second of the day of that row.
    pub(super) fn new(params: &HaiParams, start: u64) -> Plant {
        let file = seed(params);
        let mut attacks = (params.kind == HaiKind::Test).then(|| attacks(params));
        let attack = attacks.as_mut().and_then(Iterator::next);
        let mut plant = Plant {
            boiler: Boiler::new(),
            turbine: Turbine::new(),
            water: Water::new(),
            grid: Grid::new(),
            operators: Operators::new(Dice::new(file.derive(OPERATORS)), params.stop_interval),
            noise: Noise::new(file.derive(NOISE), params.noise),
            attacks,
            attack,
            replay: Replay::new(),
            second: 0,
            first_second_of_day: (start + DAY - WARM_UP % DAY) % DAY,
            pressure_error: 0.0,
            values: Values::new(),
        };
        for _ in 0..WARM_UP {
            plant.advance(&Offsets::NONE);
            plant.record();
        }
        plant
    }

    /// The next second: what the data collector writes down, and which processes are
    /// attacked.
    pub(super) fn step(&mut self) -> (&Values, [bool; 3]) {
        let row = self.second - WARM_UP;
        if self.attack.as_ref().is_some_and(|attack| attack.end <= row) {
            self.attack = self.attacks.as_mut().and_then(Iterator::next);
        }
        let attack = self.attack.take();
        let running = attack.as_ref().filter(|attack| attack.covers(row));
        let mut processes = [false; 3];
        match running {
            None => self.advance(&Offsets::NONE),
            Some(attack) => {
                self.advance(&Offsets::of(attack, row));
                for point in attack.points() {
                    processes[point.loop_of().process()] = true;
                }
                for &point in &attack.replayed {
                    self.replay.hide(point, attack.shift, &mut self.values);
                }
            }
        }
        self.attack = attack;
        self.record();
        (&self.values, processes)
    }

    /// One second of physics and control.
    pub(super) fn advance(&mut self, offsets: &Offsets) {
        let second_of_day = (self.first_second_of_day + self.second) % DAY;
        let orders = self.operators.step(self.second, second_of_day);
        let (noise, values) = (&mut self.noise, &mut self.values);
        self.grid.step(
            &orders.grid,
            self.water.power(),
            self.water.can_let_down(),
            self.pressure_error,
            noise,
            values,
        );
        self.boiler.step(&orders.boiler, self.grid.thermal(), offsets, noise, values);
        self.turbine.step(&orders.turbine, self.grid.frequency(), offsets, noise, values);
        let (plan, surplus) = (self.grid.hydro_plan(), self.grid.surplus());
        self.water.step(plan, surplus, offsets, noise, values);
        self.pressure_error = self.boiler.pressure_error();
        self.second += 1;
    }

    /// Writes the shown values down, so that an attack can replay them.
    fn record(&mut self) {
        self.replay.record(&self.values);
    }

    /// The true value behind a process value that an attack can hide.
    #[cfg(test)]
    pub(super) fn truth(&self, point: Point) -> f64 {
        let [pressure, level, flow, temperature] = self.boiler.truth();
        match point {
            Point::Pit01 => pressure,
            Point::Lit01 => level,
            Point::Ft03 => flow,
            Point::Tit01 => temperature,
            Point::Sit01 => self.turbine.truth(),
            _ => self.water.truth(),
        }
    }

    /// What the data collector saw last.
    #[cfg(test)]
    pub(super) fn values(&self) -> &Values {
        &self.values
    }

    /// The attack that comes next or is under way.
    #[cfg(test)]
    pub(super) fn attack(&self) -> Option<&Attack> {
        self.attack.as_ref()
    }
}

/// The seed of a file.
fn seed(params: &HaiParams) -> Seed {
    let test = u64::from(params.kind == HaiKind::Test);
    Seed(params.seed).derive(2 * u64::from(params.file) + test)
}

/// The attacks of a test file, without end.
pub(super) fn attacks(params: &HaiParams) -> Attacks {
    let dice = Dice::new(seed(params).derive(ATTACKS));
    Attacks::new(dice, params.attack_interval, params.hidden)
}

/// What the instruments show of a row: within their ranges.
pub(super) fn saturated(values: &Values, tag: super::tags::Tag) -> f64 {
    TAGS[tag as usize].saturate(values.get(tag))
}
