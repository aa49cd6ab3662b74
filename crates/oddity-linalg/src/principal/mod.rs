//! Principal components of a stream of rows.

mod fit;
mod project;
mod randomized;
mod state;

use oddity_core::{Error, FrameView, Result};
use serde::{Deserialize, Serialize};

use crate::product::Panels;
use crate::scatter::Scatter;
use crate::stream::Stream;
use crate::triangle::Triangle;

/// How many components are kept.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Components {
    /// So many: `components = 14`.
    Count(usize),
    /// The fewest whose share of the variance is above this one: `components = { variance =
    /// 0.8 }`.
    Variance {
        /// Between 0 and 1, both excluded.
        variance: f64,
    },
}

impl Components {
    /// Refuses 0 components and a share outside 0 to 1.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`].
    pub fn check(&self, step: &'static str) -> Result<()> {
        match *self {
            Components::Count(count) => {
                let (found, ok) = (count as f64, 0 < count);
                Error::check_parameter(step, "components", found, ok, "at least 1")
            }
            Components::Variance { variance } => {
                let (ok, wanted) = (0.0 < variance && variance < 1.0, "between 0 and 1");
                Error::check_parameter(step, "components.variance", variance, ok, wanted)
            }
        }
    }
}

/// How components are computed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solver {
    /// `covariance` where there are at least ten rows a column (and for streams), else `svd`:
    /// exact either way.
    #[default]
    Auto,
    /// Eigenvectors of the covariance matrix. Variances come out with an error of about 1e-16
    /// of the largest one.
    Covariance,
    /// Singular vectors of the triangular factor of the centred rows: twice the work of
    /// `covariance`, with small variances to their last digits.
    Svd,
    /// An approximation of the first components by random projection: for tables of
    /// thousands of columns.
    Randomized(RandomizedParams),
}

/// Parameters of the randomised solver; the defaults are scikit-learn's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RandomizedParams {
    /// Directions beyond the components asked for.
    pub oversamples: usize,
    /// Passes over the table that turn the directions towards the components.
    pub iterations: usize,
    /// The seed of the first directions.
    pub seed: u64,
}

impl Default for RandomizedParams {
    fn default() -> RandomizedParams {
        RandomizedParams { oversamples: 10, iterations: 7, seed: 0 }
    }
}

/// Gathers what principal components need from rows that come in parts.
///
/// Memory grows with the square of the columns and the logarithm of the rows.
#[derive(Clone, Debug)]
pub struct PrincipalFit(Gathered);

#[derive(Clone, Debug)]
enum Gathered {
    Scatter(Stream<Scatter>),
    Triangle(Stream<Triangle>),
}

impl PrincipalFit {
    /// Begins with no row.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for [`Solver::Randomized`], which reads the rows several times.
    pub fn new(width: usize, solver: &Solver) -> Result<PrincipalFit> {
        Ok(PrincipalFit(match solver {
            Solver::Auto | Solver::Covariance => Gathered::Scatter(Stream::new(width)),
            Solver::Svd => Gathered::Triangle(Stream::new(width)),
            Solver::Randomized(params) => {
                let (parameter, found) = ("solver.randomized.iterations", params.iterations as f64);
                let wanted = "another solver, for rows that come in parts";
                return Err(Error::Parameter { step: "pca", parameter, found, wanted });
            }
        }))
    }

    /// Takes more rows.
    ///
    /// # Errors
    ///
    /// [`Error::Width`] for another number of columns.
    pub fn update(&mut self, rows: FrameView<'_>) -> Result<()> {
        match &mut self.0 {
            Gathered::Scatter(stream) => {
                let width = stream.width();
                rows.expect_width(width)?;
                let bytes = Scatter::bytes(width);
                stream.update(rows.values(), bytes, |rows| Scatter::of_shard(rows, width));
            }
            Gathered::Triangle(stream) => {
                let width = stream.width();
                rows.expect_width(width)?;
                let bytes = Triangle::bytes(width);
                stream.update(rows.values(), bytes, |rows| Triangle::of_shard(rows, width));
            }
        }
        Ok(())
    }

    /// Number of rows so far.
    pub fn n_rows(&self) -> usize {
        match &self.0 {
            Gathered::Scatter(stream) => stream.n_rows(),
            Gathered::Triangle(stream) => stream.n_rows(),
        }
    }
}

/// Principal components: the directions of the largest variance, perpendicular to each
/// other, in descending order of variance.
///
/// The sign of a component is the one that makes its entry of the largest size positive, as
/// in scikit-learn 1.9 (`svd_flip` with `u_based_decision=False`). Variances are those of a
/// sample, divided by `n - 1`.
#[derive(Clone, Debug, PartialEq)]
pub struct PrincipalComponents {
    n_rows: usize,
    means: Vec<f64>,
    /// `n_components x width`, row-major.
    components: Vec<f64>,
    variances: Vec<f64>,
    ratios: Vec<f64>,
    total_variance: f64,
    /// `width x n_components`: for projections.
    across: Panels,
    /// `n_components x width`: for reconstructions.
    along: Panels,
}

impl PrincipalComponents {
    /// Number of components kept.
    pub fn n_components(&self) -> usize {
        self.variances.len()
    }

    /// Number of columns of the rows.
    pub fn width(&self) -> usize {
        self.means.len()
    }

    /// Number of rows they were computed from.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The mean of each column.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// The components, `n_components x width`, row-major.
    pub fn components(&self) -> &[f64] {
        &self.components
    }

    /// The variance along each component.
    pub fn variances(&self) -> &[f64] {
        &self.variances
    }

    /// The share of each component in the variance of all columns.
    pub fn variance_ratios(&self) -> &[f64] {
        &self.ratios
    }

    /// The variance of all columns together.
    pub fn total_variance(&self) -> f64 {
        self.total_variance
    }

    /// The singular values of the centred rows: `sqrt(variance (n - 1))`.
    pub fn singular_values(&self) -> Vec<f64> {
        let freedom = (self.n_rows - 1) as f64;
        self.variances.iter().map(|variance| (variance * freedom).sqrt()).collect()
    }
}
