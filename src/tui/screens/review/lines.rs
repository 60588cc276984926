//! The lines of the review of a stay: sections one below the other, each with a heading.

use crate::command::Command;
use crate::domain::diagnosis_lists::{Verdict, compare};
use crate::domain::permission::Grant;
use crate::domain::query::QueryState;
use crate::domain::review::{
    JottingKind, ListKind, ListedDiagnosis, Review, ReviewState, Stage, StayReview,
};
use crate::text::{Shown, counted, show};
use crate::tui::app::Context;
use crate::tui::screens::figures::{moment, short_day};
use crate::tui::screens::queries::state_words;

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Heading of a section; what it says in full is the detail.
    Section(Section),
    /// A review, by its place.
    Review(usize),
    /// A diagnosis of a list, by its place.
    Diagnosis(ListKind, usize),
    /// An opportunity.
    Opportunity(usize),
    /// A query.
    Query(usize),
    /// A note.
    Note(usize),
    /// A hand-over.
    Step(usize),
    /// Words that say there is nothing, of a section.
    Nothing(Section),
}

/// A section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Reviews.
    Reviews,
    /// A list of diagnoses.
    List(ListKind),
    /// Opportunities.
    Opportunities,
    /// Queries.
    Queries,
    /// Notes.
    Notes,
    /// Hand-overs.
    Steps,
}

impl About {
    /// The list of diagnoses a line belongs to.
    pub fn list(self) -> Option<ListKind> {
        match self {
            Self::Diagnosis(kind, _)
            | Self::Section(Section::List(kind))
            | Self::Nothing(Section::List(kind)) => Some(kind),
            _ => None,
        }
    }

    /// Whether it is a heading.
    pub fn is_section(self) -> bool {
        matches!(self, Self::Section(_))
    }
}

/// A line.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is about.
    pub about: About,
    /// Its text.
    pub text: Shown,
    /// Its meaning, for the theme.
    pub meaning: &'static str,
}

/// Builds the lines of a review.
pub fn lines(review: &StayReview, context: &Context<'_>) -> Vec<Line> {
    let mut out = Vec::new();
    reviews(&mut out, review, context);
    for kind in ListKind::ALL {
        list(&mut out, review, *kind, context);
    }
    opportunities(&mut out, review);
    queries(&mut out, review, context);
    notes(&mut out, review, context);
    steps(&mut out, review, context);
    out
}

fn push(out: &mut Vec<Line>, about: About, text: String, meaning: &'static str) {
    let text = Shown::own(text);
    out.push(Line {
        about,
        text,
        meaning,
    });
}

fn head(out: &mut Vec<Line>, section: Section, text: String) {
    push(out, About::Section(section), text, "list.head");
}

fn nothing(out: &mut Vec<Line>, section: Section, text: String) {
    push(out, About::Nothing(section), format!("  {text}"), "dim");
}

fn reviews(out: &mut Vec<Line>, review: &StayReview, context: &Context<'_>) {
    let next = review.stay.next.map_or(String::new(), |at| {
        format!(", next {}", at.day(&context.session.zone))
    });
    let n = review.reviews.len();
    let begun = review.jottings.iter();
    let begun = begun.filter(|j| j.kind == JottingKind::Addition).count();
    let begun = match begun {
        0 => String::new(),
        n => format!(", {} of yours unfinished", counted(n, "addition")),
    };
    head(out, Section::Reviews, format!("REVIEWS {n}{next}{begun}"));
    if n == 0 {
        let write = context.offer(&Command::WriteReview, "writes one.");
        nothing(out, Section::Reviews, format!("None yet. {write}"));
    }
    for (at, r) in review.reviews.iter().enumerate() {
        let meaning = match r.state {
            ReviewState::Draft => "queue.soon",
            ReviewState::Signed => "text",
        };
        push(out, About::Review(at), review_line(r, context), meaning);
    }
}

fn review_line(r: &Review, context: &Context<'_>) -> String {
    let zone = &context.session.zone;
    let at = short_day(r.signed.unwrap_or(r.begun), context.today(), zone);
    let state = match r.state {
        ReviewState::Draft => "UNFINISHED ",
        ReviewState::Signed => "",
    };
    let more = if r.additions.is_empty() {
        ""
    } else {
        " (added to)"
    };
    format!(
        "  {at} {state}{}, {}: {}{more} - {}",
        r.words.kind.title(),
        show(&r.reviewer_name),
        r.words.outcome.title(),
        show(&r.words.findings)
    )
}

