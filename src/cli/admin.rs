//! `audit`, `rules`, `index`, `doctor`.

use super::args::{Audit, Doctor, Index, Place, Rules};
use super::defaults;
use super::output::{Exit, Out, Result};
use super::session::rule_files;
use super::sources;
use crate::cdi::opportunity::Engine;
use crate::language::Language;
use crate::ops::{Depth, IndexProgress, OpsError};
use crate::rules::RuleSet;
use crate::rules::ladder::Ladder;
use crate::rules::query_ladder::QueryLadder;
use crate::text::{noun, show};
use serde_json::json;

/// Runs a verb of `audit`.
pub fn audit(place: &Place, verb: &Audit) -> Result {
    let session = place.open()?;
    match verb {
        Audit::Verify(json) => {
            let check = session.office.audit_verify()?;
            let mut out = Out::new(json.json);
            if out.json {
                out.object(&json!({ "chains": check.chains, "rows": check.rows, "problems": check.problems }))?;
            } else {
                for problem in &check.problems {
                    out.line(problem)?;
                }
                let word = if check.problems.is_empty() {
                    "intact"
                } else {
                    "NOT intact"
                };
                out.line(format_args!(
                    "{} {} in {} {}: {word}",
                    check.rows,
                    noun(check.rows, "row"),
                    check.chains,
                    noun(check.chains, "chain")
                ))?;
            }
            out.done(if check.problems.is_empty() {
                Exit::Done
            } else {
                Exit::Found
            })
        }
        Audit::Show { limit, json } => {
            let rows = session.office.audit_rows(&session.actor, *limit)?;
            let mut out = Out::new(json.json);
            for row in rows {
                if out.json {
                    let mut value = serde_json::to_value(&row)?;
                    value["at"] = row.at.rfc3339().into();
                    out.object(&value)?;
                } else {
                    out.line(format_args!(
                        "{}  {:<12} {:<20} {:<24} {} {}",
                        row.at.rfc3339_column(),
                        show(&row.login.into()),
                        row.action,
                        row.object,
                        row.outcome,
                        show(&row.os_user.into())
                    ))?;
                }
            }
            out.done(Exit::Done)
        }
    }
}

/// Runs a verb of `rules`. All but `who` need no data.
pub fn rules(place: &Place, verb: &Rules) -> Result {
    match verb {
        Rules::Check { rules, json } => {
            let dir = match rules {
                Some(dir) => dir.clone(),
                None => place.config_dir()?.join("rules"),
            };
            check_rules(place, &dir, json.json)
        }
        Rules::List(json) => {
            let mut files = RuleSet::embedded_files();
            files.extend(place.site_files()?.rules);
            let set = RuleSet::from_files(&files).map_err(OpsError::from)?;
            let mut out = Out::new(json.json);
            for r in set.rules() {
                if out.json {
                    out.object(&json!({
                        "id": r.id, "version": r.version, "type": r.kind, "title": r.title,
                        "enabled": r.enabled, "source": r.source, "file": r.file
                    }))?;
                } else {
                    let on = if r.enabled { "on " } else { "off" };
                    out.line(format_args!(
                        "{on} {:<10} v{} {:<8} {}",
                        r.id, r.version, r.kind, r.title
                    ))?;
                }
            }
            out.done(Exit::Done)
        }
        Rules::Sources { mapping, json } => sources::run(place, mapping.as_deref(), json.json),
        Rules::Copy { folder } => defaults::copy(RuleSet::embedded_files(), folder),
        Rules::Who { rule, json } => who(place, rule, json.json),
    }
}

