//! Names and paths that the host's files have.

use super::host::HOME;
use crate::generate::dice::Dice;

/// Programs and libraries of Windows that are read when it starts and when programs do.
pub(super) const SYSTEM: &[&str] = &[
    "/Windows/System32/ntdll.dll",
    "/Windows/System32/kernel32.dll",
    "/Windows/System32/kernelbase.dll",
    "/Windows/System32/user32.dll",
    "/Windows/System32/gdi32full.dll",
    "/Windows/System32/advapi32.dll",
    "/Windows/System32/ole32.dll",
    "/Windows/System32/combase.dll",
    "/Windows/System32/rpcrt4.dll",
    "/Windows/System32/ws2_32.dll",
    "/Windows/System32/crypt32.dll",
    "/Windows/System32/shell32.dll",
    "/Windows/System32/shlwapi.dll",
    "/Windows/System32/wininet.dll",
    "/Windows/System32/winhttp.dll",
    "/Windows/System32/dnsapi.dll",
    "/Windows/System32/services.exe",
    "/Windows/System32/lsass.exe",
    "/Windows/System32/csrss.exe",
    "/Windows/System32/winlogon.exe",
    "/Windows/System32/svchost.exe",
    "/Windows/System32/spoolsv.exe",
    "/Windows/System32/taskhostw.exe",
    "/Windows/System32/dllhost.exe",
    "/Windows/System32/conhost.exe",
    "/Windows/System32/drivers/tcpip.sys",
    "/Windows/System32/drivers/ntfs.sys",
    "/Windows/System32/drivers/ndis.sys",
    "/Windows/System32/drivers/afd.sys",
    "/Windows/System32/drivers/volsnap.sys",
    "/Windows/System32/WindowsPowerShell/v1.0/powershell.exe",
    "/Windows/System32/WindowsPowerShell/v1.0/Modules/PSReadLine/PSReadLine.psm1",
    "/Windows/explorer.exe",
    "/Windows/SystemApps/ShellExperienceHost/ShellExperienceHost.exe",
    "/Windows/Fonts/segoeui.ttf",
    "/Windows/Web/Wallpaper/Windows/img0.jpg",
    "/Program Files/Microsoft Office/root/Office16/WINWORD.EXE",
    "/Program Files/Microsoft Office/root/Office16/EXCEL.EXE",
    "/Program Files/Google/Chrome/Application/chrome.exe",
    "/Program Files/7-Zip/7z.exe",
];

/// Files that Windows and its services write all day.
pub(super) const STATE: &[&str] = &[
    "/Windows/System32/config/SYSTEM",
    "/Windows/System32/config/SOFTWARE",
    "/Windows/System32/config/SAM",
    "/Windows/System32/winevt/Logs/System.evtx",
    "/Windows/System32/winevt/Logs/Security.evtx",
    "/Windows/System32/winevt/Logs/Application.evtx",
    "/Windows/System32/winevt/Logs/Microsoft-Windows-PowerShell%4Operational.evtx",
    "/Windows/System32/LogFiles/WMI/Diagtrack-Listener.etl",
    "/Windows/System32/sru/SRUDB.dat",
    "/Windows/SoftwareDistribution/DataStore/DataStore.edb",
    "/Windows/Logs/CBS/CBS.log",
    "/Windows/ServiceProfiles/LocalService/AppData/Local/lastalive0.dat",
    "/ProgramData/Microsoft/Windows Defender/Support/MPLog-20240108-073000.log",
    "/ProgramData/Microsoft/Search/Data/Applications/Windows/Windows.edb",
    "/pagefile.sys",
    "/Users/ann.weber/NTUSER.DAT",
    "/Users/ann.weber/AppData/Local/Microsoft/Windows/UsrClass.dat",
    "/Users/ann.weber/AppData/Local/Microsoft/Windows/WebCache/WebCacheV01.dat",
];

/// Programs whose starts are noted under Prefetch.
pub(super) const PROGRAMS: &[&str] = &[
    "CHROME.EXE",
    "WINWORD.EXE",
    "EXCEL.EXE",
    "OUTLOOK.EXE",
    "EXPLORER.EXE",
    "SVCHOST.EXE",
    "DLLHOST.EXE",
    "TASKHOSTW.EXE",
    "CONHOST.EXE",
    "NOTEPAD.EXE",
    "POWERSHELL.EXE",
    "7ZG.EXE",
];

/// Folders of the user.
pub(super) const FOLDERS: &[&str] = &[
    "Documents",
    "Documents/Projekte",
    "Documents/Rechnungen",
    "Desktop",
    "Downloads",
    "Pictures",
];

const SUBJECTS: [&str; 16] = [
    "Bericht",
    "Angebot",
    "Rechnung",
    "Protokoll",
    "Budget",
    "Vertrag",
    "Planung",
    "Notizen",
    "Präsentation",
    "Übersicht",
    "Liste",
    "Résumé",
    "Statistik",
    "Entwurf",
    "Kunden",
    "Urlaub",
];
const EXTENSIONS: [&str; 9] = ["docx", "docx", "docx", "xlsx", "xlsx", "pptx", "pdf", "txt", "jpg"];

/// The path of the prefetch file of a program.
pub(super) fn prefetch(program: &str) -> String {
    let hash = program
        .bytes()
        .fold(314_159_265u32, |hash, byte| hash.wrapping_mul(37).wrapping_add(u32::from(byte)));
    format!("/Windows/Prefetch/{program}-{hash:08X}.pf")
}

/// A path for a new document.
pub(super) fn document(dice: &mut Dice) -> String {
    let (folder, subject) = (dice.pick(FOLDERS), dice.pick(&SUBJECTS));
    let (number, extension) = (dice.below(100_000), dice.pick(&EXTENSIONS));
    format!("{HOME}/{folder}/{subject} {number:05}.{extension}")
}

/// Letters and digits at random, as tools name their files.
pub(super) fn token(dice: &mut Dice, length: usize) -> String {
    (0..length).map(|_| char::from(dice.pick(b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"))).collect()
}
