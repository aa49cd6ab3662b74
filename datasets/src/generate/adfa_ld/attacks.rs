//! The six kinds of attack: what each makes a program do that it does not do by itself.

use super::Attack;
use super::calls::calls;
use super::machine::{State, state};

/// How an attack shows in the processes that it uses.
pub(super) struct Payload {
    /// The programs that it comes in by or starts, by their names in the tables of programs.
    pub(super) hosts: &'static [&'static str],
    /// The share of the calls that are its own, in a hundred: at least, at most.
    pub(super) share: (u32, u32),
    /// The chance in a hundred with which a folder's tool makes a state's calls in another way.
    pub(super) distance: (u32, u32),
    /// In how many of a hundred traces the process ran before tracing began.
    pub(super) attached: u32,
    /// Calls of a trace: the quantiles 0, 5, 25, 50, 75, 95 and 100 %.
    pub(super) length: &'static [u32; 7],
    /// What it does.
    pub(super) states: &'static [State],
}

/// The payload of an attack.
pub(super) fn payload(attack: Attack) -> &'static Payload {
    match attack {
        Attack::Adduser => &ADDUSER,
        Attack::HydraFtp => &HYDRA_FTP,
        Attack::HydraSsh => &HYDRA_SSH,
        Attack::JavaMeterpreter => &JAVA_METERPRETER,
        Attack::Meterpreter => &METERPRETER,
        Attack::WebShell => &WEB_SHELL,
    }
}

/// A program that a user was talked into running adds a user with all rights.
const ADDUSER: Payload = Payload {
    hosts: &["shell", "office writer", "web browser"],
    share: (40, 98),
    distance: (10, 60),
    attached: 30,
    length: &[75, 110, 220, 410, 575, 940, 2600],
    states: &[
        state(calls![pipe clone close read waitpid], (1, 1), &[(1, 3), (5, 1)]),
        state(calls![open fstat64 mmap2 read close munmap], (1, 4), &[(2, 2), (5, 1), (6, 1)]),
        state(calls![open fcntl64 write close link stat64 unlink], (1, 2), &[(3, 1)]),
        state(
            calls![umask open fchmod fchown32 write fsync close utime rename],
            (1, 2),
            &[(4, 2), (1, 1)],
        ),
        state(calls![socketcall socketcall poll socketcall close], (1, 3), &[(5, 1), (1, 2)]),
        state(calls![getuid32 time stat64 open read close], (1, 6), &[(0, 1), (1, 2), (6, 2)]),
        state(calls![_llseek read read _llseek], (1, 9), &[(1, 2), (5, 1)]),
    ],
};

/// Many guesses at passwords, as the FTP server sees them: refusals, one after the other.
const HYDRA_FTP: Payload = Payload {
    hosts: &["ftp server"],
    share: (35, 98),
    distance: (10, 60),
    attached: 55,
    length: &[90, 105, 133, 195, 380, 890, 1350],
    states: &[
        state(calls![socketcall clone close rt_sigaction], (1, 2), &[(1, 1)]),
        state(calls![alarm rt_sigaction read fcntl64 write], (1, 2), &[(2, 1)]),
        state(calls![open fstat64 mmap2 read close munmap time], (2, 4), &[(3, 4), (4, 1)]),
        state(calls![nanosleep write alarm read rt_sigaction], (1, 3), &[(1, 2), (2, 2), (4, 1)]),
        state(
            calls![time getuid32 socketcall write time socketcall close],
            (1, 2),
            &[(3, 2), (5, 1)],
        ),
        state(calls![write close socketcall wait4], (1, 1), &[(0, 1)]),
    ],
};

/// Many guesses at passwords, as the SSH server sees them.
const HYDRA_SSH: Payload = Payload {
    hosts: &["ssh server"],
    share: (40, 98),
    distance: (10, 60),
    attached: 50,
    length: &[85, 100, 116, 160, 436, 1700, 2700],
    states: &[
        state(calls![_newselect socketcall fcntl64 pipe socketcall clone close], (1, 2), &[(1, 1)]),
        state(calls![write _newselect read _newselect read], (1, 2), &[(2, 2), (3, 1)]),
        state(calls![getuid32 time open fstat64 mmap2 read munmap close], (1, 3), &[(3, 1)]),
        state(
            calls![time socketcall write time alarm rt_sigaction read],
            (1, 3),
            &[(4, 3), (2, 1)],
        ),
        state(calls![nanosleep time write _newselect read], (1, 2), &[(2, 1), (3, 1), (5, 1)]),
        state(calls![getpid write read close socketcall], (1, 2), &[(0, 1)]),
    ],
};

