//! What is known of each sample besides its class, for filters and series.

use std::collections::HashMap;

use oddity_core::{Column, Records};

/// The attribute that names series without the file that they lie in.
pub(super) const SERIES_NAME: &str = "series_name";

/// Named values of samples: `subset`, `series`, `folder`, and what a dataset has of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(String, Attribute)>);

/// One value a sample, as codes into a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribute {
    /// A code a sample.
    pub codes: Vec<u32>,
    /// What the codes stand for.
    pub names: Vec<String>,
}

impl Attributes {
    /// Adds an attribute from one value a sample.
    pub fn with<S: AsRef<str>>(
        mut self,
        name: &str,
        values: impl IntoIterator<Item = S>,
    ) -> Attributes {
        let mut attribute = Attribute::default();
        let mut known: HashMap<String, u32> = HashMap::new();
        for value in values {
            let value = value.as_ref();
            let code = match known.get(value) {
                Some(&code) => code,
                None => {
                    let code = known.len() as u32;
                    known.insert(value.to_owned(), code);
                    attribute.names.push(value.to_owned());
                    code
                }
            };
            attribute.codes.push(code);
        }
        self.0.push((name.to_owned(), attribute));
        self
    }

    /// Adds the categories of records, each under the name of its column.
    pub fn with_categories(mut self, records: &Records) -> Attributes {
        for (name, column) in records.iter() {
            if let Column::Categories { codes, names } = column {
                let attribute = Attribute { codes: codes.clone(), names: names.to_vec() };
                self.0.push((name.to_owned(), attribute));
            }
        }
        self
    }

    /// The attribute of that name.
    pub fn get(&self, name: &str) -> Option<&Attribute> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, attribute)| attribute)
    }

    /// The names of all attributes.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl Attribute {
    /// The value of a sample.
    pub fn get(&self, sample: usize) -> &str {
        &self.names[self.codes[sample] as usize]
    }
}
