//! Opportunity rules as their files say them.
//!
//! Owns the vocabulary of conditions and its checks: a mistake is told with the file and line.
//! What a condition means is in [`super::judge`]. Start at [`RuleFile`], then `rules/aki.toml`.

use super::concepts::Concepts;
use crate::domain::encounter::EncounterClass;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A rule file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    pub id: Spanned<String>,
    pub version: i64,
    pub topic: String,
    /// Of the query: names no diagnosis.
    pub title: String,
    pub source: Vec<String>,
    /// The criterion in words.
    pub criterion: String,
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Setting and value under which it runs: competing definitions.
    #[serde(default)]
    pub only_if: BTreeMap<String, Vec<String>>,
    #[serde(default = "stays")]
    pub classes: Vec<EncounterClass>,
    #[serde(default)]
    pub min_age: i64,
    pub max_age: Option<i64>,
    pub rank: i64,
    /// The published criterion alone, to compare with.
    #[serde(default)]
    pub plain: Vec<Condition>,
    /// All of these must hold.
    pub when: Vec<Condition>,
    /// What makes it worth asking about: so many of these must hold, too.
    #[serde(default)]
    pub worth: Vec<Condition>,
    #[serde(default = "one")]
    pub worth_need: i64,
    /// None of these may hold: they explain it.
    #[serde(default)]
    pub unless: Vec<Condition>,
    /// Findings whose code or affirmed statement answers it.
    #[serde(default)]
    pub answered: Vec<String>,
    /// Findings whose code alone answers it.
    #[serde(default)]
    pub answered_by_code: Vec<String>,
    /// Findings whose plain denial, written when the indicators were there, answers it.
    #[serde(default)]
    pub excluded: Vec<String>,
    /// Rules that ask the same: if one of them asks, this one does not.
    #[serde(default)]
    pub yields_to: Vec<String>,
    /// What brings it forward.
    #[serde(default)]
    pub raise: Vec<Raise>,
    /// Codes of the comparison table: the finding whose codes count as coded.
    #[serde(default)]
    pub measured_by: String,
    #[serde(default)]
    pub template: String,
    #[serde(default, rename = "case")]
    pub cases: Vec<super::case::Case>,
}

/// A condition that brings an opportunity forward.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raise {
    pub by: i64,
    pub why: String,
    #[serde(rename = "if")]
    pub condition: Condition,
}

/// One condition. Exactly one of the first group is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Condition {
    /// A measure.
    pub value: Option<String>,
    /// A family of drugs.
    pub drug: Option<String>,
    /// A family of procedures.
    pub procedure: Option<String>,
    /// A finding that is coded.
    pub coded: Option<String>,
    /// A finding that is coded or affirmed in a note.
    pub stated: Option<String>,
    /// A finding that is affirmed in a note.
    pub words: Option<String>,
    /// A finding affirmed by one author's notes and denied or absent in another's: see `against`.
    pub conflict: Option<String>,
    /// A coded diagnosis with one of these present-on-admission indicators.
    pub poa: Option<Vec<String>>,
    /// A creatinine of this stage by KDIGO, or a higher one.
    pub kdigo: Option<i64>,
    /// So many points of these.
    pub any: Option<Vec<Condition>>,
    /// Every one of these.
    pub all: Option<Vec<Condition>>,
    /// None of these.
    pub none: Option<Vec<Condition>>,

    /// Limits of a value.
    pub below: Option<Limit>,
    pub above: Option<Limit>,
    pub at_least: Option<Limit>,
    pub at_most: Option<Limit>,
    /// Values (at different times) that must lie there.
    pub times: Option<usize>,
    /// Hours from the first to the last of them, at least.
    pub hours: Option<i64>,
    /// Days from the first to the last of them, earlier visits' too.
    pub days: Option<i64>,
    /// A fall or rise between two values: by so much, or to so many times.
    pub fall: Option<f64>,
    pub rise: Option<f64>,
    pub rise_ratio: Option<f64>,
    /// Hours between the two at most; for `all`: between its conditions.
    pub within_hours: Option<i64>,
    /// Only draws that were followed by another one, whatever it showed, within so many hours.
    pub again_hours: Option<i64>,
    /// Only a fall or rise that a draw so many hours later, or later still, shows too.
    pub lasting_hours: Option<i64>,
    /// Only what lies in the first hours of the visit.
    pub first_hours: Option<i64>,
    /// Only what lies after so many hours of the visit.
    pub after_hours: Option<i64>,
    /// Days on which the drug was given or ordered, at least.
    pub drug_days: Option<i64>,
    /// Only orders that began after the visit began: not what was taken at home.
    pub new: Option<bool>,
    /// Whether a conflict is with the words of this finding.
    pub against: Option<String>,
    /// Only in the notes of these kinds.
    pub kinds: Option<Vec<crate::domain::document::DocumentKind>>,
    /// Points it brings (1), and points needed of `any` (1).
    pub points: Option<i64>,
    pub need: Option<i64>,
}

