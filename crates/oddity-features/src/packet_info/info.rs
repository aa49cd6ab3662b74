//! One Info text taken apart.

use super::cursor::Cursor;
use super::fields::{Choice, Field};
use super::notes::Note;
use super::{arp, cip, dns, http, icmp, tcp, tls};

/// What one Info text says.
///
/// ```
/// use oddity_features::{Field, InfoKind, Note, PacketDialect, ParsedInfo};
///
/// let text = "[TCP Retransmission] 443  >  55059 [PSH, ACK] Seq=394985 Ack=3814 Win=150 Len=1420";
/// let parsed = ParsedInfo::parse(PacketDialect::of_protocol("TCP"), text);
/// assert_eq!(parsed.kind(), InfoKind::Tcp);
/// assert_eq!(parsed.value(Field::Seq), Some(394985.0));
/// assert_eq!(parsed.value(Field::Psh), Some(1.0));
/// assert_eq!(parsed.value(Field::Mss), None);
/// assert!(parsed.has(Note::Retransmission));
/// ```
#[derive(Clone, Debug)]
pub struct ParsedInfo<'a> {
    pub(super) values: [f64; Field::ALL.len()],
    pub(super) choices: [u8; Choice::ALL.len()],
    notes: u32,
    pub(super) kind: InfoKind,
    pub(super) tag: &'a str,
}

/// Which grammar read an Info text to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InfoKind {
    /// None did: it is taken as text.
    Text,
    /// There is nothing to read.
    Empty,
    /// A TCP segment.
    Tcp,
    /// A UDP datagram.
    Udp,
    /// TLS records.
    Tls,
    /// A DNS message, or one of its kin.
    Dns,
    /// An HTTP request or response, or SSDP.
    Http,
    /// ICMP or ICMPv6.
    Icmp,
    /// ARP.
    Arp,
    /// CIP.
    Cip,
    /// EtherNet/IP.
    Enip,
}

impl InfoKind {
    /// All kinds, in the order of their codes.
    pub const ALL: [InfoKind; 11] = [
        InfoKind::Text,
        InfoKind::Empty,
        InfoKind::Tcp,
        InfoKind::Udp,
        InfoKind::Tls,
        InfoKind::Dns,
        InfoKind::Http,
        InfoKind::Icmp,
        InfoKind::Arp,
        InfoKind::Cip,
        InfoKind::Enip,
    ];

    /// The name of the kind as a category.
    pub fn name(self) -> &'static str {
        match self {
            InfoKind::Text => "text",
            InfoKind::Empty => "empty",
            InfoKind::Tcp => "tcp",
            InfoKind::Udp => "udp",
            InfoKind::Tls => "tls",
            InfoKind::Dns => "dns",
            InfoKind::Http => "http",
            InfoKind::Icmp => "icmp",
            InfoKind::Arp => "arp",
            InfoKind::Cip => "cip",
            InfoKind::Enip => "enip",
        }
    }
}

/// How Wireshark writes the Info of a protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PacketDialect {
    /// TLS, SSL and DTLS.
    Tls,
    /// DNS, MDNS, LLMNR.
    Dns,
    /// HTTP and what is carried in it; SSDP.
    Http,
    /// ICMP and ICMPv6.
    Icmp,
    /// ARP.
    Arp,
    /// CIP and its relatives.
    Cip,
    /// EtherNet/IP.
    Enip,
    /// Any other protocol; TCP and UDP are recognised in every one.
    Other,
}

impl PacketDialect {
    /// The dialect of a name in the column Protocol.
    pub fn of_protocol(protocol: &str) -> PacketDialect {
        match protocol {
            "DNS" | "MDNS" | "LLMNR" => PacketDialect::Dns,
            "SSDP" | "HTTP" => PacketDialect::Http,
            "ICMP" | "ICMPv6" => PacketDialect::Icmp,
            "ARP" => PacketDialect::Arp,
            "ENIP" => PacketDialect::Enip,
            _ if protocol.starts_with("CIP") => PacketDialect::Cip,
            _ if protocol.starts_with("HTTP/") => PacketDialect::Http,
            _ if ["TLS", "SSL", "DTLS"].iter().any(|name| protocol.starts_with(name)) => {
                PacketDialect::Tls
            }
            _ => PacketDialect::Other,
        }
    }
}

