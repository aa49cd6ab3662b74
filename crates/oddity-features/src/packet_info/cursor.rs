//! A position in an Info text, moved by what is read.

/// Reads a text from left to right. It stops only between characters, since everything that
/// it stops at is ASCII.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    text: &'a str,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Cursor<'a> {
        Cursor { text }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a str {
        self.text
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().first().copied()
    }

    /// Moves past `n` bytes, or to the end if that is nearer or within a character.
    pub(super) fn skip(&mut self, n: usize) {
        self.text = self.text.get(n..).unwrap_or("");
    }

    pub(super) fn skip_spaces(&mut self) {
        let n = self.text.bytes().take_while(|&byte| byte == b' ').count();
        self.skip(n);
    }

    /// Moves past spaces and commas, which stand between parts.
    pub(super) fn skip_separators(&mut self) {
        let n = self.text.bytes().take_while(|byte| matches!(byte, b' ' | b',')).count();
        self.skip(n);
    }

    /// Moves past `token` if it comes next.
    pub(super) fn eat(&mut self, token: &str) -> bool {
        match self.text.strip_prefix(token) {
            Some(rest) => {
                self.text = rest;
                true
            }
            None => false,
        }
    }

    /// A number in decimal digits.
    pub(super) fn number(&mut self) -> Option<f64> {
        let (mut value, mut n) = (0u64, 0);
        for byte in self.text.bytes() {
            let digit = byte.wrapping_sub(b'0');
            if 9 < digit {
                break;
            }
            value = value.saturating_mul(10).saturating_add(u64::from(digit));
            n += 1;
        }
        self.skip(n);
        (0 < n).then_some(value as f64)
    }

    /// A number in hexadecimal digits after `0x`.
    pub(super) fn hex(&mut self) -> Option<f64> {
        let digits = self.text.strip_prefix("0x")?;
        let (mut value, mut n) = (0u64, 0);
        while let Some(digit) = digits.as_bytes().get(n).and_then(|&b| (b as char).to_digit(16)) {
            value = value.saturating_mul(16).saturating_add(u64::from(digit));
            n += 1;
        }
        if n == 0 {
            return None;
        }
        self.text = &digits[n..];
        Some(value as f64)
    }

    /// What stands before the next of the bytes, or all that is left; moves to that byte,
    /// which must be ASCII.
    pub(super) fn until(&mut self, stop: impl Fn(u8) -> bool) -> &'a str {
        let end = self.text.bytes().position(|byte| byte.is_ascii() && stop(byte));
        let (found, rest) = self.text.split_at(end.unwrap_or(self.text.len()));
        self.text = rest;
        found
    }

    /// The text within brackets that begin here; moves past them. `None` if they do not
    /// close.
    pub(super) fn bracket(&mut self) -> Option<&'a str> {
        let (inside, rest) = bracket(self.text)?;
        self.text = rest;
        Some(inside)
    }
}

/// No note and no list of flags is longer, and a text full of brackets that do not close must
/// not be searched over and over.
pub(super) const LONGEST_BRACKET: usize = 100;

/// The text within brackets at the start of a text, and what comes after them.
pub(super) fn bracket(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('[')?;
    let end = rest.bytes().take(LONGEST_BRACKET).position(|byte| byte == b']')?;
    Some((&rest[..end], &rest[end + 1..]))
}
