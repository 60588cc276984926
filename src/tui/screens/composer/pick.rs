//! The composer's dialogs: what they ask, and what an answer does.

use super::{Composer, Field};
use crate::domain::ids::ProviderId;
use crate::domain::query::{Indicator, IndicatorKind, QueryFormat};
use crate::domain::time::Moment;
use crate::domain::untrusted::Untrusted;
use crate::text::{Shown, counted, show};
use crate::tui::app::{Answer, Context, Dialog, Level, Outcome};
use crate::tui::desk::{ChoiceKind, QueryRow, Request, TemplateText};
use crate::tui::screens::banner::day;
use crate::tui::screens::figures::moment;
use crate::tui::widgets::{Field as FormField, FieldKind, Form, Item, LineInput};
use jiff::tz::TimeZone;

const RESUME: &str = "composer resume";
const FORMAT: &str = "composer format";
const TEMPLATE: &str = "composer template";
const REPLACE: &str = "composer replace";
const PROVIDER: &str = "composer provider";
pub(super) const ADD_INDICATOR: &str = "composer add indicator";
const EDIT_INDICATOR: &str = "composer edit indicator";
const SEND: &str = "composer send";
const DISCARD: &str = "composer discard";

/// Words for the kinds of indicator, in the order of [`IndicatorKind::ALL`].
const KINDS: [&str; 7] = [
    "laboratory",
    "vital sign",
    "medication",
    "procedure",
    "document",
    "diagnosis",
    "other",
];

/// Words for a form of query.
pub(super) fn format_words(format: QueryFormat) -> &'static str {
    match format {
        QueryFormat::MultipleChoice => "multiple choice",
        QueryFormat::Open => "open question",
        QueryFormat::YesNo => "yes or no",
        QueryFormat::Verbal => "verbal, recorded afterwards",
    }
}

/// Offers the latest unfinished draft; both ways lose nothing.
pub(super) fn resume(row: &QueryRow, zone: &TimeZone) -> Dialog {
    let saved = moment(row.query.saved, zone);
    let go_on = Item::new(
        Shown::own(format!("Go on with draft-{}", row.query.id)),
        Shown::own(format!("saved {saved}  {}", show(&row.query.text.title))),
    );
    let anew = Item::new(
        Shown::own("Start a new query"),
        Shown::own("the draft is kept"),
    );
    let title = Shown::own(format!(
        "An unfinished query about {}  MRN {}",
        show(&row.patient_name),
        show(&row.mrn)
    ));
    Dialog::pick(RESUME, title, vec![go_on, anew])
}

pub(super) fn format() -> Dialog {
    let items = QueryFormat::ALL
        .iter()
        .map(|f| Item::new(Shown::own(format_words(*f)), Shown::default()));
    Dialog::pick(FORMAT, Shown::own("Form of the query"), items.collect())
}

/// A part of an indicator that its changed words still contain.
fn kept(
    old: &Option<Indicator>,
    part: impl Fn(&Indicator) -> &Untrusted,
    words: &str,
) -> Untrusted {
    let part = old.as_ref().map(part).filter(|p| words.contains(p.raw()));
    part.cloned().unwrap_or_default()
}

fn remote(label: &'static str, kind: ChoiceKind, typed: &str) -> Form {
    let mut field = FormField::remote(label, kind, true);
    if let FieldKind::Remote { list, .. } = &mut field.kind {
        list.input.set(typed);
    }
    Form::new(vec![field])
}

pub(super) fn template(who: &Shown) -> Dialog {
    template_like(who, "")
}

pub(super) fn template_like(who: &Shown, typed: &str) -> Dialog {
    let title = Shown::own(format!("Template: {who}"));
    Dialog::form(
        TEMPLATE,
        title,
        remote("Template", ChoiceKind::Templates, typed),
    )
}

pub(super) fn provider(who: &Shown) -> Dialog {
    provider_like(who, "")
}

pub(super) fn provider_like(who: &Shown, typed: &str) -> Dialog {
    let title = Shown::own(format!("Whom to ask: {who}"));
    Dialog::form(PROVIDER, title, remote("To", ChoiceKind::Providers, typed))
}

