//! Support vector classification: the widest margin between classes, in a kernel's space.

mod fitted;
mod gram;
mod interior_point;
mod params;
mod platt;
mod smo;
mod train;
mod working_set;

use oddity_core::{Classes, Classifier, FittedClassifier, FrameView, Result, Samples, Seed};
use rayon::prelude::*;

pub use params::{Gamma, Kernel, SvmParams};

use crate::linear::Occurring;
use fitted::{FittedSvm, Pair};
use gram::Rows;
use train::Trainer;

const STEP: &str = "svm";

/// Classifies by support vectors.
pub struct Svm {
    params: SvmParams,
}

impl Svm {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Parameter`] unless `c`, `tolerance` and a `gamma` given as a
    /// number are positive and finite, and `max_steps` and `cache_mib` at least 1. Class
    /// weights are checked against the classes in `fit`.
    pub fn new(params: SvmParams) -> Result<Svm> {
        params.check()?;
        Ok(Svm { params })
    }

    fn fit_rows(&self, rows: FrameView<'_>, classes: &Classes, seed: Seed) -> Result<FittedSvm> {
        let occurring = Occurring::new(classes, rows.n_rows(), STEP)?;
        let weights = self.params.class_weight.weights(classes)?;
        let limits: Vec<f64> =
            occurring.codes.iter().map(|&code| self.params.c * weights[code as usize]).collect();
        let kernel = self.params.kernel_function(rows);
        let rows = Rows::new(rows.values().to_vec(), rows.n_columns());
        let trainer = Trainer::new(kernel, &rows, &self.params);
        let n_classes = occurring.len();
        let pairs: Vec<(usize, usize)> = (0..n_classes)
            .flat_map(|first| (first + 1..n_classes).map(move |second| (first, second)))
            .collect();
        let pairs = pairs
            .into_par_iter()
            .enumerate()
            .with_max_len(1)
            .map(|(index, (first, second))| {
                let samples: Vec<usize> = (0..rows.len())
                    .filter(|&at| [first, second].contains(&(occurring.of_sample[at] as usize)))
                    .collect();
                let is_first = |&at: &usize| occurring.of_sample[at] as usize == first;
                let signs: Vec<f64> =
                    samples.iter().map(|at| if is_first(at) { 1.0 } else { -1.0 }).collect();
                let limits = [limits[first], limits[second]];
                let machine = trainer.train(&samples, &signs, limits);
                let sigmoid = self.params.probability.then(|| {
                    platt::fit(&trainer, &samples, &signs, limits, seed.derive(index as u64))
                });
                Pair { first, second, samples, machine, sigmoid }
            })
            .collect();
        FittedSvm::new(kernel, &rows, pairs, occurring)
    }
}

impl Classifier for Svm {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        train.with_dense(|rows| {
            Ok(Box::new(self.fit_rows(rows, classes, seed)?) as Box<dyn FittedClassifier>)
        })
    }
}
