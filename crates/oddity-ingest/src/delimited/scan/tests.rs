//! The scanner against a walk byte by byte, on hostile text with block edges everywhere.

use proptest::prelude::*;

use super::*;
use crate::delimited::{Block, Dialect};

/// The records of a text, each field with its bytes and place, and what is wrong after them.
type Found = (Vec<Vec<(usize, Vec<u8>)>>, Option<(usize, usize, bool)>);

/// What a walk finds.
fn walk(text: &[u8]) -> Found {
    let (mut records, mut record, mut at) = (Vec::new(), Vec::new(), 0);
    let fault = |at: usize, unclosed: bool| {
        let before = &text[..at];
        let line = before.iter().filter(|&&byte| byte == b'\n').count();
        let column = before.iter().rev().take_while(|&&byte| byte != b'\n').count();
        Some((line, column, unclosed))
    };
    while at < text.len() || !record.is_empty() {
        let start = at;
        let (raw, behind) = if text.get(at) == Some(&b'"') {
            at += 1;
            loop {
                match &text[at.min(text.len())..] {
                    [] => return (records, fault(start, true)),
                    [b'"', b'"', ..] => at += 2,
                    [b'"', ..] => break,
                    _ => at += 1,
                }
            }
            ((start + 1, &text[start + 1..at]), at + 1)
        } else {
            while at < text.len() && !matches!(text[at], b',' | b'\n') {
                if text[at] == b'"' {
                    return (records, fault(at, false));
                }
                at += 1;
            }
            let ends_record = text.get(at) != Some(&b',');
            let raw = &text[start..at];
            let raw = if ends_record { raw.strip_suffix(b"\r").unwrap_or(raw) } else { raw };
            ((start, raw), at)
        };
        let length = match &text[behind..] {
            [b',', ..] => Some((1, false)),
            [b'\n', ..] => Some((1, true)),
            [b'\r', b'\n', ..] => Some((2, true)),
            [b'\r'] => Some((1, true)),
            [] => Some((0, true)),
            _ => None,
        };
        let Some((length, ends_record)) = length else { return (records, fault(at, false)) };
        record.push((raw.0, raw.1.to_vec()));
        at = behind + length;
        if ends_record {
            records.push(std::mem::take(&mut record));
        }
    }
    (records, None)
}

fn scan(text: &[u8]) -> Found {
    let block = Block::of(text);
    let text = Text::new(&block, Dialect::default()).unwrap();
    let (mut scanner, mut records) = (Scanner::new(&text), Vec::new());
    loop {
        match scanner.next() {
            Ok(Some(piece)) => records.extend(piece.map(|record| {
                let fields = record.first().map(|field| (field.at, field.raw.to_vec()));
                fields.collect::<Vec<_>>()
            })),
            Ok(None) => return (records, None),
            Err(fault) => {
                let is_unclosed = matches!(fault.kind, FaultKind::Unclosed);
                return (records, Some((fault.line, fault.column, is_unclosed)));
            }
        }
    }
}

proptest! {
    #[test]
    fn what_a_walk_finds_is_found(
        before in 0..2 * PIECE,
        text in "([ab,\"\n\r]|\"\"|\r\n|\",\"|\"\n\"){0,200}",
        of_quotes in any::<bool>(),
    ) {
        // What comes before moves the text over every edge, in or out of quotes.
        let mut bytes = vec![if of_quotes { b'x' } else { b'\n' }; before];
        if of_quotes {
            bytes.splice(0..0, *b"\"");
            bytes.extend_from_slice(b"\"\n");
        }
        bytes.extend_from_slice(text.as_bytes());
        prop_assert_eq!(scan(&bytes), walk(&bytes));
    }

    #[test]
    fn short_text_is_found_too(text in "[a,\"\n\r]{0,12}") {
        prop_assert_eq!(scan(text.as_bytes()), walk(text.as_bytes()));
    }
}
