//! One chart while it is made: the visit, its orders, procedures and documents as records.
//!
//! Owns the parts that `schedule` fills, `plant` alters and `emit` sends. A chart comes out of
//! `schedule` complete: whatever is missing later was taken away and recorded.

use super::design::{Design, When};
use super::people::{Person, visit_number};
use super::prose;
use super::readings::Readings;
use super::rng::Rng;
use super::scenario::Scenario;
use super::scene::Scene;
use super::staff::{Cast, Roster};
use super::story::{Condition, Stay, Story, courses};
use super::truth::{Act, Expect, Family, Planted};
use crate::domain::clinical::{OrderFacts, OrderKind, Status};
use crate::domain::code::{CodeSystem, Coding};
use crate::domain::deficiency::HoldReason;
use crate::domain::document::{
    DocumentFacts, DocumentKind, DocumentStatus, Sensitivity, SignatureState,
};
use crate::domain::encounter::{Disposition, EncounterClass, EncounterStatus};
use crate::domain::record::{DocumentRecord, Key, OrderRecord, ProcedureRecord, RecordKind};
use crate::domain::time::{Instant, Moment};
use crate::domain::untrusted::Untrusted;
use jiff::tz::TimeZone;

/// A chart being made.
pub(super) struct Chart<'a> {
    pub design: &'a Design,
    pub story: Story<'a>,
    pub status: EncounterStatus,
    pub disposition: Disposition,
    pub docs: Vec<Doc>,
    pub orders: Vec<Item<OrderRecord>>,
    pub procedures: Vec<Done>,
    pub truth: Vec<Planted>,
}

/// A document with who wrote it and who answers for it.
pub(super) struct Doc {
    pub id: String,
    pub record: DocumentRecord,
    pub author: usize,
    pub cosigner: Option<usize>,
}

/// A record with its id.
pub(super) struct Item<R> {
    pub id: String,
    pub record: R,
    /// Who owes an answer to it: position in the roster.
    pub asked: usize,
}

/// A procedure with the people of its reports.
pub(super) struct Done {
    pub id: String,
    pub record: ProcedureRecord,
    pub operation: Option<prose::Operation>,
    pub surgeon: usize,
}

/// What a document is and how it is called.
pub(super) struct What {
    pub kind: DocumentKind,
    pub loinc: &'static str,
    pub title: String,
}

impl What {
    /// A kind with its usual code (domain reference §12); empty where none is known.
    pub fn new(kind: DocumentKind, loinc: &'static str, title: impl Into<String>) -> Self {
        Self {
            kind,
            loinc,
            title: title.into(),
        }
    }
}

/// A key of this source.
pub(super) fn key(kind: RecordKind, id: &str) -> Key {
    Key::local(kind, id)
}

impl<'a> Chart<'a> {
    /// The frame of a chart: visit, patient, people, measurements; no documents yet.
    pub fn new(
        design: &'a Design,
        roster: &'a Roster,
        editor: &'a prose::Editor,
        seed: u64,
        rng: &Rng,
        now: Instant,
        zone: &'a TimeZone,
    ) -> Self {
        let scenario = design.scenario;
        let stay = stay(design, rng, now, zone);
        let before = design.before.as_ref().map(|earlier| {
            let rng = Design::rng(seed, earlier.index);
            let stay = self::stay(earlier, &rng, now, zone);
            let person = Person::new(
                &rng,
                seed,
                earlier.index,
                earlier.scenario,
                stay.admitted,
                zone,
            );
            (person, stay, earlier.scenario)
        });
        let mut person = match &before {
            Some((person, _, _)) => person.clone(),
            None => Person::new(rng, seed, design.index, scenario, stay.admitted, zone),
        };
        let courses = courses(scenario, design.told);
        if let Some(course) = courses.iter().find(|c| c.test == "BMI") {
            person.bmi = course.on(0.0);
        }
        let readings = Readings::take(&stay, &person, &courses, rng, zone);
        let cast = Cast::new(roster, scenario.service, rng);
        let pool = pool(scenario, person.age, rng);
        let visit = visit_number(seed, design.index).to_string();
        let mrn = person.mrn.to_string();
        let story = Story {
            scenario,
            told: design.told,
            person,
            cast,
            roster,
            editor,
            rng: rng.clone(),
            zone,
            stay,
            readings,
            pool,
            before: before.map(|(_, stay, scenario)| (stay, scenario)),
            visit,
            mrn,
        };
        let mut chart = Self {
            design,
            story,
            status: if stay.ended() {
                EncounterStatus::Finished
            } else {
                EncounterStatus::Active
            },
            disposition: Disposition::Unknown,
            docs: Vec::new(),
            orders: Vec::new(),
            procedures: Vec::new(),
            truth: Vec::new(),
        };
        chart.disposition = chart.leaves_to();
        chart
    }

