//! Ensembles: several detectors, one score.

use std::sync::Arc;

use oddity_core::{
    Artefact, Causality, Detector, Error, FittedDetector, Result, SampleKind, Samples, Scores,
    Seed, TrainingHistory,
};
use oddity_linalg::Components;
use serde::{Deserialize, Serialize};

use crate::catalogue::DetectorConfig;
use crate::linear::PcaReconstructionParams;

const NAME: &str = "ensemble";

/// The part of a seed that says which samples are held out; members have those from 0 on.
const HELD_OUT: u64 = u64::MAX;

/// Parameters of [`Ensemble`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EnsembleParams {
    /// The members, each with its `kind` and parameters. By default `pca_reconstruction` with
    /// the components that explain a half, four fifths and nineteen twentieths of the variance.
    pub members: Vec<DetectorConfig>,
    /// What is made of the members' scores.
    pub combine: Combine,
    /// What makes the scores of different members compare.
    pub scale: MemberScale,
    /// Share of the training samples, drawn from the seed, that members are not fitted on and
    /// whose scores take the place of those of the training samples. 0 by default: all are fitted
    /// on, and compared with.
    pub held_out: f64,
}

impl Default for EnsembleParams {
    fn default() -> EnsembleParams {
        let member = |variance| {
            let components = Components::Variance { variance };
            let params = PcaReconstructionParams::default();
            DetectorConfig::PcaReconstruction(PcaReconstructionParams { components, ..params })
        };
        EnsembleParams {
            members: [0.5, 0.8, 0.95].map(member).to_vec(),
            combine: Combine::default(),
            scale: MemberScale::default(),
            held_out: 0.0,
        }
    }
}

impl EnsembleParams {
    /// The kinds of samples that all members read.
    pub fn reads(&self) -> Vec<SampleKind> {
        let mut members = self.members.iter().map(DetectorConfig::reads);
        let first = members.next().unwrap_or_default();
        members.fold(first, |common, reads| {
            common.into_iter().filter(|kind| reads.contains(kind)).collect()
        })
    }
}

/// What is made of the members' scores of a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// Their mean: less variance than one member.
    #[default]
    Mean,
    /// The one in the middle, of two the mean: members that are far off count no more than
    /// others.
    Median,
    /// The largest: one member that finds an anomaly is enough, and one that finds it wrongly
    /// too.
    Max,
    /// The smallest: all members must find it.
    Min,
}

/// What makes the scores of different members compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberScale {
    /// Each score less the mean of the member's scores of the training samples, divided by
    /// their population deviation; one of 0 counts as 1.
    #[default]
    ZScore,
    /// The share of the member's scores of the training samples that are less, those that are
    /// equal counting half. All scores above those of training are 1, and tie.
    Rank,
}

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
}

struct Fitted {
    members: Vec<Member>,
    combine: Combine,
}

struct Member {
    fitted: Box<dyn FittedDetector>,
    place: Place,
}

/// Where a score lies among those of the training samples.
enum Place {
    ZScore {
        mean: f64,
        deviation: f64,
    },
    /// Ascending.
    Rank(Vec<f64>),
}

impl Place {
    fn new(scale: MemberScale, mut scores: Vec<f64>) -> Place {
        match scale {
            MemberScale::ZScore => {
                let n = scores.len().max(1) as f64;
                let mean = scores.iter().sum::<f64>() / n;
                let squares: f64 = scores.iter().map(|score| (score - mean).powi(2)).sum();
                let deviation = (squares / n).sqrt();
                let varies = 0.0 < deviation && deviation.is_finite();
                Place::ZScore { mean, deviation: if varies { deviation } else { 1.0 } }
            }
            MemberScale::Rank => {
                scores.sort_by(f64::total_cmp);
                Place::Rank(scores)
            }
        }
    }

    fn of(&self, score: f64) -> f64 {
        match self {
            Place::ZScore { mean, deviation } => (score - mean) / deviation,
            Place::Rank(scores) => {
                let n_less = scores.partition_point(|&other| other < score);
                let n_at_most = scores.partition_point(|&other| other <= score);
                (n_less + n_at_most) as f64 / (2 * scores.len().max(1)) as f64
            }
        }
    }
}

