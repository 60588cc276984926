//! What each chart is to be: scenario, dates, what is taken away from it.
//!
//! Owns the deliberate charts at the beginning ([`cover`](super::cover)) and the frequencies of
//! all that follow. A design depends on the seed and the chart's number only.

use super::cover::{self, Row};
use super::rng::Rng;
use super::scenario::{self, Scenario};
use super::topics::{CASES, Case, Shade, Told};
use crate::domain::encounter::EncounterClass;

/// Where the end of the stay lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Left this many days before now.
    DaysAgo(i64),
    /// Still here, after this many hours.
    InHouse(i64),
}

/// One alteration of a complete chart. The order is that in which they are applied: what is
/// missing first, what is wrong with the rest after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Plant {
    /// The visit was recorded by mistake and is nearly empty: nothing is owed.
    VisitRetracted,
    /// The visit was cancelled: nothing is owed.
    VisitCancelled,
    /// HP-M.
    HistoryMissing,
    /// HP-M: the only H&P is 45 days old.
    HistoryStale,
    /// Look-alike: H&P 20 days old, with update.
    HistoryTwentyDays,
    /// Look-alike: as above, and it names no visit.
    HistoryUnlinked,
    /// HP-U: H&P 12 days old, no update.
    UpdateMissing,
    /// OP-M.
    ReportMissing,
    /// Look-alike: the report does not name its procedure.
    ReportUnlinked,
    /// OP-B: full report next day, no brief note.
    BriefMissing,
    /// OP-B: a brief note without blood loss and specimens.
    BriefIncomplete,
    /// AN-PRE.
    AnesthesiaBeforeMissing,
    /// AN-REC.
    AnesthesiaRecordMissing,
    /// AN-POST.
    AnesthesiaAfterMissing,
    /// DS-M.
    SummaryMissing,
    /// Look-alike: short stay with a final progress note.
    ShortStay,
    /// DTH (and DS-M in an inpatient): no death note, no summary.
    DeathMissing,
    /// Look-alike: a death summary without a death note.
    DeathSummaryOnly,
    /// CN-M.
    ConsultMissing,
    /// Look-alike: the consultation was cancelled.
    ConsultCancelled,
    /// Look-alike: the report names no order, its author belongs to the service.
    ConsultUnlinked,
    /// PN-M.
    DayMissing,
    /// PR-M.
    ProcedureNoteMissing,
    /// Look-alike: a bedside procedure and one that owes no report.
    SmallProcedures,
    /// ED-M.
    EmergencyMissing,
    /// CON.
    ConsentMissing,
    /// DC-O.
    DischargeOrderMissing,
    /// DC-O: the order says another place than the one the patient went to.
    DischargeOrderConflict,
    /// AUT, provisional and final.
    AutopsyMissing,
    /// AUT, final: there is a provisional report.
    AutopsyProvisional,
    /// Look-alike: an autopsy with its report.
    AutopsyDone,
    /// VO.
    VerbalUnsigned,
    /// ADD.
    AddendumAsked,
    /// DX.
    Preliminary,
    /// TXT, text incomplete.
    Incomplete,
    /// TXT, dictated only.
    Dictated,
    /// SIG on the discharge summary: it is there, so not missing.
    SummaryUnsigned,
    /// SIG on the history and physical.
    HistoryUnsigned,
    /// SIG on the operative report.
    ReportUnsigned,
    /// SIG, complete text.
    Unsigned,
    /// SIG, draft.
    Draft,
    /// COS.
    Cosign,
    /// COS on the discharge summary.
    SummaryCosign,
    /// Look-alike: signature state not stated.
    Unknown,
    /// Look-alike: marked superseded, still stands.
    Superseded,
    /// Look-alike: an unsigned duplicate was retracted.
    RetractedDuplicate,
    /// QRY: a query that nobody answers.
    QueryUnanswered,
}

/// What chart `index` is to be.
pub(super) struct Design {
    pub index: u64,
    pub scenario: &'static Scenario,
    pub told: Option<Told>,
    pub when: When,
    pub plants: Vec<Plant>,
    /// The stay this visit follows, by the same patient.
    pub before: Option<Box<Design>>,
}

/// Every sixth chart is a clinic visit after the stay before it, where that stay allows one.
const FOLLOW_UP: u64 = 6;

