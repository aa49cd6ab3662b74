//! Figures that share their resamples are what each is alone, to the bit.

use std::collections::HashMap;

use oddity_core::{Alarms, Classes, Labels, Predicted, Scores, Seed};
use oddity_eval::Error;
use oddity_eval::compare::{
    Bootstrap, BootstrapParams, Draw, Groups, MeasureStatistic, Outcomes, SharedResamples,
    Statistic,
};
use oddity_eval::measure::{AlarmMeasure, ClassMeasure, MeasureError, ScoreMeasure, Truth};
use proptest::prelude::*;

const OF_SCORES: [&str; 7] = [
    "roc_auc",
    "precision_at_k(k=3)",
    "average_precision",
    "vus_pr-opt(window=2)",
    "f1_oracle",
    "rms_gap",
    "g_mean_oracle",
];
const OF_ALARMS: [&str; 10] = [
    "precision",
    "f1_event",
    "recall",
    "f1",
    "false_positive_rate",
    "f1_affiliation",
    "f1_macro",
    "mcc",
    "etapr-22.6.1",
    "attacks_found",
];
const OF_CLASSES: [&str; 8] = [
    "accuracy",
    "roc_auc",
    "f1_macro",
    "f1_weighted",
    "log_loss",
    "average_precision",
    "balanced_accuracy",
    "roc_auc_ovr",
];

const N_RESAMPLES: usize = 40;

/// Samples are copied and measured: what the fast ways must not differ from.
type Copied<'a> = Vec<(usize, Box<dyn Statistic + 'a>)>;

/// Compares every figure on every resample with the measure of the samples that were drawn.
fn compare(outcomes: &[Outcomes], copied: &Copied<'_>, groups: &Groups, seed: Seed) {
    let number = |resample: usize| (seed.derive(resample as u64), resample);
    let numbers: HashMap<Seed, usize> = (0..N_RESAMPLES).map(number).collect();
    let all_equal = |draw: &Draw<'_>| -> Result<f64, MeasureError> {
        for (figure, statistic) in copied {
            let shared = match draw.seed() {
                Some(seed) => outcomes[*figure].resamples[numbers[&seed]],
                None => outcomes[*figure].whole,
            };
            let alone = statistic.evaluate(draw);
            assert_eq!(shared.map(f64::to_bits), alone.map(f64::to_bits), "figure {figure}");
        }
        Ok(0.0)
    };
    let params = BootstrapParams { n_replicates: N_RESAMPLES, ..BootstrapParams::default() };
    Bootstrap::new(params).unwrap().replicates(&all_equal, groups, seed).unwrap();
}

/// What is known of one sample: anomaly, score, group, alarm, predicted class.
type Row = (bool, i32, u8, bool, u32);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((any::<bool>(), -3..4i32, 0..5u8, any::<bool>(), 0..3u32), 2..40)
}

/// Groups of any samples, or stretches of neighbours.
fn groups(rows: &[Row], stretches: bool) -> Groups {
    let mut ids: Vec<u8> = rows.iter().map(|row| row.2).collect();
    if stretches {
        ids.sort_unstable();
    }
    Groups::from_ids(&ids).unwrap()
}

proptest! {
    #[test]
    fn scores_and_alarms_are_measured_as_copies_of_them_are(
        rows in rows(),
        stretches in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let labels: Labels = rows.iter().map(|row| row.0).collect();
        let scores = Scores::new(rows.iter().map(|row| f64::from(row.1) * 0.5).collect()).unwrap();
        let alarms = Alarms::new(rows.iter().map(|row| row.3).collect());
        let groups = groups(&rows, stretches);
        prop_assume!(1 < groups.n_groups());
        let of_scores = OF_SCORES.map(|id| ScoreMeasure::parse(id).unwrap());
        let of_alarms = OF_ALARMS.map(|id| AlarmMeasure::parse(id).unwrap());
        let mut shared = SharedResamples::new(&labels, &groups);
        let mut copied: Copied<'_> = Vec::new();
        for (id, measure) in OF_SCORES.iter().zip(&of_scores) {
            let own = ScoreMeasure::parse(id).unwrap();
            let figure = shared.add_scores(own, &scores, N_RESAMPLES).unwrap();
            let alone = MeasureStatistic::new(&**measure, &labels, &scores).unwrap();
            copied.push((figure, Box::new(alone)));
        }
        for (id, measure) in OF_ALARMS.iter().zip(&of_alarms) {
            let own = AlarmMeasure::parse(id).unwrap();
            let figure = shared.add_alarms(own, &alarms, N_RESAMPLES).unwrap();
            let alone = MeasureStatistic::new(&**measure, &labels, &alarms).unwrap();
            copied.push((figure, Box::new(alone)));
        }
        prop_assert_eq!(copied.len(), OF_SCORES.len() + OF_ALARMS.len());
        compare(&shared.outcomes(Seed(seed)).unwrap(), &copied, &groups, Seed(seed));
    }

    #[test]
    fn predicted_classes_are_measured_as_copies_of_them_are(
        rows in rows(),
        n_classes in 2..4u32,
        stretches in any::<bool>(),
        has_probabilities in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let names = ["a", "b", "c"].into_iter().take(n_classes as usize);
        let code = |row: &Row| (u32::from(row.2) + u32::from(row.0)) % n_classes;
        let truth = Classes::new(rows.iter().map(code).collect(), names).unwrap();
        let taken_for: Vec<u32> = rows.iter().map(|row| row.4 % n_classes).collect();
        let mut predicted = Predicted::new(taken_for, n_classes as usize).unwrap();
        if has_probabilities {
            let shares = |row: &Row| -> Vec<f64> {
                let degree = (row.1 + 3) as u32;
                let weight = |class: u32| f64::from(1 + degree * (class + 1) % 5);
                let sum: f64 = (0..n_classes).map(weight).sum();
                (0..n_classes).map(|class| weight(class) / sum).collect()
            };
            let shares = rows.iter().flat_map(shares).collect();
            predicted = predicted.with_probabilities(shares).unwrap();
        }
        let labels: Labels = truth.codes().iter().map(|&code| code != 0).collect();
        let groups = groups(&rows, stretches);
        prop_assume!(1 < groups.n_groups());
        let mut shared = SharedResamples::new(&labels, &groups);
        let mut copied: Copied<'_> = Vec::new();
        for id in OF_CLASSES {
            let own = ClassMeasure::parse(id).unwrap();
            let figure = shared.add_classes(own, (&truth, &predicted), N_RESAMPLES).unwrap();
            let measure = ClassMeasure::parse(id).unwrap();
            let (truth, predicted) = (&truth, &predicted);
            let alone = move |draw: &Draw<'_>| -> Result<f64, MeasureError> {
                let samples = draw.samples();
                let truth = truth.select(&samples);
                measure.evaluate(&Truth::Classes(&truth), &predicted.select(&samples))
            };
            copied.push((figure, Box::new(alone)));
        }
        compare(&shared.outcomes(Seed(seed)).unwrap(), &copied, &groups, Seed(seed));
    }
}

