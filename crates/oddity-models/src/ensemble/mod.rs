//! Ensembles: several detectors, one score.

mod combine;
mod params;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use oddity_core::{
    Artefact, Causality, Detector, Error, FittedDetector, Result, SampleKind, Samples, Scores,
    Seed, State, TrainingHistory,
};

use self::combine::Place;
pub use self::combine::{Combine, MemberScale};
pub use self::params::EnsembleParams;
use crate::catalogue::DetectorConfig;

const NAME: &str = "ensemble";

/// The part of a seed that says which samples are held out; members have those from 0 on.
const HELD_OUT: u64 = u64::MAX;

/// Scores a sample by what several detectors say of it.
///
/// Each member is fitted on the same samples, with a seed of its own, and its scores are made
/// comparable by those of the training samples: with mean `m_i` and deviation `s_i` of member
/// `i`'s scores of them,
///
/// ```text
/// score(x) = combine over i of (score_i(x) - m_i) / s_i
/// ```
///
/// or with the rank among them in place of the fraction ([`MemberScale`]). The default, the mean
/// of z-scores, is the combination that Aggarwal and Sathe call averaging, with the
/// standardisation that they use throughout; they show that it lowers variance, and that the
/// maximum lowers bias where some members find what others cannot.
///
/// - Reads what all its members read; an ensemble may be a member of another.
/// - Cost: that of the members, and one more scoring of the training samples by each.
/// - Scores of training samples are smaller than those of others for members that learn them by
///   heart, and 0 for a nearest neighbour. Where members are alike that moves all scores by one
///   factor; where they differ, let `held_out` keep some samples back: what members say of those
///   is what they say of any normal sample. Windows that overlap lie on both sides then.
/// - Causal or pointwise as its members are, whichever depends on more.
/// - Errors: those of the members; no member; members without a common kind of samples.
///
/// C. C. Aggarwal and S. Sathe. Theoretical foundations and algorithms for outlier ensembles. ACM
/// SIGKDD Explorations 17(1), 2015, doi:10.1145/2830544.2830549.
///
/// # Example
///
/// ```
/// use oddity_core::{Seed, Sequences};
/// use oddity_models::catalogue::DetectorConfig;
///
/// let config: DetectorConfig = toml::from_str(
///     "kind = 'ensemble'
///      members = [{ kind = 'stide', n = 2 }, { kind = 'length' }]
///      combine = 'max'",
/// )?;
/// let train: Sequences = [vec![3u16, 4, 3, 4], vec![3, 4], vec![4, 3, 4]].into_iter().collect();
/// let test = [vec![3u16, 4, 3], vec![4, 4, 4], vec![3, 4, 3, 4, 3, 4]];
/// let test: Sequences = test.into_iter().collect();
/// let fitted = config.build()?.fit(&train.samples(), Seed(7))?;
/// // As long as the mean; unseen pairs (the training scores of stide are all 0); too long.
/// let scores = fitted.score(&test.samples())?;
/// assert_eq!(scores.values(), [0.0, 1.0, 3.0 / (2.0f64 / 3.0).sqrt()]);
///
/// let mixed = "kind = 'ensemble'\nmembers = [{ kind = 'stide' }, { kind = 'lstm_autoencoder' }]";
/// let refused = toml::from_str::<DetectorConfig>(mixed)?.build().err().map(|e| e.to_string());
/// assert_eq!(
///     refused.as_deref(),
///     Some("ensemble: member 1 reads windows, wanted one that reads sequences"),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Ensemble {
    members: Vec<Arc<dyn Detector>>,
    combine: Combine,
    scale: MemberScale,
    held_out: f64,
}

impl Ensemble {
    /// Checks the parameters, those of the members too.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for no member, [`Error::MemberKind`] for members without a common kind
    /// of samples, and those of the members.
    pub fn new(params: EnsembleParams) -> Result<Ensemble> {
        Ensemble::of(params, DetectorConfig::build)
    }

    /// With members that `build` makes.
    pub(crate) fn of(
        params: EnsembleParams,
        build: impl Fn(&DetectorConfig) -> Result<Arc<dyn Detector>>,
    ) -> Result<Ensemble> {
        let n = params.members.len();
        Error::check_parameter(NAME, "members", n as f64, 1 <= n, "at least 1")?;
        let mut common = params.members[0].reads();
        for (member, config) in params.members.iter().enumerate() {
            let reads = config.reads();
            let both: Vec<SampleKind> =
                common.iter().copied().filter(|kind| reads.contains(kind)).collect();
            if both.is_empty() {
                let [found, wanted] = [&reads, &common].map(|kinds| kinds.first().copied());
                let (Some(found), Some(wanted)) = (found, wanted) else {
                    unreachable!("every member reads a kind of samples");
                };
                return Err(Error::MemberKind { step: NAME, member, found, wanted });
            }
            common = both;
        }
        let EnsembleParams { members, combine, scale, held_out } = params;
        let ok = (0.0..1.0).contains(&held_out);
        Error::check_parameter(NAME, "held_out", held_out, ok, "at least 0 and less than 1")?;
        let members = members.iter().map(build).collect::<Result<_>>()?;
        Ok(Ensemble { members, combine, scale, held_out })
    }

