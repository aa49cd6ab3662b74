//! From what was gathered of the rows to their principal components.

use oddity_core::{Error, FrameView, Result};

use super::{Components, Gathered, PrincipalComponents, PrincipalFit, Solver, randomized};
use crate::dense;

/// Rows a column from which on `auto` forms the covariance matrix.
const ROWS_A_COLUMN: usize = 10;

/// All variances, descending, and their directions.
pub(super) struct Spectrum {
    pub(super) n_rows: usize,
    pub(super) means: Vec<f64>,
    pub(super) variances: Vec<f64>,
    /// One direction a row.
    pub(super) directions: Vec<f64>,
    /// The variance of all columns together.
    pub(super) total_variance: f64,
}

impl PrincipalFit {
    /// The components of all rows.
    ///
    /// # Errors
    ///
    /// [`Error::TooFewSamples`] for fewer than two rows, [`Error::Parameter`] as
    /// [`Components::check`] and for more components than rows or columns, [`Error::Numeric`] if
    /// no column varies or a value leaves the range of numbers.
    pub fn finish(self, components: &Components) -> Result<PrincipalComponents> {
        components.check("pca")?;
        check_rows(self.n_rows())?;
        let spectrum = match self.0 {
            Gathered::Scatter(stream) => {
                let width = stream.width();
                let scatter = stream.finish(|rows| crate::scatter::Scatter::of_shard(rows, width));
                let Some(scatter) = scatter else { return Err(too_few(0)) };
                let n_rows = scatter.n_rows;
                let covariance = scatter.symmetric((n_rows - 1) as f64);
                check_finite(&covariance)?;
                let (variances, directions) = dense::eigen(&covariance, width)?;
                let variances: Vec<f64> =
                    variances.into_iter().map(|variance| variance.max(0.0)).collect();
                let total_variance = variances.iter().sum();
                Spectrum {
                    n_rows,
                    means: scatter.means.rounded,
                    variances,
                    directions,
                    total_variance,
                }
            }
            Gathered::Triangle(stream) => {
                let width = stream.width();
                let factor = stream.finish(|rows| crate::triangle::Triangle::of_shard(rows, width));
                let Some(factor) = factor else { return Err(too_few(0)) };
                check_finite(&factor.factor)?;
                let (n_rows, freedom) = (factor.n_rows, (factor.n_rows - 1) as f64);
                let (values, directions) = dense::singular(&factor.factor, width)?;
                let variances: Vec<f64> =
                    values.iter().map(|value| value * value / freedom).collect();
                let total_variance = variances.iter().sum();
                Spectrum {
                    n_rows,
                    means: factor.means.rounded,
                    variances,
                    directions,
                    total_variance,
                }
            }
        };
        spectrum.keep(components)
    }
}

impl PrincipalComponents {
    /// The components of rows in memory.
    ///
    /// # Errors
    ///
    /// As [`PrincipalFit::finish`]; [`Solver::Randomized`] refuses
    /// [`Components::Variance`], since it sees the first components alone.
    pub fn fit(
        rows: FrameView<'_>,
        components: &Components,
        solver: &Solver,
    ) -> Result<PrincipalComponents> {
        let (n_rows, width) = (rows.n_rows(), rows.n_columns());
        components.check("pca")?;
        check_rows(n_rows)?;
        let solver = match solver {
            Solver::Randomized(params) => {
                let count = match *components {
                    Components::Count(count) => count,
                    Components::Variance { variance: found } => {
                        let parameter = "components.variance";
                        let wanted = "a number of components, with the randomised solver";
                        return Err(Error::Parameter { step: "pca", parameter, found, wanted });
                    }
                };
                check_count(count, n_rows.min(width))?;
                return randomized::fit(rows, count, params)?.keep(components);
            }
            given => given.streamed(n_rows, width),
        };
        let mut fit = PrincipalFit::new(width, &solver)?;
        fit.update(rows)?;
        fit.finish(components)
    }
}

impl Solver {
    /// The solver that `auto` stands for, for a stream whose number of rows is known: with
    /// less than ten rows a column `svd`, else `covariance`. Others stand for themselves.
    pub fn streamed(&self, n_rows: usize, width: usize) -> Solver {
        match self {
            Solver::Auto if ROWS_A_COLUMN * width <= n_rows => Solver::Covariance,
            Solver::Auto => Solver::Svd,
            given => given.clone(),
        }
    }
}

