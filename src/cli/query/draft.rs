//! Drafts and templates of queries as verbs: beginning, changing, versions; what the composer does.

use super::{read_words, told};
use crate::cdi::lint::Linter;
use crate::cdi::template::Templates;
use crate::cli::args::{Draft, Place, Templates as TemplatesArgs, TemplatesVerb};
use crate::cli::defaults;
use crate::cli::named::{provider, visit};
use crate::cli::output::{Exit, Failure, Out, Result, column};
use crate::cli::session::Session;
use crate::domain::action::DraftToSave;
use crate::domain::ids::{DocumentId, EncounterId, ProviderId, QueryId};
use crate::domain::query::{Indicator, IndicatorKind, QueryText};
use crate::domain::time::Moment;
use crate::ops::OpsError;
use crate::text::{show, show_lines};
use serde_json::json;
use std::collections::BTreeMap;

/// Runs `query draft`.
pub fn draft(session: &Session, args: &Draft) -> Result {
    let encounter = visit(session, &args.visit)?;
    let (mut text, attending) = words(session, args, encounter)?;
    for place in &args.cite {
        text.indicators.push(line_cited(session, encounter, place)?);
    }
    let to = args.to.as_deref().map(|name| provider(session, name));
    let draft = DraftToSave {
        query: None,
        encounter,
        provider: to.transpose()?.or(attending),
        text,
    };
    save(session, &draft, args.json.json)
}

/// Runs `query edit`: other words for a draft, from standard input.
pub fn edit(session: &Session, id: QueryId, to: Option<&str>, json: bool) -> Result {
    let query = session.office.query(&session.actor, id)?;
    let words = read_words()?;
    let draft = DraftToSave {
        query: Some(id),
        encounter: query.encounter,
        provider: match to {
            Some(name) => Some(provider(session, name)?),
            None => query.provider,
        },
        text: QueryText {
            // What it began with stays known.
            template: query.text.template,
            rule: query.text.rule,
            ..words
        },
    };
    save(session, &draft, json)
}

/// The words: of an opportunity, of a template, or as they come on standard input. About an
/// opportunity the attending is asked unless somebody else is named.
fn words(
    session: &Session,
    args: &Draft,
    encounter: EncounterId,
) -> Result<(QueryText, Option<ProviderId>)> {
    let (office, actor) = (&session.office, &session.actor);
    let values = values(&args.set)?;
    let text = match (&args.from_opportunity, &args.template) {
        (Some(rule), template) => {
            let begun = office.begin_query(actor, encounter, rule, template.as_deref())?;
            for option in &begun.left_out {
                crate::cli::output::note(&format!(
                    "left out, nothing cited supports it: {}",
                    show(option)
                ));
            }
            return Ok((begun.text, begun.attending));
        }
        (None, Some(id)) if values.is_empty() => office.query_template(id)?.start(&[]),
        (None, Some(id)) => {
            let rendered = office.query_template(id)?.render(&values);
            rendered.map_err(|e| Failure::from(OpsError::from(e)))?
        }
        (None, None) if !args.cite.is_empty() => QueryText::default(),
        (None, None) => read_words()?,
    };
    Ok((text, None))
}

/// Values of placeholders, `name=value` each.
fn values(set: &[String]) -> Result<BTreeMap<String, String>> {
    set.iter()
        .map(|pair| {
            let (name, value) = pair
                .split_once('=')
                .ok_or_else(|| Failure::Usage(format!("--set takes NAME=VALUE, not {pair}")))?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        })
        .collect()
}

/// A line of a document as an indicator: `DOCUMENT:LINE`.
fn line_cited(session: &Session, encounter: EncounterId, place: &str) -> Result<Indicator> {
    let wrong = || Failure::Usage(format!("--cite takes DOCUMENT:LINE, not {place}"));
    let (document, line) = place.split_once(':').ok_or_else(wrong)?;
    let document: i64 = document.parse().map_err(|_| wrong())?;
    let line: usize = line.parse().map_err(|_| wrong())?;
    let view = session
        .office
        .document(&session.actor, DocumentId(document), None)?;
    let lines = show_lines(&view.text.text);
    let text = line.checked_sub(1).and_then(|at| lines.get(at));
    let text = text.map(|l| l.as_str().trim()).filter(|l| !l.is_empty());
    let text = text.ok_or_else(|| {
        OpsError::Refused(format!("document {document} has nothing in line {line}"))
    })?;
    let facts = &view.document.facts;
    Ok(Indicator {
        kind: IndicatorKind::Document,
        text: text.into(),
        date: facts.at,
        document: Some(view.document.id),
        source: facts.kind.title().into(),
        prior: view.document.encounter.is_some_and(|e| e != encounter),
        line: line as i64,
        ..Indicator::default()
    })
}

