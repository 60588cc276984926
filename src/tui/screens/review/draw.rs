//! Drawing the review of a stay: the lines, and beside or below them the one under the cursor in
//! full.

use super::Review;
use super::lines::{About, Section};
use crate::command::Command;
use crate::domain::diagnosis_lists::{ListChange, changes};
use crate::domain::review::{DiagnosisList, ListKind, ListedDiagnosis, StayReview};
use crate::text::{Shown, show, show_lines};
use crate::tui::app::Context;
use crate::tui::screens::figures::moment;
use crate::tui::screens::reviews::detail;
use crate::tui::widgets::{Canvas, Pager, Span, lines};
use ratatui::layout::Rect;

/// From this width on the detail stands beside the lines.
const BESIDE: u16 = 110;
/// Columns of the detail beside the lines.
const ASIDE: u16 = 46;
/// Lines of the detail below them, and on a low screen.
const BELOW: u16 = 6;
const LOW: u16 = 2;
/// From this height on the detail has all its lines.
const TALL: u16 = 18;

fn list_area(body: Rect) -> Rect {
    if body.width >= BESIDE {
        return Rect::new(body.x, body.y, body.width - ASIDE - 2, body.height);
    }
    let below = if body.height >= TALL { BELOW } else { LOW };
    let height = body.height.saturating_sub(below + 1);
    Rect::new(body.x, body.y, body.width, height)
}

/// Lines that are shown.
pub(super) fn list_rows(body: Rect) -> u16 {
    list_area(body).height
}

impl Review {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, body: Rect, context: &Context<'_>) {
        let area = list_area(body);
        let Some(review) = &self.review else {
            let text = match &self.failed {
                Some(what) => format!("{what}. {} tries again.", (context.keys)(&Command::Refresh)),
                None => "Reading the review…".to_owned(),
            };
            canvas.write(area, area.x + 2, area.y + 1, Shown::own(text), "text");
            return;
        };
        lines(canvas, area, &self.list, |at| {
            let line = self.lines.get(at)?;
            Some((line.text.clone(), line.meaning))
        });
        let room = if body.width >= BESIDE {
            canvas.divider(Rect::new(area.right(), body.y, 1, body.height));
            Rect::new(area.right() + 2, body.y, ASIDE, body.height)
        } else {
            let rule = Rect::new(body.x, area.bottom(), body.width, 1);
            if rule.y < body.bottom() {
                canvas.rule(rule, rule.y);
            }
            let y = (rule.y + 1).min(body.bottom());
            Rect::new(body.x, y, body.width, body.bottom() - y)
        };
        if let Some(about) = self.about() {
            in_full(review, about, context).render(canvas, room);
        }
    }
}

