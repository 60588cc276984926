//! The clinical scenarios: what kind of stay, told in tables.
//!
//! Owns the shape of a scenario and the lists of them; the words are in the modules by branch of
//! medicine, in the language of `template`. A scenario is complete and well documented by
//! itself: every value outside its limits has its diagnosis in words and in codes. What is to be
//! missing is taken away later (`plant`), what is to be left unsaid is changed by a
//! [`crate::demo::topics`] case. Start reading at [`Scenario`].

mod cardiac;
mod general;
mod kidney_gut;
mod lungs;
mod minor;
mod neuro_psych;
mod surgical;
mod women_children;

pub(super) use cardiac::CARDIOVERSION;

use super::measure::Course;
use crate::domain::clinical::{PresentOnAdmission, ProcedureSetting};
use crate::domain::encounter::EncounterClass;
use crate::domain::people::Sex;

/// One kind of stay.
#[derive(Clone, Copy)]
pub(super) struct Scenario {
    pub id: &'static str,
    pub class: EncounterClass,
    /// Service id (`staff::SERVICES`).
    pub service: &'static str,
    /// Share among random charts.
    pub weight: u32,
    /// Age on admission, years.
    pub ages: (i64, i64),
    pub sex: Option<Sex>,
    /// Length of stay, hours.
    pub stay: (i64, i64),
    /// Whether the patient came through the emergency department.
    pub emergency: bool,
    /// Whether the patient dies at the end of the stay.
    pub dies: bool,
    /// Reason for the visit and chief complaint.
    pub reason: &'static str,
    /// Diagnosis in the words of the assessment.
    pub diagnosis: &'static str,
    /// Words that a query-topic case may replace: name, template.
    pub words: &'static [(&'static str, &'static str)],
    /// Coded diagnoses, principal first.
    pub dx: &'static [Dx],
    /// Past history lines.
    pub history: &'static [&'static str],
    /// Home medication lines.
    pub home: &'static [&'static str],
    /// Sentences of the history of present illness.
    pub hpi: &'static [&'static str],
    /// Review of systems.
    pub ros: &'static str,
    /// Findings on examination that differ from normal: system, words.
    pub exam: &'static [(&'static str, &'static str)],
    /// Sentences on results.
    pub results: &'static [&'static str],
    /// Courses of measurements.
    pub courses: &'static [Course],
    pub meds: &'static [Med],
    pub procedures: &'static [Proc],
    pub consults: &'static [Ask],
    pub studies: &'static [Study],
    /// Problem list with plan.
    pub problems: &'static [(&'static str, &'static str)],
    /// Interval history of progress notes, early to late.
    pub days: &'static [&'static str],
    /// Sentences of the hospital course.
    pub course: &'static [&'static str],
    /// Follow-up and instructions.
    pub after: &'static str,
}

/// A coded diagnosis.
#[derive(Clone, Copy)]
pub(super) struct Dx {
    /// ICD-10-CM.
    pub code: &'static str,
    pub text: &'static str,
    pub poa: PresentOnAdmission,
}

/// A medication: order and administrations.
#[derive(Clone, Copy)]
pub(super) struct Med {
    pub drug: &'static str,
    pub dose: &'static str,
    pub route: &'static str,
    pub often: &'static str,
    /// First and last day of the stay it is given.
    pub days: (i64, i64),
}

/// A procedure with the words of its report.
#[derive(Clone, Copy)]
pub(super) struct Proc {
    pub title: &'static str,
    /// ICD-10-PCS code, or CPT where `cpt` says so.
    pub code: &'static str,
    pub cpt: bool,
    /// Start, hours after admission.
    pub hour: (i64, i64),
    pub minutes: (i64, i64),
    pub setting: ProcedureSetting,
    /// Kind of anaesthesia given by an anaesthetist; empty if none was.
    pub anesthesia: &'static str,
    pub emergency: bool,
    /// Service of whoever does it; empty for the service of the stay.
    pub by: &'static str,
    pub before: &'static str,
    pub after: &'static str,
    pub findings: &'static str,
    pub steps: &'static [&'static str],
    /// Estimated blood loss, mL.
    pub blood_ml: (i64, i64),
    pub specimen: &'static str,
    /// Pathologist's diagnosis; empty if nothing was sent.
    pub pathology: &'static str,
}

