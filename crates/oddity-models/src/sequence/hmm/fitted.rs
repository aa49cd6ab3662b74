//! A fitted hidden Markov model: scores, explanations, state.

use oddity_core::{Explanation, FittedDetector, Result, Samples, Scores, State, Symbol};

use super::HmmParams;
use super::forward::{see, step};
use super::probabilities::HmmProbabilities;
use crate::sequence::likelihood::{Likelihood, explain, score};

/// Symbols before one that its explanation shows with it: with it, as many as stide compares.
const SHOWN_BEFORE: usize = 5;

pub(super) struct Fitted {
    model: HmmProbabilities,
    params: HmmParams,
    /// Where each symbol is among those of the model; behind them where it is none.
    classes: Vec<u32>,
    /// `[symbol][state]`, at least the floor; the last symbol is all unseen ones.
    emission: Vec<f64>,
}

impl Fitted {
    pub(super) fn new(model: HmmProbabilities, params: &HmmParams) -> Fitted {
        let unseen = model.symbols().len() as u32;
        let mut classes = vec![unseen; usize::from(Symbol::MAX) + 1];
        for (class, &symbol) in model.symbols().iter().enumerate() {
            classes[usize::from(symbol)] = class as u32;
        }
        let mut emission: Vec<f64> = model.emission.iter().map(|p| p.max(params.floor)).collect();
        emission.resize(emission.len() + model.n_states(), params.floor);
        Fitted { model, params: params.clone(), classes, emission }
    }
}

impl Likelihood for Fitted {
    fn losses(&self, sequence: &[Symbol], losses: &mut Vec<(u32, f64)>) {
        losses.clear();
        let n = self.model.n_states();
        let mut here = self.model.start.clone();
        let mut next = vec![0.0; n];
        for &symbol in sequence {
            if !losses.is_empty() {
                step(&self.model.transition, &here, &mut next);
                std::mem::swap(&mut here, &mut next);
            }
            let class = self.classes[usize::from(symbol)];
            let p = see(&self.emission[class as usize * n..][..n], &mut here);
            losses.push((class, -p.ln()));
        }
    }

    fn n_classes(&self) -> usize {
        self.model.symbols().len() + 1
    }

    fn n_before(&self) -> usize {
        SHOWN_BEFORE
    }
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        score(self, self.params.statistic, self.params.relative, samples)
    }

    fn explain(&self, samples: &Samples<'_>, n_parts: usize) -> Result<Option<Vec<Explanation>>> {
        explain(self, samples, n_parts).map(Some)
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        self.model.put(&mut state);
        Some(state)
    }
}