impl<'a> ParsedInfo<'a> {
    /// Reads an Info text. Every text can be read: what no grammar knows is
    /// [`InfoKind::Text`], and keeps what was recognised in it.
    pub fn parse(dialect: PacketDialect, info: &'a str) -> ParsedInfo<'a> {
        let mut parsed = ParsedInfo {
            values: [f64::NAN; Field::ALL.len()],
            choices: [0; Choice::ALL.len()],
            notes: 0,
            kind: InfoKind::Text,
            tag: "",
        };
        let mut cursor = Cursor::new(info);
        parsed.skip_notes(&mut cursor);
        if cursor.rest().is_empty() {
            parsed.kind = InfoKind::Empty;
        } else if !tcp::read(&mut cursor, &mut parsed) {
            parsed.read_dialect(dialect, &mut cursor);
        }
        parsed
    }

    fn read_dialect(&mut self, dialect: PacketDialect, cursor: &mut Cursor<'a>) {
        let (read, kind) = match dialect {
            PacketDialect::Tls => (tls::read(cursor, self), InfoKind::Tls),
            PacketDialect::Dns => (dns::read(cursor, self), InfoKind::Dns),
            PacketDialect::Http => (http::read(cursor, self), InfoKind::Http),
            PacketDialect::Icmp => (icmp::read(cursor, self), InfoKind::Icmp),
            PacketDialect::Arp => (arp::read(cursor, self), InfoKind::Arp),
            PacketDialect::Cip => (cip::read(cursor, self), InfoKind::Cip),
            PacketDialect::Enip => (cip::read_enip(cursor, self), InfoKind::Enip),
            PacketDialect::Other => (false, InfoKind::Text),
        };
        if read {
            self.kind = kind;
        }
    }

    /// Which grammar read the text to its end.
    pub fn kind(&self) -> InfoKind {
        self.kind
    }

    /// A number, where the text has it.
    pub fn value(&self, field: Field) -> Option<f64> {
        let value = self.values[field as usize];
        (!value.is_nan()).then_some(value)
    }

    /// A category, `none` where the text has none.
    pub fn choice(&self, choice: Choice) -> &'static str {
        choice.names()[usize::from(self.choices[choice as usize])]
    }

    /// Whether the text bears a note.
    pub fn has(&self, note: Note) -> bool {
        self.notes >> note as u32 & 1 == 1
    }

    /// The tag that a CIP message names in quotes, or nothing.
    pub fn tag(&self) -> &'a str {
        self.tag
    }

    pub(super) fn set(&mut self, field: Field, value: f64) {
        self.values[field as usize] = value;
    }

    pub(super) fn set_some(&mut self, field: Field, value: Option<f64>) {
        if let Some(value) = value {
            self.set(field, value);
        }
    }

    /// One more of what the field counts.
    pub(super) fn count(&mut self, field: Field) {
        let value = &mut self.values[field as usize];
        *value = if value.is_nan() { 1.0 } else { *value + 1.0 };
    }

    pub(super) fn choose(&mut self, choice: Choice, code: u8) {
        self.choices[choice as usize] = code;
    }

    /// Takes the note of a text in brackets; `false` if it is unknown.
    pub(super) fn note(&mut self, inside: &str) -> bool {
        let Some((note, number)) = Note::of(inside) else { return false };
        self.notes |= 1 << note as u32;
        self.set_some(Field::DupAckNumber, number);
        true
    }

    /// Takes the notes that come next, with what stands between them.
    pub(super) fn skip_notes(&mut self, cursor: &mut Cursor<'a>) {
        loop {
            cursor.skip_separators();
            let mut ahead = *cursor;
            match ahead.bracket() {
                Some(inside) if self.note(inside) => *cursor = ahead,
                _ => return,
            }
        }
    }

    /// Takes the notes that come next; `true` if nothing comes after them.
    pub(super) fn ends(&mut self, cursor: &mut Cursor<'a>) -> bool {
        self.skip_notes(cursor);
        cursor.rest().is_empty()
    }
}