impl Combine {
    /// Of at least one value, which are put in order.
    fn of(self, values: &mut [f64]) -> f64 {
        values.sort_by(f64::total_cmp);
        let n = values.len();
        match self {
            Combine::Mean => values.iter().sum::<f64>() / n as f64,
            Combine::Median => (values[(n - 1) / 2] + values[n / 2]) / 2.0,
            Combine::Max => values[n - 1],
            Combine::Min => values[0],
        }
    }
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

#[cfg(test)]
mod tests {
    use oddity_core::Sequences;

    use super::*;

    #[test]
    fn values_are_combined_as_by_hand() {
        let combined = |combine: Combine, values: &[f64]| combine.of(&mut values.to_vec());
        let values = [3.0, -1.0, 10.0];
        assert_eq!(combined(Combine::Mean, &values), 4.0);
        assert_eq!(combined(Combine::Median, &values), 3.0);
        assert_eq!(combined(Combine::Median, &values[..2]), 1.0);
        assert_eq!(combined(Combine::Max, &values), 10.0);
        assert_eq!(combined(Combine::Min, &values), -1.0);
    }

    #[test]
    fn samples_held_out_are_compared_on_and_not_fitted_on() {
        let config = "members = [{ kind = 'n_gram_knn' }]\nscale = 'rank'\nheld_out = 0.25";
        let ensemble = Ensemble::new(toml::from_str(config).unwrap()).unwrap();
        let [fitted_on, held_out] = ensemble.split(40, Seed(3).derive(HELD_OUT)).unwrap();
        assert_eq!((fitted_on.len(), held_out.len()), (30, 10));
        let mut all = [fitted_on.clone(), held_out.clone()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..40).collect::<Vec<_>>());
        // Each sequence has a symbol of its own: it is near itself alone.
        let train: Sequences = (0..40u16).map(|symbol| [symbol, symbol]).collect();
        let scores = ensemble.fit(&train.samples(), Seed(3)).unwrap().score(&train.samples());
        for (sample, &score) in scores.unwrap().values().iter().enumerate() {
            assert_eq!(score, if held_out.contains(&sample) { 0.5 } else { 0.0 }, "{sample}");
        }
        let few: Sequences = [[1u16]].into_iter().collect();
        let refused = ensemble.fit(&few.samples(), Seed(3)).err();
        assert!(matches!(refused, Some(Error::TooFewSamples { wanted: 2, found: 1, .. })));
        let refused = Ensemble::new(EnsembleParams { held_out: 1.0, ..EnsembleParams::default() });
        let refused = refused.err().map(|error| error.to_string());
        let wanted = "ensemble: parameter held_out is 1, wanted at least 0 and less than 1";
        assert_eq!(refused.as_deref(), Some(wanted));
    }

    #[test]
    fn files_of_members_are_told_apart() {
        let model = "{ kind = 'lstm_language_model', members = [[2]], training = { epochs = 1 } }";
        let config = format!("members = [{model}, {{ kind = 'stide' }}, {model}]");
        let ensemble = Ensemble::new(toml::from_str(&config).unwrap()).unwrap();
        let train: Sequences = (0..8u16).map(|symbol| [symbol, 1, 2]).collect();
        let fitted = ensemble.fit(&train.samples(), Seed(3)).unwrap();
        let names: Vec<String> = fitted.artefacts().into_iter().map(|file| file.name).collect();
        let of_member =
            |member| [".safetensors", ".toml"].map(|end| format!("member-{member}-detector{end}"));
        assert_eq!(names, [of_member(0), of_member(2)].concat());
    }

    #[test]
    fn places_among_the_training_scores_are_those_by_hand() {
        let scores = vec![4.0, 1.0, 1.0, 2.0];
        let rank = Place::new(MemberScale::Rank, scores.clone());
        let ranks = [0.5, 1.0, 1.5, 4.0, 9.0].map(|score| rank.of(score));
        assert_eq!(ranks, [0.0, 0.25, 0.5, 0.875, 1.0]);
        let z = Place::new(MemberScale::ZScore, scores);
        assert_eq!(z.of(2.0 + 1.5f64.sqrt()), 1.0);
        let constant = Place::new(MemberScale::ZScore, vec![3.0; 5]);
        assert_eq!(constant.of(5.0), 2.0);
    }
}