pub(super) fn indicator(
    tag: &'static str,
    old: Option<&Indicator>,
    context: &Context<'_>,
) -> Dialog {
    let zone = &context.session.zone;
    let mut kind = FormField::choice("Kind", KINDS);
    let mut text = FormField::text("Fact, with value and unit", true);
    let mut source = FormField::text("Where it stands", true);
    let mut date = FormField::date("Date", true);
    if let Some(old) = old {
        let at = IndicatorKind::ALL.iter().position(|k| *k == old.kind);
        let at = at.unwrap_or(KINDS.len() - 1);
        kind.chosen = Some((at as i64, Shown::own(KINDS[at])));
        text = text.with_text(old.text.raw());
        source = source.with_text(old.source.raw());
        if old.date.is_some() {
            date = date.with_text(day(old.date, zone).as_str());
        }
    }
    let title = Shown::own("Indicator");
    Dialog::form(tag, title, Form::new(vec![text, source, date, kind]))
}

pub(super) fn send(composer: &Composer, context: &Context<'_>) -> Dialog {
    let to = composer.provider.as_ref().map(|p| p.1.clone());
    let due = composer.due_day(context).map(|d| d.to_string());
    let warnings = composer.findings.len();
    let mut lines = vec![
        composer.who(),
        Shown::own(format!("To {}", to.unwrap_or_default())),
        Shown::own(format!("Answer due {}", due.unwrap_or_default())),
        Shown::own(format!("Title: {}", composer.title.shown())),
        Shown::own("Its text is final from then on; it can be withdrawn with a reason."),
    ];
    for earlier in composer.asked_before() {
        lines.push(Shown::own(format!("Again? {}.", earlier.reason)));
    }
    if warnings > 0 {
        lines.push(Shown::own(format!(
            "{} of the check to look at; none blocks.",
            counted(warnings, "finding")
        )));
    }
    Dialog::confirm(SEND, Shown::own("Send this query?"), lines)
}

pub(super) fn discard(who: &Shown) -> Dialog {
    let lines = vec![
        who.clone(),
        Shown::own("The draft is deleted. This cannot be undone."),
    ];
    Dialog::confirm_word(DISCARD, Shown::own("Discard this draft?"), lines, "discard")
}

impl Composer {
    /// F4: what there is to choose in this field.
    pub(super) fn pick(&mut self) -> Outcome {
        match self.focus {
            Field::Format => Outcome::done().open(format()),
            Field::Template => Outcome::done().open(template(&self.who())),
            Field::To => Outcome::done().open(provider(&self.who())),
            Field::Indicator(_) => {
                Outcome::done().step(crate::tui::app::Step::Run(crate::command::Command::Cite))
            }
            Field::Due => Outcome::done().say(Level::Info, "a date: T+7, T+2W, 3/29, 2026-03-29"),
            Field::Title | Field::Body | Field::Choice(_) => {
                Outcome::done().say(Level::Info, "there is nothing to choose here: type")
            }
        }
    }

    /// Enter.
    pub(super) fn accept(&mut self, context: &Context<'_>) -> Outcome {
        match self.focus {
            Field::To if self.provider.is_none() => self.pick(),
            Field::Indicator(i) => {
                let old = self.indicators.get(i);
                let tag = if old.is_some() {
                    EDIT_INDICATOR
                } else {
                    ADD_INDICATOR
                };
                Outcome::done().open(indicator(tag, old, context))
            }
            Field::Choice(_) => self.go_row(true),
            _ => self.go_group(true),
        }
    }

