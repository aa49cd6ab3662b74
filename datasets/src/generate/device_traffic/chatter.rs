//! What devices say beside TCP: names, addresses, time, echoes, cyclic data.

use super::hosts::{Group, Hosts, Name};
use super::text::{push_hex, push_padded};
use crate::generate::dice::Dice;
use crate::generate::number::push_whole;

/// A packet that is printed as it stands.
pub(super) struct Chat {
    pub(super) source: Name,
    pub(super) destination: Name,
    pub(super) protocol: &'static str,
    pub(super) length: u32,
    /// Ports that are printed before the Info.
    pub(super) ports: Option<(u16, u16)>,
    pub(super) info: Vec<u8>,
    /// The answer, with the nanoseconds until it comes.
    pub(super) reply: Option<(u64, Box<Chat>)>,
    /// Whether the answer names the frame of this one.
    pub(super) reply_cites: bool,
}

/// Something that is said again and again.
pub(super) struct Source {
    kind: Kind,
    /// Milliseconds between two packets.
    period: (u32, u32),
    device: u16,
    other: Name,
    ports: (u16, u16),
    /// Counts or identifies what is sent.
    counter: u32,
    id: u32,
}

#[derive(Clone, Copy)]
enum Kind {
    Dns,
    Mdns,
    Arp,
    Announcement,
    Ping,
    Ping6,
    Neighbor,
    Router,
    Search,
    Notify,
    Ntp,
    Dhcp,
    Cyclic,
    Datagrams,
}

/// Each kind, how many sources there are of it, and the milliseconds between two packets.
const KINDS: [(Kind, u32, (u32, u32)); 14] = [
    (Kind::Dns, 6, (800, 9000)),
    (Kind::Mdns, 6, (1500, 20_000)),
    (Kind::Arp, 5, (1500, 12_000)),
    (Kind::Announcement, 1, (20_000, 60_000)),
    (Kind::Ping, 2, (990, 1010)),
    (Kind::Ping6, 1, (1990, 2010)),
    (Kind::Neighbor, 2, (4000, 20_000)),
    (Kind::Router, 1, (15_000, 40_000)),
    (Kind::Search, 1, (10_000, 30_000)),
    (Kind::Notify, 1, (10_000, 30_000)),
    (Kind::Ntp, 2, (16_000, 64_000)),
    (Kind::Dhcp, 1, (60_000, 120_000)),
    (Kind::Cyclic, 2, (49, 51)),
    (Kind::Datagrams, 3, (2, 90)),
];

/// Hosts that are looked up.
const DOMAINS: [&str; 8] = [
    "telemetry.example.com",
    "api.example.net",
    "pool.example.org",
    "firmware.example.com",
    "cdn-7.media.example.net",
    "login.example.org",
    "metrics.plant.example",
    "a2f1q.devices.example.com",
];

const SERVICES: [&str; 6] = [
    "_ipp._tcp.local",
    "_http._tcp.local",
    "_arduino._tcp.local",
    "_googlecast._tcp.local",
    "_smb._tcp.local",
    "_device-info._tcp.local",
];

/// Everything that talks.
pub(super) fn sources(hosts: &Hosts, dice: &mut Dice) -> Vec<Source> {
    let mut sources = Vec::new();
    for (kind, count, period) in KINDS {
        for _ in 0..count {
            sources.push(Source {
                kind,
                period,
                device: hosts.draw(dice),
                other: hosts.server(false, dice),
                ports: (dice.between((49_152, 65_535)) as u16, 443),
                counter: dice.below(10_000),
                id: dice.below(u32::MAX),
            });
        }
    }
    sources
}

const MILLISECOND: u64 = 1_000_000;

impl Source {
    /// Nanoseconds until the next packet.
    pub(super) fn pause(&self, dice: &mut Dice) -> u64 {
        let (least, most) = self.period;
        u64::from(dice.between((least * 1000, most * 1000))) * 1000
    }

