//! Copied-forward text: which passages of a note stand, word for word or nearly so, in earlier
//! notes.
//!
//! Owns the comparison; what counts as copied is data (`data/copied.toml`). Words are compared as
//! [`Tokens`] write them, so that case, line breaks and punctuation do not matter. Headings and
//! template text (what notes of other patients say in the same words) make no passage. Time grows
//! with the length of the texts, not with its square. It never says that copying is wrong. Start
//! reading at [`Language::copied`].

use super::Language;
use super::error::{LanguageError, parse};
use super::token::{Span, TokenKind, Tokens};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

/// What counts as copied; see `data/copied.toml` for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyRules {
    seed_words: usize,
    minimum_words: usize,
    gap_words: usize,
    agree_words: usize,
    same_percent: usize,
    most_places: usize,
    template_notes: usize,
    /// Earlier notes of the patient to compare at most, the newest first.
    pub earlier_notes: usize,
    /// Notes of other patients to look at for template text, one for each patient.
    pub other_notes: usize,
}

/// A value a file gives, or leaves as it is.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    #[allow(dead_code)]
    source: String,
    seed_words: Option<usize>,
    minimum_words: Option<usize>,
    gap_words: Option<usize>,
    agree_words: Option<usize>,
    same_percent: Option<usize>,
    most_places: Option<usize>,
    template_notes: Option<usize>,
    earlier_notes: Option<usize>,
    other_notes: Option<usize>,
}

impl CopyRules {
    pub(super) fn load(files: &[(&str, &str)]) -> Result<Self, LanguageError> {
        let mut rules = Self {
            seed_words: 0,
            minimum_words: 0,
            gap_words: 0,
            agree_words: 0,
            same_percent: 0,
            most_places: 0,
            template_notes: 0,
            earlier_notes: 0,
            other_notes: 0,
        };
        for (name, text) in files {
            let file: File = parse(name, text)?;
            let set = |field: &mut usize, key, value, from, to| match value {
                None => Ok(()),
                Some(n) if (from..=to).contains(&n) => {
                    *field = n;
                    Ok(())
                }
                Some(_) => Err(LanguageError::entry(
                    name,
                    key,
                    format!("must be from {from} to {to}"),
                )),
            };
            set(&mut rules.seed_words, "seed_words", file.seed_words, 3, 50)?;
            let minimum = file.minimum_words;
            set(&mut rules.minimum_words, "minimum_words", minimum, 3, 1000)?;
            set(&mut rules.gap_words, "gap_words", file.gap_words, 0, 20)?;
            set(
                &mut rules.agree_words,
                "agree_words",
                file.agree_words,
                1,
                20,
            )?;
            let same = file.same_percent;
            set(&mut rules.same_percent, "same_percent", same, 50, 100)?;
            set(
                &mut rules.most_places,
                "most_places",
                file.most_places,
                1,
                100,
            )?;
            let template = file.template_notes;
            set(
                &mut rules.template_notes,
                "template_notes",
                template,
                1,
                100,
            )?;
            let earlier = file.earlier_notes;
            set(&mut rules.earlier_notes, "earlier_notes", earlier, 1, 5000)?;
            set(
                &mut rules.other_notes,
                "other_notes",
                file.other_notes,
                0,
                100,
            )?;
        }
        Ok(rules)
    }
}

/// A passage of a note that stands in an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopiedSpan {
    /// Where it stands in the note.
    pub span: Span,
    /// Which of the earlier notes it was most likely taken from: the one that has most of it, of
    /// several the newest.
    pub source: usize,
    /// Where it stands there.
    pub source_span: Span,
    /// The oldest of the earlier notes that has it.
    pub first: usize,
    /// Words of it that are the same, without headings and template text.
    pub words: usize,
}

/// What of a note was copied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// The passages, in order, without overlap.
    pub passages: Vec<CopiedSpan>,
    /// Words of the note, without headings and template text.
    pub words: usize,
    /// Words of the note that are template text or headings.
    pub template: usize,
}

