//! A bench for tests: an [`App`] with scripted answers, its screen as text. Tests only.

use super::{App, Effect, Level, Maker, Msg, Screen, Session, Start, Ticket};
use crate::command::{Command, Facts, Grants, Scope};
use crate::domain::ids::{ProviderId, UserId};
use crate::domain::time::Instant;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::{Role, User};
use crate::text::Shown;
use crate::tui::desk::{Desk, Notice, Reply, Request, Turn};
use crate::tui::keymap::Keymap;
use crate::tui::keys::Key;
use crate::tui::terminal::{Charset, Painter};
use crate::tui::theme::{Depth, Theme};
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Size;

/// "Now" of every test: Sunday 2026-03-22 14:02 in New York.
pub fn now() -> Instant {
    Instant::parse("2026-03-22T18:02:00Z").unwrap()
}

/// A user with these roles.
pub fn grants(roles: &[Role]) -> Grants {
    Grants::of_user(&User {
        id: UserId(7),
        login: "lee".into(),
        name: Untrusted::new("LEE"),
        roles: roles.to_vec(),
        provider: None,
        active: true,
        version: 1,
    })
}

/// Whether a request is answered by this reply.
fn answers(request: &Request, reply: &Reply) -> bool {
    matches!(
        (request, reply),
        (Request::Counts, Reply::Counts(_))
            | (Request::Groups(_), Reply::Groups(_))
            | (Request::Catalogue, Reply::Catalogue(_))
            | (Request::Dashboard, Reply::Dashboard(_))
            | (Request::Productivity, Reply::Productivity(_))
            | (Request::Steps(_), Reply::Steps(_))
            | (Request::Step(_), Reply::Step(_))
            | (Request::Standing(_), Reply::Standing { .. })
            | (Request::Statement(_), Reply::Statement(_))
            | (Request::Letter(_), Reply::Letter(_))
            | (Request::Letters(_), Reply::Letters(_))
            | (Request::PrintLetters { .. }, Reply::Printed { .. })
            | (Request::Covers, Reply::Covers { .. })
            | (Request::LetterPreview(_), Reply::LetterPreview(_))
            | (Request::Stays(..), Reply::Stays(_))
            | (Request::Reviews(_), Reply::Reviews(_))
            | (Request::CdiFigures { .. }, Reply::CdiFigures(_))
            | (Request::CdiBehind { .. }, Reply::CdiBehind(_))
            | (Request::StayReview(_), Reply::StayReview(_))
            | (Request::Queue { .. }, Reply::Queue(_))
            | (Request::Detail(_), Reply::Detail(_))
            | (Request::Chart(_), Reply::Chart(_))
            | (Request::Encounters(_), Reply::Encounters(_))
            | (Request::Text(..), Reply::Text(_))
            | (Request::Versions(_), Reply::Versions(_))
            | (Request::Copied(_), Reply::Copied(_))
            | (Request::Similar(_), Reply::Similar(_))
            | (Request::Search(_), Reply::Search(_))
            | (Request::SearchLists, Reply::SearchLists(_))
            | (Request::NamedLists, Reply::NamedLists(_))
            | (Request::ListEntries(_), Reply::ListEntries(_))
            | (Request::SearchHistory, Reply::SearchHistory(_))
            | (Request::RememberSearch(_), Reply::Remembered)
            | (Request::CompleteSearch(..), Reply::Completions(_))
            | (Request::CompleteFilter(..), Reply::Completions(_))
            | (Request::Export { .. }, Reply::Exported { .. })
            | (Request::ExportQuery { .. }, Reply::QueryExported(_))
            | (Request::Choices(..), Reply::Choices(_))
            | (Request::Template(_), Reply::Template(_))
            | (Request::Views, Reply::Views(_))
            | (Request::Queries(_), Reply::Queries(_))
            | (Request::Query(_), Reply::Query(_))
            | (
                Request::SaveDraft(_) | Request::SaveVersion(_),
                Reply::Saved { .. }
            )
            | (Request::SaveReview(_), Reply::ReviewSaved { .. })
            | (Request::SaveJotting(_), Reply::JottingSaved(_))
            | (Request::QueryVersions(_), Reply::QueryVersions(_))
            | (Request::Opportunities(_), Reply::Opportunities(_))
            | (Request::OpportunityList(_), Reply::OpportunityList(_))
            | (Request::SeeOpportunities(_), Reply::Seen(_))
            | (Request::BeginQuery(..), Reply::Begun(_))
            | (Request::Lint(_), Reply::Lint(_))
            | (Request::Act(..), Reply::Acted(_))
    )
}

/// An app on the bench.
pub struct Bench {
    pub app: App,
    pub now: Instant,
    size: Size,
    asks: Vec<(Ticket, Request)>,
    pub effects: Vec<Effect>,
    terminal: Terminal<Painter<Vec<u8>>>,
}

