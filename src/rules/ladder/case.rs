//! Test cases of the ladder: items in a few lines and the steps that must be proposed.

use super::super::CheckResult;
use super::super::error::position;
use super::{Ladder, Proposals};
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::{DeficiencyId, ProviderId};
use crate::domain::ladder::{LadderItem, TakenStep};
use crate::domain::time::{Instant, Moment};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeSet;

/// One case. Times are local: `2026-03-22 14:02`, or `2026-03-22` where only a date is recorded.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    name: String,
    now: String,
    #[serde(default = "new_york")]
    zone: String,
    items: Vec<ItemCase>,
    #[serde(default)]
    taken: Vec<TakenCase>,
    #[serde(default)]
    suspended: Vec<String>,
    expect: Vec<Expected>,
    #[serde(default)]
    lift: Vec<String>,
}

fn new_york() -> String {
    "America/New_York".to_owned()
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemCase {
    name: String,
    owner: String,
    #[serde(default = "summary")]
    kind: String,
    #[serde(default = "inpatient")]
    class: EncounterClass,
    discharged: Option<String>,
    start: String,
    due: Option<String>,
    #[serde(default)]
    excused_hours: i64,
    held: Option<String>,
    #[serde(default)]
    declined: bool,
}

fn summary() -> String {
    "DS-M".to_owned()
}

fn inpatient() -> EncounterClass {
    EncounterClass::Inpatient
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TakenCase {
    item: String,
    owner: Option<String>,
    step: String,
    decided: String,
    #[serde(default)]
    dismissed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    owner: String,
    step: String,
    items: Vec<String>,
}

/// Runs every case of a ladder's file.
pub(super) fn run(ladder: &Ladder, file: &str, text: &str) -> Vec<CheckResult> {
    ladder
        .file
        .case
        .iter()
        .map(|case| CheckResult {
            rule: ladder.file.id.clone(),
            case: case.get_ref().name.clone(),
            file: file.to_owned(),
            line: position(text, case.span().start).0,
            failure: fails(ladder, case.get_ref()).err(),
        })
        .collect()
}

fn fails(ladder: &Ladder, case: &Case) -> Result<(), String> {
    let zone = TimeZone::get(&case.zone).map_err(|_| format!("no time zone {}", case.zone))?;
    let mut people: Vec<&str> = case.items.iter().map(|i| i.owner.as_str()).collect();
    people.extend(case.suspended.iter().map(String::as_str));
    people.extend(case.taken.iter().filter_map(|t| t.owner.as_deref()));
    people.sort_unstable();
    people.dedup();
    let person = |name: &str| {
        let at = people.iter().position(|p| *p == name).unwrap_or(usize::MAX);
        ProviderId(at as i64)
    };
    let items = case
        .items
        .iter()
        .enumerate()
        .map(|(n, i)| item(n, i, person(&i.owner), &zone))
        .collect::<Result<Vec<_>, _>>()?;
    let taken = case
        .taken
        .iter()
        .map(|t| {
            let at = case.items.iter().position(|i| i.name == t.item);
            let at = at.ok_or_else(|| format!("no item {}", t.item))?;
            let owner = t.owner.as_deref().unwrap_or(&case.items[at].owner);
            Ok(TakenStep {
                deficiency: DeficiencyId(at as i64),
                provider: person(owner),
                step: t.step.clone(),
                confirmed: !t.dismissed,
                decided: moment(&t.decided, &zone)?.at,
            })
        })
        .collect::<Result<Vec<_>, String>>()?;
    let suspended: BTreeSet<ProviderId> = case.suspended.iter().map(|p| person(p)).collect();
    let now = moment(&case.now, &zone)?.at;
    let found = ladder.propose(&items, &taken, &suspended, now, &zone);
    compare(case, &people, &found)
}

fn compare(case: &Case, people: &[&str], found: &Proposals) -> Result<(), String> {
    let name = |p: ProviderId| {
        people
            .get(p.0 as usize)
            .copied()
            .unwrap_or("nobody")
            .to_owned()
    };
    let mut got: Vec<Expected> = found
        .steps
        .iter()
        .map(|p| Expected {
            owner: name(p.provider),
            step: p.step.clone(),
            items: p
                .items
                .iter()
                .map(|(d, _)| case.items[d.0 as usize].name.clone())
                .collect(),
        })
        .collect();
    let mut wanted = case.expect.clone();
    got.sort();
    wanted.sort();
    if got != wanted {
        return Err(format!("expected {wanted:?}, found {got:?}"));
    }
    let lifted: Vec<String> = found.lift.iter().map(|p| name(*p)).collect();
    if lifted != case.lift {
        return Err(format!(
            "expected to lift {:?}, found {lifted:?}",
            case.lift
        ));
    }
    Ok(())
}

fn item(n: usize, i: &ItemCase, owner: ProviderId, zone: &TimeZone) -> Result<LadderItem, String> {
    let at = |text: &Option<String>| text.as_deref().map(|t| moment(t, zone)).transpose();
    let start = moment(&i.start, zone)?.at;
    Ok(LadderItem {
        deficiency: DeficiencyId(n as i64),
        kind: i.kind.clone(),
        class: i.class,
        owner,
        declined: i.declined,
        start,
        due: at(&i.due)?.map_or(start.plus_days(30, zone), |m| m.at),
        excused_micros: Instant(0).plus_hours(i.excused_hours).0,
        held_since: at(&i.held)?.map(|m| m.at),
        discharged: at(&i.discharged)?,
    })
}

fn moment(text: &str, zone: &TimeZone) -> Result<Moment, String> {
    if let Ok(day) = text.parse::<jiff::civil::Date>()
        && text.len() == 10
    {
        return Ok(Moment::day_only(day));
    }
    let civil = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M", text)
        .map_err(|_| format!("no time: {text}"))?;
    let zoned = civil
        .to_zoned(zone.clone())
        .map_err(|_| format!("no such local time: {text}"))?;
    Ok(Moment::at(Instant::from_timestamp(zoned.timestamp())))
}
