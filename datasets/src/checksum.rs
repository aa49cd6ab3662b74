//! Checksums by which the bytes of a published file are known: SHA-256, or Git's id.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::Digest as _;

/// What the bytes of a file must hash to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Checksum {
    /// SHA-256 (FIPS 180-4) of the content. Git LFS names its files by it too.
    Sha256([u8; 32]),
    /// The id that Git gives to the content: SHA-1 of `blob LENGTH`, a zero byte, the content.
    ///
    /// SHA-1 finds damage, not malice: two contents with one id can be made on purpose. It is
    /// used where the owner of a file publishes nothing else.
    GitBlob([u8; 20]),
}

impl Checksum {
    /// The same kind of checksum, of a file.
    pub(crate) fn of_file(self, path: &Path) -> io::Result<Checksum> {
        let mut file = File::open(path)?;
        let mut hasher = Hasher::new(self, file.metadata()?.len());
        hasher.read(&mut file)?;
        Ok(hasher.finish())
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, bytes) = match self {
            Checksum::Sha256(bytes) => ("sha256", bytes.as_slice()),
            Checksum::GitBlob(bytes) => ("git blob", bytes.as_slice()),
        };
        write!(f, "{kind} ")?;
        bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The bytes that hexadecimal digits stand for, if there are as many as wanted.
pub(crate) fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..2 * N).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}

/// A checksum in the making.
pub(crate) enum Hasher {
    Sha256(sha2::Sha256),
    GitBlob(sha1::Sha1),
}

impl Hasher {
    /// A hasher of the kind of `like`, for `n_bytes` bytes.
    pub(crate) fn new(like: Checksum, n_bytes: u64) -> Hasher {
        match like {
            Checksum::Sha256(_) => Hasher::Sha256(sha2::Sha256::new()),
            Checksum::GitBlob(_) => {
                let mut hasher = sha1::Sha1::new();
                hasher.update(format!("blob {n_bytes}\0"));
                Hasher::GitBlob(hasher)
            }
        }
    }

    /// Takes bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Sha256(hasher) => hasher.update(bytes),
            Hasher::GitBlob(hasher) => hasher.update(bytes),
        }
    }

    /// Takes all that a reader gives.
    pub(crate) fn read(&mut self, reader: &mut impl Read) -> io::Result<()> {
        let mut buffer = vec![0; 1 << 16];
        loop {
            match reader.read(&mut buffer)? {
                0 => return Ok(()),
                n => self.update(&buffer[..n]),
            }
        }
    }

    /// The checksum of what was taken.
    pub(crate) fn finish(self) -> Checksum {
        match self {
            Hasher::Sha256(hasher) => Checksum::Sha256(hasher.finalize().into()),
            Hasher::GitBlob(hasher) => Checksum::GitBlob(hasher.finalize().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(like: Checksum, bytes: &[u8]) -> String {
        let mut hasher = Hasher::new(like, bytes.len() as u64);
        hasher.update(&bytes[..1]);
        hasher.update(&bytes[1..]);
        hasher.finish().to_string()
    }

    #[test]
    fn checksums_are_those_of_the_standard_and_of_git() {
        // FIPS 180-4, the example of one block; `printf 'hello\n' | git hash-object --stdin`.
        let sha256 = "sha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash(Checksum::Sha256([0; 32]), b"abc"), sha256);
        let blob = "git blob ce013625030ba8dba906f756967f9e9ca394464a";
        assert_eq!(hash(Checksum::GitBlob([0; 20]), b"hello\n"), blob);
    }

    #[test]
    fn only_digits_of_the_right_number_are_a_checksum() {
        assert_eq!(from_hex("00fF"), Some([0, 255]));
        for bad in ["", "0", "00f", "00fg", "+0ff", "00ff0", "é0f"] {
            assert_eq!(from_hex::<2>(bad), None, "{bad}");
        }
    }
}