/// A threshold.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Limit {
    /// A number.
    Number(f64),
    /// By sex; unknown sex takes the one that asks less.
    Sex {
        #[serde(rename = "F")]
        female: f64,
        #[serde(rename = "M")]
        male: f64,
    },
    /// The laboratory's own, else this number.
    Own { own_or: f64 },
}

fn yes() -> bool {
    true
}

fn one() -> i64 {
    1
}

fn stays() -> Vec<EncounterClass> {
    vec![EncounterClass::Inpatient, EncounterClass::Observation]
}

impl RuleFile {
    /// Every condition of the file.
    fn conditions(&self) -> impl Iterator<Item = &Condition> {
        self.plain
            .iter()
            .chain(&self.when)
            .chain(&self.worth)
            .chain(&self.unless)
            .chain(self.raise.iter().map(|r| &r.condition))
    }

    /// Whether everything it names exists.
    pub fn check(&self, concepts: &Concepts) -> Result<(), String> {
        for condition in self.conditions() {
            condition.check(concepts)?;
        }
        let findings = self
            .answered
            .iter()
            .chain(&self.answered_by_code)
            .chain(&self.excluded);
        for id in findings {
            finding(concepts, id)?;
        }
        if !self.measured_by.is_empty() {
            finding(concepts, &self.measured_by)?;
        }
        if !(1..=99).contains(&self.rank) {
            return Err("`rank` is 1 to 99".to_owned());
        }
        Ok(())
    }
}

fn finding(concepts: &Concepts, id: &str) -> Result<(), String> {
    match concepts.finding(id) {
        Some(_) => Ok(()),
        None => Err(format!("there is no finding `{id}`")),
    }
}

impl Condition {
    fn check(&self, concepts: &Concepts) -> Result<(), String> {
        let written = [
            self.value.is_some(),
            self.drug.is_some(),
            self.procedure.is_some(),
            self.coded.is_some(),
            self.stated.is_some(),
            self.words.is_some(),
            self.conflict.is_some(),
            self.poa.is_some(),
            self.kdigo.is_some(),
            self.any.is_some(),
            self.all.is_some(),
            self.none.is_some(),
        ];
        if written.iter().filter(|w| **w).count() != 1 {
            return Err(
                "a condition has exactly one of value, drug, procedure, coded, stated, words, \
                 conflict, poa, kdigo, any, all, none"
                    .to_owned(),
            );
        }
        if let Some(id) = &self.value
            && !concepts.measures.iter().any(|m| m.id == *id)
            && !concepts.derived.iter().any(|d| d.id == *id)
        {
            return Err(format!("there is no measure `{id}`"));
        }
        if let Some(id) = &self.drug
            && !concepts.drugs.iter().any(|d| d.id == *id)
        {
            return Err(format!("there are no drugs `{id}`"));
        }
        if let Some(id) = &self.procedure
            && !concepts.procedures.iter().any(|p| p.id == *id)
        {
            return Err(format!("there are no procedures `{id}`"));
        }
        let named = [
            &self.coded,
            &self.stated,
            &self.words,
            &self.conflict,
            &self.against,
        ];
        for id in named.into_iter().flatten() {
            finding(concepts, id)?;
        }
        let inner = [&self.any, &self.all, &self.none];
        for condition in inner.into_iter().flatten().flatten() {
            condition.check(concepts)?;
        }
        Ok(())
    }
}
