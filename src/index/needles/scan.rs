//! A text gone through from its start to its end, match by match.

use super::{Highlighter, Match};

/// Needles of a text being gone through that need no room of their own.
const FEW: usize = 4;

/// A text being gone through. In plain ASCII each needle jumps from one place to the next of the
/// two rarest letters of its first word; any other text is cut into words.
pub(in crate::index) struct Scan<'a> {
    of: &'a Highlighter,
    text: &'a str,
    /// Whether needles jump; else the text must be cut.
    pub(super) jumping: bool,
    /// For each needle the first match not passed yet, if it has been looked for.
    few: [Ahead; FEW],
    many: Vec<Ahead>,
}

#[derive(Clone, Copy)]
enum Ahead {
    Unknown,
    /// Start and end of a match.
    At(usize, usize),
    Never,
}

impl<'a> Scan<'a> {
    pub(super) fn new(of: &'a Highlighter, text: &'a str) -> Self {
        let plain = of.needles.iter().all(|needle| needle.jump.is_some()) && text.is_ascii();
        Self {
            of,
            text,
            jumping: plain,
            few: [Ahead::Unknown; FEW],
            many: match plain && of.needles.len() > FEW {
                true => vec![Ahead::Unknown; of.needles.len()],
                false => Vec::new(),
            },
        }
    }

    /// The first match that starts in `at..limit`; `at` never goes back.
    pub(in crate::index) fn next(&mut self, at: usize, limit: usize) -> Option<Match> {
        if !self.jumping {
            return self.of.next(self.text, at, limit);
        }
        let ahead = match self.many.is_empty() {
            true => self.few.as_mut_slice(),
            false => self.many.as_mut_slice(),
        };
        let mut best: Option<Match> = None;
        for (i, (needle, ahead)) in self.of.needles.iter().zip(ahead).enumerate() {
            let known = match *ahead {
                Ahead::Never => continue,
                Ahead::At(start, end) if start >= at => Some((start, end)),
                _ => needle.find(self.text, at),
            };
            *ahead = known.map_or(Ahead::Never, |(start, end)| Ahead::At(start, end));
            let Some((start, end)) = known.filter(|known| known.0 < limit) else {
                continue;
            };
            // Of matches at one place the longest counts; whole words before beginnings.
            let rank = |m: &Match| {
                let whole = !self.of.needles[m.needle].words.is_empty();
                (
                    std::cmp::Reverse(m.start),
                    whole,
                    if whole { m.end } else { 0 },
                )
            };
            let found = Match {
                start,
                end,
                needle: i,
            };
            if best.as_ref().is_none_or(|best| rank(&found) > rank(best)) {
                best = Some(found);
            }
        }
        best
    }
}