impl Design {
    /// The design of a chart of a seed.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut rng = Self::rng(seed, index).fork("design");
        if let Some(row) = cover::row(index) {
            return Self::covering(index, &row, &mut rng);
        }
        if index.is_multiple_of(FOLLOW_UP) && cover::row(index - 1).is_none() {
            let before = Self::usual(index - 1, &mut Self::rng(seed, index - 1).fork("design"));
            if let Some(days) = before.allows_follow_up() {
                return Self::follow_up(index, before, days, &mut rng);
            }
        }
        Self::usual(index, &mut rng)
    }

    /// The generator of a chart.
    pub fn rng(seed: u64, index: u64) -> Rng {
        Rng::new(seed, index + 1)
    }

    /// How long ago the patient left, if a clinic visit has followed.
    fn allows_follow_up(&self) -> Option<i64> {
        let adult = self.scenario.ages.0 >= 18 && !self.scenario.dies;
        // A planted body mass index belongs to that chart alone.
        let usual_body = self
            .told
            .is_none_or(|t| t.case.courses.iter().all(|c| c.test != "BMI"));
        match self.when {
            When::DaysAgo(days) if days >= 12 => {
                let stayed = self.scenario.class == EncounterClass::Inpatient;
                (adult && usual_body && stayed).then_some(days)
            }
            _ => None,
        }
    }

    fn follow_up(index: u64, before: Self, days: i64, rng: &mut Rng) -> Self {
        let scenario = scenario::named("clinic_after_stay");
        let when = When::DaysAgo(days - rng.range(5, 10));
        let mut plants = defects(scenario, when, rng);
        plants.sort();
        plants.dedup();
        Self {
            index,
            scenario,
            told: None,
            when,
            plants,
            before: Some(Box::new(before)),
        }
    }

    /// Whether an alteration is planned.
    pub fn has(&self, plant: Plant) -> bool {
        self.plants.contains(&plant)
    }

    fn covering(index: u64, row: &Row, rng: &mut Rng) -> Self {
        let mut plants = row.plants.to_vec();
        plants.sort();
        let when = match row.when {
            When::DaysAgo(0) => When::DaysAgo(rng.range(3, 50)),
            when => when,
        };
        Self {
            index,
            scenario: row.scenario,
            told: row.told,
            when,
            plants,
            before: None,
        }
    }

    fn usual(index: u64, rng: &mut Rng) -> Self {
        let all = scenario::all();
        let place = rng.weighted(all.clone().map(|s| s.weight));
        let scenario = all
            .clone()
            .nth(place)
            .unwrap_or_else(|| scenario::named("pneumonia"));
        let inpatient = scenario.class == EncounterClass::Inpatient;
        let when = if inpatient && !scenario.dies && scenario.stay.0 >= 62 && rng.chance(16) {
            When::InHouse(rng.range(46, scenario.stay.0.min(110) - 8))
        } else {
            // A little denser toward the present, as charts still in work are.
            When::DaysAgo(1 + (rng.float(0.0, 1.0).powf(1.25) * 117.0) as i64)
        };
        let told = situation(scenario, rng);
        let mut plants = defects(scenario, when, rng);
        plants.sort();
        plants.dedup();
        Self {
            index,
            scenario,
            told,
            when,
            plants,
            before: None,
        }
    }
}

/// One in five inpatient charts tells a query topic, two of three without the diagnosis.
fn situation(scenario: &Scenario, rng: &mut Rng) -> Option<Told> {
    let fit: Vec<&'static Case> = CASES.iter().filter(|c| c.base == scenario.id).collect();
    if fit.is_empty() || !rng.chance(30) {
        return None;
    }
    let case: &'static Case = rng.pick(&fit);
    let shade = match rng.below(10) {
        0..=5 => Shade::Open,
        6 if case.denied.is_some() => Shade::Denied,
        _ => Shade::Stated,
    };
    Some(Told { case, shade })
}

/// Percent of charts with something owed, by days since discharge: old charts get completed.
fn share_with_defects(scenario: &Scenario, when: When) -> usize {
    match (scenario.class, when) {
        (EncounterClass::Inpatient, When::DaysAgo(0..=14)) => 60,
        (EncounterClass::Inpatient, When::DaysAgo(15..=30)) => 50,
        (EncounterClass::Inpatient, When::DaysAgo(_)) => 41,
        (EncounterClass::Inpatient, When::InHouse(_)) => 30,
        (EncounterClass::DaySurgery, _) => 30,
        _ => 18,
    }
}

