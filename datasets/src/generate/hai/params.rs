//! What to generate: the release, the file, its length, and how often it is attacked.

use serde::{Deserialize, Serialize};

use super::NAME;
use crate::{Error, Result};

/// A release of HAI, whose columns and format are followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HaiRelease {
    /// 20.07: 59 tags, separated by semicolons, with labels a process.
    #[serde(rename = "20.07")]
    V20_07,
    /// 21.03: 79 tags (the manual lists 78), with labels a process.
    #[default]
    #[serde(rename = "21.03")]
    V21_03,
    /// 22.04: 86 tags, one label.
    #[serde(rename = "22.04")]
    V22_04,
    /// 23.05: 86 tags, the labels in files of their own.
    #[serde(rename = "23.05")]
    V23_05,
}

impl HaiRelease {
    /// All releases, the oldest first.
    pub const ALL: [HaiRelease; 4] =
        [HaiRelease::V20_07, HaiRelease::V21_03, HaiRelease::V22_04, HaiRelease::V23_05];

    /// The release's number, such as `21.03`.
    pub fn name(self) -> &'static str {
        match self {
            HaiRelease::V20_07 => "20.07",
            HaiRelease::V21_03 => "21.03",
            HaiRelease::V22_04 => "22.04",
            HaiRelease::V23_05 => "23.05",
        }
    }
}

/// What a file is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HaiKind {
    /// Normal operation only.
    #[default]
    Train,
    /// Normal operation with attacks.
    Test,
}

/// What to generate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HaiParams {
    /// The seed of everything random; 0 by default.
    pub seed: u64,
    /// The release whose format is written; 21.03 by default.
    pub release: HaiRelease,
    /// Whether the file has attacks; it has none by default.
    pub kind: HaiKind,
    /// Which file of its kind, from 1: the plant on other days. 1 by default.
    pub file: u32,
    /// Rows, one a second; 86,400 by default, a day.
    pub n_rows: u64,
    /// Seconds from the end of one attack to the start of the next, on average; from 60 to
    /// 10,000,000. 8,000 by default: 21.03 has 50 attacks in 402,005 rows.
    pub attack_interval: u32,
    /// Chance, from 0 to 1, that an attack on a set point or a control output also hides the
    /// process value behind earlier normal values. 0.45 by default, as in 21.03.
    pub hidden: f64,
    /// Seconds between stops of the boiler or the turbine for maintenance, on average; from
    /// 3,600 to 10,000,000. 200,000 by default.
    pub stop_interval: u32,
    /// Noise of the instruments as a multiple of the usual, from 0 to 3. 1 by default.
    pub noise: f64,
}

impl Default for HaiParams {
    /// A day of normal operation in the format of 21.03. How often and how the test files are
    /// attacked is taken from the published attack list of 21.03.
    fn default() -> HaiParams {
        HaiParams {
            seed: 0,
            release: HaiRelease::V21_03,
            kind: HaiKind::Train,
            file: 1,
            n_rows: 86_400,
            attack_interval: 8000,
            hidden: 0.45,
            stop_interval: 200_000,
            noise: 1.0,
        }
    }
}

/// Seconds in 3,000 years: later rows would need a year of five digits.
const MAX_ROWS: u64 = 94_608_000_000;

impl HaiParams {
    pub(super) fn check(&self) -> Result<()> {
        let interval = |seconds: u32, least: u32| (least..=10_000_000).contains(&seconds);
        let checks = [
            ("file", f64::from(self.file), (1..=1000).contains(&self.file), "from 1 to 1000"),
            ("n_rows", self.n_rows as f64, self.n_rows <= MAX_ROWS, "at most 94608000000"),
            (
                "attack_interval",
                f64::from(self.attack_interval),
                interval(self.attack_interval, 60),
                "from 60 to 10000000",
            ),
            ("hidden", self.hidden, (0.0..=1.0).contains(&self.hidden), "a chance from 0 to 1"),
            (
                "stop_interval",
                f64::from(self.stop_interval),
                interval(self.stop_interval, 3600),
                "from 3600 to 10000000",
            ),
            ("noise", self.noise, (0.0..=3.0).contains(&self.noise), "from 0 to 3"),
        ];
        match checks.into_iter().find(|&(.., ok, _)| !ok) {
            None => Ok(()),
            Some((parameter, found, _, wanted)) => {
                Err(Error::Parameter { generator: NAME, parameter, found, wanted })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_out_of_range_are_refused_by_name() {
        let default = HaiParams::default;
        for (params, name) in [
            (HaiParams { file: 0, ..default() }, "file"),
            (HaiParams { n_rows: u64::MAX, ..default() }, "n_rows"),
            (HaiParams { attack_interval: 59, ..default() }, "attack_interval"),
            (HaiParams { hidden: 1.01, ..default() }, "hidden"),
            (HaiParams { stop_interval: 0, ..default() }, "stop_interval"),
            (HaiParams { noise: f64::NAN, ..default() }, "noise"),
        ] {
            let error = params.check().unwrap_err();
            assert!(
                matches!(error, Error::Parameter { parameter, .. } if parameter == name),
                "{error}"
            );
        }
        default().check().unwrap();
    }

    #[test]
    fn parameters_round_trip_and_unknown_ones_are_refused() {
        let params =
            HaiParams { release: HaiRelease::V20_07, kind: HaiKind::Test, ..HaiParams::default() };
        let text = serde_json::to_string(&params).unwrap();
        assert!(text.contains(r#""release":"20.07","kind":"test""#), "{text}");
        assert_eq!(serde_json::from_str::<HaiParams>(&text).unwrap(), params);
        assert!(serde_json::from_str::<HaiParams>(r#"{"rows": 1}"#).is_err());
    }
}
