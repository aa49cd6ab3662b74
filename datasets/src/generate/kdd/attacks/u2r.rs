//! From an account to the administrator's: overflows and misused programs.

use super::super::connection::Flag;
use super::super::services::Protocol;
use super::super::step::{Aim, Inside, LOGIN, ONE, Step};
use super::{Attack, KddCategory::U2r};

/// A terminal session in which the intruder becomes the administrator.
const SHELL: Step = Step {
    flags: &[(Flag::Sf, 96), (Flag::Rsto, 4)],
    duration: [2, 20, 45, 90, 180, 550, 1500],
    src_bytes: [60, 250, 800, 1600, 2400, 3300, 6300],
    dst_bytes: [200, 1400, 2600, 4300, 9000, 34_000, 60_000],
    inside: Inside {
        hot: (0, 5),
        compromised: (0, 3),
        root_shell: 65,
        su: 2,
        root: (0, 3),
        files: (0, 2),
        shells: (0, 2),
        access: (0, 1),
        ..LOGIN
    },
    ..ONE
};

/// The program that is brought along.
const PROGRAM: Step = Step {
    aim: Aim::Back,
    n: [0, 0, 0, 0, 1, 2, 2],
    src_bytes: [100, 500, 2000, 6000, 9000, 20_000, 60_000],
    inside: LOGIN,
    ..ONE
};

const fn u2r(name: &'static str, counts: [u32; 4], steps: &'static [Step]) -> Attack {
    Attack {
        name,
        category: U2r,
        counts,
        first_size: 1.4,
        difficulty: [0, 0, 1, 2, 5, 10, 17],
        steps,
    }
}

pub(super) const U2R: &[Attack] = &[
    u2r("buffer_overflow", [30, 20, 30, 22], &[SHELL, PROGRAM]),
    u2r(
        "loadmodule",
        [9, 2, 9, 2],
        &[
            Step { inside: Inside { root_shell: 45, files: (0, 4), ..SHELL.inside }, ..SHELL },
            PROGRAM,
        ],
    ),
    u2r(
        "perl",
        [3, 2, 3, 2],
        &[Step { inside: Inside { root_shell: 100, ..SHELL.inside }, ..SHELL }],
    ),
    u2r(
        "rootkit",
        [10, 13, 10, 13],
        &[
            Step { inside: Inside { root: (0, 20), urgent: 10, ..SHELL.inside }, ..SHELL },
            Step {
                aim: Aim::AnyPort(Protocol::Udp),
                n: [0, 0, 0, 0, 1, 2, 2],
                src_bytes: [20, 25, 30, 36, 40, 44, 50],
                ..ONE
            },
            PROGRAM,
        ],
    ),
    u2r("ps", [0, 15, 0, 16], &[SHELL, PROGRAM]),
    u2r("sqlattack", [0, 2, 0, 2], &[SHELL]),
    u2r("xterm", [0, 13, 0, 13], &[SHELL, PROGRAM]),
];
