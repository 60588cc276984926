//! The worklist of opportunities: best first, narrowed with counts, asked about in one key.

use super::Opportunities;
use crate::command::Command;
use crate::domain::action::Action;
use crate::domain::ids::EncounterId;
use crate::domain::opportunity::{OpportunityFilter, OpportunityPage, OpportunityRow};
use crate::domain::query::QueryState;
use crate::domain::untrusted::Untrusted;
use crate::ops::Seen;
use crate::tui::app::testing::{Bench, assert_screen, assert_state};
use crate::tui::app::{Place, Screen};
use crate::tui::desk::{Reply, Request, StayOpportunities};
use crate::tui::screens::samples;

fn fresh(place: Place) -> Option<Box<dyn Screen>> {
    match place {
        Place::Home => Some(Box::new(Opportunities::default())),
        other => crate::tui::screens::make(other),
    }
}

fn row(encounter: i64, rule: &str, title: &str, rank: i64, service: &str) -> OpportunityRow {
    OpportunityRow {
        encounter: EncounterId(encounter),
        rule: rule.into(),
        topic: rule.into(),
        title: title.into(),
        rank,
        facts: 3,
        patient_name: "ZZTEST,ANN".into(),
        mrn: "4410123".into(),
        visit: "V1001".into(),
        service_name: service.into(),
        admitted: None,
        discharged: None,
        query: None,
    }
}

fn page() -> OpportunityPage {
    let mut asked = row(13, "hyponatremia", "Low sodium", 40, "Surgery");
    asked.query = Some(QueryState::Issued);
    OpportunityPage {
        rows: vec![
            row(11, "resp-failure-hypoxic", "Oxygenation", 70, "Medicine"),
            row(12, "obesity", "Body mass index", 45, ""),
            asked,
        ],
        total: 3,
        topics: vec![
            ("resp-failure-hypoxic".into(), 1),
            ("obesity".into(), 1),
            ("hyponatremia".into(), 1),
        ],
        services: vec![
            ("Medicine".into(), 1),
            ("Surgery".into(), 1),
            ("".into(), 1),
        ],
        unseen: 0,
    }
}

fn worklist() -> Bench {
    let mut bench = Bench::new(fresh);
    bench.reply(Reply::OpportunityList(Box::new(page())));
    bench.reply(Reply::Seen(Seen { done: 0, left: 0 }));
    bench
}

fn evidence(bench: &mut Bench) {
    bench.wait(200);
    bench.reply(Reply::Opportunities(Box::new(StayOpportunities {
        open: vec![samples::opportunity()],
        aside: Vec::new(),
    })));
}

#[test]
fn best_first_with_evidence_criterion_source_and_rank() {
    let mut bench = Bench::new(fresh);
    assert_state("opportunities_busy", &mut bench);
    bench.reply(Reply::OpportunityList(Box::new(page())));
    assert!(bench.screen().contains("Reading the evidence"));
    evidence(&mut bench);
    assert_state("opportunities_full", &mut bench);
    assert_screen("opportunities_tiny", &bench.screen_at(59, 14));
    let screen = bench.screen_at(120, 40);
    for words in [
        "pO2 52 mmHg",
        "line 12",
        "Criterion:",
        "Source: ACP",
        "Rank 70:",
    ] {
        assert!(screen.contains(words), "{words} in {screen}");
    }
}

#[test]
fn nothing_found_says_so_and_an_error_says_what_to_press() {
    let mut bench = Bench::new(fresh);
    bench.reply(Reply::OpportunityList(Box::default()));
    assert_state("opportunities_empty", &mut bench);
    let mut bench = Bench::new(fresh);
    bench.reply(Reply::Seen(Seen::default()));
    bench.fail("The store is busy");
    assert_state("opportunities_error", &mut bench);
}

#[test]
fn stays_that_changed_are_looked_at_until_none_is_left_and_then_the_list_is_read_again() {
    let mut bench = Bench::new(fresh);
    bench.reply(Reply::OpportunityList(Box::default()));
    bench.reply(Reply::Seen(Seen { done: 24, left: 30 }));
    assert!(
        bench.screen().contains("30 stays to look at"),
        "{}",
        bench.screen()
    );
    let looks = |bench: &Bench| {
        let is = |r: &&&Request| matches!(r, Request::SeeOpportunities(_));
        bench.waiting().iter().filter(is).count()
    };
    assert_eq!(looks(&bench), 1);
    bench.reply(Reply::Seen(Seen { done: 24, left: 6 }));
    bench.reply(Reply::Seen(Seen { done: 6, left: 0 }));
    assert_eq!(looks(&bench), 0);
    bench.reply(Reply::OpportunityList(Box::new(page())));
    assert!(bench.screen().contains("OPPORTUNITIES 3/3"));
}

