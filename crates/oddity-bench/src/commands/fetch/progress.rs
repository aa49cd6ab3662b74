//! How far a download is: a bar on terminals, lines elsewhere.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use oddity_datasets::fetch::Event;

use crate::commands::say;

/// Between two lines about one file at least this much time passes.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// What is shown of a download.
#[derive(Default)]
pub(crate) struct Shown {
    bar: Option<ProgressBar>,
    path: String,
    last: Option<Instant>,
}

impl Shown {
    /// Shows what happens.
    pub(crate) fn show(&mut self, event: &Event<'_>) {
        match event {
            Event::File { path, at, n_files } => {
                self.finish();
                self.path = format!("{path} ({} of {n_files})", at + 1);
                self.last = Some(Instant::now());
            }
            Event::Bytes { done, total } => self.bytes(*done, *total),
            Event::Retry { error, wait } => {
                self.finish();
                say(&format!("{error}; again in {:.0} s", wait.as_secs_f64()));
            }
            _ => {}
        }
    }

    fn bytes(&mut self, done: u64, total: Option<u64>) {
        if std::io::stderr().is_terminal() {
            let bar = self.bar.get_or_insert_with(|| {
                let bar = ProgressBar::new(total.unwrap_or(0));
                let style = "{prefix} {bar:30} {bytes}/{total_bytes}, {eta} left";
                if let Ok(style) = ProgressStyle::with_template(style) {
                    bar.set_style(style);
                }
                bar.set_prefix(self.path.clone());
                bar
            });
            bar.set_position(done);
        } else if self.last.is_none_or(|last| LINE_EVERY <= last.elapsed()) {
            self.last = Some(Instant::now());
            let total = total.map_or_else(String::new, |total| format!(" of {}", bytes(total)));
            say(&format!("{}: {}{total}", self.path, bytes(done)));
        }
    }

    /// Clears the bar.
    pub(crate) fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// A number of bytes for people, in powers of 1,000.
pub(crate) fn bytes(n: u64) -> String {
    let (mut value, mut unit) = (n as f64, "B");
    for next in ["kB", "MB", "GB", "TB"] {
        if value < 999.95 {
            break;
        }
        (value, unit) = (value / 1000.0, next);
    }
    if unit == "B" { format!("{n} B") } else { format!("{value:.1} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn numbers_of_bytes_are_rounded_within_their_unit() {
        for (n, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (19_109_424, "19.1 MB"),
            (5_000_000_000_000_000, "5000.0 TB"),
        ] {
            assert_eq!(bytes(n), text);
        }
    }
}
