//! Several figures of the same samples on the same resamples: what they share is done once.

use oddity_core::{Alarms, Classes, Labels, Predicted, Scores, Seed};
use rayon::prelude::*;

use super::bootstrap::check_groups;
use super::draw::draw;
use super::drawn::Drawn;
use super::shared_figures::{Number, OfAlarms, OfClasses, OfScores};
use super::{Draw, Groups, Outcomes};
use crate::Result;
use crate::measure::{AlarmMeasure, ClassMeasure, ScoreMeasure, Undefined};

/// Figures that are measured on the same resamples.
///
/// Each resample is drawn once for all of them. Measures of the same scores share a sort and each
/// pass over it (`roc_auc`, `average_precision`, `f1_oracle`), those of a confusion matrix share
/// sums of counts, and all others the copy of what was drawn and its events. The numbers are those
/// that each has alone, by [`Bootstrap::replicates`](super::Bootstrap::replicates) with
/// [`MeasureStatistic`](super::MeasureStatistic), to the bit: resample `i` draws with
/// `seed.derive(i)`.
///
/// ```
/// use oddity_core::{Labels, Scores, Seed};
/// use oddity_eval::compare::{Bootstrap, BootstrapParams, Groups, SharedResamples};
/// use oddity_eval::measure::{AveragePrecision, RocAuc};
///
/// let labels: Labels = (0..40).map(|sample| sample % 4 == 0).collect();
/// let score = |sample| f64::from(sample * 7 % 20 + 8 * i32::from(sample % 4 == 0));
/// let scores = Scores::new((0..40).map(score).collect())?;
/// let groups = Groups::traces(40)?.stratified(&labels)?;
/// let mut figures = SharedResamples::new(&labels, &groups);
/// let auc = figures.add_scores(Box::new(RocAuc), &scores, 200)?;
/// let precision = figures.add_scores(Box::new(AveragePrecision), &scores, 200)?;
/// let outcomes = figures.outcomes(Seed(1))?;
/// let bootstrap = Bootstrap::new(BootstrapParams::default())?;
/// for figure in [auc, precision] {
///     let found = bootstrap.percentile_of(&outcomes[figure])?;
///     assert!(found.interval.low < found.value && found.value < found.interval.high);
/// }
/// # Ok::<(), oddity_eval::Error>(())
/// ```
pub struct SharedResamples<'a> {
    labels: &'a Labels,
    groups: &'a Groups,
    scores: Vec<Shared<OfScores<'a>>>,
    alarms: Vec<Shared<OfAlarms<'a>>>,
    classes: Vec<Shared<OfClasses<'a>>>,
    /// Resamples of each figure.
    n_resamples: Vec<usize>,
}

/// Figures of one output that are measured on as many resamples.
struct Shared<Figures> {
    figures: Figures,
    n_resamples: usize,
}

