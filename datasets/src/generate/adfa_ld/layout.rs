//! The layout of ADFA-LD: subsets, attacks and folders, and which of them a trace falls in.

use std::fmt;

/// An attack, in the order of the study of the traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attack {
    /// A new superuser, by a poisoned program.
    Adduser,
    /// Guessing FTP passwords.
    HydraFtp,
    /// Guessing SSH passwords.
    HydraSsh,
    /// A Java Meterpreter session, through a web application.
    JavaMeterpreter,
    /// A Linux Meterpreter session, through a poisoned program.
    Meterpreter,
    /// A web shell, through a vulnerable PHP application.
    WebShell,
}

impl Attack {
    /// All attacks.
    pub const ALL: [Attack; 6] = [
        Attack::Adduser,
        Attack::HydraFtp,
        Attack::HydraSsh,
        Attack::JavaMeterpreter,
        Attack::Meterpreter,
        Attack::WebShell,
    ];

    /// The name as the folders spell it, such as `Hydra_FTP`.
    pub fn name(self) -> &'static str {
        match self {
            Attack::Adduser => "Adduser",
            Attack::HydraFtp => "Hydra_FTP",
            Attack::HydraSsh => "Hydra_SSH",
            Attack::JavaMeterpreter => "Java_Meterpreter",
            Attack::Meterpreter => "Meterpreter",
            Attack::WebShell => "Web_Shell",
        }
    }
}

impl fmt::Display for Attack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The part of the data that a trace belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subset {
    /// Normal traces to learn from.
    Training,
    /// Normal traces to measure false alarms on.
    Validation,
    /// Attack traces.
    Attack,
}

impl Subset {
    /// The folder that holds the traces.
    pub fn folder(self) -> &'static str {
        match self {
            Subset::Training => "Training_Data_Master",
            Subset::Validation => "Validation_Data_Master",
            Subset::Attack => "Attack_Data_Master",
        }
    }
}

/// What is known of a trace besides its calls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceInfo {
    /// The attack that the trace shows; `None` for a normal trace.
    pub class: Option<Attack>,
    /// The part of the data that it belongs to.
    pub subset: Subset,
    /// Number of the attack folder, 1 to 10; `None` for a normal trace.
    pub folder: Option<u32>,
    /// The file, from the folder of its subset on, such as
    /// `Attack_Data_Master/Adduser_2/UAD-Adduser-2-0001.txt`.
    pub file: String,
}

/// Traces in the ten folders of each attack in ADFA-LD, of which there are 746.
const N_TRACES: [[usize; 10]; 6] = [
    [7, 8, 8, 7, 10, 8, 8, 7, 22, 6],
    [12, 17, 20, 14, 18, 20, 14, 12, 22, 13],
    [8, 25, 22, 12, 20, 19, 11, 19, 28, 12],
    [11, 11, 12, 13, 12, 12, 13, 13, 15, 12],
    [7, 10, 8, 6, 5, 13, 6, 7, 5, 8],
    [14, 13, 7, 10, 9, 11, 14, 13, 11, 16],
];

/// The folders' traces in ADFA-LD together.
const N_ATTACK: usize = 746;

/// Where a trace lies: a group of traces (an attack folder or a subset) and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) group: Group,
    /// Position in the group, from 0.
    pub(super) index: usize,
    /// Traces in the group.
    pub(super) count: usize,
}

/// Traces that stand in one folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Attack(Attack, u32),
    Training,
    Validation,
}

/// How many traces each group has, in the order of the traces.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    groups: Vec<(Group, usize)>,
    /// The first trace of each group.
    starts: Vec<usize>,
    n_traces: usize,
}

impl Layout {
    pub(super) fn new(n_training: usize, n_validation: usize, n_attack: usize) -> Layout {
        let mut groups = share(n_attack);
        groups.push((Group::Training, n_training));
        groups.push((Group::Validation, n_validation));
        let mut n_traces = 0;
        let starts = groups.iter().map(|&(_, count)| {
            n_traces += count;
            n_traces - count
        });
        Layout { starts: starts.collect(), groups, n_traces }
    }

    pub(super) fn n_traces(&self) -> usize {
        self.n_traces
    }

    /// The place of a trace, which must be one of the traces.
    pub(super) fn place(&self, trace: usize) -> Place {
        // The last group that starts at the trace or before: groups before it may be empty.
        let at = self.starts.partition_point(|&start| start <= trace) - 1;
        let (group, count) = self.groups[at];
        Place { group, index: trace - self.starts[at], count }
    }
}

