//! The query composer: fields, indicators, question, options, and the compliance check beside
//! them.
//!
//! Owns a draft while it is typed; nothing typed is ever lost: it is saved within a second of a
//! key, on leaving, and when the terminal goes. Must never issue what the check blocks. Start
//! reading at [`Composer`], then `composer/keep.rs` (saving, checking, sending).

mod begin;
mod draw;
mod edit;
mod field;
mod keep;
mod pick;
pub mod preview;
#[cfg(test)]
mod tests;
mod versions;
mod words;

use crate::command::{Command, Facts, Scope};
use crate::domain::chart::Chart;
use crate::domain::ids::{EncounterId, ProviderId, QueryId};
use crate::domain::query::{Indicator, LintFinding, QueryFormat, QueryState, QueryVersion};
use crate::domain::time::Instant;
use crate::text::Shown;
use crate::tui::app::{Answer, Context, Dialog, Handed, Level, Outcome, Screen, Slot, Step};
use crate::tui::desk::{Notice, QueriesAsk, QueryRow, Reply, Request, TemplateText};
use crate::tui::keys::Key;
use crate::tui::screens::banner;
use crate::tui::screens::chart::ChartScreen;
use crate::tui::widgets::{Canvas, Editor, LineInput};
use field::Field;
use keep::Keep;
use ratatui::layout::Rect;

/// Options every choice ends with (ACDIS: a way out that names nothing).
const OTHER: &str = "Other: ____";
const UNABLE: &str = "Unable to determine";
/// When an answer is due unless the author says otherwise.
const DUE: &str = "T+7";
/// Drafts of one chart looked at for one to go on with.
const DRAFTS: usize = 50;

/// The composer.
pub struct Composer {
    encounter: EncounterId,
    /// The draft to go on with.
    wanted: Option<QueryId>,
    /// What was cited before anything was there to cite into.
    seeds: Vec<Indicator>,
    /// The opportunity it is to be about, and what it begins with.
    about: Option<begin::About>,
    /// Which of the drafts is offered to go on with.
    offer: usize,
    chart: Option<Box<Chart>>,
    /// Unfinished drafts on this chart; `None` until they are known.
    drafts: Option<Vec<QueryRow>>,
    failed: Option<Shown>,
    format: QueryFormat,
    /// Ids of the template it began with and of the opportunity rule it asks about.
    origin: (String, String),
    /// What it is about, as the template says.
    topic: String,
    /// Name of the template that was filled in, and what it says to cite.
    template: Option<TemplateText>,
    /// A template that waits for a yes before it replaces what is typed.
    offered: Option<TemplateText>,
    provider: Option<(ProviderId, Shown)>,
    due: LineInput,
    title: LineInput,
    indicators: Vec<Indicator>,
    body: Editor,
    options: Vec<LineInput>,
    focus: Field,
    /// The line removed last, to bring back.
    removed: Option<field::Removed>,
    findings: Vec<LintFinding>,
    /// The finding gone to last.
    finding: Option<usize>,
    /// Versions of the draft, while one is chosen.
    versions: Vec<QueryVersion>,
    keep: Keep,
}

impl Composer {
    /// A new query about a visit, with what is already cited. The latest unfinished draft on the
    /// same chart is offered first.
    pub fn new(encounter: EncounterId, cited: Vec<Indicator>) -> Self {
        Self {
            encounter,
            wanted: None,
            seeds: cited,
            about: None,
            offer: 0,
            chart: None,
            drafts: None,
            failed: None,
            format: QueryFormat::MultipleChoice,
            origin: (String::new(), String::new()),
            topic: String::new(),
            template: None,
            offered: None,
            provider: None,
            due: LineInput::new(DUE),
            title: LineInput::default(),
            indicators: Vec::new(),
            body: Editor::default(),
            options: lines([OTHER, UNABLE]),
            focus: Field::Template,
            removed: None,
            findings: Vec::new(),
            finding: None,
            versions: Vec::new(),
            keep: Keep::default(),
        }
    }

    /// A draft to go on with.
    pub fn draft(encounter: EncounterId, query: QueryId) -> Self {
        Self {
            wanted: Some(query),
            ..Self::new(encounter, Vec::new())
        }
    }

