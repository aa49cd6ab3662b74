//! What the two ends of a connection say to each other, and when.

use crate::generate::dice::Dice;

/// What comes next in a connection.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// One end writes messages after a while.
    Write { from: u8, after: u64, messages: Vec<Message> },
    /// One end asks whether the other is still there, so many times.
    KeepAlive { from: u8, times: u32, interval: u64 },
    /// One end has more room than before and says so.
    WindowUpdate { from: u8 },
    /// One end closes the connection, or breaks it off.
    Close { from: u8, reset: bool },
}

/// A message of the protocol above TCP, that Wireshark names when its last byte is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message {
    pub(super) bytes: u32,
    pub(super) text: MessageText,
}

/// What Wireshark prints of a message.
#[derive(Clone, Copy, Debug)]
pub(super) enum MessageText {
    /// Always the same.
    Fixed(&'static str),
    /// A service asked of a tag, or the answer.
    CipTag { response: bool, tag: u8, service: u8 },
}

/// Which protocol a connection speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Application {
    /// A page, a download or an upload over TLS 1.2 or 1.3.
    Web { tls13: bool },
    /// Telemetry over TLS 1.2 on a connection that is kept alive.
    Telemetry,
    /// A device posts to a gateway.
    Http,
    /// A panel reads and writes tags of a controller.
    Cip,
    /// Bytes that Wireshark does not name.
    Plain,
}

impl Application {
    /// The name in the column Protocol.
    pub(super) fn protocol(self) -> &'static str {
        match self {
            Application::Web { tls13: true } => "TLSv1.3",
            Application::Web { tls13: false } | Application::Telemetry => "TLSv1.2",
            Application::Http => "HTTP/JSON",
            Application::Cip => "CIP",
            Application::Plain => "TCP",
        }
    }

    /// The port of the server.
    pub(super) fn port(self) -> u16 {
        match self {
            Application::Web { .. } => 443,
            Application::Telemetry => 8883,
            Application::Http => 8080,
            Application::Cip => 44818,
            Application::Plain => 5900,
        }
    }

    /// Whether the server is far away.
    pub(super) fn is_distant(self) -> bool {
        matches!(self, Application::Web { .. } | Application::Telemetry)
    }
}

/// The steps of a connection, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Script {
    application: Application,
    /// How many steps were taken.
    at: u32,
    rounds_left: u32,
    /// Whether the client has asked and the server is to answer.
    asked: bool,
}

const CLIENT: u8 = 0;
const SERVER: u8 = 1;
const MILLISECOND: u64 = 1_000_000;

fn fixed(bytes: u32, text: &'static str) -> Message {
    Message { bytes, text: MessageText::Fixed(text) }
}

/// A duration in nanoseconds between two in milliseconds.
fn pause(dice: &mut Dice, range: (u32, u32)) -> u64 {
    u64::from(dice.between((range.0 * 1000, range.1 * 1000))) * (MILLISECOND / 1000)
}

impl Script {
    /// A running one has the handshake of its protocol behind it.
    pub(super) fn new(application: Application, is_running: bool, dice: &mut Dice) -> Script {
        let rounds = match application {
            Application::Web { .. } => (1, 8),
            Application::Telemetry => (20, 200),
            Application::Http => (5, 60),
            Application::Cip => (300, 3000),
            Application::Plain => (2, 20),
        };
        Script {
            application,
            at: if is_running { 100 } else { 0 },
            rounds_left: dice.between(rounds),
            asked: false,
        }
    }

    /// The next step; after [`Step::Close`] there is none.
    pub(super) fn next(&mut self, dice: &mut Dice) -> Step {
        self.at += 1;
        if let Some((from, messages)) = self.opening(dice) {
            return Step::Write { from, after: pause(dice, (0, 8)), messages };
        }
        let asks = !self.asked;
        if asks && self.rounds_left == 0 {
            let from = if dice.percent(70) { CLIENT } else { SERVER };
            return Step::Close { from, reset: dice.percent(12) };
        }
        if asks && self.application == Application::Telemetry && dice.percent(8) {
            let from = if dice.percent(60) { SERVER } else { CLIENT };
            let interval = pause(dice, (1000, 15_000));
            return Step::KeepAlive { from, times: dice.between((1, 4)), interval };
        }
        if asks && self.application.is_distant() && dice.percent(3) {
            return Step::WindowUpdate { from: CLIENT };
        }
        self.asked = asks;
        self.rounds_left -= u32::from(asks);
        let messages = self.round(asks, dice);
        let after = match (asks, self.application) {
            (false, Application::Cip) => pause(dice, (1, 3)),
            (false, _) => pause(dice, (1, 40)),
            (true, Application::Cip) => pause(dice, (10, 150)),
            (true, Application::Http) => pause(dice, (200, 3000)),
            (true, Application::Telemetry) => pause(dice, (5, 2500)),
            (true, _) => pause(dice, (5, 900)),
        };
        Step::Write { from: if asks { CLIENT } else { SERVER }, after, messages }
    }

