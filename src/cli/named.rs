//! What an argument names: a visit, a provider, a day.

use super::output::{Failure, Result};
use super::session::Session;
use crate::domain::ids::{EncounterId, ProviderId};
use crate::domain::time::Instant;
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

/// The provider whose name contains `name`.
pub fn provider(session: &Session, name: &str) -> Result<ProviderId> {
    let found = session.office.providers(&session.actor, name, 10)?;
    match found.as_slice() {
        [] => Err(OpsError::NotFound {
            what: "provider named",
            name: name.to_owned(),
        }
        .into()),
        [one] => Ok(ProviderId(one.id)),
        several => {
            if let Some(exact) = several
                .iter()
                .find(|c| c.name.raw().eq_ignore_ascii_case(name))
            {
                return Ok(ProviderId(exact.id));
            }
            let names: Vec<String> = several
                .iter()
                .map(|c| show(&c.name).into_string())
                .collect();
            Err(Failure::Usage(format!(
                "{name} may be {}",
                names.join("; ")
            )))
        }
    }
}
