//! Windows over rows as views: never materialised, never across the edge of a series.

use std::sync::Arc;

use crate::sparse::check_offsets;
use crate::{Error, Frame, FrameView, Result, Samples};

/// Windows of `size` consecutive rows, `stride` rows apart, inside each series of a table.
///
/// A view: the windows of a table take one number each beyond the table, whatever their size.
#[derive(Clone, Debug, PartialEq)]
pub struct Windows<'a> {
    frame: FrameView<'a>,
    layout: Arc<Layout>,
}

/// Where the windows lie: the same for a view and its owner.
#[derive(Debug, PartialEq)]
struct Layout {
    size: usize,
    stride: usize,
    /// First row of each series, and the end.
    edges: Vec<usize>,
    /// First row of each window: ascending as windows are laid, in any order once some are chosen.
    starts: Vec<usize>,
}

impl Layout {
    fn new(
        n_rows: usize,
        edges: Vec<usize>,
        size: usize,
        stride: usize,
        reach: usize,
    ) -> Result<Layout> {
        Error::check_parameter("windows", "size", size as f64, 1 <= size, "at least 1")?;
        Error::check_parameter("windows", "stride", stride as f64, 1 <= stride, "at least 1")?;
        let wanted = "at least the size";
        Error::check_parameter("windows", "reach", reach as f64, size <= reach, wanted)?;
        check_offsets(&edges, n_rows)?;
        let starts = edges
            .windows(2)
            .flat_map(|series| {
                let n_rows = series[1] - series[0];
                let n_windows = if n_rows < reach { 0 } else { (n_rows - reach) / stride + 1 };
                (0..n_windows).map(|window| series[0] + window * stride)
            })
            .collect();
        Ok(Layout { size, stride, edges, starts })
    }
}

