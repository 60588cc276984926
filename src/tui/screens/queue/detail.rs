//! Why an item is here: rule, clock, owner, state, history, in words.

use super::{Queue, draw};
use crate::domain::audit::HistoryEntry;
use crate::domain::deficiency::{DeficiencyDetail, DeficiencyState, QueueRow};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, show};
use crate::tui::app::Context;
use crate::tui::screens::figures::{moment, state};
use crate::tui::widgets::{Pager, Span};
use jiff::tz::TimeZone;

/// Lines with a label before each; an empty label continues the line above.
type Lines = Vec<(&'static str, Shown, &'static str)>;

impl Queue {
    /// Puts the explanation of the row under the cursor into the pane.
    pub(super) fn show_detail(&mut self, context: &Context<'_>) {
        let Some(row) = self.row() else {
            self.pager = Pager::default();
            return;
        };
        self.pager = explained(row, self.detail(), context.now, &context.session.zone);
        self.pager.set_width(draw::detail_area(context.body).width);
    }

    /// The explanation as a text of its own; `None` until all of it has come.
    pub(super) fn explanation(&self, context: &Context<'_>) -> Option<Pager> {
        let detail = self.detail()?;
        let row = self.row()?;
        Some(explained(
            row,
            Some(detail),
            context.now,
            &context.session.zone,
        ))
    }
}

/// Why an item is here, as far as it is known.
pub fn explained(
    row: &QueueRow,
    detail: Option<&DeficiencyDetail>,
    now: Instant,
    zone: &TimeZone,
) -> Pager {
    pager(match detail {
        Some(detail) => explain(detail, now, zone),
        None => summary(row, now, zone),
    })
}

fn pager(lines: Lines) -> Pager {
    Pager::of_spans(lines.into_iter().map(|(label, text, meaning)| {
        let label = if label.is_empty() {
            Shown::default()
        } else {
            Shown::own(format!("{label} "))
        };
        vec![
            Span {
                text: label,
                meaning: "field.label",
            },
            Span { text, meaning },
        ]
    }))
}

/// Who and what: all the list knows already. The first lines fit the small pane.
fn summary(row: &QueueRow, now: Instant, zone: &TimeZone) -> Lines {
    vec![identity(row, ""), standing(row, now, zone)]
}

fn identity(row: &QueueRow, birth: &str) -> (&'static str, Shown, &'static str) {
    let born = if birth.is_empty() {
        String::new()
    } else {
        format!(" b.{birth}")
    };
    let text = format!(
        "{} {}{born}  {} {} {}",
        show(&row.mrn),
        show(&row.patient_name),
        show(&row.visit),
        row.class.name(),
        show(&row.service_name)
    );
    ("", Shown::own(text.trim_end()), "chart.title")
}

/// State, both ages, due or late by how much.
fn standing(row: &QueueRow, now: Instant, zone: &TimeZone) -> (&'static str, Shown, &'static str) {
    let ages = row.ages(now);
    let kind = show(&Untrusted::new(row.kind.as_str()));
    let age = if ages.chargeable_days == ages.calendar_days {
        format!("{}d", ages.calendar_days)
    } else {
        format!(
            "{}d ({}d charged)",
            ages.calendar_days, ages.chargeable_days
        )
    };
    let due = moment(row.due, zone);
    let (when, meaning) = if let Some(closed) = row.closed {
        (format!("closed {}", moment(closed, zone)), "queue.closed")
    } else if let Some(since) = row.held_since {
        (
            format!("ON HOLD since {}", moment(since, zone)),
            "queue.held",
        )
    } else if ages.late {
        (format!("LATE, was due {due}"), "queue.overdue")
    } else {
        (format!("due {due}"), "text")
    };
    let text = format!("{kind} {}, {age}, {when}", state(row.state));
    ("", Shown::own(text), meaning)
}

