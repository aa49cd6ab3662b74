//! A share of a suite's cells, for several machines.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::plan::{Group, Plan};
use crate::suite::Scope;

/// The `index`-th of `of` shares of a suite's cells, counted from 1; as text `1/2`.
///
/// Cells that share fitted features are in one share: a split of a task, or the whole task
/// where its features come from all its samples. These units go around in the order of the
/// suite, so that every machine finds the same shares for the same suite, data and `--only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which share, from 1.
    pub index: usize,
    /// Of how many.
    pub of: usize,
}

impl Shard {
    /// For each group of the plan whether it is in the share.
    pub fn takes(self, plan: &Plan<'_>) -> Vec<bool> {
        let mut unit = 0;
        let mut last: Option<&Group<'_>> = None;
        let takes = plan.groups.iter().map(|group| {
            let together = last.is_some_and(|last| {
                let whole = group.task.scope == Scope::AllSamples || !group.task.prepare.is_empty();
                whole && std::ptr::eq(last.task, group.task)
            });
            if last.is_some() && !together {
                unit += 1;
            }
            last = Some(group);
            unit % self.of == self.index - 1
        });
        takes.collect()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let wanted = || format!("found {text:?}, wanted a share such as 1/2");
        let (index, of) = text.split_once('/').ok_or_else(wanted)?;
        let index: usize = index.parse().map_err(|_| wanted())?;
        let of: usize = of.parse().map_err(|_| wanted())?;
        if (1..=of).contains(&index) { Ok(Shard { index, of }) } else { Err(wanted()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_counted_from_one() {
        assert_eq!("2/3".parse(), Ok(Shard { index: 2, of: 3 }));
        for text in ["0/2", "3/2", "1", "1/0", "a/b", "1/2/3"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
