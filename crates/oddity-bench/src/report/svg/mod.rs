//! Charts as SVG files, each usable alone: line charts and box plots.
//!
//! A chart carries its light colours in attributes and its meaning in classes, so that it
//! looks right in any program that draws SVG, and a page can recolour it for a dark scheme
//! with CSS. Every chart has a title and a description for those who cannot see it. The
//! same input gives the same bytes.

mod axis;
mod box_plot;
mod canvas;
mod label;
mod legend;
mod line_chart;
mod look;
mod scale;
mod thin;

pub use box_plot::box_plot;
pub use line_chart::line_chart;
pub(crate) use look::N_LOOKS;
