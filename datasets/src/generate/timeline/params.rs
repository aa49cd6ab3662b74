//! The parameters of the generator, and what they may be.

use serde::{Deserialize, Serialize};

use super::NAME;
use crate::{Error, Result};

/// Events at most: after some eight thousand million the years have five digits.
const MAX_EVENTS: u64 = 5_000_000_000;
/// Days between intrusions at most.
const MAX_DAYS: u32 = 10_000;

/// What to generate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TimelineParams {
    /// The seed of everything random; 0 by default.
    pub seed: u64,
    /// Number of events; 20,000 by default, about a week, and at most 5,000,000,000. How many
    /// rows they make depends on the format.
    pub n_events: u64,
    /// The format of the file; the digest by default.
    pub format: TimelineFormat,
    /// Whether the host is broken into: on the third day, and then every
    /// `days_between_intrusions` days. It is by default.
    pub intrusion: bool,
    /// Days from the start of one intrusion to the next, 7 by default; at least 1.
    pub days_between_intrusions: u32,
    /// Whether formats whose columns are free (the digest, the dynamic CSV) get one more
    /// column `label`, 1 for the intruder's events. Not by default: labels are then only in
    /// the file of [`super::TimelineGenerator::write_labels`].
    pub label_column: bool,
}

/// The five formats in which a timeline can be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimelineFormat {
    /// The 29 columns of the study, a row an event.
    #[default]
    Digest,
    /// plaso's `l2t_csv`: 17 columns, a row an event, times in seconds.
    L2tCsv,
    /// plaso's dynamic CSV: a row for each letter of an event.
    Dynamic,
    /// The Sleuth Kit's `mactime -d`: only times of the file system, in seconds.
    Mactime,
    /// The Sleuth Kit's body file: only times of the file system, in seconds, a line for up to
    /// four of them.
    Bodyfile,
}

impl TimelineFormat {
    /// All formats.
    pub const ALL: [TimelineFormat; 5] = [
        TimelineFormat::Digest,
        TimelineFormat::L2tCsv,
        TimelineFormat::Dynamic,
        TimelineFormat::Mactime,
        TimelineFormat::Bodyfile,
    ];

    /// Its name: `digest`, `l2t_csv`, `dynamic`, `mactime`, `bodyfile`.
    pub fn name(self) -> &'static str {
        match self {
            TimelineFormat::Digest => "digest",
            TimelineFormat::L2tCsv => "l2t_csv",
            TimelineFormat::Dynamic => "dynamic",
            TimelineFormat::Mactime => "mactime",
            TimelineFormat::Bodyfile => "bodyfile",
        }
    }
}

impl Default for TimelineParams {
    fn default() -> TimelineParams {
        TimelineParams {
            seed: 0,
            n_events: 20_000,
            format: TimelineFormat::default(),
            intrusion: true,
            days_between_intrusions: 7,
            label_column: false,
        }
    }
}

impl TimelineParams {
    pub(super) fn check(&self) -> Result<()> {
        let refuse = |parameter, found, wanted| {
            Err(Error::Parameter { generator: NAME, parameter, found, wanted })
        };
        if MAX_EVENTS < self.n_events {
            return refuse("n_events", self.n_events as f64, "at most 5000000000");
        }
        let days = self.days_between_intrusions;
        if !(1..=MAX_DAYS).contains(&days) {
            return refuse("days_between_intrusions", f64::from(days), "from 1 to 10000");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_out_of_range_are_refused_by_name() {
        let default = TimelineParams::default;
        for (params, name) in [
            (TimelineParams { n_events: MAX_EVENTS + 1, ..default() }, "n_events"),
            (TimelineParams { days_between_intrusions: 0, ..default() }, "days_between_intrusions"),
            (
                TimelineParams { days_between_intrusions: MAX_DAYS + 1, ..default() },
                "days_between_intrusions",
            ),
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
        let format = TimelineFormat::L2tCsv;
        let params = TimelineParams { seed: 7, format, ..TimelineParams::default() };
        let text = serde_json::to_string(&params).unwrap();
        assert!(text.contains(r#""format":"l2t_csv""#), "{text}");
        assert_eq!(serde_json::from_str::<TimelineParams>(&text).unwrap(), params);
        assert_eq!(
            serde_json::from_str::<TimelineParams>("{}").unwrap(),
            TimelineParams::default()
        );
        assert!(serde_json::from_str::<TimelineParams>(r#"{"rows": 1}"#).is_err());
    }
}