    pub(super) fn answered(
        &mut self,
        tag: &'static str,
        answer: Answer,
        context: &Context<'_>,
    ) -> Outcome {
        if let Some(outcome) = self.version_answered(tag, &answer, context) {
            return outcome;
        }
        match (tag, answer) {
            (RESUME, Answer::Chosen(0)) => {
                let row = self
                    .drafts
                    .as_ref()
                    .and_then(|d| d.get(self.offer))
                    .cloned();
                if let Some(row) = row {
                    self.load(&row);
                }
                self.loaded(context)
            }
            (RESUME, _) => self.loaded(context),
            (FORMAT, Answer::Chosen(i)) => match QueryFormat::ALL.get(i) {
                Some(format) => self.set_format(*format, context),
                None => Outcome::done(),
            },
            (TEMPLATE, Answer::Fields(fields)) => match fields.first().and_then(|f| f.number) {
                Some(number) => Outcome::done().ask(Request::Template(number)),
                None => Outcome::done(),
            },
            (REPLACE, Answer::Yes) => match self.offered.take() {
                Some(template) => self.fill_in(template, context),
                None => Outcome::done(),
            },
            (PROVIDER, Answer::Fields(fields)) => {
                if let Some(field) = fields.into_iter().next()
                    && let Some(id) = field.number
                {
                    self.provider = Some((ProviderId(id), show(&Untrusted::new(field.text))));
                    return self.edited(context);
                }
                Outcome::done()
            }
            (ADD_INDICATOR | EDIT_INDICATOR, Answer::Fields(fields)) => {
                self.indicator_typed(tag == EDIT_INDICATOR, &fields, context)
            }
            (SEND, Answer::Yes) => self.issue(context),
            (DISCARD, Answer::Yes) => self.discard_now(),
            _ => Outcome::done(),
        }
    }

    fn indicator_typed(
        &mut self,
        editing: bool,
        fields: &[crate::tui::app::FieldValue],
        context: &Context<'_>,
    ) -> Outcome {
        let [text, source, date, kind] = fields else {
            return Outcome::done();
        };
        let old = match self.focus {
            Field::Indicator(i) if editing => self.indicators.get(i).cloned(),
            _ => None,
        };
        let at = kind.number.and_then(|n| usize::try_from(n).ok());
        let kind = at.and_then(|i| IndicatorKind::ALL.get(i)).copied();
        let typed = date.day.map(Moment::day_only);
        let zone = &context.session.zone;
        // A day that was not changed keeps the time it came with.
        let before = old.as_ref().and_then(|o| o.date);
        let same = before.is_some_and(|m| Some(m.day(zone)) == date.day);
        let new = Indicator {
            kind: kind.unwrap_or(IndicatorKind::Other),
            text: Untrusted::new(text.text.trim()),
            date: if same { before } else { typed },
            document: old.as_ref().and_then(|o| o.document),
            source: Untrusted::new(source.text.trim()),
            prior: old.as_ref().is_some_and(|o| o.prior),
            line: old.as_ref().map_or(0, |o| o.line),
            // A value that is no longer in the words is no longer cited.
            value: kept(&old, |o| &o.value, &text.text),
            unit: kept(&old, |o| &o.unit, &text.text),
        };
        match (self.focus, old) {
            (Field::Indicator(i), Some(_)) => self.indicators[i] = new,
            _ => {
                self.indicators.push(new);
                self.focus = Field::Indicator(self.indicators.len() - 1);
            }
        }
        self.edited(context)
    }

    pub(super) fn template_arrived(
        &mut self,
        template: TemplateText,
        context: &Context<'_>,
    ) -> Outcome {
        if !self.has_words() {
            return self.fill_in(template, context);
        }
        let lines = vec![
            self.who(),
            Shown::own("Title, question and options are replaced; indicators stay."),
        ];
        self.offered = Some(template);
        Outcome::done().open(Dialog::confirm(
            REPLACE,
            Shown::own("Replace what is written?"),
            lines,
        ))
    }

    fn fill_in(&mut self, template: TemplateText, context: &Context<'_>) -> Outcome {
        self.format = template.format;
        self.origin.0.clone_from(&template.id);
        self.topic.clone_from(&template.topic);
        self.title.set(template.title.as_str());
        self.body = super::words::question(&template.body);
        self.options = template
            .options
            .iter()
            .map(|o| LineInput::new(o.as_str()))
            .collect();
        if self.options.is_empty() {
            self.options = super::lines([super::OTHER, super::UNABLE]);
        }
        self.template = Some(template);
        self.focus = Field::Indicator(self.indicators.len());
        self.fit(context);
        self.keep.matters();
        self.edited(context)
    }
}
