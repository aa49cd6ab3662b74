//! A pipeline as plain TOML: which columns, which steps, which detector, which threshold.

use std::path::Path;

use oddity_core::{SampleKind, Step, Transformer};
use oddity_eval::threshold::{Rule, RuleInput};
use oddity_features::{StepConfig, WindowEdge, WindowLabel, WindowLayout, WindowsParams};
use oddity_models::catalogue::DetectorConfig;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use crate::data::DataConfig;
use crate::{Error, Result};

/// What is done with data, from its columns to an alarm. `oddity new` writes one.
///
/// ```
/// use oddity::PipelineConfig;
///
/// let pipeline = PipelineConfig::parse(
///     "plant.toml",
///     "[data]\ntime = 'time'\n[[steps]]\nkind = 'standardize'\n\
///      [detector]\nkind = 'pca_reconstruction'\n[threshold]\nrule = 'quantile(q=0.99)'",
/// )?;
/// assert_eq!(pipeline.detector.kind(), "pca_reconstruction");
/// assert!(PipelineConfig::parse("x.toml", "[detector]\nkind = 'oracle'").is_err());
/// # Ok::<(), oddity::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineConfig {
    /// Where chance comes from, in detectors that use it.
    #[serde(default)]
    pub seed: u32,
    /// How the file is read, and what its columns are.
    #[serde(default)]
    pub data: DataConfig,
    /// Steps from columns to numbers, in order; each is fitted on the training rows alone.
    #[serde(default)]
    pub steps: Vec<StepConfig>,
    /// Windows of rows; without them each row is a sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub windows: Option<WindowsConfig>,
    /// The detector.
    pub detector: DetectorConfig,
    /// Which scores are alarms.
    #[serde(default)]
    pub threshold: ThresholdConfig,
}

/// Windows over consecutive rows of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowsConfig {
    /// Rows of a window.
    pub size: usize,
    /// Rows from the start of a window to the start of the next, in training; scoring lays a
    /// window at the end of every row.
    #[serde(default = "one")]
    pub stride: usize,
}

fn one() -> usize {
    1
}

/// Which scores are alarms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThresholdConfig {
    /// The rule: `quantile(q=0.99)`, `mean_sd(k=3)`, `spot`; `oddity list thresholds` has all.
    pub rule: String,
    /// Share of the training rows that the rule is fitted on: the last ones of each series, of
    /// traces the last ones of all. The detector does not learn from them.
    pub held_out: f64,
}

impl Default for ThresholdConfig {
    fn default() -> ThresholdConfig {
        ThresholdConfig { rule: "quantile(q=0.99)".to_owned(), held_out: 0.2 }
    }
}

impl PipelineConfig {
    /// Parses TOML and checks that its parts fit.
    ///
    /// # Errors
    ///
    /// [`Error::Pipeline`] with the line for text that does not parse, and those of
    /// [`check`](PipelineConfig::check).
    pub fn parse(file: &str, text: &str) -> Result<PipelineConfig> {
        let parsed: Result<PipelineConfig, _> = toml::from_str(text);
        let pipeline = parsed.map_err(|error| {
            let message = error.to_string().trim_end().to_owned();
            Error::Pipeline { file: file.to_owned(), message }
        })?;
        pipeline.check()?;
        Ok(pipeline)
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and those of [`parse`](PipelineConfig::parse).
    pub fn read(path: &Path) -> Result<PipelineConfig> {
        let read = std::fs::read_to_string(path);
        let text = read.map_err(|source| Error::Io { path: path.to_owned(), source })?;
        PipelineConfig::parse(&path.display().to_string(), &text)
    }

    /// The pipeline as TOML.
    pub fn to_toml(&self) -> String {
        match toml::to_string(self) {
            Ok(text) => text,
            Err(error) => unreachable!("a pipeline is tables of plain values: {error}"),
        }
    }

    /// Checks that the parts build and fit each other.
    ///
    /// # Errors
    ///
    /// Those of steps, detector and threshold rule, and [`Error::Contradiction`].
    pub fn check(&self) -> Result<()> {
        self.transformers()?;
        self.detector.build()?;
        self.rule()?;
        if let Some(layout) = self.layout() {
            layout?;
        }
        self.check_samples()?;
        let share = self.threshold.held_out;
        if !(0.0 < share && share < 1.0) {
            let problem = format!("threshold.held_out is {share}, wanted a share between 0 and 1");
            return Err(Error::Contradiction { problem });
        }
        Ok(())
    }

    /// That the detector reads what steps and windows make.
    fn check_samples(&self) -> Result<()> {
        let made = match (self.makes_sequences(), self.windows.is_some()) {
            (true, true) => {
                let problem = "windows lie over rows, and the steps make sequences".to_owned();
                return Err(Error::Contradiction { problem });
            }
            (true, false) => SampleKind::Sequences,
            (false, true) => SampleKind::Windows,
            (false, false) => SampleKind::Rows,
        };
        let reads = self.detector.reads();
        if reads.contains(&made) {
            return Ok(());
        }
        let read = reads.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
        let more = match reads.first() {
            Some(SampleKind::Windows) => ": add [windows]",
            Some(SampleKind::Sequences) => ": add a step `tokenize`",
            _ => "",
        };
        let kind = self.detector.kind();
        let problem = format!("{kind} reads {read}, and the pipeline makes {made}{more}");
        Err(Error::Contradiction { problem })
    }

    /// Whether the detector gets sequences of symbols.
    pub(crate) fn makes_sequences(&self) -> bool {
        self.steps.iter().fold(false, |makes, step| match step {
            StepConfig::Tokenize(_) => true,
            StepConfig::NGram(_) | StepConfig::LabelEncode(_) => false,
            _ => makes,
        })
    }

    /// Whether each row is a trace, which stands by itself: none goes on from the row before.
    pub(crate) fn reads_traces(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, StepConfig::Tokenize(_)))
    }

    /// The steps, unfitted.
    pub(crate) fn transformers(&self) -> Result<Vec<Arc<dyn Transformer>>> {
        let built = self.steps.iter().map(|step| match step.build()? {
            Step::Plain(step) => Ok(step),
            Step::Supervised(_) => {
                let problem = "a step learns from classes, which a detector has not".to_owned();
                Err(Error::Contradiction { problem })
            }
        });
        built.collect()
    }

    /// The rule of the threshold.
    pub(crate) fn rule(&self) -> Result<Rule> {
        let rule: Rule = self.threshold.rule.parse()?;
        if rule.reads() == RuleInput::Stream {
            let problem = format!("{rule} moves along a stream; wanted a rule with one cutoff");
            return Err(Error::Contradiction { problem });
        }
        Ok(rule)
    }

    /// How windows lie in training.
    pub(crate) fn layout(&self) -> Option<Result<WindowLayout>> {
        let WindowsConfig { size, stride } = self.windows?;
        Some(layout(size, stride))
    }

    /// How windows lie in scoring: one ends with every row.
    pub(crate) fn score_layout(&self) -> Option<Result<WindowLayout>> {
        Some(layout(self.windows?.size, 1))
    }
}

fn layout(size: usize, stride: usize) -> Result<WindowLayout> {
    let (edge, label) = (WindowEdge::Whole, WindowLabel::Any);
    Ok(WindowLayout::new(WindowsParams { size, stride, edge, label })?)
}
