//! The id of a measure: its name, with version, and its parameters.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// Name and parameters of a measure, written `name` or `name(key=value,key=value)`.
///
/// Two measures with the same id give the same number on the same samples. A measure whose
/// definition has versions carries the version in its name.
///
/// ```
/// use oddity_eval::measure::MeasureId;
///
/// let id: MeasureId = "precision_macro(zero_division=0)".parse()?;
/// assert_eq!((id.name(), id.get("zero_division")), ("precision_macro", Some("0")));
/// # Ok::<(), oddity_eval::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MeasureId {
    name: String,
    parameters: Vec<Parameter>,
}

/// A parameter of a measure, as written in its id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Parameter {
    /// Name of the parameter.
    pub key: String,
    /// Its value, in the shortest form that reads back to the same.
    pub value: String,
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.value)
    }
}

impl MeasureId {
    /// An id without parameters.
    pub fn new(name: impl Into<String>) -> MeasureId {
        MeasureId { name: name.into(), parameters: Vec::new() }
    }

    /// Adds a parameter.
    pub fn with(mut self, key: impl Into<String>, value: impl fmt::Display) -> MeasureId {
        self.parameters.push(Parameter { key: key.into(), value: value.to_string() });
        self
    }

    /// The name, with the version where there is one.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The parameters, in the order of the id.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The value of a parameter.
    pub fn get(&self, key: &str) -> Option<&str> {
        let parameter = self.parameters.iter().find(|parameter| parameter.key == key);
        parameter.map(|parameter| parameter.value.as_str())
    }
}

impl fmt::Display for MeasureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (n, parameter) in self.parameters.iter().enumerate() {
            write!(f, "{}{parameter}", if n == 0 { "(" } else { "," })?;
        }
        if self.parameters.is_empty() { Ok(()) } else { f.write_str(")") }
    }
}

impl FromStr for MeasureId {
    type Err = Error;

    fn from_str(id: &str) -> Result<MeasureId, Error> {
        let refused = || Error::MeasureSyntax { id: id.to_owned() };
        let (name, list) = match id.trim().split_once('(') {
            None => (id.trim(), None),
            Some((name, rest)) => (name, Some(rest.strip_suffix(')').ok_or_else(refused)?)),
        };
        let is_plain = |text: &str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.+@".contains(&byte);
            !text.is_empty() && text.bytes().all(plain)
        };
        if !is_plain(name) {
            return Err(refused());
        }
        let mut parsed = MeasureId::new(name);
        for parameter in list.iter().flat_map(|list| list.split(',')) {
            let (key, value) = parameter.split_once('=').ok_or_else(refused)?;
            let (key, value) = (key.trim(), value.trim());
            if !is_plain(key) || !is_plain(value) || parsed.get(key).is_some() {
                return Err(refused());
            }
            parsed = parsed.with(key, value);
        }
        Ok(parsed)
    }
}

impl TryFrom<String> for MeasureId {
    type Error = Error;

    fn try_from(id: String) -> Result<MeasureId, Error> {
        id.parse()
    }
}

impl From<MeasureId> for String {
    fn from(id: MeasureId) -> String {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_to_the_same() {
        for id in ["accuracy", "etapr-22.6.1(theta_p=0.5,theta_r=0.1)", "a(b=-1)"] {
            assert_eq!(id.parse::<MeasureId>().unwrap().to_string(), id);
        }
        let spaced: MeasureId = " f1( average = macro , zero_division = 0 ) ".parse().unwrap();
        assert_eq!(spaced.to_string(), "f1(average=macro,zero_division=0)");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for id in ["", "f1(", "f1()", "f1(a)", "f1(a=1", "f1(a=1)b", "f1(a=1,a=2)", "f 1", "(a=1)"]
        {
            assert!(id.parse::<MeasureId>().is_err(), "{id}");
        }
    }
}
