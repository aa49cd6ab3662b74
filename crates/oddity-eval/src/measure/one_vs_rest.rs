//! ROC AUC of several classes: the mean of each class against the rest.

use oddity_core::Predicted;

use super::catalogue::Entry;
use super::roc::area;
use super::{Direction, Measure, MeasureError, MeasureId, Truth, Undefined};

/// Measure `roc_auc_ovr`: the mean over all classes of the ROC AUC of the class against the
/// rest, by the class's probability or decision value.
///
/// The unweighted mean of scikit-learn's `roc_auc_score(.., multi_class="ovr",
/// average="macro")`. Undefined if a class has no true sample or all of them. Cost
/// classes x n log n.
///
/// Source: Provost and Domingos 2000 (there weighted by the classes' shares).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RocAucOneVsRest;

pub(super) const ENTRIES: &[Entry] = &[Entry {
    id: "roc_auc_ovr",
    formula: "mean over classes of the ROC AUC of the class against the rest",
    undefined: "a class has no sample or all",
    cost: "c n log n",
    source: "Provost and Domingos 2000, Well-trained PETs; unweighted as in scikit-learn",
    of_predicted: Some(|_| Box::new(RocAucOneVsRest)),
    ..Entry::PLAIN
}];

impl Measure<Predicted> for RocAucOneVsRest {
    fn id(&self) -> MeasureId {
        MeasureId::new("roc_auc_ovr")
    }

    fn direction(&self) -> Direction {
        Direction::HigherIsBetter
    }

    fn evaluate(&self, truth: &Truth<'_>, predicted: &Predicted) -> Result<f64, MeasureError> {
        truth.expect_len(predicted.len())?;
        let n_classes = truth.class_names().len();
        if predicted.n_classes() != n_classes {
            let predicted = predicted.n_classes();
            return Err(MeasureError::ClassCount { truth: n_classes, predicted });
        }
        if truth.is_empty() {
            return Err(Undefined::NoSample.into());
        }
        let codes = truth.codes();
        let mut sum = 0.0;
        for class in 0..n_classes as u32 {
            let scores = predicted.class_scores(class).ok_or(MeasureError::NoClassScores)?;
            let is_class: Vec<bool> = codes.iter().map(|&code| code == class).collect();
            sum += area(&is_class, &scores).map_err(|error| match error.undefined() {
                Some(Undefined::NoAnomaly) => Undefined::ClassAbsent { class }.into(),
                Some(Undefined::NoNormal) => Undefined::OnlyClass { class }.into(),
                _ => error,
            })?;
        }
        Ok(sum / n_classes as f64)
    }
}
