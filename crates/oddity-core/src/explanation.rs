//! What made the score of a sample.

use crate::{Frame, Symbol};

/// What made the score of one sample: its parts, the heaviest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// The parts, by descending weight; equal ones in the order of the data.
    pub parts: Vec<Part>,
}

/// One part of what made a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it is.
    pub of: PartOf,
    /// How much of the score it made, not negative, in the detector's own unit: weights of one
    /// sample compare with each other.
    pub weight: f64,
}

/// What a part of a score lies in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartOf {
    /// A column of rows or windows.
    Column(String),
    /// Consecutive symbols of a sequence.
    NGram {
        /// Position of the first one, counted from 0.
        at: usize,
        /// The symbols.
        symbols: Vec<Symbol>,
    },
    /// The same, where it is known what the symbols stand for.
    Tokens {
        /// Position of the first one, counted from 0.
        at: usize,
        /// What the symbols stand for.
        tokens: Vec<String>,
    },
}

impl Explanation {
    /// Puts names in the place of symbols; `names` has that of symbol 0 first. A symbol without a
    /// name keeps its number.
    pub fn with_names(mut self, names: &[String]) -> Explanation {
        for part in &mut self.parts {
            if let PartOf::NGram { at, symbols } = &part.of {
                let name = |symbol: &Symbol| {
                    let name = names.get(usize::from(*symbol));
                    name.cloned().unwrap_or_else(|| symbol.to_string())
                };
                let tokens = symbols.iter().map(name).collect();
                part.of = PartOf::Tokens { at: *at, tokens };
            }
        }
        self
    }

    /// The `n_parts` heaviest of the parts; those of weight 0 are left out.
    pub fn of_heaviest(parts: impl IntoIterator<Item = Part>, n_parts: usize) -> Explanation {
        let mut parts: Vec<Part> = parts.into_iter().filter(|part| 0.0 < part.weight).collect();
        parts.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        parts.truncate(n_parts);
        Explanation { parts }
    }

    /// Of each sample, a row of weights of the columns.
    pub fn of_columns(weights: &Frame, n_parts: usize) -> Vec<Explanation> {
        let names: Vec<&str> = weights.columns().iter().collect();
        let of_row = |row: &[f64]| {
            let mut order: Vec<usize> = (0..row.len()).filter(|&at| 0.0 < row[at]).collect();
            order.sort_by(|&a, &b| row[b].total_cmp(&row[a]));
            order.truncate(n_parts);
            let part =
                |at: usize| Part { of: PartOf::Column(names[at].to_owned()), weight: row[at] };
            Explanation { parts: order.into_iter().map(part).collect() }
        };
        (0..weights.n_rows()).map(|row| of_row(weights.row(row))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_parts_come_first_and_those_without_weight_not_at_all() {
        let weights =
            Frame::new(vec![0.5, 0.0, 2.0, 0.5, 0.0, 0.0, 0.0, 0.0], ["a", "b", "c", "d"]).unwrap();
        let explained = Explanation::of_columns(&weights, 2);
        let part = |name: &str, weight| Part { of: PartOf::Column(name.to_owned()), weight };
        assert_eq!(explained[0].parts, [part("c", 2.0), part("a", 0.5)]);
        assert!(explained[1].parts.is_empty());
        let n_gram = PartOf::NGram { at: 3, symbols: vec![1, 9] };
        let named = Explanation { parts: vec![Part { of: n_gram, weight: 1.0 }] };
        let named = named.with_names(&["open".to_owned(), "close".to_owned()]);
        let tokens = vec!["close".to_owned(), "9".to_owned()];
        assert_eq!(named.parts[0].of, PartOf::Tokens { at: 3, tokens });
        let same = Explanation::of_heaviest([part("a", 0.5), part("c", 2.0), part("z", 0.0)], 9);
        assert_eq!(same, explained[0]);
    }
}
