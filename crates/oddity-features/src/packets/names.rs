//! The numbers of names that come and go.

use std::collections::{HashMap, HashSet};

use oddity_core::{Column, Records, Result};

/// Names to numbers. A number is never given twice, so that what is kept by it stays right.
pub(crate) struct Names {
    numbers: HashMap<String, u64>,
    next: u64,
}

impl Names {
    /// The numbers from `first` on.
    pub(crate) fn from(first: u64) -> Names {
        Names { numbers: HashMap::new(), next: first }
    }

    /// How many are known.
    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The number of each row's text, and what `of` says of the name, which is asked once for
    /// each name of categories.
    pub(crate) fn of_column<T: Copy>(
        &mut self,
        records: &Records,
        name: &str,
        of: impl Fn(&str, u64) -> T,
    ) -> Result<Vec<T>> {
        let texts = records.texts(name)?;
        if let Column::Categories { codes, names } = records.column(name)? {
            // Names without a row are met, too: which there are is a matter of the column.
            let met: Vec<T> = names.iter().map(|name| of(name, self.number(name))).collect();
            return Ok(codes.iter().map(|&code| met[code as usize]).collect());
        }
        Ok((0..records.n_rows()).map(|row| of(texts(row), self.number(texts(row)))).collect())
    }

    fn number(&mut self, name: &str) -> u64 {
        if let Some(&number) = self.numbers.get(name) {
            return number;
        }
        let number = self.next;
        self.numbers.insert(name.to_owned(), number);
        self.next += 1;
        number
    }

    /// Forgets the names whose number is not among those.
    pub(crate) fn keep(&mut self, used: &HashSet<u64>) {
        self.numbers.retain(|_, number| used.contains(number));
    }
}
