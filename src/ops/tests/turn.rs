//! An account that is changed while its session goes on: rights that were taken away are gone
//! before the next action or view, whoever asks with the user as they were.

use super::super::testing::{Hospital, request};
use super::super::{Office, OpsError};
use super::worked;
use crate::domain::action::Action;
use crate::domain::user::{Actor, Role};
use crate::domain::worklist::QueueView;

fn changed(h: &Hospital, office: &Office, login: &str, roles: &[Role], active: bool) {
    let user = office.store.user(login).unwrap().unwrap();
    let action = Action::ChangeUser {
        user: user.id,
        version: user.version,
        roles: roles.to_vec(),
        provider: user.provider,
        active,
    };
    office.act(&h.me, &h.request(), &action).unwrap();
}

/// What a session might go on with: views that are recorded, changes, and the question whether the
/// user is still who they were, which a session asks before every view.
fn tried(h: &Hospital, actor: &Actor) -> Vec<OpsError> {
    let encounter = h.encounter("v1");
    let office = &h.office;
    let take = Action::Take { encounter };
    [
        office.queue(actor, &request(QueueView::All)).map(drop),
        office.chart(actor, encounter, true).map(drop),
        office.act(actor, &h.request(), &take).map(drop),
        office
            .absences(actor, None)
            .map(drop)
            .and(office.still(actor).map(drop)),
    ]
    .into_iter()
    .filter_map(Result::err)
    .collect()
}

#[test]
fn an_account_that_is_off_gets_nothing_any_more_and_that_is_recorded() {
    let h = worked();
    let bea = h.user("bea", &[Role::Analyst], None);
    assert!(tried(&h, &bea).is_empty());
    // Another process switches it off.
    let second = h.second_process("session-9");
    changed(&h, &second, "bea", &[Role::Analyst], false);
    let refused = tried(&h, &bea);
    assert_eq!(refused.len(), 4);
    for error in refused {
        assert!(matches!(error, OpsError::SwitchedOff(_)), "{error}");
    }
    let rows = h.office.store.audit_rows(50).unwrap();
    let recorded = |action: &str| {
        let of = |r: &&crate::domain::audit::AuditRow| r.action == action && r.login == "bea";
        rows.iter().find(of).map(|r| r.outcome.clone())
    };
    assert_eq!(recorded("session.end").as_deref(), Some("refused"));
    changed(&h, &second, "bea", &[Role::Analyst], true);
    let back = h.office.still(&bea).unwrap();
    assert!(tried(&h, &back).is_empty());
}

#[test]
fn roles_that_were_changed_count_from_the_next_question_on() {
    let h = worked();
    let bea = h.user("bea", &[Role::Analyst, Role::Supervisor], None);
    changed(&h, &h.office, "bea", &[Role::Auditor], true);
    for error in tried(&h, &bea).into_iter().take(3) {
        assert!(matches!(error, OpsError::RolesChanged(_)), "{error}");
    }
    let now = h.office.still(&bea).unwrap();
    assert_eq!(now.user.roles, [Role::Auditor]);
    assert_eq!(now.session, bea.session);
    let take = Action::Take {
        encounter: h.encounter("v1"),
    };
    let refused = h.office.act(&now, &h.request(), &take);
    assert!(matches!(refused, Err(OpsError::NotPermitted { .. })));
}
