//! Features of a connection that come from others: the two-second window and the host window.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};

use super::connection::Connection;

/// Features 23 to 31, of the connections of the last two seconds. Rates are in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TimeFeatures {
    pub(super) count: u32,
    pub(super) srv_count: u32,
    /// serror, srv_serror, rerror, srv_rerror, same_srv, diff_srv, srv_diff_host.
    pub(super) rates: [u32; 7],
}

/// Features 32 to 41, of the connections to the same host. Rates are in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct HostFeatures {
    pub(super) count: u32,
    pub(super) srv_count: u32,
    /// same_srv, diff_srv, same_src_port, srv_diff_host, serror, srv_serror, rerror,
    /// srv_rerror.
    pub(super) rates: [u32; 8],
}

/// Length of the time window, milliseconds.
pub(super) const SECONDS_2: u64 = 2000;
/// Connections in the time window at most.
pub(super) const MAX_RECENT: usize = 511;

/// What the windows remember of a connection.
#[derive(Clone, Copy, Debug)]
struct Seen {
    time: u64,
    target: u32,
    service: u32,
    source_port: u16,
    syn_error: bool,
    rej_error: bool,
}

impl From<&Connection> for Seen {
    fn from(connection: &Connection) -> Seen {
        Seen {
            time: connection.time,
            target: connection.target,
            service: connection.service,
            source_port: connection.source_port,
            syn_error: connection.flag.is_syn_error(),
            rej_error: connection.flag.is_rej_error(),
        }
    }
}

/// The windows over a stream of connections in order of time. Counts are kept as connections
/// come and go, so that the cost of one does not grow with the windows.
#[derive(Debug)]
pub(super) struct Windows {
    host_window: usize,
    recent: VecDeque<Seen>,
    recent_hosts: HashMap<u32, Group>,
    recent_services: HashMap<u32, Group>,
    hosts: BTreeMap<u32, Ring>,
}

impl Windows {
    pub(super) fn new(host_window: usize) -> Windows {
        Windows {
            host_window,
            recent: VecDeque::new(),
            recent_hosts: HashMap::new(),
            recent_services: HashMap::new(),
            hosts: BTreeMap::new(),
        }
    }

    /// Takes the next connection in, and gives its features; it is in its own windows.
    pub(super) fn next(&mut self, connection: &Connection) -> (TimeFeatures, HostFeatures) {
        self.take_in(connection);
        let seen = Seen::from(connection);
        (self.time_features(&seen), self.host_features(&seen))
    }

    /// Takes the next connection in.
    pub(super) fn take_in(&mut self, connection: &Connection) {
        let seen = Seen::from(connection);
        self.recent.push_back(seen);
        self.recent_hosts.entry(seen.target).or_default().add(&seen, seen.service);
        self.recent_services.entry(seen.service).or_default().add(&seen, seen.target);
        let start = seen.time.saturating_sub(SECONDS_2);
        while let Some(&first) = self.recent.front()
            && (MAX_RECENT < self.recent.len() || first.time < start)
        {
            self.recent.pop_front();
            remove(&mut self.recent_hosts, first.target, &first, first.service);
            remove(&mut self.recent_services, first.service, &first, first.target);
        }
        self.hosts.entry(seen.target).or_default().add(seen, self.host_window);
    }

    fn time_features(&self, seen: &Seen) -> TimeFeatures {
        let (Some(host), Some(service)) =
            (self.recent_hosts.get(&seen.target), self.recent_services.get(&seen.service))
        else {
            return TimeFeatures::default();
        };
        let (hosts, services) = (service.members.len() as u32, host.members.len() as u32);
        let both = host.members.get(&seen.service).copied().unwrap_or(0);
        let (host, service) = (host.counts, service.counts);
        TimeFeatures {
            count: host.all,
            srv_count: service.all,
            rates: [
                rate(host.syn_errors, host.all),
                rate(service.syn_errors, service.all),
                rate(host.rej_errors, host.all),
                rate(service.rej_errors, service.all),
                rate(both, host.all),
                different(services, host.all),
                different(hosts, service.all),
            ],
        }
    }

