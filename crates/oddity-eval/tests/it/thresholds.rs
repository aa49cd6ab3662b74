//! Threshold rules: their catalogue, and tails and streams against scipy.

use oddity_core::{Labels, Scores};
use oddity_eval::Error;
use oddity_eval::measure::catalogue::Values;
use oddity_eval::measure::{MeasureError, ScoreMeasure, Truth, Undefined};
use oddity_eval::oracle::FittedRows;
use oddity_eval::threshold::{MovingCutoff, Pareto, Rule, RuleInput, entries};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Tail {
    name: String,
    excesses: Vec<f64>,
    shape: f64,
    scale: f64,
    log_likelihood: f64,
}

#[derive(Deserialize)]
struct Stream {
    name: String,
    calibration: Vec<f64>,
    stream: Vec<f64>,
    drift: Vec<f64>,
    q: f64,
    level: f64,
    spot: f64,
    spot_streaming: (Vec<f64>, Vec<bool>),
    dspot: (Vec<f64>, Vec<bool>),
}

fn rule(id: &str) -> Rule {
    id.parse().unwrap()
}

#[test]
fn tails_are_as_likely_as_those_that_scipy_finds() {
    let cases: Vec<Tail> = serde_json::from_str(include_str!("../fixtures/pareto.json")).unwrap();
    for case in cases {
        let found = Pareto::fit(&case.excesses).unwrap();
        let what = format!("{}: {found:?}", case.name);
        let n_digits = 1e-10 * case.log_likelihood.abs();
        assert!(case.log_likelihood - n_digits <= found.log_likelihood, "{what}");
        assert!((found.shape - case.shape).abs() < 2e-6, "{what}, {}", case.shape);
        assert!((found.scale / case.scale - 1.0).abs() < 2e-6, "{what}, {}", case.scale);
    }
}

#[test]
fn streams_are_judged_by_the_algorithms_of_the_paper() {
    let text = include_str!("../fixtures/thresholds.json");
    let cases: Vec<Stream> = serde_json::from_str(text).unwrap();
    for case in cases {
        let given = format!("q={},level={}", case.q, case.level);
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-5 * expected.abs();
        let calibration = Scores::new(case.calibration.clone()).unwrap();
        let stream = Scores::new(case.stream.clone()).unwrap();
        let spot = rule(&format!("spot({given})")).fit(&calibration).unwrap().value();
        assert!(near(spot, case.spot), "{}: {spot} for {}", case.name, case.spot);
        let same = |found: MovingCutoff, (cutoffs, alarms): &(Vec<f64>, Vec<bool>)| {
            assert_eq!(found.alarms().values(), alarms, "{}", case.name);
            for (&found, &expected) in found.cutoffs().iter().zip(cutoffs) {
                assert!(near(found, expected), "{}: {found} for {expected}", case.name);
            }
        };
        let streaming = rule(&format!("spot_streaming({given})"));
        same(streaming.run(&calibration, &stream).unwrap(), &case.spot_streaming);
        let add = |(score, drift): (&f64, &f64)| score + drift;
        let (first, rest) = case.drift.split_at(case.calibration.len());
        let calibration = case.calibration.iter().zip(first).map(add).collect();
        let stream = case.stream.iter().zip(rest).map(add).collect();
        let (calibration, stream) =
            (Scores::new(calibration).unwrap(), Scores::new(stream).unwrap());
        let dspot = rule(&format!("dspot({given},depth=20)"));
        same(dspot.run(&calibration, &stream).unwrap(), &case.dspot);
    }
}

