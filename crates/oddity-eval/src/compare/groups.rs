//! Which samples belong together, and are drawn together or not at all.

use std::collections::HashMap;
use std::hash::Hash;

use oddity_core::Labels;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Samples in groups: events, traces, days, series.
///
/// Neighbouring points of a series are nearly copies of each other, so that a resample of points
/// claims a precision that the data does not have. The groups are what varies on its own, and
/// they are what a bootstrap draws (Field and Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x).
/// Every sample is in one group, and no group is empty; groups are numbered from 0 in the order of
/// their first samples.
///
/// ```
/// use oddity_eval::compare::Groups;
///
/// let groups = Groups::from_ids(&["a", "b", "a"])?;
/// assert_eq!((groups.n_groups(), groups.samples(0)), (2, &[0, 2][..]));
/// # Ok::<(), oddity_eval::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    of_sample: Vec<u32>,
    offsets: Vec<usize>,
    samples: Vec<usize>,
    strata: Vec<Vec<u32>>,
}

/// The unit of a list of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeUnit {
    /// Seconds since 1970.
    Seconds,
    /// Thousandths of a second since 1970.
    Milliseconds,
    /// Millionths of a second since 1970.
    Microseconds,
    /// Billionths of a second since 1970.
    Nanoseconds,
}

impl Groups {
    /// Samples with the same id are a group. Cost n.
    ///
    /// # Errors
    ///
    /// [`Error::TooManyGroups`] for 2^32 groups or more.
    pub fn from_ids<Id: Eq + Hash>(ids: &[Id]) -> Result<Groups> {
        let mut numbers = HashMap::new();
        let mut of_sample = Vec::with_capacity(ids.len());
        for id in ids {
            let next = numbers.len();
            let number = *numbers.entry(id).or_insert(next);
            of_sample.push(number);
        }
        Groups::from_numbers(of_sample, numbers.len())
    }

    /// Every sample is a group, as where each sample is a trace.
    ///
    /// # Errors
    ///
    /// As [`Groups::from_ids`].
    pub fn traces(n_samples: usize) -> Result<Groups> {
        Groups::from_numbers((0..n_samples).collect(), n_samples)
    }

    /// Samples of the same day in UTC are a group.
    ///
    /// # Errors
    ///
    /// As [`Groups::from_ids`].
    pub fn days(times: &[i64], unit: TimeUnit) -> Result<Groups> {
        let per_second = match unit {
            TimeUnit::Seconds => 1,
            TimeUnit::Milliseconds => 1_000,
            TimeUnit::Microseconds => 1_000_000,
            TimeUnit::Nanoseconds => 1_000_000_000,
        };
        let days: Vec<i64> =
            times.iter().map(|time| time.div_euclid(86_400 * per_second)).collect();
        Groups::from_ids(&days)
    }

    /// Each series is a group: `edges` are the first sample of each series and the end. A series
    /// without samples is no group.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Offset`] for edges that do not ascend from 0; otherwise as
    /// [`Groups::from_ids`].
    pub fn series(edges: &[usize]) -> Result<Groups> {
        check_edges(edges)?;
        Groups::from_edges(edges)
    }

    /// Groups that hold an anomaly and groups that hold none are drawn apart from now on, so that
    /// each resample has as many of both as the data (Davison and Hinkley 1997,
    /// doi:10.1017/CBO9780511802843, section 3.2). For data where these numbers were chosen, as
    /// with traces of attacks and normal ones.
    ///
    /// # Errors
    ///
    /// [`oddity_core::Error::Length`] for another number of labels.
    pub fn stratified(mut self, labels: &Labels) -> Result<Groups> {
        let (expected, found) = (self.n_samples(), labels.len());
        if expected != found {
            return Err(oddity_core::Error::Length { what: "labels", expected, found }.into());
        }
        let is_anomalous =
            |group: u32| self.samples(group as usize).iter().any(|&sample| labels.values()[sample]);
        let (anomalous, normal): (Vec<u32>, Vec<u32>) =
            (0..self.n_groups() as u32).partition(|&group| is_anomalous(group));
        self.strata = [anomalous, normal].into_iter().filter(|part| !part.is_empty()).collect();
        Ok(self)
    }

