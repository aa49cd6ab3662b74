//! Online detectors as detectors of tables: fit learns the training rows, scoring goes on
//! behind them.

use std::sync::Arc;

use oddity_core::{
    ANY, Causality, Columns, Detector, Error, FittedDetector, Frame, FrameView, Result, Samples,
    ScoreStream, Scores, Seed, State,
};
use serde::{Deserialize, Serialize};

use super::OnlineModel;
use super::drift::{DriftParams, RunningTest};
use super::half_space_trees::HalfSpaceTrees;
use super::kitsune::Kitsune;
use super::prequential::{Prequential, PrequentialParams};
use super::robust_random_cut_forest::RobustRandomCutForest;
use super::running_z_score::RunningZScore;
use crate::catalogue::OnlineConfig;

const STEP: &str = "online";

/// Any online detector, with what surrounds it: whether it goes on learning while it scores, and
/// what it does about drift.
///
/// `fit` learns the training rows in their order. Scoring goes on behind them, each call anew:
/// each row is scored, then learnt, so that
///
/// ```text
/// score(x_t) = score of x_t after training rows and x_1 .. x_t-1 of the call were learnt
/// ```
///
/// - With `adapts = false` nothing is learnt while scoring: rows are scored one by one by what was
///   learnt from the training rows.
/// - Cost: that of the detector; each call copies its state once.
/// - Causal: a score depends on the rows before it in the call.
/// - Errors: those of the detector and of the test for drift; no training row.
///
/// # Example
///
/// ```
/// use oddity_core::{Frame, Seed};
/// use oddity_models::catalogue::DetectorConfig;
///
/// let config: DetectorConfig = toml::from_str(
///     "kind = 'online'
///      detector = { kind = 'running_z_score' }
///      drift = { test = { threshold = 5.0 }, relearn = 4 }",
/// )?;
/// let train = Frame::new(vec![1.0, 3.0, 1.0, 3.0], ["x"])?;
/// let fitted = config.build()?.fit(&train.samples(), Seed(0))?;
/// let scores = fitted.score(&Frame::new(vec![5.0, 5.0], ["x"])?.samples())?;
/// assert_eq!(scores.values()[0], 3.0);
/// assert!(scores.values()[1] < 3.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Online {
    model: Arc<dyn OnlineModel>,
    adapts: bool,
    prequential: PrequentialParams,
}

/// Parameters of [`Online`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OnlineParams {
    /// The detector. By default half-space trees.
    pub detector: OnlineConfig,
    /// Whether it goes on learning while it scores. By default it does.
    pub adapts: bool,
    /// What happens when the scores say that the stream has changed. By default nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<DriftParams>,
}

impl Default for OnlineParams {
    fn default() -> OnlineParams {
        let detector = OnlineConfig::HalfSpaceTrees(Default::default());
        OnlineParams { detector, adapts: true, drift: None }
    }
}

impl Online {
    /// Checks the parameters, those of the detector too.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for one outside its range.
    pub fn new(params: OnlineParams) -> Result<Online> {
        Online::of(params, OnlineConfig::build)
    }

    /// With a detector that `build` makes.
    pub(crate) fn of(
        params: OnlineParams,
        build: impl Fn(&OnlineConfig) -> Result<Arc<dyn OnlineModel>>,
    ) -> Result<Online> {
        let OnlineParams { detector, adapts, drift } = params;
        let _: Option<RunningTest> = drift.as_ref().map(DriftParams::begin).transpose()?;
        let prequential = PrequentialParams { warm_up: 0, drift };
        Ok(Online { model: build(&detector)?, adapts, prequential })
    }

    /// One that goes on learning, without a test for drift.
    fn plain(model: impl OnlineModel + 'static) -> Online {
        let prequential = PrequentialParams::default();
        Online { model: Arc::new(model), adapts: true, prequential }
    }

    fn begin(&self, n_columns: usize, seed: Seed) -> Result<Prequential> {
        Prequential::new(Arc::clone(&self.model), &self.prequential, n_columns, seed)
    }

