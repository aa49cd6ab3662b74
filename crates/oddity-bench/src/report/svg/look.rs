//! The eight looks that tell lines apart: a colour, a dash pattern and a number each.

/// How many lines a chart can tell apart.
pub(crate) const N_LOOKS: usize = 8;

/// The look of one line. Colours are those of the light scheme; `class` lets a page change
/// them.
pub(crate) struct Look {
    pub(crate) class: &'static str,
    pub(crate) colour: &'static str,
    pub(crate) dashes: &'static str,
}

/// Colours that differ in lightness as well as hue, so that they stay apart for the
/// colour-blind, each with a dash pattern of its own.
const LOOKS: [Look; N_LOOKS] = [
    Look { class: "s1", colour: "#0067a5", dashes: "none" },
    Look { class: "s2", colour: "#c8500a", dashes: "7 3" },
    Look { class: "s3", colour: "#00785a", dashes: "2 2.5" },
    Look { class: "s4", colour: "#a8427f", dashes: "10 3 2 3" },
    Look { class: "s5", colour: "#8a6d00", dashes: "14 4" },
    Look { class: "s6", colour: "#4b3c9e", dashes: "5 2 1.5 2 1.5 2" },
    Look { class: "s7", colour: "#2b8fb8", dashes: "4 4" },
    Look { class: "s8", colour: "#4a4f55", dashes: "1.5 4" },
];

/// The look of the line at this place; the ninth looks like the first.
pub(crate) fn look(at: usize) -> &'static Look {
    &LOOKS[at % N_LOOKS]
}
