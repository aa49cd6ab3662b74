//! A writer of well-formed markup: every text and attribute is escaped, every element closed.

use std::fmt::{self, Display, Write as _};

/// A name and a value of an attribute.
pub(crate) type Attribute<'a> = (&'static str, &'a dyn Display);

/// Markup under construction, valid as HTML and as XML.
#[derive(Default)]
pub(crate) struct Markup {
    out: String,
}

impl Markup {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Writes an element around what `body` writes.
    pub(crate) fn element(
        &mut self,
        tag: &'static str,
        attributes: &[Attribute<'_>],
        body: impl FnOnce(&mut Self),
    ) {
        self.start(tag, attributes);
        self.out.push('>');
        body(self);
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
        self.line_after(tag);
    }

    /// Writes an element that holds one text.
    pub(crate) fn leaf(
        &mut self,
        tag: &'static str,
        attributes: &[Attribute<'_>],
        text: impl Display,
    ) {
        self.element(tag, attributes, |markup| markup.text(text));
    }

    /// Writes an element without content, closed in its own tag. In HTML only void
    /// elements may be written so, in SVG all.
    pub(crate) fn void(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.start(tag, attributes);
        self.out.push_str("/>");
        self.line_after(tag);
    }

    /// Writes a text, escaped.
    pub(crate) fn text(&mut self, text: impl Display) {
        // Writing to a string cannot fail, and a `Display` that fails has said all it has.
        let _ = write!(Escaped(&mut self.out), "{text}");
    }

    /// Writes markup that is known to be well-formed: another writer's output, or a
    /// constant of this crate.
    pub(crate) fn verbatim(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    fn start(&mut self, tag: &'static str, attributes: &[Attribute<'_>]) {
        self.out.push('<');
        self.out.push_str(tag);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            let _ = write!(Escaped(&mut self.out), "{value}");
            self.out.push('"');
        }
    }

    /// Lines keep the file readable and comparable; within a line of text they would be
    /// a space.
    fn line_after(&mut self, tag: &str) {
        const INLINE: [&str; 9] =
            ["a", "b", "bdi", "code", "span", "small", "strong", "tspan", "title"];
        if !INLINE.contains(&tag) {
            self.out.push('\n');
        }
    }
}

/// Escapes what is written through it.
struct Escaped<'a>(&'a mut String);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c if is_unsafe(c) => self.0.push('\u{FFFD}'),
                c => self.0.push(c),
            }
        }
        Ok(())
    }
}

/// Control characters, which XML forbids, and marks that turn the direction of text, with
/// which one name could pass for another.
fn is_unsafe(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn escapes_texts_and_attributes() {
        let mut markup = Markup::new();
        markup.leaf("b", &[("title", &"\"'&")], "</b><script>\u{0}\u{202E}");
        assert_eq!(
            markup.finish(),
            "<b title=\"&quot;&#39;&amp;\">&lt;/b&gt;&lt;script&gt;\u{FFFD}\u{FFFD}</b>"
        );
    }

    #[test]
    fn closes_what_it_opens() {
        let mut markup = Markup::new();
        markup.element("p", &[], |markup| {
            markup.text("a");
            markup.leaf("code", &[], 1.5);
            markup.void("br", &[]);
        });
        assert_eq!(markup.finish(), "<p>a<code>1.5</code><br/>\n</p>\n");
    }
}
