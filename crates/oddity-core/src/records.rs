//! Rows of mixed columns: numbers, categories and text, as they come from a table.

use std::sync::Arc;

use crate::sparse::check_offsets;
use crate::{Columns, Error, Result, Samples};

/// A table of named columns of different kinds, `n_rows` long each.
///
/// What a table is before steps such as `numeric`, `one_hot` or `packet_info` have made
/// numbers of it. Roles are gone here: a label or a key is no column of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Records {
    names: Columns,
    columns: Vec<Column>,
    n_rows: usize,
}

/// One column of [`Records`].
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Numbers; NaN stands for a value that is missing, infinities are refused.
    Numbers(Vec<f64>),
    /// Categories from a closed list, as codes into it.
    Categories {
        /// A code a row, below the number of names.
        codes: Vec<u32>,
        /// The names of the categories. Not all of them need to occur.
        names: Arc<[String]>,
    },
    /// Text of any length.
    Text(Texts),
}

/// What a column of [`Records`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Numbers.
    Numbers,
    /// Categories.
    Categories,
    /// Text.
    Text,
}

impl std::fmt::Display for ColumnKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            ColumnKind::Numbers => "numbers",
            ColumnKind::Categories => "categories",
            ColumnKind::Text => "text",
        })
    }
}

impl Records {
    /// Takes columns by name, all of the same length.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] for columns of different lengths, [`Error::NotFinite`] for an
    /// infinite number, [`Error::CategoryCode`] for a code without a name.
    pub fn new<S: Into<String>>(columns: impl IntoIterator<Item = (S, Column)>) -> Result<Records> {
        let (names, columns): (Vec<String>, Vec<Column>) =
            columns.into_iter().map(|(name, column)| (name.into(), column)).unzip();
        let n_rows = columns.first().map_or(0, Column::len);
        for (index, column) in columns.iter().enumerate() {
            column.check(index, n_rows)?;
        }
        Ok(Records { names: Columns::new(names), columns, n_rows })
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// The names of the columns.
    pub fn names(&self) -> &Columns {
        &self.names
    }

    /// The columns, in the order of the names.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Names and columns together, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Column)> {
        self.names.iter().zip(&self.columns)
    }

    /// The first column of that name.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`] if there is none.
    pub fn column(&self, name: &str) -> Result<&Column> {
        let found = self.iter().find(|(found, _)| *found == name);
        found
            .map(|(_, column)| column)
            .ok_or_else(|| Error::MissingColumn { name: name.to_owned() })
    }

    /// The numbers of the first column of that name.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`], or [`Error::ColumnKind`] if it holds something else.
    pub fn numbers(&self, name: &str) -> Result<&[f64]> {
        match self.column(name)? {
            Column::Numbers(numbers) => Ok(numbers),
            other => Err(other.is_not(name, ColumnKind::Numbers)),
        }
    }

    /// The texts of the first column of that name, whether it holds text or categories.
    ///
    /// # Errors
    ///
    /// [`Error::MissingColumn`], or [`Error::ColumnKind`] if it holds numbers.
    pub fn texts<'a>(&'a self, name: &str) -> Result<impl Fn(usize) -> &'a str + use<'a>> {
        let column = self.column(name)?;
        if column.kind() == ColumnKind::Numbers {
            return Err(column.is_not(name, ColumnKind::Text));
        }
        Ok(move |row: usize| match column {
            Column::Numbers(_) => "",
            Column::Categories { codes, names } => &names[codes[row] as usize],
            Column::Text(texts) => texts.get(row),
        })
    }

    /// A copy of the rows named, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn select(&self, rows: &[usize]) -> Records {
        let columns = self.columns.iter().map(|column| column.select(rows)).collect();
        Records { names: self.names.clone(), columns, n_rows: rows.len() }
    }

    /// The rows as samples.
    pub fn samples(&self) -> Samples<'_> {
        Samples::Records(self)
    }
}

impl Column {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Column::Numbers(numbers) => numbers.len(),
            Column::Categories { codes, .. } => codes.len(),
            Column::Text(texts) => texts.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the column holds.
    pub fn kind(&self) -> ColumnKind {
        match self {
            Column::Numbers(_) => ColumnKind::Numbers,
            Column::Categories { .. } => ColumnKind::Categories,
            Column::Text(_) => ColumnKind::Text,
        }
    }

