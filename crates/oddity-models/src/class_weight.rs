//! How much each class counts in a classifier's fit.

use oddity_core::{Classes, Error, Result};
use serde::{Deserialize, Serialize};

/// How much a training sample counts, by its class.
///
/// In TOML: `"none"`, `"balanced"` or `{ weights = [1.0, 5.0] }`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeight {
    /// Every sample counts 1.
    #[default]
    None,
    /// `n / (k * n_c)`, with `n` samples, `k` classes that occur and `n_c` samples of the
    /// class: every class counts the same in all (King and Zeng 2001,
    /// doi:10.1093/oxfordjournals.pan.a004868).
    Balanced,
    /// One weight a class, by code, positive and finite.
    Weights(Vec<f64>),
}

impl ClassWeight {
    /// One weight a class, by code. A class that does not occur weighs 0 when balanced.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if there is not one given weight a class name, [`Error::Parameter`]
    /// for one that is not positive and finite.
    pub fn weights(&self, classes: &Classes) -> Result<Vec<f64>> {
        match self {
            ClassWeight::None => Ok(vec![1.0; classes.n_classes()]),
            ClassWeight::Balanced => Ok(balanced(&classes.counts())),
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

fn balanced(counts: &[usize]) -> Vec<f64> {
    let n_samples: usize = counts.iter().sum();
    let n_occurring = counts.iter().filter(|&&count| 0 < count).count();
    let weight = |&count: &usize| match count {
        0 => 0.0,
        count => n_samples as f64 / (n_occurring * count) as f64,
    };
    counts.iter().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> Classes {
        Classes::new(vec![0, 0, 0, 2], ["a", "absent", "c"]).unwrap()
    }

    #[test]
    fn balanced_classes_count_the_same_in_all() {
        let weights = ClassWeight::Balanced.weights(&classes()).unwrap();
        assert_eq!(weights, [4.0 / 6.0, 0.0, 2.0]);
    }

    #[test]
    fn given_weights_are_one_a_class_and_positive() {
        assert!(ClassWeight::Weights(vec![1.0, 2.0]).weights(&classes()).is_err());
        for weights in [[1.0, 0.0, 2.0], [1.0, f64::NAN, 1.0], [1.0, -1.0, 1.0]] {
            assert!(ClassWeight::Weights(weights.to_vec()).weights(&classes()).is_err());
        }
        let given = ClassWeight::Weights(vec![1.0, 2.0, 3.0]);
        assert_eq!(given.weights(&classes()).unwrap(), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn the_names_in_a_configuration_are_short() {
        let read = |text: &str| serde_json::from_str::<ClassWeight>(text).unwrap();
        assert_eq!(read("\"none\""), ClassWeight::None);
        assert_eq!(read("\"balanced\""), ClassWeight::Balanced);
        assert_eq!(read("{\"weights\": [1.0, 2.0]}"), ClassWeight::Weights(vec![1.0, 2.0]));
    }
}
