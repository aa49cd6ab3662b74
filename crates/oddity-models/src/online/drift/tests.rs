//! Tests for drift: how they are written, and what they say of scores.

use super::{AdwinParams, DriftParams, DriftTest, PageHinkleyParams, RunningTest};

fn read(test: &str) -> Result<DriftTest, String> {
    let params = toml::from_str::<DriftParams>(&format!("test = {test}\nrelearn = 7"));
    params.map(|params| params.test).map_err(|error| error.to_string())
}

#[test]
fn a_kind_selects_the_test() {
    let threshold = PageHinkleyParams { threshold: 3.0, ..Default::default() };
    let often = AdwinParams { delta: 0.5, clock: 4, ..Default::default() };
    for (text, wanted) in [
        ("{}", DriftTest::default()),
        ("{ threshold = 3 }", DriftTest::PageHinkley(threshold.clone())),
        ("{ threshold = 3.0, kind = 'page_hinkley' }", DriftTest::PageHinkley(threshold)),
        ("{ kind = 'adwin' }", DriftTest::Adwin(AdwinParams::default())),
        ("{ delta = 0.5, clock = 4, kind = 'adwin' }", DriftTest::Adwin(often)),
    ] {
        let test = read(text).unwrap();
        assert_eq!(test, wanted, "{text}");
        let params = DriftParams { test, relearn: 7 };
        let written = toml::to_string(&params).unwrap();
        assert_eq!(toml::from_str::<DriftParams>(&written).unwrap(), params, "{written}");
        let written = serde_json::to_string(&params).unwrap();
        assert_eq!(serde_json::from_str::<DriftParams>(&written).unwrap(), params, "{written}");
    }
    assert_eq!(toml::from_str::<DriftParams>("").unwrap(), DriftParams::default());
    // As stored cells have it from before there was another: their keys depend on it.
    let written = serde_json::to_string(&DriftTest::default()).unwrap();
    let wanted = r#"{"delta":0.005,"threshold":50.0,"alpha":0.9999,"least_numbers":30}"#;
    assert_eq!(written, wanted);
    let written = serde_json::to_string(&DriftTest::Adwin(AdwinParams::default())).unwrap();
    assert!(written.starts_with(r#"{"kind":"adwin","#), "{written}");
}

#[test]
fn what_is_no_test_is_named() {
    for (text, wanted) in [
        ("{ kind = 'adwin', threshold = 3.0 }", "unknown field `threshold`"),
        ("{ clock = 4 }", "unknown field `clock`"),
        ("{ kind = 'ddm' }", "unknown variant `ddm`, expected `page_hinkley` or `adwin`"),
        ("{ kind = 3 }", "the kind of a test for drift is a text"),
        ("{ kind = 'adwin', clock = 'often' }", "expected usize"),
        ("{ kind = 'adwin', clock = -1 }", "expected usize"),
        ("{ alpha = true }", "neither a number nor a text"),
    ] {
        let refused = read(text).unwrap_err();
        assert!(refused.contains(wanted), "{text}: {refused}");
    }
    let begun = |test: &str| {
        let params = DriftParams { test: read(test).unwrap(), relearn: 7 };
        params.begin().err().unwrap().to_string()
    };
    assert!(begun("{ kind = 'adwin', clock = 0 }").contains("clock is 0"));
    assert!(begun("{ threshold = 0.0 }").contains("threshold is 0"));
}

#[test]
fn only_growth_counts() {
    let page_hinkley = PageHinkleyParams { threshold: 5.0, ..Default::default() };
    for test in [DriftTest::Adwin(AdwinParams::default()), DriftTest::PageHinkley(page_hinkley)] {
        let found = |levels: [f64; 2]| {
            let mut running = RunningTest::new(&test).unwrap();
            let scores = (0..400).map(|t| levels[t / 200]);
            scores.filter(|&score| running.push(score).unwrap()).count()
        };
        assert_eq!(found([0.2, 0.8]), 1, "{test:?}");
        assert_eq!(found([0.8, 0.2]), 0, "{test:?}");
    }
}

#[test]
fn the_state_of_another_test_is_refused() {
    let mut page_hinkley = RunningTest::new(&DriftTest::default()).unwrap();
    let mut adwin = RunningTest::new(&DriftTest::Adwin(AdwinParams::default())).unwrap();
    assert!(page_hinkley.resume(&adwin.state()).is_err());
    assert!(adwin.resume(&page_hinkley.state()).is_err());
}