impl Copied {
    /// Words of the passages.
    pub fn copied(&self) -> usize {
        self.passages.iter().map(|p| p.words).sum()
    }
}

impl Language {
    /// What counts as copied.
    pub fn copy_rules(&self) -> CopyRules {
        self.copying
    }

    /// Which passages of `note` stand in the `earlier` notes (the newest first). `others` are
    /// notes of other patients, one for each, that show what is template text.
    pub fn copied(&self, note: &str, earlier: &[&str], others: &[&str]) -> Copied {
        let rules = self.copying;
        let mut words = Words::of(note);
        words.leave_out(&self.heading_spans(note));
        words.leave_out_template(others, &rules);
        let sources: Vec<Words> = earlier.iter().map(|text| Words::of(text)).collect();
        let seeds = seeds(&sources, &rules);
        let passages = passages(&words, &sources, &seeds, &rules);
        let counted = words.counts.iter().filter(|c| **c).count();
        Copied {
            passages,
            words: counted,
            template: words.counts.len() - counted,
        }
    }

    fn heading_spans(&self, note: &str) -> Vec<Span> {
        let sections = self.sections(note);
        sections.into_iter().map(|s| s.title).collect()
    }
}

/// The words of a text, without punctuation.
#[derive(Default)]
struct Words {
    hashes: Vec<u64>,
    spans: Vec<Span>,
    /// Whether the word makes a passage longer.
    counts: Vec<bool>,
}

impl Words {
    fn of(text: &str) -> Self {
        let tokens = Tokens::of(text);
        let mut words = Self::default();
        for (i, token) in tokens.list.iter().enumerate() {
            if token.kind != TokenKind::Mark {
                words.hashes.push(tokens.hash(i));
                words.spans.push(token.span);
            }
        }
        words.counts = vec![true; words.hashes.len()];
        words
    }

    /// Words within these spans (in order) do not count.
    fn leave_out(&mut self, spans: &[Span]) {
        let mut spans = spans.iter().filter(|s| s.start < s.end).peekable();
        for (span, counts) in self.spans.iter().zip(&mut self.counts) {
            while spans.next_if(|s| s.end <= span.start).is_some() {}
            if spans.peek().is_some_and(|s| s.overlaps(*span)) {
                *counts = false;
            }
        }
    }

    /// Words in a row that notes of several other patients have too do not count.
    fn leave_out_template(&mut self, others: &[&str], rules: &CopyRules) {
        let mut seen: HashMap<u64, usize> = HashMap::new();
        for text in others {
            let words = Self::of(text);
            let shingles: HashSet<u64> = words.shingles(rules.seed_words).collect();
            for shingle in shingles {
                *seen.entry(shingle).or_default() += 1;
            }
        }
        let template: Vec<usize> = self
            .shingles(rules.seed_words)
            .enumerate()
            .filter(|(_, s)| seen.get(s).is_some_and(|n| *n >= rules.template_notes))
            .map(|(i, _)| i)
            .collect();
        for at in template {
            for counts in self.counts.iter_mut().skip(at).take(rules.seed_words) {
                *counts = false;
            }
        }
    }

    /// A number for each run of `length` words; different runs may share one.
    fn shingles(&self, length: usize) -> impl Iterator<Item = u64> + '_ {
        self.hashes.windows(length).map(|run| {
            run.iter().fold(0xcbf2_9ce4_8422_2325, |h: u64, word| {
                (h.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            })
        })
    }

    /// The bytes from one word to another, that one included.
    fn span(&self, from: usize, to: usize) -> Span {
        let start = self.spans.get(from).map_or(0, |s| s.start);
        let end = to.checked_sub(1).and_then(|i| self.spans.get(i));
        Span::new(start, end.map_or(start, |s| s.end))
    }
}

/// A place of an earlier note.
#[derive(Clone, Copy)]
struct Place {
    source: usize,
    word: usize,
}

