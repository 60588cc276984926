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
        topic: "aki", base: "pneumonia", why: "creatinine rises to more than 1.5 times within 48 h, no kidney diagnosis",
        courses: &[c("CREAT", &[(0.0, 0.9), (1.0, 1.3), (2.0, 1.9), (4.0, 1.2), (6.0, 1.0)]), c("BUN", &[(0.0, 17.0), (2.0, 34.0), (5.0, 20.0)])],
        open: Version { words: &[("kidney", "Creatinine {lab:CREAT} mg/dL (admission {lab0:CREAT}); [lisinopril held, 1 L lactated Ringer's given|gentle fluids, lisinopril on hold].")], note: "[Watching urine output, avoid nephrotoxins.|Repeat chemistry in the morning.]", course: "Creatinine peaked at {peak:CREAT} mg/dL and came down with fluids.", ..PLAIN },
        stated: Version { problem: ("Acute kidney injury", "[KDIGO stage 2, prerenal|AKI stage 2, likely volume depletion]. Creatinine {trend:CREAT}; lisinopril held, fluids given."), course: "{^he} developed acute kidney injury from volume depletion, creatinine {lab0:CREAT} to {peak:CREAT} mg/dL, resolved with fluids.", add: &[later("N17.9", "Acute kidney failure, unspecified")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "atn", base: "aki_ckd", why: "creatinine does not fall after 72 h of fluid, granular casts, cause not stated",
        courses: &[c("CREAT", &[(0.0, 3.4), (2.0, 3.9), (4.0, 3.8), (7.0, 2.9)]), c("EGFR", &[(0.0, 17.0), (4.0, 15.0), (7.0, 21.0)])],
        open: Version { words: &[("aki", "acute kidney injury"), ("sediment", "Urine sediment with many muddy brown granular casts, fractional sodium excretion 3.1%."), ("pace", "Creatinine {trend:CREAT} mg/dL in spite of {n:60-90} hours of isotonic fluid.")], ..PLAIN },
        stated: Version { words: &[("aki", "acute kidney injury from acute tubular necrosis (ATN)"), ("sediment", "Urine sediment with muddy brown casts, consistent with ATN."), ("pace", "Creatinine {trend:CREAT} mg/dL, slow recovery as expected in ATN.")], add: &[dx("N17.0", "Acute kidney failure with tubular necrosis")], drop: &["N17.9"], principal: true, ..PLAIN },
        denied: Some(Version { words: &[("aki", "prerenal acute kidney injury"), ("sediment", "Few granular casts; reviewed with nephrology: no ATN, fractional sodium excretion 0.5%."), ("pace", "Creatinine {trend:CREAT} mg/dL, prerenal with ongoing stool losses.")], ..PLAIN }),
        ..CASE
    },
    Case {
        topic: "ckd-stage", base: "atrial_fibrillation", why: "eGFR 33-38 now and for years, CKD without stage",
        courses: &[c("EGFR", &[(0.0, 36.0), (5.0, 35.0)]), c("CREAT", &[(0.0, 1.82), (5.0, 1.84)]), c("BUN", &[(0.0, 30.0), (5.0, 31.0)])],
        open: Version { problem: ("Chronic kidney disease", "[Creatinine {lab:CREAT}, at baseline since {year:2}|At baseline], eGFR {lab:EGFR}; renal dosing of medications."), course: "Kidney function stayed at its chronic baseline (creatinine {lab:CREAT} mg/dL, eGFR {lab:EGFR}).", add: &[dx("N18.9", "Chronic kidney disease, unspecified")], ..PLAIN },
        stated: Version { problem: ("CKD stage 3b", "Creatinine {lab:CREAT}, eGFR {lab:EGFR}, at baseline since {year:2}; renal dosing."), course: "CKD stage 3b, at baseline (eGFR {lab:EGFR}).", add: &[dx("N18.32", "Chronic kidney disease, stage 3b")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "sepsis-2", base: "pneumonia", why: "pneumonia with temperature above 38.3, HR above 100, RR 24 and WBC 18",
        courses: &[c("TEMP", &[(0.0, 38.9), (1.0, 38.4), (3.0, 37.0)]), c("HR", &[(0.0, 112.0), (1.0, 98.0), (3.0, 78.0)]), c("RR", &[(0.0, 24.0), (1.5, 21.0), (3.0, 17.0)]), c("WBC", &[(0.0, 18.2), (2.0, 12.9), (5.0, 8.1)]), c("LACT", &[(0.0, 1.7)]), c("SPO2", &[(0.0, 93.0), (3.0, 96.0)])],
        open: Version { words: &[("septic", "[Febrile to {peak:TEMP} °C with heart rate {peak:HR} and respiratory rate {peak:RR} on presentation.|Temperature {peak:TEMP} °C, heart rate {peak:HR}, WBC {peak:WBC} at presentation.]")], ..PLAIN },
        stated: Version { words: &[("septic", "Meets criteria for sepsis due to pneumonia, present on admission (T {peak:TEMP}, HR {peak:HR}, WBC {peak:WBC}).")], add: &[dx("A40.3", "Sepsis due to Streptococcus pneumoniae")], principal: true, ..PLAIN },
        denied: Some(Version { words: &[("septic", "SIRS criteria present on arrival, but sepsis was considered and ruled out: lactate {lab0:LACT}, no organ dysfunction, prompt defervescence.")], ..PLAIN }),
        ..CASE
    },
    Case {
        topic: "sepsis-3", base: "pyelonephritis", why: "infection with platelets 88, bilirubin 2.3 and GCS 14, no sepsis stated",
        courses: &[c("TEMP", &[(0.0, 38.8), (1.0, 38.1), (3.0, 36.9)]), c("HR", &[(0.0, 108.0), (2.0, 84.0)]), c("RR", &[(0.0, 23.0), (2.0, 17.0)]), c("WBC", &[(0.0, 17.0), (3.0, 9.8)]), c("PLT", &[(0.0, 92.0), (1.0, 86.0), (4.0, 148.0)]), c("TBILI", &[(0.0, 2.3), (3.0, 1.1)]), c("GCS", &[(0.0, 14.0), (2.0, 15.0)]), c("LACT", &[(0.0, 2.6), (0.5, 1.5)])],
        open: Version { words: &[("mind", "Drowsy but rousable on arrival, clear by the second day."), ("organs", "Platelets {lab0:PLT}, bilirubin {lab0:TBILI} mg/dL, lactate {lab0:LACT} on arrival; [following daily|trending].")], ..PLAIN },
        stated: Version { words: &[("also", " with sepsis and organ dysfunction"), ("mind", "Drowsy on arrival from sepsis-associated encephalopathy, clear by the second day."), ("organs", "Sepsis present on admission: platelets {lab0:PLT}, bilirubin {lab0:TBILI}, SOFA rise of 4.")], add: &[dx("A41.51", "Sepsis due to Escherichia coli [E. coli]"), dx("R65.20", "Severe sepsis without septic shock"), dx("D69.59", "Other secondary thrombocytopenia"), dx("G93.41", "Metabolic encephalopathy")], principal: true, ..PLAIN },
        ..CASE
    },
    Case {
        topic: "septic-shock", base: "sepsis_pneumonia", why: "sepsis documented; norepinephrine for MAP and lactate above 2 after fluid, shock not stated",
        courses: &[c("SBP", &[(0.0, 82.0), (0.4, 92.0), (1.0, 104.0), (3.0, 122.0)]), c("DBP", &[(0.0, 44.0), (0.4, 52.0), (1.0, 60.0), (3.0, 70.0)]), c("MAP", &[(0.0, 57.0), (0.4, 63.0), (1.0, 72.0), (3.0, 88.0)]), c("LACT", &[(0.0, 5.2), (0.3, 3.8), (1.0, 2.2), (2.0, 1.2)])],
        meds: &[med("norepinephrine", "0.08 mcg/kg/min", "IV", "continuous", (0, 1))],
        open: Version { words: &[("pressor", "Blood pressure stayed {bp0} after 30 mL/kg of fluid; norepinephrine up to {#ne:8-14} mcg/min for {#neh:14-26} hours to keep MAP above 65.")], ..PLAIN },
        stated: Version { words: &[("pressor", "Septic shock: norepinephrine up to {#ne:8-14} mcg/min for {#neh:14-26} hours after 30 mL/kg of fluid, lactate {lab0:LACT}.")], add: &[dx("R65.21", "Severe sepsis with septic shock")], drop: &["R65.20"], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "shock-type", base: "gi_bleed", why: "shock with SBP 78, lactate 4.1 and cool skin; type not stated",
        courses: &[c("SBP", &[(0.0, 78.0), (0.3, 94.0), (1.0, 112.0), (3.0, 122.0)]), c("DBP", &[(0.0, 42.0), (0.3, 54.0), (3.0, 72.0)]), c("HR", &[(0.0, 128.0), (1.0, 98.0), (3.0, 78.0)]), c("LACT", &[(0.0, 4.1), (0.5, 2.2), (1.0, 1.2)]), c("PH", &[(0.0, 7.37)])],
        open: Version { words: &[("shock", "Shock on arrival, {bp0} with cool extremities and lactate {lab0:LACT}; resuscitated with 2 L of crystalloid and red cells.")], add: &[dx("R57.9", "Shock, unspecified")], ..PLAIN },
        stated: Version { words: &[("shock", "Hypovolemic (hemorrhagic) shock on arrival, {bp0}, lactate {lab0:LACT}; resuscitated with 2 L of crystalloid and red cells.")], add: &[dx("R57.1", "Hypovolemic shock")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "resp-failure-hypoxic", base: "pneumonia", why: "SpO2 84% on room air, pO2 51, 4 L oxygen; only hypoxia documented",
        courses: &[c("SPO2", &[(0.0, 84.0), (0.3, 93.0), (4.0, 95.0)]), c("FLOW", &[(0.0, 0.0), (0.3, 4.0), (2.0, 2.0), (4.0, 0.0)]), c("PO2", &[(0.0, 51.0)]), c("PCO2", &[(0.0, 35.0)]), c("PH", &[(0.0, 7.43)]), c("RR", &[(0.0, 28.0), (1.0, 22.0), (3.0, 18.0)])],
        open: Version { words: &[("oxygen", "Hypoxia: {lab0:SPO2}% on room air at presentation (pO2 {lab0:PO2} mmHg), now {lab:SPO2}% {o2}.")], add: &[dx("R09.02", "Hypoxemia")], ..PLAIN },
        stated: Version { words: &[("oxygen", "Acute hypoxic respiratory failure: {lab0:SPO2}% on room air, pO2 {lab0:PO2} mmHg, RR {peak:RR} with accessory muscle use; now {lab:SPO2}% {o2}.")], add: &[dx("J96.01", "Acute respiratory failure with hypoxia")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "resp-failure-hypercapnic", base: "copd", why: "pH 7.27 with pCO2 71 treated with BiPAP, no respiratory failure stated",
        courses: &[c("PH", &[(0.0, 7.27), (0.5, 7.33), (1.0, 7.38)]), c("PCO2", &[(0.0, 71.0), (0.5, 60.0), (1.0, 50.0)]), c("PO2", &[(0.0, 66.0), (1.0, 70.0)]), c("RR", &[(0.0, 30.0), (1.0, 22.0), (3.0, 18.0)]), c("CO2", &[(0.0, 31.0), (4.0, 29.0)])],
        open: Version { words: &[("gas", "Arterial gas pH {lab0:PH}, pCO2 {lab0:PCO2} mmHg; [BiPAP 12/6 for {#bip:14-24} hours|BiPAP started in the emergency department, {#bip:14-24} hours], gas now {lab:PH}/{lab:PCO2}.")], ..PLAIN },
        stated: Version { words: &[("lung", " with acute hypercapnic respiratory failure"), ("gas", "Acute hypercapnic respiratory failure, pH {lab0:PH}, pCO2 {lab0:PCO2} mmHg, BiPAP for {#bip:14-24} hours.")], add: &[dx("J96.02", "Acute respiratory failure with hypercapnia")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "encephalopathy", base: "pyelonephritis", why: "acute confusion against baseline that clears with treatment, CT negative; altered mental status only",
        courses: &[c("GCS", &[(0.0, 13.0), (1.0, 14.0), (2.5, 15.0)])],
        nursing: "Oriented to self only at the start of the stay, reorients briefly; clearer each day per family.",
        open: Version { words: &[("mind", "Altered mental status: confused and oriented to self only on arrival, per {~who:a daughter/a spouse/a sister} fully independent last week; CT head negative; [clearing with antibiotics|better each day].")], add: &[dx("R41.82", "Altered mental status, unspecified")], ..PLAIN },
        stated: Version { words: &[("mind", "Acute metabolic encephalopathy due to urinary infection: oriented to self only on arrival, baseline independent; CT head negative; clearing with antibiotics.")], add: &[dx("G93.41", "Metabolic encephalopathy")], ..PLAIN },
        denied: Some(Version { words: &[("mind", "Confusion is at baseline per {~who:a daughter/a spouse/a sister} (known dementia, oriented to self only for two years); no acute encephalopathy.")], add: &[dx("F03.90", "Unspecified dementia, unspecified severity, without behavioral disturbance, psychotic disturbance, mood disturbance, and anxiety")], ..PLAIN }),
        ..CASE
    },
    Case {
        topic: "hf-type", base: "heart_failure", why: "heart failure without type or acuity; EF 25-35%, NT-proBNP high, IV diuretic",
        open: Version { words: &[("hf", "[CHF exacerbation|congestive heart failure, volume overloaded|heart failure exacerbation]"), ("hfhx", "congestive heart failure")], add: &[dx("I50.9", "Heart failure, unspecified")], drop: &["I50.23"], ..PLAIN },
        stated: PLAIN,
        ..CASE
    },
    Case {
        topic: "mi-type", base: "atrial_fibrillation", why: "troponin 38 to 210 and back with rapid rate; meaning not stated",
        courses: &[c("TROP", &[(0.0, 38.0), (0.3, 210.0), (1.2, 96.0), (3.0, 30.0)])],
        open: Version { problem: ("Elevated troponin", "{trend:TROP} ng/L, [with rapid rate, chest tightness for an hour, 1 mm lateral ST depression|tightness during tachycardia, lateral ST depression that resolved]; [echocardiogram, no heparin|follow]."), course: "High-sensitivity troponin rose from {lab0:TROP} to {peak:TROP} ng/L and fell; lateral ST depression during the rapid rate resolved.", add: &[dx("R79.89", "Other specified abnormal findings of blood chemistry")], ..PLAIN },
        stated: Version { problem: ("Type 2 myocardial infarction", "Due to rapid atrial fibrillation; troponin {trend:TROP} ng/L with transient lateral ST depression and chest tightness. No heparin."), course: "Type 2 myocardial infarction from rapid atrial fibrillation (troponin {lab0:TROP} to {peak:TROP} ng/L), treated by rate control.", add: &[dx("I21.A1", "Myocardial infarction type 2")], ..PLAIN },
        denied: Some(Version { problem: ("Acute nonischemic myocardial injury", "Troponin {trend:TROP} ng/L from tachycardia; no chest pain, no ECG change: not a myocardial infarction."), course: "Troponin rise was acute nonischemic myocardial injury; there was no infarction.", add: &[dx("I5A", "Non-ischemic myocardial injury (non-traumatic)")], ..PLAIN }),
        ..CASE
    },
    Case {
        topic: "malnutrition-aspen", base: "malnutrition", why: "dietitian: intake under 50%, weight loss above 7.5% in 3 months, wasting; provider silent",
        nursing: "Intake recorded: {n:20-40}% of meals.",
        open: Version { words: &[("nutrition", "[failure to thrive|poor oral intake and weight loss]"), ("diet", "Dietitian note: intake below 50% of needs for {#wkin:3-6} weeks, weight loss {#loss:9-13}% in 3 months, moderate temporal and interosseous muscle wasting.")], add: &[dx("R62.7", "Adult failure to thrive")], drop: &["E43"], principal: true, ..PLAIN },
        stated: PLAIN,
        ..CASE
    },
    Case {
        topic: "malnutrition-glim", base: "copd", why: "BMI 17.4, weight loss 12% and low muscle mass with chronic disease; no diagnosis",
        courses: &[c("BMI", &[(0.0, 17.4)])],
        nursing: "Dietitian at bedside; supplement offered, about half taken.",
        open: Version { problem: ("Low weight", "BMI {lab0:BMI}, weight down {#loss:11-14}% over the past year, thin limbs on examination; dietitian consulted, supplements twice daily."), course: "BMI {lab0:BMI} with {#loss:11-14}% weight loss over a year; supplements were started.", add: &[dx("R63.4", "Abnormal weight loss"), dx("Z68.1", "Body mass index [BMI] 19.9 or less, adult")], ..PLAIN },
        stated: Version { problem: ("Severe protein-calorie malnutrition (GLIM)", "BMI {lab0:BMI}, {#loss:11-14}% loss over a year, reduced muscle mass, chronic inflammation from COPD; supplements twice daily."), course: "Severe protein-calorie malnutrition in the context of COPD was treated with supplements.", add: &[dx("E43", "Unspecified severe protein-calorie malnutrition"), dx("Z68.1", "Body mass index [BMI] 19.9 or less, adult")], ..PLAIN },
        denied: Some(Version { problem: ("Constitutionally low weight", "BMI {lab0:BMI}, stable for decades per old records, full meals, normal muscle strength; dietitian: no malnutrition."), course: "Dietitian assessment found no malnutrition; low weight is lifelong.", add: &[dx("R63.6", "Underweight"), dx("Z68.1", "Body mass index [BMI] 19.9 or less, adult")], ..PLAIN }),
        ..CASE
    },
    Case {
        topic: "obesity", base: "cellulitis", why: "BMI 42 with effect on care, no provider diagnosis",
        courses: &[c("BMI", &[(0.0, 42.3)])],
        nursing: "Bariatric bed in use, two-person assist for turns.",
        open: Version { words: &[("size", "BMI {lab0:BMI}; [bariatric bed, weight-based dosing of cefazolin|cefazolin dose raised for weight].")], ..PLAIN },
        stated: Version { words: &[("size", "Obesity class 3 (BMI {lab0:BMI}); cefazolin dosed by weight, bariatric bed.")], add: &[dx("E66.813", "Obesity, class 3"), dx("Z68.41", "Body mass index [BMI] 40.0-44.9, adult")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "hyponatremia", base: "hip_fracture", why: "sodium 123-125 treated with fluid restriction, thiazide stopped; no diagnosis",
        courses: &[c("NA", &[(0.0, 124.0), (1.0, 125.0), (3.0, 130.0), (6.0, 135.0)]), c("OSM", &[(0.0, 262.0)])],
        open: Version { problem: ("Low sodium", "{trend:NA} mmol/L; [hydrochlorothiazide stopped, 1 L fluid restriction|thiazide off, fluid restriction], recheck every 12 hours."), course: "Sodium was {lab0:NA} mmol/L on arrival and {lab:NA} at discharge after stopping hydrochlorothiazide and fluid restriction.", ..PLAIN },
        stated: Version { problem: ("Hyponatremia, thiazide-induced", "{trend:NA} mmol/L; hydrochlorothiazide stopped, 1 L fluid restriction."), course: "Hyponatremia from hydrochlorothiazide (sodium {lab0:NA}) corrected to {lab:NA} mmol/L.", add: &[dx("E87.1", "Hypo-osmolality and hyponatremia"), exempt("T50.2X5A", "Adverse effect of carbonic-anhydrase inhibitors, benzothiadiazides and other diuretics, initial encounter")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "electrolytes", base: "heart_failure", why: "potassium 2.8 and magnesium 1.4, both replaced; no diagnosis",
        courses: &[c("K", &[(0.0, 3.7), (1.0, 2.8), (2.0, 3.2), (3.0, 3.9)]), c("MG", &[(0.0, 1.8), (1.0, 1.4), (2.0, 1.7), (3.0, 2.0)])],
        meds: &[med("potassium chloride", "40 mEq", "oral", "twice daily", (1, 3)), med("magnesium sulfate", "2 g", "IV", "once", (1, 1))],
        open: Version { note: "[K {low:K} and Mg {low:MG} with diuresis, repleted.|Potassium nadir {low:K}, magnesium {low:MG}; KCl 40 mEq and magnesium 2 g given.]", course: "Potassium ({low:K}) and magnesium ({low:MG}) were repleted during diuresis.", ..PLAIN },
        stated: Version { problem: ("Hypokalemia and hypomagnesemia", "From loop diuretic; K {trend:K}, Mg {trend:MG}; repleted."), course: "Diuretic-induced hypokalemia ({low:K}) and hypomagnesemia ({low:MG}) were repleted.", add: &[later("E87.6", "Hypokalemia"), later("E83.42", "Hypomagnesemia")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "lactic-acidosis", base: "sepsis_pneumonia", why: "lactate 6.3 with pH 7.24, acidosis not stated",
        courses: &[c("LACT", &[(0.0, 6.3), (0.3, 4.4), (1.0, 1.8), (2.0, 1.1)]), c("PH", &[(0.0, 7.24), (0.5, 7.33), (1.0, 7.39)]), c("PCO2", &[(0.0, 31.0), (1.0, 36.0)]), c("CO2", &[(0.0, 14.0), (0.5, 18.0), (1.0, 22.0), (3.0, 25.0)])],
        open: Version { note: "Lactate {trend:LACT} mmol/L, pH {trend:PH}; [fluids continued, repeat gas|clearing with resuscitation].", course: "Initial lactate {lab0:LACT} mmol/L with pH {lab0:PH} and bicarbonate {lab0:CO2} normalized within a day.", ..PLAIN },
        stated: Version { problem: ("Lactic acidosis", "Due to sepsis, lactate {trend:LACT}, pH {lab0:PH}; resolved with fluid."), course: "Lactic acidosis (lactate {lab0:LACT}, pH {lab0:PH}) resolved within a day.", add: &[dx("E87.21", "Acute metabolic acidosis")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "dka", base: "dka", why: "glucose above 450, BHB above 6, pH 7.14 on insulin infusion; only hyperglycemia documented",
        open: Version { words: &[("crisis", "[type 1 diabetes with severe hyperglycemia|uncontrolled type 1 diabetes, hyperglycemia]"), ("gap", "Anion gap {#agap:22-27}, closed after {#gap:10-16} hours on the insulin infusion.")], add: &[dx("E10.65", "Type 1 diabetes mellitus with hyperglycemia")], drop: &["E10.10"], principal: true, ..PLAIN },
        stated: PLAIN,
        ..CASE
    },
    Case {
        topic: "hhs", base: "hhs", why: "glucose above 800, osmolality 338, BHB 0.9, pH 7.36; only hyperglycemia documented",
        open: Version { words: &[("crisis", "[type 2 diabetes with severe hyperglycemia and dehydration|uncontrolled type 2 diabetes, marked hyperglycemia]")], add: &[dx("E11.65", "Type 2 diabetes mellitus with hyperglycemia"), dx("E86.0", "Dehydration")], drop: &["E11.00"], principal: true, ..PLAIN },
        stated: PLAIN,
        ..CASE
    },
    Case {
        topic: "anemia-blood-loss", base: "hip_fracture", why: "hemoglobin 12.6 to 7.4 after surgery, two units transfused; no diagnosis",
        courses: &[c("HGB", &[(0.0, 12.8), (1.0, 11.0), (2.0, 7.4), (3.0, 8.8), (6.0, 9.2)]), c("HCT", &[(0.0, 38.5), (2.0, 22.5), (3.0, 26.5), (6.0, 27.8)])],
        meds: &[med("packed red blood cells", "1 unit", "IV", "twice", (2, 2))],
        open: Version { words: &[("blood", "Hemoglobin {trend:HGB} g/dL[, 2 units of red cells ordered below 7.5|; transfusion threshold 7.5].")], course: "Hemoglobin fell from {lab0:HGB} to {low:HGB} g/dL after surgery; 2 units of red cells were transfused.", ..PLAIN },
        stated: Version { words: &[("blood", "Acute blood loss anemia, expected after fracture and surgery: hemoglobin {trend:HGB} g/dL, 2 units transfused below 7.5.")], add: &[later("D62", "Acute posthemorrhagic anemia")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "thrombocytopenia", base: "heart_failure", why: "platelets 78-92, enoxaparin stopped and smear ordered; no diagnosis",
        courses: &[c("PLT", &[(0.0, 92.0), (2.0, 78.0), (5.0, 86.0)])],
        open: Version { note: "Platelets {lab:PLT}; [enoxaparin stopped, smear and 4T score|enoxaparin held, HIT score low, smear sent].", course: "Platelets of {low:PLT} were noted; enoxaparin was stopped and hematology follow-up arranged.", ..PLAIN },
        stated: Version { problem: ("Thrombocytopenia", "Chronic, {trend:PLT}; enoxaparin held, smear without schistocytes."), course: "Chronic thrombocytopenia ({low:PLT}) will be followed by hematology.", add: &[dx("D69.6", "Thrombocytopenia, unspecified")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "coagulopathy", base: "gi_bleed", why: "INR 2.1 without anticoagulant, vitamin K and plasma given; no diagnosis",
        courses: &[c("INR", &[(0.0, 2.1), (0.5, 1.7), (2.0, 1.3)]), c("PT", &[(0.0, 23.5), (0.5, 19.0), (2.0, 14.6)])],
        meds: &[med("phytonadione", "10 mg", "IV", "daily", (0, 2)), med("fresh frozen plasma", "2 units", "IV", "once", (0, 0))],
        open: Version { words: &[("clot", "INR {trend:INR} without anticoagulant; vitamin K 10 mg and 2 units of plasma given before endoscopy.")], add: &[dx("R79.1", "Abnormal coagulation profile")], ..PLAIN },
        stated: Version { words: &[("clot", "Coagulopathy from vitamin K deficiency (poor intake, recent antibiotics): INR {trend:INR}; vitamin K and 2 units of plasma given.")], add: &[dx("D68.4", "Acquired coagulation factor deficiency")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "pneumonia-type", base: "pneumonia", why: "dysphagia with witnessed choking and anaerobic/MRSA cover; pneumonia unspecified",
        meds: &[med("piperacillin-tazobactam", "3.375 g", "IV", "every 6 hours", (0, 3)), med("vancomycin", "15 mg/kg", "IV", "every 12 hours", (0, 1))],
        nursing: "Coughs with thin liquids; thickened liquids and upright position for meals per speech therapy.",
        open: Version { words: &[("pna", "[pneumonia, right lower lobe|right lower lobe pneumonia]"), ("antigen", "Urinary antigens negative."), ("cover", "Piperacillin-tazobactam and vancomycin"), ("swallow", "Witnessed choking on soup two days ago; speech therapy: moderate oropharyngeal dysphagia, thickened liquids.")], add: &[dx("J18.9", "Pneumonia, unspecified organism"), dx("R13.12", "Dysphagia, oropharyngeal phase")], drop: &["J13"], principal: true, ..PLAIN },
        stated: Version { words: &[("pna", "aspiration pneumonia, right lower lobe"), ("antigen", "Urinary antigens negative."), ("cover", "Piperacillin-tazobactam"), ("swallow", "Witnessed choking on soup two days ago; speech therapy: moderate oropharyngeal dysphagia, thickened liquids.")], add: &[dx("J69.0", "Pneumonitis due to inhalation of food and vomit"), dx("R13.12", "Dysphagia, oropharyngeal phase")], drop: &["J13"], principal: true, ..PLAIN },
        ..CASE
    },
    Case {
        topic: "pressure-injury", base: "hip_fracture", why: "nurse stages a sacral injury as stage 3; provider does not name it",
        nursing: "Skin: sacrum 3 x 2 x 0.4 cm full-thickness wound with visible fat, stage 3 pressure injury, noted at admission; foam dressing, turning every 2 hours, wound nurse notified.",
        open: Version { words: &[("skin", "[Sacral wound, dressed by nursing|Open area over the sacrum, foam dressing in place].")], ..PLAIN },
        stated: Version { words: &[("skin", "Stage 3 pressure injury of the sacrum, present on admission; wound nurse following, turning every 2 hours.")], add: &[dx("L89.153", "Pressure ulcer of sacral region, stage 3")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "debridement", base: "wound_abscess", why: "debridement without excisional, depth or instrument in words",
        open: Version { words: &[("debride", "[Debridement of devitalized tissue|Wound debridement]")], ..PLAIN },
        stated: Version { words: &[("debride", "Excisional debridement with scalpel and curette of necrotic skin, subcutaneous tissue and fascia, 7 x 4 x 2 cm,")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "diabetes", base: "cellulitis", why: "diabetes without type or link; A1c 10.4, glucose 260-310, numb feet, insulin",
        courses: &[c("GLU", &[(0.0, 308.0), (2.0, 262.0), (5.0, 204.0)]), c("A1C", &[(0.0, 10.4)])],
        meds: &[med("insulin glargine", "16 units", "subcutaneous", "nightly", (0, 6)), med("insulin lispro", "correction scale", "subcutaneous", "with meals", (0, 6))],
        open: Version { words: &[("dm", "diabetes"), ("sugar", "Glucose {trend:GLU} mg/dL, A1c {lab:A1C}%; glargine 16 units and correction lispro.")], add: &[dx("E11.9", "Type 2 diabetes mellitus without complications")], drop: &["E11.42"], ..PLAIN },
        stated: Version { words: &[("dm", "type 2 diabetes mellitus with hyperglycemia and diabetic polyneuropathy"), ("sugar", "Glucose {trend:GLU} mg/dL, A1c {lab:A1C}%; glargine 16 units and correction lispro.")], add: &[dx("E11.65", "Type 2 diabetes mellitus with hyperglycemia")], ..PLAIN },
        ..CASE
    },
    Case {
        topic: "postop-event", base: "colectomy", why: "distension, vomiting and nasogastric tube on day 3 with dilated loops; no statement of what it is",
        nursing: "Abdomen distended, nasogastric tube to low suction with bilious output.",
        open: Version { words: &[("bowel", "[No flatus by day {#ileus:3-4}, distended with bilious emesis; nasogastric tube placed, NPO, dilated loops on film.|Distension and emesis on day {#ileus:3-4}; nasogastric tube, NPO, film with dilated small and large bowel.]")], ..PLAIN },
        stated: Version { words: &[("bowel", "Postoperative ileus, a complication prolonging the stay: nasogastric tube and NPO from day {#ileus:3-4}, resolved without surgery.")], add: &[later("K91.89", "Other postprocedural complications and disorders of digestive system"), later("K56.7", "Ileus, unspecified")], ..PLAIN },
        denied: Some(Version { words: &[("bowel", "Slow return of bowel function as expected after colectomy, not a complication; flatus on day 4, nasogastric tube not needed.")], ..PLAIN }),
        ..CASE
    },
    Case {
        topic: "conflict", base: "pneumonia", why: "attending documents pneumonia, consultant atelectasis without infection",
        open: Version { consult: "[Right basal atelectasis with small effusion; findings do not represent pneumonia, antigen likely from prior infection.|Atelectasis rather than pneumonia; would stop antibiotics.]", ..PLAIN },
        stated: Version { consult: "Initially read as atelectasis; after review with the attending we agree: lobar pneumonia with small parapneumonic effusion.", note: "Discussed with pulmonary: agreement on pneumonia.", course: "The question of atelectasis was resolved with pulmonary: pneumonia.", ..PLAIN },
        ..CASE
    },
    Case {
        topic: "poa", base: "stroke", why: "urinary infection treated from day 2, urine taken in the emergency department; POA coded U",
        meds: &[med("nitrofurantoin", "100 mg", "oral", "twice daily", (2, 6))],
        open: Version { words: &[("urine", "Urinalysis from the emergency department with pyuria; culture grew Escherichia coli on day 2, nitrofurantoin started for urinary tract infection.")], add: &[Dx { code: "N39.0", text: "Urinary tract infection, site not specified", poa: crate::domain::clinical::PresentOnAdmission::Unknown }], ..PLAIN },
        stated: Version { words: &[("urine", "Urinary tract infection, present on admission (dysuria for days, pyuria in the emergency department); nitrofurantoin.")], add: &[dx("N39.0", "Urinary tract infection, site not specified")], ..PLAIN },
        denied: Some(Version { words: &[("urine", "Urinary tract infection, hospital acquired on day 3 (urinalysis clean on arrival); nitrofurantoin.")], add: &[later("N39.0", "Urinary tract infection, site not specified")], ..PLAIN }),
        ..CASE
    },
];
