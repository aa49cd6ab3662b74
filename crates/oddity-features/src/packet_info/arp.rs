//! ARP: who has an address, and who it is at.

use super::cursor::Cursor;
use super::fields::Choice;
use super::info::ParsedInfo;

pub(super) fn read<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) -> bool {
    let text = cursor.until(|byte| byte == b'[');
    let operation = if text.starts_with("Who has ") {
        if text.contains("(ARP Probe)") { "probe" } else { "who-has" }
    } else if text.contains(" is at ") {
        "is-at"
    } else if text.starts_with("Gratuitous ARP for ") {
        "gratuitous"
    } else if text.starts_with("ARP Announcement for ") {
        "announcement"
    } else if text.starts_with("ARP Probe for ") {
        "probe"
    } else {
        return false;
    };
    parsed.choose(Choice::ArpOperation, Choice::ArpOperation.code(operation).unwrap_or(0));
    parsed.ends(cursor)
}
