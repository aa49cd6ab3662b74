//! What traces are: how long, of which symbols.

use std::collections::HashSet;

use serde::{Serialize, Serializer};

/// What traces are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct InspectedTraces {
    /// Traces without a symbol.
    pub n_empty: u64,
    /// Symbols of all traces.
    pub n_symbols: u64,
    /// Symbols of the shortest trace.
    pub shortest: u64,
    /// Symbols of the longest.
    pub longest: u64,
    /// The distinct symbols; serialised as their number.
    #[serde(rename = "n_distinct", serialize_with = "number")]
    pub distinct: HashSet<String>,
    #[serde(skip)]
    n_traces: u64,
}

impl InspectedTraces {
    /// Takes the text of one more trace.
    pub(crate) fn add(&mut self, text: &str) {
        let mut n_symbols = 0;
        for symbol in text.split_whitespace() {
            n_symbols += 1;
            if !self.distinct.contains(symbol) {
                self.distinct.insert(symbol.to_owned());
            }
        }
        self.n_empty += u64::from(n_symbols == 0);
        self.shortest = if self.n_traces == 0 { n_symbols } else { self.shortest.min(n_symbols) };
        self.longest = self.longest.max(n_symbols);
        self.n_symbols += n_symbols;
        self.n_traces += 1;
    }

    /// Symbols of a trace in the mean; none where there is no trace.
    pub fn mean(&self) -> Option<f64> {
        (0 < self.n_traces).then(|| self.n_symbols as f64 / self.n_traces as f64)
    }
}

fn number<S: Serializer>(distinct: &HashSet<String>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(distinct.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_symbols_are_counted() {
        let mut traces = InspectedTraces::default();
        assert_eq!(traces.mean(), None);
        ["a b a", "c", " ", "b b b b"].into_iter().for_each(|text| traces.add(text));
        assert_eq!((traces.n_empty, traces.shortest, traces.longest), (1, 0, 4));
        assert_eq!((traces.n_symbols, traces.distinct.len()), (8, 3));
        assert_eq!(traces.mean(), Some(2.0));
        let said = serde_json::to_value(&traces).unwrap();
        assert_eq!(said["n_distinct"], 3);
    }
}
