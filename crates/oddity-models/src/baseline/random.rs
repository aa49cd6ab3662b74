//! Chance: scores and classes drawn from the seed and the content of each sample.

use oddity_core::{
    Classes, Classifier, Column, Detector, FittedClassifier, FittedDetector, Predicted, Result,
    Samples, Scores, Seed, State,
};

use super::NoParams;
use super::shape::Shape;
use crate::classes::expect_classes;

/// Scores each sample by a uniform number from 0 to 1, drawn from the fit's seed and the
/// sample's content.
///
/// Samples with the same content have the same score, and a sample's score does not depend
/// on where it stands or what is scored with it: every measure meets chance alone, under the
/// contract that holds for all detectors. Takes samples of every kind; costs `O(n d)`.
///
/// # Example
///
/// ```
/// use oddity_core::{Detector, Error, Frame, Seed};
/// use oddity_models::baseline::{NoParams, RandomDetector};
///
/// let rows = Frame::new(vec![1.0, 2.0, 1.0], ["x"])?;
/// let random = RandomDetector::new(NoParams {})?;
/// let scores = random.fit(&rows.samples(), Seed(7))?.score(&rows.samples())?;
/// assert_eq!(scores.values()[0], scores.values()[2]);
/// assert_ne!(scores.values()[0], scores.values()[1]);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RandomDetector(());

impl RandomDetector {
    /// Takes no parameters.
    ///
    /// # Errors
    ///
    /// None; as for every model.
    pub fn new(_: NoParams) -> Result<RandomDetector> {
        Ok(RandomDetector(()))
    }
}

impl Detector for RandomDetector {
    fn fit(&self, train: &Samples<'_>, seed: Seed) -> Result<Box<dyn FittedDetector>> {
        Ok(Box::new(Drawn { seed, shape: Shape::of(train), shares: Vec::new() }))
    }

    fn restore(&self, state: &State) -> Result<Box<dyn FittedDetector>> {
        let seed = Seed(state.u64s("seed", &[])?[0]);
        Ok(Box::new(Drawn { seed, shape: Shape::of_state(state)?, shares: Vec::new() }))
    }
}

/// Predicts a class drawn from the fit's seed and the sample's content, as often as the
/// class occurs in training; the probability of the drawn class is 1.
///
/// This is the strategy `stratified` of scikit-learn's `DummyClassifier`, except that samples
/// with the same content get the same class. Takes samples of every kind; costs `O(n d)`.
#[derive(Clone, Debug)]
pub struct RandomClass(());

impl RandomClass {
    /// Takes no parameters.
    ///
    /// # Errors
    ///
    /// None; as for every model.
    pub fn new(_: NoParams) -> Result<RandomClass> {
        Ok(RandomClass(()))
    }
}

impl Classifier for RandomClass {
    fn fit(
        &self,
        train: &Samples<'_>,
        classes: &Classes,
        seed: Seed,
    ) -> Result<Box<dyn FittedClassifier>> {
        expect_classes("random", train.len(), classes)?;
        let counts = classes.counts();
        let shares = counts.iter().map(|&count| count as f64 / classes.len() as f64).collect();
        Ok(Box::new(Drawn { seed, shape: Shape::of(train), shares }))
    }
}

struct Drawn {
    seed: Seed,
    shape: Shape,
    /// The share of each class in training.
    shares: Vec<f64>,
}

impl Drawn {
    /// A number from 0 (included) to 1 (excluded) for each sample.
    fn uniform(&self, samples: &Samples<'_>) -> Result<Vec<f64>> {
        self.shape.expect(samples)?;
        let seed = |sample| match seed_of(samples, sample, self.seed) {
            // Nothing is in it: a small seed itself would give 0.
            seed if seed == self.seed => seed.derive(u64::MAX),
            seed => seed,
        };
        Ok((0..samples.len()).map(|sample| seed(sample).uniform()).collect())
    }

    fn class(&self, uniform: f64) -> usize {
        let mut below = 0.0;
        let reached = |share: &f64| {
            below += share;
            uniform < below
        };
        // The sum of the shares can be a rounding error short of 1: the last class that occurs.
        let last = self.shares.iter().rposition(|&share| 0.0 < share).unwrap_or(0);
        self.shares.iter().position(reached).unwrap_or(last)
    }
}

/// A seed from the content of a sample.
fn seed_of(samples: &Samples<'_>, sample: usize, seed: Seed) -> Seed {
    // Adding 0 turns -0 into 0.
    let value = |seed: Seed, value: f64| seed.derive((value + 0.0).to_bits());
    match samples {
        Samples::Rows(rows) => rows.row(sample).iter().copied().fold(seed, value),
        Samples::Sparse(rows) => rows
            .row(sample)
            .iter()
            .fold(seed, |seed, (column, entry)| value(seed.derive(column as u64), entry)),
        Samples::Windows(windows) => windows.get(sample).values().iter().copied().fold(seed, value),
        Samples::Sequences(sequences) => {
            let symbols = sequences.get(sample).iter();
            symbols.fold(seed, |seed, &symbol| seed.derive(symbol.into()))
        }
        Samples::Records(records) => {
            records.columns().iter().fold(seed, |seed, column| match column {
                Column::Numbers(numbers) => value(seed, numbers[sample]),
                Column::Categories { codes, .. } => seed.derive(codes[sample].into()),
                Column::Text(texts) => {
                    let bytes = texts.get(sample).bytes();
                    bytes.fold(seed, |seed, byte| seed.derive(byte.into()))
                }
            })
        }
    }
}

