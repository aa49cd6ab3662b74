//! Rows to their places along the components, and back.

use oddity_core::{FrameView, Result};
use rayon::prelude::*;

use super::PrincipalComponents;
use crate::tile::{HEIGHT, OuterProducts, WIDTH};

/// Rows that one task works on.
const SHARD: usize = 1_024;

impl PrincipalComponents {
    /// The places of rows along the components, `n x n_components`, row-major: `(x - mean) .
    /// component`. A row's result does not depend on the other rows.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Width`] for another number of columns.
    pub fn project(&self, rows: FrameView<'_>) -> Result<Vec<f64>> {
        self.project_scaled(rows, None)
    }

    /// As [`PrincipalComponents::project`], each place times the factor of its component.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Width`] for another number of columns.
    pub fn project_scaled(&self, rows: FrameView<'_>, factors: Option<&[f64]>) -> Result<Vec<f64>> {
        let (width, n_components) = (self.width(), self.n_components());
        rows.expect_width(width)?;
        let mut out = vec![0.0; rows.n_rows() * n_components];
        let shards = out.par_chunks_mut(SHARD * n_components);
        shards.zip(rows.values().par_chunks(SHARD * width)).for_each(|(out, rows)| {
            let mut work = Work::new(self);
            let outs = out.chunks_mut(HEIGHT * n_components);
            for (out, rows) in outs.zip(rows.chunks(HEIGHT * width)) {
                work.project(self, rows);
                let places = work.places.chunks_exact(work.high);
                for (out, places) in out.chunks_exact_mut(n_components).zip(places) {
                    out.copy_from_slice(&places[..n_components]);
                    if let Some(factors) = factors {
                        out.iter_mut().zip(factors).for_each(|(out, factor)| *out *= factor);
                    }
                }
            }
        });
        Ok(out)
    }

    /// The squared distance of each row to what the components make of it:
    /// `|x - mean - sum of places x components|^2`.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Width`] for another number of columns.
    pub fn residuals(&self, rows: FrameView<'_>) -> Result<Vec<f64>> {
        let width = self.width();
        rows.expect_width(width)?;
        let mut out = vec![0.0; rows.n_rows()];
        let shards = out.par_chunks_mut(SHARD).zip(rows.values().par_chunks(SHARD * width));
        shards.for_each(|(out, rows)| {
            let mut work = Work::new(self);
            for (out, rows) in out.chunks_mut(HEIGHT).zip(rows.chunks(HEIGHT * width)) {
                work.project(self, rows);
                work.reconstruct(self);
                for (at, out) in out.iter_mut().enumerate() {
                    let back = &work.back[at * work.wide..][..width];
                    let centred = (0..width).map(|column| work.centred[column * HEIGHT + at]);
                    let lost = centred.zip(back).map(|(value, back)| value - back);
                    *out = lost.map(|lost| lost * lost).sum();
                }
            }
        });
        Ok(out)
    }

    /// The rows that lie at these places: `mean + sum of places x components`, row-major.
    /// `places` are `n x n_components`.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Length`] if the places do not fill whole rows.
    pub fn reconstruct(&self, places: &[f64]) -> Result<Vec<f64>> {
        let (width, n_components) = (self.width(), self.n_components());
        if !places.len().is_multiple_of(n_components) {
            let (expected, found) = (places.len().next_multiple_of(n_components), places.len());
            let what = "places along components";
            return Err(oddity_core::Error::Length { what, expected, found });
        }
        let mut out = vec![0.0; places.len() / n_components * width];
        let shards = out.par_chunks_mut(SHARD * width);
        shards.zip(places.par_chunks(SHARD * n_components)).for_each(|(out, places)| {
            let mut work = Work::new(self);
            let outs = out.chunks_mut(HEIGHT * width);
            for (out, places) in outs.zip(places.chunks(HEIGHT * n_components)) {
                let lines = work.places.chunks_exact_mut(work.high);
                for (line, places) in lines.zip(places.chunks_exact(n_components)) {
                    line[..n_components].copy_from_slice(places);
                }
                work.reconstruct(self);
                let backs = work.back.chunks_exact(work.wide);
                for (out, back) in out.chunks_exact_mut(width).zip(backs) {
                    let sums = back.iter().zip(&self.means).map(|(back, mean)| back + mean);
                    out.iter_mut().zip(sums).for_each(|(out, sum)| *out = sum);
                }
            }
        });
        Ok(out)
    }
}

/// Memory for [`HEIGHT`] rows at a time.
struct Work {
    high: usize,
    wide: usize,
    /// Centred rows, column by column.
    centred: Vec<f64>,
    /// Their places, row by row, `high` each.
    places: Vec<f64>,
    /// The same, component by component.
    turned: Vec<f64>,
    /// What the components make of them, `wide` each.
    back: Vec<f64>,
}

impl Work {
    fn new(principal: &PrincipalComponents) -> Work {
        let (n_components, width) = (principal.n_components(), principal.width());
        let (high, wide) = (n_components.next_multiple_of(WIDTH), width.next_multiple_of(WIDTH));
        Work {
            high,
            wide,
            centred: vec![0.0; width * HEIGHT],
            places: vec![0.0; HEIGHT * high],
            turned: vec![0.0; n_components * HEIGHT],
            back: vec![0.0; HEIGHT * wide],
        }
    }

    /// Places of up to [`HEIGHT`] rows.
    fn project(&mut self, principal: &PrincipalComponents, rows: &[f64]) {
        let means = &principal.means;
        for (at, row) in rows.chunks_exact(means.len()).enumerate() {
            let lines = self.centred.chunks_exact_mut(HEIGHT);
            for (line, (value, mean)) in lines.zip(row.iter().zip(means)) {
                line[at] = value - mean;
            }
        }
        self.places.fill(0.0);
        let products = OuterProducts {
            left: &self.centred,
            left_stride: HEIGHT,
            right: &principal.across,
            right_stride: self.high,
            out: &mut self.places,
            n_left: HEIGHT,
            n_right: self.high,
            lower: false,
        };
        products.add();
    }

    /// What the components make of the places.
    fn reconstruct(&mut self, principal: &PrincipalComponents) {
        for (at, line) in self.turned.chunks_exact_mut(HEIGHT).enumerate() {
            for (row, turned) in line.iter_mut().enumerate() {
                *turned = self.places[row * self.high + at];
            }
        }
        self.back.fill(0.0);
        let products = OuterProducts {
            left: &self.turned,
            left_stride: HEIGHT,
            right: &principal.along,
            right_stride: self.wide,
            out: &mut self.back,
            n_left: HEIGHT,
            n_right: self.wide,
            lower: false,
        };
        products.add();
    }
}
