//! Progress of a run: a bar with the time left on terminals, plain lines elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use oddity_core::Progress as Epochs;

use crate::cell::CellName;

/// Between two plain lines at least this much time passes.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Where lines go that are not for this process's own standard error.
type Sink = Box<dyn Fn(&str) + Send + Sync>;

/// Progress over a known number of cells.
pub struct Progress {
    bar: Option<ProgressBar>,
    sink: Option<Sink>,
    lines: Mutex<Lines>,
    n_cells: usize,
}

struct Lines {
    done: usize,
    began: Instant,
    last: Option<Instant>,
    /// Whether the last line was of a training that was not at its end.
    in_training: bool,
}

impl Progress {
    /// Starts over `n_cells` cells, on standard error.
    pub fn new(what: &str, n_cells: usize) -> Progress {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(n_cells as u64);
            let style = "{prefix} {bar:30} {pos}/{len} cells, {eta} left  {msg}";
            if let Ok(style) = ProgressStyle::with_template(style) {
                bar.set_style(style);
            }
            bar.set_prefix(what.to_owned());
            bar
        });
        let lines = Lines { done: 0, began: Instant::now(), last: None, in_training: false };
        Progress { bar, sink: None, lines: Mutex::new(lines), n_cells }
    }

    /// Hands each line to `sink`, and counts no cells: progress of a worker, which its parent
    /// shows.
    pub fn to(sink: impl Fn(&str) + Send + Sync + 'static) -> Progress {
        let lines = Lines { done: 0, began: Instant::now(), last: None, in_training: false };
        Progress { bar: None, sink: Some(Box::new(sink)), lines: Mutex::new(lines), n_cells: 0 }
    }

    /// Counts cells that are done, the last of them named.
    pub fn done(&self, n_cells: usize, name: &str) {
        if let Some(bar) = &self.bar {
            bar.inc(n_cells as u64);
            bar.set_message(name.to_owned());
            return;
        }
        let Ok(mut lines) = self.lines.lock() else { return };
        lines.done += n_cells;
        if self.sink.is_some() {
            return;
        }
        let finished = lines.done == self.n_cells;
        if !finished && lines.last.is_some_and(|last| last.elapsed() < LINE_EVERY) {
            return;
        }
        lines.last = Some(Instant::now());
        let spent = lines.began.elapsed().as_secs_f64();
        let left = spent / lines.done.max(1) as f64 * (self.n_cells - lines.done) as f64;
        self.line(&format!("{}/{} cells, {left:.0} s left: {name}", lines.done, self.n_cells));
    }

    /// Shows how far the cell in work is, where there is a bar to show it on.
    pub fn within(&self, name: &str, done: usize, total: usize) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{name} {done}/{total}"));
        }
    }

    /// Shows how far a training is, which goes on for so many seconds at most: each epoch on a
    /// bar, and elsewhere a line now and then and for the last one.
    pub fn epoch(&self, name: &CellName, epochs: &Epochs<'_>, seconds_left: f64) {
        let text = epoch_text(epochs, seconds_left);
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{} {text}", name.pipeline));
            return;
        }
        let Ok(mut lines) = self.lines.lock() else { return };
        let is_last = epochs.epoch + 1 == epochs.n_epochs;
        // What ends within moments says so as a cell.
        let is_recent = lines.last.unwrap_or(lines.began).elapsed() < LINE_EVERY;
        if is_recent && !(is_last && lines.in_training) {
            return;
        }
        lines.in_training = !is_last;
        lines.last = Some(Instant::now());
        self.line(&format!("{name}: {text}"));
    }

    /// Says what went wrong without ending the run.
    pub fn warn(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| line(text)),
            None => self.line(text),
        }
    }

    fn line(&self, text: &str) {
        match &self.sink {
            Some(sink) => sink(text),
            None => line(text),
        }
    }

    /// Clears the bar.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Loss, loss of what was held out, and the time left.
fn epoch_text(epochs: &Epochs<'_>, seconds_left: f64) -> String {
    let held_out = epochs.record.validation_loss;
    let held_out = held_out.map_or_else(String::new, |loss| format!(", held out {loss:.4e}"));
    format!(
        "epoch {}/{}, loss {:.4e}{held_out}, {seconds_left:.0} s left",
        epochs.epoch + 1,
        epochs.n_epochs,
        epochs.record.loss
    )
}

fn line(text: &str) {
    // A reader who has gone away is no reason to stop a run.
    let _gone = writeln!(std::io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use oddity_core::Epoch;

    #[test]
    fn an_epoch_is_one_line() {
        let record = Epoch { loss: 0.012345, validation_loss: Some(0.5), learning_rate: 1e-3 };
        let epochs = Epochs::new(record, 2, 10, &Vec::new);
        let text = "epoch 3/10, loss 1.2345e-2, held out 5.0000e-1, 42 s left";
        assert_eq!(epoch_text(&epochs, 41.7), text);
    }
}
