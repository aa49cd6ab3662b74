//! What is no timeline, and what is only odd.

use oddity_ingest::{Error, TimelineFormat, TimelineLabel, TimelineOptions};
use proptest::prelude::*;

use super::{BODY, L2T, MACTIME, digest_header, digest_row, input, read, read_with, rows};

#[test]
fn latin_1_names_are_read_unless_only_utf8_is_wanted() {
    let text = b"0|/caf\xe9.txt|9-128-1|r/r|0|0|1|9|9|9|9\n";
    let (table, _) = read(text).unwrap();
    assert!(rows(&table)[0].ends_with("/caf\u{e9}.txt"), "{:?}", rows(&table));
    let encoding = oddity_ingest::delimited::Encoding::Utf8;
    let strict = TimelineOptions { encoding, ..TimelineOptions::default() };
    let error = read_with(&strict, text).unwrap_err();
    assert_eq!(error.to_string(), "t, line 1, column 7: found bytes that are not UTF-8");
}

#[test]
fn what_is_no_timeline_is_refused_with_its_place() {
    let l2t = |row: &str| format!("{L2T}{row}");
    let dynamic = |row: &str| format!("datetime,timestamp_desc,inode\n{row}");
    let mactime = |row: &str| format!("{MACTIME}{row}");
    let good = "05/24/2025,14:08:48,UTC,M...,FILE,x,y,-,-,a,b,2,c,-,-,d,\n";
    let cases: Vec<(String, &str)> = vec![
        (String::new(), "t: the file is empty"),
        ("\n".to_owned(), "t: found the first line \"\", wanted the header of a timeline digest"),
        (
            "a,b\n1,2\n".to_owned(),
            "t: found the first line \"a,b\", wanted the header of a timeline digest",
        ),
        // Columns that are missing or there twice.
        (L2T.replace(",inode", ""), "t, line 1: found no column \"inode\""),
        ("datetime,x\n".to_owned(), "t, line 1: found no column \"timestamp_desc\""),
        ("timestamp_desc,x\n".to_owned(), "t, line 1: found no column \"datetime\""),
        ("datetime,timestamp_desc,x,x\n".to_owned(), "t, line 1: found column \"x\" twice"),
        (MACTIME.replace("Meta,", ""), "t, line 1: found no column \"Meta\""),
        (digest_header().replace(",usnjrnl", ""), "t, line 1: found no column \"usnjrnl\""),
        (format!("{},M", digest_header()), "t, line 1: found column \"M\" twice"),
        // Rows of another width, truncated ones among them.
        (l2t("05/24/2025,14:08:48\n"), "t, line 2: found 2 fields, wanted 17"),
        (
            l2t(&format!("{good}{}", good.replace('-', "-,-"))),
            "t, line 3: found 21 fields, wanted 17",
        ),
        (l2t(&good.replace(',', ";")), "t, line 2: found 1 fields, wanted 17"),
        (dynamic("2025-05-24T14:08:48Z,Creation Time"), "t, line 2: found 2 fields, wanted 3"),
        (mactime("Sat May 24 2025 18:56:58,3"), "t, line 2: found 2 fields, wanted 8"),
        (format!("{}\n1,0,1\n", digest_header()), "t, line 2: found 3 fields, wanted 29"),
        (format!("{BODY}0|/a|9\n"), "t, line 2: found 3 fields, wanted 11"),
        // Times.
        (
            l2t(&good.replace("05/24", "24/05")),
            "t, line 2, column 1: found \"24/05/2025\", wanted a date and a time",
        ),
        (
            l2t(&good.replace("14:08", "25:08")),
            "t, line 2, column 12: found \"25:08:48\", wanted a date and a time",
        ),
        (
            l2t(&good.replace("UTC", "Europe/Bern")),
            "t, line 2, column 21: found \"Europe/Bern\", wanted UTC or an offset",
        ),
        (
            dynamic("yesterday,x,9\n"),
            "t, line 2, column 1: found \"yesterday\", wanted a time such as 2019",
        ),
        (
            mactime("May 24,3,m...,r/r,0,0,9,/a\n"),
            "t, line 2, column 1: found \"May 24\", wanted a time such as Wed",
        ),
        (
            BODY.replace("|40|", "|4O|"),
            "t, line 1, column 39: found \"4O\", wanted seconds since 1970",
        ),
        // Other values.
        (
            dynamic("2025-05-24T14:08:48Z,x,nine\n"),
            "t, line 2, column 24: found \"nine\", wanted an inode",
        ),
        (
            mactime("Sat May 24 2025 18:56:58,3,mcab,r/r,0,0,9,/a\n"),
            "t, line 2, column 28: found \"mcab\", wanted letters",
        ),
        (BODY.replace("97-128-1", "x"), "t, line 1, column 10: found \"x\", wanted an inode"),
        (
            format!("{}\n{}", digest_header(), digest_row("x", &[], "")),
            "t, line 2, column 1: found \"x\", wanted an inode",
        ),
        (
            format!("{}\n9,2{}", digest_header(), ",0".repeat(27)),
            "t, line 2, column 3: found \"2\", wanted 0 or 1",
        ),
        (
            format!("{}\n9,{}x", digest_header(), ",0".repeat(26) + ","),
            "t, line 2, column 3: found \"\", wanted 0 or 1",
        ),
        // Bytes that no text has.
        (BODY.replace("a.txt", "a\0"), "t, line 1, column 5: found a NUL byte"),
        (
            dynamic("2025-05-24T14:08:48Z,\"x,9\n"),
            "t, line 2, column 22: found no end of the quoted field",
        ),
        (
            dynamic("2025-05-24T14:08:48Z,x\"y,9\n"),
            "t, line 2, column 23: found a quote inside a field",
        ),
        ("\u{feff}a,b\n".to_owned(), "t: found the first line \"a,b\""),
    ];
    for (text, expected) in cases {
        let error = read(text.as_bytes()).expect_err(&text).to_string();
        assert!(error.starts_with(expected), "{text}\n{error}\n{expected}");
    }
}

