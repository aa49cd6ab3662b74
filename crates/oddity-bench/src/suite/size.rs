//! Two sizes of a suite: one that ends soon, and the study's own.

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::Suite;
use crate::error::{Error, Result};

/// Which size of a suite this is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// What the suite says outside of any `full`.
    #[default]
    Default,
    /// The study's own.
    Full,
}

impl Suite {
    /// Whether a task or pipeline has a `full`.
    pub fn has_full(&self) -> bool {
        self.tasks.iter().any(|task| {
            task.full.is_some() || task.pipelines.iter().any(|pipeline| pipeline.full.is_some())
        })
    }

    /// The suite at the study's own size: each `full` laid over the task or pipeline that it
    /// stands in. Tables are merged, unless they are of different `kind`; all else is replaced.
    ///
    /// # Errors
    ///
    /// [`Error::SuiteSyntax`] for keys that a task or pipeline does not have, and those of
    /// [`Suite::parse`].
    pub fn at_full(&self) -> Result<Suite> {
        let refused = |message: String| Error::SuiteSyntax {
            origin: format!("{}, full", self.name),
            message,
        };
        let mut suite = Table::try_from(self).map_err(|error| refused(error.to_string()))?;
        for task in tables(suite.get_mut("task")) {
            for pipeline in tables(task.get_mut("pipeline")) {
                lay_over(pipeline);
            }
            lay_over(task);
        }
        let mut suite: Suite = suite.try_into().map_err(|error| refused(error.to_string()))?;
        suite.size = Size::Full;
        super::validate::validate(&suite)?;
        Ok(suite)
    }
}

fn tables(value: Option<&mut Value>) -> impl Iterator<Item = &mut Table> {
    value.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_table_mut)
}

/// Takes `full` out of a table, and lays it over the rest.
fn lay_over(table: &mut Table) {
    if let Some(Value::Table(full)) = table.remove("full") {
        merge(table, full);
    }
}

fn merge(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) if is_of_kind(below, &above) => {
                merge(below, above);
            }
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}

/// Whether one table may be laid over another: `kind` says what the other keys are.
fn is_of_kind(below: &Table, above: &Table) -> bool {
    above.get("kind").is_none_or(|kind| below.get("kind") == Some(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
name = "sized"
title = "Two sizes"
description = "A suite."
dataset = { kind = "hai_generated", n_rows = 600 }

[[task]]
id = "windows"
description = "Windows."
split = { kind = "given", train = [{ subset = "train" }], test = [{ subset = "test" }] }
windows = { size = 10, stride = 10, label = "last" }
measures = ["roc_auc"]
full = { dataset = { kind = "hai", release = "20.07" }, windows = { stride = 1 } }

[[task.pipeline]]
id = "dense"
detector = { kind = "lstm_autoencoder", training = { epochs = 2, batch_size = 7 } }
full = { detector = { training = { epochs = 50 } }, seeds = [1, 2] }
"#;

    #[test]
    fn full_is_laid_over_what_it_stands_in() {
        let suite = Suite::parse(TEXT, "test").unwrap();
        assert_eq!((suite.size, suite.has_full()), (Size::Default, true));
        let full = suite.at_full().unwrap();
        assert_eq!((full.size, full.has_full()), (Size::Full, false));
        let windows = full.tasks[0].windows.as_ref().unwrap();
        assert_eq!((windows.size, windows.stride), (10, 1));
        let detector = full.tasks[0].pipelines[0].detector.as_ref().unwrap();
        let text = toml::to_string(detector).unwrap();
        assert!(text.contains("epochs = 50") && text.contains("batch_size = 7"), "{text}");
        assert_eq!(full.tasks[0].pipelines[0].seeds.as_deref(), Some(&[1, 2][..]));
        let dataset = toml::to_string(full.dataset_of(&full.tasks[0]).unwrap()).unwrap();
        assert!(dataset.contains("20.07") && !dataset.contains("n_rows"), "{dataset}");
    }

    #[test]
    fn a_full_that_does_not_fit_is_refused_with_the_suite() {
        for (wrong, wanted) in [("stride = 1", "strid"), ("epochs = 50", "epoks")] {
            let text = TEXT.replace(wrong, &format!("{wanted} = 1"));
            let error = Suite::parse(&text, "test").unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
