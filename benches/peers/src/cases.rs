//! What is timed: each classifier on each table, the two searches, the n-gram features, and
//! the steps from rows to rows, networks, and one-class detectors.

mod classifier;
mod detectors;
mod features;
mod neural;
mod one_class;
mod search;
mod steps;
mod streams;
mod tables;

use std::path::{Path, PathBuf};

use anyhow::Result;
use rayon::ThreadPool;

use crate::data::Data;
use crate::peer::Peer;
use crate::report::Row;

/// One comparison.
pub(crate) enum Case {
    /// A classifier on a table.
    Classifier(classifier::ClassifierCase),
    /// A one-class detector on a table or a series.
    OneClass(one_class::OneClassCase),
    /// A parameter search.
    Search(search::SearchCase),
    /// Loading traces and counting n-grams.
    Features,
    /// A step from rows to rows.
    Step(steps::StepCase),
    /// A file of text to columns in memory.
    Table(tables::TableCase),
    /// A one-class detector on rows.
    Detector(detectors::DetectorCase),
    /// A step of training and of inference.
    Neural(neural::NeuralCase),
    /// An online detector or a hidden Markov model.
    Stream(streams::StreamCase),
}

impl Case {
    /// The name, by which cases are selected.
    pub(crate) fn name(&self) -> String {
        match self {
            Case::Classifier(case) => case.name(),
            Case::OneClass(case) => case.name(),
            Case::Search(case) => case.name(),
            Case::Step(case) => case.name(),
            Case::Table(case) => case.name(),
            Case::Neural(case) => case.name(),
            Case::Detector(case) => case.name(),
            Case::Stream(case) => case.name(),
            Case::Features => "adfa-ld load and n-grams".to_owned(),
        }
    }

    /// Both sides in turns.
    pub(crate) fn run(
        &self,
        data: &Data,
        peer: &mut Peer,
        pool: &ThreadPool,
        rounds: usize,
    ) -> Result<Vec<Row>> {
        match self {
            Case::Classifier(case) => case.run(data, peer, pool, rounds),
            Case::OneClass(case) => case.run(data, peer, pool, rounds),
            Case::Search(case) => case.run(data, peer, pool, rounds),
            Case::Step(case) => case.run(data, peer, pool, rounds),
            Case::Table(case) => case.run(data, peer, pool, rounds),
            Case::Neural(case) => case.run(pool, rounds),
            Case::Detector(case) => case.run(data, peer, pool, rounds),
            Case::Stream(case) => case.run(pool, rounds),
            Case::Features => features::run(self.name(), data, peer, pool, rounds),
        }
    }
}

/// All cases, small to large.
pub(crate) fn all(data: &Data, neural_python: &Path, stream_python: Option<&PathBuf>) -> Vec<Case> {
    let mut cases = vec![Case::Features];
    cases.extend(search::all().into_iter().map(Case::Search));
    cases.extend(tables::all().into_iter().map(Case::Table));
    cases.extend(neural::all(neural_python).into_iter().map(Case::Neural));
    cases.extend(streams::all(stream_python).into_iter().map(Case::Stream));
    cases.extend(steps::all().into_iter().map(Case::Step));
    cases.extend(detectors::all().into_iter().map(Case::Detector));
    cases.extend(one_class::all().into_iter().map(Case::OneClass));
    cases.extend(classifier::all(data).into_iter().map(Case::Classifier));
    cases
}

/// Median seconds of one call, repeated until `least` seconds have passed.
fn repeated<T>(least: f64, mut call: impl FnMut() -> Result<T>) -> Result<(f64, T)> {
    let mut spent: Vec<f64> = Vec::new();
    loop {
        let began = std::time::Instant::now();
        let value = call()?;
        spent.push(began.elapsed().as_secs_f64());
        if least <= spent.iter().sum() {
            return Ok((crate::report::median(&mut spent), value));
        }
    }
}
