//! CIP and EtherNet/IP: the languages of programmable controllers.
//!
//! `Success: 'HMI_PLANT_AUTO' - Service (0x4d)`, `Class (0xb2) - Service (0x4c)`,
//! `Unconnected Send: Identity - Get Attributes All`, `Connection: ID=0x00CD4016, SEQ=0001637049`;
//! the names and codes are those of Wireshark's `packet-cip.c` and `packet-enip.c`.

use super::cursor::Cursor;
use super::fields::{Choice, Field};
use super::info::ParsedInfo;

/// General status codes that a response begins with.
const STATUSES: [(&str, f64); 20] = [
    ("Success: ", 0.0),
    ("Connection failure: ", 1.0),
    ("Resource unavailable: ", 2.0),
    ("Invalid parameter value: ", 3.0),
    ("Path segment error: ", 4.0),
    ("Path destination unknown: ", 5.0),
    ("Partial transfer: ", 6.0),
    ("Connection lost: ", 7.0),
    ("Service not supported: ", 8.0),
    ("Invalid attribute value: ", 9.0),
    ("Attribute list error: ", 10.0),
    ("Already in requested mode/state: ", 11.0),
    ("Object state conflict: ", 12.0),
    ("Object already exists: ", 13.0),
    ("Attribute not settable: ", 14.0),
    ("Privilege violation: ", 15.0),
    ("Device state conflict: ", 16.0),
    ("Reply data too large: ", 17.0),
    ("Not enough data: ", 19.0),
    ("Attribute not supported: ", 20.0),
];

const SERVICES: [(&str, f64); 29] = [
    ("Get Attributes All", 1.0),
    ("Set Attributes All", 2.0),
    ("Get Attribute List", 3.0),
    ("Set Attribute List", 4.0),
    ("Get Attribute Single", 14.0),
    ("Set Attribute Single", 16.0),
    ("Multiple Service Packet", 10.0),
    ("Apply Attributes", 13.0),
    ("Find Next Object Instance", 17.0),
    ("No Operation", 23.0),
    ("Get Member", 24.0),
    ("Set Member", 25.0),
    ("Insert Member", 26.0),
    ("Remove Member", 27.0),
    ("Group Sync", 28.0),
    ("Reset", 5.0),
    ("Start", 6.0),
    ("Stop", 7.0),
    ("Create", 8.0),
    ("Delete", 9.0),
    ("Restore", 21.0),
    ("Save", 22.0),
    ("Forward Close", 78.0),
    ("Unconnected Send", 82.0),
    ("Forward Open", 84.0),
    ("Get Connection Data", 86.0),
    ("Search Connection Data", 87.0),
    ("Get Connection Owner", 90.0),
    ("Large Forward Open", 91.0),
];

const CLASSES: [(&str, f64); 12] = [
    ("Identity", 1.0),
    ("Message Router", 2.0),
    ("DeviceNet", 3.0),
    ("Assembly", 4.0),
    ("Connection Manager", 6.0),
    ("Connection", 5.0),
    ("Parameter", 15.0),
    ("File", 55.0),
    ("Time Sync", 67.0),
    ("Port", 244.0),
    ("TCP/IP Interface", 245.0),
    ("Ethernet Link", 246.0),
];

pub(super) fn read<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) -> bool {
    if cursor.eat("Connection: ID=") {
        return read_connection(cursor, parsed);
    }
    read_status(cursor, parsed);
    let unconnected = cursor.eat("Unconnected Send: ");
    if unconnected {
        read_status(cursor, parsed);
    }
    parsed.set(Field::CipUnconnected, f64::from(unconnected));
    if cursor.eat("Multiple Service Packet: ") {
        parsed.set(Field::CipService, 10.0);
        let services = cursor.until(|byte| byte == b'[');
        let known = services.trim_ascii_end().split(", ").all(|name| service(name).is_some());
        parsed.set(Field::CipServices, services.split(", ").count() as f64);
        return parsed.ends(cursor) && known;
    }
    let path = read_path(cursor, parsed);
    let text = cursor.until(|byte| byte == b'[').trim_ascii_end();
    let service = service(text);
    parsed.set_some(Field::CipService, service);
    parsed.ends(cursor) && path && service.is_some()
}

/// The status that a response begins with; without one it is a request.
fn read_status(cursor: &mut Cursor<'_>, parsed: &mut ParsedInfo<'_>) {
    let status = STATUSES.iter().find(|(name, _)| cursor.eat(name));
    let response = status.is_some() || parsed.value(Field::CipResponse) == Some(1.0);
    parsed.set(Field::CipResponse, f64::from(response));
    parsed.set_some(Field::CipStatus, status.map(|(_, code)| *code));
}

/// The object that a service is asked of, with ` - ` behind it, or nothing.
fn read_path<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) -> bool {
    let known = if cursor.eat("'") {
        parsed.tag = cursor.until(|byte| byte == b'\'');
        cursor.eat("'")
    } else if cursor.eat("Class (") {
        let class = cursor.hex();
        parsed.set_some(Field::CipClass, class);
        cursor.eat(")") && class.is_some()
    } else {
        let class = CLASSES.iter().find(|(name, _)| {
            let rest = cursor.rest().strip_prefix(name);
            rest.is_some_and(|rest| rest.starts_with(" - "))
        });
        let Some((name, code)) = class else { return true };
        parsed.set(Field::CipClass, *code);
        cursor.eat(name)
    };
    known && cursor.eat(" - ")
}

/// The code of a service, as `Service (0x4d)` or by name, with a remark or without.
fn service(text: &str) -> Option<f64> {
    let mut cursor = Cursor::new(text);
    if cursor.eat("Service (") {
        return cursor.hex().filter(|_| cursor.eat(")") && cursor.rest().is_empty());
    }
    let (_, code) = SERVICES.iter().find(|(name, _)| {
        let rest = text.strip_prefix(name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
    })?;
    Some(*code)
}

/// `ID=0x00CD4016, SEQ=0001637049`, from the identifier on.
fn read_connection<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) -> bool {
    let connection = cursor.hex();
    parsed.set_some(Field::CipConnection, connection);
    cursor.skip_separators();
    if cursor.eat("SEQ=") {
        parsed.set_some(Field::CipSequence, cursor.number());
    }
    parsed.ends(cursor) && connection.is_some()
}

/// `Register Session (Req), Session: 0x00000000`
pub(super) fn read_enip<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) -> bool {
    if cursor.eat("Connection: ID=") {
        let code = Choice::EnipCommand.code("Connection");
        parsed.choose(Choice::EnipCommand, code.unwrap_or(0));
        return read_connection(cursor, parsed);
    }
    let names = Choice::EnipCommand.names().iter().enumerate().skip(1);
    let Some((code, _)) = names.into_iter().find(|(_, name)| cursor.eat(name)) else {
        return false;
    };
    parsed.choose(Choice::EnipCommand, code as u8);
    let response = cursor.eat(" (Rsp)");
    if !response && !cursor.eat(" (Req)") {
        return false;
    }
    parsed.set(Field::CipResponse, f64::from(response));
    cursor.skip_separators();
    if cursor.eat("Session: ") {
        parsed.set_some(Field::EnipSession, cursor.hex());
    }
    // What follows names the parts of the packet.
    cursor.until(|byte| byte == b'[');
    parsed.ends(cursor)
}