    /// The window holds the last connections in the order of hosts, and within a host of
    /// time, so that a host with few connections shares it with those before it.
    fn host_features(&self, seen: &Seen) -> HostFeatures {
        let mut left = self.host_window;
        let mut service = Counts::default();
        let mut n_hosts = 0;
        for (_, ring) in self.hosts.range(..=seen.target).rev() {
            let before = service.all;
            if ring.seen.len() <= left {
                service.add_all(ring.services.get(&seen.service).copied().unwrap_or_default());
            } else {
                let latest = ring.seen.iter().rev().take(left);
                latest
                    .filter(|other| other.service == seen.service)
                    .for_each(|other| service.add(other));
            }
            n_hosts += u32::from(before < service.all);
            left = left.saturating_sub(ring.seen.len());
            if left == 0 {
                break;
            }
        }
        let Some(ring) = self.hosts.get(&seen.target) else { return HostFeatures::default() };
        let host = ring.counts;
        let both = ring.services.get(&seen.service).map_or(0, |counts| counts.all);
        let same_port = ring.ports.get(&seen.source_port).copied().unwrap_or(0);
        HostFeatures {
            count: host.all,
            srv_count: service.all,
            rates: [
                rate(both, host.all),
                different(ring.services.len() as u32, host.all),
                rate(same_port, host.all),
                different(n_hosts, service.all),
                rate(host.syn_errors, host.all),
                rate(service.syn_errors, service.all),
                rate(host.rej_errors, host.all),
                rate(service.rej_errors, service.all),
            ],
        }
    }
}

/// How many connections, and how many of them ended with an error.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    all: u32,
    syn_errors: u32,
    rej_errors: u32,
}

impl Counts {
    fn add(&mut self, seen: &Seen) {
        self.all += 1;
        self.syn_errors += u32::from(seen.syn_error);
        self.rej_errors += u32::from(seen.rej_error);
    }

    fn add_all(&mut self, other: Counts) {
        self.all += other.all;
        self.syn_errors += other.syn_errors;
        self.rej_errors += other.rej_errors;
    }

    fn remove(&mut self, seen: &Seen) {
        self.all -= 1;
        self.syn_errors -= u32::from(seen.syn_error);
        self.rej_errors -= u32::from(seen.rej_error);
    }
}

/// The recent connections to a host by service, or to a service by host.
#[derive(Debug, Default)]
struct Group {
    counts: Counts,
    members: HashMap<u32, u32>,
}

impl Group {
    fn add(&mut self, seen: &Seen, member: u32) {
        self.counts.add(seen);
        *self.members.entry(member).or_default() += 1;
    }
}

/// Takes a connection out of its group, and out of the groups a group that is empty.
fn remove(groups: &mut HashMap<u32, Group>, key: u32, seen: &Seen, member: u32) {
    let Some(group) = groups.get_mut(&key) else { return };
    group.counts.remove(seen);
    decrement(&mut group.members, member);
    if group.counts.all == 0 {
        groups.remove(&key);
    }
}

fn decrement<K: Eq + std::hash::Hash>(counts: &mut HashMap<K, u32>, key: K) {
    if let Entry::Occupied(mut count) = counts.entry(key) {
        *count.get_mut() -= 1;
        if *count.get() == 0 {
            count.remove();
        }
    }
}

/// The last connections to one host.
#[derive(Debug, Default)]
struct Ring {
    seen: VecDeque<Seen>,
    counts: Counts,
    services: HashMap<u32, Counts>,
    ports: HashMap<u16, u32>,
}

impl Ring {
    fn add(&mut self, seen: Seen, size: usize) {
        if self.seen.len() == size
            && let Some(first) = self.seen.pop_front()
        {
            self.counts.remove(&first);
            decrement(&mut self.ports, first.source_port);
            if let Entry::Occupied(mut counts) = self.services.entry(first.service) {
                counts.get_mut().remove(&first);
                if counts.get().all == 0 {
                    counts.remove();
                }
            }
        }
        self.counts.add(&seen);
        *self.ports.entry(seen.source_port).or_default() += 1;
        self.services.entry(seen.service).or_default().add(&seen);
        self.seen.push_back(seen);
    }
}

/// A share in hundredths, halves rounded up.
fn rate(count: u32, total: u32) -> u32 {
    (200 * count + total) / (2 * total)
}

/// The rate of different services or hosts, as the published data has it: how many there are
/// in all over the number of connections, and 0 where all are the same.
fn different(n_different: u32, total: u32) -> u32 {
    if n_different == 1 { 0 } else { rate(n_different, total) }
}

#[cfg(test)]
mod tests;
