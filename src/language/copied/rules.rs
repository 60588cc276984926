//! What counts as copied, as data.

use crate::language::error::{LanguageError, parse};
use serde::Deserialize;

/// What counts as copied; see `data/copied.toml` for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyRules {
    pub(super) seed_words: usize,
    pub(super) minimum_words: usize,
    pub(super) gap_words: usize,
    pub(super) agree_words: usize,
    pub(super) same_percent: usize,
    pub(super) most_places: usize,
    pub(super) template_notes: usize,
    /// Earlier notes of the patient to compare at most, the newest first.
    pub earlier_notes: usize,
    /// Notes of other patients to look at for template text, one for each patient.
    pub other_notes: usize,
}

/// A value a file gives, or leaves as it is.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    /// Read by `Language::sources`.
    #[serde(rename = "source")]
    _source: String,
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
    pub(in crate::language) fn load(files: &[(&str, &str)]) -> Result<Self, LanguageError> {
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
