//! One TCP connection: both ends, what they say, and what the capture has seen of it.

use std::collections::VecDeque;

use super::analysis::{Analysis, Printed};
use super::endpoint::Endpoint;
use super::hosts::{Hosts, Name};
use super::script::{Application, MessageText, Script, Step};
use super::segment::{ACK, RST, Segment};
use crate::generate::dice::Dice;

/// A connection whose timers ran out so often is given up.
const MAX_TIMEOUTS: u32 = 6;

pub(super) struct Connection {
    pub(super) application: Application,
    pub(super) names: [Name; 2],
    pub(super) ports: [u16; 2],
    pub(super) is_ipv6: bool,
    pub(super) ends: [Endpoint; 2],
    pub(super) links: [Link; 2],
    pub(super) is_over: bool,
    script: Script,
    /// What the next timer of the application does.
    step: Option<Step>,
    /// The end that writes, and up to where the other must have read.
    waiting: Option<(u8, u32)>,
    analysis: Analysis,
    seen: [Seen; 2],
}

/// The way of the segments that one end sends.
#[derive(Clone, Debug, Default)]
pub(super) struct Link {
    /// Nanoseconds to the capture point, and from there to the other end.
    pub(super) delays: [u64; 2],
    /// Which of the two parts is far, if any: there segments are lost and overtaken.
    pub(super) distant: Option<usize>,
    pub(super) nanoseconds_per_byte: u64,
    pub(super) free_at: u64,
    /// When the last segment, not counting overtaken ones, passed each part.
    pub(super) last: [u64; 2],
}

/// What the capture has seen of one direction.
#[derive(Default)]
struct Seen {
    /// Up to here without a gap.
    next: u32,
    beyond: Vec<(u32, u32)>,
    /// Messages that have not ended, with their ends.
    messages: VecDeque<(u32, MessageText)>,
}

/// What Wireshark prints of a segment.
pub(super) struct Dissected {
    pub(super) printed: Printed,
    /// The messages that end in it.
    pub(super) messages: Vec<MessageText>,
    /// Whether it holds a part of a message that ends in a later one.
    pub(super) is_part: bool,
}

impl Connection {
    /// Draws a connection. A running one was there before the capture began.
    pub(super) fn draw(
        application: Application,
        is_running: bool,
        hosts: &Hosts,
        dice: &mut Dice,
    ) -> Connection {
        let is_ipv6 = dice.percent(if application == Application::Cip { 0 } else { 22 });
        let names = if application.is_distant() {
            [hosts.device(is_ipv6, dice), hosts.server(is_ipv6, dice)]
        } else {
            hosts.two_devices(is_ipv6, dice)
        };
        let stamps = dice.percent(30);
        let near = |dice: &mut Dice| u64::from(dice.between((40_000, 400_000)));
        let far = u64::from(dice.between((4_000_000, 70_000_000)));
        let lan = near(dice);
        let (up, down) = if application.is_distant() {
            let up = Link { delays: [lan, far], distant: Some(1), ..Link::default() };
            (up, Link { delays: [far, lan], distant: Some(0), ..Link::default() })
        } else {
            let other = near(dice);
            let up = Link { delays: [lan, other], ..Link::default() };
            (up, Link { delays: [other, lan], ..Link::default() })
        };
        let rtt = 2 * (up.delays[0] + up.delays[1]);
        let mut links = [up, down];
        let mss = if is_ipv6 { 1440 } else { 1460 } - if stamps { 12 } else { 0 };
        let ends = [0, 1].map(|side| {
            // From 8 to 400 megabits a second.
            links[usize::from(side)].nanoseconds_per_byte = u64::from(dice.between((20, 1000)));
            let mut end = Endpoint::new(side, mss, rtt);
            end.stamps = stamps;
            end.announced_mss = if is_ipv6 { 1440 } else { 1460 };
            end.clock_offset = dice.below(2_000_000_000);
            end.scale = dice.pick(&[0, 2, 7, 8]);
            let room = dice.between((24_000, 250_000)) >> end.scale;
            end.window = room.clamp(16, 65_535) as u16;
            end
        });
        let ports = [dice.between((49_152, 65_535)) as u16, application.port()];
        let mut connection = Connection {
            application,
            names,
            ports,
            is_ipv6,
            ends,
            links,
            is_over: false,
            script: Script::new(application, is_running, dice),
            step: None,
            waiting: None,
            analysis: Analysis::default(),
            seen: [Seen::default(), Seen::default()],
        };
        if is_running {
            let [client, server] = &mut connection.ends;
            client.establish(server);
            server.establish(client);
        }
        connection.seen.iter_mut().for_each(|seen| seen.next = 1);
        connection
    }

    /// Draws what happens next, and says in how many nanoseconds.
    pub(super) fn plan(&mut self, dice: &mut Dice) -> u64 {
        let step = self.script.next(dice);
        let after = match &step {
            Step::Write { after, .. } => *after,
            Step::KeepAlive { interval, .. } => *interval,
            Step::WindowUpdate { .. } => 300_000,
            Step::Close { .. } => 20_000_000,
        };
        self.step = Some(step);
        after
    }