/// The test cases of the opportunity rules, ours and those of `opportunities/` beside the folder.
fn check_opportunities(
    place: &Place,
    rules: &std::path::Path,
) -> Result<std::result::Result<Vec<crate::rules::CheckResult>, String>> {
    let mut files = Engine::embedded_files();
    if let Some(parent) = rules.parent() {
        files.extend(rule_files(&parent.join("opportunities"))?);
    }
    let engine = match Engine::from_files(&files) {
        Ok(engine) => engine,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let site = place.language_files()?;
    let site: Vec<(&str, &str)> = site.iter().map(|f| (f.0.as_str(), f.1.as_str())).collect();
    Ok(match Language::load(&site) {
        Ok(language) => Ok(engine.check(&language)),
        Err(error) => Err(error.to_string()),
    })
}

/// How many items each version of a rule made. Needs the data.
fn who(place: &Place, rule: &str, json: bool) -> Result {
    let session = place.open()?;
    let versions = session.office.made_by(&session.actor, rule)?;
    let mut out = Out::new(json);
    for v in &versions {
        if out.json {
            out.object(&json!({
                "kind": "version", "rule": rule, "rule_version": v.version, "open": v.open,
                "closed": v.closed, "first": v.first.rfc3339(), "last": v.last.rfc3339()
            }))?;
        } else {
            out.line(format_args!(
                "{rule} v{:<4} {:>8} open {:>8} closed  opened {} to {}",
                v.version,
                v.open,
                v.closed,
                v.first.day(&session.office.zone),
                v.last.day(&session.office.zone)
            ))?;
        }
    }
    if versions.is_empty() && !out.json {
        out.line(format_args!("no item was made by {}", show(&rule.into())))?;
    }
    out.done(Exit::Done)
}

fn check_rules(place: &Place, dir: &std::path::Path, json: bool) -> Result {
    let mut files = RuleSet::embedded_files();
    files.extend(rule_files(dir)?);
    let mut out = Out::new(json);
    let set = match RuleSet::from_files(&files) {
        Ok(set) => set,
        Err(error) => {
            out.problem(error)?;
            return out.done(Exit::Found);
        }
    };
    let ladders = Ladder::from_files(&files)
        .and_then(|ladder| Ok((ladder, QueryLadder::from_files(&files)?)));
    let (ladder, queries) = match ladders {
        Ok(ladders) => ladders,
        Err(error) => {
            out.problem(error)?;
            return out.done(Exit::Found);
        }
    };
    let mut results = set.check();
    results.extend(ladder.check());
    results.extend(queries.check());
    match check_opportunities(place, dir)? {
        Ok(more) => results.extend(more),
        Err(reason) => {
            out.problem(reason)?;
            return out.done(Exit::Found);
        }
    }
    let failed = results.iter().filter(|r| r.failure.is_some()).count();
    for r in &results {
        if out.json {
            out.object(&json!({
                "kind": "case", "rule": r.rule, "case": r.case, "file": r.file, "line": r.line, "failure": r.failure
            }))?;
        } else if let Some(failure) = &r.failure {
            out.line(format_args!(
                "{}:{} {} \"{}\": {failure}",
                r.file, r.line, r.rule, r.case
            ))?;
        }
    }
    if !out.json {
        out.line(format_args!(
            "{} {}, {failed} failed",
            results.len(),
            noun(results.len(), "case")
        ))?;
    }
    out.done(if failed == 0 { Exit::Done } else { Exit::Found })
}

/// Runs a verb of `index`.
pub fn index(place: &Place, verb: &Index) -> Result {
    let session = place.open()?;
    let bar = super::import::bar();
    let progress = &mut |p: IndexProgress| {
        bar.set_message(format!("{} {}", p.documents, noun(p.documents, "document")));
        bar.tick();
        true
    };
    let done = match verb {
        Index::Rebuild => Some(session.office.index_rebuild(&session.actor, progress)?),
        Index::Update => session.office.index_now(progress)?,
    };
    bar.finish_and_clear();
    let mut out = Out::new(false);
    match done {
        Some(done) => out.line(format_args!(
            "{} {} indexed",
            done.documents,
            noun(done.documents, "document")
        ))?,
        None => out.line("another Chartroom process keeps the index up to date")?,
    }
    out.done(Exit::Done)
}

/// Runs `doctor`.
pub fn doctor(place: &Place, args: &Doctor) -> Result {
    let session = place.open()?;
    let bar = super::import::bar();
    let depth = match args.deep {
        true => Depth::Every,
        false => Depth::Sample,
    };
    let found = session.office.doctor(&session.actor, depth, &mut |p| {
        bar.set_length(p.all.max(1));
        bar.set_position(p.done);
        bar.set_message(format!("of {} {} looked at", p.all, p.what));
    });
    bar.finish_and_clear();
    let found = found?;
    let mut out = Out::new(args.json.json);
    for problem in &found.problems {
        out.problem(problem)?;
    }
    for note in &found.notes {
        if out.json {
            out.object(&json!({ "kind": "note", "reason": note }))?;
        } else {
            out.line(note)?;
        }
    }
    let well = found.problems.is_empty();
    if !out.json {
        out.line(if well {
            "all is well"
        } else {
            "something is wrong: mend what is named, restore a backup, or ask for help"
        })?;
    }
    out.done(if well { Exit::Done } else { Exit::Found })
}