fn list(out: &mut Vec<Line>, review: &StayReview, kind: ListKind, context: &Context<'_>) {
    let list = review.list(kind);
    let (working, coded) = (review.list(ListKind::Working), review.list(ListKind::Final));
    let both = !working.entries.is_empty() && !coded.entries.is_empty();
    let found = both.then(|| compare(&working.entries, &coded.entries));
    let title = match kind {
        ListKind::Working => "WORKING DIAGNOSES",
        ListKind::Final => "FINAL DIAGNOSES",
    };
    let mut text = format!("{title} {}", list.entries.len());
    if let (ListKind::Final, Some(found)) = (kind, &found) {
        let (same, all) = found.agreement();
        let principal = match found.principal {
            Some(false) => ", principal DIFFERS",
            _ => "",
        };
        text.push_str(&format!(", agree in {same} of {all}{principal}"));
    }
    head(out, Section::List(kind), text);
    if list.entries.is_empty() {
        let from = match kind {
            ListKind::Working => "the record's",
            ListKind::Final => "the working ones or the record's",
        };
        let theirs = context.session.grants.of(kind.permission()) != Grant::No;
        let how = if theirs {
            let add = context.offer(&Command::AddDiagnosis, "adds one here, ");
            add + &context.offer(&Command::CopyDiagnoses, &format!("begins from {from}."))
        } else {
            String::new()
        };
        nothing(out, Section::List(kind), format!("None yet. {how}"));
    }
    for (at, entry) in list.entries.iter().enumerate() {
        let verdict = found.as_ref().and_then(|found| {
            let here = |l: &&crate::domain::diagnosis_lists::Compared| match kind {
                ListKind::Working => l.working == Some(at),
                ListKind::Final => l.coded == Some(at),
            };
            found.lines.iter().find(here).map(|l| l.verdict)
        });
        let (text, meaning) = diagnosis_line(at, entry, verdict);
        push(out, About::Diagnosis(kind, at), text, meaning);
    }
}

fn diagnosis_line(
    at: usize,
    entry: &ListedDiagnosis,
    verdict: Option<Verdict>,
) -> (String, &'static str) {
    let code = show(&entry.code);
    let poa = entry.poa.map_or("-", |p| p.name());
    let (told, meaning) = match verdict {
        None | Some(Verdict::Match) => (String::new(), "text"),
        Some(other) => (format!("  [{}]", other.title()), "queue.soon"),
    };
    let rank = if at == 0 {
        "P".to_owned()
    } else {
        (at + 1).to_string()
    };
    let text = format!(
        "  {rank:>2} {:<8} {poa} {}{told}",
        code.as_str(),
        show(&entry.words)
    );
    (text, meaning)
}

fn opportunities(out: &mut Vec<Line>, review: &StayReview) {
    let n = review.opportunities.len();
    head(out, Section::Opportunities, format!("OPPORTUNITIES {n}"));
    if n == 0 {
        let text = "The rules find nothing to ask.".to_owned();
        nothing(out, Section::Opportunities, text);
    }
    for (at, o) in review.opportunities.iter().enumerate() {
        let text = format!("  {:>2} {}", o.rank, show(&o.title.as_str().into()));
        push(out, About::Opportunity(at), text, "text");
    }
}

fn queries(out: &mut Vec<Line>, review: &StayReview, context: &Context<'_>) {
    let n = review.queries.len();
    head(out, Section::Queries, format!("QUERIES {n}"));
    if n == 0 {
        let write = context.offer(&Command::ComposeQuery, "writes one.");
        nothing(out, Section::Queries, format!("None. {write}"));
    }
    for (at, asked) in review.queries.iter().enumerate() {
        let q = &asked.query;
        let late = q.state == QueryState::Issued && q.due.is_some_and(|d| d < context.now);
        let due = match q.due {
            _ if late => " LATE".to_owned(),
            Some(due) if q.state == QueryState::Issued => {
                format!(" due {}", due.day(&context.session.zone))
            }
            _ => String::new(),
        };
        let text = format!(
            "  {} {}{due} {}: {}",
            q.id,
            state_words(q),
            show(&asked.provider_name),
            show(&q.text.title)
        );
        let meaning = if late { "queue.overdue" } else { "text" };
        push(out, About::Query(at), text, meaning);
    }
}

fn notes(out: &mut Vec<Line>, review: &StayReview, context: &Context<'_>) {
    let n = review.notes.len();
    let begun = review.jottings.iter();
    let begun = begun.filter(|j| j.kind != JottingKind::Addition).count();
    let begun = match begun {
        0 => String::new(),
        n => format!(", {n} of yours unfinished"),
    };
    head(out, Section::Notes, format!("NOTES {n}{begun}"));
    if n == 0 {
        let all = context.offer(&Command::NoteOnStay, "leaves one for everybody, ");
        let own = context.offer(&Command::NoteToSelf, "one for yourself.");
        nothing(out, Section::Notes, format!("None. {all}{own}"));
    }
    for (at, note) in review.notes.iter().enumerate() {
        let own = if note.private { " (only you)" } else { "" };
        let text = format!(
            "  {} {}{own}: {}",
            moment(note.at, &context.session.zone),
            show(&note.user_name),
            show(&note.words)
        );
        push(out, About::Note(at), text, "text");
    }
}

fn steps(out: &mut Vec<Line>, review: &StayReview, context: &Context<'_>) {
    let stage = review.stay.stage;
    let text = format!("HAND-OVER: {}", stage.title());
    head(out, Section::Steps, text);
    if review.steps.is_empty() {
        let to = match stage {
            Stage::Cdi => "hands it over to the coder.",
            _ => "hands it over.",
        };
        let theirs = context.session.grants.of(stage.permission()) != Grant::No;
        let how = if theirs {
            context.offer(&Command::HandOver, to)
        } else {
            String::new()
        };
        nothing(out, Section::Steps, format!("Never handed over. {how}"));
    }
    for (at, step) in review.steps.iter().enumerate() {
        let text = format!(
            "  {} {} by {}: {}",
            moment(step.at, &context.session.zone),
            step.stage.title(),
            show(&step.user_name),
            show(&step.reason)
        );
        push(out, About::Step(at), text, "text");
    }
}
