//! Distance of a sample to the space of the first principal components.

use oddity_core::{
    Columns, Detector, FittedDetector, Frame, FrameView, Reconstruction, Result, Samples, Scores,
    Seed, State, Windows,
};
use oddity_linalg::{Components, PrincipalComponents, PrincipalFit, Solver};
use serde::{Deserialize, Serialize};

use crate::flattened::Shape;

/// Flattened windows that are in memory at a time.
const BATCH: usize = 2_048;

/// Parameters of [`PcaReconstruction`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PcaReconstructionParams {
    /// How many components count as normal: a number, or the share of the variance that they
    /// explain. By default half of it, as the major components of Shyu et al. 2003.
    pub components: Components,
    /// How they are computed.
    pub solver: Solver,
    /// What a window is scored by.
    pub windows: WindowScore,
}

impl Default for PcaReconstructionParams {
    fn default() -> PcaReconstructionParams {
        PcaReconstructionParams {
            components: Components::Variance { variance: 0.5 },
            solver: Solver::Auto,
            windows: WindowScore::Mean,
        }
    }
}

/// What a window is scored by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowScore {
    /// The mean of the errors of its rows, with components of rows.
    #[default]
    Mean,
    /// The error of its rows behind each other as one long row, with components of those: what
    /// is normal in a row may depend on the rows before it.
    Flatten,
}

/// Scores a sample by its squared distance to the space of the first principal components.
///
/// The score of a row is `|x - m - V V' (x - m)|^2`, with `m` the means of the training rows
/// and `V` their first principal components: the part of the row that they do not explain,
/// also called squared prediction error or Q. Columns of a larger scale weigh more:
/// standardise before. With as many components as columns nothing is left to score.
///
/// - Reads rows (sparse ones are written out) and windows. Components of single rows are
///   fitted on the rows that the training windows cover, each once.
/// - Cost: fit `n d^2 + d^3`, score `n d k` for `k` components; a flattened window has
///   `size d` columns, and its covariance is kept in memory.
/// - Pointwise: a score does not depend on the other samples.
/// - No limit of the score is derived from a normal distribution, as the papers do: that is a
///   threshold, fitted on held-out scores.
/// - Errors: fewer than two samples, more components than samples or columns, columns that do
///   not vary at all; the randomised solver does not take flattened windows; samples to score that
///   are of another kind, width or window size than those of the fit.
///
/// Jackson and Mudholkar 1979, doi:10.1080/00401706.1979.10489779; Shyu, Chen, Sarinnapakorn
/// and Chang 2003, "A novel anomaly detection scheme based on principal component
/// classifier".
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Frame, Seed};
/// use oddity_models::linear::{PcaReconstruction, PcaReconstructionParams};
///
/// let train = Frame::new(vec![1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0], ["x", "y"])?;
/// let detector = PcaReconstruction::new(PcaReconstructionParams::default())?;
/// let fitted = detector.fit(&train.samples(), Seed(0))?;
/// let test = Frame::new(vec![5.0, 5.0, 3.0, 1.0], ["x", "y"])?;
/// let scores = fitted.score(&test.samples())?;
/// assert!(scores.values()[0] < 1e-20);
/// assert!((scores.values()[1] - 2.0).abs() < 1e-12);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct PcaReconstruction {
    params: PcaReconstructionParams,
}