impl Place {
    pub(super) fn info(self) -> TraceInfo {
        // Files sort by name in the order of the traces.
        let width = self.count.to_string().len().max(4);
        let number = format!("{:0width$}", self.index + 1);
        match self.group {
            Group::Attack(attack, folder) => TraceInfo {
                class: Some(attack),
                subset: Subset::Attack,
                folder: Some(folder),
                file: format!(
                    "{}/{attack}_{folder}/UAD-{}-{folder}-{number}.txt",
                    Subset::Attack.folder(),
                    attack.name().replace('_', "-"),
                ),
            },
            Group::Training => normal(Subset::Training, &format!("UTD-{number}.txt")),
            Group::Validation => normal(Subset::Validation, &format!("UVD-{number}.txt")),
        }
    }
}

fn normal(subset: Subset, name: &str) -> TraceInfo {
    TraceInfo { class: None, subset, folder: None, file: format!("{}/{name}", subset.folder()) }
}

/// Shares attack traces among the folders: whole rounds of ADFA-LD's counts, and the rest in
/// an order that spreads each folder's traces evenly over a round. More traces only ever add
/// to a folder.
fn share(n_attack: usize) -> Vec<(Group, usize)> {
    let (n_rounds, rest) = (n_attack / N_ATTACK, n_attack % N_ATTACK);
    let folders = || {
        Attack::ALL.into_iter().zip(N_TRACES).flat_map(|(attack, counts)| {
            (1..=10).zip(counts).map(move |(folder, count)| (Group::Attack(attack, folder), count))
        })
    };
    let mut shares: Vec<(Group, usize)> =
        folders().map(|(group, count)| (group, n_rounds * count)).collect();
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(N_ATTACK);
    for (at, (_, count)) in folders().enumerate() {
        // Units of a round, fine enough that each position is a whole number.
        order.extend((0..count).map(|trace| ((2 * trace + 1) * 1_000_000 / (2 * count), at)));
    }
    order.sort_unstable();
    for &(_, at) in &order[..rest] {
        shares[at].1 += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_counts_are_those_of_adfa_ld() {
        let per_attack = N_TRACES.map(|counts| counts.iter().sum::<usize>());
        assert_eq!(per_attack, [91, 162, 176, 124, 75, 118]);
        assert_eq!(per_attack.iter().sum::<usize>(), N_ATTACK);
        let counts: Vec<usize> = share(2 * N_ATTACK).iter().map(|&(_, count)| count).collect();
        let doubled: Vec<usize> = N_TRACES.iter().flatten().map(|&count| 2 * count).collect();
        assert_eq!(counts, doubled);
    }

    #[test]
    fn more_attack_traces_only_add_to_a_folder() {
        for n_attack in 0..2 * N_ATTACK {
            let (less, more) = (share(n_attack), share(n_attack + 1));
            assert_eq!(less.iter().map(|&(_, count)| count).sum::<usize>(), n_attack);
            assert!(less.iter().zip(&more).all(|(less, more)| less.1 <= more.1));
        }
    }

    #[test]
    fn thirty_attack_traces_show_every_attack() {
        let layout = Layout::new(0, 0, 30);
        let found: BTreeSet<_> = (0..30).map(|trace| layout.place(trace).info().class).collect();
        assert_eq!(found.len(), 6);
    }

    #[test]
    fn files_are_named_as_published_and_sort_in_the_order_of_the_traces() {
        let layout = Layout::new(833, 12_000, 746);
        let infos: Vec<_> =
            (0..layout.n_traces()).map(|trace| layout.place(trace).info()).collect();
        let file = |trace: usize| infos[trace].file.as_str();
        assert_eq!(file(0), "Attack_Data_Master/Adduser_1/UAD-Adduser-1-0001.txt");
        assert_eq!(file(745), "Attack_Data_Master/Web_Shell_10/UAD-Web-Shell-10-0016.txt");
        assert_eq!(file(746), "Training_Data_Master/UTD-0001.txt");
        assert_eq!(file(746 + 833), "Validation_Data_Master/UVD-00001.txt");
        assert_eq!(infos.iter().map(|info| &info.file).collect::<BTreeSet<_>>().len(), infos.len());
        let validation: Vec<_> = infos[746 + 833..].iter().map(|info| &info.file).collect();
        assert!(validation.is_sorted());
    }

    #[test]
    fn empty_groups_are_stepped_over() {
        let layout = Layout::new(0, 2, 0);
        assert_eq!(layout.place(1), Place { group: Group::Validation, index: 1, count: 2 });
    }
}
