//! The network in time: who sends when, and what passes the point where it is captured.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use oddity_core::Seed;

use super::chatter::{self, Chat, Source};
use super::connection::{Connection, Dissected};
use super::hosts::{Hosts, Name};
use super::params::DeviceTrafficParams;
use super::script::Application;
use super::segment::Segment;
use crate::generate::dice::{Chance, Dice};
use crate::generate::number::push_whole;

/// The seed's parts: what all draws come from, and which packets suffer on their way.
const TRAFFIC: u64 = 0;
const LINKS: u64 = 1;

const MILLISECOND: u64 = 1_000_000;

/// What each connection that is open at a time speaks. A connection that ends makes room for
/// the next one of its kind.
const SLOTS: [(Application, u32); 6] = [
    (Application::Web { tls13: true }, 6),
    (Application::Web { tls13: false }, 3),
    (Application::Telemetry, 6),
    (Application::Http, 4),
    (Application::Cip, 2),
    (Application::Plain, 2),
];

/// A packet at the moment of its capture.
pub(super) struct Packet<'a> {
    /// Microseconds since the first packet.
    pub(super) time: u64,
    /// From 1.
    pub(super) frame: u64,
    pub(super) source: Name,
    pub(super) destination: Name,
    pub(super) protocol: &'static str,
    /// Bytes of the frame.
    pub(super) length: u32,
    pub(super) content: Content<'a>,
}

/// What is in a packet.
pub(super) enum Content<'a> {
    /// A segment of a connection, which is told by its number.
    Tcp {
        /// Only the tests ask which.
        #[cfg_attr(not(test), expect(dead_code))]
        connection: u64,
        segment: Segment,
        ports: (u16, u16),
        dissected: Dissected,
    },
    /// Anything else, as it is printed.
    Text { ports: Option<(u16, u16)>, info: &'a [u8] },
}

/// Packets without end.
pub(super) struct Simulation {
    pub(super) hosts: Hosts,
    events: BinaryHeap<Reverse<Event>>,
    n_events: u64,
    slots: Vec<Slot>,
    sources: Vec<Source>,
    traffic: Dice,
    links: Dice,
    chances: Chances,
    frame: u64,
    /// The time of the first packet, in nanoseconds.
    first: Option<u64>,
    chat: Option<Chat>,
    out: Vec<Segment>,
}

struct Slot {
    application: Application,
    connection: Option<Box<Connection>>,
    /// Told apart from the connections before in this slot.
    generation: u64,
    /// When the next timer of each end is due.
    armed: [Option<u64>; 2],
}

struct Chances {
    reordering: Chance,
    loss: Chance,
    near_loss: Chance,
    missed: Chance,
}

struct Event {
    time: u64,
    order: u64,
    what: What,
}

enum What {
    /// A connection begins.
    Open { slot: usize },
    /// An application acts.
    Act { slot: usize, generation: u64 },
    /// A timer of an end runs out.
    Timer { slot: usize, generation: u64, side: usize },
    /// A segment passes the capture point.
    Capture { slot: usize, generation: u64, segment: Segment },
    /// A segment arrives.
    Arrive { slot: usize, generation: u64, segment: Segment },
    /// A source speaks.
    Speak { source: usize },
    /// An answer passes the capture point.
    Answer { chat: Box<Chat> },
}

impl PartialEq for Event {
    fn eq(&self, other: &Event) -> bool {
        self.order == other.order
    }
}

impl Eq for Event {}

impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Event) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Event {
    fn cmp(&self, other: &Event) -> std::cmp::Ordering {
        (self.time, self.order).cmp(&(other.time, other.order))
    }
}

