//! Texts as codes of the words they are made of: a table learnt from the charts gives each
//! frequent word, and each sign between words, a code of one to three bytes. That packs tighter
//! than a general packer does with texts of this length, and unpacks several times faster, because
//! every code is one copy of sixteen bytes. Whatever is not in the table is written out, so any
//! text comes back as it was.
//!
//! A token is a word (letters, digits, bytes beyond ASCII) or what stands between two words. The
//! blank between words is not written: a word brings the blank behind it along, and any other sign
//! takes that blank back.
//!
//! ```text
//! 0..190        entry of the table
//! 190..250  b   entry 190 + 256 * (first - 190) + b
//! 250  b b      entry of the rest, number u16 LE
//! 251  n ...    a word, written out
//! 252  n ...    signs, written out
//! 253  varint   a word that is a number
//! 254  n ...    bytes as they are
//! ```

use super::codes::{Codes, Mix};
use super::stored::{put, take};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

/// Bytes of an entry: fifteen of text, and one that says how many of them count ([`LENGTH`]) and
/// whether it takes back a blank ([`BACK`]).
pub(super) const ENTRY: usize = 16;
pub(super) const TEXT: usize = ENTRY - 1;
const LENGTH: u8 = 0x0f;
const BACK: u8 = 0x80;

/// First codes of two and three bytes, and those of what is written out.
const TWO: u8 = 190;
const THREE: u8 = 250;
const WORD: u8 = 251;
const SIGNS: u8 = 252;
const NUMBER: u8 = 253;
const BYTES: u8 = 254;

/// Entries with a code of at most two bytes.
const SHORT: usize = TWO as usize + (THREE - TWO) as usize * 256;
/// Entries at most.
const MOST: usize = SHORT + (1 << 16);
/// A token seen less often is not worth an entry.
const LEAST: u32 = 2;
/// Longest word that is made of entries.
const LONGEST: usize = 4 * TEXT;
/// What is written out is cut into pieces of so many bytes.
const PIECE: usize = u8::MAX as usize;

/// The table.
pub(super) struct Words {
    entries: Vec<[u8; ENTRY]>,
    /// Codes of tokens, without the blank behind words.
    codes: Codes,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words")
            .field("entries", &self.entries.len())
            .finish()
    }
}

impl Words {
    /// Learns a table from texts, as the bytes that are kept of it.
    pub(super) fn learn<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<u8> {
        let mut counts: HashMap<&[u8], u32, BuildHasherDefault<Mix>> = HashMap::default();
        for text in texts {
            for token in tokens(text.as_bytes()) {
                *counts.entry(token).or_insert(0) += 1;
            }
        }
        counts.retain(|token, count| *count >= LEAST && token.len() <= LONGEST && *token != b" ");
        let mut order: Vec<(&[u8], u32)> = counts.into_iter().collect();
        order.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let mut out = Vec::new();
        for (token, _) in order {
            put(&mut out, token.len() as u64);
            out.extend_from_slice(token);
        }
        out
    }

    /// A table as it was kept: tokens in the order of their codes, each with its length. `None`
    /// if the bytes are none.
    pub(super) fn open(mut kept: &[u8]) -> Option<Self> {
        let mut out = Self {
            entries: Vec::new(),
            codes: Codes::default(),
        };
        while !kept.is_empty() {
            let length = usize::try_from(take(&mut kept)?).ok()?;
            let (token, rest) = kept.split_at_checked(length)?;
            kept = rest;
            if token.is_empty() || out.codes.has(token) {
                return None;
            }
            let pieces = token.len().div_ceil(TEXT) + 1;
            if out.entries.len() + pieces > MOST {
                break;
            }
            let codes = if is_word(token[0]) {
                out.word(token)
            } else {
                out.signs(token)
            };
            if let Some(codes) = codes {
                out.codes.put(token, codes);
            }
        }
        Some(out)
    }

    /// Entries of a word: pieces, of which the last brings the blank.
    fn word(&mut self, token: &[u8]) -> Option<Vec<u8>> {
        let mut with_blank = token.to_vec();
        with_blank.push(b' ');
        let mut codes = Vec::new();
        for piece in with_blank.chunks(TEXT) {
            codes.extend(self.entry(piece, false));
        }
        Some(codes)
    }

    /// The entry of signs; long runs have none.
    fn signs(&mut self, token: &[u8]) -> Option<Vec<u8>> {
        (token.len() <= TEXT).then(|| self.entry(token, true))
    }

    fn entry(&mut self, text: &[u8], back: bool) -> Vec<u8> {
        let mut entry = [0; ENTRY];
        entry[..text.len()].copy_from_slice(text);
        entry[TEXT] = text.len() as u8 | if back { BACK } else { 0 };
        let id = self.entries.len();
        self.entries.push(entry);
        match id.checked_sub(usize::from(TWO)) {
            None => vec![id as u8],
            Some(id) if id + usize::from(TWO) < SHORT => vec![TWO + (id / 256) as u8, id as u8],
            Some(id) => {
                let [low, high] = ((id + usize::from(TWO) - SHORT) as u16).to_le_bytes();
                vec![THREE, low, high]
            }
        }
    }

