//! Sample stays to review.

use super::{VISIT, at, chart, moment, query};
use crate::domain::clinical::PresentOnAdmission;
use crate::domain::encounter::EncounterClass;
use crate::domain::ids::*;
use crate::domain::query::QueryState;
use crate::domain::review::{
    AskedOfStay, DiagnosisList, ListKind, ListedDiagnosis, Review, ReviewKind, ReviewOutcome,
    ReviewState, ReviewWords, Stage, StageStep, StayNote, StayReview,
};
use crate::domain::review_list::{BestOpportunity, LastReview, ReviewStay};
use crate::domain::untrusted::Untrusted;

/// Four stays of the worklist of documentation integrity.
pub fn stays_to_review() -> Vec<ReviewStay> {
    let stay = |i: usize| ReviewStay {
        encounter: if i == 0 {
            VISIT
        } else {
            EncounterId(50 + i as i64)
        },
        visit: format!("V{i}").into(),
        mrn: format!("441012{i}").into(),
        patient_name: ["ZZTEST,ANN", "ZZTEST,BOB", "EVIL\u{1b}[31m", "ZZTEST,CY"][i].into(),
        class: EncounterClass::Inpatient,
        service_name: ["Cardiology", "Medicine", "Surgery", ""][i].into(),
        facility_name: "Test".into(),
        payer: ["Medicare", "Medicaid", "Medicare", ""][i].into(),
        attending_name: "SMITH,A".into(),
        admitted: moment("2026-03-10T14:00:00Z"),
        discharged: None,
        stay_days: [12, 3, 4, 1][i],
        days_left: 0,
        stage: Stage::Cdi,
        stage_since: None,
        stage_by: Untrusted::default(),
        stage_reason: Untrusted::default(),
        reviews: i64::from(i < 2),
        last: (i < 2).then(|| LastReview {
            at: at("2026-03-19T15:00:00Z"),
            reviewer: UserId(7),
            reviewer_name: "LEE".into(),
            kind: ReviewKind::Initial,
            outcome: ReviewOutcome::QueryIssued,
        }),
        next: (i < 2).then(|| at("2026-03-21T04:00:00Z")),
        drafts: Vec::new(),
        queries_open: i64::from(i == 0),
        queries_late: i64::from(i == 0),
        queries_answered: 0,
        best: (i < 2).then(|| BestOpportunity {
            rule: "aki-kdigo".into(),
            title: "Creatinine rise".into(),
            rank: 78,
            found: 2,
        }),
        looked: i < 3,
        taken_by: (i == 1).then(|| (UserId(8), "KIM".into())),
        priority: 130 - 30 * i as i64,
        why: vec![
            ("best opportunity has rank 78".into(), 78),
            ("queries overdue 1".into(), 40),
        ],
    };
    (0..4).map(stay).collect()
}

/// The review of the first of them.
pub fn stay_review() -> StayReview {
    let review = |id, state, findings: &str| Review {
        id: ReviewId(id),
        version: 2,
        encounter: VISIT,
        state,
        reviewer: UserId(7),
        reviewer_name: "LEE".into(),
        words: ReviewWords {
            kind: ReviewKind::FollowUp,
            findings: findings.into(),
            outcome: ReviewOutcome::QueryIssued,
            next: Some(at("2026-03-24T04:00:00Z")),
        },
        begun: at("2026-03-19T15:00:00Z"),
        signed: (state == ReviewState::Signed).then(|| at("2026-03-19T15:10:00Z")),
        additions: Vec::new(),
    };
    let dx = |code: &str, words: &str, poa| ListedDiagnosis {
        code: code.into(),
        words: words.into(),
        poa,
    };
    let kidney = dx(
        "N17.9",
        "Acute kidney failure",
        Some(PresentOnAdmission::Yes),
    );
    let list = |kind, version, entries: Vec<ListedDiagnosis>| DiagnosisList {
        kind,
        version,
        at: at("2026-03-20T15:00:00Z"),
        user_name: "LEE".into(),
        entries,
    };
    let working = vec![kidney.clone(), dx("I50.9", "Heart failure", None)];
    StayReview {
        stay: stays_to_review().remove(0),
        recorded: chart().diagnoses,
        reviews: vec![
            review(32, ReviewState::Draft, "Creatinine doubles on day 2"),
            review(31, ReviewState::Signed, "Indicators of kidney injury"),
        ],
        lists: vec![
            list(ListKind::Working, 2, working),
            list(
                ListKind::Final,
                1,
                vec![dx("N17.0", "Tubular necrosis", None)],
            ),
            list(ListKind::Working, 1, vec![kidney]),
        ],
        notes: vec![StayNote {
            id: NoteId(5),
            at: at("2026-03-20T15:00:00Z"),
            user_name: "LEE".into(),
            words: "ask again on Monday".into(),
            private: true,
        }],
        steps: vec![StageStep {
            stage: Stage::Cdi,
            at: at("2026-03-20T16:00:00Z"),
            user_name: "KIM".into(),
            reason: "pathology came".into(),
        }],
        opportunities: Vec::new(),
        queries: vec![AskedOfStay {
            query: query(119, QueryState::Issued).query,
            provider_name: "SMITH,A".into(),
        }],
        version: 3,
        fresh: ReviewWords {
            kind: ReviewKind::FollowUp,
            findings: Untrusted::default(),
            outcome: ReviewOutcome::NoQuery,
            next: None,
        },
        kinds: vec![ReviewKind::Initial, ReviewKind::FollowUp],
        jottings: Vec::new(),
    }
}
