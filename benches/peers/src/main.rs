//! Times Oddity and its peers in turns, in one run, on the same data and threads, and writes
//! every ratio down.
//!
//! `cargo run --release -p oddity-peers -- --python python3 --out benches/results/NAME`

mod cases;
mod data;
mod peer;
mod report;

use std::path::PathBuf;

use clap::Parser;

/// Times Oddity and its peers in turns.
#[derive(Parser)]
struct Arguments {
    /// The Python that has scikit-learn, pandas, PyArrow and Polars.
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// The Python that has PyTorch, Keras and TensorFlow; else that of the other peers.
    #[arg(long)]
    neural_python: Option<PathBuf>,
    /// The Python that has river, rrcf and hmmlearn; without it, their cases are left out.
    #[arg(long)]
    stream_python: Option<PathBuf>,
    /// Folder of the real data; else `ODDITY_DATA_DIR`; else generated traces.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Threads of both sides.
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Turns of each case.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Only cases whose name contains this.
    #[arg(long, default_value = "")]
    only: String,
    /// Folder for `ratios.md` and `ratios.json`.
    #[arg(long)]
    out: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build()?;
    let mut peer = peer::Peer::start(&arguments.python, "peer.py", arguments.threads)?;
    let data = data::Data::make(arguments.data_dir.as_deref(), &mut peer)?;
    let mut rows = Vec::new();
    let neural_python = arguments.neural_python.as_ref().unwrap_or(&arguments.python);
    for case in cases::all(&data, neural_python, arguments.stream_python.as_ref()) {
        if !case.name().contains(&arguments.only) {
            continue;
        }
        for row in case.run(&data, &mut peer, &pool, arguments.rounds)? {
            report::print(&row);
            rows.push(row);
        }
        // After each case: a run of everything takes half an hour, and may be cut short.
        if let Some(out) = &arguments.out {
            report::write(out, &rows, &peer, arguments.threads)?;
        }
    }
    Ok(())
}
