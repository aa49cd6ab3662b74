//! Computes a stored cell again, and says whether the bits are the same and what differs.

use std::collections::HashMap;

use crate::cell::{CellName, Status};
use crate::environment::Environment;
use crate::error::{Error, Result};
use crate::manifest::{Folder, Manifest};
use crate::merge::is_same;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::run::{RunOptions, load};
use crate::runner::{Local, Runner, pool};
use crate::store::{CellRecord, CellTable, Store};

/// What came of computing a cell again.
#[derive(Clone, Debug, PartialEq)]
pub struct Reproduced {
    /// The cell.
    pub name: CellName,
    /// How it ended then and now, with the reasons.
    pub status: [(Status, Option<String>); 2],
    /// The first column and sample whose bits are others, if any are.
    pub first_difference: Option<String>,
    /// What of its identity and its environment is other now: what, then, now.
    pub changes: Vec<(String, String, String)>,
}

impl Reproduced {
    /// Whether the cell ended as before, with the same bits.
    pub fn is_same(&self) -> bool {
        self.status[0].0 == self.status[1].0 && self.first_difference.is_none()
    }
}

/// The key that begins with `start` in a folder of results.
///
/// # Errors
///
/// [`Error::NoCell`] where none does, or several do.
pub fn find(folder: &Folder, start: &str) -> Result<String> {
    let keys = folder.manifest.cells.iter().map(|cell| cell.key.as_str());
    let found: Vec<&str> = keys.filter(|key| key.starts_with(start)).collect();
    match found[..] {
        [key] => Ok(key.to_owned()),
        _ => Err(Error::NoCell {
            folder: folder.path(),
            key: start.to_owned(),
            n_found: found.len(),
        }),
    }
}

/// Computes a stored cell again, into the folder of `options`; of these data, threads, the time
/// between checkpoints, root and the hook count. The backend is that of the stored cell.
///
/// # Errors
///
/// [`Error::Merge`] for the folder that the cell is in, which would lose it, and
/// [`Error::NotResults`] for one whose files are not ours; those of a cell that is not stored, of
/// the data, and of storing the new cell.
pub fn reproduce(folder: &Folder, key: &str, options: &RunOptions<'_>) -> Result<Reproduced> {
    if is_same(&folder.path(), &options.folder) {
        let reason = "a cell is not computed again into the folder that it is in".to_owned();
        return Err(Error::Merge { folder: folder.path(), reason });
    }
    let (then, table_then) = folder.store.read(key)?;
    let name = then.name.clone();
    let suite = folder.suite.only(|id| id == name.pipeline);
    let pool = pool(options.threads)?;
    let data_dir = options.data_dir.as_deref();
    let (datasets, dataset_of) = pool.install(|| load(&suite, data_dir))?;
    let backend = folder.manifest.backend;
    let mut plan = Plan::new(&suite, &datasets, &dataset_of, |_| true)?.on(backend)?;
    let mut manifest = Manifest::of(&plan, backend, None)?;
    plan.groups.retain(|group| group.seed == name.seed && group.split_name == name.split);
    let key = plan.groups.iter().flat_map(|group| &group.cells).map(|cell| cell.key.clone()).next();
    let n_found = 0;
    let lost = || Error::NoCell { folder: folder.path(), key: name.to_string(), n_found };
    let key = key.ok_or_else(lost)?;
    let environment = Environment::detect(options.root.as_deref(), options.threads, 1);
    let store = Store::open(&options.folder)?;
    let _lock = store.lock()?;
    store.clear()?;
    manifest.cells.iter_mut().for_each(|cell| cell.elsewhere = cell.key != key);
    manifest.write(&options.folder)?;
    let runner = Runner {
        store: &store,
        local: Local {
            store: &store,
            environment: &environment,
            checkpoint_every: options.checkpoint_every,
            alone: false,
            hook: options.hook,
        },
        isolation: None,
        pool: &pool,
        jobs: 1,
        budget: options.budget,
        retry: false,
        rounds: 1,
        rounds_before: HashMap::new(),
    };
    runner.run(&plan, &Progress::new(&suite.name, plan.n_cells()))?;
    let (now, table_now) = store.read(&key)?;
    Ok(Reproduced {
        name,
        first_difference: first_difference(table_then.as_ref(), table_now.as_ref()),
        changes: changes(&then, &now),
        status: [(then.status, then.reason), (now.status, now.reason)],
    })
}

/// The parts of identity and environment that are others.
fn changes(then: &CellRecord, now: &CellRecord) -> Vec<(String, String, String)> {
    let mut changes = Vec::new();
    let identity = [&then.identity, &now.identity].map(serde_json::to_value);
    if let [Ok(then), Ok(now)] = &identity
        && let (Some(then), Some(now)) = (then.as_object(), now.as_object())
    {
        for (field, value) in now {
            let before = then.get(field).cloned().unwrap_or_default();
            if before != *value {
                changes.push((field.replace('_', " "), before.to_string(), value.to_string()));
            }
        }
    }
    let rows = [&then.run.environment, &now.run.environment].map(Environment::rows);
    let [then, now] = rows;
    for ((what, then), (_, now)) in then.into_iter().zip(now) {
        // How many cells ran at a time and where is no part of what a score depends on, but may
        // explain what should not be.
        if then != now {
            changes.push((what, then, now));
        }
    }
    changes
}

/// The first place where two tables are not the same, bit for bit.
pub fn first_difference(then: Option<&CellTable>, now: Option<&CellTable>) -> Option<String> {
    let (then, now) = match (then, now) {
        (None, None) => return None,
        (Some(then), Some(now)) => (then, now),
        (Some(_), None) => return Some("there are no scores now".to_owned()),
        (None, Some(_)) => return Some("there were no scores then".to_owned()),
    };
    if (&then.sample, &then.part, &then.truth) != (&now.sample, &now.part, &now.truth) {
        return Some("other samples, parts or classes".to_owned());
    }
    if then.predicted != now.predicted {
        return Some("other predicted classes".to_owned());
    }
    let columns = [
        ("score", &then.score, &now.score),
        ("probability", &then.probabilities, &now.probabilities),
        ("decision", &then.decision, &now.decision),
    ];
    for (name, then, now) in columns {
        let bits = |values: &Option<Vec<f64>>| -> Option<Vec<u64>> {
            values.as_ref().map(|values| values.iter().map(|value| value.to_bits()).collect())
        };
        let (a, b) = (bits(then), bits(now));
        if a == b {
            continue;
        }
        let (Some(a), Some(b)) = (a, b) else {
            return Some(format!("a column {name} that only one has"));
        };
        let at = a.iter().zip(&b).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
        let value = |bits: &[u64]| bits.get(at).map_or(f64::NAN, |&bits| f64::from_bits(bits));
        return Some(format!("{name}, value {at}: {:e} then, {:e} now", value(&a), value(&b)));
    }
    None
}