    /// Does what was planned. Returns the nanoseconds until the application acts again, where
    /// it does not wait for the other end.
    pub(super) fn act(&mut self, now: u64, dice: &mut Dice, out: &mut Vec<Segment>) -> Option<u64> {
        match self.step.take()? {
            Step::Write { from, messages, .. } => {
                let end = &mut self.ends[usize::from(from)];
                for message in messages {
                    end.written += message.bytes;
                    self.seen[usize::from(from)].messages.push_back((end.written, message.text));
                }
                self.waiting = Some((from, end.written));
                end.pump(now, out);
                None
            }
            Step::KeepAlive { from, times, interval } => {
                let end = &mut self.ends[usize::from(from)];
                if end.una == end.next && 1 < end.next {
                    let len = u32::from(end.stamps);
                    out.push(end.segment(ACK, end.next - 1, len, now));
                }
                if times <= 1 {
                    return Some(self.plan(dice));
                }
                self.step = Some(Step::KeepAlive { from, times: times - 1, interval });
                Some(interval)
            }
            Step::WindowUpdate { from } => {
                let end = &mut self.ends[usize::from(from)];
                end.window = end.window.saturating_add(dice.between((1, 200)) as u16);
                out.push(end.segment(ACK, end.next, 0, now));
                Some(self.plan(dice))
            }
            Step::Close { from, reset } => {
                let end = &mut self.ends[usize::from(from)];
                if reset {
                    end.window = 0;
                    out.push(end.segment(RST | ACK, end.next, 0, now));
                    self.is_over = true;
                } else {
                    end.closing = true;
                    end.pump(now, out);
                }
                None
            }
        }
    }

    /// An end takes a segment. Returns the nanoseconds until the application acts, if now it
    /// can.
    pub(super) fn take(
        &mut self,
        segment: &Segment,
        now: u64,
        dice: &mut Dice,
        out: &mut Vec<Segment>,
    ) -> Option<u64> {
        if self.is_over {
            return None;
        }
        if segment.flags & RST != 0 {
            self.is_over = true;
            return None;
        }
        let was_open = self.ends.iter().all(|end| 0 < end.expected);
        let side = 1 - usize::from(segment.side);
        let end = &mut self.ends[side];
        end.take(segment, now, out);
        if end.other_closed && !end.closing {
            end.closing = true;
            end.pump(now, out);
        }
        self.is_over = self.ends.iter().all(|end| end.fin_sent && end.una == end.next);
        let is_open = self.ends.iter().all(|end| 0 < end.expected);
        if is_open && !was_open {
            return Some(self.plan(dice));
        }
        let (from, until) = self.waiting?;
        if self.ends[1 - usize::from(from)].expected < until {
            return None;
        }
        self.waiting = None;
        Some(self.plan(dice))
    }

    /// The next time at which an end acts by itself.
    pub(super) fn deadline(&self, side: usize) -> Option<u64> {
        let end = &self.ends[side];
        let deadlines = [end.resend_at, end.ack_at];
        deadlines.into_iter().flatten().min().filter(|_| !self.is_over)
    }

    /// A timer of an end runs out.
    pub(super) fn time_out(&mut self, side: usize, now: u64, out: &mut Vec<Segment>) {
        if self.is_over {
            return;
        }
        let end = &mut self.ends[side];
        if end.ack_at.is_some_and(|at| at <= now) {
            out.push(end.segment(ACK, end.next, 0, now));
        }
        if end.resend_at.is_some_and(|at| at <= now) {
            end.time_out(now, out);
            self.is_over |= MAX_TIMEOUTS < end.n_timeouts;
        }
    }

    /// What Wireshark makes of a segment that was captured as a frame.
    pub(super) fn dissect(&mut self, segment: &Segment, frame: u64, time: u64) -> Dissected {
        let printed = self.analysis.take(segment, frame, time);
        let acked = &mut self.seen[1 - usize::from(segment.side)];
        if segment.flags & ACK != 0 {
            // What was delivered without being seen is not waited for.
            acked.move_to(acked.next.max(segment.ack));
        }
        let seen = &mut self.seen[usize::from(segment.side)];
        let start = segment.seq;
        let end = start + u32::from(segment.len);
        let mut dissected = Dissected { printed, messages: Vec::new(), is_part: false };
        if start == end {
            return dissected;
        }
        // Wireshark takes apart what comes in order, and nothing twice.
        let in_order = start == seen.next && seen.beyond.is_empty();
        if in_order && printed.notes.sent_before.is_none() {
            let mut ended = start;
            while let Some(&(last, text)) = seen.messages.front()
                && last <= end
            {
                ended = last;
                dissected.messages.push(text);
                seen.messages.pop_front();
            }
            dissected.is_part = ended < end;
        }
        seen.take(start, end);
        dissected
    }
}

impl Seen {
    fn take(&mut self, start: u32, end: u32) {
        if self.next < start {
            self.beyond.push((start, end));
            return;
        }
        self.move_to(end.max(self.next));
    }

    fn move_to(&mut self, next: u32) {
        self.next = next;
        while let Some(at) = self.beyond.iter().position(|&(start, _)| start <= self.next) {
            let (_, end) = self.beyond.swap_remove(at);
            self.next = self.next.max(end);
        }
        while self.messages.front().is_some_and(|&(end, _)| end <= self.next) {
            self.messages.pop_front();
        }
    }
}
