//! Curves of a training in the form that TensorBoard reads.

use std::fs::{self, File};
use std::io;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use oddity_core::Epoch;
use oddity_neural::EventFile;

/// What the names of event files hold, by which TensorBoard knows them.
const EVENTS: &str = "events.out.tfevents.";

/// The event file of a training, written along with it.
pub(super) struct Curves {
    folder: PathBuf,
    epochs: Vec<(f64, Epoch)>,
    file: Option<EventFile<File>>,
}

impl Curves {
    pub(super) fn new(folder: PathBuf) -> Curves {
        Curves { folder, epochs: Vec::new(), file: None }
    }

    /// Every epoch so far, with its time in seconds since 1970.
    pub(super) fn epochs(&self) -> &[(f64, Epoch)] {
        &self.epochs
    }

    /// Forgets what a former run drew, but for these epochs, which its checkpoint kept: it may
    /// have gone further than that.
    pub(super) fn begin(&mut self, epochs: Vec<(f64, Epoch)>) -> io::Result<()> {
        self.file = None;
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(EVENTS) {
                fs::remove_file(entry.path())?;
            }
        }
        self.epochs.clear();
        for (at, (time, epoch)) in epochs.into_iter().enumerate() {
            self.write(time, at, epoch)?;
        }
        Ok(())
    }

    /// Draws an epoch.
    pub(super) fn epoch(&mut self, at: usize, epoch: Epoch) -> io::Result<()> {
        self.write(now(), at, epoch)
    }

    fn write(&mut self, time: f64, at: usize, epoch: Epoch) -> io::Result<()> {
        self.epochs.push((time, epoch));
        let file = match &mut self.file {
            Some(file) => file,
            // A detector that is not trained in epochs leaves no file.
            none => {
                fs::create_dir_all(&self.folder)?;
                let name = format!("{EVENTS}{}.oddity", time as u64);
                none.insert(EventFile::new(File::create(self.folder.join(name))?, time)?)
            }
        };
        file.epoch(time, at, &epoch)
    }
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}