/// A remote console inside a Java virtual machine, by way of the web application's upload.
const JAVA_METERPRETER: Payload = Payload {
    hosts: &["web server", "web browser"],
    share: (40, 95),
    distance: (10, 60),
    attached: 60,
    length: &[78, 114, 270, 390, 680, 1100, 1300],
    states: &[
        state(calls![futex gettimeofday futex clock_gettime], (1, 6), &[(1, 3), (2, 2), (3, 1)]),
        state(calls![mmap2 mprotect madvise futex], (1, 2), &[(0, 2), (2, 1)]),
        state(calls![socketcall poll socketcall gettimeofday], (1, 5), &[(0, 2), (3, 2), (4, 1)]),
        state(
            calls![stat64 open fstat64 _llseek read _llseek read close],
            (1, 4),
            &[(2, 2), (0, 1)],
        ),
        state(calls![open getdents64 stat64 stat64 getdents64 close], (1, 4), &[(2, 2), (5, 1)]),
        state(calls![pipe clone close futex write read waitpid], (1, 1), &[(2, 1)]),
    ],
};

/// A remote console inside a native program that was tampered with.
const METERPRETER: Payload = Payload {
    hosts: &["text editor", "shell", "download"],
    share: (20, 92),
    distance: (10, 60),
    attached: 35,
    length: &[85, 102, 160, 320, 700, 1150, 1350],
    states: &[
        state(calls![socketcall mmap2 socketcall mprotect], (1, 2), &[(1, 1)]),
        state(calls![socketcall poll socketcall gettimeofday], (1, 6), &[(2, 2), (3, 2), (4, 1)]),
        state(calls![open getdents64 lstat64 lstat64 getdents64 close], (1, 4), &[(1, 2), (3, 1)]),
        state(calls![open fstat64 read read close], (1, 6), &[(1, 3), (5, 1)]),
        state(calls![getuid32 getgid32 uname getcwd], (1, 1), &[(1, 1)]),
        state(calls![mmap2 read write munmap poll socketcall], (1, 5), &[(1, 1)]),
    ],
};

/// A console in PHP, which lists folders, reads files and runs commands inside the web server.
const WEB_SHELL: Payload = Payload {
    hosts: &["web server"],
    share: (35, 95),
    distance: (10, 60),
    attached: 60,
    length: &[77, 92, 130, 310, 700, 1560, 2160],
    states: &[
        state(
            calls![setitimer rt_sigaction rt_sigprocmask getcwd chdir fstat64 read],
            (1, 1),
            &[(1, 1)],
        ),
        state(
            calls![open fstat64 lseek read read lseek close time],
            (1, 3),
            &[(2, 3), (3, 2), (4, 1)],
        ),
        state(
            calls![open fstat64 getdents64 lstat64 lstat64 stat64 access],
            (1, 3),
            &[(3, 2), (5, 1)],
        ),
        state(calls![lstat64 lstat64 stat64 getuid32 time], (2, 9), &[(5, 2), (1, 1)]),
        state(calls![pipe clone close fstat64 read close waitpid], (1, 2), &[(5, 1)]),
        state(calls![chdir setitimer writev write times poll], (1, 1), &[(0, 2), (1, 2)]),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::adfa_ld::programs;

    #[test]
    fn every_host_is_a_common_program_and_every_state_leads_somewhere() {
        for attack in Attack::ALL {
            let payload = payload(attack);
            for host in payload.hosts {
                let found = programs::all().find(|program| program.name == *host).unwrap();
                assert!(!found.rare);
            }
            for state in payload.states {
                assert!(state.next.iter().all(|&(next, _)| next < payload.states.len()));
            }
        }
    }
}