impl Bench {
    /// An analyst and supervisor at 80x24, vi keys, no colours.
    pub fn new(make: Maker) -> Self {
        Self::with(
            make,
            Size::new(80, 24),
            "vim",
            &[Role::Analyst, Role::Cdi, Role::Supervisor],
        )
    }

    /// Anything else.
    pub fn with(make: Maker, size: Size, keymap: &str, roles: &[Role]) -> Self {
        Self::started(make, size, keymap, (UserId(7), grants(roles)))
    }

    /// A user of a hospital, with what they may do there.
    pub fn of_user(make: Maker, size: Size, user: &User) -> Self {
        Self::started(make, size, "vim", (user.id, Grants::of_user(user)))
    }

    fn started(make: Maker, size: Size, keymap: &str, who: (UserId, Grants)) -> Self {
        let (user, grants) = who;
        let (app, effects) = App::start(Start {
            session: Session {
                user,
                user_name: Shown::own("LEE"),
                place: Shown::own("SSH"),
                zone: TimeZone::get("America/New_York").unwrap(),
                grants,
                may_copy: true,
                search_pause: 0,
                name: "t".into(),
            },
            now: now(),
            size,
            keymap: Keymap::load(keymap, None).unwrap(),
            theme: Theme::bundled("mono", Depth::None).unwrap(),
            depth: Depth::None,
            user_keymap: None,
            warning: None,
            make,
        });
        let painter = Painter::new(Vec::new(), size, Charset::Unicode);
        let mut bench = Self {
            app,
            now: now(),
            size,
            asks: Vec::new(),
            effects: Vec::new(),
            terminal: Terminal::new(painter).unwrap(),
        };
        bench.take(effects);
        bench
    }

    /// A user who is this provider.
    pub fn as_provider(make: Maker, provider: i64) -> Self {
        let mut bench = Self::new(make);
        bench.app.session.grants = Grants::of_user(&User {
            id: UserId(7),
            login: "smith".into(),
            name: Untrusted::new("SMITH"),
            roles: vec![Role::Provider],
            provider: Some(ProviderId(provider)),
            active: true,
            version: 1,
        });
        bench
    }

    /// Searches wait so many microseconds between keys.
    pub fn search_pause(&mut self, micros: i64) {
        self.app.session.search_pause = micros;
    }

    /// Opens a screen on top.
    pub fn open(&mut self, screen: Box<dyn Screen>) {
        self.app.push(screen);
        let effects = std::mem::take(&mut self.app.effects);
        self.take(effects);
    }

