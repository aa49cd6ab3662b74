//! Intervals and paired differences by resampling groups.

use oddity_core::{Alarms, Cutoff, Labels, Scores, Seed};
use oddity_eval::Error;
use oddity_eval::compare::{
    Bootstrap, BootstrapParams, Draw, Estimate, Groups, Interval, IntervalMethod, MeasureStatistic,
    PairedBootstrap, PairedParams, QuietSeries, Statistic, statistic_of_alarms,
    statistic_of_scores,
};
use oddity_eval::measure::{
    AlarmMeasure, Direction, MeasureError, RocAuc, ScoreMeasure, Undefined,
};
use proptest::prelude::*;
use rand::Rng;

/// The sum of twelve uniform numbers less 6: nearly normal, and the same everywhere.
fn normal(source: &mut impl Rng) -> f64 {
    let uniform = || f64::from(source.next_u32()) / 2f64.powi(32);
    std::iter::repeat_with(uniform).take(12).sum::<f64>() - 6.0
}

/// Series with events of 10 to 29 samples; each event has a mark-up of its own on its scores.
fn events(n_events: usize, shift: f64, seed: Seed) -> (Labels, Scores) {
    let mut source = seed.rng();
    let (mut labels, mut scores) = (Vec::new(), Vec::new());
    for _ in 0..n_events {
        let length = 10 + (source.next_u32() % 20) as usize;
        let mark_up = shift + normal(&mut source);
        for sample in 0..100 {
            let anomalous = (40..40 + length).contains(&sample);
            labels.push(anomalous);
            scores.push(normal(&mut source) + if anomalous { mark_up } else { 0.0 });
        }
    }
    (Labels::new(labels), Scores::new(scores).unwrap())
}

fn zones(labels: &Labels) -> Groups {
    Groups::events(labels, &[0, labels.len()], QuietSeries::Refuse).unwrap()
}

fn bootstrap(method: IntervalMethod) -> Bootstrap {
    Bootstrap::new(BootstrapParams { n_replicates: 400, method, ..BootstrapParams::default() })
        .unwrap()
}

#[test]
fn the_fast_paths_equal_measuring_the_samples_drawn() {
    let (labels, scores) = events(12, 1.0, Seed(3));
    // Ties of all kinds.
    let scores = scores.values().iter().map(|score| (score * 4.0).round() / 4.0).collect();
    let scores = Scores::new(scores).unwrap();
    let alarms = Cutoff::new(1.5).unwrap().alarms(&scores);
    let interleaved: Vec<usize> = (0..labels.len()).map(|sample| sample * 7 % 31).collect();
    let traces = Groups::traces(labels.len()).unwrap();
    for groups in [
        zones(&labels),
        Groups::from_ids(&interleaved).unwrap(),
        traces.clone(),
        traces.stratified(&labels).unwrap(),
    ] {
        let bootstrap = bootstrap(IntervalMethod::Percentile);
        for id in ["roc_auc", "average_precision", "f1_oracle", "rms_gap"] {
            let measure = ScoreMeasure::parse(id).unwrap();
            let fast = statistic_of_scores(&*measure, &labels, &scores, &groups).unwrap();
            let general = MeasureStatistic::new(&*measure, &labels, &scores).unwrap();
            let fast = bootstrap.replicates(&*fast, &groups, Seed(1));
            let general = bootstrap.replicates(&general, &groups, Seed(1));
            match (fast, general) {
                (Ok(fast), Ok(general)) => assert_eq!(fast, general, "{id}"),
                (fast, general) => assert_eq!(
                    fast.unwrap_err().to_string(),
                    general.unwrap_err().to_string(),
                    "{id}"
                ),
            }
        }
        for id in ["precision", "recall", "f1", "specificity", "false_positive_rate", "accuracy"] {
            let measure = AlarmMeasure::parse(id).unwrap();
            let fast = statistic_of_alarms(&*measure, &labels, &alarms, &groups).unwrap();
            let general = MeasureStatistic::new(&*measure, &labels, &alarms).unwrap();
            let fast = bootstrap.replicates(&*fast, &groups, Seed(1)).unwrap();
            assert_eq!(fast, bootstrap.replicates(&general, &groups, Seed(1)).unwrap(), "{id}");
        }
    }
}

