//! Searches over a classifier's parameters: from a suite's axes to the best configuration.

use std::sync::Arc;

use oddity_core::{Classes, Classifier, ClassifierPipeline, Samples, Seed, Step};
use oddity_eval::cross_validation::{KFold, Shuffle, Splitter};
use oddity_eval::measure::ClassMeasure;
use oddity_eval::search::{ParameterGrid, Point, Search, Value};
use oddity_models::catalogue::ClassifierConfig;
use serde::{Deserialize, Serialize};

use crate::store::{Candidate, SearchOutcome};

/// A search, as a suite says it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchConfig {
    /// Number of points drawn at random, without repetition; all points of the grid where
    /// it is left out.
    #[serde(default)]
    pub draws: Option<usize>,
    /// The order that points are drawn in: by the seed of the cell, or as NumPy's generator
    /// gives it, so that the draws of a published study are met.
    #[serde(default = "seeded")]
    pub shuffle: Shuffle,
    /// The measure that chooses.
    pub measure: String,
    /// The inner folds.
    pub folds: KFold,
    /// The values of each parameter. A dot reaches into a table: `max_features.count`.
    pub axes: ParameterGrid,
}

fn seeded() -> Shuffle {
    Shuffle::Seeded
}

/// What a search works on.
pub struct Task<'a> {
    /// Steps before the classifier, fitted inside each inner fold.
    pub steps: &'a [Step],
    /// The classifier whose parameters vary.
    pub config: &'a ClassifierConfig,
    /// The training part.
    pub samples: &'a Samples<'a>,
    /// Its classes.
    pub classes: &'a Classes,
    /// The seed of draws, folds and models.
    pub seed: Seed,
}

/// What a search found.
pub struct Found {
    /// The best configuration.
    pub best: ClassifierConfig,
    /// All candidates, to be stored.
    pub outcome: SearchOutcome,
}

impl SearchConfig {
    /// Refuses a measure that does not exist, axes that the classifier does not have, and more
    /// points than a grid may have.
    ///
    /// # Errors
    ///
    /// What is wrong, in words.
    pub fn check(&self, classifier: &ClassifierConfig) -> Result<(), String> {
        <ClassMeasure>::parse(&self.measure).map_err(text)?;
        if self.axes.is_empty() {
            return Err("a search without points".to_owned());
        }
        self.axes.check().map_err(text)?;
        for (name, values) in self.axes.axes() {
            for value in values {
                apply(classifier, &Point::new([(name, value.clone())]))?.build().map_err(text)?;
            }
        }
        Ok(())
    }

    /// Tries the candidates on the inner folds; the first of the best wins.
    ///
    /// # Errors
    ///
    /// What went wrong, in words.
    pub fn run(
        &self,
        task: &Task<'_>,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Result<Found, String> {
        let points: Vec<Point> = match self.draws {
            Some(draws) => {
                self.axes.draw(draws, self.shuffle, task.seed.derive(0)).map_err(text)?
            }
            None => self.axes.points().collect(),
        };
        let configs = points.iter().map(|point| apply(task.config, point));
        let configs: Vec<ClassifierConfig> = configs.collect::<Result<_, _>>()?;
        let factory = |config: &ClassifierConfig| -> oddity_eval::Result<Arc<dyn Classifier>> {
            Ok(Arc::new(ClassifierPipeline::new(task.steps.to_vec(), config.build()?)))
        };
        let measure = <ClassMeasure>::parse(&self.measure).map_err(text)?;
        let search = Search {
            candidates: &configs,
            factory: &factory,
            measure: &*measure,
            progress: Some(progress),
        };
        let splits = self.folds.split(task.classes, task.seed.derive(1)).map_err(text)?;
        let table =
            search.run(task.samples, task.classes, &splits, task.seed.derive(2)).map_err(text)?;
        let candidates =
            points.iter().zip(table.candidates()).map(|(point, candidate)| Candidate {
                parameters: point
                    .iter()
                    .map(|(name, value)| (name.to_owned(), json(value)))
                    .collect(),
                mean: candidate.summary.map(|summary| summary.mean),
                sd: candidate.summary.map(|summary| summary.sd),
            });
        let outcome = SearchOutcome {
            measure: self.measure.clone(),
            n_fits: points.len() * splits.len(),
            best: table.best_index(),
            candidates: candidates.collect(),
        };
        Ok(Found { best: table.best().point.clone(), outcome })
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::None => serde_json::Value::Null,
        Value::Bool(value) => (*value).into(),
        Value::Integer(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::Text(value) => value.clone().into(),
    }
}

/// The configuration with the point's values in place of its own.
fn apply(config: &ClassifierConfig, point: &Point) -> Result<ClassifierConfig, String> {
    let laid = |over: Over| -> Result<ClassifierConfig, String> {
        let mut table = toml::Table::try_from(config).map_err(text)?;
        for (outer, _) in point.iter().filter_map(|(name, _)| name.split_once('.')) {
            if over == Over::Empty {
                table.remove(outer);
            }
        }
        for (name, value) in point.iter() {
            set(&mut table, name, value);
        }
        table.try_into().map_err(|error| format!("search point {point}: {error}"))
    };
    // Of another variant (`{ share = 0.5 }` before, `{ count = 3 }` now) nothing may stay.
    laid(Over::Own).or_else(|_| laid(Over::Empty))
}

/// What the values of an axis that reaches into a table are laid over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    /// The table of the configuration.
    Own,
    /// None of it.
    Empty,
}

fn set(table: &mut toml::Table, name: &str, value: &Value) {
    if let Some((outer, inner)) = name.split_once('.') {
        // Another axis may have reached into the same table.
        let mut nested = match table.remove(outer) {
            Some(toml::Value::Table(nested)) => nested,
            _ => toml::Table::new(),
        };
        set(&mut nested, inner, value);
        table.insert(outer.to_owned(), toml::Value::Table(nested));
        return;
    }
    let value: toml::Value = match value {
        // What is left out is the parameter's "none".
        Value::None => {
            table.remove(name);
            return;
        }
        Value::Bool(value) => (*value).into(),
        Value::Integer(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::Text(value) => value.clone().into(),
    };
    table.insert(name.to_owned(), value);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(
        config: &str,
        point: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> toml::Table {
        let config: ClassifierConfig = toml::from_str(config).unwrap();
        let config = apply(&config, &Point::new(point)).unwrap();
        toml::Table::try_from(config).unwrap()
    }

    #[test]
    fn two_axes_reach_into_one_table() {
        let poly =
            [("kernel.poly.degree", Value::Integer(2)), ("kernel.poly.coef0", Value::Float(0.5))];
        let kernel = "kernel = { poly = { degree = 2, coef0 = 0.5 } }";
        for before in ["'linear'", "{ rbf = {} }", "{ poly = { degree = 5 } }"] {
            let found = applied(&format!("kind = 'svm'\nkernel = {before}"), poly.clone());
            let wanted = applied(&format!("kind = 'svm'\n{kernel}"), []);
            assert_eq!(found, wanted, "{before}");
        }
    }

    #[test]
    fn another_variant_takes_the_place_of_the_whole_table() {
        let forest = "kind = 'random_forest'\nmax_features = { share = 0.5 }";
        let found = applied(forest, [("max_features.count", Value::Integer(3))]);
        let wanted: toml::Table = toml::from_str("max_features = { count = 3 }").unwrap();
        assert_eq!(found.get("max_features"), wanted.get("max_features"));
    }
}