    /// Pastes text.
    pub fn paste(&mut self, text: &str) {
        self.send(Msg::Paste(text.into()));
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(ticket, request) => self.asks.push((ticket, request)),
                other => self.effects.push(other),
            }
        }
    }

    /// Sends a message.
    pub fn send(&mut self, msg: Msg) {
        let effects = self.app.update(msg);
        self.take(effects);
    }

    /// Presses keys: `g g`, `C-x s`.
    pub fn keys(&mut self, keys: &str) {
        for key in Key::parse_sequence(keys).unwrap() {
            self.send(Msg::Key(key));
        }
    }

    /// Types text.
    pub fn text(&mut self, text: &str) {
        for c in text.chars() {
            self.send(Msg::Key(Key::char(c)));
        }
    }

    /// Runs a command by itself, whatever its key.
    pub fn run(&mut self, command: Command) {
        self.app.run(command);
        let effects = std::mem::take(&mut self.app.effects);
        self.take(effects);
    }

    /// Lets time pass.
    pub fn wait(&mut self, millis: i64) {
        self.now = Instant(self.now.0 + millis * 1000);
        self.send(Msg::Tick(self.now));
    }

    /// What has been asked and not answered, oldest first; forgets it.
    pub fn asked(&mut self) -> Vec<Request> {
        self.asks.drain(..).map(|(_, r)| r).collect()
    }

    /// What has been asked and not answered.
    pub fn waiting(&self) -> Vec<&Request> {
        self.asks.iter().map(|(_, r)| r).collect()
    }

    /// Answers the newest question this reply fits.
    pub fn reply(&mut self, reply: Reply) {
        let at = self.asks.iter().rposition(|(_, r)| answers(r, &reply));
        let (ticket, _) = self.asks.remove(at.expect("nobody asked for this"));
        self.send(Msg::Done(ticket, Ok(reply)));
    }

    /// Answers the oldest question this reply fits.
    pub fn reply_oldest(&mut self, reply: Reply) {
        let at = self.asks.iter().position(|(_, r)| answers(r, &reply));
        let (ticket, _) = self.asks.remove(at.expect("nobody asked for this"));
        self.send(Msg::Done(ticket, Ok(reply)));
    }

    /// Answers every question by a desk, and what is asked because of the answers.
    pub fn answered_by(&mut self, desk: &dyn Desk) {
        for _ in 0..200 {
            if self.asks.is_empty() {
                return;
            }
            let (ticket, request) = self.asks.remove(0);
            let answer = desk.answer(request);
            self.send(Msg::Done(ticket, answer));
        }
        panic!("questions without end: {:?}", self.waiting());
    }

    /// How many screens are open.
    pub fn depth(&self) -> usize {
        self.app.open.len()
    }

    /// How many dialogs the top screen has open.
    pub fn dialogs(&self) -> usize {
        self.app.open.last().map_or(0, |o| o.dialogs.len())
    }

    /// The scope of the top screen, whatever dialog stands over it.
    pub fn place(&self) -> Scope {
        self.app
            .open
            .last()
            .map_or(Scope::Home, |o| o.screen.scope())
    }

    /// The newest question cannot be answered yet.
    pub fn fail_for_now(&mut self, what: &str) {
        let (ticket, _) = self.asks.pop().expect("nobody asked");
        let notice = Notice {
            soon: true,
            ..Notice::new(what)
        };
        self.send(Msg::Done(ticket, Err(notice)));
    }

    /// The newest question fails.
    pub fn fail(&mut self, what: &str) {
        let (ticket, _) = self.asks.pop().expect("nobody asked");
        let notice = Notice {
            what: what.into(),
            kept: "Nothing was changed".into(),
            next: "Press R to try again".into(),
            ..Notice::new("")
        };
        self.send(Msg::Done(ticket, Err(notice)));
    }

    /// What the newest question asks for cannot be done.
    pub fn refuse(&mut self, what: &str) {
        let (ticket, _) = self.asks.pop().expect("nobody asked");
        let notice = Notice {
            refused: true,
            ..Notice::new(what)
        };
        self.send(Msg::Done(ticket, Err(notice)));
    }

    /// The newest question comes back because the user's account was changed.
    pub fn turn(&mut self, turn: Turn, what: &str) {
        let (ticket, _) = self.asks.pop().expect("nobody asked");
        let notice = Notice {
            turn: Some(turn),
            ..Notice::new(what)
        };
        self.send(Msg::Done(ticket, Err(notice)));
    }

    /// What is said after the end.
    pub fn farewell(&self) -> Option<String> {
        self.app.farewell().map(|words| words.as_str().to_owned())
    }

    pub fn has_quit(&self) -> bool {
        self.app.has_quit()
    }

    pub fn facts(&self) -> Facts {
        self.app.facts()
    }

    /// The message shown.
    pub fn message(&self) -> Option<(Level, String)> {
        let message = self.app.message.as_ref()?;
        self.names_keys(message.text.as_str());
        Some((message.level, message.text.as_str().to_owned()))
    }

    /// The screen as text, at a size the app is told of.
    pub fn screen_at(&mut self, width: u16, height: u16) -> String {
        if Size::new(width, height) != self.size {
            self.size = Size::new(width, height);
            self.terminal.backend_mut().resize(self.size);
            self.send(Msg::Resize(self.size));
        }
        self.screen()
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        let backend = TestBackend::new(self.size.width, self.size.height);
        let mut terminal = Terminal::new(backend).unwrap();
        terminal.draw(|frame| self.app.render(frame)).unwrap();
        let buffer = terminal.backend().buffer();
        let mut text = String::new();
        for y in 0..self.size.height {
            let row: String = (0..self.size.width)
                .map(|x| buffer[(x, y)].symbol())
                .collect();
            text.push_str(row.trim_end());
            text.push('\n');
        }
        self.names_keys(&text);
        text
    }

    /// No text names a command that has a key: the palette alone shows commands.
    fn names_keys(&self, text: &str) {
        for word in text.split([' ', '(', '\n']) {
            let Some(id) = word.strip_prefix(':').filter(|id| id.contains('.')) else {
                continue;
            };
            let name = |c: char| c.is_ascii_alphabetic() || c == '.' || c == '-';
            let id = id.split(|c| !name(c)).next().unwrap_or_default();
            let id = id.trim_end_matches('.');
            assert!(!self.app.keymap.binds(id), "{id} has a key\n{text}");
        }
    }

    /// Bytes the terminal is sent for the next frame.
    pub fn frame_bytes(&mut self) -> usize {
        let app = &self.app;
        self.terminal.draw(|frame| app.render(frame)).unwrap();
        std::mem::take(self.terminal.backend_mut().writer()).len()
    }
}

/// Compares a screen with its snapshot under `tests/snapshots/`.
pub fn assert_screen(name: &str, screen: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, screen));
}

/// Compares a state of a screen with its snapshots at 80×24 and at 120×40; the bench is at 80×24
/// afterwards.
#[track_caller]
pub fn assert_state(name: &str, bench: &mut Bench) {
    assert_screen(&format!("{name}_120x40"), &bench.screen_at(120, 40));
    assert_screen(&format!("{name}_80x24"), &bench.screen_at(80, 24));
}
