//! Rows to their places along the directions of the largest variance.

use oddity_core::{
    Columns, FittedTransformer, Frame, FrameView, Result, Samples, SamplesOwned, State, Transformer,
};
use oddity_linalg::{Components, PrincipalComponents, PrincipalFit, Solver};
use serde::{Deserialize, Serialize};

use crate::row_wise;

/// Parameters of [`Pca`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PcaParams {
    /// How many components are kept: `14`, or `{ variance = 0.8 }` for the fewest whose share
    /// of the variance is above 0.8. The default is that of the KDD http study;
    /// scikit-learn's is all.
    pub components: Components,
    /// How they are computed.
    pub solver: Solver,
    /// Whether places are divided by the deviation along their component.
    pub whiten: bool,
}

impl Default for PcaParams {
    fn default() -> PcaParams {
        let components = Components::Variance { variance: 0.8 };
        PcaParams { components, solver: Solver::Auto, whiten: false }
    }
}

/// Rows to their places along the principal components: `(x - mean) . component`, one column
/// `pc0`, `pc1`, .. a component.
///
/// Variances and their shares, components and their signs are those of scikit-learn 1.9's
/// `PCA` (`svd_solver="full"`). Unlike its default for tall tables, the covariance is formed
/// from centred rows, so that large means cost no digits. [`Pca::begin`] takes the training
/// table in parts.
///
/// - Shapes: dense or sparse `n x d` to dense `n x k`; windows keep their place over the
///   table of places, and are fitted on the rows that they cover, each once.
/// - Cost: fit `n d^2` and `d^3` (`covariance`), twice that (`svd`), or `n d k` for each
///   iteration (`randomized`); memory `d^2 log n` beside the rows. Transform `n d k`.
///
/// Pearson 1901, doi:10.1080/14786440109462720; Halko, Martinsson and Tropp 2011,
/// doi:10.1137/090771806, for the randomised solver.
///
/// # Example
///
/// ```
/// use oddity_core::Frame;
/// use oddity_features::{Components, Pca, PcaParams};
///
/// let rows = Frame::new(vec![1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0], ["x", "y"])?;
/// let params = PcaParams { components: Components::Count(1), ..Default::default() };
/// let fitted = Pca::new(params)?.fit_frame(rows.view())?;
/// let places = fitted.transform_frame(rows.view())?;
/// assert!((places.values()[3] - 1.5 * 2f64.sqrt()).abs() < 1e-12);
/// let back = fitted.inverse_transform(places.view())?;
/// assert!((back.row(0)[1] - 1.0).abs() < 1e-12);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pca {
    params: PcaParams,
}

impl Pca {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for no component, or a share of the variance outside 0 to 1.
    pub fn new(params: PcaParams) -> Result<Pca> {
        params.components.check("pca")?;
        Ok(Pca { params })
    }

    /// Fits rows in memory.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::TooFewSamples`] for fewer than two rows, [`oddity_core::Error::Parameter`] for more
    /// components than rows or columns, [`oddity_core::Error::Numeric`] if no column varies or a value
    /// leaves the range of numbers.
    pub fn fit_frame(&self, rows: FrameView<'_>) -> Result<FittedPca> {
        let PcaParams { components, solver, .. } = &self.params;
        let principal = PrincipalComponents::fit(rows, components, solver)?;
        Ok(FittedPca::new(principal, self.params.whiten, rows.columns()))
    }

    /// Begins a fit on rows that come in parts.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for the randomised solver, which reads the rows several times.
    pub fn begin(&self, columns: &Columns) -> Result<PcaFit> {
        let gathered = PrincipalFit::new(columns.len(), &self.params.solver)?;
        Ok(PcaFit { params: self.params.clone(), gathered, columns: columns.clone() })
    }
}

impl Transformer for Pca {
    fn fit(&self, train: &Samples<'_>) -> Result<Box<dyn FittedTransformer>> {
        Ok(Box::new(row_wise::learn(train, |rows| self.fit_frame(rows))?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedTransformer>> {
        let kept = state.part("principal");
        let principal = PrincipalComponents::restore(&kept, &self.params.components)?;
        let columns = state.columns("columns", principal.width())?;
        Ok(Box::new(FittedPca::new(principal, self.params.whiten, &columns)))
    }
}

/// A fit of [`Pca`] on rows that come in parts: the same bits as for all of them at once,
/// with the same solver (`auto` is `covariance` here).
#[derive(Clone, Debug)]
pub struct PcaFit {
    params: PcaParams,
    gathered: PrincipalFit,
    columns: Columns,
}

impl PcaFit {
    /// Takes more rows.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Width`] for another number of columns.
    pub fn update(&mut self, rows: FrameView<'_>) -> Result<()> {
        self.gathered.update(rows)
    }

    /// What was learnt from all rows.
    ///
    /// # Errors
    ///
    /// As [`Pca::fit_frame`].
    pub fn finish(self) -> Result<FittedPca> {
        let principal = self.gathered.finish(&self.params.components)?;
        Ok(FittedPca::new(principal, self.params.whiten, &self.columns))
    }
}

/// A fitted [`Pca`].
#[derive(Clone, Debug, PartialEq)]
pub struct FittedPca {
    principal: PrincipalComponents,
    /// What places are multiplied by, where they are whitened.
    factors: Option<Vec<f64>>,
    columns: Columns,
    places: Columns,
}

impl FittedPca {
    fn new(principal: PrincipalComponents, whiten: bool, columns: &Columns) -> FittedPca {
        // A deviation of 0 would make infinities; scikit-learn bounds it alike.
        let factor = |variance: &f64| 1.0 / variance.sqrt().max(f64::EPSILON);
        let factors = whiten.then(|| principal.variances().iter().map(factor).collect());
        let places = Columns::numbered("pc", principal.n_components());
        FittedPca { principal, factors, columns: columns.clone(), places }
    }

    /// Means, components, variances and their shares, singular values.
    pub fn principal(&self) -> &PrincipalComponents {
        &self.principal
    }

    /// Places of rows along the components, a part of a stream or all of them.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Width`] for another number of columns, [`oddity_core::Error::NotFinite`] if a value leaves
    /// the range of numbers.
    pub fn transform_frame(&self, rows: FrameView<'_>) -> Result<Frame> {
        let places = self.principal.project_scaled(rows, self.factors.as_deref())?;
        Frame::new(places, &self.places)
    }

    /// The rows that lie at these places.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Width`] for another number of columns than components, [`oddity_core::Error::NotFinite`]
    /// if a value leaves the range of numbers.
    pub fn inverse_transform(&self, places: FrameView<'_>) -> Result<Frame> {
        places.expect_width(self.principal.n_components())?;
        let Some(factors) = &self.factors else {
            return Frame::new(self.principal.reconstruct(places.values())?, &self.columns);
        };
        let factors = factors.iter().cycle();
        let places: Vec<f64> =
            places.values().iter().zip(factors).map(|(place, factor)| place / factor).collect();
        Frame::new(self.principal.reconstruct(&places)?, &self.columns)
    }
}

impl FittedTransformer for FittedPca {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        row_wise::apply(samples, |rows| self.transform_frame(rows))
    }
    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_columns("columns", &self.columns);
        state.put_part("principal", self.principal.state());
        Some(state)
    }
}
