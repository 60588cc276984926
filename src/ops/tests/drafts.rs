//! Drafts: begun from every planted opportunity without anything to block them, versions to go
//! back to, the kept worklist of opportunities.

use super::super::OpsError;
use super::super::testing::{Hospital, at, fair_query};
use crate::demo::{DEFAULT_CHARTS, Expect, Family, Hospital as Demo, Plan, Planted};
use crate::domain::action::{Action, DraftToSave, ImportBatch};
use crate::domain::opportunity::{Opportunity, OpportunityFilter};
use crate::domain::query::{LintLevel, QueryFormat, QueryText};
use crate::domain::record::Arrival;
use crate::domain::user::{Actor, Role};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// The demo hospital with its planted opportunities.
fn demo() -> (Hospital, Vec<Planted>) {
    let h = Hospital::new();
    let now = at("2026-03-22T18:00:00Z");
    h.clock.set(now);
    let plan = Plan {
        seed: 1,
        charts: DEFAULT_CHARTS,
        now,
        zone: TimeZone::get("America/New_York").unwrap(),
        facility: "Drafts".into(),
    };
    let mut planted = Vec::new();
    let mut arrivals: Vec<Arrival> = Vec::new();
    for bundle in Demo::new(plan) {
        let truth = bundle.truth.into_iter();
        planted.extend(
            truth.filter(|p| p.family == Family::Opportunity && p.expect == Expect::MustFind),
        );
        arrivals.extend(bundle.arrivals);
    }
    while !arrivals.is_empty() {
        let rest = arrivals.split_off(arrivals.len().min(1_000));
        let batch = ImportBatch {
            source: "demo".into(),
            arrivals: std::mem::replace(&mut arrivals, rest),
            first: None,
        };
        h.act(Action::Import(batch)).unwrap();
    }
    (h, planted)
}

fn begun_well(h: &Hospital, visit: &str, o: &Opportunity) {
    let encounter = h.encounter(visit);
    let begun = h
        .office
        .begin_query(&h.me, encounter, &o.rule, None)
        .unwrap();
    let text = &begun.text;
    let draft = DraftToSave {
        query: None,
        encounter,
        provider: None,
        text: text.clone(),
    };
    let lint = h.office.lint_draft(&h.me, &draft).unwrap();
    let blocks: Vec<_> = lint
        .findings
        .iter()
        .filter(|f| f.level == LintLevel::Block)
        .collect();
    assert!(
        blocks.is_empty(),
        "{} {visit}: {blocks:?} in {text:?}",
        o.rule
    );
    assert_eq!(text.rule, o.rule);
    assert_eq!(
        text.indicators.len(),
        o.evidence.len(),
        "all of it is cited"
    );
    if text.format == QueryFormat::MultipleChoice {
        assert!(
            text.options.len() > 2,
            "{} offers nothing: {:?}",
            o.rule,
            begun.left_out
        );
    }
    for (cited, fact) in text.indicators.iter().zip(&o.evidence) {
        assert_eq!(cited.value.is_blank(), fact.value.is_none());
        assert_eq!(cited.line > 0, fact.document.is_some());
        let Some(document) = cited.document else {
            continue;
        };
        let all = h.office.store.document_text(document, None).unwrap().text;
        let line = all
            .raw()
            .lines()
            .nth(cited.line as usize - 1)
            .unwrap_or_default();
        let said = &all.raw()[fact.start..fact.end];
        let first = said.lines().next().unwrap_or_default();
        assert!(
            line.contains(first),
            "line {} has {line:?}, not {first:?}",
            cited.line
        );
    }
}

#[test]
fn a_draft_begun_from_a_planted_opportunity_has_nothing_to_block_it() {
    let (h, planted) = demo();
    let mut topics = BTreeSet::new();
    for p in &planted {
        let encounter = h.encounter(&p.visit);
        let found = h.office.opportunities_of(&h.me, encounter).unwrap().found;
        let of_topic: Vec<_> = found
            .opportunities
            .iter()
            .filter(|o| o.topic == p.kind)
            .collect();
        assert!(!of_topic.is_empty(), "{} {}", p.visit, p.kind);
        for o in of_topic {
            begun_well(&h, &p.visit, o);
        }
        topics.insert(p.kind.clone());
    }
    assert_eq!(topics.len(), 30, "a topic without a plant was not tested");
    the_worklist_holds_what_the_charts_hold(&h, &planted);
}

