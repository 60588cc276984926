//! From files to an engine: ours, then the site's on top.
//!
//! A rule with the same id replaces ours; a file of nothing but `id` and `enabled` switches it;
//! `opportunity_settings.toml` chooses between competing definitions; a concept file adds to ours
//! or replaces by id. Every mistake of every file is collected.

use super::Engine;
use super::concepts::{self, Concepts};
use super::error::{EngineError, Mistake, line_of};
use super::kdigo::Numbers;
use super::notes::Notes;
use super::rule::RuleFile;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Name of the settings.
const SETTINGS: &str = "opportunity_settings.toml";

macro_rules! rules {
    ($($name:literal,)*) => {
        &[$(($name, include_str!(concat!("rules/", $name))),)*]
    };
}

/// The rule files that come with the program.
const RULES: &[(&str, &str)] = rules![
    "aki.toml",
    "aki_urine.toml",
    "atn.toml",
    "ckd_stage.toml",
    "sepsis_2.toml",
    "sepsis_3.toml",
    "septic_shock.toml",
    "shock_type.toml",
    "resp_failure_hypoxic.toml",
    "resp_failure_hypercapnic.toml",
    "encephalopathy.toml",
    "hf_type.toml",
    "mi_type.toml",
    "malnutrition_aspen.toml",
    "malnutrition_glim.toml",
    "obesity.toml",
    "hyponatremia.toml",
    "hypernatremia.toml",
    "hypokalemia.toml",
    "hyperkalemia.toml",
    "hypomagnesemia.toml",
    "hypophosphatemia.toml",
    "hypocalcemia.toml",
    "lactic_acidosis.toml",
    "dka.toml",
    "hhs.toml",
    "anemia_blood_loss.toml",
    "thrombocytopenia.toml",
    "pancytopenia.toml",
    "coagulopathy.toml",
    "dic.toml",
    "pneumonia_type.toml",
    "pressure_injury.toml",
    "debridement.toml",
    "diabetes.toml",
    "postop_event.toml",
    "conflict.toml",
    "poa.toml",
];

/// A rule with the text it came from.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    pub name: String,
    pub text: String,
    pub file: RuleFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    id: Spanned<String>,
    enabled: bool,
}

/// Every file that comes with the program.
pub(super) fn embedded_files() -> Vec<(String, String)> {
    let own = |f: &(&str, &str)| (f.0.to_owned(), f.1.to_owned());
    let settings = (SETTINGS, include_str!("data/opportunity_settings.toml"));
    let all = concepts::FILES.iter().chain([&settings]).chain(RULES);
    all.map(own).collect()
}

/// Whether a file holds concepts.
fn is_concepts(name: &str) -> bool {
    concepts::FILES.iter().any(|f| f.0 == name)
}

/// Reads files, later ones on top.
pub(super) fn read(files: &[(String, String)]) -> Result<Engine, EngineError> {
    let base = |n: &str| n.rsplit(['/', '\\']).next().unwrap_or(n).to_owned();
    let mut mistakes = Vec::new();
    let mut wrong = |name: &str, text: &str, at: usize, what: String| {
        mistakes.push(Mistake {
            file: name.to_owned(),
            line: line_of(text, at),
            what,
        });
    };
    let found: Vec<(String, String)> = files
        .iter()
        .filter(|f| is_concepts(&base(&f.0)))
        .cloned()
        .collect();
    let concepts = Concepts::load(&found).unwrap_or_else(|(name, at, what)| {
        let text = found.iter().rev().find(|f| f.0 == name);
        wrong(&name, text.map_or("", |f| &f.1), at, what);
        Concepts::default()
    });
    let mut settings: BTreeMap<String, String> = BTreeMap::new();
    let mut rules: BTreeMap<String, Loaded> = BTreeMap::new();
    for (name, text) in files.iter().filter(|f| !is_concepts(&base(&f.0))) {
        let toml_error =
            |e: &toml::de::Error| (e.span().map_or(0, |s| s.start), e.message().to_owned());
        if base(name) == SETTINGS {
            match toml::from_str::<BTreeMap<String, String>>(text) {
                Ok(more) => settings.extend(more),
                Err(e) => {
                    let (at, what) = toml_error(&e);
                    wrong(name, text, at, what);
                }
            }
            continue;
        }
        if let Ok(switch) = toml::from_str::<Switch>(text) {
            match rules.get_mut(switch.id.get_ref()) {
                Some(loaded) => loaded.file.enabled = switch.enabled,
                None => {
                    let what = format!("there is no rule `{}` to switch", switch.id.get_ref());
                    wrong(name, text, switch.id.span().start, what);
                }
            }
            continue;
        }
        match toml::from_str::<RuleFile>(text) {
            Ok(file) => {
                if let Err(what) = file.check(&concepts) {
                    wrong(name, text, file.id.span().start, what);
                }
                let loaded = Loaded {
                    name: name.clone(),
                    text: text.clone(),
                    file,
                };
                rules.insert(loaded.file.id.get_ref().clone(), loaded);
            }
            Err(e) => {
                let (at, what) = toml_error(&e);
                wrong(name, text, at, what);
            }
        }
    }
    for loaded in rules.values() {
        for (setting, values) in &loaded.file.only_if {
            if !settings.contains_key(setting) {
                let what = format!("no setting `{setting}` ({})", values.join(", "));
                wrong(&loaded.name, &loaded.text, 0, what);
            }
        }
    }
    for derived in &concepts.derived {
        let chosen = derived.factor.as_ref().map(|f| (f, f.chosen(&settings)));
        let what = match chosen {
            Some((_, Some(_))) => continue,
            Some((factor, None)) => {
                let all: Vec<&str> = factor.of.keys().map(String::as_str).collect();
                format!("`{}` must be one of: {}", factor.setting, all.join(", "))
            }
            None if derived.how == "sodium_glucose" => {
                format!("`{}` has no factor", derived.id)
            }
            None => continue,
        };
        // Where the choice, or the measure, was written last.
        let wanted = match &derived.factor {
            Some(factor) => (factor.setting.as_str(), true),
            None => (derived.id.as_str(), false),
        };
        let in_place =
            |f: &&(String, String)| (base(&f.0) == SETTINGS) == wanted.1 && f.1.contains(wanted.0);
        if let Some((name, text)) = files.iter().rev().find(in_place) {
            wrong(name, text, text.find(wanted.0).unwrap_or(0), what);
        }
    }
    let numbers = Numbers::load();
    let notes = Notes::new(&concepts);
    match (numbers, notes) {
        (Ok(numbers), Ok(notes)) if mistakes.is_empty() => Ok(Engine {
            concepts,
            numbers,
            notes,
            rules,
            settings,
        }),
        (numbers, notes) => {
            if let Err((file, line, what)) = numbers {
                mistakes.push(Mistake { file, line, what });
            }
            if let Err(what) = notes {
                mistakes.push(Mistake {
                    file: "findings.toml".to_owned(),
                    line: 1,
                    what,
                });
            }
            Err(EngineError(mistakes))
        }
    }
}
