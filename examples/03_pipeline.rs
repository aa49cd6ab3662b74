//! A pipeline of steps and a detector in Rust, measured against labels:
//! `cargo run --example 03_pipeline`.

use std::sync::Arc;

use oddity::prelude::*;
use oddity_core::DetectorPipeline;
use oddity_eval::measure::roc_auc;
use oddity_features::{Standardize, StandardizeParams};
use oddity_models::linear::{PcaReconstruction, PcaReconstructionParams};

#[expect(clippy::print_stdout, reason = "an example shows what comes out")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Rows on a line, and test rows of which every tenth is off it.
    let row = |i: u32, off: f64| [f64::from(i % 37), 3.0 * f64::from(i % 37) + off];
    let train: Vec<f64> = (0..400).flat_map(|i| row(i, 0.1 * f64::from(i % 7))).collect();
    let is_anomaly = |i: u32| i.is_multiple_of(10);
    let off = |i: u32| if is_anomaly(i) { 9.0 } else { 0.3 };
    let test: Vec<f64> = (0..200).flat_map(|i| row(i, off(i))).collect();
    let train = Frame::new(train, ["flow", "pressure"])?;
    let test = Frame::new(test, ["flow", "pressure"])?;
    let labels: Labels = (0..200).map(is_anomaly).collect();

    // Every step is fitted on the training rows alone; nothing in the pipeline can see a label.
    let scaler = Standardize::new(StandardizeParams::default())?;
    let detector = PcaReconstruction::new(PcaReconstructionParams::default())?;
    let pipeline = DetectorPipeline::new(vec![Arc::new(scaler)], Arc::new(detector));
    let fitted = pipeline.fit(&train.samples(), Seed(1))?;
    let scores = fitted.score(&test.samples())?;

    // The threshold comes from scores that no label was looked up for.
    let rule: Rule = "quantile(q=0.99)".parse()?;
    let cutoff = rule.fit(&fitted.score(&train.samples())?)?;
    let alarms = cutoff.alarms(&scores);
    let n_alarms = alarms.values().iter().filter(|&&alarm| alarm).count();
    let auc = roc_auc(&labels, &scores)?;
    println!("ROC AUC {auc:.4}, {n_alarms} alarms above {:.4} ({rule})", cutoff.value());
    assert!(0.99 < auc);
    Ok(())
}
