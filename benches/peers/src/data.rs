//! The data that both sides read: ADFA-LD features, and two synthetic tables.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};
use oddity_core::{Classes, Columns, FittedSteps, FittedTransformer, Frame, Labels, Samples, Seed};
use oddity_features::StepConfig;
use oddity_ingest::AdfaLd;
use serde_json::json;

use crate::peer::Peer;

/// A table with its classes, known to both sides by name.
pub(crate) struct Table {
    /// The name.
    pub(crate) name: &'static str,
    /// The values.
    pub(crate) frame: Frame,
    /// Two classes.
    pub(crate) classes: Classes,
}

/// All tables, and the zip that the first was made of.
pub(crate) struct Data {
    /// The tables, small to large.
    pub(crate) tables: Vec<Table>,
    /// The zip of traces.
    pub(crate) zip: PathBuf,
    /// Whether the traces are the real ones.
    pub(crate) real: bool,
    /// The folder of the real data, if there is one.
    pub(crate) folder_of_real: Option<PathBuf>,
    /// Where tables are written on their way to the peer.
    pub(crate) folder: PathBuf,
    /// A table of 480 MB, which few cases need.
    large: OnceLock<Table>,
}

/// Steps that make the n-gram features of ADFA-LD, for one or more sizes.
pub(crate) fn n_gram(sizes: &str, columns: Option<usize>) -> Result<oddity_core::Step> {
    let columns = columns.map_or_else(String::new, |n| format!("columns_per_size = {n}\n"));
    let text = format!(
        "kind = \"class_n_gram\"\nsizes = {sizes}\ntop_share = 0.3\n{columns}edge = \"as_published\"\n"
    );
    let config: StepConfig = toml::from_str(&text)?;
    Ok(config.build()?)
}

/// The traces of the study, in its order: attack folders 1 to 7, then normal training.
pub(crate) fn study_rows(data: &AdfaLd) -> Vec<usize> {
    let of_study = |&at: &usize| match data.traces[at].folder {
        Some(folder) => folder <= 7,
        None => data.traces[at].subset == oddity_ingest::Subset::Training,
    };
    (0..data.traces.len()).filter(of_study).collect()
}

/// The class of each trace, normal last.
pub(crate) fn classes(data: &AdfaLd, rows: &[usize]) -> Result<Classes> {
    Ok(data.classes().select(rows))
}

impl Data {
    /// Reads or generates the traces, makes the tables, and hands them to the peer.
    pub(crate) fn make(data_dir: Option<&Path>, peer: &mut Peer) -> Result<Data> {
        let folder = std::env::temp_dir().join(format!("oddity-peers-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let given = data_dir.map(Path::to_owned);
        let folder_of_real =
            given.or_else(|| std::env::var_os("ODDITY_DATA_DIR").map(PathBuf::from));
        let (zip, real) = zip(folder_of_real.as_deref(), &folder)?;
        let loaded = AdfaLd::open(&zip)?;
        let rows = study_rows(&loaded);
        let traces = loaded.sequences.view().select(&rows);
        let classes = classes(&loaded, &rows)?;
        let step = n_gram("[1, 2, 3]", Some(29))?;
        let (steps, _) = FittedSteps::fit(&[step], &traces.samples(), &classes)?;
        let frame = steps.transform(&Samples::Sequences(traces.view()))?.into_dense()?;
        let normal = classes.n_classes() as u32 - 1;
        let labels: Labels = classes.codes().iter().map(|&code| code != normal).collect();
        // Rows come class by class; in one order for both sides, a prefix has all classes.
        let order = order(frame.n_rows());
        let frame = frame.view().select(&order);
        let tables = vec![
            Table { name: "adfa-1338x87", frame, classes: Classes::binary(&labels).select(&order) },
            synthetic("synthetic-6000x90", 7_200, 90)?,
            synthetic("synthetic-125000x120", 137_500, 120)?,
        ];
        for table in &tables {
            hand_over(&folder, table, peer)?;
        }
        Ok(Data { tables, zip, real, folder_of_real, folder, large: OnceLock::new() })
    }

    /// A table of 1,000,000 rows and 60 columns, made when it is first asked for.
    pub(crate) fn large(&self, peer: &mut Peer) -> Result<&Table> {
        if let Some(table) = self.large.get() {
            return Ok(table);
        }
        let table = synthetic("synthetic-1000000x60", 1_000_000, 60)?;
        hand_over(&self.folder, &table, peer)?;
        Ok(self.large.get_or_init(|| table))
    }
}

/// Gives a table to the peer.
fn hand_over(folder: &Path, table: &Table, peer: &mut Peer) -> Result<()> {
    let path = folder.join(format!("{}.f64", table.name));
    write(&path, table)?;
    peer.ask(&json!({
        "command": "load",
        "name": table.name,
        "path": path,
        "columns": table.frame.n_columns(),
    }))?;
    Ok(std::fs::remove_file(&path)?)
}

fn zip(folder_of_real: Option<&Path>, folder: &Path) -> Result<(PathBuf, bool)> {
    if let Some(given) = folder_of_real {
        return Ok((given.join("adfa-ld/ADFA-LD.zip"), true));
    }
    let zip = folder.join("generated.zip");
    let generator = oddity_datasets::generate::AdfaLdGenerator::new(Default::default())?;
    generator.write_zip(&zip)?;
    Ok((zip, false))
}

/// A fixed permutation.
fn order(n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|&at| Seed(1).derive(at as u64));
    order
}

/// Normal values; the first ten columns are shifted by class, the eleventh is wider.
fn synthetic(name: &'static str, n_rows: usize, n_columns: usize) -> Result<Table> {
    let uniform = |index: u64| {
        let bits = Seed(n_columns as u64).derive(index).0;
        ((bits >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    };
    let mut values = Vec::with_capacity(n_rows * n_columns);
    let mut labels = Vec::with_capacity(n_rows);
    for row in 0..n_rows {
        let first = (row * (n_columns + 1)) as u64 * 2;
        let anomalous = uniform(first) < 0.5;
        for column in 0..n_columns {
            let index = first + 2 + 2 * column as u64;
            // Box and Muller's transform.
            let radius = (-2.0 * uniform(index).ln()).sqrt();
            let value = radius * (std::f64::consts::TAU * uniform(index + 1)).cos();
            values.push(match (anomalous, column) {
                (true, 0..10) => value + 0.35,
                (true, 10) => value * 2.0,
                _ => value,
            });
        }
        labels.push(anomalous);
    }
    let frame = Frame::new(values, Columns::numbered("x", n_columns))?;
    Ok(Table { name, frame, classes: Classes::binary(&Labels::new(labels)) })
}

/// Rows of little-endian numbers, the class last.
fn write(path: &Path, table: &Table) -> Result<()> {
    let file = std::fs::File::create(path).with_context(|| path.display().to_string())?;
    let mut file = std::io::BufWriter::new(file);
    for (row, &code) in table.frame.view().iter().zip(table.classes.codes()) {
        for value in row {
            file.write_all(&value.to_le_bytes())?;
        }
        file.write_all(&f64::from(code).to_le_bytes())?;
    }
    Ok(file.flush()?)
}