/// The places of each run of words: the first `most_places` of the newest notes, and behind them
/// the last of the oldest.
type Seeds = HashMap<u64, Vec<Place>>;

fn seeds(sources: &[Words], rules: &CopyRules) -> Seeds {
    let mut seeds = Seeds::new();
    for (source, words) in sources.iter().enumerate() {
        for (word, shingle) in words.shingles(rules.seed_words).enumerate() {
            let places = seeds.entry(shingle).or_default();
            let place = Place { source, word };
            match places.get_mut(rules.most_places) {
                Some(oldest) => *oldest = place,
                None => places.push(place),
            }
        }
    }
    seeds
}

/// How far a note and an earlier one go on together.
#[derive(Clone, Copy)]
struct Run {
    place: Place,
    /// Words of the note and of the earlier one it covers.
    here: usize,
    there: usize,
    /// Words that are the same, and those of them that count.
    same: usize,
    counted: usize,
}

fn passages(words: &Words, sources: &[Words], seeds: &Seeds, rules: &CopyRules) -> Vec<CopiedSpan> {
    let shingles: Vec<u64> = words.shingles(rules.seed_words).collect();
    let mut found = Vec::new();
    let (mut at, mut end) = (0, 0);
    while let Some(shingle) = shingles.get(at) {
        let places = seeds.get(shingle).map_or(&[][..], Vec::as_slice);
        let runs: Vec<Run> = places
            .iter()
            .filter_map(|place| follow(words, at, &sources[place.source], *place, rules))
            .collect();
        // Of several equally long ones the first, which is the newest.
        let best = runs.iter().reduce(|best, run| {
            if run.counted > best.counted {
                run
            } else {
                best
            }
        });
        let Some(best) = best else {
            at += 1;
            continue;
        };
        let source = &sources[best.place.source];
        let back = lead(words, (end, at), source, best, rules);
        if best.counted + back.counted >= rules.minimum_words {
            let has_it = |run: &&Run| run.counted * 5 >= best.counted * 4;
            let first = runs.iter().rfind(has_it).unwrap_or(best);
            let from = best.place.word;
            found.push(CopiedSpan {
                span: words.span(at - back.here, at + best.here),
                source: best.place.source,
                source_span: source.span(from - back.there, from + best.there),
                first: first.place.source.max(best.place.source),
                words: best.counted + back.counted,
            });
            at += best.here;
            end = at;
        } else {
            // Whatever begins within this short run shows again behind it.
            at += (best.here + 1).saturating_sub(rules.seed_words).max(1);
        }
    }
    found
}

/// Goes on from a seed as long as the texts agree, over small changes. `None` if it is no seed
/// after all.
fn follow(
    words: &Words,
    at: usize,
    source: &Words,
    place: Place,
    rules: &CopyRules,
) -> Option<Run> {
    let agree = |i: usize, j: usize, length: usize| {
        let here = words.hashes.get(i..i + length);
        here.is_some() && here == source.hashes.get(j..j + length)
    };
    if !agree(at, place.word, rules.seed_words) {
        return None;
    }
    let mut run = Run {
        place,
        here: 0,
        there: 0,
        same: 0,
        counted: 0,
    };
    let (mut i, mut j) = (at, place.word);
    loop {
        let mut next = run;
        while agree(i, j, 1) {
            next.same += 1;
            next.counted += usize::from(words.counts[i]);
            (i, j) = (i + 1, j + 1);
        }
        (next.here, next.there) = (i - at, j - place.word);
        if next.same * 100 < rules.same_percent * next.here.max(next.there) {
            return Some(run);
        }
        run = next;
        let Some((a, b)) = resume(rules, |a, b| agree(i + a, j + b, rules.agree_words)) else {
            return Some(run);
        };
        (i, j) = (i + a, j + b);
    }
}