#[test]
fn one_key_narrows_by_topic_service_and_rank_with_counts() {
    let mut bench = worklist();
    bench.keys("t");
    assert_screen("opportunities_topics_80", &bench.screen());
    bench.keys("Down Down Enter");
    let asked = |bench: &Bench| -> OpportunityFilter {
        let mut all = bench.waiting().into_iter().rev();
        all.find_map(|r| match r {
            Request::OpportunityList(filter) => Some(filter.clone()),
            _ => None,
        })
        .unwrap()
    };
    assert_eq!(asked(&bench).topic.as_deref(), Some("obesity"));
    bench.reply(Reply::OpportunityList(Box::new(page())));
    bench.keys("e Down Enter");
    assert_eq!(asked(&bench).service, Some("Medicine".into()));
    bench.reply(Reply::OpportunityList(Box::new(page())));
    bench.keys("r");
    assert_eq!(asked(&bench).min_rank, 70);
    bench.reply(Reply::OpportunityList(Box::new(page())));
    assert!(
        bench.screen().contains("topic obesity  Medicine  rank 70+"),
        "{}",
        bench.screen()
    );
    bench.keys("Esc");
    assert_eq!(asked(&bench), OpportunityFilter::default());
    bench.reply(Reply::OpportunityList(Box::new(page())));
    bench.keys("/");
    bench.text("sodium");
    bench.keys("Enter");
    assert!(bench.screen().contains("OPPORTUNITIES 1/3"));
}

#[test]
fn a_part_of_a_name_means_the_one_that_has_it_or_leaves_the_choice() {
    let mut bench = worklist();
    let only = |name: &str| Command::OpportunityService(Some(name.into()));
    let asked = |bench: &Bench| -> Vec<Option<Untrusted>> {
        let all = bench.waiting().into_iter();
        all.filter_map(|r| match r {
            Request::OpportunityList(filter) => Some(filter.service.clone()),
            _ => None,
        })
        .collect()
    };
    let before = asked(&bench).len();
    let services: Vec<String> = page().services.iter().map(|s| s.0.raw().into()).collect();
    // A letter that several have: nothing is taken, those that fit are offered with their counts.
    bench.run(only("e"));
    assert_eq!((bench.dialogs(), asked(&bench).len()), (1, before));
    let screen = bench.screen();
    assert!(screen.contains("Which one has \"e\""), "{screen}");
    assert!(
        services.iter().all(|s| screen.contains(s.as_str())),
        "{screen}"
    );
    bench.keys("Down Enter");
    assert_eq!(
        asked(&bench).last(),
        Some(&Some(services[1].as_str().into()))
    );
    bench.reply(Reply::OpportunityList(Box::new(page())));
    bench.run(only(&services[0].to_uppercase()));
    assert_eq!(
        asked(&bench).last(),
        Some(&Some(services[0].as_str().into()))
    );
    bench.reply(Reply::OpportunityList(Box::new(page())));
    bench.run(only("edic"));
    assert_eq!(asked(&bench).last(), Some(&Some("Medicine".into())));
    bench.reply(Reply::OpportunityList(Box::new(page())));
    bench.run(only("nowhere"));
    assert!(bench.message().unwrap().1.contains("nothing of that name"));
}

#[test]
fn one_key_begins_the_query_and_another_sets_it_aside_with_a_reason() {
    let mut bench = worklist();
    bench.keys("Down d");
    bench.text("seen with the team");
    bench.keys("Enter");
    let aside = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(_, action) => Some((**action).clone()),
        _ => None,
    });
    assert_eq!(
        aside,
        Some(Action::DismissOpportunity {
            encounter: EncounterId(12),
            rule: "obesity".into(),
            reason: "seen with the team".into(),
        })
    );
    let mut bench = worklist();
    bench.keys("Q");
    let begins = Request::BeginQuery(EncounterId(11), "resp-failure-hypoxic".into(), None);
    assert!(bench.waiting().contains(&&begins));
    let mut bench = worklist();
    bench.keys("Enter");
    assert!(bench.waiting().contains(&&Request::Chart(EncounterId(11))));
}

#[test]
fn once_it_is_asked_the_cursor_goes_on_to_the_next() {
    let mut bench = worklist();
    bench.keys("d");
    bench.text("asked on the ward round");
    bench.keys("Enter");
    let request = bench.waiting().into_iter().find_map(|r| match r {
        Request::Act(id, _) => Some(id.clone()),
        _ => None,
    });
    bench.reply(Reply::Acted(crate::tui::desk::Acted {
        request: request.unwrap(),
        deed: Box::new(crate::tui::desk::Deed::each(1, "opportunity", "set aside")),
        done: 1,
        refused: Vec::new(),
        undoable: false,
        taken: None,
    }));
    let mut after = page();
    let mut sent = after.rows.remove(0);
    sent.query = Some(QueryState::Issued);
    after.rows.push(sent);
    bench.reply(Reply::OpportunityList(Box::new(after)));
    bench.keys("Q");
    let next = Request::BeginQuery(EncounterId(12), "obesity".into(), None);
    assert!(bench.waiting().contains(&&next));
}
