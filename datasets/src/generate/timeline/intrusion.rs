//! What an intruder leaves: a dropped program, PowerShell, persistence, stolen documents, false
//! times, and the traces of tidying up.

use super::activity::{note, run, write_state};
use super::event::Artefact;
use super::host::{HOME, Host, MINUTE};
use super::volume::{File, SECOND};
use super::words;

/// Names that tools take so as not to be noticed.
const DISGUISES: [&str; 6] =
    ["coreupdater", "svchosts", "winlogin", "taskhostx", "rdpclipp", "msdtcvtr"];

/// An intrusion between eleven and five o'clock of the day that begins at `start`.
pub(super) fn intrude(host: &mut Host, start: i64) {
    host.now = start + 11 * 60 * MINUTE;
    host.wait(0, 45 * MINUTE);
    let disguise = host.dice.pick(&DISGUISES);
    let dropper = come_in(host, disguise);
    host.wait(MINUTE, 6 * MINUTE);
    let scripts = power_shell(host);
    host.wait(30 * SECOND, 5 * MINUTE);
    let tool = persist(host, disguise, start);
    host.wait(5 * MINUTE, 40 * MINUTE);
    let stage = steal(host);
    host.wait(5 * MINUTE, 30 * MINUTE);
    tidy_up(host, [dropper].into_iter().chain(scripts).chain(stage));
    host.wait(MINUTE, 20 * MINUTE);
    host.volume.read(host.now, &tool);
}

/// A document with macros is downloaded and opened; it drops a program and starts it.
fn come_in(host: &mut Host, disguise: &str) -> File {
    let path = format!("{HOME}/Downloads/Rechnung_{:05}.docm", host.dice.below(100_000));
    let document = host.volume.create(host.now, &path);
    host.volume.create(host.now + 15_000, &format!("{path}:Zone.Identifier"));
    host.wait(10 * SECOND, 2 * MINUTE);
    host.volume.read(host.now, &document);
    note(host, &document);
    host.wait(5 * SECOND, 20 * SECOND);
    let dropper = format!("{HOME}/AppData/Local/Temp/{disguise}.exe");
    let dropper = host.volume.create(host.now, &dropper);
    host.wait(500_000, 3 * SECOND);
    host.volume.read(host.now, &dropper);
    host.wait(9 * SECOND, 11 * SECOND);
    let prefetch = words::prefetch(&format!("{}.EXE", disguise.to_uppercase()));
    host.volume.create(host.now, &prefetch);
    dropper
}

fn power_shell(host: &mut Host) -> Vec<File> {
    run(host, "POWERSHELL.EXE");
    let temp = format!("{HOME}/AppData/Local/Temp");
    for ending in ["ps1", "psm1"] {
        let name = words::token(&mut host.dice, 8).to_lowercase();
        let path = format!("{temp}/__PSScriptPolicyTest_{name}.{ending}");
        host.volume.temporary(host.now, &path, 4_000);
    }
    write_state(host, "Microsoft-Windows-PowerShell%4Operational.evtx");
    let mut scripts = Vec::new();
    for name in ["stage1", "recon", "collect"] {
        host.wait(2 * SECOND, 90 * SECOND);
        let script = host.volume.create(host.now, &format!("/ProgramData/{name}.ps1"));
        host.volume.read(host.now + 300_000, &script);
        scripts.push(script);
    }
    let history = "AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt";
    host.volume.create(host.now, &format!("{HOME}/{history}"));
    scripts
}

/// A program that starts with Windows, its times set back to those of a neighbour.
fn persist(host: &mut Host, disguise: &str, start: i64) -> File {
    let tool = host.volume.create(host.now, &format!("/Windows/System32/{disguise}.exe"));
    host.wait(3 * SECOND, 30 * SECOND);
    let stomped = start + 2 * 60 * MINUTE + i64::from(host.dice.below(3_600)) * SECOND;
    host.volume.stomp(host.now, &tool, stomped);
    host.wait(SECOND, 20 * SECOND);
    let startup = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup";
    let path = format!("{HOME}/{startup}/{disguise}.lnk");
    host.volume.create(host.now, &path);
    host.volume.shell_item(host.now, &tool, Artefact::Link(path.into()));
    host.volume.create(host.now + SECOND, &format!("/Windows/System32/Tasks/{disguise}"));
    write_state(host, "config/SOFTWARE");
    write_state(host, "NTUSER.DAT");
    tool
}

/// Documents are read one after the other, copied to one folder and packed.
fn steal(host: &mut Host) -> Vec<File> {
    let folder = format!("/ProgramData/{}", words::token(&mut host.dice, 6).to_lowercase());
    let directory = host.volume.create_directory(host.now, &folder);
    let bag = format!("{HOME}/AppData/Local/Microsoft/Windows/UsrClass.dat");
    for at in 0..host.folders.len() {
        host.wait(300_000, 4 * SECOND);
        host.volume.read(host.now, &host.folders[at]);
        if host.dice.percent(50) {
            let bag = Artefact::ShellBag(bag.as_str().into());
            host.volume.shell_item(host.now, &host.folders[at], bag);
        }
    }
    let mut copies = Vec::new();
    for at in 0..host.documents.len().min(60) {
        host.wait(20_000, 400_000);
        let document = host.documents[at].clone();
        host.volume.read(host.now, &document);
        let name = document.path.rsplit('/').next().unwrap_or_default();
        copies.push(host.volume.create(host.now + 2_000, &format!("{folder}/{name}")));
    }
    run(host, "7ZG.EXE");
    for copy in &copies {
        host.volume.read(host.now, copy);
        host.now += 30_000;
    }
    let archive = host.volume.create(host.now, &format!("{folder}/a.zip"));
    for _ in 0..4 {
        host.wait(SECOND, 9 * SECOND);
        host.volume.write(host.now, &archive);
    }
    copies.push(archive);
    copies.push(directory);
    copies
}

fn tidy_up(host: &mut Host, files: impl Iterator<Item = File>) {
    for file in files {
        host.wait(5_000, 250_000);
        host.volume.delete(host.now, &file);
    }
    for log in ["Security.evtx", "System.evtx", "Microsoft-Windows-PowerShell%4Operational.evtx"] {
        host.wait(SECOND, 5 * SECOND);
        write_state(host, log);
    }
}
