//! From a CSV file to alarms, with the columns that made each: `cargo run --example 01_score_a_csv`.

use oddity::prelude::*;

#[expect(clippy::print_stdout, reason = "an example shows what comes out")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Normal traffic of a pump: pressure follows flow.
    let normal: String = (0..500)
        .map(|i| f64::from(i) * 0.1)
        .map(|t| format!("{},{}\n", t.sin(), 2.0 * t.sin() + 0.05 * (7.0 * t).cos()))
        .collect();
    let today = "0.5,1.0\n0.2,0.41\n0.5,-1.0\n";

    let pipeline = PipelineConfig::parse(
        "pump.toml",
        "[[steps]]
        kind = 'numeric'
        [[steps]]
        kind = 'standardize'
        [detector]
        kind = 'pca_reconstruction'
        components = 1
        [threshold]
        rule = 'quantile(q=0.99)'",
    )?;
    let read = |name: &str, rows: &str| {
        let bytes = format!("flow,pressure\n{rows}").into_bytes();
        let input = Input::Bytes { name: name.to_owned(), bytes };
        pipeline
            .data
            .open(input, None, &ReadOptions::default())?
            .read_all()
            .map_err(oddity::Error::from)
    };
    let fitted = fit(&pipeline, vec![read("normal.csv", &normal)?], &mut Unwatched)?;
    println!("alarm above {:.4}: {}", fitted.cutoff().value(), fitted.facts().threshold);

    let rows = pipeline.data.rows_of(&read("today.csv", today)?)?;
    let part = Scorer::new(&fitted, 2).push(&rows)?;
    for (row, explanation) in part.alarms.iter().zip(&part.explanations) {
        println!("row {row}: score {:.4}", part.scores[*row].unwrap_or_default());
        for part in &explanation.parts {
            println!("  {:?}: {:.4}", part.of, part.weight);
        }
    }
    assert_eq!(part.alarms, [2]);
    Ok(())
}
