//! The confusion matrix of a resample from the counts of its groups.

use super::Groups;
use super::draw::Entry;
use crate::measure::ConfusionMatrix;

/// Which groups have how many samples at each place of a confusion matrix.
pub(crate) struct GroupedMatrix {
    names: Vec<String>,
    /// A list of groups for each true class (row) and predicted class (column).
    places: Vec<Vec<Entry>>,
}

impl GroupedMatrix {
    /// Counts the samples of each group by what they are (`row`) and what they were taken for
    /// (`column`): both are codes of `names`.
    pub(crate) fn new(
        names: Vec<String>,
        groups: &Groups,
        row: impl Fn(usize) -> usize,
        column: impl Fn(usize) -> usize,
    ) -> GroupedMatrix {
        let n_classes = names.len();
        let mut places: Vec<Vec<Entry>> = vec![Vec::new(); n_classes * n_classes];
        for group in 0..groups.n_groups() {
            let number = group as u32;
            for &sample in groups.samples(group) {
                let place = &mut places[row(sample) * n_classes + column(sample)];
                match place.last_mut().filter(|last| last.group == number) {
                    Some(last) => last.n_samples += 1,
                    None => place.push(Entry { group: number, n_samples: 1 }),
                }
            }
        }
        GroupedMatrix { names, places }
    }

    /// The matrix where each group counts so often.
    pub(crate) fn at(&self, multiplicities: &[u32]) -> ConfusionMatrix {
        let n_drawn = |place: &Vec<Entry>| Entry::n_drawn(place, multiplicities);
        ConfusionMatrix::of_counts(self.names.clone(), self.places.iter().map(n_drawn).collect())
    }

    /// The matrix of no sample.
    pub(crate) fn empty(&self) -> ConfusionMatrix {
        ConfusionMatrix::of_counts(self.names.clone(), vec![0; self.places.len()])
    }
}