/// Goes back from a seed over small changes: words before it that belong to the passage although
/// no seed stands in them. Not before word `floor` of the note.
fn lead(
    words: &Words,
    (floor, at): (usize, usize),
    source: &Words,
    ahead: &Run,
    rules: &CopyRules,
) -> Run {
    let word = ahead.place.word;
    // `i` and `j` words back from the seed, does a run of so many words agree?
    let agree = |i: usize, j: usize, length: usize| {
        let (i, j) = (i + length, j + length);
        i <= at - floor
            && j <= word
            && words.hashes[at - i..at - i + length] == source.hashes[word - j..word - j + length]
    };
    let mut run = Run {
        place: ahead.place,
        here: 0,
        there: 0,
        same: 0,
        counted: 0,
    };
    loop {
        let change = resume(rules, |a, b| {
            agree(run.here + a, run.there + b, rules.agree_words)
        });
        let Some((a, b)) = change else {
            return run;
        };
        let mut next = run;
        (next.here, next.there) = (run.here + a, run.there + b);
        while agree(next.here, next.there, 1) {
            (next.here, next.there) = (next.here + 1, next.there + 1);
            next.same += 1;
            next.counted += usize::from(words.counts[at - next.here]);
        }
        let length = (ahead.here + next.here).max(ahead.there + next.there);
        if (ahead.same + next.same) * 100 < rules.same_percent * length {
            return run;
        }
        run = next;
    }
}

