//! Weights of classes: how much a sample of each class counts in a fit.

use oddity_core::{Classes, Error, Result};
use serde::{Deserialize, Serialize};

/// How much a sample of each class counts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeight {
    /// Every sample counts 1.
    #[default]
    None,
    /// `n / (k * count)` for each of the `k` classes that occur among the `n` samples, so
    /// that every class counts the same in total (King and Zeng 2001,
    /// doi:10.1093/oxfordjournals.pan.a004868).
    Balanced,
    /// One positive weight for each class name, by code.
    Weights(Vec<f64>),
}

impl ClassWeight {
    /// One weight for each class name; a class that does not occur gets 1 when balanced.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if there is not one weight for each class name,
    /// [`Error::Parameter`] for a weight that is not positive and finite.
    pub fn weights(&self, classes: &Classes) -> Result<Vec<f64>> {
        match self {
            ClassWeight::None => Ok(vec![1.0; classes.n_classes()]),
            ClassWeight::Balanced => {
                let counts = classes.counts();
                let occurring = counts.iter().filter(|&&count| 0 < count).count();
                let weight = |&count: &usize| match count {
                    0 => 1.0,
                    count => classes.len() as f64 / (occurring * count) as f64,
                };
                Ok(counts.iter().map(weight).collect())
            }
            ClassWeight::Weights(weights) => {
                let (expected, found) = (classes.n_classes(), weights.len());
                if found != expected {
                    return Err(Error::Length { what: "class weights", expected, found });
                }
                for &weight in weights {
                    let ok = weight.is_finite() && 0.0 < weight;
                    Error::check_parameter("class weight", "weights", weight, ok, "above 0")?;
                }
                Ok(weights.clone())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_weights_give_every_class_that_occurs_the_same_total() {
        let classes = Classes::new(vec![0, 0, 0, 2], ["a", "b", "c"]).unwrap();
        let weights = ClassWeight::Balanced.weights(&classes).unwrap();
        assert_eq!(weights, [4.0 / 6.0, 1.0, 2.0]);
        assert_eq!(ClassWeight::None.weights(&classes).unwrap(), [1.0; 3]);
    }

    #[test]
    fn weights_that_do_not_fit_the_classes_are_refused() {
        let classes = Classes::new(vec![0, 1], ["a", "b"]).unwrap();
        for weights in [vec![1.0], vec![1.0, 0.0], vec![1.0, f64::NAN], vec![-1.0, 1.0]] {
            assert!(ClassWeight::Weights(weights).weights(&classes).is_err());
        }
    }

    #[test]
    fn the_names_in_a_configuration_are_short() {
        let read = |text: &str| serde_json::from_str::<ClassWeight>(text).unwrap();
        assert_eq!(read("\"none\""), ClassWeight::None);
        assert_eq!(read("\"balanced\""), ClassWeight::Balanced);
        assert_eq!(read("{\"weights\": [1.0, 2.0]}"), ClassWeight::Weights(vec![1.0, 2.0]));
    }
}