/// Everything there is to say of a line.
pub(super) fn in_full(review: &StayReview, about: About, context: &Context<'_>) -> Pager {
    let mut out: Vec<(Shown, &'static str)> = Vec::new();
    match about {
        About::Review(at) => review_in_full(&mut out, review, at, context),
        About::Diagnosis(kind, _)
        | About::Section(Section::List(kind))
        | About::Nothing(Section::List(kind)) => list_in_full(&mut out, review, kind, context),
        About::Opportunity(at) => opportunity_in_full(&mut out, review, at, context),
        About::Query(at) => query_in_full(&mut out, review, at, context),
        About::Note(at) => {
            if let Some(note) = review.notes.get(at) {
                let own = if note.private { ", only for you" } else { "" };
                let head = format!(
                    "Note of {}, {}{own}",
                    show(&note.user_name),
                    moment(note.at, &context.session.zone)
                );
                out.push((Shown::own(head), "list.head"));
                out.extend(show_lines(&note.words).into_iter().map(|l| (l, "text")));
            }
        }
        About::Step(_) | About::Section(_) | About::Nothing(_) => {
            out = detail(&review.stay, context);
        }
    }
    let spans = out
        .into_iter()
        .map(|(text, meaning)| vec![Span { text, meaning }]);
    Pager::of_spans(spans)
}

type Lines = Vec<(Shown, &'static str)>;

fn review_in_full(out: &mut Lines, review: &StayReview, at: usize, context: &Context<'_>) {
    let zone = &context.session.zone;
    let Some(r) = review.reviews.get(at) else {
        return;
    };
    let state = match r.signed {
        Some(at) => format!("signed {}", moment(at, zone)),
        None => format!("unfinished, begun {}", moment(r.begun, zone)),
    };
    let head = format!(
        "Review {}: {}, {}, {state}",
        r.id,
        r.words.kind.title(),
        show(&r.reviewer_name)
    );
    out.push((Shown::own(head), "list.head"));
    let next = r.words.next.map_or(String::new(), |at| {
        format!("; next review {}", at.day(zone))
    });
    let outcome = format!("{}{next}", r.words.outcome.title());
    out.push((Shown::own(outcome), "text"));
    out.extend(
        show_lines(&r.words.findings)
            .into_iter()
            .map(|l| (l, "text")),
    );
    for a in &r.additions {
        let text = format!(
            "Added {} {}: {}",
            moment(a.at, zone),
            show(&a.user_name),
            show(&a.words)
        );
        out.push((Shown::own(text), "queue.soon"));
    }
}

fn entry_words(e: &ListedDiagnosis) -> String {
    format!(
        "{} {} ({})",
        show(&e.code),
        show(&e.words),
        e.poa.map_or("-", |p| p.name())
    )
}

/// Every state of a list, newest first, with what changed.
fn list_in_full(out: &mut Lines, review: &StayReview, kind: ListKind, context: &Context<'_>) {
    let states: Vec<&DiagnosisList> = review.lists.iter().filter(|l| l.kind == kind).collect();
    if states.is_empty() {
        let text = "Nothing was listed yet.";
        out.push((Shown::own(text), "dim"));
    }
    for (at, list) in states.iter().enumerate() {
        let before = states.get(at + 1).map_or(&[][..], |l| &l.entries[..]);
        let head = format!(
            "Version {}, {} {}",
            list.version,
            moment(list.at, &context.session.zone),
            show(&list.user_name)
        );
        out.push((Shown::own(head), "list.head"));
        for change in changes(before, &list.entries) {
            out.push((Shown::own(change_words(&change)), "text"));
        }
    }
}

fn change_words(change: &ListChange) -> String {
    match change {
        ListChange::Added(e) => format!("+ {}", entry_words(e)),
        ListChange::Removed(e) => format!("- {}", entry_words(e)),
        ListChange::Poa(from, e) => format!("on admission was {from}: {}", entry_words(e)),
        ListChange::Reworded(e) => format!("other words: {}", entry_words(e)),
        ListChange::Principal(e) => format!("now principal: {}", entry_words(e)),
        ListChange::Reordered => "order changed".to_owned(),
    }
}

fn opportunity_in_full(out: &mut Lines, review: &StayReview, at: usize, context: &Context<'_>) {
    let zone = &context.session.zone;
    let Some(o) = review.opportunities.get(at) else {
        return;
    };
    let own = |text: &str| show(&text.into());
    out.push((own(&o.title), "list.head"));
    for e in &o.evidence {
        let value = e.value.map_or(String::new(), |v| format!(" {v}"));
        let words = if e.value.is_some() {
            show(&e.unit)
        } else {
            show(&e.text)
        };
        let when = e.at.map_or(String::new(), |m| format!(", {}", m.iso(zone)));
        let text = format!(
            "- {}{value} {words}{when} ({})",
            show(&e.name),
            own(&e.source)
        );
        out.push((Shown::own(text), "text"));
    }
    out.push((own(&o.criterion), "text"));
    out.push((
        Shown::own(format!("Source: {}", own(&o.source.join("; ")))),
        "dim",
    ));
    out.push((
        Shown::own(format!("Rank {}: {}", o.rank, own(&o.rank_why))),
        "dim",
    ));
}

fn query_in_full(out: &mut Lines, review: &StayReview, at: usize, context: &Context<'_>) {
    let zone = &context.session.zone;
    let Some(asked) = review.queries.get(at) else {
        return;
    };
    let q = &asked.query;
    let head = format!(
        "Query {} to {}: {}",
        q.id,
        show(&asked.provider_name),
        q.state.name()
    );
    out.push((Shown::own(head), "list.head"));
    out.push((show(&q.text.title), "text"));
    out.extend(show_lines(&q.text.body).into_iter().map(|l| (l, "text")));
    if let Some(at) = q.answered {
        let text = format!("Answered {}: {}", moment(at, zone), show(&q.answer));
        out.push((Shown::own(text), "queue.soon"));
    }
}
