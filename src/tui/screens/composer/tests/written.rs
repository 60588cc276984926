//! Writing: templates, options, citations, indicators, keys and what they cost.

use super::{composer, composer_at, saved, saves, write};
use crate::domain::query::QueryFormat;
use crate::domain::worklist::Choice;
use crate::tui::app::testing::assert_screen;
use crate::tui::desk::{Reply, Request, TemplateText};
use crate::tui::screens::samples::{self, ECHO};
use ratatui::layout::Size;

#[test]
fn a_template_fills_in_and_replaces_only_after_a_yes() {
    let template = || {
        Reply::Template(Box::new(TemplateText {
            id: "aki".into(),
            topic: "aki".into(),
            name: "Change in kidney function".into(),
            format: QueryFormat::MultipleChoice,
            title: "Change in kidney function".into(),
            body: "Please clarify what {{finding}} represents.".into(),
            options: vec!["Acute kidney injury".into(), "Other: ____".into()],
            cite: vec!["Creatinine with baseline".into()],
        }))
    };
    let mut bench = composer();
    bench.keys("F4");
    bench.reply(Reply::Choices(vec![Choice {
        id: 3,
        name: "Change in kidney function".into(),
        note: "aki".into(),
    }]));
    assert_screen("composer_template_80", &bench.screen());
    bench.keys("Enter");
    assert!(bench.waiting().contains(&&Request::Template(3)));
    bench.reply(template());
    assert!(bench.screen().contains("Acute kidney injury"));
    bench.keys("C-x s");
    assert!(bench.message().unwrap().1.contains("{{ }}"));
    bench.keys("C-x t");
    bench.reply(Reply::Choices(vec![Choice {
        id: 4,
        name: "Other template".into(),
        note: "x".into(),
    }]));
    bench.keys("Enter");
    bench.reply(template());
    assert!(bench.screen().contains("Replace what is written?"));
    bench.keys("n");
    assert!(bench.screen().contains("{{finding}}"));
}

#[test]
fn options_are_added_before_the_ways_out_and_removed_lines_come_back() {
    let mut bench = composer();
    bench.keys("C-x o");
    bench.text("Acute systolic");
    bench.keys("C-x o");
    bench.text("Chronic systolic");
    let screen = bench.screen();
    let at = |text: &str| screen.lines().position(|l| l.contains(text)).unwrap();
    assert!(at("Acute systolic") < at("Chronic systolic"));
    assert!(at("Chronic systolic") < at("Other: ____"));
    bench.keys("C-x d");
    assert!(!bench.screen().contains("Chronic systolic"));
    bench.keys("Down Down C-_");
    assert!(
        bench.screen().contains("Chronic systolic"),
        "{}",
        bench.screen()
    );
}

#[test]
fn a_form_of_yes_or_no_brings_its_options() {
    let mut bench = composer();
    bench.keys("S-Tab y");
    let screen = bench.screen();
    assert!(
        screen.contains("yes or no") && screen.contains("( ) Yes"),
        "{screen}"
    );
    bench.keys("o");
    assert!(!bench.screen().contains("Options"));
    bench.keys("C-x o");
    assert!(bench.message().unwrap().1.contains("no options"));
}

#[test]
fn a_line_of_the_chart_is_cited_into_the_draft() {
    let mut bench = composer();
    write(&mut bench, "x");
    bench.keys("C-x c");
    assert_eq!(saves(&bench).len(), 1, "saved before the chart covers it");
    bench.reply(Reply::Chart(Box::new(samples::chart_with_values())));
    bench.keys("Enter");
    bench.reply(Reply::Text(samples::text(ECHO)));
    bench.asked();
    assert!(bench.screen().contains("choose what to cite"));
    bench.keys("Esc g i C");
    let screen = bench.screen();
    assert!(
        screen.contains("2 Oxygen saturation 88 % (Vital signs 2026-02-03)"),
        "{screen}"
    );
}

#[test]
fn an_indicator_is_typed_by_hand_and_edited() {
    let mut bench = composer();
    bench.keys("C-x i");
    bench.text("BNP 1,240 pg/mL");
    bench.keys("Enter");
    bench.text("Laboratory");
    bench.keys("Enter");
    bench.text("2/5");
    bench.keys("Enter");
    bench.text("lab");
    assert_screen("composer_indicator_80", &bench.screen());
    bench.keys("Enter");
    assert!(
        bench
            .screen()
            .contains("2 BNP 1,240 pg/mL (Laboratory 2026-02-05)")
    );
    bench.keys("Enter");
    assert!(
        bench.screen().contains("2026-02-05"),
        "what there is stands in the fields"
    );
}

#[test]
fn another_provider_is_asked() {
    let mut bench = composer();
    bench.keys("Tab j");
    assert!(
        bench
            .waiting()
            .iter()
            .any(|r| matches!(r, Request::Choices(_, text) if text == "j"))
    );
    bench.reply(Reply::Choices(vec![Choice {
        id: 22,
        name: "JONES,B".into(),
        note: "Medicine".into(),
    }]));
    bench.keys("Enter");
    assert!(bench.screen().contains("To JONES,B"));
}

#[test]
fn every_keymap_reaches_the_composer_commands() {
    for keymap in ["vim", "emacs", "function"] {
        let mut bench = composer_at(Size::new(80, 24), keymap);
        write(&mut bench, "x");
        bench.keys("C-x v C-g");
        bench.keys(if keymap == "emacs" { "C-x a" } else { "C-x o" });
        bench.text("option");
        assert!(bench.screen().contains("( ) option"), "{keymap}");
        bench.keys("C-x k");
        saved(&mut bench);
        assert!(bench.screen().contains("QUERIES"), "{keymap}");
    }
}

#[test]
fn a_typed_key_costs_few_bytes() {
    let mut bench = composer();
    write(&mut bench, "Please clarify");
    bench.wait(400);
    bench.frame_bytes();
    bench.text("x");
    let first = bench.frame_bytes();
    bench.text("y");
    let bytes = bench.frame_bytes();
    assert!(bytes <= 100, "{bytes}, the first {first}");
}
