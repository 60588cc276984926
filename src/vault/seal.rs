//! The sealed file: everything encrypted outside the database.
//!
//! ```text
//! header  magic "CHRTSEAL" | version u32 LE | block size u32 LE | salt (32 random bytes)
//! blocks  AES-256-GCM of a block size of plain text each, tag appended; the last may be shorter
//! ```
//!
//! Each file has its own key: HKDF-SHA256 of the seal key with the header's salt, header and
//! file name bound in. The nonce of a block is its number and whether it is the last, so that a
//! block moved, left out, repeated, or a file cut short or renamed is noticed. A nonce never
//! repeats, because a file is written once and its key is its own.
//!
//! [`SealWriter`] writes a stream, [`SealReader`] opens block by block in any order,
//! [`seal_bytes`] and [`open_bytes`] do a whole small file.

use super::digest::random_bytes;
use super::key::{SealKey, expand};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;
use std::io::{self, Write};
use std::ops::Range;

/// Plain text bytes in every block but the last, where nothing else is asked for.
pub const BLOCK_BYTES: usize = 32 * 1024;
/// The same in files that are read in small pieces at random: opening one of these blocks costs
/// little more than the piece.
pub const SMALL_BLOCK_BYTES: usize = 2 * 1024;
/// Length of the header in bytes.
pub const HEADER_BYTES: usize = 48;

const MAGIC: &[u8; 8] = b"CHRTSEAL";
const VERSION: u32 = 1;
const TAG_BYTES: usize = 16;
/// The block sizes there are.
const BLOCK_SIZES: [usize; 2] = [BLOCK_BYTES, SMALL_BLOCK_BYTES];
/// Where the salt starts in the header.
const SALT_AT: usize = 16;

/// Why a sealed file could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not one of ours.
    #[error("not a sealed file of Chartroom")]
    NotSealed,
    /// Written by a later version.
    #[error("sealed by a newer version ({0}) of Chartroom")]
    Newer(u32),
    /// Changed, cut short, renamed, or sealed with another key.
    #[error("the sealed file is damaged, or belongs to another key")]
    Damaged,
    /// The cipher library refused; not caused by any input.
    #[error("the cipher library failed")]
    Cipher,
}

impl From<Unspecified> for SealError {
    fn from(_: Unspecified) -> Self {
        Self::Cipher
    }
}

impl From<SealError> for io::Error {
    fn from(error: SealError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

fn file_key(key: &SealKey, name: &str, header: &[u8]) -> Result<LessSafeKey, SealError> {
    let (form, salt) = header.split_at(SALT_AT);
    let info = [b"chartroom sealed file\0", form, name.as_bytes()];
    let own = expand(salt, key.bytes(), &info)?;
    let unbound = UnboundKey::new(&AES_256_GCM, own.as_slice())?;
    Ok(LessSafeKey::new(unbound))
}

fn nonce(block: u64, last: bool) -> Nonce {
    let mut bytes = [0u8; NONCE_LEN];
    bytes[..8].copy_from_slice(&block.to_be_bytes());
    bytes[NONCE_LEN - 1] = u8::from(last);
    Nonce::assume_unique_for_key(bytes)
}

/// Seals a stream. [`SealWriter::finish`] must be called: without its last block the file does
/// not open.
pub struct SealWriter<W: Write> {
    inner: W,
    key: LessSafeKey,
    size: usize,
    block: u64,
    buffer: Vec<u8>,
    finished: bool,
}

impl<W: Write> std::fmt::Debug for SealWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealWriter")
            .field("block", &self.block)
            .finish()
    }
}

impl<W: Write> SealWriter<W> {
    /// Starts a sealed file called `name` and writes its header.
    ///
    /// # Errors
    /// What `inner` says, or the cipher library.
    pub fn new(key: &SealKey, name: &str, inner: W) -> io::Result<Self> {
        Self::sized(key, name, inner, BLOCK_BYTES)
    }

    /// The same in blocks of [`SMALL_BLOCK_BYTES`].
    ///
    /// # Errors
    /// As [`SealWriter::new`].
    pub fn small(key: &SealKey, name: &str, inner: W) -> io::Result<Self> {
        Self::sized(key, name, inner, SMALL_BLOCK_BYTES)
    }

    fn sized(key: &SealKey, name: &str, mut inner: W, size: usize) -> io::Result<Self> {
        let mut header = [0u8; HEADER_BYTES];
        header[..8].copy_from_slice(MAGIC);
        header[8..12].copy_from_slice(&VERSION.to_le_bytes());
        header[12..SALT_AT].copy_from_slice(&(size as u32).to_le_bytes());
        let salt = random_bytes::<{ HEADER_BYTES - SALT_AT }>().map_err(io::Error::other)?;
        header[SALT_AT..].copy_from_slice(&salt);
        inner.write_all(&header)?;
        Ok(Self {
            inner,
            key: file_key(key, name, &header)?,
            size,
            block: 0,
            buffer: Vec::with_capacity(size + TAG_BYTES),
            finished: false,
        })
    }

