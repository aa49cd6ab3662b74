//! Detectors from outside this crate, by name, so that suites and pipelines can select them.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use oddity_core::{Detector, Error, FittedDetector, Result, Samples, Seed, State, Watch};
use serde::{Deserialize, Serialize};

/// What makes a detector of its parameters.
type Make = Arc<dyn Fn(&BTreeMap<String, f64>) -> Result<Arc<dyn Detector>> + Send + Sync>;

/// The detectors that were registered.
static REGISTERED: RwLock<BTreeMap<String, Make>> = RwLock::new(BTreeMap::new());

/// Parameters of [`CustomDetector`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomParams {
    /// The name that the detector was registered by.
    pub name: String,
    /// Its parameters. A number that goes up with each change of its code (`version = 2`) is a good
    /// one to have: stored results of other numbers are not taken for its own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, f64>,
}

/// A detector that a program has registered.
///
/// `kind = "custom"` with its `name` selects it in suites and pipelines of that program:
///
/// ```
/// use std::sync::Arc;
///
/// use oddity_core::{Detector, FittedDetector, Result, Samples, Scores, Seed};
/// use oddity_models::catalogue::DetectorConfig;
/// use oddity_models::register_detector;
///
/// struct Largest;
///
/// impl Detector for Largest {
///     fn fit(&self, _: &Samples<'_>, _: Seed) -> Result<Box<dyn FittedDetector>> {
///         Ok(Box::new(Largest))
///     }
/// }
///
/// impl FittedDetector for Largest {
///     fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
///         let rows = samples.rows()?;
///         Scores::new(rows.iter().map(|row| row.iter().copied().fold(0.0, f64::max)).collect())
///     }
/// }
///
/// register_detector("largest", |_| Ok(Arc::new(Largest)));
/// let config: DetectorConfig = toml::from_str("kind = 'custom'\nname = 'largest'")?;
/// assert!(config.build().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CustomDetector {
    detector: Arc<dyn Detector>,
}

/// Registers a detector of this program under a name; a name that is taken is taken over.
/// Workers of isolated runs are processes of the same program, which must register it too.
pub fn register_detector(
    name: &str,
    make: impl Fn(&BTreeMap<String, f64>) -> Result<Arc<dyn Detector>> + Send + Sync + 'static,
) {
    let mut registered = REGISTERED.write().unwrap_or_else(PoisonError::into_inner);
    registered.insert(name.to_owned(), Arc::new(make));
}

impl CustomDetector {
    /// Looks the detector up, and makes it of its parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Unregistered`] for a name that was not registered, and those of the detector.
    pub fn new(params: CustomParams) -> Result<CustomDetector> {
        let registered = REGISTERED.read().unwrap_or_else(PoisonError::into_inner);
        let make = registered.get(&params.name).cloned();
        drop(registered);
        let make = make.ok_or(Error::Unregistered { name: params.name })?;
        Ok(CustomDetector { detector: make(&params.params)? })
    }
}

impl Detector for CustomDetector {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        self.detector.fit(train, seed)
    }

    fn fit_watched(
        &self,
        train: &Samples<'_>,
        seed: Seed,
        watch: &mut dyn Watch,
    ) -> Result<Box<dyn FittedDetector>> {
        self.detector.fit_watched(train, seed, watch)
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        self.detector.restore(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_nobody_registered_is_refused() {
        let params = CustomParams { name: "nobody".to_owned(), ..CustomParams::default() };
        let message = CustomDetector::new(params).err().map(|error| error.to_string());
        let wanted = "detector \"nobody\" is not registered in this program";
        assert_eq!(message.as_deref(), Some(wanted));
    }
}
