//! Who is away now or later, who stands in for whom, and the coverage groups.
//!
//! A supervisor records and ends them; everybody who sees the ladder may look. Start reading at
//! [`Covers`].

mod act;
mod draw;
mod line;
#[cfg(test)]
mod tests;

use super::listing::Listing;
use crate::command::{Command, Facts, Scope};
use crate::text::Shown;
use crate::tui::app::{Answer, Context, Outcome, Place, Screen, SharedList, Slot, Step};
use crate::tui::desk::{Reply, Request};
use crate::tui::widgets::Canvas;
use line::{Line, PLAN, When};
use ratatui::layout::Rect;

/// The screen of absences and cover.
pub struct Covers {
    list: Listing<Line>,
}

impl Default for Covers {
    fn default() -> Self {
        Self {
            list: Listing::new(&PLAN),
        }
    }
}

impl Covers {
    fn load() -> Outcome {
        Outcome::done().ask(Request::Covers)
    }

    fn open_provider(&self) -> Outcome {
        match self.list.row().and_then(Line::provider) {
            Some(id) => Outcome::done().goto(Place::Provider(id)),
            None => Outcome::done(),
        }
    }

    fn open(&self) -> Outcome {
        match self.list.row() {
            Some(Line::Group(_)) => Outcome::done().step(Step::Run(Command::EditCover)),
            _ => self.open_provider(),
        }
    }
}

impl Screen for Covers {
    fn scope(&self) -> Scope {
        Scope::Covers
    }

    fn facts(&self, facts: &mut Facts) {
        self.list.facts(facts);
        let line = self.list.row();
        facts.provider = line.and_then(Line::provider).is_some();
        facts.absence = matches!(line, Some(Line::Absence { .. }));
    }

    fn title(&self, _: &Context<'_>) -> Shown {
        Shown::own(format!("ABSENCES AND COVER {}", self.list.numbers()))
    }

    fn hints(&self) -> Vec<Command> {
        self.list.hints().unwrap_or_else(|| {
            vec![
                Command::AddCover,
                Command::EditCover,
                Command::EndCover,
                Command::NextPane,
                Command::OpenProvider,
                Command::Undo,
            ]
        })
    }

    fn shared(&self) -> Option<&dyn SharedList> {
        Some(&self.list)
    }

    fn shared_mut(&mut self) -> Option<&mut dyn SharedList> {
        Some(&mut self.list)
    }

    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        Self::load()
    }

    fn returned(&mut self, _: &Context<'_>, _: bool) -> Outcome {
        Self::load()
    }

    fn own(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::Open => self.open(),
            Command::OpenProvider => self.open_provider(),
            other => self.act(other, context),
        }
    }

    fn reply(&mut self, _: Slot, reply: Reply, context: &Context<'_>) -> Outcome {
        match reply {
            Reply::Covers {
                absences,
                covers,
                groups,
            } => {
                let absence = |absence: crate::domain::absence::Absence| Line::Absence {
                    when: When::of(&absence, context.now),
                    absence,
                };
                let mut lines: Vec<Line> = absences.into_iter().map(absence).collect();
                lines.extend(covers.into_iter().map(Line::Cover));
                lines.extend(groups.into_iter().map(Line::Group));
                self.list.arrived(lines, false, context.body);
                Outcome::done()
            }
            Reply::Acted(_) => Self::load(),
            _ => Outcome::done(),
        }
    }

    fn answer(&mut self, tag: &'static str, answer: Answer, context: &Context<'_>) -> Outcome {
        self.answered(tag, &answer, &context.session.zone)
    }

    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, context: &Context<'_>) {
        self.draw(canvas, area, context);
    }
}
