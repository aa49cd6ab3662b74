//! Normal sessions: web, mail, names, transfers, logins and the rest.

use super::connection::Flag;
use super::services::{ECHO, ECHO_REPLY, Protocol, UNREACHABLE_PORT};
use super::step::{Aim, FINE, Inside, LOGIN, NOTHING, ONE, Step, always};

/// From where to where a session goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    /// From outside to one of these servers.
    Inward((u32, u32)),
    /// From inside to a host outside.
    Outward,
    /// From inside to one of these servers.
    Local((u32, u32)),
}

/// A kind of session.
#[derive(Debug)]
pub(super) struct Normal {
    pub(super) weight: u32,
    pub(super) way: Way,
    pub(super) steps: &'static [Step],
}

const fn normal(weight: u32, way: Way, steps: &'static [Step]) -> Normal {
    Normal { weight, way, steps }
}

const WEB: Step = Step {
    aim: Aim::Port(Protocol::Tcp, 80),
    n: [1, 1, 2, 4, 9, 24, 60],
    gap: (2, 60),
    flags: &[(Flag::Sf, 960), (Flag::Rsto, 4), (Flag::S1, 4), (Flag::S2, 2), (Flag::Rej, 25)],
    src_bytes: [90, 150, 205, 234, 290, 350, 1600],
    dst_bytes: [80, 200, 700, 1700, 4500, 15_000, 400_000],
    inside: LOGIN,
    ..ONE
};

/// A server that refuses for a while.
const BUSY_WEB: Step =
    Step { n: [2, 3, 6, 12, 20, 40, 60], gap: (1, 30), flags: &[(Flag::Rej, 1)], ..WEB };

const MAIL: Step = Step {
    aim: Aim::Port(Protocol::Tcp, 25),
    n: [1, 1, 1, 1, 2, 4, 8],
    gap: (10, 150),
    flags: &[(Flag::Sf, 970), (Flag::S0, 5), (Flag::Rej, 10), (Flag::Rsto, 10), (Flag::S3, 5)],
    duration: [0, 0, 0, 1, 2, 4, 200],
    src_bytes: [200, 500, 750, 950, 1500, 4000, 60_000],
    dst_bytes: [150, 290, 325, 335, 380, 430, 3000],
    inside: LOGIN,
    ..ONE
};

const NAMES: Step = Step {
    aim: Aim::Port(Protocol::Udp, 53),
    n: [1, 1, 2, 6, 25, 120, 260],
    gap: (0, 2),
    src_bytes: [20, 32, 40, 43, 44, 46, 70],
    dst_bytes: [0, 40, 55, 90, 135, 150, 400],
    keep: 40,
    ..ONE
};

const FTP: Step = Step {
    aim: Aim::Port(Protocol::Tcp, 21),
    flags: &[(Flag::Sf, 930), (Flag::S0, 10), (Flag::Rsto, 20), (Flag::Rej, 40)],
    duration: [0, 1, 4, 12, 60, 500, 8000],
    src_bytes: [10, 25, 80, 160, 400, 1500, 6000],
    dst_bytes: [60, 150, 350, 700, 1800, 5000, 30_000],
    inside: Inside { hot: (0, 2), guest: 35, files: (0, 1), ..LOGIN },
    ..ONE
};

const TRANSFER: Step = Step {
    aim: Aim::Back,
    n: [0, 1, 2, 4, 8, 20, 60],
    gap: (20, 300),
    flags: &[(Flag::Sf, 985), (Flag::S1, 5), (Flag::Rsto, 10)],
    duration: [0, 0, 0, 0, 0, 4, 300],
    src_bytes: [0, 8, 180, 900, 4500, 90_000, 5_000_000],
    inside: Inside { logged_in: 40, ..NOTHING },
    ..ONE
};

const TERMINAL: Step = Step {
    flags: &[(Flag::Sf, 900), (Flag::Rsto, 40), (Flag::S1, 10), (Flag::S3, 20), (Flag::Rej, 30)],
    duration: [0, 2, 20, 110, 300, 1800, 25_000],
    src_bytes: [5, 30, 150, 500, 1500, 4000, 60_000],
    dst_bytes: [10, 100, 600, 2500, 9000, 40_000, 400_000],
    inside: Inside {
        logged_in: 80,
        hot: (0, 1),
        root_shell: 2,
        su: 1,
        files: (0, 1),
        compromised: (0, 1),
        ..NOTHING
    },
    ..ONE
};

const UDP_ANY: Step = Step {
    aim: Aim::AnyPort(Protocol::Udp),
    n: [1, 1, 1, 2, 4, 14, 40],
    gap: (5, 120),
    src_bytes: [1, 20, 105, 105, 146, 147, 1000],
    dst_bytes: [0, 0, 0, 80, 146, 147, 1000],
    ..ONE
};

const LONG_UDP: Step = Step {
    duration: [0, 0, 0, 900, 2500, 12_000, 42_000],
    src_bytes: [100, 105, 130, 146, 147, 147, 150],
    dst_bytes: [0, 0, 0, 0, 105, 105, 110],
    n: [1, 1, 1, 1, 2, 3, 6],
    ..UDP_ANY
};

