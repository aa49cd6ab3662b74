//! P3, the pumped storage: a pump fills the upper reservoir, a valve lets it down again.

use super::attack::Offsets;
use super::control::{Pid, lag};
use super::noise::Noise;
use super::points::Point;
use super::tags::{Tag, Values};

/// The state of the water treatment process.
#[derive(Clone, Debug)]
pub(super) struct Water {
    pub(super) level_loop: Pid,
    power_loop: Pid,
    level: f64,
    pump: f64,
    valve: f64,
    pumping: bool,
    full: bool,
    empty: bool,
}

/// Full scale of a converter.
const FULL: f64 = 27_648.0;

impl Water {
    pub(super) fn new() -> Water {
        Water {
            level_loop: Pid::new([900.0, 4.0, 0.0], (0.0, 16_000.0), 8000.0),
            power_loop: Pid::new([60.0, 12.0, 0.0], (0.0, 24_000.0), 0.0),
            level: 48.0,
            pump: 0.0,
            valve: 0.0,
            pumping: false,
            full: false,
            empty: false,
        }
    }

    /// One second. `plan` is the power to make of the water, in MW, and `surplus` says
    /// whether there is power to pump with.
    pub(super) fn step(
        &mut self,
        plan: f64,
        surplus: bool,
        offsets: &Offsets,
        noise: &mut Noise,
        values: &mut Values,
    ) {
        let high = 70.0 + offsets.get(Point::High);
        let low = 20.0 + offsets.get(Point::Low);
        let measured = (self.level + noise.normal(0.03) + offsets.get(Point::WaterLevel)).max(0.0);
        // The upper limit lets go 2 % below it; an emptied reservoir is filled to 35 % above the
        // lower one before it is let down again.
        self.full = high <= measured || (self.full && high - 2.0 < measured);
        self.empty = measured <= low || (self.empty && measured < low + 35.0);
        self.pumping = (surplus || self.empty) && !self.full;

        let pumped = if self.pumping {
            self.level_loop.step(high - 1.0 - measured)
        } else {
            self.level_loop.track(0.0);
            0.0
        };
        let let_down = if self.empty || plan <= 0.0 {
            self.power_loop.track(0.0);
            0.0
        } else {
            self.power_loop.step(plan - self.power())
        };
        let demands = [
            (pumped + offsets.get(Point::Pump)).clamp(0.0, FULL),
            (let_down + offsets.get(Point::Valve)).clamp(0.0, FULL),
        ];
        lag(&mut self.pump, demands[0] / FULL, 5.0);
        lag(&mut self.valve, demands[1] / FULL, 4.0);
        // Percent of the reservoir a second; above 88 % it runs over.
        let outflow = 0.06 * self.valve * (self.level.max(0.0) / 50.0).sqrt();
        self.level = (self.level + 0.05 * self.pump - outflow).clamp(0.0, 88.0);

        values.set(Tag::P3Lcp01d, demands[0]);
        values.set(Tag::P3Lcv01d, demands[1]);
        values.set(Tag::P3Fit01, (9000.0 * self.pump + noise.normal(4.0)).max(0.0));
        let pressure = 11_000.0 * self.pump * self.pump + 1.5 * self.level;
        values.set(Tag::P3Pit01, (pressure + noise.normal(5.0)).max(0.0));
        values.set(Tag::P3Lh01, high);
        values.set(Tag::P3Ll01, low);
        values.set(Tag::P3Lit01, measured);
        values.set(Tag::P4HtPo, (self.power() + noise.normal(0.04)).max(0.0));
    }

    /// The power of the water let down, in MW: as its flow and as the head above the turbine.
    pub(super) fn power(&self) -> f64 {
        110.0 * self.valve * (self.level.max(0.0) / 50.0).sqrt() * (0.85 + 0.003 * self.level)
    }

    /// Whether there is water to let down.
    pub(super) fn can_let_down(&self) -> bool {
        !self.empty
    }

    /// The true level, which an attack can hide.
    #[cfg(test)]
    pub(super) fn truth(&self) -> f64 {
        self.level
    }
}
