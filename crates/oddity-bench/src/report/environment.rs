//! Where a run took place and where its figures come from, as lists of names and values.

use super::markup::Markup;

/// Writes names and values as a definition list.
pub(crate) fn pairs(markup: &mut Markup, pairs: &[(String, String)]) {
    markup.element("dl", &[("class", &"pairs")], |markup| {
        for (name, value) in pairs {
            pair(markup, name, value);
        }
    });
}

/// Writes one name and value inside a list.
pub(crate) fn pair(markup: &mut Markup, name: &str, value: &str) {
    markup.element("div", &[], |markup| {
        markup.leaf("dt", &[], name);
        markup.leaf("dd", &[], value);
    });
}
