//! What to generate: the format, the subset, its length, and how much of it is attacks.

use serde::{Deserialize, Serialize};

use super::{CUP_NAME, NSL_NAME};
use crate::{Error, Result};

/// The format of the records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KddFormat {
    /// NSL-KDD: 43 columns with a difficulty, repeated records thinned out, in no order.
    #[default]
    NslKdd,
    /// KDD Cup 99: 42 columns, every record, in order of time.
    KddCup99,
}

/// A part of the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KddSubset {
    /// Attacks of 22 labels.
    #[default]
    Train,
    /// Attacks of those and of 17 more that the training part lacks.
    Test,
}

/// What to generate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KddParams {
    /// The seed of everything random; 0 by default.
    pub seed: u64,
    /// The format; NSL-KDD by default.
    pub format: KddFormat,
    /// The subset, which has traffic of its own; the training part by default.
    pub subset: KddSubset,
    /// Records; 125,973 by default, as in KDDTrain+.
    pub n_rows: u64,
    /// Share of attacks, from 0 to 1. By default that of the published part: 0.4654 of
    /// KDDTrain+, 0.5692 of KDDTest+, 0.8031 of the 10 % of KDD Cup 99, 0.8052 of its test
    /// data.
    pub attack_share: Option<f64>,
    /// Connections of the host window, from 1 to 255; 255 by default, which the published
    /// data reaches, although its authors write of 100.
    pub host_window: u32,
}

impl Default for KddParams {
    /// The size and shares of NSL-KDD's training part (Tavallaee et al. 2009,
    /// doi:10.1109/CISDA.2009.5356528).
    fn default() -> KddParams {
        KddParams {
            seed: 0,
            format: KddFormat::NslKdd,
            subset: KddSubset::Train,
            n_rows: 125_973,
            attack_share: None,
            host_window: 255,
        }
    }
}

impl KddParams {
    /// The name of the data.
    pub(super) fn name(&self) -> &'static str {
        match self.format {
            KddFormat::NslKdd => NSL_NAME,
            KddFormat::KddCup99 => CUP_NAME,
        }
    }

    /// The share of attacks that is aimed at.
    pub(super) fn attack_share(&self) -> f64 {
        self.attack_share.unwrap_or(match (self.format, self.subset) {
            (KddFormat::NslKdd, KddSubset::Train) => 0.4654,
            (KddFormat::NslKdd, KddSubset::Test) => 0.5692,
            (KddFormat::KddCup99, KddSubset::Train) => 0.8031,
            (KddFormat::KddCup99, KddSubset::Test) => 0.8052,
        })
    }

    pub(super) fn check(&self) -> Result<()> {
        let share = self.attack_share();
        let checks = [
            ("attack_share", share, (0.0..=1.0).contains(&share), "a share from 0 to 1"),
            (
                "host_window",
                f64::from(self.host_window),
                (1..=255).contains(&self.host_window),
                "from 1 to 255",
            ),
        ];
        match checks.into_iter().find(|&(.., ok, _)| !ok) {
            None => Ok(()),
            Some((parameter, found, _, wanted)) => {
                Err(Error::Parameter { generator: self.name(), parameter, found, wanted })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_out_of_range_are_refused_by_name() {
        let default = KddParams::default;
        for (params, name) in [
            (KddParams { attack_share: Some(1.1), ..default() }, "attack_share"),
            (KddParams { attack_share: Some(f64::NAN), ..default() }, "attack_share"),
            (KddParams { host_window: 0, ..default() }, "host_window"),
            (KddParams { host_window: 256, ..default() }, "host_window"),
        ] {
            let error = params.check().unwrap_err();
            assert!(
                matches!(error, Error::Parameter { parameter, .. } if parameter == name),
                "{error}"
            );
        }
        default().check().unwrap();
        let params = KddParams { format: KddFormat::KddCup99, host_window: 0, ..default() };
        let error = params.check().unwrap_err().to_string();
        assert!(error.starts_with(CUP_NAME), "{error}");
    }

    #[test]
    fn parameters_round_trip_and_unknown_ones_are_refused() {
        let params = KddParams { format: KddFormat::KddCup99, ..KddParams::default() };
        let text = serde_json::to_string(&params).unwrap();
        assert!(text.contains(r#""format":"kdd_cup99""#), "{text}");
        assert_eq!(serde_json::from_str::<KddParams>(&text).unwrap(), params);
        assert!(serde_json::from_str::<KddParams>(r#"{"rows": 1}"#).is_err());
    }
}
