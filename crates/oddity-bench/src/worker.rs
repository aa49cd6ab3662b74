//! The other side of `run --isolate`: a process that computes the cells it is told, one at a
//! time, and ends when its run does.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::execute::SharedFeatures;
use crate::hook::Hook;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::runner::protocol::{Order, Reply, Setup};
use crate::runner::{InGroup, Job, Local, pool};
use crate::store::Store;
use crate::suite::Suite;

/// Reads orders from standard input until it is closed, and answers on standard output.
///
/// A worker whose run is gone must not go on: a thread of its own reads the orders, and ends
/// the process when there are no more, whatever is being computed. What is stored under its
/// name is whole, since files get their names last.
pub fn work(hook: Option<&dyn Hook>) -> ExitCode {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(std::io::Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
        std::process::exit(0);
    });
    match serve(&lines, hook) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            reply(&Reply::Broken(error.to_string()));
            ExitCode::from(2)
        }
    }
}

fn serve(lines: &Receiver<String>, hook: Option<&dyn Hook>) -> Result<()> {
    let Some(setup) = next::<Setup>(lines)? else { return Ok(()) };
    let suite: Suite = toml::from_str(&setup.suite).map_err(|error| broken(&error))?;
    let pool = pool(setup.threads)?;
    let data_dir = setup.data_dir.as_deref();
    let (datasets, dataset_of) = pool.install(|| crate::run::load(&suite, data_dir))?;
    let plan = Plan::new(&suite, &datasets, &dataset_of, |_| true)?.on(setup.backend)?;
    let places = plan
        .groups
        .iter()
        .flat_map(|group| group.cells.iter().map(move |cell| (cell.key.as_str(), (group, cell))));
    let places: HashMap<&str, _> = places.collect();
    let store = Store::open(&setup.folder)?;
    // Longer than a duration can be is never.
    let checkpoint_every =
        Duration::try_from_secs_f64(setup.checkpoint_every).unwrap_or(Duration::MAX);
    let local = Local {
        store: &store,
        environment: &setup.environment,
        checkpoint_every,
        alone: true,
        hook,
    };
    let progress = Progress::to(|text| reply(&Reply::Say(text.to_owned())));
    let shared = SharedFeatures::default();
    // Cells of a group come one after the other, and share its features.
    let mut current: Option<InGroup<'_>> = None;
    reply(&Reply::Ready);
    while let Some(Order { key, again, budget }) = next(lines)? {
        let Some(&(group, cell)) = places.get(key.as_str()) else {
            return Err(broken(&format!("no cell {key}: has the data changed?")));
        };
        let in_group = match current.take() {
            Some(last) if std::ptr::eq(last.group, group) => last,
            _ => InGroup::new(group, &shared),
        };
        let in_group = current.insert(in_group);
        let job = Job { cell, budget, again, progress: &progress };
        let status = pool.install(|| local.compute(&job, in_group))?;
        reply(&Reply::Done(status));
    }
    Ok(())
}

/// The next line; nothing where none will come.
fn next<T: DeserializeOwned>(lines: &Receiver<String>) -> Result<Option<T>> {
    let Ok(line) = lines.recv() else { return Ok(None) };
    serde_json::from_str(&line).map(Some).map_err(|error| broken(&error))
}

fn broken(error: &dyn std::fmt::Display) -> Error {
    Error::Worker { reason: error.to_string() }
}

fn reply(reply: &Reply) {
    let Ok(line) = serde_json::to_string(reply) else { return };
    // A run that is gone closes the input too, which ends this process.
    let _gone = writeln!(std::io::stdout(), "{line}");
}
