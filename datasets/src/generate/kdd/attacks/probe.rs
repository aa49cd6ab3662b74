//! Probes: sweeps over hosts, scans of ports.

use super::super::connection::Flag;
use super::super::services::{ECHO, Protocol, TIME_EXCEEDED};
use super::super::step::{Aim, Inside, NOTHING, ONE, Step, always};
use super::{Attack, KddCategory::Probe};

/// Pings of one host after another.
const PINGS: Step = Step {
    aim: Aim::Hosts(Protocol::Icmp, ECHO),
    n: [8, 15, 30, 50, 80, 100, 100],
    gap: (1, 12),
    src_bytes: [8, 8, 8, 8, 8, 18, 20],
    ..ONE
};

/// A scan of a host's ports, each once.
const SCAN: Step = Step {
    aim: Aim::Ports(Protocol::Tcp, (1, 1), 12),
    n: [80, 120, 200, 300, 450, 700, 900],
    gap: (0, 2),
    flags: &[(Flag::Rej, 86), (Flag::S0, 5), (Flag::Sf, 4), (Flag::Rsto, 3), (Flag::Rstr, 2)],
    src_bytes: [0, 0, 0, 0, 1, 6, 30],
    dst_bytes: [0, 0, 0, 0, 1, 60, 300],
    keep: 35,
    ..ONE
};

const UDP_SCAN: Step = Step {
    aim: Aim::Ports(Protocol::Udp, (1, 3), 0),
    n: [0, 0, 30, 60, 120, 200, 260],
    gap: (5, 110),
    flags: &[(Flag::Sf, 1)],
    src_bytes: [0, 0, 0, 1, 1, 5, 40],
    dst_bytes: [0, 0, 0, 1, 1, 5, 40],
    one_port: true,
    keep: 60,
    ..SCAN
};

pub(super) const PROBE: &[Attack] = &[
    Attack {
        name: "ipsweep",
        category: Probe,
        counts: [3599, 141, 1247, 306],
        first_size: 60.0,
        difficulty: [10, 15, 16, 16, 17, 18, 21],
        steps: &[
            PINGS,
            Step {
                aim: Aim::Hosts(Protocol::Tcp, 300),
                n: [0, 0, 0, 0, 0, 60, 90],
                flags: &[(Flag::Rej, 9), (Flag::S0, 1)],
                one_port: true,
                ..PINGS
            },
        ],
    },
    Attack {
        name: "nmap",
        category: Probe,
        counts: [1493, 73, 231, 84],
        first_size: 50.0,
        difficulty: [8, 11, 15, 16, 17, 18, 21],
        steps: &[
            Step { n: [5, 10, 20, 35, 50, 80, 100], ..PINGS },
            Step {
                aim: Aim::Ports(Protocol::Tcp, (1, 1), 5),
                n: [0, 0, 0, 6, 20, 40, 60],
                gap: (80, 400),
                flags: &[(Flag::Sh, 1)],
                one_port: true,
                ..ONE
            },
            Step {
                aim: Aim::Ports(Protocol::Udp, (1, 1), 0),
                n: [0, 0, 0, 5, 15, 30, 50],
                gap: (80, 400),
                src_bytes: [100, 110, 180, 207, 210, 215, 250],
                one_port: true,
                ..ONE
            },
        ],
    },
    Attack {
        name: "portsweep",
        category: Probe,
        counts: [2931, 157, 1040, 354],
        first_size: 60.0,
        difficulty: [9, 14, 15, 16, 18, 20, 21],
        steps: &[Step {
            aim: Aim::Ports(Protocol::Tcp, (1, 1), 6),
            n: [20, 30, 45, 60, 90, 200, 300],
            gap: (10, 400),
            flags: &[
                (Flag::Rstr, 66),
                (Flag::Rej, 26),
                (Flag::Rstos0, 4),
                (Flag::Oth, 2),
                (Flag::S0, 2),
            ],
            duration: [0, 0, 0, 0, 0, 20_000, 42_000],
            src_bytes: [0, 0, 0, 0, 0, 1, 5],
            one_port: true,
            ..ONE
        }],
    },
    Attack {
        name: "satan",
        category: Probe,
        counts: [3633, 735, 1589, 1633],
        first_size: 150.0,
        difficulty: [8, 13, 17, 18, 19, 20, 21],
        steps: &[SCAN, UDP_SCAN],
    },
    Attack {
        name: "mscan",
        category: Probe,
        counts: [0, 996, 0, 1053],
        first_size: 120.0,
        difficulty: [4, 7, 12, 14, 16, 18, 21],
        steps: &[
            Step {
                aim: Aim::Hosts(Protocol::Tcp, 111),
                n: [20, 30, 40, 50, 60, 80, 100],
                gap: (4, 40),
                flags: &[(Flag::Rej, 60), (Flag::Rsto, 25), (Flag::S0, 15)],
                ..ONE
            },
            Step {
                aim: Aim::Hosts(Protocol::Tcp, 143),
                n: [10, 20, 30, 40, 50, 60, 80],
                gap: (4, 40),
                flags: &[(Flag::Rsto, 70), (Flag::Rej, 20), (Flag::Sf, 10)],
                src_bytes: always(24),
                dst_bytes: always(130),
                ..ONE
            },
            Step {
                aim: Aim::Hosts(Protocol::Tcp, 23),
                n: [10, 20, 30, 40, 50, 60, 80],
                gap: (4, 40),
                flags: &[(Flag::Rsto, 35), (Flag::Rej, 30), (Flag::Sf, 35)],
                duration: [0, 0, 1, 3, 4, 6, 20],
                src_bytes: [0, 10, 20, 24, 24, 30, 50],
                dst_bytes: [10, 40, 80, 138, 138, 150, 200],
                inside: Inside { failed_logins: (0, 1), ..NOTHING },
                ..ONE
            },
        ],
    },
    Attack {
        name: "saint",
        category: Probe,
        counts: [0, 319, 0, 736],
        first_size: 130.0,
        difficulty: [8, 12, 16, 18, 19, 20, 21],
        steps: &[
            Step { src_bytes: always(20), n: [5, 10, 20, 30, 40, 60, 80], ..PINGS },
            Step {
                aim: Aim::Hosts(Protocol::Icmp, TIME_EXCEEDED),
                n: [0, 0, 0, 0, 1, 2, 4],
                src_bytes: always(56),
                ..PINGS
            },
            Step { gap: (0, 1), ..SCAN },
        ],
    },
];
