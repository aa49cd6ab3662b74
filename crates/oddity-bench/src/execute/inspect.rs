//! Which columns made samples stand out: errors of columns, and what a detector made of a few
//! samples.

use oddity_core::{Causality, FittedDetector, Frame, Reconstruction, Result, Samples, Scores};

use super::parts::Part;
use crate::store::{ColumnErrors, Errors, Example, ExampleColumn, ExampleKind};

/// Samples whose errors are in memory at a time, where a sample's do not depend on others.
const BATCH: usize = 2_048;

/// Columns that are kept, at most: those with the largest errors.
const MAX_COLUMNS: usize = 256;

/// Columns of an example that are kept.
const EXAMPLE_COLUMNS: usize = 10;

/// Columns of an example whose steps are kept.
const DRAWN_COLUMNS: usize = 2;

/// Steps of an example that are kept, at most.
const MAX_STEPS: usize = 400;

/// The errors of a part's columns, of a detector that is scored by errors of columns.
pub(super) fn inspect(
    fitted: &dyn FittedDetector,
    part: &Part,
    scores: &Scores,
) -> Result<Option<Errors>> {
    let samples = part.samples();
    let mut sums: [Sums; 2] = Default::default();
    let mut names = None;
    let at_once = match fitted.causality() {
        Causality::Pointwise => BATCH,
        // Errors of a part of these samples would be others.
        Causality::Causal | Causality::Acausal => samples.len(),
    };
    for first in (0..samples.len()).step_by(at_once.max(1)) {
        let batch = first..samples.len().min(first + at_once);
        let errors = with_range(&samples, batch, |samples| fitted.column_errors(samples))?;
        let Some(errors) = errors else { return Ok(None) };
        for (row, &code) in errors.view().iter().zip(&part.truth[first..]) {
            sums[usize::from(code != 0)].add(row);
        }
        names = Some(errors.columns().clone());
    }
    let Some(names) = names else { return Ok(None) };
    let [normal, anomalous] = sums.map(Sums::means);
    let mut columns: Vec<ColumnErrors> = names
        .iter()
        .enumerate()
        .map(|(at, name)| ColumnErrors {
            name: name.to_owned(),
            normal: normal.get(at).copied(),
            anomalous: anomalous.get(at).copied(),
        })
        .collect();
    columns.sort_by(|a, b| b.largest().total_cmp(&a.largest()));
    columns.truncate(MAX_COLUMNS);
    let mut examples = Vec::new();
    for (kind, sample) in chosen(&part.truth, scores.values()) {
        let both = with_range(&samples, sample..sample + 1, |sample| {
            let Some(made) = fitted.reconstruct(sample)? else { return Ok(None) };
            Ok(fitted.column_errors(sample)?.map(|errors| (errors, made)))
        })?;
        let Some((errors, made)) = both else { continue };
        examples.push(Example {
            kind,
            sample: part.positions[sample],
            score: scores.values()[sample],
            n_steps: made.n_steps(),
            columns: columns_of(&errors, &made),
        });
    }
    Ok(Some(Errors { n_columns: names.len(), columns, examples }))
}

/// Hands over some samples that follow each other.
fn with_range<T>(
    samples: &Samples<'_>,
    range: std::ops::Range<usize>,
    f: impl FnOnce(&Samples<'_>) -> Result<T>,
) -> Result<T> {
    match samples {
        Samples::Windows(windows) => f(&Samples::Windows(windows.range(range))),
        Samples::Rows(rows) => f(&Samples::Rows(rows.slice(range))),
        other => f(&other.select(&range.collect::<Vec<_>>()).view()),
    }
}

/// Sums over the samples of a class.
#[derive(Default)]
struct Sums {
    sums: Vec<f64>,
    n: usize,
}

impl Sums {
    fn add(&mut self, row: &[f64]) {
        self.sums.resize(row.len(), 0.0);
        self.sums.iter_mut().zip(row).for_each(|(sum, error)| *sum += error);
        self.n += 1;
    }

    fn means(self) -> Vec<f64> {
        self.sums.iter().map(|sum| sum / self.n as f64).collect()
    }
}

/// The samples that are shown, of which the first wins where scores are equal: the anomaly and
/// the normal sample of the highest score, the anomaly of the lowest, and the normal sample in
/// the middle.
fn chosen(truth: &[u32], scores: &[f64]) -> Vec<(ExampleKind, usize)> {
    let of = |is_anomaly: bool| {
        let samples = (0..truth.len()).filter(|&sample| (truth[sample] != 0) == is_anomaly);
        let mut samples: Vec<usize> = samples.collect();
        samples.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
        samples
    };
    let (anomalous, normal) = (of(true), of(false));
    let kinds = [
        (ExampleKind::HighestAnomaly, anomalous.first()),
        (ExampleKind::HighestNormal, normal.first()),
        (ExampleKind::LowestAnomaly, anomalous.last()),
        (ExampleKind::MedianNormal, normal.get(normal.len() / 2)),
    ];
    kinds.into_iter().filter_map(|(kind, sample)| Some((kind, *sample?))).collect()
}

/// The columns of a sample with the largest errors, and what was made of the first of them.
fn columns_of(errors: &Frame, made: &Reconstruction) -> Vec<ExampleColumn> {
    let errors_of = errors.row(0);
    let mut order: Vec<usize> = (0..errors_of.len()).collect();
    order.sort_by(|&a, &b| errors_of[b].total_cmp(&errors_of[a]).then(a.cmp(&b)));
    let steps = |frame: &Frame, column: usize, n_kept: usize| -> Vec<f32> {
        frame.view().iter().take(n_kept).map(|row| row[column] as f32).collect()
    };
    let of = |(rank, &column): (usize, &usize)| {
        let is_drawn = rank < DRAWN_COLUMNS || made.n_steps() == 1;
        let n_kept = if is_drawn { MAX_STEPS.min(made.n_steps()) } else { 0 };
        ExampleColumn {
            name: errors.columns().get(column).unwrap_or_default().to_owned(),
            error: errors_of[column],
            input: steps(made.target(), column, n_kept),
            output: steps(made.output(), column, n_kept),
        }
    };
    order.iter().take(EXAMPLE_COLUMNS).enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_the_extremes_and_the_first_wins_ties() {
        let truth = [1, 0, 0, 1, 0, 1];
        let scores = [2.0, 5.0, 1.0, 2.0, 5.0, 0.5];
        let chosen = chosen(&truth, &scores);
        let samples: Vec<usize> = chosen.iter().map(|(_, sample)| *sample).collect();
        assert_eq!(samples, [0, 1, 5, 4]);
        assert_eq!(super::chosen(&[0], &[1.0]).len(), 2);
    }
}