impl<'a> Windows<'a> {
    /// Lays windows over the rows; `edges` are the first row of each series and the end
    /// (`[0, n_rows]` for a single series).
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if size or stride is 0, [`Error::Offset`] if the edges do not
    /// ascend from 0 to the number of rows.
    pub fn new(
        frame: FrameView<'a>,
        edges: Vec<usize>,
        size: usize,
        stride: usize,
    ) -> Result<Windows<'a>> {
        Windows::reaching(frame, edges, size, stride, size)
    }

    /// Like [`Windows::new`], but lays a window only where its series has at least `reach`
    /// rows from the window's first one on, itself included. With `size + 1` every window
    /// has a row after it.
    ///
    /// # Errors
    ///
    /// As [`Windows::new`], and [`Error::Parameter`] if the reach is less than the size.
    pub fn reaching(
        frame: FrameView<'a>,
        edges: Vec<usize>,
        size: usize,
        stride: usize,
        reach: usize,
    ) -> Result<Windows<'a>> {
        let layout = Arc::new(Layout::new(frame.n_rows(), edges, size, stride, reach)?);
        Ok(Windows { frame, layout })
    }

    /// Number of windows.
    pub fn len(&self) -> usize {
        self.layout.starts.len()
    }

    /// Whether no series is long enough for a window.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Rows of a window.
    pub fn size(&self) -> usize {
        self.layout.size
    }

    /// Rows from the start of a window to the start of the next.
    pub fn stride(&self) -> usize {
        self.layout.stride
    }

    /// First row of each series, and the end.
    pub fn edges(&self) -> &[usize] {
        &self.layout.edges
    }

    /// The table below.
    pub fn frame(&self) -> FrameView<'a> {
        self.frame
    }

    /// First row of a window.
    ///
    /// # Panics
    ///
    /// If there is no such window.
    pub fn start(&self, window: usize) -> usize {
        self.layout.starts[window]
    }

    /// The rows of a window.
    ///
    /// # Panics
    ///
    /// If there is no such window.
    pub fn get(&self, window: usize) -> FrameView<'a> {
        let start = self.start(window);
        self.frame.slice(start..start + self.layout.size)
    }

    /// The rows that no window covers, ascending: they get no score.
    pub fn uncovered(&self) -> Vec<usize> {
        let covers = self.covers();
        (0..covers.len()).filter(|&row| !covers[row]).collect()
    }

    /// The rows that at least one window covers, ascending, each once: what a step that
    /// reads rows may learn from. Windows chosen by [`Windows::subset`] lie over the whole
    /// table, which holds rows of other windows too.
    pub fn covered(&self) -> Vec<usize> {
        let covers = self.covers();
        (0..covers.len()).filter(|&row| covers[row]).collect()
    }

    fn covers(&self) -> Vec<bool> {
        let mut covers = vec![false; self.frame.n_rows()];
        for &start in &self.layout.starts {
            covers[start..start + self.layout.size].fill(true);
        }
        covers
    }

    /// The same windows over another table of as many rows, such as what a step made of
    /// each row.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] for another number of rows.
    pub fn over(&self, frame: Frame) -> Result<WindowsOwned> {
        let (expected, found) = (self.frame.n_rows(), frame.n_rows());
        if found != expected {
            return Err(Error::Length { what: "the table below windows", expected, found });
        }
        Ok(WindowsOwned { frame, layout: Arc::clone(&self.layout) })
    }

    /// The windows named, in that order, over the whole table: nothing is copied but a number a
    /// window.
    ///
    /// # Panics
    ///
    /// If there is no such window.
    pub fn subset(&self, windows: &[usize]) -> Windows<'a> {
        let starts = windows.iter().map(|&window| self.layout.starts[window]).collect();
        let Layout { size, stride, .. } = *self.layout;
        let layout = Layout { size, stride, edges: self.layout.edges.clone(), starts };
        Windows { frame: self.frame, layout: Arc::new(layout) }
    }

    /// The windows named, in that order, with a copy of the table.
    ///
    /// # Panics
    ///
    /// If there is no such window.
    pub fn select(&self, windows: &[usize]) -> WindowsOwned {
        self.subset(windows).to_owned()
    }

    /// Some windows that follow each other, over the part of the table that they cover: nothing
    /// is copied but a number a window.
    ///
    /// # Panics
    ///
    /// If there is no such window.
    pub fn range(&self, windows: std::ops::Range<usize>) -> Windows<'a> {
        let Layout { size, stride, .. } = *self.layout;
        let starts = &self.layout.starts[windows];
        let first = starts.iter().copied().min().unwrap_or(0);
        let end = starts.iter().copied().max().map_or(first, |last| last + size);
        let inner = self.layout.edges.iter().filter(|&&edge| first < edge && edge < end);
        let mut edges: Vec<usize> = std::iter::once(0).chain(inner.map(|e| e - first)).collect();
        edges.push(end - first);
        let starts = starts.iter().map(|start| start - first).collect();
        let layout = Arc::new(Layout { size, stride, edges, starts });
        Windows { frame: self.frame.slice(first..end), layout }
    }

    /// The same windows with a table of their own.
    pub fn to_owned(&self) -> WindowsOwned {
        WindowsOwned { frame: self.frame.to_frame(), layout: Arc::clone(&self.layout) }
    }
}

/// [`Windows`] with the table below them.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowsOwned {
    frame: Frame,
    layout: Arc<Layout>,
}

impl WindowsOwned {
    /// Like [`Windows::new`], with a table to keep.
    ///
    /// # Errors
    ///
    /// As [`Windows::new`].
    pub fn new(
        frame: Frame,
        edges: Vec<usize>,
        size: usize,
        stride: usize,
    ) -> Result<WindowsOwned> {
        WindowsOwned::reaching(frame, edges, size, stride, size)
    }

    /// Like [`Windows::reaching`], with a table to keep.
    ///
    /// # Errors
    ///
    /// As [`Windows::reaching`].
    pub fn reaching(
        frame: Frame,
        edges: Vec<usize>,
        size: usize,
        stride: usize,
        reach: usize,
    ) -> Result<WindowsOwned> {
        let layout = Arc::new(Layout::new(frame.n_rows(), edges, size, stride, reach)?);
        Ok(WindowsOwned { frame, layout })
    }

    /// A view of all windows.
    pub fn view(&self) -> Windows<'_> {
        Windows { frame: self.frame.view(), layout: Arc::clone(&self.layout) }
    }

    /// The windows as samples.
    pub fn samples(&self) -> Samples<'_> {
        Samples::Windows(self.view())
    }
}
