//! Programs as probabilistic state machines over system calls, and the walk through one.

use oddity_core::Seed;

use super::calls::calls;
use crate::generate::dice::{Chance, Dice};

/// A state: the calls it makes, how often, and where it goes on.
#[derive(Debug)]
pub(super) struct State {
    /// The calls, in order.
    pub(super) calls: &'static [u16],
    /// How many times in a row they are made: at least, at most.
    pub(super) repeat: (u32, u32),
    /// The states that may follow, by position, each with a weight.
    pub(super) next: &'static [(usize, u32)],
}

/// Shorthand for the tables of programs.
pub(super) const fn state(
    calls: &'static [u16],
    repeat: (u32, u32),
    next: &'static [(usize, u32)],
) -> State {
    State { calls, repeat, next }
}

/// One version of a machine: the states' calls as this version makes them, and its place.
pub(super) struct Machine {
    states: &'static [State],
    calls: Vec<Vec<u16>>,
    at: usize,
}

/// Calls that do the same work, of which versions of a program take one or the other.
const SAME: &[&[u16]] = &[
    calls![open openat],
    calls![stat64 lstat64 fstatat64 access],
    calls![fstat64 fcntl64 ioctl],
    calls![read pread64 readv],
    calls![write pwrite64 writev],
    calls![poll _newselect epoll_wait],
    calls![gettimeofday clock_gettime time],
    calls![mmap2 brk mremap],
    calls![munmap madvise mprotect],
    calls![waitpid wait4],
    calls![clone vfork fork],
    calls![rt_sigaction rt_sigprocmask],
    calls![getuid32 geteuid32 getgid32 getegid32],
    calls![lseek _llseek],
    calls![unlink unlinkat],
    calls![fsync fdatasync],
    calls![dup dup2],
    calls![getpid gettid getppid],
    calls![getdents getdents64],
];

/// Calls that some versions make besides.
const BESIDES: &[u16] =
    calls![fcntl64 fstat64 gettimeofday rt_sigprocmask getpid access _llseek time stat64 futex];

/// Calls that fall in anywhere: signals, timers, the memory allocator, other threads.
const NOISE: &[u16] = calls![
    restart_syscall sigreturn rt_sigreturn futex futex gettimeofday clock_gettime clock_gettime
    brk mmap2 munmap getpid time madvise sched_yield rt_sigprocmask
];

/// In how many of a hundred cases a walk goes on in any state: a request out of the ordinary.
const PERCENT_JUMPS: u32 = 3;

impl Machine {
    /// The version of a machine that `version` stands for, whose states differ from those
    /// written down with a chance of `distance` in a hundred each.
    pub(super) fn new(states: &'static [State], version: Seed, distance: u32) -> Machine {
        let mut dice = Dice::new(version);
        let calls = states.iter().map(|state| {
            let mut calls = state.calls.to_vec();
            if dice.percent(distance) {
                edit(&mut calls, &mut dice);
            }
            calls
        });
        Machine { states, calls: calls.collect(), at: 0 }
    }

    /// Walks on until the trace has `length` calls, after the last state is done.
    pub(super) fn walk(&mut self, length: usize, trace: &mut Trace, dice: &mut Dice) {
        while trace.calls.len() < length {
            let state = &self.states[self.at];
            for _ in 0..dice.between(state.repeat) {
                trace.make(&self.calls[self.at], dice);
            }
            if dice.percent(PERCENT_JUMPS) {
                self.attach(dice);
            } else {
                self.at = state.next[dice.weighted(state.next, |&(_, weight)| weight)].0;
            }
        }
    }

    /// Goes to any of its states: a process that was running before tracing began.
    pub(super) fn attach(&mut self, dice: &mut Dice) {
        self.at = dice.below(self.states.len() as u32) as usize;
    }
}

/// Changes the calls of a state as another version of the program might: one call for another
/// of the same work, one more, one less, or two in the other order.
fn edit(calls: &mut Vec<u16>, dice: &mut Dice) {
    for call in calls.iter_mut() {
        if let Some(same) = SAME.iter().find(|same| same.contains(call))
            && dice.percent(35)
        {
            *call = dice.pick(same);
        }
    }
    let at = dice.below(calls.len() as u32) as usize;
    match dice.below(4) {
        0 => calls.insert(at, dice.pick(BESIDES)),
        1 if 2 < calls.len() => drop(calls.remove(at)),
        2 if 0 < at => calls.swap(at - 1, at),
        _ => {}
    }
}

/// The calls made so far, with noise among them.
pub(super) struct Trace {
    pub(super) calls: Vec<u16>,
    noise: Chance,
}

impl Trace {
    pub(super) fn new(noise: Chance, capacity: usize) -> Trace {
        Trace { calls: Vec::with_capacity(capacity), noise }
    }

    /// Makes calls in order.
    pub(super) fn make(&mut self, calls: &[u16], dice: &mut Dice) {
        for &call in calls {
            if dice.chance(self.noise) {
                self.calls.push(dice.pick(NOISE));
            }
            self.calls.push(call);
        }
    }
}
