//! The notes: facts of a [`Scene`](super::scene::Scene) put together in the order and manner of
//! each kind of document.
//!
//! Owns structure (sections, headings, styles) and the phrases every scenario shares
//! ([`bank`]); never invents a number: those come through the slots. Start at [`Note`].

mod bank;
mod bedside;
mod editor;
mod history;
mod operation;
mod ward;

pub(super) use bank::{ATTESTATIONS, CONDITIONS};
pub(super) use bedside::{death_note, nursing, transfer_summary};
pub(super) use editor::Editor;
pub(super) use history::{
    clinic_note, consult, emergency_record, history_and_physical, history_update,
};
pub(super) use operation::{
    Operation, anesthesia_after, anesthesia_before, anesthesia_record, autopsy, brief_note,
    consent, imaging, operative_report, pathology, procedure_note,
};
pub(super) use ward::{discharge_summary, final_progress, progress};

use super::rng::Rng;
use super::scene::{Scene, Style};
use super::template::Mode;

/// A note being written.
pub(super) struct Note<'a> {
    pub scene: &'a Scene<'a>,
    pub rng: Rng,
    text: String,
}

impl<'a> Note<'a> {
    /// An empty note; `label` tells the notes of one chart apart.
    pub fn new(scene: &'a Scene<'a>, label: &str, number: u64) -> Self {
        Self {
            scene,
            rng: scene.story.rng.fork(label).nth(number),
            text: String::with_capacity(3_000),
        }
    }

    /// Title and patient line, in the writer's manner.
    pub fn head(&mut self, title: &str, short: &str) {
        match self.scene.style {
            Style::Terse => {
                self.raw(short);
                self.add(" {stamp} - {full}, MRN {mrn}");
            }
            Style::Capitals => {
                let upper = title.to_uppercase();
                self.raw(&upper);
                self.add("\nPatient: {full}    MRN: {mrn}    DOB: {birth}\nDate of service: {stamp}    Visit: {visit}");
            }
            Style::List => {
                self.raw(title);
                self.add("\n{full} | MRN {mrn} | {age} y | {stamp}");
            }
            Style::Full => {
                self.raw(title);
                self.add("\nPatient: {full}, {agey} {man}\nMRN: {mrn}\nDate: {stamp}");
            }
        }
    }

    /// Begins a section.
    pub fn section(&mut self, title: &str, short: &str) {
        self.text.push_str("\n\n");
        match self.scene.style {
            Style::Terse => {
                self.text.push_str(short);
                self.text.push_str(": ");
            }
            Style::Capitals => {
                self.text.push_str(&title.to_uppercase());
                self.text.push_str(":\n");
            }
            Style::Full => {
                self.text.push_str(title);
                self.text.push_str(":\n");
            }
            Style::List => {
                self.text.push_str(title);
                self.text.push('\n');
            }
        }
    }

    /// One sentence or phrase, separated by a space where needed.
    pub fn add(&mut self, template: &str) {
        self.put(template, Mode::Free);
    }

    fn said(&mut self, template: &str, mode: Mode) -> String {
        let said = self.scene.say(template, mode, &mut self.rng);
        self.scene.story.editor.tidy(said)
    }

    fn put(&mut self, template: &str, mode: Mode) {
        let said = self.said(template, mode);
        let said = said.trim_matches(' ');
        if said.is_empty() {
            return;
        }
        if !self.text.is_empty()
            && !self.text.ends_with(['\n', ' '])
            && !said.starts_with(['\n', ',', ';', '.'])
        {
            self.text.push(' ');
        }
        self.text.push_str(said);
    }

    /// Sentences of the scenario in order; what they tell is the same in every note.
    pub fn sentences(&mut self, templates: &[&str]) {
        for template in templates {
            self.put(template, Mode::Steady);
        }
    }

    /// A line of its own.
    pub fn line(&mut self, template: &str) {
        self.put_line(template, Mode::Free);
    }

    fn put_line(&mut self, template: &str, mode: Mode) {
        let said = self.said(template, mode);
        let said = said.trim();
        if !said.is_empty() {
            self.end_line();
            self.text.push_str(said);
        }
    }

    /// What the patient had before: by the scenario, and by what else the patient has.
    pub fn past(&mut self) {
        let story = self.scene.story;
        let pool = story.pool.iter().map(|c| c.words);
        self.items(story.scenario.history.iter().copied().chain(pool));
    }

    /// Items, the same in every note: a list, or one line with semicolons for terse writers.
    pub fn items<'t>(&mut self, templates: impl Iterator<Item = &'t str>) {
        let terse = self.scene.style == Style::Terse;
        let dash = if self.scene.style == Style::Capitals {
            ""
        } else {
            "- "
        };
        for (position, template) in templates.enumerate() {
            if terse {
                if position > 0 {
                    self.text.push(';');
                }
                self.put(template, Mode::Fixed);
            } else {
                let item = format!("{dash}{template}");
                self.put_line(&item, Mode::Fixed);
            }
        }
    }

    /// Numbered problems with their plans.
    pub fn problems(&mut self, list: &[(&str, &str)]) {
        let mut number = 0;
        for (title, plan) in list {
            let title = capital(&self.said(title, Mode::Steady));
            let plan = capital(&self.said(plan, Mode::Free));
            // A problem that is not known yet at that hour has no plan.
            if plan.is_empty() {
                continue;
            }
            number += 1;
            self.end_line();
            self.text.push_str(&match self.scene.style {
                Style::Terse => format!("{number}) {title} - {plan}"),
                Style::Capitals => format!("{number}. {title}: {plan}"),
                Style::List => format!("# {title}\n  - {plan}"),
                Style::Full => format!("{number}. {title}. {plan}"),
            });
        }
    }

    fn end_line(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        if !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Text as it is.
    pub fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The finished note.
    pub fn finish(self) -> String {
        if self.scene.style == Style::Terse {
            return self.scene.story.editor.abbreviate(&self.text);
        }
        self.text
    }
}

fn capital(text: &str) -> String {
    let text = text.trim();
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(rest).collect()
    })
}
