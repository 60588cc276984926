//! `lint.toml`, read and compiled.
//!
//! Owns the shape of the file: rules, their checks, and the closed list of what a check can look
//! at ([`What`]).

use super::pattern::{PatternFile, Patterns, compile};
use super::typed::{Typed, TypedFile};
use super::{LintError, LintRule};
use crate::domain::query::{LintLevel, QueryFormat};
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Name of the file in messages.
const FILE: &str = "lint.toml";

/// What a check looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    Phrases,
    TitleDiagnosis,
    LeadingToDiagnosis,
    NoIndicator,
    IndicatorWithoutValue,
    IndicatorWithoutSource,
    IndicatorWithoutDate,
    FewKinds,
    NoOther,
    NoUndetermined,
    UnsupportedOption,
    OneOption,
    YesNoNewDiagnosis,
    YesNoPurpose,
    OnlyPrior,
    PriorUnlabelled,
    ForeignIndicator,
    OffEncounter,
    ManyQuestions,
    DefinitionUnmarked,
    DefinitionUnsourced,
    BodyBlank,
    EmptyOption,
    DuplicateOption,
    MachineDrafted,
    AskedBefore,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    kinds: BTreeMap<String, Vec<String>>,
    typed: TypedFile,
    rule: Vec<RuleFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    id: String,
    title: String,
    source: String,
    check: Vec<CheckFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckFile {
    what: What,
    level: LintLevel,
    reason: String,
    remedy: String,
    #[serde(default)]
    fields: Vec<FieldName>,
    #[serde(default)]
    formats: Vec<QueryFormat>,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    number: usize,
    #[serde(default)]
    reach: usize,
    #[serde(default)]
    mark: String,
    #[serde(default)]
    find: Vec<PatternFile>,
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    after: Vec<PatternFile>,
}

/// A field of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FieldName {
    Title,
    Body,
    Options,
    Indicators,
    /// Indicators in somebody's own words: not quoted from a line, nor a value of a result.
    Typed,
}

impl FieldName {
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
            Self::Options => "options",
            Self::Indicators | Self::Typed => "indicators",
        }
    }
}

/// A check, compiled.
#[derive(Debug)]
pub(super) struct Check {
    pub rule: String,
    pub what: What,
    pub level: LintLevel,
    pub reason: String,
    pub remedy: String,
    pub fields: Vec<FieldName>,
    /// Formats it applies to; all, if empty.
    pub formats: Vec<QueryFormat>,
    pub kinds: Vec<String>,
    /// A count: the least (kinds of indicator) or the most (questions) that is in order.
    pub number: usize,
    /// How far behind a leading phrase a diagnosis still belongs to it, in bytes.
    pub reach: usize,
    /// What marks reference text.
    pub mark: Option<Regex>,
    pub find: Patterns,
    /// Leading phrases that stand behind the diagnosis.
    pub after: Patterns,
}

/// All checks.
#[derive(Debug)]
pub(super) struct Rules {
    pub shown: Vec<LintRule>,
    pub checks: Vec<Check>,
    /// Other names of kinds of indicator, to the name used in the file.
    pub kinds: BTreeMap<String, String>,
    pub typed: Typed,
}

impl Rules {
    pub fn read(text: &str) -> Result<Self, LintError> {
        let file: RulesFile = toml::from_str(text).map_err(|e| LintError::File {
            file: FILE,
            message: e.to_string(),
        })?;
        let mut rules = Self {
            shown: Vec::new(),
            checks: Vec::new(),
            kinds: BTreeMap::new(),
            typed: Typed::compile(file.typed)?,
        };
        for (kind, others) in file.kinds {
            for other in others {
                rules.kinds.insert(other, kind.clone());
            }
        }
        for rule in file.rule {
            for check in rule.check {
                rules.checks.push(Check::compile(&rule.id, check)?);
            }
            rules.shown.push(LintRule {
                id: rule.id,
                title: rule.title,
                source: rule.source,
            });
        }
        Ok(rules)
    }
}

impl Check {
    fn compile(rule: &str, file: CheckFile) -> Result<Self, LintError> {
        let wrong = |message| LintError::Pattern {
            file: FILE,
            rule: rule.to_owned(),
            message,
        };
        let mark = match file.mark.as_str() {
            "" => None,
            mark => Some(compile(&[mark], true).map_err(wrong)?),
        };
        Ok(Self {
            rule: rule.to_owned(),
            what: file.what,
            level: file.level,
            reason: file.reason,
            remedy: file.remedy,
            fields: file.fields,
            formats: file.formats,
            kinds: file.kinds,
            number: file.number,
            reach: file.reach,
            mark,
            find: Patterns::compile(&file.find, &file.except).map_err(wrong)?,
            after: Patterns::compile(&file.after, &[]).map_err(wrong)?,
        })
    }
}
