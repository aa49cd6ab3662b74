//! Small sound inputs of each format, made here: no slice of a published file.

use std::io::{Cursor, Write as _};

use oddity_datasets::{TimelineFormat, TimelineGenerator, TimelineParams};
use oddity_ingest::delimited::ColumnType;
use oddity_ingest::{Columnar, CsvOptions, Input, Role};
use zip::write::SimpleFileOptions;

use crate::check::gzip;
use crate::target::NEXT_FILE;

/// Texts and the same packed.
fn with_packed(texts: &[String]) -> Vec<Vec<u8>> {
    let plain = || texts.iter().map(|text| text.clone().into_bytes());
    plain().chain(plain().take(1).map(|text| gzip(&text))).collect()
}

/// Rows made by a rule, one a line.
fn lines(header: &str, n: usize, row: impl Fn(usize) -> String) -> String {
    (0..n).fold(header.to_owned(), |text, at| text + &row(at) + "\n")
}

pub(crate) fn csv() -> Vec<Vec<u8>> {
    with_packed(&[
        lines("a,b,c,d\n", 9, |n| {
            format!("{n},{}.5e-3,x{},2020-01-0{} 00:00:00", n * n, n % 3, n + 1)
        }),
        lines("a;b\r\n", 3, |n| format!("{n};\"a \"\"quoted\"\";\nfield {n}\"\r")),
        lines("only\n", 4, |n| n.to_string()),
        lines("t\tu\n", 4, |n| format!("-{n}.25\t")),
        "\u{feff}a|b\n1|NaN\n".to_owned(),
        "a,b\n".to_owned(),
    ])
}

pub(crate) fn csv_named() -> Vec<Vec<u8>> {
    let row =
        |n: usize| format!("{n}.5;{n};{};2021-03-0{}T01:02:03.5;c{};text {n}", n % 2, n + 1, n % 2);
    let mut seeds = with_packed(&[lines("", 8, row), "1;2;1;;\"\";\"a;b\nc\"\n".to_owned()]);
    seeds.push(b"1;2;0;2021-01-01 00:00:00;caf\xe9;\x80\n".to_vec());
    seeds
}

pub(crate) fn hai() -> Vec<Vec<u8>> {
    let early = |n: usize| format!("2019-09-11 20:00:0{n};0.{n};-1.5;{};0;{};0", n % 2, n % 2);
    let late = |n: usize| format!("2021-07-10 00:00:0{n},{}.25,1e-3,0", n + 30);
    with_packed(&[
        lines("time;P1_B2004;P2_VT01e;attack;attack_P1;attack_P2;attack_P3\n", 6, early),
        lines("timestamp,P1_FCV01D,P4_ST_PS,Attack\n", 6, late),
    ])
}

pub(crate) fn hai_labelled() -> Vec<Vec<u8>> {
    let time = |n: usize| format!("2022-08-12 16:00:0{n}");
    let data = lines("timestamp,P1_FCV01D,P4_ST_PS\n", 5, |n| format!("{},{n}.5,2", time(n)));
    let labels = lines("timestamp,label\n", 5, |n| format!("{},{}", time(n), n % 2));
    vec![[data.as_bytes(), NEXT_FILE, labels.as_bytes()].concat()]
}

pub(crate) fn kdd() -> Vec<Vec<u8>> {
    let features = |n: usize| {
        let counts: Vec<String> = (0..37).map(|k| format!("{}", (n * k) % 7)).collect();
        format!("{n},tcp,{},SF,{}", ["http", "smtp"][n % 2], counts.join(","))
    };
    with_packed(&[
        lines("", 6, |n| format!("{},{}.", features(n), ["normal", "neptune"][n % 2])),
        lines("", 6, |n| format!("{},{},{}", features(n), ["normal", "satan"][n % 2], 20 - n)),
    ])
}

fn measurements(n: usize) -> String {
    let row: Vec<String> = (0..38).map(|k| format!("{:.6}", (n * k) as f64 / 97.0)).collect();
    row.join(",")
}

pub(crate) fn smd() -> Vec<Vec<u8>> {
    with_packed(&[lines("", 5, measurements), lines("", 1, |_| vec!["1e-3"; 38].join(","))])
}

pub(crate) fn smd_labelled() -> Vec<Vec<u8>> {
    let labels = lines("", 5, |n| (n % 2).to_string());
    vec![[lines("", 5, measurements).as_bytes(), NEXT_FILE, labels.as_bytes()].concat()]
}

