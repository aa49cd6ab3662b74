//! The n-grams that become columns: chosen in each group of sequences, united in order.

use std::cmp::Reverse;

use oddity_core::{ANY, Columns, Error, Result, SequencesView, State, Symbol};
use rayon::prelude::*;

use super::corpus::Corpus;
use super::interner::{self, Interner};
use super::{NGramParams, Value};

/// A fitted vocabulary for each length.
pub(super) struct FittedNGram {
    pub(super) vocabularies: Vec<Interner>,
    pub(super) params: NGramParams,
    pub(super) columns: Columns,
}

impl FittedNGram {
    pub(super) fn fit(
        step: &'static str,
        params: &NGramParams,
        sequences: SequencesView<'_>,
        groups: &[Vec<usize>],
    ) -> Result<FittedNGram> {
        if sequences.is_empty() {
            return Err(Error::TooFewSamples { step, wanted: 1, found: 0 });
        }
        let corpora: Vec<Corpus<'_>> =
            groups.par_iter().map(|group| Corpus::new(sequences, group, params.edge)).collect();
        let vocabularies: Vec<Interner> =
            params.sizes.par_iter().map(|&size| vocabulary(params, size, &corpora)).collect();
        let fitted = FittedNGram::new(params, vocabularies);
        if fitted.columns.is_empty() {
            return Err(Error::Numeric { step, what: "no training sequence is as long as a size" });
        }
        Ok(fitted)
    }

    fn new(params: &NGramParams, vocabularies: Vec<Interner>) -> FittedNGram {
        let names = vocabularies.iter().flat_map(Interner::windows).map(name);
        let columns = Columns::new(names);
        FittedNGram { vocabularies, params: params.clone(), columns }
    }

    /// The vocabularies of a state: the n-grams of each size, in the order of their columns.
    pub(super) fn restore(params: &NGramParams, state: &State) -> Result<FittedNGram> {
        let limit = params.columns_per_size.unwrap_or(usize::MAX);
        let mut vocabularies = Vec::with_capacity(params.sizes.len());
        for &size in &params.sizes {
            let entry = of_size(size);
            let symbols = state.symbols(&entry, &[ANY, size])?;
            let (mut vocabulary, n_grams) = (Interner::new(size), symbols.chunks_exact(size));
            let n = n_grams.len();
            n_grams.for_each(|n_gram| {
                vocabulary.intern(interner::key(n_gram), n_gram);
            });
            if vocabulary.len() != n || limit < n {
                return Err(state.wrong(&entry, "n-grams, each once, no more than parameters say"));
            }
            vocabularies.push(vocabulary);
        }
        let fitted = FittedNGram::new(params, vocabularies);
        if fitted.columns.is_empty() {
            return Err(state.wrong(&of_size(params.sizes[0]), "n-grams of at least one size"));
        }
        Ok(fitted)
    }

    /// What [`FittedNGram::restore`] reads.
    pub(super) fn kept(&self) -> State {
        let mut state = State::new();
        for (vocabulary, &size) in self.vocabularies.iter().zip(&self.params.sizes) {
            let symbols: Vec<Symbol> = vocabulary.windows().flatten().copied().collect();
            state.put_symbols(&of_size(size), &[vocabulary.len(), size], &symbols);
        }
        state
    }

    /// What stands in a column for `count` of `n_windows` windows.
    pub(super) fn value(&self, count: u32, n_windows: usize) -> f64 {
        match self.params.values {
            Value::Counts => f64::from(count),
            Value::Binary => 1.0,
            Value::Frequencies => f64::from(count) / n_windows as f64,
        }
    }
}

/// The entry of a state that the n-grams of a size are in.
fn of_size(size: usize) -> String {
    format!("n-grams-{size}")
}

fn name(window: &[Symbol]) -> String {
    let symbols: Vec<String> = window.iter().map(Symbol::to_string).collect();
    symbols.join(" ")
}

/// The most frequent n-grams of each corpus, united in the order of the corpora.
fn vocabulary(params: &NGramParams, size: usize, corpora: &[Corpus<'_>]) -> Interner {
    let chosen: Vec<Vec<Vec<Symbol>>> = corpora
        .par_iter()
        .map(|corpus| most_frequent(&count(corpus, size), params.top_share))
        .collect();
    let limit = params.columns_per_size.unwrap_or(usize::MAX);
    let mut union = Interner::new(size);
    for window in chosen.iter().flatten() {
        if limit <= union.len() {
            break;
        }
        union.intern(interner::key(window), window);
    }
    union
}

struct Counted {
    windows: Interner,
    counts: Vec<u64>,
}

impl Counted {
    fn new(size: usize) -> Counted {
        Counted { windows: Interner::new(size), counts: Vec::new() }
    }

    fn add(&mut self, key: u64, window: &[Symbol], count: u64) {
        let number = self.windows.intern(key, window) as usize;
        if number == self.counts.len() {
            self.counts.push(0);
        }
        self.counts[number] += count;
    }
}

/// Counts shards in parallel and joins them in order, which keeps the order of first
/// occurrence.
fn count(corpus: &Corpus<'_>, size: usize) -> Counted {
    let count_shard = |runs: &Vec<&[Symbol]>| {
        let mut counted = Counted::new(size);
        for run in runs {
            interner::for_windows(run, size, |key, window| counted.add(key, window, 1));
        }
        counted
    };
    let mut shards: Vec<Counted> = corpus.shards(size).par_iter().map(count_shard).collect();
    let rest = shards.split_off(1);
    let Some(mut total) = shards.pop() else { return Counted::new(size) };
    for shard in rest {
        for (window, count) in shard.windows.windows().zip(shard.counts) {
            total.add(interner::key(window), window, count);
        }
    }
    total
}

/// The most frequent windows, ties in the order of first occurrence.
fn most_frequent(counted: &Counted, top_share: f64) -> Vec<Vec<Symbol>> {
    let windows: Vec<&[Symbol]> = counted.windows.windows().collect();
    let n_kept = (top_share * windows.len() as f64).ceil() as usize;
    let mut order: Vec<usize> = (0..windows.len()).collect();
    order.sort_by_key(|&number| Reverse(counted.counts[number]));
    order.iter().take(n_kept).map(|&number| windows[number].to_vec()).collect()
}