    /// The codes of a text.
    pub(super) fn pack(&self, text: &str, out: &mut Vec<u8>) {
        let text = text.as_bytes();
        let mut before = Before::Start;
        let mut at = 0;
        for token in tokens(text) {
            let start = at;
            at += token.len();
            if is_word(token[0]) {
                before = match self.codes.write(text, start..at, out) {
                    true => Before::Word,
                    false => unknown_word(token, out),
                };
                continue;
            }
            match before {
                Before::Word if token == b" " && at < text.len() => {}
                Before::Bytes => bytes(token, out),
                _ => {
                    if !self.codes.write(text, start..at, out) {
                        let (first, rest) = token.split_at(token.len().min(PIECE));
                        written(SIGNS, first, out);
                        bytes(rest, out);
                    }
                }
            }
            before = Before::Signs;
        }
    }

    /// Makes room for a text of `length` bytes in `out`, to be unpacked from its start.
    pub(super) fn room(length: usize, out: &mut Vec<u8>) -> Unpacking {
        // One whole entry behind the last.
        let room = length + 1 + ENTRY;
        if out.len() < room {
            out.resize(room, 0);
        }
        Unpacking {
            length,
            code: 0,
            at: 0,
        }
    }

    /// Unpacks on until so many bytes are there, or all; what lies behind them in `out` is
    /// undefined. `None` if the codes make no text of that length.
    pub(super) fn unpack(
        &self,
        codes: &[u8],
        from: &mut Unpacking,
        until: usize,
        out: &mut [u8],
    ) -> Option<()> {
        let (mut i, mut at) = (from.code, from.at);
        let length = from.length;
        while at < until
            && let Some(&code) = codes.get(i)
        {
            let id = if code < THREE {
                // Without a branch: which of the two it is nobody can foresee.
                let low = usize::from(codes.get(i + 1).copied().unwrap_or_default());
                let code = usize::from(code);
                let two = usize::from(code >= usize::from(TWO));
                i += 1 + two;
                let long = usize::from(TWO) + (code.wrapping_sub(usize::from(TWO)) & 0xff) * 256;
                if two == 1 { long + low } else { code }
            } else if code == THREE {
                let number = [*codes.get(i + 1)?, *codes.get(i + 2)?];
                i += 3;
                SHORT + usize::from(u16::from_le_bytes(number))
            } else {
                i = written_out(codes, i, length, &mut at, out)?;
                continue;
            };
            let entry = self.entries.get(id)?;
            let end = entry[TEXT];
            at = usize::saturating_sub(at, usize::from(end >> 7));
            // There is no room behind a text that grows longer than it says.
            out.get_mut(at..at + ENTRY)?.copy_from_slice(entry);
            at += usize::from(end & LENGTH);
        }
        (from.code, from.at) = (i, at);
        // A word at the end brought a blank.
        let whole = i >= codes.len();
        (!whole || at == length || at == length + 1).then_some(())
    }
}

/// How far a text is unpacked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unpacking {
    length: usize,
    code: usize,
    at: usize,
}

impl Unpacking {
    /// Bytes that are there for good: a blank at their end may be taken back.
    pub(super) fn bytes(&self) -> usize {
        self.at.saturating_sub(1).min(self.length)
    }
}

/// What stands before a token.
#[derive(Clone, Copy)]
enum Before {
    Start,
    Word,
    Signs,
    /// Bytes as they are: a word without its blank.
    Bytes,
}

/// Writes a word that has no code.
fn unknown_word(token: &[u8], out: &mut Vec<u8>) -> Before {
    if let Some(number) = number(token) {
        out.push(NUMBER);
        put(out, number);
    } else if token.len() <= PIECE {
        written(WORD, token, out);
    } else {
        // It brings no blank along, so none is left out behind it.
        bytes(token, out);
        return Before::Bytes;
    }
    Before::Word
}

fn bytes(text: &[u8], out: &mut Vec<u8>) {
    for piece in text.chunks(PIECE) {
        written(BYTES, piece, out);
    }
}

fn written(code: u8, text: &[u8], out: &mut Vec<u8>) {
    out.push(code);
    out.push(text.len() as u8);
    out.extend_from_slice(text);
}

/// A word of digits that is written as a number is.
fn number(token: &[u8]) -> Option<u64> {
    let digits = token.iter().all(u8::is_ascii_digit) && token.len() <= 18 && token.len() > 1;
    if !digits || token[0] == b'0' {
        return None;
    }
    std::str::from_utf8(token).ok()?.parse().ok()
}

