//! Windows over rows: where they lie, their labels, and their scores back to rows.

mod row_scores;
mod stream;

use oddity_core::{Columns, Error, Frame, Labels, Result, Windows, WindowsOwned};
use serde::{Deserialize, Serialize};

pub use row_scores::{RowRule, RowScores, row_scores};
pub use stream::{StreamedWindows, WindowStream};

/// Parameters of [`WindowLayout`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WindowsParams {
    /// Rows of a window; 10 by default, as in the KDD http study.
    pub size: usize,
    /// Rows from the start of a window to the start of the next; 10 by default, as there.
    pub stride: usize,
    /// Which windows at the end of a series are laid.
    pub edge: WindowEdge,
    /// When a window is an anomaly.
    pub label: WindowLabel,
}

impl Default for WindowsParams {
    fn default() -> WindowsParams {
        let (edge, label) = (WindowEdge::Whole, WindowLabel::Any);
        WindowsParams { size: 10, stride: 10, edge, label }
    }
}

/// Which windows at the end of a series of `n` rows are laid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowEdge {
    /// Every window that fits.
    #[default]
    Whole,
    /// Those that start in Python's `range(0, n - stride, stride)`, as the KDD http study has
    /// it, and fit: where `n` is a multiple of the stride, one window fewer.
    AsPublished,
}

/// When a window is an anomaly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WindowLabel {
    /// If any of its rows is.
    #[default]
    Any,
    /// If its last row is.
    Last,
    /// If the row after it is. A window without a row after it in its series is not laid.
    Next,
}

/// Lays windows over rows, as views, and moves labels from rows to windows.
///
/// This is no step of a pipeline, since it changes what a sample is: rows become windows, and
/// labels with them. Scores come back to rows by [`row_scores`]; [`Windows::uncovered`] lists
/// the rows that no window covers. [`WindowLayout::stream`] does the same batch by batch.
///
/// # Example
///
/// ```
/// use oddity_core::{Frame, Labels};
/// use oddity_features::{WindowLayout, WindowsParams};
///
/// let layout = WindowLayout::new(WindowsParams { size: 3, stride: 2, ..Default::default() })?;
/// let rows = Frame::new((0..8).map(f64::from).collect(), ["x"])?;
/// let windows = layout.lay(rows, vec![0, 8])?;
/// let labels = Labels::new((0..8).map(|row| row == 4).collect());
/// let labels = layout.labels(&windows.view(), &labels)?;
/// assert_eq!(labels.values(), [false, true, true]);
/// assert_eq!(windows.view().uncovered(), [7]);
/// # Ok::<(), oddity_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct WindowLayout {
    params: WindowsParams,
}

impl WindowLayout {
    /// Checks the parameters.
    ///
    /// # Errors
    ///
    /// [`Error::Parameter`] if size or stride is 0.
    pub fn new(params: WindowsParams) -> Result<WindowLayout> {
        let WindowsParams { size, stride, .. } = params;
        Error::check_parameter("windows", "size", size as f64, 1 <= size, "at least 1")?;
        Error::check_parameter("windows", "stride", stride as f64, 1 <= stride, "at least 1")?;
        Ok(WindowLayout { params })
    }

    /// The parameters.
    pub fn params(&self) -> &WindowsParams {
        &self.params
    }

    /// Rows that a series must have from the start of a window on.
    pub fn reach(&self) -> usize {
        let WindowsParams { size, stride, edge, label } = self.params;
        let of_edge = match edge {
            WindowEdge::Whole => size,
            WindowEdge::AsPublished => size.max(stride.saturating_add(1)),
        };
        of_edge.max(size.saturating_add(usize::from(label == WindowLabel::Next)))
    }

    /// Lays windows over a table; `edges` are the first row of each series and the end.
    ///
    /// # Errors
    ///
    /// [`Error::Offset`] if the edges do not ascend from 0 to the number of rows.
    pub fn lay(&self, rows: Frame, edges: Vec<usize>) -> Result<WindowsOwned> {
        WindowsOwned::reaching(rows, edges, self.params.size, self.params.stride, self.reach())
    }

    /// The label of each window, from those of the rows below.
    ///
    /// # Errors
    ///
    /// [`Error::Length`] unless there is one label a row, [`Error::Parameter`] if the label is
    /// that of the row after a window and there is none in its series.
    pub fn labels(&self, windows: &Windows<'_>, rows: &Labels) -> Result<Labels> {
        let (expected, found) = (windows.frame().n_rows(), rows.len());
        if found != expected {
            return Err(Error::Length { what: "labels of rows", expected, found });
        }
        let of_window = |window: usize| {
            let start = windows.start(window);
            let end = start + windows.size();
            Ok(match self.params.label {
                WindowLabel::Any => rows.values()[start..end].contains(&true),
                WindowLabel::Last => rows.values()[end - 1],
                WindowLabel::Next => {
                    let series = windows.edges().partition_point(|&edge| edge <= start);
                    let (found, ok) = (window as f64, end < windows.edges()[series]);
                    let wanted = "a window with a row after it";
                    Error::check_parameter("windows", "label", found, ok, wanted)?;
                    rows.values()[end]
                }
            })
        };
        (0..windows.len()).map(of_window).collect::<Result<Vec<bool>>>().map(Labels::new)
    }

    /// Windows over rows that come in parts.
    pub fn stream(&self, columns: &Columns) -> WindowStream {
        WindowStream::new(self, columns)
    }
}
