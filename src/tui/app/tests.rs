//! The program without screens of its own: routing, keys, dialogs, undo, type-ahead.

use super::testing::Bench;
use super::*;
use crate::command::Scope;
use crate::domain::action::Action;
use crate::domain::ids::EncounterId;
use crate::domain::user::Role;
use crate::domain::worklist::WorklistCounts;
use crate::tui::app::testing::{assert_screen, grants, now};
use crate::tui::desk::{Acted, Notice, Reply, Request, Turn};
use crate::tui::terminal::{Charset, Painter};
use crate::tui::widgets::{Canvas, Item, LineInput, List};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
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

#[test]
fn a_session_whose_account_is_off_keeps_drafts_shows_nothing_and_ends_with_a_word() {
    let mut bench = Bench::new(crate::tui::screens::make);
    let before = bench.screen();
    assert!(before.contains("WORKLISTS"));
    bench.turn(Turn::Off, "the account bea was switched off");
    assert!(bench.has_quit());
    let farewell = bench.farewell().unwrap();
    assert!(farewell.contains("switched off"), "{farewell}");
    assert_eq!(bench.screen().trim(), "");
    // Keys that were typed ahead do nothing any more.
    bench.keys("g b j");
    assert!(
        bench
            .asked()
            .iter()
            .all(|r| !matches!(r, Request::Dashboard))
    );
    assert_eq!(bench.screen().trim(), "");
}

#[test]
fn changed_roles_begin_at_the_first_screen_with_what_they_may() {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.keys("g b");
    assert_eq!(bench.facts().scope, Scope::Dashboard);
    let may = grants(&[Role::Auditor]);
    bench.turn(
        Turn::Roles(Box::new(may.clone())),
        "the roles of bea were changed",
    );
    let facts = bench.facts();
    assert_eq!(
        (facts.scope, facts.grants, facts.root),
        (Scope::Home, may, true)
    );
    assert_eq!(bench.message().unwrap().0, Level::Error);
    assert!(!bench.has_quit() && bench.waiting().contains(&&Request::Counts));
}

#[test]
fn a_session_that_asks_nothing_is_asked_after_its_user_once_a_minute() {
    let mut bench = Bench::new(blank);
    bench.asked();
    let begin = now();
    bench.send(Msg::Tick(begin.plus_seconds(59)));
    assert!(bench.asked().is_empty());
    bench.send(Msg::Tick(begin.plus_seconds(60)));
    assert_eq!(bench.asked(), [Request::Still]);
    bench.send(Msg::Tick(begin.plus_seconds(90)));
    assert!(bench.asked().is_empty());
    bench.send(Msg::Tick(begin.plus_seconds(120)));
    assert_eq!(bench.asked(), [Request::Still]);
}

#[test]
fn a_message_that_does_not_fit_is_seen_whole_until_the_next_key() {
    let mut bench = Bench::new(crate::tui::screens::make);
    let words = "12 letters could not be printed into /srv/hospital/exports/letters/2026/march: \
                 the disk is full, and the folder belongs to somebody else";
    bench.fail(words);
    let (level, text) = bench.message().unwrap();
    assert_eq!(level, Level::Error);
    assert!(
        text.ends_with("else. Nothing was changed. Press R to try again"),
        "{text}"
    );
    for (width, height) in [(80, 24), (120, 40), (60, 15)] {
        let screen = bench.screen_at(width, height);
        let seen: Vec<&str> = screen.split_whitespace().collect();
        assert!(seen.join(" ").contains(&text), "{screen}");
        assert!(screen.lines().last().unwrap().contains("=help"), "{screen}");
    }
    bench.screen_at(80, 24);
    assert_screen("message_long_80x24", &bench.screen());
    bench.keys("j");
    assert!(!bench.screen().contains("disk is full"));
}

#[test]
fn what_cannot_be_done_is_no_error_of_the_program() {
    let mut bench = Bench::new(crate::tui::screens::make);
    bench.refuse("no chart of this list is free: all are taken or done");
    assert_eq!(bench.message().unwrap().0, Level::Warning);
    let screen = bench.screen();
    assert!(
        screen.contains("! no chart of this list is free"),
        "{screen}"
    );
    assert!(!screen.contains("ERROR"), "{screen}");
}

