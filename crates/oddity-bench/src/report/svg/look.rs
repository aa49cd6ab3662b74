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

/// Colours that stay apart for the colour-blind: any two differ by 17 units of CIELAB or
/// more as seen, and with protanopia, deuteranopia or tritanopia as simulated after
/// Machado, Oliveira and Fernandes (<https://doi.org/10.1109/TVCG.2009.113>). The same
/// holds for those of the page's dark scheme. Each has a dash pattern of its own besides.
const LOOKS: [Look; N_LOOKS] = [
    Look { class: "s1", colour: "#2f62c9", dashes: "none" },
    Look { class: "s2", colour: "#c56a00", dashes: "7 3" },
    Look { class: "s3", colour: "#00604a", dashes: "2 2.5" },
    Look { class: "s4", colour: "#8e2a86", dashes: "10 3 2 3" },
    Look { class: "s5", colour: "#5c4300", dashes: "14 4" },
    Look { class: "s6", colour: "#2b1a9e", dashes: "5 2 1.5 2 1.5 2" },
    Look { class: "s7", colour: "#1a98b5", dashes: "4 4" },
    Look { class: "s8", colour: "#20262e", dashes: "1.5 4" },
];

/// The look of the line at this place; the ninth looks like the first.
pub(crate) fn look(at: usize) -> &'static Look {
    &LOOKS[at % N_LOOKS]
}

#[cfg(test)]
mod tests {
    use super::LOOKS;

    #[test]
    fn the_page_has_the_same_colours() {
        let style = include_str!("../style.css");
        for look in &LOOKS {
            assert!(style.contains(&format!("--{}: {};", look.class, look.colour)));
        }
    }
}
