//! Models that see samples only through a kernel, the inner product in another space.

mod coupling;
mod function;
mod gram;
mod kernel_pca;
mod machine;
mod one_class_svm;
mod panels;
mod platt;
mod rows;
mod smo;
mod svm;

pub use function::{Gamma, Kernel};
pub use kernel_pca::{KernelPca, KernelPcaParams};
pub use one_class_svm::{OneClassSvm, OneClassSvmParams};
pub use svm::{FittedSvm, Svm, SvmParams};

#[cfg(test)]
mod tests;
