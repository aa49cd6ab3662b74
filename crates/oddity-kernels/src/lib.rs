//! What neural networks spend their time in: products of small matrices, LSTM layers, batch
//! norm, activations, losses, Adam, dropout, and threads for all of them.
//!
//! This is the only crate of Oddity with unsafe code, and it depends on none of the others.
//!
//! # Overview
//!
//! - [`Level`]: the vector instructions that a kernel runs on, AVX-512, AVX2 or none,
//!   chosen at run time; with AVX-512 also AVX-512 BF16 and AMX, for pairs of bfloat16.
//! - [`product::multiply`]: sums of products, the right side in panels of 64 columns
//!   ([`pack`]).
//! - [`bf16`]: numbers rounded to bfloat16, in pairs, of which `multiply` takes two terms at once.
//! - [`lstm::forward`] and [`lstm::backward`]: a layer over all steps of a few rows.
//! - [`activation`], [`norm`], [`loss`], [`dropout`]: what happens to numbers between products.
//! - [`adam`]: the optimiser's step; [`sums`]: sums over rows and shards.
//! - [`Pool`]: threads that share pieces of work; [`Buffer`]: aligned memory.
//!
//! A kernel works on one thread and on numbers that its caller owns: callers cut their work
//! into pieces that do not depend on the number of threads, and add up sums in order. Then the
//! same machine gives the same bits, whatever the number of threads. Rows are whole vectors:
//! their width is a multiple of 16, and numbers that do not exist are 0.
//!
//! # Example
//!
//! ```
//! use oddity_kernels::product::{Left, Out, PANEL, Right, Start, multiply};
//! use oddity_kernels::{Buffer, Level, pack};
//!
//! // (1 2) times the matrix (3 4 5; 6 7 8).
//! let mut packed = Buffer::zeros(2 * PANEL);
//! pack::pack(&[3.0, 4.0, 5.0, 6.0, 7.0, 8.0], 3, |column| column, &mut packed);
//! let mut out = [0.0; 16];
//! let left = Left::rows(&[1.0, 2.0][..], 2);
//! let right = Right::packed(&packed, 2);
//! multiply(Level::best(), 1, 2, 1, Start::Zero, left, right, Out::rows(&mut out, 16));
//! assert_eq!(out[..4], [15.0, 18.0, 21.0, 0.0]);
//! ```
//!
//! # What it does not do
//!
//! It knows no networks, no training and no files: `oddity-neural` does the first two.

pub mod activation;
pub mod adam;
pub mod bf16;
mod buffer;
pub mod dropout;
mod level;
pub mod loss;
pub mod lstm;
pub mod norm;
pub mod pack;
mod pool;
pub mod product;
mod simd;
pub mod sums;

pub use activation::Activation;
pub use buffer::Buffer;
pub use level::Level;
pub use pool::Pool;
pub use simd::LANES;