#[test]
fn sentences_of_a_notice_begin_with_capitals_and_end_once() {
    let notice = |what: &str, kept: &str, next: &str| Notice {
        what: what.into(),
        kept: kept.into(),
        next: next.into(),
        ..Notice::new("")
    };
    let all = notice("it cannot be.", "nothing was changed", "try `x`").text();
    assert_eq!(all, "it cannot be. Nothing was changed. Try `x`");
    assert_eq!(notice("no", "", "refresh").text(), "no. Refresh");
    assert_eq!(notice("no", "", "").text(), "no");
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

#[test]
fn a_late_answer_is_dropped() {
    let mut bench = bench();
    bench.run(Command::Refresh);
    bench.run(Command::GotoHome);
    // Ask the same again: `returned` asks nothing here, so open a second probe instead.
    bench.keys("Enter");
    bench.reply(counts(2));
    assert!(bench.screen().contains("counts 2"));
    bench.keys("Esc");
    bench.reply_oldest(counts(1));
    assert!(bench.screen().contains("counts 1"));
}

#[test]
fn only_the_newest_question_of_a_slot_counts() {
    let mut bench = bench();
    let old = bench.app.latest.clone();
    let (screen, slot) = *old.keys().next().unwrap();
    bench.app.update(Msg::Tick(bench.now));
    let stale = Ticket {
        screen,
        slot,
        generation: 0,
    };
    bench.send(Msg::Done(stale, Ok(counts(9))));
    assert!(!bench.screen().contains("counts 9"));
}

#[test]
fn an_answer_for_a_closed_screen_is_dropped() {
    let mut bench = bench();
    bench.keys("Enter Esc");
    bench.reply(counts(5));
    assert!(!bench.screen().contains("counts 5"));
}

#[test]
fn what_was_done_can_be_undone_and_done_again() {
    let mut bench = bench();
    bench.keys("t");
    let reply = acted(&mut bench);
    bench.reply(reply);
    assert_eq!(
        bench.message(),
        Some((Level::Done, "1 chart taken (u=undo)".into()))
    );
    bench.keys("u");
    assert!(matches!(
        bench.waiting().last(),
        Some(Request::Act(_, action)) if matches!(**action, Action::Undo { .. })
    ));
    let reply = acted(&mut bench);
    bench.reply(reply);
    assert!(bench.facts().redo && !bench.facts().undo);
    bench.keys("C-r");
    let reply = acted(&mut bench);
    bench.reply(reply);
    assert!(bench.facts().undo && !bench.facts().redo);
    assert_eq!(
        bench.message(),
        Some((Level::Done, "Done again: 1 chart taken (u=undo)".into()))
    );
}

#[test]
fn what_was_sent_together_is_taken_back_together() {
    let mut bench = bench();
    bench.asked();
    let take = |n| Action::Take {
        encounter: EncounterId(n),
    };
    let id = bench.app.open.last().unwrap().id;
    let together = super::Outcome::done()
        .act(take(1))
        .act(take(2))
        .act(take(3));
    bench.app.carry_out_for(id, together);
    bench.send(Msg::Tick(bench.now));
    for _ in 0..3 {
        let reply = acted(&mut bench);
        bench.reply_oldest(reply);
    }
    assert_eq!(
        bench.message(),
        Some((Level::Done, "3 charts taken (u=undo)".into()))
    );
    bench.keys("u");
    let undone = bench.waiting().len();
    assert_eq!(undone, 3, "three requests are taken back with one key");
    let reply = acted(&mut bench);
    bench.reply_oldest(reply);
    bench.fail("The store is busy");
    let reply = acted(&mut bench);
    bench.reply_oldest(reply);
    assert!(bench.facts().redo && bench.facts().undo);
    bench.keys("u");
    assert_eq!(bench.waiting().len(), 1, "only what was not taken back");
}

#[test]
fn an_undo_that_failed_can_be_tried_again() {
    let mut bench = bench();
    bench.keys("t");
    let reply = acted(&mut bench);
    bench.reply(reply);
    bench.keys("u");
    assert!(!bench.facts().undo);
    bench.fail("The store is busy");
    assert!(bench.facts().undo);
}

#[test]
fn every_request_has_an_id_of_its_own() {
    let mut bench = bench();
    bench.keys("t t t");
    let ids: std::collections::BTreeSet<_> = bench
        .waiting()
        .iter()
        .filter_map(|r| match r {
            Request::Act(id, _) => Some(id.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn keys_typed_ahead_are_kept_in_order() {
    let mut bench = bench();
    bench.keys("J j k t");
    assert!(!bench.screen().contains("list.down"));
    assert!(bench.screen().contains("3 keys wait"));
    bench.reply(counts(1));
    let screen = bench.screen();
    let at = |text: &str| screen.find(text).unwrap();
    // The newest line is drawn first.
    assert!(at("queue.take") < at("list.up") && at("list.up") < at("list.down"));
}

#[test]
fn escape_forgets_what_was_typed_ahead() {
    let mut bench = bench();
    bench.keys("J j j Esc");
    bench.reply(counts(1));
    assert!(!bench.screen().contains("list.down"));
}

#[test]
fn row_numbers_are_typed_before_a_command() {
    let mut bench = bench();
    bench.keys("1 - 3 , 7");
    assert!(bench.screen().contains("rows 1-3,7"));
    bench.keys("a");
    let screen = bench.screen();
    assert!(screen.contains("[0, 1, 2, 6]"), "{screen}");
    bench.keys("4 Backspace j");
    assert!(!bench.screen().contains("[3]"));
}

#[test]
fn which_key_shows_after_a_pause_and_not_before() {
    let mut bench = bench();
    bench.keys("g");
    bench.wait(300);
    assert!(!bench.screen().contains("View 1"));
    bench.wait(150);
    assert!(bench.screen().contains("View 1"));
    bench.keys("g");
    assert!(!bench.screen().contains("View 1"));
}

#[test]
fn a_sequence_can_be_left() {
    let mut bench = bench();
    bench.keys("g Esc j");
    assert!(bench.screen().contains("list.down"));
    assert_eq!(bench.message(), None);
    bench.keys("C-x C-g j");
    assert_eq!(bench.message(), None);
}

#[test]
fn a_disabled_command_says_why() {
    let mut bench = Bench::with(blank, Size::new(80, 24), "vim", &[Role::Analyst]);
    bench.keys("X");
    let why = "Void: only a supervisor may; you are an analyst";
    assert_eq!(bench.message(), Some((Level::Warning, why.into())));
    assert!(
        !bench.screen().contains("X=void"),
        "the footer leaves it out"
    );
}

#[test]
fn letters_in_a_field_are_text_and_esc_leaves_it() {
    let mut bench = bench();
    bench.keys("/");
    bench.text("qjx");
    assert!(bench.facts().text);
    assert!(bench.screen().contains("qjx"));
    bench.keys("Esc");
    assert!(!bench.facts().text);
}

#[test]
fn a_meta_key_that_means_nothing_is_esc_and_the_key() {
    let mut bench = bench();
    bench.keys("/ M-j");
    assert!(!bench.facts().text, "Esc left the field");
    assert!(bench.screen().contains("list.down"));
}

#[test]
fn in_the_emacs_map_esc_is_meta_and_twice_goes_back() {
    let size = Size::new(80, 24);
    let mut bench = Bench::with(blank, size, "emacs", &[Role::Analyst]);
    bench.keys("Esc v");
    assert!(bench.screen().contains("list.page-up"));
    bench.keys("Esc x");
    assert!(bench.screen().contains("Command"));
    bench.keys("Esc Esc");
    assert!(!bench.screen().contains("app.quit"));
    bench.keys("Enter Esc Esc");
    assert!(bench.facts().root);
}

#[test]
fn in_the_function_map_esc_and_a_digit_is_a_function_key() {
    let size = Size::new(80, 24);
    let mut bench = Bench::with(blank, size, "function", &[Role::Analyst]);
    bench.keys("Esc 2");
    assert!(bench.screen().contains("Command"), "F2");
    bench.keys("F12 M-1");
    assert!(bench.screen().contains("Keys and commands"), "F1");
    bench.keys("Esc");
    assert!(bench.screen().contains("Keys and commands"), "not yet");
    bench.wait(1100);
    assert!(!bench.screen().contains("Keys and commands"), "Esc alone");
}

#[test]
fn a_colon_too_many_does_not_empty_the_palette() {
    for role in Role::ALL {
        let mut bench = Bench::with(
            crate::tui::screens::make,
            Size::new(80, 24),
            "vim",
            &[*role],
        );
        bench.keys(": :");
        assert!(
            !bench.screen().contains("nothing matches"),
            "{role:?}: {}",
            bench.screen()
        );
        bench.text(":help");
        assert!(
            bench.screen().contains("app.help"),
            "{role:?}: {}",
            bench.screen()
        );
        bench.keys("Esc :");
        bench.paste(" :app.help");
        bench.keys("Enter");
        assert!(
            bench.screen().contains("Keys and commands"),
            "{}",
            bench.screen()
        );
    }
}

#[test]
fn the_palette_completes_and_offers_nothing_the_role_does_not_permit() {
    let mut bench = Bench::with(blank, Size::new(80, 24), "vim", &[Role::Analyst]);
    bench.keys(":");
    bench.text("void");
    assert!(!bench.screen().contains("queue.void"));
    bench.keys("Enter");
    let why = "Void: only a supervisor may; you are an analyst";
    assert_eq!(bench.message(), Some((Level::Warning, why.into())));
    bench.keys(":");
    bench.text("undo");
    assert!(bench.screen().contains("nothing to undo"));
    bench.keys("C-u");
    bench.text("theme mo");
    bench.keys("Enter");
    assert_eq!(bench.effects, [Effect::KeepTheme("mono".into())]);
    bench.keys(":");
    bench.text("q");
    bench.keys("Enter");
    assert!(bench.app.has_quit());
}

#[test]
fn a_pick_list_answers_with_the_index() {
    let mut bench = bench();
    bench.keys("s Enter");
    assert!(bench.screen().contains("sort Chosen(0)"));
    bench.keys("s Esc");
    assert!(!bench.screen().contains("popup"));
}

#[test]
fn the_irreversible_takes_a_typed_word_and_drops_what_was_typed_ahead() {
    let mut bench = bench();
    bench.keys("J S Enter Enter");
    bench.reply(counts(1));
    assert_eq!(
        bench.message().map(|m| m.1),
        Some("2 keys typed ahead dropped: read this first".into())
    );
    bench.text("voi");
    bench.keys("Enter");
    assert!(!bench.screen().contains("void Yes"));
    bench.text("d");
    bench.keys("Enter");
    assert!(bench.screen().contains("void Yes"));
}

#[test]
fn ctrl_c_cancels_and_never_ends_the_program() {
    let mut bench = bench();
    bench.keys("/ C-c C-c C-c");
    assert!(!bench.app.has_quit());
    assert!(!bench.facts().text);
}

#[test]
fn hangup_closes_the_screens_and_ends() {
    let mut bench = bench();
    bench.send(Msg::Hangup);
    assert_eq!(bench.effects, [Effect::Quit]);
}

#[test]
fn an_error_stays_until_a_key() {
    let mut bench = bench();
    bench.fail("The store is busy");
    bench.wait(60_000);
    assert!(
        bench
            .screen()
            .contains("ERROR: The store is busy. Nothing was changed.")
    );
    bench.keys("j");
    assert!(!bench.screen().contains("ERROR"));
}

#[test]
fn help_is_made_from_the_live_keymap() {
    let mut bench = bench();
    bench.keys("?");
    let help = bench.screen_at(120, 60);
    assert!(help.contains("C-f") && help.contains("Page down"), "{help}");
    assert!(help.contains("Keys and commands"));
}

#[test]
fn no_size_panics() {
    let mut bench = bench();
    bench.keys(":");
    for (w, h) in [
        (1, 1),
        (1, 50),
        (500, 1),
        (59, 15),
        (60, 14),
        (60, 15),
        (80, 24),
        (500, 200),
    ] {
        let screen = bench.screen_at(w, h);
        if w < 60 || h < 15 {
            assert!(screen.len() <= usize::from(w + 1) * usize::from(h) * 4);
        }
    }
    assert!(bench.screen_at(60, 14).contains("needs 60x15"));
}

#[test]
fn colour_and_mono_carry_the_same_text() {
    let mut bench = bench();
    bench.keys("t S");
    let mono = bench.screen();
    for (name, _) in crate::tui::theme::BUNDLED {
        bench.app.theme = Theme::bundled(name, Depth::True).unwrap();
        assert_eq!(bench.screen(), mono, "{name}");
    }
}

#[test]
fn an_idle_program_writes_nothing_and_wakes_at_the_minute() {
    let mut bench = bench();
    assert_eq!(bench.app.wake_at().0 - bench.now.0, 60_000_000);
    bench.frame_bytes();
    bench.wait(59_000);
    assert_eq!(bench.frame_bytes(), 0);
    bench.wait(1_000);
    let bytes = bench.frame_bytes();
    assert!((1..=20).contains(&bytes), "{bytes}");
}

#[test]
fn the_painter_takes_what_the_app_draws() {
    let bench = bench();
    let painter = Painter::new(Vec::new(), Size::new(80, 24), Charset::Ascii);
    let mut ascii = Terminal::new(painter).unwrap();
    ascii.draw(|f| bench.app.render(f)).unwrap();
    assert!(ascii.backend_mut().writer().is_ascii());
    let mut test = Terminal::new(TestBackend::new(80, 24)).unwrap();
    test.draw(|f| bench.app.render(f)).unwrap();
}
