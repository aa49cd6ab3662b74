//! From the zip of traces to the vocabularies and matrices of 1-, 2- and 3-grams.

use anyhow::Result;
use oddity_core::{FittedSteps, SamplesOwned};
use oddity_ingest::AdfaLd;
use rayon::ThreadPool;
use serde_json::json;

use crate::data::{Data, classes, n_gram, study_rows};
use crate::peer::Peer;
use crate::report::Row;

/// Both sides in turns.
pub(crate) fn run(
    name: String,
    data: &Data,
    peer: &mut Peer,
    pool: &ThreadPool,
    rounds: usize,
) -> Result<Vec<Row>> {
    let mut row = Row::new(name, if data.real { "ADFA-LD" } else { "generated" }.to_owned());
    for _ in 0..rounds {
        let began = std::time::Instant::now();
        let widths = pool.install(|| ours(data))?;
        row.ours.push(began.elapsed().as_secs_f64());
        row.note = format!("vocabularies {widths:?}");
        row.theirs
            .push(peer.seconds(&json!({ "command": "features", "path": data.zip }), "seconds")?);
    }
    Ok(vec![row])
}

/// The widths of the three matrices.
fn ours(data: &Data) -> Result<Vec<usize>> {
    let loaded = AdfaLd::open(&data.zip)?;
    let rows = study_rows(&loaded);
    let traces = loaded.sequences.view().select(&rows);
    let classes = classes(&loaded, &rows)?;
    let widths = ["[1]", "[2]", "[3]"].map(|sizes| {
        let (_, made) = FittedSteps::fit(&[n_gram(sizes, None)?], &traces.samples(), &classes)?;
        Ok(match made {
            Some(SamplesOwned::Sparse(matrix)) => matrix.n_columns(),
            _ => 0,
        })
    });
    widths.into_iter().collect()
}