/// Unpacks what is written out at `i`; gives where the codes go on.
fn written_out(
    codes: &[u8],
    mut i: usize,
    length: usize,
    at: &mut usize,
    out: &mut [u8],
) -> Option<usize> {
    let code = *codes.get(i)?;
    i += 1;
    let mut digits = [0u8; 20];
    let text: &[u8] = if code == NUMBER {
        let mut rest = codes.get(i..)?;
        let before = rest.len();
        let mut number = take(&mut rest)?;
        i += before - rest.len();
        let mut first = digits.len();
        while number > 0 {
            first = first.checked_sub(1)?;
            digits[first] = b'0' + (number % 10) as u8;
            number /= 10;
        }
        &digits[first..]
    } else if code == WORD || code == SIGNS || code == BYTES {
        let end = i + 1 + usize::from(*codes.get(i)?);
        let text = codes.get(i + 1..end)?;
        i = end;
        text
    } else {
        return None;
    };
    if code == SIGNS {
        *at = at.saturating_sub(1);
    }
    let end = *at + text.len();
    if end > length {
        return None;
    }
    out.get_mut(*at..end)?.copy_from_slice(text);
    *at = end;
    if code == WORD || code == NUMBER {
        *out.get_mut(end)? = b' ';
        *at += 1;
    }
    Some(i)
}

/// Which bytes words are made of.
const IS_WORD: [bool; 256] = {
    let mut is_word = [false; 256];
    let mut byte = 0;
    while byte < is_word.len() {
        is_word[byte] = byte > 0x7f || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    is_word
};

fn is_word(byte: u8) -> bool {
    IS_WORD[usize::from(byte)]
}

/// Words and what stands between them, in turn.
fn tokens(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.chunk_by(|a, b| is_word(*a) == is_word(*b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOTES: [&str; 3] = [
        "The patient was seen and examined. Plan: continue 40 mg, twice daily.\n",
        "gastroesophageal reflux disease; electrocardiographically normal. The plan: home.\n",
        "\tThe patient - seen again -- was discharged home (2026-03-01).\n",
    ];

    fn table() -> Words {
        let texts = std::iter::repeat_n(NOTES, 3).flatten();
        Words::open(&Words::learn(texts)).unwrap()
    }

    fn there_and_back(words: &Words, text: &str) -> usize {
        let mut codes = Vec::new();
        words.pack(text, &mut codes);
        // Room that was used before holds other bytes.
        for mut out in [Vec::new(), vec![b'#'; text.len() + 40]] {
            let mut state = Words::room(text.len(), &mut out);
            let all = usize::MAX;
            words.unpack(&codes, &mut state, all, &mut out).unwrap();
            assert_eq!(&out[..text.len()], text.as_bytes(), "{text:?} {codes:?}");
            let mut state = Words::room(text.len(), &mut out);
            for until in (0..text.len() + 20).step_by(7) {
                words.unpack(&codes, &mut state, until, &mut out).unwrap();
                let there = state.bytes();
                assert!(there + 2 > until.min(text.len()));
                assert_eq!(&out[..there], &text.as_bytes()[..there]);
            }
        }
        codes.len()
    }

    #[test]
    fn every_text_comes_back_and_known_ones_are_short() {
        let words = table();
        for note in NOTES {
            assert!(there_and_back(&words, note) < note.len() / 2, "{note}");
        }
        let long = "x".repeat(700);
        let wide = " ".repeat(600);
        for text in [
            "",
            " ",
            "  ",
            "a",
            " a",
            "a ",
            "a  b",
            "The",
            "The ",
            " The",
            ". The",
            "The.",
            "M\u{fc}ller was \u{e9}. \u{1f600}!",
            "0 00 007 10 123456789012345678901",
            "1234567",
            "12 mg 120 mg",
            &long,
            &format!("The {long} patient"),
            &format!("{long}.{long}"),
            &format!("The{wide}patient"),
            &format!("{long}{wide}seen"),
            &wide,
            &format!("{wide}{long}"),
        ] {
            there_and_back(&words, text);
            there_and_back(&Words::open(&[]).unwrap(), text);
        }
    }

    /// What is packed stays readable: the codes are those they always were.
    #[test]
    fn a_text_has_the_codes_it_had() {
        let mut codes = Vec::new();
        let text = "The plan: 40 mg, xyz gastroesophageal electrocardiographically.\n";
        table().pack(text, &mut codes);
        assert_eq!(
            codes,
            [
                0, 34, 4, 18, 32, 14, 251, 3, 120, 121, 122, 30, 31, 27, 28, 2
            ]
        );
    }

    #[test]
    fn codes_of_every_length_come_back() {
        let text: Vec<String> = (0..40_000).map(|n| format!("w{n}x")).collect();
        let text = text.join(" ");
        let words = Words::open(&Words::learn(std::iter::repeat_n(text.as_str(), 3))).unwrap();
        assert!(words.entries.len() > SHORT);
        there_and_back(&words, &text);
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "([tT]he|patient|was|seen|[a-zé]{1,3}|[0-9]{1,5}|[ .,\n-]{1,3}| ){0,40}") {
            there_and_back(&table(), &text);
        }

        #[test]
        fn no_codes_and_no_table_panic(
            codes in proptest::collection::vec(any::<u8>(), 0..60),
            length in 0usize..80,
        ) {
            let mut out = Vec::new();
            let mut state = Words::room(length, &mut out);
            let _ = table().unpack(&codes, &mut state, usize::MAX, &mut out);
            let _ = Words::open(&codes);
        }
    }
}
