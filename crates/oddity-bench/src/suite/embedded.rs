//! The suites that come with the program.

use super::Suite;
use crate::error::{Error, Result};

const SUITES: &[(&str, &str)] = &[
    ("adfa-ld", include_str!("../suites/adfa-ld.toml")),
    ("device-traffic", include_str!("../suites/device-traffic.toml")),
    ("hai", include_str!("../suites/hai.toml")),
    ("kdd-http", include_str!("../suites/kdd-http.toml")),
    ("nsl-kdd", include_str!("../suites/nsl-kdd.toml")),
    ("smd", include_str!("../suites/smd.toml")),
    ("smoke", include_str!("../suites/smoke.toml")),
    ("synthetic", include_str!("../suites/synthetic.toml")),
    ("timeline", include_str!("../suites/timeline.toml")),
];

/// The names of the suites that come with the program.
pub fn embedded_names() -> impl Iterator<Item = &'static str> {
    SUITES.iter().map(|(name, _)| *name)
}

/// A suite that comes with the program.
///
/// # Errors
///
/// [`Error::UnknownSuite`] if there is none of that name.
pub fn embedded(name: &str) -> Result<Suite> {
    match SUITES.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => Suite::parse(text, name),
        None => Err(Error::UnknownSuite {
            name: name.to_owned(),
            known: embedded_names().collect::<Vec<_>>().join(", "),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_embedded_suite_parses_and_has_its_own_name() {
        for name in embedded_names() {
            let suite = embedded(name).unwrap();
            assert_eq!(suite.name, name);
            let text = toml::to_string(&suite).unwrap();
            assert_eq!(Suite::parse(&text, name).unwrap(), suite, "round trip of {name}");
        }
    }
}
