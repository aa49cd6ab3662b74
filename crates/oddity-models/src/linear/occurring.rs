//! The classes that occur among the training samples, numbered without gaps.

use oddity_core::{Classes, Error, Predicted, Result};

/// The classes that occur, in the order of their codes, and where each sample belongs.
#[derive(Clone, Debug)]
pub(crate) struct Occurring {
    /// Code of each class that occurs, ascending.
    pub(crate) codes: Vec<u32>,
    /// Number of samples of each class that occurs.
    pub(crate) counts: Vec<usize>,
    /// Position in `codes` of each sample's class.
    pub(crate) of_sample: Vec<u32>,
    /// Number of class names.
    pub(crate) n_names: usize,
}

impl Occurring {
    /// Numbers the classes that occur.
    pub(crate) fn new(classes: &Classes, n_samples: usize, step: &'static str) -> Result<Self> {
        classes.expect_len(n_samples)?;
        let all = classes.counts();
        let codes: Vec<u32> = (0u32..).zip(&all).filter(|(_, n)| 0 < **n).map(|(c, _)| c).collect();
        if codes.len() < 2 {
            return Err(Error::TooFewClasses { step, wanted: 2, found: codes.len() });
        }
        let mut position = vec![0; all.len()];
        (0u32..).zip(&codes).for_each(|(at, &code)| position[code as usize] = at);
        let of_sample = classes.codes().iter().map(|&code| position[code as usize]).collect();
        let counts = codes.iter().map(|&code| all[code as usize]).collect();
        Ok(Occurring { codes, counts, of_sample, n_names: all.len() })
    }

    /// Number of classes that occur.
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }
}

/// Puts values of the classes that occur, `n_samples x codes.len()`, into rows of all
/// `n_names` classes, with `absent` for the others.
pub(crate) fn spread(values: Vec<f64>, codes: &[u32], n_names: usize, absent: f64) -> Vec<f64> {
    if codes.len() == n_names {
        return values;
    }
    let mut all = vec![absent; values.len() / codes.len() * n_names];
    for (row, values) in all.chunks_exact_mut(n_names).zip(values.chunks_exact(codes.len())) {
        codes.iter().zip(values).for_each(|(&code, &value)| row[code as usize] = value);
    }
    all
}

/// The class of each sample by its largest value (ties: the lowest code), from values of
/// the classes that occur.
pub(crate) fn predict_largest(values: &[f64], codes: &[u32], n_names: usize) -> Result<Predicted> {
    let largest = |row: &[f64]| {
        let best = (1..row.len()).fold(0, |best, at| if row[best] < row[at] { at } else { best });
        codes[best]
    };
    Predicted::new(values.chunks_exact(codes.len()).map(largest).collect(), n_names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_without_samples_leave_no_gap() {
        let classes = Classes::new(vec![3, 1, 3], ["a", "b", "c", "d"]).unwrap();
        let occurring = Occurring::new(&classes, 3, "test").unwrap();
        assert_eq!(occurring.codes, [1, 3]);
        assert_eq!(occurring.counts, [1, 2]);
        assert_eq!(occurring.of_sample, [1, 0, 1]);
        assert_eq!(spread(vec![0.4, 0.6], &[1, 3], 4, 0.0), [0.0, 0.4, 0.0, 0.6]);
        let predicted = predict_largest(&[0.4, 0.6, 0.5, 0.5], &[1, 3], 4).unwrap();
        assert_eq!(predicted.codes(), [3, 1]);
    }

    #[test]
    fn one_class_is_refused() {
        let classes = Classes::new(vec![1, 1], ["a", "b"]).unwrap();
        assert!(Occurring::new(&classes, 2, "test").is_err());
    }
}
