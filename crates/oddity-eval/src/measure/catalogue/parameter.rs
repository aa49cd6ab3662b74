//! The parameters that an id may carry: what they are called, and which values they take.

use serde::Serialize;

use crate::measure::{MeasureId, Parameter};
use crate::{Error, Result};

/// What the catalogue says of one parameter of a measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ParameterEntry {
    /// Its name in the id.
    pub key: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// The values that it takes.
    pub values: Values,
    /// The value that it has where the id leaves it out.
    pub default: &'static str,
}

/// The values that a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Values {
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A finite number between these two, both included.
    Number {
        /// The smallest.
        least: f64,
        /// The largest.
        most: f64,
    },
    /// A whole number between these two, both included.
    Count {
        /// The smallest.
        least: usize,
        /// The largest.
        most: usize,
    },
}

/// The parameters of one measure with their values: those of the id, and the defaults.
#[derive(Clone, Debug)]
pub(crate) struct Arguments(Vec<(&'static str, Argument)>);

/// A value that its parameter takes.
#[derive(Clone, Copy, Debug)]
enum Argument {
    Word(&'static str),
    Number(f64),
    Count(usize),
}

impl Values {
    fn parse(self, value: &str) -> Option<Argument> {
        match self {
            Values::OneOf(words) => {
                words.iter().find(|&&word| word == value).map(|&word| Argument::Word(word))
            }
            Values::Number { least, most } => {
                let number: f64 = value.parse().ok()?;
                // Without the sign of a zero, which an id would show.
                (least <= number && number <= most).then_some(Argument::Number(number + 0.0))
            }
            Values::Count { least, most } => {
                let count: usize = value.parse().ok()?;
                (least <= count && count <= most).then_some(Argument::Count(count))
            }
        }
    }
}

impl Arguments {
    /// The values that an id gives to the parameters of its measure.
    ///
    /// # Errors
    ///
    /// [`Error::MeasureParameter`] for a parameter that the measure does not have, or not with
    /// this value.
    pub(crate) fn new(
        written: &str,
        id: &MeasureId,
        known: &[ParameterEntry],
    ) -> Result<Arguments> {
        let refused = |parameter: &Parameter| {
            let (id, parameter) = (written.to_owned(), parameter.to_string());
            Error::MeasureParameter { id, parameter }
        };
        let is_unknown = |given: &&Parameter| known.iter().all(|entry| entry.key != given.key);
        if let Some(unknown) = id.parameters().iter().find(is_unknown) {
            return Err(refused(unknown));
        }
        let argument = |entry: &ParameterEntry| {
            let value = id.get(entry.key).unwrap_or(entry.default).to_owned();
            let argument = entry.values.parse(&value);
            let parameter = Parameter { key: entry.key.to_owned(), value };
            Ok((entry.key, argument.ok_or_else(|| refused(&parameter))?))
        };
        known.iter().map(argument).collect::<Result<_>>().map(Arguments)
    }

    /// The id with every parameter, in the catalogue's order.
    pub(crate) fn show(&self, id: MeasureId) -> MeasureId {
        self.0.iter().fold(id, |id, &(key, argument)| match argument {
            Argument::Word(word) => id.with(key, word),
            Argument::Number(number) => id.with(key, number),
            Argument::Count(count) => id.with(key, count),
        })
    }

    /// The value of a parameter whose values are words.
    pub(crate) fn word(&self, key: &str) -> &'static str {
        match self.get(key) {
            Argument::Word(word) => word,
            other => unreachable!("{key} is no word but {other:?}"),
        }
    }

    /// The value of a parameter whose values are numbers.
    pub(crate) fn number(&self, key: &str) -> f64 {
        match self.get(key) {
            Argument::Number(number) => number,
            other => unreachable!("{key} is no number but {other:?}"),
        }
    }

    /// The value of a parameter whose values are whole numbers.
    pub(crate) fn count(&self, key: &str) -> usize {
        match self.get(key) {
            Argument::Count(count) => count,
            other => unreachable!("{key} is no count but {other:?}"),
        }
    }

    fn get(&self, key: &str) -> Argument {
        let found = self.0.iter().find(|(known, _)| *known == key);
        found.map_or_else(
            || unreachable!("the catalogue has no parameter {key}"),
            |(_, value)| *value,
        )
    }
}
