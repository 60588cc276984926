//! From files to rules: reading, the site's files on top, switches, settings.
//!
//! Owns the order in which files win. A later file with the same rule id replaces the earlier
//! one; a file of nothing but `id` and `enabled` switches it; `settings.toml` changes settings
//! of rules and of the site. Every problem of every file is collected.

use super::error::{Fault, Problem, RulesError};
use super::rule::{Rule, Settings};
use super::schema::{RuleFile, Setting};
use crate::domain::people::ProviderRole;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Name of the file with settings.
const SETTINGS: &str = "settings.toml";
/// Section of that file that belongs to no rule.
const SITE: &str = "site";
/// Setting of that section: roles that count as trainees.
const TRAINEES: &str = "trainee_roles";

/// A rule with the file it came from, so that cases can run it with other settings.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    pub rule: Rule,
    pub file: RuleFile,
    pub text: String,
    pub settings: Settings,
}

/// A file that only switches a rule on or off.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    id: Spanned<String>,
    enabled: bool,
}

type Sections = BTreeMap<Spanned<String>, BTreeMap<String, Spanned<Setting>>>;

/// What loading yields: rules by id, and the roles that count as trainees.
pub(super) type Read = (BTreeMap<String, Loaded>, Vec<ProviderRole>);

/// Reads files, later ones on top.
pub(super) fn read(files: &[(String, String)]) -> Result<Read, RulesError> {
    let mut reader = Reader::default();
    for (name, text) in files
        .iter()
        .filter(|(name, _)| !super::ladder::is_ladder(name))
    {
        let result = if is_settings(name) {
            reader.settings(name, text)
        } else {
            reader.rule(name, text)
        };
        if let Err(fault) = result {
            reader.problems.push(fault.locate(name, text));
        }
    }
    reader.finish()
}

fn is_settings(name: &str) -> bool {
    name.rsplit(['/', '\\']).next() == Some(SETTINGS)
}

/// Where a setting was written: file, its text, offset of the section and of the value.
struct Written<'a> {
    file: &'a str,
    text: &'a str,
    at: usize,
    section: String,
    key: String,
    value: Setting,
}

#[derive(Default)]
struct Reader<'a> {
    rules: BTreeMap<String, (&'a str, &'a str, RuleFile)>,
    written: Vec<Written<'a>>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    fn rule(&mut self, name: &'a str, text: &'a str) -> Result<(), Fault> {
        if let Ok(switch) = toml::from_str::<Switch>(text) {
            let Some((_, _, file)) = self.rules.get_mut(switch.id.get_ref()) else {
                let what = format!("there is no rule `{}` to switch", switch.id.get_ref());
                return Err(Fault::new(switch.id.span().start, what));
            };
            file.enabled = switch.enabled;
            return Ok(());
        }
        let file: RuleFile = toml::from_str(text).map_err(|e| Fault::toml(&e))?;
        self.rules
            .insert(file.id.get_ref().clone(), (name, text, file));
        Ok(())
    }

    fn settings(&mut self, name: &'a str, text: &'a str) -> Result<(), Fault> {
        let sections: Sections = toml::from_str(text).map_err(|e| Fault::toml(&e))?;
        for (section, values) in sections {
            for (key, value) in values {
                self.written.push(Written {
                    file: name,
                    text,
                    at: value.span().start,
                    section: section.get_ref().clone(),
                    key,
                    value: value.into_inner(),
                });
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Read, RulesError> {
        let mut trainees = Vec::new();
        let mut overrides: BTreeMap<String, Settings> = BTreeMap::new();
        for w in &self.written {
            match accept(w, &self.rules) {
                Ok(Some(roles)) => trainees = roles,
                Ok(None) => {
                    let section = overrides.entry(w.section.clone()).or_default();
                    section.insert(w.key.clone(), w.value.clone());
                }
                Err(what) => {
                    let fault = Fault::new(w.at, what);
                    self.problems.push(fault.locate(w.file, w.text));
                }
            }
        }
        let mut loaded = BTreeMap::new();
        for (id, (name, text, file)) in self.rules {
            let settings = overrides.remove(&id).unwrap_or_default();
            match Rule::compile(name, &file, &settings) {
                Ok(rule) => {
                    let entry = Loaded {
                        rule,
                        file,
                        text: text.to_owned(),
                        settings,
                    };
                    loaded.insert(id, entry);
                }
                Err(fault) => self.problems.push(fault.locate(name, text)),
            }
        }
        if self.problems.is_empty() {
            Ok((loaded, trainees))
        } else {
            Err(RulesError::Files(self.problems))
        }
    }
}

/// Checks one setting; the roles, if it is the site's list of trainees.
fn accept(
    w: &Written<'_>,
    rules: &BTreeMap<String, (&str, &str, RuleFile)>,
) -> Result<Option<Vec<ProviderRole>>, String> {
    if w.section == SITE {
        return match (&w.value, w.key.as_str()) {
            (Setting::Names(names), TRAINEES) => roles(names).map(Some),
            _ => Err(format!("[site] knows the list `{TRAINEES}` only")),
        };
    }
    let Some((_, _, file)) = rules.get(&w.section) else {
        return Err(format!("there is no rule `{}`", w.section));
    };
    match file.settings.get(&w.key) {
        Some(old) if std::mem::discriminant(old) == std::mem::discriminant(&w.value) => Ok(None),
        Some(_) => Err(format!("`{}` is of another type in the rule", w.key)),
        None => Err(format!("rule `{}` has no setting `{}`", w.section, w.key)),
    }
}

fn roles(names: &[String]) -> Result<Vec<ProviderRole>, String> {
    let role = |name: &String| ProviderRole::from_name(name).ok_or(format!("no role `{name}`"));
    names.iter().map(role).collect()
}
