//! One resample: how often each group was drawn.

use oddity_core::Seed;
use rand::Rng;

use super::Groups;

/// A resample of groups, as the number of times that each was drawn; also the data as they are,
/// and without one group.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'a> {
    groups: &'a Groups,
    multiplicities: &'a [u32],
    seed: Option<Seed>,
}

impl<'a> Draw<'a> {
    pub(crate) fn new(
        groups: &'a Groups,
        multiplicities: &'a [u32],
        seed: Option<Seed>,
    ) -> Draw<'a> {
        Draw { groups, multiplicities, seed }
    }

    /// The groups that were drawn from.
    pub fn groups(&self) -> &'a Groups {
        self.groups
    }

    /// How often each group was drawn.
    pub fn multiplicities(&self) -> &'a [u32] {
        self.multiplicities
    }

    /// The seed of the resample, for a statistic that draws something else too; none for the data
    /// as they are and for the data without a group.
    pub fn seed(&self) -> Option<Seed> {
        self.seed
    }

    /// The samples drawn: the groups in their order, a group drawn twice twice in a row, the
    /// samples of each ascending. Of groups that are stretches of a series, such as events, this
    /// joins the stretches to one series; [`Draw::edges`] says where.
    pub fn samples(&self) -> Vec<usize> {
        let mut drawn = Vec::with_capacity(self.groups.n_samples());
        for (group, &times) in self.multiplicities.iter().enumerate() {
            for _ in 0..times {
                drawn.extend_from_slice(self.groups.samples(group));
            }
        }
        drawn
    }

    /// The values of the samples drawn, in their order: of [`Draw::samples`] each its own. Groups
    /// that are stretches, as events are, are copied whole.
    ///
    /// # Panics
    ///
    /// If there are fewer values than samples.
    pub fn take<T: Copy>(&self, values: &[T]) -> Vec<T> {
        let mut drawn = Vec::with_capacity(values.len());
        for (group, &times) in self.multiplicities.iter().enumerate() {
            let samples = self.groups.samples(group);
            let (Some(&first), Some(&last)) = (samples.first(), samples.last()) else { continue };
            // Samples ascend, so that as many as lie between the ends are all that lie there.
            let is_stretch = last - first + 1 == samples.len();
            for _ in 0..times {
                match is_stretch {
                    true => drawn.extend_from_slice(&values[first..=last]),
                    false => drawn.extend(samples.iter().map(|&sample| values[sample])),
                }
            }
        }
        drawn
    }

    /// Where each group drawn begins in [`Draw::samples`], and the end: for a measure that must
    /// not see an event go on from one stretch to the next.
    pub fn edges(&self) -> Vec<usize> {
        let mut edges = vec![0];
        for (group, &times) in self.multiplicities.iter().enumerate() {
            for _ in 0..times {
                edges.push(edges[edges.len() - 1] + self.groups.samples(group).len());
            }
        }
        edges
    }
}

/// Samples of one group, which weigh as often as the group was drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) group: u32,
    pub(crate) n_samples: u32,
}

impl Entry {
    /// How many samples of these entries were drawn.
    pub(crate) fn n_drawn(entries: &[Entry], multiplicities: &[u32]) -> u64 {
        let weighted = |entry: &Entry| {
            u64::from(multiplicities[entry.group as usize]) * u64::from(entry.n_samples)
        };
        entries.iter().map(weighted).sum()
    }
}

/// Draws as many groups as there are in each stratum, with replacement.
pub(crate) fn draw(groups: &Groups, seed: Seed, multiplicities: &mut [u32]) {
    multiplicities.fill(0);
    let mut source = seed.rng();
    for stratum in groups.strata() {
        for _ in stratum {
            multiplicities[stratum[below(&mut source, stratum.len())] as usize] += 1;
        }
    }
}

/// A number below `end`. The product of 128 bits favours no number by more than `end / 2^64`.
pub(crate) fn below(source: &mut impl Rng, end: usize) -> usize {
    ((u128::from(source.next_u64()) * end as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_come_in_the_order_of_their_groups() {
        let groups = Groups::from_ids(&[0, 1, 0, 2]).unwrap();
        let draw = Draw::new(&groups, &[2, 0, 1], None);
        assert_eq!(draw.samples(), [0, 2, 0, 2, 3]);
        assert_eq!(draw.edges(), [0, 2, 4, 5]);
        assert_eq!(draw.take(&['a', 'b', 'c', 'd']), ['a', 'c', 'a', 'c', 'd']);
        let stretches = Groups::from_ids(&[7, 7, 8, 9, 9]).unwrap();
        let draw = Draw::new(&stretches, &[1, 0, 2], None);
        assert_eq!(draw.take(&[10, 11, 12, 13, 14]), [10, 11, 13, 14, 13, 14]);
        let of_entries = [Entry { group: 0, n_samples: 3 }, Entry { group: 2, n_samples: 5 }];
        assert_eq!(Entry::n_drawn(&of_entries, draw.multiplicities()), 13);
    }

    #[test]
    fn each_stratum_keeps_its_size_and_each_group_its_chance() {
        let labels = oddity_core::Labels::new([true, false].repeat(5));
        let groups = Groups::traces(10).unwrap().stratified(&labels).unwrap();
        let (mut counts, mut totals) = ([0; 10], [0; 10]);
        for replicate in 0..2_000 {
            draw(&groups, Seed(1).derive(replicate), &mut counts);
            assert_eq!(counts.iter().step_by(2).sum::<u32>(), 5);
            assert_eq!(counts.iter().sum::<u32>(), 10);
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
        }
        // 2,000 of each, with a standard deviation of 40.
        assert!(totals.iter().all(|total| total.abs_diff(2_000) < 200), "{totals:?}");
    }
}
