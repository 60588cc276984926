//! Typing: what a key does in each field, options and indicators, going to findings.

use super::field::{Field, Removed};
use super::{Composer, OTHER, UNABLE, lines, pick};
use crate::command::Command;
use crate::domain::query::QueryFormat;
use crate::tui::app::{Context, Level, Outcome};
use crate::tui::keys::{Code, Key};
use crate::tui::widgets::LineInput;

/// The options of a question to be answered with yes or no.
const YES_NO: [&str; 4] = ["Yes", "No", OTHER, UNABLE];

impl Composer {
    pub(super) fn type_key(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        let brings_back = key == Key::ctrl('_');
        let changed = match self.focus {
            Field::Format => return self.turn_format(key, context),
            Field::Template | Field::To => {
                return match key.typed() {
                    Some(c) => Outcome::done().open(match self.focus {
                        Field::To => pick::provider_like(&self.who(), &c.to_string()),
                        _ => pick::template_like(&self.who(), &c.to_string()),
                    }),
                    None => Outcome::ignored(),
                };
            }
            Field::Indicator(_) if brings_back => return self.bring_back(context),
            Field::Choice(i) if brings_back && i == self.options.len() => {
                return self.bring_back(context);
            }
            Field::Indicator(_) => {
                return match key.typed() {
                    Some(_) => Outcome::done().say(
                        Level::Info,
                        "Enter edits an indicator; a new one is cited from the chart or typed",
                    ),
                    None => Outcome::ignored(),
                };
            }
            Field::Due => edit(&mut self.due, key),
            Field::Title => edit(&mut self.title, key),
            Field::Body => {
                let before = self.body.text();
                self.body.key(key).then(|| self.body.text() != before)
            }
            Field::Choice(i) => {
                if i == self.options.len() {
                    if key.typed().is_none() {
                        return Outcome::ignored();
                    }
                    self.new_option();
                }
                match self.focus {
                    Field::Choice(i) => self.options.get_mut(i).and_then(|o| edit(o, key)),
                    _ => None,
                }
            }
        };
        match changed {
            None => Outcome::ignored(),
            Some(false) => Outcome::done(),
            Some(true) => self.edited(context),
        }
    }

    pub(super) fn paste_text(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        match self.focus {
            Field::Due => self.due.paste(text),
            Field::Title => self.title.paste(text),
            Field::Body => self.body.paste(text),
            Field::Choice(i) => {
                if i == self.options.len() {
                    self.new_option();
                }
                if let Field::Choice(i) = self.focus
                    && let Some(option) = self.options.get_mut(i)
                {
                    option.paste(text);
                }
            }
            _ => return Outcome::ignored(),
        }
        self.edited(context)
    }

    fn turn_format(&mut self, key: Key, context: &Context<'_>) -> Outcome {
        let all = QueryFormat::ALL;
        let at = all.iter().position(|f| *f == self.format).unwrap_or(0);
        let next = match key.code {
            Code::Right | Code::Char(' ') => at + 1,
            Code::Left => at + all.len() - 1,
            Code::Char('m') => 0,
            Code::Char('o') => 1,
            Code::Char('y') => 2,
            Code::Char('v') => 3,
            _ => return Outcome::ignored(),
        };
        self.set_format(all[next % all.len()], context)
    }

    /// Another form; options nobody has touched follow it.
    pub(super) fn set_format(&mut self, format: QueryFormat, context: &Context<'_>) -> Outcome {
        if format == self.format {
            return Outcome::done();
        }
        let now: Vec<&str> = self.options.iter().map(|o| o.text().trim()).collect();
        let untouched = now == YES_NO || now == [OTHER, UNABLE] || now.is_empty();
        if untouched {
            self.options = match format {
                QueryFormat::YesNo => lines(YES_NO),
                QueryFormat::MultipleChoice | QueryFormat::Open | QueryFormat::Verbal => {
                    lines([OTHER, UNABLE])
                }
            };
        }
        self.format = format;
        self.edited(context)
    }

    /// An empty option before the two every choice ends with, and the keys go to it.
    fn new_option(&mut self) {
        let last = |o: &LineInput| {
            let text = o.text().to_lowercase();
            text.starts_with("other") || text.starts_with("unable")
        };
        let at = self
            .options
            .iter()
            .rposition(|o| !last(o))
            .map_or(0, |i| i + 1);
        self.options.insert(at, LineInput::default());
        self.focus = Field::Choice(at);
    }

