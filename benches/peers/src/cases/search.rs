//! The study's random search and grid search over random forests.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use oddity_core::{Classifier, Samples, Seed};
use oddity_eval::cross_validation::{KFold, Shuffle, Splitter};
use oddity_eval::measure::ClassMeasure;
use oddity_eval::search::{ParameterGrid, Point, Search, Value};
use oddity_models::tree::{MaxFeatures, RandomForest, RandomForestParams};
use rayon::ThreadPool;
use serde_json::json;

use crate::data::Data;
use crate::peer::Peer;
use crate::report::Row;

/// Training rows of the study's hold-out.
const N_TRAIN: usize = 1003;

/// One of the two searches.
#[derive(Clone, Copy)]
pub(crate) enum SearchCase {
    /// Draws x 3 folds.
    Random {
        /// Points drawn.
        draws: usize,
    },
    /// 288 points x 3 folds.
    Grid,
}

/// Both searches of the study.
pub(crate) fn all() -> Vec<SearchCase> {
    vec![SearchCase::Random { draws: 100 }, SearchCase::Grid]
}

impl SearchCase {
    /// The name, by which cases are selected.
    pub(crate) fn name(self) -> String {
        match self {
            SearchCase::Random { draws } => format!("random search, {} fits", 3 * draws),
            SearchCase::Grid => "grid search, 864 fits".to_owned(),
        }
    }

    /// Both sides in turns; one turn, since each takes minutes.
    pub(crate) fn run(
        self,
        data: &Data,
        peer: &mut Peer,
        pool: &ThreadPool,
        rounds: usize,
    ) -> Result<Vec<Row>> {
        let table = &data.tables[0];
        let mut row = Row::new(self.name(), format!("{N_TRAIN} x {}", table.frame.n_columns()));
        for _ in 0..rounds.min(1) {
            let began = Instant::now();
            let best = pool.install(|| self.ours(data))?;
            row.ours.push(began.elapsed().as_secs_f64());
            let (kind, draws) = match self {
                SearchCase::Random { draws } => ("random", draws),
                SearchCase::Grid => ("grid", 0),
            };
            let answer = peer.ask(&json!({
                "command": "search",
                "data": table.name,
                "kind": kind,
                "draws": draws,
                "n_train": N_TRAIN,
                "threads": peer.threads,
            }))?;
            row.theirs.push(answer["seconds"].as_f64().context("no seconds")?);
            row.note = format!("best mean accuracy {best:.4} and {}", answer["score"]);
        }
        Ok(vec![row])
    }

    /// The best mean accuracy.
    fn ours(self, data: &Data) -> Result<f64> {
        let table = &data.tables[0];
        let samples = Samples::Rows(table.frame.view().slice(0..N_TRAIN));
        let classes = table.classes.select(&(0..N_TRAIN).collect::<Vec<_>>());
        let candidates = self.candidates()?;
        let measure = <ClassMeasure>::parse("accuracy")?;
        let search = Search {
            candidates: &candidates,
            factory: &forest,
            measure: &*measure,
            progress: None,
        };
        let folds = KFold { n_folds: 3, stratified: true, shuffle: Shuffle::None };
        let splits = folds.split(&classes, Seed(0))?;
        let found = search.run(&samples, &classes, &splits, Seed(42))?;
        Ok(found.best().summary.map_or(f64::NAN, |summary| summary.mean))
    }

    fn candidates(self) -> Result<Vec<Point>> {
        let some = |values: &[i64]| -> Vec<Value> {
            values.iter().map(|&value| Value::Integer(value)).collect()
        };
        let depths = (1..=11).map(|depth| Value::Integer(10 * depth)).chain([Value::None]);
        Ok(match self {
            SearchCase::Random { draws } => ParameterGrid::new()
                .with("n_trees", (1..=10).map(|n| Value::Integer(200 * n)))
                .with("max_depth", depths)
                .with("min_samples_split", some(&[2, 5, 10]))
                .with("min_samples_leaf", some(&[1, 2, 4]))
                .with("bootstrap", [true, false])
                .draw(draws, Shuffle::Numpy(42), Seed(42))?,
            SearchCase::Grid => ParameterGrid::new()
                .with("max_depth", some(&[80, 90, 100, 110]))
                .with("max_features", some(&[2, 3]))
                .with("min_samples_leaf", some(&[3, 4, 5]))
                .with("min_samples_split", some(&[8, 10, 12]))
                .with("n_trees", some(&[100, 200, 300, 1000]))
                .points()
                .collect(),
        })
    }
}

/// The forest of a point; what the point leaves out has its default.
fn forest(point: &Point) -> oddity_eval::Result<Arc<dyn Classifier>> {
    let integer = |name: &str| match point.get(name) {
        Some(Value::Integer(value)) => usize::try_from(*value).ok(),
        _ => None,
    };
    let defaults = RandomForestParams::default();
    let params = RandomForestParams {
        n_trees: integer("n_trees").unwrap_or(defaults.n_trees),
        max_depth: integer("max_depth"),
        max_features: integer("max_features").map_or(MaxFeatures::Sqrt, MaxFeatures::Count),
        min_samples_split: integer("min_samples_split").unwrap_or(defaults.min_samples_split),
        min_samples_leaf: integer("min_samples_leaf").unwrap_or(defaults.min_samples_leaf),
        bootstrap: point.bool("bootstrap").unwrap_or(true),
        ..defaults
    };
    Ok(Arc::new(RandomForest::new(params)?))
}