#[test]
fn options_that_a_file_cannot_follow_are_refused() {
    let label = TimelineOptions {
        label: Some(TimelineLabel::Flags("truth".to_owned())),
        ..TimelineOptions::default()
    };
    let types = TimelineOptions {
        drop_data_types: vec!["fs:stat".to_owned()],
        ..TimelineOptions::default()
    };
    for text in [
        BODY.to_owned(),
        MACTIME.to_owned(),
        digest_header(),
        "datetime,timestamp_desc\n".to_owned(),
    ] {
        for (options, name) in [(&label, "truth"), (&types, "data_type")] {
            let error = read_with(options, text.as_bytes()).expect_err(&text);
            assert!(
                matches!(&error, Error::MissingColumn { name: found, .. } if found == name),
                "{error}"
            );
        }
    }
    let (table, _) = read_with(&types, L2T.as_bytes()).unwrap();
    assert_eq!(table.batch().num_rows(), 0);
}

#[test]
fn a_header_alone_is_a_timeline_without_events() {
    for (text, format) in [
        (digest_header(), TimelineFormat::Digest),
        (L2T.to_owned(), TimelineFormat::L2tCsv),
        ("\u{feff}datetime;timestamp_desc\r\n".to_owned(), TimelineFormat::Dynamic),
        (MACTIME.trim_end().to_owned(), TimelineFormat::Mactime),
        ("# nothing\n".to_owned(), TimelineFormat::Bodyfile),
    ] {
        let reader = TimelineOptions::default().open(input(text.as_bytes())).unwrap();
        assert_eq!(reader.format(), format);
        let (table, report) = reader.read_all().unwrap();
        assert_eq!((table.batch().num_rows(), report.n_rows, report.n_without_event), (0, 0, 0));
    }
}

/// A text that is like a timeline in some lines.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let header = prop::sample::select(vec![
        format!("{}\n", digest_header()),
        L2T.to_owned(),
        "datetime,timestamp_desc,message,inode,data_type\n".to_owned(),
        MACTIME.to_owned(),
        BODY.to_owned(),
    ]);
    let good = prop::sample::select(vec![
        digest_row("9", &["M"], "x"),
        "05/24/2025,14:08:48,UTC,M...,FILE,NTFS USN change,y,-,-,a,b,2,c,-,-,d,\n".to_owned(),
        "2025-05-24T14:08:48Z,Creation Time,\"a\nb\",7,fs:stat\n".to_owned(),
        "Sat May 24 2025 18:56:58,3,m...,r/r,0,0,9,/a\n".to_owned(),
        BODY.to_owned(),
        "Name:  Shell item path: <> File reference: -1,,,\n".to_owned(),
    ]);
    let noise = prop::collection::vec(any::<u8>(), 0..12);
    let parts = prop::collection::vec((good, any::<prop::sample::Index>(), noise), 0..6);
    (header, parts).prop_map(|(header, parts)| {
        let mut text = header.into_bytes();
        for (good, at, noise) in parts {
            let mut line = good.into_bytes();
            let at = at.index(line.len());
            line.splice(at..at, noise);
            text.extend(line);
        }
        text
    })
}

proptest! {
    #[test]
    fn damage_is_an_error_or_a_row_and_never_a_panic(text in damaged()) {
        for quotes in [None, Some(true), Some(false)] {
            let options = TimelineOptions { quotes, ..TimelineOptions::default() };
            if let Ok((table, report)) = read_with(&options, &text) {
                prop_assert_eq!(table.batch().num_rows() as u64, report.n_rows);
            }
        }
    }
}
