//! Damped statistics of two streams that answer each other.

use super::stream::{Clock, Stream};

/// The two directions between two ends, and what they have in common.
pub(super) struct Pair {
    sides: [Stream; 2],
    clock: Clock,
    joint: Box<[Joint]>,
}

/// With one decay.
#[derive(Clone, Copy)]
struct Joint {
    weight: f64,
    /// The weighted sum of products of a value's distance to the mean of its side, with it, and
    /// that of the other side's last value.
    products: f64,
    /// The last distance of each side; 0 before its first value.
    distances: [f64; 2],
}

impl Pair {
    pub(super) fn new(n_decays: usize) -> Pair {
        let joint = Joint { weight: 0.0, products: 0.0, distances: [0.0; 2] };
        let sides = [Stream::new(n_decays), Stream::new(n_decays)];
        Pair { sides, clock: Clock::NEW, joint: vec![joint; n_decays].into() }
    }

    /// Goes on to a time, and takes in the value that it brings to a side, if any.
    pub(super) fn push(&mut self, side: usize, time: f64, value: Option<f64>, decays: &[f64]) {
        let since = self.clock.advance(time);
        self.sides[side].push(time, value, decays);
        let sides = self.sides[side].damped.iter();
        for ((joint, own), decay) in self.joint.iter_mut().zip(sides).zip(decays) {
            let kept = (-decay * since).exp2();
            joint.weight *= kept;
            joint.products *= kept;
            if let Some(value) = value {
                let distance = value - own.mean();
                joint.weight += 1.0;
                joint.products += distance * joint.distances[1 - side];
                joint.distances[side] = distance;
            }
        }
    }

    /// Of each decay the statistics of a side; radius, magnitude, covariance, correlation of both.
    pub(super) fn write(&self, side: usize, values: &mut Vec<f64>) {
        let sides = self.sides[side].damped.iter().zip(&self.sides[1 - side].damped);
        for (joint, (own, other)) in self.joint.iter().zip(sides) {
            own.write(values);
            let others = |value: f64| if value.is_nan() { 0.0 } else { value };
            values.push(own.variance().hypot(others(other.variance())));
            values.push(own.mean().hypot(others(other.mean())));
            let covariance = joint.products / joint.weight;
            values.push(covariance);
            let deviations = own.variance().sqrt() * other.variance().sqrt();
            values.push(if 0.0 < deviations { covariance / deviations } else { f64::NAN });
        }
    }
}
