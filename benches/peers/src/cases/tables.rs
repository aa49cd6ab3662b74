//! From a file of text to columns in memory: each reader against pandas, PyArrow and Polars.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use oddity_datasets::generate::{
    DeviceTrafficGenerator, DeviceTrafficParams, HaiGenerator, HaiParams, HaiRelease, KddFormat,
    KddGenerator, KddParams,
};
use oddity_ingest::{BatchReader, ReadOptions, device_traffic, hai, kdd};
use rayon::ThreadPool;
use serde_json::json;

use crate::data::Data;
use crate::peer::Peer;
use crate::report::Row;

/// A file that both sides read.
pub(crate) struct TableCase {
    name: &'static str,
    file: &'static str,
    header: bool,
    /// Whether all columns but the first are numbers.
    numbers: bool,
    make: fn(&Data, &Path) -> Result<PathBuf>,
    open: fn(&Path) -> oddity_ingest::Result<BatchReader>,
}

/// The readers that each file is read by.
const PEERS: [&str; 3] = ["pandas", "pyarrow", "polars"];

/// Rows of the plant's file: about a gigabyte.
const PLANT_ROWS: u64 = 2_200_000;

/// The files.
pub(crate) fn all() -> Vec<TableCase> {
    vec![
        TableCase {
            name: "read csv plant 1 GB",
            file: "plant.csv",
            header: true,
            numbers: true,
            make: |_, path| {
                let release = HaiRelease::V21_03;
                let params = HaiParams { release, n_rows: PLANT_ROWS, ..HaiParams::default() };
                write(path, |sink| Ok(HaiGenerator::new(params)?.write(sink)?))
            },
            open: |path| hai::open(path, &ReadOptions::default()),
        },
        TableCase {
            name: "read csv KDDTrain+",
            file: "KDDTrain+.txt",
            header: false,
            numbers: false,
            make: |data, path| match &data.folder_of_real {
                Some(folder) => Ok(folder.join("nsl-kdd/KDDTrain+.txt")),
                None => {
                    let params = KddParams { n_rows: 125_973, ..KddParams::default() };
                    write(path, |sink| Ok(KddGenerator::new(params)?.write(sink)?))
                }
            },
            open: |path| kdd::open(path, &ReadOptions::default()),
        },
        TableCase {
            name: "read csv.gz kddcup 10 %",
            file: "kddcup.data_10_percent.gz",
            header: false,
            numbers: false,
            make: |data, path| match &data.folder_of_real {
                Some(folder) => Ok(folder.join("kddcup99/kddcup.data_10_percent.gz")),
                None => {
                    let format = KddFormat::KddCup99;
                    let params = KddParams { format, n_rows: 494_021, ..KddParams::default() };
                    write(path, |sink| {
                        let mut packed = GzEncoder::new(sink, Compression::default());
                        KddGenerator::new(params)?.write(&mut packed)?;
                        packed.finish()?;
                        Ok(())
                    })
                }
            },
            open: |path| kdd::open(path, &ReadOptions::default()),
        },
        TableCase {
            name: "read csv packets 1 million",
            file: "packets.csv",
            header: true,
            numbers: false,
            make: |_, path| {
                let params =
                    DeviceTrafficParams { n_packets: 1_000_000, ..DeviceTrafficParams::default() };
                write(path, |sink| Ok(DeviceTrafficGenerator::new(params)?.write(sink)?))
            },
            open: |path| {
                device_traffic::open(path, device_traffic::OUT_OF_ORDER, &ReadOptions::default())
            },
        },
    ]
}

fn write(path: &Path, make: impl FnOnce(&mut dyn std::io::Write) -> Result<()>) -> Result<PathBuf> {
    let mut sink = BufWriter::new(File::create(path)?);
    make(&mut sink)?;
    std::io::Write::flush(&mut sink)?;
    Ok(path.to_owned())
}

impl TableCase {
    /// The name.
    pub(crate) fn name(&self) -> String {
        self.name.to_owned()
    }

    /// All sides in turns: a row a peer.
    pub(crate) fn run(
        &self,
        data: &Data,
        peer: &mut Peer,
        pool: &ThreadPool,
        rounds: usize,
    ) -> Result<Vec<Row>> {
        let made = data.folder.join(self.file);
        let path = (self.make)(data, &made)?;
        let size = format!("{:.0} MB", std::fs::metadata(&path)?.len() as f64 / 1e6);
        let mut rows: Vec<Row> = PEERS
            .map(|name| Row::new(format!("{} against {name}", self.name), size.clone()))
            .into();
        for _ in 0..rounds {
            let began = Instant::now();
            // Every batch stays in memory until the end, as the peers' columns do.
            let batches = pool.install(|| (self.open)(&path)?.collect::<Result<Vec<_>, _>>())?;
            let seconds = began.elapsed().as_secs_f64();
            let n_rows: usize = batches.iter().map(|batch| batch.num_rows()).sum();
            drop(batches);
            for (row, name) in rows.iter_mut().zip(PEERS) {
                let answer = peer.ask(&json!({
                    "command": "read",
                    "path": path,
                    "peer": name,
                    "header": self.header,
                    "numbers": self.numbers,
                    "threads": peer.threads,
                }))?;
                row.ours.push(seconds);
                row.theirs.push(answer["seconds"].as_f64().context("no seconds")?);
                row.note = format!("{n_rows} rows, theirs {}", answer["rows"]);
            }
        }
        if made.exists() {
            std::fs::remove_file(&made)?;
        }
        Ok(rows)
    }
}