    /// Number of samples.
    pub fn n_samples(&self) -> usize {
        self.of_sample.len()
    }

    /// Number of groups.
    pub fn n_groups(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The group of each sample.
    pub fn of_sample(&self) -> &[u32] {
        &self.of_sample
    }

    /// The samples of a group, ascending.
    ///
    /// # Panics
    ///
    /// If there is no such group.
    pub fn samples(&self, group: usize) -> &[usize] {
        &self.samples[self.offsets[group]..self.offsets[group + 1]]
    }

    /// The groups that are drawn together: one list of all, or two after
    /// [`Groups::stratified`].
    pub fn strata(&self) -> &[Vec<u32>] {
        &self.strata
    }

    /// Each stretch between two edges is a group, but for empty ones.
    pub(crate) fn from_edges(edges: &[usize]) -> Result<Groups> {
        let stretches = edges.windows(2).filter(|pair| pair[0] < pair[1]);
        let (mut of_sample, mut n_groups) = (Vec::new(), 0);
        for stretch in stretches {
            of_sample.resize(stretch[1], n_groups);
            n_groups += 1;
        }
        Groups::from_numbers(of_sample, n_groups)
    }

    fn from_numbers(of_sample: Vec<usize>, n_groups: usize) -> Result<Groups> {
        if u32::try_from(n_groups).is_err() {
            return Err(Error::TooManyGroups { found: n_groups });
        }
        let mut offsets = vec![0; n_groups + 1];
        for &group in &of_sample {
            offsets[group + 1] += 1;
        }
        for group in 0..n_groups {
            offsets[group + 1] += offsets[group];
        }
        let mut next = offsets.clone();
        let mut samples = vec![0; of_sample.len()];
        for (sample, &group) in of_sample.iter().enumerate() {
            samples[next[group]] = sample;
            next[group] += 1;
        }
        let of_sample = of_sample.into_iter().map(|group| group as u32).collect();
        Ok(Groups { of_sample, offsets, samples, strata: vec![(0..n_groups as u32).collect()] })
    }
}

/// Refuses edges that do not ascend from 0.
pub(crate) fn check_edges(edges: &[usize]) -> Result<()> {
    let limit = edges.last().copied().unwrap_or_default();
    let refuse = |position: usize, found: usize| {
        Err(oddity_core::Error::Offset { position, found, limit }.into())
    };
    match edges.first() {
        Some(0) => {}
        first => return refuse(0, first.copied().unwrap_or_default()),
    }
    match edges.windows(2).position(|pair| pair[1] < pair[0]) {
        Some(before) => refuse(before + 1, edges[before + 1]),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_also_before_1970() {
        let seconds = [-86_401, -86_400, -1, 0, 86_399, 86_400];
        let expected = [0, 1, 1, 2, 2, 3];
        assert_eq!(Groups::days(&seconds, TimeUnit::Seconds).unwrap().of_sample(), expected);
        let nanoseconds = seconds.map(|time| time * 1_000_000_000);
        assert_eq!(
            Groups::days(&nanoseconds, TimeUnit::Nanoseconds).unwrap().of_sample(),
            expected
        );
    }

    #[test]
    fn an_empty_series_is_no_group() {
        let groups = Groups::series(&[0, 2, 2, 5]).unwrap();
        assert_eq!(groups.of_sample(), [0, 0, 1, 1, 1]);
        assert!(Groups::series(&[]).is_err());
        assert!(Groups::series(&[1, 2]).is_err());
        assert!(Groups::series(&[0, 3, 2]).is_err());
    }

    #[test]
    fn strata_hold_the_groups_with_and_without_an_anomaly() {
        let labels = Labels::new(vec![false, true, false, false]);
        let groups = Groups::from_ids(&[7, 7, 8, 9]).unwrap().stratified(&labels).unwrap();
        assert_eq!(groups.strata(), [vec![0], vec![1, 2]]);
        assert!(groups.stratified(&Labels::new(vec![true])).is_err());
    }
}
