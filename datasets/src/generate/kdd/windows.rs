//! Features of a connection that come from others: the two-second window and the host window.

use std::collections::{BTreeMap, VecDeque};

use super::connection::Connection;
use super::services::N_NUMBERS;
use super::traffic::N_HOSTS;

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

/// The windows over a stream of connections in order of time.
#[derive(Debug)]
pub(super) struct Windows {
    host_window: usize,
    recent: VecDeque<Seen>,
    hosts: BTreeMap<u32, VecDeque<Seen>>,
    services_seen: Marks,
    hosts_seen: Marks,
}

impl Windows {
    pub(super) fn new(host_window: usize) -> Windows {
        Windows {
            host_window,
            recent: VecDeque::new(),
            hosts: BTreeMap::new(),
            services_seen: Marks::new(N_NUMBERS),
            hosts_seen: Marks::new(N_HOSTS),
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
        let start = seen.time.saturating_sub(SECONDS_2);
        while MAX_RECENT < self.recent.len()
            || self.recent.front().is_some_and(|first| first.time < start)
        {
            self.recent.pop_front();
        }
        let ring = self.hosts.entry(seen.target).or_default();
        if ring.len() == self.host_window {
            ring.pop_front();
        }
        ring.push_back(seen);
    }

    fn time_features(&mut self, seen: &Seen) -> TimeFeatures {
        let mut tally = Tally::new(&mut self.services_seen, &mut self.hosts_seen);
        for other in &self.recent {
            tally.add(seen, other);
        }
        let Tally { host, service, both, n_services, n_hosts, .. } = tally;
        TimeFeatures {
            count: host.count,
            srv_count: service.count,
            rates: [
                rate(host.syn_errors, host.count),
                rate(service.syn_errors, service.count),
                rate(host.rej_errors, host.count),
                rate(service.rej_errors, service.count),
                rate(both, host.count),
                different(n_services, host.count),
                different(n_hosts, service.count),
            ],
        }
    }

    /// The window holds the last connections in the order of hosts, and within a host of
    /// time, so that a host with few connections shares it with those before it.
    fn host_features(&mut self, seen: &Seen) -> HostFeatures {
        let mut tally = Tally::new(&mut self.services_seen, &mut self.hosts_seen);
        let before = self.hosts.range(..=seen.target).rev();
        let latest = before.flat_map(|(_, ring)| ring.iter().rev());
        for other in latest.take(self.host_window) {
            tally.add(seen, other);
        }
        let Tally { host, service, both, same_port, n_services, n_hosts, .. } = tally;
        HostFeatures {
            count: host.count,
            srv_count: service.count,
            rates: [
                rate(both, host.count),
                different(n_services, host.count),
                rate(same_port, host.count),
                different(n_hosts, service.count),
                rate(host.syn_errors, host.count),
                rate(service.syn_errors, service.count),
                rate(host.rej_errors, host.count),
                rate(service.rej_errors, service.count),
            ],
        }
    }
}

/// Counts of the connections of a window that share something with the current one.
#[derive(Debug)]
struct Tally<'a> {
    host: Counts,
    service: Counts,
    both: u32,
    same_port: u32,
    n_services: u32,
    n_hosts: u32,
    services_seen: &'a mut Marks,
    hosts_seen: &'a mut Marks,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    count: u32,
    syn_errors: u32,
    rej_errors: u32,
}

impl Counts {
    fn add(&mut self, other: &Seen) {
        self.count += 1;
        self.syn_errors += u32::from(other.syn_error);
        self.rej_errors += u32::from(other.rej_error);
    }
}

impl<'a> Tally<'a> {
    fn new(services_seen: &'a mut Marks, hosts_seen: &'a mut Marks) -> Tally<'a> {
        services_seen.clear();
        hosts_seen.clear();
        let (host, service) = (Counts::default(), Counts::default());
        Tally {
            host,
            service,
            both: 0,
            same_port: 0,
            n_services: 0,
            n_hosts: 0,
            services_seen,
            hosts_seen,
        }
    }

    fn add(&mut self, seen: &Seen, other: &Seen) {
        let (same_host, same_service) =
            (seen.target == other.target, seen.service == other.service);
        if same_host {
            self.host.add(other);
            self.both += u32::from(same_service);
            self.same_port += u32::from(seen.source_port == other.source_port);
            self.n_services += u32::from(self.services_seen.mark(other.service));
        }
        if same_service {
            self.service.add(other);
            self.n_hosts += u32::from(self.hosts_seen.mark(other.target));
        }
    }
}

/// Which small numbers were seen since it was cleared.
#[derive(Debug)]
struct Marks {
    round: u32,
    last: Vec<u32>,
}

impl Marks {
    fn new(n_numbers: usize) -> Marks {
        Marks { round: 0, last: vec![0; n_numbers] }
    }

    fn clear(&mut self) {
        if self.round == u32::MAX {
            self.last.fill(0);
            self.round = 0;
        }
        self.round += 1;
    }

    /// Whether the number was not seen yet.
    fn mark(&mut self, number: u32) -> bool {
        std::mem::replace(&mut self.last[number as usize], self.round) != self.round
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