const INPATIENT: &[(Plant, u32)] = &[
    (Plant::Unsigned, 26),
    (Plant::Draft, 7),
    (Plant::Cosign, 22),
    (Plant::SummaryMissing, 20),
    (Plant::SummaryUnsigned, 10),
    (Plant::SummaryCosign, 5),
    (Plant::ReportMissing, 12),
    (Plant::ReportUnsigned, 5),
    (Plant::ConsultMissing, 9),
    (Plant::HistoryMissing, 4),
    (Plant::HistoryUnsigned, 4),
    (Plant::DeathMissing, 30),
    (Plant::ConsentMissing, 3),
    (Plant::VerbalUnsigned, 5),
    (Plant::DayMissing, 3),
    (Plant::AnesthesiaAfterMissing, 3),
    (Plant::Preliminary, 3),
    (Plant::Incomplete, 3),
    (Plant::Unknown, 4),
    (Plant::RetractedDuplicate, 2),
    (Plant::BriefMissing, 2),
    (Plant::BriefIncomplete, 2),
    (Plant::AnesthesiaBeforeMissing, 2),
    (Plant::AnesthesiaRecordMissing, 2),
    (Plant::DischargeOrderMissing, 2),
    (Plant::DischargeOrderConflict, 2),
    (Plant::UpdateMissing, 2),
    (Plant::AddendumAsked, 2),
    (Plant::QueryUnanswered, 3),
    (Plant::AutopsyMissing, 8),
    (Plant::AutopsyProvisional, 8),
];

const DAY_SURGERY: &[(Plant, u32)] = &[
    (Plant::ReportMissing, 14),
    (Plant::HistoryMissing, 8),
    (Plant::ReportUnsigned, 10),
    (Plant::Unsigned, 10),
    (Plant::ConsentMissing, 4),
    (Plant::AnesthesiaAfterMissing, 4),
    (Plant::Unknown, 3),
    (Plant::BriefIncomplete, 3),
    (Plant::AnesthesiaBeforeMissing, 3),
    (Plant::QueryUnanswered, 2),
];

const SHORT_VISIT: &[(Plant, u32)] = &[
    (Plant::Unsigned, 20),
    (Plant::Cosign, 12),
    (Plant::Draft, 4),
    (Plant::EmergencyMissing, 8),
    (Plant::ConsultMissing, 6),
    (Plant::Unknown, 4),
    (Plant::Preliminary, 3),
    (Plant::DeathMissing, 6),
    (Plant::ProcedureNoteMissing, 6),
    (Plant::AddendumAsked, 2),
    (Plant::QueryUnanswered, 2),
];

fn defects(scenario: &Scenario, when: When, rng: &mut Rng) -> Vec<Plant> {
    if !rng.chance(share_with_defects(scenario, when)) {
        return Vec::new();
    }
    let table = match scenario.class {
        EncounterClass::Inpatient => INPATIENT,
        EncounterClass::DaySurgery => DAY_SURGERY,
        _ => SHORT_VISIT,
    };
    let fit: Vec<(Plant, u32)> = table
        .iter()
        .copied()
        .filter(|(p, _)| possible(*p, scenario, when))
        .collect();
    let count = match rng.below(100) {
        0..=59 => 1,
        60..=87 => 2,
        _ => 3,
    };
    (0..count)
        .map(|_| fit[rng.weighted(fit.iter().map(|(_, w)| *w))].0)
        .collect()
}

/// Whether a defect can be planted in such a chart.
fn possible(plant: Plant, scenario: &Scenario, when: When) -> bool {
    let left = matches!(when, When::DaysAgo(_));
    let operated = scenario
        .procedures
        .iter()
        .any(|p| p.setting == crate::domain::clinical::ProcedureSetting::OperatingRoom);
    match plant {
        Plant::SummaryMissing => left && scenario.stay.0 >= 50 && !scenario.dies,
        Plant::SummaryUnsigned | Plant::SummaryCosign => {
            left && scenario.stay.0 >= 50 && !scenario.dies
        }
        Plant::DeathMissing => scenario.dies,
        Plant::ReportMissing
        | Plant::ReportUnsigned
        | Plant::ConsentMissing
        | Plant::BriefMissing
        | Plant::BriefIncomplete => operated,
        Plant::ProcedureNoteMissing => scenario
            .procedures
            .iter()
            .any(|p| p.setting == crate::domain::clinical::ProcedureSetting::Bedside),
        // An H&P written before an emergency admission would be another story.
        Plant::UpdateMissing => operated && scenario.procedures.iter().all(|p| !p.emergency),
        Plant::DischargeOrderMissing | Plant::DischargeOrderConflict => left && !scenario.dies,
        Plant::AutopsyMissing | Plant::AutopsyProvisional => scenario.dies && left,
        Plant::AnesthesiaAfterMissing
        | Plant::AnesthesiaBeforeMissing
        | Plant::AnesthesiaRecordMissing => {
            scenario.procedures.iter().any(|p| !p.anesthesia.is_empty())
        }
        Plant::ConsultMissing => !scenario.consults.is_empty(),
        Plant::EmergencyMissing => scenario.class == EncounterClass::Emergency,
        Plant::Preliminary => !scenario.studies.is_empty(),
        Plant::DayMissing => scenario.stay.0 >= 72,
        Plant::Incomplete => scenario.class == EncounterClass::Inpatient && scenario.stay.0 >= 72,
        _ => true,
    }
}
