//! The entries of eTaPR: three versions, three figures each.

use super::{Etapr, EtaprVersion, Part};
use crate::measure::catalogue::{Arguments, Entry, ParameterEntry, Values};

/// One figure of one version.
macro_rules! etapr {
    ($id:literal, $version:ident, $part:ident, $most:expr, $formula:literal, $undefined:literal) => {
        Entry {
            id: $id,
            range: (0.0, $most),
            formula: $formula,
            parameters: $version::PARAMETERS,
            undefined: $undefined,
            cost: "n",
            source: $version::SOURCE,
            of_alarms: Some(|given| {
                Box::new(Etapr { version: $version::version(given), part: Part::$part })
            }),
            ..Entry::PLAIN
        }
    };
}

/// A sample may lie in an event and be the last of the tail before it, where it is worth
/// 1 / (1 + exp(6)): an alarm of that sample alone has so much above 1.
const WITH_TAIL: f64 = 1.002_472_623_156_64;

/// Credit of a tail, at most about half its event's length, counts by its square in 2021: a bound
/// that no precision reaches.
const WITH_SQUARES: f64 = 1.25;

const UNIT: Values = Values::Number { least: 0.0, most: 1.0 };

pub(in crate::measure) const ENTRIES: &[Entry] = &[
    etapr!(
        "etapr-2020",
        v2020,
        F1,
        WITH_TAIL,
        "harmonic mean of etap-2020 and etar-2020",
        "no anomaly"
    ),
    etapr!(
        "etap-2020",
        v2020,
        Precision,
        WITH_TAIL,
        "alpha x weight of correct alarms + (1 - alpha) x mean portion in events and tails, by sqrt(length)",
        "no anomaly"
    ),
    etapr!(
        "etar-2020",
        v2020,
        Recall,
        1.0,
        "alpha x share of events detected + (1 - alpha) x mean portion covered",
        "no anomaly"
    ),
    etapr!(
        "etapr-2021",
        v2021,
        F1,
        WITH_SQUARES,
        "harmonic mean of etap-2021 and etar-2021",
        "no anomaly"
    ),
    etapr!(
        "etap-2021",
        v2021,
        Precision,
        WITH_SQUARES,
        "harmonic mean of weight of correct alarms and mean of overlap^2 / (event x alarm), by sqrt(length)",
        "no anomaly"
    ),
    etapr!(
        "etar-2021",
        v2021,
        Recall,
        1.0,
        "harmonic mean of share of events detected and mean of overlap^2 / (event x alarm)",
        "no anomaly"
    ),
    etapr!(
        "etapr-22.6.1",
        v22,
        F1,
        WITH_TAIL,
        "harmonic mean of etap-22.6.1 and etar-22.6.1",
        "no anomaly or no alarm"
    ),
    etapr!(
        "etap-22.6.1",
        v22,
        Precision,
        WITH_TAIL,
        "mean over alarms of (1 + portion in detected events) / 2 where correct, else 0, by sqrt(length)",
        "no anomaly or no alarm"
    ),
    etapr!(
        "etar-22.6.1",
        v22,
        Recall,
        1.0,
        "mean over events of (1 + portion in correct alarms) / 2 where detected, else 0",
        "no anomaly"
    ),
];

/// Version 2020.
mod v2020 {
    use super::{Arguments, EtaprVersion, ParameterEntry, UNIT, Values};

    pub(super) const SOURCE: &str =
        "eTaPR 1.12 of github.com/saurf4ng/eTaPR, as HAICon 2020 called it";

    pub(super) const PARAMETERS: &[ParameterEntry] = &[
        ParameterEntry {
            key: "rho",
            meaning: "the least share of an event that alarms must cover",
            values: UNIT,
            default: "0.1",
        },
        ParameterEntry {
            key: "pi",
            meaning: "the least share of an alarm that must lie in events",
            values: UNIT,
            default: "0.7",
        },
        ParameterEntry {
            key: "alpha",
            meaning: "weight of detection against portion",
            values: UNIT,
            default: "0.5",
        },
        ParameterEntry {
            key: "tail",
            meaning: "samples from the first to the last of a tail behind an event, 0 for none",
            values: Values::Count { least: 0, most: usize::MAX },
            default: "180",
        },
    ];

    pub(super) fn version(given: &Arguments) -> EtaprVersion {
        EtaprVersion::V2020 {
            rho: given.number("rho"),
            pi: given.number("pi"),
            alpha: given.number("alpha"),
            tail: given.count("tail"),
        }
    }
}

const THETA_R: ParameterEntry = ParameterEntry {
    key: "theta_r",
    meaning: "the least share of an event that alarms must cover",
    values: UNIT,
    default: "0.1",
};

const DELTA: ParameterEntry = ParameterEntry {
    key: "delta",
    meaning: "length of the tail behind an event as a share of the event's",
    values: UNIT,
    default: "0",
};

const fn theta_p(default: &'static str) -> ParameterEntry {
    ParameterEntry {
        key: "theta_p",
        meaning: "the least share of an alarm that must lie in events",
        values: UNIT,
        default,
    }
}

/// Version 2021.
mod v2021 {
    use super::{Arguments, DELTA, EtaprVersion, ParameterEntry, THETA_R, theta_p};

    pub(super) const SOURCE: &str =
        "eTaPR 21.8.2 of github.com/saurf4ng/eTaPR, as HAICon 2021 called it";

    pub(super) const PARAMETERS: &[ParameterEntry] = &[theta_p("0.7"), THETA_R, DELTA];

    pub(super) fn version(given: &Arguments) -> EtaprVersion {
        let (theta_p, theta_r) = (given.number("theta_p"), given.number("theta_r"));
        EtaprVersion::V2021 { theta_p, theta_r, delta: given.number("delta") }
    }
}

/// Version 22.6.1.
mod v22 {
    use super::{Arguments, DELTA, EtaprVersion, ParameterEntry, THETA_R, theta_p};

    pub(super) const SOURCE: &str =
        "Hwang et al. 2022, doi:10.1145/3477314.3507024; eTaPR 22.6.1 of github.com/saurf4ng/eTaPR";

    pub(super) const PARAMETERS: &[ParameterEntry] = &[theta_p("0.5"), THETA_R, DELTA];

    pub(super) fn version(given: &Arguments) -> EtaprVersion {
        let (theta_p, theta_r) = (given.number("theta_p"), given.number("theta_r"));
        EtaprVersion::V22 { theta_p, theta_r, delta: given.number("delta") }
    }
}
