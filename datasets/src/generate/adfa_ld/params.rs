//! The parameters of the generator, and what they may be.

use serde::{Deserialize, Serialize};

use super::NAME;
use crate::{Error, Result};

/// Traces of a subset at most, so that all counts and file names stay in range.
const MAX_TRACES: usize = 1_000_000_000;

/// What to generate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdfaLdParams {
    /// The seed of everything random; 0 by default.
    pub seed: u64,
    /// Normal traces to learn from; 833 by default, as in ADFA-LD.
    pub n_training: usize,
    /// Normal traces to measure false alarms on; 4,372 by default, as in ADFA-LD.
    pub n_validation: usize,
    /// Attack traces; 746 by default, as in ADFA-LD. They are shared among the 60 attack
    /// folders in the proportions of ADFA-LD, exactly so for 746 and its multiples; with
    /// fewer than 60, some folders have none, with at least 30 each class has some.
    pub n_attack: usize,
    /// Chance, from 0 to 1, that an unrelated call falls in before a call: a signal, a timer,
    /// the memory allocator. 0.008 by default: more makes normal traces less alike.
    pub noise: f64,
    /// Chance, from 0 to 1, that a normal validation trace, or the background of an attack, is
    /// of software, versions or paths that the training traces know little or not at all.
    /// 0.2 by default: more brings more false alarms.
    pub drift: f64,
    /// Share, from 0 to 1, of attack traces that are of processes which merely run beside the
    /// attack, as a folder of ADFA-LD holds every process traced while the attack went on.
    /// 0.12 by default: more hides more attacks.
    pub bystanders: f64,
}

impl Default for AdfaLdParams {
    /// The counts of ADFA-LD (Creech and Hu 2013, doi:10.1109/WCNC.2013.6555301). The chances
    /// are chosen so that STIDE with n = 6, fitted on the training traces, ranks the others
    /// about as well as on ADFA-LD (ROC AUC 0.83).
    fn default() -> AdfaLdParams {
        AdfaLdParams {
            seed: 0,
            n_training: 833,
            n_validation: 4372,
            n_attack: 746,
            noise: 0.008,
            drift: 0.2,
            bystanders: 0.12,
        }
    }
}

impl AdfaLdParams {
    pub(super) fn check(&self) -> Result<()> {
        let counts = [
            ("n_training", self.n_training),
            ("n_validation", self.n_validation),
            ("n_attack", self.n_attack),
        ];
        for (parameter, found) in counts {
            check(parameter, found as f64, found <= MAX_TRACES, "at most 1000000000")?;
        }
        let chances =
            [("noise", self.noise), ("drift", self.drift), ("bystanders", self.bystanders)];
        for (parameter, found) in chances {
            check(parameter, found, (0.0..=1.0).contains(&found), "a chance from 0 to 1")?;
        }
        Ok(())
    }
}

fn check(parameter: &'static str, found: f64, ok: bool, wanted: &'static str) -> Result<()> {
    if ok {
        return Ok(());
    }
    Err(Error::Parameter { generator: NAME, parameter, found, wanted })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_out_of_range_are_refused_by_name() {
        let default = AdfaLdParams::default;
        for (params, name) in [
            (AdfaLdParams { n_training: MAX_TRACES + 1, ..default() }, "n_training"),
            (AdfaLdParams { n_validation: usize::MAX, ..default() }, "n_validation"),
            (AdfaLdParams { n_attack: usize::MAX, ..default() }, "n_attack"),
            (AdfaLdParams { noise: -0.1, ..default() }, "noise"),
            (AdfaLdParams { drift: f64::NAN, ..default() }, "drift"),
            (AdfaLdParams { bystanders: 1.1, ..default() }, "bystanders"),
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
        let params = AdfaLdParams { seed: 7, drift: 0.5, ..AdfaLdParams::default() };
        let text = serde_json::to_string(&params).unwrap();
        assert_eq!(serde_json::from_str::<AdfaLdParams>(&text).unwrap(), params);
        assert_eq!(serde_json::from_str::<AdfaLdParams>("{}").unwrap(), AdfaLdParams::default());
        assert!(serde_json::from_str::<AdfaLdParams>(r#"{"n_traces": 1}"#).is_err());
    }
}
