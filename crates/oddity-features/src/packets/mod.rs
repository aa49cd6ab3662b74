//! Rows of a capture as packets: addresses as numbers, missing values as none.

mod names;
mod recent;
mod table;

use std::collections::HashSet;

use oddity_core::{Records, Result};

use crate::packet_info::Field;
use names::Names;

pub(crate) use recent::Recent;
pub(crate) use table::{End, Key, Table};

/// What is read of a packet.
pub(crate) struct Packet {
    pub(crate) time: f64,
    /// Bytes of the frame; 0 where it is missing.
    pub(crate) length: f64,
    /// Whether it says its length.
    pub(crate) has_length: bool,
    pub(crate) source: End,
    pub(crate) destination: End,
    /// [`TCP`], [`UDP`], or above them a number for each other protocol.
    pub(crate) transport: u64,
    pub(crate) seq: Option<u32>,
    pub(crate) ack: Option<u32>,
    /// Bytes of TCP payload; 0 where it is missing.
    pub(crate) len: u32,
    pub(crate) syn: bool,
    pub(crate) fin: bool,
    pub(crate) rst: bool,
    pub(crate) ack_flag: bool,
    /// Whether an address is one of IPv6.
    pub(crate) is_ipv6: bool,
}

pub(crate) const TCP: u64 = 0;
pub(crate) const UDP: u64 = 1;

impl Packet {
    /// Whether an end sent it; without its port, or that of the end, by the address.
    pub(crate) fn is_from(&self, end: End) -> bool {
        let by_port = self.source.port.is_some() && end.port.is_some();
        self.source.address == end.address && (!by_port || self.source.port == end.port)
    }
}

/// The names of the columns that are read besides those of [`crate::PacketInfo`].
#[derive(Clone, Copy)]
pub(crate) struct PacketColumns<'a> {
    pub(crate) time: &'a str,
    pub(crate) source: &'a str,
    pub(crate) destination: &'a str,
    pub(crate) protocol: &'a str,
    pub(crate) length: &'a str,
}

/// The packets of some rows.
pub(crate) struct Packets<'a> {
    time: &'a [f64],
    length: &'a [f64],
    /// An address, and whether it is one of IPv6.
    source: Vec<(u64, bool)>,
    destination: Vec<(u64, bool)>,
    transport: Vec<u64>,
    fields: [&'a [f64]; FIELDS.len()],
}

const FIELDS: [Field; 10] = [
    Field::SourcePort,
    Field::DestinationPort,
    Field::Seq,
    Field::Ack,
    Field::TcpLen,
    Field::Syn,
    Field::Fin,
    Field::Rst,
    Field::AckFlag,
    Field::UdpLen,
];

/// The names that packets bear, which have the same numbers from part to part.
pub(crate) struct PacketNames {
    addresses: Names,
    protocols: Names,
}

impl PacketNames {
    pub(crate) fn new() -> PacketNames {
        PacketNames { addresses: Names::from(0), protocols: Names::from(UDP + 1) }
    }