pub(crate) fn device_traffic() -> Vec<Vec<u8>> {
    let header = "\"No.\",\"Time\",\"Source\",\"Destination\",\"Protocol\",\"Length\",\"Info\"\r\n";
    let packet = |time: String, n: usize| {
        let note = if n.is_multiple_of(3) { "[TCP Out-Of-Order] " } else { "" };
        let rest = format!("\"TCP\",\"{}\",\"{note}443  >  5{n} [ACK] Seq={n}\"\r", 60 + n);
        format!("\"{n}\",\"{time}\",\"10.0.0.{n}\",\"fe80::{n}\",{rest}")
    };
    let mut seeds = with_packed(&[
        lines(header, 6, |n| packet(format!("0.00000{n}"), n)),
        lines(header, 4, |n| packet(format!("155122504{n}.123456789"), n)),
        lines(header, 4, |n| packet(format!("2019-02-26 23:50:4{n}.75"), n)),
        "Info,Length,Protocol,Destination,Source,Time,No.,RTT\nx,1,UDP,a,b,0,1,0.5\n".to_owned(),
    ]);
    seeds.push(
        [header.as_bytes(), b"\"1\",\"0\",\"a\",\"b\",\"TCP\",\"1\",\"caf\xe9\"\r\n"].concat(),
    );
    seeds
}

/// Two days of a generated host, in each form that a reader may find them.
pub(crate) fn timeline(format: TimelineFormat) -> Vec<Vec<u8>> {
    let write = |n_events: u64| {
        let params = TimelineParams { n_events, format, ..TimelineParams::default() };
        let mut bytes = Vec::new();
        let generator = TimelineGenerator::new(params).expect("parameters within their ranges");
        generator.write(&mut bytes).expect("writing to memory");
        // The first lines have every kind of record, and short inputs are mutated faster.
        let end = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(12);
        bytes.truncate(end.map_or(bytes.len(), |(at, _)| at + 1));
        String::from_utf8(bytes).expect("generated text is UTF-8")
    };
    with_packed(&[write(40), write(4)])
}

/// A table with every type of column, written by the project's own writer.
fn columnar(form: Columnar, ending: &str) -> Vec<Vec<u8>> {
    let write = |n_rows: usize| {
        let row =
            |n: usize| format!("{n}.5,{n},{},2021-03-01 00:00:0{},c{},t{n}", n % 2, n % 9, n % 3);
        let text = lines("number,integer,flag,time,class,text\n", n_rows, row);
        let input = Input::Bytes { name: "seed".to_owned(), bytes: text.into_bytes() };
        let options = CsvOptions::default()
            .column("integer", ColumnType::Integer)
            .column("flag", ColumnType::Flag)
            .column("class", ColumnType::Category)
            .column("text", ColumnType::Text)
            .role("class", Role::Label);
        let folder = tempfile::tempdir().expect("a folder for seeds");
        let path = folder.path().join(format!("seed.{ending}"));
        let mut reader = options.open(input).expect("a sound text");
        form.write(&path, &mut reader).expect("a table that can be written");
        std::fs::read(&path).expect("a file that was written")
    };
    vec![write(12), write(0), write(300)]
}

pub(crate) fn parquet() -> Vec<Vec<u8>> {
    columnar(Columnar::Parquet, "parquet")
}

pub(crate) fn ipc() -> Vec<Vec<u8>> {
    columnar(Columnar::Ipc, "arrow")
}

pub(crate) fn adfa_ld() -> Vec<Vec<u8>> {
    let pack = |method: zip::CompressionMethod, folder: &str| {
        let options = SimpleFileOptions::default().compression_method(method);
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, trace) in [
            ("Training_Data_Master/UTD-0001.txt", "6 6 63 6 42 120 6 195 "),
            ("Validation_Data_Master/UVD-0001.txt", "6 174 174 65535 "),
            ("Attack_Data_Master/Adduser_1/UAD-Adduser-1-7.txt", "265 168 168 0 "),
            ("Attack_Data_Master/Web_Shell_10/UAD-W-1.txt", "1 2 3\n"),
            ("README", "not a trace"),
        ] {
            let started = archive.start_file(format!("{folder}{name}"), options);
            started.expect("an entry");
            archive.write_all(trace.as_bytes()).expect("writing to memory");
        }
        archive.finish().expect("writing to memory").into_inner()
    };
    vec![
        pack(zip::CompressionMethod::Deflated, "ADFA-LD/"),
        pack(zip::CompressionMethod::Stored, ""),
    ]
}
