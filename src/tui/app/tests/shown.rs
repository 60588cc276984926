//! Messages, dialogs, help and drawing.

use super::{bench, blank, counts};
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, assert_screen};
use crate::tui::app::*;
use crate::tui::desk::Notice;
use crate::tui::terminal::{Charset, Painter};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

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
fn a_command_from_the_palette_closes_the_text_that_lies_open() {
    let mut bench = bench();
    bench.keys("? :");
    bench.text("theme mono");
    bench.keys("Enter");
    assert!(!bench.screen().contains("Keys and commands"));
    assert_eq!(bench.effects, [Effect::KeepTheme("mono".into())]);
    // What the text takes itself, and what runs over everything, leaves it open.
    for command in ["list.down", "app.redraw"] {
        bench.keys("? :");
        bench.text(command);
        bench.keys("Enter");
        assert!(bench.screen().contains("Keys and commands"), "{command}");
        bench.keys("Esc");
    }
    // What waits for an answer stays, and says so.
    bench.keys("s F2");
    bench.text("theme mono");
    bench.keys("Enter");
    assert!(bench.screen().contains("Sort"), "{}", bench.screen());
    let why = "Colours: leave this first (Esc)";
    assert_eq!(bench.message(), Some((Level::Warning, why.into())));
    bench.keys("Esc");
    assert!(!bench.screen().contains("Sort"));
}

#[test]
fn the_command_line_answers_no_irreversible_question_and_opens_once() {
    let mut bench = bench();
    bench.keys("J S Enter Enter");
    bench.reply(counts(1));
    bench.keys("F2");
    bench.text("dialog.yes");
    bench.keys("Enter");
    assert!(!bench.screen().contains("void Yes"), "{}", bench.screen());
    bench.text("void");
    bench.keys("Enter");
    assert!(bench.screen().contains("void Yes"), "{}", bench.screen());
    bench.keys("F2 F2 Esc");
    assert!(!bench.screen().contains("Command"), "{}", bench.screen());
}

#[test]
fn what_stands_under_the_cursor_runs_before_what_is_not_offered_here() {
    let mut bench = Bench::with(
        crate::tui::screens::make,
        Size::new(80, 24),
        "vim",
        &[Role::Analyst],
    );
    // It begins a command of the dashboard, which means nothing on the first screen.
    bench.keys(":");
    bench.text("dashb");
    assert!(
        bench.screen().contains("> app.goto-dashboard"),
        "{}",
        bench.screen()
    );
    bench.keys("Enter");
    assert!(bench.screen().contains("DASHBOARD"), "{}", bench.screen());
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