    fn leaves_to(&self) -> Disposition {
        let scenario = self.story.scenario;
        let mut rng = self.story.rng.fork("disposition");
        match (self.story.stay.ended(), scenario.class) {
            (false, _) => Disposition::Unknown,
            _ if scenario.dies => Disposition::Died,
            (_, EncounterClass::Inpatient) if matches!(scenario.id, "hip_fracture" | "stroke") => {
                Disposition::Facility
            }
            (_, EncounterClass::Inpatient) => match rng.below(100) {
                0..=71 => Disposition::Home,
                72..=88 => Disposition::HomeHealth,
                89..=94 => Disposition::Facility,
                95..=97 => Disposition::Transferred,
                _ => Disposition::AgainstAdvice,
            },
            _ => Disposition::Home,
        }
    }

    /// Record id of the visit.
    pub fn visit_id(&self) -> String {
        format!("E{}", self.story.visit)
    }

    /// Record id of the patient.
    pub fn patient_id(&self) -> String {
        format!("P{}", self.story.mrn)
    }

    /// Key of the visit.
    pub fn visit_key(&self) -> Key {
        key(RecordKind::Encounter, &self.visit_id())
    }

    /// Key of the patient.
    pub fn patient_key(&self) -> Key {
        key(RecordKind::Patient, &self.patient_id())
    }

    /// Key of a provider.
    pub fn provider(&self, position: usize) -> Key {
        key(RecordKind::Provider, &self.story.staff(position).id)
    }

    /// A scene for a note of `author`.
    pub fn scene(&self, at: Instant, author: usize) -> Scene<'_> {
        Scene::new(&self.story, at, author)
    }

    /// Adds an authenticated document; nothing is written after now.
    pub fn document(
        &mut self,
        what: What,
        at: Instant,
        author: usize,
        cosigner: Option<usize>,
        text: String,
    ) -> Option<usize> {
        if at.0 > self.story.stay.now.0 {
            return None;
        }
        let number = self.docs.len() + 1;
        let mut rng = self.story.rng.fork("signing").nth(number as u64);
        let delay = if rng.chance(70) {
            rng.range(600, 14_400)
        } else {
            rng.range(14_400, 90_000)
        };
        let signed = Instant(at.plus_seconds(delay).0.min(self.story.stay.now.0));
        let code = if what.loinc.is_empty() {
            Coding::text_only(what.title.as_str())
        } else {
            Coding::new(CodeSystem::Loinc, what.loinc, what.title.as_str())
        };
        let record = DocumentRecord {
            facts: DocumentFacts {
                kind: what.kind,
                what: code,
                at: Some(Moment::at(at)),
                signature: SignatureState::Authenticated,
                signed_at: Some(Moment::at(signed)),
                status: DocumentStatus::Current,
                preliminary: false,
                sensitivity: if self.story.scenario.service == "PSYC" {
                    Sensitivity::Restricted
                } else {
                    Sensitivity::Normal
                },
                content_type: Untrusted::new("text/plain"),
                url: Untrusted::default(),
            },
            text: Untrusted::new(text),
            patient: self.patient_key(),
            encounter: Some(self.visit_key()),
            author: Some(self.provider(author)),
            assigned: None,
            authenticator: Some(self.provider(author)),
            cosigner: cosigner.map(|c| self.provider(c)),
            procedure: None,
            order: None,
            parent: None,
        };
        let id = format!("{}-D{number:03}", self.visit_id());
        self.docs.push(Doc {
            id,
            record,
            author,
            cosigner,
        });
        Some(self.docs.len() - 1)
    }

    /// Adds an order and gives its position.
    pub fn order(&mut self, kind: OrderKind, what: &str, at: Instant, asked: usize) -> usize {
        let number = self.orders.len() + 1;
        let record = OrderRecord {
            facts: OrderFacts {
                kind,
                status: Status::Completed,
                what: Coding::text_only(what),
                at: Some(Moment::at(at)),
                verbal: false,
                signed: None,
            },
            patient: self.patient_key(),
            encounter: Some(self.visit_key()),
            ordered_by: Some(self.provider(self.story.cast.attending)),
            performer: None,
            to_service: None,
        };
        let id = format!("{}-O{number:03}", self.visit_id());
        self.orders.push(Item { id, record, asked });
        self.orders.len() - 1
    }

    /// The first document of a kind, whatever its state.
    pub fn first(&self, kind: DocumentKind) -> Option<usize> {
        self.docs.iter().position(|d| d.record.facts.kind == kind)
    }

    /// Takes a document out.
    pub fn remove(&mut self, kind: DocumentKind) -> Option<Doc> {
        self.first(kind).map(|at| self.docs.remove(at))
    }

    /// Records a planted deficiency or look-alike.
    pub fn plant(
        &mut self,
        expect: Expect,
        kind: &str,
        owner: Option<usize>,
        subject: Option<String>,
        start: Option<Instant>,
        why: &str,
    ) {
        let planted = Planted {
            family: Family::Deficiency,
            expect,
            kind: kind.to_owned(),
            visit: self.story.visit.clone(),
            mrn: self.story.mrn.clone(),
            owner: owner.map(|o| self.story.staff(o).id.clone()),
            owner_name: owner.map(|o| self.story.staff(o).listed()),
            subject,
            start,
            later: !super::truth::FIRST_LIGHT.contains(&kind),
            stage: super::truth::stage(kind),
            act: self.act(expect, kind),
            why: why.to_owned(),
        };
        self.truth.push(planted);
    }

    /// What the department has to do for the next planted thing; one item in twenty is on hold.
    fn act(&self, expect: Expect, kind: &str) -> Option<Act> {
        let mut rng = self.story.rng.fork("acts").nth(self.truth.len() as u64);
        match (expect, kind) {
            (Expect::MustNotFind, _) => None,
            (_, "ADD") => Some(Act::AskAddendum),
            (_, "QRY") => Some(Act::LetQueryPass),
            _ if rng.chance(5) => {
                let reason = rng.pick(HoldReason::ALL);
                Some(Act::Hold(reason, rng.range(1, 9)))
            }
            _ => None,
        }
    }

    /// Discharge, if the patient has left.
    pub fn left(&self) -> Option<Instant> {
        self.story.stay.ended().then_some(self.story.stay.leaves)
    }
}

