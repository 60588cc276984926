//! A synthetic chart, its texts, hits and queries, for the tests of screens. Tests only.

use crate::domain::chart::{Chart, DocumentText};
use crate::domain::clinical::{
    Diagnosis, DiagnosisFacts, DiagnosisKind, Medication, MedicationFacts, MedicationKind,
    Observation, ObservationCategory, ObservationFacts, Order, OrderFacts, OrderKind,
    PresentOnAdmission, Procedure, ProcedureFacts, ProcedureSetting, Status,
};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::deficiency::{
    DeficiencyDetail, DeficiencyState, QueueRow, RuleRef, StartEvent, Subject,
};
use crate::domain::document::{
    Document, DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::encounter::{
    Disposition, Encounter, EncounterClass, EncounterFacts, EncounterStatus,
};
use crate::domain::ids::*;
use crate::domain::opportunity::{Evidence, Opportunity};
use crate::domain::people::{Patient, PatientFacts, Provider, ProviderFacts, ProviderRole, Sex};
use crate::domain::query::{
    Indicator, IndicatorKind, LintFinding, LintLevel, Query, QueryFormat, QueryState, QueryText,
};
use crate::domain::query_life::QueryStanding;
use crate::domain::review::{
    AskedOfStay, DiagnosisList, ListKind, ListedDiagnosis, Review, ReviewKind, ReviewOutcome,
    ReviewState, ReviewWords, Stage, StageStep, StayNote, StayReview,
};
use crate::domain::review_list::{BestOpportunity, LastReview, ReviewStay};
use crate::domain::search::{SearchAnswer, SearchHit, SnippetPart};
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use crate::domain::worklist::QueuePage;
use crate::tui::desk::QueryRow;

/// The visit of the sample chart.
pub const VISIT: EncounterId = EncounterId(11);
/// The unsigned progress note.
pub const UNSIGNED: DocumentId = DocumentId(104);
/// The echocardiogram.
pub const ECHO: DocumentId = DocumentId(103);

/// An instant from RFC 3339.
pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn moment(text: &str) -> Option<Moment> {
    Some(Moment::at(at(text)))
}

fn patient() -> Patient {
    Patient {
        id: PatientId(1),
        mrn: "4410123".into(),
        facts: PatientFacts {
            family: "ZZTEST".into(),
            given: "ANN".into(),
            birth: Some(Moment::day_only(jiff::civil::date(1961, 2, 3))),
            sex: Sex::Female,
            deceased: None,
        },
    }
}

/// A visit of the sample patient.
pub fn visit(id: EncounterId, number: &str, from: &str, to: Option<&str>) -> Encounter {
    Encounter {
        id,
        patient: PatientId(1),
        facts: EncounterFacts {
            visit: number.into(),
            class: EncounterClass::Inpatient,
            status: EncounterStatus::Finished,
            admitted: moment(from),
            discharged: to.and_then(moment),
            disposition: Disposition::Home,
            reason: "Shortness of breath".into(),
            location: "4 West".into(),
            payer: Untrusted::default(),
        },
        facility: None,
        service: None,
        attending: Some(ProviderId(21)),
        admitting: None,
    }
}

fn provider(id: i64, family: &str, given: &str) -> Provider {
    Provider {
        id: ProviderId(id),
        facts: ProviderFacts {
            family: family.into(),
            given: given.into(),
            credential: "MD".into(),
            role: ProviderRole::Attending,
            specialty: Untrusted::default(),
            active: true,
        },
        service: None,
    }
}

fn document(
    id: i64,
    kind: DocumentKind,
    date: &str,
    author: i64,
    signature: SignatureState,
) -> Document {
    Document {
        id: DocumentId(id),
        patient: PatientId(1),
        encounter: Some(VISIT),
        facts: DocumentFacts {
            kind,
            what: Coding::text_only(kind.title()),
            at: moment(date),
            signature,
            signed_at: None,
            status: DocumentStatus::Current,
            preliminary: false,
            sensitivity: Sensitivity::Normal,
            content_type: "text/plain".into(),
            url: Untrusted::default(),
        },
        author: Some(ProviderId(author)),
        assigned: None,
        authenticator: None,
        cosigner: None,
        procedure: None,
        order: None,
        parent: None,
        version: 1,
        text_bytes: 400,
    }
}

/// An inpatient stay with eight documents, an operation without its report, an order and two
/// diagnoses.
pub fn chart() -> Chart {
    use DocumentKind as K;
    use SignatureState as S;
    let mut documents = vec![
        document(
            101,
            K::EmergencyRecord,
            "2026-02-03T14:10:00Z",
            22,
            S::Authenticated,
        ),
        document(
            102,
            K::HistoryAndPhysical,
            "2026-02-03T20:00:00Z",
            21,
            S::Authenticated,
        ),
        document(103, K::Imaging, "2026-02-04T15:30:00Z", 23, S::Signed),
        document(104, K::Progress, "2026-02-04T17:00:00Z", 22, S::Unsigned),
        document(
            105,
            K::Progress,
            "2026-02-05T12:00:00Z",
            22,
            S::Authenticated,
        ),
        document(106, K::Progress, "2026-02-06T12:00:00Z", 22, S::Unknown),
        document(
            107,
            K::Nursing,
            "2026-02-07T02:00:00Z",
            24,
            S::Authenticated,
        ),
        document(
            108,
            K::DischargeSummary,
            "2026-02-09T16:00:00Z",
            21,
            S::Amended,
        ),
    ];
    documents[2].facts.what = Coding::text_only("Transthoracic echocardiogram");
    documents[4].facts.status = DocumentStatus::Superseded;
    documents[6].facts.status = DocumentStatus::Retracted;
    documents[7].version = 3;
    Chart {
        patient: patient(),
        encounter: visit(
            VISIT,
            "V1001",
            "2026-02-03T14:00:00Z",
            Some("2026-02-09T17:00:00Z"),
        ),
        facility: None,
        service: None,
        providers: vec![
            provider(21, "SMITH", "A"),
            provider(22, "JONES", "B"),
            provider(23, "GARCIA LOPEZ", "MARIA"),
            provider(24, "NG", "W"),
        ],
        documents,
        orders: vec![Order {
            id: OrderId(51),
            facts: OrderFacts {
                kind: OrderKind::Consult,
                status: Status::Active,
                what: Coding::text_only("Cardiology consultation"),
                at: moment("2026-02-04T16:00:00Z"),
                verbal: true,
                signed: None,
            },
            ordered_by: Some(ProviderId(22)),
            performer: None,
            to_service: None,
        }],
        procedures: vec![Procedure {
            id: ProcedureId(61),
            facts: ProcedureFacts {
                what: Coding::text_only("Coronary artery bypass"),
                start: moment("2026-02-05T13:00:00Z"),
                end: moment("2026-02-05T17:30:00Z"),
                status: Status::Completed,
                setting: ProcedureSetting::OperatingRoom,
                anesthesia: Some(true),
                emergency: None,
            },
            performer: Some(ProviderId(21)),
            anesthetist: None,
        }],
        diagnoses: vec![Diagnosis {
            id: DiagnosisId(71),
            facts: DiagnosisFacts {
                what: Coding::new(CodeSystem::Icd10Cm, "I50.9", "Heart failure, unspecified"),
                kind: DiagnosisKind::Final,
                rank: 1,
                poa: Some(PresentOnAdmission::Yes),
                at: Some(Moment::day_only(jiff::civil::date(2026, 2, 9))),
                status: Status::Completed,
            },
        }],
        observations: Vec::new(),
        medications: Vec::new(),
    }
}

/// The same with a laboratory value, a vital sign and a dose.
pub fn chart_with_values() -> Chart {
    let mut chart = chart();
    let observation =
        |id, category, what: &str, value: &str, unit: &str, flag: &str, date| Observation {
            id: ObservationId(id),
            facts: ObservationFacts {
                category,
                what: Coding::text_only(what),
                value: value.replace(',', "").parse().ok(),
                text: value.into(),
                unit: unit.into(),
                low: None,
                high: None,
                flag: flag.into(),
                at: moment(date),
                status: Status::Completed,
            },
        };
    chart.observations = vec![
        observation(
            81,
            ObservationCategory::Laboratory,
            "BNP",
            "1,240",
            "pg/mL",
            "H",
            "2026-02-03T15:00:00Z",
        ),
        observation(
            82,
            ObservationCategory::VitalSign,
            "Oxygen saturation",
            "88",
            "%",
            "",
            "2026-02-03T14:05:00Z",
        ),
    ];
    chart.medications = vec![Medication {
        id: MedicationId(91),
        facts: MedicationFacts {
            kind: MedicationKind::Administration,
            what: Coding::text_only("Furosemide"),
            dose: "40 mg".into(),
            route: "IV".into(),
            start: moment("2026-02-03T16:00:00Z"),
            end: None,
            status: Status::Completed,
        },
    }];
    chart
}

/// The text of a document.
pub fn text(document: DocumentId) -> DocumentText {
    let text = if document == ECHO {
        "TRANSTHORACIC ECHOCARDIOGRAM\n\nLeft ventricular ejection fraction 30%.\n\
         Impression: heart failure with reduced ejection fraction.\n\
         No pericardial effusion. Heart rate 96."
            .to_owned()
    } else {
        let long = "Patient remains short of breath on exertion with bibasilar crackles and 2+ pitting edema. \
                    Treated for acute on chronic heart failure with intravenous furosemide. \
                    Net negative 1.8 L overnight; weight down 2 kg. Oxygen 2 L, saturation 94%.";
        format!(
            "PROGRESS NOTE\n\nSubjective:\n{long}\n\nPlan:\n1. Continue diuresis.\n2. Repeat BNP tomorrow.\n3. Heart failure teaching."
        )
    };
    DocumentText {
        document,
        version: 1,
        text: Untrusted::new(text),
    }
}

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

/// A hit with a highlighted passage.
pub fn hit(i: usize) -> SearchHit {
    let part = |text: &str, hit| SnippetPart {
        text: text.into(),
        hit,
    };
    let kinds = [DocumentKind::Imaging, DocumentKind::Progress];
    SearchHit {
        document: if i == 0 {
            ECHO
        } else {
            DocumentId(200 + i as i64)
        },
        encounter: Some(VISIT),
        patient: PatientId(1),
        kind: kinds[i % 2],
        title: Untrusted::default(),
        author: "GARCIA LOPEZ,MARIA".into(),
        patient_name: "ZZTEST,ANN".into(),
        mrn: Untrusted::new(format!("{}", 4_410_123 + i)),
        visit: "V1001".into(),
        at: moment("2026-02-04T15:30:00Z"),
        score: 1.0,
        in_group: 1,
        snippet: vec![
            part("...Impression: ", false),
            part("heart", true),
            part(" ", false),
            part("failure", true),
            part(" with reduced ejection fraction...", false),
        ],
    }
}

/// An answer with these hits of so many.
pub fn answer(from: usize, to: usize, count: usize) -> SearchAnswer {
    SearchAnswer {
        count,
        groups: count,
        hits: (from..to).map(hit).collect(),
        facets: Vec::new(),
        expansions: Vec::new(),
        partial: false,
        cut: false,
        suggestion: None,
        marks: Vec::new(),
        micros: 38_000,
        building: false,
        position: 9,
    }
}

/// What a rule found in the sample chart: a value, and words of a document.
pub fn opportunity() -> Opportunity {
    let fact = Evidence {
        kind: IndicatorKind::Laboratory,
        name: "pO2".into(),
        value: Some(52.0),
        text: "52".into(),
        unit: "mmHg".into(),
        at: moment("2026-02-04T09:30:00Z"),
        document: None,
        start: 0,
        end: 0,
        line: 0,
        source: "Laboratory".into(),
        prior: false,
    };
    let words = Evidence {
        kind: IndicatorKind::Document,
        name: "Oxygen".into(),
        value: None,
        text: "On 6 L by mask, two-word sentences.".into(),
        unit: Untrusted::default(),
        document: Some(ECHO),
        start: 0,
        end: 12,
        line: 12,
        source: "Progress note".into(),
        ..fact.clone()
    };
    Opportunity {
        topic: "resp-failure-hypoxic".into(),
        rule: "resp-failure-hypoxic".into(),
        rule_version: 1,
        title: "Oxygenation".into(),
        criterion: "pO2 below 60 mmHg with three signs more.".into(),
        source: vec!["ACP Hospitalist 11/2013".into()],
        rank: 70,
        rank_why: "70 for this rule".into(),
        evidence: vec![fact, words],
        template: "respiratory_failure".into(),
        template_name: "Oxygenation".into(),
    }
}

/// An indicator from a document.
pub fn indicator() -> Indicator {
    Indicator {
        kind: IndicatorKind::Document,
        text: "Left ventricular ejection fraction 30%.".into(),
        date: moment("2026-02-04T15:30:00Z"),
        document: Some(ECHO),
        source: "Transthoracic echocardiogram 2026-02-04".into(),
        ..Indicator::default()
    }
}

/// A query in a state.
pub fn query(id: i64, state: QueryState) -> QueryRow {
    let sent = state != QueryState::Draft;
    let text = QueryText {
        title: "Heart failure".into(),
        format: QueryFormat::MultipleChoice,
        indicators: vec![indicator()],
        body: "Please clarify the type and acuity of heart failure, if any.".into(),
        options: [
            "Acute systolic",
            "Chronic systolic",
            "Other: ____",
            "Unable to determine",
        ]
        .map(Untrusted::from)
        .to_vec(),
        ..QueryText::default()
    };
    QueryRow {
        query: Query {
            id: QueryId(id),
            version: 4,
            state,
            provider: Some(ProviderId(21)),
            issued: sent.then(|| at("2026-03-10T15:00:00Z")),
            asked: sent.then(|| at("2026-03-10T15:00:00Z")),
            due: sent.then(|| at("2026-03-18T03:59:59Z")),
            answer: match state {
                QueryState::Responded => "Acute systolic".into(),
                _ => Untrusted::default(),
            },
            answered: (state == QueryState::Responded).then(|| at("2026-03-12T15:00:00Z")),
            ..Query::draft(VISIT, UserId(7), text, at("2026-03-22T17:58:30Z"))
        },
        patient_name: "ZZTEST,ANN".into(),
        mrn: "4410123".into(),
        visit: "V1001".into(),
        provider_name: "SMITH,A".into(),
        author_name: "Lee".into(),
        standing: QueryStanding::default(),
        template: None,
    }
}

/// A blocking and a warning finding about the question.
pub fn findings(body: &str) -> Vec<LintFinding> {
    let start = body.find("confirm").unwrap_or(0);
    vec![
        LintFinding {
            rule: "L1".into(),
            level: LintLevel::Block,
            field: "body".into(),
            start,
            end: (start + "confirm".len()).min(body.len()),
            reason: "It leads the provider to one answer.".into(),
            remedy: "Ask for clinical judgment without naming the answer.".into(),
        },
        LintFinding {
            rule: "L7".into(),
            level: LintLevel::Warn,
            field: "options".into(),
            start: 0,
            end: 5,
            reason: "Fewer than two clinical options.".into(),
            remedy: "Add another option the indicators support.".into(),
        },
    ]
}

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
