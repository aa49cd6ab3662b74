//! `oddity new`: a commented pipeline file for the data at hand.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use oddity_core::SampleKind;
use oddity_models::catalogue::{DetectorConfig, detectors};

use super::{inspect, print, say};
use crate::format::Format;
use crate::inspect::{InspectedColumn, Inspection, Suggestion};
use crate::pipeline::PipelineConfig;
use crate::{Error, files};

/// The detector where none is named: it needs no scale, no labels and little time.
const DETECTOR: &str = "isolation_forest";

/// The same for traces.
const DETECTOR_OF_TRACES: &str = "stide";

/// The column of packets that `packet_info` reads: free text, which is no input of other steps.
const INFO: &str = "Info";

/// Rows of a window for detectors that read windows.
const WINDOW: usize = 10;

/// What `new` can be told.
#[derive(Args)]
#[command(after_help = "Examples:
  oddity new plant.csv --out plant.toml
  oddity new plant.csv --detector lstm_autoencoder --window 60 > plant.toml
  oddity new traces/ --detector markov > calls.toml
  oddity new capture.csv --detector kitsune > packets.toml")]
pub(super) struct NewArguments {
    /// The data that the pipeline is for.
    file: PathBuf,
    /// The detector, by its name in `oddity list detectors`; `isolation_forest` where it is left
    /// out, `stide` for traces.
    #[arg(long)]
    detector: Option<String>,
    /// Rows of a window; without it each row is a sample, unless the detector reads windows.
    #[arg(long)]
    window: Option<usize>,
    /// The file to write; standard output where it is left out. A file that is there is refused.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Writes the file.
pub(super) fn run(arguments: &NewArguments) -> anyhow::Result<ExitCode> {
    let found = inspect::of_file(&arguments.file)?;
    let text = text(arguments, &found)?;
    // What is written must work.
    PipelineConfig::parse("the new pipeline", &text)?;
    match &arguments.out {
        None => print(&text),
        Some(out) if out.exists() => {
            anyhow::bail!("{} is there already: name another file", out.display());
        }
        Some(out) => {
            files::write_whole(out, |file| file.write_all(text.as_bytes()))?;
            say(&format!("{}: look at the columns, then", out.display()));
            say(&format!(
                "  oddity fit --data {} --pipeline {} --out {}",
                arguments.file.display(),
                out.display(),
                out.with_extension("oddity").display()
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn text(arguments: &NewArguments, found: &Inspection) -> crate::Result<String> {
    let default = if found.traces.is_some() { DETECTOR_OF_TRACES } else { DETECTOR };
    let named = arguments.detector.as_deref().unwrap_or(default);
    let unknown = || Error::Contradiction { problem: format!("there is no detector {named:?}") };
    let mut listed = detectors().into_iter();
    let entry = listed.find(|entry| entry.kind == named).ok_or_else(unknown)?;
    let reads = entry.default.reads();
    let of_sequences = reads.contains(&SampleKind::Sequences);
    let window = match arguments.window {
        Some(size) => Some(size),
        None if of_sequences || reads.contains(&SampleKind::Rows) => None,
        None => Some(WINDOW),
    };
    let mut text = String::new();
    let file = arguments.file.display();
    let n = found.n_rows;
    line(&mut text, &format!("# A pipeline for {file} ({n} rows), written by `oddity new`."));
    line(&mut text, "# Fit it:   oddity fit --data FILE --pipeline THIS --out MODEL.oddity");
    line(&mut text, "# Where chance comes from, in detectors that use it.");
    line(&mut text, "seed = 0\n");
    let is_trace = of_sequences || found.traces.is_some();
    let trace = is_trace.then(|| trace_column(found)).transpose()?;
    let of_packets = trace.is_none() && found.format == Format::Wireshark;
    let read = if of_packets { Some(INFO) } else { trace.map(|trace| trace.name.as_str()) };
    data(&mut text, found, read);
    match trace {
        Some(column) => steps_of_traces(&mut text, column, of_sequences),
        None if of_packets => steps_of_packets(&mut text),
        None => steps(&mut text, found),
    }
    if let Some(size) = window {
        line(
            &mut text,
            "# Each sample is a window of consecutive rows; a row has the score of the window",
        );
        line(&mut text, "# that ends with it. In training a window begins every `stride` rows.");
        line(&mut text, &format!("[windows]\nsize = {size}\nstride = 1\n"));
    }
    line(&mut text, &format!("# {}", entry.summary));
    line(&mut text, "# `oddity list detectors` has the others.");
    line(&mut text, "[detector]");
    line(&mut text, detector(&entry.default).trim_end());
    line(
        &mut text,
        match found.traces {
            Some(_) => {
                "\n# Which scores are alarms. The last traces are held out of the training, and"
            }
            None => {
                "\n# Which scores are alarms. The last rows of each series are held out of the training, and"
            }
        },
    );
    line(
        &mut text,
        "# the rule is fitted on their scores; `oddity list thresholds` has the rules.",
    );
    line(&mut text, "[threshold]\nrule = \"quantile(q=0.99)\"\nheld_out = 0.2");
    Ok(text)
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// Format and roles; the column `read` is an input, whatever its suggestion.
fn data(text: &mut String, found: &Inspection, read: Option<&str>) {
    line(text, "[data]");
    if found.format != Format::Csv {
        let format = serde_json::to_string(&found.format).unwrap_or_default();
        line(text, &format!("format = {format}"));
    }
    let roles = [
        (Suggestion::Time, "time", "When a row happened."),
        (Suggestion::Series, "series", "No window crosses from one series to another."),
        (
            Suggestion::Label,
            "label",
            "Rows with a label other than normal are left out of the training.",
        ),
    ];
    for (role, key, comment) in roles {
        // Traces have these by their form.
        if let Some(column) = with(found, role).next().filter(|_| found.traces.is_none()) {
            line(text, &format!("# {comment} ({}: {})", plain(&column.name), column.reason));
            line(text, &format!("{key} = {}", quoted(&column.name)));
            if role == Suggestion::Label {
                let values: Vec<&str> =
                    column.values.iter().map(|(value, _)| value.as_str()).collect();
                line(text, &format!("# Its values: {}", plain(&values.join(", "))));
                line(text, "# normal = [\"0\"]");
            }
        }
    }
    if found.format == Format::Wireshark && read == Some(INFO) {
        line(text, "# The time is an input, too: what is known of flows rests on it.");
        line(text, "also_inputs = [\"Time\"]");
    }
    let mut ignored: Vec<&InspectedColumn> = with(found, Suggestion::Ignore).collect();
    ignored.retain(|column| read != Some(column.name.as_str()));
    if !ignored.is_empty() {
        line(text, "# Columns that are not read, each with the reason.");
        line(text, "ignore = [");
        for column in ignored {
            line(text, &format!("    {}, # {}", quoted(&column.name), column.reason));
        }
        line(text, "]");
    }
    line(text, "");
}

fn steps(text: &mut String, found: &Inspection) {
    let inputs: Vec<&InspectedColumn> = with(found, Suggestion::Input).collect();
    let has = |holds: &str| inputs.iter().any(|column| column.holds == holds);
    let names: Vec<String> = inputs.iter().map(|column| quoted(&column.name)).collect();
    let n = names.len();
    line(text, &format!("# The other {n} columns are inputs: {}", names.join(", ")));
    if has("categories") {
        line(
            text,
            "# Each category becomes a column of 0 and 1; categories that training has not get one",
        );
        line(text, "# of their own. Gaps of numbers become the mean of the training rows.");
        line(text, "[[steps]]\nkind = \"one_hot\"\nunseen = \"column\"\nmissing = \"mean\"\n");
    } else {
        line(text, "# Gaps of numbers become the mean of the training rows.");
        line(text, "[[steps]]\nkind = \"numeric\"\nmissing = \"mean\"\n");
    }
    line(text, "# Each column less its mean, over its standard deviation.");
    line(text, "[[steps]]\nkind = \"standardize\"\n");
}

/// Steps from packets to what their fields and their flows say.
fn steps_of_packets(text: &mut String) {
    line(text, "# What Info says of a packet, as columns.");
    line(text, "[[steps]]\nkind = \"packet_info\"\n");
    line(
        text,
        "# What was known of its connection up to it. `damped_stats` knows more of its sender.",
    );
    line(text, "[[steps]]\nkind = \"flow\"\n");
    line(text, "# The numbers of all that, and a column for each that says where it is missing.");
    line(text, "[[steps]]\nkind = \"numeric\"\nexclude = [\"Time\"]");
    line(text, "missing = \"zero\"\nindicator = true\n");
    line(text, "# Without the columns that never vary.");
    line(text, "[[steps]]\nkind = \"drop_constant\"\n");
    line(text, "# Each column less its mean, over its standard deviation.");
    line(text, "[[steps]]\nkind = \"standardize\"\n");
}

/// The column that holds traces: an input, or free text, which is no input for other steps.
fn trace_column(found: &Inspection) -> crate::Result<&InspectedColumn> {
    let is_text = |column: &&InspectedColumn| ["text", "categories"].contains(&column.holds);
    let mut roles = [Suggestion::Input, Suggestion::Ignore].into_iter();
    let column = roles.find_map(|role| with(found, role).find(is_text));
    column.ok_or_else(|| Error::Contradiction {
        problem: "sequences are read from a column of text, and the data has none".to_owned(),
    })
}

/// Steps from text to sequences, or on to counts for a detector of rows.
fn steps_of_traces(text: &mut String, column: &InspectedColumn, of_sequences: bool) {
    line(text, "# Each trace becomes the sequence of its symbols: what lies between white space.");
    line(text, "[[steps]]\nkind = \"tokenize\"");
    line(text, &format!("column = {}\n", quoted(&column.name)));
    if of_sequences {
        return;
    }
    line(text, "# The most frequent runs of one, two and three symbols, counted.");
    line(text, "[[steps]]\nkind = \"n_gram\"\n");
    line(text, "[[steps]]\nkind = \"dense\"\n");
    line(text, "# Each column less its mean, over its standard deviation.");
    line(text, "[[steps]]\nkind = \"standardize\"\n");
}

fn with(found: &Inspection, role: Suggestion) -> impl Iterator<Item = &InspectedColumn> {
    found.columns.iter().filter(move |column| column.role == role)
}

/// The detector with all its parameters.
fn detector(config: &DetectorConfig) -> String {
    toml::to_string(config).map_or_else(|_| format!("kind = {:?}", config.kind()), nested)
}

/// Tables of parameters lie below `detector`.
fn nested(text: String) -> String {
    let mut nested = String::new();
    for line in text.lines() {
        let line = match line.strip_prefix("[[") {
            Some(rest) => format!("[[detector.{rest}"),
            None => match line.strip_prefix('[') {
                Some(rest) => format!("[detector.{rest}"),
                None => line.to_owned(),
            },
        };
        // Writing to a string does not fail.
        let _ = writeln!(nested, "{line}");
    }
    nested
}

/// Text that stays within its line of comment.
fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn quoted(name: &str) -> String {
    toml::Value::String(name.to_owned()).to_string()
}
