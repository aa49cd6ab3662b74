//! `generate`: data shaped like a published dataset, in its official format.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use flate2::Compression;
use flate2::write::GzEncoder;
use oddity_datasets::generate::{
    AdfaLdGenerator, AdfaLdParams, DeviceTrafficGenerator, DeviceTrafficParams, HaiGenerator,
    HaiKind, HaiParams, HaiRelease, KddFormat, KddGenerator, KddParams, KddSubset, TimelineFormat,
    TimelineGenerator, TimelineParams, adfa_ld, device_traffic, hai, kdd, timeline,
};

use super::say;

/// What `generate` can be told.
#[derive(Args)]
pub(crate) struct GenerateArguments {
    /// The dataset whose shape is wanted.
    #[arg(value_parser = NAMES.iter().map(|source| source.name).collect::<Vec<_>>())]
    name: String,
    /// Rows of the file; for adfa-ld traces.
    #[arg(long)]
    rows: u64,
    /// The file to write, compressed where its name ends in `.gz`; see below for folders.
    #[arg(long, value_name = "F")]
    out: PathBuf,
    /// The seed of everything random.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The part of the dataset.
    #[arg(long, value_enum, default_value_t = Part::Train)]
    part: Part,
    /// Release of hai.
    #[arg(long, default_value = "21.03", value_parser = HaiRelease::ALL.map(HaiRelease::name))]
    release: String,
    /// Which file of its part, for hai: the plant on other days.
    #[arg(long, default_value_t = 1)]
    file: u32,
    /// Format of timeline.
    #[arg(long, default_value = "digest", value_parser = TimelineFormat::ALL.map(TimelineFormat::name))]
    format: String,
    /// Replace the file if it is there.
    #[arg(long)]
    force: bool,
}

/// A part of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// What models learn from.
    Train,
    /// What they are tested on.
    Test,
    /// The label file of the test part, for hai 23.05.
    Labels,
}

/// A dataset that can be generated.
struct Source {
    name: &'static str,
    about: &'static str,
    /// How the data differs from what it is shaped like.
    differences: &'static str,
    make: Make,
}

/// How a dataset is written.
enum Make {
    /// As one file, from front to back.
    File(fn(&GenerateArguments, &mut dyn Write) -> Result<()>),
    /// As a folder or an archive, which does not come from front to back, where the name asks
    /// for one; else as a file.
    Path {
        /// Whether the name asks for it.
        wanted: fn(&Path) -> bool,
        /// Writes it to a path of the same ending.
        path: fn(&GenerateArguments, &Path) -> Result<()>,
        file: fn(&GenerateArguments, &mut dyn Write) -> Result<()>,
    },
}

/// All that can be generated. A new generator takes one entry here.
const NAMES: &[Source] = &[
    Source {
        name: "hai",
        about: "a plant's sensors, one row a second; a name that ends neither in .csv nor in \
                .txt nor in .gz gives a folder with a training and a test file",
        differences: hai::DIFFERENCES,
        make: Make::Path { wanted: is_folder, path: hai_folder, file: hai_file },
    },
    Source {
        name: "nsl-kdd",
        about: "connection records as in KDDTrain+.txt, or with --part test KDDTest+.txt",
        differences: kdd::NSL_DIFFERENCES,
        make: Make::File(|arguments, sink| kdd_file(arguments, KddFormat::NslKdd, sink)),
    },
    Source {
        name: "kddcup99",
        about: "connection records as in kddcup.data, in order of time",
        differences: kdd::CUP_DIFFERENCES,
        make: Make::File(|arguments, sink| kdd_file(arguments, KddFormat::KddCup99, sink)),
    },
    Source {
        name: "device-traffic",
        about: "packets as Wireshark exports them in CSV",
        differences: device_traffic::DIFFERENCES,
        make: Make::File(packets),
    },
    Source {
        name: "timeline",
        about: "the file events of a Windows host and of intrusions; --format names one of five",
        differences: timeline::DIFFERENCES,
        make: Make::File(timeline_file),
    },
    Source {
        name: "adfa-ld",
        about: "system-call traces; a zip archive, or a folder where the name has no ending",
        differences: adfa_ld::DIFFERENCES,
        make: Make::Path { wanted: |_| true, path: adfa_ld_path, file: no_file },
    },
];

/// The names, for the help text.
pub(crate) fn after_help() -> String {
    let names = NAMES.iter().map(|source| format!("  {:<14} {}\n", source.name, source.about));
    format!("Names:\n{}", names.collect::<String>())
}

