//! What a measure compares an output with.

use std::borrow::Cow;

use oddity_core::{Classes, Labels};

use super::{Events, MeasureError};

/// The truth about the samples, in the form in which it is known.
///
/// A measure asks for the form that it reads ([`Truth::anomalies`], [`Truth::events`],
/// [`Truth::codes`]); a form that can be turned into it is turned, another one is refused.
/// Traces are samples: one label and one score a trace.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Truth<'a> {
    /// Anomaly or not, for each sample.
    Points(&'a Labels),
    /// One of several classes, for each sample. With two classes, the one with code 1 is
    /// the anomaly, as in [`Classes::binary`].
    Classes(&'a Classes),
    /// Anomalous runs of samples, in one series or several.
    Events(&'a Events),
}

impl<'a> Truth<'a> {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Truth::Points(labels) => labels.len(),
            Truth::Classes(classes) => classes.len(),
            Truth::Events(events) => events.n_samples(),
        }
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether each sample is an anomaly.
    ///
    /// # Errors
    ///
    /// [`MeasureError::NotBinary`] for classes other than two.
    pub fn anomalies(&self) -> Result<Cow<'a, [bool]>, MeasureError> {
        match self {
            Truth::Points(labels) => Ok(Cow::Borrowed(labels.values())),
            Truth::Classes(classes) if classes.n_classes() == 2 => {
                Ok(classes.codes().iter().map(|&code| code == 1).collect())
            }
            Truth::Classes(classes) => {
                Err(MeasureError::NotBinary { classes: classes.n_classes() })
            }
            Truth::Events(events) => Ok(Cow::Owned(events.anomalies())),
        }
    }

    /// The anomalies as events; labels and classes are those of one series.
    ///
    /// # Errors
    ///
    /// [`MeasureError::NotBinary`] for classes other than two.
    pub fn events(&self) -> Result<Cow<'a, Events>, MeasureError> {
        match self {
            Truth::Events(events) => Ok(Cow::Borrowed(events)),
            _ => Ok(Cow::Owned(Events::from(&*self.anomalies()?))),
        }
    }

    /// The class code of each sample; labels are the classes 0 (normal) and 1 (anomaly).
    pub fn codes(&self) -> Cow<'a, [u32]> {
        match self {
            Truth::Points(labels) => labels.values().iter().map(|&is| u32::from(is)).collect(),
            Truth::Classes(classes) => Cow::Borrowed(classes.codes()),
            Truth::Events(events) => events.anomalies().into_iter().map(u32::from).collect(),
        }
    }

    /// The class names by code; labels are called `normal` and `anomaly`.
    pub fn class_names(&self) -> Vec<String> {
        match self {
            Truth::Points(_) | Truth::Events(_) => vec!["normal".to_owned(), "anomaly".to_owned()],
            Truth::Classes(classes) => classes.names().to_vec(),
        }
    }

    /// Refuses an output of another length.
    pub(crate) fn expect_len(&self, output: usize) -> Result<(), MeasureError> {
        if self.len() == output {
            return Ok(());
        }
        Err(MeasureError::Length { truth: self.len(), output })
    }
}

impl<'a> From<&'a Labels> for Truth<'a> {
    fn from(labels: &'a Labels) -> Truth<'a> {
        Truth::Points(labels)
    }
}

impl<'a> From<&'a Classes> for Truth<'a> {
    fn from(classes: &'a Classes) -> Truth<'a> {
        Truth::Classes(classes)
    }
}

impl<'a> From<&'a Events> for Truth<'a> {
    fn from(events: &'a Events) -> Truth<'a> {
        Truth::Events(events)
    }
}
