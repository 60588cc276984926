//! A small hospital for tests: fixed clock, fixed ids, synthetic records.

use super::{Office, Opening, Outcome, Result, SiteFiles, Which};
use crate::domain::action::{Action, ImportBatch};
use crate::domain::clinical::{ProcedureFacts, ProcedureSetting, Status};
use crate::domain::code::Coding;
use crate::domain::document::{
    DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterFacts, EncounterStatus};
use crate::domain::ids::{EncounterId, RequestId};
use crate::domain::people::{Identifier, PatientFacts, ProviderFacts, ProviderRole, Sex};
use crate::domain::record::{
    Arrival, DocumentRecord, EncounterRecord, Extent, Key, PatientRecord, ProcedureRecord,
    Provenance, ProviderRecord, Record, RecordKind,
};
use crate::domain::time::{FixedClock, Instant, Moment};
use crate::domain::user::{Actor, Role};
use crate::domain::worklist::{QueueFilter, QueuePage, QueueRequest, QueueSort, QueueView};
use crate::vault::Vault;
use std::cell::Cell;
use std::sync::Arc;

pub struct Hospital {
    pub office: Arc<Office>,
    pub me: Actor,
    pub clock: Arc<FixedClock>,
    pub vault: Vault,
    pub dir: tempfile::TempDir,
    requests: Cell<u64>,
}

/// "Now" of every test until it moves the clock.
pub const NOW: &str = "2026-03-22T14:00:00Z";

impl Hospital {
    pub fn new() -> Self {
        Self::with_rules(&[])
    }

    /// A hospital with a site's own rule files.
    pub fn with_rules(rules: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let vault = Vault::in_memory().unwrap();
        let clock = Arc::new(FixedClock::new(at(NOW)));
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        let site = SiteFiles {
            rules: rules.iter().map(own).collect(),
            // What a search finds must not hang on how busy the machine is.
            settings: Some("search_typed_ms = 0".to_owned()),
            ..SiteFiles::default()
        };
        let opening = Opening {
            dir: dir.path(),
            vault: &vault,
            session: "session-0",
            clock: Arc::clone(&clock) as _,
            site: &site,
        };
        let office = Office::create(
            &opening,
            &"Test".into(),
            "America/New_York",
            ("lee", &"Lee".into()),
            "os",
        )
        .unwrap();
        let me = office.sign_in("lee", "os", "tty", "session-0").unwrap();
        Self {
            office: Arc::new(office),
            me,
            clock,
            vault,
            dir,
            requests: Cell::new(0),
        }
    }

    /// The same data directory as another process would open it.
    pub fn second_process(&self, session: &str) -> Office {
        let site = SiteFiles::default();
        Office::open(&Opening {
            dir: self.dir.path(),
            vault: &self.vault,
            session,
            clock: Arc::clone(&self.clock) as _,
            site: &site,
        })
        .unwrap()
    }

    pub fn request(&self) -> RequestId {
        self.requests.set(self.requests.get() + 1);
        RequestId(format!("request-{}", self.requests.get()))
    }

    pub fn act(&self, action: Action) -> Result<Outcome> {
        self.office.act(&self.me, &self.request(), &action)
    }

    pub fn import(&self, arrivals: Vec<Arrival>) -> super::Intake {
        let action = Action::Import(ImportBatch {
            source: "test".into(),
            arrivals,
            first: None,
        });
        self.act(action).unwrap().intake.unwrap()
    }

    pub fn analyze(&self) -> super::AnalysisSummary {
        self.office
            .analyze(&self.me, &Which::Changed, &mut |_| true)
            .unwrap()
    }

    pub fn queue(&self, view: QueueView) -> QueuePage {
        self.office.queue(&self.me, &request(view)).unwrap()
    }

    /// (type, state) of everything outstanding, by type.
    pub fn open(&self) -> Vec<String> {
        let mut kinds: Vec<String> = self
            .queue(QueueView::All)
            .rows
            .iter()
            .map(|r| r.kind.clone())
            .collect();
        kinds.sort();
        kinds
    }

    pub fn user(&self, login: &str, roles: &[Role], provider: Option<&str>) -> Actor {
        let provider = provider.map(|name| {
            let found = self.office.providers(&self.me, name, 2).unwrap();
            crate::domain::ids::ProviderId(found[0].id)
        });
        self.act(Action::AddUser {
            login: login.into(),
            name: login.into(),
            roles: roles.to_vec(),
            provider,
        })
        .unwrap();
        self.office
            .sign_in(login, "os", "tty", &format!("session-{login}"))
            .unwrap()
    }

    pub fn encounter(&self, visit: &str) -> EncounterId {
        self.office.store.encounters_by_visit(visit).unwrap()[0].id
    }
}