const PING: Step = Step {
    aim: Aim::Port(Protocol::Icmp, ECHO),
    n: [1, 1, 1, 2, 3, 6, 20],
    gap: (90, 110),
    src_bytes: [8, 20, 30, 30, 56, 64, 1480],
    ..ONE
};

const fn small(port: u16, src_bytes: u32, dst_bytes: u32, inside: Inside) -> Step {
    Step {
        aim: Aim::Port(Protocol::Tcp, port),
        n: [1, 1, 1, 1, 1, 3, 6],
        flags: &[(Flag::Sf, 900), (Flag::S0, 10), (Flag::S1, 5), (Flag::Rej, 60), (Flag::Rsto, 25)],
        src_bytes: [
            src_bytes / 2,
            src_bytes / 2,
            src_bytes,
            src_bytes,
            src_bytes + src_bytes / 3,
            2 * src_bytes,
            6 * src_bytes,
        ],
        dst_bytes: [
            dst_bytes / 4,
            dst_bytes / 3,
            dst_bytes / 2,
            dst_bytes,
            2 * dst_bytes,
            5 * dst_bytes,
            20 * dst_bytes,
        ],
        inside,
        ..ONE
    }
}

/// The kinds of normal sessions, with weights after the services of NSL-KDD's normal records.
pub(super) const NORMAL: &[Normal] = &[
    normal(300, Way::Outward, &[WEB]),
    normal(160, Way::Inward((0, 5)), &[WEB]),
    normal(8, Way::Inward((0, 5)), &[BUSY_WEB]),
    normal(210, Way::Inward((6, 8)), &[MAIL]),
    normal(130, Way::Outward, &[MAIL]),
    normal(75, Way::Local((9, 9)), &[NAMES]),
    normal(25, Way::Inward((9, 9)), &[Step { n: [1, 1, 1, 2, 3, 5, 9], ..NAMES }]),
    normal(30, Way::Inward((10, 12)), &[FTP, TRANSFER]),
    normal(15, Way::Outward, &[FTP, TRANSFER]),
    normal(24, Way::Inward((13, 20)), &[TERMINAL]),
    normal(18, Way::Outward, &[TERMINAL]),
    normal(26, Way::Inward((13, 20)), &[small(79, 9, 140, LOGIN)]),
    normal(40, Way::Inward((6, 12)), &[small(113, 8, 20, NOTHING)]),
    normal(10, Way::Local((6, 8)), &[small(110, 30, 250, LOGIN)]),
    normal(6, Way::Local((13, 20)), &[small(22, 900, 1500, LOGIN)]),
    normal(6, Way::Inward((13, 24)), &[small(37, 1, 4, NOTHING)]),
    normal(5, Way::Outward, &[small(6667, 300, 3000, LOGIN)]),
    normal(3, Way::Inward((13, 24)), &[small(6000, 4000, 9000, LOGIN)]),
    normal(3, Way::Local((9, 9)), &[small(53, 30, 60, NOTHING)]),
    normal(3, Way::Outward, &[small(443, 500, 3000, NOTHING)]),
    normal(22, Way::Inward((0, 24)), &[UDP_ANY]),
    normal(30, Way::Outward, &[LONG_UDP]),
    normal(
        4,
        Way::Local((9, 9)),
        &[Step {
            aim: Aim::Port(Protocol::Udp, 123),
            flags: FINE,
            n: [1, 1, 1, 1, 1, 2, 3],
            src_bytes: always(48),
            dst_bytes: always(48),
            ..ONE
        }],
    ),
    normal(16, Way::Inward((0, 24)), &[PING]),
    normal(8, Way::Outward, &[Step { aim: Aim::Port(Protocol::Icmp, ECHO_REPLY), ..PING }]),
    normal(
        14,
        Way::Inward((0, 24)),
        &[Step {
            aim: Aim::Port(Protocol::Icmp, UNREACHABLE_PORT),
            src_bytes: [20, 30, 60, 100, 150, 300, 550],
            ..PING
        }],
    ),
];

#[cfg(test)]
mod tests {
    use super::super::attacks::ATTACKS;
    use super::*;

    #[test]
    fn quantiles_rise_and_ranges_are_in_order() {
        let attacks = ATTACKS.iter().copied().flatten();
        let steps = NORMAL.iter().flat_map(|normal| normal.steps);
        for step in steps.chain(attacks.clone().flat_map(|attack| attack.steps)) {
            for quantiles in [&step.n, &step.duration, &step.src_bytes, &step.dst_bytes] {
                assert!(quantiles.is_sorted(), "{step:?}");
                // Draws are of 32 bits: parts of at most a quarter are drawn from.
                let widest = quantiles.windows(2).map(|pair| pair[1] - pair[0]).max();
                assert!(widest < Some(u32::MAX / 250), "{step:?}");
            }
            assert!(step.gap.0 <= step.gap.1 && step.keep <= 100 && 0 < step.keep, "{step:?}");
            assert!(step.inside.hot.0 <= step.inside.hot.1, "{step:?}");
            assert!(0 < step.flags.iter().map(|(_, weight)| weight).sum::<u32>(), "{step:?}");
        }
        assert!(attacks.clone().all(|attack| attack.difficulty.is_sorted()));
        assert!(attacks.clone().all(|attack| attack.difficulty[6] <= 21));
    }
}
