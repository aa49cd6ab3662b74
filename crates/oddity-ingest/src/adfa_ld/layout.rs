//! The published layout: from the path of a file to the class, subset and folder of a trace.

use std::fmt;

use crate::{Error, Result};

pub(super) const TRAINING: &str = "Training_Data_Master";
pub(super) const VALIDATION: &str = "Validation_Data_Master";
pub(super) const ATTACK: &str = "Attack_Data_Master";

/// What is known of a trace besides its calls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceInfo {
    /// What the trace shows.
    pub class: Class,
    /// Which part of the data it belongs to.
    pub subset: Subset,
    /// Number of the attack folder, 1 to 10; `None` for a normal trace.
    pub folder: Option<u8>,
    /// The file, from the folder of its subset on.
    pub file: String,
}

impl TraceInfo {
    /// A normal trace, with the path that the published layout gives it.
    ///
    /// `name` is the file's name without folders, such as `UTD-0001.txt`.
    pub fn normal(subset: Subset, name: &str) -> TraceInfo {
        let file = format!("{}/{name}", subset.folder());
        TraceInfo { class: Class::Normal, subset, folder: None, file }
    }

    /// An attack trace, with the path that the published layout gives it.
    ///
    /// `folder` is its number from 1 to 10, `name` the file's name without folders.
    pub fn attack(class: Class, folder: u8, name: &str) -> TraceInfo {
        let file = format!("{ATTACK}/{class}_{folder}/{name}");
        TraceInfo { class, subset: Subset::Attack, folder: Some(folder), file }
    }
}

/// What a trace shows: one of six attacks, or nothing but normal work. In the study's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
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
    /// A C100 web shell, through a vulnerable PHP application.
    WebShell,
    /// No attack.
    Normal,
}

impl Class {
    /// All classes, by code.
    pub const ALL: [Class; 7] = [
        Class::Adduser,
        Class::HydraFtp,
        Class::HydraSsh,
        Class::JavaMeterpreter,
        Class::Meterpreter,
        Class::WebShell,
        Class::Normal,
    ];

    /// The name as the folders spell it; `Normal` for no attack.
    pub fn name(self) -> &'static str {
        match self {
            Class::Adduser => "Adduser",
            Class::HydraFtp => "Hydra_FTP",
            Class::HydraSsh => "Hydra_SSH",
            Class::JavaMeterpreter => "Java_Meterpreter",
            Class::Meterpreter => "Meterpreter",
            Class::WebShell => "Web_Shell",
            Class::Normal => "Normal",
        }
    }

    /// Position in [`Class::ALL`].
    pub fn code(self) -> u32 {
        self as u32
    }
}

impl fmt::Display for Class {
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
    /// All subsets.
    pub const ALL: [Subset; 3] = [Subset::Training, Subset::Validation, Subset::Attack];

    /// `training`, `validation` or `attack`.
    pub fn name(self) -> &'static str {
        match self {
            Subset::Training => "training",
            Subset::Validation => "validation",
            Subset::Attack => "attack",
        }
    }

    /// The folder that holds the traces.
    pub fn folder(self) -> &'static str {
        match self {
            Subset::Training => TRAINING,
            Subset::Validation => VALIDATION,
            Subset::Attack => ATTACK,
        }
    }
}

impl fmt::Display for Subset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Reads a path with `/` between its parts; `None` for a file that is no trace.
pub(super) fn parse(path: &str) -> Result<Option<TraceInfo>> {
    let Some(file) = below_top(path) else { return Ok(None) };
    let parts: Vec<&str> = file.split('/').collect();
    let name = parts[parts.len() - 1];
    // Dot files are what a desktop leaves behind.
    if !name.ends_with(".txt") || name.starts_with('.') {
        return Ok(None);
    }
    match parts[..] {
        [TRAINING, name] => Ok(Some(TraceInfo::normal(Subset::Training, name))),
        [VALIDATION, name] => Ok(Some(TraceInfo::normal(Subset::Validation, name))),
        [ATTACK, folder, name] => match attack(folder) {
            Some((class, number)) => Ok(Some(TraceInfo {
                // The path as it is: a folder may write its number with a leading zero.
                file: file.to_owned(),
                ..TraceInfo::attack(class, number, name)
            })),
            None => {
                let (file, folder) = (file.to_owned(), folder.to_owned());
                Err(Error::UnknownAttack { file, folder })
            }
        },
        _ => Ok(None),
    }
}

/// The path from the folder of a subset on, which may lie in one folder of any name.
fn below_top(path: &str) -> Option<&str> {
    let known = |path: &str| {
        let first = path.split('/').next();
        Subset::ALL.iter().any(|subset| first == Some(subset.folder()))
    };
    if known(path) {
        return Some(path);
    }
    let (top, below) = path.split_once('/')?;
    (top != "__MACOSX" && known(below)).then_some(below)
}

fn attack(folder: &str) -> Option<(Class, u8)> {
    let (name, number) = folder.rsplit_once('_')?;
    let class = Class::ALL.into_iter().find(|class| class.name() == name)?;
    let digits = number.bytes().all(|byte| byte.is_ascii_digit());
    let number: u8 = number.parse().ok().filter(|number| digits && (1..=10).contains(number))?;
    (class != Class::Normal).then_some((class, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_published_layout_are_traces_with_and_without_a_top_folder() {
        for top in ["", "ADFA-LD/", "any name/"] {
            let read = |path: &str| parse(&format!("{top}{path}")).unwrap().unwrap();
            let trace = read("Attack_Data_Master/Java_Meterpreter_10/UAD-J-10-1.txt");
            assert_eq!(trace, TraceInfo::attack(Class::JavaMeterpreter, 10, "UAD-J-10-1.txt"));
            let trace = read("Training_Data_Master/UTD-0001.txt");
            assert_eq!(trace, TraceInfo::normal(Subset::Training, "UTD-0001.txt"));
            assert_eq!(trace.file, "Training_Data_Master/UTD-0001.txt");
        }
    }

    #[test]
    fn other_files_are_no_traces() {
        for path in [
            "ADFA-LD/ADFA-LD+Syscall+List.txt",
            "__MACOSX/Training_Data_Master/UTD-0001.txt",
            "a/b/Training_Data_Master/UTD-0001.txt",
            "Training_Data_Master/._UTD-0001.txt",
            "Training_Data_Master/UTD-0001.csv",
            "Training_Data_Master/deeper/UTD-0001.txt",
            "Attack_Data_Master/loose.txt",
            "Training_Data_Master.txt",
            "",
        ] {
            assert_eq!(parse(path).unwrap(), None, "{path}");
        }
    }

    #[test]
    fn attack_folders_without_a_known_name_and_number_are_refused() {
        for folder in
            ["Adduser", "Adduser_0", "Adduser_11", "Adduser_+1", "Adduser_", "Normal_1", "Worm_1"]
        {
            let found = parse(&format!("Attack_Data_Master/{folder}/x.txt"));
            assert!(matches!(found, Err(Error::UnknownAttack { .. })), "{folder}: {found:?}");
        }
    }
}
