//! The one list of all measures, and the way from an id to a measure.

mod entry;
mod parameter;
mod rates;

use std::str::FromStr;

use oddity_core::{Alarms, Predicted, Scores};

pub use entry::Entry;
pub(crate) use entry::Make;
pub(crate) use parameter::Arguments;
pub use parameter::{ParameterEntry, Values};

use super::event::{affiliation, etapr, found, nab, point_adjusted, range_based};
use super::{Measure, MeasureId, OutputKind, Parameter};
use super::{accuracy, f1_sweep, one_vs_rest, precision_recall, rms_gap, roc, top};
use crate::{Error, Result};

/// The measures, by the files that define them.
const FAMILIES: &[&[Entry]] = &[
    accuracy::ENTRIES,
    rates::ENTRIES,
    roc::ENTRIES,
    one_vs_rest::ENTRIES,
    precision_recall::ENTRIES,
    f1_sweep::ENTRIES,
    top::ENTRIES,
    rms_gap::ENTRIES,
    super::balance::ENTRIES,
    super::probability::ENTRIES,
    super::threshold_sweep::ENTRIES,
    super::volume::ENTRIES,
    etapr::ENTRIES,
    affiliation::ENTRIES,
    range_based::ENTRIES,
    point_adjusted::ENTRIES,
    nab::ENTRIES,
    found::ENTRIES,
];

/// All measures.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    FAMILIES.iter().copied().flatten()
}

/// What the catalogue says of an id, with or without parameters.
///
/// # Errors
///
/// [`Error::MeasureSyntax`] for what is no id, [`Error::UnknownMeasure`] for a name that is not
/// in the catalogue, [`Error::MeasureParameter`] for a parameter that the measure does not have.
pub fn entry(id: &str) -> Result<&'static Entry> {
    find(id).map(|(entry, _)| entry)
}

/// The id with all parameters that change the number, whether they were written or not.
///
/// # Errors
///
/// As [`entry`].
pub fn full_id(id: &str) -> Result<MeasureId> {
    let (entry, arguments) = find(id)?;
    let of_scores = entry.of_scores.map(|make| make(&arguments).id());
    let of_alarms = || entry.of_alarms.map(|make| make(&arguments).id());
    let of_predicted = || entry.of_predicted.map(|make| make(&arguments).id());
    let id = of_scores.or_else(of_alarms).or_else(of_predicted);
    Ok(id.unwrap_or_else(|| MeasureId::new(entry.id)))
}

impl dyn Measure<Scores> {
    /// The measure of scores with this id.
    ///
    /// # Errors
    ///
    /// [`Error::MeasureSyntax`] for what is no id, [`Error::UnknownMeasure`] for a name that
    /// is not in the catalogue, [`Error::MeasureParameter`] for a parameter that the measure
    /// does not have, [`Error::MeasureOutput`] if it does not read scores.
    pub fn parse(id: &str) -> Result<Box<dyn Measure<Scores>>> {
        make(id, OutputKind::Scores, |entry| entry.of_scores)
    }
}

impl dyn Measure<Alarms> {
    /// The measure of decisions with this id.
    ///
    /// # Errors
    ///
    /// As for scores, with [`Error::MeasureOutput`] if it does not read decisions.
    pub fn parse(id: &str) -> Result<Box<dyn Measure<Alarms>>> {
        make(id, OutputKind::Alarms, |entry| entry.of_alarms)
    }
}

impl dyn Measure<Predicted> {
    /// The measure of predicted classes with this id.
    ///
    /// # Errors
    ///
    /// As for scores, with [`Error::MeasureOutput`] if it does not read classes.
    pub fn parse(id: &str) -> Result<Box<dyn Measure<Predicted>>> {
        make(id, OutputKind::Predicted, |entry| entry.of_predicted)
    }
}

fn make<Output>(
    id: &str,
    wanted: OutputKind,
    choose: fn(&Entry) -> Option<Make<Output>>,
) -> Result<Box<dyn Measure<Output>>> {
    let (entry, arguments) = find(id)?;
    let make = choose(entry).ok_or_else(|| Error::MeasureOutput { id: id.to_owned(), wanted })?;
    Ok(make(&arguments))
}

/// The entry that an id names, with the values of its parameters.
fn find(id: &str) -> Result<(&'static Entry, Arguments)> {
    let canonical = canonical(id)?;
    let found = entries().find(|entry| entry.id == canonical.name());
    let entry = found.ok_or_else(|| Error::UnknownMeasure { id: id.to_owned() })?;
    Ok((entry, Arguments::new(id, &canonical, entry.parameters)?))
}

/// The id with `average=..` moved into the name: `f1(average=macro)` is `f1_macro`.
fn canonical(id: &str) -> Result<MeasureId> {
    let parsed = MeasureId::from_str(id)?;
    let Some(average) = parsed.get("average") else {
        return Ok(parsed);
    };
    let name = match average {
        "binary" => parsed.name().to_owned(),
        _ => format!("{}_{average}", parsed.name()),
    };
    if !rates::is_average(parsed.name(), &name) {
        let parameter = Parameter { key: "average".to_owned(), value: average.to_owned() };
        let parameter = parameter.to_string();
        return Err(Error::MeasureParameter { id: id.to_owned(), parameter });
    }
    let others = parsed.parameters().iter().filter(|parameter| parameter.key != "average");
    let with = |id: MeasureId, parameter: &Parameter| id.with(&parameter.key, &parameter.value);
    Ok(others.fold(MeasureId::new(name), with))
}
