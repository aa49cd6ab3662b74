//! plaso's descriptions of a time, to the letters of the digest.

use super::flags::Macb;

/// The letters of plaso's descriptions of a time, several of which `l2t_csv` joins with `; `.
/// As plaso's own table has them; a description that is not in it has none.
pub(super) fn described(descriptions: &str) -> Macb {
    let mut macb = Macb::default();
    for description in descriptions.split(';') {
        match description.trim() {
            "mtime"
            | "Content Modification Time"
            | "Content Deletion Time"
            | "Modification Time"
            | "File Last Modification Time" => macb.m = true,
            "atime"
            | "Last Access Time"
            | "Access Time"
            | "Account Created"
            | "Last Visited Time"
            | "Start Time"
            | "Last Shutdown Time"
            | "Last Login Time"
            | "Last Password Reset"
            | "Last Connection Time"
            | "Last Time Executed"
            | "Last Printed Time" => macb.a = true,
            "ctime"
            | "Metadata Modification Time"
            | "Metadata Change Time"
            | "Change Time"
            | "Entry Modification Time" => macb.c = true,
            "crtime"
            | "Creation Time"
            | "Added Time"
            | "File Downloaded"
            | "First Connection Time" => macb.b = true,
            _ => {}
        }
    }
    macb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_have_the_letters_of_plasos_table() {
        let none = Macb::default();
        let (m, a) = (Macb { m: true, ..none }, Macb { a: true, ..none });
        let (c, b) = (Macb { c: true, ..none }, Macb { b: true, ..none });
        let cases = [
            ("Content Modification Time", m),
            ("mtime", m),
            ("Content Deletion Time", m),
            ("Modification Time", m),
            ("File Last Modification Time", m),
            ("Last Access Time", a),
            ("atime", a),
            ("Access Time", a),
            ("Account Created", a),
            ("Last Visited Time", a),
            ("Start Time", a),
            ("Last Shutdown Time", a),
            ("Last Login Time", a),
            ("Last Password Reset", a),
            ("Last Connection Time", a),
            ("Last Time Executed", a),
            ("Last Printed Time", a),
            ("Metadata Modification Time", c),
            ("ctime", c),
            ("Metadata Change Time", c),
            ("Change Time", c),
            ("Entry Modification Time", c),
            ("Creation Time", b),
            ("crtime", b),
            ("Added Time", b),
            ("File Downloaded", b),
            ("First Connection Time", b),
            ("Link Time", none),
            ("", none),
            ("creation time", none),
            ("Metadata Modification Time; Last Access Time", Macb { a: true, c: true, ..none }),
        ];
        for (description, expected) in cases {
            assert_eq!(described(description), expected, "{description}");
        }
    }
}
