//! Windows over rows that come in parts.

use oddity_core::{Columns, Error, Frame, FrameView, Result, Windows};

use super::WindowLayout;

/// Windows over rows that come in parts: the same windows as over all rows at once, in the
/// same order.
///
/// It keeps the last part, and of the rows before it those that a later window may need:
/// fewer than [`WindowLayout::reach`].
///
/// # Example
///
/// ```
/// use oddity_core::Frame;
/// use oddity_features::{WindowLayout, WindowsParams};
///
/// let layout = WindowLayout::new(WindowsParams { size: 3, stride: 1, ..Default::default() })?;
/// let rows = Frame::new((0..5).map(f64::from).collect(), ["x"])?;
/// let mut stream = layout.stream(rows.columns());
/// let mut starts = Vec::new();
/// for row in 0..5 {
///     let found = stream.push(rows.view().slice(row..row + 1), &[])?;
///     starts.extend((0..found.windows().len()).map(|window| found.row(window)));
/// }
/// assert_eq!(starts, [0, 1, 2]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct WindowStream {
    size: usize,
    stride: usize,
    reach: usize,
    columns: Columns,
    /// The last part, behind what was kept of the ones before.
    rows: Frame,
    /// How many of these rows no later window needs.
    used: usize,
    /// Rows to come until the next window starts, where that is beyond all rows so far.
    skip: usize,
    /// Rows seen so far.
    n_seen: usize,
}

/// The windows that became whole with the last part.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamedWindows<'a> {
    windows: Windows<'a>,
    first_row: usize,
}

impl<'a> StreamedWindows<'a> {
    /// The windows, over the rows that the stream keeps.
    pub fn windows(&self) -> &Windows<'a> {
        &self.windows
    }

    /// The first row of a window, counted from the first row of the stream.
    ///
    /// # Panics
    ///
    /// If there is no such window.
    pub fn row(&self, window: usize) -> usize {
        self.first_row + self.windows.start(window)
    }
}

impl WindowStream {
    pub(super) fn new(layout: &WindowLayout, columns: &Columns) -> WindowStream {
        let (size, stride) = (layout.params().size, layout.params().stride);
        let rows = empty(columns);
        let columns = columns.clone();
        let reach = layout.reach();
        WindowStream { size, stride, reach, columns, rows, used: 0, skip: 0, n_seen: 0 }
    }

    /// Takes the next rows. A new series starts at each of `starts`, counted within the part
    /// and ascending; the first part starts one anyhow.
    ///
    /// # Errors
    ///
    /// [`Error::Width`] for another number of columns, [`Error::Offset`] for starts that do
    /// not ascend or lie beyond the part.
    pub fn push(&mut self, part: FrameView<'_>, starts: &[usize]) -> Result<StreamedWindows<'_>> {
        part.expect_width(self.columns.len())?;
        let n_rows = part.n_rows();
        let pairs = starts.iter().enumerate();
        for (position, &found) in pairs {
            let ascends = position == 0 || starts[position - 1] < found;
            if !ascends || n_rows <= found {
                return Err(Error::Offset { position, found, limit: n_rows });
            }
        }
        // Rows between two windows that lie apart, up to the end of their series.
        let dropped = self.skip.min(starts.first().copied().unwrap_or(n_rows));
        self.skip = if starts.is_empty() { self.skip - dropped } else { 0 };
        let width = self.columns.len();
        let mut values = std::mem::replace(&mut self.rows, empty(&self.columns)).into_values();
        values.drain(..self.used * width);
        values.extend_from_slice(&part.values()[dropped * width..]);
        self.rows = Frame::new(values, &self.columns)?;
        let n_kept = self.rows.n_rows();
        let first_row = self.n_seen + n_rows - n_kept;
        self.n_seen += n_rows;
        // `starts` are not before `dropped`, and the last part of the rows kept is the new one.
        let place = |start: &usize| n_kept - (n_rows - start);
        let inner = starts.iter().map(place).filter(|&edge| 0 < edge);
        let edges: Vec<usize> = [0].into_iter().chain(inner).chain([n_kept]).collect();
        let open = n_kept - edges[edges.len() - 2];
        let n_windows = if open < self.reach { 0 } else { (open - self.reach) / self.stride + 1 };
        let next = n_windows * self.stride;
        self.used = n_kept - open.saturating_sub(next);
        self.skip += next.saturating_sub(open);
        let rows = self.rows.view();
        let windows = Windows::reaching(rows, edges, self.size, self.stride, self.reach)?;
        Ok(StreamedWindows { windows, first_row })
    }
}

fn empty(columns: &Columns) -> Frame {
    Frame::new(Vec::new(), columns).unwrap_or_else(|_| unreachable!("no value, no fault"))
}
