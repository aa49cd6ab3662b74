//! The report in a browser: no error, no request, sorting and filtering, and no need of a script.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use oddity_bench::report::{Leaderboard, LeaderboardEntry, Report, SuitePage, render};

/// Programs that speak Chromium's command line.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// Runs before the page's script: keeps what goes wrong.
const WATCH: &str = r#"<script>
window.problems = [];
addEventListener("error", (event) => problems.push("error: " + event.message));
addEventListener("securitypolicyviolation", (event) => problems.push("policy: " + event.blockedURI));
</script>"#;

/// Runs after it: uses the page as a reader would, and writes down what is seen.
const DRIVE: &str = r#"<script>
addEventListener("load", () => {
  const table = document.querySelector("table.ranking");
  const seen = () => [...table.tBodies[0].rows]
    .filter((row) => row.checkVisibility())
    .map((row) => row.cells[1].textContent).join(" ");
  const lines = ["start: " + seen()];
  const heads = [...table.tHead.rows[0].cells];
  const head = (name) => heads.find((head) => head.textContent === name).querySelector("button");
  head("score").click();
  lines.push("by score: " + seen());
  head("score").click();
  lines.push("turned: " + seen());
  const input = table.closest("section").querySelector("input[type=search]");
  input.value = "forest is";
  input.dispatchEvent(new Event("input"));
  lines.push("filtered: " + seen());
  lines.push("wide: " + (document.documentElement.scrollWidth > innerWidth));
  lines.push("requests: " + performance.getEntriesByType("resource").length);
  lines.push("problems: " + problems.join("; "));
  const log = document.createElement("pre");
  log.id = "log";
  log.textContent = lines.join("\n");
  document.body.append(log);
});
</script>"#;

fn browser() -> Option<&'static str> {
    let is_there = |program: &&&str| {
        let mut version = Command::new(program);
        version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        version.status().is_ok_and(|status| status.success())
    };
    BROWSERS.iter().find(is_there).copied()
}

/// What the browser makes of a page: its elements after the scripts ran, and what it complained of.
fn open(browser: &str, folder: &Path, page: &str, size: &str) -> (String, String) {
    let file = folder.join("page.html");
    std::fs::write(&file, page).expect("a writable folder");
    let output = |name: &str| std::fs::File::create(folder.join(name)).expect("a writable folder");
    let mut child = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--window-size={size}"))
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("file://{}", file.display()))
        .stdout(output("stdout"))
        .stderr(output("stderr"))
        .spawn()
        .expect("a browser that starts");
    let began = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if Duration::from_secs(300) < began.elapsed() {
            child.kill().expect("a child that can be ended");
            panic!("{browser} did not end within 300 s");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let read = |name: &str| std::fs::read(folder.join(name)).expect("a readable file");
    let text = |name: &str| String::from_utf8_lossy(&read(name)).into_owned();
    (text("stdout"), text("stderr"))
}

fn report() -> Report {
    let entry = |(pipeline, value, seconds): &(&str, f64, f64)| LeaderboardEntry {
        pipeline: format!("one-class/{pipeline}"),
        value: Some(*value),
        score_seconds: Some(*seconds),
        ..LeaderboardEntry::default()
    };
    let entries = [
        ("pca", 0.7, 0.1),
        ("isolation-forest", 0.9, 3.0),
        ("random-forest", 0.8, 20.0),
        ("random", 0.5, 0.002),
        ("stide", 0.85, 1.5),
    ];
    let mut report = crate::content::report("knn");
    let board = Leaderboard {
        task: "one-class".into(),
        measure: "roc_auc".into(),
        entries: entries.iter().map(entry).collect(),
        ..Leaderboard::default()
    };
    let suite = SuitePage { id: "first".into(), leaderboards: vec![board], ..SuitePage::default() };
    report.suites.insert(0, suite);
    report
}

#[test]
fn the_page_works_in_a_browser() {
    let Some(browser) = browser() else {
        println!("skipped: none of {BROWSERS:?} is installed");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = render(&report());
    let watched = page.replacen("<style>", &format!("{WATCH}<style>"), 1);
    let watched = watched.replacen("</body>", &format!("{DRIVE}</body>"), 1);
    // As wide as a phone, on which nothing may stick out.
    let (elements, complaints) = open(browser, folder.path(), &watched, "500,900");
    let log = elements.split_once("<pre id=\"log\">").expect("a log").1;
    let log = log.split_once("</pre>").expect("an end").0;
    let expected = "start: isolation-forest stide random-forest pca random\n\
                    by score: random pca stide isolation-forest random-forest\n\
                    turned: random-forest isolation-forest stide pca random\n\
                    filtered: isolation-forest\n\
                    wide: false\n\
                    requests: 0\n\
                    problems: ";
    assert_eq!(log, expected);
    let console: Vec<&str> = complaints.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(console.is_empty(), "{console:?}");
}

#[test]
fn the_page_needs_no_script() {
    let Some(browser) = browser() else {
        println!("skipped: none of {BROWSERS:?} is installed");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = render(&report());
    let without =
        page.replacen("script-src &#39;unsafe-inline&#39;", "script-src &#39;none&#39;", 1);
    assert_ne!(page, without);
    let (elements, _) = open(browser, folder.path(), &without, "1200,900");
    assert!(!elements.contains("<button"), "the script ran");
    let table = elements.split_once("table class=\"sortable ranking\"").expect("a table").1;
    let places: Vec<usize> = ["isolation-forest", "stide", "random-forest", "pca"]
        .iter()
        .map(|name| table.find(&format!(">{name}<")).expect("a row"))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
}
