//! States: what does not fit, and parts.

use crate::{ANY, Error, State};

#[test]
fn what_does_not_fit_is_named() {
    let mut part = State::new();
    part.put_f64s("rows", &[2, 1], &[1.0, f64::NAN]);
    part.put_counts("at", &[3, 9]);
    part.put_texts("names", ["a"]);
    let mut state = State::new();
    state.put_part("x", part);
    let x = state.part("x");
    let said = |error: Error| error.to_string();
    assert_eq!(
        said(x.f64s("rows", &[ANY, 1]).unwrap_err()),
        "saved state: number 1 of \"x.rows\" is not finite"
    );
    assert_eq!(
        said(x.counts("at", 2, 8).unwrap_err()),
        "saved state: \"x.at\" has 9, wanted at most 8"
    );
    assert_eq!(
        said(x.u64s("names", &[1]).unwrap_err()),
        "saved state: \"x.names\" has texts, wanted whole numbers"
    );
    assert_eq!(said(x.f64("y").unwrap_err()), "saved state: \"x.y\" is missing");
    assert_eq!(
        said(x.wrong("at", "ascending indices")),
        "saved state: \"x.at\" is wrong, wanted ascending indices"
    );
    assert_eq!(x.counts("at", ANY, 9).unwrap(), [3, 9]);
    assert_eq!(x.texts("names").unwrap(), ["a"]);
}

#[test]
fn a_part_has_the_entries_below_its_name_alone() {
    let mut state = State::new();
    for name in ["a", "a.b", "a.c.d", "ab.c"] {
        state.put_count(name, 1);
    }
    let names: Vec<String> = state.part("a").entries().keys().cloned().collect();
    assert_eq!(names, ["b", "c.d"]);
    assert!(state.part("z").entries().is_empty());
}
