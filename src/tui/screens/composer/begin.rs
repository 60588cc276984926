//! Beginning a query about an opportunity: its template and all its evidence, at once.

use super::Composer;
use super::field::Field;
use crate::domain::ids::EncounterId;
use crate::ops::Begun;
use crate::text::show;
use crate::tui::app::{Context, Level, Outcome, Slot};
use crate::tui::desk::{Request, TemplateText};

/// The slot of what it begins with.
pub(super) const BEGUN: Slot = Slot::Other(18);

/// The opportunity a query is to be about.
#[derive(Debug)]
pub(super) struct About {
    /// The rule that found it.
    pub rule: String,
    /// What it begins with, once it is known.
    pub begun: Option<Begun>,
    /// Chart and drafts are there, and no draft is gone on with.
    pub ready: bool,
    failed: bool,
}

impl Composer {
    /// A query about what a rule found in a visit. An unfinished draft about the same is offered
    /// first.
    pub fn about(encounter: EncounterId, rule: &str) -> Self {
        Self {
            about: Some(About {
                rule: rule.to_owned(),
                begun: None,
                ready: false,
                failed: false,
            }),
            ..Self::new(encounter, Vec::new())
        }
    }

    pub(super) fn ask_about(&self) -> Outcome {
        match &self.about {
            Some(about) => Outcome::done().ask(Request::BeginQuery(
                self.encounter,
                about.rule.clone(),
                None,
            )),
            None => Outcome::done(),
        }
    }

    /// The draft to offer: the one about the same opportunity, else the latest. A query about an
    /// opportunity offers no other.
    pub(super) fn draft_to_offer(&self) -> Option<usize> {
        let drafts = self.drafts.as_ref()?;
        match &self.about {
            Some(about) => drafts.iter().position(|d| d.query.text.rule == about.rule),
            None => (!drafts.is_empty()).then_some(0),
        }
    }

    pub(super) fn waits_to_begin(&self) -> bool {
        self.about
            .as_ref()
            .is_some_and(|a| a.ready && a.begun.is_none() && !a.failed)
    }

    pub(super) fn begun(&mut self, begun: Begun, context: &Context<'_>) -> Outcome {
        if let Some(about) = &mut self.about {
            about.begun = Some(begun);
        }
        self.begin_about(context)
    }

    /// The record changed, or the user's rights did: an empty query can still be written.
    pub(super) fn not_begun(&mut self, context: &Context<'_>) -> Outcome {
        if let Some(about) = &mut self.about {
            about.failed = true;
        }
        self.check_soon(context)
    }

    /// Fills in what the query begins with, once everything is there.
    pub(super) fn begin_about(&mut self, context: &Context<'_>) -> Outcome {
        let ready = self.about.as_mut().filter(|a| a.ready);
        let Some(begun) = ready.and_then(|a| a.begun.take()) else {
            return Outcome::done();
        };
        self.about = None;
        self.put(&begun.text);
        self.template = Some(TemplateText {
            id: begun.text.template.clone(),
            topic: begun.text.topic.clone(),
            name: begun.template,
            format: begun.text.format,
            title: String::new(),
            body: String::new(),
            options: Vec::new(),
            cite: begun.cite,
        });
        self.focus = Field::Body;
        self.fit(context);
        self.keep.matters();
        let outcome = self.edited(context);
        let left_out: Vec<String> = begun
            .left_out
            .iter()
            .map(|o| show(o).into_string())
            .collect();
        if left_out.is_empty() {
            return outcome;
        }
        let text = format!(
            "left out, nothing cited supports it: {}",
            left_out.join("; ")
        );
        outcome.say(Level::Info, text)
    }
}
