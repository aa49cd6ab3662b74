//! Threads that wait for short pieces of work: awake between pieces that follow each other
//! within microseconds, asleep when nothing comes.
//!
//! Which thread takes which piece is left to chance, and must not matter: a piece writes only
//! what is its own.

use core::any::Any;
use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Turns of waiting before a thread goes to sleep: some fifty microseconds.
const TURNS: usize = if cfg!(miri) { 2 } else { 1000 };

/// Set in [`Shared::state`] while a job takes helpers; the rest counts those at work.
const OPEN: usize = 1 << (usize::BITS - 1);

/// A number of threads, of which the caller is one.
pub struct Pool {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<()>>,
}

struct Shared {
    /// Raised with each job.
    generation: AtomicUsize,
    state: AtomicUsize,
    /// Written while no job is open and nobody is at work, read by those at work.
    job: UnsafeCell<Job>,
    /// The next piece that nobody has taken.
    next: AtomicUsize,
    /// What the first piece that panicked did so with.
    panic: Mutex<Option<Box<dyn Any + Send>>>,
    ends: AtomicBool,
    sleepers: AtomicUsize,
    sleep: Mutex<()>,
    wake: Condvar,
}

#[derive(Clone, Copy)]
struct Job {
    /// The work, whose borrow is longer than the job: `run` outlives it.
    task: Option<*const (dyn Fn(usize) + Sync)>,
    n_pieces: usize,
}

// SAFETY: the pointer in `job` is to something that is `Sync`; it is written only when no
// thread can read it (`Pool::run`).
unsafe impl Send for Shared {}
// SAFETY: as above.
unsafe impl Sync for Shared {}

impl Pool {
    /// As many threads as asked for, at least the caller's.
    pub fn new(n_threads: usize) -> Pool {
        let shared = Arc::new(Shared {
            generation: AtomicUsize::new(0),
            state: AtomicUsize::new(0),
            job: UnsafeCell::new(Job { task: None, n_pieces: 0 }),
            next: AtomicUsize::new(0),
            panic: Mutex::new(None),
            ends: AtomicBool::new(false),
            sleepers: AtomicUsize::new(0),
            sleep: Mutex::new(()),
            wake: Condvar::new(),
        });
        let spawn = |_| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || shared.work())
        };
        let workers = (1..n_threads).map(spawn).collect();
        Pool { shared, workers }
    }

    /// Threads, the caller's included.
    pub fn n_threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Calls `f` with each item and its index, on all threads.
    ///
    /// # Panics
    ///
    /// If `f` panics, and as it does, once all items that were begun are done.
    pub fn for_each<T: Send>(&mut self, items: &mut [T], f: impl Fn(usize, &mut T) + Sync) {
        let start = Items(items.as_mut_ptr());
        self.run(items.len(), &|index| {
            // Captures the whole wrapper, which may be shared, in place of the pointer in it.
            let Items(start) = { start };
            // SAFETY: `run` hands out each index below the length once, so that nobody else
            // has this item, and returns before the borrow of `items` ends.
            f(index, unsafe { &mut *start.add(index) });
        });
    }

    /// Calls `task` once with each index below `n_pieces`.
    fn run(&mut self, n_pieces: usize, task: &(dyn Fn(usize) + Sync)) {
        if self.workers.is_empty() || n_pieces <= 1 {
            (0..n_pieces).for_each(task);
            return;
        }
        let shared = &*self.shared;
        // SAFETY: only the lifetime changes. The pointer is not read after this function:
        // it closes the job and waits until nobody is at work.
        let task: *const (dyn Fn(usize) + Sync) = unsafe {
            core::mem::transmute::<&(dyn Fn(usize) + Sync), &'static (dyn Fn(usize) + Sync)>(task)
        };
        let job = Job { task: Some(task), n_pieces };
        // SAFETY: `&mut self` and the wait below leave no job open and nobody at work, so
        // nobody reads.
        unsafe { *shared.job.get() = job };
        shared.next.store(0, Ordering::Relaxed);
        shared.state.store(OPEN, Ordering::SeqCst);
        shared.generation.fetch_add(1, Ordering::SeqCst);
        if shared.sleepers.load(Ordering::SeqCst) != 0 {
            // A sleeper holds the lock from its last look at the generation until it waits.
            drop(shared.sleep.lock().unwrap_or_else(PoisonError::into_inner));
            shared.wake.notify_all();
        }
        shared.take_pieces(job);
        shared.state.fetch_and(!OPEN, Ordering::SeqCst);
        let mut turns = 0;
        while shared.state.load(Ordering::Acquire) != 0 {
            turns += 1;
            if turns < TURNS { core::hint::spin_loop() } else { std::thread::yield_now() }
        }
        let panic = shared.panic.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(payload) = panic {
            resume_unwind(payload);
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::SeqCst);
        self.shared.generation.fetch_add(1, Ordering::SeqCst);
        drop(self.shared.sleep.lock().unwrap_or_else(PoisonError::into_inner));
        self.shared.wake.notify_all();
        for worker in self.workers.drain(..) {
            // A worker catches the panics of its pieces, so it ends well.
            let _ = worker.join();
        }
    }
}

