//! A point of a parameter grid: named values.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Named values, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Point(BTreeMap<String, Value>);

/// A value of a parameter. In TOML and JSON a plain number, truth value or text; the text
/// `none` is [`Value::None`], since TOML has no word for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Plain", into = "Plain")]
pub enum Value {
    /// No value, such as no limit of depth.
    None,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text, such as the name of a rule.
    Text(String),
}

impl Point {
    /// Takes named values; of equal names the last one stays.
    pub fn new<S: Into<String>>(values: impl IntoIterator<Item = (S, Value)>) -> Point {
        Point(values.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// The value with this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All names and values, in the order of the names.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// A whole number.
    ///
    /// # Errors
    ///
    /// [`Error::PointValue`] if there is none with this name.
    pub fn integer(&self, name: &str) -> Result<i64> {
        match self.get(name) {
            Some(Value::Integer(value)) => Ok(*value),
            _ => Err(lacking(name, "whole number")),
        }
    }

    /// A number, whole or not.
    ///
    /// # Errors
    ///
    /// [`Error::PointValue`] if there is none with this name.
    pub fn float(&self, name: &str) -> Result<f64> {
        match self.get(name) {
            Some(Value::Float(value)) => Ok(*value),
            Some(Value::Integer(value)) => Ok(*value as f64),
            _ => Err(lacking(name, "number")),
        }
    }

    /// A truth value.
    ///
    /// # Errors
    ///
    /// [`Error::PointValue`] if there is none with this name.
    pub fn bool(&self, name: &str) -> Result<bool> {
        match self.get(name) {
            Some(Value::Bool(value)) => Ok(*value),
            _ => Err(lacking(name, "truth value")),
        }
    }

    /// A text.
    ///
    /// # Errors
    ///
    /// [`Error::PointValue`] if there is none with this name.
    pub fn text(&self, name: &str) -> Result<&str> {
        match self.get(name) {
            Some(Value::Text(value)) => Ok(value),
            _ => Err(lacking(name, "text")),
        }
    }
}

fn lacking(name: &str, wanted: &'static str) -> Error {
    Error::PointValue { name: name.to_owned(), wanted }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (name, value)) in self.iter().enumerate() {
            write!(f, "{}{name}={value}", if n == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("none"),
            Value::Bool(value) => value.fmt(f),
            Value::Integer(value) => value.fmt(f),
            Value::Float(value) => value.fmt(f),
            Value::Text(value) => value.fmt(f),
        }
    }
}

/// A value as TOML and JSON write it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Plain {
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
}

impl From<Plain> for Value {
    fn from(plain: Plain) -> Value {
        match plain {
            Plain::Bool(value) => Value::Bool(value),
            Plain::Integer(value) => Value::Integer(value),
            Plain::Float(value) => Value::Float(value),
            Plain::Text(value) if value == "none" => Value::None,
            Plain::Text(value) => Value::Text(value),
        }
    }
}

impl From<Value> for Plain {
    fn from(value: Value) -> Plain {
        match value {
            Value::None => Plain::Text("none".to_owned()),
            Value::Bool(value) => Plain::Bool(value),
            Value::Integer(value) => Plain::Integer(value),
            Value::Float(value) => Plain::Float(value),
            Value::Text(value) => Plain::Text(value),
        }
    }
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),*) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Value {
                Value::$variant(value.into())
            }
        }
    )*};
}

value_from!(bool => Bool, i32 => Integer, i64 => Integer, f64 => Float, &str => Text, String => Text);
