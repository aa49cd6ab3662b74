//! The hosts of the generated network and their names.

use crate::generate::dice::Dice;

/// A place in the list of names.
pub(super) type Name = u16;

const N_DEVICES: u16 = 24;
const N_SERVERS: u16 = 16;

/// Addresses of hosts, as Wireshark prints them. All are from ranges for private networks or
/// for documentation (RFC 5737, RFC 3849).
pub(super) struct Hosts {
    names: Vec<String>,
    devices: [Name; 2],
    local_ipv6: Name,
    macs: Name,
    servers: [Name; 2],
}

/// Names that are not of a host.
#[derive(Clone, Copy)]
pub(super) enum Group {
    Broadcast,
    Ipv4Broadcast,
    Unspecified,
    Mdns,
    MdnsIpv6,
    Ssdp,
    AllNodes,
}

const GROUPS: [&str; 7] = [
    "Broadcast",
    "255.255.255.255",
    "0.0.0.0",
    "224.0.0.251",
    "ff02::fb",
    "239.255.255.250",
    "ff02::1",
];

impl Hosts {
    pub(super) fn new() -> Hosts {
        let mut names: Vec<String> = GROUPS.iter().map(|&name| name.to_owned()).collect();
        let mut add = |count: u16, name: &dyn Fn(u16) -> String| {
            let first = names.len() as Name;
            names.extend((0..count).map(name));
            first
        };
        let ipv4 = add(N_DEVICES, &|n| format!("192.168.7.{}", n + 1));
        let ipv6 = add(N_DEVICES, &|n| format!("2001:db8:7::{:x}", n + 1));
        let local_ipv6 = add(N_DEVICES, &|n| format!("fe80::2a:7ff:fe00:{:x}", n + 1));
        let macs = add(N_DEVICES, &|n| format!("02:2a:07:00:00:{:02x}", n + 1));
        let far_ipv4 = add(N_SERVERS, &|n| match n % 2 {
            0 => format!("203.0.113.{}", 10 + 7 * n),
            _ => format!("198.51.100.{}", 10 + 7 * n),
        });
        let far_ipv6 = add(N_SERVERS, &|n| format!("2001:db8:ff{n:02x}::{:x}", 16 + n));
        let (devices, servers) = ([ipv4, ipv6], [far_ipv4, far_ipv6]);
        Hosts { names, devices, local_ipv6, macs, servers }
    }

    /// All names, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub(super) fn name(&self, name: Name) -> &str {
        &self.names[usize::from(name)]
    }

    pub(super) fn group(&self, group: Group) -> Name {
        group as Name
    }

    /// The number of a device; 0 is the gateway.
    pub(super) fn draw(&self, dice: &mut Dice) -> u16 {
        1 + dice.below(u32::from(N_DEVICES - 1)) as u16
    }

    pub(super) fn ipv4(&self, device: u16) -> Name {
        self.devices[0] + device
    }

    pub(super) fn local_ipv6(&self, device: u16) -> Name {
        self.local_ipv6 + device
    }

    pub(super) fn mac(&self, device: u16) -> Name {
        self.macs + device
    }

    pub(super) fn device(&self, is_ipv6: bool, dice: &mut Dice) -> Name {
        self.devices[usize::from(is_ipv6)] + self.draw(dice)
    }

    pub(super) fn server(&self, is_ipv6: bool, dice: &mut Dice) -> Name {
        self.servers[usize::from(is_ipv6)] + dice.below(u32::from(N_SERVERS)) as u16
    }

    /// Two devices that are not the same.
    pub(super) fn two_devices(&self, is_ipv6: bool, dice: &mut Dice) -> [Name; 2] {
        let first = self.draw(dice);
        let second = 1 + (first + dice.below(u32::from(N_DEVICES - 2)) as u16) % (N_DEVICES - 1);
        let second = if second == first { 0 } else { second };
        let base = self.devices[usize::from(is_ipv6)];
        [base + first, base + second]
    }
}
