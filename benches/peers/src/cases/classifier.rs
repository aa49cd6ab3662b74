//! Fit and predict of one classifier on one table.

use anyhow::Result;
use oddity_core::{Samples, Seed};
use oddity_models::catalogue::ClassifierConfig;
use rayon::ThreadPool;
use serde_json::json;

use super::repeated;
use crate::data::Data;
use crate::peer::{Peer, number};
use crate::report::Row;

/// Each side repeats a call until so many seconds have passed, in every turn.
const LEAST_SECONDS: f64 = 0.2;

/// A classifier on the first rows of a table, predicting its last rows.
pub(crate) struct ClassifierCase {
    table: usize,
    table_name: &'static str,
    model: &'static str,
    /// What the peer calls it, where it differs.
    peer_model: &'static str,
    config: &'static str,
    n_train: usize,
    n_test: usize,
    /// Turns at most: the largest cases take minutes each.
    max_rounds: usize,
}

const MODELS: &[(&str, &str, &str)] = &[
    ("logistic_regression", "logistic_regression", "kind = \"logistic_regression\""),
    ("lda", "lda", "kind = \"lda\""),
    ("knn", "knn", "kind = \"knn\""),
    ("cart", "cart", "kind = \"cart\""),
    ("gaussian_nb", "gaussian_nb", "kind = \"gaussian_nb\""),
    ("svm rbf", "svm", "kind = \"svm\"\nkernel = { rbf = { gamma = \"auto\" } }"),
    ("random_forest 100 trees", "random_forest", "kind = \"random_forest\"\nn_trees = 100"),
];

/// Seven classifiers on three tables. The SVM takes a part of the largest one: the peer's
/// time grows with the square of the rows.
pub(crate) fn all(data: &Data) -> Vec<ClassifierCase> {
    let mut cases = Vec::new();
    for (table, part) in data.tables.iter().enumerate() {
        let n_rows = part.frame.n_rows();
        for &(model, peer_model, config) in MODELS {
            let large = 100_000 < n_rows;
            let (n_train, n_test) = match (large, peer_model) {
                (true, "svm") => (20_000, 2_000),
                (true, _) => (125_000, 12_500),
                (false, _) => (n_rows * 5 / 6, n_rows / 6),
            };
            let slow = large && ["svm", "cart", "random_forest"].contains(&peer_model);
            let max_rounds = if slow { 1 } else { usize::MAX };
            let table_name = part.name;
            cases.push(ClassifierCase {
                table,
                table_name,
                model,
                peer_model,
                config,
                n_train,
                n_test,
                max_rounds,
            });
        }
        if table == 0 {
            let liblinear = "kind = \"logistic_regression\"\npenalize_intercept = true";
            let last = cases.len() - MODELS.len();
            let ClassifierCase { n_train, n_test, .. } = cases[last];
            cases.push(ClassifierCase {
                table,
                table_name: part.name,
                model: "logistic_regression against liblinear",
                peer_model: "logistic_regression/liblinear",
                config: liblinear,
                n_train,
                n_test,
                max_rounds: usize::MAX,
            });
        }
    }
    cases
}

impl ClassifierCase {
    /// The name, by which cases are selected.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.table_name, self.model)
    }

    /// Both sides in turns: a row for the fit, a row for the prediction.
    pub(crate) fn run(
        &self,
        data: &Data,
        peer: &mut Peer,
        pool: &ThreadPool,
        rounds: usize,
    ) -> Result<Vec<Row>> {
        let table = &data.tables[self.table];
        let n_rows = table.frame.n_rows();
        let train = Samples::Rows(table.frame.view().slice(0..self.n_train));
        let classes = table.classes.select(&(0..self.n_train).collect::<Vec<_>>());
        let test = Samples::Rows(table.frame.view().slice(n_rows - self.n_test..n_rows));
        let config: ClassifierConfig = toml::from_str(self.config)?;
        let model = config.build()?;
        let size = format!("{} + {} rows", self.n_train, self.n_test);
        let mut fit = Row::new(format!("{}: fit", self.name()), size.clone());
        let mut predict = Row::new(format!("{}: predict", self.name()), size);
        for _ in 0..rounds.min(self.max_rounds) {
            let (seconds, fitted) = pool.install(|| {
                repeated(LEAST_SECONDS, || Ok(model.fit(&train, &classes, Seed(0))?))
            })?;
            fit.ours.push(seconds);
            let (seconds, predicted) =
                pool.install(|| repeated(LEAST_SECONDS, || Ok(fitted.predict(&test)?)))?;
            predict.ours.push(seconds);
            let truth = &table.classes.codes()[n_rows - self.n_test..];
            let hits = predicted.codes().iter().zip(truth).filter(|(a, b)| a == b).count();
            let answer = peer.ask(&json!({
                "command": "run",
                "data": table.name,
                "model": self.peer_model,
                "n_train": self.n_train,
                "n_test": self.n_test,
                "threads": peer.threads,
                "least_seconds": LEAST_SECONDS,
            }))?;
            let number = |field| number(&answer, field);
            fit.theirs.push(number("fit")?);
            predict.theirs.push(number("predict")?);
            let accuracy = hits as f64 / self.n_test as f64;
            predict.note = format!("accuracy {accuracy:.4} and {:.4}", number("accuracy")?);
        }
        Ok(vec![fit, predict])
    }
}
