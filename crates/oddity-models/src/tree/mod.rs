//! Decision trees for classification: a single CART and random forests of them.
//!
//! Both learn exact trees: every threshold between two neighbouring values of a column is
//! looked at, as in Breiman et al. (1984). To be fast without approximation, the values of
//! each column are ranked once per fit; the growing tree works on the ranks, which are
//! small integers that can be counted into bins instead of sorted, and a threshold becomes
//! a value again only when it is written into the tree.

mod blocks;
mod cart;
mod criterion;
mod grow;
mod max_features;
mod nodes;
mod random_forest;
mod ranks;
mod split;
mod tally;

pub use cart::{Cart, CartParams, FittedCart};
pub use criterion::Criterion;
pub use max_features::MaxFeatures;
pub use nodes::{Branch, Tree};
pub use random_forest::{FittedRandomForest, ForestWeight, RandomForest, RandomForestParams};
