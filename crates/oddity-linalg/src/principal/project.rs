//! Rows to their places along the components, and back.

use oddity_core::{FrameView, Result};
use rayon::prelude::*;

use super::PrincipalComponents;
use crate::product::{Block, SHARD};
use crate::tile::HEIGHT;
use crate::vectorized;

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
        rows.expect_width(self.width())?;
        let n_components = self.n_components();
        let mut out = vec![0.0; rows.n_rows() * n_components];
        self.across.map_rows(rows.values(), &mut out, |block, rows, out| {
            self.places(block, rows, out);
            let Some(factors) = factors else { return };
            for places in out.chunks_exact_mut(n_components) {
                places.iter_mut().zip(factors).for_each(|(place, factor)| *place *= factor);
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
        let (width, n_components) = (self.width(), self.n_components());
        rows.expect_width(width)?;
        let mut out = vec![0.0; rows.n_rows()];
        let shards = out.par_chunks_mut(SHARD).zip(rows.values().par_chunks(SHARD * width));
        shards.for_each(|(out, rows)| {
            let (mut block, mut along) = (self.across.block(), self.along.block());
            let (mut places, mut back) =
                (vec![0.0; HEIGHT * n_components], vec![0.0; HEIGHT * width]);
            for (out, rows) in out.chunks_mut(HEIGHT).zip(rows.chunks(HEIGHT * width)) {
                let places = &mut places[..out.len() * n_components];
                self.places(&mut block, rows, places);
                let back = &mut back[..rows.len()];
                self.back(&mut along, places, back);
                let lines = rows.chunks_exact(width).zip(back.chunks_exact(width));
                for (out, (row, back)) in out.iter_mut().zip(lines) {
                    let centred = row.iter().zip(&self.means).map(|(value, mean)| value - mean);
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
        self.along.map_rows(places, &mut out, |block, places, out| {
            self.back(block, places, out);
            for out in out.chunks_exact_mut(width) {
                out.iter_mut().zip(&self.means).for_each(|(out, mean)| *out += mean);
            }
        });
        Ok(out)
    }

    /// Places of up to [`HEIGHT`] rows.
    fn places(&self, block: &mut Block, rows: &[f64], out: &mut [f64]) {
        vectorized!(block.fill_centred(rows, &self.means));
        self.across.times(block, out);
    }

    /// What the components make of up to [`HEIGHT`] places.
    fn back(&self, block: &mut Block, places: &[f64], out: &mut [f64]) {
        block.fill(places);
        self.along.times(block, out);
    }
}
