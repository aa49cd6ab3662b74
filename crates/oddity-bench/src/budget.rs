//! How long a cell may take, and how much memory the process that computes it may hold.

use serde::{Deserialize, Serialize};

use crate::cell::Status;

/// Limits of a cell; what is left out has none. They are no part of a cell's key.
///
/// In a suite: `budget = { seconds = 60.0, memory_mib = 2048 }`, for all of it or for one
/// pipeline. A limit on the command line goes before that of a pipeline, which goes before
/// that of its suite.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// Seconds from the moment a worker is given the cell until its scores are stored: with
    /// the shared features, where the worker does not have them yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Resident memory of the worker in MiB, with the data that it has loaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u64>,
}

impl Budget {
    /// Whether nothing is limited.
    pub fn is_unlimited(&self) -> bool {
        *self == Budget::default()
    }

    /// The limit of memory in bytes.
    pub fn memory_bytes(&self) -> Option<u64> {
        self.memory_mib.map(|mib| mib.saturating_mul(1 << 20))
    }

    /// These limits, and the other's where there is none here.
    pub fn or(self, other: Budget) -> Budget {
        Budget {
            seconds: self.seconds.or(other.seconds),
            memory_mib: self.memory_mib.or(other.memory_mib),
        }
    }

    /// Whether a cell that ended so under a former budget may end otherwise under this one.
    pub fn allows_more(&self, former: &Budget, status: Status) -> bool {
        match status {
            Status::Timeout => is_more(self.seconds, former.seconds),
            Status::OutOfMemory => is_more(self.memory_mib, former.memory_mib),
            _ => false,
        }
    }

    /// Refuses limits under which no cell could end.
    ///
    /// # Errors
    ///
    /// What is wrong, in words.
    pub fn check(&self) -> Result<(), String> {
        match (self.seconds, self.memory_mib) {
            (Some(seconds), _) if !(seconds.is_finite() && 0.0 < seconds) => {
                Err(format!("found a budget of {seconds} seconds, wanted above 0"))
            }
            (_, Some(0)) => Err("found a budget of 0 MiB, wanted at least 1".to_owned()),
            _ => Ok(()),
        }
    }
}

/// Without a limit more is allowed than with one; a cell that no limit of ours ended had none.
fn is_more<T: PartialOrd>(now: Option<T>, former: Option<T>) -> bool {
    match (now, former) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(now), Some(former)) => former < now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_larger_budget_of_the_same_kind_is_worth_another_try() {
        let seconds = |seconds| Budget { seconds: Some(seconds), memory_mib: Some(100) };
        assert!(seconds(2.0).allows_more(&seconds(1.0), Status::Timeout));
        assert!(Budget::default().allows_more(&seconds(1.0), Status::Timeout));
        assert!(!seconds(1.0).allows_more(&seconds(1.0), Status::Timeout));
        assert!(!seconds(2.0).allows_more(&seconds(1.0), Status::OutOfMemory));
        // Killed by the system, under no budget of ours: the same would happen again.
        assert!(!seconds(2.0).allows_more(&Budget::default(), Status::OutOfMemory));
        assert!(!Budget::default().allows_more(&seconds(1.0), Status::Error));
    }

    #[test]
    fn the_first_limit_counts_and_nonsense_is_refused() {
        let pipeline = Budget { seconds: Some(1.0), memory_mib: None };
        let suite = Budget { seconds: Some(9.0), memory_mib: Some(5) };
        let both = Budget { seconds: Some(1.0), memory_mib: Some(5) };
        assert_eq!(pipeline.or(suite), both);
        assert!(both.check().is_ok());
        assert!(Budget { seconds: Some(0.0), memory_mib: None }.check().is_err());
        assert!(Budget { seconds: None, memory_mib: Some(0) }.check().is_err());
        // More than there are bytes to count is no limit, rather than a small one.
        let most = Budget { seconds: None, memory_mib: Some(u64::MAX) };
        assert_eq!((suite.memory_bytes(), most.memory_bytes()), (Some(5 << 20), Some(u64::MAX)));
    }
}
