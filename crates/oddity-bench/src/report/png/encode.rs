//! Pixels as the bytes of a PNG file (ISO/IEC 15948), compressed and otherwise plain.

use std::io::{self, Write};

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use tiny_skia::Pixmap;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Eight bits a channel, red, green and blue: the ground of a chart is opaque.
const RGB: [u8; 5] = [8, 2, 0, 0, 0];

/// Rows are stored as they are: charts are flat, and filters make them no smaller.
const NO_FILTER: u8 = 0;

/// The file.
pub(super) fn encode(pixmap: &Pixmap) -> io::Result<Vec<u8>> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    for row in pixmap.pixels().chunks(pixmap.width() as usize) {
        let mut bytes = vec![NO_FILTER];
        bytes.extend(row.iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]));
        zlib.write_all(&bytes)?;
    }
    let mut header = Vec::new();
    header.extend(pixmap.width().to_be_bytes());
    header.extend(pixmap.height().to_be_bytes());
    header.extend(RGB);
    let mut file = SIGNATURE.to_vec();
    chunk(&mut file, b"IHDR", &header)?;
    chunk(&mut file, b"IDAT", &zlib.finish()?)?;
    chunk(&mut file, b"IEND", &[])?;
    Ok(file)
}

fn chunk(file: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) -> io::Result<()> {
    let length = u32::try_from(content.len()).map_err(io::Error::other)?;
    let mut crc = Crc::new();
    crc.update(name);
    crc.update(content);
    file.extend(length.to_be_bytes());
    file.extend(name);
    file.extend(content);
    file.extend(crc.sum().to_be_bytes());
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::Read;

    use super::{SIGNATURE, encode};
    use tiny_skia::{Color, Pixmap};

    /// The pixels of a file that [`encode`] made, row after row, three bytes each.
    pub(crate) fn decode(file: &[u8]) -> Vec<u8> {
        let header = &file[SIGNATURE.len() + 8..];
        let width = u32::from_be_bytes(header[..4].try_into().unwrap()) as usize;
        // The data begins after the header of 13 bytes, its CRC, and a length and a name.
        let mut rows = Vec::new();
        flate2::read::ZlibDecoder::new(&header[13 + 4 + 8..]).read_to_end(&mut rows).unwrap();
        rows.chunks(1 + 3 * width).flat_map(|row| row[1..].to_vec()).collect()
    }

    #[test]
    fn a_red_pixel_is_the_file_that_the_standard_says() {
        let mut pixmap = Pixmap::new(1, 1).unwrap();
        pixmap.fill(Color::from_rgba8(255, 0, 0, 255));
        let file = encode(&pixmap).unwrap();
        // CRCs as zlib.crc32 of Python 3 has them.
        let header = b"\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde";
        assert_eq!((&file[..8], &file[8..33]), (SIGNATURE, header.as_slice()));
        assert!(file.ends_with(b"\0\0\0\0IEND\xaeB`\x82"));
        assert_eq!(decode(&file), [255, 0, 0]);
    }
}
