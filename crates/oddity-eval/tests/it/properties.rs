//! What holds for any scores, labels and splits.

use oddity_core::{Alarms, Classes, Labels, Predicted, Scores, Seed};
use oddity_eval::cross_validation::{HoldOut, KFold, Shuffle, Splitter};
use oddity_eval::measure::{
    AlarmMeasure, ClassMeasure, F1Sweep, OutputKind, PrCurve, RocCurve, ScoreMeasure, Truth,
    average_precision, catalogue, roc_auc,
};
use proptest::prelude::*;

/// Labels and scores; the scores are few enough for ties.
fn scored() -> impl Strategy<Value = (Labels, Vec<f64>)> {
    let one = (any::<bool>(), prop_oneof![(-20..20).prop_map(f64::from), -1e3..1e3]);
    prop::collection::vec(one, 1..80).prop_map(|rows| {
        let (labels, scores): (Vec<bool>, Vec<f64>) = rows.into_iter().unzip();
        (Labels::new(labels), scores)
    })
}

fn shuffles() -> impl Strategy<Value = Shuffle> {
    let numpy = any::<u32>().prop_map(Shuffle::Numpy);
    prop_oneof![Just(Shuffle::None), Just(Shuffle::Seeded), numpy]
}

fn all_score_measures(labels: &Labels, scores: &[f64]) -> Vec<Option<f64>> {
    let scores = Scores::new(scores.to_vec()).unwrap();
    let evaluate = |id| ScoreMeasure::parse(id).unwrap().evaluate(&labels.into(), &scores).ok();
    ["roc_auc", "average_precision", "f1_oracle"].map(evaluate).to_vec()
}

