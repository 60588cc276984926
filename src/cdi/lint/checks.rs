//! What each check looks at.
//!
//! Owns the looking; words, counts and levels come with the [`Check`]. Every function gets the
//! whole [`Draft`] and returns places; reason and remedy are the file's.

use super::diagnoses::{Diagnoses, Documented, Mention};
use super::glue::{back, parted, seams};
use super::pattern::Patterns;
use super::rules::{Check, FieldName, Rules, What};
use super::words::{line, sentence};
use super::{Format, LintIndicator, LintInput};
use crate::domain::query::{LintFinding, QueryFormat};
use std::collections::BTreeSet;
use std::ops::Range;

/// A place in a draft.
type Place = (FieldName, Range<usize>);

/// A draft with what several checks need.
struct Draft<'a> {
    input: &'a LintInput,
    rules: &'a Rules,
    diagnoses: &'a Diagnoses,
    documented: Documented<'a>,
    /// Options joined by newline, with the range of each.
    options: (String, Vec<Range<usize>>),
    /// Texts of the indicators joined by newline, with the range of each.
    indicators: (String, Vec<Range<usize>>),
    /// Indicators that stand in the question itself, with their places in it.
    typed: Vec<(LintIndicator, Range<usize>)>,
    /// All of it.
    whole: String,
}

/// Runs every check; findings by field, place and rule. What was asked in words meets the same
/// standard as the written form it is like.
pub(super) fn run(rules: &Rules, diagnoses: &Diagnoses, input: &LintInput) -> Vec<LintFinding> {
    if input.format.0 == QueryFormat::Verbal {
        let like = match input.options.as_slice() {
            [] => QueryFormat::Open,
            _ => QueryFormat::MultipleChoice,
        };
        let written = LintInput {
            format: Format(like),
            ..input.clone()
        };
        return run(rules, diagnoses, &written);
    }
    let options = joined(input.options.iter().map(String::as_str));
    let indicators = joined(input.indicators.iter().map(|i| i.text.as_str()));
    let whole = [&input.title, &input.body, &options.0, &indicators.0].map(String::as_str);
    let draft = Draft {
        input,
        rules,
        diagnoses,
        documented: diagnoses.documented(&input.documented_diagnoses),
        whole: whole.join("\n"),
        options,
        indicators,
        typed: rules.typed.indicators(&input.body),
    };
    let mut found: Vec<(FieldName, LintFinding)> = Vec::new();
    for check in &rules.checks {
        if !check.formats.is_empty() && !check.formats.contains(&input.format.0) {
            continue;
        }
        for (field, at) in draft.look(check) {
            found.push((field, finding(check, field, at)));
        }
    }
    found.sort_by(|(a, x), (b, y)| {
        (a, x.start, x.end, &x.rule, &x.reason).cmp(&(b, y.start, y.end, &y.rule, &y.reason))
    });
    found.dedup();
    found.into_iter().map(|(_, f)| f).collect()
}

fn finding(check: &Check, field: FieldName, at: Range<usize>) -> LintFinding {
    LintFinding {
        rule: check.rule.clone(),
        level: check.level,
        field: field.name().to_owned(),
        start: at.start,
        end: at.end,
        reason: check.reason.clone(),
        remedy: check.remedy.clone(),
    }
}

fn joined<'a>(parts: impl Iterator<Item = &'a str>) -> (String, Vec<Range<usize>>) {
    let (mut text, mut ranges) = (String::new(), Vec::new());
    for (i, part) in parts.enumerate() {
        if i > 0 {
            text.push('\n');
        }
        let start = text.len();
        text.push_str(part);
        ranges.push(start..text.len());
    }
    (text, ranges)
}

fn at_all(field: FieldName, text: &str) -> Vec<Place> {
    vec![(field, 0..text.len())]
}

