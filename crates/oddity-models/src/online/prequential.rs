//! Prequential runs: each row is scored before it is learnt, in time order.

use std::collections::VecDeque;
use std::sync::Arc;

use oddity_core::{ANY, FrameView, OnlineDetector, Result, Seed, State};
use serde::{Deserialize, Serialize};

use super::OnlineModel;
use super::drift::{DriftParams, RunningTest};

/// Parameters of [`Prequential`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrequentialParams {
    /// Rows at the beginning that are learnt without a score. Default 0.
    pub warm_up: usize,
    /// What happens when the scores say that the stream has changed. By default nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drift: Option<DriftParams>,
}

/// An online detector on its way along a stream: [`observe`](Prequential::observe) scores a row,
/// then learns it.
///
/// The first `warm_up` rows have no score; [`learn`](Prequential::learn) takes rows that are known
/// to be of the past, such as training rows, which count as warm-up too. With `drift`, a
/// [`DriftTest`](super::DriftTest) reads the scores: where their mean has grown, the detector
/// begins anew, with another seed, and learns the last rows again, so that no row is left without
/// a score.
///
/// The same rows, parameters and seed give the same bits; a run goes on from its
/// [`state`](Prequential::state) to the same bits.
///
/// # Example
///
/// ```
/// use std::sync::Arc;
///
/// use oddity_core::Seed;
/// use oddity_models::online::{
///     Prequential, PrequentialParams, RunningZScore, RunningZScoreParams,
/// };
///
/// let model = Arc::new(RunningZScore::new(RunningZScoreParams::default())?);
/// let params = PrequentialParams { warm_up: 4, drift: None };
/// let mut run = Prequential::new(model, &params, 1, Seed(0))?;
/// let mut scores = Vec::new();
/// for x in [1.0, 3.0, 1.0, 3.0, 5.0] {
///     scores.push(run.observe(&[x])?);
/// }
/// assert_eq!(scores, [None, None, None, None, Some(3.0)]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
///
/// # References
///
/// - A. P. Dawid. Present position and potential developments: the prequential approach. 1984,
///   doi:10.2307/2981683.
/// - J. Gama, I. Žliobaitė, A. Bifet, M. Pechenizkiy and A. Bouchachia. A survey on concept drift
///   adaptation. ACM Computing Surveys 46(4), 2014, doi:10.1145/2523813.
pub struct Prequential {
    model: Arc<dyn OnlineModel>,
    n_columns: usize,
    seed: Seed,
    detector: Box<dyn OnlineDetector>,
    warm_up: u64,
    /// Rows so far.
    n_rows: u64,
    drift: Option<Drift>,
}

struct Drift {
    test: RunningTest,
    /// The last rows, the oldest first, and how many are kept.
    rows: VecDeque<Vec<f64>>,
    relearn: usize,
    n_resets: u64,
}

impl Prequential {
    /// Before the first row of a stream of so many columns.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] for one outside its range, or no column.
    pub fn new(
        model: Arc<dyn OnlineModel>,
        params: &PrequentialParams,
        n_columns: usize,
        seed: Seed,
    ) -> Result<Prequential> {
        let drift = params.drift.as_ref().map(|params| {
            let (rows, relearn) = (VecDeque::new(), params.relearn);
            Ok(Drift { test: params.begin()?, rows, relearn, n_resets: 0 })
        });
        let detector = model.begin(n_columns, seed)?;
        let (warm_up, drift) = (params.warm_up as u64, drift.transpose()?);
        Ok(Prequential { model, n_columns, seed, detector, warm_up, n_rows: 0, drift })
    }

    /// Rows so far.
    pub fn n_rows(&self) -> u64 {
        self.n_rows
    }

    /// How often the detector began anew.
    pub fn n_resets(&self) -> u64 {
        self.drift.as_ref().map_or(0, |drift| drift.n_resets)
    }

    /// Learns a row without a score.
    ///
    /// # Errors
    ///
    /// Those of [`OnlineDetector::learn_one`].
    pub fn learn(&mut self, row: &[f64]) -> Result<()> {
        self.detector.learn_one(row)?;
        self.n_rows += 1;
        if let Some(drift) = &mut self.drift {
            if drift.rows.len() == drift.relearn {
                drift.rows.pop_front();
            }
            drift.rows.push_back(row.to_vec());
        }
        Ok(())
    }