    /// The next packet.
    pub(super) fn next(&mut self, hosts: &Hosts, dice: &mut Dice) -> Chat {
        self.counter += 1;
        let (ip, gateway) = (hosts.ipv4(self.device), hosts.ipv4(0));
        match self.kind {
            Kind::Dns => self.dns(ip, gateway, dice),
            Kind::Mdns => {
                let service = dice.pick(&SERVICES);
                let info = Text::new("Standard query 0x").hex(dice.below(65_536), 4);
                let info = info.text(" PTR ").text(service).text(", \"QM\" question");
                let length = 60 + service.len() as u32;
                if dice.percent(40) {
                    let source = hosts.local_ipv6(self.device);
                    let group = hosts.group(Group::MdnsIpv6);
                    info.chat(source, group, "MDNS", length + 20)
                } else {
                    info.chat(ip, hosts.group(Group::Mdns), "MDNS", length)
                }
            }
            Kind::Arp => {
                let asked = dice.below(24) as u16;
                let (mac, to) = (hosts.mac(self.device), hosts.mac(asked));
                let info = Text::new("Who has ").text(hosts.name(hosts.ipv4(asked)));
                let info = info.text("? Tell ").text(hosts.name(ip));
                let chat = info.chat(mac, hosts.group(Group::Broadcast), "ARP", 42);
                let info = Text::new(hosts.name(hosts.ipv4(asked))).text(" is at ");
                let reply = info.text(hosts.name(to)).chat(to, mac, "ARP", 42);
                chat.answered(u64::from(dice.between((60, 4000))) * 1000, reply)
            }
            Kind::Announcement => {
                let info = Text::new("ARP Announcement for ").text(hosts.name(ip));
                let broadcast = hosts.group(Group::Broadcast);
                info.chat(hosts.mac(self.device), broadcast, "ARP", 42)
            }
            Kind::Ping => self.ping(ip, self.other, "ICMP", dice),
            Kind::Ping6 => {
                let (source, router) = (hosts.local_ipv6(self.device), hosts.local_ipv6(0));
                self.ping(source, router, "ICMPv6", dice)
            }
            Kind::Neighbor => {
                let (source, router) = (hosts.local_ipv6(self.device), hosts.local_ipv6(0));
                let (mac, router_mac) = (hosts.mac(self.device), hosts.mac(0));
                let info = Text::new("Neighbor Solicitation for ").text(hosts.name(router));
                let info = info.text(" from ").text(hosts.name(mac));
                let chat = info.chat(source, router, "ICMPv6", 86);
                let info = Text::new("Neighbor Advertisement ").text(hosts.name(router));
                let info = info.text(" (rtr, sol, ovr) is at ").text(hosts.name(router_mac));
                let reply = info.chat(router, source, "ICMPv6", 86);
                chat.answered(u64::from(dice.between((60, 4000))) * 1000, reply)
            }
            Kind::Router => {
                let info = Text::new("Router Advertisement from ").text(hosts.name(hosts.mac(0)));
                let router = hosts.local_ipv6(0);
                info.chat(router, hosts.group(Group::AllNodes), "ICMPv6", 118)
            }
            Kind::Search => {
                let info = Text::new("M-SEARCH * HTTP/1.1 ");
                info.chat(ip, hosts.group(Group::Ssdp), "SSDP", 216)
            }
            Kind::Notify => {
                let info = Text::new("NOTIFY * HTTP/1.1 ");
                let length = dice.between((330, 480));
                info.chat(gateway, hosts.group(Group::Ssdp), "SSDP", length)
            }
            Kind::Ntp => {
                let chat = Text::new("NTP Version 4, client").chat(ip, self.other, "NTP", 90);
                let reply = Text::new("NTP Version 4, server").chat(self.other, ip, "NTP", 90);
                chat.answered(u64::from(dice.between((8, 60))) * MILLISECOND, reply)
            }
            Kind::Dhcp => self.dhcp(gateway, ip, hosts, dice),
            Kind::Cyclic => {
                let info = Text::new("Connection: ID=0x").upper_hex(self.id, 8).text(", SEQ=");
                let peer = hosts.ipv4(1 + self.device % 23);
                info.padded(u64::from(self.counter), 10).chat(ip, peer, "CIP I/O", 86)
            }
            Kind::Datagrams => {
                let inward = dice.percent(60);
                let len = dice.quantile(&[20, 25, 33, 300, 1200, 1350, 1378]) as u64;
                let (ours, theirs) = self.ports;
                let ports = if inward { (theirs, ours) } else { (ours, theirs) };
                let info = Text::new(" Len=").number(len);
                let ends = if inward { (self.other, ip) } else { (ip, self.other) };
                let chat = info.chat(ends.0, ends.1, "UDP", 42 + len as u32);
                Chat { ports: Some(ports), ..chat }
            }
        }
    }