proptest! {
    #[test]
    fn the_fast_path_of_a_draw_equals_the_measure(
        rows in prop::collection::vec((any::<bool>(), -3..4i32, 0..5u8), 2..40),
        seed in any::<u64>(),
    ) {
        let labels: Labels = rows.iter().map(|row| row.0).collect();
        let scores = Scores::new(rows.iter().map(|row| f64::from(row.1) * 0.5).collect()).unwrap();
        let ids: Vec<u8> = rows.iter().map(|row| row.2).collect();
        let groups = Groups::from_ids(&ids).unwrap();
        prop_assume!(1 < groups.n_groups());
        for id in ["roc_auc", "average_precision", "f1_oracle"] {
            let measure = ScoreMeasure::parse(id).unwrap();
            let fast = statistic_of_scores(&*measure, &labels, &scores, &groups).unwrap();
            let general = MeasureStatistic::new(&*measure, &labels, &scores).unwrap();
            // Compares each draw, those without a value too, by way of a statistic of both.
            let both = |draw: &Draw<'_>| -> Result<f64, MeasureError> {
                assert_eq!(fast.evaluate(draw), general.evaluate(draw), "{id}");
                Ok(0.0)
            };
            let params = BootstrapParams { n_replicates: 40, ..BootstrapParams::default() };
            Bootstrap::new(params).unwrap().replicates(&both, &groups, Seed(seed)).unwrap();
        }
    }
}

#[test]
fn one_thread_and_four_give_the_same_bits() {
    let (labels, scores) = events(10, 1.0, Seed(5));
    let groups = zones(&labels);
    let auc = statistic_of_scores(&RocAuc, &labels, &scores, &groups).unwrap();
    let with = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap();
        pool.install(|| bootstrap(IntervalMethod::Bca).estimate(&*auc, &groups, Seed(9)).unwrap())
    };
    assert_eq!(with(1), with(4));
    let other = bootstrap(IntervalMethod::Bca).estimate(&*auc, &groups, Seed(10)).unwrap();
    assert_ne!(with(1), other);
}

/// The share of intervals for the mean of 30 groups that hold the true mean, 0.
fn coverage(method: IntervalMethod, by_group: bool) -> f64 {
    let n_trials = 200;
    let holds = |trial: u64| {
        let mut source = Seed(77).derive(trial).rng();
        // Within a group, all values are the same: only groups are independent.
        let of_group: Vec<f64> = (0..30).map(|_| normal(&mut source)).collect();
        let ids: Vec<usize> = (0..300).map(|sample| sample / 10).collect();
        let mean = |draw: &Draw<'_>| -> Result<f64, MeasureError> {
            let samples = draw.samples();
            let sum: f64 = samples.iter().map(|&sample| of_group[ids[sample]]).sum();
            Ok(sum / samples.len() as f64)
        };
        let groups = if by_group { Groups::from_ids(&ids) } else { Groups::traces(300) }.unwrap();
        let found = bootstrap(method).estimate(&mean, &groups, Seed(trial)).unwrap();
        found.interval.low <= 0.0 && 0.0 <= found.interval.high
    };
    (0..n_trials).filter(|&trial| holds(trial)).count() as f64 / n_trials as f64
}

#[test]
fn intervals_of_groups_cover_as_often_as_they_say_and_those_of_points_do_not() {
    for method in [IntervalMethod::Percentile, IntervalMethod::Bca] {
        let share = coverage(method, true);
        assert!((0.90..=0.99).contains(&share), "{method:?}: {share}");
    }
    let share = coverage(IntervalMethod::Percentile, false);
    assert!(share < 0.6, "{share}");
}

#[test]
fn resamples_without_an_anomaly_are_counted_and_too_many_refused() {
    let mut anomalous = vec![false; 40];
    anomalous[..4].fill(true);
    let labels = Labels::new(anomalous);
    let scores = Scores::new((0..40).map(|sample| f64::from(sample * 7 % 40)).collect()).unwrap();
    let groups = Groups::traces(40).unwrap();
    let auc = statistic_of_scores(&RocAuc, &labels, &scores, &groups).unwrap();
    // (36 / 40)^40 = 0.0148 of the resamples hold no anomaly.
    let params = BootstrapParams { n_replicates: 2_000, ..BootstrapParams::default() };
    let found = Bootstrap::new(params.clone()).unwrap().estimate(&*auc, &groups, Seed(1)).unwrap();
    assert!((15..50).contains(&found.interval.n_undefined), "{found:?}");
    assert_eq!(found.interval.n_replicates, 2_000);
    let strict = BootstrapParams { max_undefined_share: 0.001, ..params };
    let strict = Bootstrap::new(strict).unwrap();
    let refused = strict.estimate(&*auc, &groups, Seed(1)).unwrap_err();
    assert!(matches!(refused, Error::UndefinedReplicates { n_replicates: 2_000, .. }));
    let stratified = groups.stratified(&labels).unwrap();
    let found = strict.estimate(&*auc, &stratified, Seed(1)).unwrap();
    assert_eq!(found.interval.n_undefined, 0);
}

