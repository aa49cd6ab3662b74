//! The traffic: normal sessions all the time, and attacks as many as are wanted.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use oddity_core::Seed;

use super::attacks::{ATTACKS, Attack};
use super::connection::Connection;
use super::normal::{NORMAL, Way};
use super::params::{KddFormat, KddParams};
use super::step::{Scene, play};
use crate::generate::dice::Dice;

/// The servers that are attacked; four times as many addresses are swept.
pub(super) const N_SERVERS: u32 = 25;
/// Machines inside, after the servers.
const N_CLIENTS: u32 = 75;
/// Hosts outside, after those inside; few of them are known to many.
const N_OUTSIDE: u32 = 2900;
/// Hosts that attack, after those outside.
const N_ATTACKERS: u32 = 100;
/// A connection that is to come, in order of time and then of drawing.
#[derive(Debug)]
struct Pending {
    order: (u64, u64),
    connection: Connection,
}

impl PartialEq for Pending {
    fn eq(&self, other: &Pending) -> bool {
        self.order == other.order
    }
}

impl Eq for Pending {}

impl PartialOrd for Pending {
    fn partial_cmp(&self, other: &Pending) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pending {
    fn cmp(&self, other: &Pending) -> std::cmp::Ordering {
        self.order.cmp(&other.order)
    }
}

/// The connections in order of time, without end.
#[derive(Debug)]
pub(super) struct Traffic {
    dice: Dice,
    thinned: bool,
    share: f64,
    next_session: u64,
    pending: BinaryHeap<Reverse<Pending>>,
    n_drawn: u64,
    attacks: Vec<Due>,
    n_normal: u64,
    n_attack: u64,
    drawn: Vec<Connection>,
}

/// An attack with how many of its records are due.
#[derive(Debug)]
struct Due {
    attack: &'static Attack,
    label: u8,
    share: f64,
    /// Records of it so far, of those that are kept.
    n_kept: u64,
    n_episodes: u64,
}

impl Traffic {
    pub(super) fn new(params: &KddParams, seed: Seed) -> Traffic {
        let count = |attack: &Attack| f64::from(attack.count(params.format, params.subset));
        let total: f64 = ATTACKS.iter().copied().flatten().map(count).sum();
        let attacks = ATTACKS.iter().copied().flatten().enumerate().map(|(at, attack)| Due {
            attack,
            label: at as u8 + 1,
            share: count(attack) / total,
            n_kept: 0,
            n_episodes: 0,
        });
        Traffic {
            dice: Dice::new(seed),
            thinned: params.format == KddFormat::NslKdd,
            share: params.attack_share(),
            next_session: 0,
            pending: BinaryHeap::new(),
            n_drawn: 0,
            attacks: attacks.filter(|due| 0.0 < due.share).collect(),
            n_normal: 0,
            n_attack: 0,
            drawn: Vec::new(),
        }
    }

    /// Starts a normal session, and an attack where too few of their records are due.
    fn start(&mut self) {
        let time = self.next_session;
        self.next_session += 40 + u64::from(self.dice.below(420));
        let all = self.n_normal + self.n_attack;
        if (self.n_attack as f64) < self.share * (all + 1) as f64 {
            self.attack(time);
        }
        if self.share < 1.0 {
            self.normal(time);
        }
    }

    fn normal(&mut self, time: u64) {
        let dice = &mut self.dice;
        let session = &NORMAL[dice.weighted(NORMAL, |session| session.weight)];
        let client = N_SERVERS + dice.below(N_CLIENTS);
        let outside = |dice: &mut Dice| {
            // The product of draws makes few hosts frequent.
            let (first, second) = (dice.below(N_OUTSIDE), dice.below(1000));
            N_SERVERS + N_CLIENTS + (u64::from(first) * u64::from(second) / 1000) as u32
        };
        let (source, target) = match session.way {
            Way::Inward(servers) => (outside(dice), dice.between(servers)),
            Way::Outward => (client, outside(dice)),
            Way::Local(servers) => (client, dice.between(servers)),
        };
        let scene = Scene { time, source, target, label: 0, thinned: self.thinned };
        self.n_normal += self.session(&scene, session.steps);
    }

    /// Starts the attack most of whose episodes are owed.
    fn attack(&mut self, time: u64) {
        let n_attack = self.n_attack as f64;
        let owed = |due: &Due| {
            let typical = due.n_kept as f64 / due.n_episodes.max(1) as f64;
            let size = if due.n_episodes == 0 { due.attack.first_size } else { typical };
            (due.share * (n_attack + 1.0) - due.n_kept as f64) / size.max(1.0)
        };
        let mut chosen = 0;
        let mut most = f64::NEG_INFINITY;
        for (at, due) in self.attacks.iter().enumerate() {
            let owed = owed(due) + f64::from(self.dice.below(100)) / 200.0;
            if most < owed {
                (chosen, most) = (at, owed);
            }
        }
        let (attack, label) = (self.attacks[chosen].attack, self.attacks[chosen].label);
        let first = N_SERVERS + N_CLIENTS + N_OUTSIDE;
        let source = first + self.dice.below(N_ATTACKERS);
        let target = self.dice.below(N_SERVERS);
        let scene = Scene { time, source, target, label, thinned: self.thinned };
        let n_kept = self.session(&scene, attack.steps);
        self.n_attack += n_kept;
        self.attacks[chosen].n_kept += n_kept;
        self.attacks[chosen].n_episodes += 1;
    }

    /// Draws a session, and gives the number of its connections that are kept.
    fn session(&mut self, scene: &Scene, steps: &[super::step::Step]) -> u64 {
        let mut drawn = std::mem::take(&mut self.drawn);
        play(scene, steps, &mut self.dice, &mut drawn);
        let mut n_kept = 0;
        for connection in drawn.drain(..) {
            n_kept += u64::from(connection.kept);
            let order = (connection.time, self.n_drawn);
            self.n_drawn += 1;
            self.pending.push(Reverse(Pending { order, connection }));
        }
        self.drawn = drawn;
        n_kept
    }
}

impl Iterator for Traffic {
    type Item = Connection;

    fn next(&mut self) -> Option<Connection> {
        // Sessions that start later have no connection before their start.
        while self.pending.peek().is_none_or(|Reverse(first)| self.next_session <= first.order.0) {
            self.start();
        }
        self.pending.pop().map(|Reverse(pending)| pending.connection)
    }
}
