//! Cells that are missing or failed: what cannot be compared.

use super::pairs::{Pair, Pairs};
use super::{Kind, Line, Verdict};
use crate::cell::Status;
use crate::results::StoredCell;

/// A line for each pair that could not be compared, and for cells that failed before alone.
pub(super) fn lines(pairs: &Pairs<'_>) -> Vec<Line> {
    pairs.pairs.iter().filter_map(line).collect()
}

fn line(pair: &Pair) -> Option<Line> {
    let (base, head) = (pair.base.as_ref(), pair.head.as_ref());
    let (verdict, sentence) = match (base.map(status), head.map(status)) {
        (Some(Status::Ok), Some(Status::Ok)) => return None,
        (None, None) => (Verdict::Incomplete, "in neither of the folders".to_owned()),
        (Some(_), None) => (Verdict::Incomplete, "missing now".to_owned()),
        (None, Some(_)) => (Verdict::Incomplete, "new: nothing to compare it with".to_owned()),
        (Some(Status::Ok), Some(now)) => {
            (Verdict::Incomplete, format!("fails now: {}", reason(now, head)))
        }
        (Some(_), Some(Status::Ok)) => (Verdict::Better, "failed before, not now".to_owned()),
        (Some(_), Some(now)) => {
            (Verdict::Same, format!("failed before and now: {}", reason(now, head)))
        }
    };
    Some(Line {
        kind: Kind::Cells,
        dataset: pair.name.dataset.clone(),
        pipeline: pair.name.pipeline.clone(),
        what: format!("seed {} {}", pair.name.seed, pair.name.split),
        base: None,
        head: None,
        worse_by: None,
        limit: None,
        verdict,
        sentence,
    })
}

fn status(cell: &StoredCell) -> Status {
    cell.record.status
}

fn reason(status: Status, cell: Option<&StoredCell>) -> String {
    let reason = cell.and_then(|cell| cell.record.reason.as_deref());
    format!("{}, {}", status.as_str(), reason.unwrap_or("without a reason"))
}
