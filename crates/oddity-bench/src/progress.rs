//! Progress of a run: a bar with the time left on terminals, plain lines elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Between two plain lines at least this much time passes.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Progress over a known number of cells.
pub struct Progress {
    bar: Option<ProgressBar>,
    lines: Mutex<Lines>,
    n_cells: usize,
}

struct Lines {
    done: usize,
    began: Instant,
    last: Option<Instant>,
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
        let lines = Lines { done: 0, began: Instant::now(), last: None };
        Progress { bar, lines: Mutex::new(lines), n_cells }
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
        let finished = lines.done == self.n_cells;
        if !finished && lines.last.is_some_and(|last| last.elapsed() < LINE_EVERY) {
            return;
        }
        lines.last = Some(Instant::now());
        let spent = lines.began.elapsed().as_secs_f64();
        let left = spent / lines.done.max(1) as f64 * (self.n_cells - lines.done) as f64;
        line(&format!("{}/{} cells, {left:.0} s left: {name}", lines.done, self.n_cells));
    }

    /// Shows how far the cell in work is, where there is a bar to show it on.
    pub fn within(&self, name: &str, done: usize, total: usize) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{name} {done}/{total}"));
        }
    }

    /// Clears the bar.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn line(text: &str) {
    // A reader who has gone away is no reason to stop a run.
    let _gone = writeln!(std::io::stderr(), "{text}");
}
