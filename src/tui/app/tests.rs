//! The program without screens of its own. What its tests share stands here.

mod answers;
mod keys;
mod shown;
mod undo;

use super::testing::Bench;
use super::*;
use crate::command::Scope;
use crate::domain::action::Action;
use crate::domain::ids::EncounterId;
use crate::domain::worklist::WorklistCounts;
use crate::tui::desk::{Acted, Reply, Request};
use crate::tui::widgets::{Canvas, Item, LineInput, List};
use ratatui::layout::Rect;

/// A screen that records what it is given.
struct Probe {
    list: List,
    log: Vec<String>,
    field: Option<LineInput>,
    waits: bool,
}

fn probe() -> Box<dyn Screen> {
    Box::new(Probe {
        list: List::new(100),
        log: Vec::new(),
        field: None,
        waits: false,
    })
}

/// Every place is a probe.
#[allow(clippy::unnecessary_wraps)]
pub(crate) fn blank(_: Place) -> Option<Box<dyn Screen>> {
    Some(probe())
}

impl Screen for Probe {
    fn scope(&self) -> Scope {
        Scope::Queue
    }
    fn facts(&self, facts: &mut Facts) {
        facts.rows = true;
        facts.chart = true;
        facts.text = self.field.is_some();
    }
    fn title(&self, _: &Context<'_>) -> Shown {
        Shown::own("PROBE")
    }
    fn hints(&self) -> Vec<Command> {
        vec![Command::Open, Command::Void, Command::Undo]
    }
    fn opened(&mut self, _: &Context<'_>) -> Outcome {
        Outcome::done().ask(Request::Counts)
    }
    fn command(&mut self, command: &Command, context: &Context<'_>) -> Outcome {
        self.log.push(command.spec().id.to_owned());
        match command {
            Command::Down => self.list.down(1, context.body.height),
            Command::SelectRows(rows) => self.log.push(format!("{:?}", rows.rows(100))),
            Command::Filter => self.field = Some(LineInput::default()),
            Command::Back if self.field.is_some() => self.field = None,
            Command::Take => {
                let encounter = EncounterId(1);
                return Outcome::done().act(Action::Take { encounter });
            }
            Command::Sort(_) => {
                let items = vec![Item::new(Shown::own("age"), Shown::default())];
                return Outcome::done().open(Dialog::pick("sort", Shown::own("Sort"), items));
            }
            Command::Reverse => {
                let lines = vec![Shown::own("This is final.")];
                return Outcome::done().open(Dialog::confirm_word(
                    "void",
                    Shown::own("Void"),
                    lines,
                    "void",
                ));
            }
            Command::Next => self.waits = true,
            Command::Open => return Outcome::done().push(probe()),
            _ => return Outcome::ignored(),
        }
        Outcome::done()
    }
    fn text_key(&mut self, key: Key, _: &Context<'_>) -> Outcome {
        if self.field.as_mut().is_some_and(|field| field.key(key)) {
            return Outcome::done();
        }
        Outcome::ignored()
    }
    fn reply(&mut self, _: Slot, reply: Reply, _: &Context<'_>) -> Outcome {
        self.waits = false;
        if let Reply::Counts(counts) = reply {
            self.log.push(format!("counts {}", counts.charts));
        }
        Outcome::done()
    }
    fn answer(&mut self, tag: &'static str, answer: Answer, _: &Context<'_>) -> Outcome {
        self.log.push(format!("{tag} {answer:?}"));
        Outcome::done()
    }
    fn waits(&self) -> bool {
        self.waits
    }
    fn render(&self, canvas: &mut Canvas<'_>, area: Rect, _: &Context<'_>) {
        // The log is drawn, so that tests read it as a user would.
        for (y, line) in (area.y..area.bottom()).zip(self.log.iter().rev()) {
            canvas.write(area, 0, y, Shown::own(line), "text");
        }
        if let Some(field) = &self.field {
            field.render(canvas, area, true);
        }
    }
}

fn bench() -> Bench {
    Bench::new(blank)
}

fn counts(charts: i64) -> Reply {
    Reply::Counts(WorklistCounts {
        charts,
        ..WorklistCounts::default()
    })
}

fn acted(bench: &mut Bench) -> Reply {
    let request = bench.waiting().iter().find_map(|r| match r {
        Request::Act(id, _) => Some(id.clone()),
        _ => None,
    });
    Reply::Acted(Acted {
        request: request.unwrap(),
        deed: Box::new(crate::tui::desk::Deed::each(1, "chart", "taken")),
        done: 1,
        refused: Vec::new(),
        undoable: true,
        taken: None,
    })
}