/// Two seeds of scores of the same samples, a quarter of them anomalies.
fn two_seeds() -> (Labels, [Scores; 2]) {
    let labels: Labels = (0..80).map(|sample| sample % 4 == 0).collect();
    let scores = [7, 11].map(|factor| {
        let score = |sample| f64::from(sample * factor % 23 + 8 * i32::from(sample % 4 == 0));
        Scores::new((0..80).map(score).collect()).unwrap()
    });
    (labels, scores)
}

#[test]
fn the_mean_over_seeds_is_that_of_their_shared_resamples() {
    let (labels, scores) = two_seeds();
    let groups = Groups::traces(labels.len()).unwrap().stratified(&labels).unwrap();
    let mut shared = SharedResamples::new(&labels, &groups);
    let figures = [0, 1].map(|seed| {
        let measure = ScoreMeasure::parse("average_precision").unwrap();
        shared.add_scores(measure, &scores[seed], 100).unwrap()
    });
    let outcomes = shared.outcomes(Seed(0)).unwrap();
    let mean = Outcomes::mean(&figures.map(|figure| &outcomes[figure])).unwrap();
    let measure = ScoreMeasure::parse("average_precision").unwrap();
    let [one, two] =
        [0, 1].map(|seed| MeasureStatistic::new(&*measure, &labels, &scores[seed]).unwrap());
    let alone = |draw: &Draw<'_>| -> Result<f64, MeasureError> {
        Ok((one.evaluate(draw)? + two.evaluate(draw)?) / 2.0)
    };
    let params = BootstrapParams { n_replicates: 100, ..BootstrapParams::default() };
    let bootstrap = Bootstrap::new(params).unwrap();
    let estimate = bootstrap.estimate(&alone, &groups, Seed(0)).unwrap();
    assert_eq!(bootstrap.percentile_of(&mean).unwrap(), estimate);
}

#[test]
fn figures_of_fewer_resamples_have_the_first_of_them() {
    let (labels, [scores, _]) = two_seeds();
    let groups = Groups::traces(labels.len()).unwrap();
    let mut shared = SharedResamples::new(&labels, &groups);
    let mut add = |n_resamples| {
        let measure = ScoreMeasure::parse("roc_auc").unwrap();
        shared.add_scores(measure, &scores, n_resamples).unwrap()
    };
    let (many, few) = (add(90), add(50));
    let outcomes = shared.outcomes(Seed(3)).unwrap();
    assert_eq!(outcomes[many].resamples.len(), 90);
    assert_eq!(outcomes[few].resamples, outcomes[many].resamples[..50]);
    assert_eq!(outcomes[few].whole, outcomes[many].whole);
}

#[test]
fn what_cannot_be_resampled_together_is_refused() {
    let (labels, [scores, _]) = two_seeds();
    let one = Groups::series(&[0, labels.len()]).unwrap();
    let refused = SharedResamples::new(&labels, &one).outcomes(Seed(0)).unwrap_err();
    assert!(matches!(refused, Error::TooFewGroups { found: 1, wanted: 2 }));
    let others = Groups::traces(labels.len() + 1).unwrap();
    let alarms = Alarms::new(vec![true]);
    let truth = Classes::binary(&labels);
    let predicted = Predicted::new(vec![0; 3], 2).unwrap();
    let mut shared = SharedResamples::new(&labels, &others);
    let length = |error: Error| matches!(error, Error::Measure(MeasureError::Length { .. }));
    let measure = ScoreMeasure::parse("roc_auc").unwrap();
    assert!(length(shared.add_scores(measure, &scores, 40).unwrap_err()));
    let measure = AlarmMeasure::parse("f1").unwrap();
    assert!(length(shared.add_alarms(measure, &alarms, 40).unwrap_err()));
    let measure = ClassMeasure::parse("accuracy").unwrap();
    assert!(length(shared.add_classes(measure, (&truth, &predicted), 40).unwrap_err()));
}
