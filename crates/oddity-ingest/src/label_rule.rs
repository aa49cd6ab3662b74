//! Columns of labels and of series as text, and which texts mean normal.

use arrow_schema::DataType;
use oddity_core::Column;

use crate::{Result, Role, Table};

/// Values of a label that mean normal where none are named, in any case of letters.
const NORMAL: [&str; 6] = ["", "0", "-", "false", "normal", "benign"];

/// Whether a value of a label means normal.
///
/// `normal` lists the values that do; where it is empty, these are `0`, `-`, `false`, `normal`,
/// `benign`, in any case of letters, and nothing at all. Spaces around a value and full stops at
/// its end, as in KDD Cup 99, do not count. A value that is a number is the same as a named one
/// that writes it otherwise: `0` and `0.0`.
///
/// ```
/// use oddity_ingest::is_normal;
///
/// assert!(is_normal("normal.", &[]) && is_normal(" BENIGN ", &[]) && is_normal("", &[]));
/// assert!(!is_normal("neptune.", &[]) && !is_normal("1", &[]));
/// assert!(is_normal("http", &["http".to_owned()]) && !is_normal("0", &["http".to_owned()]));
/// assert!(is_normal("2", &["2.0".to_owned()]));
/// ```
pub fn is_normal(value: &str, normal: &[String]) -> bool {
    let value = bare(value);
    if normal.is_empty() {
        return NORMAL.iter().any(|normal| value.eq_ignore_ascii_case(normal));
    }
    let number = value.parse::<f64>().ok();
    let is_same = |text: &str| number.is_some() && text.parse::<f64>().ok() == number;
    normal.iter().map(|normal| bare(normal)).any(|normal| normal == value || is_same(normal))
}

fn bare(value: &str) -> &str {
    value.trim().trim_end_matches('.')
}

impl Table {
    /// Whether each row is an anomaly, by [`is_normal`] of the column that is the label; nothing
    /// where no column is. Values of a column of flags are called `false` and `true`, in any case
    /// of letters, or 0 and 1.
    ///
    /// # Errors
    ///
    /// [`Error::ColumnType`](crate::Error::ColumnType) for a column of a type that is not read.
    pub fn anomalies(&self, normal: &[String]) -> Result<Option<Vec<bool>>> {
        let Some(texts) = self.texts(Role::Label)? else { return Ok(None) };
        let label = self.columns(Role::Label).next();
        let flags =
            label.is_some_and(|at| *self.batch().column(at).data_type() == DataType::Boolean);
        let is_named = |flag: &str| normal.iter().any(|name| bare(name).eq_ignore_ascii_case(flag));
        let (no, yes) = (flags && is_named("false"), flags && is_named("true"));
        let is_anomaly = |text: &String| {
            let flag_is_normal = (no && text == "0") || (yes && text == "1");
            !flag_is_normal && !is_normal(text, normal)
        };
        Ok(Some(texts.iter().map(is_anomaly).collect()))
    }

    /// The first column of a role as text, a value a row, empty where it is missing; nothing
    /// where no column has the role.
    ///
    /// # Errors
    ///
    /// [`Error::ColumnType`](crate::Error::ColumnType) for a column of a type that is not read.
    pub fn texts(&self, role: Role) -> Result<Option<Vec<String>>> {
        let records = self.records(&[role])?;
        let text = |value: &f64| if value.is_nan() { String::new() } else { value.to_string() };
        Ok(records.columns().first().map(|column| match column {
            Column::Numbers(values) => values.iter().map(text).collect(),
            Column::Categories { codes, names } => {
                codes.iter().map(|&code| names[code as usize].clone()).collect()
            }
            Column::Text(texts) => texts.iter().map(str::to_owned).collect(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delimited::ColumnType;
    use crate::{CsvOptions, Input};

    #[test]
    fn labels_of_any_type_are_read() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text, wanted) in [
            ("numbers", "x,y\n1,0\n2,1\n3,\n", [false, true, false]),
            ("texts", "x,y\n1,normal.\n2,smurf.\n3,Benign\n", [false, true, false]),
            ("flags", "x,y\n1,false\n2,true\n3,false\n", [false, true, false]),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            let reader = CsvOptions::default().open(Input::from(path)).unwrap();
            let without = reader.read_all().unwrap();
            assert_eq!(without.anomalies(&[]).unwrap(), None);
            let reader = CsvOptions::default().open(Input::from(folder.path().join(name))).unwrap();
            let table = reader.with_roles(&[("y", Role::Label)]).unwrap().read_all().unwrap();
            assert_eq!(table.anomalies(&[]).unwrap(), Some(wanted.to_vec()), "{name}");
        }
    }

    #[test]
    fn normal_values_may_be_named_as_a_column_of_any_type_writes_them() {
        for (column, named, wanted) in [
            (ColumnType::Number, "0.0", [false, true]),
            (ColumnType::Number, "1", [true, false]),
            (ColumnType::Integer, "1.0", [true, false]),
            (ColumnType::Flag, "False", [false, true]),
            (ColumnType::Flag, "true", [true, false]),
            (ColumnType::Flag, "0", [false, true]),
            (ColumnType::Text, "false", [true, true]),
        ] {
            let input = Input::Bytes { name: "f".to_owned(), bytes: b"x,y\n1,0\n2,1\n".to_vec() };
            let options = CsvOptions::default().column("y", column).role("y", Role::Label);
            let table = options.open(input).unwrap().read_all().unwrap();
            let found = table.anomalies(&[named.to_owned()]).unwrap();
            assert_eq!(found, Some(wanted.to_vec()), "{column:?}, {named}");
        }
    }
}