    /// The score of the next row, unless it belongs to the warm-up; then learns it.
    ///
    /// # Errors
    ///
    /// Those of [`OnlineDetector::score_one`] and [`OnlineDetector::learn_one`], and with `drift`
    /// those of [`Adwin::push`](super::Adwin::push).
    pub fn observe(&mut self, row: &[f64]) -> Result<Option<f64>> {
        if self.n_rows < self.warm_up {
            self.learn(row)?;
            return Ok(None);
        }
        self.score_then_learn(row).map(Some)
    }

    /// The score of the next row, in the warm-up too; then learns it.
    ///
    /// # Errors
    ///
    /// Those of [`observe`](Prequential::observe).
    pub(super) fn score_then_learn(&mut self, row: &[f64]) -> Result<f64> {
        let score = self.detector.score_one(row)?;
        self.learn(row)?;
        let has_grown = match &mut self.drift {
            Some(drift) => drift.test.push(score)?,
            None => false,
        };
        if has_grown {
            self.reset()?;
        }
        Ok(score)
    }

    /// The score of the next row, which is not learnt.
    ///
    /// # Errors
    ///
    /// Those of [`OnlineDetector::score_one`].
    pub fn score(&mut self, row: &[f64]) -> Result<f64> {
        self.detector.score_one(row)
    }

    /// How much of the score of the next row each column makes.
    ///
    /// # Errors
    ///
    /// Those of [`OnlineDetector::weigh_columns`].
    pub fn weigh_columns(&mut self, row: &[f64]) -> Result<Option<Vec<f64>>> {
        self.detector.weigh_columns(row)
    }

    /// Observes rows in their order.
    ///
    /// # Errors
    ///
    /// Those of [`observe`](Prequential::observe), at the first row that has one.
    pub fn run(&mut self, rows: FrameView<'_>) -> Result<Vec<Option<f64>>> {
        rows.iter().map(|row| self.observe(row)).collect()
    }

    fn reset(&mut self) -> Result<()> {
        let Some(drift) = &mut self.drift else { return Ok(()) };
        drift.n_resets += 1;
        self.detector = self.model.begin(self.n_columns, self.seed.derive(drift.n_resets))?;
        drift.rows.iter().try_for_each(|row| self.detector.learn_one(row))
    }

    /// Everything that later scores depend on besides model, parameters and seed; none where the
    /// detector cannot be kept.
    pub fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_part("detector", self.detector.state()?);
        state.put_u64s("n_rows", &[], &[self.n_rows]);
        if let Some(drift) = &self.drift {
            let mut part = drift.test.state();
            let rows: Vec<f64> = drift.rows.iter().flatten().copied().collect();
            part.put_f64s("rows", &[drift.rows.len(), self.n_columns], &rows);
            part.put_u64s("n_resets", &[], &[drift.n_resets]);
            state.put_part("drift", part);
        }
        Some(state)
    }

    /// Goes on from a state of a run with the same model, parameters and seed.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::State`] for a state of something else.
    pub fn resume(&mut self, state: &State) -> Result<()> {
        let count = |state: &State, name| match state.u64s(name, &[])?[0] {
            count if count <= u64::MAX / 2 => Ok(count),
            _ => Err(state.wrong(name, "a count")),
        };
        let n_rows = count(state, "n_rows")?;
        let mut seed = self.seed;
        let drift = match &self.drift {
            None => None,
            Some(Drift { test, relearn, .. }) => {
                let part = state.part("drift");
                let mut test = test.clone();
                test.resume(&part)?;
                let rows = part.f64s("rows", &[ANY, self.n_columns])?;
                let rows: VecDeque<Vec<f64>> =
                    rows.chunks_exact(self.n_columns).map(<[f64]>::to_vec).collect();
                if *relearn < rows.len() {
                    return Err(part.wrong("rows", "no more rows than are learnt again"));
                }
                let n_resets = count(&part, "n_resets")?;
                if n_resets != 0 {
                    seed = seed.derive(n_resets);
                }
                Some(Drift { test, rows, relearn: *relearn, n_resets })
            }
        };
        let mut detector = self.model.begin(self.n_columns, seed)?;
        detector.resume(&state.part("detector"))?;
        (self.detector, self.n_rows, self.drift) = (detector, n_rows, drift);
        Ok(())
    }
}