    /// Seals the last block and flushes; nothing can be written afterwards.
    ///
    /// # Errors
    /// What the inner writer says, or the cipher library.
    pub fn finish(&mut self) -> io::Result<()> {
        if !self.finished {
            self.seal_block(true)?;
            self.finished = true;
        }
        self.inner.flush()
    }

    /// What was written to: to sync it once finished.
    pub fn into_inner(self) -> W {
        self.inner
    }

    fn seal_block(&mut self, last: bool) -> io::Result<()> {
        let nonce = nonce(self.block, last);
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce, Aad::empty(), &mut self.buffer)
            .map_err(SealError::from)?;
        self.buffer.extend_from_slice(tag.as_ref());
        self.inner.write_all(&self.buffer)?;
        self.buffer.clear();
        self.block += 1;
        Ok(())
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.finished {
            return Err(io::Error::other("the sealed file is finished"));
        }
        if bytes.is_empty() {
            return Ok(0);
        }
        // A full block waits until more comes, because only then it is known not to be the last.
        if self.buffer.len() == self.size {
            self.seal_block(false)?;
        }
        let taken = bytes.len().min(self.size - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        // A part of a block cannot be sealed: its nonce would be used twice.
        self.inner.flush()
    }
}

/// Opens the blocks of a sealed file in any order. Holds the file's key, not its content.
pub struct SealReader {
    key: LessSafeKey,
    size: usize,
    plain_bytes: u64,
    blocks: u64,
}

impl std::fmt::Debug for SealReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealReader")
            .field("plain_bytes", &self.plain_bytes)
            .finish()
    }
}

impl SealReader {
    /// A reader for the file `name` of `file_bytes` bytes that begins with `header`. That the
    /// file is complete shows when its last block is opened.
    ///
    /// # Errors
    /// [`SealError::NotSealed`], [`SealError::Newer`], or [`SealError::Damaged`] when no file of
    /// ours has this length.
    pub fn new(
        key: &SealKey,
        name: &str,
        header: &[u8],
        file_bytes: u64,
    ) -> Result<Self, SealError> {
        let header = header.get(..HEADER_BYTES).ok_or(SealError::NotSealed)?;
        if &header[..8] != MAGIC {
            return Err(SealError::NotSealed);
        }
        let number = |at: usize| {
            u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        if number(8) > VERSION {
            return Err(SealError::Newer(number(8)));
        }
        let size = number(12) as usize;
        if number(8) != VERSION || !BLOCK_SIZES.contains(&size) {
            return Err(SealError::Damaged);
        }
        let body = file_bytes
            .checked_sub(HEADER_BYTES as u64)
            .filter(|&body| body >= TAG_BYTES as u64)
            .ok_or(SealError::Damaged)?;
        let blocks = body.div_ceil((size + TAG_BYTES) as u64);
        let tags = blocks * TAG_BYTES as u64;
        let plain_bytes = body.checked_sub(tags).ok_or(SealError::Damaged)?;
        // Only an empty file has an empty last block.
        if blocks > 1 && plain_bytes <= (blocks - 1) * size as u64 {
            return Err(SealError::Damaged);
        }
        Ok(Self {
            key: file_key(key, name, header)?,
            size,
            plain_bytes,
            blocks,
        })
    }

    /// Length of the plain text in bytes.
    pub fn plain_bytes(&self) -> u64 {
        self.plain_bytes
    }

    /// Plain text bytes in every block but the last.
    pub fn block_size(&self) -> usize {
        self.size
    }

    /// How many blocks there are; at least one.
    pub fn blocks(&self) -> u64 {
        self.blocks
    }

    /// Length of a block's plain text in bytes.
    pub fn block_bytes(&self, block: u64) -> usize {
        let start = block.saturating_mul(self.size as u64);
        let left = self.plain_bytes.saturating_sub(start);
        left.min(self.size as u64) as usize
    }

    /// Where a sealed block lies in the file.
    pub fn block_span(&self, block: u64) -> Range<u64> {
        let start = HEADER_BYTES as u64 + block * (self.size + TAG_BYTES) as u64;
        start..start + (self.block_bytes(block) + TAG_BYTES) as u64
    }

    /// Opens a block: `sealed` is what lies at [`Self::block_span`], `plain` is exactly
    /// [`Self::block_bytes`] long.
    ///
    /// # Errors
    /// [`SealError::Damaged`]; `plain` then holds nothing of use.
    pub fn open_block(&self, block: u64, sealed: &[u8], plain: &mut [u8]) -> Result<(), SealError> {
        if block >= self.blocks || sealed.len() != plain.len() + TAG_BYTES {
            return Err(SealError::Damaged);
        }
        let (text, tag) = sealed.split_at(plain.len());
        let nonce = nonce(block, block + 1 == self.blocks);
        self.key
            .open_separate_gather(nonce, Aad::empty(), text, tag, plain)
            .map_err(|_| SealError::Damaged)
    }
}

/// Seals a small file in one go. The name is bound in: opening it under another fails.
///
/// # Errors
/// [`SealError::Cipher`].
pub fn seal_bytes(key: &SealKey, name: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let blocks = plain.len().div_ceil(BLOCK_BYTES).max(1);
    let mut sealed = Vec::with_capacity(HEADER_BYTES + plain.len() + blocks * TAG_BYTES);
    // Writing to memory fails only when the cipher does.
    let write = |out: &mut Vec<u8>| -> io::Result<()> {
        let mut writer = SealWriter::new(key, name, out)?;
        writer.write_all(plain)?;
        writer.finish()
    };
    write(&mut sealed).map_err(|_| SealError::Cipher)?;
    Ok(sealed)
}

/// Opens what [`seal_bytes`] made.
///
/// # Errors
/// [`SealError::Damaged`] for a changed file, another name or another key, and the errors of
/// [`SealReader::new`].
pub fn open_bytes(key: &SealKey, name: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
    let reader = SealReader::new(key, name, sealed, sealed.len() as u64)?;
    let mut plain = vec![0u8; reader.plain_bytes() as usize];
    for (block, out) in (0..reader.blocks()).zip(plain_blocks(&mut plain, reader.size)) {
        let span = reader.block_span(block);
        let sealed = sealed
            .get(span.start as usize..span.end as usize)
            .ok_or(SealError::Damaged)?;
        reader.open_block(block, sealed, out)?;
    }
    Ok(plain)
}

/// The buffer in pieces of a block each; one empty piece for an empty buffer.
fn plain_blocks(plain: &mut [u8], size: usize) -> Box<dyn Iterator<Item = &mut [u8]> + '_> {
    if plain.is_empty() {
        Box::new(std::iter::once(plain))
    } else {
        Box::new(plain.chunks_mut(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Vault;

    fn key() -> SealKey {
        Vault::in_memory().unwrap().files_key()
    }

    fn text(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i % 251) as u8).collect()
    }

    #[test]
    fn every_length_comes_back() {
        let key = key();
        for length in [
            0,
            1,
            100,
            BLOCK_BYTES - 1,
            BLOCK_BYTES,
            BLOCK_BYTES + 1,
            3 * BLOCK_BYTES,
        ] {
            let plain = text(length);
            let sealed = seal_bytes(&key, "a", &plain).unwrap();
            assert_eq!(open_bytes(&key, "a", &sealed).unwrap(), plain, "{length}");
        }
    }

    #[test]
    fn blocks_open_in_any_order() {
        let key = key();
        let plain = text(2 * BLOCK_BYTES + 77);
        let sealed = seal_bytes(&key, "a", &plain).unwrap();
        let reader = SealReader::new(&key, "a", &sealed, sealed.len() as u64).unwrap();
        for block in [2u64, 0, 1] {
            let span = reader.block_span(block);
            let mut out = vec![0; reader.block_bytes(block)];
            reader
                .open_block(
                    block,
                    &sealed[span.start as usize..span.end as usize],
                    &mut out,
                )
                .unwrap();
            let start = block as usize * BLOCK_BYTES;
            assert_eq!(out, plain[start..start + out.len()]);
        }
    }

    #[test]
    fn every_flipped_byte_is_noticed() {
        let key = key();
        let sealed = seal_bytes(&key, "a", b"ZZPHI,ANN has heart failure").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(open_bytes(&key, "a", &changed).is_err(), "byte {at}");
        }
    }