#[test]
fn what_cannot_be_resampled_is_refused() {
    let (labels, scores) = events(3, 1.0, Seed(1));
    let groups = zones(&labels);
    let auc = statistic_of_scores(&RocAuc, &labels, &scores, &groups).unwrap();
    let percentile = bootstrap(IntervalMethod::Percentile);
    let one = Groups::series(&[0, labels.len()]).unwrap();
    let auc_of_one = statistic_of_scores(&RocAuc, &labels, &scores, &one).unwrap();
    let refused = percentile.estimate(&*auc_of_one, &one, Seed(1)).unwrap_err();
    assert!(matches!(refused, Error::TooFewGroups { found: 1, wanted: 2 }));
    let others = Groups::traces(labels.len() + 1).unwrap();
    let length = |error: Error| matches!(error, Error::Measure(MeasureError::Length { .. }));
    assert!(length(percentile.estimate(&*auc, &others, Seed(1)).unwrap_err()));
    for id in ["roc_auc", "precision_at_k(k=3)"] {
        let measure = ScoreMeasure::parse(id).unwrap();
        let refused = statistic_of_scores(&*measure, &labels, &scores, &others);
        assert!(length(refused.err().unwrap()), "{id}");
    }
    let same_samples = Groups::traces(labels.len()).unwrap();
    assert!(length(percentile.estimate(&*auc, &same_samples, Seed(1)).unwrap_err()));
    let nan = |_: &Draw<'_>| -> Result<f64, MeasureError> { Ok(f64::NAN) };
    let refused = percentile.estimate(&nan, &groups, Seed(1)).unwrap_err();
    assert!(matches!(refused, Error::Core(oddity_core::Error::Numeric { .. })));
    // Without the only group that has an anomaly there is no measure.
    let mut anomalous = vec![false; 20];
    anomalous[3] = true;
    let single = Labels::new(anomalous);
    let scores = Scores::new((0..20).map(f64::from).collect()).unwrap();
    let traces = Groups::traces(20).unwrap().stratified(&single).unwrap();
    let auc = statistic_of_scores(&RocAuc, &single, &scores, &traces).unwrap();
    assert!(bootstrap(IntervalMethod::Bca).estimate(&*auc, &traces, Seed(1)).is_ok());
    let traces = Groups::traces(20).unwrap();
    let loose = BootstrapParams {
        method: IntervalMethod::Bca,
        max_undefined_share: 0.9,
        ..BootstrapParams::default()
    };
    let refused = Bootstrap::new(loose).unwrap().estimate(&*auc, &traces, Seed(1)).unwrap_err();
    let reason = Undefined::NoAnomaly;
    assert_eq!(refused.to_string(), Error::LeaveOneOutUndefined { group: 3, reason }.to_string());
    for params in [
        BootstrapParams { level: 1.0, ..BootstrapParams::default() },
        BootstrapParams { level: f64::NAN, ..BootstrapParams::default() },
        BootstrapParams { n_replicates: 39, ..BootstrapParams::default() },
        BootstrapParams { max_undefined_share: 1.0, ..BootstrapParams::default() },
    ] {
        assert!(Bootstrap::new(params).is_err());
    }
    let least = BootstrapParams { n_replicates: 40, ..BootstrapParams::default() };
    assert!(Bootstrap::new(least).is_ok());
}

#[test]
fn a_better_detector_is_found_better_and_an_equal_one_is_not() {
    let (labels, strong) = events(38, 2.0, Seed(1));
    // The same scores with noise, so that both find the same events hard.
    let mut source = Seed(2).rng();
    let weak = strong.values().iter().map(|score| score + 2.0 * normal(&mut source)).collect();
    let weak = Scores::new(weak).unwrap();
    let groups = zones(&labels);
    let strong = statistic_of_scores(&RocAuc, &labels, &strong, &groups).unwrap();
    let weak = statistic_of_scores(&RocAuc, &labels, &weak, &groups).unwrap();
    let compare = |candidate: &dyn Statistic, baseline: &dyn Statistic, least_effect| {
        let params = PairedParams { least_effect, ..PairedParams::default() };
        let paired = PairedBootstrap::new(params).unwrap();
        let better = Direction::HigherIsBetter;
        paired.compare(&[candidate], &[baseline], better, &groups, Seed(3)).unwrap()
    };
    let found = compare(&*weak, &*strong, 0.02);
    assert!(found.interval.high < 0.0 && found.p_value < 0.01 && found.p_worse < 0.01, "{found:?}");
    assert_eq!(found.difference, found.candidate - found.baseline);
    // Pairing is worth it: the intervals of both alone overlap.
    let alone = |statistic: &dyn Statistic| {
        bootstrap(IntervalMethod::Percentile).estimate(statistic, &groups, Seed(3)).unwrap()
    };
    assert!(found.standard_error < 0.7 * alone(&*strong).standard_error, "{found:?}");
    let turned = compare(&*strong, &*weak, 0.02);
    assert_eq!(turned.difference, -found.difference);
    assert_eq!((turned.p_value, turned.p_worse), (found.p_value, 1.0));
    let large = compare(&*weak, &*strong, 0.9);
    assert_eq!(large.p_worse, 1.0);
    let same = compare(&*strong, &*strong, 0.0);
    assert_eq!((same.difference, same.p_value, same.p_worse), (0.0, 1.0, 1.0));
    assert_eq!((same.interval.low, same.interval.high), (0.0, 0.0));
}

