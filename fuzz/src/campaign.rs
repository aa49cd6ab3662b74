//! A campaign: inputs from seeds by mutation, those kept that showed something new.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::dice::Dice;
use crate::mutate::mutate;
use crate::{Target, check};

/// Inputs that are kept at most, beside the seeds.
const MAX_POOL: usize = 512;

/// An input on which something does not hold.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The bytes.
    pub input: Vec<u8>,
    /// What does not hold, or what the panic said and where.
    pub what: String,
}

/// Mutations of one target, and what came of them so far. The same number gives the same
/// inputs, whatever the time and the machine.
pub struct Campaign {
    target: &'static Target,
    pool: Vec<Vec<u8>>,
    n_seeds: usize,
    dice: Dice,
    kinds: HashSet<String>,
    n_executions: usize,
    slowest: Duration,
}

impl Campaign {
    /// A campaign from a number.
    pub fn new(target: &'static Target, seed: u64) -> Campaign {
        let pool = (target.seeds)();
        Campaign {
            target,
            n_seeds: pool.len(),
            pool,
            dice: Dice::new(seed),
            kinds: HashSet::new(),
            n_executions: 0,
            slowest: Duration::ZERO,
        }
    }

    /// The next input: each seed as it is, then damaged ones.
    pub fn next_input(&mut self) -> Vec<u8> {
        if self.n_executions < self.n_seeds {
            return self.pool[self.n_executions].clone();
        }
        let (one, other) = (self.dice.below(self.pool.len()), self.dice.below(self.pool.len()));
        mutate(&self.pool[one], &self.pool[other], &mut self.dice)
    }

    /// Reads an input; gives what does not hold.
    pub fn run(&mut self, input: Vec<u8>) -> Option<Failure> {
        let began = Instant::now();
        let checked = catch_unwind(AssertUnwindSafe(|| check(self.target, &input)));
        self.slowest = self.slowest.max(began.elapsed());
        self.n_executions += 1;
        let (kind, what) = match checked {
            Ok(Ok(kind)) => (kind, None),
            Ok(Err(what)) => (what.clone(), Some(what)),
            Err(payload) => {
                let text = payload.downcast_ref::<String>().cloned();
                let text = text.or_else(|| payload.downcast_ref::<&str>().map(|&s| s.to_owned()));
                let what = format!("panic: {} {}", text.unwrap_or_default(), last_place());
                (what.clone(), Some(what))
            }
        };
        if self.kinds.insert(kind) && self.n_seeds < self.n_executions {
            if self.pool.len() < self.n_seeds + MAX_POOL {
                self.pool.push(input.clone());
            } else {
                let at = self.n_seeds + self.dice.below(MAX_POOL);
                self.pool[at].clone_from(&input);
            }
        }
        what.map(|what| Failure { input, what })
    }

    /// Inputs that were read.
    pub fn n_executions(&self) -> usize {
        self.n_executions
    }

    /// Kinds of outcomes that were seen.
    pub fn kinds(&self) -> &HashSet<String> {
        &self.kinds
    }

    /// The longest time that an input took.
    pub fn slowest(&self) -> Duration {
        self.slowest
    }
}

/// Where the last panic was; panics of pools come from their own threads.
static LAST_PLACE: Mutex<String> = Mutex::new(String::new());

/// Keeps panics from the terminal: a campaign reports them.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let mut last = LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner);
        *last = info.location().map_or_else(String::new, |place| format!("({place})"));
    }));
}

fn last_place() -> String {
    LAST_PLACE.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