    /// The handshake of the protocol.
    fn opening(&self, dice: &mut Dice) -> Option<(u8, Vec<Message>)> {
        let certificate = dice.between((900, 3800));
        let (from, messages) = match (self.application, self.at) {
            (Application::Web { tls13: true }, 1) => (CLIENT, vec![fixed(517, "Client Hello")]),
            (Application::Web { tls13: true }, 2) => (
                SERVER,
                vec![
                    fixed(127, "Server Hello"),
                    fixed(6, "Change Cipher Spec"),
                    fixed(certificate, "Application Data"),
                ],
            ),
            (Application::Web { tls13: true }, 3) => {
                (CLIENT, vec![fixed(6, "Change Cipher Spec"), fixed(58, "Application Data")])
            }
            (Application::Web { .. } | Application::Telemetry, 1) => {
                (CLIENT, vec![fixed(dice.between((180, 320)), "Client Hello")])
            }
            (Application::Web { .. } | Application::Telemetry, 2) => (
                SERVER,
                vec![
                    fixed(96, "Server Hello"),
                    fixed(certificate, "Certificate"),
                    fixed(338, "Server Key Exchange"),
                    fixed(9, "Server Hello Done"),
                ],
            ),
            (Application::Web { .. } | Application::Telemetry, 3) => (
                CLIENT,
                vec![
                    fixed(75, "Client Key Exchange"),
                    fixed(6, "Change Cipher Spec"),
                    fixed(45, "Encrypted Handshake Message"),
                ],
            ),
            (Application::Web { .. } | Application::Telemetry, 4) => (
                SERVER,
                vec![
                    fixed(207, "New Session Ticket"),
                    fixed(6, "Change Cipher Spec"),
                    fixed(45, "Encrypted Handshake Message"),
                ],
            ),
            (Application::Cip, 1) => {
                (CLIENT, vec![fixed(28, "Register Session (Req), Session: 0x00000000")])
            }
            (Application::Cip, 2) => {
                (SERVER, vec![fixed(28, "Register Session (Rsp), Session: 0x0F020100")])
            }
            _ => return None,
        };
        Some((from, messages))
    }

    fn round(&self, asks: bool, dice: &mut Dice) -> Vec<Message> {
        match (self.application, asks) {
            (Application::Web { .. }, true) => {
                let bytes = dice.quantile(&[60, 90, 180, 400, 900, 2500, 9000]) as u32;
                vec![fixed(bytes, "Application Data")]
            }
            (Application::Web { .. }, false) => {
                let mut left =
                    dice.quantile(&[120, 400, 2_000, 7_000, 30_000, 200_000, 900_000]) as u32;
                let mut messages = Vec::new();
                while 0 < left {
                    // A record holds at most 16 kB.
                    let bytes = left.min(dice.between((1200, 16_408)));
                    messages.push(fixed(bytes, "Application Data"));
                    left -= bytes;
                }
                messages
            }
            (Application::Telemetry, _) => {
                vec![fixed(dice.between((31, 620)), "Application Data")]
            }
            (Application::Http, true) => vec![fixed(
                dice.between((180, 420)),
                "POST /data HTTP/1.1 , JavaScript Object Notation (application/json)",
            )],
            (Application::Http, false) => vec![fixed(
                dice.between((120, 260)),
                "HTTP/1.1 200 OK , JavaScript Object Notation (application/json)",
            )],
            (Application::Cip, _) => {
                let (tag, service) = (dice.below(12) as u8, 0x4c + dice.below(2) as u8);
                let text = MessageText::CipTag { response: !asks, tag, service };
                vec![Message { bytes: dice.between((54, 104)), text }]
            }
            (Application::Plain, true) => vec![fixed(dice.between((10, 60)), "")],
            (Application::Plain, false) => {
                vec![fixed(dice.quantile(&[40, 100, 900, 4_000, 9_000, 30_000, 60_000]) as u32, "")]
            }
        }
    }
}
