//! Columns of the list, and a row as they show it.

use crate::domain::deficiency::{DeficiencyState, QueueRow};
use crate::domain::time::Instant;
use crate::text::{Shown, show};
use crate::tui::screens::figures::{age, short_day, state};
use crate::tui::widgets::{Align, Column, RowView};
use jiff::tz::TimeZone;

/// Days before the due instant at which a row is marked as due soon.
const SOON_DAYS: i64 = 2;

/// Columns that name the row; the selection is shown on them.
pub const IDENTITY: usize = 4;

/// A column that is not always shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extra {
    /// Visit number.
    Visit,
    /// Class of the visit.
    Class,
    /// Service.
    Service,
    /// When the clock started.
    Start,
}

impl Extra {
    pub const ALL: &'static [Self] = &[Self::Visit, Self::Class, Self::Service, Self::Start];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Class => "class",
            Self::Service => "service",
            Self::Start => "start",
        }
    }

    /// What it shows.
    pub fn title(self) -> &'static str {
        match self {
            Self::Visit => "visit number",
            Self::Class => "class of the visit",
            Self::Service => "service",
            Self::Start => "start of the clock",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|e| e.name() == name)
    }

    fn column(self) -> Column {
        match self {
            Self::Visit => column("VISIT", 9, 0, Align::Ends),
            Self::Class => column("CLS", 3, 0, Align::Left),
            Self::Service => column("SERVICE", 8, 1, Align::Left),
            Self::Start => column("START", 8, 0, Align::Left),
        }
    }

    fn cell(self, row: &QueueRow, now: Instant, zone: &TimeZone) -> Shown {
        match self {
            Self::Visit => show(&row.visit),
            Self::Class => Shown::own(row.class.name()),
            Self::Service => show(&row.service_name),
            Self::Start => Shown::own(short_day(row.start, now.day(zone), zone)),
        }
    }
}

const fn column(title: &'static str, width: u16, grow: u16, align: Align) -> Column {
    Column {
        title,
        width,
        grow,
        align,
    }
}

/// What decides which columns there are.
#[derive(Clone, Copy)]
pub struct Shape<'a> {
    /// Width of the list.
    pub width: u16,
    /// The columns chosen.
    pub extras: &'a [Extra],
    /// The list is of what was declined: the reason stands in place of the state.
    pub declined: bool,
}

/// The columns of a list.
pub fn columns(shape: Shape<'_>) -> Vec<Column> {
    let mut all = vec![
        column("!", 2, 0, Align::Left),
        column("AGE", 4, 0, Align::Right),
        column("MRN", 9, 0, Align::Ends),
        column("PATIENT", 14, 3, Align::Left),
    ];
    all.extend(shown_extras(shape).iter().map(|e| e.column()));
    all.extend([
        column("TYPE", 8, 1, Align::Left),
        column("OWNER", 10, 2, Align::Left),
    ]);
    all.extend(last_columns(shape.declined));
    all
}

/// When the item is due and its state; in the list of what was declined the reason stands there.
fn last_columns(declined: bool) -> &'static [Column] {
    const USUAL: [Column; 2] = [
        column("DUE", 8, 0, Align::Left),
        column("STATE", 8, 0, Align::Left),
    ];
    const DECLINED: [Column; 1] = [column("REASON", 23, 4, Align::Left)];
    if declined { &DECLINED } else { &USUAL }
}

/// The chosen columns that fit; a wide list has the visit number anyway.
fn shown_extras(shape: Shape<'_>) -> Vec<Extra> {
    let last = last_columns(shape.declined).iter();
    let last: i32 = last.map(|column| i32::from(column.width) + 1).sum();
    let mut room = i32::from(shape.width) - 55 - last;
    let mut shown = Vec::new();
    for extra in shape.extras {
        room -= i32::from(extra.column().width) + 1;
        if room >= 0 {
            shown.push(*extra);
        }
    }
    shown
}

/// Whether a row is late, due soon, held: sign, word and meaning, so that no colour is needed.
pub fn urgency(row: &QueueRow, now: Instant) -> (&'static str, Option<&'static str>, &'static str) {
    if !row.state.is_outstanding() {
        return ("", None, "queue.closed");
    }
    if row.held_since.is_some() {
        return ("H", Some("HOLD"), "queue.held");
    }
    if row.ages(now).late {
        return ("!!", Some("LATE"), "queue.overdue");
    }
    if row.due <= now.plus_hours(24 * SOON_DAYS) {
        return ("!", None, "queue.soon");
    }
    ("", None, "queue")
}

/// A row as the list shows it.
pub fn row_view(
    row: &QueueRow,
    marked: bool,
    shape: Shape<'_>,
    standing: Option<(Shown, &'static str)>,
    now: Instant,
    zone: &TimeZone,
) -> RowView {
    let (sign, word, meaning) = urgency(row, now);
    let ages = row.ages(now);
    let due = match (word, row.closed) {
        (Some(word), _) => word.to_owned(),
        (None, Some(closed)) => short_day(closed, now.day(zone), zone),
        (None, None) => short_day(row.due, now.day(zone), zone),
    };
    let declined = row.state == DeficiencyState::Declined;
    let mut cells = vec![
        (Shown::own(sign), meaning),
        (age(ages.calendar_days), meaning),
        (show(&row.mrn), "text"),
        (show(&row.patient_name), "text"),
    ];
    for extra in shown_extras(shape) {
        cells.push((extra.cell(row, now, zone), "text"));
    }
    let owner = if row.owner_name.is_blank() {
        Shown::own("(nobody)")
    } else {
        show(&row.owner_name)
    };
    let state_meaning = if declined { "queue.declined" } else { "text" };
    cells.extend([(show(&row.kind.as_str().into()), "text"), (owner, "text")]);
    if !shape.declined {
        cells.push((Shown::own(due), meaning));
    }
    cells.push(standing.unwrap_or_else(|| (Shown::own(state(row.state)), state_meaning)));
    RowView { cells, marked }
}