    /// Chart and drafts are there: loads the wanted draft, offers the latest, or starts anew.
    fn begin(&mut self, context: &Context<'_>) -> Outcome {
        let (Some(chart), Some(drafts)) = (&self.chart, &self.drafts) else {
            return Outcome::done();
        };
        if let Some(wanted) = self.wanted {
            let Some(row) = drafts.iter().find(|r| r.query.id == wanted).cloned() else {
                return Outcome::done()
                    .say(Level::Warning, "this draft has been sent or discarded")
                    .step(Step::Pop);
            };
            self.load(&row);
            return self.loaded(context);
        }
        let attending = chart.encounter.attending;
        let attending = attending.and_then(|id| chart.provider(id));
        self.provider = attending.map(|p| (p.id, banner::provider_name(p)));
        if let Some(at) = self.draft_to_offer() {
            self.offer = at;
            let row = drafts.get(at);
            let dialog = row.map(|row| pick::resume(row, &context.session.zone));
            return dialog.map_or_else(Outcome::done, |d| Outcome::done().open(d));
        }
        self.loaded(context)
    }

    fn loaded(&mut self, context: &Context<'_>) -> Outcome {
        self.fit(context);
        let seeds = std::mem::take(&mut self.seeds);
        let fresh = self.keep.row.is_none();
        if let Some(about) = self.about.as_mut().filter(|_| fresh) {
            about.ready = true;
            return self.begin_about(context);
        }
        if seeds.is_empty() {
            return self.check_soon(context);
        }
        for seed in seeds {
            self.cite(seed);
        }
        self.edited(context)
    }

    fn cite(&mut self, indicator: Indicator) {
        if !self.indicators.contains(&indicator) {
            self.indicators.push(indicator);
        }
    }

    fn fit(&mut self, context: &Context<'_>) {
        let areas = draw::areas(context.body);
        self.body.set_width(areas.form.width.saturating_sub(2));
    }

    fn who(&self) -> Shown {
        match &self.chart {
            Some(chart) => banner::identity(&chart.patient),
            None => Shown::default(),
        }
    }

    fn preview(&self, context: &Context<'_>) -> Dialog {
        let zone = &context.session.zone;
        let about = preview::About {
            who: self.who(),
            to: self.provider.as_ref().map(|p| p.1.clone()),
            due: self.due_day(context).map(|d| Shown::own(d.to_string())),
        };
        let pager = preview::pager(&self.text(), &about, &self.findings, zone);
        Dialog::read(Shown::own("As the provider sees it"), pager)
    }

    fn due_day(&self, context: &Context<'_>) -> Option<jiff::civil::Date> {
        crate::tui::widgets::parse_date(self.due.text(), context.today()).ok()
    }
}

fn lines<'a>(texts: impl IntoIterator<Item = &'a str>) -> Vec<LineInput> {
    texts.into_iter().map(LineInput::new).collect()
}

impl Screen for Composer {
    fn scope(&self) -> Scope {
        Scope::Composer
    }

    fn facts(&self, facts: &mut Facts) {
        facts.text = true;
        facts.multiline = self.focus == Field::Body;
        facts.rows = true;
        facts.chart = self.chart.is_some();
        facts.draft = self.chart.is_some();
        facts.findings = !self.findings.is_empty();
        facts.busy = self.waits();
    }

    fn title(&self, context: &Context<'_>) -> Shown {
        let name = match self.keep.row {
            Some((query, _)) => format!("QUERY draft-{query}"),
            None => "QUERY new".to_owned(),
        };
        Shown::own(format!(
            "{name}  {}",
            self.keep.typed.state(&context.session.zone)
        ))
    }

    fn hints(&self) -> Vec<Command> {
        vec![
            Command::NextField,
            Command::Pick,
            Command::Cite,
            Command::NextFinding,
            Command::Send,
            Command::Back,
        ]
    }

