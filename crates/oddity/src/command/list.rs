//! `oddity list`: what there is, with its parameters.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use oddity_eval::measure::catalogue;
use oddity_eval::threshold;
use oddity_models::catalogue::{Entry, classifiers, detectors};
use serde_json::{Value, json};

use super::{print, print_json, text};

/// What `list` can be told.
#[derive(Args)]
#[command(after_help = "Examples:
  oddity list detectors
  oddity list detectors lof
  oddity list measures --json")]
pub(super) struct ListArguments {
    /// What to list.
    #[arg(value_enum)]
    what: What,
    /// Only this one, with its parameters and their defaults.
    name: Option<String>,
    /// Answer as one JSON array.
    #[arg(long)]
    json: bool,
}

/// What can be listed.
#[derive(Clone, Copy, ValueEnum)]
enum What {
    /// One-class detectors, for `[detector]`.
    Detectors,
    /// Classifiers, for suites.
    Classifiers,
    /// Steps, for `[[steps]]`.
    Steps,
    /// Rules for `[threshold]`.
    Thresholds,
    /// Measures, for `oddity measure` and suites.
    Measures,
    /// Published datasets, for `oddity bench fetch`.
    Datasets,
    /// Suites, for `oddity bench run`.
    Suites,
}

/// One thing of a list.
struct Item {
    name: String,
    summary: String,
    /// Parameters with their defaults.
    parameters: Value,
}

/// Lists.
pub(super) fn run(arguments: &ListArguments) -> anyhow::Result<ExitCode> {
    let mut items = items(arguments.what)?;
    if let Some(name) = &arguments.name {
        items.retain(|item| item.name == *name);
        anyhow::ensure!(!items.is_empty(), "there is no {name:?} in this list");
    }
    if arguments.json {
        let items = items.iter().map(|item| {
            json!({"name": item.name, "summary": item.summary, "parameters": item.parameters})
        });
        print_json(&items.collect::<Vec<_>>())?;
    } else if arguments.name.is_some() {
        for item in &items {
            print(&format!("{}: {}", item.name, item.summary));
            print(&parameters(&item.parameters));
        }
    } else {
        let rows: Vec<Vec<String>> =
            items.into_iter().map(|item| vec![item.name, item.summary]).collect();
        print(&text::table(&["name", "what it is"], &rows));
    }
    Ok(ExitCode::SUCCESS)
}

/// Parameters as lines of TOML.
fn parameters(parameters: &Value) -> String {
    let none = "no parameters".to_owned();
    match parameters {
        Value::Object(table) if table.is_empty() => none,
        Value::Null => none,
        other => toml::to_string(other).unwrap_or_else(|_| other.to_string()),
    }
}

fn items(what: What) -> anyhow::Result<Vec<Item>> {
    let item = |name: &str, summary: &str, parameters| Item {
        name: name.to_owned(),
        summary: summary.to_owned(),
        parameters,
    };
    Ok(match what {
        What::Detectors => detectors().into_iter().map(model).collect::<anyhow::Result<_>>()?,
        What::Classifiers => classifiers().into_iter().map(model).collect::<anyhow::Result<_>>()?,
        What::Steps => oddity_features::StepConfig::defaults()
            .iter()
            .map(|step| {
                let parameters = without_kind(serde_json::to_value(step)?);
                Ok(item(step.kind(), step.summary(), parameters))
            })
            .collect::<anyhow::Result<_>>()?,
        What::Thresholds => threshold::entries()
            .map(|entry| {
                let summary = format!("{} (reads {})", entry.formula, entry.reads);
                Ok(item(entry.id, &summary, serde_json::to_value(entry.parameters)?))
            })
            .collect::<anyhow::Result<_>>()?,
        What::Measures => catalogue::entries()
            .map(|entry| Ok(item(entry.id, entry.formula, serde_json::to_value(entry.parameters)?)))
            .collect::<anyhow::Result<_>>()?,
        What::Datasets => {
            let registry = oddity_datasets::Registry::embedded();
            let all = registry.datasets().iter();
            all.map(|dataset| item(&dataset.name, &dataset.title, Value::Null)).collect()
        }
        What::Suites => oddity_bench::suite::embedded_names()
            .map(|name| {
                let suite = oddity_bench::suite::embedded(name)?;
                Ok(item(name, &suite.title, Value::Null))
            })
            .collect::<anyhow::Result<_>>()?,
    })
}

/// A detector or classifier with its parameters.
fn model<C: serde::Serialize>(entry: Entry<C>) -> anyhow::Result<Item> {
    let parameters = without_kind(serde_json::to_value(&entry.default)?);
    Ok(Item { name: entry.kind.to_owned(), summary: entry.summary.to_owned(), parameters })
}

fn without_kind(mut value: Value) -> Value {
    if let Value::Object(table) = &mut value {
        table.remove("kind");
    }
    value
}
