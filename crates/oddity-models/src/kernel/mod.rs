//! Models that see samples only through a kernel, the inner product in another space.

mod coupling;
mod function;
mod machine;
mod panels;
mod platt;
mod rows;
mod smo;
mod svm;

pub use function::{Gamma, Kernel};
pub use svm::{FittedSvm, Svm, SvmParams};

#[cfg(test)]
mod tests;