impl core::fmt::Debug for Pool {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Pool({} threads)", self.n_threads())
    }
}

impl Shared {
    /// A worker's life.
    fn work(&self) {
        let mut seen = 0;
        loop {
            seen = self.wait_for_another(seen);
            if self.ends.load(Ordering::SeqCst) {
                return;
            }
            if let Some(job) = self.enter() {
                self.take_pieces(job);
                self.state.fetch_sub(1, Ordering::Release);
            }
        }
    }

    /// Counts this thread among those at work, if there is a job that takes it.
    fn enter(&self) -> Option<Job> {
        let mut state = self.state.load(Ordering::Acquire);
        while state & OPEN != 0 {
            let entered = self.state.compare_exchange_weak(
                state,
                state + 1,
                Ordering::AcqRel,
                Ordering::Acquire,
            );
            match entered {
                // SAFETY: the job was open when this thread was counted, and `run` writes
                // another only after it saw the count at 0.
                Ok(_) => return Some(unsafe { *self.job.get() }),
                Err(found) => state = found,
            }
        }
        None
    }

    fn take_pieces(&self, job: Job) {
        let Some(task) = job.task else { return };
        // SAFETY: the job is open or this thread is counted as at work: `run`, which holds
        // the borrow, has not returned.
        let task = unsafe { &*task };
        loop {
            let piece = self.next.fetch_add(1, Ordering::Relaxed);
            if job.n_pieces <= piece {
                return;
            }
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| task(piece))) {
                let mut first = self.panic.lock().unwrap_or_else(PoisonError::into_inner);
                if first.is_none() {
                    *first = Some(payload);
                } else {
                    // Dropped, it might panic in its turn, and this thread would leave while
                    // it is counted as at work.
                    core::mem::forget(payload);
                }
            }
        }
    }

    fn wait_for_another(&self, seen: usize) -> usize {
        for _ in 0..TURNS {
            let generation = self.generation.load(Ordering::SeqCst);
            if generation != seen {
                return generation;
            }
            core::hint::spin_loop();
        }
        let mut guard = self.sleep.lock().unwrap_or_else(PoisonError::into_inner);
        self.sleepers.fetch_add(1, Ordering::SeqCst);
        let mut generation = self.generation.load(Ordering::SeqCst);
        while generation == seen {
            guard = self.wake.wait(guard).unwrap_or_else(PoisonError::into_inner);
            generation = self.generation.load(Ordering::SeqCst);
        }
        self.sleepers.fetch_sub(1, Ordering::SeqCst);
        generation
    }
}

/// Where items start; each is handed to one thread.
struct Items<T>(*mut T);

impl<T> Clone for Items<T> {
    fn clone(&self) -> Items<T> {
        *self
    }
}

impl<T> Copy for Items<T> {}

// SAFETY: threads get items that may be sent, each alone.
unsafe impl<T: Send> Sync for Items<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_is_handed_out_once_job_after_job() {
        for n_threads in [1, 2, 4] {
            let mut pool = Pool::new(n_threads);
            assert_eq!(pool.n_threads(), n_threads);
            let mut counts = vec![0usize; if cfg!(miri) { 5 } else { 33 }];
            for job in 1..if cfg!(miri) { 4 } else { 2000 } {
                pool.for_each(&mut counts, |index, count| *count += index + 1);
                assert!(counts.iter().enumerate().all(|(i, &count)| count == (i + 1) * job));
            }
        }
    }

    #[test]
    fn workers_that_sleep_wake_for_the_next_job() {
        let mut pool = Pool::new(3);
        for _ in 0..3 {
            while pool.shared.sleepers.load(Ordering::SeqCst) < 2 {
                std::thread::yield_now();
            }
            let mut items = [1, 2, 3, 4];
            pool.for_each(&mut items, |_, item| *item *= 2);
            assert_eq!(items, [2, 4, 6, 8]);
        }
    }

    #[test]
    fn a_panic_in_a_piece_reaches_the_caller_and_the_pool_goes_on() {
        let mut pool = Pool::new(2);
        let mut items = [0, 1, 2, 3];
        let failed = catch_unwind(AssertUnwindSafe(|| {
            pool.for_each(&mut items, |index, _| assert_ne!(index, 2, "on purpose"));
        }));
        assert!(failed.is_err());
        pool.for_each(&mut items, |_, item| *item += 1);
        assert_eq!(items, [1, 2, 3, 4]);
    }

    /// What a piece may panic with, and does so once more where it is dropped.
    struct Twice;

    impl Drop for Twice {
        fn drop(&mut self) {
            panic!("a second time");
        }
    }

    #[test]
    fn a_panic_that_panics_again_when_it_is_dropped_ends_no_thread() {
        let mut pool = Pool::new(2);
        let mut items = [0; 64];
        let failed = catch_unwind(AssertUnwindSafe(|| {
            pool.for_each(&mut items, |_, _| std::panic::panic_any(Twice));
        }));
        let payload = failed.expect_err("panics");
        assert!(payload.is::<Twice>());
        core::mem::forget(payload);
        pool.for_each(&mut items, |_, item| *item += 1);
        assert_eq!(items, [1; 64]);
    }
}
