//! A session that goes on while another process changes its user's account.

use super::work::{kept_demo, run, workstation_at};
use crate::support::Place;

/// A demo hospital with another user beside the first.
fn with_bea(roles: &str) -> Place {
    let place = kept_demo();
    run(
        &place,
        &["user", "add", "bea", "--name", "Bea Ruiz", "--roles", roles],
    );
    place
}

#[test]
fn an_account_that_is_switched_off_ends_its_session_and_keeps_the_draft() {
    let place = with_bea("analyst,cdi");
    let mut t = workstation_at(&place, 80, 24, &["--as", "bea"]);
    t.command("app.goto-queue")
        .see("DEFICIENCIES")
        .until("rows", |s| s.contains("> "));
    t.command("queue.open-chart").see("CHART");
    t.command("query.compose").see("QUERY").see("Question");
    t.see(">Template").keys("\t\t\t").see(">Title");
    t.keys("Kept after all").see("Kept after all");
    run(&place, &["user", "off", "bea"]);
    // The next question is the last, whatever it is.
    let _ = t.keys("!");
    assert_eq!(t.ended(), 0);
    let screen = t.text();
    assert!(screen.contains("bea was switched off"), "{screen}");
    assert!(
        !screen.contains("CHART") && !screen.contains("QUERY"),
        "{screen}"
    );
    let list = String::from_utf8(run(&place, &["query", "list", "--json"]).stdout).unwrap();
    assert!(list.contains("Kept after all"), "{list}");
    let refused = place.command(&["--as", "bea", "queue"]).output().unwrap();
    assert!(!refused.status.success());
}

#[test]
fn changed_roles_reach_a_session_that_is_open() {
    let place = with_bea("analyst,supervisor");
    let mut t = workstation_at(&place, 80, 24, &["--as", "bea"]);
    t.command("app.goto-suspension").see("SUSPENSION");
    run(&place, &["user", "roles", "bea", "auditor"]);
    t.command("app.goto-dashboard")
        .see("the roles of bea were changed")
        .see("WORKLISTS");
    t.command("app.goto-suspension");
    t.command("app.quit");
    assert_eq!(t.ended(), 0);
}
