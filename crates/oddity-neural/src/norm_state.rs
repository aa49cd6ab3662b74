//! The statistics of batch norms: of the batch at hand, and over batches.

use oddity_kernels::norm::{Norm, NormGradient};

use crate::plan::{NormPlan, Out};

/// One batch norm.
#[derive(Clone, Debug)]
pub(crate) struct NormState {
    /// Applied to what is read, with the statistics of the batch or over batches.
    mean: Vec<f32>,
    scale: Vec<f32>,
    shift: Vec<f32>,
    /// Applied to gradients.
    offset: Vec<f32>,
    slope: Vec<f32>,
    /// What the mean is above its `f32`: it matters where the mean is far above the deviation.
    mean_rest: Vec<f64>,
    /// Of the batch, before epsilon.
    variance: Vec<f64>,
    /// Over batches; saved with the model.
    pub(crate) moving_mean: Vec<f32>,
    pub(crate) moving_variance: Vec<f32>,
}

/// Sums of a channel's values and of their squares, or of gradients and their products with
/// the values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Moments {
    pub(crate) sums: Vec<f64>,
    pub(crate) products: Vec<f64>,
}

impl Moments {
    pub(crate) fn new(padded: usize) -> Moments {
        Moments { sums: vec![0.0; padded], products: vec![0.0; padded] }
    }

    pub(crate) fn clear(&mut self) {
        self.sums.fill(0.0);
        self.products.fill(0.0);
    }

    fn add(&mut self, other: &Moments) {
        let pairs = self.sums.iter_mut().zip(&other.sums);
        pairs.for_each(|(sum, other)| *sum += other);
        let pairs = self.products.iter_mut().zip(&other.products);
        pairs.for_each(|(product, other)| *product += other);
    }

    /// The sums over shards, in their order.
    pub(crate) fn total<'a>(parts: impl Iterator<Item = &'a Moments>, padded: usize) -> Moments {
        parts.fold(Moments::new(padded), |mut total, part| {
            total.add(part);
            total
        })
    }
}

impl NormState {
    pub(crate) fn new(out: &Out) -> NormState {
        let padded = out.padded();
        NormState {
            mean: vec![0.0; padded],
            scale: vec![0.0; padded],
            shift: vec![0.0; padded],
            offset: vec![0.0; padded],
            slope: vec![0.0; padded],
            mean_rest: vec![0.0; padded],
            variance: vec![0.0; padded],
            moving_mean: vec![0.0; out.width],
            moving_variance: vec![1.0; out.width],
        }
    }

    pub(crate) fn norm(&self) -> Norm<'_> {
        Norm { mean: &self.mean, scale: &self.scale, shift: &self.shift }
    }

    pub(crate) fn gradient(&self) -> NormGradient<'_> {
        NormGradient {
            mean: &self.mean,
            scale: &self.scale,
            offset: &self.offset,
            slope: &self.slope,
        }
    }

    pub(crate) fn mean(&self) -> &[f32] {
        &self.mean
    }

    /// Takes the statistics of a batch of `n` values a channel, and moves those over batches:
    /// both variances are those of the values alone, not divided by `n - 1`, as in Keras.
    pub(crate) fn take_batch(
        &mut self,
        plan: &NormPlan,
        moments: &Moments,
        n: f64,
        gamma: &[f32],
        beta: &[f32],
    ) {
        for channel in 0..self.moving_mean.len() {
            let mean = moments.sums[channel] / n;
            let square = moments.products[channel] / n;
            // Rounding may leave less than nothing of a constant; what is not a number stays so.
            let variance = square - mean * mean;
            let variance = if variance < 0.0 { 0.0 } else { variance };
            self.variance[channel] = variance;
            self.apply(channel, mean, variance, plan.epsilon, gamma, beta);
            let moved = |old: f32, new: f64| {
                (f64::from(old) * plan.momentum + new * (1.0 - plan.momentum)) as f32
            };
            self.moving_mean[channel] = moved(self.moving_mean[channel], mean);
            self.moving_variance[channel] = moved(self.moving_variance[channel], variance);
        }
    }

    /// Applies the statistics over batches from now on.
    pub(crate) fn take_moving(&mut self, plan: &NormPlan, gamma: &[f32], beta: &[f32]) {
        for channel in 0..self.moving_mean.len() {
            let mean = f64::from(self.moving_mean[channel]);
            let variance = f64::from(self.moving_variance[channel]);
            self.apply(channel, mean, variance, plan.epsilon, gamma, beta);
        }
    }

    fn apply(
        &mut self,
        channel: usize,
        mean: f64,
        variance: f64,
        epsilon: f64,
        gamma: &[f32],
        beta: &[f32],
    ) {
        let scale = f64::from(gamma[channel]) / (variance + epsilon).sqrt();
        self.mean[channel] = mean as f32;
        self.mean_rest[channel] = mean - f64::from(self.mean[channel]);
        self.scale[channel] = scale as f32;
        self.shift[channel] = (f64::from(beta[channel]) - scale * self.mean_rest[channel]) as f32;
    }

    /// Takes the sums of a batch's gradients; returns those of gamma and beta.
    pub(crate) fn take_gradients(
        &mut self,
        plan: &NormPlan,
        moments: &Moments,
        n: f64,
        gamma: &mut [f32],
        beta: &mut [f32],
    ) {
        for channel in 0..self.moving_mean.len() {
            let sum = moments.sums[channel];
            // The kernels take away the mean as `f32` has it; what that leaves is taken here.
            let rest = self.mean_rest[channel];
            let product = moments.products[channel] - rest * sum;
            let variance = self.variance[channel] + plan.epsilon;
            let scale = f64::from(self.scale[channel]);
            gamma[channel] = (product / variance.sqrt()) as f32;
            beta[channel] = sum as f32;
            let slope = scale * product / (n * variance);
            self.offset[channel] = (scale * sum / n - slope * rest) as f32;
            self.slope[channel] = slope as f32;
        }
    }
}
