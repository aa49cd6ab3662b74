//! ADWIN: the changes, lengths and means of river's, with and without states in between.

use oddity_models::online::{Adwin, AdwinParams};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).expect("numbers")
}

fn places(value: &Value) -> Vec<usize> {
    serde_json::from_value(value.clone()).expect("whole numbers")
}

/// Takes the numbers of a case in, and compares with what river has of them. With `resumes`,
/// another test goes on from the state at each place that is compared.
fn check(case: &Value, resumes: bool) {
    let params: AdwinParams = serde_json::from_value(case["params"].clone()).expect("parameters");
    let begin = || Adwin::new(params.clone()).expect("parameters in their range");
    let named = format!("{}, {params:?}, resumes: {resumes}", case["stream"]);
    let windows = places(&case["widths"]).into_iter().zip(numbers(&case["estimates"]));
    let mut expected = places(&case["at"]).into_iter().zip(windows).peekable();
    let mut test = begin();
    let mut changes = Vec::new();
    for (at, x) in numbers(&case["numbers"]).into_iter().enumerate() {
        if test.push(x).expect("a number that can be summed") {
            changes.push(at);
        }
        if let Some((_, (width, estimate))) = expected.next_if(|&(place, _)| place == at) {
            assert_eq!(test.width(), width as u64, "{named}: number {at}");
            let found = test.estimate();
            let is_close = (found - estimate).abs() < 1e-9;
            assert!(is_close, "{named}: number {at}: {found} {estimate}");
            if resumes {
                let state = test.state();
                test = begin();
                test.resume(&state).expect("a state of the same test");
            }
        }
    }
    assert!(expected.next().is_none(), "{named}: windows behind the last number");
    assert_eq!(changes, places(&case["changes"]), "{named}");
    assert!(2 <= changes.len(), "{named}: the case shows little");
}

#[test]
fn windows_are_those_of_river() {
    let text = include_str!("fixtures/river_adwin.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    let cases = fixture["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    for case in cases {
        check(case, false);
        check(case, true);
    }
}
