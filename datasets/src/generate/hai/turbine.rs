//! P2, the turbine: a rotor whose speed is controlled, its vibration and what trips it.

use super::attack::Offsets;
use super::control::{Pid, lag, ramp};
use super::noise::{Noise, sine};
use super::points::Point;
use super::tags::{Tag, Values};

/// What the operators ask of the turbine.
#[derive(Clone, Copy, Debug)]
pub(super) struct TurbineOrders {
    pub(super) runs: bool,
    /// Speed set by the operators, RPM.
    pub(super) speed: f64,
}

/// The state of the turbine.
#[derive(Clone, Debug)]
pub(super) struct Turbine {
    pub(super) speed_loop: Pid,
    reference: f64,
    speed: f64,
    drive: f64,
    phase: f64,
    slow: f64,
    tripped: u32,
    vibration: [f64; 4],
}

/// Revolutions a minute that a count of the drive makes.
const RPM_PER_COUNT: f64 = 784.0 / 54_109.0;
/// Seconds until the operators start the turbine again after a trip.
const RESET: u32 = 150;
/// Where each probe stands, its swing at 784 RPM, both in micrometres, and its phase in turns.
const PROBES: [(f64, f64, f64); 4] =
    [(-3.2, 0.5, 0.0), (-1.0, 0.25, 0.1), (3.5, 0.6, 0.45), (5.5, 0.35, 0.3)];

impl Turbine {
    pub(super) fn new() -> Turbine {
        Turbine {
            speed_loop: Pid::new([30.0, 5.0, 0.0], (0.0, 100_000.0), 54_109.0),
            reference: 784.0,
            speed: 784.0,
            drive: 54_109.0,
            phase: 0.0,
            slow: 0.0,
            tripped: 0,
            vibration: PROBES.map(|(rest, ..)| rest),
        }
    }

    /// One second. The grid's frequency deviation, in Hz, corrects the speed.
    pub(super) fn step(
        &mut self,
        orders: &TurbineOrders,
        frequency: f64,
        offsets: &Offsets,
        noise: &mut Noise,
        values: &mut Values,
    ) {
        let set = orders.speed + offsets.get(Point::SpeedSp);
        let correction = 700.0 * frequency;
        let runs = orders.runs && self.tripped == 0;
        let measured = self.speed + noise.normal(0.6) + offsets.get(Point::Sit01);
        let output = if runs {
            ramp(&mut self.reference, set + correction, 6.0);
            self.speed_loop.step(self.reference - measured)
        } else {
            // The loop follows the rotor, so that it takes over from its speed.
            self.reference = self.speed;
            self.speed_loop.track(self.speed / RPM_PER_COUNT);
            0.0
        };
        let demand = (output + offsets.get(Point::Sco)).clamp(0.0, 100_000.0);
        lag(&mut self.drive, demand, 2.0);
        let driven = if runs { RPM_PER_COUNT * self.drive } else { 0.0 };
        lag(&mut self.speed, driven + noise.normal(4.0), if runs { 9.0 } else { 25.0 });
        self.speed = self.speed.max(0.0);
        self.vibrate(noise);

        let trip_speed = 2880.0 + offsets.get(Point::Rtr);
        let limits =
            [10.0 + offsets.get(Point::Vtr01), 10.0 + offsets.get(Point::Vtr02), 10.0, 10.0];
        let shakes = self.vibration.iter().zip(limits).any(|(size, limit)| limit < size.abs());
        if trip_speed < measured || shakes {
            self.tripped = RESET;
        }
        self.tripped = self.tripped.saturating_sub(1);

        values.set(Tag::P2Vdc24, 28.03 + noise.normal(0.004));
        values.switch(Tag::P2AtswLamp, true);
        values.switch(Tag::P2AutoGo, true);
        values.set(Tag::P2AutoSd, set);
        values.set(Tag::P2HilOut, (self.reference + noise.normal(2.0)).max(0.0));
        values.set(Tag::P2ManualSd, 763.19324);
        values.switch(Tag::P2OnOff, orders.runs);
        values.set(Tag::P2Rtr, trip_speed);
        values.set(Tag::P2Sco, (demand + noise.normal(8.0)).clamp(0.0, 100_000.0));
        values.set(Tag::P2Scst, correction);
        values.set(Tag::P2Sit01, measured.max(0.0));
        values.set(Tag::P2Sit02, (measured + noise.normal(0.15)).max(0.0));
        values.switch(Tag::P2TripEx, self.tripped == 0);
        for (at, (probe, limit)) in VIBRATION.into_iter().zip(LIMITS).enumerate() {
            values.set(probe, self.vibration[at]);
            values.set(limit, limits[at]);
        }
        let key = 11.9 + 0.07 * sine(self.phase * 0.5) - 0.0008 * (self.speed - 784.0).abs();
        values.set(Tag::P2Vt01, (key + noise.normal(0.006)).clamp(11.0, 12.0));
    }

    /// A probe reads once a second, so that the rotor's turns beat against the clock.
    fn vibrate(&mut self, noise: &mut Noise) {
        let turns = self.speed / 60.0;
        self.phase += turns - turns.floor() + 0.1;
        self.phase -= self.phase.floor();
        lag(&mut self.slow, noise.normal(0.6), 200.0);
        let size = (self.speed / 784.0) * (self.speed / 784.0);
        for (vibration, (rest, swing, phase)) in self.vibration.iter_mut().zip(PROBES) {
            let turning = size.min(4.0) * swing * sine(self.phase + phase);
            *vibration = rest + self.slow + turning + noise.normal(0.06);
        }
    }

    /// The true speed, which an attack can hide.
    #[cfg(test)]
    pub(super) fn truth(&self) -> f64 {
        self.speed
    }
}

const VIBRATION: [Tag; 4] = [Tag::P2Vibtr01, Tag::P2Vibtr02, Tag::P2Vibtr03, Tag::P2Vibtr04];
const LIMITS: [Tag; 4] = [Tag::P2Vtr01, Tag::P2Vtr02, Tag::P2Vtr03, Tag::P2Vtr04];
