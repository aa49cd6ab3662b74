//! One resample, with what several figures ask of it laid out once.

use std::cell::OnceCell;

use oddity_core::Labels;

use super::Draw;
use crate::measure::Events;

/// A draw whose samples and events are made when the first figure asks for them.
pub(crate) struct Drawn<'a> {
    draw: Draw<'a>,
    labels: &'a Labels,
    samples: OnceCell<Vec<usize>>,
    events: OnceCell<Events>,
}

impl<'a> Drawn<'a> {
    /// A draw of samples with this truth.
    pub(crate) fn new(draw: Draw<'a>, labels: &'a Labels) -> Drawn<'a> {
        Drawn { draw, labels, samples: OnceCell::new(), events: OnceCell::new() }
    }

    /// The draw.
    pub(crate) fn draw(&self) -> &Draw<'a> {
        &self.draw
    }

    /// The samples drawn, as [`Draw::samples`] gives them.
    pub(crate) fn samples(&self) -> &[usize] {
        self.samples.get_or_init(|| self.draw.samples())
    }

    /// The anomalies among these, joined to one series.
    pub(crate) fn events(&self) -> &Events {
        let events = || Events::from(self.draw.take(self.labels.values()).as_slice());
        self.events.get_or_init(events)
    }
}
