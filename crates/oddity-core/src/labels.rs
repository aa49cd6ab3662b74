//! Truth about samples: anomaly or not ([`Labels`]), or one of several classes.

use std::sync::Arc;

use serde::Serialize;

use crate::{Error, Result};

/// One truth a sample: `true` is an anomaly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels(Vec<bool>);

impl Labels {
    /// Takes one truth a sample, `true` for an anomaly.
    pub fn new(anomalous: Vec<bool>) -> Labels {
        Labels(anomalous)
    }

    /// The truths, in the order of the samples.
    pub fn values(&self) -> &[bool] {
        &self.0
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of anomalies.
    pub fn n_anomalies(&self) -> usize {
        self.0.iter().filter(|&&anomalous| anomalous).count()
    }
}

impl FromIterator<bool> for Labels {
    fn from_iter<I: IntoIterator<Item = bool>>(anomalous: I) -> Labels {
        Labels(anomalous.into_iter().collect())
    }
}

/// The class of each sample as a code into a list of class names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Classes {
    codes: Vec<u32>,
    names: Arc<[String]>,
}

impl Classes {
    /// Takes one code a sample and the names that the codes stand for.
    ///
    /// # Errors
    ///
    /// [`Error::ClassCode`] for the first code without a name.
    pub fn new(
        codes: Vec<u32>,
        names: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Classes> {
        let names: Arc<[String]> = names.into_iter().map(Into::into).collect();
        let classes = names.len();
        match codes.iter().position(|&code| classes <= code as usize) {
            Some(sample) => Err(Error::ClassCode { sample, code: codes[sample], classes }),
            None => Ok(Classes { codes, names }),
        }
    }

    /// Two classes, `normal` (0) and `anomaly` (1).
    pub fn binary(labels: &Labels) -> Classes {
        let codes = labels.values().iter().map(|&anomalous| u32::from(anomalous)).collect();
        Classes { codes, names: ["normal".to_owned(), "anomaly".to_owned()].into() }
    }

    /// The code of each sample.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The class names, by code.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Number of class names, also of classes that do not occur among the samples.
    pub fn n_classes(&self) -> usize {
        self.names.len()
    }

    /// Number of samples of each class.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.names.len()];
        for &code in &self.codes {
            counts[code as usize] += 1;
        }
        counts
    }

    /// The classes of the samples named, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such sample.
    pub fn select(&self, samples: &[usize]) -> Classes {
        let codes = samples.iter().map(|&sample| self.codes[sample]).collect();
        Classes { codes, names: Arc::clone(&self.names) }
    }

    /// Refuses a number of samples other than the number of classes given.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] if there are not exactly `samples` codes.
    pub fn expect_len(&self, samples: usize) -> Result<()> {
        if self.len() == samples {
            return Ok(());
        }
        Err(Error::Length { what: "classes", expected: samples, found: self.len() })
    }
}
