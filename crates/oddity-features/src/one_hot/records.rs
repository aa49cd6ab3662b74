//! One-hot columns of records: categories and text become 0 and 1, numbers stay.

use std::collections::{BTreeSet, HashMap};

use oddity_core::{
    Column, Columns, Csr, Error, FittedTransformer, Records, Result, Samples, SamplesOwned,
};

use super::{OneHotParams, UnseenCategory};

/// What becomes of one input column.
struct Part {
    name: String,
    /// Its first output column.
    first: usize,
    kind: PartKind,
}

enum PartKind {
    /// The number itself.
    Number,
    /// The position of each category of the training rows.
    Categories(HashMap<String, usize>),
}

/// A fitted encoder of records.
pub(super) struct FittedRecords {
    parts: Vec<Part>,
    unseen: UnseenCategory,
    columns: Columns,
}

impl FittedRecords {
    pub(super) fn fit(params: &OneHotParams, records: &Records) -> Result<FittedRecords> {
        if records.n_rows() == 0 {
            return Err(Error::TooFewSamples { step: "one_hot", wanted: 1, found: 0 });
        }
        let (mut parts, mut names) = (Vec::new(), Vec::new());
        for (name, column) in records.iter() {
            let first = names.len();
            let categories: BTreeSet<&str> = match column {
                Column::Numbers(_) if params.drop_numbers => continue,
                Column::Text(_) if !params.text => continue,
                Column::Numbers(_) => {
                    names.push(name.to_owned());
                    parts.push(Part { name: name.to_owned(), first, kind: PartKind::Number });
                    continue;
                }
                Column::Categories { codes, names } => occurring(codes, names),
                Column::Text(texts) => texts.iter().collect(),
            };
            names.extend(categories.iter().map(|category| format!("{name}={category}")));
            if params.unseen == UnseenCategory::Column {
                names.push(format!("{name}=unseen"));
            }
            let positions = categories.into_iter().enumerate();
            let positions = positions.map(|(at, category)| (category.to_owned(), at)).collect();
            let kind = PartKind::Categories(positions);
            parts.push(Part { name: name.to_owned(), first, kind });
        }
        if names.is_empty() {
            return Err(Error::NoColumns { step: "one_hot" });
        }
        Ok(FittedRecords { parts, unseen: params.unseen, columns: Columns::new(names) })
    }

    /// What becomes of a category that the training rows may not have.
    fn place(&self, part: &Part, row: usize, value: &str) -> Result<Option<usize>> {
        let PartKind::Categories(positions) = &part.kind else { return Ok(None) };
        let found = positions.get(value).copied();
        match self.unseen {
            UnseenCategory::Error if found.is_none() => {
                let (column, value) = (part.name.clone(), value.to_owned());
                Err(Error::UnseenText { row, column, value })
            }
            UnseenCategory::Column => Ok(Some(part.first + found.unwrap_or(positions.len()))),
            _ => Ok(found.map(|at| part.first + at)),
        }
    }

    /// The entry of each row in the output columns of one input column.
    fn entries(&self, part: &Part, records: &Records) -> Result<Vec<Option<(u32, f64)>>> {
        if let PartKind::Number = part.kind {
            let numbers = records.numbers(&part.name)?;
            let entry = |(row, &value): (usize, &f64)| match value {
                value if value.is_nan() => {
                    Err(Error::MissingValue { row, column: part.name.clone() })
                }
                value => Ok((value != 0.0).then_some((part.first as u32, value))),
            };
            return numbers.iter().enumerate().map(entry).collect();
        }
        let one = |at: Option<usize>| at.map(|at| (at as u32, 1.0));
        if let Column::Categories { codes, names } = records.column(&part.name)? {
            // Each category is looked up once; one that no row has may be unknown.
            let mut places: Vec<Option<Option<usize>>> = vec![None; names.len()];
            let entry = |(row, &code): (usize, &u32)| {
                let code = code as usize;
                let place = match places[code] {
                    Some(place) => place,
                    None => self.place(part, row, &names[code])?,
                };
                places[code] = Some(place);
                Ok(one(place))
            };
            return codes.iter().enumerate().map(entry).collect();
        }
        let texts = records.texts(&part.name)?;
        (0..records.n_rows()).map(|row| Ok(one(self.place(part, row, texts(row))?))).collect()
    }
}

/// The categories that occur.
fn occurring<'a>(codes: &[u32], names: &'a [String]) -> BTreeSet<&'a str> {
    let mut occurs = vec![false; names.len()];
    codes.iter().for_each(|&code| occurs[code as usize] = true);
    names.iter().zip(occurs).filter(|(_, occurs)| *occurs).map(|(name, _)| &**name).collect()
}

impl FittedTransformer for FittedRecords {
    fn transform(&self, samples: &Samples<'_>) -> Result<SamplesOwned> {
        let records = samples.records()?;
        let parts: Vec<Vec<Option<(u32, f64)>>> =
            self.parts.iter().map(|part| self.entries(part, records)).collect::<Result<_>>()?;
        let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
        for row in 0..records.n_rows() {
            for (index, value) in parts.iter().filter_map(|entries| entries[row]) {
                indices.push(index);
                values.push(value);
            }
            offsets.push(indices.len());
        }
        Ok(Csr::new(offsets, indices, values, &self.columns)?.into())
    }
}
