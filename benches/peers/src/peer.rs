//! The peer: a Python process that answers one JSON command a line.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// A running peer.
pub(crate) struct Peer {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    /// What it said of its versions.
    pub(crate) versions: Value,
    /// Threads that it may use.
    pub(crate) threads: usize,
}

impl Peer {
    /// Starts a script beside this crate's manifest, with a number of threads for its libraries.
    pub(crate) fn start(python: &Path, script: &str, threads: usize) -> Result<Peer> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
        let mut command = Command::new(python);
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
        for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"] {
            command.env(variable, threads.to_string());
        }
        let mut process = command.spawn().with_context(|| python.display().to_string())?;
        let input = process.stdin.take().context("the peer has no input")?;
        let output = BufReader::new(process.stdout.take().context("the peer has no output")?);
        let mut peer = Peer { process, input, output, versions: Value::Null, threads };
        peer.versions = peer.ask(&json!({ "command": "hello" }))?;
        Ok(peer)
    }

    /// Sends a command and waits for its answer.
    pub(crate) fn ask(&mut self, command: &Value) -> Result<Value> {
        writeln!(self.input, "{command}").context("the peer is gone")?;
        let mut line = String::new();
        if self.output.read_line(&mut line)? == 0 {
            bail!("the peer ended at {command}");
        }
        serde_json::from_str(&line).with_context(|| line)
    }

    /// Sends a command and takes one number of its answer.
    pub(crate) fn seconds(&mut self, command: &Value, field: &str) -> Result<f64> {
        number(&self.ask(command)?, field)
    }
}

/// A number of an answer.
pub(crate) fn number(answer: &Value, field: &str) -> Result<f64> {
    answer[field].as_f64().with_context(|| format!("no {field} in {answer}"))
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends by itself when its input closes; nothing to do if it already has.
        let _ended = self.process.kill();
        let _waited = self.process.wait();
    }
}
