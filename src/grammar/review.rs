//! Filters of the worklist of documentation integrity: the language of searches with the
//! worklist's own fields. What has a meaning only in texts is told at its place.

use super::ast::{Field, Node, NodeKind, Value};
use super::date::Days;
use super::error::{GrammarError, Problem};
use super::parser::parse_with;
use super::values::choice_is_meant;
use crate::domain::encounter::EncounterClass;
use crate::domain::review_list::{ReviewFilter, StayCondition, StayText, StayTime};
use crate::domain::time::Instant;
use crate::domain::worklist::Fit;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The filter a person typed; blank text is the filter that lets everything through. Days are
/// counted by the clock of `zone`.
///
/// # Errors
/// A [`GrammarError`] that points at the characters and says what to do.
pub fn review_filter(
    text: &str,
    today: Date,
    zone: &TimeZone,
) -> Result<ReviewFilter, GrammarError> {
    if text.trim().is_empty() {
        return Ok(ReviewFilter::default());
    }
    let parsed = parse_with(text, today, Field::REVIEW)?;
    Ok(ReviewFilter {
        typed: Some(condition(&parsed.root, zone)?),
    })
}

type Made = Result<StayCondition, GrammarError>;

fn condition(node: &Node, zone: &TimeZone) -> Made {
    let several = |parts: &[Node]| -> Result<Vec<StayCondition>, GrammarError> {
        parts.iter().map(|p| condition(p, zone)).collect()
    };
    let any = |fit, words: &str| StayCondition::Text(StayText::Any, fit, words.trim().to_owned());
    Ok(match &node.kind {
        NodeKind::All(parts) => StayCondition::All(several(parts)?),
        NodeKind::Any(parts) => StayCondition::Any(several(parts)?),
        NodeKind::Not(inner) => StayCondition::Not(Box::new(condition(inner, zone)?)),
        NodeKind::Group(inner) => condition(inner, zone)?,
        NodeKind::Word(words) | NodeKind::Phrase(words) => any(Fit::Part, words.raw()),
        NodeKind::Prefix(start) => any(Fit::Start, start.raw()),
        NodeKind::Near { .. } | NodeKind::Fuzzy { .. } => {
            return Err(GrammarError::new(Problem::OnlyInTexts, node.span));
        }
        NodeKind::Field { field, value, .. } => match value {
            Value::Text(text) => named(*field, text.raw(), false),
            Value::Prefix(text) => named(*field, text.raw(), true),
            Value::Days(days) => time(*field, days, zone),
            Value::Numbers(numbers) => match field {
                Field::Los => StayCondition::StayDays((numbers.from, numbers.to)),
                _ => StayCondition::Priority((numbers.from, numbers.to)),
            },
            // The worklist has no field with such a value.
            Value::Near(..) => return Err(GrammarError::new(Problem::OnlyInTexts, node.span)),
        },
    })
}

/// A text of a field. Names are found by a part, numbers by their beginning; `=` wants the whole.
fn named(field: Field, typed: &str, open: bool) -> StayCondition {
    let typed = typed.trim();
    let of = |text, usual| match (typed.strip_prefix('='), open) {
        (_, true) => StayCondition::Text(text, Fit::Start, typed.to_owned()),
        (Some(whole), _) => StayCondition::Text(text, Fit::Whole, whole.trim().to_owned()),
        _ => StayCondition::Text(text, usual, typed.to_owned()),
    };
    match field {
        Field::Class => {
            let meant = choice_is_meant(field, typed);
            StayCondition::Classes(meant.filter_map(EncounterClass::from_name).collect())
        }
        Field::Payer => of(StayText::Payer, Fit::Part),
        Field::Service => of(StayText::Service, Fit::Part),
        Field::Facility => of(StayText::Facility, Fit::Part),
        Field::Name => of(StayText::Patient, Fit::Part),
        Field::Owner => of(StayText::Attending, Fit::Part),
        Field::Mrn => of(StayText::Mrn, Fit::Start),
        _ => of(StayText::Visit, Fit::Start),
    }
}

fn time(field: Field, days: &Days, zone: &TimeZone) -> StayCondition {
    let utc = &TimeZone::UTC;
    let from = |zone| days.from.map(|day| Instant::start_of(day, zone));
    let to = |zone| days.to.map(|day| Instant::end_of(day, zone));
    StayCondition::Time {
        what: match field {
            Field::Admitted => StayTime::Admitted,
            _ => StayTime::Discharged,
        },
        instants: (from(zone), to(zone)),
        days: (from(utc), to(utc)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 3, 22);

    fn made(text: &str) -> Result<Option<StayCondition>, GrammarError> {
        review_filter(text, TODAY, &TimeZone::UTC).map(|f| f.typed)
    }

    fn words(text: StayText, fit: Fit, words: &str) -> StayCondition {
        StayCondition::Text(text, fit, words.to_owned())
    }

    #[test]
    fn it_is_the_one_language_with_fields_of_its_own() {
        use StayCondition as C;
        assert_eq!(made("  ").unwrap(), None);
        let payer = || words(StayText::Payer, Fit::Part, "medicare");
        for (text, expected) in [
            ("smith", words(StayText::Any, Fit::Part, "smith")),
            ("smi*", words(StayText::Any, Fit::Start, "smi")),
            (
                "\"low sodium\"",
                words(StayText::Any, Fit::Part, "low sodium"),
            ),
            ("payer:medicare", payer()),
            ("-payer:medicare", C::Not(Box::new(payer()))),
            (
                "(payer:medicare OR los:>5) priority:40..",
                C::All(vec![
                    C::Any(vec![payer(), C::StayDays((Some(6), None))]),
                    C::Priority((Some(40), None)),
                ]),
            ),
            (
                "service:\"General Surgery\"",
                words(StayText::Service, Fit::Part, "General Surgery"),
            ),
            ("mrn:44", words(StayText::Mrn, Fit::Start, "44")),
            ("mrn:=44", words(StayText::Mrn, Fit::Whole, "44")),
            (
                "owner:smith",
                words(StayText::Attending, Fit::Part, "smith"),
            ),
            (
                "class:inpatient",
                C::Classes(vec![EncounterClass::Inpatient]),
            ),
        ] {
            assert_eq!(made(text).unwrap(), Some(expected), "{text}");
        }
        assert!(matches!(
            made("discharged:T-7..T").unwrap(),
            Some(C::Time {
                what: StayTime::Discharged,
                ..
            })
        ));
    }

    #[test]
    fn mistakes_point_at_their_place() {
        for (text, start) in [
            ("los:many", 4),
            ("a (b", 2),
            ("class:zz", 6),
            ("payer:x OR", 8),
            ("smith~", 0),
            ("author:x", 0),
        ] {
            assert_eq!(made(text).unwrap_err().span.start, start, "{text}");
        }
    }
}
