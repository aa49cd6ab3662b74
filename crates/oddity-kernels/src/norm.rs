//! Batch norm without a pass of its own (Ioffe and Szegedy 2015, arXiv 1502.03167).
//!
//! `y = (x - mean) scale + shift` a channel. The layer below takes the moments of its outputs
//! as it makes them, the layer above normalises what it reads, and gradients turn from those of
//! `y` into those of `x` where the layer below reads them.

use crate::level::dispatch;
use crate::simd::{LANES, Simd};

/// The statistics of a batch norm as the layer above applies them, a number a channel, padded
/// with zeros to whole vectors.
#[derive(Clone, Copy, Debug)]
pub struct Norm<'a> {
    /// Taken away first, so that nothing cancels where the mean is far above the deviation.
    pub mean: &'a [f32],
    /// `gamma / sqrt(variance + epsilon)`.
    pub scale: &'a [f32],
    /// `beta`.
    pub shift: &'a [f32],
}

/// How a gradient of `y` turns into one of `x`: with the `n` values `x` of a channel,
/// `dx = scale dy - offset - slope (x - mean)`, where `offset = scale sum(dy) / n` and
/// `slope = scale sum(dy (x - mean)) / (n (variance + epsilon))`.
#[derive(Clone, Copy, Debug)]
pub struct NormGradient<'a> {
    /// The channel's mean.
    pub mean: &'a [f32],
    /// `gamma / sqrt(variance + epsilon)`.
    pub scale: &'a [f32],
    /// As above.
    pub offset: &'a [f32],
    /// As above.
    pub slope: &'a [f32],
}

/// Sixteen channels of a [`NormGradient`].
pub(crate) struct Channels<V> {
    mean: V,
    scale: V,
    offset: V,
    slope: V,
}

impl NormGradient<'_> {
    #[inline(always)]
    pub(crate) fn load<S: Simd>(&self, s: S, group: usize) -> Channels<S::V> {
        let of = |all: &[f32]| s.load(&all.as_chunks::<LANES>().0[group]);
        Channels {
            mean: of(self.mean),
            scale: of(self.scale),
            offset: of(self.offset),
            slope: of(self.slope),
        }
    }
}

impl<V: Copy> Channels<V> {
    #[inline(always)]
    pub(crate) fn apply<S: Simd<V = V>>(&self, s: S, dy: V, x: V) -> V {
        let rest = s.neg_mul_add(self.slope, s.sub(x, self.mean), s.mul(self.scale, dy));
        s.sub(rest, self.offset)
    }
}

dispatch! {
    /// Writes `y` of rows of `width` channels, a multiple of 16.
    ///
    /// # Panics
    ///
    /// If the lengths do not fit each other.
    pub fn normalize(norm: Norm<'_>, width: usize, x: &[f32], y: &mut [f32]) = normalize_body;

    /// Turns gradients of `y` into those of `x`, in place.
    ///
    /// # Panics
    ///
    /// If the lengths do not fit each other.
    pub fn normalize_backward(
        norm: NormGradient<'_>,
        width: usize,
        x: &[f32],
        gradient: &mut [f32],
    ) = normalize_backward_body;

    /// Adds each channel's sum, and sum of squares, to `sums` and `squares`: in `f64`, in which
    /// squares are exact.
    ///
    /// # Panics
    ///
    /// If the lengths do not fit each other.
    pub fn add_moments(width: usize, x: &[f32], sums: &mut [f64], squares: &mut [f64])
        = add_moments_body;

    /// Adds each channel's sum of `dy`, and of `dy (x - mean)`, in `f64`.
    ///
    /// # Panics
    ///
    /// If the lengths do not fit each other.
    pub fn add_gradient_moments(
        width: usize,
        mean: &[f32],
        x: &[f32],
        dy: &[f32],
        sums: &mut [f64],
        products: &mut [f64],
    ) = add_gradient_moments_body;
}

fn check(width: usize, len: usize) -> usize {
    assert!(0 < width && width.is_multiple_of(LANES), "whole vectors a row");
    assert!(len.is_multiple_of(width), "whole rows");
    width / LANES
}

#[inline(always)]
fn normalize_body<S: Simd>(s: S, norm: Norm<'_>, width: usize, x: &[f32], y: &mut [f32]) {
    let groups = check(width, x.len());
    assert_eq!(x.len(), y.len(), "as many outputs as inputs");
    let (x, y) = (x.as_chunks::<LANES>().0, y.as_chunks_mut::<LANES>().0);
    let of = |all: &[f32], group: usize| s.load(&all.as_chunks::<LANES>().0[group]);
    for group in 0..groups {
        let (mean, scale) = (of(norm.mean, group), of(norm.scale, group));
        let shift = of(norm.shift, group);
        for (x, y) in x[group..].iter().step_by(groups).zip(y[group..].iter_mut().step_by(groups)) {
            s.store(y, s.mul_add(s.sub(s.load(x), mean), scale, shift));
        }
    }
}

#[inline(always)]
fn normalize_backward_body<S: Simd>(
    s: S,
    norm: NormGradient<'_>,
    width: usize,
    x: &[f32],
    gradient: &mut [f32],
) {
    let groups = check(width, x.len());
    assert_eq!(x.len(), gradient.len(), "a gradient an input");
    let (x, gradient) = (x.as_chunks::<LANES>().0, gradient.as_chunks_mut::<LANES>().0);
    for group in 0..groups {
        let channels = norm.load(s, group);
        let xs = x[group..].iter().step_by(groups);
        for (x, dy) in xs.zip(gradient[group..].iter_mut().step_by(groups)) {
            let dx = channels.apply(s, s.load(dy), s.load(x));
            s.store(dy, dx);
        }
    }
}

#[inline(always)]
fn add_moments_body<S: Simd>(_: S, width: usize, x: &[f32], sums: &mut [f64], squares: &mut [f64]) {
    let groups = check(width, x.len());
    let x = x.as_chunks::<LANES>().0;
    let (sums, squares) = (sums.as_chunks_mut::<LANES>().0, squares.as_chunks_mut::<LANES>().0);
    for group in 0..groups {
        let (mut sum, mut square) = (sums[group], squares[group]);
        for x in x[group..].iter().step_by(groups) {
            for lane in 0..LANES {
                let x = f64::from(x[lane]);
                sum[lane] += x;
                square[lane] += x * x;
            }
        }
        (sums[group], squares[group]) = (sum, square);
    }
}

#[inline(always)]
fn add_gradient_moments_body<S: Simd>(
    _: S,
    width: usize,
    mean: &[f32],
    x: &[f32],
    dy: &[f32],
    sums: &mut [f64],
    products: &mut [f64],
) {
    let groups = check(width, x.len());
    assert_eq!(x.len(), dy.len(), "a gradient an input");
    let (x, dy) = (x.as_chunks::<LANES>().0, dy.as_chunks::<LANES>().0);
    let mean = mean.as_chunks::<LANES>().0;
    let (sums, products) = (sums.as_chunks_mut::<LANES>().0, products.as_chunks_mut::<LANES>().0);
    for group in 0..groups {
        let (mut sum, mut product) = (sums[group], products[group]);
        let mean = mean[group];
        let xs = x[group..].iter().step_by(groups);
        for (x, dy) in xs.zip(dy[group..].iter().step_by(groups)) {
            for lane in 0..LANES {
                let dy = f64::from(dy[lane]);
                sum[lane] += dy;
                product[lane] += dy * f64::from(x[lane] - mean[lane]);
            }
        }
        (sums[group], products[group]) = (sum, product);
    }
}
