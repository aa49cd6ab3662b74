//! Numbers that start at the edge of a cache line, all 0 at first.

use core::ops::{Deref, DerefMut};
use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};

/// Bytes of a cache line, and of the widest vector.
const LINE: usize = 64;

/// A fixed number of `f32`, aligned to cache lines.
pub struct Buffer {
    start: core::ptr::NonNull<f32>,
    len: usize,
}

// SAFETY: a buffer owns its memory alone, as a `Vec<f32>` does.
unsafe impl Send for Buffer {}
// SAFETY: a shared buffer is only read.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// `len` zeros.
    ///
    /// # Panics
    ///
    /// If that many numbers have no place in an address space.
    pub fn zeros(len: usize) -> Buffer {
        let layout = layout(len);
        if layout.size() == 0 {
            return Buffer { start: core::ptr::NonNull::dangling(), len };
        }
        // SAFETY: the size is not 0.
        let start = unsafe { alloc_zeroed(layout) };
        match core::ptr::NonNull::new(start.cast::<f32>()) {
            Some(start) => Buffer { start, len },
            None => handle_alloc_error(layout),
        }
    }
}

fn layout(len: usize) -> Layout {
    Layout::array::<f32>(len)
        .and_then(|layout| layout.align_to(LINE))
        .expect("a buffer is smaller than the address space")
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let layout = layout(self.len);
        if layout.size() != 0 {
            // SAFETY: `zeros` allocated it with this layout, and nobody else frees it.
            unsafe { dealloc(self.start.as_ptr().cast::<u8>(), layout) }
        }
    }
}

impl Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        // SAFETY: `len` numbers lie at `start`, set to 0 when they were allocated; none are
        // needed behind the dangling start of an empty buffer.
        unsafe { core::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as in `deref`, and `self` is borrowed alone.
        unsafe { core::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

impl Clone for Buffer {
    fn clone(&self) -> Buffer {
        let mut copy = Buffer::zeros(self.len);
        copy.copy_from_slice(self);
        copy
    }
}

impl Default for Buffer {
    fn default() -> Buffer {
        Buffer::zeros(0)
    }
}

impl core::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Buffer({} numbers)", self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_as_zeros_on_a_line_and_is_copied_whole() {
        for len in [0, 1, 17, 1000] {
            let mut buffer = Buffer::zeros(len);
            assert_eq!((buffer.len(), buffer.iter().sum::<f32>()), (len, 0.0));
            assert_eq!(if len == 0 { 0 } else { buffer.as_ptr() as usize % LINE }, 0);
            buffer.iter_mut().enumerate().for_each(|(i, value)| *value = i as f32);
            assert_eq!(*buffer.clone(), *buffer);
        }
    }
}
