//! Blocks of a source parsed in parallel, and given in their order.

use std::collections::VecDeque;

use rayon::prelude::*;

use super::blocks::{Block, Blocks};
use super::fault::Fault;
use crate::{Error, Result};

/// Blocks that are parsed together, while as many are read (and unpacked). Fixed, so that
/// memory and batches do not depend on the number of threads.
const GROUP: usize = 8;

/// Batches from the blocks of a source, in order: while the blocks of a group are parsed on
/// all threads of the current rayon pool, one of them reads and unpacks the next group.
pub(crate) struct Parallel<P, T> {
    blocks: Blocks,
    parse: P,
    group: Vec<Block>,
    parsed: VecDeque<(Block, Result<T, Fault>)>,
    /// What ended the reading of blocks: reported after the records before it.
    failed: Option<Error>,
    started: bool,
}

impl<P, T> Parallel<P, T>
where
    P: Fn(&Block) -> Result<T, Fault> + Send + Sync,
    T: Send,
{
    /// Parses each block of `blocks` with `parse`.
    pub(crate) fn new(blocks: Blocks, parse: P) -> Parallel<P, T> {
        let (group, parsed) = (Vec::new(), VecDeque::new());
        Parallel { blocks, parse, group, parsed, failed: None, started: false }
    }

    /// The blocks, for what they know of the source.
    pub(crate) fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    /// What the next block gave.
    pub(crate) fn next(&mut self) -> Result<Option<T>> {
        let next = self.next_with_block()?;
        Ok(next.map(|(parsed, block)| {
            self.recycle(block);
            parsed
        }))
    }

    /// What the next block gave, and the block, for the places in it. It should be
    /// [recycled](Parallel::recycle) when it is done with.
    pub(crate) fn next_with_block(&mut self) -> Result<Option<(T, Block)>> {
        loop {
            if let Some((block, parsed)) = self.parsed.pop_front() {
                let file = self.blocks.source().name();
                return match parsed {
                    Ok(parsed) => Ok(Some((parsed, block))),
                    Err(fault) => Err(fault.in_file(file, block.first_line)),
                };
            }
            if !self.started {
                self.started = true;
                (self.group, self.failed) = read_group(&mut self.blocks);
            }
            if self.group.is_empty() {
                return self.failed.take().map_or(Ok(None), Err);
            }
            self.parse_group();
        }
    }

    /// Takes the buffer of a block that is done with.
    pub(crate) fn recycle(&mut self, block: Block) {
        self.blocks.recycle(block);
    }

    fn parse_group(&mut self) {
        let group = std::mem::take(&mut self.group);
        let (blocks, failed, parse) = (&mut self.blocks, &mut self.failed, &self.parse);
        let (parsed, (next, error)) = rayon::join(
            || group.par_iter().with_max_len(1).map(parse).collect::<Vec<_>>(),
            || if failed.is_some() { (Vec::new(), None) } else { read_group(blocks) },
        );
        self.failed = self.failed.take().or(error);
        self.parsed.extend(group.into_iter().zip(parsed));
        self.group = next;
    }
}

fn read_group(blocks: &mut Blocks) -> (Vec<Block>, Option<Error>) {
    let mut group = Vec::with_capacity(GROUP);
    while group.len() < GROUP {
        match blocks.next() {
            Ok(Some(block)) => group.push(block),
            Ok(None) => break,
            Err(error) => return (group, Some(error)),
        }
    }
    (group, None)
}