/// The kept worklist: every planted one, best first, and what is set aside is gone from it.
fn the_worklist_holds_what_the_charts_hold(h: &Hospital, planted: &[Planted]) {
    let all = OpportunityFilter::default();
    let before = h.office.opportunity_page(&h.me, &all, 1_000).unwrap();
    assert!(before.rows.is_empty() && before.unseen > 0);
    while h.office.see_opportunities(&h.me, 64).unwrap().left > 0 {}
    let page = h.office.opportunity_page(&h.me, &all, 1_000).unwrap();
    let told: BTreeSet<(String, String)> = page
        .rows
        .iter()
        .map(|r| (r.visit.raw().to_owned(), r.topic.clone()))
        .collect();
    let wanted: BTreeSet<(String, String)> = planted
        .iter()
        .map(|p| (p.visit.clone(), p.kind.clone()))
        .collect();
    assert_eq!(told, wanted);
    assert_eq!(page.total, page.rows.len() as i64);
    assert_eq!(page.unseen, 0);
    assert!(page.rows.windows(2).all(|w| w[0].rank >= w[1].rank));
    let of_topics: i64 = page.topics.iter().map(|t| t.1).sum();
    let of_services: i64 = page.services.iter().map(|s| s.1).sum();
    assert_eq!((of_topics, of_services), (page.total, page.total));
    let best = &page.rows[0];
    let narrow = OpportunityFilter {
        topic: Some(best.topic.clone()),
        service: Some(best.service_name.clone()),
        min_rank: best.rank,
    };
    let narrowed = h.office.opportunity_page(&h.me, &narrow, 1_000).unwrap();
    assert!(narrowed.rows.contains(best) && narrowed.total < page.total);
    assert_eq!(narrowed.rows.len() as i64, narrowed.total);
    let aside = Action::DismissOpportunity {
        encounter: best.encounter,
        rule: best.rule.clone(),
        reason: "seen with the team".into(),
    };
    let request = h.request();
    h.office.act(&h.me, &request, &aside).unwrap();
    let less = h.office.opportunity_page(&h.me, &all, 1_000).unwrap();
    assert_eq!(less.total, page.total - 1);
    h.act(Action::Undo { request }).unwrap();
    let again = h.office.opportunity_page(&h.me, &all, 1_000).unwrap();
    assert_eq!(again.total, page.total);
}

fn draft(h: &Hospital, query: Option<crate::domain::ids::QueryId>, body: &str) -> DraftToSave {
    DraftToSave {
        query,
        encounter: h.encounter("v1"),
        provider: None,
        text: QueryText {
            body: body.into(),
            ..fair_query()
        },
    }
}

#[test]
fn versions_are_kept_where_a_save_matters_and_one_can_go_back() {
    let h = Hospital::new();
    h.import(super::super::testing::bare_stay());
    let (id, _) = h.office.save_draft(&h.me, &draft(&h, None, "one")).unwrap();
    let bodies = |h: &Hospital| -> Vec<String> {
        let versions = h.office.query_versions(&h.me, id).unwrap();
        versions
            .iter()
            .map(|v| v.text.body.raw().to_owned())
            .collect()
    };
    assert_eq!(bodies(&h), ["one"]);
    h.office
        .save_draft(&h.me, &draft(&h, Some(id), "two"))
        .unwrap();
    assert_eq!(bodies(&h), ["one"], "not at every save");
    h.office
        .keep_draft(&h.me, &draft(&h, Some(id), "three"), true)
        .unwrap();
    h.office
        .keep_draft(&h.me, &draft(&h, Some(id), "three"), true)
        .unwrap();
    assert_eq!(bodies(&h), ["three", "one"], "the same words once");
    h.clock.set(h.office.now().plus_hours(1));
    h.office
        .save_draft(&h.me, &draft(&h, Some(id), "four"))
        .unwrap();
    assert_eq!(
        bodies(&h),
        ["four", "three", "one"],
        "after a while by itself"
    );
    h.office
        .save_draft(&h.me, &draft(&h, Some(id), "five"))
        .unwrap();
    h.office.revert_draft(&h.me, id, 1).unwrap();
    assert_eq!(bodies(&h), ["one", "five", "four", "three", "one"]);
    assert_eq!(h.office.query(&h.me, id).unwrap().text.body.raw(), "one");
    for n in 0..40 {
        h.office
            .keep_draft(&h.me, &draft(&h, Some(id), &n.to_string()), true)
            .unwrap();
    }
    assert_eq!(bodies(&h).len(), h.office.settings.draft_versions);
    let other = h.user("other", &[Role::Cdi], None);
    let seen = h.office.query_versions(&other, id);
    assert!(
        matches!(seen, Err(OpsError::NotPermitted { .. })),
        "a draft is its author's"
    );
    let counted = |who: &Actor| h.office.counts(who).unwrap().queries;
    let draft = ("draft".to_owned(), 1);
    assert_eq!(counted(&other), [], "and counts for nobody else");
    assert_eq!(counted(&h.me), std::slice::from_ref(&draft));
    let sue = h.user("sue", &[Role::Supervisor], None);
    assert_eq!(counted(&sue), [draft], "but for who may overrule the check");
    h.act(Action::DiscardDraft { query: id }).unwrap();
    assert!(matches!(
        h.office.query_versions(&h.me, id),
        Err(OpsError::NotFound { .. })
    ));
}
