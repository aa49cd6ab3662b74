//! The rows as packets: addresses as numbers, missing values as none.

use std::collections::HashMap;

use oddity_core::{Column, Records, Result};

use super::FlowParams;
use super::table::End;
use crate::packet_info::Field;

/// What is read of a packet.
pub(super) struct Packet {
    pub(super) time: f64,
    /// Bytes of the frame; 0 where it is missing.
    pub(super) length: f64,
    pub(super) source: End,
    pub(super) destination: End,
    /// [`TCP`], [`UDP`], or above them a number for each other protocol.
    pub(super) transport: u32,
    pub(super) seq: Option<u32>,
    pub(super) ack: Option<u32>,
    /// Bytes of TCP payload; 0 where it is missing.
    pub(super) len: u32,
    pub(super) syn: bool,
    pub(super) fin: bool,
    pub(super) rst: bool,
    pub(super) ack_flag: bool,
    /// Whether an address is one of IPv6.
    pub(super) is_ipv6: bool,
}

pub(super) const TCP: u32 = 0;
pub(super) const UDP: u32 = 1;

/// The columns that are read.
pub(super) struct Packets<'a> {
    time: &'a [f64],
    length: &'a [f64],
    source: Vec<u32>,
    destination: Vec<u32>,
    /// Of each address.
    is_ipv6: Vec<bool>,
    transport: Vec<u32>,
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

impl<'a> Packets<'a> {
    pub(super) fn new(records: &'a Records, params: &FlowParams) -> Result<Packets<'a>> {
        let mut fields = [&[][..]; FIELDS.len()];
        for (numbers, field) in fields.iter_mut().zip(FIELDS) {
            *numbers = records.numbers(field.column())?;
        }
        let mut addresses = Numbering::default();
        let source = addresses.of_column(records, &params.source)?;
        let destination = addresses.of_column(records, &params.destination)?;
        let is_ipv6 = addresses.names.iter().map(|name| name.contains(':')).collect();
        let mut protocols = Numbering::default();
        let codes = protocols.of_column(records, &params.protocol)?;
        let others = protocols.names.iter().zip(UDP + 1..);
        let transports: Vec<u32> =
            others.map(|(name, other)| transport(name).unwrap_or(other)).collect();
        let transport = codes.iter().map(|&code| transports[code as usize]).collect();
        let (time, length) = (records.numbers(&params.time)?, records.numbers(&params.length)?);
        Ok(Packets { time, length, source, destination, is_ipv6, transport, fields })
    }

    pub(super) fn get(&self, row: usize) -> Packet {
        let [source_port, destination_port, seq, ack, len, syn, fin, rst, ack_flag, udp_len] =
            self.fields.map(|numbers| numbers[row]);
        let (source, destination) = (self.source[row], self.destination[row]);
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
            is_ipv6: self.is_ipv6[source as usize] || self.is_ipv6[destination as usize],
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
fn transport(protocol: &str) -> Option<u32> {
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

/// Names to numbers, from 0, in the order in which they are met.
#[derive(Default)]
struct Numbering<'a> {
    numbers: HashMap<&'a str, u32>,
    names: Vec<&'a str>,
}

impl<'a> Numbering<'a> {
    fn of_column(&mut self, records: &'a Records, name: &str) -> Result<Vec<u32>> {
        let texts = records.texts(name)?;
        if let Column::Categories { codes, names } = records.column(name)? {
            let numbers: Vec<u32> = names.iter().map(|name| self.number(name)).collect();
            return Ok(codes.iter().map(|&code| numbers[code as usize]).collect());
        }
        Ok((0..records.n_rows()).map(|row| self.number(texts(row))).collect())
    }

    fn number(&mut self, name: &'a str) -> u32 {
        let next = self.names.len() as u32;
        let names = &mut self.names;
        *self.numbers.entry(name).or_insert_with(|| {
            names.push(name);
            next
        })
    }
}
