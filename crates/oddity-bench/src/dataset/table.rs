//! Files of the user's own as a dataset: delimited text, Parquet or Arrow, with a label column.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_schema::{DataType, Field};
use oddity_core::{Classes, Labels};
use oddity_ingest::delimited::ColumnType;
use oddity_ingest::{Columnar, CsvOptions, ReadOptions, Role, Table};
use serde::{Deserialize, Serialize};

use super::attributes::SERIES_NAME;
use super::{Attributes, Dataset};
use crate::error::{Error, Result};

/// Files that are a dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableConfig {
    /// The name by which results call the data.
    pub name: String,
    /// Files of the subset `train`, below the data folder if one is named, else below the current
    /// folder.
    pub train: Vec<PathBuf>,
    /// Files of the subset `test`.
    pub test: Vec<PathBuf>,
    /// The column that says which rows are anomalies. A file without it is normal; some test file
    /// has it.
    pub label: String,
    /// Values of the label that mean normal: see [`oddity_ingest::is_normal`]. By default `0`,
    /// `-`, `false`, `normal`, `benign`, in any case of letters, and nothing at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub normal: Vec<String>,
    /// The column that tells series apart; each file is a series of its own, or several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// Columns that are not read, such as the time; each is in some file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignore: Vec<String>,
}

impl TableConfig {
    /// Reads one file, its columns as those of the first one.
    fn read(&self, path: &Path, first: Option<&Table>) -> Result<Table> {
        let options = ReadOptions { checksum: true, ..ReadOptions::default() };
        let reader = match Columnar::of(path) {
            Some(form) => form.open(path, &options)?,
            None => {
                let types = first.map(types).unwrap_or_default();
                CsvOptions { types, read: options, ..CsvOptions::default() }.open(path)?
            }
        };
        let names: Vec<String> =
            reader.schema().fields().iter().map(|field| field.name().clone()).collect();
        let mut roles: Vec<(&str, Role)> =
            self.ignore.iter().map(|name| (name.as_str(), Role::Key)).collect();
        roles.retain(|(name, _)| names.iter().any(|found| found == name));
        roles.extend(self.series.iter().map(|name| (name.as_str(), Role::Series)));
        if names.contains(&self.label) {
            roles.push((&self.label, Role::Label));
        }
        Ok(reader.with_roles(&roles)?.read_all()?)
    }
}