    fn opened(&mut self, context: &Context<'_>) -> Outcome {
        self.fit(context);
        self.ask_about()
            .ask(Request::Chart(self.encounter))
            .ask(Request::Queries(QueriesAsk {
                state: Some(QueryState::Draft),
                mine: true,
                encounter: Some(self.encounter),
                limit: DRAFTS,
                ..QueriesAsk::default()
            }))
    }

    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        use Command as C;
        match command {
            C::NextField => self.go_group(true),
            C::PreviousField => self.go_group(false),
            C::Down => self.go_row(true),
            C::Up => self.go_row(false),
            C::PageDown => self.go_group(true),
            C::PageUp => self.go_group(false),
            C::Accept => self.accept(context),
            C::Pick => self.pick(),
            C::Template(None) => Outcome::done().open(pick::template(&self.who())),
            C::Template(Some(name)) => Outcome::done().open(pick::template_like(&self.who(), name)),
            C::Cite => self
                .save_now()
                .push(Box::new(ChartScreen::citing(self.encounter))),
            C::AddIndicator => {
                Outcome::done().open(pick::indicator(pick::ADD_INDICATOR, None, context))
            }
            C::AddOption => self.add_option(context),
            C::RemoveLine => self.remove_line(context),
            C::NextFinding => self.next_finding(true),
            C::PreviousFinding => self.next_finding(false),
            C::UndoTyping => self.undo_typing(true, context),
            C::RedoTyping => self.undo_typing(false, context),
            C::DraftVersions => self.ask_versions(),
            C::Preview => Outcome::done().open(self.preview(context)),
            C::Send => self.send(context),
            C::Keep | C::Back => self.leave(),
            C::Discard => Outcome::done().open(pick::discard(&self.who())),
            _ => Outcome::ignored(),
        }
    }

    fn text_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        self.type_key(key, context)
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        self.paste_text(text, context)
    }

    fn reply(&mut self, _slot: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Chart(chart) => {
                let first = self.chart.is_none();
                self.chart = Some(chart);
                if first {
                    return self.begin(context);
                }
                Outcome::done()
            }
            Reply::Queries(drafts) => {
                self.drafts = Some(drafts);
                self.begin(context)
            }
            Reply::Template(template) => self.template_arrived(*template, context),
            Reply::Saved { query, version, at } => self.saved(query, version, at, context),
            Reply::Lint(findings) => self.linted(findings, context),
            Reply::Begun(begun) => self.begun(*begun, context),
            Reply::QueryVersions(versions) => self.offer_versions(versions, context),
            Reply::Acted(acted) if acted.done > 0 => {
                self.keep.forget();
                Outcome::done().step(Step::Pop)
            }
            _ => Outcome::done(),
        }
    }

    fn failed(&mut self, slot: Slot, notice: &Notice, context: &Context<'_>) -> Outcome {
        match slot {
            Slot::Chart => self.failed = Some(Shown::own(notice.what.clone())),
            begin::BEGUN => return self.not_begun(context),
            Slot::Draft => self.keep.save_failed(context.now),
            Slot::Lint => self.keep.lint_failed(),
            // Without the list of drafts a new one can still be written.
            Slot::Rows => {
                self.drafts = Some(Vec::new());
                return self.begin(context);
            }
            _ => {}
        }
        Outcome::done()
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        self.answered(tag, answer, context)
    }

    fn handed(&mut self, handed: Handed, context: &Context<'_>) -> Outcome {
        let Handed::Citation(indicator) = handed else {
            return Outcome::ignored();
        };
        self.cite(indicator);
        self.focus = Field::Indicator(self.indicators.len().saturating_sub(1));
        self.edited(context)
    }

    fn tick(&mut self, context: &Context<'_>) -> Outcome {
        self.on_time(context)
    }

    fn wake_at(&self) -> Option<Instant> {
        self.keep.wake_at()
    }

    fn closing(&mut self, _context: &Context<'_>) -> Outcome {
        self.last_save()
    }

    fn waits(&self) -> bool {
        let loading = self.chart.is_none() || self.drafts.is_none() || self.waits_to_begin();
        (loading && self.failed.is_none()) || self.keep.leaving
    }

    fn resized(&mut self, context: &Context<'_>) {
        self.fit(context);
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
