//! What principal components are kept as.

use oddity_core::{ANY, Result, State};

use super::{Components, PrincipalComponents};
use crate::product::Panels;

impl PrincipalComponents {
    /// Takes what was computed, with the components as rows of `width`.
    pub(super) fn new(
        n_rows: usize,
        means: Vec<f64>,
        components: Vec<f64>,
        variances: Vec<f64>,
        total_variance: f64,
    ) -> PrincipalComponents {
        let (width, n_components) = (means.len(), variances.len());
        let ratios = variances.iter().map(|variance| variance / total_variance).collect();
        let across = Panels::pack(width, n_components, |i, j| components[j * width + i]);
        let along = Panels::pack(n_components, width, |i, j| components[i * width + j]);
        PrincipalComponents {
            n_rows,
            means,
            components,
            variances,
            ratios,
            total_variance,
            across,
            along,
        }
    }

    /// What the components are kept as: `means`, `components`, `variances`, `total_variance` and
    /// `n_rows`.
    pub fn state(&self) -> State {
        let (width, n_components) = (self.width(), self.n_components());
        let mut state = State::new();
        state.put_count("n_rows", self.n_rows);
        state.put_f64s("means", &[width], &self.means);
        state.put_f64s("components", &[n_components, width], &self.components);
        state.put_f64s("variances", &[n_components], &self.variances);
        state.put_f64("total_variance", self.total_variance);
        state
    }

    /// The components whose [`state`](PrincipalComponents::state) that is, to the same bits,
    /// where so many were to be kept.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::State`] for a state of something else, and as [`Components::check`].
    pub fn restore(state: &State, wanted: &Components) -> Result<PrincipalComponents> {
        wanted.check("pca")?;
        let means = state.f64s("means", &[ANY])?;
        let variances = state.f64s("variances", &[ANY])?;
        let (width, n_components) = (means.len(), variances.len());
        let n_rows = state.count("n_rows")?;
        if n_rows < 2 {
            return Err(state.wrong("n_rows", "at least 2"));
        }
        let fits = match *wanted {
            Components::Count(count) => count == n_components,
            Components::Variance { .. } => 0 < n_components,
        };
        if !fits || n_rows.min(width) < n_components {
            return Err(state.wrong("variances", "as many as components that are kept"));
        }
        let components = state.f64s("components", &[n_components, width])?;
        let total_variance = state.f64("total_variance")?;
        if variances.iter().any(|variance| *variance < 0.0) {
            return Err(state.wrong("variances", "numbers of at least 0"));
        }
        if total_variance <= 0.0 {
            return Err(state.wrong("total_variance", "a number above 0"));
        }
        let (means, components) = (means.to_vec(), components.to_vec());
        Ok(PrincipalComponents::new(n_rows, means, components, variances.to_vec(), total_variance))
    }
}
