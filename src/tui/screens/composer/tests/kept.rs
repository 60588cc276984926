//! Nothing is lost: drafts are saved, offered, taken back and discarded only by the word.

use super::{bench_time, composer, fresh, saved, saves, write};
use crate::domain::action::Action;
use crate::domain::ids::QueryId;
use crate::domain::query::{QueryFormat, QueryState, QueryVersion};
use crate::domain::user::Role;
use crate::tui::app::testing::{Bench, assert_screen, assert_state};
use crate::tui::app::{Effect, Msg};
use crate::tui::desk::{Reply, Request, TemplateText};
use crate::tui::screens::composer::Composer;
use crate::tui::screens::samples::{self, VISIT};
use ratatui::layout::Size;

#[test]
fn what_is_typed_is_saved_within_a_second_and_said_only_after() {
    let mut bench = composer();
    write(&mut bench, "Please clarify");
    assert!(saves(&bench).is_empty(), "not at every key");
    bench.wait(600);
    assert_eq!(saves(&bench), [(None, "Please clarify".to_owned())]);
    assert!(bench.screen().contains("saving"), "{}", bench.screen());
    assert_state("composer_busy", &mut bench);
    bench.text(" it");
    bench.wait(900);
    assert_eq!(saves(&bench).len(), 1, "one save at a time: never two rows");
    saved(&mut bench);
    assert_eq!(
        saves(&bench),
        [(Some(QueryId(118)), "Please clarify it".to_owned())]
    );
    assert!(
        !bench.screen().contains("saved 14"),
        "a newer text is not saved yet"
    );
    saved(&mut bench);
    assert!(
        bench.screen().contains("QUERY draft-118  saved 14:02:01"),
        "{}",
        bench.screen()
    );
}

#[test]
fn escape_keeps_the_draft_and_hangup_sends_what_is_unsaved() {
    let mut bench = composer();
    write(&mut bench, "x");
    bench.keys("Esc");
    assert_eq!(saves(&bench).len(), 1, "saved at once");
    assert!(
        bench.screen().contains("Question"),
        "open until it is on disk"
    );
    saved(&mut bench);
    assert!(bench.screen().contains("QUERIES"));
    let mut bench = composer();
    write(&mut bench, "y");
    bench.send(Msg::Hangup);
    assert_eq!(saves(&bench).len(), 1);
    assert!(bench.effects.contains(&Effect::Quit));
}

#[test]
fn a_save_that_fails_is_tried_again_and_nothing_closes() {
    let mut bench = composer();
    bench.asked();
    write(&mut bench, "x");
    bench.wait(100);
    bench.keys("Esc");
    bench.fail("The store is busy");
    assert!(bench.screen().contains("NOT SAVED"), "{}", bench.screen());
    assert_state("composer_error", &mut bench);
    bench.keys("Esc");
    assert!(bench.screen().contains("NOT SAVED"));
    bench.wait(2100);
    saved(&mut bench);
    assert!(bench.screen().contains("saved 14:02"));
}

#[test]
fn an_untouched_query_leaves_nothing_behind() {
    let mut bench = Bench::with(fresh, Size::new(80, 24), "vim", &[Role::Cdi]);
    bench.reply(Reply::Queries(Vec::new()));
    bench.open(Box::new(Composer::new(VISIT, Vec::new())));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(Vec::new()));
    bench.wait(1000);
    bench.keys("Esc");
    assert!(saves(&bench).is_empty());
    assert!(bench.screen().contains("QUERIES"));
}

#[test]
fn the_latest_draft_on_the_chart_is_offered() {
    let mut bench = Bench::with(fresh, Size::new(80, 24), "vim", &[Role::Cdi]);
    bench.reply(Reply::Queries(Vec::new()));
    bench.open(Box::new(Composer::new(VISIT, Vec::new())));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    bench.reply(Reply::Queries(vec![samples::query(118, QueryState::Draft)]));
    assert_screen("composer_resume_80", &bench.screen());
    bench.keys("Enter");
    let screen = bench.screen();
    assert!(
        screen.contains("Please clarify the type") && screen.contains("draft-118"),
        "{screen}"
    );
    bench.keys("Esc");
    assert!(saves(&bench).is_empty(), "nothing was changed");
}