impl Simulation {
    pub(super) fn new(params: &DeviceTrafficParams) -> Simulation {
        let seed = Seed(params.seed);
        let hosts = Hosts::new();
        let mut traffic = Dice::new(seed.derive(TRAFFIC));
        let sources = chatter::sources(&hosts, &mut traffic);
        let slots = SLOTS.iter().flat_map(|&(application, count)| {
            (0..count).map(move |_| Slot {
                application,
                connection: None,
                generation: 0,
                armed: [None; 2],
            })
        });
        let mut simulation = Simulation {
            hosts,
            events: BinaryHeap::new(),
            n_events: 0,
            slots: slots.collect(),
            sources,
            traffic,
            links: Dice::new(seed.derive(LINKS)),
            chances: Chances {
                reordering: params.reordering.into(),
                loss: params.loss.into(),
                near_loss: (params.loss / 16.0).into(),
                missed: params.missed.into(),
            },
            frame: 0,
            first: None,
            chat: None,
            out: Vec::new(),
        };
        for slot in 0..simulation.slots.len() {
            let time = u64::from(simulation.traffic.below(2_000)) * MILLISECOND;
            simulation.push(time, What::Open { slot });
        }
        for source in 0..simulation.sources.len() {
            let pause = simulation.sources[source].pause(&mut simulation.traffic);
            simulation.push(pause / 4, What::Speak { source });
        }
        simulation
    }

    fn push(&mut self, time: u64, what: What) {
        self.n_events += 1;
        self.events.push(Reverse(Event { time, order: self.n_events, what }));
    }

