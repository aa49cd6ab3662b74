//! Ids, and what has no value.

use oddity_core::{Alarms, Classes, Labels, Predicted, Scores};
use oddity_eval::Error;
use oddity_eval::measure::{
    AlarmMeasure, ClassMeasure, Direction, Measure, MeasureError, MeasureId, OutputKind,
    ScoreMeasure, Truth, Undefined, catalogue,
    catalogue::{ParameterEntry, Values},
};

fn undefined(result: Result<f64, MeasureError>) -> Undefined {
    result.unwrap_err().undefined().unwrap()
}

#[test]
fn scores_without_an_anomaly_or_a_normal_sample() {
    let scores = Scores::new(vec![0.1, 0.2]).unwrap();
    let (none, all) = (Labels::new(vec![false; 2]), Labels::new(vec![true; 2]));
    let empty = (Labels::new(vec![]), Scores::new(vec![]).unwrap());
    for id in ["roc_auc", "average_precision", "f1_oracle"] {
        let measure = ScoreMeasure::parse(id).unwrap();
        assert_eq!(undefined(measure.evaluate(&(&none).into(), &scores)), Undefined::NoAnomaly);
        let of_empty = measure.evaluate(&(&empty.0).into(), &empty.1);
        assert_eq!(undefined(of_empty), Undefined::NoSample);
        let of_all = measure.evaluate(&(&all).into(), &scores);
        match id {
            "roc_auc" => assert_eq!(undefined(of_all), Undefined::NoNormal),
            _ => assert_eq!(of_all, Ok(1.0)),
        }
    }
}

#[test]
fn decisions_that_leave_a_denominator_of_0() {
    let value = |id: &str, labels: &[bool], alarms: &[bool]| {
        let labels = Labels::new(labels.to_vec());
        let measure = AlarmMeasure::parse(id).unwrap();
        measure.evaluate(&Truth::Points(&labels), &Alarms::new(alarms.to_vec()))
    };
    let (no, yes, both) = ([false; 2], [true; 2], [false, true]);
    assert_eq!(undefined(value("precision", &both, &no)), Undefined::NoAlarm);
    assert_eq!(undefined(value("recall", &no, &both)), Undefined::NoAnomaly);
    assert_eq!(undefined(value("f1", &no, &no)), Undefined::NeitherAnomalyNorAlarm);
    assert_eq!(undefined(value("specificity", &yes, &both)), Undefined::NoNormal);
    assert_eq!(undefined(value("accuracy", &[], &[])), Undefined::NoSample);
    assert_eq!(undefined(value("f1_macro", &[], &[])), Undefined::NoSample);
    assert_eq!(undefined(value("recall_micro", &[], &[])), Undefined::NoSample);
    let never = undefined(value("precision_macro", &both, &no));
    assert_eq!(never, Undefined::ClassNotPredicted { class: 1 });
    assert_eq!(never.to_string(), "class 1 is never predicted");
    assert_eq!(value("precision(zero_division=0)", &both, &no), Ok(0.0));
}

#[test]
fn truth_and_output_that_do_not_fit_are_refused() {
    let labels = Labels::new(vec![false, true, true]);
    let scores = Scores::new(vec![0.5, 0.6]).unwrap();
    let length = MeasureError::Length { truth: 3, output: 2 };
    for id in ["roc_auc", "average_precision", "f1_oracle"] {
        let measure = ScoreMeasure::parse(id).unwrap();
        assert_eq!(measure.evaluate(&(&labels).into(), &scores), Err(length));
    }
    let classes = Classes::new(vec![0, 1, 2], ["a", "b", "c"]).unwrap();
    let two = Predicted::new(vec![0, 1, 1], 2).unwrap();
    let three = Predicted::new(vec![0, 1, 1], 3).unwrap();
    let value = |id: &str, predicted: &Predicted| {
        ClassMeasure::parse(id).unwrap().evaluate(&(&classes).into(), predicted)
    };
    let count = MeasureError::ClassCount { truth: 3, predicted: 2 };
    assert_eq!(value("accuracy", &two), Err(count));
    assert_eq!(value("roc_auc_ovr", &two), Err(count));
    assert_eq!(value("f1", &three), Err(MeasureError::NotBinary { classes: 3 }));
    assert_eq!(value("roc_auc", &three), Err(MeasureError::NotBinary { classes: 3 }));
    assert_eq!(value("roc_auc_ovr", &three), Err(MeasureError::NoClassScores));
    let of_two = ClassMeasure::parse("roc_auc").unwrap().evaluate(&(&labels).into(), &two);
    assert_eq!(of_two, Err(MeasureError::NoClassScores));
}

