//! Bad input to every loader: a typed error that names file, line and column, or every row.

use std::io::Write as _;

use oddity_ingest::{
    BatchReader, CsvOptions, Input, ReadOptions, Result, device_traffic, hai, kdd, smd,
};

/// Room for little, so that the tests need little.
fn options() -> ReadOptions {
    ReadOptions { max_record: 1 << 20, max_unpacked: 8 << 20, ..ReadOptions::default() }
}

type Open = fn(Input) -> Result<BatchReader>;

/// A loader, a header, and a good row.
struct Loader {
    name: &'static str,
    open: Open,
    header: &'static str,
    row: String,
}

fn loaders() -> Vec<Loader> {
    let zeros = |n: usize| vec!["0.5"; n].join(",");
    vec![
        Loader {
            name: "csv",
            open: |input| CsvOptions { read: options(), ..CsvOptions::default() }.open(input),
            header: "a,b,c\n",
            row: "1,2.5,x".to_owned(),
        },
        Loader {
            name: "hai",
            open: |input| hai::open(input, &options()),
            header: "time,P1_B2004,P1_B2016,attack\n",
            row: "2019-09-11 20:00:00,0.1,1.5,0".to_owned(),
        },
        Loader {
            name: "kdd",
            open: |input| kdd::open(input, &options()),
            header: "",
            row: format!("0,tcp,http,SF,{},normal,20", zeros(37)),
        },
        Loader {
            name: "smd",
            open: |input| smd::open(input, &options()),
            header: "",
            row: zeros(38),
        },
        Loader {
            name: "device_traffic",
            open: |input| device_traffic::open(input, device_traffic::OUT_OF_ORDER, &options()),
            header: "\"No.\",\"Time\",\"Source\",\"Destination\",\"Protocol\",\"Length\",\"Info\"\n",
            row: "\"1\",\"0.5\",\"::1\",\"::2\",\"TCP\",\"60\",\"80 > 81 [SYN]\"".to_owned(),
        },
    ]
}

/// The number of rows, or the error's text.
fn read(open: Open, bytes: Vec<u8>) -> Result<usize, String> {
    let input = Input::Bytes { name: "f".to_owned(), bytes };
    let table = open(input).and_then(BatchReader::read_all).map_err(|error| error.to_string())?;
    Ok(table.batch().num_rows())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).expect("writing to memory");
    packed.finish().expect("writing to memory")
}