    /// The next packet that is captured.
    pub(super) fn next(&mut self) -> Packet<'_> {
        loop {
            // Sources never fall silent, so that there always is an event.
            let Some(Reverse(Event { time, what, .. })) = self.events.pop() else { continue };
            match what {
                What::Capture { slot, generation, segment } => {
                    let captured = self.capture(slot, generation, segment, time);
                    if let Some(packet) = captured {
                        return packet;
                    }
                }
                What::Speak { source } => {
                    let pause = self.sources[source].pause(&mut self.traffic);
                    self.push(time + pause, What::Speak { source });
                    let chat = self.sources[source].next(&self.hosts, &mut self.traffic);
                    return self.chat(chat, time);
                }
                What::Answer { chat } => return self.chat(*chat, time),
                What::Open { slot } => self.open(slot, time),
                What::Act { slot, generation } => {
                    self.with_connection(slot, generation, time, |connection, dice, out| {
                        connection.act(time, dice, out)
                    });
                }
                What::Timer { slot, generation, side } => {
                    if self.slots[slot].armed[side] == Some(time) {
                        self.slots[slot].armed[side] = None;
                        self.with_connection(slot, generation, time, |connection, _, out| {
                            connection.time_out(side, time, out);
                            None
                        });
                    }
                }
                What::Arrive { slot, generation, segment } => {
                    self.with_connection(slot, generation, time, |connection, dice, out| {
                        connection.take(&segment, time, dice, out)
                    });
                }
            }
        }
    }

    fn open(&mut self, slot: usize, now: u64) {
        // The first connections were there before the capture, every second one.
        let is_running = self.slots[slot].generation == 0 && slot.is_multiple_of(2);
        let application = self.slots[slot].application;
        let connection = Connection::draw(application, is_running, &self.hosts, &mut self.traffic);
        let place = &mut self.slots[slot];
        place.generation += 1;
        place.armed = [None; 2];
        place.connection = Some(Box::new(connection));
        let generation = place.generation;
        self.with_connection(slot, generation, now, |connection, dice, out| {
            if is_running {
                return Some(connection.plan(dice));
            }
            connection.ends[0].open(now, out);
            None
        });
    }

    /// Lets a connection do something, and sends what it sends.
    fn with_connection(
        &mut self,
        slot: usize,
        generation: u64,
        now: u64,
        act: impl FnOnce(&mut Connection, &mut Dice, &mut Vec<Segment>) -> Option<u64>,
    ) {
        let place = &mut self.slots[slot];
        let current = place.connection.as_deref_mut().filter(|_| place.generation == generation);
        let Some(connection) = current else { return };
        let was_over = connection.is_over;
        let mut out = std::mem::take(&mut self.out);
        let acts_after = act(connection, &mut self.traffic, &mut out);
        let is_over = connection.is_over;
        for segment in out.drain(..) {
            self.send(slot, generation, segment, now);
        }
        self.out = out;
        if let Some(after) = acts_after {
            self.push(now + after, What::Act { slot, generation });
        }
        if is_over && !was_over {
            let pause = u64::from(self.traffic.between((200, 4_000))) * MILLISECOND;
            self.push(now + pause, What::Open { slot });
        }
        for side in 0..2 {
            self.arm(slot, generation, side);
        }
    }

    /// Sees to it that an end is woken when its next timer runs out, not later.
    fn arm(&mut self, slot: usize, generation: u64, side: usize) {
        let place = &mut self.slots[slot];
        let Some(connection) = &place.connection else { return };
        let Some(deadline) = connection.deadline(side) else { return };
        if place.armed[side].is_none_or(|armed| deadline < armed) {
            place.armed[side] = Some(deadline);
            self.push(deadline, What::Timer { slot, generation, side });
        }
    }

    /// Puts a segment on its way to the capture point.
    fn send(&mut self, slot: usize, generation: u64, segment: Segment, now: u64) {
        if let Some(time) = self.pass(slot, &segment, 0, now) {
            self.push(time, What::Capture { slot, generation, segment });
        }
    }

    /// When a segment has passed a part of its way; `None` if it is lost there.
    fn pass(&mut self, slot: usize, segment: &Segment, part: usize, now: u64) -> Option<u64> {
        let connection = self.slots[slot].connection.as_deref_mut()?;
        let length = segment.header() + 40 + u32::from(segment.len);
        let link = &mut connection.links[usize::from(segment.side)];
        let mut time = now;
        if part == 0 {
            link.free_at = link.free_at.max(now) + u64::from(length) * link.nanoseconds_per_byte;
            time = link.free_at;
        }
        let is_distant = link.distant == Some(part);
        let jitter = if is_distant { 400_000 } else { 20_000 };
        time += link.delays[part] + u64::from(self.links.below(jitter));
        // What was sent first comes first, as long as nothing is overtaken.
        time = time.max(link.last[part] + 1000);
        let overtaken = is_distant && 0 < segment.len && self.links.chance(self.chances.reordering);
        let loss = if is_distant { self.chances.loss } else { self.chances.near_loss };
        if overtaken {
            let most = (link.delays[part] / 4) as u32;
            return Some(time + u64::from(self.links.between((300_000, most.max(900_000)))));
        }
        link.last[part] = time;
        let lost = self.links.chance(loss);
        (!lost).then_some(time)
    }

    fn capture(
        &mut self,
        slot: usize,
        generation: u64,
        segment: Segment,
        now: u64,
    ) -> Option<Packet<'static>> {
        if self.slots[slot].generation != generation {
            return None;
        }
        if let Some(time) = self.pass(slot, &segment, 1, now) {
            self.push(time, What::Arrive { slot, generation, segment });
        }
        if self.links.chance(self.chances.missed) {
            return None;
        }
        let (frame, time) = self.count(now);
        let connection = self.slots[slot].connection.as_deref_mut()?;
        let dissected = connection.dissect(&segment, frame, time * 1000);
        let from = usize::from(segment.side);
        let ports = (connection.ports[from], connection.ports[1 - from]);
        let layers = if connection.is_ipv6 { 54 } else { 34 };
        let protocol = match connection.application {
            _ if !dissected.is_named() => "TCP",
            // The session is opened below CIP.
            Application::Cip if dissected.is_fixed() => "ENIP",
            application => application.protocol(),
        };
        Some(Packet {
            time,
            frame,
            source: connection.names[from],
            destination: connection.names[1 - from],
            protocol,
            length: layers + segment.header() + u32::from(segment.len),
            content: Content::Tcp {
                connection: generation << 16 | slot as u64,
                segment,
                ports,
                dissected,
            },
        })
    }

    fn chat(&mut self, mut chat: Chat, now: u64) -> Packet<'_> {
        let (frame, time) = self.count(now);
        if let Some((after, mut reply)) = chat.reply.take() {
            if chat.reply_cites {
                reply.info.extend_from_slice(b" (request in ");
                push_whole(&mut reply.info, frame);
                reply.info.push(b')');
            }
            self.push(now + after, What::Answer { chat: reply });
        }
        let chat = &*self.chat.insert(chat);
        Packet {
            time,
            frame,
            source: chat.source,
            destination: chat.destination,
            protocol: chat.protocol,
            length: chat.length,
            content: Content::Text { ports: chat.ports, info: &chat.info },
        }
    }

    /// The number of the next packet, and its time in microseconds since the first.
    fn count(&mut self, now: u64) -> (u64, u64) {
        self.frame += 1;
        let first = *self.first.get_or_insert(now);
        (self.frame, (now - first) / 1000)
    }
}
