//! The worklist, its numbers, and who may see it.

use super::{begin, do_as, hospital, list, words};
use crate::domain::action::{Action, DraftToSave};
use crate::domain::ids::EncounterId;
use crate::domain::permission::Permission;
use crate::domain::review_action::ReviewAction as R;
use crate::domain::review_list::{ReviewAsk, ReviewView};
use crate::domain::user::Role;
use crate::ops::testing::{Hospital, at, bare_stay, fair_query, patient, stay};

#[test]
fn the_worklist_is_ordered_by_what_it_says_and_counts_every_view() {
    let (h, cdi, _) = hospital();
    h.import(vec![patient("p2", "Quiet"), stay("v2", "p2")]);
    h.analyze();
    let before = list(&h, &cdi, ReviewView::Discharged);
    assert_eq!((before.total, before.unlooked), (2, 2));
    let seen = h.office.see_opportunities(&cdi, 100).unwrap();
    assert_eq!((seen.done, seen.left), (2, 0));
    let page = list(&h, &cdi, ReviewView::Discharged);
    assert_eq!(page.unlooked, 0);
    let first = &page.rows[0];
    assert_eq!(
        (
            first.visit.raw(),
            first.best.as_ref().unwrap().rule.as_str()
        ),
        ("v1", "aki-kdigo")
    );
    assert_eq!((first.stay_days, first.days_left), (10, 11));
    let sum: i64 = first.why.iter().map(|(_, points)| points).sum();
    assert_eq!(sum, first.priority);
    assert!(
        first.why[0].0.contains("best opportunity"),
        "{:?}",
        first.why
    );
    // Set aside, it no longer counts.
    h.act(Action::DismissOpportunity {
        encounter: h.encounter("v1"),
        rule: "aki-kdigo".into(),
        reason: "dialysis".into(),
    })
    .unwrap();
    assert_eq!(list(&h, &cdi, ReviewView::Discharged).rows[0].best, None);
    // A query that waits brings it forward and into its view.
    let draft = DraftToSave {
        query: None,
        encounter: h.encounter("v2"),
        provider: None,
        text: fair_query(),
    };
    let (query, version) = h.office.save_draft(&cdi, &draft).unwrap();
    let provider =
        crate::domain::ids::ProviderId(h.office.providers(&cdi, "Smith", 1).unwrap()[0].id);
    let issue = Action::IssueQuery {
        query,
        version,
        provider,
        due: at("2026-03-25T14:00:00Z"),
        again: false,
        overrule: None,
    };
    h.office.act(&cdi, &h.request(), &issue).unwrap();
    assert_eq!(
        list(&h, &cdi, ReviewView::Queries).rows[0].visit.raw(),
        "v2"
    );
    begin(&h, &cdi, "seen", true).unwrap();
    let counts = list(&h, &cdi, ReviewView::New).counts;
    let told: Vec<(&str, i64)> = counts.iter().map(|(v, n)| (v.name(), *n)).collect();
    assert_eq!(
        told,
        [
            ("in-house", 0),
            ("discharged", 2),
            ("new", 1),
            ("due", 0),
            ("mine", 1),
            ("queries", 1),
            ("coding", 0),
            ("final", 0)
        ]
    );
    let ask = ReviewAsk {
        view: ReviewView::Discharged,
        filter: crate::grammar::review_filter(
            "quiet los:>=5",
            jiff::civil::date(2026, 3, 22),
            &jiff::tz::TimeZone::UTC,
        )
        .unwrap(),
        ..ReviewAsk::default()
    };
    assert_eq!(h.office.review_list(&cdi, &ask).unwrap().total, 1);
    h.clock.set(at("2026-05-01T14:00:00Z"));
    assert_eq!(list(&h, &cdi, ReviewView::Discharged).total, 0, "long gone");
}

#[test]
fn reviews_are_for_those_who_may_and_every_look_is_in_the_audit_log() {
    let h = Hospital::new();
    h.import(bare_stay());
    let encounter: EncounterId = h.encounter("v1");
    for role in Role::ALL {
        let provider = (*role == Role::Provider).then_some("Smith");
        let actor = h.user(&format!("u{}", role.name()), &[*role], provider);
        let may = |p| {
            crate::domain::permission::grant(&actor.user, p) != crate::domain::permission::Grant::No
        };
        let sees = matches!(
            role,
            Role::Cdi | Role::Coder | Role::Supervisor | Role::Auditor
        );
        assert_eq!(may(Permission::ViewReview), sees, "{}", role.name());
        assert_eq!(
            h.office.stay_review(&actor, encounter).is_ok(),
            sees,
            "{}",
            role.name()
        );
        assert_eq!(
            h.office.review_list(&actor, &ReviewAsk::default()).is_ok(),
            sees
        );
        let writes = matches!(role, Role::Cdi | Role::Supervisor);
        assert_eq!(
            begin(&h, &actor, "x", true).is_ok(),
            writes,
            "{}",
            role.name()
        );
        let note = R::Note {
            encounter,
            words: "x".into(),
            private: false,
        };
        let notes = writes || *role == Role::Coder;
        assert_eq!(do_as(&h, &actor, note).is_ok(), notes, "{}", role.name());
    }
    let auditor = h.user("watch", &[Role::Auditor], None);
    let rows = h.office.audit_rows(&auditor, 500).unwrap();
    let count = |action: &str| {
        rows.iter()
            .filter(|r| r.action == action && r.outcome == "ok")
            .count()
    };
    assert_eq!((count("review.show"), count("review.list")), (4, 4));
    assert_eq!(count("review.sign"), 2);
}

#[test]
fn numbers_of_the_first_screen_are_those_of_the_lists_behind_them() {
    let (h, ann, coder) = hospital();
    let mut due = words("again today");
    due.next = Some(crate::domain::time::Instant::start_of(
        h.office.today(),
        &h.office.zone,
    ));
    let action = R::Save {
        encounter: h.encounter("v1"),
        draft: None,
        words: due,
        sign: true,
    };
    h.office.see_opportunities(&ann, 100).unwrap();
    let before = h.office.counts(&ann).unwrap().cdi.unwrap();
    assert_eq!(before.due, 0);
    do_as(&h, &ann, action).unwrap();
    let counts = h.office.counts(&ann).unwrap().cdi.unwrap();
    assert_eq!(counts.due, 1);
    assert_eq!(list(&h, &ann, ReviewView::Due).total, 1);
    let filter = crate::domain::opportunity::OpportunityFilter::default();
    let page = h.office.opportunity_page(&ann, &filter, 50).unwrap();
    assert!(page.total > 0);
    assert_eq!(
        (counts.opportunities, counts.unlooked),
        (page.total, page.unseen)
    );
    assert_eq!(h.office.counts(&coder).unwrap().cdi, None);
}