#[test]
fn seeds_are_averaged_inside_each_replicate_and_drawn_if_asked() {
    let groups = Groups::traces(10).unwrap();
    // Only the seed varies: the data says nothing.
    let constant = |value: f64| move |_: &Draw<'_>| -> Result<f64, MeasureError> { Ok(value) };
    let seeds = [constant(0.1), constant(0.2), constant(0.6)];
    let candidate: Vec<&dyn Statistic> = seeds.iter().map(|seed| seed as &dyn Statistic).collect();
    let zero = constant(0.0);
    let compare = |resample_seeds| {
        let params = PairedParams { resample_seeds, ..PairedParams::default() };
        let paired = PairedBootstrap::new(params).unwrap();
        let lower = Direction::LowerIsBetter;
        paired.compare(&candidate, &[&zero], lower, &groups, Seed(1)).unwrap()
    };
    let fixed = compare(false);
    assert!((fixed.difference - 0.3).abs() < 1e-12 && fixed.standard_error < 1e-12);
    let drawn = compare(true);
    assert_eq!(drawn.difference, fixed.difference);
    // The standard deviation of the mean of 3 draws: 0.216 / sqrt 3 = 0.125.
    assert!((drawn.standard_error - 0.125).abs() < 0.015, "{drawn:?}");
    assert_eq!((drawn.n_candidate_seeds, drawn.n_baseline_seeds), (3, 1));
    // Lower is better, so that the candidate is worse in every replicate.
    assert_eq!(drawn.p_worse, 1.0 / 1_001.0);
    let paired = PairedBootstrap::new(PairedParams::default()).unwrap();
    let none = paired.compare(&[], &[&zero], Direction::LowerIsBetter, &groups, Seed(1));
    assert!(none.is_err());
    for least_effect in [-0.1, f64::NAN, f64::INFINITY] {
        assert!(
            PairedBootstrap::new(PairedParams { least_effect, ..PairedParams::default() }).is_err()
        );
    }
}

#[test]
fn an_estimate_and_its_parameters_read_back() {
    let interval = Interval {
        low: 0.1,
        high: 0.3,
        level: 0.95,
        method: IntervalMethod::Bca,
        n_replicates: 1_000,
        n_undefined: 2,
    };
    let estimate = Estimate { value: 0.2, standard_error: 0.05, interval };
    let text = serde_json::to_string(&estimate).unwrap();
    assert!(text.contains(r#""method":"bca""#), "{text}");
    assert_eq!(serde_json::from_str::<Estimate>(&text).unwrap(), estimate);
    let params: PairedParams = toml::from_str("[bootstrap]\nn_replicates = 500").unwrap();
    assert_eq!(params.bootstrap.n_replicates, 500);
    assert!(toml::from_str::<PairedParams>("least = 1.0").is_err());
}

#[test]
fn alarms_of_another_length_are_refused() {
    let labels = Labels::new(vec![true, false]);
    let measure = AlarmMeasure::parse("recall").unwrap();
    let groups = Groups::traces(2).unwrap();
    let alarms = Alarms::new(vec![true]);
    assert!(statistic_of_alarms(&*measure, &labels, &alarms, &groups).is_err());
    let (two, others) = (Alarms::new(vec![true, false]), Groups::traces(3).unwrap());
    let found = AlarmMeasure::parse("attacks_found").unwrap();
    assert!(statistic_of_alarms(&*found, &labels, &two, &others).is_err());
    assert!(MeasureStatistic::new(&*measure, &labels, &alarms).is_err());
}
