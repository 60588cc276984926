//! Opportunities of visits: seen, set aside, taken back; by whom.

use super::super::testing::{Hospital, bare_stay, moment, note};
use super::super::{OpsError, VisitOpportunities, Which};
use crate::domain::action::Action;
use crate::domain::clinical::{ObservationCategory, ObservationFacts, Status};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::document::{DocumentKind, SignatureState};
use crate::domain::record::{
    Arrival, Extent, Key, ObservationRecord, Provenance, Record, RecordKind,
};
use crate::domain::user::{Actor, Role};

fn creatinine(id: &str, value: f64, unit: &str, at: &str, visit: Option<&str>) -> Arrival {
    let facts = ObservationFacts {
        category: ObservationCategory::Laboratory,
        what: Coding::new(CodeSystem::Loinc, "2160-0", "Creatinine"),
        value: Some(value),
        text: value.to_string().into(),
        unit: unit.into(),
        low: None,
        high: None,
        flag: "".into(),
        at: moment(at),
        status: Status::Completed,
    };
    Arrival {
        key: Key::local(RecordKind::Observation, id),
        also: Vec::new(),
        provenance: Provenance {
            file: "test".into(),
            line: 1,
            place: id.into(),
        },
        extent: Extent::Whole,
        cleared: Vec::new(),
        record: Record::Observation(Box::new(ObservationRecord {
            facts,
            patient: Key::local(RecordKind::Patient, "p1"),
            encounter: visit.map(|v| Key::local(RecordKind::Encounter, v)),
        })),
    }
}

/// A stay whose creatinine doubles against a value from before it that names no visit.
pub(super) fn injured() -> Hospital {
    let h = Hospital::new();
    h.import(bare_stay());
    h.import(vec![
        creatinine("c1", 0.9, "mg/dL", "2026-02-27T15:00:00Z", None),
        creatinine("c2", 1.9, "mg/dL", "2026-03-02T09:00:00Z", Some("v1")),
        creatinine("c3", 2.4, "furlong", "2026-03-03T09:00:00Z", Some("v1")),
    ]);
    h
}

fn see(h: &Hospital, actor: &Actor) -> Result<Vec<VisitOpportunities>, OpsError> {
    let mut all = Vec::new();
    h.office.opportunities(actor, &Which::All, None, &mut |v| {
        all.push(v);
        Ok(true)
    })?;
    Ok(all)
}

fn asked(h: &Hospital) -> Vec<String> {
    let seen = see(h, &h.me).unwrap();
    seen.iter()
        .flat_map(|v| v.found.opportunities.iter().map(|o| o.rule.clone()))
        .collect()
}

fn dismiss(h: &Hospital, reason: &str) -> Action {
    Action::DismissOpportunity {
        encounter: h.encounter("v1"),
        rule: "aki-kdigo".into(),
        reason: reason.into(),
    }
}

#[test]
fn a_baseline_outside_of_every_visit_counts_and_an_unknown_unit_does_not() {
    let h = injured();
    let seen = see(&h, &h.me).unwrap();
    let found = &seen[0].found;
    assert_eq!(found.opportunities[0].rule, "aki-kdigo");
    let stages: Vec<(f64, i64)> = found
        .creatinine
        .iter()
        .map(|p| (p.mg_dl, p.stage))
        .collect();
    assert_eq!(stages, [(0.9, 0), (1.9, 2)]);
    assert_eq!(found.creatinine[0].encounter, None);
    assert_eq!(found.unused.len(), 1);
    let prior: Vec<bool> = found.opportunities[0]
        .evidence
        .iter()
        .map(|e| e.prior)
        .collect();
    assert!(prior.contains(&true) && prior.contains(&false));
}

#[test]
fn what_is_set_aside_stays_aside_until_it_is_taken_back() {
    let h = injured();
    assert_eq!(asked(&h), ["aki-kdigo"]);
    assert!(matches!(h.act(dismiss(&h, " ")), Err(OpsError::Refused(_))));
    let request = h.request();
    let action = dismiss(&h, "dialysis patient, seen with nephrology");
    let outcome = h.office.act(&h.me, &request, &action).unwrap();
    assert!(outcome.undoable);
    assert_eq!(asked(&h), Vec::<String>::new());
    let seen = see(&h, &h.me).unwrap();
    let (_, aside) = &seen[0].dismissed[0];
    assert_eq!(aside.reason.raw(), "dialysis patient, seen with nephrology");
    assert_eq!(aside.by, "lee");
    // The same request again, and the same wish again.
    assert_eq!(h.office.act(&h.me, &request, &action).unwrap(), outcome);
    assert!(matches!(h.act(action), Err(OpsError::Refused(_))));
    h.act(Action::Undo {
        request: request.clone(),
    })
    .unwrap();
    assert_eq!(asked(&h), ["aki-kdigo"]);
    assert!(h.act(Action::Undo { request }).is_err());
    let unknown = Action::DismissOpportunity {
        encounter: h.encounter("v1"),
        rule: "nope".into(),
        reason: "x".into(),
    };
    assert!(matches!(h.act(unknown), Err(OpsError::NotFound { .. })));
}

#[test]
fn opportunities_are_for_those_who_write_queries_and_leave_an_audit_row() {
    let h = injured();
    for role in Role::ALL {
        let login = format!("u{}", role.name());
        let provider = (*role == Role::Provider).then_some("Smith");
        let actor = h.user(&login, &[*role], provider);
        let may = matches!(role, Role::Cdi | Role::Coder | Role::Supervisor);
        assert_eq!(see(&h, &actor).is_ok(), may, "{}", role.name());
        let action = dismiss(&h, "no");
        if !may {
            let done = h.office.act(&actor, &h.request(), &action);
            assert!(matches!(done, Err(OpsError::NotPermitted { .. })));
        }
    }
    let auditor = h.user("watch", &[Role::Auditor], None);
    let rows = h.office.audit_rows(&auditor, 500).unwrap();
    let shown = |outcome: &str| {
        let of = |r: &&crate::domain::audit::AuditRow| {
            r.action == "opportunities.show" && r.outcome == outcome
        };
        rows.iter().filter(of).count()
    };
    assert_eq!(shown("ok"), 3);
    assert_eq!(shown("refused"), Role::ALL.len() - 3);
}

#[test]
fn a_query_in_the_record_documents_nothing_itself() {
    let h = injured();
    assert_eq!(asked(&h), ["aki-kdigo"]);
    // A note of the same words, visit and minute would be the same document.
    let said =
        |id: &str, kind, words| note(id, "p1", "v1", kind, SignatureState::Authenticated, words);
    let query = said(
        "q1",
        DocumentKind::Query,
        "The patient has acute kidney injury.",
    );
    h.import(vec![query]);
    assert_eq!(asked(&h), ["aki-kdigo"], "its options are no diagnoses");
    let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    let documented = |chart: &crate::domain::chart::Chart| h.office.documented(chart).unwrap();
    assert!(documented(&chart).is_empty(), "{:?}", documented(&chart));
    let note = said(
        "n1",
        DocumentKind::Progress,
        "Assessment: acute kidney injury.",
    );
    h.import(vec![note]);
    let chart = h.office.chart(&h.me, h.encounter("v1"), false).unwrap();
    assert_eq!(documented(&chart), ["acute kidney injury"]);
}