    /// The packets of the next rows.
    ///
    /// # Errors
    ///
    /// For a column that is missing or of another kind.
    pub(crate) fn read<'a>(
        &mut self,
        records: &'a Records,
        columns: PacketColumns<'_>,
    ) -> Result<Packets<'a>> {
        let mut fields = [&[][..]; FIELDS.len()];
        for (numbers, field) in fields.iter_mut().zip(FIELDS) {
            *numbers = records.numbers(field.column())?;
        }
        let address = |name: &str, number| (number, name.contains(':'));
        let source = self.addresses.of_column(records, columns.source, address)?;
        let destination = self.addresses.of_column(records, columns.destination, address)?;
        let of = |name: &str, number| transport(name).unwrap_or(number);
        let transport = self.protocols.of_column(records, columns.protocol, of)?;
        let (time, length) = (records.numbers(columns.time)?, records.numbers(columns.length)?);
        Ok(Packets { time, length, source, destination, transport, fields })
    }

    /// The number of each row's text of another column of addresses.
    ///
    /// # Errors
    ///
    /// For a column that is missing or of another kind.
    pub(crate) fn addresses(&mut self, records: &Records, column: &str) -> Result<Vec<u64>> {
        self.addresses.of_column(records, column, |_, number| number)
    }

    /// Forgets the names that no key and no other address holds, where most are of that kind: a
    /// stream without end meets ever more of them.
    pub(crate) fn tidy<'a>(
        &mut self,
        keys: impl Iterator<Item = &'a Key>,
        others: impl Iterator<Item = u64>,
        n_used: usize,
    ) {
        if self.addresses.len() + self.protocols.len() <= 1024 + 8 * n_used {
            return;
        }
        let (mut addresses, mut transports) = (others.collect::<HashSet<u64>>(), HashSet::new());
        for key in keys {
            addresses.extend(key.ends.map(|end| end.address));
            transports.insert(key.transport);
        }
        self.addresses.keep(&addresses);
        self.protocols.keep(&transports);
    }
}

impl Packets<'_> {
    pub(crate) fn get(&self, row: usize) -> Packet {
        let [source_port, destination_port, seq, ack, len, syn, fin, rst, ack_flag, udp_len] =
            self.fields.map(|numbers| numbers[row]);
        let (source, from_ipv6) = self.source[row];
        let (destination, to_ipv6) = self.destination[row];
        let transport = if !seq.is_nan() || !syn.is_nan() {
            TCP
        } else if !udp_len.is_nan() {
            UDP
        } else {
            self.transport[row]
        };
        let length = self.length[row];
        Packet {
            time: self.time[row],
            length: if length.is_nan() { 0.0 } else { length },
            has_length: !length.is_nan(),
            source: End { address: source, port: port(source_port) },
            destination: End { address: destination, port: port(destination_port) },
            transport,
            seq: sequence(seq),
            ack: sequence(ack),
            len: sequence(len).unwrap_or(0),
            syn: syn == 1.0,
            fin: fin == 1.0,
            rst: rst == 1.0,
            ack_flag: ack_flag == 1.0,
            is_ipv6: from_ipv6 || to_ipv6,
        }
    }
}

fn port(value: f64) -> Option<u16> {
    (0.0..=65535.0).contains(&value).then_some(value as u16)
}

/// A number of the header, which counts modulo 2^32.
fn sequence(value: f64) -> Option<u32> {
    (0.0 <= value).then(|| (value % 4_294_967_296.0) as u32)
}

/// What carries a protocol as Wireshark names it; `None` if it is neither TCP nor UDP, or
/// not known here.
fn transport(protocol: &str) -> Option<u64> {
    const OVER_UDP: [&str; 18] = [
        "UDP", "DNS", "MDNS", "LLMNR", "NBNS", "SSDP", "DHCP", "DHCPv6", "NTP", "QUIC", "GQUIC",
        "CIP I/O", "SNMP", "TFTP", "COAP", "BROWSER", "STUN", "SIP",
    ];
    const OVER_TCP: [&str; 24] = [
        "TCP",
        "HTTP",
        "HTTP2",
        "CIP",
        "CIP CM",
        "ENIP",
        "VNC",
        "MQTT",
        "Modbus/TCP",
        "FTP",
        "FTP-DATA",
        "SMTP",
        "POP",
        "IMAP",
        "TELNET",
        "RDP",
        "SMB",
        "SMB2",
        "S7COMM",
        "DNP 3.0",
        "TPKT",
        "COTP",
        "MYSQL",
        "LDAP",
    ];
    let begins = |names: &[&str]| names.iter().any(|name| protocol.starts_with(name));
    if OVER_UDP.contains(&protocol) || begins(&["DTLS"]) {
        Some(UDP)
    } else if OVER_TCP.contains(&protocol) || begins(&["TLS", "SSL", "HTTP/", "SSH"]) {
        Some(TCP)
    } else {
        None
    }
}
