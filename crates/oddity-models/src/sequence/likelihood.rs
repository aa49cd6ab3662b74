//! From the probabilities that a model gives the symbols of a sequence to scores and
//! explanations.

use oddity_core::{Explanation, Part, PartOf, Result, Samples, Scores, Symbol};
use oddity_neural::{RunningStatistic, Statistic};
use rayon::prelude::*;

/// A fitted model that gives each symbol a probability, knowing those before it.
pub(super) trait Likelihood: Sync {
    /// Writes the class and the negative log-likelihood, in nats, of each symbol.
    fn losses(&self, sequence: &[Symbol], losses: &mut Vec<(u32, f64)>);

    /// Known symbols, and one for all others.
    fn n_classes(&self) -> usize;

    /// Symbols before one that its explanation shows with it.
    fn n_before(&self) -> usize;
}

/// A statistic of the losses of each sequence.
pub(super) fn score(
    model: &impl Likelihood,
    statistic: Statistic,
    relative: bool,
    samples: &Samples<'_>,
) -> Result<Scores> {
    let sequences = samples.sequences()?;
    let each = (0..sequences.len()).into_par_iter().with_min_len(16);
    let scores = each.map_init(Vec::new, |losses, at| {
        model.losses(sequences.get(at), losses);
        let n_classes = if relative { model.n_classes() } else { 0 };
        let mut sum = RunningStatistic::new(statistic, relative, n_classes);
        losses.iter().for_each(|&(class, loss)| sum.push(class, loss));
        sum.value()
    });
    Scores::new(scores.collect())
}

/// The least likely symbols of each sequence, with those before them, none in two parts; each
/// weighs what its symbol loses.
pub(super) fn explain(
    model: &impl Likelihood,
    samples: &Samples<'_>,
    n_parts: usize,
) -> Result<Vec<Explanation>> {
    let of_sequence = |sequence: &[Symbol]| {
        let mut losses = Vec::new();
        model.losses(sequence, &mut losses);
        let mut order: Vec<usize> = (0..losses.len()).collect();
        order.sort_by(|&a, &b| losses[b].1.total_cmp(&losses[a].1));
        let (mut taken, mut parts) = (vec![false; sequence.len()], Vec::new());
        for last in order {
            if n_parts <= parts.len() {
                break;
            }
            let at = last.saturating_sub(model.n_before());
            if taken[at..=last].contains(&true) {
                continue;
            }
            taken[at..=last].fill(true);
            let symbols = sequence[at..=last].to_vec();
            parts.push(Part { of: PartOf::NGram { at, symbols }, weight: losses[last].1 });
        }
        Explanation::of_heaviest(parts, n_parts)
    };
    Ok(samples.sequences()?.iter().map(of_sequence).collect())
}