#[test]
fn a_draft_that_is_opened_again_names_its_template() {
    let opened = |template: Option<TemplateText>| {
        let mut bench = Bench::with(fresh, Size::new(80, 24), "vim", &[Role::Cdi]);
        bench.reply(Reply::Queries(Vec::new()));
        bench.open(Box::new(Composer::draft(VISIT, QueryId(118))));
        bench.reply(Reply::Chart(Box::new(samples::chart())));
        let mut row = samples::query(118, QueryState::Draft);
        row.query.text.template = "heart-failure".into();
        row.template = template.map(Box::new);
        bench.reply(Reply::Queries(vec![row]));
        bench.screen()
    };
    let known = opened(Some(TemplateText {
        id: "heart-failure".into(),
        topic: "heart-failure".into(),
        name: "Type of heart failure and what the echocardiogram says of it".into(),
        format: QueryFormat::MultipleChoice,
        title: String::new(),
        body: String::new(),
        options: Vec::new(),
        cite: vec!["ejection fraction".into()],
    }));
    assert!(known.contains("Template Type of heart failure"), "{known}");
    assert!(known.contains("+ cite: ejection fraction"), "{known}");
    assert!(known.contains("To SMITH,A"), "whoever is asked: {known}");
    let gone = opened(None);
    assert!(gone.contains("Template heart-failure"), "{gone}");
}

#[test]
fn a_draft_is_discarded_only_by_the_word() {
    let mut bench = composer();
    write(&mut bench, "x");
    bench.wait(600);
    saved(&mut bench);
    bench.keys("C-x D");
    bench.text("no");
    bench.keys("Enter Esc");
    assert!(bench.screen().contains("Question"));
    bench.keys("C-x D");
    bench.text("discard");
    bench.keys("Enter");
    let query = QueryId(118);
    let gone =
        |r: &&Request| matches!(r, Request::Act(_, a) if **a == Action::DiscardDraft { query });
    assert!(bench.waiting().iter().any(gone));
}

#[test]
fn typing_is_taken_back_and_done_again() {
    let mut bench = composer();
    write(&mut bench, "one two");
    bench.keys("C-x u");
    let less = bench.screen();
    assert!(!less.contains("one two"), "{less}");
    bench.keys("C-x r");
    assert!(bench.screen().contains("one two"), "{}", bench.screen());
    bench.paste("\nthree\tfour");
    assert!(bench.screen().contains("three"), "pasted text is text");
}

#[test]
fn versions_can_be_looked_at_and_gone_back_to() {
    let mut bench = composer();
    bench.keys("C-x h");
    assert!(bench.message().unwrap().1.contains("nothing is saved yet"));
    write(&mut bench, "newer words");
    bench.wait(600);
    saved(&mut bench);
    bench.keys("C-x h");
    assert!(
        bench
            .waiting()
            .contains(&&Request::QueryVersions(QueryId(118)))
    );
    let version = |number, body: &str| QueryVersion {
        number,
        at: bench_time(),
        provider: None,
        text: crate::domain::query::QueryText {
            body: body.into(),
            ..samples::query(118, QueryState::Draft).query.text
        },
    };
    bench.reply(Reply::QueryVersions(vec![
        version(2, "newer words"),
        version(1, "older words"),
    ]));
    assert_screen("composer_versions_80", &bench.screen());
    bench.keys("Down Enter");
    assert_screen("composer_version_80", &bench.screen());
    bench.keys("y");
    assert!(bench.screen().contains("older words"), "{}", bench.screen());
    bench.wait(600);
    let kept = bench
        .waiting()
        .into_iter()
        .any(|r| matches!(r, Request::SaveVersion(d) if d.text.body.raw() == "older words"));
    assert!(kept, "going back is a save that matters");
}

#[test]
fn a_query_about_an_opportunity_offers_only_the_draft_about_the_same() {
    let mut bench = Bench::with(fresh, Size::new(80, 24), "vim", &[Role::Cdi]);
    bench.reply(Reply::Queries(Vec::new()));
    bench.open(Box::new(Composer::about(VISIT, "obesity")));
    bench.reply(Reply::Chart(Box::new(samples::chart())));
    let other = samples::query(117, QueryState::Draft);
    let mut same = samples::query(118, QueryState::Draft);
    same.query.text.rule = "obesity".into();
    bench.reply(Reply::Queries(vec![other, same]));
    assert!(
        bench.screen().contains("Go on with draft-118"),
        "{}",
        bench.screen()
    );
    bench.keys("Enter");
    assert!(bench.screen().contains("draft-118"));
    bench.fail("The rules find nothing here any more");
    assert!(
        bench.screen().contains("Please clarify the type"),
        "what was typed stays"
    );
}
