//! P4, the simulated grid: load, thermal and hydro generation, governor and frequency.

use super::control::{Pid, lag, ramp};
use super::noise::Noise;
use super::tags::{Tag, Values};

/// What the dispatchers ask of the grid.
#[derive(Clone, Copy, Debug)]
pub(super) struct GridOrders {
    /// The load that the grid asks for, MW.
    pub(super) load: f64,
    /// What the operators add to the thermal plan, MW.
    pub(super) thermal_extra: f64,
}

/// The state of the grid.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    governor_loop: Pid,
    load: f64,
    wander: f64,
    thermal: f64,
    thermal_plan: f64,
    hydro_plan: f64,
    frequency: f64,
    steam: f64,
}

/// The load above which water is let down, MW.
const HYDRO_ABOVE: f64 = 345.0;

impl Grid {
    pub(super) fn new() -> Grid {
        Grid {
            governor_loop: Pid::new([20.0, 4.0, 0.0], (0.0, 27_648.0), 19_000.0),
            load: 350.0,
            wander: 0.0,
            thermal: 350.0,
            thermal_plan: 350.0,
            hydro_plan: 0.0,
            frequency: 0.0,
            steam: 1.0,
        }
    }

    /// One second. `hydro` is the power that the water makes, in MW, `can_let_down` says
    /// whether the upper reservoir has any, and `pressure_error` is by how many bar the
    /// boiler misses its pressure.
    pub(super) fn step(
        &mut self,
        orders: &GridOrders,
        hydro: f64,
        can_let_down: bool,
        pressure_error: f64,
        noise: &mut Noise,
        values: &mut Values,
    ) {
        lag(&mut self.wander, noise.normal(18.0), 300.0);
        ramp(&mut self.load, (orders.load + self.wander).clamp(240.0, 480.0), 0.5);
        let share = if can_let_down { 0.75 * (self.load - HYDRO_ABOVE) } else { 0.0 };
        ramp(&mut self.hydro_plan, share.clamp(0.0, 83.0), 0.8);
        let thermal = self.load - self.hydro_plan + orders.thermal_extra;
        ramp(&mut self.thermal_plan, thermal.clamp(235.0, 485.0), 0.8);

        // Besides the plan, the governor lets more steam in when the frequency falls.
        let error = self.thermal_plan - self.thermal - 400.0 * self.frequency;
        let governor = self.governor_loop.step(error + noise.normal(0.8));
        lag(&mut self.steam, 1.0 - 0.15 * pressure_error.clamp(-0.4, 0.4), 20.0);
        let made = 500.0 * governor / 27_648.0 * self.steam;
        lag(&mut self.thermal, made, 12.0);
        let missing = self.thermal + hydro - self.load - orders.thermal_extra;
        self.frequency += 0.00014 * missing - self.frequency / 9.0 + noise.normal(0.0003);

        values.set(Tag::P4Ld, self.load + noise.normal(0.6));
        values.set(Tag::P4HtLd, self.hydro_plan);
        values.set(Tag::P4HtPs, 0.0);
        values.set(Tag::P4StLd, self.thermal_plan + noise.normal(0.6));
        values.set(Tag::P4StPo, self.thermal + noise.normal(0.4));
        values.set(Tag::P4StPs, orders.thermal_extra);
        values.set(Tag::P4StGov, governor);
        values.set(Tag::P4StFd, self.limited(noise.normal(0.0004)));
        values.set(Tag::P4HtFd, self.limited(noise.normal(0.00005)));
        values.set(Tag::P4StPt01, 10_082.0 * self.steam + noise.normal(9.0));
        values.set(Tag::P4StTt01, 27_618.0 + noise.normal(6.0) + 40.0 * (self.steam - 1.0));
    }

    /// The grid's other plants keep the deviation below 0.02 Hz.
    fn limited(&self, noise: f64) -> f64 {
        let deviation = self.frequency + noise;
        deviation / (1.0 + deviation.abs() / 0.02)
    }

    /// The thermal power, MW.
    pub(super) fn thermal(&self) -> f64 {
        self.thermal
    }

    /// The deviation of the frequency, Hz.
    pub(super) fn frequency(&self) -> f64 {
        self.limited(0.0)
    }

    /// The power that the hydro plant is to make, MW.
    pub(super) fn hydro_plan(&self) -> f64 {
        self.hydro_plan
    }

    /// Whether the load is so low that water is pumped up.
    pub(super) fn surplus(&self) -> bool {
        self.load < HYDRO_ABOVE - 10.0
    }
}
