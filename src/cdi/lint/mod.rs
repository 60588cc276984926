//! The compliance lint: a draft in, findings with place, reason and remedy out.
//!
//! Owns the checks of the compliance table L1–L15 and L17; L16 (issued text is immutable) is the
//! store's to keep and cannot be seen in a draft. Words, levels and reasons are data
//! (`../defaults/lint.toml`); only how to look is code. Start reading at [`Linter::lint`], then
//! [`check`](self) functions in `checks.rs`.

mod checks;
mod diagnoses;
mod glue;
mod pattern;
mod rules;
#[cfg(test)]
mod tests;
mod typed;
mod words;

use crate::domain::query::{LintFinding, LintLevel, QueryFormat, QueryText};
use crate::domain::time::Precision;
use diagnoses::Diagnoses;
use rules::Rules;
use serde::{Deserialize, Serialize};

/// A lint file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum LintError {
    /// The file is not TOML of the expected shape; the message says where.
    #[error("{file}: {message}")]
    File {
        /// Name of the file.
        file: &'static str,
        /// What is wrong, with line and column.
        message: String,
    },
    /// A pattern of the file is not a regular expression.
    #[error("{file}: {rule}: {message}")]
    Pattern {
        /// Name of the file.
        file: &'static str,
        /// Rule or diagnosis.
        rule: String,
        /// What is wrong.
        message: String,
    },
}

/// A draft to be looked at, as `chartroom lint` reads it from a line of JSON.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct LintInput {
    /// Given back as it came.
    pub id: serde_json::Value,
    /// What it is about (`aki`), if a template or an opportunity says so.
    pub topic: String,
    /// Title.
    pub title: String,
    /// Question.
    pub body: String,
    /// Form.
    #[serde(deserialize_with = "format")]
    pub format: Format,
    /// Options.
    pub options: Vec<String>,
    /// Indicators cited.
    pub indicators: Vec<LintIndicator>,
    /// Diagnoses documented in this encounter.
    pub documented_diagnoses: Vec<String>,
    /// Whether the provider asked has part in the encounter, if known.
    pub provider_on_encounter: Option<bool>,
    /// Whether a machine drafted the text.
    pub machine_drafted: bool,
    /// Titles of queries of this encounter that were answered.
    pub answered: Vec<String>,
    /// Queries of this encounter that ask the same, in words, as the department knows them.
    pub asked_before: Vec<String>,
}

/// Form of a draft; multiple choice if it does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Format(pub QueryFormat);

impl Default for Format {
    fn default() -> Self {
        Self(QueryFormat::MultipleChoice)
    }
}

fn format<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Format, D::Error> {
    QueryFormat::deserialize(from).map(Format)
}

/// An indicator of a draft.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(
    default,
    expecting = "an indicator such as {\"text\": \"BNP 1240\", \"date\": \"2026-02-05\"}"
)]
pub struct LintIndicator {
    /// Kind: `laboratory`, `vital_sign`, `medication`, `procedure`, `document`, `diagnosis`, …
    pub kind: String,
    /// The fact, with value and unit.
    pub text: String,
    /// When.
    pub date: Option<String>,
    /// Where it stands: a name or a number.
    pub document: serde_json::Value,
    /// `current` (if absent) or `prior`.
    pub encounter: Option<String>,
    /// The value, where it is also told apart from the text.
    pub value: String,
    /// Its unit.
    pub unit: String,
    /// Line of the document, from 1; 0 if it is not known.
    pub line: i64,
}

/// What the lint says of a draft.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq)]
pub struct LintOutput {
    /// As it came.
    pub id: serde_json::Value,
    /// The gravest level.
    pub verdict: Verdict,
    /// Findings, by field and place.
    pub findings: Vec<LintFinding>,
}

/// The gravest level of a draft's findings.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Nothing, or for information only.
    Pass,
    /// It can be issued after a look.
    Warn,
    /// It cannot be issued.
    Block,
}

/// Whether two texts say the same, word for word; blank ones do not.
pub fn same_words(a: &str, b: &str) -> bool {
    let a = checks::normal(a);
    !a.is_empty() && a == checks::normal(b)
}

