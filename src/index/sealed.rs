//! An open sealed file: which of its bytes are read, held or mapped, and decrypting its blocks.

use super::cache::BlockCache;
use super::directory::Damage;
use crate::vault::seal::{BLOCK_BYTES, SealReader};
use std::cell::RefCell;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};

/// Reads over more blocks than this are decrypted straight into their buffer: they would only
/// push everything else out of the cache.
const MAX_CACHED_BLOCKS: u64 = 8;

/// Bytes up to which a sealed file is kept in memory instead of open: an index that is fed has many
/// small segments, of ten files each, and the files a process may have open are counted.
pub(super) const MAX_HELD: u64 = 32 << 10;

/// Where the bytes of a sealed file are.
pub(super) enum Sealed {
    Held(Vec<u8>),
    Mapped { bytes: OwnedBytes, _room: MapRoom },
    Open(File),
}

impl Sealed {
    /// A whole file.
    pub(super) fn hold(file: &File, length: u64) -> io::Result<Self> {
        let mut bytes = vec![0; length as usize];
        file.read_exact_at(&mut bytes, 0)?;
        Ok(Self::Held(bytes))
    }

    /// What lies at `span`, in `room` if it has to be read.
    pub(super) fn read<'a>(
        &'a self,
        span: &Range<u64>,
        room: &'a mut Vec<u8>,
    ) -> io::Result<&'a [u8]> {
        let bytes = match self {
            Self::Open(file) => {
                room.resize((span.end - span.start) as usize, 0);
                file.read_exact_at(room, span.start)?;
                return Ok(room);
            }
            Self::Held(bytes) => bytes.as_slice(),
            Self::Mapped { bytes, .. } => bytes.as_slice(),
        };
        let bytes = bytes.get(span.start as usize..span.end as usize);
        bytes.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// Bytes of the files of texts that are mapped at most, all in all.
const MAX_MAPPED: u64 = 96 << 20;

/// Room taken for a mapped file, given back with it.
pub(super) struct MapRoom {
    taken: u64,
    all: Arc<AtomicU64>,
}

impl MapRoom {
    pub(super) fn take(all: &Arc<AtomicU64>, bytes: u64) -> Option<Self> {
        let fits = |taken: u64| taken.checked_add(bytes).filter(|sum| *sum <= MAX_MAPPED);
        let taken = all.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits);
        taken.ok().map(|_| Self {
            taken: bytes,
            all: all.clone(),
        })
    }
}

impl Drop for MapRoom {
    fn drop(&mut self) {
        self.all.fetch_sub(self.taken, Ordering::Relaxed);
    }
}

/// An open sealed file.
pub(super) struct SealedFile {
    /// Its number in the cache.
    pub id: u64,
    pub sealed: Sealed,
    pub seal: SealReader,
    pub cache: Arc<BlockCache>,
    pub damage: Damage,
}

impl std::fmt::Debug for SealedFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SealedFile").field(&self.seal).finish()
    }
}

impl HasLen for SealedFile {
    fn len(&self) -> usize {
        self.seal.plain_bytes() as usize
    }
}

impl FileHandle for SealedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.start > range.end || range.end > self.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if range.is_empty() {
            return Ok(OwnedBytes::empty());
        }
        let size = self.seal.block_size();
        let first = (range.start / size) as u64;
        let last = ((range.end - 1) / size) as u64;
        if size != BLOCK_BYTES {
            return self.read_small(range, first, last);
        }
        if first == last {
            let start = first as usize * size;
            let block = self.block(first)?;
            return Ok(block.slice(range.start - start..range.end - start));
        }
        let mut out = vec![0u8; range.len()];
        let bypass = last - first >= MAX_CACHED_BLOCKS;
        let mut rest = out.as_mut_slice();
        for number in first..=last {
            let start = number as usize * size;
            let from = range.start.max(start) - start;
            let to = (range.end - start).min(self.seal.block_bytes(number));
            let (piece, left) = rest.split_at_mut(to - from);
            rest = left;
            if bypass && piece.len() == self.seal.block_bytes(number) {
                self.open_into(number, number, piece)?;
            } else {
                piece.copy_from_slice(&self.block(number)?[from..to]);
            }
        }
        Ok(OwnedBytes::new(out))
    }
}

thread_local! {
    /// Sealed bytes on their way into plain ones.
    static SEALED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl SealedFile {
    /// Reads small blocks, which pass the cache by.
    fn read_small(&self, range: Range<usize>, first: u64, last: u64) -> io::Result<OwnedBytes> {
        let size = self.seal.block_size();
        let start = first as usize * size;
        let end = last as usize * size + self.seal.block_bytes(last);
        let mut out = vec![0u8; end - start];
        self.open_into(first, last, &mut out)?;
        Ok(OwnedBytes::new(out).slice(range.start - start..range.end - start))
    }

    /// A decrypted block, from the cache if it is there.
    pub(super) fn block(&self, number: u64) -> io::Result<OwnedBytes> {
        let key = (self.id, number);
        if let Some(bytes) = self.cache.get(key) {
            return Ok(bytes);
        }
        let mut plain = vec![0u8; self.seal.block_bytes(number)];
        self.open_into(number, number, &mut plain)?;
        let bytes = OwnedBytes::new(plain);
        self.cache.put(key, bytes.clone());
        Ok(bytes)
    }

    /// Reads blocks in one go and opens them into a buffer as long as their plain text.
    fn open_into(&self, first: u64, last: u64, plain: &mut [u8]) -> io::Result<()> {
        let span = self.seal.block_span(first).start..self.seal.block_span(last).end;
        SEALED.with_borrow_mut(|sealed| {
            let mut sealed = self
                .sealed
                .read(&span, sealed)
                .inspect_err(|_| self.damage.see())?;
            let mut plain = plain;
            for number in first..=last {
                let one = self.seal.block_span(number);
                let (piece, left) = plain.split_at_mut(self.seal.block_bytes(number));
                plain = left;
                let (block, rest) = sealed
                    .split_at_checked((one.end - one.start) as usize)
                    .ok_or(io::ErrorKind::UnexpectedEof)?;
                sealed = rest;
                let opened = self.seal.open_block(number, block, piece);
                if opened.is_err() {
                    self.damage.see();
                }
                opened?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_for_mapped_files_is_given_back() {
        let all = Arc::new(AtomicU64::new(0));
        let half = MapRoom::take(&all, MAX_MAPPED / 2);
        assert!(half.is_some());
        assert!(MapRoom::take(&all, MAX_MAPPED / 2 + 1).is_none());
        let rest = MapRoom::take(&all, MAX_MAPPED / 2);
        assert!(rest.is_some() && MapRoom::take(&all, 1).is_none());
        drop(half);
        assert!(MapRoom::take(&all, MAX_MAPPED / 2 + 1).is_none());
        drop(rest);
        assert!(MapRoom::take(&all, MAX_MAPPED).is_some());
    }
}
