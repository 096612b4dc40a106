//! Owns the memory that the plugin and we exchange: blocks of bytes, named by their offset.
//!
//! The plugin reads and writes it one word a call, so each access is one bounds check and one copy.

use wasmtime::{Result, bail, ensure};

/// Before the first block: offset 0 means "nothing", and no access below this one is valid.
const FIRST: usize = 16;
/// Blocks begin at multiples of this, so that the plugin's words are aligned.
const ALIGNMENT: usize = 8;

/// A block that the plugin asked for.
#[derive(Clone, Copy)]
struct Block {
    offset: usize,
    length: usize,
}

/// The exchanged memory: what came in, the blocks made since, and which of them are the result.
pub(super) struct Arena {
    input: Vec<u8>,
    bytes: Vec<u8>,
    /// In the order of their offsets, as each new one is placed behind the others.
    blocks: Vec<Block>,
    limit: usize,
    output: (u64, u64),
    error: u64,
}

impl Arena {
    pub(super) fn new(input: Vec<u8>, limit: usize) -> Self {
        Self { input, bytes: vec![0; FIRST], blocks: Vec::new(), limit, output: (0, 0), error: 0 }
    }

    pub(super) fn input_length(&self) -> u64 {
        self.input.len() as u64
    }

    pub(super) fn input<const N: usize>(&self, offset: u64) -> Result<[u8; N]> {
        match word(&self.input, offset) {
            Some(word) => Ok(*word),
            None => bail!("the plugin read {N} bytes at offset {offset} of an input of {} bytes", self.input.len()),
        }
    }

    pub(super) fn load<const N: usize>(&self, offset: u64) -> Result<[u8; N]> {
        match word(&self.bytes, offset) {
            Some(word) if offset >= FIRST as u64 => Ok(*word),
            _ => bail!("the plugin read {N} bytes at offset {offset}, outside of the memory it asked for"),
        }
    }

    pub(super) fn store<const N: usize>(&mut self, offset: u64, data: [u8; N]) -> Result<()> {
        let place = usize::try_from(offset).ok().and_then(|at| self.bytes.get_mut(at..)?.first_chunk_mut());
        match place {
            Some(place) if offset >= FIRST as u64 => *place = data,
            _ => bail!("the plugin wrote {N} bytes at offset {offset}, outside of the memory it asked for"),
        }
        Ok(())
    }

    /// A new block, or `None` when it would pass the limit. No block is made for no bytes.
    pub(super) fn alloc(&mut self, length: u64) -> Option<u64> {
        let length = usize::try_from(length).ok()?;
        if length == 0 {
            return Some(0);
        }
        let offset = self.bytes.len().next_multiple_of(ALIGNMENT);
        let end = offset.checked_add(length).filter(|end| *end <= self.limit)?;
        self.bytes.resize(end, 0);
        self.blocks.push(Block { offset, length });
        Some(offset as u64)
    }

    /// Gives the last block back; an earlier one stays until the end of the call, which is near.
    pub(super) fn free(&mut self, offset: u64) {
        if let Some(block) = self.blocks.pop_if(|last| last.offset as u64 == offset) {
            self.bytes.truncate(block.offset);
        }
    }

    /// The length of the block at `offset`; 0 when none begins there.
    pub(super) fn length(&self, offset: u64) -> u64 {
        let found = self.blocks.binary_search_by_key(&offset, |block| block.offset as u64);
        found.map_or(0, |at| self.blocks[at].length as u64)
    }

    pub(super) fn set_output(&mut self, offset: u64, length: u64) -> Result<()> {
        self.range(offset, length)?;
        self.output = (offset, length);
        Ok(())
    }

    pub(super) fn set_error(&mut self, offset: u64) {
        self.error = offset;
    }

    pub(super) fn output(&self) -> Result<&[u8]> {
        self.range(self.output.0, self.output.1)
    }

    /// The text that the plugin gave as its error, if it did.
    pub(super) fn error(&self) -> Option<String> {
        self.text(self.error).filter(|text| !text.trim().is_empty())
    }

    /// The text of the block at `offset`.
    pub(super) fn text(&self, offset: u64) -> Option<String> {
        let bytes = self.range(offset, self.length(offset)).ok()?;
        (!bytes.is_empty()).then(|| String::from_utf8_lossy(bytes).into_owned())
    }

    fn range(&self, offset: u64, length: u64) -> Result<&[u8]> {
        if length == 0 {
            return Ok(&[]);
        }
        ensure!(offset >= FIRST as u64, "the plugin named {length} bytes at offset {offset}, before all memory");
        let bytes = (|| {
            let start = usize::try_from(offset).ok()?;
            self.bytes.get(start..start.checked_add(usize::try_from(length).ok()?)?)
        })();
        match bytes {
            Some(bytes) => Ok(bytes),
            None => bail!("the plugin named {length} bytes at offset {offset}, outside of the memory it asked for"),
        }
    }
}

fn word<const N: usize>(bytes: &[u8], offset: u64) -> Option<&[u8; N]> {
    bytes.get(usize::try_from(offset).ok()?..)?.first_chunk()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arena() -> Arena {
        Arena::new(b"input".to_vec(), 1000)
    }

    #[test]
    fn what_is_stored_is_loaded_and_put_out() {
        let mut arena = arena();
        let at = arena.alloc(9).unwrap();
        arena.store(at, *b"eight by").unwrap();
        arena.store(at + 8, *b"t").unwrap();
        assert_eq!(&arena.load::<8>(at).unwrap(), b"eight by");
        arena.set_output(at, 9).unwrap();
        assert_eq!(arena.output().unwrap(), b"eight byt");
    }

    #[test]
    fn nothing_is_read_or_written_outside() {
        let mut arena = arena();
        let at = arena.alloc(8).unwrap();
        for offset in [0, 8, at + 1, at + 8, u64::MAX, u64::MAX - 7] {
            assert!(arena.load::<8>(offset).is_err(), "load at {offset}");
            assert!(arena.store(offset, [0; 8]).is_err(), "store at {offset}");
        }
        assert!(arena.input::<1>(5).is_err());
        assert!(arena.input::<8>(0).is_err());
        assert!(arena.set_output(at, 9).is_err());
        assert!(arena.set_output(at, u64::MAX).is_err());
        assert!(arena.set_output(0, 1).is_err());
    }

    #[test]
    fn the_limit_holds_for_all_blocks_together() {
        let mut arena = arena();
        assert!(arena.alloc(900).is_some());
        assert!(arena.alloc(900).is_none());
        assert!(arena.alloc(u64::MAX).is_none());
    }

    #[test]
    fn a_length_is_known_only_where_a_block_begins() {
        let mut arena = arena();
        let (first, second) = (arena.alloc(5).unwrap(), arena.alloc(7).unwrap());
        assert_eq!((arena.length(first), arena.length(second)), (5, 7));
        assert_eq!((arena.length(0), arena.length(first + 1)), (0, 0));
        arena.free(second);
        assert_eq!(arena.length(second), 0);
        assert_eq!(arena.alloc(3), Some(second), "a freed last block is used again, and zeroed");
        assert_eq!(arena.load::<3>(second).unwrap(), [0; 3]);
    }

    #[test]
    fn no_error_text_is_no_error() {
        let mut arena = arena();
        assert_eq!(arena.error(), None);
        let at = arena.alloc(2).unwrap();
        arena.store(at, *b"no").unwrap();
        arena.set_error(at);
        assert_eq!(arena.error().as_deref(), Some("no"));
        arena.set_error(0);
        assert_eq!(arena.error(), None);
    }
}
