//! From outside to an account: guessed passwords, misused transfers, broken services.

use super::super::connection::Flag;
use super::super::services::{Protocol, UNREACHABLE_PORT};
use super::super::step::{Aim, FINE, Inside, LOGIN, NOTHING, ONE, Step, always};
use super::Attack;
use super::KddCategory::{Dos, R2l};

/// An FTP session and its transfers.
const FTP: Step = Step {
    aim: Aim::Port(Protocol::Tcp, 21),
    duration: [5, 20, 60, 150, 300, 600, 3000],
    src_bytes: [50, 100, 200, 300, 700, 1800, 3000],
    dst_bytes: [200, 400, 900, 1700, 2500, 6000, 12_000],
    inside: LOGIN,
    ..ONE
};

const TRANSFER: Step = Step { aim: Aim::Back, inside: LOGIN, ..ONE };

/// A few words with a terminal or another service.
const SHORT: Step = Step {
    duration: [0, 1, 5, 20, 90, 250, 800],
    src_bytes: [20, 50, 120, 250, 600, 1500, 4000],
    dst_bytes: [50, 150, 400, 1200, 4000, 15_000, 60_000],
    inside: LOGIN,
    ..ONE
};

const fn r2l(
    name: &'static str,
    counts: [u32; 4],
    first_size: f64,
    steps: &'static [Step],
) -> Attack {
    Attack { name, category: R2l, counts, first_size, difficulty: [0, 1, 3, 6, 10, 14, 19], steps }
}

