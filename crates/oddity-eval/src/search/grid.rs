//! A grid of named lists of values: all combinations, or some of them by lot.

use std::collections::BTreeMap;

use oddity_core::Seed;
use serde::{Deserialize, Serialize};

use super::{Point, Value};
use crate::cross_validation::Shuffle;
use crate::{Error, Result};

/// Lists of values by name, in the order of the names; a TOML table of lists.
///
/// ```
/// use oddity_eval::search::ParameterGrid;
///
/// let grid: ParameterGrid = toml::from_str("max_depth = [5, 'none']\nn_trees = [10, 20]")?;
/// let points: Vec<String> = grid.points().map(|point| point.to_string()).collect();
/// assert_eq!(points[..3], [
///     "max_depth=5, n_trees=10",
///     "max_depth=5, n_trees=20",
///     "max_depth=none, n_trees=10",
/// ]);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParameterGrid {
    axes: BTreeMap<String, Vec<Value>>,
}

impl ParameterGrid {
    /// The most points that are drawn from: all of them are put in order before a draw.
    pub const MOST_POINTS: usize = 1 << 24;

    /// A grid without axes, which has one point without values.
    pub fn new() -> ParameterGrid {
        ParameterGrid::default()
    }

    /// Adds an axis, or replaces the one with this name.
    pub fn with<V: Into<Value>>(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = V>,
    ) -> ParameterGrid {
        self.axes.insert(name.into(), values.into_iter().map(Into::into).collect());
        self
    }

    /// Number of points: the product of the lengths of the lists.
    pub fn len(&self) -> usize {
        self.axes.values().fold(1, |n_points, values| n_points.saturating_mul(values.len()))
    }

    /// Whether an axis has no value, so that there is no point.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Refuses a grid that is too large to draw from.
    ///
    /// # Errors
    ///
    /// [`Error::GridTooLarge`] for more than [`ParameterGrid::MOST_POINTS`].
    pub fn check(&self) -> Result<()> {
        let most = ParameterGrid::MOST_POINTS;
        if self.len() <= most { Ok(()) } else { Err(Error::GridTooLarge { most }) }
    }

    /// The names and lists, in the order of the names.
    pub fn axes(&self) -> impl ExactSizeIterator<Item = (&str, &[Value])> {
        self.axes.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// The point at a position of the product, in which the last name changes fastest: the
    /// order of scikit-learn's `ParameterGrid`.
    ///
    /// # Panics
    ///
    /// If there is no such point.
    pub fn point(&self, position: usize) -> Point {
        assert!(position < self.len(), "no such point");
        let mut rest = position;
        let value = |(name, values): (&String, &Vec<Value>)| {
            let value = values[rest % values.len()].clone();
            rest /= values.len();
            (name.clone(), value)
        };
        Point::new(self.axes.iter().rev().map(value).collect::<Vec<_>>())
    }

    /// All points, in order.
    pub fn points(&self) -> impl ExactSizeIterator<Item = Point> + '_ {
        (0..self.len()).map(|position| self.point(position))
    }

    /// `n_points` different points by lot, in the order of the draw; all of them if there are
    /// not more.
    ///
    /// [`Shuffle::Numpy`] gives the points of scikit-learn's `ParameterSampler` with that
    /// `random_state`, as long as more than 1 % and less than 99 % of the points are drawn. Cost:
    /// memory and time grow with all points of the grid, however few are drawn.
    ///
    /// # Errors
    ///
    /// As [`ParameterGrid::check`].
    pub fn draw(&self, n_points: usize, shuffle: Shuffle, seed: Seed) -> Result<Vec<Point>> {
        self.check()?;
        let order = shuffle.order(self.len(), seed);
        Ok(order.into_iter().take(n_points).map(|position| self.point(position)).collect())
    }
}