fn save(session: &Session, draft: &DraftToSave, json: bool) -> Result {
    let (id, version) = session.office.keep_draft(&session.actor, draft, true)?;
    let findings = session.office.lint_draft(&session.actor, draft)?;
    let mut out = Out::new(json);
    if json {
        out.object(&json!({
            "kind": "draft", "id": id, "version": version, "provider": draft.provider,
            "lint": findings
        }))?;
    } else {
        let asked = session.office.query_asked(&session.actor, draft.provider)?;
        let to = asked.map_or(String::new(), |p| {
            format!(", to {},{}", show(&p.facts.family), show(&p.facts.given))
        });
        out.line(format_args!("draft {id} saved{to}"))?;
        for f in &findings.findings {
            out.line(format_args!(
                "  {} {}: {} {}",
                f.level.name(),
                f.rule,
                f.reason,
                f.remedy
            ))?;
        }
    }
    out.done(if findings.findings.is_empty() {
        Exit::Done
    } else {
        Exit::Found
    })
}

/// Runs `query versions`.
pub fn versions(session: &Session, id: QueryId, json: bool) -> Result {
    let mut out = Out::new(json);
    for version in session.office.query_versions(&session.actor, id)? {
        if json {
            out.object(&json!({
                "kind": "version", "query": id, "version": version.number,
                "saved": version.at.rfc3339(), "text": told(session, &version.text)?
            }))?;
            continue;
        }
        let at = Moment::at(version.at).iso(&session.office.zone);
        out.line(format_args!(
            "{:>4}  {at}  {} cited  {}",
            version.number,
            version.text.indicators.len(),
            column(show(&version.text.body).as_str(), 60)
        ))?;
    }
    out.done(Exit::Done)
}

/// Runs `query revert`.
pub fn revert(session: &Session, id: QueryId, number: i64, json: bool) -> Result {
    let version = session.office.revert_draft(&session.actor, id, number)?;
    let mut out = Out::new(json);
    if json {
        out.object(&json!({ "kind": "draft", "id": id, "version": version }))?;
    } else {
        out.line(format_args!("draft {id} is back at version {number}"))?;
    }
    out.done(Exit::Done)
}

/// Runs `query templates`.
pub fn templates(place: &Place, args: &TemplatesArgs) -> Result {
    match &args.verb {
        Some(TemplatesVerb::Copy { folder }) => defaults::copy(Templates::embedded_files(), folder),
        None if args.check => check(place, args.json.json),
        None => list(place, args),
    }
}

fn list(place: &Place, args: &TemplatesArgs) -> Result {
    let session = place.open()?;
    let wanted = |topic: &str| args.topic.as_deref().is_none_or(|t| t == topic);
    let mut out = Out::new(args.json.json);
    let templates = session.office.templates()?;
    if let Some(topic) = &args.topic
        && !templates.iter().any(|t| t.topic == *topic)
    {
        let mut known: Vec<&str> = templates.iter().map(|t| t.topic.as_str()).collect();
        known.sort_unstable();
        known.dedup();
        let known = known.join(", ");
        return Err(Failure::Usage(format!("no topic {topic}: {known}")));
    }
    for t in templates {
        if !wanted(&t.topic) {
            continue;
        }
        if out.json {
            out.object(&json!({
                "id": t.id, "version": t.version, "topic": t.topic, "rules": t.rules,
                "name": t.name, "title": t.title, "format": t.format.name(), "body": t.body,
                "options": t.options(), "cite": t.cite, "source": t.source,
                "placeholders": t.placeholders()
            }))?;
        } else {
            out.line(format_args!(
                "{} {} {}",
                column(&t.id, 22),
                column(&t.topic, 26),
                t.name
            ))?;
        }
    }
    out.done(Exit::Done)
}

/// Checks the program's templates with the site's own laid over them.
fn check(place: &Place, json: bool) -> Result {
    let mut out = Out::new(json);
    let mut files = Templates::embedded_files();
    files.extend(place.site_files()?.query_templates);
    let templates = match Templates::from_files(&files) {
        Ok(templates) => templates,
        Err(error) => {
            out.problem(error)?;
            return out.done(Exit::Found);
        }
    };
    let linter = Linter::embedded().map_err(OpsError::from)?;
    let (mut all, mut wrong) = (0, 0);
    for template in templates.all() {
        all += 1;
        let problems = template.check(&linter);
        wrong += usize::from(!problems.is_empty());
        if json {
            out.object(&json!({ "kind": "template", "id": template.id, "problems": problems }))?;
            continue;
        }
        for problem in problems {
            out.line(format_args!("{}: {problem}", template.id))?;
        }
    }
    if !json {
        out.line(format_args!("{all} templates, {wrong} wrong"))?;
    }
    out.done(if wrong == 0 { Exit::Done } else { Exit::Found })
}