    #[test]
    fn every_shorter_and_a_longer_file_is_noticed() {
        let key = key();
        let sealed = seal_bytes(&key, "a", &text(2 * BLOCK_BYTES)).unwrap();
        for length in (0..sealed.len()).step_by(97) {
            assert!(open_bytes(&key, "a", &sealed[..length]).is_err());
        }
        // Cut exactly at the end of a block.
        let whole = HEADER_BYTES + (BLOCK_BYTES + TAG_BYTES);
        assert_eq!(
            open_bytes(&key, "a", &sealed[..whole]),
            Err(SealError::Damaged)
        );
        let mut longer = sealed.clone();
        longer.extend_from_slice(&sealed[whole..]);
        assert_eq!(open_bytes(&key, "a", &longer), Err(SealError::Damaged));
    }

    #[test]
    fn swapped_blocks_another_name_and_another_key_are_noticed() {
        let one = key();
        let sealed = seal_bytes(&one, "a", &text(3 * BLOCK_BYTES)).unwrap();
        let mut swapped = sealed.clone();
        let (first, second) = swapped[HEADER_BYTES..].split_at_mut(BLOCK_BYTES + TAG_BYTES);
        first.swap_with_slice(&mut second[..(BLOCK_BYTES + TAG_BYTES)]);
        assert_eq!(open_bytes(&one, "a", &swapped), Err(SealError::Damaged));
        assert_eq!(open_bytes(&one, "b", &sealed), Err(SealError::Damaged));
        assert_eq!(open_bytes(&key(), "a", &sealed), Err(SealError::Damaged));
        assert!(open_bytes(&one, "a", &sealed).is_ok());
    }

    #[test]
    fn the_same_text_twice_looks_different() {
        let key = key();
        let one = seal_bytes(&key, "a", b"same").unwrap();
        let two = seal_bytes(&key, "a", b"same").unwrap();
        assert_ne!(one[HEADER_BYTES..], two[HEADER_BYTES..]);
    }
}