pub(super) const R2L: &[Attack] = &[
    r2l(
        "ftp_write",
        [8, 3, 8, 3],
        3.0,
        &[
            Step { inside: Inside { hot: (1, 2), guest: 100, files: (1, 2), ..LOGIN }, ..FTP },
            Step {
                n: [0, 0, 1, 1, 2, 2, 2],
                src_bytes: [5, 10, 60, 120, 300, 700, 700],
                ..TRANSFER
            },
            Step {
                aim: Aim::Port(Protocol::Tcp, 513),
                n: [0, 0, 0, 0, 1, 1, 1],
                inside: Inside { access: (1, 2), ..LOGIN },
                ..SHORT
            },
        ],
    ),
    Attack {
        difficulty: [3, 6, 12, 15, 17, 18, 21],
        ..r2l(
            "guess_passwd",
            [53, 1231, 53, 4367],
            30.0,
            &[Step {
                n: [5, 10, 20, 30, 40, 60, 80],
                gap: (100, 400),
                flags: &[(Flag::Sf, 55), (Flag::Rsto, 40), (Flag::S3, 3), (Flag::Rstr, 2)],
                duration: [0, 1, 2, 3, 4, 5, 6],
                src_bytes: [100, 120, 125, 126, 126, 126, 130],
                dst_bytes: [100, 170, 179, 179, 188, 190, 250],
                inside: Inside { failed_logins: (1, 1), hot: (0, 1), ..NOTHING },
                ..ONE
            }],
        )
    },
    r2l(
        "imap",
        [11, 1, 12, 1],
        4.0,
        &[Step {
            aim: Aim::Port(Protocol::Tcp, 143),
            n: [1, 1, 2, 3, 5, 8, 8],
            flags: &[(Flag::Sf, 5), (Flag::Sh, 4), (Flag::S1, 1), (Flag::Rsto, 1)],
            inside: Inside { hot: (0, 2), root_shell: 20, ..NOTHING },
            ..SHORT
        }],
    ),
    r2l(
        "multihop",
        [7, 18, 7, 18],
        3.0,
        &[
            Step {
                inside: Inside {
                    hot: (0, 2),
                    root_shell: 40,
                    compromised: (0, 2),
                    files: (0, 2),
                    ..LOGIN
                },
                ..SHORT
            },
            Step {
                n: [0, 0, 1, 1, 2, 3, 3],
                src_bytes: [100, 500, 5000, 90_000, 200_000, 380_000, 380_000],
                ..TRANSFER
            },
        ],
    ),
    r2l(
        "phf",
        [4, 2, 4, 2],
        1.0,
        &[Step {
            aim: Aim::Port(Protocol::Tcp, 80),
            src_bytes: always(51),
            dst_bytes: [8100, 8127, 8127, 8127, 8127, 8310, 8310],
            inside: Inside { hot: (2, 2), access: (1, 1), root_shell: 50, ..LOGIN },
            ..ONE
        }],
    ),
    r2l(
        "spy",
        [2, 0, 2, 0],
        1.0,
        &[Step {
            duration: [200, 250, 280, 300, 320, 340, 350],
            inside: Inside { hot: (0, 1), root: (0, 1), ..LOGIN },
            ..SHORT
        }],
    ),
    Attack {
        difficulty: [1, 1, 9, 11, 13, 15, 20],
        ..r2l(
            "warezclient",
            [890, 0, 1020, 0],
            7.0,
            &[
                Step {
                    n: [1, 1, 1, 2, 3, 4, 5],
                    gap: (300, 3000),
                    inside: Inside { hot: (1, 30), guest: 100, ..LOGIN },
                    ..FTP
                },
                Step {
                    n: [1, 1, 2, 4, 7, 12, 20],
                    gap: (100, 2500),
                    duration: [0, 0, 0, 0, 5, 30, 400],
                    src_bytes: [300, 334, 334, 334, 50_000, 5_100_000, 5_150_000],
                    inside: Inside { guest: 60, ..LOGIN },
                    ..TRANSFER
                },
            ],
        )
    },
    Attack {
        difficulty: [0, 4, 10, 13, 15, 18, 20],
        ..r2l(
            "warezmaster",
            [20, 944, 20, 1602],
            6.0,
            &[
                Step {
                    n: [1, 1, 2, 3, 4, 6, 6],
                    gap: (200, 2000),
                    src_bytes: [12, 80, 120, 160, 260, 500, 1000],
                    dst_bytes: [300, 500, 580, 593, 601, 601, 3000],
                    inside: Inside { hot: (1, 2), guest: 90, files: (0, 1), ..LOGIN },
                    ..FTP
                },
                Step {
                    n: [1, 1, 2, 3, 4, 6, 6],
                    gap: (100, 900),
                    src_bytes: [1000, 12_000, 100_000, 283_618, 283_618, 283_618, 5_150_000],
                    ..TRANSFER
                },
            ],
        )
    },
    Attack {
        difficulty: [1, 4, 11, 15, 17, 19, 21],
        ..r2l(
            "httptunnel",
            [0, 133, 0, 158],
            15.0,
            &[Step {
                aim: Aim::Port(Protocol::Tcp, 8000),
                n: [5, 8, 12, 15, 20, 30, 40],
                gap: (200, 900),
                flags: &[(Flag::Rej, 84), (Flag::Sf, 15), (Flag::Rstr, 1)],
                duration: [0, 0, 1, 8, 20, 36, 60],
                src_bytes: [100, 150, 200, 250, 263, 400, 800],
                dst_bytes: [200, 300, 500, 600, 619, 900, 3000],
                ..ONE
            }],
        )
    },
    r2l(
        "named",
        [0, 17, 0, 17],
        3.0,
        &[Step {
            aim: Aim::Port(Protocol::Tcp, 53),
            n: [1, 1, 2, 3, 4, 5, 5],
            inside: Inside { root_shell: 50, hot: (0, 2), ..NOTHING },
            ..SHORT
        }],
    ),
    r2l(
        "sendmail",
        [0, 14, 0, 17],
        2.0,
        &[Step {
            aim: Aim::Port(Protocol::Tcp, 25),
            n: [1, 1, 1, 2, 3, 4, 4],
            inside: Inside { hot: (0, 2), access: (0, 1), ..LOGIN },
            ..SHORT
        }],
    ),
    r2l(
        "snmpgetattack",
        [0, 178, 0, 7741],
        20.0,
        &[Step {
            aim: Aim::Port(Protocol::Udp, 161),
            n: [5, 10, 15, 20, 30, 50, 60],
            gap: (60, 900),
            flags: FINE,
            src_bytes: always(105),
            dst_bytes: [105, 105, 145, 146, 146, 147, 147],
            ..ONE
        }],
    ),
    Attack {
        difficulty: [8, 12, 14, 15, 16, 17, 21],
        ..r2l(
            "snmpguess",
            [0, 331, 0, 2406],
            40.0,
            &[
                Step {
                    aim: Aim::Port(Protocol::Udp, 161),
                    n: [15, 25, 35, 45, 60, 90, 120],
                    gap: (40, 110),
                    src_bytes: [40, 41, 43, 45, 48, 51, 52],
                    dst_bytes: [0, 0, 0, 0, 0, 46, 46],
                    ..ONE
                },
                Step {
                    aim: Aim::Port(Protocol::Icmp, UNREACHABLE_PORT),
                    n: [0, 0, 0, 0, 0, 1, 2],
                    src_bytes: always(60),
                    ..ONE
                },
            ],
        )
    },
    // Denial of service in the loader's list, R2L in others; it stands here because the order of
    // the labels is part of what a seed fixes.
    Attack {
        category: Dos,
        ..r2l(
            "worm",
            [0, 2, 0, 2],
            1.0,
            &[Step { inside: Inside { hot: (0, 1), files: (1, 3), ..LOGIN }, ..SHORT }],
        )
    },
    r2l("xlock", [0, 9, 0, 9], 1.0, &[Step { aim: Aim::Port(Protocol::Tcp, 6000), ..SHORT }]),
    r2l("xsnoop", [0, 4, 0, 4], 1.0, &[Step { aim: Aim::Port(Protocol::Tcp, 6000), ..SHORT }]),
];