/// Reads the files.
pub(super) fn load(config: &TableConfig, data_dir: Option<&Path>) -> Result<Dataset> {
    let (mut tables, mut is_anomaly, mut series) = (Vec::new(), Vec::new(), Vec::new());
    let (mut subsets, mut checksums, mut order) = (Vec::new(), Vec::new(), Vec::new());
    let (mut counts, mut sources, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    let mut columns = Columns::default();
    let files = config.train.iter().map(|file| ("train", file));
    for (subset, file) in files.chain(config.test.iter().map(|file| ("test", file))) {
        let path = data_dir.map_or_else(|| file.clone(), |folder| folder.join(file));
        let table = config.read(&path, tables.first())?;
        columns.add(&table, subset);
        let n_rows = table.batch().num_rows();
        let name = file.display().to_string();
        let of_series = table.texts(Role::Series)?;
        let names = (0..n_rows).map(|row| match &of_series {
            Some(series) => format!("{name}: {}", series[row]),
            None => name.clone(),
        });
        let names: Vec<String> = names.collect();
        let first = order.len();
        let mut rows: Vec<usize> = (0..n_rows).collect();
        rows.sort_by(|&a, &b| names[a].cmp(&names[b]));
        let anomalies = table.anomalies(&config.normal)?;
        for &row in &rows {
            is_anomaly.push(anomalies.as_ref().is_some_and(|all| all[row]));
            series.push(names[row].clone());
            bare.extend(of_series.as_ref().map(|series| series[row].clone()));
            subsets.push(subset);
            order.push(first + row);
        }
        let n_anomalies = is_anomaly[first..].iter().filter(|&&anomaly| anomaly).count();
        counts.push((format!("{subset}, {name}, rows"), n_rows as u64));
        counts.push((format!("{subset}, {name}, anomalous rows"), n_anomalies as u64));
        checksums.push(super::checksum(table.provenance())?);
        sources.push(path.display().to_string());
        tables.push(table.only(&[Role::Feature])?);
    }
    columns.check(config)?;
    let records = Table::join_rows(tables)?.records(&[Role::Feature])?.select(&order);
    let mut attributes = Attributes::default().with("subset", subsets).with("series", series);
    if config.series.is_some() {
        attributes = attributes.with(SERIES_NAME, bare);
    }
    Ok(Dataset {
        name: config.name.clone(),
        source: sources.join(", "),
        checksum: super::checksum_of(&checksums),
        warning: None,
        stands_in: false,
        seconds: 0.0,
        attributes: attributes.with_categories(&records),
        samples: records.into(),
        classes: Classes::binary(&Labels::new(is_anomaly)),
        normal: 0,
        counts,
    })
}

/// The names of the columns that were found.
#[derive(Default)]
struct Columns {
    anywhere: BTreeSet<String>,
    of_tests: BTreeSet<String>,
}

impl Columns {
    fn add(&mut self, table: &Table, subset: &str) {
        for field in table.batch().schema().fields() {
            if subset == "test" {
                self.of_tests.insert(field.name().clone());
            }
            self.anywhere.insert(field.name().clone());
        }
    }

    /// Refuses names that would mean nothing: most likely they are misspelt.
    fn check(&self, config: &TableConfig) -> Result<()> {
        let missing = |name: &String, files, known: &BTreeSet<String>| Error::Column {
            dataset: config.name.clone(),
            name: name.clone(),
            files,
            known: known.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
        };
        if let Some(name) = config.ignore.iter().find(|name| !self.anywhere.contains(*name)) {
            return Err(missing(name, "any file", &self.anywhere));
        }
        if !self.of_tests.contains(&config.label) {
            return Err(missing(&config.label, "any test file", &self.of_tests));
        }
        Ok(())
    }
}

/// How the columns of a table are read from text: a further file has the same.
fn types(table: &Table) -> Vec<(String, ColumnType)> {
    let fields = table.batch().schema();
    let column = |field: &Arc<Field>| {
        let column = match field.data_type() {
            DataType::Float64 => ColumnType::Number,
            DataType::Dictionary(..) => ColumnType::Category,
            DataType::Utf8 => ColumnType::Text,
            _ => ColumnType::WallClock,
        };
        (field.name().clone(), column)
    };
    fields.fields().iter().map(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_become_subsets_and_rows_of_a_series_lie_together() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("one.csv", "t,host,x\n1,b,1\n2,a,2\n3,b,3\n");
        write("two.csv", "t,host,x,label\n1,a,4,0\n2,a,5,scan\n");
        let config: TableConfig = toml::from_str(
            "name = 'net'\ntrain = ['one.csv']\ntest = ['two.csv']\nlabel = 'label'\n\
             series = 'host'\nignore = ['t']",
        )
        .unwrap();
        let data = load(&config, Some(folder.path())).unwrap();
        let samples = data.samples.view();
        let records = samples.records().unwrap();
        assert_eq!(records.numbers("x").unwrap(), [2.0, 1.0, 3.0, 4.0, 5.0]);
        assert_eq!(records.names().iter().collect::<Vec<_>>(), ["x"]);
        assert_eq!(data.classes.codes(), [0, 0, 0, 0, 1]);
        assert_eq!(data.edges(&[0, 1, 2, 3, 4]), [0, 1, 3, 5]);
        assert_eq!(data.attribute("subset").unwrap().get(3), "test");
        // A split by series goes by the name alone: `a` is in both files.
        let of_split = data.split_series().unwrap();
        assert_eq!((of_split.get(0), of_split.get(3)), ("a", "a"));
        assert!(load(&config, None).is_err());
        let error = |config: TableConfig| {
            load(&config, Some(folder.path())).map(|_| ()).unwrap_err().to_string()
        };
        let misspelt = TableConfig { ignore: vec!["times".to_owned()], ..config.clone() };
        let found = error(misspelt);
        assert!(found.starts_with("net: found no column \"times\" in any file"), "{found}");
        let train = vec!["two.csv".into()];
        let only_trained = TableConfig { train, test: vec!["one.csv".into()], ..config };
        let found = error(only_trained);
        assert!(found.starts_with("net: found no column \"label\" in any test file"), "{found}");
    }
}
