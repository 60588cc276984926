//! Taking charts: leases, so that two people never work the same chart, and the analyst's name on
//! every item that is still owed.

use super::access::{allowed, allowed_for_all, denied};
use super::deficiency::Undoable;
use super::error::{OpsError, Result};
use super::outcome::Outcome;
use crate::domain::ids::{EncounterId, UserId};
use crate::domain::permission::Permission;
use crate::domain::untrusted::Untrusted;
use crate::domain::user::Actor;
use crate::domain::worklist::{Reader, Scope, WorkOrder};
use crate::store::{AuditDraft, Event, Tx};

/// The event of an item whose chart was taken.
pub(super) const TAKE: &str = "deficiency.take";

/// The event of an item whose chart was given back.
pub(super) const RELEASE: &str = "deficiency.release";

/// Takes a chart: a lease, and its outstanding items become the taker's.
pub(super) fn take(
    tx: &mut Tx<'_>,
    actor: &Actor,
    encounter: EncounterId,
    lease_minutes: i64,
) -> Result<Outcome> {
    allowed(actor, Permission::CreateDeficiency)?;
    if let Some(lease) = tx.lease(encounter)?
        && lease.user != actor.user.id
    {
        return Err(OpsError::Refused(format!(
            "{} has this chart for {} more min",
            crate::text::show(&lease.user_name),
            lease.expires.seconds_since(tx.now).max(0) / 60 + 1
        )));
    }
    grant(tx, actor, encounter, lease_minutes)?;
    let outcome = set_analyst(tx, encounter, Some(actor.user.id), TAKE)?;
    audit(tx, "chart.take", encounter);
    Ok(outcome)
}

/// Takes the first chart of a list that nobody has and in which something can be done now: what
/// is on hold waits. Looking for it and taking it are one transaction: two people who ask at once
/// get two charts. It is for whoever may complete everybody's items, since that is the work.
pub(super) fn take_next(
    tx: &mut Tx<'_>,
    actor: &Actor,
    from: &WorkOrder,
    leave: Option<EncounterId>,
    lease_minutes: i64,
) -> Result<Outcome> {
    allowed_for_all(actor, Permission::CompleteDeficiency)?;
    let reader = Reader {
        user: actor.user.id,
        scope: Scope::All,
        all_drafts: false,
    };
    let Some(next) = tx.next_free(from, &reader)? else {
        return Err(OpsError::Refused(
            "no chart of this list is free: all are taken, on hold or done".into(),
        ));
    };
    if let Some(left) = leave.filter(|left| *left != next.encounter) {
        leave_done(tx, actor, left)?;
    }
    let outcome = take(tx, actor, next.encounter, lease_minutes)?;
    Ok(Outcome {
        taken: Some(next),
        ..outcome
    })
}

/// Gives a chart back on which nothing is owed any more.
fn leave_done(tx: &mut Tx<'_>, actor: &Actor, encounter: EncounterId) -> Result<()> {
    let mine = tx
        .lease(encounter)?
        .is_some_and(|lease| lease.user == actor.user.id);
    let owed = tx
        .deficiencies_of(encounter)?
        .iter()
        .any(|row| row.mutable.state.is_outstanding());
    if mine && !owed {
        tx.end_lease(encounter)?;
        tx.set_chart_analyst(encounter, None)?;
        audit(tx, "chart.release", encounter);
    }
    Ok(())
}

/// Gives a chart back.
pub(super) fn release(tx: &mut Tx<'_>, actor: &Actor, encounter: EncounterId) -> Result<Outcome> {
    allowed(actor, Permission::CreateDeficiency)?;
    if let Some(lease) = tx.lease(encounter)?
        && lease.user != actor.user.id
        && allowed(actor, Permission::SuperviseDeficiency).is_err()
    {
        return Err(denied(actor, Permission::SuperviseDeficiency));
    }
    tx.end_lease(encounter)?;
    let outcome = set_analyst(tx, encounter, None, RELEASE)?;
    audit(tx, "chart.release", encounter);
    Ok(outcome)
}

/// Undoes a taking or giving back, after the items were put back.
pub(super) fn undo(
    tx: &mut Tx<'_>,
    actor: &Actor,
    encounter: EncounterId,
    analyst: Option<UserId>,
    lease_minutes: i64,
) -> Result<()> {
    tx.set_chart_analyst(encounter, analyst)?;
    let held = tx.lease(encounter)?;
    match held {
        Some(lease) if lease.user == actor.user.id && analyst != Some(actor.user.id) => {
            tx.end_lease(encounter)
        }
        None if analyst == Some(actor.user.id) => grant(tx, actor, encounter, lease_minutes),
        _ => Ok(()),
    }
    .map_err(OpsError::from)
}

