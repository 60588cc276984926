//! The coder's lists as tables.

use crate::domain::report::{StayList, WaitingStay};
use crate::report::table::{Cell, Table};
use jiff::tz::TimeZone;

/// Stays that wait, that became ready, or that are coded.
pub fn waiting(stays: &[WaitingStay], zone: &TimeZone, list: StayList) -> Table {
    let (title, what) = match list {
        StayList::Waiting => ("Discharged stays that wait to be coded", "WAITS FOR"),
        StayList::Ready => ("Stays that became ready to code", "LIFTED BY"),
        StayList::Coded => ("Stays coded", "CODED BY"),
        StayList::HandedOver => ("Stays handed over to the coder", "NOTE"),
    };
    let mut t = Table::new(
        title,
        &[
            ("visit", "VISIT"),
            ("mrn", "MRN"),
            ("patient", "PATIENT"),
            ("class", "CLASS"),
            ("service", "SERVICE"),
            ("discharged", "DISCHARGED"),
            ("age_days", "DAYS"),
            ("waits_for", what),
            ("note", "NOTE"),
        ],
    );
    for s in stays {
        let what: Vec<String> = s
            .waits_for
            .iter()
            .map(|a| {
                let owner = if a.owner_name.is_blank() {
                    "nobody"
                } else {
                    a.owner_name.raw()
                };
                let mark = match (a.held, a.late) {
                    (true, _) => " (on hold)",
                    (_, true) => " (late)",
                    _ => "",
                };
                format!("{} from {owner}{mark}", a.kind)
            })
            .collect();
        let lifted = s.lifted_by.clone().map(|kind| match s.ready {
            Some(at) => format!("{kind} {}", at.day(zone)),
            None => kind,
        });
        let coded = s.coded.map(|c| match c.at {
            Some(at) => format!("{} {}", c.by.title(), at.iso(zone)),
            None => c.by.title().to_owned(),
        });
        t.row([
            s.visit.clone().into(),
            s.mrn.clone().into(),
            s.patient_name.clone().into(),
            s.class.name().into(),
            s.service_name.clone().into(),
            s.discharged.day(zone).to_string().into(),
            s.age_days.into(),
            coded
                .or(lifted)
                .or_else(|| (list == StayList::Ready).then(|| "nothing was missing".to_owned()))
                .unwrap_or_else(|| what.join("; "))
                .into(),
            s.note
                .as_ref()
                .map_or(Cell::None, |n| n.words.clone().into()),
        ]);
    }
    t
}