/// Everything, most telling first.
fn explain(detail: &DeficiencyDetail, now: Instant, zone: &TimeZone) -> Lines {
    let row = &detail.row;
    let own = |text: &str| show(&Untrusted::new(text));
    let mut lines: Lines = vec![identity(row, &detail.birth), standing(row, now, zone)];
    lines.extend(declined(detail, zone));
    lines.extend([
        ("Why", own(&detail.why), "text"),
        ("Clock", clock(detail, zone), "text"),
        ("Owner", owner(detail), "text"),
    ]);
    if !detail.subject_title.is_blank() {
        lines.push(("About", show(&detail.subject_title), "text"));
    }
    // The clock sentence by sentence: start, limit, what is not charged, both ages.
    for (i, sentence) in detail.explained.iter().enumerate() {
        let label = if i == 0 { "Reckoned" } else { "" };
        lines.push((label, own(sentence), "text"));
    }
    let by = if row.rule.id == "manual" {
        Shown::own("added by hand")
    } else {
        let (rule, title) = (own(&row.rule.id), own(&detail.rule_title));
        Shown::own(format!("{rule} version {}: {title}", row.rule.version))
    };
    lines.push(("Rule", by, "text"));
    for source in &detail.rule_source {
        lines.push(("From", own(source), "dim"));
    }
    if detail.admitted.is_some() || detail.discharged.is_some() {
        lines.push(("Visit", visit(detail, zone), "text"));
    }
    if let Some(document) = detail.maybe {
        let text = format!("document {document} may answer it; decide and complete or reopen");
        lines.push(("Maybe", Shown::own(text), "queue.soon"));
    }
    if let Some(lease) = &detail.lease {
        let name = show(&lease.user_name);
        let text = format!("by {name} until {}", moment(lease.expires, zone));
        lines.push(("Taken", Shown::own(text), "text"));
    }
    for hold in &detail.holds {
        let until = hold.until.map_or("now".to_owned(), |at| moment(at, zone));
        let from = moment(hold.from, zone);
        let text = format!(
            "{} {from} to {until} {}",
            hold.reason.title(),
            show(&hold.reason.beside(&hold.comment))
        );
        lines.push(("Hold", Shown::own(text.trim_end()), "text"));
    }
    for entry in &detail.history {
        let text = format!(
            "{} {} {}",
            moment(entry.at, zone),
            show(&entry.user_name),
            show(&entry.line())
        );
        lines.push(("Then", Shown::own(text), "dim"));
    }
    lines
}

/// Who declined the item, when and why, as long as that stands.
fn declined(
    detail: &DeficiencyDetail,
    zone: &TimeZone,
) -> Option<(&'static str, Shown, &'static str)> {
    if detail.row.state != DeficiencyState::Declined {
        return None;
    }
    let told = |e: &&HistoryEntry| e.action == "deficiency.decline";
    let entry = detail.history.iter().find(told)?;
    let text = format!(
        "{} {}: {}",
        show(&entry.user_name),
        moment(entry.at, zone),
        show(&entry.reason)
    );
    Some(("Declined", Shown::own(text), "queue.declined"))
}

fn clock(detail: &DeficiencyDetail, zone: &TimeZone) -> Shown {
    let words = show(&Untrusted::new(detail.clock_words.as_str()));
    let start = moment(detail.row.start, zone);
    let event = detail.start_event.title();
    if words.as_str().is_empty() {
        Shown::own(format!("from {event} {start}"))
    } else {
        words
    }
}

fn owner(detail: &DeficiencyDetail) -> Shown {
    let why = show(&detail.owner_why);
    let name = if detail.row.owner_name.is_blank() {
        Shown::own("nobody")
    } else {
        show(&detail.row.owner_name)
    };
    if why.as_str().is_empty() {
        name
    } else {
        Shown::own(format!("{name}: {why}"))
    }
}

fn visit(detail: &DeficiencyDetail, zone: &TimeZone) -> Shown {
    let from = detail.admitted.map_or("?".to_owned(), |m| m.iso(zone));
    let to = detail
        .discharged
        .map_or("in house".to_owned(), |m| m.iso(zone));
    Shown::own(format!("{from} to {to}"))
}
