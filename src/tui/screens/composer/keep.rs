//! Saving, checking and sending a draft.
//!
//! Sending waits until the newest text is saved and checked, and stops at a blocking finding.

use super::{Composer, Field, pick};
use crate::command::Command;
use crate::domain::action::{Action, DraftToSave};
use crate::domain::ids::QueryId;
use crate::domain::query::{LintFinding, LintLevel, Query, QueryFormat};
use crate::domain::time::Instant;
use crate::tui::app::{Context, Level, Outcome, Step};
use crate::tui::desk::Request;
use crate::tui::screens::keeping::Keeping;

/// Microseconds without a key before the text is checked.
const CHECK_AFTER: i64 = 300_000;

/// What is saved and checked.
#[derive(Clone, Debug, Default)]
pub(super) struct Keep {
    /// The draft's row and version, once it has one.
    pub row: Option<(QueryId, i64)>,
    /// What of it is saved.
    pub typed: Keeping,
    checked: Option<u64>,
    checking: Option<u64>,
    check_at: Option<Instant>,
    /// The next save is kept as a version.
    matters: bool,
    /// Wanted as soon as everything is saved.
    pub leaving: bool,
    sending: bool,
    discarding: bool,
}

impl Keep {
    /// Of a draft just read.
    pub fn of(query: &Query) -> Self {
        Self {
            row: Some((query.id, query.version)),
            typed: Keeping::of(query.saved),
            ..Self::default()
        }
    }

    /// Whether the findings are those of the text as it stands.
    pub fn is_checked(&self) -> bool {
        self.checked == Some(self.typed.revision())
    }

    pub fn wake_at(&self) -> Option<Instant> {
        let both = [self.typed.wake_at(), self.check_at];
        both.into_iter().flatten().min()
    }

    /// The next save is one to go back to.
    pub fn matters(&mut self) {
        self.matters = true;
    }

    pub fn save_failed(&mut self, now: Instant) {
        self.typed.lost(now);
        self.matters = true;
        (self.leaving, self.sending, self.discarding) = (false, false, false);
    }

    pub fn lint_failed(&mut self) {
        self.checking = None;
        self.sending = false;
    }

    /// The draft is no more (issued or discarded): nothing is saved again.
    pub fn forget(&mut self) {
        self.typed.forget();
        self.check_at = None;
    }
}

impl Composer {
    /// Something was changed.
    pub(super) fn edited(&mut self, context: &Context<'_>) -> Outcome {
        self.keep.typed.edited(context.now);
        self.keep.sending = false;
        self.check_soon(context)
    }

    pub(super) fn check_soon(&mut self, context: &Context<'_>) -> Outcome {
        self.keep.check_at = Some(Instant(context.now.0 + CHECK_AFTER));
        Outcome::done()
    }

    fn to_save(&self) -> DraftToSave {
        DraftToSave {
            query: self.keep.row.map(|r| r.0),
            encounter: self.encounter,
            provider: self.provider.as_ref().map(|p| p.0),
            text: self.text(),
        }
    }

    fn ask_save(&mut self) -> Outcome {
        self.keep.typed.sent();
        let draft = Box::new(self.to_save());
        Outcome::done().ask(if std::mem::take(&mut self.keep.matters) {
            Request::SaveVersion(draft)
        } else {
            Request::SaveDraft(draft)
        })
    }

    fn ask_check(&mut self) -> Outcome {
        self.keep.check_at = None;
        self.keep.checking = Some(self.keep.typed.revision());
        Outcome::done().ask(Request::Lint(Box::new(self.to_save())))
    }

    /// Saves at once what is not saved: the screen is about to be covered.
    pub(super) fn save_now(&mut self) -> Outcome {
        if self.keep.typed.is_dirty() && !self.keep.typed.is_saving() {
            self.ask_save()
        } else {
            Outcome::done()
        }
    }

    /// The last chance: sent even while an older save is under way.
    pub(super) fn last_save(&mut self) -> Outcome {
        if self.keep.typed.is_dirty() && !self.keep.typed.saves_newest() {
            self.ask_save()
        } else {
            Outcome::done()
        }
    }

    pub(super) fn on_time(&mut self, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::done();
        if self.keep.typed.is_due(context.now) {
            outcome = outcome.and(self.ask_save());
        }
        if self.keep.check_at.is_some_and(|at| at <= context.now) {
            outcome = outcome.and(self.ask_check());
        }
        outcome
    }

    pub(super) fn saved(
        &mut self,
        query: QueryId,
        version: i64,
        at: Instant,
        context: &Context<'_>,
    ) -> Outcome {
        self.keep.row = Some((query, version));
        self.keep.typed.arrived(at);
        let proceed = self.proceed(context);
        proceed.and(self.on_time(context))
    }

    pub(super) fn linted(&mut self, findings: Vec<LintFinding>, context: &Context<'_>) -> Outcome {
        self.keep.checked = self.keep.checking.take();
        self.findings = findings;
        self.finding = None;
        self.proceed(context)
    }

