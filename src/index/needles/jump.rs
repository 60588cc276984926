//! From one place to the next at which a word may start, many bytes at a look.

/// How a needle is found in plain ASCII: by the two rarest letters of its first word, in lower
/// case, and where they stand in the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Jump {
    letters: [u8; 2],
    ahead: [usize; 2],
}

/// Letters and digits by how often clinical English has them, the most frequent first.
const FREQUENT: &[u8] = b"etaionsrlhdcmupfgybwvk0125xqz3j46789";
/// Sets the case of an ASCII letter to lower, and leaves digits as they are. What else it makes
/// of other signs costs a second look.
const LOWER: u8 = 0x20;
/// Bytes looked at together.
const TOGETHER: usize = 32;

impl Jump {
    pub(super) fn of(word: &str) -> Option<Self> {
        let rarity = |at: &usize| {
            FREQUENT
                .iter()
                .position(|other| *other == word.as_bytes()[*at])
        };
        if word.is_empty() || !word.is_ascii() {
            return None;
        }
        let mut places: Vec<usize> = (0..word.len()).collect();
        places.sort_by_key(|at| std::cmp::Reverse(rarity(at)));
        let ahead = [places[0], *places.get(1).unwrap_or(&places[0])];
        Some(Self {
            letters: ahead.map(|at| word.as_bytes()[at]),
            ahead,
        })
    }

    /// The next place from `from` on where the word may start.
    pub(super) fn next(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let [one, two] = self.ahead.map(|ahead| bytes.get(from + ahead..));
        let (one, two) = (one?, two?);
        let fits =
            |(a, b): (&u8, &u8)| (*a | LOWER == self.letters[0]) & (*b | LOWER == self.letters[1]);
        let (ones, _) = one.as_chunks::<TOGETHER>();
        let (twos, _) = two.as_chunks::<TOGETHER>();
        let mut at = 0;
        for (ones, twos) in ones.iter().zip(twos) {
            // Without a way out, so that the bytes are looked at side by side.
            let some = ones
                .iter()
                .zip(twos)
                .fold(0u8, |some, both| some | u8::from(fits(both)));
            if some != 0 {
                let first = ones.iter().zip(twos).position(fits);
                return first.map(|first| from + at + first);
            }
            at += TOGETHER;
        }
        let last = one.get(at..)?.iter().zip(two.get(at..)?).position(fits);
        last.map(|last| from + at + last)
    }
}