#[test]
fn ids_read_back_with_every_parameter() {
    for (written, shown) in [
        ("quantile", "quantile(q=0.99)"),
        ("quantile(q=9.5e-1)", "quantile(q=0.95)"),
        ("contamination(share=0.05)", "contamination(share=0.05)"),
        ("mean_sd", "mean_sd(k=3)"),
        ("median_mad( k = 2.5 )", "median_mad(k=2.5)"),
        ("spot(q=1e-3,level=0.98)", "spot(q=0.001,level=0.98)"),
        ("spot_streaming(level=0.9)", "spot_streaming(q=0.001,level=0.9)"),
        ("dspot(depth=20)", "dspot(q=0.001,level=0.98,depth=20)"),
        ("f1_best", "f1_best"),
        ("g_mean_best", "g_mean_best"),
        ("cost_best(miss=2.50)", "cost_best(miss=2.5)"),
    ] {
        assert_eq!(rule(written).to_string(), shown);
        assert_eq!(rule(shown).to_string(), shown);
    }
    for entry in entries() {
        let found = rule(entry.id);
        assert_eq!((found.entry().id, found.reads()), (entry.id, entry.reads));
        for parameter in entry.parameters {
            let outside = match parameter.values {
                Values::Number { least, .. } => (least - 1.0).next_down().to_string(),
                _ => "-1".to_owned(),
            };
            let id = format!("{}({}={outside})", entry.id, parameter.key);
            let refused = id.parse::<Rule>();
            assert!(matches!(refused, Err(Error::RuleParameter { .. })), "{id}: {refused:?}");
        }
    }
    let rows = FittedRows::HeldOutNormal;
    let provenance = rule("quantile(q=0.99)").provenance(rows, 412);
    assert_eq!(provenance.to_string(), "quantile(q=0.99) on 412 held-out normal samples");
}

#[test]
fn ids_that_name_no_rule_are_refused() {
    let refused = |id: &str| id.parse::<Rule>().unwrap_err();
    assert!(matches!(refused("quantile(q"), Error::RuleSyntax { .. }));
    assert!(matches!(refused("percentile(q=0.9)"), Error::UnknownRule { .. }));
    assert!(matches!(refused("quantile(k=1)"), Error::RuleParameter { .. }));
    assert!(matches!(refused("f1_best(k=1)"), Error::RuleParameter { .. }));
    let above_the_tail = refused("spot(q=0.05,level=0.98)");
    assert!(matches!(above_the_tail, Error::Core(oddity_core::Error::Parameter { .. })));
}

#[test]
fn each_rule_is_fitted_on_what_it_reads_and_on_enough() {
    let labels: Labels = (0..2000).map(|i| i % 10 == 0).collect();
    let scores = (0..2000).map(|i| f64::from(i).sin() + f64::from(u8::from(i % 10 == 0)));
    let scores = Scores::new(scores.collect()).unwrap();
    let truth = Truth::Points(&labels);
    for entry in entries() {
        let rule = rule(entry.id);
        let is_input = |result: Result<(), Error>| matches!(result, Err(Error::RuleInput { .. }));
        let kinds = [RuleInput::Scores, RuleInput::LabelledScores, RuleInput::Stream];
        for kind in kinds {
            let fit = |scores: &Scores| match kind {
                RuleInput::Scores => rule.fit(scores).map(|_| ()),
                RuleInput::LabelledScores => rule.fit_labelled(&truth, scores).map(|_| ()),
                RuleInput::Stream => rule.run(scores, scores).map(|_| ()),
            };
            assert_eq!(is_input(fit(&scores)), kind != rule.reads(), "{}", entry.id);
            assert_eq!(fit(&scores).is_ok(), kind == rule.reads(), "{}", entry.id);
            let few = Scores::new(scores.values()[..rule.least_scores() - 1].to_vec()).unwrap();
            let refused = fit(&few);
            let is_few =
                matches!(refused, Err(Error::Core(oddity_core::Error::TooFewSamples { .. })));
            let is_unlabelled = kind != RuleInput::LabelledScores && kind == rule.reads();
            assert_eq!(is_few, is_unlabelled, "{}: {refused:?}", entry.id);
        }
    }
    // Equal scores leave no tail, however many they are.
    let equal = Scores::new(vec![1.0; 5000]).unwrap();
    let refused = rule("spot").fit(&equal);
    assert!(matches!(
        refused,
        Err(Error::Core(oddity_core::Error::TooFewSamples { found: 0, .. }))
    ));
    let no_labels = Labels::new(vec![false; 5000]);
    let refused = rule("f1_best").fit_labelled(&Truth::Points(&no_labels), &equal).unwrap_err();
    let undefined = MeasureError::Undefined { reason: Undefined::NoAnomaly };
    assert!(matches!(refused, Error::Measure(error) if error == undefined));
}

