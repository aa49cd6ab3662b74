//! How the report writes numbers: the same digits for the same kind of figure.

/// The word for a figure that has no value.
pub(crate) const UNDEFINED: &str = "undefined";

/// A figure that is compared: six decimals from 0.001 to 10, where the studies print six,
/// and six significant digits elsewhere.
pub(crate) fn figure(value: f64) -> String {
    if !value.is_finite() {
        return UNDEFINED.into();
    }
    with_minus(match decimals(value) {
        Some(decimals) => format!("{value:.decimals$}"),
        None => format!("{value:.5e}"),
    })
}

/// [`figure`] with the word for nothing.
pub(crate) fn figure_or_undefined(value: Option<f64>) -> String {
    value.map_or_else(|| UNDEFINED.into(), figure)
}

/// A published figure, with the digits that it was given with: 0.84 stays 0.84.
pub(crate) fn published(value: f64) -> String {
    let size = value.abs();
    with_minus(if value == 0.0 || (1e-6..1e15).contains(&size) {
        format!("{value}")
    } else if value.is_finite() {
        format!("{value:e}")
    } else {
        UNDEFINED.into()
    })
}

/// [`published`], filled with blank digits up to `n_decimals`, so that points align.
pub(crate) fn aligned(value: f64, n_decimals: usize) -> String {
    let text = published(value);
    let n_own = n_decimals_of(value);
    // A missing point is as wide as the punctuation space.
    let point = if n_own == 0 && 0 < n_decimals { "\u{2008}" } else { "" };
    let digits = "\u{2007}".repeat(n_decimals.saturating_sub(n_own));
    format!("{text}{point}{digits}")
}

/// How many decimals [`published`] shows.
pub(crate) fn n_decimals_of(value: f64) -> usize {
    let text = published(value);
    if text.contains('e') {
        0
    } else {
        text.split_once('.').map_or(0, |(_, decimals)| decimals.len())
    }
}

/// `value` minus `other`, signed, with the decimals of [`figure`].
pub(crate) fn difference(value: f64, other: f64) -> String {
    let difference = value - other;
    if !difference.is_finite() {
        return UNDEFINED.into();
    }
    let Some(decimals) = decimals(value.abs().max(other.abs())) else {
        return with_minus(format!("{difference:+.5e}"));
    };
    let text = format!("{difference:+.decimals$}");
    if text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) {
        with_minus(text)
    } else {
        format!("{:.decimals$}", 0.0)
    }
}

/// A count, its thousands apart by a thin space.
pub(crate) fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 * 3);
    for (at, digit) in digits.char_indices() {
        if at != 0 && (digits.len() - at).is_multiple_of(3) && 4 < digits.len() {
            text.push('\u{202F}');
        }
        text.push(digit);
    }
    text
}

/// Three significant digits in the unit that fits: `12.3 ms`, `1.23 s`, `2 min 05 s`.
pub(crate) fn seconds(value: f64) -> String {
    if !value.is_finite() || value < 0.0 {
        return UNDEFINED.into();
    }
    if 119.5 <= value {
        let whole = value.round();
        return format!("{} min {:02} s", (whole / 60.0).floor(), whole % 60.0);
    }
    let (scaled, unit) = if value < 1e-3 {
        (value * 1e6, "µs")
    } else if value < 1.0 {
        (value * 1e3, "ms")
    } else {
        (value, "s")
    };
    format!("{} {unit}", three_digits(scaled))
}

/// The two ends of an interval, with four decimals where figures have six.
pub(crate) fn between(low: f64, high: f64) -> String {
    let size = low.abs().max(high.abs());
    let text = |value: f64| match decimals(size) {
        Some(decimals) => with_minus(format!("{value:.*}", decimals.saturating_sub(2))),
        None => figure(value),
    };
    format!("{} to {}", text(low), text(high))
}

/// A p value with three digits, or that it is below a ten-thousandth.
pub(crate) fn p_value(value: f64) -> String {
    if value < 1e-4 { "< 0.0001".into() } else { format!("{value:.4}") }
}

/// Bytes in the unit that fits: `812 MiB`.
pub(crate) fn bytes(value: f64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let at = (0..units.len()).rev().find(|&at| 1024_f64.powi(at as i32) <= value).unwrap_or(0);
    format!("{} {}", three_digits(value / 1024_f64.powi(at as i32)), units[at])
}

/// A rate or share with three significant digits, without an exponent.
pub(crate) fn three_digits(value: f64) -> String {
    if !value.is_finite() {
        return UNDEFINED.into();
    }
    let size = value.abs();
    if (999.5..1e15).contains(&size) {
        return with_minus(format!("{}{}", if value < 0.0 { "-" } else { "" }, count(size as u64)));
    }
    let decimals = if 99.95 <= size {
        0
    } else if 9.995 <= size {
        1
    } else {
        2
    };
    with_minus(format!("{value:.decimals$}"))
}

/// A share in percent with one decimal.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return UNDEFINED.into();
    }
    format!("{:.1} %", part as f64 / whole as f64 * 100.0)
}

/// The decimals of a figure of this size; nothing where it needs an exponent.
fn decimals(value: f64) -> Option<usize> {
    let size = value.abs();
    if size == 0.0 || (1e-3..10.0).contains(&size) {
        Some(6)
    } else if (10.0..1e6).contains(&size) {
        Some(5 - size.log10().floor() as usize)
    } else {
        None
    }
}

/// A hyphen is too short beside digits of one width.
fn with_minus(text: String) -> String {
    if text.contains('-') { text.replace('-', "\u{2212}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::{between, bytes, count, difference, figure, percent, published, seconds};

    #[test]
    fn figures_have_six_digits() {
        let texts = [0.840865, 1.0, 0.0, -0.058849, 5912.25, 123456.7, 1.5e-7, 2.5e9].map(figure);
        assert_eq!(
            texts,
            [
                "0.840865",
                "1.000000",
                "0.000000",
                "\u{2212}0.058849",
                "5912.25",
                "123457",
                "1.50000e\u{2212}7",
                "2.50000e9"
            ]
        );
        assert_eq!(figure(f64::NAN), "undefined");
    }

    #[test]
    fn published_figures_keep_their_digits() {
        assert_eq!([0.84, 0.785, 1.0, 17160.0].map(published), ["0.84", "0.785", "1", "17160"]);
    }

    #[test]
    fn differences_are_signed_unless_they_vanish() {
        assert_eq!(difference(0.785742, 0.784996), "+0.000746");
        assert_eq!(difference(0.664134, 0.6641339999), "0.000000");
        assert_eq!(difference(0.5, 0.75), "\u{2212}0.250000");
        assert_eq!(difference(5912.0, 5910.5), "+1.50");
    }

    #[test]
    fn counts_seconds_and_shares_are_readable() {
        assert_eq!(
            [7, 1338, 40338, 1234567].map(count),
            ["7", "1338", "40\u{202F}338", "1\u{202F}234\u{202F}567"]
        );
        assert_eq!(
            [0.0000123, 0.0123, 1.234, 125.4].map(seconds),
            ["12.3 µs", "12.3 ms", "1.23 s", "2 min 05 s"]
        );
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!([512.0, 851_443_712.0].map(bytes), ["512 bytes", "812 MiB"]);
        assert_eq!(between(0.912345, 1.0), "0.9123 to 1.0000");
        assert_eq!(percent(0, 0), "undefined");
    }
}
