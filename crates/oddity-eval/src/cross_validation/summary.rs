//! Mean and standard deviation over folds.

use serde::{Deserialize, Serialize};

/// Mean and population standard deviation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The mean.
    pub mean: f64,
    /// The square root of the mean squared difference from the mean (divided by `n`, not by
    /// `n - 1`), as studies report it.
    pub sd: f64,
}

impl Summary {
    /// Of the values; `None` if there is none.
    pub fn of(values: &[f64]) -> Option<Summary> {
        if values.is_empty() {
            return None;
        }
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Summary { mean, sd: (squares / n).sqrt() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_that_of_the_population() {
        assert_eq!(Summary::of(&[1.0, 3.0]), Some(Summary { mean: 2.0, sd: 1.0 }));
        assert_eq!(Summary::of(&[0.3]), Some(Summary { mean: 0.3, sd: 0.0 }));
        assert_eq!(Summary::of(&[]), None);
    }
}
