//! The guide in `docs/`: every command of it is run, in order, page by page.
//!
//! In blocks of the kind `console`, lines that begin with `$` are commands and the lines behind
//! them what they print; `[..]` stands for anything within a line, `...` for any lines.

use std::path::{Path, PathBuf};
use std::process::Command;

#[derive(Debug)]
struct Step {
    line: usize,
    command: String,
    printed: Vec<String>,
}

/// The commands of a page.
fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for (at, line) in page.lines().enumerate() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ => match line.strip_prefix("$ ") {
                Some(command) => {
                    let command = command.to_owned();
                    steps.push(Step { line: at + 1, command, printed: Vec::new() });
                }
                None => {
                    let step = steps.last_mut().expect("a command before what it prints");
                    if let Some(continued) = step.command.strip_suffix('\\') {
                        step.command = format!("{continued} {}", line.trim());
                    } else {
                        step.printed.push(line.to_owned());
                    }
                }
            },
        }
    }
    steps
}

/// Files that a page shows: blocks of the kind `toml file=NAME`, and so on.
fn write_files(page: &str, folder: &Path) {
    let mut open: Option<(PathBuf, String)> = None;
    for line in page.lines() {
        match (&mut open, line) {
            (None, line) if line.starts_with("```") => {
                let name = line.split_once("file=").map(|(_, name)| name);
                open = name.map(|name| (folder.join(name), String::new()));
            }
            (Some((path, text)), "```") => {
                std::fs::write(path, text).expect("written");
                open = None;
            }
            (Some((_, text)), line) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, _) => {}
        }
    }
}

/// Whether a line is the one that the page shows.
fn fits(shown: &str, line: &str) -> bool {
    let parts: Vec<&str> = shown.split("[..]").collect();
    let [first, middle @ .., last] = parts.as_slice() else { return shown == line };
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

fn all_fit(shown: &[String], lines: &[&str]) -> bool {
    match (shown, lines) {
        ([], lines) => lines.is_empty(),
        ([dots, shown @ ..], lines) if dots == "..." => {
            (0..=lines.len()).any(|skip| all_fit(shown, &lines[skip..]))
        }
        ([first, shown @ ..], [line, lines @ ..]) => fits(first, line) && all_fit(shown, lines),
        _ => false,
    }
}

fn check(page: &Path) {
    let text = std::fs::read_to_string(page).expect("a page");
    let name = page.display();
    let folder = tempfile::tempdir().expect("a folder");
    write_files(&text, folder.path());
    let program = Path::new(env!("CARGO_BIN_EXE_oddity"));
    let path = format!(
        "{}:{}",
        program.parent().expect("a folder").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    for step in steps(&text) {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{} 2>&1", step.command)]).current_dir(folder.path());
        let output = shell.env("PATH", &path).env("NO_COLOR", "1").output().expect("a shell");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let at = format!("{name}, line {}: $ {}", step.line, step.command);
        assert!(output.status.success(), "{at}: {}\n{printed}", output.status);
        let lines: Vec<&str> = printed.lines().map(str::trim_end).collect();
        assert!(all_fit(&step.printed, &lines), "{at} prints\n{printed}");
    }
}

#[test]
#[cfg(unix)]
fn the_commands_of_the_guide_print_what_it_shows() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let entries = std::fs::read_dir(docs).expect("the guide");
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    pages.retain(|page| page.extension().is_some_and(|ending| ending == "md"));
    pages.sort();
    assert!(4 < pages.len());
    pages.iter().for_each(|page| check(page));
}

#[test]
fn shown_lines_have_gaps() {
    assert!(fits("a [..] c", "a b c") && fits("[..]", "") && fits("x", "x"));
    assert!(!fits("a [..] c", "a b d") && !fits("x", "xy"));
    let shown = |lines: &[&str]| lines.iter().map(|&line| line.to_owned()).collect::<Vec<_>>();
    assert!(all_fit(&shown(&["a", "...", "z"]), &["a", "b", "c", "z"]));
    assert!(!all_fit(&shown(&["a", "z"]), &["a", "b", "z"]));
    let step = &steps("```console\n$ a \\\n  b\nout\n```\nno")[0];
    assert_eq!((step.command.as_str(), step.printed.as_slice()), ("a  b", &shown(&["out"])[..]));
}