/// Generates to a temporary name beside the wanted one, which it takes when it is whole.
pub(crate) fn run(arguments: &GenerateArguments) -> Result<ExitCode> {
    let source = NAMES.iter().find(|source| source.name == arguments.name);
    let source = source.with_context(|| format!("nothing is called {:?}", arguments.name))?;
    let out = &arguments.out;
    let there = fs::symlink_metadata(out).ok();
    ensure!(
        there.is_none() || arguments.force,
        "{} is there already; --force replaces it",
        out.display()
    );
    ensure!(
        there.is_none_or(|there| !there.is_dir()),
        "{} is a folder, which --force does not replace",
        out.display()
    );
    let name = out.file_name().with_context(|| format!("{} names no file", out.display()))?;
    let partial = out.with_file_name(partial_name(name));
    let began = Instant::now();
    let written = write(source, arguments, &partial);
    let written = written.and_then(|()| {
        fs::rename(&partial, out).with_context(|| format!("cannot write {}", out.display()))
    });
    if written.is_err() {
        // The error that stopped the writing is the one to tell of.
        let _gone = fs::remove_file(&partial).or_else(|_| fs::remove_dir_all(&partial));
    }
    written?;
    let unit = if source.name == "adfa-ld" { "traces" } else { "rows" };
    say(&format!(
        "wrote {} {unit} to {} in {:.1} s",
        arguments.rows,
        out.display(),
        began.elapsed().as_secs_f64()
    ));
    say(first_sentence(source.differences));
    Ok(ExitCode::SUCCESS)
}

/// The name while the file is not whole: hidden, and with the same ending.
fn partial_name(name: &OsStr) -> PathBuf {
    let mut partial = std::ffi::OsString::from(".partial-");
    partial.push(name);
    partial.into()
}

fn write(source: &Source, arguments: &GenerateArguments, partial: &Path) -> Result<()> {
    let file = match source.make {
        Make::File(file) => file,
        Make::Path { wanted, path, .. } if wanted(&arguments.out) => {
            return path(arguments, partial);
        }
        Make::Path { file, .. } => file,
    };
    let context = || format!("cannot write {}", partial.display());
    let mut sink = BufWriter::with_capacity(1 << 18, File::create(partial).with_context(context)?);
    if arguments.out.extension() == Some(OsStr::new("gz")) {
        let mut packed = GzEncoder::new(sink, Compression::default());
        file(arguments, &mut packed)?;
        sink = packed.finish().with_context(context)?;
    } else {
        file(arguments, &mut sink)?;
    }
    let file = sink.into_inner().map_err(std::io::IntoInnerError::into_error);
    file.and_then(|file| file.sync_all()).with_context(context)
}

fn first_sentence(text: &str) -> &str {
    text.split_inclusive(". ").next().unwrap_or(text).trim_end()
}

/// Whether a name has none of the endings of a file; `hai-23.05` is a folder's.
fn is_folder(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    !["csv", "txt", "gz"].iter().any(|file| ending == *file)
}

fn hai_generator(arguments: &GenerateArguments) -> Result<HaiGenerator> {
    let release = HaiRelease::ALL.into_iter().find(|release| release.name() == arguments.release);
    let kind = if arguments.part == Part::Train { HaiKind::Train } else { HaiKind::Test };
    let release = release.with_context(|| format!("no release {}", arguments.release))?;
    let (seed, file, n_rows) = (arguments.seed, arguments.file, arguments.rows);
    let params = HaiParams { seed, release, kind, file, n_rows, ..HaiParams::default() };
    Ok(HaiGenerator::new(params)?)
}

fn hai_file(arguments: &GenerateArguments, sink: &mut dyn Write) -> Result<()> {
    let generator = hai_generator(arguments)?;
    if arguments.part != Part::Labels {
        return Ok(generator.write(sink)?);
    }
    let release = generator.params().release;
    ensure!(release == HaiRelease::V23_05, "hai {} has no label files", release.name());
    Ok(generator.write_labels(sink)?)
}

fn hai_folder(arguments: &GenerateArguments, path: &Path) -> Result<()> {
    Ok(hai_generator(arguments)?.write_folder(path, 1, 1)?)
}

fn kdd_file(arguments: &GenerateArguments, format: KddFormat, sink: &mut dyn Write) -> Result<()> {
    let subset = match arguments.part {
        Part::Train => KddSubset::Train,
        Part::Test => KddSubset::Test,
        Part::Labels => bail!("{} has no label files", arguments.name),
    };
    let (seed, n_rows) = (arguments.seed, arguments.rows);
    let params = KddParams { seed, format, subset, n_rows, ..KddParams::default() };
    Ok(KddGenerator::new(params)?.write(sink)?)
}

fn packets(arguments: &GenerateArguments, sink: &mut dyn Write) -> Result<()> {
    ensure!(arguments.part == Part::Train, "{} has no parts", arguments.name);
    let (seed, n_packets) = (arguments.seed, arguments.rows);
    let params = DeviceTrafficParams { seed, n_packets, ..DeviceTrafficParams::default() };
    Ok(DeviceTrafficGenerator::new(params)?.write(sink)?)
}

