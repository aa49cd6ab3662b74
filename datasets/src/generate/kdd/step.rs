//! Steps of a session: connections of one kind, one after the other.

use super::connection::{Connection, Content, Flag};
use super::services::{Protocol, TCP_PORTS, number};
use super::traffic::N_SERVERS;
use crate::generate::dice::Dice;

/// Quantiles 0, 5, 25, 50, 75, 95 and 100 % of a number.
pub(super) type Quantiles = [u32; 7];

/// A number that is always the same.
pub(super) const fn always(number: u32) -> Quantiles {
    [number; 7]
}

/// Where the connections of a step go.
#[derive(Clone, Copy, Debug)]
pub(super) enum Aim {
    /// To one port of the target.
    Port(Protocol, u16),
    /// To one port of the target whose number is drawn once.
    AnyPort(Protocol),
    /// To one port after another, each so many times in a row; the share in percent of ports
    /// that have a name.
    Ports(Protocol, (u32, u32), u32),
    /// To one port of one server after another.
    Hosts(Protocol, u16),
    /// Back from port 20 of the target to the source: an FTP transfer.
    Back,
    /// To a port of the target from the target's own address.
    Self_(Protocol, u16),
}

/// What is seen inside of a connection: ranges and chances in percent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inside {
    pub(super) wrong_fragment: u8,
    pub(super) hot: (u32, u32),
    pub(super) failed_logins: (u32, u32),
    pub(super) logged_in: u32,
    pub(super) compromised: (u32, u32),
    pub(super) root_shell: u32,
    pub(super) su: u32,
    pub(super) root: (u32, u32),
    pub(super) files: (u32, u32),
    pub(super) shells: (u32, u32),
    pub(super) access: (u32, u32),
    pub(super) guest: u32,
    pub(super) urgent: u32,
}

/// Nothing seen.
pub(super) const NOTHING: Inside = Inside {
    wrong_fragment: 0,
    hot: (0, 0),
    failed_logins: (0, 0),
    logged_in: 0,
    compromised: (0, 0),
    root_shell: 0,
    su: 0,
    root: (0, 0),
    files: (0, 0),
    shells: (0, 0),
    access: (0, 0),
    guest: 0,
    urgent: 0,
};

/// A login, and nothing else seen.
pub(super) const LOGIN: Inside = Inside { logged_in: 100, ..NOTHING };

impl Inside {
    fn draw(&self, dice: &mut Dice) -> Content {
        Content {
            wrong_fragment: self.wrong_fragment,
            urgent: u8::from(dice.percent(self.urgent)),
            hot: dice.between(self.hot) as u16,
            num_failed_logins: dice.between(self.failed_logins) as u8,
            logged_in: dice.percent(self.logged_in),
            num_compromised: dice.between(self.compromised) as u16,
            root_shell: dice.percent(self.root_shell),
            su_attempted: 2 * u8::from(dice.percent(self.su)),
            num_root: dice.between(self.root) as u16,
            num_file_creations: dice.between(self.files) as u8,
            num_shells: dice.between(self.shells) as u8,
            num_access_files: dice.between(self.access) as u8,
            is_guest_login: dice.percent(self.guest),
        }
    }
}

/// Connections of one kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) aim: Aim,
    /// How many.
    pub(super) n: Quantiles,
    /// Hundredths of a second from one to the next: from, to.
    pub(super) gap: (u32, u32),
    /// How they end, with weights.
    pub(super) flags: &'static [(Flag, u32)],
    /// Seconds.
    pub(super) duration: Quantiles,
    pub(super) src_bytes: Quantiles,
    pub(super) dst_bytes: Quantiles,
    pub(super) inside: Inside,
    /// Percent of them that NSL-KDD keeps, which has no repeated records.
    pub(super) keep: u32,
    /// Whether all come from one port of the source.
    pub(super) one_port: bool,
}

/// All end as they should.
pub(super) const FINE: &[(Flag, u32)] = &[(Flag::Sf, 1)];

