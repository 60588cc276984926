//! Looking codes of tokens up: which bytes stand for a word or for the signs between two.
//!
//! Each token of a text that is packed is looked up, and nearly every one is short. A short one is a
//! number, its code lies beside it, and both are read without a call for a few bytes.

use super::words::{ENTRY, TEXT};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

/// Longest token that is looked up as one number: with a blank it is one entry.
const SMALL: usize = TEXT - 1;

/// The codes of tokens.
#[derive(Default)]
pub(super) struct Codes {
    /// Of tokens of up to [`SMALL`] bytes.
    small: HashMap<u128, Code, BuildHasherDefault<Mix>>,
    /// Of longer ones.
    long: HashMap<Vec<u8>, Vec<u8>, BuildHasherDefault<Mix>>,
}

impl Codes {
    pub(super) fn has(&self, token: &[u8]) -> bool {
        self.write(token, 0..token.len(), &mut Vec::new())
    }

    /// Keeps the codes of a token; a small one has the code of one entry.
    pub(super) fn put(&mut self, token: &[u8], codes: Vec<u8>) {
        if token.len() <= SMALL {
            self.small
                .insert(small(token, 0, token.len()), Code::of(&codes));
        } else {
            self.long.insert(token.to_vec(), codes);
        }
    }

    /// Writes the codes of a token of a text; gives whether it has any.
    pub(super) fn write(&self, text: &[u8], token: Range<usize>, out: &mut Vec<u8>) -> bool {
        if token.len() <= SMALL {
            let code = self.small.get(&small(text, token.start, token.len()));
            code.inspect(|code| code.write(out)).is_some()
        } else {
            let codes = self.long.get(&text[token]);
            codes
                .inspect(|codes| out.extend_from_slice(codes))
                .is_some()
        }
    }
}

/// The code of one entry: its bytes, and in the last one how many they are.
#[derive(Clone, Copy)]
struct Code([u8; 4]);

impl Code {
    fn of(bytes: &[u8]) -> Self {
        let mut code = [0; 4];
        code[..bytes.len()].copy_from_slice(bytes);
        code[3] = bytes.len() as u8;
        Self(code)
    }

    fn write(self, out: &mut Vec<u8>) {
        let end = out.len() + usize::from(self.0[3]);
        // All four: a copy of a length that is known is no call.
        out.extend_from_slice(&self.0);
        out.truncate(end);
    }
}

/// A token of up to [`SMALL`] bytes, which begins at `at`, as a number: its bytes and their count.
fn small(text: &[u8], at: usize, length: usize) -> u128 {
    let ahead = text.get(at..).and_then(<[u8]>::first_chunk::<ENTRY>);
    let bytes = match ahead {
        Some(bytes) => u128::from_le_bytes(*bytes) & ((1 << (8 * length)) - 1),
        None => {
            let mut bytes = [0; ENTRY];
            bytes[..length].copy_from_slice(&text[at..at + length]);
            u128::from_le_bytes(bytes)
        }
    };
    bytes | (length as u128) << (8 * TEXT)
}

/// A quick hash of short texts; the table is learnt from our own charts, and a chart made to
/// collide would only be packed slowly.
#[derive(Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        let (eights, rest) = bytes.as_chunks::<8>();
        for eight in eights {
            self.add(u64::from_le_bytes(*eight));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.add(u64::from_le_bytes(last) ^ bytes.len() as u64);
    }

    fn write_u128(&mut self, number: u128) {
        self.add(number as u64);
        self.add((number >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

impl Mix {
    fn add(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}
