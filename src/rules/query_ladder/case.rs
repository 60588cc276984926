//! Test cases of the ladder of queries: a query in a few lines and the steps that come.

use super::super::CheckResult;
use super::super::error::position;
use super::{QueryLadder, Waiting};
use crate::domain::absence::Absence;
use crate::domain::deficiency::HoldReason;
use crate::domain::ids::{AbsenceId, ProviderId, UserId};
use crate::domain::query_life::AnswerKind;
use crate::domain::time::{Instant, Moment};
use jiff::tz::TimeZone;
use serde::Deserialize;

/// One case. Times are local: `2026-03-22 14:02`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    name: String,
    now: String,
    #[serde(default = "new_york")]
    zone: String,
    asked: String,
    due: Option<String>,
    #[serde(default)]
    away: Vec<Away>,
    #[serde(default)]
    taken: String,
    expect: Vec<String>,
    /// The next step's id and when it comes; empty if none does.
    #[serde(default)]
    next: String,
}

fn new_york() -> String {
    "America/New_York".to_owned()
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Away {
    from: String,
    until: Option<String>,
    reason: Option<HoldReason>,
}

/// One case of an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerCase {
    name: String,
    option: Option<String>,
    #[serde(default)]
    words: String,
    expect: AnswerKind,
}

/// Runs every case of a ladder's file.
pub(super) fn run(ladder: &QueryLadder, file: &str, text: &str) -> Vec<CheckResult> {
    let result = |name: &str, at: usize, failure: Result<(), String>| CheckResult {
        rule: ladder.file.id.clone(),
        case: name.to_owned(),
        file: file.to_owned(),
        line: position(text, at).0,
        failure: failure.err(),
    };
    let cases = ladder.file.case.iter().map(|c| {
        let case = c.get_ref();
        result(&case.name, c.span().start, fails(ladder, case))
    });
    let answers = ladder.file.answer.iter().map(|c| {
        let case = c.get_ref();
        let found = ladder.amounts_to(case.option.as_deref());
        let failure = if found != case.expect {
            Err(format!("it amounts to {}", found.name()))
        } else if case.option.is_none() && case.words.is_empty() {
            Err("a case has an option or words".to_owned())
        } else {
            Ok(())
        };
        result(&case.name, c.span().start, failure)
    });
    cases.chain(answers).collect()
}

fn fails(ladder: &QueryLadder, case: &Case) -> Result<(), String> {
    let zone = TimeZone::get(&case.zone).map_err(|_| format!("no time zone {}", case.zone))?;
    let at = |text: &str| instant(text, &zone);
    let asked = at(&case.asked)?;
    let absences = case
        .away
        .iter()
        .map(|a| absence(a, &zone))
        .collect::<Result<Vec<_>, _>>()?;
    let mut waiting = Waiting {
        asked,
        due: case.due.as_deref().map_or(Ok(asked), at)?,
        step: &case.taken,
        taken: None,
        absences: &absences,
    };
    let due = ladder.due(&waiting, at(&case.now)?, &zone);
    let got: Vec<&str> = due.iter().map(|(step, _)| step.id()).collect();
    if got != case.expect {
        return Err(format!("steps {got:?}, not {:?}", case.expect));
    }
    if let Some(last) = got.last() {
        waiting.step = last;
    }
    let next = match ladder.following(&waiting, &zone) {
        None => String::new(),
        Some(step) => match ladder.comes(step, &waiting, &zone) {
            Some(at) => format!("{} {}", step.id(), Moment::at(at).iso(&zone)),
            None => step.id().to_owned(),
        },
    };
    if next != case.next {
        return Err(format!("next is `{next}`, not `{}`", case.next));
    }
    Ok(())
}

fn absence(away: &Away, zone: &TimeZone) -> Result<Absence, String> {
    Ok(Absence {
        id: AbsenceId(0),
        version: 1,
        provider: ProviderId(0),
        provider_name: "".into(),
        reason: away.reason.unwrap_or(HoldReason::Vacation),
        comment: "".into(),
        from: instant(&away.from, zone)?,
        until: away
            .until
            .as_deref()
            .map(|text| instant(text, zone))
            .transpose()?,
        removed: false,
        placed_by: UserId(0),
    })
}

fn instant(text: &str, zone: &TimeZone) -> Result<Instant, String> {
    let wrong = |_| format!("`{text}` is no local time");
    let local: jiff::civil::DateTime = text.replacen(' ', "T", 1).parse().map_err(wrong)?;
    let zoned = local.to_zoned(zone.clone()).map_err(wrong)?;
    Ok(Instant::from_timestamp(zoned.timestamp()))
}