/// A consultation that is asked for.
#[derive(Clone, Copy)]
pub(super) struct Ask {
    pub service: &'static str,
    pub question: &'static str,
    pub findings: &'static [&'static str],
    pub impression: &'static str,
    pub advice: &'static [&'static str],
}

/// An imaging study or tracing.
#[derive(Clone, Copy)]
pub(super) struct Study {
    pub title: &'static str,
    /// Day of the stay.
    pub day: i64,
    pub technique: &'static str,
    pub findings: &'static str,
    pub impression: &'static str,
    /// An electrocardiogram or echocardiogram is read by cardiology.
    pub heart: bool,
}

/// Present on admission.
pub(super) const fn dx(code: &'static str, text: &'static str) -> Dx {
    Dx {
        code,
        text,
        poa: PresentOnAdmission::Yes,
    }
}

/// Arisen in hospital.
pub(super) const fn later(code: &'static str, text: &'static str) -> Dx {
    Dx {
        code,
        text,
        poa: PresentOnAdmission::No,
    }
}

/// Exempt from present-on-admission reporting.
pub(super) const fn exempt(code: &'static str, text: &'static str) -> Dx {
    Dx {
        code,
        text,
        poa: PresentOnAdmission::Exempt,
    }
}

/// Shorthand for a medication.
pub(super) const fn med(
    drug: &'static str,
    dose: &'static str,
    route: &'static str,
    often: &'static str,
    days: (i64, i64),
) -> Med {
    Med {
        drug,
        dose,
        route,
        often,
        days,
    }
}

/// Shorthand for an imaging study.
pub(super) const fn study(
    title: &'static str,
    day: i64,
    technique: &'static str,
    findings: &'static str,
    impression: &'static str,
) -> Study {
    Study {
        title,
        day,
        technique,
        findings,
        impression,
        heart: false,
    }
}

/// Shorthand for what cardiology reads.
pub(super) const fn heart_study(
    title: &'static str,
    day: i64,
    findings: &'static str,
    impression: &'static str,
) -> Study {
    Study {
        title,
        day,
        technique: "",
        findings,
        impression,
        heart: true,
    }
}

/// An inpatient scenario with nothing in it.
pub(super) const BLANK: Scenario = Scenario {
    id: "",
    class: EncounterClass::Inpatient,
    service: "MED",
    weight: 10,
    ages: (30, 88),
    sex: None,
    stay: (72, 150),
    emergency: true,
    dies: false,
    reason: "",
    diagnosis: "",
    words: &[],
    dx: &[],
    history: &[],
    home: &[],
    hpi: &[],
    ros: "",
    exam: &[],
    results: &[],
    courses: &[],
    meds: &[],
    procedures: &[],
    consults: &[],
    studies: &[],
    problems: &[],
    days: &[],
    course: &[],
    after: "",
};

/// A procedure in an operating room under general anaesthesia.
pub(super) const OPERATION: Proc = Proc {
    title: "",
    code: "",
    cpt: false,
    hour: (4, 10),
    minutes: (45, 90),
    setting: ProcedureSetting::OperatingRoom,
    anesthesia: "general endotracheal",
    emergency: false,
    by: "",
    before: "",
    after: "",
    findings: "",
    steps: &[],
    blood_ml: (10, 50),
    specimen: "None",
    pathology: "",
};

/// Every scenario.
pub(super) const ALL: &[&[Scenario]] = &[
    cardiac::SCENARIOS,
    lungs::SCENARIOS,
    kidney_gut::SCENARIOS,
    general::SCENARIOS,
    surgical::SCENARIOS,
    neuro_psych::SCENARIOS,
    women_children::SCENARIOS,
    minor::SCENARIOS,
];

/// All scenarios in one line.
pub(super) fn all() -> impl Iterator<Item = &'static Scenario> + Clone {
    ALL.iter().flat_map(|list| list.iter())
}

/// The scenario with this id; the first one if there is none (a test checks every name used).
pub(super) fn named(id: &str) -> &'static Scenario {
    all().find(|s| s.id == id).unwrap_or(&ALL[0][0])
}