impl<'a> SharedResamples<'a> {
    /// No figure yet, of samples with this truth in these groups.
    pub fn new(labels: &'a Labels, groups: &'a Groups) -> SharedResamples<'a> {
        let (scores, alarms, classes) = (Vec::new(), Vec::new(), Vec::new());
        SharedResamples { labels, groups, scores, alarms, classes, n_resamples: Vec::new() }
    }

    /// Adds a measure of scores on the first `n_resamples`; gives the figure's number. Measures of
    /// the very same scores (one place in memory) share what can be shared.
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`](crate::measure::MeasureError::Length) for scores that are not one
    /// a label or a sample of the groups.
    pub fn add_scores(
        &mut self,
        measure: Box<ScoreMeasure>,
        scores: &'a Scores,
        n_resamples: usize,
    ) -> Result<usize> {
        let same = |of: &OfScores<'_>| std::ptr::eq(of.scores, scores);
        let new = || OfScores::new(scores, self.labels, self.groups);
        let of = find(&mut self.scores, n_resamples, same, new)?;
        of.add(self.n_resamples.len(), measure, (self.labels, self.groups))?;
        Ok(place(&mut self.n_resamples, n_resamples))
    }

    /// Adds a measure of alarms, as [`SharedResamples::add_scores`].
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`](crate::measure::MeasureError::Length) for decisions that are not
    /// one a label or a sample of the groups.
    pub fn add_alarms(
        &mut self,
        measure: Box<AlarmMeasure>,
        alarms: &'a Alarms,
        n_resamples: usize,
    ) -> Result<usize> {
        let same = |of: &OfAlarms<'_>| std::ptr::eq(of.alarms, alarms);
        let new = || OfAlarms::new(alarms, self.labels, self.groups);
        let of = find(&mut self.alarms, n_resamples, same, new)?;
        of.add(self.n_resamples.len(), measure);
        Ok(place(&mut self.n_resamples, n_resamples))
    }

    /// Adds a measure of predicted classes, whose truth is `truth` rather than the labels, as
    /// [`SharedResamples::add_scores`].
    ///
    /// # Errors
    ///
    /// [`MeasureError::Length`](crate::measure::MeasureError::Length) for predictions that are not
    /// one a class or a sample of the groups.
    pub fn add_classes(
        &mut self,
        measure: Box<ClassMeasure>,
        (truth, predicted): (&'a Classes, &'a Predicted),
        n_resamples: usize,
    ) -> Result<usize> {
        let same = |of: &OfClasses<'_>| {
            std::ptr::eq(of.truth, truth) && std::ptr::eq(of.predicted, predicted)
        };
        let new = || OfClasses::new(truth, predicted, self.groups);
        let of = find(&mut self.classes, n_resamples, same, new)?;
        of.add(self.n_resamples.len(), measure, self.groups)?;
        Ok(place(&mut self.n_resamples, n_resamples))
    }

    /// Every figure on the data as they are and on its resamples, in the order of their numbers.
    ///
    /// # Errors
    ///
    /// [`crate::Error::TooFewGroups`] unless two groups are drawn together. That a figure has no
    /// value is in its outcomes.
    pub fn outcomes(&self, seed: Seed) -> Result<Vec<Outcomes>> {
        check_groups(self.groups)?;
        let once = vec![1; self.groups.n_groups()];
        let whole = self.numbers(Draw::new(self.groups, &once, None), |_| true);
        let n_most = self.n_resamples.iter().copied().max().unwrap_or_default();
        let resamples: Vec<Vec<Number>> = (0..n_most)
            .into_par_iter()
            .map_init(
                || vec![0; self.groups.n_groups()],
                |multiplicities, resample| {
                    let seed = seed.derive(resample as u64);
                    draw(self.groups, seed, multiplicities);
                    let drawn = Draw::new(self.groups, multiplicities, Some(seed));
                    self.numbers(drawn, |n_resamples| resample < n_resamples)
                },
            )
            .collect();
        let figures = self.n_resamples.iter().zip(whole).enumerate();
        let outcomes = figures.map(|(figure, (&n_resamples, whole))| Outcomes {
            whole,
            resamples: resamples[..n_resamples].iter().map(|numbers| numbers[figure]).collect(),
        });
        Ok(outcomes.collect())
    }

    /// The numbers of one resample: of figures whose number of resamples is taken.
    fn numbers(&self, draw: Draw<'_>, is_taken: impl Fn(usize) -> bool) -> Vec<Number> {
        let drawn = Drawn::new(draw, self.labels);
        // Each figure that is taken puts its own number; the others' are never read.
        let mut numbers: Vec<Number> =
            vec![Err(Undefined::NoSample.into()); self.n_resamples.len()];
        for of in self.scores.iter().filter(|of| is_taken(of.n_resamples)) {
            of.figures.evaluate(&drawn, &mut numbers);
        }
        for of in self.alarms.iter().filter(|of| is_taken(of.n_resamples)) {
            of.figures.evaluate(&drawn, &mut numbers);
        }
        for of in self.classes.iter().filter(|of| is_taken(of.n_resamples)) {
            of.figures.evaluate(&drawn, &mut numbers);
        }
        numbers
    }
}

/// The figures of the same output and number of resamples, or new ones.
fn find<Figures>(
    all: &mut Vec<Shared<Figures>>,
    n_resamples: usize,
    same: impl Fn(&Figures) -> bool,
    new: impl FnOnce() -> Result<Figures>,
) -> Result<&mut Figures> {
    let is_one = |of: &Shared<Figures>| of.n_resamples == n_resamples && same(&of.figures);
    let at = match all.iter().position(is_one) {
        Some(at) => at,
        None => {
            all.push(Shared { figures: new()?, n_resamples });
            all.len() - 1
        }
    };
    Ok(&mut all[at].figures)
}

/// The number of the next figure.
fn place(n_resamples: &mut Vec<usize>, of_figure: usize) -> usize {
    n_resamples.push(of_figure);
    n_resamples.len() - 1
}
