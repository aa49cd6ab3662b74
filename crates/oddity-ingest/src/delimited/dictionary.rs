//! A column of categories: of one block, and of the whole source, which grows block by block.

use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::Int32Type;
use arrow_array::{Array as _, ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow_schema::ArrowError;

use super::category::Categories;

/// A column of categories of one block.
pub(crate) struct BlockCategories {
    /// Codes of the block's own categories, one a row.
    codes: Vec<i32>,
    categories: Categories,
    /// Where each category stands for the first time in the block: places there fit 32 bits.
    firsts: Vec<u32>,
}

impl BlockCategories {
    /// Room for `n_most` rows.
    pub(super) fn new(n_most: usize) -> BlockCategories {
        let (categories, firsts) = (Categories::default(), Vec::new());
        BlockCategories { codes: Vec::with_capacity(n_most), categories, firsts }
    }

    /// Adds a row whose field begins at `at`.
    #[inline]
    pub(super) fn push(&mut self, found: &[u8], at: usize) {
        let code = self.categories.code(found);
        if code as usize == self.firsts.len() {
            self.firsts.push(at as u32);
        }
        self.codes.push(code as i32);
    }
}

/// The categories of all blocks so far, in order of first occurrence: those of a longer part of
/// the source begin with those of a shorter one.
#[derive(Default)]
pub(super) struct Dictionary {
    categories: Categories,
    /// The names that were asked for last.
    names: Option<Arc<StringArray>>,
}

impl Dictionary {
    /// Codes of a block as codes of the source; where these are more than `limit`, the place in
    /// the block of the first value that is one too many.
    pub(super) fn unite(
        &mut self,
        block: BlockCategories,
        limit: usize,
    ) -> Result<Int32Array, usize> {
        let BlockCategories { mut codes, categories, firsts } = block;
        let mut united = Vec::with_capacity(categories.len());
        // A block's codes are in order of first occurrence too, so that the first that finds
        // no room is the first in the text.
        for (code, &first) in (0..).zip(&firsts) {
            united.push(self.categories.code(categories.get(code)) as i32);
            if limit < self.categories.len() {
                return Err(first as usize);
            }
        }
        codes.iter_mut().for_each(|code| *code = united[*code as usize]);
        Ok(Int32Array::from(codes))
    }

    /// Bytes that the names take.
    pub(super) fn n_bytes(&self) -> usize {
        self.categories.n_bytes()
    }

    /// Ends the growth: the names become an array as they lie there.
    pub(super) fn finish(&mut self) -> Result<(), ArrowError> {
        self.names = Some(Arc::new(std::mem::take(&mut self.categories).into_array()?));
        Ok(())
    }

    /// Codes of the source with its names so far.
    pub(super) fn array(&mut self, codes: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let names = match &self.names {
            Some(names) if self.categories.len() <= names.len() => Arc::clone(names),
            _ => Arc::new(self.categories.to_array()?),
        };
        self.names = Some(Arc::clone(&names));
        let codes = codes.as_primitive::<Int32Type>().clone();
        Ok(Arc::new(DictionaryArray::try_new(codes, names)?))
    }
}
