//! Where a threshold comes from: part of every figure that used one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How the threshold behind a figure was chosen.
///
/// A figure whose threshold saw the labels of the samples that are measured is an oracle
/// figure: an upper bound that no detector in use reaches. The id of such a measure ends in
/// `_oracle`, and its provenance is [`ThresholdProvenance::Oracle`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ThresholdProvenance {
    /// No threshold: the figure is of scores, or of classes that the model chose.
    #[default]
    None,
    /// Chosen with the labels of the samples that are measured.
    Oracle,
    /// Fitted on samples that are not measured.
    Fitted {
        /// The id of the rule with its parameters, such as `quantile(q=0.99)`: what a
        /// [`Rule`](crate::threshold::Rule) shows and is parsed from.
        rule: String,
        /// The samples that it was fitted on.
        rows: FittedRows,
        /// How many they are.
        n_rows: usize,
    },
}

/// Samples that a threshold was fitted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FittedRows {
    /// The samples that the model was fitted on, whose scores are too low as a rule.
    Training,
    /// Normal samples that the model was not fitted on.
    HeldOutNormal,
    /// Samples with labels that the model was not fitted on and that are not measured.
    LabelledValidation,
}

impl ThresholdProvenance {
    /// Whether the threshold saw the labels of the samples that are measured.
    pub fn is_oracle(&self) -> bool {
        *self == ThresholdProvenance::Oracle
    }
}

impl fmt::Display for ThresholdProvenance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ThresholdProvenance::None => f.write_str("none"),
            ThresholdProvenance::Oracle => f.write_str("oracle"),
            ThresholdProvenance::Fitted { rule, rows, n_rows } => {
                write!(f, "{rule} on {n_rows} {rows} samples")
            }
        }
    }
}

impl fmt::Display for FittedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FittedRows::Training => "training",
            FittedRows::HeldOutNormal => "held-out normal",
            FittedRows::LabelledValidation => "labelled validation",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provenance_reads_back_and_names_its_rows() {
        let rows = FittedRows::HeldOutNormal;
        let rule = "quantile(q=0.99)".to_owned();
        let fitted = ThresholdProvenance::Fitted { rule, rows, n_rows: 412 };
        assert_eq!(fitted.to_string(), "quantile(q=0.99) on 412 held-out normal samples");
        for provenance in [ThresholdProvenance::None, ThresholdProvenance::Oracle, fitted] {
            let json = serde_json::to_string(&provenance).unwrap();
            assert_eq!(serde_json::from_str::<ThresholdProvenance>(&json).unwrap(), provenance);
        }
        assert_eq!(
            serde_json::to_string(&ThresholdProvenance::Oracle).unwrap(),
            r#"{"kind":"oracle"}"#
        );
    }
}
