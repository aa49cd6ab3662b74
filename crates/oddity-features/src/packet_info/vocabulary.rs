//! The most frequent names of the training rows, with a code each.

use std::collections::HashMap;
use std::sync::Arc;

use oddity_core::{Result, State};

/// How often each name occurs.
pub(super) type Counts = HashMap<String, u64>;

/// The name of all that was not learnt.
const OTHER: &str = "other";

/// Fixed names, then learnt ones, then `other`.
pub(super) struct Vocabulary {
    codes: HashMap<String, u32>,
    names: Arc<[String]>,
}

impl Vocabulary {
    /// Takes the `most` most frequent names, of equally frequent ones the first by alphabet. A
    /// text that reads like a fixed name or like `other` is not learnt: no name stands there
    /// twice.
    pub(super) fn new(fixed: &[&str], counts: Counts, most: usize) -> Vocabulary {
        let is_taken = |name: &str| name == OTHER || fixed.contains(&name);
        let mut counts: Vec<(String, u64)> =
            counts.into_iter().filter(|(name, _)| !is_taken(name)).collect();
        counts.sort_unstable_by(|(a, n_a), (b, n_b)| n_b.cmp(n_a).then_with(|| a.cmp(b)));
        counts.truncate(most);
        Vocabulary::of(fixed, counts.into_iter().map(|(name, _)| name))
    }

    /// Takes learnt names in the order of their codes.
    fn of(fixed: &[&str], learnt: impl Iterator<Item = String>) -> Vocabulary {
        let mut names: Vec<String> = fixed.iter().map(|&name| name.to_owned()).collect();
        names.extend(learnt);
        let numbered = names.iter().enumerate().skip(fixed.len());
        let codes = numbered.map(|(code, name)| (name.clone(), code as u32)).collect();
        names.push(OTHER.to_owned());
        Vocabulary { codes, names: names.into() }
    }

    /// The vocabulary whose learnt names were put, `most` or fewer.
    pub(super) fn restore(
        state: &State,
        entry: &str,
        fixed: &[&str],
        most: usize,
    ) -> Result<Vocabulary> {
        let learnt = state.texts(entry)?;
        let vocabulary = Vocabulary::of(fixed, learnt.iter().cloned());
        if most < learnt.len() || vocabulary.codes.len() != learnt.len() {
            return Err(state.wrong(entry, "names, each once, no more than parameters say"));
        }
        Ok(vocabulary)
    }

    /// The learnt names, in the order of their codes.
    pub(super) fn learnt(&self) -> &[String] {
        let n_names = self.names.len() - 1;
        &self.names[n_names - self.codes.len()..n_names]
    }

    /// The code of a name, that of `other` if it was not learnt.
    pub(super) fn code(&self, name: &str) -> u32 {
        self.codes.get(name).copied().unwrap_or(self.names.len() as u32 - 1)
    }

    pub(super) fn names(&self) -> Arc<[String]> {
        Arc::clone(&self.names)
    }
}

/// Counts a name without copying it unless it is new.
pub(super) fn count(counts: &mut Counts, name: &str, n: u64) {
    match counts.get_mut(name) {
        Some(count) => *count += n,
        None => {
            counts.insert(name.to_owned(), n);
        }
    }
}

/// The counts of both.
pub(super) fn sum(mut counts: Counts, more: Counts) -> Counts {
    if counts.len() < more.len() {
        return sum(more, counts);
    }
    for (name, n) in more {
        count(&mut counts, &name, n);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_taken_are_not_learnt() {
        let counts = [("none", 9), ("other", 8), ("a", 7), ("b", 6), ("c", 5)];
        let counts = counts.map(|(name, n)| (name.to_owned(), n)).into();
        let vocabulary = Vocabulary::new(&["none"], counts, 2);
        assert_eq!(*vocabulary.names(), ["none", "a", "b", "other"]);
        assert_eq!((vocabulary.code("b"), vocabulary.code("other")), (2, 3));
        assert_eq!(vocabulary.code("none"), 3);
    }
}