proptest! {
    #[test]
    fn the_best_cutoff_on_the_samples_measured_is_the_oracle(
        rows in prop::collection::vec((any::<bool>(), -1e3..1e3_f64), 2..60),
    ) {
        let (labels, scores): (Vec<bool>, Vec<f64>) = rows.into_iter().unzip();
        let (labels, scores) = (Labels::new(labels), Scores::new(scores).unwrap());
        let truth = Truth::Points(&labels);
        for name in ["f1", "g_mean"] {
            let cutoff = rule(&format!("{name}_best")).fit_labelled(&truth, &scores);
            let oracle = ScoreMeasure::parse(&format!("{name}_oracle")).unwrap();
            let oracle = oracle.evaluate(&truth, &scores);
            if let Ok(cutoff) = cutoff {
                let alarms = cutoff.alarms(&scores);
                let measure = oddity_eval::measure::AlarmMeasure::parse(name).unwrap();
                let found = measure.evaluate(&truth, &alarms).unwrap();
                prop_assert!(crate::close(found, oracle.unwrap()));
            }
        }
    }
}

#[test]
fn the_cheapest_cutoff_may_be_one_without_alarms() {
    let scores = Scores::new(vec![5.0, 4.0, 3.0, 2.0, 1.0]).unwrap();
    let labels = Labels::new(vec![false, true, false, true, false]);
    // From the highest score on: 1 + 2 miss, 1 + miss, 2 + miss, 2, 3; without an alarm 2 miss.
    for (miss, n_alarms) in [(0.4, 0), (1.0, 0), (1.5, 4), (50.0, 4)] {
        let rule = rule(&format!("cost_best(miss={miss})"));
        let cutoff = rule.fit_labelled(&Truth::Points(&labels), &scores).unwrap();
        let alarms = cutoff.alarms(&scores);
        let found = alarms.values().iter().filter(|&&alarm| alarm).count();
        assert_eq!(found, n_alarms, "{miss}");
    }
}

proptest! {
    #[test]
    fn no_cutoff_costs_less(
        rows in prop::collection::vec((any::<bool>(), 0..20_u8), 2..60),
        miss in 0.1..20.0_f64,
    ) {
        let labels: Labels = rows.iter().map(|(anomaly, _)| *anomaly).collect();
        let scores: Vec<f64> = rows.iter().map(|(_, score)| f64::from(*score)).collect();
        let cost = |cutoff: f64| -> f64 {
            let of = |(&anomaly, score): (&bool, &f64)| match (anomaly, cutoff < *score) {
                (true, false) => miss,
                (false, true) => 1.0,
                _ => 0.0,
            };
            labels.values().iter().zip(&scores).map(of).sum()
        };
        let fitted = rule(&format!("cost_best(miss={miss})"))
            .fit_labelled(&Truth::Points(&labels), &Scores::new(scores.clone()).unwrap());
        if let Ok(cutoff) = fitted {
            let found = cost(cutoff.value());
            for candidate in -1..20 {
                prop_assert!(found <= cost(f64::from(candidate) + 0.5) + 1e-9);
            }
        } else {
            prop_assert!(labels.n_anomalies() == 0 || labels.n_anomalies() == rows.len());
        }
    }
}

proptest! {
    // Each case fits a tail hundreds of times.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn streams_do_not_look_ahead(scores in prop::collection::vec(-1e3..1e3_f64, 700..720)) {
        let calibration = Scores::new(scores[..600].to_vec()).unwrap();
        let cutoffs = |n: usize, id| {
            let stream = Scores::new(scores[600..n].to_vec()).unwrap();
            rule(id).run(&calibration, &stream).unwrap().cutoffs().to_vec()
        };
        for id in ["spot_streaming", "dspot"] {
            let (all, half) = (cutoffs(700, id), cutoffs(650, id));
            prop_assert_eq!(&all[..50], &half[..]);
        }
    }
}