impl Draft<'_> {
    fn look(&self, check: &Check) -> Vec<Place> {
        match check.what {
            What::Phrases => self.phrases(check),
            What::TitleDiagnosis => self.title_diagnosis(),
            What::LeadingToDiagnosis => self.leading_to_diagnosis(check),
            What::NoIndicator if self.cited().next().is_none() => {
                vec![(FieldName::Indicators, 0..0)]
            }
            What::IndicatorWithoutValue => self.each_indicator(|i| self.without_value(check, i)),
            What::IndicatorWithoutSource => self.each_indicator(|i| !has_source(i)),
            What::IndicatorWithoutDate => self.each_indicator(|i| !has_date(i)),
            What::FewKinds => self.few_kinds(check),
            What::NoOther | What::NoUndetermined => self.no_option_like(check),
            What::UnsupportedOption => self.unsupported_options(),
            What::OneOption => self.one_option(),
            What::YesNoNewDiagnosis => self.yes_no_new(),
            What::YesNoPurpose => self.yes_no_purpose(check),
            What::OnlyPrior => self.only_prior(),
            What::PriorUnlabelled => self.prior_unlabelled(check),
            What::ForeignIndicator => self.each_indicator(|i| !is_prior(i) && !is_current(i)),
            What::OffEncounter if self.input.provider_on_encounter == Some(false) => {
                vec![(FieldName::Title, 0..0)]
            }
            What::ManyQuestions => self.many_questions(check),
            What::DefinitionUnmarked | What::DefinitionUnsourced => self.definitions(check),
            What::BodyBlank if self.input.body.trim().is_empty() => {
                at_all(FieldName::Body, &self.input.body)
            }
            What::EmptyOption => self.each_option(|_, text| text.trim().is_empty()),
            What::DuplicateOption => self.each_option(|i, text| self.seen_before(i, text)),
            What::MachineDrafted if self.input.machine_drafted => {
                at_all(FieldName::Body, &self.input.body)
            }
            What::AskedBefore => self.asked_before(),
            What::NoIndicator | What::OffEncounter | What::BodyBlank | What::MachineDrafted => {
                Vec::new()
            }
        }
    }

    fn text(&self, field: FieldName) -> &str {
        match field {
            FieldName::Title => &self.input.title,
            FieldName::Body => &self.input.body,
            FieldName::Options => &self.options.0,
            FieldName::Indicators => &self.indicators.0,
            FieldName::Typed => "",
        }
    }

    fn phrases(&self, check: &Check) -> Vec<Place> {
        let in_field = |field: &FieldName| {
            let found = check.find.find(self.text(*field), &self.whole).into_iter();
            found.map(|at| (*field, at)).collect::<Vec<Place>>()
        };
        let mut found: Vec<Place> = check.fields.iter().flat_map(in_field).collect();
        if check.fields.contains(&FieldName::Typed) {
            let all = self.input.indicators.iter().zip(&self.indicators.1);
            let typed = all.filter(|(i, _)| is_typed(i));
            found.extend(typed.flat_map(|(i, at)| self.in_own_words(check, i, at)));
        }
        found
    }

    /// Phrases in an indicator typed by hand; one in its source is told of the whole indicator.
    fn in_own_words(&self, check: &Check, i: &LintIndicator, at: &Range<usize>) -> Vec<Place> {
        let source = i.document.as_str().unwrap_or_default();
        if !check.find.find(source, &self.whole).is_empty() {
            return vec![(FieldName::Indicators, at.clone())];
        }
        let found = check.find.find(&i.text, &self.whole).into_iter();
        let moved = found.map(|f| at.start + f.start..at.start + f.end);
        moved.map(|f| (FieldName::Indicators, f)).collect()
    }

    /// Every indicator: those that are cited, then those typed in the question.
    fn cited(&self) -> impl Iterator<Item = &LintIndicator> {
        let typed = self.typed.iter().map(|t| &t.0);
        self.input.indicators.iter().chain(typed)
    }

    /// Diagnoses a text names that are not documented.
    fn undocumented(&self, text: &str) -> Vec<Mention> {
        let mut named = self.diagnoses.mentions(text, true);
        named.retain(|m| !self.documented.has(m, text));
        named
    }

    fn title_diagnosis(&self) -> Vec<Place> {
        let named = self.undocumented(&self.input.title).into_iter();
        named.map(|m| (FieldName::Title, m.at)).collect()
    }

    /// A leading phrase before or behind an undocumented diagnosis in the same sentence. Reference
    /// text may name what it defines.
    fn leading_to_diagnosis(&self, check: &Check) -> Vec<Place> {
        let body = &self.input.body;
        let named = self.undocumented(body);
        if named.is_empty() {
            return Vec::new();
        }
        // A phrase that has lost its blank together with the name is one all the same.
        let seams = seams(body, named.iter().map(|m| m.at.clone()));
        let phrases = |patterns: &Patterns| {
            if seams.is_empty() {
                return patterns.find(body, &self.whole);
            }
            let found = patterns.find(&parted(body, &seams), &self.whole);
            found.iter().map(|at| back(at, &seams)).collect()
        };
        let before = phrases(&check.find);
        let behind = phrases(&check.after);
        let led = |m: &Mention| {
            let within = sentence(body, &m.at);
            let near = |gap: usize| gap <= check.reach;
            let mut before = before.iter().filter(|lead| {
                lead.start >= within.start
                    && lead.end <= m.at.start + 1
                    && near(m.at.start.saturating_sub(lead.end))
            });
            let mut behind = behind.iter().filter(|lead| {
                lead.end <= within.end && lead.start >= m.at.end && near(lead.start - m.at.end)
            });
            let lead = before.next().or_else(|| behind.next())?;
            Some(lead.start.min(m.at.start)..lead.end.max(m.at.end))
        };
        named
            .iter()
            .filter(|m| !self.is_reference(body, &m.at))
            .filter_map(led)
            .map(|at| (FieldName::Body, at))
            .collect()
    }

    /// Whether the line is marked as reference text.
    fn is_reference(&self, text: &str, at: &Range<usize>) -> bool {
        let line = &text[line(text, at)];
        let marks = self.rules.checks.iter().filter_map(|c| c.mark.as_ref());
        marks.into_iter().any(|mark| mark.is_match(line))
    }

    fn each_indicator(&self, wrong: impl Fn(&LintIndicator) -> bool) -> Vec<Place> {
        let all = self.input.indicators.iter().zip(&self.indicators.1);
        let cited = all.filter(|(i, _)| wrong(i));
        let cited = cited.map(|(_, at)| (FieldName::Indicators, at.clone()));
        let typed = self.typed.iter().filter(|(i, _)| wrong(i));
        let typed = typed.map(|(_, at)| (FieldName::Body, at.clone()));
        cited.chain(typed).collect()
    }

    fn each_option(&self, wrong: impl Fn(usize, &str) -> bool) -> Vec<Place> {
        let all = self.input.options.iter().zip(&self.options.1).enumerate();
        all.filter(|(i, (text, _))| wrong(*i, text))
            .map(|(_, (_, at))| (FieldName::Options, at.clone()))
            .collect()
    }

    fn kind(&self, indicator: &LintIndicator) -> String {
        let kind = indicator.kind.trim().to_ascii_lowercase();
        if matches!(kind.as_str(), "" | "other") {
            // Typed without a kind: its words tell one, or it is of a kind of its own.
            let told = self.rules.typed.measured(&indicator.text);
            return told.map_or(kind, str::to_owned);
        }
        self.rules.kinds.get(&kind).cloned().unwrap_or(kind)
    }

    fn without_value(&self, check: &Check, indicator: &LintIndicator) -> bool {
        let text = indicator.text.as_str();
        let number = text.contains(|c: char| c.is_ascii_digit());
        let measured = check.kinds.contains(&self.kind(indicator));
        text.trim().is_empty() || (measured && !number && !check.find.is_match(text))
    }

    fn few_kinds(&self, check: &Check) -> Vec<Place> {
        let kinds: BTreeSet<String> = self.cited().map(|i| self.kind(i)).collect();
        if kinds.is_empty() || kinds.len() >= check.number {
            return Vec::new();
        }
        at_all(FieldName::Indicators, &self.indicators.0)
    }

    fn no_option_like(&self, check: &Check) -> Vec<Place> {
        if self.input.options.iter().any(|o| check.find.is_match(o)) {
            return Vec::new();
        }
        at_all(FieldName::Options, &self.options.0)
    }

    /// Options naming an undocumented diagnosis for which no indicator speaks. Without any
    /// indicator there is nothing to judge by: that is another rule's finding.
    fn unsupported_options(&self) -> Vec<Place> {
        let indicators: Vec<&str> = self.cited().map(|i| i.text.as_str()).collect();
        if indicators.is_empty() || self.input.format.0 != QueryFormat::MultipleChoice {
            return Vec::new();
        }
        self.each_option(|_, text| {
            let mut named = self.diagnoses.mentions(text, false).into_iter();
            self.offers_diagnosis(text)
                && named.any(|m| {
                    !self.documented.has(&m, text) && !self.diagnoses.supported(&m, &indicators)
                })
        })
    }

    /// Whether an option offers a diagnosis rather than "other", "unable" or "no …".
    fn offers_diagnosis(&self, option: &str) -> bool {
        let mut none = self
            .rules
            .checks
            .iter()
            .filter(|c| c.what == What::OneOption);
        !option.trim().is_empty() && !none.any(|c| c.find.is_match(option))
    }

    /// The only option that offers a diagnosis, unless it is documented (validation).
    fn one_option(&self) -> Vec<Place> {
        let offered = self.each_option(|_, text| self.offers_diagnosis(text));
        let [(_, at)] = offered.as_slice() else {
            return Vec::new();
        };
        let text = &self.options.0[at.clone()];
        let named = self.diagnoses.mentions(text, true);
        let validation = !named.is_empty() && named.iter().all(|m| self.documented.has(m, text));
        if validation { Vec::new() } else { offered }
    }

    fn yes_no_new(&self) -> Vec<Place> {
        if self.input.format.0 != QueryFormat::YesNo {
            return Vec::new();
        }
        let in_field = |field: FieldName| {
            let text = self.text(field);
            let named = self.undocumented(text).into_iter();
            named
                .filter(move |m| !self.is_reference(text, &m.at))
                .map(move |m| (field, m.at))
        };
        in_field(FieldName::Title)
            .chain(in_field(FieldName::Body))
            .collect()
    }

    fn yes_no_purpose(&self, check: &Check) -> Vec<Place> {
        let input = self.input;
        if input.format.0 != QueryFormat::YesNo || !self.yes_no_new().is_empty() {
            return Vec::new();
        }
        let permitted = [&input.title, &input.body].iter().any(|text| {
            let named = self.diagnoses.mentions(text, true);
            check.find.is_match(text) || self.documented.spoken_of(text, &named)
        });
        if permitted {
            return Vec::new();
        }
        at_all(FieldName::Body, &input.body)
    }

    fn only_prior(&self) -> Vec<Place> {
        if self.cited().next().is_none() || !self.cited().all(is_prior) {
            return Vec::new();
        }
        at_all(FieldName::Indicators, &self.indicators.0)
    }

    fn prior_unlabelled(&self, check: &Check) -> Vec<Place> {
        let mut places = self.each_indicator(|i| !is_prior(i) && check.find.is_match(&i.text));
        if !self.cited().any(is_prior) {
            let found = check.find.find(&self.input.body, &self.whole).into_iter();
            places.extend(found.map(|at| (FieldName::Body, at)));
        }
        places
    }

    /// Every question after the permitted number.
    fn many_questions(&self, check: &Check) -> Vec<Place> {
        let marks = self.input.body.match_indices('?').filter(|(at, _)| {
            // "??" is one question.
            !self.input.body[at + 1..].starts_with('?')
        });
        marks
            .skip(check.number)
            .map(|(at, _)| (FieldName::Body, sentence(&self.input.body, &(at..at))))
            .collect()
    }

    /// Unmarked: a definition in a line that is not marked as reference. Unsourced: a line marked
    /// as reference that names no source.
    fn definitions(&self, check: &Check) -> Vec<Place> {
        let body = &self.input.body;
        let Some(mark) = &check.mark else {
            return Vec::new();
        };
        let places: Vec<Range<usize>> = if check.what == What::DefinitionUnmarked {
            let found = check.find.find(body, &self.whole).into_iter();
            found
                .filter(|at| !mark.is_match(&body[line(body, at)]))
                .collect()
        } else {
            let marked = mark.find_iter(body).map(|m| line(body, &m.range()));
            marked
                .filter(|at| !check.find.is_match(&body[at.clone()]))
                .collect()
        };
        places.into_iter().map(|at| (FieldName::Body, at)).collect()
    }

    fn seen_before(&self, index: usize, text: &str) -> bool {
        let same = |other: &String| normal(other) == normal(text);
        !text.trim().is_empty() && self.input.options.iter().take(index).any(same)
    }

    fn asked_before(&self) -> Vec<Place> {
        let title = normal(&self.input.title);
        let same = !title.is_empty() && self.input.answered.iter().any(|a| normal(a) == title);
        if !same && self.input.asked_before.is_empty() {
            return Vec::new();
        }
        at_all(FieldName::Title, &self.input.title)
    }
}

/// A text by its words, to tell whether two say the same.
pub(super) fn normal(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let words: Vec<String> = words
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join(" ")
}

fn has_source(indicator: &LintIndicator) -> bool {
    match &indicator.document {
        serde_json::Value::Null => false,
        serde_json::Value::String(name) => !name.trim().is_empty(),
        _ => true,
    }
}

fn has_date(indicator: &LintIndicator) -> bool {
    let date = indicator.date.as_deref().unwrap_or_default();
    date.contains(|c: char| c.is_ascii_digit())
}

/// Whether an indicator is in somebody's own words: a citation has its line, its value or the number of
/// its document, and what it quotes is the record's.
fn is_typed(indicator: &LintIndicator) -> bool {
    let numbered = indicator.document.is_number();
    indicator.line == 0 && indicator.value.is_empty() && !numbered
}

fn is_prior(indicator: &LintIndicator) -> bool {
    indicator.encounter.as_deref() == Some("prior")
}

fn is_current(indicator: &LintIndicator) -> bool {
    matches!(indicator.encounter.as_deref(), None | Some("" | "current"))
}