impl FittedDetector for Drawn {
    fn score(&self, samples: &Samples<'_>) -> Result<Scores> {
        Scores::new(self.uniform(samples)?)
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_u64s("seed", &[], &[self.seed.0]);
        self.shape.put(&mut state);
        Some(state)
    }
}

impl FittedClassifier for Drawn {
    fn predict(&self, samples: &Samples<'_>) -> Result<Predicted> {
        let uniform = self.uniform(samples)?;
        let mut probabilities = vec![0.0; uniform.len() * self.shares.len()];
        for (row, uniform) in probabilities.chunks_exact_mut(self.shares.len()).zip(uniform) {
            row[self.class(uniform)] = 1.0;
        }
        Predicted::from_probabilities(probabilities, self.shares.len())
    }
}

#[cfg(test)]
mod tests {
    use oddity_core::{Columns, Csr, Frame, Labels, Sequences, WindowsOwned};

    use super::*;

    fn numbers(n_rows: usize) -> Frame {
        Frame::new((0..n_rows).map(|row| row as f64).collect(), ["x"]).unwrap()
    }

    #[test]
    fn scores_are_spread_evenly_and_change_with_the_seed() {
        let rows = numbers(10_000);
        let random = RandomDetector::new(NoParams {}).unwrap();
        let score = |seed| {
            let fitted = random.fit(&rows.samples(), Seed(seed)).unwrap();
            fitted.score(&rows.samples()).unwrap().into_values()
        };
        let (one, other) = (score(1), score(2));
        for tenth in 0..10 {
            let bounds = f64::from(tenth) / 10.0..f64::from(tenth + 1) / 10.0;
            let n_inside = one.iter().filter(|score| bounds.contains(score)).count();
            // Five standard deviations of a binomial count.
            assert!(n_inside.abs_diff(1000) < 150, "{n_inside} scores in {bounds:?}");
        }
        assert!(one.iter().zip(&other).all(|(one, other)| one != other));
    }

    #[test]
    fn classes_are_drawn_as_often_as_they_occur() {
        let rows = numbers(10_000);
        let labels: Labels = (0..10_000).map(|row| row % 5 == 0).collect();
        let random = RandomClass::new(NoParams {}).unwrap();
        let classes = Classes::binary(&labels);
        let fitted = random.fit(&rows.samples(), &classes, Seed(3)).unwrap();
        let predicted = fitted.predict(&rows.samples()).unwrap();
        let n_anomalies: u32 = predicted.codes().iter().sum();
        assert!(n_anomalies.abs_diff(2000) < 200, "{n_anomalies} of 10,000 drawn");
    }

    #[test]
    fn samples_without_content_are_drawn_too() {
        let random = RandomDetector::new(NoParams {}).unwrap();
        let columns = Columns::numbered("x", 3);
        let sparse = Csr::new(vec![0, 0], vec![], vec![], columns).unwrap();
        let sequences: Sequences = [Vec::<u16>::new()].into_iter().collect();
        for samples in [sparse.samples(), sequences.samples()] {
            let score = |seed| {
                let fitted = random.fit(&samples, Seed(seed)).unwrap();
                fitted.score(&samples).unwrap().values()[0]
            };
            let scores: Vec<f64> = (0..20).map(score).collect();
            assert!(scores.iter().any(|&score| score < 0.5), "{scores:?}");
            assert!(scores.iter().any(|&score| 0.5 < score), "{scores:?}");
        }
    }

    #[test]
    fn samples_of_every_kind_have_a_score_of_their_own() {
        let random = RandomDetector::new(NoParams {}).unwrap();
        let columns = Columns::numbered("x", 3);
        let sparse = Csr::new(vec![0, 1, 2, 2], vec![0, 1], vec![1.0, 1.0], columns).unwrap();
        let windows = WindowsOwned::new(numbers(5), vec![0, 5], 3, 1).unwrap();
        let sequences: Sequences = [vec![1u16, 2], vec![2, 1], vec![]].into_iter().collect();
        for samples in [sparse.samples(), windows.samples(), sequences.samples()] {
            let fitted = random.fit(&samples, Seed(5)).unwrap();
            let mut scores = fitted.score(&samples).unwrap().into_values();
            scores.sort_by(f64::total_cmp);
            scores.dedup();
            assert_eq!(scores.len(), 3, "{}", samples.kind());
        }
    }
}
