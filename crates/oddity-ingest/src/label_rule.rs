//! Columns of labels and of series as text, and which texts mean normal.

use oddity_core::Column;

use crate::{Result, Role, Table};

/// Values of a label that mean normal where none are named, in any case of letters.
const NORMAL: [&str; 6] = ["", "0", "-", "false", "normal", "benign"];

/// Whether a value of a label means normal.
///
/// `normal` lists the values that do; where it is empty, these are `0`, `-`, `false`, `normal`,
/// `benign`, in any case of letters, and nothing at all. Spaces around a value and full stops at
/// its end, as in KDD Cup 99, do not count.
///
/// ```
/// use oddity_ingest::is_normal;
///
/// assert!(is_normal("normal.", &[]) && is_normal(" BENIGN ", &[]) && is_normal("", &[]));
/// assert!(!is_normal("neptune.", &[]) && !is_normal("1", &[]));
/// assert!(is_normal("http", &["http".to_owned()]) && !is_normal("0", &["http".to_owned()]));
/// ```
pub fn is_normal(value: &str, normal: &[String]) -> bool {
    let value = bare(value);
    if normal.is_empty() {
        return NORMAL.iter().any(|normal| value.eq_ignore_ascii_case(normal));
    }
    normal.iter().any(|normal| bare(normal) == value)
}

fn bare(value: &str) -> &str {
    value.trim().trim_end_matches('.')
}

impl Table {
    /// Whether each row is an anomaly, by [`is_normal`] of the column that is the label; nothing
    /// where no column is.
    ///
    /// # Errors
    ///
    /// [`Error::ColumnType`](crate::Error::ColumnType) for a column of a type that is not read.
    pub fn anomalies(&self, normal: &[String]) -> Result<Option<Vec<bool>>> {
        let anomalies =
            |texts: Vec<String>| texts.iter().map(|one| !is_normal(one, normal)).collect();
        Ok(self.texts(Role::Label)?.map(anomalies))
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
}
