//! What an argument names: a visit, a provider, a day.

use super::output::{Failure, Result};
use super::session::Session;
use crate::domain::ids::{EncounterId, ProviderId};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::Choice;
use crate::ops::OpsError;
use crate::text::show;

/// The visit with this number.
pub fn visit(session: &Session, number: &str) -> Result<EncounterId> {
    let found = session
        .office
        .find_charts(&session.actor, &number.into(), 20)?;
    let mut exact = found
        .iter()
        .filter(|c| c.encounter.facts.visit.raw() == number);
    match (exact.next(), exact.next()) {
        (Some(chart), None) => Ok(chart.encounter.id),
        (Some(_), Some(_)) => Err(Failure::Usage(format!(
            "visit number {number} is used by several sources"
        ))),
        (None, _) => Err(OpsError::NotFound {
            what: "visit",
            name: number.to_owned(),
        }
        .into()),
    }
}

/// The end of a day given as `T+7` or `2026-03-31`.
pub fn end_of_day(session: &Session, text: &str) -> Result<Instant> {
    let zone = &session.office.zone;
    let day = crate::grammar::parse_day(text, session.office.now().day(zone))
        .map_err(|e| Failure::Usage(e.to_string()))?;
    Ok(Instant::end_of(day, zone))
}

/// The provider whose name contains `name`, or whom a record names so (an NPI, the feed's id).
pub fn provider(session: &Session, name: &str) -> Result<ProviderId> {
    let (office, actor) = (&session.office, &session.actor);
    let found = office.providers(actor, name, 10)?;
    let exact: Vec<&Choice> = found
        .iter()
        .filter(|c| c.name.raw().eq_ignore_ascii_case(name))
        .collect();
    match (found.as_slice(), exact.as_slice()) {
        ([], _) => {
            let known = office.provider_named(name)?;
            known.ok_or_else(|| missing("provider named", name))
        }
        ([one], _) => Ok(ProviderId(one.id)),
        (_, [one]) => Ok(ProviderId(one.id)),
        (several, _) => {
            let told = several.iter().map(|c| match show(&c.note).into_string() {
                note if note.is_empty() => show(&c.name).into_string(),
                note => format!("{} ({note})", show(&c.name)),
            });
            Err(either(name, told))
        }
    }
}

/// The clinical service of this name, known by this code, or whose name alone has this in it;
/// capitals do not matter.
pub fn service(session: &Session, text: &str) -> Result<Untrusted> {
    let found = session.office.services_like(&session.actor, text)?;
    match found.as_slice() {
        [] => Err(missing("service", text)),
        [one] => Ok(one.name.clone()),
        several => Err(either(
            text,
            several.iter().map(|s| show(&s.name).into_string()),
        )),
    }
}

fn missing(what: &'static str, name: &str) -> Failure {
    let name = name.to_owned();
    OpsError::NotFound { what, name }.into()
}

fn either(text: &str, names: impl Iterator<Item = String>) -> Failure {
    let names: Vec<String> = names.collect();
    Failure::Usage(format!("{text} may be {}", names.join("; ")))
}