    /// The samples that members are fitted on, and those that their scores are compared on.
    fn split(&self, n: usize, seed: Seed) -> Result<[Vec<usize>; 2]> {
        let n_held_out = (n as f64 * self.held_out).ceil() as usize;
        if n <= n_held_out {
            return Err(Error::TooFewSamples { step: NAME, wanted: n_held_out + 1, found: n });
        }
        let mut all: Vec<usize> = (0..n).collect();
        all.sort_by_key(|&sample| (seed.derive(sample as u64), sample));
        let mut fitted_on = all.split_off(n_held_out);
        fitted_on.sort_unstable();
        all.sort_unstable();
        Ok([fitted_on, all])
    }
}

impl Detector for Ensemble {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        let parts = if self.held_out == 0.0 {
            None
        } else {
            let drawn = seed.derive(HELD_OUT);
            Some(self.split(train.len(), drawn)?.map(|part| train.select(&part)))
        };
        let [fitted_on, compared_on] = match &parts {
            Some([fitted_on, held_out]) => &[fitted_on.view(), held_out.view()],
            None => &[train.clone(), train.clone()],
        };
        let fit = |(index, member): (usize, &Arc<dyn Detector>)| {
            let fitted = member.fit(fitted_on, seed.derive(index as u64))?;
            let scores = fitted.score(compared_on)?.into_values();
            Ok(Member { fitted, place: Place::new(self.scale, scores) })
        };
        // One after the other: members use all threads themselves.
        let members = self.members.iter().enumerate().map(fit).collect::<Result<_>>()?;
        Ok(Box::new(Fitted { members, combine: self.combine }))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let restore = |(index, member): (usize, &Arc<dyn Detector>)| {
            let state = state.part(&of_member(index));
            let place = Place::restore(self.scale, &state)?;
            Ok(Member { fitted: member.restore(&state.part(DETECTOR))?, place })
        };
        let members = self.members.iter().enumerate().map(restore).collect::<Result<_>>()?;
        Ok(Box::new(Fitted { members, combine: self.combine }))
    }
}

/// The part of a member's state that its detector is kept in.
const DETECTOR: &str = "detector";

/// The part of an ensemble's state that a member is kept in.
fn of_member(index: usize) -> String {
    format!("member-{index}")
}

struct Fitted {
    members: Vec<Member>,
    combine: Combine,
}

struct Member {
    fitted: Box<dyn FittedDetector>,
    place: Place,
}

impl FittedDetector for Fitted {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        let of_member = |member: &Member| {
            let scores = member.fitted.score(samples)?.into_values();
            Ok(scores.into_iter().map(|score| member.place.of(score)).collect())
        };
        let scores = self.members.iter().map(of_member).collect::<Result<Vec<Vec<f64>>>>()?;
        let combined = (0..samples.len()).map(|sample| {
            let mut of_sample: Vec<f64> = scores.iter().map(|member| member[sample]).collect();
            self.combine.of(&mut of_sample)
        });
        Scores::new(combined.collect())
    }

    fn causality(&self) -> Causality {
        let members = self.members.iter().map(|member| member.fitted.causality());
        members.max().unwrap_or_default()
    }

    /// None where a member has none.
    fn state(&self) -> Option<State> {
        let mut state = State::new();
        for (index, member) in self.members.iter().enumerate() {
            let mut kept = member.place.state();
            kept.put_part(DETECTOR, member.fitted.state()?);
            state.put_part(&of_member(index), kept);
        }
        Some(state)
    }

    /// Those of each member, named `member-0-detector.safetensors` and so on.
    fn artefacts(&self) -> Vec<Artefact> {
        let of_member = |(index, member): (usize, &Member)| {
            let named = move |artefact: Artefact| Artefact {
                name: format!("member-{index}-{}", artefact.name),
                ..artefact
            };
            member.fitted.artefacts().into_iter().map(named)
        };
        self.members.iter().enumerate().flat_map(of_member).collect()
    }

    /// Of the first member that has one.
    fn history(&self) -> Option<&TrainingHistory> {
        self.members.iter().find_map(|member| member.fitted.history())
    }
}
