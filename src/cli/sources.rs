//! `rules sources`: where everything that rules speak of is published.
//!
//! Start at [`run`].

use super::args::Place;
use super::output::{Exit, Failure, Out, Result};
use crate::cdi::lint::Linter;
use crate::cdi::opportunity::Engine;
use crate::import::{MAPPINGS, Mapping};
use crate::language::Language;
use crate::ops::OpsError;
use crate::rules::RuleSet;
use crate::text::show;
use serde_json::json;
use std::path::Path;

/// What a source is of: a kind, its name, and where it is published.
type Said = (&'static str, String, String);

/// Prints the sources of rules, concepts, numbers and mappings, ours and the site's.
pub fn run(place: &Place, mapping: Option<&Path>, json: bool) -> Result {
    let site = place.site_files()?;
    let mut said: Vec<Said> = Vec::new();
    let mut files = RuleSet::embedded_files();
    files.extend(site.rules);
    let rules = RuleSet::from_files(&files).map_err(OpsError::from)?;
    for rule in rules.rules() {
        said.extend(
            rule.source
                .iter()
                .map(|s| ("deficiency", rule.id.clone(), s.clone())),
        );
    }
    let mut files = Engine::embedded_files();
    files.extend(site.opportunities);
    let engine = Engine::from_files(&files).map_err(|e| Failure::Usage(e.to_string()))?;
    for rule in engine.rules() {
        let each = rule.source.iter();
        said.extend(each.map(|s| ("opportunity", rule.id.clone(), s.clone())));
    }
    let concepts = engine.sources().into_iter();
    said.extend(concepts.map(|(file, source)| ("concepts", file, source)));
    let lists: Vec<(&str, &str)> = site
        .language
        .iter()
        .map(|f| (f.0.as_str(), f.1.as_str()))
        .collect();
    let lists = Language::sources(&lists).map_err(|e| Failure::Usage(e.to_string()))?;
    said.extend(
        lists
            .into_iter()
            .map(|(file, source)| ("language", file, source)),
    );
    let linter = Linter::embedded().map_err(|e| Failure::Usage(e.to_string()))?;
    for rule in linter.rules() {
        said.push(("lint", rule.id.clone(), rule.source.clone()));
    }
    for (name, _) in MAPPINGS {
        said.push(mapped(super::import::mapping(name)?));
    }
    if let Some(path) = mapping {
        said.push(mapped(super::import::mapping(&path.to_string_lossy())?));
    }
    let mut out = Out::new(json);
    for (kind, name, source) in said {
        if out.json {
            out.object(&json!({"kind": kind, "name": name, "source": source}))?;
        } else {
            let (name, source) = (show(&name.into()), show(&source.into()));
            out.line(format_args!("{kind:<11} {name}: {source}"))?;
        }
    }
    out.done(Exit::Done)
}

fn mapped(mapping: Mapping) -> Said {
    ("mapping", mapping.name, mapping.source)
}
