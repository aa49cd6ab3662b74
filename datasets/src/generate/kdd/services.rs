//! Services by port, and the number that two connections to the same service share.

/// The protocol of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Tcp,
    Udp,
    Icmp,
}

impl Protocol {
    pub(super) fn name(self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Icmp => "icmp",
        }
    }
}

/// A service: its name in the data, and the protocol and port that it is told by. For ICMP the
/// port is the place in this list.
struct Service(&'static str, Protocol, u16);

const SERVICES: &[Service] = &[
    Service("echo", Protocol::Tcp, 7),
    Service("discard", Protocol::Tcp, 9),
    Service("systat", Protocol::Tcp, 11),
    Service("daytime", Protocol::Tcp, 13),
    Service("netstat", Protocol::Tcp, 15),
    Service("ftp_data", Protocol::Tcp, 20),
    Service("ftp", Protocol::Tcp, 21),
    Service("ssh", Protocol::Tcp, 22),
    Service("telnet", Protocol::Tcp, 23),
    Service("smtp", Protocol::Tcp, 25),
    Service("time", Protocol::Tcp, 37),
    Service("name", Protocol::Tcp, 42),
    Service("whois", Protocol::Tcp, 43),
    Service("domain", Protocol::Tcp, 53),
    Service("mtp", Protocol::Tcp, 57),
    Service("gopher", Protocol::Tcp, 70),
    Service("remote_job", Protocol::Tcp, 71),
    Service("rje", Protocol::Tcp, 77),
    Service("finger", Protocol::Tcp, 79),
    Service("http", Protocol::Tcp, 80),
    Service("ctf", Protocol::Tcp, 84),
    Service("link", Protocol::Tcp, 87),
    Service("supdup", Protocol::Tcp, 95),
    Service("hostnames", Protocol::Tcp, 101),
    Service("iso_tsap", Protocol::Tcp, 102),
    Service("csnet_ns", Protocol::Tcp, 105),
    Service("pop_2", Protocol::Tcp, 109),
    Service("pop_3", Protocol::Tcp, 110),
    Service("sunrpc", Protocol::Tcp, 111),
    Service("auth", Protocol::Tcp, 113),
    Service("uucp_path", Protocol::Tcp, 117),
    Service("nntp", Protocol::Tcp, 119),
    Service("netbios_ns", Protocol::Tcp, 137),
    Service("netbios_dgm", Protocol::Tcp, 138),
    Service("netbios_ssn", Protocol::Tcp, 139),
    Service("imap4", Protocol::Tcp, 143),
    Service("sql_net", Protocol::Tcp, 150),
    Service("vmnet", Protocol::Tcp, 175),
    Service("bgp", Protocol::Tcp, 179),
    Service("Z39_50", Protocol::Tcp, 210),
    Service("ldap", Protocol::Tcp, 389),
    Service("nnsp", Protocol::Tcp, 433),
    Service("http_443", Protocol::Tcp, 443),
    Service("exec", Protocol::Tcp, 512),
    Service("login", Protocol::Tcp, 513),
    Service("shell", Protocol::Tcp, 514),
    Service("printer", Protocol::Tcp, 515),
    Service("efs", Protocol::Tcp, 520),
    Service("courier", Protocol::Tcp, 530),
    Service("uucp", Protocol::Tcp, 540),
    Service("klogin", Protocol::Tcp, 543),
    Service("kshell", Protocol::Tcp, 544),
    Service("X11", Protocol::Tcp, 6000),
    Service("IRC", Protocol::Tcp, 6667),
    Service("domain_u", Protocol::Udp, 53),
    Service("tftp_u", Protocol::Udp, 69),
    Service("ntp_u", Protocol::Udp, 123),
    Service("eco_i", Protocol::Icmp, 57),
    Service("ecr_i", Protocol::Icmp, 58),
    Service("urp_i", Protocol::Icmp, 59),
    Service("tim_i", Protocol::Icmp, 60),
];

/// The ports of TCP services that a scan or a flood comes by.
pub(super) const TCP_PORTS: [u16; 54] = tcp_ports();

const fn tcp_ports() -> [u16; 54] {
    let mut ports = [0; 54];
    let mut at = 0;
    while at < ports.len() {
        ports[at] = SERVICES[at].2;
        at += 1;
    }
    ports
}

/// The ICMP messages, as ports of their protocol.
pub(super) const ECHO: u16 = 57;
pub(super) const ECHO_REPLY: u16 = 58;
pub(super) const UNREACHABLE_PORT: u16 = 59;
pub(super) const TIME_EXCEEDED: u16 = 60;

/// The number of a service. Ports without a name are services of their own, although the data
/// calls all of them `private` or `other`.
pub(super) fn number(protocol: Protocol, port: u16) -> u32 {
    let named = SERVICES.iter().position(|service| service.1 == protocol && service.2 == port);
    match named {
        Some(place) => place as u32,
        None => 64 + u32::from(port) + if protocol == Protocol::Udp { 65_536 } else { 0 },
    }
}

/// The name of the service with this number.
pub(super) fn name(number: u32) -> &'static str {
    match SERVICES.get(number as usize) {
        Some(service) => service.0,
        // Below port 1024, and from there on.
        None if (number - 64) % 65_536 < 1024 => "private",
        None => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_have_the_names_of_their_services() {
        for (protocol, port, expected) in [
            (Protocol::Tcp, 80, "http"),
            (Protocol::Tcp, 6667, "IRC"),
            (Protocol::Udp, 53, "domain_u"),
            (Protocol::Icmp, ECHO, "eco_i"),
            (Protocol::Icmp, ECHO_REPLY, "ecr_i"),
            (Protocol::Icmp, UNREACHABLE_PORT, "urp_i"),
            (Protocol::Icmp, TIME_EXCEEDED, "tim_i"),
            (Protocol::Tcp, 600, "private"),
            (Protocol::Udp, 600, "private"),
            (Protocol::Udp, 2000, "other"),
            (Protocol::Tcp, 65_535, "other"),
        ] {
            assert_eq!(name(number(protocol, port)), expected);
        }
        assert_ne!(number(Protocol::Tcp, 600), number(Protocol::Udp, 600));
        assert_ne!(number(Protocol::Tcp, 600), number(Protocol::Tcp, 601));
        assert!(TCP_PORTS.iter().all(|&port| name(number(Protocol::Tcp, port)) != "private"));
    }
}
