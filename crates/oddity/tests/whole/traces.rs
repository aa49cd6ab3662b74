//! Traces: a text with one a line, a folder with a file for each, a column of a table.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use oddity::Format;
use oddity::prelude::*;
use oddity_core::SampleKind;

/// Normal traces: a file is opened, read a few times and closed, over and over.
fn normal(n: usize) -> Vec<String> {
    let round = |at: usize| format!("open {}close ", "read write ".repeat(1 + at % 3));
    (0..n).map(|at| (0..6).map(|turn| round(at + turn * turn)).collect()).collect()
}

/// The same with a trace that does something else.
fn attacked(n: usize) -> Vec<String> {
    let mut traces = normal(n);
    traces[n / 2] = "open read write ptrace ptrace mmap close close open ".repeat(2);
    traces
}

fn pipeline(steps: &str, detector: &str) -> PipelineConfig {
    let threshold = "[threshold]\nrule = 'mean_sd(k=6)'";
    let text = format!("{steps}\n[detector]\n{detector}\n{threshold}");
    PipelineConfig::parse("calls.toml", &text).expect("what fits")
}

const TOKENIZE: &str = "[[steps]]\nkind = 'tokenize'";

fn table(pipeline: &PipelineConfig, input: Input) -> Table {
    let reader = pipeline.data.open(input, None, &ReadOptions::default()).expect("what fits");
    reader.read_all().expect("what fits")
}

fn lines(pipeline: &PipelineConfig, traces: &[String]) -> Table {
    let bytes = traces.join("\n").into_bytes();
    table(pipeline, Input::Bytes { name: "calls".to_owned(), bytes })
}

fn score(fitted: &FittedPipeline, table: &Table, n_parts: usize) -> ScoredPart {
    let rows = fitted.config().data.rows_of(table).expect("what fits");
    Scorer::new(fitted, n_parts).push(&rows).expect("what fits")
}

#[test]
fn a_trace_of_other_calls_is_an_alarm_that_names_them() {
    let pipeline = pipeline(TOKENIZE, "kind = 'stide'\nn = 3");
    let fitted = fit(&pipeline, vec![lines(&pipeline, &normal(50))], &mut Unwatched).unwrap();
    assert_eq!((fitted.facts().n_train, fitted.facts().n_held_out), (40, 10));
    assert_eq!(fitted.facts().n_features, 4, "symbols");
    let scored = score(&fitted, &lines(&pipeline, &attacked(21)), 2);
    assert_eq!(scored.alarms, [10]);
    let part = &scored.explanations[0].parts[0];
    let oddity_core::PartOf::Tokens { tokens, .. } = &part.of else { panic!("{part:?}") };
    assert!(tokens.iter().any(|token| token == "(unseen)"), "{tokens:?}");
}

#[test]
fn lines_files_and_a_column_of_text_score_alike() {
    let pipeline = pipeline(TOKENIZE, "kind = 'markov'");
    let fitted = fit(&pipeline, vec![lines(&pipeline, &normal(50))], &mut Unwatched).unwrap();
    let traces = attacked(12);
    let of_lines = score(&fitted, &lines(&pipeline, &traces), 0);

    let folder = tempfile::tempdir().unwrap();
    for (at, trace) in traces.iter().enumerate() {
        let text = trace.replace(' ', "\n");
        std::fs::write(folder.path().join(format!("{at:02}.txt")), text).unwrap();
    }
    let input = Input::File(folder.path().to_owned());
    assert_eq!(Format::detect(&input).unwrap(), Format::Traces);
    let of_folder = table(&pipeline, input);
    let rows = pipeline.data.rows_of(&of_folder).unwrap();
    assert_eq!(rows.series.unwrap()[3], "03.txt");
    assert_eq!(score(&fitted, &of_folder, 0), of_lines);

    // In a table with labels the labelled traces train nothing.
    let mut text = "host,trace,attack\n".to_owned();
    for (at, trace) in attacked(50).iter().enumerate() {
        writeln!(text, "h{},{trace},{}", at % 3, u8::from(at == 25)).unwrap();
    }
    let mut labelled = self::pipeline(
        "[data]\nlabel = 'attack'\nseries = 'host'\n[[steps]]\nkind = 'tokenize'\ncolumn = 'trace'",
        "kind = 'markov'",
    );
    labelled.threshold.held_out = 0.3;
    let bytes = text.into_bytes();
    let all = table(&labelled, Input::Bytes { name: "calls.csv".to_owned(), bytes });
    let of_table = fit(&labelled, vec![all.clone()], &mut Unwatched).unwrap();
    assert_eq!(of_table.facts().n_anomalies, 1);
    assert_eq!((of_table.facts().n_train, of_table.facts().n_held_out), (34, 15));
    assert!(score(&of_table, &all, 0).alarms.contains(&25));
}