    pub(super) fn add_option(&mut self, context: &Context<'_>) -> Outcome {
        if self.format == QueryFormat::Open {
            return Outcome::done().say(Level::Info, "an open question has no options");
        }
        match self.focus {
            Field::Choice(i) if i < self.options.len() => {
                self.options.insert(i + 1, LineInput::default());
                self.focus = Field::Choice(i + 1);
            }
            _ => self.new_option(),
        }
        self.edited(context)
    }

    pub(super) fn remove_line(&mut self, context: &Context<'_>) -> Outcome {
        match self.focus {
            Field::Indicator(i) if i < self.indicators.len() => {
                self.removed = Some(Removed::Indicator(i, self.indicators.remove(i)));
            }
            Field::Choice(i) if i < self.options.len() => {
                self.removed = Some(Removed::Choice(i, self.options.remove(i)));
            }
            _ => {
                return Outcome::done().say(Level::Info, "go to an indicator or an option first");
            }
        }
        let key = (context.keys)(&Command::UndoTyping);
        let text = format!("removed; {key} brings it back");
        self.edited(context).say(Level::Done, text)
    }

    fn bring_back(&mut self, context: &Context<'_>) -> Outcome {
        match self.removed.take() {
            None => return Outcome::done().say(Level::Info, "nothing to bring back"),
            Some(Removed::Indicator(i, indicator)) => {
                let i = i.min(self.indicators.len());
                self.indicators.insert(i, indicator);
                self.focus = Field::Indicator(i);
            }
            Some(Removed::Choice(i, option)) => {
                let i = i.min(self.options.len());
                self.options.insert(i, option);
                self.focus = Field::Choice(i);
            }
        }
        self.edited(context)
    }

    /// Takes typing in the question back, or does it again; on the lists a removed line comes
    /// back.
    pub(super) fn undo_typing(&mut self, back: bool, context: &Context<'_>) -> Outcome {
        let done = match (self.focus, back) {
            (Field::Body, true) => self.body.undo(),
            (Field::Body, false) => self.body.redo(),
            (_, true) => return self.type_key(Key::ctrl('_'), context),
            (_, false) => false,
        };
        if done {
            return self.edited(context);
        }
        let what = if back { "take back" } else { "do again" };
        Outcome::done().say(Level::Info, format!("nothing to {what} here"))
    }

    pub(super) fn next_finding(&mut self, forward: bool) -> Outcome {
        let all = self.findings.len().max(1);
        let next = match self.finding {
            None if forward => 0,
            None => all - 1,
            Some(at) => (at + if forward { 1 } else { all - 1 }) % all,
        };
        if next < self.findings.len() {
            self.finding = Some(next);
            self.go_to_finding(next);
        }
        Outcome::done()
    }

    /// Puts the keys where a finding points.
    pub(super) fn go_to_finding(&mut self, index: usize) {
        let Some(finding) = self.findings.get(index) else {
            return;
        };
        let start = finding.start;
        self.focus = match finding.field.as_str() {
            "title" => Field::Title,
            "options" if self.format != QueryFormat::Open => Field::Choice(self.option_at(start)),
            "indicators" => Field::Indicator(self.indicator_at(start)),
            _ => {
                self.body.go_to(start);
                Field::Body
            }
        };
    }

    /// The indicator that holds this byte of all their texts joined by line ends.
    fn indicator_at(&self, start: usize) -> usize {
        let mut behind = 0;
        let holds = self.indicators.iter().position(|indicator| {
            behind += indicator.text.raw().len() + 1;
            start < behind
        });
        holds.unwrap_or(0)
    }

    /// The option that holds this byte of all options joined by line ends.
    fn option_at(&self, start: usize) -> usize {
        let mut behind = 0;
        for (i, option) in self.options.iter().enumerate() {
            let text = option.text().trim();
            if text.is_empty() {
                continue;
            }
            behind += text.len() + 1;
            if start < behind {
                return i;
            }
        }
        0
    }
}

/// Whether the key meant something, and whether it changed the text.
fn edit(input: &mut LineInput, key: Key) -> Option<bool> {
    let before = input.text().to_owned();
    input.key(key).then(|| input.text() != before)
}
