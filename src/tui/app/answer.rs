//! Outcomes become effects and steps; answers find whoever asked.

use super::message::{Effect, Slot, Ticket};
use super::screen::{Level, Outcome, ScreenId, Step};
use super::{App, Handed, Message};
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::ids::RequestId;
use crate::tui::desk::{Acted, Notice, Reply, Request};

impl App {
    /// Carries out what the top screen wants; `false` if it ignored the matter.
    pub(super) fn carry_out(&mut self, outcome: Outcome) -> bool {
        match self.open.last().map(|o| o.id) {
            Some(id) => self.carry_out_for(id, outcome),
            None => false,
        }
    }

    pub(super) fn carry_out_for(&mut self, id: ScreenId, outcome: Outcome) -> bool {
        let taken = !outcome.ignored;
        for (slot, request) in outcome.asks {
            self.ask(id, slot, request);
        }
        for action in outcome.acts {
            self.act_for(id, action);
        }
        for step in outcome.steps {
            match step {
                Step::Push(screen) => self.push(screen),
                Step::Goto(place) => self.go(place),
                Step::Pop => self.pop(id),
                Step::PopAnd(command) => {
                    self.pop(id);
                    self.run(command);
                }
                Step::Open(dialog) => self.open_dialog(dialog),
                Step::Say(level, text) => self.message = Some(Message { level, text }),
                Step::Run(command) => self.run(command),
                Step::Copy(text) => {
                    self.effects.push(Effect::Copy(text));
                    self.say(Level::Info, "sent to the terminal's clipboard");
                }
                Step::Hand(handed) => self.hand(id, handed),
            }
        }
        taken
    }

    fn hand(&mut self, from: ScreenId, handed: Handed) {
        let below = self
            .open
            .iter()
            .position(|o| o.id == from)
            .and_then(|i| i.checked_sub(1))
            .and_then(|i| self.open.get(i))
            .map(|o| o.id);
        if let Some(id) = below {
            self.with_screen(id, |screen, context| screen.handed(handed, context));
        }
    }

    pub(super) fn ask(&mut self, screen: ScreenId, slot: Slot, request: Request) {
        let generation = self.next_number();
        self.latest.insert((screen, slot), generation);
        if let Request::Act(id, _) = &request {
            self.acting.insert(generation, id.clone());
        }
        let ticket = Ticket {
            screen,
            slot,
            generation,
        };
        self.effects.push(Effect::Ask(ticket, request));
    }

    pub(super) fn act(&mut self, action: Action) -> RequestId {
        let id = self.open.last().map_or(ScreenId(0), |o| o.id);
        self.act_for(id, action)
    }

    fn act_for(&mut self, screen: ScreenId, action: Action) -> RequestId {
        let number = self.next_number();
        let request = RequestId(format!("{}-{number}", self.session.name));
        let wanted = Request::Act(request.clone(), Box::new(action));
        self.ask(screen, Slot::Act, wanted);
        request
    }

    pub(super) fn answered(&mut self, ticket: Ticket, result: Result<Reply, Notice>) {
        let newest = self.latest.get(&(ticket.screen, ticket.slot)).copied();
        if newest != Some(ticket.generation) && !ticket.slot.keeps_all() {
            return;
        }
        let act = self.acting.remove(&ticket.generation);
        match result {
            Err(notice) => {
                // What could not be taken back now can be later.
                match act.and_then(|id| self.undoing.remove(&id)) {
                    Some((true, request)) => self.undo.push(request),
                    Some((false, request)) => self.redo.push(request),
                    None => {}
                }
                // A screen whose rows come in a moment says so itself, and asks again.
                if !(notice.soon && ticket.slot == Slot::Rows) {
                    self.say(Level::Error, notice.text());
                }
                self.with_screen(ticket.screen, |screen, context| {
                    screen.failed(ticket.slot, &notice, context)
                });
            }
            Ok(Reply::Choices(choices)) => {
                let open = self.open.iter_mut().find(|o| o.id == ticket.screen);
                match open.and_then(|o| o.dialogs.last_mut()) {
                    Some(dialog) => dialog.offer(choices),
                    None => self.with_screen(ticket.screen, |screen, context| {
                        screen.reply(ticket.slot, Reply::Choices(choices), context)
                    }),
                }
            }
            Ok(reply) => {
                if let Reply::Acted(acted) = &reply {
                    self.acted(acted);
                    for open in &mut self.open {
                        open.stale |= open.id != ticket.screen;
                    }
                }
                self.with_screen(ticket.screen, |screen, context| {
                    screen.reply(ticket.slot, reply, context)
                });
            }
        }
        self.drain_type_ahead();
    }

    /// Says what was done and remembers how to take it back.
    fn acted(&mut self, acted: &Acted) {
        let undone = self.undoing.remove(&acted.request).map(|(undo, _)| undo);
        if acted.undoable && acted.done > 0 {
            match undone {
                Some(true) => self.redo.push(acted.request.clone()),
                Some(false) => self.undo.push(acted.request.clone()),
                None => {
                    self.undo.push(acted.request.clone());
                    self.redo.clear();
                }
            }
        }
        let mut text = acted.words.clone();
        if acted.done > 0 {
            text = format!("{text} {}", acted.done);
        }
        if let Some((_, why)) = acted.refused.first() {
            let more = acted.refused.len();
            text = if acted.done > 0 {
                format!("{text}; refused {more}: {why}")
            } else {
                format!("not {}: {why}", acted.words)
            };
        }
        if acted.undoable && acted.done > 0 && undone != Some(true) {
            let undo = self.key_name(&self.facts(), &Command::Undo);
            text = format!("{text} ({undo}=undo)");
        }
        let level = if acted.refused.is_empty() {
            Level::Done
        } else {
            Level::Warning
        };
        self.say(level, text);
    }
}
