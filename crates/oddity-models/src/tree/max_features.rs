//! How many columns are looked at for one split.

use oddity_core::{Error, Result};
use serde::{Deserialize, Serialize};

/// How many columns, drawn at random, are looked at for one split.
///
/// Columns that turn out constant in the node count as looked at, but the search goes on
/// until at least one column that is not constant was found, as in scikit-learn.
///
/// In TOML: `"all"`, `"sqrt"`, `"log2"`, `{ count = 3 }` or `{ share = 0.5 }`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MaxFeatures {
    /// All of them.
    All,
    /// The square root of their number, rounded down, at least 1.
    Sqrt,
    /// The binary logarithm of their number, rounded down, at least 1.
    Log2,
    /// That many, and no more than there are.
    Count(usize),
    /// That share of them, rounded down, at least 1.
    Share(f64),
}

impl MaxFeatures {
    /// Refuses a count of 0 and a share outside `(0, 1]`.
    pub(super) fn check(self, step: &'static str) -> Result<()> {
        let (found, ok, wanted) = match self {
            MaxFeatures::Count(count) => (count as f64, 1 <= count, "a count of at least 1"),
            MaxFeatures::Share(share) => {
                (share, 0.0 < share && share <= 1.0, "a share above 0 and at most 1")
            }
            MaxFeatures::All | MaxFeatures::Sqrt | MaxFeatures::Log2 => return Ok(()),
        };
        Error::check_parameter(step, "max_features", found, ok, wanted)
    }

    /// The number of columns to look at, of `n_columns`.
    pub(super) fn of(self, n_columns: usize) -> usize {
        let count = match self {
            MaxFeatures::All => n_columns,
            MaxFeatures::Sqrt => n_columns.isqrt(),
            MaxFeatures::Log2 => n_columns.max(1).ilog2() as usize,
            MaxFeatures::Count(count) => count,
            MaxFeatures::Share(share) => (share * n_columns as f64) as usize,
        };
        count.clamp(1, n_columns.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_those_of_scikit_learn() {
        let of = |features: MaxFeatures| [1, 3, 87, 120].map(|n_columns| features.of(n_columns));
        assert_eq!(of(MaxFeatures::All), [1, 3, 87, 120]);
        assert_eq!(of(MaxFeatures::Sqrt), [1, 1, 9, 10]);
        assert_eq!(of(MaxFeatures::Log2), [1, 1, 6, 6]);
        assert_eq!(of(MaxFeatures::Count(2)), [1, 2, 2, 2]);
        assert_eq!(of(MaxFeatures::Share(0.3)), [1, 1, 26, 36]);
    }
}
