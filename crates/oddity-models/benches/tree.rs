//! Fit and prediction of trees and forests on three sizes.
fn main() {}
