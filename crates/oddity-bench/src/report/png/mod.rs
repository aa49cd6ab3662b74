//! Charts as PNG: the SVG of [`super::svg`] drawn in pixels, with a font of its own.
//!
//! This reads the SVG that this crate writes, and no other: an element or a path command that
//! our charts do not use is an error. The font is Noto Sans, so that a chart looks the same on a
//! machine without fonts.

mod encode;
mod glyphs;
mod shape;

use glyphs::Fonts;
use roxmltree::{Document, Node};
use thiserror::Error;
use tiny_skia::{
    FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash,
    Transform,
};

/// Pixels of the picture for each unit of the chart: fit for print at the usual width of a column.
const SCALE: f32 = 2.0;

/// Why a chart could not be drawn in pixels.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PngError {
    /// The text is no XML.
    #[error("no XML: {0}")]
    Xml(#[from] roxmltree::Error),
    /// An element that charts do not have.
    #[error("unknown element {name}")]
    Element {
        /// The element.
        name: String,
    },
    /// An attribute without a value that can be drawn.
    #[error("element {element}: attribute {attribute} is {found:?}")]
    Attribute {
        /// The element.
        element: String,
        /// The attribute.
        attribute: &'static str,
        /// Its value; empty where it is missing.
        found: String,
    },
    /// A size of nothing, or of more than memory holds.
    #[error("a picture of {width} x {height} pixels")]
    Size {
        /// Width in pixels.
        width: f32,
        /// Height in pixels.
        height: f32,
    },
    /// The font cannot be read.
    #[error("the font cannot be read: {0}")]
    Font(#[from] ttf_parser::FaceParsingError),
    /// The picture cannot be compressed.
    #[error("the picture cannot be compressed: {0}")]
    Encode(#[from] std::io::Error),
}

/// Draws a chart of [`super::svg`] as the bytes of a PNG file, twice its size.
///
/// # Errors
///
/// [`PngError`] for a text that is no chart of this crate.
///
/// ```
/// use oddity_bench::report::{BoxPlot, png, svg};
///
/// let chart = svg::box_plot(&BoxPlot::default());
/// assert!(png::draw(&chart)?.starts_with(b"\x89PNG"));
/// # Ok::<(), png::PngError>(())
/// ```
pub fn draw(svg: &str) -> Result<Vec<u8>, PngError> {
    let document = Document::parse(svg)?;
    let root = document.root_element();
    let (width, height) = (number(root, "width")? * SCALE, number(root, "height")? * SCALE);
    let mut canvas = Canvas {
        // Rounded to whole pixels, of which there are few enough for any integer.
        pixmap: Pixmap::new(width.ceil() as u32, height.ceil() as u32)
            .ok_or(PngError::Size { width, height })?,
        fonts: Fonts::new()?,
    };
    for child in root.children().filter(Node::is_element) {
        canvas.element(child)?;
    }
    Ok(encode::encode(&canvas.pixmap)?)
}

struct Canvas {
    pixmap: Pixmap,
    fonts: Fonts,
}

impl Canvas {
    fn element(&mut self, node: Node<'_, '_>) -> Result<(), PngError> {
        match node.tag_name().name() {
            "title" => Ok(()),
            "g" => node.children().filter(Node::is_element).try_for_each(|node| self.element(node)),
            "text" => self.text(node),
            _ => match shape::path(node)? {
                Some(path) => self.paint(node, &path, Transform::identity()),
                None => Ok(()),
            },
        }
    }

    fn text(&mut self, node: Node<'_, '_>) -> Result<(), PngError> {
        let at = (number(node, "x")?, number(node, "y")?);
        let size = number(node, "font-size")?;
        let is_bold = node.attribute("font-weight").is_some_and(|weight| weight != "400");
        let anchor = match node.attribute("text-anchor") {
            Some("middle") => 0.5,
            Some("end") => 1.0,
            _ => 0.0,
        };
        let text = node.text().unwrap_or_default();
        let Some(path) = self.fonts.outline(text, at, size, anchor, is_bold) else { return Ok(()) };
        let turn = match node.attribute("transform") {
            // The one turn that charts have: the title of a vertical axis.
            Some(turn) if turn.starts_with("rotate(-90 ") => {
                Transform::from_rotate_at(-90.0, at.0, at.1)
            }
            Some(turn) => return Err(unknown(node, "transform", turn)),
            None => Transform::identity(),
        };
        self.paint(node, &path, turn)
    }

    /// Strokes and fills; the stroke first where the element asks for it.
    fn paint(&mut self, node: Node<'_, '_>, path: &Path, turn: Transform) -> Result<(), PngError> {
        let transform = turn.post_scale(SCALE, SCALE);
        let stroke_first = node.attribute("paint-order") == Some("stroke");
        for strokes in [stroke_first, !stroke_first] {
            let attribute = if strokes { "stroke" } else { "fill" };
            let Some(paint) = paint(node, attribute)? else { continue };
            if strokes {
                let stroke = stroke(node)?;
                self.pixmap.stroke_path(path, &paint, &stroke, transform, None);
            } else {
                self.pixmap.fill_path(path, &paint, FillRule::Winding, transform, None);
            }
        }
        Ok(())
    }
}

/// The colour of an attribute; nothing for `none`, and for a stroke that is not asked for.
fn paint(node: Node<'_, '_>, attribute: &'static str) -> Result<Option<Paint<'static>>, PngError> {
    let colour = match node.attribute(attribute) {
        None | Some("none") => return Ok(None),
        Some(colour) => colour,
    };
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6);
    let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let [_, red, green, blue] = code.ok_or_else(|| unknown(node, attribute, colour))?.to_be_bytes();
    let opacity = match node.attribute("fill-opacity") {
        Some(_) if attribute == "fill" => number(node, "fill-opacity")?,
        _ => 1.0,
    };
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color_rgba8(red, green, blue, (opacity * 255.0).round() as u8);
    Ok(Some(paint))
}

fn stroke(node: Node<'_, '_>) -> Result<Stroke, PngError> {
    let width = match node.attribute("stroke-width") {
        Some(_) => number(node, "stroke-width")?,
        None => 1.0,
    };
    let dash = match node.attribute("stroke-dasharray") {
        None | Some("none") => None,
        Some(text) => {
            let lengths: Result<Vec<f32>, _> = text.split(' ').map(str::parse).collect();
            let mut lengths = lengths.map_err(|_| unknown(node, "stroke-dasharray", text))?;
            if lengths.len() % 2 == 1 {
                lengths.extend_from_within(..);
            }
            StrokeDash::new(lengths, 0.0)
        }
    };
    let is_round = |attribute| node.attribute(attribute) == Some("round");
    Ok(Stroke {
        width,
        dash,
        line_cap: if is_round("stroke-linecap") { LineCap::Round } else { LineCap::Butt },
        line_join: if is_round("stroke-linejoin") { LineJoin::Round } else { LineJoin::Miter },
        ..Stroke::default()
    })
}

fn unknown(node: Node<'_, '_>, attribute: &'static str, found: &str) -> PngError {
    let element = node.tag_name().name().to_owned();
    PngError::Attribute { element, attribute, found: found.to_owned() }
}

/// The number that an attribute holds.
fn number(node: Node<'_, '_>, attribute: &'static str) -> Result<f32, PngError> {
    let text = node.attribute(attribute).unwrap_or_default();
    text.parse().map_err(|_| unknown(node, attribute, text))
}

/// The same, or 0 where there is no such attribute.
fn number_or_zero(node: Node<'_, '_>, attribute: &'static str) -> Result<f32, PngError> {
    if node.has_attribute(attribute) { number(node, attribute) } else { Ok(0.0) }
}

/// A rectangle as a path; nothing for one without an area.
fn rectangle(node: Node<'_, '_>) -> Result<Option<Path>, PngError> {
    let (x, y) = (number_or_zero(node, "x")?, number_or_zero(node, "y")?);
    let rect = Rect::from_xywh(x, y, number(node, "width")?, number(node, "height")?);
    Ok(rect.map(PathBuilder::from_rect))
}

#[cfg(test)]
mod tests {
    use super::{PngError, draw};

    const FRAME: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" width="8" height="4">"#;

    fn pixels(content: &str) -> Vec<u8> {
        let bytes = draw(&format!("{FRAME}{content}</svg>")).unwrap();
        super::encode::tests::decode(&bytes)
    }

    #[test]
    fn shapes_have_their_place_and_colour() {
        let ground = r##"<rect width="8" height="4" fill="#ffffff"/>"##;
        let found = pixels(&format!(
            r##"{ground}<rect x="0" y="0" width="1" height="1" fill="#102030"/>
            <path d="M7 3h1V4H7z" fill="#c43c00"/><line x1="0" y1="2" x2="8" y2="2" stroke="#0000ff"/>"##
        ));
        let at = |x: usize, y: usize| &found[(y * 16 + x) * 3..(y * 16 + x) * 3 + 3];
        assert_eq!(at(0, 0), [0x10, 0x20, 0x30]);
        assert_eq!(at(15, 7), [0xc4, 0x3c, 0x00]);
        assert_eq!(at(8, 4), [0, 0, 255]);
        assert_eq!(at(8, 0), [255, 255, 255]);
    }

    #[test]
    fn text_leaves_ink() {
        let found = pixels(
            r##"<rect width="8" height="4" fill="#ffffff"/>
            <text x="4" y="4" font-size="6" text-anchor="middle" fill="#000000">AUC</text>"##,
        );
        assert!(found.iter().any(|&value| value < 60));
    }

    #[test]
    fn what_charts_do_not_have_is_refused() {
        let error = draw(&format!(r#"{FRAME}<image width="1"/></svg>"#)).unwrap_err();
        assert_eq!(error.to_string(), "unknown element image");
        let error = draw(&format!(r##"{FRAME}<path d="M0 0C1 1 2 2 3 3" fill="#000000"/></svg>"##));
        assert!(matches!(error, Err(PngError::Attribute { attribute: "d", .. })));
    }
}
