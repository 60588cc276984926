//! What was typed as a filter, as a condition of the statement. Text is only ever a bound value.

use super::Conditions;
use crate::domain::ids::ProviderId;
use crate::domain::time::Instant;
use crate::domain::worklist::{Condition, Fit, QueueText, QueueTime};
use crate::store::driver::Value;

/// Where words without a field are looked for.
const ANYWHERE: [&str; 6] = [
    "patient_name",
    "mrn",
    "visit",
    "owner_name",
    "kind",
    "service_name",
];

/// The condition in parentheses; its values are bound in `c`.
pub(super) fn condition<'a>(c: &mut Conditions<'a>, typed: &'a Condition, now: Instant) -> String {
    match typed {
        Condition::All(parts) => joined(c, parts, " AND ", "1", now),
        Condition::Any(parts) => joined(c, parts, " OR ", "0", now),
        Condition::Not(inner) => format!("(NOT {})", condition(c, inner, now)),
        Condition::Text(what, fit, text) => text_fits(c, *what, *fit, text),
        Condition::Kinds(kinds) => one_of(c, "kind", kinds.iter().map(|k| k.as_str().into())),
        Condition::Classes(classes) => {
            one_of(c, "class", classes.iter().map(|class| class.name().into()))
        }
        Condition::States(states) => {
            one_of(c, "state", states.iter().map(|state| state.name().into()))
        }
        Condition::OnList(_, stays) if stays.is_empty() => "0".to_owned(),
        Condition::OnList(_, stays) => {
            one_of(c, "encounter", stays.iter().map(|stay| (*stay).into()))
        }
        // What is closed was late if it was when it was closed.
        Condition::Late(true) => c.bound(
            "(late_at < CASE WHEN outstanding = 1 THEN ? ELSE closed END)",
            [now.into()],
        ),
        Condition::Late(false) => c.bound(
            "(late_at >= CASE WHEN outstanding = 1 THEN ? ELSE closed END)",
            [now.into()],
        ),
        Condition::Owed { at, by } => owed(c, *at, *by),
        Condition::Time {
            what,
            instants,
            days,
        } => time(c, *what, *instants, *days),
    }
}

fn joined<'a>(
    c: &mut Conditions<'a>,
    parts: &'a [Condition],
    with: &str,
    none: &str,
    now: Instant,
) -> String {
    let parts: Vec<String> = parts.iter().map(|part| condition(c, part, now)).collect();
    match parts.is_empty() {
        true => none.to_owned(),
        false => format!("({})", parts.join(with)),
    }
}

fn one_of<'a>(
    c: &mut Conditions<'a>,
    column: &str,
    values: impl ExactSizeIterator<Item = Value<'a>>,
) -> String {
    let slots = vec!["?"; values.len()].join(", ");
    c.bound(&format!("({column} IN ({slots}))"), values)
}

fn text_fits<'a>(c: &mut Conditions<'a>, what: QueueText, fit: Fit, text: &'a str) -> String {
    let column = match what {
        QueueText::Any => {
            let any: Vec<String> = ANYWHERE
                .iter()
                .map(|column| column_fits(c, column, fit, text))
                .collect();
            return format!("({})", any.join(" OR "));
        }
        QueueText::Owner => "owner_name",
        QueueText::Service => "service_name",
        QueueText::Patient => "patient_name",
        QueueText::Mrn => "mrn",
        QueueText::Visit => "visit",
        QueueText::Kind => "kind",
        QueueText::Facility => {
            let name = column_fits(c, "f.name", fit, text);
            return format!(
                "EXISTS (SELECT 1 FROM facility f WHERE f.id = deficiency.facility AND {name})"
            );
        }
    };
    column_fits(c, column, fit, text)
}

/// Words of names stand behind blanks, commas or hyphens.
fn column_fits<'a>(c: &mut Conditions<'a>, column: &str, fit: Fit, text: &'a str) -> String {
    let part = crate::store::like_pattern(text);
    // Without its first sign the pattern of a part is that of a beginning.
    let start = part.strip_prefix('%').unwrap_or(&part).to_owned();
    match fit {
        Fit::Part => c.bound(&format!("({column} LIKE ? ESCAPE '\\')"), [part.into()]),
        Fit::Whole => c.bound(&format!("({column} = ? COLLATE NOCASE)"), [text.into()]),
        Fit::Start => {
            let starts = ["", "% ", "%,", "%-"].map(|before| format!("{before}{start}"));
            let like = [format!("{column} LIKE ? ESCAPE '\\'").as_str(); 4].join(" OR ");
            c.bound(&format!("({like})"), starts.map(Value::from))
        }
    }
}

/// Moments known to the day are compared with days, others with instants.
fn time<'a>(
    c: &mut Conditions<'a>,
    what: QueueTime,
    instants: (Option<Instant>, Option<Instant>),
    days: (Option<Instant>, Option<Instant>),
) -> String {
    let column = match what {
        QueueTime::Due => return between(c, "due", instants),
        QueueTime::Opened => return between(c, "opened", instants),
        QueueTime::Closed => {
            let closed = between(c, "closed", instants);
            return format!("(outstanding = 0 AND {closed})");
        }
        QueueTime::Admitted => "admitted",
        QueueTime::Discharged => "discharged",
    };
    let exact = between(c, &format!("e.{column}"), instants);
    let by_day = between(c, &format!("e.{column}"), days);
    format!(
        "EXISTS (SELECT 1 FROM encounter e WHERE e.id = deficiency.encounter AND e.{column} IS NOT NULL
           AND CASE WHEN e.{column}_precision = 3 THEN {exact} ELSE {by_day} END)"
    )
}

/// From what is kept of the past, as figures of that moment are.
fn owed(c: &mut Conditions<'_>, at: Instant, by: Option<ProviderId>) -> String {
    let span = c.bound(
        "outstanding = 1 AND at <= ? AND until > ?",
        [at.into(), at.into()],
    );
    let by = by.map(|owner| c.bound(" AND owner = ?", [owner.into()]));
    let by = by.unwrap_or_default();
    format!("(id IN (SELECT deficiency FROM deficiency_span WHERE {span}{by}))")
}

fn between<'a>(
    c: &mut Conditions<'a>,
    column: &str,
    (from, to): (Option<Instant>, Option<Instant>),
) -> String {
    let mut parts = vec!["1".to_owned()];
    if let Some(from) = from {
        parts.push(c.bound(&format!("{column} >= ?"), [from.into()]));
    }
    if let Some(to) = to {
        parts.push(c.bound(&format!("{column} <= ?"), [to.into()]));
    }
    format!("({})", parts.join(" AND "))
}
