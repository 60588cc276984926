//! How a chart opens: what arrives, and going to the place that matters.

use super::documents::{self, DocumentRow};
use super::{CLOSED, ChartScreen, Tab};
use crate::domain::chart::Chart;
use crate::domain::deficiency::DeficiencyDetail;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::{QueueFilter, QueueRequest, QueueSort, QueueView};
use crate::text::{Shown, capital, show};
use crate::tui::app::{Context, Outcome};
use crate::tui::desk::Request;
use crate::tui::screens::banner::document_title;

/// Deficiencies of one chart asked for; more than any chart has.
const MOST: usize = 200;

impl ChartScreen {
    pub(super) fn ask_deficiencies(&self) -> Outcome {
        let request = |view| Request::Queue {
            request: Box::new(QueueRequest {
                view,
                filter: QueueFilter {
                    encounter: Some(self.encounter),
                    ..QueueFilter::default()
                },
                sort: QueueSort::Due,
                reverse: false,
                after: None,
                limit: MOST,
            }),
            typed: String::new(),
        };
        Outcome::done()
            .ask(request(QueueView::All))
            .ask_in(CLOSED, request(QueueView::Closed))
    }

    pub(super) fn arrived(&mut self, chart: Box<Chart>, context: &Context<'_>) -> Outcome {
        let first = self.chart.is_none();
        self.chart = Some(chart);
        self.failed = None;
        self.rebuild();
        if !first {
            return Outcome::done();
        }
        if let Some(document) = self.wanted.take() {
            self.direct = true;
            return self.read(document, context);
        }
        if self.deficiency.is_some() {
            return self.go_to_place(context);
        }
        self.rest(context)
    }

    /// Goes to what a deficiency is about, once chart and detail are there.
    pub(super) fn go_to_place(&mut self, context: &Context<'_>) -> Outcome {
        let (Some(chart), Some(detail)) = (&self.chart, &self.detail) else {
            return Outcome::done();
        };
        let from_outside = self.notice.is_none() && self.tab == Tab::Documents;
        self.notice = Some(notice(chart, detail, context));
        let document = detail.row.subject.document;
        if let Some(document) = document.filter(|id| chart.document(*id).is_some()) {
            self.gap = None;
            self.rebuild();
            self.direct = from_outside;
            return self.read(document, context);
        }
        self.gap = document.is_none().then(|| documents::gap(chart, detail));
        self.tab = Tab::Documents;
        self.reading = false;
        self.rebuild();
        let gap = self.rows.iter().position(|r| *r == DocumentRow::Gap);
        let height = self.areas(context.body).rows();
        self.list_mut().go(gap.unwrap_or(0), height);
        Outcome::done()
    }
}

/// One line that says what is owed, by when, and what was looked for.
fn notice(chart: &Chart, detail: &DeficiencyDetail, context: &Context<'_>) -> Shown {
    let row = &detail.row;
    let why = show(&Untrusted::new(detail.why.as_str()));
    let due = row.due.day(&context.session.zone);
    let late = if !row.state.is_outstanding() {
        row.state.name()
    } else if row.held_since.is_some() {
        "ON HOLD, due"
    } else if row.ages(context.now).late {
        "LATE"
    } else {
        "due"
    };
    let title = show(&Untrusted::new(detail.rule_title.as_str()));
    let subject = show(&detail.subject_title);
    let what = match (title.as_str(), subject.as_str()) {
        ("", _) => why.clone(),
        (title, "") => Shown::own(format!("{title}. {}", capital(why.as_str()))),
        (title, subject) => Shown::own(format!("{title}: {subject}. {}", capital(why.as_str()))),
    };
    let maybe = detail
        .maybe
        .and_then(|id| chart.document(id))
        .map(|d| format!(" Perhaps answered by {}.", document_title(d)))
        .unwrap_or_default();
    Shown::own(format!("{} {late} {due}: {what}{maybe}", row.kind))
}
