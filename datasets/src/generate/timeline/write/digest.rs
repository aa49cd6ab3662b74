//! Events as rows of the study's 29-column digest.

use std::fmt::Write as _;

use crate::generate::timeline::event::{Artefact, TimelineEvent};

/// The study's columns, in its order.
pub(super) const COLUMNS: &str = "inode,M,A,C,B,file_stat,NTFS_file_stat,file_entry_shell_item,\
    NTFS_USN_change,filef,directory,link,dir_appdata,dir_win,dir_user,dir_other,file_executable,\
    file_graphic,file_documents,file_ps,file_other,mft,lnk_shell_items,\
    olecf_olecf_automatic_destinations/lnk/shell_items,winreg_bagmru/shell_items,usnjrnl,\
    is_allocated1,is_allocated0,filename";

/// Appends the rows of a day: one an event.
pub(super) fn day(
    label_column: bool,
    events: &[TimelineEvent],
    text: &mut String,
    labels: &mut Vec<bool>,
) {
    for event in events {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}", event.entry);
        for flag in flags(event) {
            text.push_str(if flag { ",1" } else { ",0" });
        }
        text.push(',');
        // The journal knows a file by its name alone.
        text.push_str(if is_usn(event) { event.name() } else { &event.path });
        if label_column {
            text.push_str(if event.is_intrusion { ",1" } else { ",0" });
        }
        text.push('\n');
        labels.push(event.is_intrusion);
    }
}

fn is_usn(event: &TimelineEvent) -> bool {
    matches!(event.artefact, Artefact::Usn(_))
}

fn flags(event: &TimelineEvent) -> [bool; 27] {
    let mut flags = [false; 27];
    flags[..4].copy_from_slice(&event.macb);
    let (source, parser) = match event.artefact {
        Artefact::StandardInformation => (4, None),
        Artefact::FileName => (5, Some(20)),
        Artefact::Link(_) => (6, Some(21)),
        Artefact::JumpList(_) => (6, Some(22)),
        Artefact::ShellBag(_) => (6, Some(23)),
        Artefact::Usn(_) => (7, Some(24)),
    };
    flags[source] = true;
    parser.into_iter().for_each(|parser: usize| flags[parser] = true);
    // Only the file system says what an entry is.
    let states_type = event.artefact == Artefact::StandardInformation;
    if states_type {
        flags[if event.is_directory { 9 } else { 8 }] = true;
    }
    if !is_usn(event) {
        flags[11 + area(&event.path)] = true;
    }
    if !(states_type && event.is_directory)
        && let Some(kind) = kind(event.name()).or((states_type).then_some(4))
    {
        flags[15 + kind] = true;
    }
    if states_type || event.artefact == Artefact::FileName {
        flags[if event.is_allocated { 25 } else { 26 }] = true;
    }
    flags
}

/// Below AppData, Windows or Users, or elsewhere.
fn area(path: &str) -> usize {
    match () {
        () if path.contains("/AppData/") => 0,
        () if path.starts_with("/Windows/") => 1,
        () if path.starts_with("/Users/") => 2,
        () => 3,
    }
}

/// Executable, picture, document, PowerShell or other, by the extension if there is one.
fn kind(name: &str) -> Option<usize> {
    let name = name.split(':').next().unwrap_or(name);
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "exe" | "dll" | "sys" => 0,
        "jpg" | "png" => 1,
        "docx" | "docm" | "xlsx" | "pptx" | "pdf" | "txt" => 2,
        "ps1" | "psm1" => 3,
        _ => 4,
    })
}
