//! Compiles plain loops for the widest vector registers of the machine that runs them.

/// Evaluates an expression, compiled for each level of vector instructions, at the highest
/// that the machine has.
///
/// Functions that it calls must be `#[inline(always)]`, or they stay outside. Nothing is
/// reordered: sums over floats vectorise only where the loop itself keeps several of them, so
/// that the bits are the same on each machine but for `f64::mul_add`, which is one rounding
/// everywhere.
///
/// A closure that `pulp` is handed directly can stay outside the function that is compiled
/// for AVX: one that only borrows is called through a shim of the compiler's, which nothing
/// forces to be inlined. Moving a value out of its captures makes the closure itself the
/// one that is called.
///
/// # Example
///
/// ```
/// #[inline(always)]
/// fn double(values: &mut [f64]) {
///     values.iter_mut().for_each(|value| *value *= 2.0);
/// }
///
/// let mut values = [1.0, 2.0, 3.0];
/// oddity_linalg::vectorized!(double(&mut values));
/// assert_eq!(values, [2.0, 4.0, 6.0]);
/// ```
#[macro_export]
macro_rules! vectorized {
    ($body:expr) => {{
        let once = $crate::vectorized::Once;
        $crate::vectorized::Arch::new().dispatch(
            #[inline(always)]
            || {
                let $crate::vectorized::Once = { once };
                $body
            },
        )
    }};
}

pub use pulp::Arch;

/// A value that can only be moved.
pub struct Once;