/// The rule of questions that were asked before.
pub const ASKED_BEFORE: &str = "L17";

/// The lint with its patterns compiled: make one and keep it.
#[derive(Debug)]
pub struct Linter {
    rules: Rules,
    diagnoses: Diagnoses,
}

/// One rule of the compliance table, for showing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintRule {
    /// `L1`.
    pub id: String,
    /// What it asks for.
    pub title: String,
    /// Citation.
    pub source: String,
}

impl Linter {
    /// The lint with the default rules and diagnoses.
    ///
    /// # Errors
    /// [`LintError`] if a default file is wrong, which a test excludes.
    pub fn embedded() -> Result<Self, LintError> {
        Self::new(
            include_str!("../defaults/lint.toml"),
            include_str!("../defaults/diagnoses.toml"),
        )
    }

    /// The lint with these texts in place of `lint.toml` and `diagnoses.toml`.
    ///
    /// # Errors
    /// [`LintError`] naming the file, rule and place.
    pub fn new(rules: &str, diagnoses: &str) -> Result<Self, LintError> {
        Ok(Self {
            rules: Rules::read(rules)?,
            diagnoses: Diagnoses::read(diagnoses)?,
        })
    }

    /// The rules, in the order of the file.
    pub fn rules(&self) -> &[LintRule] {
        &self.rules.shown
    }

    /// Where a text names diagnoses, as bytes of it.
    pub fn names_in(&self, text: &str) -> Vec<std::ops::Range<usize>> {
        let named = self.diagnoses.mentions(text, false);
        named.into_iter().map(|m| m.at).collect()
    }

    /// Looks at a draft.
    pub fn lint(&self, input: &LintInput) -> LintOutput {
        // A verbal query keeps to the standard of the form it was asked in.
        let verbal = (input.format.0 == QueryFormat::Verbal).then(|| LintInput {
            format: Format(if input.options.is_empty() {
                QueryFormat::Open
            } else {
                QueryFormat::MultipleChoice
            }),
            ..input.clone()
        });
        let looked_at = verbal.as_ref().unwrap_or(input);
        let mut findings = checks::run(&self.rules, &self.diagnoses, looked_at);
        for finding in findings.iter_mut().filter(|f| f.rule == ASKED_BEFORE) {
            if !input.asked_before.is_empty() {
                finding.reason = format!("{}: {}", finding.reason, input.asked_before.join("; "));
            }
        }
        let gravest = |f: &LintFinding| match f.level {
            LintLevel::Block => Verdict::Block,
            LintLevel::Warn => Verdict::Warn,
            LintLevel::Info => Verdict::Pass,
        };
        LintOutput {
            id: input.id.clone(),
            verdict: findings.iter().map(gravest).max().unwrap_or(Verdict::Pass),
            findings,
        }
    }
}

impl LintInput {
    /// From a query as the composer keeps it, with the diagnoses documented in the encounter.
    pub fn from_query(id: i64, text: &QueryText, documented: Vec<String>) -> Self {
        let indicator = |i: &crate::domain::query::Indicator| LintIndicator {
            kind: i.kind.name().to_owned(),
            text: i.text.raw().to_owned(),
            date: i
                .date
                .filter(|d| d.precision >= Precision::Day)
                .map(|d| d.at.rfc3339()),
            document: match (i.source.is_blank(), i.document) {
                (false, _) => i.source.raw().into(),
                (true, Some(document)) => document.0.into(),
                (true, None) => serde_json::Value::Null,
            },
            encounter: Some(if i.prior { "prior" } else { "current" }.to_owned()),
            value: i.value.raw().to_owned(),
            unit: i.unit.raw().to_owned(),
            line: i.line,
        };
        Self {
            id: id.into(),
            topic: text.topic.clone(),
            title: text.title.raw().to_owned(),
            body: text.body.raw().to_owned(),
            format: Format(text.format),
            options: text.options.iter().map(|o| o.raw().to_owned()).collect(),
            indicators: text.indicators.iter().map(indicator).collect(),
            documented_diagnoses: documented,
            ..Self::default()
        }
    }
}
