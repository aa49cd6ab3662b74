//! Denial of service: floods, malformed packets, exhausted tables.

use super::super::connection::Flag;
use super::super::services::{ECHO_REPLY, Protocol};
use super::super::step::{Aim, Inside, LOGIN, NOTHING, ONE, Step, always};
use super::{Attack, KddCategory::Dos};

/// Connections that flood a victim with half-open handshakes, port after port.
const SYN_FLOOD: Step = Step {
    aim: Aim::Ports(Protocol::Tcp, (4, 22), 60),
    n: [200, 300, 500, 800, 1200, 1800, 2500],
    gap: (0, 1),
    flags: &[(Flag::S0, 1)],
    keep: 22,
    ..ONE
};

pub(super) const DOS: &[Attack] = &[
    Attack {
        name: "back",
        category: Dos,
        counts: [956, 359, 2203, 1098],
        first_size: 40.0,
        difficulty: [3, 9, 11, 12, 15, 16, 21],
        steps: &[Step {
            aim: Aim::Port(Protocol::Tcp, 80),
            n: [10, 20, 30, 40, 60, 90, 120],
            gap: (20, 90),
            flags: &[(Flag::Sf, 88), (Flag::Rstr, 11), (Flag::S2, 1)],
            src_bytes: [10_000, 46_000, 54_540, 54_540, 54_540, 54_540, 54_540],
            dst_bytes: [0, 7300, 8314, 8314, 8314, 8314, 8314],
            inside: Inside { hot: (1, 2), compromised: (0, 1), ..LOGIN },
            ..ONE
        }],
    },
    Attack {
        name: "land",
        category: Dos,
        counts: [18, 7, 21, 9],
        first_size: 1.0,
        difficulty: [12, 13, 17, 19, 20, 20, 21],
        steps: &[Step {
            aim: Aim::Self_(Protocol::Tcp, 79),
            n: [1, 1, 1, 1, 1, 2, 2],
            flags: &[(Flag::S0, 1)],
            one_port: true,
            ..ONE
        }],
    },
    Attack {
        name: "neptune",
        category: Dos,
        counts: [41_214, 4657, 107_201, 58_001],
        first_size: 190.0,
        difficulty: [10, 18, 19, 20, 21, 21, 21],
        steps: &[
            SYN_FLOOD,
            Step {
                n: [0, 0, 0, 0, 400, 900, 1500],
                flags: &[(Flag::Rej, 85), (Flag::Rsto, 15)],
                ..SYN_FLOOD
            },
        ],
    },
    Attack {
        name: "pod",
        category: Dos,
        counts: [201, 41, 264, 87],
        first_size: 6.0,
        difficulty: [10, 12, 15, 16, 17, 18, 21],
        steps: &[Step {
            aim: Aim::Port(Protocol::Icmp, ECHO_REPLY),
            n: [1, 2, 3, 5, 9, 18, 20],
            gap: (5, 90),
            src_bytes: [564, 1480, 1480, 1480, 1480, 1480, 1480],
            inside: Inside { wrong_fragment: 1, ..NOTHING },
            ..ONE
        }],
    },
    Attack {
        name: "smurf",
        category: Dos,
        counts: [2646, 665, 280_790, 164_091],
        first_size: 40.0,
        difficulty: [12, 17, 18, 18, 19, 20, 21],
        steps: &[Step {
            aim: Aim::Port(Protocol::Icmp, ECHO_REPLY),
            n: [200, 600, 1200, 2000, 3000, 4500, 6000],
            gap: (0, 0),
            src_bytes: [520, 520, 1032, 1032, 1032, 1032, 1032],
            keep: 2,
            ..ONE
        }],
    },
    Attack {
        name: "teardrop",
        category: Dos,
        counts: [892, 12, 979, 12],
        first_size: 70.0,
        difficulty: [9, 12, 14, 15, 17, 18, 21],
        steps: &[Step {
            aim: Aim::Port(Protocol::Udp, 700),
            n: [20, 40, 60, 80, 100, 110, 120],
            gap: (1, 5),
            src_bytes: always(28),
            inside: Inside { wrong_fragment: 3, ..NOTHING },
            ..ONE
        }],
    },
    Attack {
        name: "apache2",
        category: Dos,
        counts: [0, 737, 0, 794],
        first_size: 90.0,
        difficulty: [8, 13, 14, 15, 17, 18, 21],
        steps: &[Step {
            aim: Aim::Port(Protocol::Tcp, 80),
            n: [30, 50, 80, 100, 150, 200, 250],
            gap: (1, 9),
            flags: &[(Flag::Rstr, 65), (Flag::S0, 33), (Flag::S3, 1), (Flag::Sf, 1)],
            duration: [0, 0, 400, 805, 1200, 2075, 2600],
            src_bytes: [0, 10_000, 50_000, 56_504, 65_000, 76_944, 80_000],
            inside: LOGIN,
            ..ONE
        }],
    },
    Attack {
        name: "mailbomb",
        category: Dos,
        counts: [0, 293, 0, 5000],
        first_size: 60.0,
        difficulty: [8, 11, 12, 12, 15, 18, 21],
        steps: &[Step {
            aim: Aim::Port(Protocol::Tcp, 25),
            n: [30, 40, 50, 60, 90, 150, 200],
            gap: (50, 130),
            duration: always(1),
            src_bytes: [2200, 2599, 2599, 2599, 2599, 2599, 2700],
            dst_bytes: always(293),
            inside: LOGIN,
            ..ONE
        }],
    },
    Attack {
        name: "processtable",
        category: Dos,
        counts: [0, 685, 0, 759],
        first_size: 60.0,
        difficulty: [5, 8, 15, 18, 18, 19, 21],
        steps: &[Step {
            n: [20, 40, 50, 60, 90, 140, 200],
            gap: (250, 500),
            flags: &[(Flag::Sf, 64), (Flag::S3, 34), (Flag::S2, 1), (Flag::Rstr, 1)],
            duration: [0, 0, 2000, 7394, 7900, 8180, 9000],
            dst_bytes: [0, 15, 30, 44, 44, 44, 44],
            ..ONE
        }],
    },
    Attack {
        name: "udpstorm",
        category: Dos,
        counts: [0, 2, 0, 2],
        first_size: 1.0,
        difficulty: [0, 1, 4, 8, 12, 15, 21],
        steps: &[Step { aim: Aim::Port(Protocol::Udp, 7), src_bytes: always(23), ..ONE }],
    },
];
