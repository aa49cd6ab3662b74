//! A worker process as its run sees it: orders in, replies out, how it ended.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::Serialize;

use super::Isolation;
use super::protocol::Reply;
use crate::environment::rss_bytes;
use crate::error::{Error, Result};

/// Lines of standard error that are kept of a worker, for the reason why it died.
const STDERR_LINES: usize = 5;

/// Signals with the names that people know them by.
const SIGNALS: &[(i32, &str)] = &[
    (1, "SIGHUP"),
    (2, "SIGINT"),
    (4, "SIGILL"),
    (6, "SIGABRT"),
    (7, "SIGBUS"),
    (8, "SIGFPE"),
    (9, "SIGKILL"),
    (11, "SIGSEGV"),
    (15, "SIGTERM"),
    (24, "SIGXCPU"),
    (25, "SIGXFSZ"),
];

/// A worker process. It ends when this is dropped, and by itself when this process does.
pub(super) struct Process {
    child: Child,
    orders: ChildStdin,
    replies: Receiver<Reply>,
    stderr: Arc<Mutex<VecDeque<String>>>,
    readers: Vec<JoinHandle<()>>,
}

/// How a worker died.
pub(super) struct Death {
    /// The signal, if it was one.
    pub(super) signal: Option<i32>,
    /// How it ended, with its last words.
    pub(super) text: String,
    /// Whether it said that an allocation failed.
    pub(super) out_of_memory: bool,
}

impl Process {
    /// Starts a worker; it then loads its data.
    pub(super) fn start(isolation: &Isolation) -> Result<Process> {
        let failed = |error: std::io::Error| Error::Worker {
            reason: format!("{}: {error}", isolation.program.display()),
        };
        let mut child = Command::new(&isolation.program)
            .arg("worker")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(orders), Some(stdout), Some(stderr)) = pipes else {
            return Err(failed(std::io::ErrorKind::BrokenPipe.into()));
        };
        let (sender, replies) = channel();
        let read = move || {
            for line in BufReader::new(stdout).lines().map_while(std::io::Result::ok) {
                // What a library prints is not for us.
                let reply = serde_json::from_str(&line).unwrap_or(Reply::Say(line));
                if sender.send(reply).is_err() {
                    return;
                }
            }
        };
        let kept: Arc<Mutex<VecDeque<String>>> = Arc::default();
        let keep = Arc::clone(&kept);
        let readers = vec![
            std::thread::spawn(read),
            std::thread::spawn(move || keep_last_lines(stderr, &keep)),
        ];
        let mut process = Process { child, orders, replies, stderr: kept, readers };
        process.send(&isolation.setup);
        Ok(process)
    }

    /// Writes a line that is JSON already.
    fn send(&mut self, line: &str) {
        // A worker that is gone is noticed where its reply is waited for.
        let _gone = writeln!(self.orders, "{line}").and_then(|()| self.orders.flush());
    }

    /// Sends an order.
    pub(super) fn order(&mut self, order: &impl Serialize) {
        if let Ok(line) = serde_json::to_string(order) {
            self.send(&line);
        }
    }

    /// Waits for a reply; `Ok(None)` where none came in time, an error if the worker is gone.
    pub(super) fn reply(&self, patience: Duration) -> Result<Option<Reply>, Gone> {
        match self.replies.recv_timeout(patience) {
            Ok(reply) => Ok(Some(reply)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Gone),
        }
    }

    /// Resident memory now, in bytes.
    pub(super) fn rss_bytes(&self) -> Option<u64> {
        rss_bytes(self.child.id())
    }

    /// Ends the worker, whatever it does.
    pub(super) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) -> Option<ExitStatus> {
        // It may have ended already.
        let _may_be_gone = self.child.kill();
        self.child.wait().ok()
    }

    /// Says how a worker died that was not killed by us.
    pub(super) fn death(mut self) -> Death {
        let status = self.child.wait().ok();
        for reader in self.readers.drain(..) {
            // A reader ends with the pipe, and has nothing to panic about.
            let _ended = reader.join();
        }
        let lines = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let said: Vec<&str> = lines.iter().map(String::as_str).collect();
        let signal = status.and_then(signal);
        let mut text = match (signal, status.and_then(|status| status.code())) {
            (Some(signal), _) => format!("the process died by signal {}", name(signal)),
            (None, Some(code)) => format!("the process ended with status {code}"),
            (None, None) => "the process ended".to_owned(),
        };
        if !said.is_empty() {
            text = format!("{text}: {}", said.join(" | "));
        }
        let out_of_memory = said.iter().any(|line| line.contains("memory allocation of"));
        Death { signal, text, out_of_memory }
    }
}

/// The worker's end of the pipe is closed.
pub(super) struct Gone;

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Number and name of a signal.
fn name(signal: i32) -> String {
    let known = SIGNALS.iter().find(|(number, _)| *number == signal);
    known.map_or_else(|| signal.to_string(), |(number, name)| format!("{number} ({name})"))
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<i32> {
    None
}

fn keep_last_lines(stderr: impl Read, kept: &Mutex<VecDeque<String>>) {
    for line in BufReader::new(stderr).lines().map_while(std::io::Result::ok) {
        let line = line.trim();
        if line.is_empty() || line.starts_with("note: run with `RUST_BACKTRACE") {
            continue;
        }
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back(line.to_owned());
        if STDERR_LINES < kept.len() {
            kept.pop_front();
        }
    }
}