/// When the stay of a design begins and ends.
fn stay(design: &Design, rng: &Rng, now: Instant, zone: &TimeZone) -> Stay {
    let mut rng = rng.fork("stay");
    let scenario = design.scenario;
    let class = scenario.class;
    let minutes = match class {
        EncounterClass::Outpatient => rng.range(20, 45),
        _ => rng.range(scenario.stay.0 * 60, scenario.stay.1 * 60),
    };
    let (admitted, leaves) = match design.when {
        When::InHouse(hours) => {
            let arrived = now.plus_seconds(-hours * 3_600 - rng.range(60, 3_000));
            let admitted = arrival(scenario, arrived, &mut rng, zone);
            let leaves = admitted.plus_seconds(minutes * 60).0;
            (admitted, Instant(leaves.max(now.plus_hours(10).0)))
        }
        When::DaysAgo(days) => {
            let (low, high) = match class {
                EncounterClass::Inpatient | EncounterClass::Observation if !scenario.dies => {
                    (10, 17)
                }
                EncounterClass::DaySurgery => (13, 17),
                EncounterClass::Outpatient => (9, 16),
                _ => (0, 23),
            };
            let day = now.plus_days(-days.max(1), zone).day(zone);
            let second = rng.range(low * 3_600, high * 3_600 + 3_000);
            let leaves = Instant::start_of(day, zone).plus_seconds(second / 60 * 60);
            let admitted = arrival(scenario, leaves.plus_seconds(-minutes * 60), &mut rng, zone);
            // Between 46 and 50 hours it is a matter of policy whether a stay is short: none are
            // made.
            let unclear = (46..50).contains(&leaves.hours_since(admitted));
            (
                if unclear {
                    admitted.plus_hours(-5)
                } else {
                    admitted
                },
                leaves,
            )
        }
    };
    let until = if leaves.0 <= now.0 { leaves } else { now };
    Stay {
        class,
        admitted,
        leaves,
        until,
        now,
    }
}

/// Patients who come for an operation are called for the early morning.
fn arrival(scenario: &Scenario, at: Instant, rng: &mut Rng, zone: &TimeZone) -> Instant {
    let early = rng.range(19_800, 25_200) / 60 * 60;
    let called = scenario.procedures.first().is_some_and(|p| p.hour.1 <= 4);
    if called && scenario.class == EncounterClass::Inpatient {
        return Instant::start_of(at.day(zone), zone).plus_seconds(early);
    }
    at
}

/// Up to three long-standing conditions that the scenario does not have already.
fn pool(scenario: &Scenario, age: i64, rng: &Rng) -> Vec<&'static Condition> {
    let mut rng = rng.fork("pool");
    if age < 18 {
        return Vec::new();
    }
    let wanted = rng.below(if age > 50 { 4 } else { 2 });
    let start = rng.below(prose::CONDITIONS.len());
    let turned = (0..prose::CONDITIONS.len())
        .map(|n| &prose::CONDITIONS[(start + n * 5) % prose::CONDITIONS.len()]);
    let told = |c: &Condition| {
        let first = |words: &'static str| words.split(' ').next().unwrap_or_default();
        let (word, drug) = (first(c.words), first(c.drug));
        let statin =
            c.drug.contains("statin") && scenario.home.iter().any(|h| h.contains("statin"));
        statin
            || scenario.history.iter().any(|h| h.contains(word))
            || scenario.home.iter().any(|h| h.contains(drug))
    };
    turned.filter(|c| !told(c)).take(wanted).collect()
}
