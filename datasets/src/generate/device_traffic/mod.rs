//! Traffic of devices as Wireshark prints it, for tests and smoke runs without real captures.
//!
//! The published study of device traffic (see the suite `device-traffic`) exported a capture
//! with Wireshark's "Export packet dissections as CSV" and took the packets marked
//! `[TCP Out-Of-Order]` for anomalies. The data made here is called [`NAME`], never
//! `device-traffic`, and a report that shows a figure of it prints [`DIFFERENCES`].
//!
//! # How a capture comes about
//!
//! A network of devices, a gateway and distant servers is simulated in time, event by event.
//! Some twenty TCP connections are open at a time: pages and downloads over TLS 1.2 and 1.3,
//! telemetry over TLS with keep-alives, posts over HTTP, a panel that reads and writes tags of
//! controllers by CIP, and plain bytes. Both ends of each really run TCP: handshake with
//! options, windows, slow start, delayed and duplicate acknowledgements with selective blocks,
//! fast retransmission, timers with backoff, FIN or RST. Segments travel over links with
//! delay, jitter and a rate; on the distant part they are lost (`loss`) or overtaken
//! (`reordering`). They are captured between the two parts, so that what is lost before the
//! capture point is missed and what is lost behind it is seen twice. Beside them devices speak
//! DNS, multicast DNS, SSDP, NTP, DHCP, ICMP, ICMPv6, ARP, cyclic CIP I/O and UDP.
//!
//! The notes in Info are not drawn: they follow from the captured packets by Wireshark's own
//! rules (`tcp_analyze_sequence_number` in `epan/dissectors/packet-tcp.c`, version 3.6).
//!
//! # How it differs from real captures
//!
//! - The hosts, their habits and the share of each protocol are made up; nothing is fitted on a
//!   capture, and no packet is copied. Addresses are from ranges for documentation.
//! - Wireshark's dissectors are not run: a segment in order that ends messages is printed as
//!   their names, any other as numbers. `Continuation Data`, malformed packets, checksums and
//!   vendor names do not occur. Requests of ICMP do not name the frame of their reply, which
//!   comes later.
//! - Times are in microseconds. No capture has such a mixture of chances that do not change in
//!   time.
//! - Figures measured on it say whether code works, never how well a method works.
//!
//! # What a seed fixes
//!
//! A packet depends on all parameters but `n_packets`, `time`, `crlf` and `arrow`, and on its
//! position: more packets only add to the end.

mod analysis;
mod chatter;
mod connection;
mod endpoint;
mod hosts;
mod params;
mod script;
mod segment;
mod simulation;
#[cfg(test)]
mod tests;
mod text;

use std::io::Write;
use std::path::Path;

pub use params::{Arrow, DeviceTrafficParams, TimeFormat};

use self::simulation::{Content, Packet, Simulation};
use crate::generate::number::push_whole;
use crate::{Error, Result};

/// The name of the generated data.
pub const NAME: &str = "device-traffic-generated";

/// What a report says beside figures of generated traffic.
pub const DIFFERENCES: &str = "device-traffic-generated: packets of a simulated network of \
    devices, printed as Wireshark's CSV export prints them, with analysis notes that follow \
    Wireshark's rules. Hosts, habits and shares of protocols are made up, and no packet is \
    copied: figures on them say whether code works, not how well a method works.";

/// Bytes that are handed on at a time.
const BLOCK: usize = 1 << 16;

/// A generator of a capture in the form of Wireshark's CSV export.
///
/// ```
/// use oddity_datasets::{DeviceTrafficGenerator, DeviceTrafficParams};
///
/// let params = DeviceTrafficParams { n_packets: 1000, ..DeviceTrafficParams::default() };
/// let mut text = Vec::new();
/// DeviceTrafficGenerator::new(params)?.write(&mut text)?;
/// let text = String::from_utf8_lossy(&text);
/// let mut lines = text.lines();
/// let header = r#""No.","Time","Source","Destination","Protocol","Length","Info""#;
/// assert_eq!(lines.next(), Some(header));
/// assert!(lines.next().is_some_and(|line| line.starts_with(r#""1","0.000000","#)));
/// assert_eq!(lines.count(), 999);
/// # Ok::<(), oddity_datasets::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct DeviceTrafficGenerator {
    params: DeviceTrafficParams,
}

impl DeviceTrafficGenerator {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] for a chance outside 0 to 1, or more packets than fit a frame
    /// number of 32 bits.
    pub fn new(params: DeviceTrafficParams) -> Result<DeviceTrafficGenerator> {
        params.check()?;
        Ok(DeviceTrafficGenerator { params })
    }

    /// What is generated.
    pub fn params(&self) -> &DeviceTrafficParams {
        &self.params
    }

    /// Writes the header and the packets. Memory does not grow with their number.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if `sink` refuses; the path in it is [`NAME`].
    pub fn write(&self, sink: &mut dyn Write) -> Result<()> {
        let error = |source| Error::Io { action: "write", path: Path::new(NAME).into(), source };
        let end: &[u8] = if self.params.crlf { b"\r\n" } else { b"\n" };
        let mut text = Vec::with_capacity(BLOCK + 1024);
        text.extend_from_slice(text::HEADER.as_bytes());
        text.extend_from_slice(end);
        let mut simulation = Simulation::new(&self.params);
        let mut line = Line { params: &self.params, info: Vec::new(), names: Vec::new() };
        line.names.extend(simulation.hosts.names().map(|name| format!("\"{name}\",")));
        for _ in 0..self.params.n_packets {
            line.push(&mut text, &simulation.next());
            text.extend_from_slice(end);
            if BLOCK <= text.len() {
                sink.write_all(&text).map_err(error)?;
                text.clear();
            }
        }
        sink.write_all(&text).map_err(error)
    }
}

/// Prints packets, one a line.
struct Line<'a> {
    params: &'a DeviceTrafficParams,
    info: Vec<u8>,
    /// Each name as a field with its comma.
    names: Vec<String>,
}

impl Line<'_> {
    fn push(&mut self, text: &mut Vec<u8>, packet: &Packet<'_>) {
        text.push(b'"');
        push_whole(text, packet.frame);
        text.extend_from_slice(b"\",\"");
        text::push_time(text, packet.time, self.params.time);
        text.extend_from_slice(b"\",");
        for name in [packet.source, packet.destination] {
            text.extend_from_slice(self.names[usize::from(name)].as_bytes());
        }
        text.push(b'"');
        text.extend_from_slice(packet.protocol.as_bytes());
        text.extend_from_slice(b"\",\"");
        push_whole(text, u64::from(packet.length));
        text.extend_from_slice(b"\",");
        self.info.clear();
        push_info(&mut self.info, packet, self.params.arrow);
        text::push_quoted(text, &self.info);
    }
}

/// Appends the Info of a packet.
fn push_info(info: &mut Vec<u8>, packet: &Packet<'_>, arrow: Arrow) {
    match &packet.content {
        Content::Tcp { segment, ports, dissected, .. } => {
            text::push_info(info, segment, *ports, dissected, arrow);
        }
        Content::Text { ports, info: said } => {
            if let Some(ports) = ports {
                text::push_ports(info, *ports, arrow);
            }
            info.extend_from_slice(said);
        }
    }
}