pub fn request(view: QueueView) -> QueueRequest {
    QueueRequest {
        view,
        filter: QueueFilter::default(),
        sort: if view == QueueView::Closed {
            QueueSort::Closed
        } else {
            QueueSort::Due
        },
        reverse: false,
        after: None,
        limit: 100,
    }
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub fn moment(text: &str) -> Option<Moment> {
    Some(Moment::at(at(text)))
}

fn arrival(kind: RecordKind, id: &str, record: Record) -> Arrival {
    Arrival {
        key: Key::local(kind, id),
        also: Vec::new(),
        provenance: Provenance {
            file: "test.ndjson".into(),
            line: 1,
            place: id.into(),
        },
        extent: Extent::Whole,
        cleared: Vec::new(),
        record,
    }
}

pub fn patient(id: &str, family: &str) -> Arrival {
    let facts = PatientFacts {
        family: family.into(),
        given: "Ann".into(),
        birth: None,
        sex: Sex::Female,
        deceased: None,
    };
    let identifiers = vec![Identifier {
        authority: "urn:mrn".into(),
        kind: "MR".into(),
        value: format!("M{id}").into(),
    }];
    let mut a = arrival(
        RecordKind::Patient,
        id,
        Record::Patient(PatientRecord { facts, identifiers }),
    );
    a.also = vec![Key::of(RecordKind::Patient, "urn:mrn", format!("M{id}"))];
    a
}

pub fn provider(id: &str, family: &str, role: ProviderRole) -> Arrival {
    let facts = ProviderFacts {
        family: family.into(),
        given: "Pat".into(),
        credential: "MD".into(),
        role,
        specialty: "".into(),
        active: true,
    };
    arrival(
        RecordKind::Provider,
        id,
        Record::Provider(ProviderRecord {
            facts,
            identifiers: Vec::new(),
            service: None,
        }),
    )
}

/// A discharged inpatient stay of ten days, 1 to 11 March.
pub fn stay(id: &str, patient: &str) -> Arrival {
    let facts = EncounterFacts {
        visit: id.into(),
        class: EncounterClass::Inpatient,
        status: EncounterStatus::Finished,
        admitted: moment("2026-03-01T15:00:00Z"),
        discharged: moment("2026-03-11T15:00:00Z"),
        disposition: Disposition::Home,
        reason: "chest pain".into(),
        location: "4 West".into(),
        payer: "".into(),
    };
    let record = EncounterRecord {
        facts,
        patient: Key::local(RecordKind::Patient, patient),
        facility: None,
        service: None,
        attending: Some(Key::local(RecordKind::Provider, "dr1")),
        admitting: Some(Key::local(RecordKind::Provider, "dr1")),
    };
    arrival(
        RecordKind::Encounter,
        id,
        Record::Encounter(Box::new(record)),
    )
}

pub fn note(
    id: &str,
    patient: &str,
    visit: &str,
    kind: DocumentKind,
    signature: SignatureState,
    text: &str,
) -> Arrival {
    let facts = DocumentFacts {
        kind,
        what: Coding::text_only(kind.title()),
        at: moment("2026-03-01T16:00:00Z"),
        signature,
        signed_at: None,
        status: DocumentStatus::Current,
        preliminary: false,
        sensitivity: Sensitivity::Normal,
        content_type: "text/plain".into(),
        url: "".into(),
    };
    let record = DocumentRecord {
        facts,
        text: text.into(),
        patient: Key::local(RecordKind::Patient, patient),
        encounter: Some(Key::local(RecordKind::Encounter, visit)),
        author: Some(Key::local(RecordKind::Provider, "dr1")),
        assigned: None,
        authenticator: None,
        cosigner: None,
        procedure: None,
        order: None,
        parent: None,
    };
    arrival(RecordKind::Document, id, Record::Document(Box::new(record)))
}

pub fn surgery(id: &str, patient: &str, visit: &str) -> Arrival {
    let facts = ProcedureFacts {
        what: Coding::text_only("Appendectomy"),
        start: moment("2026-03-03T10:00:00Z"),
        end: moment("2026-03-03T11:00:00Z"),
        status: Status::Completed,
        setting: ProcedureSetting::OperatingRoom,
        anesthesia: None,
        emergency: None,
    };
    let record = ProcedureRecord {
        facts,
        patient: Key::local(RecordKind::Patient, patient),
        encounter: Some(Key::local(RecordKind::Encounter, visit)),
        performer: Some(Key::local(RecordKind::Provider, "dr2")),
        anesthetist: None,
    };
    arrival(
        RecordKind::Procedure,
        id,
        Record::Procedure(Box::new(record)),
    )
}

/// Two attendings, one patient, one stay that owes an H&P and a discharge summary.
pub fn bare_stay() -> Vec<Arrival> {
    vec![
        provider("dr1", "Smith", ProviderRole::Attending),
        provider("dr2", "Jones", ProviderRole::Attending),
        patient("p1", "Zztest"),
        stay("v1", "p1"),
    ]
}

/// A query the compliance rules let pass.
pub fn fair_query() -> crate::domain::query::QueryText {
    use crate::domain::query::{Indicator, IndicatorKind, QueryFormat, QueryText};
    let indicator = |kind, text: &str, source: &str| Indicator {
        kind,
        text: text.into(),
        date: Some(Moment::day_only(jiff::civil::date(2026, 3, 6))),
        source: source.into(),
        ..Indicator::default()
    };
    QueryText {
        topic: "hyponatremia".into(),
        title: "Sodium and fluid restriction".into(),
        format: QueryFormat::MultipleChoice,
        indicators: vec![
            indicator(IndicatorKind::Laboratory, "Sodium 124 mmol/L", "Laboratory"),
            indicator(
                IndicatorKind::Medication,
                "Fluid restriction 1.2 L a day",
                "Orders",
            ),
        ],
        body: "Please clarify the clinical significance of the sodium values listed above.".into(),
        options: vec![
            "Hyponatremia".into(),
            "Expected finding without clinical significance".into(),
            "Other (please specify)".into(),
            "Unable to determine".into(),
        ],
        ..QueryText::default()
    }
}
