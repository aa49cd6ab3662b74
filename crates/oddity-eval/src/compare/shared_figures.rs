//! Figures of one output on resamples, each by the fastest way there is for its measure.

use oddity_core::{Alarms, Classes, Labels, Predicted, Scores};

use super::drawn::Drawn;
use super::grouped_matrix::GroupedMatrix;
use super::ranked::{Ranked, Wanted};
use super::statistic::{expect_len, expect_same_samples};
use super::{Groups, RankingMeasure};
use crate::Result;
use crate::measure::{Measure, MeasureError, Truth};

/// A number, or why there is none.
pub(crate) type Number = Result<f64, MeasureError>;

/// Figures of the scores, with their places among all numbers of a resample.
pub(crate) struct OfScores<'a> {
    pub(crate) scores: &'a Scores,
    ranking: Option<Ranking>,
    copied: Figures<Scores>,
}

/// Figures of the alarms of one cutoff.
pub(crate) struct OfAlarms<'a> {
    pub(crate) alarms: &'a Alarms,
    counted: Counted<Alarms>,
    copied: Figures<Alarms>,
}

/// Figures of predicted classes.
pub(crate) struct OfClasses<'a> {
    pub(crate) truth: &'a Classes,
    pub(crate) predicted: &'a Predicted,
    counted: Counted<Predicted>,
    /// Of the probabilities of class 1 of two.
    ranking: Option<Ranking>,
    copied: Figures<Predicted>,
}

/// Measures, each with the place of its number.
type Figures<Output> = Vec<(usize, Box<dyn Measure<Output>>)>;

impl<'a> OfScores<'a> {
    pub(crate) fn new(scores: &'a Scores, labels: &Labels, groups: &Groups) -> Result<Self> {
        expect_same_samples(labels, scores.len(), groups)?;
        Ok(OfScores { scores, ranking: None, copied: Vec::new() })
    }

    pub(crate) fn add(
        &mut self,
        place: usize,
        measure: Box<dyn Measure<Scores>>,
        (labels, groups): (&Labels, &Groups),
    ) -> Result<()> {
        let Some(ranked) = RankingMeasure::of(&measure.id()) else {
            self.copied.push((place, measure));
            return Ok(());
        };
        let scores = self.scores;
        let sort = || Ranked::new(labels, scores, groups);
        Ranking::add(&mut self.ranking, place, ranked, sort)
    }

    pub(crate) fn evaluate(&self, drawn: &Drawn<'_>, numbers: &mut [Number]) {
        self.ranking.iter().for_each(|ranking| ranking.evaluate(drawn, numbers));
        if !self.copied.is_empty() {
            let scores = self.scores.select(drawn.samples());
            measure_all(&self.copied, &Truth::Events(drawn.events()), &scores, numbers);
        }
    }
}

impl<'a> OfAlarms<'a> {
    pub(crate) fn new(alarms: &'a Alarms, labels: &Labels, groups: &Groups) -> Result<Self> {
        let values = alarms.values();
        expect_same_samples(labels, values.len(), groups)?;
        let names = Truth::Points(labels).class_names();
        let is_anomaly = |sample: usize| usize::from(labels.values()[sample]);
        let is_alarm = |sample: usize| usize::from(values[sample]);
        let matrix = GroupedMatrix::new(names, groups, is_anomaly, is_alarm);
        Ok(OfAlarms { alarms, counted: Counted::new(Some(matrix)), copied: Vec::new() })
    }

    pub(crate) fn add(&mut self, place: usize, measure: Box<dyn Measure<Alarms>>) {
        if let Err(measure) = self.counted.add(place, measure) {
            self.copied.push((place, measure));
        }
    }

    pub(crate) fn evaluate(&self, drawn: &Drawn<'_>, numbers: &mut [Number]) {
        self.counted.evaluate(drawn, numbers);
        if !self.copied.is_empty() {
            let alarms = Alarms::new(drawn.draw().take(self.alarms.values()));
            measure_all(&self.copied, &Truth::Events(drawn.events()), &alarms, numbers);
        }
    }
}

impl<'a> OfClasses<'a> {
    pub(crate) fn new(
        truth: &'a Classes,
        predicted: &'a Predicted,
        groups: &Groups,
    ) -> Result<Self> {
        expect_len(truth.len(), predicted.len())?;
        expect_len(truth.len(), groups.n_samples())?;
        // Other numbers of classes have no matrix: the measures say so.
        let fit = truth.n_classes() == predicted.n_classes();
        let matrix = fit.then(|| {
            let row = |sample: usize| truth.codes()[sample] as usize;
            let column = |sample: usize| predicted.codes()[sample] as usize;
            GroupedMatrix::new(truth.names().to_vec(), groups, row, column)
        });
        let counted = Counted::new(matrix);
        Ok(OfClasses { truth, predicted, counted, ranking: None, copied: Vec::new() })
    }