/// The smallest change behind which the texts agree again: words to pass over in each.
fn resume(rules: &CopyRules, agree: impl Fn(usize, usize) -> bool) -> Option<(usize, usize)> {
    let gap = rules.gap_words;
    (1..=2 * gap)
        .flat_map(|sum| (sum.saturating_sub(gap)..=sum.min(gap)).map(move |a| (a, sum - a)))
        // A replaced word is likelier than one put in and one left out.
        .find(|(a, b)| agree(*a, *b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    const STAY: &str = "Mr. Doe was admitted with three days of worsening dyspnea on exertion and \
        orthopnea; chest film showed bilateral effusions and he was started on furosemide 40 mg \
        intravenously twice daily with good response.";

    static LANGUAGE: LazyLock<Language> = LazyLock::new(|| Language::embedded().unwrap());

    /// The copied passages as text, with the earlier note each came from.
    fn check(note: &str, earlier: &[&str], others: &[&str]) -> Vec<(usize, String)> {
        let copied = LANGUAGE.copied(note, earlier, others);
        for p in &copied.passages {
            assert!(
                earlier[p.source]
                    .get(p.source_span.start..p.source_span.end)
                    .is_some()
            );
        }
        let text = |p: &CopiedSpan| (p.source, p.span.of(note).to_owned());
        copied.passages.iter().map(text).collect()
    }

    #[test]
    fn a_passage_is_found_whatever_its_case_and_line_breaks() {
        let note = format!(
            "HOSPITAL COURSE:\n{}\nSeen today, feels better.",
            STAY.to_uppercase()
        );
        let earlier = format!("Consultation.\n{}", STAY.replace("; ", ";\n"));
        let found = check(
            &note,
            &["Something else entirely was written here.", &earlier],
            &[],
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, 1);
        assert!(found[0].1.starts_with("MR. DOE") && found[0].1.ends_with("GOOD RESPONSE"));
    }

    #[test]
    fn small_changes_do_not_break_a_passage() {
        let edited = STAY
            .replace("three days", "about four days")
            .replace("40 mg", "80 mg")
            .replace(" twice daily", "");
        let found = check(&edited, &[STAY], &[]);
        assert_eq!(found.len(), 1, "{found:?}");
        let passage = found[0].1.as_str();
        assert!(
            passage.starts_with("Mr. Doe") && passage.ends_with("response"),
            "{passage}"
        );
    }

    #[test]
    fn what_is_short_or_only_alike_is_no_passage() {
        assert_eq!(
            check(
                "He was started on furosemide 40 mg intravenously today.",
                &[STAY],
                &[]
            ),
            []
        );
        let alike = "Ms. Roe came with two weeks of cough and fever; chest film was clear and she \
            was given azithromycin 500 mg by mouth once daily with slow improvement at home.";
        assert_eq!(check(alike, &[STAY], &[]), []);
    }

    #[test]
    fn headings_and_template_text_are_not_copied_text() {
        let form = "Review of systems: constitutional, eyes, ears, cardiovascular, respiratory, \
            gastrointestinal, genitourinary, musculoskeletal, skin and neurologic systems were \
            reviewed and were negative except as noted.";
        let note = format!("{form}\nNew today: mild headache.");
        let earlier = format!("{form}\nYesterday he slept well.");
        assert_eq!(
            check(&note, &[&earlier], &[]).len(),
            1,
            "without other patients it looks copied"
        );
        let others = [
            format!("Clinic visit. {form}"),
            format!("{form} Nothing else."),
        ];
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        assert_eq!(check(&note, &[&earlier], &others), []);
        let headings = "CHIEF COMPLAINT:\nHISTORY OF PRESENT ILLNESS:\nPAST MEDICAL HISTORY:\n\
            PAST SURGICAL HISTORY:\nFAMILY HISTORY:\nSOCIAL HISTORY:\nREVIEW OF SYSTEMS:\n\
            PHYSICAL EXAMINATION:\nASSESSMENT AND PLAN:\n";
        assert_eq!(check(headings, &[headings], &[]), []);
    }

    #[test]
    fn the_newest_that_has_it_all_is_the_source_and_the_oldest_the_first() {
        let newest = format!("Day 3. {STAY}");
        let part = &STAY[..STAY.len() / 2];
        let oldest = format!("Day 1. {STAY} Plan: continue.");
        let copied = LANGUAGE.copied(STAY, &[part, &newest, &oldest], &[]);
        assert_eq!(copied.passages.len(), 1);
        let p = copied.passages[0];
        assert_eq!((p.source, p.first), (1, 2));
        assert_eq!(p.source_span.of(&newest), &newest[7..newest.len() - 1]);
        assert_eq!(copied.copied(), copied.words);
    }

    #[test]
    fn passages_of_several_notes_are_told_apart() {
        let other = "Echocardiogram showed an ejection fraction of thirty percent with global \
            hypokinesis, moderate mitral regurgitation and a dilated left atrium of five \
            centimeters.";
        let note = format!("{STAY}\nOvernight he slept.\n{other}");
        let found = check(&note, &[other, STAY], &[]);
        let sources: Vec<usize> = found.iter().map(|f| f.0).collect();
        assert_eq!(sources, [1, 0], "{found:?}");
    }

    #[test]
    fn a_site_changes_single_values_and_mistakes_are_named() {
        let strict = Language::load(&[("copied.toml", "minimum_words = 60")]).unwrap();
        assert_eq!(strict.copied(STAY, &[STAY], &[]).passages, []);
        let wrong = Language::load(&[("copied.toml", "same_percent = 10")]).unwrap_err();
        assert!(wrong.to_string().contains("same_percent"), "{wrong}");
    }

    #[test]
    fn the_same_words_over_and_over_end_soon() {
        let text = "the same six words go on and on ".repeat(5_000);
        let copied = LANGUAGE.copied(&text, &[&text, &text, &text], &[]);
        assert_eq!(copied.copied(), copied.words);
    }

    proptest! {
        #[test]
        fn passages_are_ordered_disjoint_and_within_the_text(
            note in "([a-e] ?){0,120}", earlier in prop::collection::vec("([a-e] ?){0,120}", 0..4)
        ) {
            let earlier: Vec<&str> = earlier.iter().map(String::as_str).collect();
            let copied = LANGUAGE.copied(&note, &earlier, &[]);
            let mut end = 0;
            for p in &copied.passages {
                prop_assert!(p.span.start >= end && p.span.end <= note.len() && p.words >= 14);
                prop_assert!(p.first >= p.source && p.first < earlier.len());
                end = p.span.end;
            }
            prop_assert!(copied.copied() <= copied.words);
        }
    }
}
