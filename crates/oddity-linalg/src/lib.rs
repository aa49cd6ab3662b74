//! Linear algebra that steps and models share: moments, covariance and principal components
//! of tables that may come in parts.
//!
//! # Overview
//!
//! - [`ColumnMoments`] gathers mean and deviation of each column, [`ColumnRanges`] the least
//!   and largest value, from a stream of rows.
//! - [`PrincipalFit`] gathers what principal components need from a stream of rows;
//!   [`PrincipalComponents`] holds them, projects rows and measures what is lost.
//! - [`Affine`] maps rows, each by itself: `(x - centre) M`, and the squared norms of that.
//! - [`vectorized!`] compiles a plain loop for the vector registers of the machine.
//!
//! Rows are cut into fixed shards, counted from the first row of the stream; what does not
//! fill a shard is carried to the next call. Each shard is summed around its own means, and
//! shards are merged by the formulas of Chan, Golub and LeVeque 1983,
//! doi:10.1080/00031305.1983.10483115, pairwise in a tree that depends on their number alone.
//! So a result has the same bits however the stream is cut and whatever the number of
//! threads, and no large mean can swallow a small deviation.
//!
//! # Example
//!
//! ```
//! use oddity_core::Frame;
//! use oddity_linalg::{Components, PrincipalFit, Solver};
//!
//! let rows = Frame::new(vec![0.0, 0.0, 1.0, 2.0, 2.0, 4.0, 3.0, 6.0], ["x", "y"])?;
//! let mut fit = PrincipalFit::new(2, &Solver::Covariance)?;
//! fit.update(rows.view().slice(0..1))?;
//! fit.update(rows.view().slice(1..4))?;
//! let principal = fit.finish(&Components::Count(1))?;
//! assert!((principal.variance_ratios()[0] - 1.0).abs() < 1e-12);
//! assert!((principal.components()[1] - 2.0 * principal.components()[0]).abs() < 1e-12);
//! # Ok::<(), oddity_core::Error>(())
//! ```
//!
//! # Feature `blas`
//!
//! With it the eigenvalues of [`Solver::Covariance`] come from LAPACK's `dsyev` and the singular
//! values of [`Solver::Svd`] from `dgesdd`, out of the OpenBLAS that the system has (Debian:
//! `libopenblas-dev`). The same tests hold. It is there to check the default against another
//! implementation, not for speed: a fit of 3,000 rows took 1.1 times (60 columns), 1.3 times
//! (120) and 3 times (700) the default's with `covariance`, and 1.0 to 1.1 times with `svd`, with
//! one thread of OpenBLAS (Debian's 0.3.21, two cores of a Xeon at 2.5 GHz, in turns). Products
//! stay ours: a fit of 125,000 x 120 by scikit-learn, whose products are OpenBLAS's, takes 1.8
//! times ours.
//!
//! The bits then depend on the version of OpenBLAS, on the processor that it chooses its code for,
//! and on its number of threads (seen from 60 columns on): with `OPENBLAS_NUM_THREADS=1` they are
//! the same on a machine whatever rayon's threads, and it is faster. `oddity-bench` keys its cells
//! by the feature.
//!
//! # What it does not do
//!
//! No steps of a pipeline (`oddity-features`) and no model (`oddity-models`): it is what both
//! compute with, and they do not know each other.

mod affine;
mod dense;
mod means;
mod moments;
mod principal;
mod product;
mod ranges;
mod scatter;
mod stream;
mod tile;
mod triangle;
/// What the macro [`vectorized!`] is made of.
#[doc(hidden)]
pub mod vectorized;

pub use affine::Affine;
pub use moments::{ColumnMoments, Moments};
pub use principal::{Components, PrincipalComponents, PrincipalFit, RandomizedParams, Solver};
pub use ranges::{ColumnRanges, Ranges};
