//! One-hot columns of records: categories and text become 0 and 1, numbers stay.

use std::collections::{BTreeSet, HashMap};

use oddity_core::{
    Column, Columns, Csr, Error, FittedTransformer, Records, Result, Samples, SamplesOwned, State,
};

use super::{OneHotParams, RECORDS, UnseenCategory};
use crate::categories::{put_ends, ranges};
use crate::numeric::{MissingNumber, fill};

/// What a state says of a column.
const NUMBER: &str = "number";
const CATEGORIES: &str = "categories";

/// What becomes of one input column.
struct Part {
    name: String,
    /// Its first output column.
    first: usize,
    kind: PartKind,
}

enum PartKind {
    /// The number itself, with what fills its gaps.
    Number(Option<f64>),
    /// The position of each category of the training rows.
    Categories(HashMap<String, usize>),
}

impl Part {
    /// The categories in the order of their positions.
    fn categories(&self) -> Vec<&str> {
        let PartKind::Categories(positions) = &self.kind else { return Vec::new() };
        let mut categories: Vec<&str> = positions.keys().map(String::as_str).collect();
        categories.sort_unstable();
        categories
    }
}

/// A fitted encoder of records.
pub(super) struct FittedRecords {
    parts: Vec<Part>,
    unseen: UnseenCategory,
    missing: MissingNumber,
    columns: Columns,
}

impl FittedRecords {
    pub(super) fn fit(params: &OneHotParams, records: &Records) -> Result<FittedRecords> {
        if records.n_rows() == 0 {
            return Err(Error::TooFewSamples { step: "one_hot", wanted: 1, found: 0 });
        }
        let mut inputs = Vec::new();
        let mut fills = Vec::new();
        for (name, column) in records.iter() {
            let categories: BTreeSet<&str> = match column {
                Column::Numbers(_) if params.drop_numbers => continue,
                Column::Text(_) if !params.text => continue,
                Column::Numbers(numbers) => {
                    inputs.push((name, None));
                    fills.push(fill("one_hot", params.missing, name, numbers)?);
                    continue;
                }
                Column::Categories { codes, names } => occurring(codes, names),
                Column::Text(texts) => texts.iter().collect(),
            };
            inputs.push((name, Some(categories.into_iter().collect())));
        }
        let fitted = FittedRecords::new(params, inputs, fills);
        if fitted.columns.is_empty() {
            return Err(Error::NoColumns { step: "one_hot" });
        }
        Ok(fitted)
    }

    /// Takes the columns that are read, each with its categories if it is none of numbers, and
    /// what fills the gaps of those.
    fn new(
        params: &OneHotParams,
        inputs: Vec<(&str, Option<Vec<&str>>)>,
        fills: Vec<Option<f64>>,
    ) -> FittedRecords {
        let (mut parts, mut names) = (Vec::new(), Vec::new());
        let mut fills = fills.into_iter();
        for (name, categories) in inputs {
            let (name, first) = (name.to_owned(), names.len());
            let Some(categories) = categories else {
                names.push(name.clone());
                parts.push(Part { name, first, kind: PartKind::Number(fills.next().flatten()) });
                continue;
            };
            names.extend(categories.iter().map(|category| format!("{name}={category}")));
            if params.unseen == UnseenCategory::Column {
                names.push(format!("{name}=unseen"));
            }
            let positions = categories.into_iter().enumerate();
            let positions = positions.map(|(at, category)| (category.to_owned(), at)).collect();
            parts.push(Part { name, first, kind: PartKind::Categories(positions) });
        }
        let (unseen, missing) = (params.unseen, params.missing);
        FittedRecords { parts, unseen, missing, columns: Columns::new(names) }
    }

    /// What the state says was learnt.
    pub(super) fn restore(params: &OneHotParams, state: &State) -> Result<FittedRecords> {
        let (names, kinds) = (state.texts("columns")?, state.texts("kinds")?);
        let is_number = |kind: &String| kind == NUMBER;
        let known = |kind: &String| (is_number(kind) && !params.drop_numbers) || kind == CATEGORIES;
        if kinds.is_empty() || kinds.len() != names.len() || !kinds.iter().all(known) {
            return Err(state.wrong("kinds", "number or categories for each column"));
        }
        let all = state.texts("categories")?;
        let ranges = ranges(state, names.len(), all.len())?;
        let mut inputs = Vec::with_capacity(names.len());
        for ((name, kind), range) in names.iter().zip(kinds).zip(ranges) {
            let categories: Vec<&str> = all[range].iter().map(String::as_str).collect();
            // Those of a column occur in training, in order; a column of numbers has none.
            let fits = categories.is_empty() == is_number(kind);
            if !fits || !categories.is_sorted_by(|a, b| a < b) {
                return Err(state.wrong("categories", "those of each column in ascending order"));
            }
            inputs.push((&**name, (!is_number(kind)).then_some(categories)));
        }
        let n_numbers = kinds.iter().filter(|kind| is_number(kind)).count();
        let fills = match params.missing {
            MissingNumber::Error => vec![None; n_numbers],
            MissingNumber::Zero => vec![Some(0.0); n_numbers],
            MissingNumber::Mean => {
                state.f64s("means", &[n_numbers])?.iter().copied().map(Some).collect()
            }
        };
        Ok(FittedRecords::new(params, inputs, fills))
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
        if let PartKind::Number(fill) = part.kind {
            let numbers = records.numbers(&part.name)?;
            let entry = |(row, &value): (usize, &f64)| {
                let value = if value.is_nan() { fill } else { Some(value) };
                let missing = || Error::MissingValue { row, column: part.name.clone() };
                let value = value.ok_or_else(missing)?;
                Ok((value != 0.0).then_some((part.first as u32, value)))
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

    fn state(&self) -> Option<State> {
        let kind = |part: &Part| match part.kind {
            PartKind::Number(_) => NUMBER,
            PartKind::Categories(_) => CATEGORIES,
        };
        let categories: Vec<Vec<&str>> = self.parts.iter().map(Part::categories).collect();
        let mut state = State::new();
        state.put_texts("reads", [RECORDS]);
        state.put_texts("columns", self.parts.iter().map(|part| &part.name));
        state.put_texts("kinds", self.parts.iter().map(kind));
        put_ends(&mut state, categories.iter().map(Vec::len));
        let mean = |part: &Part| match part.kind {
            PartKind::Number(mean) => mean,
            PartKind::Categories(_) => None,
        };
        let means: Vec<f64> = self.parts.iter().filter_map(mean).collect();
        if self.missing == MissingNumber::Mean {
            state.put_f64s("means", &[means.len()], &means);
        }
        state.put_texts("categories", categories.concat());
        Some(state)
    }
}