    fn learn(&self, rows: FrameView<'_>, seed: Seed) -> Result<Fitted> {
        if rows.n_rows() == 0 {
            return Err(Error::TooFewSamples { step: STEP, wanted: 1, found: 0 });
        }
        let mut run = self.begin(rows.n_columns(), seed)?;
        rows.iter().try_for_each(|row| run.learn(row))?;
        let state = run.state().ok_or(Error::NotSaved { what: "this online detector" })?;
        Ok(Fitted { online: self.clone(), columns: rows.columns().clone(), seed, state })
    }
}

impl Detector for Online {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(train.with_dense(|rows| self.learn(rows, seed))?))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let columns = state.columns("columns", ANY)?;
        let seed = Seed(state.u64s("seed", &[])?[0]);
        let state = state.part("run");
        let fitted = Fitted { online: self.clone(), columns, seed, state };
        fitted.resume()?;
        Ok(Box::new(fitted))
    }
}

/// Makes online models detectors of tables, as [`Online`] is with defaults.
macro_rules! detectors {
    ($($model:ty),*) => {
        $(
            impl Detector for $model {
                fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
                    Online::plain(self.clone()).fit(train, seed)
                }

                fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
                    Online::plain(self.clone()).restore(state)
                }
            }
        )*
    };
}

detectors!(HalfSpaceTrees, RobustRandomCutForest, RunningZScore, Kitsune);

/// The run behind the training rows.
struct Fitted {
    online: Online,
    columns: Columns,
    seed: Seed,
    state: State,
}

impl Fitted {
    fn resume(&self) -> Result<Prequential> {
        let mut run = self.online.begin(self.columns.len(), self.seed)?;
        run.resume(&self.state)?;
        Ok(run)
    }

    fn begin(&self) -> Result<OnlineStream> {
        let (columns, adapts) = (self.columns.clone(), self.online.adapts);
        Ok(OnlineStream { run: self.resume()?, columns, adapts })
    }

    fn weigh(&self, rows: FrameView<'_>) -> Result<Option<Frame>> {
        Ok(self.begin()?.score(rows, true)?.1)
    }
}

/// A run that goes on from part to part.
struct OnlineStream {
    run: Prequential,
    columns: Columns,
    adapts: bool,
}

impl ScoreStream for OnlineStream {
    fn score(&mut self, rows: FrameView<'_>, weighs: bool) -> Result<(Scores, Option<Frame>)> {
        rows.expect_width(self.columns.len())?;
        let mut scores = Vec::with_capacity(rows.n_rows());
        let mut weights = weighs.then(|| Vec::with_capacity(rows.values().len()));
        for row in rows.iter() {
            if let Some(of_rows) = &mut weights {
                match self.run.weigh_columns(row)? {
                    Some(of_row) => of_rows.extend(of_row),
                    None => weights = None,
                }
            }
            scores.push(match self.adapts {
                true => self.run.score_then_learn(row)?,
                false => self.run.score(row)?,
            });
        }
        let weights = weights.map(|weights| Frame::new(weights, &self.columns)).transpose()?;
        Ok((Scores::new(scores)?, weights))
    }
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        samples.with_dense(|rows| Ok(self.begin()?.score(rows, false)?.0))
    }

    fn stream(&self) -> Result<Option<Box<dyn ScoreStream>>> {
        Ok(Some(Box::new(self.begin()?)))
    }

    fn causality(&self) -> Causality {
        if self.online.adapts { Causality::Causal } else { Causality::Pointwise }
    }

    /// The weights that the detector's page names.
    fn column_errors(&self, samples: &Samples<'_>) -> Result<Option<Frame>> {
        samples.with_dense(|rows| self.weigh(rows))
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_columns("columns", &self.columns);
        state.put_u64s("seed", &[], &[self.seed.0]);
        state.put_part("run", self.state.clone());
        Some(state)
    }
}
