//! The outlines of a chart's elements: rectangles, lines, circles, paths of straight lines.

use roxmltree::Node;
use tiny_skia::{Path, PathBuilder};

use super::{PngError, number, rectangle, unknown};

/// The outline of an element; nothing for one that is empty.
pub(super) fn path(node: Node<'_, '_>) -> Result<Option<Path>, PngError> {
    match node.tag_name().name() {
        "rect" => rectangle(node),
        "line" => {
            let mut builder = PathBuilder::new();
            builder.move_to(number(node, "x1")?, number(node, "y1")?);
            builder.line_to(number(node, "x2")?, number(node, "y2")?);
            Ok(builder.finish())
        }
        "circle" => {
            let (x, y) = (number(node, "cx")?, number(node, "cy")?);
            Ok(PathBuilder::from_circle(x, y, number(node, "r")?))
        }
        "path" => {
            let text = node.attribute("d").unwrap_or_default();
            commands(text).ok_or_else(|| unknown(node, "d", text))
        }
        name => Err(PngError::Element { name: name.to_owned() }),
    }
    .map(|path| path.filter(|path| !path.is_empty()))
}

/// A path of the commands M, L, H, V, h, l and z; nothing for others.
fn commands(text: &str) -> Option<Option<Path>> {
    let mut builder = PathBuilder::new();
    let (mut x, mut y) = (0.0_f32, 0.0_f32);
    let mut rest = text;
    while let Some(command) = rest.chars().next() {
        let end = rest[1..].find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |at| at + 1);
        let numbers: Vec<f32> =
            rest[1..end].split_whitespace().map(str::parse).collect::<Result<_, _>>().ok()?;
        match (command, numbers.as_slice()) {
            ('M' | 'L', &[to_x, to_y]) => (x, y) = (to_x, to_y),
            ('l', &[dx, dy]) => (x, y) = (x + dx, y + dy),
            ('H', &[to]) => x = to,
            ('h', &[by]) => x += by,
            ('V', &[to]) => y = to,
            ('z', &[]) => {
                builder.close();
                rest = &rest[end..];
                continue;
            }
            _ => return None,
        }
        if command == 'M' {
            builder.move_to(x, y);
        } else {
            builder.line_to(x, y);
        }
        rest = &rest[end..];
    }
    Some(builder.finish())
}
