//! What can be taken back and done again. Changes that one step of the user sent together (an
//! item added for every marked hit, every marked chart taken) are taken back together.

use super::App;
use super::screen::ScreenId;
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::ids::RequestId;
use crate::tui::app::Level;
use crate::tui::desk::{Acted, Deed, How};
use std::collections::BTreeMap;

/// Changes sent together.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Together {
    batch: u64,
    requests: Vec<RequestId>,
}

/// What was done, the newest last.
#[derive(Default)]
struct Stack(Vec<Together>);

impl Stack {
    fn push(&mut self, batch: u64, request: RequestId) {
        match self.0.last_mut().filter(|last| last.batch == batch) {
            Some(last) => last.requests.push(request),
            None => self.0.push(Together {
                batch,
                requests: vec![request],
            }),
        }
    }
}

/// A change under way.
struct Sent {
    /// What it was sent together with.
    batch: u64,
    /// Whether it takes back (true) or does again (false), and what.
    takes_back: Option<(bool, RequestId)>,
}

/// What is told of a change, and of what was sent together with it and told before.
struct Told {
    deed: Deed,
    done: usize,
    how: How,
    undoable: bool,
}

/// Everything that can be taken back in this session.
#[derive(Default)]
pub(super) struct Undo {
    undo: Stack,
    redo: Stack,
    sent: BTreeMap<RequestId, Sent>,
    /// What each change did, to say what is taken back.
    deeds: BTreeMap<RequestId, Deed>,
    /// What was told last: its batch, what was done and to how much.
    told: Option<(u64, Deed, usize)>,
}

impl Undo {
    pub(super) fn can_undo(&self) -> bool {
        !self.undo.0.is_empty()
    }

    pub(super) fn can_redo(&self) -> bool {
        !self.redo.0.is_empty()
    }

    pub(super) fn sent(&mut self, request: &RequestId, batch: u64) {
        let sent = Sent {
            batch,
            takes_back: None,
        };
        self.sent.insert(request.clone(), sent);
    }

    /// A change was refused as a whole: what could not be taken back now can be later.
    pub(super) fn failed(&mut self, request: &RequestId) {
        let Some(sent) = self.sent.remove(request) else {
            return;
        };
        match sent.takes_back {
            Some((true, what)) => self.undo.push(sent.batch, what),
            Some((false, what)) => self.redo.push(sent.batch, what),
            None => {}
        }
    }

    /// A change was made: says what was done together with it so far, whether it can be taken back
    /// with a key, and whether it took something back or did it again.
    fn acted(&mut self, acted: &Acted) -> Told {
        let sent = self.sent.remove(&acted.request);
        let batch = sent.as_ref().map_or(0, |s| s.batch);
        let takes_back = sent.and_then(|s| s.takes_back);
        let of = takes_back
            .as_ref()
            .and_then(|(_, what)| self.deeds.get(what).cloned());
        let how = match (&takes_back, &of) {
            (Some((true, _)), Some(_)) => How::Undone,
            (Some((false, _)), Some(_)) => How::Again,
            // What is not known here is told as the office tells it.
            _ => How::Done,
        };
        let deed = match of {
            Some(deed) if acted.refused.is_empty() => deed,
            Some(deed) => deed.to(acted.done),
            None => Deed::clone(&acted.deed),
        };
        self.deeds.insert(acted.request.clone(), deed.clone());
        let undone = takes_back.map(|(undo, _)| undo);
        let undoable = acted.undoable && acted.done > 0;
        if undoable {
            let request = acted.request.clone();
            match undone {
                Some(true) => self.redo.push(batch, request),
                Some(false) => self.undo.push(batch, request),
                None => {
                    self.undo.push(batch, request);
                    self.redo.0.clear();
                }
            }
        }
        let before = self.told.take().filter(|(b, ..)| batch != 0 && *b == batch);
        let (deed, done) = match before {
            Some((_, deed_before, done)) => (deed_before.and(&deed), done + acted.done),
            None => (deed, acted.done),
        };
        self.told = Some((batch, deed.clone(), done));
        Told {
            deed,
            done,
            how,
            undoable: undoable && undone != Some(true),
        }
    }
}

impl App {
    /// Undo (or redo): actions of their own that take back what was sent together.
    pub(super) fn take_back(&mut self, undo: bool) {
        let stack = if undo {
            &mut self.undo.undo
        } else {
            &mut self.undo.redo
        };
        let Some(together) = stack.0.pop() else {
            return;
        };
        let screen = self.open.last().map_or(ScreenId(0), |o| o.id);
        let batch = self.next_number();
        for request in together.requests.into_iter().rev() {
            let action = Action::Undo {
                request: request.clone(),
            };
            let id = self.act_for(screen, action, batch);
            if let Some(sent) = self.undo.sent.get_mut(&id) {
                sent.takes_back = Some((undo, request));
            }
        }
    }

    /// Says what was done and remembers how to take it back.
    pub(super) fn acted(&mut self, acted: &Acted) {
        let told = self.undo.acted(acted);
        let mut text = told.deed.told(told.how, told.done, &acted.refused);
        if told.undoable {
            // The field or dialog it was sent from is left by the time this is read.
            let undo = self.key_name(&self.outside(&self.facts()), &Command::Undo);
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