    /// A copy of the rows named, in that order.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    pub fn select(&self, rows: &[usize]) -> Column {
        match self {
            Column::Numbers(numbers) => {
                Column::Numbers(rows.iter().map(|&row| numbers[row]).collect())
            }
            Column::Categories { codes, names } => Column::Categories {
                codes: rows.iter().map(|&row| codes[row]).collect(),
                names: Arc::clone(names),
            },
            Column::Text(texts) => Column::Text(rows.iter().map(|&row| texts.get(row)).collect()),
        }
    }

    fn check(&self, column: usize, n_rows: usize) -> Result<()> {
        if self.len() != n_rows {
            let (expected, found) = (n_rows, self.len());
            return Err(Error::Length { what: "a column", expected, found });
        }
        match self {
            Column::Numbers(numbers) => {
                match numbers.iter().position(|value| value.is_infinite()) {
                    Some(row) => Err(Error::NotFinite { row, column, value: numbers[row] }),
                    None => Ok(()),
                }
            }
            Column::Categories { codes, names } => {
                match codes.iter().position(|&code| names.len() <= code as usize) {
                    Some(row) => {
                        let (code, categories) = (codes[row], names.len());
                        Err(Error::CategoryCode { row, column, code, categories })
                    }
                    None => Ok(()),
                }
            }
            Column::Text(_) => Ok(()),
        }
    }

    fn is_not(&self, name: &str, wanted: ColumnKind) -> Error {
        Error::ColumnKind { name: name.to_owned(), found: self.kind(), wanted }
    }
}

/// Texts behind each other in one buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    bytes: String,
    offsets: Vec<usize>,
}

impl Texts {
    /// Takes a buffer and where each text begins in it, with the end.
    ///
    /// # Errors
    ///
    /// [`Error::Offset`] if the offsets do not ascend from 0 to the length of the buffer, or
    /// cut a character.
    pub fn new(bytes: String, offsets: Vec<usize>) -> Result<Texts> {
        check_offsets(&offsets, bytes.len())?;
        let cut = offsets.iter().position(|&offset| !bytes.is_char_boundary(offset));
        if let Some(position) = cut {
            let (found, limit) = (offsets[position], bytes.len());
            return Err(Error::Offset { position, found, limit });
        }
        Ok(Texts { bytes, offsets })
    }

    /// Number of texts.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One text.
    ///
    /// # Panics
    ///
    /// If there is no such text.
    pub fn get(&self, row: usize) -> &str {
        &self.bytes[self.offsets[row]..self.offsets[row + 1]]
    }

    /// All texts, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|row| self.get(row))
    }
}

impl<S: AsRef<str>> FromIterator<S> for Texts {
    fn from_iter<I: IntoIterator<Item = S>>(texts: I) -> Texts {
        let (mut bytes, mut offsets) = (String::new(), vec![0]);
        for text in texts {
            bytes.push_str(text.as_ref());
            offsets.push(bytes.len());
        }
        Texts { bytes, offsets }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records() -> Records {
        let names: Arc<[String]> = ["tcp".to_owned(), "udp".to_owned()].into();
        Records::new([
            ("length", Column::Numbers(vec![60.0, f64::NAN, 1500.0])),
            ("protocol", Column::Categories { codes: vec![1, 0, 1], names }),
            ("info", Column::Text(["a", "", "grüße"].into_iter().collect())),
        ])
        .expect("three columns of three rows")
    }

    #[test]
    fn rows_are_selected_from_every_kind_of_column() {
        let selected = records().select(&[2, 0]);
        assert_eq!(selected.n_rows(), 2);
        assert_eq!(selected.numbers("length").unwrap(), [1500.0, 60.0]);
        assert_eq!(selected.texts("protocol").unwrap()(0), "udp");
        assert_eq!(selected.texts("info").unwrap()(0), "grüße");
    }

    #[test]
    fn a_column_is_asked_for_by_name_and_kind() {
        let records = records();
        assert!(matches!(records.column("port"), Err(Error::MissingColumn { .. })));
        assert!(matches!(records.numbers("info"), Err(Error::ColumnKind { .. })));
        assert!(records.texts("length").is_err());
    }

    #[test]
    fn contradictions_are_refused() {
        let numbers = |values: &[f64]| Column::Numbers(values.to_vec());
        let uneven = Records::new([("a", numbers(&[1.0])), ("b", numbers(&[]))]);
        assert!(matches!(uneven, Err(Error::Length { expected: 1, found: 0, .. })));
        let infinite = Records::new([("a", numbers(&[1.0, f64::INFINITY]))]);
        assert!(matches!(infinite, Err(Error::NotFinite { row: 1, column: 0, .. })));
        let nameless = Column::Categories { codes: vec![0], names: Vec::new().into() };
        let nameless = Records::new([("a", nameless)]);
        assert!(matches!(nameless, Err(Error::CategoryCode { row: 0, code: 0, .. })));
        assert!(Texts::new("ü".to_owned(), vec![0, 1, 2]).is_err());
    }
}
