//! Kitsune: an ensemble of small autoencoders that learn a row once, online.

mod autoencoder;
mod features;
mod mapping;
mod stream;

use oddity_core::{Error, OnlineDetector, Result, Seed};
use serde::{Deserialize, Serialize};

use super::OnlineModel;
use super::rows::check_width;
use stream::Stream;

const STEP: &str = "kitsune";

/// Features at most: the sums for their correlations take 512 MiB.
const MOST_FEATURES: usize = 1 << 13;

/// Scores a row by how badly small autoencoders, each of columns that go together, make it again.
///
/// 1. **Damped statistics.** Behind the columns of a row come, for each decay `l`, the mean and
///    the deviation of each column over the rows up to it, in which a row of age `a` weighs
///    `2^(-l a)`: so the networks see where a row stands, and not only what it is.
/// 2. **Feature map.** From the correlations over the first `map_rows` rows, features are put
///    together by single linkage, with distance `1 - correlation`, until a group would hold more
///    than `group` of them.
/// 3. **Ensemble.** Each group `g` has an autoencoder of one hidden layer with `ceil(hidden |g|)`
///    units, sigmoid on both sides, the second layer being the first one transposed. Inputs are
///    brought between 0 and 1 by the least and the largest value so far. With
///    `e_g = |x_g - f_g(x_g)| / sqrt(|g|)`, another autoencoder `f` of the errors, likewise brought
///    between 0 and 1, makes
///
/// ```text
/// score = |e - f(e)| / sqrt(number of groups)
/// ```
///
/// 4. **Learning.** One step of stochastic gradient descent a row, after its score.
///
/// - The first `map_rows` rows and the next are learnt only, with score 0.
/// - Cost: for `p = d (1 + 2 n_decays)` features `O(p group)` a row, while the map is made `O(p^2)`,
///   memory too, and once `O(p^2 log p)`.
/// - Causal: a score depends on the rows before it.
/// - Weights of columns: the squared errors of all features of a column in the ensemble, which the
///   last autoencoder then weighs.
/// - The statistics of the paper are those of packets of one address, channel or socket each, and
///   decay with time: the step `damped_stats` makes them, and `decays = []` leaves them as they are.
///   The statistics here are for rows of any kind, and their clock is the number of rows.
/// - Differs from the paper, which stops learning after so many rows; here `learn_rows` says so, by
///   default never. A feature that does not vary is moved alone, where the authors' code divides by
///   1e-16.
/// - As in the authors' code, the error that is learnt is the cross-entropy, and biases of a layer
///   move together, by their mean gradient.
/// - Errors: no column, more than 8,192 features, a row of another width or with a value that is not
///   finite, a score beyond the range of numbers.
///
/// # Example
///
/// ```
/// use oddity_core::{OnlineDetector, Seed};
/// use oddity_models::online::{Kitsune, KitsuneParams, OnlineModel};
///
/// let params = KitsuneParams { map_rows: 50, decays: vec![], ..KitsuneParams::default() };
/// let mut stream = Kitsune::new(params)?.begin(2, Seed(1))?;
/// let wave = |i: usize| [(i % 7) as f64, (i % 7) as f64 * 2.0];
/// for i in 0..400 {
///     stream.learn_one(&wave(i))?;
/// }
/// assert!(stream.score_one(&wave(401))? < stream.score_one(&[6.0, -8.0])?);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # Reference
///
/// Y. Mirsky, T. Doitshman, Y. Elovici and A. Shabtai. Kitsune: an ensemble of autoencoders for
/// online network intrusion detection. NDSS 2018, doi:10.14722/ndss.2018.23204.
#[derive(Clone, Debug)]
pub struct Kitsune {
    params: KitsuneParams,
}

/// Parameters of [`Kitsune`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KitsuneParams {
    /// Decays of the damped statistics, each more than 0. Default 0.1 and 0.01, with which a row
    /// weighs half as much after 10 and after 100 rows; none leaves the rows as they are.
    pub decays: Vec<f64>,
    /// Rows that the feature map is made of, at least 2. Default 100, so that short streams have
    /// scores; the paper takes 5,000.
    pub map_rows: usize,
    /// Features in a group, at most; at least 1. Default 10, the paper's.
    pub group: usize,
    /// Hidden units a feature, more than 0 and at most 1. Default 0.75, the paper's.
    pub hidden: f64,
    /// Of the gradient descent, more than 0. Default 0.1, the paper's.
    pub learning_rate: f64,
    /// Rows behind those of the feature map that are learnt from. By default all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub learn_rows: Option<usize>,
}

impl Default for KitsuneParams {
    fn default() -> KitsuneParams {
        KitsuneParams {
            decays: vec![0.1, 0.01],
            map_rows: 100,
            group: 10,
            hidden: 0.75,
            learning_rate: 0.1,
            learn_rows: None,
        }
    }
}

impl Kitsune {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: KitsuneParams) -> Result<Kitsune> {
        let check =
            |name, found: f64, ok, wanted| Error::check_parameter(STEP, name, found, ok, wanted);
        for &decay in &params.decays {
            check("decays", decay, 0.0 < decay && decay.is_finite(), "more than 0")?;
        }
        check("map_rows", params.map_rows as f64, 2 <= params.map_rows, "at least 2")?;
        check("group", params.group as f64, 1 <= params.group, "at least 1")?;
        let hidden = params.hidden;
        check("hidden", hidden, 0.0 < hidden && hidden <= 1.0, "more than 0 and at most 1")?;
        let rate = params.learning_rate;
        check("learning_rate", rate, 0.0 < rate && rate.is_finite(), "more than 0")?;
        Ok(Kitsune { params })
    }
}

impl OnlineModel for Kitsune {
    fn begin(&self, n_columns: usize, seed: Seed) -> Result<Box<dyn OnlineDetector>> {
        check_width(STEP, n_columns)?;
        let n_features = n_columns.saturating_mul(1 + 2 * self.params.decays.len());
        let wanted = "few enough for at most 8,192 features, those of the decays included";
        let fits = n_features <= MOST_FEATURES;
        Error::check_parameter(STEP, "n_columns", n_columns as f64, fits, wanted)?;
        Ok(Box::new(Stream::new(self.params.clone(), n_columns, seed)))
    }
}
