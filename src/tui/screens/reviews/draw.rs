//! Drawing the worklist, and why the stay under the cursor stands where it does.

use super::Reviews;
use crate::command::Command;
use crate::domain::review_list::{ReviewStay, ReviewView};
use crate::text::{Shown, counted, show};
use crate::tui::app::Context;
use crate::tui::screens::figures::{age, moment, short_day};
use crate::tui::screens::listing::{Look, column};
use crate::tui::widgets::{Align, Canvas, Column, Pager, RowView, Span};
use ratatui::layout::Rect;

static COLUMNS: [Column; 9] = [
    column("!", 2, 0, Align::Left),
    column("PRIO", 4, 0, Align::Right),
    column("MRN", 9, 0, Align::Ends),
    column("PATIENT", 12, 1, Align::Left),
    column("STAY", 4, 0, Align::Right),
    column("SERVICE", 8, 1, Align::Left),
    column("PAYER", 8, 1, Align::Left),
    column("SEEN", 8, 0, Align::Left),
    column("WHAT", 10, 2, Align::Left),
];

impl Reviews {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let look = Look {
            columns: &COLUMNS,
            identity: 4,
            empty: nothing(self.view(), context),
        };
        let area = self
            .list
            .render(canvas, body, context, &look, |stay| row(stay, context));
        self.draw_help(canvas, body, context);
        if let Some(stay) = self.stay() {
            let spans = detail(stay, context)
                .into_iter()
                .map(|(text, meaning)| vec![Span { text, meaning }]);
            Pager::of_spans(spans).render(canvas, area);
        }
    }
}

/// Why there is nothing, and the key that helps.
fn nothing(view: ReviewView, context: &Context<'_>) -> String {
    let what = match view {
        ReviewView::InHouse => "Nobody is in house.",
        ReviewView::Discharged => "Every discharged stay has its final codes.",
        ReviewView::New => "Every stay was reviewed.",
        ReviewView::Due => "No review is due today.",
        ReviewView::Mine => "You review no stay now.",
        ReviewView::Queries => "No query waits.",
        ReviewView::Coding => "No stay is with the coder.",
        ReviewView::Final => "No stay has final codes yet.",
    };
    let other = (context.keys)(&Command::NextPane);
    format!("{what} {other} shows the others.")
}

/// The end of a local day.
fn today_ends(context: &Context<'_>) -> crate::domain::time::Instant {
    crate::domain::time::Instant::end_of(context.today(), &context.session.zone)
}

/// Whether something is overdue on the stay: a query, or the next review.
fn is_late(stay: &ReviewStay, context: &Context<'_>) -> bool {
    let start = crate::domain::time::Instant::start_of(context.today(), &context.session.zone);
    stay.queries_late > 0 || stay.next.is_some_and(|at| at < start)
}

fn row(stay: &ReviewStay, context: &Context<'_>) -> RowView {
    let zone = &context.session.zone;
    let late = is_late(stay, context);
    let due = stay.next.is_some_and(|at| at <= today_ends(context));
    let sign = match (late, due) {
        (true, _) => "!!",
        (_, true) => "!",
        _ => "",
    };
    let meaning = if late { "queue.overdue" } else { "text" };
    let seen = match &stay.last {
        Some(last) => Shown::own(short_day(last.at, context.today(), zone)),
        None => Shown::own("never"),
    };
    RowView {
        cells: vec![
            (Shown::own(sign), meaning),
            (Shown::own(stay.priority.to_string()), meaning),
            (show(&stay.mrn), "text"),
            (show(&stay.patient_name), "text"),
            (age(stay.stay_days), "text"),
            (show(&stay.service_name), "text"),
            (show(&stay.payer), "text"),
            (seen, "text"),
            what(stay, context),
        ],
        marked: false,
    }
}

/// What there is to do, in a few words: who has it, what is late, what there is to ask.
fn what(stay: &ReviewStay, context: &Context<'_>) -> (Shown, &'static str) {
    if let Some((user, name)) = &stay.taken_by {
        let who = if *user == context.session.user {
            "me".to_owned()
        } else {
            show(name).into_string()
        };
        return (Shown::own(format!("@{who}")), "queue.taken");
    }
    if stay.queries_late > 0 {
        return (Shown::own("query LATE"), "queue.overdue");
    }
    if stay.queries_answered > 0 {
        return (Shown::own("query answered"), "queue.soon");
    }
    if stay.drafts.contains(&context.session.user) {
        return (Shown::own("review unfinished"), "queue.soon");
    }
    if stay.queries_open > 0 {
        return (Shown::own("query waits"), "text");
    }
    match &stay.best {
        Some(best) => (show(&best.title.as_str().into()), "text"),
        None if !stay.looked => (Shown::own("…"), "dim"),
        None => (Shown::own("nothing to ask"), "dim"),
    }
}

/// A stay in a few lines: who, where, since when; whose turn; last review; why its priority.
pub(in crate::tui::screens) fn detail(
    stay: &ReviewStay,
    context: &Context<'_>,
) -> Vec<(Shown, &'static str)> {
    let zone = &context.session.zone;
    let mut lines = vec![(
        Shown::own(format!(
            "{} {}  visit {} {}",
            show(&stay.mrn),
            show(&stay.patient_name),
            show(&stay.visit),
            stay.class.name()
        )),
        "chart.title",
    )];
    let when = |m: Option<crate::domain::time::Moment>| m.map(|m| m.day(zone).to_string());
    let mut place: Vec<String> = [
        &stay.service_name,
        &stay.payer,
        &stay.attending_name,
        &stay.facility_name,
    ]
    .into_iter()
    .filter(|t| !t.is_blank())
    .map(|t| show(t).into_string())
    .collect();
    let span = match (when(stay.admitted), when(stay.discharged)) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("in house since {from}"),
        _ => String::new(),
    };
    place.insert(0, format!("{span}, {}", counted(stay.stay_days, "day")));
    lines.push((Shown::own(place.join("; ")), "text"));
    let why: Vec<String> = stay
        .why
        .iter()
        .map(|(words, points)| format!("{} +{points}", show(&words.as_str().into())))
        .collect();
    lines.push((
        Shown::own(format!("Priority {}: {}", stay.priority, why.join("; "))),
        "text",
    ));
    if let Some(best) = &stay.best {
        let more = match best.found {
            1 => String::new(),
            n => format!(" and {} more", n - 1),
        };
        let title = show(&best.title.as_str().into());
        lines.push((Shown::own(format!("Asks: {title}{more}")), "text"));
    }
    match &stay.last {
        Some(last) => {
            let next = stay
                .next
                .map_or(String::new(), |at| format!(", next {}", at.day(zone)));
            let text = format!(
                "Reviewed {} by {}: {}, {}{next}",
                moment(last.at, zone),
                show(&last.reviewer_name),
                last.kind.title(),
                last.outcome.title()
            );
            lines.push((Shown::own(text), "text"));
        }
        None => lines.push((Shown::own("Never reviewed"), "text")),
    }
    if let Some(since) = stay.stage_since {
        let text = format!(
            "{} since {} ({}) {}",
            stay.stage.title(),
            moment(since, zone),
            show(&stay.stage_by),
            show(&stay.stage_reason)
        );
        lines.push((Shown::own(text), "queue.soon"));
    }
    lines
}
