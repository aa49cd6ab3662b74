//! Texts as outlines, by the glyphs of Noto Sans (SIL Open Font License 1.1).

use tiny_skia::{Path, PathBuilder};
use ttf_parser::{Face, FaceParsingError, OutlineBuilder};

/// The regular and the bold face.
pub(super) struct Fonts {
    regular: Face<'static>,
    bold: Face<'static>,
}

impl Fonts {
    pub(super) fn new() -> Result<Self, FaceParsingError> {
        Ok(Self {
            regular: Face::parse(notosans::REGULAR_TTF, 0)?,
            bold: Face::parse(notosans::BOLD_TTF, 0)?,
        })
    }

    /// The outline of a text; nothing for one without ink. `anchor` is the share of its width
    /// that lies before `x`.
    pub(super) fn outline(
        &self,
        text: &str,
        (x, y): (f32, f32),
        size: f32,
        anchor: f32,
        is_bold: bool,
    ) -> Option<Path> {
        let face = if is_bold { &self.bold } else { &self.regular };
        let scale = size / f32::from(face.units_per_em());
        let glyphs: Vec<_> = text.chars().map(|c| face.glyph_index(stand_in(c))).collect();
        // A character that the font lacks is drawn as its empty box, glyph 0.
        let glyphs: Vec<_> = glyphs.into_iter().map(|glyph| glyph.unwrap_or_default()).collect();
        let advance = |glyph| f32::from(face.glyph_hor_advance(glyph).unwrap_or(0)) * scale;
        let width: f32 = glyphs.iter().map(|&glyph| advance(glyph)).sum();
        let mut pen = Pen { builder: PathBuilder::new(), x: x - anchor * width, y, scale };
        for glyph in glyphs {
            face.outline_glyph(glyph, &mut pen);
            pen.x += advance(glyph);
        }
        pen.builder.finish()
    }
}

/// Spaces of special widths are not in the font.
fn stand_in(c: char) -> char {
    match c {
        '\u{202F}' | '\u{2007}' | '\u{2008}' => ' ',
        c => c,
    }
}

/// Draws glyphs at a place: the font's axis points up, the chart's down.
struct Pen {
    builder: PathBuilder,
    x: f32,
    y: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, self.y - y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.builder.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.builder.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}