proptest! {
    #[test]
    fn a_monotone_map_changes_no_bit((labels, scores) in scored()) {
        let map = |score: &f64| (score / 500.0).sinh() * 7.0 - 3.0;
        let mapped: Vec<f64> = scores.iter().map(map).collect();
        // Rounding may tie what was not tied; the property is about maps that do not.
        let keeps = |a: usize, b: usize| {
            scores[a].total_cmp(&scores[b]) == mapped[a].total_cmp(&mapped[b])
        };
        prop_assume!((0..scores.len()).all(|a| (0..a).all(|b| keeps(a, b))));
        let found = all_score_measures(&labels, &mapped);
        prop_assert_eq!(all_score_measures(&labels, &scores), found);
    }

    #[test]
    fn the_order_of_samples_changes_no_bit((labels, scores) in scored(), seed in any::<u64>()) {
        let order = Shuffle::Seeded.order(scores.len(), Seed(seed));
        let shuffled: Vec<f64> = order.iter().map(|&at| scores[at]).collect();
        let shuffled_labels: Labels = order.iter().map(|&at| labels.values()[at]).collect();
        let found = all_score_measures(&shuffled_labels, &shuffled);
        prop_assert_eq!(all_score_measures(&labels, &scores), found);
    }

    #[test]
    fn the_area_of_negated_scores_is_the_rest((labels, scores) in scored()) {
        let negated = scores.iter().map(|score| -score).collect();
        let area = roc_auc(&labels, &Scores::new(scores).unwrap());
        let other = roc_auc(&labels, &Scores::new(negated).unwrap());
        match (area, other) {
            (Ok(area), Ok(other)) => prop_assert!((area + other - 1.0).abs() < 1e-15),
            (area, other) => prop_assert_eq!(area, other),
        }
    }

    #[test]
    fn areas_are_those_under_the_curves((labels, scores) in scored()) {
        let scores = Scores::new(scores).unwrap();
        let curves = [RocCurve::new(&labels, &scores), RocCurve::corners(&labels, &scores)];
        for curve in curves.into_iter().flatten() {
            let (x, y) = (curve.false_positive_rate, curve.true_positive_rate);
            let doubled = |i: usize| (x[i] - x[i - 1]) * (y[i] + y[i - 1]);
            let area: f64 = (1..x.len()).map(|i| doubled(i) / 2.0).sum();
            prop_assert!((area - roc_auc(&labels, &scores).unwrap()).abs() < 1e-12);
        }
        if let Ok(PrCurve { precision, recall, .. }) = PrCurve::new(&labels, &scores) {
            let n = recall.len() - 1;
            let area: f64 = (0..n).map(|i| (recall[i] - recall[i + 1]) * precision[i]).sum();
            prop_assert!((area - average_precision(&labels, &scores).unwrap()).abs() < 1e-12);
        }
        if let Ok(sweep) = F1Sweep::new(&labels, &scores) {
            let mut pairs = sweep.points().windows(2);
            prop_assert!(pairs.all(|pair| pair[1].threshold < pair[0].threshold));
            prop_assert!(sweep.points().iter().all(|point| point.f1 <= sweep.best().f1));
        }
    }

    #[test]
    fn measures_are_in_range(
        (labels, scores) in scored(),
        codes in prop::collection::vec((0..4_u32, 0..4_u32), 1..60),
    ) {
        let alarms = Alarms::new(scores.iter().map(|score| 0.0 < *score).collect());
        let (truth, predicted): (Vec<u32>, Vec<u32>) = codes.into_iter().unzip();
        let classes = Classes::new(truth, ["a", "b", "c", "d"]).unwrap();
        let predicted = Predicted::new(predicted, 4).unwrap();
        let scores = Scores::new(scores).unwrap();
        let (points, classes) = (Truth::Points(&labels), Truth::Classes(&classes));
        for entry in catalogue::entries() {
            for reads in entry.reads() {
                let value = match reads {
                    OutputKind::Scores => {
                        ScoreMeasure::parse(entry.id).unwrap().evaluate(&points, &scores)
                    }
                    OutputKind::Alarms => {
                        AlarmMeasure::parse(entry.id).unwrap().evaluate(&points, &alarms)
                    }
                    OutputKind::Predicted => {
                        ClassMeasure::parse(entry.id).unwrap().evaluate(&classes, &predicted)
                    }
                };
                let (least, most) = entry.range;
                let is_fit = value.is_err() || (least..=most).contains(&value.unwrap());
                prop_assert!(is_fit, "{}", entry.id);
            }
        }
    }

    #[test]
    fn folds_are_a_partition(
        codes in prop::collection::vec(0..3_u32, 2..90),
        n_folds in 2..9_usize,
        stratified in any::<bool>(),
        shuffle in shuffles(),
        seed in any::<u64>(),
    ) {
        let n_samples = codes.len();
        let classes = Classes::new(codes, ["a", "b", "c"]).unwrap();
        let largest = classes.counts().into_iter().max().unwrap();
        let splits = KFold { n_folds, stratified, shuffle }.split(&classes, Seed(seed));
        let available = if stratified { largest } else { n_samples };
        prop_assert_eq!(splits.is_ok(), n_folds <= available);
        let splits = splits.unwrap_or_default();
        let mut tested: Vec<usize> = splits.iter().flat_map(|s| s.test()).copied().collect();
        tested.sort_unstable();
        prop_assert!(splits.is_empty() || tested.into_iter().eq(0..n_samples));
        for split in &splits {
            prop_assert_eq!(split.train().len() + split.test().len(), n_samples);
            let (least, most) = (n_samples / n_folds, n_samples.div_ceil(n_folds));
            prop_assert!((least..=most).contains(&split.test().len()));
            if stratified {
                let shares = classes.select(split.test()).counts();
                for (found, all) in shares.into_iter().zip(classes.counts()) {
                    prop_assert!((all / n_folds..=all.div_ceil(n_folds)).contains(&found));
                }
            }
        }
    }

    #[test]
    fn a_hold_out_is_a_partition(
        codes in prop::collection::vec(0..3_u32, 2..90),
        test_share in 0.01..0.99_f64,
        stratified in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let n_samples = codes.len();
        let classes = Classes::new(codes, ["a", "b", "c"]).unwrap();
        let hold_out = HoldOut { test_share, stratified, shuffle: Shuffle::Seeded };
        if let Ok(splits) = hold_out.split(&classes, Seed(seed)) {
            let n_test = (n_samples as f64 * test_share).ceil() as usize;
            prop_assert_eq!(splits[0].test().len(), n_test);
            let mut rows = [splits[0].train(), splits[0].test()].concat();
            rows.sort_unstable();
            prop_assert!(rows.into_iter().eq(0..n_samples));
            prop_assert_eq!(&splits, &hold_out.split(&classes, Seed(seed)).unwrap());
        }
    }
}

#[test]
fn splits_that_cannot_be_are_refused() {
    let classes = Classes::new(vec![0, 0, 1], ["a", "b"]).unwrap();
    let folds = |n_folds, stratified| KFold { n_folds, stratified, shuffle: Shuffle::None };
    for splitter in [folds(1, false), folds(4, false), folds(3, true)] {
        assert!(splitter.split(&classes, Seed(0)).is_err(), "{splitter:?}");
    }
    let hold_out = |test_share, stratified, shuffle| HoldOut { test_share, stratified, shuffle };
    for splitter in [
        hold_out(0.0, false, Shuffle::Seeded),
        hold_out(1.0, false, Shuffle::Seeded),
        hold_out(f64::NAN, false, Shuffle::Seeded),
        hold_out(0.9, false, Shuffle::None),
        hold_out(0.5, true, Shuffle::None),
        hold_out(0.5, true, Shuffle::Seeded),
    ] {
        assert!(splitter.split(&classes, Seed(0)).is_err(), "{splitter:?}");
    }
}
