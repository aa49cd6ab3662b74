//! Compiles plain loops for the widest vector registers of the machine that runs them.

/// Evaluates an expression, compiled for each level of vector instructions, at the highest
/// that the machine has. Functions that it calls must be `#[inline(always)]`.
///
/// A closure that `pulp` is handed directly can stay outside the function that is compiled
/// for AVX: one that only borrows is called through a shim of the compiler's, which nothing
/// forces to be inlined. Moving a value out of its captures makes the closure itself the
/// one that is called.
macro_rules! vectorized {
    ($body:expr) => {{
        let once = $crate::vectorized::Once;
        pulp::Arch::new().dispatch(
            #[inline(always)]
            || {
                let $crate::vectorized::Once = { once };
                $body
            },
        )
    }};
}

/// A value that can only be moved.
pub(crate) struct Once;

pub(crate) use vectorized;