impl PcaReconstruction {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`](oddity_core::Error::Parameter) for no component, or a share of the
    /// variance outside 0 to 1.
    pub fn new(params: PcaReconstructionParams) -> Result<PcaReconstruction> {
        params.components.check("pca_reconstruction")?;
        Ok(PcaReconstruction { params })
    }

    /// Whether the components of samples of this shape are those of whole windows.
    fn flattens(&self, shape: Shape) -> bool {
        shape.size.is_some() && self.params.windows == WindowScore::Flatten
    }

    fn fit_rows(&self, rows: FrameView<'_>) -> Result<PrincipalComponents> {
        PrincipalComponents::fit(rows, &self.params.components, &self.params.solver)
    }

    fn fit_windows(&self, windows: &Windows<'_>) -> Result<PrincipalComponents> {
        if self.params.windows == WindowScore::Mean {
            let covered = windows.covered();
            if covered.len() == windows.frame().n_rows() {
                return self.fit_rows(windows.frame());
            }
            return self.fit_rows(windows.frame().select(&covered).view());
        }
        let width = windows.size() * windows.frame().n_columns();
        let solver = self.params.solver.streamed(windows.len(), width);
        let mut fit = PrincipalFit::new(width, &solver)?;
        flattened(windows, |rows| fit.update(rows))?;
        fit.finish(&self.params.components)
    }
}

impl Detector for PcaReconstruction {
    fn fit(&self, train: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
        let (principal, shape) = match train {
            Samples::Windows(windows) => {
                let (size, n_columns) = (Some(windows.size()), windows.frame().n_columns());
                (self.fit_windows(windows)?, Shape { size, n_columns })
            }
            other => other.with_dense(|rows| {
                let shape = Shape { size: None, n_columns: rows.n_columns() };
                Ok((self.fit_rows(rows)?, shape))
            })?,
        };
        Ok(Box::new(FittedPcaReconstruction { principal, shape, flatten: self.flattens(shape) }))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let shape = Shape::restore(state)?;
        let flatten = self.flattens(shape);
        let principal = PrincipalComponents::restore(state, &self.params.components)?;
        let width = if flatten { shape.width() } else { shape.n_columns };
        if principal.width() != width {
            return Err(state.wrong("means", "as many as what the components are of has values"));
        }
        Ok(Box::new(FittedPcaReconstruction { principal, shape, flatten }))
    }
}

/// A fitted [`PcaReconstruction`].
struct FittedPcaReconstruction {
    principal: PrincipalComponents,
    shape: Shape,
    /// Whether the components are those of whole windows.
    flatten: bool,
}

impl FittedDetector for FittedPcaReconstruction {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let windows = match samples {
            Samples::Windows(windows) if !self.flatten => windows,
            _ => return self.shape.score_blocks(samples, |rows| self.principal.residuals(rows)),
        };
        self.shape.with(samples, |_| Ok(()))?;
        let rows = self.principal.residuals(windows.frame())?;
        let mean = |window: usize| {
            let start = windows.start(window);
            let sum: f64 = rows[start..start + windows.size()].iter().sum();
            sum / windows.size() as f64
        };
        Scores::new((0..windows.len()).map(mean).collect())
    }

    fn state(&self) -> Option<State> {
        let mut state = self.principal.state();
        self.shape.put(&mut state);
        Some(state)
    }

    /// The squared errors; of windows their mean over the rows, or their sum where windows are
    /// flattened. The sum over the columns is the score.
    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        let Some(made) = self.reconstruct(samples)? else { return Ok(None) };
        let (target, output) = (made.target(), made.output());
        let (width, n_steps) = (target.n_columns(), made.n_steps());
        let mut errors = vec![0.0; target.n_rows() / n_steps * width];
        let rows = target.view().iter().zip(output.view().iter()).enumerate();
        for (row, (target, output)) in rows {
            let errors = &mut errors[row / n_steps * width..][..width];
            for (error, (value, made)) in errors.iter_mut().zip(target.iter().zip(output)) {
                *error += (value - made) * (value - made);
            }
        }
        if !self.flatten {
            errors.iter_mut().for_each(|error| *error /= n_steps as f64);
        }
        Frame::new(errors, target.columns()).map(Some)
    }

    fn reconstruct(&self, samples: &Samples<'_>) -> Result<Option<Reconstruction>> {
        let made = |rows: FrameView<'_>| self.principal.reconstruct(&self.principal.project(rows)?);
        let Samples::Windows(windows) = samples else {
            return self.shape.with(samples, |all| {
                all.block(0..all.len(), |rows| {
                    let output = Frame::new(made(rows)?, rows.columns())?;
                    Reconstruction::new(1, rows.to_frame(), output).map(Some)
                })
            });
        };
        self.shape.with(samples, |_| Ok(()))?;
        let (columns, n_steps) = (windows.frame().columns(), windows.size());
        let all = (0..windows.len()).flat_map(|window| windows.get(window).values());
        let target = Frame::new(all.copied().collect(), columns)?;
        let output = if self.flatten {
            let mut output = Vec::with_capacity(target.values().len());
            flattened(windows, |rows| {
                output.extend(made(rows)?);
                Ok(())
            })?;
            output
        } else {
            made(target.view())?
        };
        Reconstruction::new(n_steps, target, Frame::new(output, columns)?).map(Some)
    }
}

/// Hands over the windows as rows, a bounded number at a time.
fn flattened(windows: &Windows<'_>, mut f: impl FnMut(FrameView<'_>) -> Result<()>) -> Result<()> {
    let columns = Columns::numbered("x", windows.size() * windows.frame().n_columns());
    for first in (0..windows.len()).step_by(BATCH) {
        let batch = first..windows.len().min(first + BATCH);
        let values = batch.flat_map(|window| windows.get(window).values().iter().copied());
        f(Frame::new(values.collect(), &columns)?.view())?;
    }
    Ok(())
}