    pub(crate) fn add(
        &mut self,
        place: usize,
        measure: Box<dyn Measure<Predicted>>,
        groups: &Groups,
    ) -> Result<()> {
        let Err(measure) = self.counted.add(place, measure) else { return Ok(()) };
        let ranked = RankingMeasure::of(&measure.id());
        let are_two = (self.truth.n_classes(), self.predicted.n_classes()) == (2, 2);
        let scores = self.predicted.class_scores(1).filter(|_| are_two);
        let (Some(ranked), Some(scores)) = (ranked, scores) else {
            self.copied.push((place, measure));
            return Ok(());
        };
        let labels: Labels = self.truth.codes().iter().map(|&code| code == 1).collect();
        let sort = || Ranked::new(&labels, &Scores::new(scores)?, groups);
        Ranking::add(&mut self.ranking, place, ranked, sort)
    }

    pub(crate) fn evaluate(&self, drawn: &Drawn<'_>, numbers: &mut [Number]) {
        self.counted.evaluate(drawn, numbers);
        self.ranking.iter().for_each(|ranking| ranking.evaluate(drawn, numbers));
        if !self.copied.is_empty() {
            let truth = self.truth.select(drawn.samples());
            let predicted = self.predicted.select(drawn.samples());
            measure_all(&self.copied, &Truth::Classes(&truth), &predicted, numbers);
        }
    }
}

fn measure_all<Output>(
    figures: &[(usize, Box<dyn Measure<Output>>)],
    truth: &Truth<'_>,
    output: &Output,
    numbers: &mut [Number],
) {
    for (place, measure) in figures {
        numbers[*place] = measure.evaluate(truth, output);
    }
}

/// Measures of one ranking, which share a pass over it.
struct Ranking {
    ranked: Ranked,
    wanted: Wanted,
    figures: Vec<(usize, RankingMeasure)>,
}

impl Ranking {
    /// Adds a measure; the first one sorts.
    fn add(
        ranking: &mut Option<Ranking>,
        place: usize,
        measure: RankingMeasure,
        sort: impl FnOnce() -> Result<Ranked>,
    ) -> Result<()> {
        let mut known = match ranking.take() {
            Some(known) => known,
            None => Ranking { ranked: sort()?, wanted: Wanted::default(), figures: Vec::new() },
        };
        known.wanted = known.wanted.and(measure);
        known.figures.push((place, measure));
        *ranking = Some(known);
        Ok(())
    }

    fn evaluate(&self, drawn: &Drawn<'_>, numbers: &mut [Number]) {
        let sums = self.ranked.sums(self.wanted, drawn.draw());
        for &(place, measure) in &self.figures {
            numbers[place] = sums.and_then(|sums| sums.number(measure));
        }
    }
}

/// Measures of one confusion matrix, which share its sums.
struct Counted<Output> {
    matrix: Option<GroupedMatrix>,
    figures: Figures<Output>,
}

impl<Output> Counted<Output> {
    fn new(matrix: Option<GroupedMatrix>) -> Counted<Output> {
        Counted { matrix, figures: Vec::new() }
    }

    /// Adds a measure that is a function of the matrix; gives back any other.
    fn add(
        &mut self,
        place: usize,
        measure: Box<dyn Measure<Output>>,
    ) -> Result<(), Box<dyn Measure<Output>>> {
        // A measure says what it is of any matrix, be it one without a sample.
        let empty = self.matrix.as_ref().map(GroupedMatrix::empty);
        if empty.is_none_or(|empty| measure.of_confusion(&empty).is_none()) {
            return Err(measure);
        }
        self.figures.push((place, measure));
        Ok(())
    }

    fn evaluate(&self, drawn: &Drawn<'_>, numbers: &mut [Number]) {
        let Some(matrix) = self.matrix.as_ref().filter(|_| !self.figures.is_empty()) else {
            return;
        };
        let matrix = matrix.at(drawn.draw().multiplicities());
        for (place, measure) in &self.figures {
            if let Some(number) = measure.of_confusion(&matrix) {
                numbers[*place] = number;
            }
        }
    }
}
