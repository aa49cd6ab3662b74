//! Names of files, made of titles: plain, short, no two alike.

use std::collections::BTreeSet;

/// The most characters of a name: with an extension and a number it fits every file system.
const MOST: usize = 100;

/// The names that were given so far.
#[derive(Default)]
pub(super) struct Names(BTreeSet<String>);

impl Names {
    /// The name itself, or with the first number that makes it new.
    pub(super) fn take(&mut self, name: &str) -> String {
        let mut taken = name.to_owned();
        let mut n = 1;
        while !self.0.insert(taken.clone()) {
            n += 1;
            taken = format!("{name}-{n}");
        }
        taken
    }
}

/// Lower-case letters, digits and single hyphens of these parts, which hyphens join.
pub(super) fn plain(parts: &[&str]) -> String {
    let mut name = String::new();
    for c in parts.join("-").chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if MOST <= name.len() {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() { "unnamed".to_owned() } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Names, plain};

    #[test]
    fn names_are_plain_and_unique() {
        assert_eq!(plain(&["adfa-ld", "ROC, one-class (1 of 2)"]), "adfa-ld-roc-one-class-1-of-2");
        assert_eq!(plain(&["../../etc", ""]), "etc");
        assert_eq!(plain(&["\u{202E}"]), "unnamed");
        assert_eq!(plain(&[&"x".repeat(500)]).len(), 100);
        let mut names = Names::default();
        assert_eq!(["a", "a", "a-2"].map(|name| names.take(name)), ["a", "a-2", "a-2-2"]);
    }
}
