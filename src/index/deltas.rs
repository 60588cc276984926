//! Distances between the places of a word as tantivy packs them (its positions file), read in part.

use std::ops::Range;
use tantivy::HasLen;
use tantivy::directory::{FileSlice, OwnedBytes};

/// Places in a block.
const BLOCK: usize = 128;
/// A packed block is made of rows of four numbers: each of its places goes to the next of four,
/// as many bits as the block is wide.
const LANES: usize = 4;
/// Bytes of a row: a block has one for each bit of its width.
const ROW: usize = LANES * NUMBER;
const NUMBER: usize = 4;
const BITS: usize = 8 * NUMBER;
/// Bytes read at once.
const CHUNK: usize = 4 * 1024;
/// The last byte of a number has this bit.
const LAST: u8 = 0x80;
/// Longest count of blocks, in bytes.
const MOST_COUNT: usize = 10;

/// The distances between the places of a word, in tantivy's form: how many full blocks there
/// are, a width for each, the blocks, and the rest as numbers of seven bits a byte.
pub(super) struct Deltas {
    file: FileSlice,
    /// The widths of the blocks and where these begin, once a place is asked for.
    head: Option<(OwnedBytes, usize)>,
    /// What was read last, and where it begins.
    chunk: OwnedBytes,
    chunk_start: usize,
    /// A block, and the byte it begins at.
    reached: (usize, usize),
    /// A block, which of its rows of four are unpacked, and how much of it counts.
    unpacked: usize,
    rows: Range<usize>,
    block: [u32; BLOCK],
    length: usize,
}

impl Deltas {
    pub(super) fn of(file: FileSlice) -> Self {
        Self {
            file,
            head: None,
            chunk: OwnedBytes::empty(),
            chunk_start: 0,
            reached: (0, 0),
            unpacked: usize::MAX,
            rows: 0..0,
            block: [0; BLOCK],
            length: 0,
        }
    }

    /// Goes through `times` distances, of which the first is the `from`th of the word, until
    /// `go_on` says no. `None` if they cannot be read.
    pub(super) fn each(
        &mut self,
        from: u64,
        times: u32,
        mut go_on: impl FnMut(u32) -> bool,
    ) -> Option<()> {
        let mut from = from;
        let end = from + u64::from(times);
        while from < end {
            let block = (from / BLOCK as u64) as usize;
            let first = (from % BLOCK as u64) as usize;
            let last = (first as u64 + (end - from)).min(BLOCK as u64) as usize;
            self.unpack(block, first / LANES..last.div_ceil(LANES))?;
            let deltas = self.block.get(..self.length)?.get(first..last)?;
            if !deltas.iter().all(|delta| go_on(*delta)) {
                return Some(());
            }
            from += (last - first) as u64;
        }
        Some(())
    }

    /// The widths of the blocks.
    fn widths(&mut self) -> Option<&OwnedBytes> {
        if self.head.is_none() {
            let head = self.fetch(0, self.file.len().min(MOST_COUNT))?;
            let (count, from) = number(self.chunk.get(head)?)?;
            let start = from.checked_add(usize::try_from(count).ok()?)?;
            let there = self.chunk.get(from..start).is_some();
            let widths = match there {
                true => self.chunk.slice(from..start),
                false if start <= self.file.len() => {
                    self.file.read_bytes_slice(from..start).ok()?
                }
                false => return None,
            };
            self.reached = (0, start);
            self.head = Some((widths, start));
        }
        self.head.as_ref().map(|(widths, _)| widths)
    }

    /// Unpacks rows of a block.
    fn unpack(&mut self, block: usize, rows: Range<usize>) -> Option<()> {
        if block == self.unpacked && self.rows.start <= rows.start && rows.end <= self.rows.end {
            return Some(());
        }
        // More of the same block: most likely all of it is wanted.
        let rows = match block == self.unpacked {
            true => 0..BLOCK / LANES,
            false => rows,
        };
        self.unpacked = usize::MAX;
        let width = self.widths()?.get(block).copied();
        let start = self.start(block)?;
        match width {
            Some(width) => {
                let packed = self.fetch(start, start + usize::from(width) * ROW)?;
                let packed = self.chunk.get(packed)?;
                unpack(packed, width, rows.clone(), &mut self.block);
                (self.rows, self.length) = (rows, BLOCK);
            }
            None => {
                let rest = self.fetch(start, self.file.len())?;
                self.length = numbers(self.chunk.get(rest)?, &mut self.block);
                self.rows = 0..BLOCK / LANES;
            }
        }
        self.unpacked = block;
        Some(())
    }

    /// The byte a block begins at.
    fn start(&mut self, block: usize) -> Option<usize> {
        let (mut from, mut at) = self.reached;
        let (widths, start) = self.head.as_ref()?;
        if block < from {
            (from, at) = (0, *start);
        }
        let passed = widths.get(from..block)?;
        at += passed
            .iter()
            .map(|width| usize::from(*width))
            .sum::<usize>()
            * ROW;
        self.reached = (block, at);
        Some(at)
    }

    /// Reads bytes of the file; where they are in the chunk.
    fn fetch(&mut self, from: usize, to: usize) -> Option<Range<usize>> {
        let there = from >= self.chunk_start && to <= self.chunk_start + self.chunk.len();
        if !there {
            if from > to || to > self.file.len() {
                return None;
            }
            let end = to.max(from + CHUNK).min(self.file.len());
            self.chunk = self.file.read_bytes_slice(from..end).ok()?;
            self.chunk_start = from;
        }
        Some(from - self.chunk_start..to - self.chunk_start)
    }
}

/// Unpacks rows of four numbers of a block of this width.
fn unpack(packed: &[u8], width: u8, rows: Range<usize>, out: &mut [u32; BLOCK]) {
    let width = usize::from(width).min(BITS);
    let mask = ((1u64 << width) - 1) as u32;
    let packed = packed.as_chunks::<ROW>().0;
    let row = |at: usize| -> [u32; LANES] {
        let Some(row) = packed.get(at) else {
            return [0; LANES];
        };
        let numbers = row.as_chunks::<NUMBER>().0;
        std::array::from_fn(|lane| u32::from_le_bytes(numbers[lane]))
    };
    let first = rows.start;
    let out = out.as_chunks_mut::<LANES>().0.get_mut(rows);
    for (i, four) in (first..).zip(out.unwrap_or_default()) {
        let bit = i * width;
        let (low, high) = (row(bit / BITS), row(bit / BITS + 1));
        let shift = (bit % BITS) as u32;
        for lane in 0..LANES {
            // In two steps, because a shift by all bits is none.
            let high = high[lane] << 1 << (BITS as u32 - 1 - shift);
            four[lane] = (low[lane] >> shift | high) & mask;
        }
    }
}

/// A number at the front, and how many bytes it takes.
fn number(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (i, byte) in bytes.iter().enumerate().take(MOST_COUNT) {
        value |= u64::from(byte & !LAST).checked_shl(7 * i as u32)?;
        if byte & LAST != 0 {
            return Some((value, i + 1));
        }
    }
    None
}

/// All numbers, as many as there is room for; how many.
fn numbers(mut bytes: &[u8], out: &mut [u32]) -> usize {
    let mut count = 0;
    for slot in out {
        let Some((value, length)) = number(bytes) else {
            break;
        };
        *slot = value as u32;
        bytes = bytes.get(length..).unwrap_or_default();
        count += 1;
    }
    count
}
