//! What a host does on an ordinary day: it starts, its services write, its user works.

use super::event::Artefact;
use super::host::{HOME, Host, MINUTE};
use super::volume::{File, SECOND};
use super::words;

type Activity = fn(&mut Host);

/// What the user or Windows does next, with how often.
const ACTIVITIES: [(Activity, u32); 9] = [
    (browse, 26),
    (edit, 22),
    (services, 20),
    (mail, 12),
    (look_around, 8),
    (background, 6),
    (write_new, 8),
    (throw_away, 4),
    (tidy, 2),
];

/// A day from the start of the host to the last that its user does.
pub(super) fn day(host: &mut Host, start: i64, weekend: bool) {
    host.now = start + 7 * 60 * MINUTE;
    host.wait(0, 50 * MINUTE);
    boot(host);
    log_on(host);
    if host.dice.percent(25) {
        update(host);
    }
    let hours = if weekend { (1, 3) } else { (8, 10) };
    let end = host.now + i64::from(host.dice.between(hours)) * 60 * MINUTE;
    while host.now < end {
        let at = host.dice.weighted(&ACTIVITIES, |&(_, weight)| weight);
        ACTIVITIES[at].0(host);
        host.wait(20 * SECOND, 12 * MINUTE);
    }
    shut_down(host);
}

fn boot(host: &mut Host) {
    for at in 0..host.system.len() {
        host.wait(0, 90_000);
        if host.dice.percent(70) {
            host.volume.read(host.now, &host.system[at]);
        }
    }
    for at in 0..host.state.len() {
        host.wait(5_000, 300_000);
        host.volume.write(host.now, &host.state[at]);
    }
    for _ in 0..host.dice.between((4, 9)) {
        let path = format!("/Windows/Temp/{}.tmp", words::token(&mut host.dice, 8));
        host.wait(10_000, SECOND);
        host.volume.temporary(host.now, &path, 700_000);
    }
    for program in ["SVCHOST.EXE", "TASKHOSTW.EXE", "DLLHOST.EXE"] {
        run(host, program);
    }
}

fn log_on(host: &mut Host) {
    host.wait(30 * SECOND, 9 * MINUTE);
    for path in ["NTUSER.DAT", "UsrClass.dat", "Security.evtx"] {
        write_state(host, path);
    }
    run(host, "EXPLORER.EXE");
    for at in 0..host.folders.len() {
        host.wait(10_000, 400_000);
        host.volume.read(host.now, &host.folders[at]);
    }
    for _ in 0..host.dice.between((2, 6)) {
        host.wait(10_000, 200_000);
        let folder = "AppData/Local/Packages/Microsoft.Windows.Search/LocalState";
        let path = format!("{HOME}/{folder}/{}.dat", words::token(&mut host.dice, 12));
        host.volume.temporary(host.now, &path, 3 * SECOND);
    }
}

fn shut_down(host: &mut Host) {
    for path in ["NTUSER.DAT", "UsrClass.dat", "System.evtx", "config/SYSTEM", "config/SOFTWARE"] {
        host.wait(5_000, 400_000);
        write_state(host, path);
    }
}

/// Starts a program: its libraries are read, its prefetch file is written some seconds later.
pub(super) fn run(host: &mut Host, program: &str) {
    for _ in 0..host.dice.between((1, 5)) {
        let at = host.dice.below(host.system.len() as u32) as usize;
        host.wait(1_000, 40_000);
        if host.dice.percent(30) {
            host.volume.read(host.now, &host.system[at]);
        }
    }
    host.wait(9 * SECOND, 11 * SECOND);
    if let Some(file) = host.prefetch.iter().find(|file| file.path.contains(program)) {
        host.volume.write(host.now, file);
    }
}

/// Writes the file of the system whose path has that end.
pub(super) fn write_state(host: &mut Host, end: &str) {
    if let Some(file) = host.state.iter().find(|file| file.path.ends_with(end)) {
        host.volume.write(host.now, file);
    }
}

