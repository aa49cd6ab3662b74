//! The rows of a file, one after the other, and its attacks.

use super::clock;
use super::columns::Column;
use super::params::{HaiKind, HaiParams};
use super::plant::{self, Plant, saturated};
use super::points::Point;
use super::tags::TAGS;
use crate::generate::calendar::DAY;

/// One second as the data collector writes it down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HaiRow<'a> {
    /// The second, counted from 1970 without a time zone.
    pub second: u64,
    /// A value a column, within the tag's range, in the tag's unit; switches and raw counts
    /// are whole numbers, vibrations have four decimals.
    pub values: &'a [f64],
    /// Whether P1, P2 and P3 are under attack.
    pub attack: [bool; 3],
}

impl HaiRow<'_> {
    /// Whether any process is under attack.
    pub fn is_attack(&self) -> bool {
        self.attack.contains(&true)
    }
}

/// The rows of a file, made one at a time.
#[derive(Debug)]
pub struct HaiRows {
    plant: Plant,
    columns: Vec<Column>,
    values: Vec<f64>,
    second: u64,
    end: u64,
}

impl HaiRows {
    pub(super) fn new(params: &HaiParams, columns: &[Column]) -> HaiRows {
        let second = clock::start(params);
        HaiRows {
            plant: Plant::new(params, second % DAY),
            columns: columns.to_vec(),
            values: vec![0.0; columns.len()],
            second,
            end: second + params.n_rows,
        }
    }

    /// The next row; nothing after the last.
    pub fn next_row(&mut self) -> Option<HaiRow<'_>> {
        if self.end <= self.second {
            return None;
        }
        let (seen, attack) = self.plant.step();
        for (value, column) in self.values.iter_mut().zip(&self.columns) {
            let shown = saturated(seen, column.tag);
            *value = match TAGS[column.tag as usize].decimals {
                0 => shown.round(),
                4 => (shown * 1e4).round() / 1e4,
                _ => shown,
            };
        }
        self.second += 1;
        Some(HaiRow { second: self.second - 1, values: &self.values, attack })
    }
}

impl HaiRows {
    /// So many more rows, or those that are left.
    pub(super) fn next_batch(&mut self, n_rows: usize) -> RowBatch {
        let width = self.columns.len();
        let mut batch = RowBatch { width, values: Vec::new(), labels: Vec::new() };
        batch.values.reserve(n_rows * width);
        while batch.labels.len() < n_rows
            && let Some(row) = self.next_row()
        {
            batch.values.extend_from_slice(row.values);
            batch.labels.push((row.second, row.attack));
        }
        batch
    }
}

/// Rows one after the other, with the second and the attacks of each.
#[derive(Debug)]
pub(super) struct RowBatch {
    width: usize,
    values: Vec<f64>,
    labels: Vec<(u64, [bool; 3])>,
}

/// A part of a batch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batch<'a> {
    width: usize,
    values: &'a [f64],
    labels: &'a [(u64, [bool; 3])],
}

impl RowBatch {
    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Parts of so many rows, in order.
    pub(super) fn parts(&self, n_rows: usize) -> Vec<Batch<'_>> {
        let values = self.values.chunks(n_rows * self.width);
        let parts = values.zip(self.labels.chunks(n_rows));
        parts.map(|(values, labels)| Batch { width: self.width, values, labels }).collect()
    }
}

impl<'a> Batch<'a> {
    pub(super) fn rows(self) -> impl Iterator<Item = HaiRow<'a>> {
        let rows = self.values.chunks_exact(self.width).zip(self.labels);
        rows.map(|(values, &(second, attack))| HaiRow { second, values, attack })
    }
}

/// An attack, as a label file lists it.
#[derive(Clone, Debug, PartialEq)]
pub struct HaiAttack {
    /// Its first row, from 0.
    pub start: u64,
    /// The row after its last, which may lie behind the end of the file.
    pub end: u64,
    /// The tags changed, by their names in 22.04.
    pub changed: Vec<&'static str>,
    /// The tags whose values are replaced by earlier ones, by their names in 22.04.
    pub hidden: Vec<&'static str>,
    /// Whether P1, P2 and P3 are labelled.
    pub processes: [bool; 3],
}

/// The attacks of a file that begin before its end.
pub(super) fn attacks(params: &HaiParams) -> Vec<HaiAttack> {
    if params.kind == HaiKind::Train {
        return Vec::new();
    }
    let name = |point: Point| TAGS[point.tag() as usize].name;
    let attacks = plant::attacks(params).take_while(|attack| attack.start < params.n_rows);
    let listed = attacks.map(|attack| {
        let mut processes = [false; 3];
        for point in attack.points() {
            processes[point.loop_of().process()] = true;
        }
        HaiAttack {
            start: attack.start,
            end: attack.end,
            changed: attack.changes.iter().map(|change| name(change.point)).collect(),
            hidden: attack.replayed.iter().copied().map(name).collect(),
            processes,
        }
    });
    listed.collect()
}