    fn dns(&self, ip: Name, gateway: Name, dice: &mut Dice) -> Chat {
        let (domain, id) = (dice.pick(&DOMAINS), dice.below(65_536));
        let kind = if dice.percent(25) { " AAAA " } else { " A " };
        let length = 60 + domain.len() as u32;
        let ask = Text::new("Standard query 0x").hex(id, 4).text(kind).text(domain);
        let answer = Text::new("Standard query response 0x").hex(id, 4);
        let (answer, more) = if dice.percent(6) {
            (answer.text(" No such name").text(kind).text(domain).text(" SOA ns.example.com"), 60)
        } else if kind == " A " {
            let last = u64::from(dice.between((1, 254)));
            (answer.text(kind).text(domain).text(" A 203.0.113.").number(last), 16)
        } else {
            let last = dice.below(65_536);
            (answer.text(kind).text(domain).text(" AAAA 2001:db8:ff00::").hex(last, 1), 28)
        };
        let reply = answer.chat(gateway, ip, "DNS", length + more);
        let after = u64::from(dice.between((2, 60))) * MILLISECOND;
        ask.chat(ip, gateway, "DNS", length).answered(after, reply)
    }

    fn ping(&self, from: Name, to: Name, protocol: &'static str, dice: &mut Dice) -> Chat {
        let ipv6 = protocol == "ICMPv6";
        let (id, seq) = (self.id & 0xffff, self.counter & 0xffff);
        let message = |name: &str, ttl: u64| {
            let text =
                Text::new("Echo (ping) ").text(name).text(if ipv6 { " id=0x" } else { "  id=0x" });
            let text = text.hex(id, 4).text(", seq=").number(u64::from(seq));
            if ipv6 {
                return text.text(", hop limit=").number(ttl);
            }
            // The number once more, read with its bytes swapped.
            let swapped = u64::from((seq as u16).swap_bytes());
            text.text("/").number(swapped).text(", ttl=").number(ttl)
        };
        let length = if ipv6 { 118 } else { 98 };
        let mut chat = message("request", 64).chat(from, to, protocol, length);
        if dice.percent(97) {
            let reply = message(if ipv6 { "reply" } else { "reply  " }, if ipv6 { 64 } else { 55 });
            let reply = reply.chat(to, from, protocol, length);
            chat.reply_cites = true;
            let after = if ipv6 { (200, 3000) } else { (9_000, 40_000) };
            chat = chat.answered(u64::from(dice.between(after)) * 1000, reply);
        }
        chat
    }

    fn dhcp(&self, gateway: Name, ip: Name, hosts: &Hosts, dice: &mut Dice) -> Chat {
        let id = dice.below(u32::MAX);
        let message =
            |name: &str| Text::new("DHCP ").text(name).text(" - Transaction ID 0x").hex(id, 8);
        let (nobody, all) = (hosts.group(Group::Unspecified), hosts.group(Group::Ipv4Broadcast));
        let ack = message("ACK     ").chat(gateway, ip, "DHCP", 342);
        let request = message("Request ").chat(nobody, all, "DHCP", 350);
        let request = request.answered(4 * MILLISECOND, ack);
        let offer = message("Offer   ").chat(gateway, ip, "DHCP", 342);
        let offer = offer.answered(9 * MILLISECOND, request);
        message("Discover").chat(nobody, all, "DHCP", 350).answered(3 * MILLISECOND, offer)
    }
}

impl Chat {
    fn answered(mut self, after: u64, reply: Chat) -> Chat {
        self.reply = Some((after, Box::new(reply)));
        self
    }
}

/// An Info text as it grows.
struct Text(Vec<u8>);

impl Text {
    fn new(text: &str) -> Text {
        Text(text.as_bytes().to_vec())
    }

    fn text(mut self, text: &str) -> Text {
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    fn number(mut self, number: u64) -> Text {
        push_whole(&mut self.0, number);
        self
    }

    fn padded(mut self, number: u64, digits: usize) -> Text {
        push_padded(&mut self.0, number, digits);
        self
    }

    fn hex(mut self, number: u32, digits: usize) -> Text {
        push_hex(&mut self.0, number, digits);
        self
    }

    fn upper_hex(mut self, number: u32, digits: usize) -> Text {
        let start = self.0.len();
        push_hex(&mut self.0, number, digits);
        self.0[start..].make_ascii_uppercase();
        self
    }

    fn chat(self, source: Name, destination: Name, protocol: &'static str, length: u32) -> Chat {
        Chat {
            source,
            destination,
            protocol,
            length,
            ports: None,
            info: self.0,
            reply: None,
            reply_cites: false,
        }
    }
}
