//! Outcomes become effects and steps; answers find whoever asked.

use super::message::{Effect, Slot, Ticket};
use super::outcome::{Level, Outcome, Step};
use super::screen::ScreenId;
use super::{App, Handed, Message};
use crate::domain::action::Action;
use crate::domain::ids::RequestId;
use crate::tui::desk::{Notice, Reply, Request};

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
        if !outcome.acts.is_empty() {
            let batch = self.next_number();
            for action in outcome.acts {
                self.act_for(id, action, batch);
            }
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
        self.asked_at = self.now;
    }

    /// Sends a change; what has the same batch is taken back together.
    pub(super) fn act_for(&mut self, screen: ScreenId, action: Action, batch: u64) -> RequestId {
        let number = self.next_number();
        let request = RequestId(format!("{}-{number}", self.session.name));
        let wanted = Request::Act(request.clone(), Box::new(action));
        self.undo.sent(&request, batch);
        self.ask(screen, Slot::Act, wanted);
        request
    }

    pub(super) fn answered(&mut self, ticket: Ticket, result: Result<Reply, Notice>) {
        if let Err(notice) = &result
            && self.turns(ticket, notice)
        {
            return;
        }
        let newest = self.latest.get(&(ticket.screen, ticket.slot)).copied();
        if newest != Some(ticket.generation) && !ticket.slot.keeps_all() {
            return;
        }
        let act = self.acting.remove(&ticket.generation);
        match result {
            Err(notice) => {
                if let Some(request) = act {
                    self.undo.failed(&request);
                }
                // A screen whose rows come in a moment says so itself, and asks again.
                if !(notice.soon && ticket.slot == Slot::Rows) {
                    let level = match notice.refused {
                        true => Level::Warning,
                        false => Level::Error,
                    };
                    self.say(level, notice.text());
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
                    if matches!(reply, Reply::Acted(_)) {
                        screen.dealt();
                    }
                    screen.reply(ticket.slot, reply, context)
                });
                self.renew_palette();
            }
        }
        self.drain_type_ahead();
    }
}
