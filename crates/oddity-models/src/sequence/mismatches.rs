//! Sequences against a set of n-grams: how many of theirs are not in it, all in all or in the
//! worst stretch.

use std::collections::VecDeque;

use oddity_core::{
    Error, Explanation, FittedDetector, Part, PartOf, Result, Samples, Scores, State, Symbol,
};
use rayon::prelude::*;

use super::kept::{put_sequences, sequences};
use super::n_grams::NGrams;

/// What `stide` and `t_stide` are fitted to.
pub(super) struct Mismatches {
    n: usize,
    frame: Option<usize>,
    n_grams: NGrams,
    /// The training sequences that are too short to have an n-gram.
    short: Vec<Vec<Symbol>>,
}

/// Refuses n-grams and frames of nothing.
pub(super) fn check(step: &'static str, n: usize, frame: Option<usize>) -> Result<()> {
    Error::check_parameter(step, "n", n as f64, 1 <= n, "at least 1")?;
    let frame = frame.unwrap_or(1);
    Error::check_parameter(step, "frame", frame as f64, 1 <= frame, "at least 1")
}

impl Mismatches {
    pub(super) fn new(n: usize, frame: Option<usize>, n_grams: NGrams) -> Mismatches {
        Mismatches { n, frame, n_grams, short: Vec::new() }
    }

    /// Remembers a training sequence if it is too short to have an n-gram.
    pub(super) fn add_short(&mut self, sequence: &[Symbol]) {
        if sequence.len() < self.n {
            self.short.push(sequence.to_vec());
        }
    }

    /// What [`state`](FittedDetector::state) gave, of a detector with these parameters.
    pub(super) fn of_state(n: usize, frame: Option<usize>, state: &State) -> Result<Mismatches> {
        let n_grams = NGrams::of_state(state, "n_grams", n)?;
        let short = sequences(state, "short", n - 1)?;
        Ok(Mismatches { n, frame, n_grams, short })
    }

    fn score_one(&self, sequence: &[Symbol]) -> f64 {
        if sequence.is_empty() {
            return 0.0;
        }
        if sequence.len() < self.n {
            // Any part shorter than `n` of a longer sequence is a part of one of its n-grams.
            let mut parts = self.n_grams.iter().chain(self.short.iter().map(Vec::as_slice));
            let seen = parts.any(|part| part.windows(sequence.len()).any(|part| part == sequence));
            return if seen { 0.0 } else { 1.0 };
        }
        match self.frame {
            None => self.n_grams.n_unseen(sequence) as f64 / self.n_compared(sequence) as f64,
            Some(frame) => self.worst_frame(sequence, frame).len() as f64 / frame as f64,
        }
    }

    fn n_compared(&self, sequence: &[Symbol]) -> usize {
        sequence.len() - self.n + 1
    }

    /// Positions of the n-grams that are not in the set.
    fn unseen(&self, sequence: &[Symbol]) -> impl Iterator<Item = usize> {
        let numbered = self.n_grams.numbered(sequence).enumerate();
        numbered.filter(|(_, (_, number))| number.is_none()).map(|(at, _)| at)
    }

    /// Of the frames with the most of them the first: where they are.
    fn worst_frame(&self, sequence: &[Symbol], frame: usize) -> Vec<usize> {
        let (mut window, mut worst) = (VecDeque::new(), Vec::new());
        for at in self.unseen(sequence) {
            window.push_back(at);
            while window.front().is_some_and(|&first| frame <= at - first) {
                window.pop_front();
            }
            if worst.len() < window.len() {
                worst = window.iter().copied().collect();
            }
        }
        worst
    }

    /// The n-grams that made the score, with what each adds to it.
    fn explain_one(&self, sequence: &[Symbol], n_parts: usize) -> Explanation {
        let part = |at, n, weight| {
            let symbols = sequence[at..at + n].to_vec();
            Part { of: PartOf::NGram { at, symbols }, weight }
        };
        if sequence.len() < self.n {
            let whole = part(0, sequence.len(), self.score_one(sequence));
            return Explanation::of_heaviest([whole], n_parts);
        }
        let (places, compared) = match self.frame {
            None => (self.unseen(sequence).collect(), self.n_compared(sequence)),
            Some(frame) => (self.worst_frame(sequence, frame), frame),
        };
        let parts = places.into_iter().map(|at| part(at, self.n, 1.0 / compared as f64));
        Explanation::of_heaviest(parts, n_parts)
    }
}

impl FittedDetector for Mismatches {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let sequences = samples.sequences()?;
        let each = (0..sequences.len()).into_par_iter().with_min_len(16);
        Scores::new(each.map(|at| self.score_one(sequences.get(at))).collect())
    }

    fn explain(&self, samples: &Samples<'_>, n_parts: usize) -> Result<Option<Vec<Explanation>>> {
        let sequences = samples.sequences()?;
        Ok(Some(sequences.iter().map(|sequence| self.explain_one(sequence, n_parts)).collect()))
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.n_grams.put(&mut state, "n_grams");
        put_sequences(&mut state, "short", &self.short);
        Some(state)
    }
}
