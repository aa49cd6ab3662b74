//! Generated rows as files in the official formats.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::clock::push_time;
use super::params::{HaiKind, HaiParams, HaiRelease};
use super::rows::Batch;
use super::{DIFFERENCES, HaiGenerator, HaiRow, NAME};
use crate::generate::number::{push_count, push_decimal};
use crate::{Error, Result};

/// Rows that are made before they become text.
const BATCH: usize = 4096;
/// Rows that become text on one thread.
const PART: usize = 512;
/// The file beside the data that says what it is.
const NOTE: &str = "GENERATED.txt";

impl HaiGenerator {
    /// Writes one file in the release's format, a batch of rows at a time: memory does not
    /// grow with the number of rows. The bytes are the same for any number of threads.
    ///
    /// 20.07: `time;<tags>;attack;attack_P1;attack_P2;attack_P3`. 21.03: the same with commas.
    /// 22.04: `timestamp,<tags>,Attack`. 23.05: `timestamp,<tags>`, see
    /// [`HaiGenerator::write_labels`]. Lines end in a line feed. Numbers have up to five
    /// decimals, without zeros at their end.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `sink` refuses.
    pub fn write(&self, sink: &mut dyn Write) -> Result<()> {
        let labels: &[&str] = match self.params.release {
            HaiRelease::V20_07 | HaiRelease::V21_03 => {
                &["attack", "attack_P1", "attack_P2", "attack_P3"]
            }
            HaiRelease::V22_04 => &["Attack"],
            HaiRelease::V23_05 => &[],
        };
        let separator = if self.params.release == HaiRelease::V20_07 { b';' } else { b',' };
        let mut header = Vec::from(match self.params.release {
            HaiRelease::V20_07 | HaiRelease::V21_03 => b"time".as_slice(),
            HaiRelease::V22_04 | HaiRelease::V23_05 => b"timestamp",
        });
        for name in self.tags().chain(labels.iter().copied()) {
            header.push(separator);
            header.extend_from_slice(name.as_bytes());
        }
        header.push(b'\n');
        let whole: Vec<bool> = self.whole_numbers();
        self.write_rows(sink, header, |text, row| {
            push_time(text, row.second);
            for (&value, &whole) in row.values.iter().zip(&whole) {
                if whole {
                    push_count(text, separator, value as u32);
                } else {
                    push_decimal(text, separator, value);
                }
            }
            let [p1, p2, p3] = row.attack;
            for label in [p1 || p2 || p3, p1, p2, p3].iter().take(labels.len()) {
                text.push(separator);
                text.push(b'0' + u8::from(*label));
            }
            text.push(b'\n');
        })
    }

    /// Writes the labels of the file on their own, as 23.05 has them: `timestamp,label`, with
    /// lines that end in a carriage return and a line feed.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `sink` refuses.
    pub fn write_labels(&self, sink: &mut dyn Write) -> Result<()> {
        self.write_rows(sink, Vec::from(b"timestamp,label\r\n"), |text, row| {
            push_time(text, row.second);
            text.push(b',');
            text.push(b'0' + u8::from(row.is_attack()));
            text.extend_from_slice(b"\r\n");
        })
    }

    /// Writes rows in order: while one batch becomes text on all threads of the pool, the
    /// plant makes the next, which only one thread can.
    fn write_rows(
        &self,
        sink: &mut dyn Write,
        header: Vec<u8>,
        push: impl Fn(&mut Vec<u8>, HaiRow<'_>) + Sync,
    ) -> Result<()> {
        let mut write = |text: &[u8]| sink.write_all(text).map_err(Error::io("write", NAME));
        write(&header)?;
        let mut rows = self.rows();
        let mut batch = rows.next_batch(BATCH);
        while !batch.is_empty() {
            let to_text = |part: Batch<'_>| {
                let mut text = Vec::with_capacity(PART * 12 * self.columns.len());
                part.rows().for_each(|row| push(&mut text, row));
                text
            };
            let parts = || batch.parts(PART).into_par_iter().map(to_text).collect::<Vec<_>>();
            let (texts, next) = rayon::join(parts, || rows.next_batch(BATCH));
            texts.iter().try_for_each(|text| write(text))?;
            batch = next;
        }
        Ok(())
    }

    /// Writes a dataset of `n_train` training files and `n_test` test files of
    /// [`HaiParams::n_rows`] rows each into a new or empty folder, with the published names:
    /// `train1.csv`, `test1.csv`, or for 23.05 `hai-train1.csv`, `hai-test1.csv` and
    /// `label-test1.csv`; a file `GENERATED.txt` says what they are. There are at most 1000 files
    /// of a kind. The parameters `kind` and `file` do not count.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for more files, before anything is written;
    /// [`Error::FolderNotEmpty`] if `path` holds something; [`Error::Io`] if a file cannot be
    /// written: what was written by then stays.
    pub fn write_folder(&self, path: impl AsRef<Path>, n_train: u32, n_test: u32) -> Result<()> {
        let path = path.as_ref();
        for n_files in [n_train, n_test] {
            HaiParams { file: n_files.max(1), ..self.params.clone() }.check()?;
        }
        fs::create_dir_all(path).map_err(Error::io("write", path))?;
        if fs::read_dir(path).map_err(Error::io("write", path))?.next().is_some() {
            return Err(Error::FolderNotEmpty { path: path.to_owned() });
        }
        let note = path.join(NOTE);
        fs::write(&note, self.note()).map_err(Error::io("write", &note))?;
        let separate = self.params.release == HaiRelease::V23_05;
        let prefix = if separate { "hai-" } else { "" };
        let train = (1..=n_train).map(|file| (HaiKind::Train, "train", file));
        let test = (1..=n_test).map(|file| (HaiKind::Test, "test", file));
        for (kind, word, file) in train.chain(test) {
            let generator = HaiGenerator::new(HaiParams { kind, file, ..self.params.clone() })?;
            let path_of = |prefix: &str| path.join(format!("{prefix}{word}{file}.csv"));
            to_file(path_of(prefix), |sink| generator.write(sink))?;
            if separate && kind == HaiKind::Test {
                to_file(path_of("label-"), |sink| generator.write_labels(sink))?;
            }
        }
        Ok(())
    }

    /// What the data is, in words and in parameters.
    fn note(&self) -> String {
        let HaiParams {
            seed,
            release,
            n_rows,
            attack_interval,
            hidden,
            stop_interval,
            noise,
            kind: _,
            file: _,
        } = &self.params;
        format!(
            "{DIFFERENCES}\n\n{NAME} version {}\nseed = {seed}\nrelease = {}\nn_rows = {n_rows}\n\
             attack_interval = {attack_interval}\nhidden = {hidden}\n\
             stop_interval = {stop_interval}\nnoise = {noise}\n",
            super::VERSION,
            release.name()
        )
    }
}

fn to_file(path: PathBuf, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let file = File::create(&path).map_err(Error::io("write", &path))?;
    let mut sink = BufWriter::new(file);
    write(&mut sink)?;
    sink.flush().map_err(Error::io("write", &path))
}