#[test]
fn ids_of_parsed_measures_are_the_ones_of_the_catalogue() {
    for entry in catalogue::entries() {
        for reads in entry.reads() {
            let (id, direction, is_oracle) = facts_of(entry.id, reads);
            let parsed: MeasureId = id.parse().unwrap();
            assert_eq!(parsed.name(), entry.id);
            assert_eq!(facts_of(&id, reads).0, id);
            assert_eq!((direction, is_oracle), (entry.direction, entry.is_oracle));
        }
        assert_eq!(is_read(entry.id), entry.reads());
        assert_eq!(entry.is_oracle, entry.id.contains("oracle"));
        for parameter in entry.parameters {
            let (inside, outside) = values(parameter);
            for value in inside {
                let id = format!("{}({}={value})", entry.id, parameter.key);
                for reads in entry.reads() {
                    let found: MeasureId = facts_of(&id, reads).0.parse().unwrap();
                    let shown = found.get(parameter.key).unwrap_or(parameter.default);
                    assert_eq!(shown, value, "{id}");
                }
                assert_eq!(catalogue::entry(&id).unwrap(), entry);
            }
            for value in outside {
                let id = format!("{}({}={value})", entry.id, parameter.key);
                let refused = catalogue::entry(&id);
                assert!(matches!(refused, Err(Error::MeasureParameter { .. })), "{id}");
            }
        }
    }
}

/// Values that a parameter takes, and some that it does not.
fn values(parameter: &ParameterEntry) -> (Vec<String>, Vec<String>) {
    let (mut inside, outside) = match parameter.values {
        Values::OneOf(words) => {
            (words.iter().map(|&word| word.to_owned()).collect(), vec!["no-such".to_owned()])
        }
        Values::Number { least, most } => {
            let outside = [least.next_down(), most.next_up(), f64::NAN];
            let outside = outside.iter().filter(|value| !value.is_infinite());
            (vec![least.to_string(), most.to_string()], outside.map(f64::to_string).collect())
        }
        Values::Count { least, most } => {
            (vec![least.to_string(), most.to_string()], vec!["-1".to_owned(), "0.5".to_owned()])
        }
    };
    inside.push(parameter.default.to_owned());
    (inside, outside)
}

fn facts_of(id: &str, reads: OutputKind) -> (String, Direction, bool) {
    match reads {
        OutputKind::Scores => facts(&*ScoreMeasure::parse(id).unwrap()),
        OutputKind::Alarms => facts(&*AlarmMeasure::parse(id).unwrap()),
        OutputKind::Predicted => facts(&*ClassMeasure::parse(id).unwrap()),
    }
}

fn facts<O>(measure: &dyn Measure<O>) -> (String, Direction, bool) {
    (measure.id().to_string(), measure.direction(), measure.is_oracle())
}

fn is_read(id: &str) -> Vec<OutputKind> {
    let reads = [
        (OutputKind::Scores, ScoreMeasure::parse(id).is_ok()),
        (OutputKind::Alarms, AlarmMeasure::parse(id).is_ok()),
        (OutputKind::Predicted, ClassMeasure::parse(id).is_ok()),
    ];
    reads.into_iter().filter(|(_, is_read)| *is_read).map(|(kind, _)| kind).collect()
}

#[test]
fn an_average_may_be_a_parameter() {
    for (id, canonical) in [
        ("precision(average=weighted)", "precision_weighted"),
        ("f1(average=binary)", "f1"),
        ("recall(zero_division=0,average=macro)", "recall_macro(zero_division=0)"),
        ("f1_macro(zero_division=undefined)", "f1_macro"),
    ] {
        assert_eq!(ClassMeasure::parse(id).unwrap().id().to_string(), canonical);
    }
}

#[test]
fn ids_that_name_no_measure_are_refused() {
    let refused = |id: &str| ClassMeasure::parse(id).err().unwrap();
    for id in ["f1 macro", "f1(", "f1(average)"] {
        assert!(matches!(refused(id), Error::MeasureSyntax { .. }), "{id}");
    }
    for id in ["f2", "f1_median", "acc"] {
        assert!(matches!(refused(id), Error::UnknownMeasure { .. }), "{id}");
    }
    for id in [
        "f1(average=median)",
        "f1_macro(average=macro)",
        "accuracy(average=macro)",
        "f1(zero_division=1)",
        "roc_auc(a=b)",
    ] {
        assert!(matches!(refused(id), Error::MeasureParameter { .. }), "{id}");
    }
    let output = ScoreMeasure::parse("accuracy").err().unwrap();
    assert_eq!(output.to_string(), "accuracy does not read scores");
}
