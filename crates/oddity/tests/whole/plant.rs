//! A small plant: the data of these tests.

use std::fmt::Write as _;

use oddity::prelude::*;

/// Rows of two machines that alternate: a flow and a pressure that follows it, a mode, and a
/// label. Rows 150 to 159 of machine b are anomalies where `attacked`.
pub(crate) fn csv(n_rows: usize, attacked: bool) -> String {
    let mut text = "time,machine,flow,pressure,mode,attack\n".to_owned();
    for row in 0..n_rows {
        let machine = if row.is_multiple_of(2) { "a" } else { "b" };
        let flow = (row as f64 * 0.21).sin() + 0.1 * ((row * 7 % 13) as f64);
        let is_attack = attacked && machine == "b" && (150..160).contains(&(row / 2));
        let pressure = if is_attack { -3.0 } else { 2.0 * flow + 0.05 * ((row * 5 % 11) as f64) };
        let mode = if row % 40 < 20 { "run" } else { "idle" };
        let (hour, minute, second) = (row / 3600, row / 60 % 60, row % 60);
        let label = u8::from(is_attack);
        writeln!(
            text,
            "2024-01-01 {hour:02}:{minute:02}:{second:02},{machine},{flow},{pressure},{mode},{label}"
        )
        .expect("a string");
    }
    text
}

/// A pipeline for it, with or without windows.
pub(crate) fn pipeline(windows: bool) -> PipelineConfig {
    let windows = if windows { "[windows]\nsize = 4\n" } else { "" };
    let text = format!(
        "seed = 3
        [data]
        time = 'time'
        series = 'machine'
        label = 'attack'
        [[steps]]
        kind = 'one_hot'
        unseen = 'column'
        missing = 'mean'
        [[steps]]
        kind = 'standardize'
        {windows}
        [detector]
        kind = 'pca_reconstruction'
        components = 2
        [threshold]
        rule = 'quantile(q=0.99)'
        held_out = 0.25"
    );
    PipelineConfig::parse("plant.toml", &text).expect("a pipeline")
}

/// A file in memory as a table.
pub(crate) fn table(pipeline: &PipelineConfig, text: &str) -> Table {
    let input = Input::Bytes { name: "plant.csv".to_owned(), bytes: text.into() };
    let reader = pipeline.data.open(input, None, &ReadOptions::default()).expect("columns");
    reader.read_all().expect("rows")
}

/// The pipeline, fitted on 600 normal rows.
pub(crate) fn fitted(windows: bool) -> FittedPipeline {
    let pipeline = pipeline(windows);
    let table = table(&pipeline, &csv(600, false));
    fit(&pipeline, vec![table], &mut Unwatched).expect("a fit")
}

/// The scores and alarms of a file in one piece.
pub(crate) fn score(fitted: &FittedPipeline, text: &str) -> ScoredPart {
    let table = table(fitted.config(), text);
    let rows = fitted.config().data.rows_of(&table).expect("rows");
    Scorer::new(fitted, 0).push(&rows).expect("scores")
}

/// The same of a table that comes in parts of so many rows, alarms explained by two parts each.
pub(crate) fn score_in_parts(fitted: &FittedPipeline, table: &Table, n_rows: usize) -> ScoredPart {
    let (mut scorer, mut all) = (Scorer::new(fitted, 2), ScoredPart::default());
    let n_all = table.batch().num_rows();
    for first in (0..n_all).step_by(n_rows) {
        let batch = table.batch().slice(first, n_rows.min(n_all - first));
        let rows = fitted.config().data.rows(batch, table.roles()).expect("rows");
        let part = scorer.push(&rows).expect("scores");
        assert_eq!(part.first_row, first as u64);
        all.alarms.extend(part.alarms.iter().map(|alarm| first + alarm));
        all.scores.extend(part.scores);
        all.explanations.extend(part.explanations);
    }
    all
}
