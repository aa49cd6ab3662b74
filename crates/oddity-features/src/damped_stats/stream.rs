//! Damped statistics of one stream of values.

/// Weight, mean and deviation of values that weigh less as they grow old.
#[derive(Clone, Copy)]
pub(super) struct Damped {
    weight: f64,
    mean: f64,
    /// The weighted sum of squared distances to the mean.
    squares: f64,
}

impl Damped {
    pub(super) const NEW: Damped = Damped { weight: 0.0, mean: 0.0, squares: 0.0 };

    /// Lets a time pass in which all weights shrink to `kept`.
    fn decay(&mut self, kept: f64) {
        self.weight *= kept;
        self.squares *= kept;
    }

    /// Takes a value in, with weight 1 (Welford 1962, with weights as West 1979 has them,
    /// doi:10.1145/359146.359153).
    fn push(&mut self, value: f64) {
        let old = self.weight;
        self.weight = old + 1.0;
        let difference = value - self.mean;
        // A first value, or one behind a time that left nothing, is the mean as it is.
        self.mean = if old == 0.0 { value } else { self.mean + difference / self.weight };
        self.squares += old / self.weight * difference * difference;
    }

    /// NaN where no value has weight, as below.
    pub(super) fn mean(&self) -> f64 {
        if 0.0 < self.weight { self.mean } else { f64::NAN }
    }

    pub(super) fn variance(&self) -> f64 {
        if 0.0 < self.weight { self.squares / self.weight } else { f64::NAN }
    }

    /// Weight, mean, deviation.
    pub(super) fn write(&self, values: &mut Vec<f64>) {
        values.extend([self.weight, self.mean(), self.variance().sqrt()]);
    }
}

/// A stream of values, with each decay.
#[derive(Clone)]
pub(super) struct Stream {
    clock: Clock,
    pub(super) damped: Box<[Damped]>,
}

impl Stream {
    pub(super) fn new(n_decays: usize) -> Stream {
        Stream { clock: Clock::NEW, damped: vec![Damped::NEW; n_decays].into() }
    }

    /// Goes on to a time, and takes in the value that it brings, if any.
    pub(super) fn push(&mut self, time: f64, value: Option<f64>, decays: &[f64]) {
        let since = self.clock.advance(time);
        for (damped, decay) in self.damped.iter_mut().zip(decays) {
            damped.decay((-decay * since).exp2());
            if let Some(value) = value {
                damped.push(value);
            }
        }
    }

    pub(super) fn write(&self, values: &mut Vec<f64>) {
        self.damped.iter().for_each(|damped| damped.write(values));
    }
}

/// The time of the last packet.
#[derive(Clone, Copy)]
pub(super) struct Clock(Option<f64>);

impl Clock {
    pub(super) const NEW: Clock = Clock(None);

    /// Goes on to a time, and says how many seconds have passed: 0 where it is missing or steps
    /// back, as the clock does not.
    pub(super) fn advance(&mut self, time: f64) -> f64 {
        let since = self.since(time).unwrap_or(0.0);
        if !time.is_nan() && self.0.is_none_or(|last| last < time) {
            self.0 = Some(time);
        }
        since
    }

    /// The seconds to a time that does not step back.
    pub(super) fn since(&self, time: f64) -> Option<f64> {
        self.0.map(|last| time - last).filter(|&since| 0.0 <= since)
    }
}
