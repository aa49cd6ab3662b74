//! The report as a whole: its text, its escaping, its shape as XML, what it never does.

mod browser;
mod charts;
mod content;
mod files;

use std::collections::BTreeSet;

use content::report;
use oddity_bench::report::{Report, SuitePage, render};
use roxmltree::{Document, Node, ParsingOptions};

fn parse(page: &str) -> Document<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Document::parse_with_options(page, options).expect("the page is well-formed")
}

/// The page without its style and script, which are files of their own.
fn without_assets(page: &str) -> String {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("/*<![CDATA[*/") {
        text.push_str(before);
        rest = after.split_once("/*]]>*/").expect("a block that ends").1;
    }
    text + rest
}

fn elements<'a>(document: &'a Document<'_>, tag: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    document
        .descendants()
        .filter(move |node| node.has_tag_name(("http://www.w3.org/1999/xhtml", tag)))
}

#[test]
fn the_page_says_what_it_said() {
    let mut report = report("knn");
    report.suites.truncate(1);
    insta::assert_snapshot!(without_assets(&render(&report)));
}

#[test]
fn hostile_names_stay_text() {
    let name =
        "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;]]>\u{0}\u{202E}";
    let page = render(&report(name));
    let document = parse(&page);
    assert_eq!(elements(&document, "script").count(), 1);
    assert_eq!(elements(&document, "img").count(), 0);
    let is_handler = |node: &Node<'_, '_>| node.attributes().any(|a| a.name().starts_with("on"));
    assert!(!document.descendants().any(|node| is_handler(&node)));
    assert!(!without_assets(&page).contains("<img"));
    assert!(!page.contains(['\u{0}', '\u{202E}']));
    // What was written is what is read.
    let title = elements(&document, "h1").next().unwrap().text().unwrap();
    assert_eq!(title, name.replace(['\u{0}', '\u{202E}'], "\u{FFFD}"));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let report = report("knn");
    let page = render(&report);
    assert_eq!(page, render(&report));
    let stored = serde_json::to_string(&report).unwrap();
    let read: Report = serde_json::from_str(&stored).unwrap();
    assert_eq!(report, read);
    assert_eq!(page, render(&read));
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = render(&report("knn"));
    let namespaces = ["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"];
    let bare = namespaces.iter().fold(page.clone(), |page, name| page.replace(name, ""));
    for forbidden in ["http:", "https:", "//cdn", "@import", "url(", "fetch(", "import("] {
        assert!(!bare.contains(forbidden), "{forbidden}");
    }
    let document = parse(&page);
    for node in document.descendants() {
        assert_eq!(node.attribute("src"), None);
        if let Some(href) = node.attribute("href") {
            assert!(href.starts_with('#') || href == "data:,", "{href}");
        }
    }
}

#[test]
fn a_citation_with_an_address_is_text() {
    let mut report = report("knn");
    report.suites[0].datasets[0].source = "https://doi.org/10.1109/WCNC.2013.6555301".into();
    let page = render(&report);
    assert_eq!(page.matches("https:").count(), 1);
    assert!(page.contains("<dd>https://doi.org/10.1109/WCNC.2013.6555301</dd>"));
}

#[test]
fn links_lead_to_anchors_that_are_there_once() {
    let page = render(&report("knn"));
    let document = parse(&page);
    let all: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    let ids: BTreeSet<&str> = all.iter().copied().collect();
    assert_eq!(ids.len(), all.len());
    let links: Vec<&str> =
        elements(&document, "a").filter_map(|node| node.attribute("href")).collect();
    assert!(!links.is_empty());
    for link in links {
        assert!(ids.contains(link.trim_start_matches('#')), "{link}");
    }
}

#[test]
fn every_row_is_as_wide_as_its_table() {
    let page = render(&report("knn"));
    let document = parse(&page);
    for table in elements(&document, "table") {
        let widths: BTreeSet<usize> = table
            .descendants()
            .filter(|node| node.tag_name().name() == "tr")
            .map(|row| {
                let cells = row.children().filter(Node::is_element);
                cells.map(|cell| cell.attribute("colspan").map_or(1, |n| n.parse().unwrap())).sum()
            })
            .collect();
        assert_eq!(widths.len(), 1, "{:?}", table.parent().unwrap().attribute("aria-label"));
    }
}

#[test]
fn every_chart_is_named_for_those_who_cannot_see_it() {
    let page = render(&report("knn"));
    let document = parse(&page);
    let is_chart = |node: &Node<'_, '_>| node.attribute("class") == Some("chart");
    let is_svg = |node: &Node<'_, '_>| node.tag_name().name() == "svg";
    let all: Vec<_> = document.descendants().filter(is_svg).collect();
    let (charts, bars): (Vec<_>, Vec<_>) = all.into_iter().partition(is_chart);
    // The bars in tables say what stands beside them as text.
    assert_eq!(bars.len(), 4);
    assert!(bars.iter().all(|bar| bar.attribute("aria-hidden") == Some("true")));
    assert_eq!(charts.len(), 14);
    for chart in charts {
        assert_eq!(chart.attribute("role"), Some("img"));
        assert!(chart.attribute("aria-label").unwrap().contains("knn"));
        assert_eq!(chart.first_element_child().unwrap().tag_name().name(), "title");
    }
}

#[test]
fn what_has_no_value_is_a_word() {
    let page = without_assets(&render(&report("knn")));
    for words in ["undefined: knn", "failed: knn", "skipped: knn", ">undefined</td>", ">timeout<"] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("NaN"));
}

#[test]
fn an_empty_report_is_a_page() {
    let page = render(&Report::default());
    parse(&page);
    let suites = vec![SuitePage::default(), SuitePage::default()];
    let page = render(&Report { suites, ..Report::default() });
    parse(&page);
}
