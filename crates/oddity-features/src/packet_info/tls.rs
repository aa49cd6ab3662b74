//! The records and handshake messages of TLS, between commas.

use super::cursor::Cursor;
use super::fields::Field;
use super::info::ParsedInfo;

/// Counts records to the end of the text; `true` if all are known.
pub(super) fn read<'a>(cursor: &mut Cursor<'a>, parsed: &mut ParsedInfo<'a>) -> bool {
    let mut complete = true;
    loop {
        parsed.skip_notes(cursor);
        match cursor.peek() {
            None => return complete,
            // A remark that is no note.
            Some(b'[') => {
                cursor.skip(1);
                complete = false;
                continue;
            }
            Some(_) => {}
        }
        let name = cursor.until(|byte| matches!(byte, b',' | b'(' | b'['));
        // A remark such as the level of an alert or the name of a server.
        if cursor.peek() == Some(b'(') {
            cursor.until(|byte| byte == b')');
            cursor.skip(1);
        }
        match record(name.trim_ascii_end()) {
            Some(field) => parsed.count(field),
            None => complete = false,
        }
    }
}

fn record(name: &str) -> Option<Field> {
    Some(match name {
        "Application Data" => Field::ApplicationData,
        "Client Hello" => Field::ClientHello,
        "Server Hello" => Field::ServerHello,
        "Hello Retry Request" => Field::HelloRetryRequest,
        "Certificate"
        | "Certificate Status"
        | "Certificate Request"
        | "Certificate Verify"
        | "Certificate URL"
        | "Compressed Certificate" => Field::Certificate,
        "Client Key Exchange" | "Server Key Exchange" => Field::KeyExchange,
        "Server Hello Done" => Field::ServerHelloDone,
        "New Session Ticket" => Field::NewSessionTicket,
        "Change Cipher Spec" => Field::ChangeCipherSpec,
        "Alert" | "Encrypted Alert" => Field::Alert,
        "Continuation Data" | "Ignored Unknown Record" | "Encrypted Data" => {
            Field::ContinuationData
        }
        "Encrypted Handshake Message"
        | "Encrypted Extensions"
        | "Finished"
        | "Hello Request"
        | "Hello Verify Request"
        | "End of Early Data"
        | "Key Update"
        | "Message Hash"
        | "Next Protocol"
        | "Multiple Handshake Messages"
        | "Supplemental Data"
        | "Heartbeat Request"
        | "Heartbeat Response"
        | "Encrypted Heartbeat" => Field::OtherHandshake,
        _ => return None,
    })
}
