//! The query topics (domain reference §7) and the situations planted for each.
//!
//! Owns, for every topic, what is measured and how three versions of the same chart speak of it:
//! indicators without the diagnosis (`open`, must be found), the diagnosis stated and coded
//! (`stated`), and where it is natural the diagnosis weighed and excluded (`denied`).

use super::measure::{Course, c};
use super::scenario::{Dx, Med, dx, exempt, later, med};

/// The topics in the order of the domain reference: id and title.
#[rustfmt::skip]
pub const TOPICS: &[(&str, &str)] = &[
    ("aki", "Acute kidney injury"), ("atn", "Acute tubular necrosis or prerenal"), ("ckd-stage", "CKD stage"), ("sepsis-2", "Sepsis (SIRS)"), ("sepsis-3", "Sepsis (SOFA)"),
    ("septic-shock", "Septic shock"), ("shock-type", "Type of shock"), ("resp-failure-hypoxic", "Acute hypoxic respiratory failure"), ("resp-failure-hypercapnic", "Acute hypercapnic respiratory failure"), ("encephalopathy", "Encephalopathy"),
    ("hf-type", "Heart failure type and acuity"), ("mi-type", "Myocardial infarction type or injury"), ("malnutrition-aspen", "Malnutrition (ASPEN)"), ("malnutrition-glim", "Malnutrition (GLIM)"), ("obesity", "Obesity class"),
    ("hyponatremia", "Hyponatremia"), ("electrolytes", "Other electrolytes"), ("lactic-acidosis", "Lactic acidosis"), ("dka", "Diabetic ketoacidosis"), ("hhs", "Hyperosmolar hyperglycemic state"),
    ("anemia-blood-loss", "Anemia, acute blood loss"), ("thrombocytopenia", "Thrombocytopenia, pancytopenia"), ("coagulopathy", "Coagulopathy, DIC"), ("pneumonia-type", "Pneumonia specificity"), ("pressure-injury", "Pressure injury"),
    ("debridement", "Debridement"), ("diabetes", "Diabetes type and complications"), ("postop-event", "Postoperative event"), ("conflict", "Conflicting documentation"), ("poa", "Present on admission"),
];

/// How a chart speaks of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    /// Indicators, no diagnosis.
    Open,
    /// Diagnosis stated and coded.
    Stated,
    /// Diagnosis considered and excluded.
    Denied,
}

/// A case in one of its versions.
#[derive(Clone, Copy)]
pub(super) struct Told {
    pub case: &'static Case,
    pub shade: Shade,
}

impl Told {
    /// The words and codes of this version.
    pub fn version(&self) -> &'static Version {
        match (self.shade, self.case.denied.as_ref()) {
            (Shade::Open, _) => &self.case.open,
            (Shade::Denied, Some(denied)) => denied,
            _ => &self.case.stated,
        }
    }
}

/// A topic's situation on top of a scenario.
pub(super) struct Case {
    pub topic: &'static str,
    /// Scenario it is told in.
    pub base: &'static str,
    pub courses: &'static [Course],
    pub meds: &'static [Med],
    /// A sentence for the nursing notes of every version.
    pub nursing: &'static str,
    pub open: Version,
    pub stated: Version,
    pub denied: Option<Version>,
    /// What the situation is, for the manifest.
    pub why: &'static str,
}

/// Words and codes of one version.
#[derive(Clone, Copy)]
pub(super) struct Version {
    /// Replacements for the scenario's words.
    pub words: &'static [(&'static str, &'static str)],
    /// An extra line of progress notes.
    pub note: &'static str,
    /// An extra problem with its plan.
    pub problem: (&'static str, &'static str),
    /// An extra sentence of the hospital course.
    pub course: &'static str,
    /// Impression of consultants in place of the scenario's.
    pub consult: &'static str,
    /// Codes added and taken away.
    pub add: &'static [Dx],
    pub drop: &'static [&'static str],
    /// Whether the added codes come before the scenario's.
    pub principal: bool,
}

const PLAIN: Version = Version {
    words: &[],
    note: "",
    problem: ("", ""),
    course: "",
    consult: "",
    add: &[],
    drop: &[],
    principal: false,
};

const CASE: Case = Case {
    topic: "",
    base: "",
    courses: &[],
    meds: &[],
    nursing: "",
    open: PLAIN,
    stated: PLAIN,
    denied: None,
    why: "",
};

/// Every situation, in the order of [`TOPICS`].
#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case {
        topic: "aki", base: "pneumonia", why: "creatinine rises by more than 1.5 times within 48 h, no kidney diagnosis",
        courses: &[c("CREAT", &[(0.0, 0.9), (1.0, 1.3), (2.0, 1.9), (4.0, 1.2), (6.0, 1.0)]), c("BUN", &[(0.0, 17.0), (2.0, 34.0), (5.0, 20.0)])],
        open: Version { words: &[("kidney", "Creatinine {lab:CREAT} mg/dL (admission {lab0:CREAT}); [lisinopril held, 1 L lactated Ringer's given|gentle fluids, lisinopril on hold].")], note: "[Watching urine output, avoid nephrotoxins.|Repeat chemistry in the morning.]", course: "Creatinine peaked at {peak:CREAT} mg/dL and came down with fluids.", ..PLAIN },
        stated: Version { words: &[("kidney", "")], problem: ("Acute kidney injury", "[KDIGO stage 2, prerenal|AKI stage 2, likely volume depletion]. Creatinine {trend:CREAT}; lisinopril held, fluids given."), course: "{^he} developed acute kidney injury from volume depletion, creatinine {lab0:CREAT} to {peak:CREAT}, resolved with fluids.", add: &[later("N17.9", "Acute kidney failure, unspecified")], ..PLAIN },
        ..CASE
    },
];

const _: (
    fn(&'static str, &'static str) -> Dx,
    fn(&'static str, &'static str) -> Dx,
) = (dx, exempt);
const _: Option<Med> = Some(med("", "", "", "", (0, 0)));
