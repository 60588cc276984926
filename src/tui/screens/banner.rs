//! Who it is about: the patient banner of every chart, query and confirmation, and the words
//! for names, dates and signatures that all these screens share.
//!
//! Takes domain values, gives displayable text; decides nothing.

use crate::domain::document::{Document, DocumentStatus, SignatureState};
use crate::domain::encounter::Encounter;
use crate::domain::people::{Patient, Provider};
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::widgets::width;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// `FAMILY,GIVEN` with what is there.
fn name(family: &Untrusted, given: &Untrusted) -> Shown {
    match (family.is_blank(), given.is_blank()) {
        (false, false) => Shown::own(format!("{},{}", show(family), show(given))),
        (false, true) => show(family),
        (true, _) => show(given),
    }
}

/// A patient's name; `(no name)` when the record has none.
pub fn patient_name(patient: &Patient) -> Shown {
    let name = name(&patient.facts.family, &patient.facts.given);
    if name.as_str().is_empty() {
        return Shown::own("(no name)");
    }
    name
}

/// A provider's name.
pub fn provider_name(provider: &Provider) -> Shown {
    name(&provider.facts.family, &provider.facts.given)
}

/// Name and medical record number: what every confirmation shows.
pub fn identity(patient: &Patient) -> Shown {
    Shown::own(format!(
        "{}  MRN {}",
        patient_name(patient),
        show(&patient.mrn)
    ))
}

/// The banner: name, MRN, birth, age, sex, visit, class, dates. Closer together where `room`
/// columns do not hold it.
pub fn banner(
    patient: &Patient,
    visit: &Encounter,
    today: Date,
    zone: &TimeZone,
    room: u16,
) -> Shown {
    let facts = &visit.facts;
    let birth = match patient.facts.birth {
        Some(birth) => format!("b.{}{}", birth.iso(zone), age(patient, today, zone)),
        None => "birth unknown".to_owned(),
    };
    let died = patient
        .facts
        .deceased
        .map(|at| format!(" died {}", at.day(zone)))
        .unwrap_or_default();
    let dates = match (facts.admitted, facts.discharged) {
        (Some(a), Some(d)) => format!("{} to {}", a.day(zone), d.day(zone)),
        (Some(a), None) => format!("{} in house", a.day(zone)),
        (None, Some(d)) => format!("to {}", d.day(zone)),
        (None, None) => "no dates".to_owned(),
    };
    let sex = patient.facts.sex.name();
    let (number, class) = (show(&facts.visit), facts.class.name());
    let full = Shown::own(format!(
        "{}  {birth} {sex}{died}  visit {number} {class} {dates}",
        identity(patient)
    ));
    if width(&full) <= usize::from(room) {
        return full;
    }
    let dates = match (facts.admitted, facts.discharged) {
        (Some(a), Some(d)) if a.day(zone).year() == d.day(zone).year() => {
            format!("{}..{}", a.day(zone), d.day(zone).strftime("%m-%d"))
        }
        _ => dates.replace(" to ", ".."),
    };
    let (name, mrn) = (patient_name(patient), show(&patient.mrn));
    let close = |birth: &str, dates: &str| {
        Shown::own(format!(
            "{name} MRN {mrn} {birth} {sex}{died} {number} {class} {dates}"
        ))
    };
    // Who and which visit come first; then the days, of this year without it; last the age.
    let this_year = dates.replace(&format!("{}-", today.year()), "");
    let bare = birth.split(" (").next().unwrap_or(&birth);
    [close(&birth, &dates), close(&birth, &this_year)]
        .into_iter()
        .find(|line| width(line) <= usize::from(room))
        .unwrap_or_else(|| close(bare, &this_year))
}

/// Whole years, of the living.
fn age(patient: &Patient, today: Date, zone: &TimeZone) -> String {
    let birth = patient
        .facts
        .birth
        .filter(|_| patient.facts.deceased.is_none());
    let span = birth.and_then(|b| b.day(zone).until((jiff::Unit::Year, today)).ok());
    match span.map(|s| s.get_years()) {
        Some(years) if years >= 0 => format!(" ({years}y)"),
        _ => String::new(),
    }
}

/// A moment as precisely as it was stated, or what stands for none.
pub fn when(at: Option<Moment>, zone: &TimeZone) -> Shown {
    at.map_or_else(|| Shown::own("no date"), |m| Shown::own(m.iso(zone)))
}

