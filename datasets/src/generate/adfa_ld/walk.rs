//! One trace: a process of a normal program, or of one that an attack uses.

use oddity_core::Seed;

use super::calls::calls;
use super::machine::{Machine, Trace};
use super::programs::{self, Version};
use super::{AdfaLdParams, Attack, Group, MIN_CALLS, attacks};
use crate::generate::dice::Dice;

/// The seed's parts: what all traces share, and the traces of each group.
const WORLD: u64 = 0;
const TRAINING: u64 = 1;
const VALIDATION: u64 = 2;
const ATTACK: u64 = 3;

/// The calls of trace `index` of a group.
pub(super) fn trace(params: &AdfaLdParams, group: Group, index: usize) -> Vec<u16> {
    let seed = Seed(params.seed);
    let world = seed.derive(WORLD);
    let dice = |group: Seed| Dice::new(group.derive(index as u64));
    let trace = match group {
        Group::Training => normal(params, world, false, &mut dice(seed.derive(TRAINING))),
        Group::Validation => normal(params, world, true, &mut dice(seed.derive(VALIDATION))),
        Group::Attack(attack, folder) => {
            let number = (attack as u64) << 32 | u64::from(folder);
            let folder = seed.derive(ATTACK).derive(number);
            let mut dice = dice(folder);
            if dice.chance(params.bystanders.into()) {
                normal(params, world, true, &mut dice)
            } else {
                hostile(params, attack, folder, world, &mut dice)
            }
        }
    };
    trace.calls
}

/// A process of normal work.
fn normal(params: &AdfaLdParams, world: Seed, may_drift: bool, dice: &mut Dice) -> Trace {
    let drifted = may_drift && dice.chance(params.drift.into());
    let version = Version::draw(programs::draw(drifted, dice), drifted, world, dice);
    let length = dice.quantile(version.program.length);
    let mut trace = Trace::new(params.noise.into(), length);
    let mut machine = version.machine();
    let attached = begin(&version, version.program.attached, &mut machine, &mut trace, dice);
    machine.walk(length.max(MIN_CALLS), &mut trace, dice);
    end(attached, length, &mut trace, dice);
    trace
}

/// A process that an attack uses: its program's walk and the attack's take turns.
fn hostile(
    params: &AdfaLdParams,
    attack: Attack,
    folder: Seed,
    world: Seed,
    dice: &mut Dice,
) -> Trace {
    let payload = attacks::payload(attack);
    let drifted = dice.chance((params.drift / 2.0).into());
    let host = Version::draw(programs::find(dice.pick(payload.hosts)), drifted, world, dice);
    let length = dice.quantile(payload.length);
    // The tool that this folder's attacker used.
    let tool = folder.derive(u64::MAX);
    let distance = Dice::new(tool.derive(0)).between(payload.distance);
    let mut own = Machine::new(payload.states, tool, distance);
    let mut trace = Trace::new(params.noise.into(), length);
    let mut machine = host.machine();
    let attached = begin(&host, payload.attached, &mut machine, &mut trace, dice);

    // At least one turn of the attack comes, however long the start was.
    let length = length.max(MIN_CALLS).max(trace.calls.len() + 20);
    let share = dice.between(payload.share) as usize;
    let n_turns = dice.between((1, 5)) as usize;
    let start = trace.calls.len();
    for turn in 1..=n_turns {
        let until = |calls: usize| start + (length - start) * calls / (100 * n_turns);
        machine.walk(until(100 * turn - share), &mut trace, dice);
        own.walk(until(100 * turn), &mut trace, dice);
    }
    end(attached, length, &mut trace, dice);
    trace
}

/// The start of a process, or the middle of one that ran before tracing began.
fn begin(
    version: &Version,
    attached: u32,
    machine: &mut Machine,
    trace: &mut Trace,
    dice: &mut Dice,
) -> bool {
    let attached = dice.percent(attached);
    if attached {
        machine.attach(dice);
    } else {
        version.start(trace, dice);
    }
    attached
}

/// The end of a process, or of tracing where the process goes on.
fn end(attached: bool, length: usize, trace: &mut Trace, dice: &mut Dice) {
    if attached && dice.percent(90) {
        trace.calls.truncate(length.max(MIN_CALLS));
        return;
    }
    if dice.percent(60) {
        trace.make(calls![close munmap], dice);
    }
    trace.make(calls![exit_group], dice);
}