fn timeline_file(arguments: &GenerateArguments, sink: &mut dyn Write) -> Result<()> {
    let format = TimelineFormat::ALL.into_iter().find(|format| format.name() == arguments.format);
    let format = format.with_context(|| format!("no format is called {:?}", arguments.format))?;
    let (seed, n_events) = (arguments.seed, arguments.rows);
    let params = TimelineParams { seed, n_events, format, ..TimelineParams::default() };
    let generator = TimelineGenerator::new(params)?;
    match arguments.part {
        Part::Train => Ok(generator.write(sink)?),
        Part::Labels => Ok(generator.write_labels(sink)?),
        Part::Test => bail!("{} has no test part", arguments.name),
    }
}

/// Traces in the proportions of ADFA-LD.
fn adfa_ld_path(arguments: &GenerateArguments, path: &Path) -> Result<()> {
    let default = AdfaLdParams::default();
    let total = (default.n_training + default.n_validation + default.n_attack) as u64;
    let share = |n_traces: usize| (arguments.rows.saturating_mul(n_traces as u64) / total) as usize;
    let (n_training, n_attack) = (share(default.n_training), share(default.n_attack));
    let n_validation = usize::try_from(arguments.rows)?.saturating_sub(n_training + n_attack);
    let seed = arguments.seed;
    let params = AdfaLdParams { seed, n_training, n_validation, n_attack, ..default };
    let generator = AdfaLdGenerator::new(params)?;
    match arguments.out.extension() {
        None => Ok(generator.write_folder(path)?),
        Some(ending) if ending == "zip" => Ok(generator.write_zip(path)?),
        Some(ending) => bail!("found the ending {ending:?}, wanted .zip or a folder"),
    }
}

fn no_file(arguments: &GenerateArguments, _: &mut dyn Write) -> Result<()> {
    bail!("{} is no file", arguments.name)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use clap::Parser;
    use flate2::read::GzDecoder;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: GenerateArguments,
    }

    fn generate(name: &str, out: &Path, more: &[&str]) -> Result<ExitCode> {
        let out = out.to_str().expect("a path in UTF-8");
        let line = ["generate", name, "--rows", "70", "--out", out];
        run(&Line::try_parse_from(line.iter().chain(more))?.arguments)
    }

    fn entries(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn every_name_writes_a_file_or_a_folder_and_nothing_beside_it() {
        for source in NAMES {
            let folder = tempfile::tempdir().unwrap();
            let ending = if source.name == "adfa-ld" { "zip" } else { "csv" };
            let out = folder.path().join(format!("made.{ending}"));
            generate(source.name, &out, &[]).unwrap();
            assert!(0 < fs::metadata(&out).unwrap().len());
            assert_eq!(entries(folder.path()), [format!("made.{ending}")]);
            assert!(first_sentence(source.differences).starts_with(source.name));
        }
    }

    #[test]
    fn a_file_is_replaced_only_when_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("made.csv");
        generate("hai", &out, &["--release", "20.07"]).unwrap();
        let before = fs::read(&out).unwrap();
        let error = generate("hai", &out, &["--seed", "1"]).unwrap_err();
        assert!(error.to_string().contains("--force"), "{error}");
        assert_eq!(fs::read(&out).unwrap(), before);
        generate("hai", &out, &["--seed", "1", "--force"]).unwrap();
        assert_ne!(fs::read(&out).unwrap(), before);
    }

    #[test]
    fn gz_holds_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let (plain, packed) = (folder.path().join("a.csv"), folder.path().join("a.csv.gz"));
        generate("hai", &plain, &["--part", "test"]).unwrap();
        generate("hai", &packed, &["--part", "test"]).unwrap();
        let mut text = Vec::new();
        GzDecoder::new(File::open(&packed).unwrap()).read_to_end(&mut text).unwrap();
        assert_eq!(text, fs::read(&plain).unwrap());
    }

    #[test]
    fn a_name_without_a_files_ending_gives_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("hai-23.05");
        generate("hai", &out, &["--release", "23.05"]).unwrap();
        let found = entries(&out);
        assert_eq!(found, ["GENERATED.txt", "hai-test1.csv", "hai-train1.csv", "label-test1.csv"]);
        assert!(generate("hai", &out, &["--force"]).is_err());
        let out = folder.path().join("traces");
        generate("adfa-ld", &out, &[]).unwrap();
        assert!(entries(&out).contains(&"Training_Data_Master".to_owned()));
    }

    #[test]
    fn what_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("a.csv");
        assert!(generate("hai", &out, &["--part", "labels"]).is_err());
        assert!(generate("adfa-ld", &out, &[]).is_err());
        assert!(generate("hai", &out, &["--file", "0"]).is_err());
        assert!(generate("nsl-kdd", &out, &["--part", "labels"]).is_err());
        assert!(generate("nothing", &out, &[]).is_err());
        assert!(generate("hai", folder.path(), &["--force"]).is_err());
        assert!(entries(folder.path()).is_empty());
        generate("hai", &out, &["--part", "labels", "--release", "23.05"]).unwrap();
        assert_eq!(fs::read_to_string(&out).unwrap().lines().count(), 71);
    }
}