fn services(host: &mut Host) {
    for _ in 0..host.dice.between((1, 6)) {
        let at = host.dice.below(host.state.len() as u32) as usize;
        host.wait(100_000, 8 * SECOND);
        host.volume.write(host.now, &host.state[at]);
    }
}

fn background(host: &mut Host) {
    run(host, "DLLHOST.EXE");
    for _ in 0..host.dice.between((3, 12)) {
        let at = host.dice.below(host.system.len() as u32) as usize;
        host.wait(2_000, 500_000);
        host.volume.read(host.now, &host.system[at]);
    }
    let path = format!("/Windows/Temp/MpCmdRun-{}.log", words::token(&mut host.dice, 6));
    host.volume.temporary(host.now, &path, 2 * SECOND);
}

fn update(host: &mut Host) {
    let folder =
        format!("/Windows/SoftwareDistribution/Download/{}", words::token(&mut host.dice, 16));
    host.wait(MINUTE, 20 * MINUTE);
    let directory = host.volume.create_directory(host.now, &folder);
    for _ in 0..host.dice.between((6, 20)) {
        host.wait(50_000, 4 * SECOND);
        let name = words::token(&mut host.dice, 7).to_lowercase();
        let ending = host.dice.pick(&["dll", "dll", "exe", "cat", "mum", "sys"]);
        host.volume.temporary(host.now, &format!("{folder}/{name}.{ending}"), 40 * SECOND);
        let at = host.dice.below(host.system.len() as u32) as usize;
        if host.dice.percent(40) {
            host.volume.write(host.now + SECOND, &host.system[at]);
        }
    }
    write_state(host, "CBS.log");
    write_state(host, "DataStore.edb");
    host.wait(50 * SECOND, 90 * SECOND);
    host.volume.delete(host.now, &directory);
}

fn browse(host: &mut Host) {
    if host.dice.percent(15) {
        run(host, "CHROME.EXE");
    }
    let chrome = format!("{HOME}/AppData/Local/Google/Chrome/User Data/Default");
    for _ in 0..host.dice.between((4, 24)) {
        host.wait(3_000, 900_000);
        if host.dice.percent(60) || host.cache.is_empty() {
            let name = words::token(&mut host.dice, 6).to_lowercase();
            let path = format!("{chrome}/Cache/Cache_Data/f_{name}");
            let file = host.volume.create(host.now, &path);
            host.keep_cached(file);
        } else {
            let at = host.dice.below(host.cache.len() as u32) as usize;
            host.volume.read(host.now, &host.cache[at]);
        }
    }
    let journal = format!("{chrome}/History-journal");
    host.volume.temporary(host.now, &journal, 8_000);
    if host.dice.percent(6) {
        let name = words::token(&mut host.dice, 5).to_lowercase();
        let ending = host.dice.pick(&["pdf", "jpg", "png", "zip", "xlsx"]);
        let path = format!("{HOME}/Downloads/{name}.{ending}");
        let file = host.volume.create(host.now, &path);
        host.volume.create(host.now + 20_000, &format!("{path}:Zone.Identifier"));
        host.keep_document(file);
    }
}

/// Opens a document: the programs that offer it again note it.
pub(super) fn note(host: &mut Host, file: &File) {
    let name = file.path.rsplit('/').next().unwrap_or_default().to_owned();
    let recent = format!("{HOME}/AppData/Roaming/Microsoft/Windows/Recent");
    let path = format!("{recent}/{name}.lnk");
    match host.links.iter().position(|link| *link.path == *path) {
        Some(at) => host.volume.write(host.now, &host.links[at]),
        None => {
            let link = host.volume.create(host.now, &path);
            host.links.push(link);
            if 150 < host.links.len() {
                let oldest = host.links.remove(0);
                host.volume.delete(host.now, &oldest);
            }
        }
    }
    let jump = format!("{recent}/AutomaticDestinations/f01b4d95cf55d32a.automaticDestinations-ms");
    host.volume.shell_item(host.now, file, Artefact::Link(path.into()));
    host.volume.shell_item(host.now, file, Artefact::JumpList(jump.into()));
    if let Some(folder) = host.folders.iter().find(|folder| {
        file.path.strip_prefix(&*folder.path).is_some_and(|rest| !rest[1..].contains('/'))
    }) {
        let bag = format!("{HOME}/AppData/Local/Microsoft/Windows/UsrClass.dat");
        host.volume.shell_item(host.now, folder, Artefact::ShellBag(bag.into()));
    }
}

