//! The charts that are planned one by one: every deficiency type, age band, class and look-alike
//! once, then every query topic in each of its versions. They are the first charts of any seed.

use super::design::{Plant, Plant::*, When, When::*};
use super::scenario::{self, Scenario};
use super::topics::{CASES, Shade, Told};

/// One planned chart.
pub(super) struct Row {
    pub scenario: &'static Scenario,
    pub told: Option<Told>,
    pub when: When,
    pub plants: &'static [Plant],
}

/// Scenario, end of the stay, alterations. The first seven carry a missing summary through the
/// ageing bands 0–7, 8–14, 15–21, 22–30, 31–60, 61–90 and over 90 days.
#[rustfmt::skip]
const PLANNED: &[(&str, When, &[Plant])] = &[
    ("heart_failure", DaysAgo(4), &[SummaryMissing]),
    ("pneumonia", DaysAgo(11), &[SummaryMissing]),
    ("copd", DaysAgo(18), &[SummaryMissing]),
    ("hip_fracture", DaysAgo(26), &[SummaryMissing]),
    ("colectomy", DaysAgo(45), &[SummaryMissing]),
    ("nstemi", DaysAgo(75), &[SummaryMissing]),
    ("sepsis_pneumonia", DaysAgo(104), &[SummaryMissing]),
    ("pneumonia", DaysAgo(6), &[HistoryMissing]),
    ("hernia_day", DaysAgo(9), &[HistoryMissing]),
    ("cholecystectomy", DaysAgo(13), &[HistoryStale]),
    ("colectomy", DaysAgo(20), &[HistoryTwentyDays]),
    ("knee_day", DaysAgo(35), &[HistoryUnlinked]),
    ("colectomy", DaysAgo(16), &[UpdateMissing]),
    ("appendectomy", DaysAgo(5), &[ReportMissing]),
    ("knee_day", DaysAgo(23), &[ReportMissing]),
    ("hip_fracture", InHouse(70), &[ReportMissing]),
    ("cholecystectomy", DaysAgo(40), &[ReportUnlinked]),
    ("colectomy", DaysAgo(28), &[BriefMissing]),
    ("hernia_day", DaysAgo(17), &[AnesthesiaBeforeMissing]),
    ("cataract_day", DaysAgo(12), &[AnesthesiaRecordMissing]),
    ("hip_fracture", DaysAgo(33), &[AnesthesiaAfterMissing]),
    ("appendectomy", DaysAgo(8), &[ShortStay]),
    ("death_on_ward", DaysAgo(10), &[DeathMissing]),
    ("death_on_ward", DaysAgo(55), &[DeathSummaryOnly]),
    ("death_on_ward", DaysAgo(80), &[AutopsyMissing]),
    ("death_on_ward", DaysAgo(97), &[AutopsyDone]),
    ("heart_failure", DaysAgo(14), &[ConsultMissing]),
    ("obs_syncope", DaysAgo(3), &[ConsultMissing]),
    ("pneumonia", DaysAgo(24), &[ConsultCancelled]),
    ("sepsis_pneumonia", DaysAgo(37), &[ConsultUnlinked]),
    ("copd", DaysAgo(19), &[DayMissing]),
    ("ed_laceration", DaysAgo(7), &[ProcedureNoteMissing]),
    ("atrial_fibrillation", DaysAgo(30), &[SmallProcedures]),
    ("ed_chest_pain", DaysAgo(2), &[EmergencyMissing]),
    ("prostatectomy", DaysAgo(15), &[ConsentMissing]),
    ("pulmonary_embolism", DaysAgo(21), &[DischargeOrderMissing]),
    ("heart_failure", InHouse(60), &[VerbalUnsigned]),
    ("nstemi", DaysAgo(27), &[AddendumAsked]),
    ("pulmonary_embolism", DaysAgo(31), &[Preliminary]),
    ("copd", DaysAgo(9), &[Incomplete]),
    ("sepsis_pneumonia", DaysAgo(6), &[Dictated]),
    ("hip_fracture", DaysAgo(62), &[SummaryUnsigned]),
    ("pneumonia", DaysAgo(34), &[HistoryUnsigned]),
    ("wound_abscess", DaysAgo(22), &[ReportUnsigned]),
    ("clinic", DaysAgo(12), &[Unsigned]),
    ("obs_gastro", DaysAgo(41), &[Draft]),
    ("colectomy", DaysAgo(88), &[Cosign, Unsigned]),
    ("heart_failure", DaysAgo(25), &[SummaryCosign]),
    ("ed_chest_pain", DaysAgo(20), &[Cosign]),
    ("pneumonia", InHouse(58), &[Cosign]),
    ("copd", DaysAgo(29), &[Unknown]),
    ("nstemi", DaysAgo(39), &[Superseded]),
    ("heart_failure", DaysAgo(36), &[RetractedDuplicate]),
    ("hip_fracture", DaysAgo(4), &[VisitRetracted]),
    ("knee_day", DaysAgo(3), &[VisitCancelled]),
    ("cholecystectomy", DaysAgo(110), &[SummaryMissing, ReportMissing, Unsigned]),
    ("colectomy", DaysAgo(32), &[BriefIncomplete]),
    ("pulmonary_embolism", DaysAgo(19), &[DischargeOrderConflict]),
    ("death_on_ward", DaysAgo(70), &[AutopsyProvisional]),
    ("heart_failure", DaysAgo(16), &[QueryUnanswered]),
    ("colectomy", DaysAgo(11), &[]),
    ("clinic_cardiology", DaysAgo(5), &[]),
];

/// The planned chart with this number, if it is one.
pub(super) fn row(index: u64) -> Option<Row> {
    let index = usize::try_from(index).ok()?;
    if let Some((id, when, plants)) = PLANNED.get(index) {
        return Some(Row {
            scenario: scenario::named(id),
            told: None,
            when: *when,
            plants,
        });
    }
    let told = tellings().nth(index - PLANNED.len())?;
    Some(Row {
        scenario: scenario::named(told.case.base),
        told: Some(told),
        when: DaysAgo(0),
        plants: &[],
    })
}

/// Every topic in every version it has.
fn tellings() -> impl Iterator<Item = Told> {
    CASES.iter().flat_map(|case| {
        let shades = [Shade::Open, Shade::Stated, Shade::Denied];
        let count = if case.denied.is_some() { 3 } else { 2 };
        shades
            .into_iter()
            .take(count)
            .map(move |shade| Told { case, shade })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::topics::TOPICS;

    #[test]
    fn every_planned_scenario_exists() {
        for (id, _, _) in PLANNED {
            assert_eq!(scenario::named(id).id, *id);
        }
        for case in CASES {
            assert_eq!(scenario::named(case.base).id, case.base, "{}", case.topic);
            assert!(
                TOPICS.iter().any(|(id, _)| *id == case.topic),
                "{}",
                case.topic
            );
        }
    }

    #[test]
    fn the_default_hospital_holds_all_planned_charts() {
        assert!(PLANNED.len() + tellings().count() < 150);
    }
}
