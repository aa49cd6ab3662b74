//! The probabilities of a hidden Markov model.

use oddity_core::{ANY, Error, Result, Seed, SequencesView, State, Symbol};

use super::STEP;

/// How a hidden Markov model begins, steps and emits.
#[derive(Clone, Debug, PartialEq)]
pub struct HmmProbabilities {
    /// The symbols that it emits, ascending.
    symbols: Vec<Symbol>,
    /// `[state]`.
    pub(super) start: Vec<f64>,
    /// `[from][to]`.
    pub(super) transition: Vec<f64>,
    /// `[symbol][state]`: what a step reads lies together.
    pub(super) emission: Vec<f64>,
}

/// How far a sum of probabilities may be from 1.
const ROUNDING: f64 = 1e-6;

impl HmmProbabilities {
    /// Takes the symbols that are emitted, ascending, the probabilities of beginning in each of `k`
    /// states, of stepping from one to another (`[from][to]`, `k x k`), and of emitting each
    /// symbol (`[state][symbol]`, `k x` the number of symbols).
    ///
    /// # Errors
    ///
    /// [`Error::Length`] for tables of other sizes, [`Error::Numeric`] for what are no
    /// probabilities or do not sum to 1, and for symbols that do not ascend.
    pub fn new(
        symbols: Vec<Symbol>,
        start: Vec<f64>,
        transition: Vec<f64>,
        emission: &[f64],
    ) -> Result<HmmProbabilities> {
        let (n, n_symbols) = (start.len(), symbols.len());
        for (what, expected, found) in [
            ("the transitions of a model", n * n, transition.len()),
            ("the emissions of a model", n * n_symbols, emission.len()),
        ] {
            if expected != found {
                return Err(Error::Length { what, expected, found });
            }
        }
        let by_symbol = (0..n_symbols)
            .flat_map(|symbol| (0..n).map(move |state| emission[state * n_symbols + symbol]));
        let emission = by_symbol.collect();
        let model = HmmProbabilities { symbols, start, transition, emission };
        match model.problem() {
            Some((_, what)) => Err(Error::Numeric { step: STEP, what }),
            None => Ok(model),
        }
    }

    /// What is no probability, and the name of where.
    fn problem(&self) -> Option<(&'static str, &'static str)> {
        let (n, n_symbols) = (self.n_states(), self.symbols.len());
        if n == 0 || n_symbols == 0 || !self.symbols.is_sorted_by(|a, b| a < b) {
            return Some(("symbols", "a model of at least one state and of ascending symbols"));
        }
        let wanted = "probabilities that sum to 1";
        if !are_shares(self.start.iter().copied()) {
            return Some(("start", wanted));
        }
        for state in 0..n {
            if !are_shares(self.transition[state * n..(state + 1) * n].iter().copied()) {
                return Some(("transition", wanted));
            }
            let emitted = (0..n_symbols).map(|symbol| self.emission[symbol * n + state]);
            if !are_shares(emitted) {
                return Some(("emission", wanted));
            }
        }
        None
    }

    /// Distributions drawn uniformly from the simplex, over the symbols of sequences.
    pub(super) fn random(
        sequences: SequencesView<'_>,
        n_states: usize,
        seed: Seed,
    ) -> HmmProbabilities {
        let mut symbols: Vec<Symbol> = sequences.iter().flatten().copied().collect();
        symbols.sort_unstable();
        symbols.dedup();
        // Exponential numbers over their sum are uniform on the simplex.
        let exponential = |seed: Seed| -(1.0 - seed.uniform()).ln();
        let draw = |part: u64, n: usize| -> Vec<f64> {
            let seed = seed.derive(part);
            let mut shares: Vec<f64> =
                (0..n as u64).map(|at| exponential(seed.derive(at)) + f64::MIN_POSITIVE).collect();
            let sum: f64 = shares.iter().sum();
            shares.iter_mut().for_each(|share| *share /= sum);
            shares
        };
        let n_symbols = symbols.len();
        let transition = (0..n_states).flat_map(|state| draw(2 * state as u64 + 1, n_states));
        let mut model = HmmProbabilities {
            symbols,
            start: draw(0, n_states),
            transition: transition.collect(),
            emission: vec![0.0; n_symbols * n_states],
        };
        for state in 0..n_states {
            let emitted = draw(2 * state as u64 + 2, n_symbols);
            for (symbol, share) in emitted.into_iter().enumerate() {
                model.emission[symbol * n_states + state] = share;
            }
        }
        model
    }

    /// Hidden states.
    pub fn n_states(&self) -> usize {
        self.start.len()
    }

    /// The symbols that are emitted, ascending.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    /// Places of the symbols of each sequence that has one.
    pub(super) fn codes_of(&self, sequences: SequencesView<'_>) -> Result<Vec<Vec<u32>>> {
        let code = |sequence, position, symbol: &Symbol| match self.symbols.binary_search(symbol) {
            Ok(at) => Ok(at as u32),
            Err(_) => Err(Error::UnseenSymbol { sequence, position, symbol: u32::from(*symbol) }),
        };
        let codes = sequences.iter().enumerate().filter(|(_, symbols)| !symbols.is_empty());
        let codes = codes.map(|(sequence, symbols)| {
            let symbols = symbols.iter().enumerate();
            symbols.map(|(position, symbol)| code(sequence, position, symbol)).collect()
        });
        codes.collect()
    }

    /// The model as a state.
    pub(super) fn put(&self, state: &mut State) {
        let (n, n_symbols) = (self.n_states(), self.symbols.len());
        state.put_symbols("symbols", &[n_symbols], &self.symbols);
        state.put_f64s("start", &[n], &self.start);
        state.put_f64s("transition", &[n, n], &self.transition);
        state.put_f64s("emission", &[n_symbols, n], &self.emission);
    }

    /// The model of a state.
    pub(super) fn of_state(state: &State, n_states: usize) -> Result<HmmProbabilities> {
        let symbols = state.symbols("symbols", &[ANY])?;
        let n_symbols = symbols.len();
        let model = HmmProbabilities {
            symbols,
            start: state.f64s("start", &[n_states])?.to_vec(),
            transition: state.f64s("transition", &[n_states, n_states])?.to_vec(),
            emission: state.f64s("emission", &[n_symbols, n_states])?.to_vec(),
        };
        match model.problem() {
            Some((entry, wanted)) => Err(state.wrong(entry, wanted)),
            None => Ok(model),
        }
    }
}

/// Whether numbers are probabilities that sum to 1.
fn are_shares(shares: impl Iterator<Item = f64> + Clone) -> bool {
    let sum: f64 = shares.clone().sum();
    shares.into_iter().all(|share| 0.0 <= share) && (sum - 1.0).abs() <= ROUNDING
}