/// A step with one connection, to be changed where it differs.
pub(super) const ONE: Step = Step {
    aim: Aim::Port(Protocol::Tcp, 23),
    n: always(1),
    gap: (10, 200),
    flags: FINE,
    duration: always(0),
    src_bytes: always(0),
    dst_bytes: always(0),
    inside: NOTHING,
    keep: 100,
    one_port: false,
};

/// Who takes part in a session, and when it starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    /// Milliseconds.
    pub(super) time: u64,
    pub(super) source: u32,
    pub(super) target: u32,
    pub(super) label: u8,
    /// Whether repeated records are thinned out.
    pub(super) thinned: bool,
}

/// Draws the connections of a session.
pub(super) fn play(scene: &Scene, steps: &[Step], dice: &mut Dice, out: &mut Vec<Connection>) {
    let mut time = scene.time;
    for step in steps {
        let mut port = 0;
        let mut left = 0;
        let mut target = scene.target;
        for at in 0..dice.quantile(&step.n) {
            if 0 < at {
                time += 10 * u64::from(dice.between(step.gap)) + u64::from(dice.below(10));
            }
            let mut source = scene.source;
            let protocol = match step.aim {
                Aim::Port(protocol, number) => {
                    port = number;
                    protocol
                }
                Aim::AnyPort(protocol) => {
                    port = if at == 0 { any_port(dice, 0, 50) } else { port };
                    protocol
                }
                Aim::Ports(protocol, run, named) => {
                    if left == 0 {
                        left = dice.between(run);
                        // Scans go to all ports, floods to those of servers.
                        port = any_port(dice, named, if run.1 == 1 { 50 } else { 8 });
                    }
                    left -= 1;
                    protocol
                }
                Aim::Hosts(protocol, number) => {
                    port = number;
                    target = (scene.target + at as u32) % (4 * N_SERVERS);
                    protocol
                }
                Aim::Back => {
                    port = 20;
                    (source, target) = (scene.target, scene.source);
                    Protocol::Tcp
                }
                Aim::Self_(protocol, number) => {
                    port = number;
                    source = target;
                    protocol
                }
            };
            // ICMP has no ports, and FTP transfers come from port 20.
            let source_port = match (protocol, step.aim) {
                (Protocol::Icmp, _) => 0,
                (_, Aim::Back) => 20,
                _ if step.one_port => 40_000 + (scene.time % 20_000) as u16,
                _ => 1024 + dice.below(30_000) as u16,
            };
            out.push(draw(
                step,
                dice,
                Connection {
                    time,
                    source,
                    source_port,
                    target,
                    protocol,
                    service: number(protocol, port),
                    flag: Flag::Sf,
                    duration: 0,
                    src_bytes: 0,
                    dst_bytes: 0,
                    content: Content::default(),
                    label: scene.label,
                    kept: true,
                },
            ));
            if let Some(last) = out.last_mut() {
                last.kept = !scene.thinned || dice.percent(step.keep);
            }
        }
    }
}

/// A port drawn anew: in so many percent of cases one that has a name, and in so many percent
/// of the others one above 1023.
fn any_port(dice: &mut Dice, named: u32, high: u32) -> u16 {
    if dice.percent(named) {
        dice.pick(&TCP_PORTS)
    } else if dice.percent(high) {
        dice.between((1024, 40_000)) as u16
    } else {
        dice.between((150, 1023)) as u16
    }
}

/// The connection with what it carries.
fn draw(step: &Step, dice: &mut Dice, connection: Connection) -> Connection {
    let flag = step.flags[dice.weighted(step.flags, |&(_, weight)| weight)].0;
    // Without a complete handshake there is no payload.
    let opened = !matches!(flag, Flag::S0 | Flag::Rej | Flag::Sh | Flag::Oth | Flag::Rstos0);
    let mut number =
        |quantiles: &Quantiles| if opened { dice.quantile(quantiles) as u64 } else { 0 };
    let (duration, src_bytes) = (number(&step.duration) as u32, number(&step.src_bytes));
    let dst_bytes = number(&step.dst_bytes);
    let content = if opened { step.inside.draw(dice) } else { Content::default() };
    Connection { flag, duration, src_bytes, dst_bytes, content, ..connection }
}