#[test]
fn good_rows_are_read_whatever_ends_their_lines() {
    for Loader { name, open, header, row } in loaders() {
        let text = format!("{header}{row}\n{row}\n{row}\n");
        for (form, bytes) in [
            ("plain", text.clone().into_bytes()),
            ("no last line break", text.trim_end().as_bytes().to_vec()),
            ("CRLF", text.replace('\n', "\r\n").into_bytes()),
            ("blank lines", format!("{text}\n\n").into_bytes()),
            ("mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
            ("gzip", gzip(text.as_bytes())),
        ] {
            assert_eq!(read(open, bytes), Ok(3), "{name}: {form}");
        }
    }
}

#[test]
fn a_header_without_rows_is_a_table_without_rows() {
    for Loader { name, open, header, .. } in loaders() {
        let expected =
            if header.is_empty() { Err("f: the file is empty".to_owned()) } else { Ok(0) };
        assert_eq!(read(open, header.as_bytes().to_vec()), expected, "{name}");
    }
}

#[test]
fn damage_gets_an_error_that_names_its_place() {
    for Loader { name, open, header, row } in loaders() {
        let line = header.lines().count() + 2;
        let (start, last) = row.rsplit_once(',').expect("a row has fields");
        let n_fields = row.split(',').count();
        let quoted = name == "device_traffic";
        let text = |bad: &[u8]| [header.as_bytes(), row.as_bytes(), b"\n", bad, b"\n"].concat();
        for (case, bytes, expected) in [
            ("empty", Vec::new(), "f: the file is empty".to_owned()),
            (
                "truncated",
                text(start.as_bytes()),
                format!("f, line {line}: found {} fields, wanted {n_fields}", n_fields - 1),
            ),
            (
                "too wide",
                text(format!("{row},{row}").as_bytes()),
                format!("f, line {line}: found {} fields, wanted {n_fields}", 2 * n_fields),
            ),
            (
                "wrong separator",
                text(row.replace(',', ";").as_bytes()),
                // A quote that ends a field must be followed by the right separator.
                if quoted {
                    format!("f, line {line}, column 3: found a quote inside a field")
                } else {
                    String::new()
                },
            ),
            (
                "NUL",
                text(format!("{start},\0{last}").as_bytes()),
                format!(
                    "f, line {line}, column {}: found a NUL byte, wanted text",
                    start.len() + 2
                ),
            ),
            (
                "quote inside",
                text(format!("{start},a\"b").as_bytes()),
                format!("f, line {line}, column {}: found a quote inside a field", start.len() + 3),
            ),
            (
                "no end of quotes",
                text(format!("{start},\"abc").as_bytes()),
                format!(
                    "f, line {line}, column {}: found no end of the quoted field",
                    start.len() + 2
                ),
            ),
            (
                "a line that is too long",
                text(&vec![b'1'; 3 << 20]),
                "the record has more than 1048576 bytes".to_owned(),
            ),
            ("a gzip bomb", gzip(&text(&b"1,2\n".repeat(4 << 20))), String::new()),
            (
                "gzip that was cut",
                gzip(&text(row.as_bytes()))[..20].to_vec(),
                "f: cannot be unpacked".to_owned(),
            ),
            ("UTF-16", b"\xff\xfea\0,\0b\0".to_vec(), "f: found UTF-16, wanted UTF-8".to_owned()),
        ] {
            let found = read(open, bytes).expect_err(case);
            assert!(found.contains(&expected), "{name}, {case}: {found}, wanted {expected}");
        }
    }
}

#[test]
fn values_that_are_none_are_refused_where_numbers_are_wanted() {
    for (name, replaced, with, expected) in [
        ("hai", "1.5", "inf", "line 2, column 25: found \"inf\", wanted a finite number"),
        ("hai", "1.5", "1.5.1", "line 2, column 25: found \"1.5.1\", wanted a number"),
        ("hai", ",0", ",2", "line 2, column 21: found \"2.1\", wanted"),
        (
            "hai",
            "2019-09-11",
            "2019-09-31",
            "line 2, column 1: found \"2019-09-31 20:00:00\", wanted a time",
        ),
        ("kdd", "SF,0.5", "SF,-inf", "line 1, column 15: found \"-inf\", wanted a finite number"),
        ("kdd", ",20", ",x", "found \"x\", wanted a whole number"),
        ("smd", "0.5", "1e999", "line 1, column 1: found \"1e999\", wanted a finite number"),
        (
            "device_traffic",
            "0.5",
            "soon",
            "line 2, column 6: found \"soon\", wanted seconds, or a time",
        ),
        ("device_traffic", "\"60\"", "\"60 bytes\"", "found \"60 bytes\", wanted a number"),
    ] {
        let loaders = loaders();
        let loader = loaders.iter().find(|loader| loader.name == name).expect("a loader");
        let bad = loader.row.replacen(replaced, with, 1);
        let found = read(loader.open, format!("{}{bad}\n", loader.header).into_bytes());
        if with == ",2" {
            // The first field that ends in 0 is a tag, and 2.1 a good value of it.
            assert_eq!(found, Ok(1));
            continue;
        }
        let found = found.expect_err(with);
        assert!(found.contains(expected), "{name}: {found}, wanted {expected}");
    }
}

#[test]
fn labels_are_0_or_1_and_headers_name_what_is_needed() {
    let hai = |text: &str| read(|input| hai::open(input, &options()), text.as_bytes().to_vec());
    let found = hai("time,P1,attack\n2019-09-11 20:00:00,1,2\n").unwrap_err();
    assert_eq!(found, "f, line 2, column 23: found \"2\", wanted 0 or 1");
    let found = hai("time,P1,attack\n2019-09-11 20:00:00,1,\n").unwrap_err();
    assert_eq!(found, "f, line 2, column 23: found \"\", wanted 0 or 1");
    assert_eq!(hai("time,P1,P1\n").unwrap_err(), "f, line 1: found column \"P1\" twice");
    let found = hai("time,attack\n").unwrap_err();
    assert_eq!(found, "f: found 2 columns and no tag, wanted a header with the tags of HAI");
    let packets = |text: &str| {
        let open: Open =
            |input| device_traffic::open(input, device_traffic::OUT_OF_ORDER, &options());
        read(open, text.as_bytes().to_vec())
    };
    let found = packets("No.,Time,Source,Destination,Protocol,Length\n").unwrap_err();
    assert_eq!(found, "f, line 1: found no column \"Info\"");
    let kdd = |text: &str| read(|input| kdd::open(input, &options()), text.as_bytes().to_vec());
    let found = kdd("1,2,3\n").unwrap_err();
    assert_eq!(found, "f: found 3 columns, wanted 42 columns (KDD Cup 99) or 43 (NSL-KDD)");
}

#[test]
fn nan_and_nothing_are_null_and_no_row_is_lost() {
    let hai = |text: &str| {
        let input = Input::Bytes { name: "f".to_owned(), bytes: text.into() };
        hai::open(input, &options()).and_then(BatchReader::read_all)
    };
    let table = hai("time,P1,P2\n2019-09-11 20:00:00,NaN,\n2019-09-11 20:00:01,1,2\n").unwrap();
    let batch = table.batch();
    assert_eq!(
        (batch.num_rows(), batch.column(1).null_count(), batch.column(2).null_count()),
        (2, 1, 1)
    );
    let error = table.frame().unwrap_err().to_string();
    assert_eq!(error, "value NaN at row 0, column 0 is not finite");
}

#[test]
fn separators_and_names_that_contradict_themselves_are_refused() {
    let input = || Input::Bytes { name: "f".to_owned(), bytes: b"a,b\n1,2\n".to_vec() };
    let with = |options: CsvOptions| options.open(input()).map(|_| ()).unwrap_err().to_string();
    for (separator, shown) in [(b'"', r#"'"'"#), (b'\n', r"'\n'"), (b'\r', r"'\r'"), (0, r"'\0'")] {
        let found = with(CsvOptions { separator: Some(separator), ..CsvOptions::default() });
        let wanted = "wanted an ASCII separator that is no quote and no line break";
        assert_eq!(found, format!("f: found the separator {shown}, {wanted}"));
    }
    let names = Some(vec!["a".to_owned(), "a".to_owned()]);
    let found = with(CsvOptions { names, ..CsvOptions::default() });
    assert_eq!(found, "f, line 1: found column \"a\" twice");
}

#[test]
fn text_that_is_not_utf_8_is_refused_or_read_as_windows_1252() {
    let csv: Open = |input| CsvOptions { read: options(), ..CsvOptions::default() }.open(input);
    let found = read(csv, b"a,b\n1,x\n2,caf\xe9\n".to_vec()).unwrap_err();
    assert_eq!(found, "f, line 3, column 6: found bytes that are not UTF-8");
    let mut bytes = loaders()[4].header.as_bytes().to_vec();
    bytes.extend(b"\"1\",\"0.5\",\"::1\",\"::2\",\"TCP\",\"60\",\"caf\xe9 \"\"x\"\"\"\n");
    let input = Input::Bytes { name: "f".to_owned(), bytes };
    let table = device_traffic::open(input, "x", &options()).unwrap().read_all().unwrap();
    let records = table.records(&[oddity_ingest::Role::Feature]).unwrap();
    assert_eq!(records.texts("Info").unwrap()(0), "café \"x\"");
}

#[test]
fn labels_of_another_file_must_fit() {
    let file = |name: &str, text: &str| Input::Bytes { name: name.to_owned(), bytes: text.into() };
    let data = || file("test1.csv", "timestamp,P1\n2022-08-12 16:00:00,1\n2022-08-12 16:00:01,2\n");
    let read = |labels: &str| {
        hai::open_with_labels(data(), file("label-test1.csv", labels), &options())
            .and_then(BatchReader::read_all)
    };
    let table = read("timestamp,label\n2022-08-12 16:00:00,0\n2022-08-12 16:00:01,1\n").unwrap();
    assert_eq!(table.labels("attack").unwrap().values(), [false, true]);
    let error = read("timestamp,label\n2022-08-12 16:00:00,0\n").unwrap_err().to_string();
    assert_eq!(error, "label-test1.csv: found 1 rows, wanted the 2 of test1.csv");
    let error = read("timestamp,label\n2022-08-12 16:00:00,0\n2022-08-12 16:00:09,0\n");
    assert_eq!(
        error.unwrap_err().to_string(),
        "label-test1.csv: the time of row 1 is not that of test1.csv"
    );
    let many = "label\n0\n1\n0\n";
    let error = read(many).unwrap_err().to_string();
    assert_eq!(error, "label-test1.csv: found 3 rows, wanted the 2 of test1.csv");
}

#[test]
fn a_checksum_is_of_the_labels_too() {
    let file = |name: &str, text: &str| Input::Bytes { name: name.to_owned(), bytes: text.into() };
    let read = ReadOptions { checksum: true, ..options() };
    let hai = |labels: &str| {
        let data = "timestamp,P1\n2022-08-12 16:00:00,1\n";
        hai::open_with_labels(file("data", data), file("labels", labels), &read)
            .and_then(BatchReader::read_all)
            .map(|table| table.provenance().sha256)
    };
    let smd = |labels: &str| {
        let data = vec!["0.5"; 38].join(",");
        smd::open_labelled(file("data", &data), file("labels", labels), &read)
            .and_then(BatchReader::read_all)
            .map(|table| table.provenance().sha256)
    };
    let (normal, attacked) = (hai("label\n0\n").unwrap(), hai("label\n1\n").unwrap());
    assert!(normal.is_some() && normal != attacked);
    let (normal, anomalous) = (smd("0\n").unwrap(), smd("1\n").unwrap());
    assert!(normal.is_some() && normal != anomalous);
}
