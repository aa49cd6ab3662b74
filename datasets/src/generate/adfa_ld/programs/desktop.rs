//! Programs of a desktop, which wait for a user in a loop.

use super::{LONG, MEDIUM, Program};
use crate::generate::adfa_ld::calls::calls;
use crate::generate::adfa_ld::machine::state;

pub(super) const ALL: &[Program] = &[
    Program {
        name: "web browser",
        weight: 9,
        rare: false,
        attached: 75,
        n_libraries: (14, 20),
        length: LONG,
        states: &[
            state(
                calls![clock_gettime poll read read clock_gettime],
                (1, 4),
                &[(1, 5), (2, 3), (3, 3), (6, 1)],
            ),
            state(calls![futex gettimeofday futex write], (1, 3), &[(0, 8), (4, 1)]),
            state(
                calls![socketcall fcntl64 socketcall poll socketcall gettimeofday],
                (1, 2),
                &[(0, 3), (5, 2)],
            ),
            state(calls![madvise mmap2 munmap madvise], (1, 3), &[(0, 1)]),
            state(
                calls![open fstat64 fstat64 _llseek read _llseek write close],
                (1, 3),
                &[(0, 3), (7, 1)],
            ),
            state(calls![socketcall poll socketcall], (2, 8), &[(0, 2), (4, 1)]),
            state(calls![stat64 access open getdents64 getdents64 close], (1, 2), &[(0, 1)]),
            state(calls![fcntl64 pwrite64 pwrite64 fsync fcntl64 unlink], (1, 2), &[(0, 1)]),
        ],
    },
    Program {
        name: "panel",
        weight: 8,
        rare: false,
        attached: 80,
        n_libraries: (12, 18),
        length: MEDIUM,
        states: &[
            state(calls![read read poll writev], (1, 4), &[(0, 2), (1, 4), (2, 2), (3, 1)]),
            state(calls![clock_gettime read poll], (1, 5), &[(0, 5), (2, 1)]),
            state(calls![open fstat64 fstat64 mmap2 read close munmap], (1, 2), &[(0, 3), (3, 1)]),
            state(calls![stat64 stat64 access stat64 open], (1, 2), &[(2, 2), (0, 1)]),
        ],
    },
    Program {
        name: "file manager",
        weight: 5,
        rare: false,
        attached: 60,
        n_libraries: (14, 20),
        length: MEDIUM,
        states: &[
            state(calls![poll read writev poll read], (1, 4), &[(1, 3), (2, 2), (3, 1), (4, 1)]),
            state(
                calls![open fstat64 fcntl64 getdents64 getdents64 close],
                (1, 1),
                &[(2, 4), (0, 1)],
            ),
            state(calls![lstat64 access stat64 readlink], (1, 9), &[(0, 3), (3, 1)]),
            state(calls![inotify_add_watch poll read ioctl], (1, 2), &[(0, 1)]),
            state(calls![futex write futex read clock_gettime], (1, 3), &[(0, 1)]),
        ],
    },
    Program {
        name: "office writer",
        weight: 6,
        rare: false,
        attached: 55,
        n_libraries: (18, 26),
        length: LONG,
        states: &[
            state(
                calls![gettimeofday poll read gettimeofday writev],
                (1, 4),
                &[(1, 4), (2, 3), (3, 2), (4, 1)],
            ),
            state(calls![gettimeofday futex gettimeofday futex], (1, 3), &[(0, 1)]),
            state(
                calls![access stat64 lstat64 open fcntl64 fstat64 read close],
                (1, 3),
                &[(0, 2), (1, 1)],
            ),
            state(calls![_llseek read _llseek read _llseek], (1, 6), &[(0, 1)]),
            state(
                calls![open fcntl64 write _llseek write fsync close rename unlink],
                (1, 1),
                &[(0, 1)],
            ),
        ],
    },
    Program {
        name: "mail reader",
        weight: 4,
        rare: false,
        attached: 65,
        n_libraries: (15, 20),
        length: MEDIUM,
        states: &[
            state(calls![clock_gettime poll clock_gettime read], (1, 4), &[(1, 3), (2, 2), (3, 2)]),
            state(calls![socketcall socketcall poll socketcall time], (1, 4), &[(0, 2), (2, 1)]),
            state(calls![fcntl64 pread64 pread64 fcntl64], (1, 5), &[(0, 2), (4, 1)]),
            state(calls![futex writev futex poll], (1, 2), &[(0, 1)]),
            state(calls![fcntl64 pwrite64 fsync ftruncate64 fcntl64 unlink], (1, 1), &[(0, 1)]),
        ],
    },
    Program {
        name: "text editor",
        weight: 5,
        rare: false,
        attached: 40,
        n_libraries: (10, 14),
        length: MEDIUM,
        states: &[
            state(
                calls![poll read poll writev clock_gettime],
                (1, 4),
                &[(0, 2), (1, 2), (2, 1), (3, 1)],
            ),
            state(calls![stat64 access open fstat64 read read close], (1, 1), &[(0, 3), (2, 1)]),
            state(calls![open fchmod fchown32 write fsync close rename], (1, 1), &[(0, 1)]),
            state(calls![brk mmap2 mremap munmap], (1, 2), &[(0, 1)]),
        ],
    },
    Program {
        name: "music player",
        weight: 5,
        rare: true,
        attached: 70,
        n_libraries: (16, 22),
        length: LONG,
        states: &[
            state(calls![poll ioctl write clock_gettime ioctl], (2, 8), &[(1, 3), (2, 1)]),
            state(calls![read futex futex sched_yield nanosleep], (1, 4), &[(0, 4), (3, 1)]),
            state(calls![open _llseek read _llseek statfs64 close], (1, 2), &[(0, 1)]),
            state(calls![mlock mmap2 eventfd2 sched_setscheduler read], (1, 1), &[(0, 1)]),
        ],
    },
    Program {
        name: "virtual machine",
        weight: 4,
        rare: true,
        attached: 70,
        n_libraries: (8, 14),
        length: LONG,
        states: &[
            state(calls![ioctl timer_settime rt_sigtimedwait ioctl], (2, 9), &[(1, 2), (2, 1)]),
            state(calls![io_submit io_getevents eventfd2 read pread64], (1, 4), &[(0, 1)]),
            state(calls![timer_gettime _newselect signalfd4 read clock_gettime], (1, 4), &[(0, 1)]),
        ],
    },
];