impl Spectrum {
    /// The first components, with their signs settled.
    fn keep(mut self, components: &Components) -> Result<PrincipalComponents> {
        let width = self.means.len();
        check_finite(&self.means)?;
        check_finite(&self.variances)?;
        if self.total_variance <= 0.0 {
            return Err(Error::Numeric { step: "pca", what: "no column varies in training" });
        }
        let most = self.n_rows.min(self.variances.len());
        let n_components = match *components {
            Components::Count(count) => {
                check_count(count, most)?;
                count
            }
            Components::Variance { variance } => {
                let ratios = self.variances.iter().map(|variance| variance / self.total_variance);
                let share = ratios.scan(0.0, |sum, ratio| {
                    *sum += ratio;
                    Some(*sum)
                });
                (share.take_while(|&share| share <= variance).count() + 1).min(most)
            }
        };
        self.variances.truncate(n_components);
        self.directions.truncate(n_components * width);
        self.directions.chunks_exact_mut(width.max(1)).for_each(settle_sign);
        Ok(PrincipalComponents::new(
            self.n_rows,
            self.means,
            self.directions,
            self.variances,
            self.total_variance,
        ))
    }
}

/// Makes the entry of the largest size, the first of several, positive.
fn settle_sign(direction: &mut [f64]) {
    let mut largest = 0.0f64;
    for &value in &*direction {
        if largest.abs() < value.abs() {
            largest = value;
        }
    }
    if largest < 0.0 {
        direction.iter_mut().for_each(|value| *value = -*value);
    }
}

fn check_count(found: usize, most: usize) -> Result<()> {
    let wanted = "at most the number of rows and of columns";
    Error::check_parameter("pca", "components", found as f64, found <= most, wanted)
}

fn check_rows(found: usize) -> Result<()> {
    if found < 2 { Err(too_few(found)) } else { Ok(()) }
}

fn too_few(found: usize) -> Error {
    Error::TooFewSamples { step: "pca", wanted: 2, found }
}

fn check_finite(values: &[f64]) -> Result<()> {
    if values.iter().all(|value| value.is_finite()) {
        return Ok(());
    }
    let what = "a mean or a variance is beyond the range of numbers";
    Err(Error::Numeric { step: "pca", what })
}

#[cfg(test)]
mod tests {
    use oddity_core::Frame;

    use super::*;
    use crate::RandomizedParams;

    #[test]
    fn no_components_and_shares_outside_0_to_1_are_refused() {
        let rows = Frame::new(vec![0.0, 1.0, 2.0, 5.0, 7.0, 3.0], ["x", "y"]).unwrap();
        let fit = |components: &Components, solver: &Solver| {
            PrincipalComponents::fit(rows.view(), components, solver)
        };
        let state = fit(&Components::Variance { variance: 0.5 }, &Solver::Svd).unwrap().state();
        let solvers =
            [Solver::Covariance, Solver::Svd, Solver::Randomized(RandomizedParams::default())];
        let variance = |variance| Components::Variance { variance };
        for wrong in [Components::Count(0), variance(f64::NAN), variance(0.0), variance(1.0)] {
            for solver in &solvers {
                let refused = fit(&wrong, solver);
                assert!(matches!(refused, Err(Error::Parameter { .. })), "{wrong:?}, {solver:?}");
            }
            let mut gathered = PrincipalFit::new(2, &Solver::Svd).unwrap();
            gathered.update(rows.view()).unwrap();
            let refused = gathered.finish(&wrong);
            assert!(matches!(refused, Err(Error::Parameter { .. })), "{wrong:?}");
            let refused = PrincipalComponents::restore(&state, &wrong);
            assert!(matches!(refused, Err(Error::Parameter { .. })), "{wrong:?}");
        }
        let refused = fit(&variance(0.5), &solvers[2]).unwrap_err().to_string();
        let wanted = "wanted a number of components, with the randomised solver";
        assert_eq!(refused, format!("pca: parameter components.variance is 0.5, {wanted}"));
    }
}
