//! Where rows come from: files, standard input, files that grow.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use oddity_ingest::Input;

use super::is_interrupted;
use crate::format::Format;
use crate::{Error, Result};

/// Bytes that are handed on together.
const PART: usize = 1 << 20;

/// Bytes of the longest record.
const MAX_RECORD: usize = 16 << 20;

/// How long a growing file is left alone when it has nothing new.
const PAUSE: Duration = Duration::from_millis(200);

/// Whether a path means standard input.
pub(super) fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// Text that comes bit by bit, handed on in parts of whole records, each with the header.
pub(super) struct Arriving {
    path: PathBuf,
    reader: Box<dyn Read>,
    /// Whether to wait for more at the end.
    follow: bool,
    /// The file that is followed, to see whether it became shorter.
    followed: Option<File>,
    n_read: u64,
    has_header: bool,
    has_quotes: bool,
    header: Vec<u8>,
    rest: Vec<u8>,
    /// Lines before the rest.
    n_lines: usize,
    ended: bool,
}

impl Arriving {
    /// Reads a file or, named `-`, standard input.
    pub(super) fn open(path: &Path, follow: bool, format: Format) -> Result<Arriving> {
        let failed = |source| Error::Io { path: path.to_owned(), source };
        let (reader, followed): (Box<dyn Read>, Option<File>) = if is_standard_input(path) {
            (Box::new(io::stdin()), None)
        } else {
            let file = File::open(path).map_err(failed)?;
            (Box::new(file.try_clone().map_err(failed)?), Some(file))
        };
        Ok(Arriving {
            path: path.to_owned(),
            reader,
            follow: follow && followed.is_some(),
            followed,
            n_read: 0,
            has_header: format.has_header(),
            has_quotes: format.has_quotes(),
            header: Vec::new(),
            rest: Vec::new(),
            n_lines: 0,
            ended: false,
        })
    }

    /// What errors call the source.
    pub(super) fn name(&self) -> String {
        if is_standard_input(&self.path) {
            "standard input".to_owned()
        } else {
            self.path.display().to_string()
        }
    }

    /// The next records with the header before them; nothing at the end. `at_once` hands on what
    /// there is, however little.
    pub(super) fn next(&mut self, at_once: bool) -> Result<Option<Input>> {
        loop {
            if self.ended || is_interrupted() {
                // A record without a line break at the end is whole only if nothing more comes.
                let last = std::mem::take(&mut self.rest);
                let whole = !is_interrupted() && !last.iter().all(u8::is_ascii_whitespace);
                return Ok(whole.then(|| self.part(&last)));
            }
            let n_new = self.read()?;
            self.take_header();
            let enough = PART <= self.rest.len() || at_once || n_new == 0;
            if enough && let Some(end) = last_break(&self.rest, self.has_quotes) {
                let rest = self.rest.split_off(end + 1);
                let part = std::mem::replace(&mut self.rest, rest);
                return Ok(Some(self.part(&part)));
            }
            if MAX_RECORD < self.rest.len() {
                let (file, line) = (self.name(), self.n_lines + 1);
                let error = oddity_ingest::Error::RecordTooLong { file, line, limit: MAX_RECORD };
                return Err(error.into());
            }
            if n_new == 0 {
                std::thread::sleep(PAUSE);
            }
        }
    }

    fn read(&mut self) -> Result<usize> {
        let failed = |source| Error::Io { path: self.path.clone(), source };
        let mut buffer = vec![0; PART / 8];
        let n_new = match self.reader.read(&mut buffer) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(0),
            Err(error) => return Err(failed(error)),
        };
        self.rest.extend_from_slice(&buffer[..n_new]);
        self.n_read += n_new as u64;
        if n_new == 0 && !self.follow {
            self.ended = true;
        }
        if n_new == 0
            && let Some(file) = &self.followed
            && file.metadata().map_err(failed)?.len() < self.n_read
        {
            let problem = format!("{} became shorter while it was followed", self.name());
            return Err(Error::Contradiction { problem });
        }
        if self.rest.starts_with(&[0x1f, 0x8b]) && self.n_lines == 0 {
            let problem = format!("{} is compressed: unpack it on the way", self.name());
            return Err(Error::Contradiction { problem });
        }
        Ok(n_new)
    }

    fn take_header(&mut self) {
        if self.has_header
            && self.header.is_empty()
            && let Some(end) = self.rest.iter().position(|&byte| byte == b'\n')
        {
            let rest = self.rest.split_off(end + 1);
            self.header = std::mem::replace(&mut self.rest, rest);
            self.n_lines = 1;
        }
    }

    fn part(&mut self, records: &[u8]) -> Input {
        let name = if self.n_lines <= 1 {
            self.name()
        } else {
            format!("{}, behind line {}", self.name(), self.n_lines)
        };
        self.n_lines += records.iter().filter(|&&byte| byte == b'\n').count();
        Input::Bytes { name, bytes: [&self.header, records].concat() }
    }
}

/// The last line break that no quotes surround.
fn last_break(bytes: &[u8], has_quotes: bool) -> Option<usize> {
    if !has_quotes {
        return bytes.iter().rposition(|&byte| byte == b'\n');
    }
    let (mut quoted, mut last) = (false, None);
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => last = Some(at),
            _ => {}
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, format: Format) -> Vec<String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        let mut arriving = Arriving::open(file.path(), false, format).expect("open");
        let mut parts = Vec::new();
        while let Some(Input::Bytes { bytes, .. }) = arriving.next(true).expect("a part") {
            parts.push(String::from_utf8(bytes).expect("text"));
        }
        parts
    }

    #[test]
    fn each_part_has_the_header_and_whole_records() {
        assert_eq!(parts("a,b\n1,2\n3,4", Format::Csv), ["a,b\n1,2\n", "a,b\n3,4"]);
        assert_eq!(parts("1,2\n3,4\n", Format::Kdd), ["1,2\n3,4\n"]);
        assert_eq!(parts("a\n\"x\ny\"\n", Format::Csv), ["a\n\"x\ny\"\n"]);
        assert_eq!(parts("a\n\"x\ny", Format::Traces), ["a\n\"x\n", "y"]);
        assert!(parts("a,b\n", Format::Csv).is_empty());
        assert!(parts("", Format::Csv).is_empty());
    }
}
