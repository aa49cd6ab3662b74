//! The cells of two folders, side by side.

use std::collections::HashMap;

use crate::cell::{CellName, Status};
use crate::error::{Error, Result};
use crate::manifest::Folder;
use crate::results::StoredCell;
use crate::suite::{Pipeline, Suite, Task};

/// The cells of two folders, side by side, in the order of the old suite.
pub(super) struct Pairs<'a> {
    pub(super) suite: &'a Suite,
    pub(super) pairs: Vec<Pair>,
}

/// One cell in both folders.
pub(super) struct Pair {
    pub(super) name: CellName,
    pub(super) base: Option<StoredCell>,
    pub(super) head: Option<StoredCell>,
}

/// The pairs of one pipeline.
pub(super) struct OfPipeline<'a> {
    pub(super) task: &'a Task,
    pub(super) pipeline: &'a Pipeline,
    pub(super) dataset: String,
    pub(super) id: String,
    pub(super) pairs: Vec<&'a Pair>,
}

impl<'a> Pairs<'a> {
    pub(super) fn read(base: &'a Folder, head: &Folder) -> Result<Pairs<'a>> {
        if base.suite.name != head.suite.name {
            let found = format!("found suite {}, wanted {}", head.suite.name, base.suite.name);
            return Err(Error::Merge { folder: head.path(), reason: found });
        }
        let place = |name: &CellName| (name.pipeline.clone(), name.seed, name.split.clone());
        let heads = head.manifest.cells.iter();
        let mut heads: HashMap<_, _> = heads.map(|cell| (place(&cell.name), cell)).collect();
        let mut pairs = Vec::new();
        for cell in &base.manifest.cells {
            let other = heads.remove(&place(&cell.name));
            pairs.push(Pair {
                name: cell.name.clone(),
                base: read(base, &cell.key),
                head: other.and_then(|other| read(head, &other.key)),
            });
        }
        for cell in &head.manifest.cells {
            if heads.contains_key(&place(&cell.name)) {
                let head = read(head, &cell.key);
                pairs.push(Pair { name: cell.name.clone(), base: None, head });
            }
        }
        Ok(Pairs { suite: &base.suite, pairs })
    }

    /// The pipelines of the old suite with their pairs.
    pub(super) fn of_pipelines(&'a self) -> Vec<OfPipeline<'a>> {
        let mut all = Vec::new();
        for task in &self.suite.tasks {
            for pipeline in &task.pipelines {
                let id = task.pipeline_id(pipeline);
                let of = |pair: &&Pair| pair.name.pipeline == id;
                let pairs: Vec<&Pair> = self.pairs.iter().filter(of).collect();
                let Some(first) = pairs.first() else { continue };
                let dataset = first.name.dataset.clone();
                all.push(OfPipeline { task, pipeline, dataset, id, pairs });
            }
        }
        all
    }
}

impl Pair {
    /// Both, where both were computed.
    pub(super) fn both(&self) -> Option<(&StoredCell, &StoredCell)> {
        let (base, head) = (self.base.as_ref()?, self.head.as_ref()?);
        let well = |cell: &StoredCell| cell.record.status == Status::Ok;
        (well(base) && well(head)).then_some((base, head))
    }
}

/// A cell, if it is there and whole.
fn read(folder: &Folder, key: &str) -> Option<StoredCell> {
    let (record, table) = folder.store.read(key).ok()?;
    Some(StoredCell { record, table, history: folder.store.history(key) })
}
