//! From files to rules: reading, the site's files on top, switches, settings.
//!
//! Owns the order in which files win. A later file with the same rule id replaces the earlier
//! one; a file of nothing but `id` and `enabled` switches it; `settings.toml` changes settings
//! of rules and of the site. Every problem of every file is collected.

use super::error::{Fault, Problem, RulesError};
use super::excuse::{Excuse, Stages};
use super::ladder::LADDER_FILE;
use super::query_ladder::QUERY_LADDER_FILE;
use super::rule::{ENABLED, Rule, Settings};
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
/// Section with what excuses time.
const EXCUSE: &str = "excuse";
/// Section with the stages.
const STAGES: &str = "stages";
/// Between a rule and the facility a section is for: `["DS-M @ North Campus"]`.
const AT: &str = " @ ";

/// A rule with the file it came from, so that cases can run it with other settings.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    pub rule: Rule,
    pub file: RuleFile,
    pub text: String,
    pub settings: Settings,
    /// The rule as it is at facilities that say otherwise, by name of the facility.
    pub at: BTreeMap<String, Rule>,
}

/// A file that only switches a rule on or off.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    id: Spanned<String>,
    enabled: bool,
}

/// Whether a path ends in this file name.
pub(super) fn is_named(path: &str, file: &str) -> bool {
    path.rsplit(['/', '\\']).next() == Some(file)
}

/// Path and text of the file in force among those of one name: the site's last, else the embedded one.
///
/// # Errors
/// [`RulesError::Files`] if there is none.
pub(super) fn newest(
    site: &[(String, String)],
    file: &str,
) -> Result<(String, String), RulesError> {
    let embedded = super::RuleSet::embedded_files();
    let mut all = site.iter().rev().chain(embedded.iter());
    all.find(|(path, _)| is_named(path, file))
        .cloned()
        .ok_or_else(|| {
            let fault = Fault::new(0, format!("there is no {file}"));
            RulesError::Files(vec![fault.locate(file, "")])
        })
}

type Sections = BTreeMap<Spanned<String>, BTreeMap<String, Spanned<Setting>>>;

/// What a site says beside its rules.
#[derive(Clone, Debug, Default)]
pub(super) struct Site {
    /// Roles that count as trainees.
    pub trainees: Vec<ProviderRole>,
    /// What excuses time, unless a rule says otherwise.
    pub excuse: Excuse,
    /// What excuses time at facilities that say otherwise, by name of the facility.
    pub excuse_at: BTreeMap<String, Excuse>,
    /// The stages.
    pub stages: Stages,
}

/// What loading yields: rules by id, and what the site says beside them.
pub(super) type Read = (BTreeMap<String, Loaded>, Site);

/// Reads files, later ones on top.
pub(super) fn read(files: &[(String, String)]) -> Result<Read, RulesError> {
    let mut reader = Reader::default();
    let is_rules = |name: &str| !is_named(name, LADDER_FILE) && !is_named(name, QUERY_LADDER_FILE);
    for (name, text) in files.iter().filter(|(name, _)| is_rules(name)) {
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
        let mut site = Site::default();
        let mut overrides: BTreeMap<String, Settings> = BTreeMap::new();
        for w in &self.written {
            match accept(w, &self.rules, &mut site) {
                Ok(true) => {}
                Ok(false) => {
                    let section = overrides.entry(w.section.clone()).or_default();
                    section.insert(w.key.clone(), w.value.clone());
                }
                Err(what) => {
                    let fault = Fault::new(w.at, what);
                    self.problems.push(fault.locate(w.file, w.text));
                }
            }
        }
        // What a facility says lies on top of what the whole site says.
        for w in &self.written {
            let Some(facility) = facility_of_excuse(&w.section) else {
                continue;
            };
            let usual = site.excuse.clone();
            let excuse = site.excuse_at.entry(facility.to_owned()).or_insert(usual);
            // A setting that is wrong was told above.
            let _ = excuse.set(&w.key, &w.value);
        }
        let mut loaded = BTreeMap::new();
        for (id, (name, text, file)) in self.rules {
            match load(name, text, file, &id, &overrides, &site) {
                Ok(entry) => {
                    loaded.insert(id, entry);
                }
                Err(fault) => self.problems.push(fault.locate(name, text)),
            }
        }
        if self.problems.is_empty() {
            Ok((loaded, site))
        } else {
            Err(RulesError::Files(self.problems))
        }
    }
}

/// One rule, as it is everywhere and as it is at facilities that say otherwise.
fn load(
    name: &str,
    text: &str,
    file: RuleFile,
    id: &str,
    overrides: &BTreeMap<String, Settings>,
    site: &Site,
) -> Result<Loaded, Fault> {
    let settings = overrides.get(id).cloned().unwrap_or_default();
    let rule = Rule::compile(name, &file, &settings, &site.excuse)?;
    let mut at = BTreeMap::new();
    for (facility, excuse) in &site.excuse_at {
        let compiled = Rule::compile(name, &file, &settings, excuse)?;
        at.insert(facility.clone(), compiled);
    }
    for (section, own) in overrides {
        if let Some((rule, facility)) = section.split_once(AT)
            && rule == id
        {
            let facility = facility.trim();
            let excuse = site.excuse_at.get(facility).unwrap_or(&site.excuse);
            let mut all = settings.clone();
            all.extend(own.clone());
            let compiled = Rule::compile(name, &file, &all, excuse)?;
            at.insert(facility.to_owned(), compiled);
        }
    }
    Ok(Loaded {
        rule,
        file,
        text: text.to_owned(),
        settings,
        at,
    })
}

/// Checks one setting; whether it is the site's own, which is taken over at once.
fn accept(
    w: &Written<'_>,
    rules: &BTreeMap<String, (&str, &str, RuleFile)>,
    site: &mut Site,
) -> Result<bool, String> {
    match w.section.as_str() {
        SITE => {
            return match (&w.value, w.key.as_str()) {
                (Setting::Names(names), TRAINEES) => {
                    site.trainees = roles(names)?;
                    Ok(true)
                }
                _ => Err(format!("[site] knows the list `{TRAINEES}` only")),
            };
        }
        EXCUSE => return site.excuse.set(&w.key, &w.value).map(|()| true),
        STAGES => return site.stages.set(&w.key, &w.value).map(|()| true),
        _ => {}
    }
    if facility_of_excuse(&w.section).is_some() {
        return Excuse::default().set(&w.key, &w.value).map(|()| true);
    }
    let id = w
        .section
        .split_once(AT)
        .map_or(w.section.as_str(), |(id, _)| id);
    let Some((_, _, file)) = rules.get(id) else {
        return Err(format!("there is no rule `{id}`"));
    };
    match file.settings.get(&w.key) {
        Some(old) if std::mem::discriminant(old) == std::mem::discriminant(&w.value) => Ok(false),
        None if w.key == ENABLED && matches!(w.value, Setting::Flag(_)) => Ok(false),
        Some(_) => Err(format!("`{}` is of another type in the rule", w.key)),
        None => Err(format!("rule `{id}` has no setting `{}`", w.key)),
    }
}

/// The facility a section of what excuses time is for: `["excuse @ North Campus"]`.
fn facility_of_excuse(section: &str) -> Option<&str> {
    let (id, facility) = section.split_once(AT)?;
    (id == EXCUSE).then(|| facility.trim())
}

fn roles(names: &[String]) -> Result<Vec<ProviderRole>, String> {
    let role = |name: &String| ProviderRole::from_name(name).ok_or(format!("no role `{name}`"));
    names.iter().map(role).collect()
}
