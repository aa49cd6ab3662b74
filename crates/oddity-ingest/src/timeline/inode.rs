//! Inodes and file references as the tools write them.

/// The entry of an inode: a number, or the Sleuth Kit's `entry-attribute-instance`.
pub(super) fn inode(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let entry = number(parts.next()?)?;
    let attributes = parts.try_fold(0, |n_parts, part| number(part).map(|_| n_parts + 1))?;
    (attributes <= 2).then_some(entry)
}

/// The entry of a file reference: `entry-sequence`, or both in one number of 64 bits.
pub(super) fn reference(text: &str) -> Option<i64> {
    match text.split_once('-') {
        Some((entry, sequence)) => number(sequence).and(number(entry)),
        None => whole(text).map(|both| (both & 0xffff_ffff_ffff) as i64),
    }
}

fn number(text: &str) -> Option<i64> {
    i64::try_from(whole(text)?).ok()
}

fn whole(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inodes_are_numbers_with_or_without_an_attribute() {
        for (text, expected) in [("7", Some(7)), ("39-128-1", Some(39)), ("0", Some(0))] {
            assert_eq!(inode(text), expected);
        }
        for text in ["", "x", "1-", "-1", "1-2-3-4", "1.5", "+1", "9223372036854775808"] {
            assert_eq!(inode(text), None, "{text}");
        }
    }

    #[test]
    fn references_are_an_entry_with_its_sequence() {
        assert_eq!(reference("1234-5"), Some(1234));
        assert_eq!(reference("1407374883554515"), Some(1_407_374_883_554_515 & 0xffff_ffff_ffff));
        // The sequence 40,000 in the upper 16 bits: more than a signed number holds.
        assert_eq!(reference("11258999068426241234"), Some(1234));
        for text in ["", "1-", "-5", "1-2-3", "x", "18446744073709551616"] {
            assert_eq!(reference(text), None, "{text}");
        }
    }
}
