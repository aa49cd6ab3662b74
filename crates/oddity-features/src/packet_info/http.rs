//! The first line of a request or response of HTTP, and of SSDP, which borrows it.
//!
//! `POST /data HTTP/1.1 , JavaScript Object Notation (application/json)`,
//! `HTTP/1.1 200 OK  (text/html)`

use super::cursor::Cursor;
use super::fields::{Choice, Field};
use super::info::ParsedInfo;

pub(super) fn read<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) -> bool {
    let word = cursor.until(|byte| byte == b' ');
    if word.starts_with("HTTP/") {
        cursor.skip_spaces();
        let status = cursor.number().filter(|status| (100.0..=999.0).contains(status));
        parsed.set_some(Field::HttpStatus, status);
        read_notes(cursor, parsed);
        return status.is_some();
    }
    let Some(method) = Choice::HttpMethod.code(word) else { return false };
    parsed.choose(Choice::HttpMethod, method);
    cursor.skip(1);
    let target = cursor.until(|byte| byte == b' ');
    parsed.set(Field::HttpUriLength, target.len() as f64);
    cursor.skip_spaces();
    let version = cursor.rest().starts_with("HTTP/");
    read_notes(cursor, parsed);
    version
}

/// The notes at the end; the reason and the type of the content say little.
fn read_notes<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) {
    while !cursor.rest().is_empty() {
        cursor.until(|byte| byte == b'[');
        let before = cursor.rest().len();
        parsed.skip_notes(cursor);
        if cursor.rest().len() == before {
            cursor.skip(1);
        }
    }
}
