//! Saved pipelines on damaged bytes: the archive as it is, and its parts with right checksums, so
//! that what lies behind it is reached too.

use std::io::{Cursor, Read as _, Write as _};

use oddity::prelude::{FittedPipeline, Input, PipelineConfig, ReadOptions, Scorer, Unwatched, fit};
use oddity_ingest::Sha256;
use zip::write::SimpleFileOptions;

use crate::Reading;
use crate::target::{NEXT_FILE, two_files};

/// The parts of the archive, in their order.
const PARTS: [&str; 3] = ["pipeline.toml", "state.safetensors", "pipeline.sha256"];

/// What the rows are scored with that a pipeline is given.
const ROWS: &str = "x,y,kind\n1,2,a\n3,5,b\n-1,0.5,a\n";

/// Saved pipelines of several kinds.
pub(crate) fn archives() -> Vec<Vec<u8>> {
    let text: String = (0..60)
        .map(|row| {
            format!("{},{},{}\n", row % 7, row * row % 11, if row % 3 == 0 { "a" } else { "b" })
        })
        .fold("x,y,kind\n".to_owned(), |text, row| text + &row);
    let configs = [
        "[[steps]]\nkind = 'one_hot'\nunseen = 'column'\nmissing = 'mean'\n\
         [[steps]]\nkind = 'standardize'\n\
         [detector]\nkind = 'pca_reconstruction'\ncomponents = 1",
        "[[steps]]\nkind = 'numeric'\nmissing = 'mean'\n[[steps]]\nkind = 'min_max'\n\
         [[steps]]\nkind = 'pca'\n[windows]\nsize = 2\n\
         [detector]\nkind = 'pca_reconstruction'\ncomponents = 1",
        "[[steps]]\nkind = 'numeric'\n\
         [detector]\nkind = 'dense_autoencoder'\ntraining = { epochs = 1 }",
        "[[steps]]\nkind = 'tokenize'\n[detector]\nkind = 'stide'",
    ];
    let fitted = configs.into_iter().map(|config| {
        let config = format!("{config}\n[threshold]\nrule = 'mean_sd(k=3)'");
        let config = PipelineConfig::parse("seed", &config)?;
        let input = Input::Bytes { name: "seed".to_owned(), bytes: text.clone().into() };
        let table = config.data.open(input, None, &ReadOptions::default())?.read_all()?;
        fit(&config, vec![table], &mut Unwatched)?.to_bytes()
    });
    fitted.collect::<oddity::Result<_>>().expect("pipelines that are fitted and saved")
}

/// Their parts behind each other.
pub(crate) fn parts() -> Vec<Vec<u8>> {
    archives().iter().filter_map(|archive| apart(archive)).collect()
}

fn apart(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut part = |name| {
        let mut bytes = Vec::new();
        archive.by_name(name).ok()?.read_to_end(&mut bytes).ok()?;
        Some(bytes)
    };
    Some([part(PARTS[0])?, NEXT_FILE.to_vec(), part(PARTS[1])?].concat())
}

/// Loads an archive, and scores rows with what comes of it.
pub(crate) fn read_archive(bytes: &[u8]) -> Reading {
    let loaded = match FittedPipeline::from_bytes("f", bytes) {
        Ok(loaded) => loaded,
        Err(error) => return Reading::of_error(&error),
    };
    let input = Input::Bytes { name: "rows".to_owned(), bytes: ROWS.into() };
    let scored = loaded
        .config()
        .data
        .open(input, Some(loaded.columns()), &ReadOptions::default())
        .and_then(|reader| Ok(reader.read_all()?))
        .and_then(|table| loaded.config().data.rows_of(&table))
        .and_then(|rows| Scorer::new(&loaded, 1).push(&rows));
    match scored {
        Ok(part) => Reading::of_facts(format!("{:?}, {} alarms", part.scores, part.alarms.len())),
        Err(error) => Reading::of_error(&error),
    }
}

/// The same with an archive of these parts, which has the checksums that are wanted.
pub(crate) fn read_parts(bytes: &[u8]) -> Reading {
    let (text, arrays) = two_files(bytes);
    let checksum = format!("state_sha256 = \"{}\"", Sha256::of(arrays));
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().map(|line| match line.starts_with("state_sha256") {
        true => checksum.as_str(),
        false => line,
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let of_text = Sha256::of(text.as_bytes()).to_string();
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in PARTS.into_iter().zip([text.as_bytes(), arrays, of_text.as_bytes()]) {
        let begun = zip.start_file(name, SimpleFileOptions::default());
        begun.expect("an archive in memory");
        zip.write_all(content).expect("an archive in memory");
    }
    read_archive(&zip.finish().expect("an archive in memory").into_inner())
}
