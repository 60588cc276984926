//! Sample rows of the queue and what stands behind them.

use super::{UNSIGNED, VISIT, at};
use crate::domain::deficiency::{
    DeficiencyDetail, DeficiencyState, QueueRow, RuleRef, StartEvent, Subject,
};
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::*;
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::QueuePage;

/// A row of the queue about the sample chart.
pub fn queue_row(id: i64, kind: &str, subject: Subject) -> QueueRow {
    QueueRow {
        id: DeficiencyId(id),
        version: 1,
        kind: kind.into(),
        state: DeficiencyState::Open,
        rule: RuleRef {
            id: "operative-report-missing".into(),
            version: 3,
        },
        encounter: VISIT,
        visit: "V1001".into(),
        patient: PatientId(1),
        mrn: "4410123".into(),
        patient_name: "ZZTEST,ANN".into(),
        class: EncounterClass::Inpatient,
        service: None,
        service_name: Untrusted::default(),
        facility: None,
        owner: Some(ProviderId(21)),
        owner_name: "SMITH,A".into(),
        subject,
        analyst: None,
        start: at("2026-02-05T17:30:00Z"),
        due: at("2026-02-06T17:30:00Z"),
        closed: None,
        excused_micros: 0,
        held_since: None,
        maybe: None,
    }
}

fn detail(row: QueueRow, title: &str, why: &str, words: &str) -> DeficiencyDetail {
    DeficiencyDetail {
        row,
        rule_title: title.into(),
        rule_source: Vec::new(),
        rule_text: String::new(),
        clock_words: words.into(),
        start_event: StartEvent::ProcedureEnded,
        why: why.into(),
        owner_why: "surgeon of record".into(),
        maybe: None,
        birth: "1961-02-03".into(),
        admitted: None,
        discharged: None,
        subject_title: match title {
            "Unsigned document" => "Progress note".into(),
            _ => "Coronary artery bypass".into(),
        },
        holds: Vec::new(),
        hold_placed: false,
        chart_held: false,
        explained: Vec::new(),
        maybe_title: Untrusted::default(),
        history: Vec::new(),
        lease: None,
    }
}

/// An operation without its report.
pub fn missing_operative_report() -> DeficiencyDetail {
    let subject = Subject {
        procedure: Some(ProcedureId(61)),
        ..Subject::default()
    };
    detail(
        queue_row(501, "OP-M", subject),
        "Operative report missing",
        "Looked for an operative report of this visit; found none",
        "24 hours from end of procedure 2026-02-05 12:30",
    )
}

/// A progress note without its signature.
pub fn unsigned_note() -> DeficiencyDetail {
    let subject = Subject {
        document: Some(UNSIGNED),
        ..Subject::default()
    };
    detail(
        queue_row(502, "SIG", subject),
        "Unsigned document",
        "The record says unsigned",
        "14 days from date of the document 2026-02-04",
    )
}

/// Both as a page of the queue.
pub fn queue_page() -> QueuePage {
    QueuePage {
        rows: vec![missing_operative_report().row, unsigned_note().row],
        total: 2,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }
}

/// An empty page of the queue.
pub fn no_rows() -> QueuePage {
    QueuePage {
        rows: Vec::new(),
        total: 0,
        next: None,
        holders: Vec::new(),
        declines: Vec::new(),
    }
}
