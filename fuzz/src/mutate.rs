//! Damage: one or several small changes to an input.

use crate::check::gzip;
use crate::dice::Dice;

/// Bytes above which an input is cut.
const MAX_LENGTH: usize = 1 << 17;

/// What breaks readers: quotes, separators, line ends, numbers and times that are none, text
/// that is not UTF-8, numbers of binary formats.
const TOKENS: &[&[u8]] = &[
    b"\"",
    b"\"\"",
    b"\"\"\"",
    b"'",
    b",",
    b";",
    b"\t",
    b"|",
    b"\0",
    b"\n",
    b"\r",
    b"\r\n",
    b"\n\n",
    b" ",
    b"NaN",
    b"nan",
    b"-nan",
    b"inf",
    b"-inf",
    b"Infinity",
    b"1e999",
    b"-1e-999",
    b"1e",
    b".",
    b"-",
    b"+",
    b"+1",
    b"0x10",
    b"0.1.2",
    b"1_000",
    b"99999999999999999999999999",
    b"-9223372036854775809",
    b"0.000000000000000000000000000000000000001",
    b"2",
    b"true",
    b"2019-02-30 25:61:61",
    b"9999-12-31 23:59:59.999999999",
    b"0000-00-00",
    b"1970-01-01 00:00:00",
    b"1e18",
    b"-1",
    b"\xff",
    b"\xc3\x28",
    b"\xc3\xa9",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\x1f\x8b",
    b"normal.",
    b"[TCP Out-Of-Order]",
    b"\xff\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\0\0\0\x80",
    b"\0\0\0\0\0\0\0\0",
    b"\x01\0\0\0",
    b"PK\x03\x04",
    b"PAR1",
];

/// Damages an input; `other` is another one, of which parts may be taken.
pub(crate) fn mutate(input: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..1 << dice.below(4) {
        step(&mut bytes, other, dice);
        bytes.truncate(MAX_LENGTH);
    }
    bytes
}

fn step(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let n = bytes.len();
    let at = dice.below(n);
    match dice.below(21) {
        0 if 0 < n => bytes[at] ^= 1 << dice.below(8),
        1 if 0 < n => bytes[at] = dice.byte(),
        2 => bytes.insert(at, dice.byte()),
        3 => drop(bytes.drain(dice.range(n))),
        4 => {
            let part = bytes[dice.range(n)].to_vec();
            insert(bytes, at, &part);
        }
        5 => insert(bytes, at, dice.one(TOKENS)),
        6 => {
            let token = dice.one(TOKENS);
            let end = (at + token.len()).min(n);
            bytes.splice(at..end, token.iter().copied());
        }
        7 => drop(bytes.splice(field(bytes, at), dice.one(TOKENS).iter().copied())),
        8 => drop(bytes.drain(field(bytes, at))),
        9 => {
            let field = field(bytes, at);
            let again = [b",", &bytes[field.clone()]].concat();
            insert(bytes, field.end, &again);
        }
        10 => drop(bytes.drain(line(bytes, at))),
        11 => {
            let line = line(bytes, at);
            let again = bytes[line.clone()].repeat(1 + dice.below(64));
            insert(bytes, line.end, &again);
        }
        12 => {
            let (one, two) = (line(bytes, at), line(bytes, dice.below(n)));
            let moved = bytes[one].to_vec();
            insert(bytes, two.start, &moved);
        }
        13 => bytes.truncate(at),
        14 => {
            bytes.truncate(at);
            bytes.extend_from_slice(&other[dice.below(other.len() + 1)..]);
        }
        15 => insert(bytes, at, &other[dice.range(other.len())]),
        16 => replace(bytes, b"\n", b"\r\n"),
        17 => {
            let separators: &[&[u8]] = &[b",", b";", b"\t", b"|", b"\""];
            replace(bytes, dice.one(separators), dice.one(separators));
        }
        18 => *bytes = gzip(bytes),
        // Longer than any record may be.
        19 if dice.below(8) == 0 => {
            let long = vec![dice.one(TOKENS)[0]; 1 << (10 + dice.below(7))];
            insert(bytes, at, &long);
        }
        _ => insert(bytes, n, dice.one(&[b"\n".as_slice(), b"\r\n\r\n", b"\n\n\n", b"\r"])),
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, part: &[u8]) {
    bytes.splice(at..at, part.iter().copied());
}

fn replace(bytes: &mut Vec<u8>, from: &[u8], to: &[u8]) {
    let mut replaced = Vec::with_capacity(bytes.len());
    for &byte in bytes.iter() {
        if from == [byte] { replaced.extend_from_slice(to) } else { replaced.push(byte) }
    }
    *bytes = replaced;
}

/// The field around a place.
fn field(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    around(bytes, at, |byte| b",;\t|\n".contains(&byte))
}

/// The line around a place, with its break.
fn line(bytes: &[u8], at: usize) -> std::ops::Range<usize> {
    let line = around(bytes, at, |byte| byte == b'\n');
    line.start..(line.end + 1).min(bytes.len())
}

fn around(bytes: &[u8], at: usize, ends: impl Fn(u8) -> bool) -> std::ops::Range<usize> {
    let before = bytes[..at].iter().rposition(|&byte| ends(byte));
    let behind = bytes[at..].iter().position(|&byte| ends(byte));
    before.map_or(0, |before| before + 1)..behind.map_or(bytes.len(), |behind| at + behind)
}