/// The day of a moment.
pub fn day(at: Option<Moment>, zone: &TimeZone) -> Shown {
    match at {
        Some(m) if m.is_exact() => Shown::own(m.day(zone).to_string()),
        other => when(other, zone),
    }
}

/// Hours, minutes and seconds, for "saved 14:02:07".
pub fn time_of_day(at: Instant, zone: &TimeZone) -> Shown {
    let zoned = at.timestamp().to_zoned(zone.clone());
    Shown::own(zoned.strftime("%H:%M:%S").to_string())
}

/// How far a document is authenticated and whether it stands: words and meaning.
pub fn document_state(document: &Document) -> (&'static str, &'static str) {
    match document.facts.status {
        DocumentStatus::Retracted => return ("RETRACTED", "chart.retracted"),
        DocumentStatus::Superseded => return ("superseded", "chart.retracted"),
        DocumentStatus::Current => {}
    }
    if document.facts.preliminary {
        return ("prelim.", "queue.soon");
    }
    match document.facts.signature {
        SignatureState::Dictated => ("dictated", "queue.overdue"),
        SignatureState::Draft => ("draft", "queue.overdue"),
        SignatureState::Incomplete => ("incomplete", "queue.overdue"),
        SignatureState::Unsigned => ("unsigned", "queue.overdue"),
        SignatureState::Signed => ("cosign due", "queue.soon"),
        SignatureState::Authenticated => ("signed", "text"),
        SignatureState::Amended => ("amended", "text"),
        SignatureState::Retracted => ("RETRACTED", "chart.retracted"),
        SignatureState::Unknown => ("not stated", "dim"),
    }
}

/// The title of a document as it came, else the name of its kind.
pub fn document_title(document: &Document) -> Shown {
    let text = &document.facts.what.text;
    if text.is_blank() {
        Shown::own(document.facts.kind.title())
    } else {
        show(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::screens::samples;

    fn shown(chart: &crate::domain::chart::Chart, room: u16) -> String {
        let zone = TimeZone::get("America/New_York").unwrap();
        let today = jiff::civil::date(2026, 3, 22);
        banner(&chart.patient, &chart.encounter, today, &zone, room).into_string()
    }

    #[test]
    fn the_banner_names_the_patient_twice_over() {
        assert_eq!(
            shown(&samples::chart(), 120),
            "ZZTEST,ANN  MRN 4410123  b.1961-02-03 (65y) F  visit V1001 IP 2026-02-03 to 2026-02-09"
        );
    }

    #[test]
    fn at_80_columns_the_banner_still_holds_everything() {
        assert_eq!(
            shown(&samples::chart(), 80),
            "ZZTEST,ANN MRN 4410123 b.1961-02-03 (65y) F V1001 IP 2026-02-03..02-09"
        );
    }

    #[test]
    fn a_long_name_costs_the_year_and_the_age_but_no_day() {
        let mut chart = samples::chart();
        chart.patient.facts.given = "Maximiliana-Ann".into();
        assert_eq!(
            shown(&chart, 80),
            "ZZTEST,Maximiliana-Ann MRN 4410123 b.1961-02-03 (65y) F V1001 IP 02-03..02-09"
        );
        chart.patient.facts.given = "Maximiliana-Annabella".into();
        assert_eq!(
            shown(&chart, 80),
            "ZZTEST,Maximiliana-Annabella MRN 4410123 b.1961-02-03 F V1001 IP 02-03..02-09"
        );
    }

    #[test]
    fn what_is_not_known_is_said() {
        let mut chart = samples::chart();
        chart.patient.facts.birth = None;
        chart.encounter.facts.discharged = None;
        chart.patient.facts.family = Untrusted::default();
        chart.patient.facts.given = Untrusted::default();
        assert_eq!(
            shown(&chart, 120),
            "(no name)  MRN 4410123  birth unknown F  visit V1001 IP 2026-02-03 in house"
        );
    }

    #[test]
    fn unknown_is_never_unsigned() {
        let chart = samples::chart();
        let mut document = chart.documents[0].clone();
        document.facts.signature = SignatureState::Unknown;
        assert_eq!(document_state(&document).0, "not stated");
        document.facts.status = DocumentStatus::Retracted;
        assert_eq!(document_state(&document).0, "RETRACTED");
    }
}