#[test]
fn every_detector_of_sequences_is_saved_with_its_pipeline() {
    let test = attacked(9);
    let mut n_saved = 0;
    for entry in detectors() {
        if !entry.default.reads().contains(&SampleKind::Sequences) {
            continue;
        }
        let kind = entry.kind;
        let mut pipeline = pipeline(TOKENIZE, "kind = 'stide'");
        let trained = format!("kind = '{kind}'\ntraining = {{ epochs = 1 }}");
        pipeline.detector = toml::from_str(&trained).unwrap_or(entry.default);
        let fitted = fit(&pipeline, vec![lines(&pipeline, &normal(30))], &mut Unwatched);
        let fitted = fitted.unwrap_or_else(|error| panic!("{kind}: {error}"));
        let bytes = fitted.to_bytes().unwrap_or_else(|error| panic!("{kind}: {error}"));
        let loaded = FittedPipeline::from_bytes(kind, &bytes);
        let loaded = loaded.unwrap_or_else(|error| panic!("{kind}: {error}"));
        let table = lines(&pipeline, &test);
        let scores = score(&fitted, &table, 0);
        assert_eq!(score(&loaded, &table, 0), scores, "{kind}");
        // Each trace has its score, whatever the others.
        let alone = score(&fitted, &lines(&pipeline, &test[4..5]), 0);
        assert_eq!(alone.scores[0], scores.scores[4], "{kind}");
        n_saved += 1;
    }
    assert!(5 <= n_saved, "{n_saved}");
}

#[test]
fn counts_of_runs_are_rows_for_other_detectors() {
    let steps = format!("{TOKENIZE}\n[[steps]]\nkind = 'n_gram'\n[[steps]]\nkind = 'dense'");
    let pipeline = pipeline(&steps, "kind = 'knn_distance'");
    let fitted = fit(&pipeline, vec![lines(&pipeline, &normal(50))], &mut Unwatched).unwrap();
    assert_eq!(score(&fitted, &lines(&pipeline, &attacked(21)), 0).alarms, [10]);
}

#[test]
fn parts_that_do_not_fit_are_refused_with_what_is_missing() {
    let refused = |steps: &str, more: &str| {
        let text = format!("{steps}\n{more}");
        PipelineConfig::parse("x.toml", &text).unwrap_err().to_string()
    };
    let numeric = "[[steps]]\nkind = 'numeric'";
    let error = refused(numeric, "[detector]\nkind = 'stide'");
    assert!(error.contains("add a step `tokenize`"), "{error}");
    let error = refused(numeric, "[detector]\nkind = 'lstm_autoencoder'");
    assert!(error.contains("add [windows]"), "{error}");
    let error = refused(TOKENIZE, "[detector]\nkind = 'isolation_forest'");
    assert!(error.contains("makes sequences"), "{error}");
    let error = refused(TOKENIZE, "[windows]\nsize = 2\n[detector]\nkind = 'stide'");
    assert!(error.contains("windows lie over rows"), "{error}");
}

/// Runs the command in a folder.
fn oddity(folder: &Path, line: &str) -> String {
    let mut shell = Command::new("sh");
    let line = line.replacen("oddity", env!("CARGO_BIN_EXE_oddity"), 1);
    let output = shell.args(["-c", &line]).current_dir(folder).output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {said}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
#[cfg(unix)]
fn from_a_text_of_traces_to_alarms_in_three_commands() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    std::fs::write(at.join("calls.txt"), normal(600).join("\n")).unwrap();
    std::fs::write(at.join("today.txt"), attacked(15).join("\n") + "\n").unwrap();
    let found = oddity(at, "oddity inspect calls.txt --json");
    let found: serde_json::Value = serde_json::from_str(&found).unwrap();
    assert_eq!((&found["format"], &found["traces"]["n_distinct"]), (&"traces".into(), &4.into()));
    oddity(at, "oddity new calls.txt --out calls.toml");
    oddity(at, "oddity fit --data calls.txt --pipeline calls.toml --out calls.oddity");
    let score = "oddity score --model calls.oddity --alarms - --explain 1 --quiet";
    let alarms = oddity(at, &format!("{score} --data today.txt --report report.html"));
    assert!(alarms.contains("\"row\":7") && alarms.contains("(unseen)"), "{alarms}");
    assert_eq!(oddity(at, &format!("{score} --data - < today.txt")), alarms);
    let explained = oddity(at, "oddity explain --model calls.oddity --data today.txt --top 1");
    assert!(explained.starts_with("row 7 "), "{explained}");
    std::fs::create_dir(at.join("more")).unwrap();
    normal(600).iter().enumerate().for_each(|(trace, text)| {
        std::fs::write(at.join(format!("more/{trace:03}")), text).unwrap();
    });
    oddity(at, "oddity new more --detector markov --out more.toml");
    oddity(at, "oddity fit --data more --pipeline more.toml --out more.oddity");
    oddity(at, "oddity score --model more.oddity --data today.txt --data more --out scores.csv");
    let scores = std::fs::read_to_string(at.join("scores.csv")).unwrap();
    assert!(scores.contains("\n15,,000,") && scores.contains("\n14,,,"), "{scores}");
    let table: String = normal(600).iter().map(|trace| format!("h,{trace}\n")).collect();
    std::fs::write(at.join("calls.csv"), format!("host,message\n{table}")).unwrap();
    oddity(at, "oddity new calls.csv --detector stide --out table.toml");
    oddity(at, "oddity fit --data calls.csv --pipeline table.toml --out table.oddity");
    oddity(at, "oddity new calls.txt --detector isolation_forest --out rows.toml");
    oddity(at, "oddity fit --data calls.txt --pipeline rows.toml --out rows.oddity");
}
