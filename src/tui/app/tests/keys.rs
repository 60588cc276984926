//! Keys: typed ahead, in sequences, in fields, in every keymap.

use super::{bench, blank, counts};
use crate::domain::user::Role;
use crate::tui::app::testing::Bench;
use crate::tui::app::*;

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
fn ctrl_c_cancels_and_never_ends_the_program() {
    let mut bench = bench();
    bench.keys("/ C-c C-c C-c");
    assert!(!bench.app.has_quit());
    assert!(!bench.facts().text);
}