    /// Esc: the draft is kept, then the screen closes.
    pub(super) fn leave(&mut self) -> Outcome {
        if self.keep.typed.has_failed() {
            return Outcome::done().say(
                Level::Error,
                "the draft is not saved yet; it is tried again every 2 s and stays open meanwhile",
            );
        }
        if !self.keep.typed.is_dirty() {
            return self.go();
        }
        self.keep.leaving = true;
        self.keep.matters = true;
        self.save_now()
    }

    fn go(&self) -> Outcome {
        let outcome = Outcome::done().step(Step::Pop);
        match self.keep.row {
            Some((query, _)) => outcome.say(Level::Done, format!("draft-{query} is kept")),
            None => outcome,
        }
    }

    pub(super) fn discard_now(&mut self) -> Outcome {
        match self.keep.row {
            _ if self.keep.typed.is_saving() => {
                self.keep.discarding = true;
                Outcome::done()
            }
            Some((query, _)) => {
                self.keep.typed.hold();
                Outcome::done().act(Action::DiscardDraft { query })
            }
            None => {
                self.keep.forget();
                Outcome::done().step(Step::Pop)
            }
        }
    }

    /// Send: checks that nothing is left out, then waits for save and check.
    pub(super) fn send(&mut self, context: &Context<'_>) -> Outcome {
        if self.provider.is_none() {
            self.focus = Field::To;
            return Outcome::done().say(Level::Warning, "not sent: nobody is asked yet");
        }
        if self
            .due_day(context)
            .is_none_or(|day| day < context.today())
        {
            self.focus = Field::Due;
            return Outcome::done().say(Level::Warning, "not sent: due needs a day from today on");
        }
        if self.title.text().trim().is_empty() {
            self.focus = Field::Title;
            return Outcome::done().say(Level::Warning, "not sent: the query has no title");
        }
        if self.body.text().trim().is_empty() {
            self.focus = Field::Body;
            return Outcome::done().say(Level::Warning, "not sent: there is no question");
        }
        if let Some(at) = self.body.text().find("{{") {
            self.focus = Field::Body;
            self.body.go_to(at);
            return Outcome::done().say(Level::Warning, "not sent: fill in what stands in {{ }}");
        }
        self.keep.sending = true;
        self.keep.matters = true;
        self.proceed(context)
    }

    /// Goes on with what waits for save and check.
    fn proceed(&mut self, context: &Context<'_>) -> Outcome {
        if self.keep.discarding && !self.keep.typed.is_saving() {
            self.keep.discarding = false;
            return self.discard_now();
        }
        if !self.keep.leaving && !self.keep.sending {
            return Outcome::done();
        }
        let unsaved = self.keep.typed.is_dirty() || (self.keep.sending && self.keep.row.is_none());
        if unsaved {
            return match self.keep.typed.is_saving() {
                false => self.ask_save(),
                true => Outcome::done(),
            };
        }
        if self.keep.leaving {
            self.keep.leaving = false;
            return self.go();
        }
        if !self.keep.is_checked() {
            return match self.keep.checking {
                Some(revision) if revision == self.keep.typed.revision() => Outcome::done(),
                _ => self.ask_check(),
            };
        }
        self.keep.sending = false;
        let blocks = |f: &LintFinding| f.level == LintLevel::Block;
        if let Some(at) = self.findings.iter().position(blocks) {
            let count = self.findings.iter().filter(|f| blocks(f)).count();
            let rule = self.findings[at].rule.clone();
            let reason = self.findings[at].reason.clone();
            self.finding = Some(at);
            self.go_to_finding(at);
            let more = if count > 1 {
                format!(" (and {} more)", count - 1)
            } else {
                String::new()
            };
            return Outcome::done().say(
                Level::Warning,
                format!("not sent, {rule} blocks{more}: {reason}"),
            );
        }
        if self.format == QueryFormat::Verbal {
            // It is asked by word of mouth; what was answered is recorded afterwards.
            let (list, record) = (
                (context.keys)(&Command::GotoQueries),
                (context.keys)(&Command::RecordVerbal),
            );
            let text = format!("passed and kept: ask, then record the answer ({list} {record})");
            return Outcome::done().step(Step::Pop).say(Level::Done, text);
        }
        Outcome::done().open(pick::send(self, context))
    }

    /// Findings that say the same was asked before.
    pub(super) fn asked_before(&self) -> impl Iterator<Item = &LintFinding> {
        let again = |f: &&LintFinding| f.rule == crate::ops::ASKED_BEFORE;
        self.findings.iter().filter(again)
    }

    /// The confirmation was answered with yes.
    pub(super) fn issue(&mut self, context: &Context<'_>) -> Outcome {
        let (Some((query, version)), Some((provider, _)), Some(day)) =
            (self.keep.row, &self.provider, self.due_day(context))
        else {
            return Outcome::done();
        };
        Outcome::done().act(Action::IssueQuery {
            query,
            version,
            provider: *provider,
            due: Instant::end_of(day, &context.session.zone),
            // The confirmation named what was asked before.
            again: self.asked_before().next().is_some(),
            overrule: None,
        })
    }
}
