//! A file as a stream of bytes: plain or gzip, found by its first bytes, with a checksum.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::read::MultiGzDecoder;
use sha2::Digest as _;

use crate::{Error, ReadOptions, Result, Sha256};

/// The first bytes of a gzip member (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The byte-order mark of UTF-8.
const MARK: [u8; 3] = [0xef, 0xbb, 0xbf];

/// Bytes that a source reads at once from a compressed file.
const COMPRESSED: usize = 1 << 17;

/// What a reader reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Bytes in memory, with the name that messages call them by.
    Bytes {
        /// The name.
        name: String,
        /// What the file would hold.
        bytes: Vec<u8>,
    },
}

impl From<&Path> for Input {
    fn from(path: &Path) -> Input {
        Input::File(path.to_owned())
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Input {
        Input::File(path)
    }
}

impl From<&str> for Input {
    fn from(path: &str) -> Input {
        Input::File(path.into())
    }
}

/// A named stream of bytes, unpacked if it is gzip, without a byte-order mark.
pub(crate) struct ByteSource {
    name: String,
    reader: Box<dyn Read + Send>,
    packed: bool,
    hash: Option<Arc<Mutex<sha2::Sha256>>>,
    /// Unpacked bytes that may still come.
    left: u64,
    limit: u64,
}

impl ByteSource {
    /// Opens what is to be read, within the limits of the options.
    pub(crate) fn open(input: Input, options: &ReadOptions) -> Result<ByteSource> {
        let path = match input {
            Input::Bytes { name, bytes } => {
                return ByteSource::new(name, Box::new(Cursor::new(bytes)), options);
            }
            Input::File(path) => path,
        };
        let failed = |source| Error::Io { path: path.clone(), source };
        let file = File::open(&path).map_err(failed)?;
        if file.metadata().map_err(failed)?.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        ByteSource::new(path.display().to_string(), Box::new(file), options)
    }

    /// Looks at the first bytes of a stream.
    fn new(
        name: String,
        reader: Box<dyn Read + Send>,
        options: &ReadOptions,
    ) -> Result<ByteSource> {
        let limit = options.max_unpacked;
        let hash = options.checksum.then(|| Arc::new(Mutex::new(sha2::Sha256::new())));
        let mut reader: Box<dyn Read + Send> = match &hash {
            Some(hash) => Box::new(Hashed { reader, hash: Arc::clone(hash) }),
            None => reader,
        };
        let read = |source| Error::Read { file: name.clone(), source };
        let first = first_bytes(&mut reader, 2).map_err(read)?;
        let packed = first == GZIP;
        let mut reader: Box<dyn Read + Send> = Box::new(Cursor::new(first).chain(reader));
        if packed {
            let buffered = BufReader::with_capacity(COMPRESSED, reader);
            reader = Box::new(MultiGzDecoder::new(buffered));
        }
        let unpack = |source: io::Error| {
            if packed {
                Error::Unpack { file: name.clone(), source: Box::new(source) }
            } else {
                Error::Read { file: name.clone(), source }
            }
        };
        let start = first_bytes(&mut reader, 3).map_err(unpack)?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            return Err(Error::Utf16 { file: name });
        }
        let start = if start == MARK { Vec::new() } else { start };
        let reader = Box::new(Cursor::new(start).chain(reader));
        Ok(ByteSource { name, reader, packed, hash, left: limit, limit })
    }

    /// What messages call the source.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The checksum of what was read of the file as it lies there, if it was asked for.
    pub(crate) fn sha256(&self) -> Option<Sha256> {
        let hash = self.hash.as_ref()?;
        let hash = hash.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Some(Sha256(hash.finalize().into()))
    }

    /// What a failed read means.
    pub(crate) fn error(&self, source: io::Error) -> Error {
        let file = self.name.clone();
        if self.left == 0 && source.kind() == io::ErrorKind::FileTooLarge {
            return Error::FileTooLarge {
                file,
                found: self.limit.saturating_add(1),
                limit: self.limit,
            };
        }
        if self.packed {
            Error::Unpack { file, source: Box::new(source) }
        } else {
            Error::Read { file, source }
        }
    }
}

impl Read for ByteSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        if self.left < n as u64 {
            self.left = 0;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.left -= n as u64;
        Ok(n)
    }
}

/// The first bytes of a reader: fewer at its end.
fn first_bytes(reader: &mut dyn Read, n: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(n).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A reader that hashes what goes through it.
struct Hashed<R> {
    reader: R,
    hash: Arc<Mutex<sha2::Sha256>>,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        self.hash.lock().unwrap_or_else(PoisonError::into_inner).update(&buffer[..n]);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(bytes).expect("writing to memory");
        packed.finish().expect("writing to memory")
    }

    fn source(bytes: Vec<u8>, max_unpacked: u64) -> Result<ByteSource> {
        let options = ReadOptions { checksum: true, max_unpacked, ..ReadOptions::default() };
        ByteSource::open(Input::Bytes { name: "x".to_owned(), bytes }, &options)
    }

    fn read(source: &mut ByteSource) -> Result<String> {
        let mut text = String::new();
        source.by_ref().read_to_string(&mut text).map_err(|e| source.error(e))?;
        Ok(text)
    }

    #[test]
    fn plain_and_packed_bytes_read_alike_and_hash_as_they_lie_there() {
        let plain = b"\xef\xbb\xbfa,b\n1,2\n";
        let packed = [gzip(b"\xef\xbb\xbfa,b\n"), gzip(b"1,2\n")].concat();
        for bytes in [plain.to_vec(), packed] {
            let mut source = source(bytes.clone(), u64::MAX).unwrap();
            assert_eq!(read(&mut source).unwrap(), "a,b\n1,2\n");
            assert_eq!(source.sha256(), Some(Sha256::of(&bytes)));
        }
    }

    #[test]
    fn damage_is_an_error() {
        let mut packed = gzip(&[7; 10_000]);
        packed.truncate(packed.len() - 9);
        let mut damaged = source(packed, u64::MAX).unwrap();
        assert!(matches!(read(&mut damaged), Err(Error::Unpack { .. })));
        let utf16 = source(b"\xff\xfea\0".to_vec(), 99);
        assert!(matches!(utf16, Err(Error::Utf16 { .. })));
    }

    #[test]
    fn a_stream_ends_at_its_limit_and_says_so() {
        let bomb = gzip(&vec![b'1'; 1 << 20]);
        let mut bomb = source(bomb, 1000).unwrap();
        assert!(matches!(read(&mut bomb), Err(Error::FileTooLarge { limit: 1000, .. })));
    }
}