/// Gives a chart to the actor for so many minutes.
pub(super) fn grant(
    tx: &mut Tx<'_>,
    actor: &Actor,
    encounter: EncounterId,
    minutes: i64,
) -> crate::store::Result<()> {
    let expires = tx.now.plus_seconds(minutes * 60);
    tx.grant_lease(encounter, actor.user.id, &actor.session, expires)?;
    Ok(())
}

/// Tells the audit log that a chart was taken or given back.
pub(super) fn audit(tx: &mut Tx<'_>, action: &str, encounter: EncounterId) {
    tx.audit(AuditDraft {
        action: action.to_owned(),
        object: format!("visit {encounter}"),
        encounter: encounter.0,
        outcome: "ok".to_owned(),
        ..AuditDraft::default()
    });
}

fn set_analyst(
    tx: &mut Tx<'_>,
    encounter: EncounterId,
    analyst: Option<UserId>,
    action: &str,
) -> Result<Outcome> {
    tx.set_chart_analyst(encounter, analyst)?;
    let mut outcome = Outcome::default();
    for row in tx.deficiencies_of(encounter)? {
        if !row.mutable.state.is_outstanding() || row.mutable.analyst == analyst {
            continue;
        }
        let mut new = row.mutable.clone();
        new.analyst = analyst;
        tx.change_deficiency(&row, &new)?;
        let undo = Undoable {
            left: new,
            was: row.mutable.clone(),
            hold: None,
            answer: None,
        };
        tx.event(&Event {
            action,
            kind: "deficiency",
            object: row.row.id.0,
            encounter: encounter.0,
            from: "",
            to: "",
            reason: &Untrusted::default(),
            detail: String::new(),
            before: serde_json::to_string(&undo).map_err(crate::store::StoreError::from)?,
        })?;
        tx.changed("deficiency", row.row.id.0)?;
        outcome.done.push(row.row.id.0);
    }
    outcome.undoable = !outcome.done.is_empty();
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::action::{Action, DeficiencyChange};
    use crate::domain::deficiency::{HoldReason, Subject};
    use crate::domain::user::Role;
    use crate::domain::worklist::{GroupBy, QueueFilter, QueueRequest, QueueView};
    use crate::ops::Office;
    use crate::ops::testing::{Hospital, bare_stay, request, stay};

    /// Three stays, each owing an H&P and a summary.
    fn hospital() -> Hospital {
        let h = Hospital::new();
        let mut records = bare_stay();
        records.extend([stay("v2", "p1"), stay("v3", "p1")]);
        h.import(records);
        h.analyze();
        h
    }

    fn next(h: &Hospital, who: &Actor, leave: Option<EncounterId>) -> Result<Outcome> {
        let action = Action::TakeNext {
            from: WorkOrder::default(),
            leave,
        };
        h.office.act(who, &h.request(), &action)
    }

    fn chart(outcome: &Outcome) -> EncounterId {
        outcome.taken.unwrap().encounter
    }

    #[test]
    fn who_asks_for_the_next_chart_gets_one_that_nobody_has() {
        let h = hospital();
        let kim = h.user("kim", &[Role::Analyst], None);
        let charts = [
            chart(&next(&h, &h.me, None).unwrap()),
            chart(&next(&h, &kim, None).unwrap()),
            chart(&next(&h, &h.me, None).unwrap()),
        ];
        assert!(charts[0] != charts[1] && charts[1] != charts[2] && charts[0] != charts[2]);
        let none = next(&h, &kim, None).unwrap_err();
        assert!(none.to_string().contains("no chart of this list is free"));
        let held = h.queue(QueueView::All).holders;
        let names: Vec<_> = held.iter().map(|l| l.user_name.raw().to_owned()).collect();
        assert_eq!(held.len(), 3);
        assert_eq!(names.iter().filter(|n| *n == "kim").count(), 1);
    }

    #[test]
    fn what_is_on_hold_is_passed_over_unless_the_list_is_of_it() {
        let h = hospital();
        let rows = h.queue(QueueView::All).rows;
        let hold = |items| {
            let change = DeficiencyChange::PlaceHold {
                reason: HoldReason::Illness,
                until: None,
                comment: "".into(),
            };
            let done = h.act(Action::ChangeDeficiencies { items, change });
            assert_eq!(done.unwrap().refused, []);
        };
        let of = |visit: &str| -> Vec<_> {
            let chart = h.encounter(visit);
            let rows = rows.iter().filter(|r| r.encounter == chart);
            rows.map(|r| (r.id, r.version)).collect()
        };
        hold(of("v1"));
        let kept = of("v2");
        hold(vec![kept[0]]);
        let mut taken: Vec<_> = (0..2)
            .map(|_| next(&h, &h.me, None).unwrap().taken.unwrap())
            .collect();
        taken.sort_by_key(|t| t.encounter);
        assert_eq!(taken[0].encounter, h.encounter("v2"));
        assert_eq!(taken[0].deficiency, kept[1].0, "at what is not on hold");
        assert_eq!(taken[1].encounter, h.encounter("v3"));
        let none = next(&h, &h.me, None).unwrap_err();
        assert!(none.to_string().contains("on hold"), "{none}");
        let action = Action::TakeNext {
            from: WorkOrder {
                view: QueueView::OnHold,
                ..WorkOrder::default()
            },
            leave: None,
        };
        let asked = h.act(action).unwrap();
        assert_eq!(chart(&asked), h.encounter("v1"));
    }

    #[test]
    fn who_completes_nothing_is_told_that_the_next_chart_is_not_theirs() {
        let h = hospital();
        let why = |who: &Actor| next(&h, who, None).unwrap_err().to_string();
        let coder = h.user("cody", &[Role::Coder], None);
        let said = why(&coder);
        assert!(
            said.contains(
                "only an analyst or supervisor may complete or decline items; you are a coder"
            ),
            "{said}"
        );
        let both = h.user("doc", &[Role::Coder, Role::Provider], Some("Smith"));
        assert!(why(&both).contains("goes beyond your own"));
        let take = Action::Take {
            encounter: h.encounter("v1"),
        };
        h.office.act(&coder, &h.request(), &take).unwrap();
    }

    #[test]
    fn a_chart_that_is_done_is_given_back_and_one_that_is_not_is_kept() {
        let h = hospital();
        let first = chart(&next(&h, &h.me, None).unwrap());
        let rows = h.queue(QueueView::All).rows;
        let items: Vec<_> = rows
            .iter()
            .filter(|r| r.encounter == first)
            .map(|r| (r.id, r.version))
            .collect();
        h.act(Action::ChangeDeficiencies {
            items,
            change: DeficiencyChange::Complete { comment: "".into() },
        })
        .unwrap();
        let second = chart(&next(&h, &h.me, Some(first)).unwrap());
        let lease = |chart| h.office.store.lease(chart, h.office.now()).unwrap();
        assert!(lease(first).is_none());
        next(&h, &h.me, Some(second)).unwrap();
        assert!(lease(second).is_some());
    }

    #[test]
    fn taking_and_giving_back_can_be_undone() {
        let h = hospital();
        let taken = h.request();
        let action = Action::TakeNext {
            from: WorkOrder::default(),
            leave: None,
        };
        let outcome = h.office.act(&h.me, &taken, &action).unwrap();
        let encounter = chart(&outcome);
        assert!(outcome.undoable);
        let mine = || h.queue(QueueView::Mine).total;
        assert_eq!(mine(), 2);
        let lease = || h.office.store.lease(encounter, h.office.now()).unwrap();
        let take_back = |what: crate::domain::ids::RequestId| {
            let request = h.request();
            let action = Action::Undo { request: what };
            let outcome = h.office.act(&h.me, &request, &action).unwrap();
            assert!(outcome.undoable && outcome.refused.is_empty());
            request
        };
        let undone = take_back(taken);
        assert_eq!((mine(), lease()), (0, None));
        let again = take_back(undone);
        assert_eq!((mine(), lease().unwrap().user), (2, h.me.user.id));
        take_back(again);
        assert_eq!((mine(), lease()), (0, None));

        h.act(Action::Take { encounter }).unwrap();
        let back = h.request();
        h.office
            .act(&h.me, &back, &Action::Release { encounter })
            .unwrap();
        assert_eq!(mine(), 0);
        let undone = take_back(back);
        assert_eq!((mine(), lease().unwrap().user), (2, h.me.user.id));
        take_back(undone);
        assert_eq!((mine(), lease()), (0, None));
    }

    #[test]
    fn a_chart_that_somebody_else_took_meanwhile_is_not_taken_again() {
        let h = hospital();
        let encounter = h.encounter("v1");
        let (taken, undone) = (h.request(), h.request());
        let act = |request: &crate::domain::ids::RequestId, action| {
            h.office.act(&h.me, request, &action).unwrap()
        };
        act(&taken, Action::Take { encounter });
        act(&undone, Action::Undo { request: taken });
        let bea = h.user("bea", &[Role::Analyst], None);
        let take = Action::Take { encounter };
        h.office.act(&bea, &h.request(), &take).unwrap();
        let outcome = h.act(Action::Undo { request: undone }).unwrap();
        assert!(outcome.done.is_empty() && !outcome.refused.is_empty());
        let lease = h.office.store.lease(encounter, h.office.now()).unwrap();
        assert_eq!(lease.unwrap().user, bea.user.id);
    }

    #[test]
    fn an_item_of_the_catalogue_has_the_usual_owner_and_due_date() {
        let h = hospital();
        let kinds = h.office.catalogue(&h.me).unwrap();
        let codes: Vec<_> = kinds.iter().map(|e| e.kind.as_str()).collect();
        assert!(
            ["DS-M", "HP-M"].contains(&codes[0]),
            "most used first: {codes:?}"
        );
        let encounter = h.encounter("v1");
        let before = h.queue(QueueView::All).total;
        h.act(Action::AddFromCatalogue {
            encounter,
            kind: "CON".into(),
            subject: Subject::default(),
        })
        .unwrap();
        let page = h.queue(QueueView::All);
        assert_eq!(page.total, before + 1);
        let row = page.rows.iter().find(|r| r.kind == "CON").unwrap();
        assert_eq!(row.owner_name.raw(), "Smith,Pat");
        let due = h
            .office
            .now()
            .plus_days(h.office.settings.manual_due_days, &h.office.zone);
        assert_eq!(row.due, due);
        let admin = h.user("adm", &[Role::Admin], None);
        assert!(h.office.catalogue(&admin).is_err());
    }

    /// What a filter finds, by the page's total and by counting its rows.
    fn totals(office: &Office, me: &Actor, filter: QueueFilter) -> (i64, i64) {
        let request = QueueRequest {
            filter,
            ..request(QueueView::All)
        };
        let page = office.queue(me, &request).unwrap();
        (page.total, page.rows.len() as i64)
    }

    #[test]
    fn groups_add_up_and_each_leads_to_as_many_rows_as_it_says() {
        let h = hospital();
        let open = h.queue(QueueView::All).total;
        for by in GroupBy::ALL {
            let groups = h.office.groups(&h.me, *by).unwrap();
            assert_eq!(groups.iter().map(|g| g.open).sum::<i64>(), open, "{by:?}");
            for group in groups {
                let mut filter = QueueFilter::default();
                match by {
                    GroupBy::Provider => {
                        filter.owner = Some(crate::domain::ids::ProviderId(group.id))
                    }
                    GroupBy::Service => {
                        filter.service_id = Some(crate::domain::ids::ServiceId(group.id));
                    }
                    GroupBy::Kind => filter.kinds = vec![group.name.raw().to_owned()],
                }
                let wanted = (group.open, group.open);
                assert_eq!(totals(&h.office, &h.me, filter), wanted, "{by:?}");
            }
        }
        for (first, last) in h.office.settings.bands() {
            let filter = QueueFilter {
                age: Some(crate::domain::worklist::AgeBand { first, last }),
                ..QueueFilter::default()
            };
            let (total, rows) = totals(&h.office, &h.me, filter);
            assert_eq!(total, rows, "{first} to {last:?}");
        }
    }

    #[test]
    fn a_provider_gets_at_what_they_owe_whoever_has_the_chart() {
        let h = hospital();
        let encounter = h.encounter("v1");
        h.act(Action::Take { encounter }).unwrap();
        let smith = h.user("smith", &[Role::Provider], Some("Smith"));
        let rows = h.queue(QueueView::All).rows;
        let row = rows.iter().find(|r| r.encounter == encounter).unwrap();
        let action = Action::ChangeDeficiencies {
            items: vec![(row.id, row.version)],
            change: DeficiencyChange::Complete { comment: "".into() },
        };
        let outcome = h.office.act(&smith, &h.request(), &action).unwrap();
        assert_eq!(outcome.refused, []);
        assert_eq!(outcome.done, [row.id.0]);
    }

    #[test]
    fn a_provider_sees_only_their_own_groups() {
        let h = hospital();
        let jones = h.user("jones", &[Role::Provider], Some("Jones"));
        for by in GroupBy::ALL {
            assert_eq!(h.office.groups(&jones, *by).unwrap(), []);
        }
        let smith = h.user("smith", &[Role::Provider], Some("Smith"));
        let own = h.office.groups(&smith, GroupBy::Provider).unwrap();
        assert_eq!(own.len(), 1);
    }
}
