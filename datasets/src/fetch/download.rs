//! The download of one file: attempts, resumption, checks while it comes.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::request::{Answer, Failure, request};
use super::{Event, FetchOptions, Outcome};
use crate::checksum::Hasher;
use crate::registry::FileEntry;
use crate::{Error, Result};

/// Longest wait between two requests.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// Downloads a file to its place; gives its length.
pub(super) fn download(
    url: &str,
    path: &Path,
    file: &FileEntry,
    options: &FetchOptions,
    progress: &mut dyn FnMut(&Event<'_>),
) -> Result<(u64, Outcome)> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    let mut download = Download::new(url, path, file, options)?;
    let (mut wait, mut fruitless, mut best) = (options.wait, 0, 0);
    loop {
        match download.attempt(progress) {
            Ok(n_bytes) => {
                download.file.sync_all().map_err(Error::io("write", &download.part))?;
                fs::rename(&download.part, path).map_err(Error::io("rename", &download.part))?;
                let resumed = download.resumed;
                return Ok((n_bytes, if resumed { Outcome::Resumed } else { Outcome::Downloaded }));
            }
            Err(Failure { error, again: true }) => {
                // What brings the file further than it ever was is no failure.
                fruitless = if best < download.n_bytes { 1 } else { fruitless + 1 };
                best = best.max(download.n_bytes);
                if options.attempts <= fruitless {
                    return Err(error);
                }
                progress(&Event::Retry { error: &error, wait });
                thread::sleep(wait);
                wait = (wait * 2).min(MAX_WAIT);
            }
            Err(Failure { error, .. }) => return Err(error),
        }
    }
}

/// A file that is on its way.
struct Download<'a> {
    url: &'a str,
    expected: &'a FileEntry,
    options: &'a FetchOptions,
    part: PathBuf,
    file: File,
    /// Bytes of the part that came so far.
    n_bytes: u64,
    /// Whether those that were there before were of use.
    resumed: bool,
}

impl<'a> Download<'a> {
    /// Opens the part that an earlier call may have left.
    fn new(
        url: &'a str,
        path: &Path,
        expected: &'a FileEntry,
        options: &'a FetchOptions,
    ) -> Result<Download<'a>> {
        let mut name = path.as_os_str().to_owned();
        name.push(".part");
        let part = PathBuf::from(name);
        let failed = || Error::io("open", &part);
        let mut options_of_file = OpenOptions::new();
        options_of_file.read(true).write(true).create(true).truncate(false);
        let file = options_of_file.open(&part).map_err(failed())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => return Err(failed()(error)),
        }
        let n_bytes = file.metadata().map_err(failed())?.len();
        let mut download = Download { url, expected, options, part, file, n_bytes, resumed: false };
        // Without a checksum nobody would know whether the two parts are of one file.
        if expected.checksum.is_none() || download.limit() < n_bytes {
            download.start_over()?;
        }
        Ok(download)
    }

    /// Most bytes that may come.
    fn limit(&self) -> u64 {
        self.expected.size.unwrap_or(self.options.max_bytes)
    }

    fn start_over(&mut self) -> Result<()> {
        self.file.set_len(0).map_err(Error::io("write", &self.part))?;
        (self.n_bytes, self.resumed) = (0, false);
        Ok(())
    }

    /// One request, and what comes of it: the length of the file.
    fn attempt(&mut self, progress: &mut dyn FnMut(&Event<'_>)) -> Result<u64, Failure> {
        let whole = self.expected.size.is_some_and(|size| size == self.n_bytes);
        if whole && 0 < self.n_bytes {
            self.resumed = true;
            return self.finish(None);
        }
        let before = self.n_bytes;
        let answer = request(self.url, before, self.options)?;
        let Answer::Bytes { start, total, mut body } = answer else {
            // The part is of no use to this server: the next request asks for the whole.
            self.start_over().map_err(Failure::last)?;
            let url = self.url.to_owned();
            return Err(Failure::passing(Error::Status { url, status: 416 }));
        };
        if start < before {
            self.start_over().map_err(Failure::last)?;
        }
        self.resumed = 0 < start;
        let total = self.check_length(total)?;
        let mut hasher = self.hasher(total).map_err(Failure::last)?;
        self.file.seek(SeekFrom::Start(start)).map_err(|e| Failure::last(self.io("write")(e)))?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            progress(&Event::Bytes { done: self.n_bytes, total });
            let n = match body.read(&mut buffer) {
                Ok(n) => n,
                Err(error) => {
                    let (url, source) = (self.url.to_owned(), Box::new(error));
                    return Err(Failure::passing(Error::Transport { url, source }));
                }
            };
            if n == 0 {
                break;
            }
            if self.limit() < self.n_bytes + n as u64 {
                let (url, limit) = (self.url.to_owned(), self.limit());
                self.start_over().map_err(Failure::last)?;
                return Err(Failure::last(Error::TooLong { url, limit }));
            }
            self.file.write_all(&buffer[..n]).map_err(|e| Failure::last(self.io("write")(e)))?;
            self.n_bytes += n as u64;
            if let Some(hasher) = &mut hasher {
                hasher.update(&buffer[..n]);
            }
        }
        if let Some(expected) = total.filter(|&total| self.n_bytes < total) {
            let (url, found) = (self.url.to_owned(), self.n_bytes);
            return Err(Failure::passing(Error::Short { url, expected, found }));
        }
        self.finish(hasher)
    }

    /// Compares the length that the server gives with the registry's, and with the limit.
    fn check_length(&mut self, announced: Option<u64>) -> Result<Option<u64>, Failure> {
        let Some(found) = announced else { return Ok(self.expected.size) };
        let url = self.url.to_owned();
        if let Some(expected) = self.expected.size.filter(|&size| size != found) {
            return Err(Failure::last(Error::Length { url, expected, found }));
        }
        if self.options.max_bytes.max(self.limit()) < found {
            return Err(Failure::last(Error::TooLong { url, limit: self.limit() }));
        }
        Ok(Some(found))
    }

    /// A hasher that has seen what is there, if the length is known that Git's id needs.
    fn hasher(&mut self, total: Option<u64>) -> Result<Option<Hasher>> {
        let (Some(checksum), Some(total)) = (self.expected.checksum, total) else {
            return Ok(None);
        };
        let mut hasher = Hasher::new(checksum, total);
        self.file.seek(SeekFrom::Start(0)).map_err(self.io("read"))?;
        let mut there = (&self.file).take(self.n_bytes);
        hasher.read(&mut there).map_err(self.io("read"))?;
        Ok(Some(hasher))
    }

    /// Compares the checksum of what has come.
    fn finish(&mut self, hasher: Option<Hasher>) -> Result<u64, Failure> {
        let Some(expected) = self.expected.checksum else { return Ok(self.n_bytes) };
        let found = match hasher {
            Some(hasher) => hasher.finish(),
            None => expected.of_file(&self.part).map_err(|e| Failure::last(self.io("read")(e)))?,
        };
        if found == expected {
            return Ok(self.n_bytes);
        }
        // Two halves of different files may have been put together: once more, as a whole.
        let again = self.resumed;
        self.start_over().map_err(Failure::last)?;
        let error = Error::Checksum { url: self.url.to_owned(), expected, found };
        if !again {
            fs::remove_file(&self.part).map_err(|e| Failure::last(self.io("remove")(e)))?;
        }
        Err(Failure { error, again })
    }

    fn io(&self, action: &'static str) -> impl FnOnce(std::io::Error) -> Error + use<> {
        Error::io(action, self.part.clone())
    }
}
