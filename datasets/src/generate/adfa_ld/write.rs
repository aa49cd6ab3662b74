//! Generated traces as files in the layout of ADFA-LD, and their checksum.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{AdfaLdGenerator, AdfaLdParams, DIFFERENCES, GeneratedTrace, NAME};
use crate::{Error, Result};

/// The folder that the archive's files lie in, as in the published archive.
const TOP: &str = "ADFA-LD";
/// The file beside the traces that says what they are.
const NOTE: &str = "GENERATED.txt";
/// Raised with every change that gives other traces for the same parameters.
const VERSION: u32 = 1;

impl AdfaLdGenerator {
    /// Writes a folder in the layout of ADFA-LD, with a file `GENERATED.txt` that says what
    /// the traces are: `path` then holds `Training_Data_Master`, `Validation_Data_Master` and
    /// `Attack_Data_Master`. One batch of traces is in memory at a time.
    ///
    /// # Errors
    ///
    /// [`Error::FolderNotEmpty`] if `path` holds something, whose traces would mix with these;
    /// [`Error::Io`] if a file cannot be written: what was written by then stays.
    pub fn write_folder(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        fs::create_dir_all(path).map_err(Error::io("create", path))?;
        let mut entries = fs::read_dir(path).map_err(Error::io("read", path))?;
        if entries.next().is_some() {
            return Err(Error::FolderNotEmpty { path: path.to_owned() });
        }
        let note = path.join(NOTE);
        fs::write(&note, self.note()).map_err(Error::io("write", &note))?;
        let mut folder = path.to_owned();
        self.in_batches(to_file, |(file, line)| {
            let file = path.join(file);
            if let Some(parent) = file.parent().filter(|parent| **parent != folder) {
                fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
                parent.clone_into(&mut folder);
            }
            fs::write(&file, &line).map_err(Error::io("write", &file))
        })
    }

    /// Writes a zip archive in the layout of the published one, with a file `GENERATED.txt`
    /// that says what the traces are. The same parameters give the same bytes. A new file
    /// takes the place of an old one only when it is whole. One batch of traces is in memory
    /// at a time, and the archive's directory, some 220 bytes a trace.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if the file cannot be written.
    pub fn write_zip(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = Path::new(&partial);
        let file = File::create(partial).map_err(Error::io("create", partial))?;
        let written = self.zip_into(BufWriter::new(file), partial);
        if written.is_err() {
            // The error that stopped the writing is the one to tell of.
            let _ = fs::remove_file(partial);
        }
        written?.sync_all().map_err(Error::io("write", partial))?;
        fs::rename(partial, path).map_err(Error::io("rename to", path))
    }

    fn zip_into(&self, sink: BufWriter<File>, path: &Path) -> Result<File> {
        let mut archive = ZipWriter::new(sink);
        // A fixed time stamp: the earliest that the format can hold.
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        add(&mut archive, NOTE, &self.note(), options).map_err(Error::io("write", path))?;
        self.in_batches(to_file, |(file, line)| {
            add(&mut archive, &file, &line, options).map_err(Error::io("write", path))
        })?;
        let sink = archive.finish().map_err(io::Error::from).map_err(Error::io("write", path))?;
        sink.into_inner().map_err(|error| Error::io("write", path)(error.into_error()))
    }

    /// A checksum of the data, as 64 hexadecimal digits: the SHA-256 of the text of
    /// `GENERATED.txt` (name, version, parameters) and, in order, of each trace's SHA-256 (its
    /// file, a line feed, and its calls as two bytes each, the lower first). All traces are
    /// made for it, on all threads of the pool.
    pub fn checksum(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(self.note());
        let digest = |trace: GeneratedTrace| {
            let calls = trace.calls.iter().flat_map(|call| call.to_le_bytes());
            let bytes: Vec<u8> = trace.info.file.bytes().chain([b'\n']).chain(calls).collect();
            Sha256::digest(bytes)
        };
        let hashed = self.in_batches(digest, |digest| {
            hash.update(digest);
            Ok(())
        });
        debug_assert!(hashed.is_ok(), "hashing cannot fail");
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What the traces are, in words and in parameters.
    fn note(&self) -> String {
        let AdfaLdParams { seed, n_training, n_validation, n_attack, noise, drift, bystanders } =
            self.params();
        format!(
            "{DIFFERENCES}\n\n{NAME} version {VERSION}\nseed = {seed}\nn_training = {n_training}\n\
             n_validation = {n_validation}\nn_attack = {n_attack}\nnoise = {noise}\n\
             drift = {drift}\nbystanders = {bystanders}\n"
        )
    }
}

/// A trace's file and what stands in it: the numbers with a space after each, on one line
/// without an end.
fn to_file(trace: GeneratedTrace) -> (String, String) {
    let mut line = String::with_capacity(4 * trace.calls.len());
    for call in trace.calls {
        // Writing to a string cannot fail.
        let _ = write!(line, "{call} ");
    }
    (trace.info.file, line)
}

fn add<W: Write + Seek>(
    archive: &mut ZipWriter<W>,
    file: &str,
    content: &str,
    options: SimpleFileOptions,
) -> io::Result<()> {
    archive.start_file(format!("{TOP}/{file}"), options)?;
    archive.write_all(content.as_bytes())
}