fn edit(host: &mut Host) {
    let at = host.any_document();
    let file = host.documents[at].clone();
    if host.dice.percent(30) {
        run(host, if file.path.ends_with("xlsx") { "EXCEL.EXE" } else { "WINWORD.EXE" });
    }
    host.volume.read(host.now, &file);
    note(host, &file);
    let (folder, name) = file.path.rsplit_once('/').unwrap_or_default();
    let owner = format!("{folder}/~${}", name.chars().skip(2).collect::<String>());
    let minutes = i64::from(host.dice.between((1, 9)));
    host.volume.temporary(host.now, &owner, minutes * MINUTE);
    for _ in 0..host.dice.between((0, 3)) {
        host.wait(20 * SECOND, 2 * MINUTE);
        let scratch = format!("{folder}/{}.tmp", words::token(&mut host.dice, 8));
        host.volume.temporary(host.now, &scratch, 60_000);
        host.volume.write(host.now + 40_000, &file);
    }
}

fn write_new(host: &mut Host) {
    let path = words::document(&mut host.dice);
    let file = host.volume.create(host.now, &path);
    host.wait(SECOND, 20 * SECOND);
    note(host, &file);
    host.keep_document(file);
}

fn mail(host: &mut Host) {
    let folder = format!("{HOME}/AppData/Local/Microsoft/Outlook");
    for _ in 0..host.dice.between((1, 5)) {
        host.wait(200_000, 20 * SECOND);
        let path = format!("{folder}/{}.tmp", words::token(&mut host.dice, 8));
        host.volume.temporary(host.now, &path, 300_000);
    }
    write_state(host, "WebCacheV01.dat");
}

fn look_around(host: &mut Host) {
    let bag = format!("{HOME}/AppData/Local/Microsoft/Windows/UsrClass.dat");
    for _ in 0..host.dice.between((1, 4)) {
        let at = host.dice.below(host.folders.len() as u32) as usize;
        host.wait(2 * SECOND, 20 * SECOND);
        host.volume.read(host.now, &host.folders[at]);
        host.volume.shell_item(
            host.now,
            &host.folders[at],
            Artefact::ShellBag(bag.as_str().into()),
        );
    }
    write_state(host, "UsrClass.dat");
}

/// Moves a document into the recycle bin: it gets another name there, and a note of the old.
fn throw_away(host: &mut Host) {
    if host.documents.len() < 20 {
        return;
    }
    let at = host.any_document();
    let Some(mut file) = host.documents.remove(at) else { return };
    let bin = "/$RECYCLE.BIN/S-1-5-21-3623811015-3361044348-30300820-1013";
    let ending = file.path.rsplit('.').next().unwrap_or_default().to_owned();
    let name = format!("{}.{ending}", words::token(&mut host.dice, 6));
    host.volume.create(host.now, &format!("{bin}/$I{name}"));
    host.volume.rename(host.now + 900, &mut file, &format!("{bin}/$R{name}"));
    if host.dice.percent(50) {
        host.wait(SECOND, 10 * MINUTE);
        host.volume.delete(host.now, &file);
    }
}

/// Gives a document another name.
fn tidy(host: &mut Host) {
    let at = host.any_document();
    let path = words::document(&mut host.dice);
    host.volume.rename(host.now, &mut host.documents[at], &path);
}
