//! Charts as SVG files, each usable alone: lines, boxes, ranks, times.
//!
//! A chart carries its light colours in attributes and its meaning in classes, so that it
//! looks right in any program that draws SVG, and a page can recolour it for a dark scheme
//! with CSS. Every chart has a title and a description for those who cannot see it. The
//! same input gives the same bytes.

mod axis;
mod box_plot;
mod canvas;
mod critical_difference;
mod interval_bar;
mod label;
mod legend;
mod line_chart;
mod look;
mod place;
mod scale;
mod thin;
mod time_scatter;
mod timeline;

pub use box_plot::box_plot;
pub use critical_difference::critical_difference;
pub(crate) use interval_bar::{interval_bar, range_of_bars};
pub use line_chart::line_chart;
pub(crate) use look::N_LOOKS;
pub use time_scatter::time_scatter;
pub use timeline::timeline;
