//! What random alarms score in affiliation, to be printed beside a detector's value.

use oddity_core::{Alarms, Seed};
use rand::Rng;
use rayon::prelude::*;

use super::AffiliationReport;
use crate::measure::{Events, MeasureError, Undefined};

/// What random alarms score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomAffiliation {
    /// Mean precision over the draws.
    pub precision: f64,
    /// Mean recall over the draws.
    pub recall: f64,
    /// Mean F1 over the draws.
    pub f1: f64,
}

/// Affiliation of as many alarms on samples that chance chooses, mean over `n_draws` draws.
///
/// Each draw takes `n_alarms` different samples of all series, all choices equally likely; a draw
/// without an alarm in a zone does not count for precision and F1. The draws run in parallel, and
/// the seed alone decides the value. Cost n for each draw.
///
/// ```
/// use oddity_core::{Labels, Seed};
/// use oddity_eval::measure::{Events, random_affiliation};
///
/// let labels: Labels = (0..1000).map(|sample| sample % 250 < 5).collect();
/// let random = random_affiliation(&Events::from(&labels), 100, 20, Seed(0))?;
/// assert!((0.64..0.72).contains(&random.f1));
/// # Ok::<(), oddity_eval::measure::MeasureError>(())
/// ```
///
/// # Errors
///
/// [`MeasureError::Undefined`] without an event, without a draw, for more alarms than samples, and
/// where no draw has an alarm in a zone.
pub fn random_affiliation(
    events: &Events,
    n_alarms: usize,
    n_draws: usize,
    seed: Seed,
) -> Result<RandomAffiliation, MeasureError> {
    let (found, wanted) = (events.n_samples(), n_alarms);
    if found < wanted {
        return Err(Undefined::TooFewSamples { found, wanted }.into());
    }
    let draw = |draw: u64| {
        let chosen = choose(found, n_alarms, &mut seed.derive(draw).rng());
        AffiliationReport::new(events, &Alarms::new(chosen))
    };
    let reports: Vec<AffiliationReport> =
        (0..n_draws as u64).into_par_iter().map(draw).collect::<Result<_, _>>()?;
    let mean = |value: fn(&AffiliationReport) -> Option<f64>| {
        let values: Vec<f64> = reports.iter().filter_map(value).collect();
        let sum: f64 = values.iter().sum();
        if values.is_empty() { Err(Undefined::NoAlarm) } else { Ok(sum / values.len() as f64) }
    };
    Ok(RandomAffiliation {
        precision: mean(|report| report.precision)?,
        recall: mean(|report| Some(report.recall))?,
        f1: mean(AffiliationReport::f1)?,
    })
}

/// `wanted` of `n` samples, all choices equally likely, by selection sampling (Knuth, The Art of
/// Computer Programming, volume 2, algorithm S).
fn choose(n: usize, wanted: usize, source: &mut impl Rng) -> Vec<bool> {
    let mut left = wanted;
    let one = |sample: usize| {
        let uniform = (source.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let is_chosen = uniform * ((n - sample) as f64) < left as f64;
        left -= usize::from(is_chosen);
        is_chosen
    };
    (0..n).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_as_many_samples_are_chosen_each_equally_often() {
        let mut counts = [0; 10];
        for draw in 0..2000 {
            let chosen = choose(10, 3, &mut Seed(7).derive(draw).rng());
            assert_eq!(chosen.iter().filter(|&&is| is).count(), 3);
            counts.iter_mut().zip(&chosen).for_each(|(count, &is)| *count += i32::from(is));
        }
        // 600 each; the standard deviation is 20.
        assert!(counts.iter().all(|count| (500..700).contains(count)), "{counts:?}");
        assert_eq!(choose(4, 4, &mut Seed(0).rng()), [true; 4]);
        assert_eq!(choose(4, 0, &mut Seed(0).rng()), [false; 4]);
    }

    #[test]
    fn what_cannot_be_drawn_is_undefined() {
        let events = Events::from(&[true, false][..]);
        let of = |n_alarms, n_draws| random_affiliation(&events, n_alarms, n_draws, Seed(0));
        let few = Undefined::TooFewSamples { found: 2, wanted: 3 };
        assert_eq!(of(3, 1), Err(few.into()));
        assert_eq!(of(0, 3), Err(Undefined::NoAlarm.into()));
        assert_eq!(of(1, 0), Err(Undefined::NoAlarm.into()));
        let none = Events::from(&[false][..]);
        assert_eq!(random_affiliation(&none, 1, 1, Seed(0)), Err(Undefined::NoAnomaly.into()));
    }
}
