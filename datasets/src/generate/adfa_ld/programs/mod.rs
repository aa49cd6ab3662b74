//! The normal programs of the machine that is traced: services, a desktop, and tools.

mod desktop;
mod services;
mod tools;

use oddity_core::Seed;

use super::calls::calls;
use super::machine::{Machine, State, Trace};
use crate::generate::dice::Dice;

/// A program and how it is used.
#[derive(Debug)]
pub(super) struct Program {
    /// What it is, for the reader.
    pub(super) name: &'static str,
    /// How often it runs, in comparison with the others.
    pub(super) weight: u32,
    /// Whether the users of the training traces hardly ever run it.
    pub(super) rare: bool,
    /// In how many of a hundred traces it ran before tracing began.
    pub(super) attached: u32,
    /// Libraries it loads at the start: at least, at most, depending on the version.
    pub(super) n_libraries: (u32, u32),
    /// Calls of a trace: the quantiles 0, 5, 25, 50, 75, 95 and 100 %.
    pub(super) length: &'static [u32; 7],
    /// Its states; it starts in the first.
    pub(super) states: &'static [State],
}

/// Lengths of tools that do one thing and end.
const SHORT: &[u32; 7] = &[78, 85, 100, 130, 180, 330, 700];
/// Lengths of programs that wait for a user.
const MEDIUM: &[u32; 7] = &[78, 100, 155, 280, 430, 1000, 2400];
/// Lengths of services and of tools that read much.
const LONG: &[u32; 7] = &[90, 140, 260, 400, 750, 1900, 4300];

/// All programs, whose position is their number.
pub(super) fn all() -> impl Iterator<Item = &'static Program> {
    services::ALL.iter().chain(desktop::ALL).chain(tools::ALL)
}

/// A program by the name it has in the tables; the first of all for a name that is not there.
pub(super) fn find(name: &str) -> usize {
    all().position(|program| program.name == name).unwrap_or(0)
}

/// A version of a program.
pub(super) struct Version {
    pub(super) program: &'static Program,
    seed: Seed,
    distance: u32,
}

/// Versions that the training traces know.
const N_KNOWN_VERSIONS: u64 = 6;
/// Versions that only drift brings.
const N_OTHER_VERSIONS: u32 = 400;

impl Version {
    /// Draws a version of the program of this number: mostly the common ones, or, where it
    /// has drifted, any other. `world` is the seed of what all traces share.
    pub(super) fn draw(number: usize, drifted: bool, world: Seed, dice: &mut Dice) -> Version {
        let mut version = 0;
        while version + 1 < N_KNOWN_VERSIONS && dice.percent(40) {
            version += 1;
        }
        if drifted {
            version = N_KNOWN_VERSIONS + u64::from(dice.below(N_OTHER_VERSIONS));
        }
        let programs: Vec<&Program> = all().collect();
        let seed = world.derive(number as u64).derive(version);
        let distance = match (version, drifted) {
            (0, _) => 0,
            (_, false) => 25,
            (_, true) => Dice::new(seed.derive(1)).between((5, 95)),
        };
        Version { program: programs[number], seed, distance }
    }

    pub(super) fn machine(&self) -> Machine {
        Machine::new(self.program.states, self.seed, self.distance)
    }

    /// Makes the calls of a process's start: the loader, its libraries, the C library.
    pub(super) fn start(&self, trace: &mut Trace, dice: &mut Dice) {
        let mut version = Dice::new(self.seed.derive(0));
        trace.make(calls![execve brk access mmap2 access open fstat64 mmap2 close], dice);
        for _ in 0..version.between(self.program.n_libraries) {
            trace.make(calls![access open read fstat64], dice);
            if version.percent(15) {
                trace.make(calls![mmap2], dice);
            }
            trace.make(calls![mmap2 mmap2], dice);
            if version.percent(30) {
                trace.make(calls![mmap2], dice);
            }
            trace.make(calls![close], dice);
        }
        trace.make(calls![mmap2 set_thread_area], dice);
        for _ in 0..version.between((2, 4)) {
            trace.make(calls![mprotect], dice);
        }
        trace.make(calls![munmap], dice);
        if version.percent(40) {
            trace.make(calls![set_tid_address set_robust_list futex rt_sigaction], dice);
            trace.make(calls![rt_sigaction rt_sigprocmask ugetrlimit uname], dice);
        }
        trace.make(calls![brk brk], dice);
        if version.percent(50) {
            trace.make(calls![open fstat64 mmap2 close], dice);
        }
    }
}

/// Draws a program by weight: one that drift has brought may be a rare one.
pub(super) fn draw(drifted: bool, dice: &mut Dice) -> usize {
    let programs: Vec<&Program> = all().collect();
    let rare = dice.below(1000) < if drifted { 350 } else { 3 };
    dice.weighted(&programs, |program| if program.rare == rare { program.weight } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::adfa_ld::call_name;

    #[test]
    fn every_state_leads_somewhere_and_is_reached() {
        for program in all() {
            let mut reached = vec![false; program.states.len()];
            reached[0] = true;
            for _ in program.states {
                for (at, state) in program.states.iter().enumerate() {
                    assert!(!state.calls.is_empty() && !state.next.is_empty());
                    assert!(0 < state.repeat.0 && state.repeat.0 <= state.repeat.1);
                    for &(next, weight) in state.next {
                        assert!(0 < weight, "{}: state {at}", program.name);
                        reached[next] |= reached[at];
                    }
                }
            }
            assert!(reached.iter().all(|&reached| reached), "{}: {reached:?}", program.name);
        }
    }

    #[test]
    fn programs_have_names_of_their_own_and_make_known_calls() {
        let mut names: Vec<&str> = all().map(|program| program.name).collect();
        let n_programs = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), n_programs);
        let states = all().flat_map(|program| program.states);
        assert!(states.flat_map(|state| state.calls).all(|&call| call_name(call).is_some()));
        assert!(all().any(|program| program.rare) && all().any(|program| !program.rare));
    }
}
