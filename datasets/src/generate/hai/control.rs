//! Controllers and actuators: what turns an error into the position of a valve.

/// A proportional-integral-derivative controller with one step a second. Negative gains make
/// it open the valve when the measured value is too high.
#[derive(Clone, Debug)]
pub(super) struct Pid {
    proportional: f64,
    integral: f64,
    derivative: f64,
    low: f64,
    high: f64,
    sum: f64,
    last_error: f64,
}

impl Pid {
    /// A controller at rest with the output `start`, which lies in `range`.
    pub(super) fn new(gains: [f64; 3], range: (f64, f64), start: f64) -> Pid {
        let [proportional, integral, derivative] = gains;
        let (low, high) = range;
        Pid { proportional, integral, derivative, low, high, sum: start, last_error: 0.0 }
    }

    /// The output for the error `set point - measured` of this second.
    ///
    /// Where the output is at an end of its range, the integral goes on only if that leads
    /// back into the range, so that the controller does not wind up.
    pub(super) fn step(&mut self, error: f64) -> f64 {
        let slope = error - self.last_error;
        self.last_error = error;
        let change = self.integral * error;
        let fast = self.proportional * error + self.derivative * slope;
        let wanted = self.sum + change + fast;
        let output = wanted.clamp(self.low, self.high);
        if (wanted - output) * change <= 0.0 {
            self.sum = (self.sum + change).clamp(self.low, self.high);
        }
        output
    }

    /// Sets the output that the controller goes on from, while something else has the valve.
    pub(super) fn track(&mut self, output: f64) {
        self.sum = output.clamp(self.low, self.high);
        self.last_error = 0.0;
    }

    /// Takes the controller out of the loop: its output stays where it is.
    #[cfg(test)]
    pub(super) fn open(&mut self) {
        (self.proportional, self.integral, self.derivative) = (0.0, 0.0, 0.0);
    }
}

/// Moves a state towards its target with a time constant in seconds, above 1.
pub(super) fn lag(state: &mut f64, target: f64, seconds: f64) {
    *state += (target - *state) / seconds;
}

/// Moves a state towards its target by at most `step`.
pub(super) fn ramp(state: &mut f64, target: f64, step: f64) {
    *state += (target - *state).clamp(-step, step);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integral_takes_the_error_to_nothing() {
        let mut pid = Pid::new([2.0, 0.3, 0.5], (0.0, 100.0), 50.0);
        let (mut state, mut output) = (0.0, 0.0);
        for _ in 0..300 {
            output = pid.step(30.0 - state);
            lag(&mut state, output * 0.5, 8.0);
        }
        assert!((state - 30.0).abs() < 1e-6 && (output - 60.0).abs() < 1e-5, "{state} {output}");
    }

    #[test]
    fn a_controller_at_its_end_does_not_wind_up() {
        let mut pid = Pid::new([1.0, 1.0, 0.0], (0.0, 100.0), 50.0);
        for _ in 0..1000 {
            assert!(pid.step(50.0) <= 100.0);
        }
        let n_steps = (0..100).take_while(|_| 50.0 < pid.step(-10.0)).count();
        assert!(n_steps < 6, "{n_steps} steps to come back");
    }
}
