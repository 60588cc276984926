//! Names of diagnoses that have lost the blank before or behind them, as pasted text does.
//!
//! Owns `[glued]` of `diagnoses.toml`. Finds "sepsisis", "CHFexacerbation", "theSepsis" and
//! "heartfailure", and leaves alone what is a word of its own ("antisepsis", "pneumoniae",
//! "shocked"). Start at [`Glue::holds`].

use serde::Deserialize;
use std::collections::BTreeSet;
use std::ops::Range;

/// Letters that a name in capitals must be glued to: fewer are an ending or another abbreviation.
const LEAST: usize = 3;
/// Blanks of a name, any of which may be lost; of a longer name all or none.
const BLANKS: usize = 3;

/// What `[glued]` says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GlueFile {
    ends: Vec<String>,
    before: BTreeSet<String>,
    behind: BTreeSet<String>,
    except: BTreeSet<String>,
}

/// What may stand beside a name without a blank.
#[derive(Debug)]
pub(super) struct Glue(GlueFile);

impl From<GlueFile> for Glue {
    fn from(file: GlueFile) -> Self {
        Self(file)
    }
}

impl Glue {
    /// Whether a name that is not a word by itself is one that has lost a blank. `capitals` says
    /// that it is an abbreviation; `end` where the name before it ends.
    pub fn holds(&self, text: &str, at: &Range<usize>, capitals: bool, end: usize) -> bool {
        let name = &text[at.clone()];
        let (before, behind) = (run_before(text, at.start), run_behind(text, at.end));
        let front = before.is_empty()
            || (end == at.start && end > 0)
            || self.in_front(before, name, capitals);
        front && (behind.is_empty() || behind == "s" || self.at_back(name, behind, capitals))
    }

    fn in_front(&self, run: &str, name: &str, capitals: bool) -> bool {
        let seam = ends_small(run) && begins_large(name);
        if capitals {
            return seam && (run.len() >= LEAST || self.0.before.contains(run));
        }
        let digits = run.ends_with(|c: char| c.is_ascii_digit());
        digits || seam || self.0.before.contains(&run.to_ascii_lowercase())
    }

    fn at_back(&self, name: &str, run: &str, capitals: bool) -> bool {
        if capitals {
            let small = run.bytes().take_while(u8::is_ascii_lowercase).count();
            return small >= LEAST || self.0.behind.contains(run);
        }
        let whole = format!("{name}{run}").to_ascii_lowercase();
        let rest = run.to_ascii_lowercase();
        if self.0.except.iter().any(|e| whole.ends_with(e.as_str())) {
            return false;
        }
        let low = name.to_ascii_lowercase();
        run.starts_with(|c: char| c.is_ascii_digit())
            || (ends_small(name) && begins_large(run))
            || self.0.behind.contains(&rest)
            || self.0.ends.iter().any(|e| low.ends_with(e.as_str()))
    }
}

/// The places of a text where a blank is missing beside one of these names.
pub(super) fn seams(text: &str, names: impl Iterator<Item = Range<usize>>) -> BTreeSet<usize> {
    let mut seams = BTreeSet::new();
    for at in names {
        if !run_before(text, at.start).is_empty() {
            seams.insert(at.start);
        }
        if !matches!(run_behind(text, at.end), "" | "s") {
            seams.insert(at.end);
        }
    }
    seams
}

/// The text with a blank at every seam.
pub(super) fn parted(text: &str, seams: &BTreeSet<usize>) -> String {
    let mut out = String::with_capacity(text.len() + seams.len());
    let mut from = 0;
    for seam in seams {
        out.push_str(&text[from..*seam]);
        out.push(' ');
        from = *seam;
    }
    out.push_str(&text[from..]);
    out
}

/// A range of the parted text as one of the text itself.
pub(super) fn back(at: &Range<usize>, seams: &BTreeSet<usize>) -> Range<usize> {
    let before = |place: usize| {
        // The nth blank stands at its seam and n places further.
        let blanks = seams.iter().enumerate().map(|(n, seam)| seam + n);
        place - blanks.take_while(|blank| *blank < place).count()
    };
    before(at.start)..before(at.end)
}

/// A name with one or more of its blanks lost.
pub(super) fn blanks_lost(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split(' ').collect();
    let blanks = words.len() - 1;
    if blanks == 0 {
        return Vec::new();
    }
    if blanks > BLANKS {
        return vec![words.concat()];
    }
    let form = |lost: u32| {
        let mut out = String::new();
        for (n, word) in words.iter().enumerate() {
            if n > 0 && lost & (1 << (n - 1)) == 0 {
                out.push(' ');
            }
            out.push_str(word);
        }
        out
    };
    (1..1_u32 << blanks).map(form).collect()
}

fn letter(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80
}

/// Letters and digits directly before a place.
fn run_before(text: &str, at: usize) -> &str {
    let bytes = text.as_bytes();
    let n = bytes[..at].iter().rev().take_while(|b| letter(**b)).count();
    &text[at - n..at]
}

/// Letters and digits directly behind a place.
fn run_behind(text: &str, at: usize) -> &str {
    let n = text.as_bytes()[at..].iter().take_while(|b| letter(**b));
    &text[at..at + n.count()]
}

fn begins_large(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
}

fn ends_small(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parted_text_is_found_again_in_the_text() {
        let text = "documentsepsisnow";
        let seams = seams(text, std::iter::once(8..14));
        let parted = parted(text, &seams);
        assert_eq!(parted, "document sepsis now");
        for (words, at) in [("document", 0..8), ("sepsis", 8..14), ("now", 14..17)] {
            let found = parted.find(words).unwrap();
            assert_eq!(back(&(found..found + words.len()), &seams), at, "{words}");
        }
    }

    #[test]
    fn any_blank_of_a_name_may_be_lost() {
        assert!(blanks_lost("sepsis").is_empty());
        let lost = blanks_lost("acute kidney injury");
        assert_eq!(
            lost,
            [
                "acutekidney injury",
                "acute kidneyinjury",
                "acutekidneyinjury"
            ]
        );
    }
}
