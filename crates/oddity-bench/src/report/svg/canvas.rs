//! The elements that charts are made of: the frame, texts, lines, dots.

use std::fmt::{self, Display};

use crate::report::markup::Markup;

/// Colours of the light scheme, beside the class that a page recolours.
pub(crate) const TEXT: &str = "#1c2126";
pub(crate) const MUTED: &str = "#59636e";
pub(crate) const GRID: &str = "#e1e5ea";
pub(crate) const AXIS: &str = "#8b949e";
pub(crate) const GROUND: &str = "#ffffff";

/// A coordinate, written with at most two decimals.
pub(crate) struct Px(pub(crate) f64);

impl Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Adding 0 makes a zero of a negative zero.
        let rounded = (self.0 * 100.0).round() / 100.0 + 0.0;
        write!(f, "{rounded}")
    }
}

/// Where a text stands about its point.
#[derive(Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// Writes a chart of this size around what `content` draws. `description` says in words
/// what the picture shows.
pub(crate) fn chart(
    title: &str,
    description: &str,
    (width, height): (f64, f64),
    content: impl FnOnce(&mut Markup),
) -> String {
    let mut markup = Markup::new();
    let view = format!("0 0 {} {}", Px(width), Px(height));
    let label =
        if description.is_empty() { title.into() } else { format!("{title}. {description}") };
    let attributes: [(&str, &dyn Display); 8] = [
        ("xmlns", &"http://www.w3.org/2000/svg"),
        ("class", &"chart"),
        ("viewBox", &view),
        ("width", &Px(width)),
        ("height", &Px(height)),
        ("role", &"img"),
        ("aria-label", &label),
        ("font-family", &"system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif"),
    ];
    markup.element("svg", &attributes, |markup| {
        markup.leaf("title", &[], title);
        let size: [(&str, &dyn Display); 4] = [
            ("class", &"ground"),
            ("width", &Px(width)),
            ("height", &Px(height)),
            ("fill", &GROUND),
        ];
        markup.void("rect", &size);
        let attributes: [(&str, &dyn Display); 6] = [
            ("class", &"t"),
            ("x", &"8"),
            ("y", &"18"),
            ("font-size", &"13"),
            ("font-weight", &"600"),
            ("fill", &TEXT),
        ];
        markup.leaf("text", &attributes, shorten(title, (width * 0.13) as usize));
        content(markup);
    });
    markup.finish()
}

/// Writes a text in the chart's small size.
pub(crate) fn text(
    markup: &mut Markup,
    (x, y): (f64, f64),
    anchor: Anchor,
    muted: bool,
    text: &str,
) {
    let anchor = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let (class, fill) = if muted { ("m", MUTED) } else { ("t", TEXT) };
    let attributes: [(&str, &dyn Display); 6] = [
        ("class", &class),
        ("x", &Px(x)),
        ("y", &Px(y)),
        ("font-size", &"12"),
        ("text-anchor", &anchor),
        ("fill", &fill),
    ];
    markup.leaf("text", &attributes, text);
}

/// Writes a straight line.
pub(crate) fn line(
    markup: &mut Markup,
    class: &str,
    colour: &str,
    (x1, y1): (f64, f64),
    (x2, y2): (f64, f64),
) {
    let attributes: [(&str, &dyn Display); 6] = [
        ("class", &class),
        ("x1", &Px(x1)),
        ("y1", &Px(y1)),
        ("x2", &Px(x2)),
        ("y2", &Px(y2)),
        ("stroke", &colour),
    ];
    markup.void("line", &attributes);
}

/// Cuts a text that would not fit, in its middle, where names differ least.
pub(crate) fn shorten(text: &str, n_most: usize) -> String {
    let n_chars = text.chars().count();
    if n_chars <= n_most {
        return text.into();
    }
    let n_head = n_most / 2;
    let n_tail = n_most - n_head - 1;
    let head: String = text.chars().take(n_head).collect();
    let tail: String = text.chars().skip(n_chars - n_tail).collect();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::{Px, shorten};

    #[test]
    fn coordinates_are_short() {
        assert_eq!([1.0, 1.005, -0.001, 2.345].map(|x| Px(x).to_string()), ["1", "1", "0", "2.35"]);
    }

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(shorten("random-forest", 20), "random-forest");
        assert_eq!(shorten("as-published/random-forest", 11), "as-pu…orest");
    }
}
