//! Phrases that every scenario shares. Tables only.

use crate::demo::story::Condition;

/// Long-standing conditions with their drug and code; they change nothing of the stay.
#[rustfmt::skip]
pub(in crate::demo) const CONDITIONS: &[Condition] = &[
    Condition { words: "hypothyroidism", drug: "levothyroxine 75 mcg daily", code: "E03.9", text: "Hypothyroidism, unspecified" },
    Condition { words: "gastroesophageal reflux", drug: "omeprazole 20 mg daily", code: "K21.9", text: "Gastro-esophageal reflux disease without esophagitis" },
    Condition { words: "gout", drug: "allopurinol 100 mg daily", code: "M10.9", text: "Gout, unspecified" },
    Condition { words: "generalized anxiety disorder", drug: "sertraline 50 mg daily", code: "F41.1", text: "Generalized anxiety disorder" },
    Condition { words: "osteoarthritis of the knees", drug: "acetaminophen 650 mg as needed", code: "M17.0", text: "Bilateral primary osteoarthritis of knee" },
    Condition { words: "allergic rhinitis", drug: "fluticasone nasal spray daily", code: "J30.9", text: "Allergic rhinitis, unspecified" },
    Condition { words: "migraine", drug: "sumatriptan 50 mg as needed", code: "G43.909", text: "Migraine, unspecified, not intractable, without status migrainosus" },
    Condition { words: "obstructive sleep apnea on CPAP", drug: "CPAP at night", code: "G47.33", text: "Obstructive sleep apnea (adult) (pediatric)" },
    Condition { words: "glaucoma", drug: "latanoprost drops nightly", code: "H40.9", text: "Unspecified glaucoma" },
    Condition { words: "hyperlipidemia", drug: "atorvastatin 20 mg nightly", code: "E78.5", text: "Hyperlipidemia, unspecified" },
    Condition { words: "restless legs syndrome", drug: "ropinirole 0.5 mg nightly", code: "G25.81", text: "Restless legs syndrome" },
    Condition { words: "psoriasis", drug: "triamcinolone cream as needed", code: "L40.9", text: "Psoriasis, unspecified" },
];

/// Operations of the past, none of which matters today.
pub(super) const PAST_SURGERY: &[&str] = &[
    "None",
    "Tonsillectomy as a child",
    "Appendectomy in {year:23}",
    "Left carpal tunnel release {year:8}",
    "Wisdom teeth",
    "Right shoulder arthroscopy {year:11}",
    "Cataract extraction, left eye",
    "Bunion repair {year:9}",
    "Umbilical hernia repair {year:14}",
    "No prior operations",
];

/// Allergies.
pub(super) const ALLERGIES: &[&str] = &[
    "No known drug allergies",
    "NKDA",
    "Penicillin (rash as a child)",
    "Sulfa (hives)",
    "Codeine (nausea)",
    "Latex (contact rash)",
    "No known drug allergies",
    "Amoxicillin (diarrhea, intolerance)",
    "Adhesive tape",
    "No known drug or food allergies",
    "Iodinated contrast (mild itching {year:6}, tolerated since with premedication)",
];

/// Family history.
pub(super) const FAMILY: &[&str] = &[
    "Father with myocardial infarction at {#fh1:58-74}; mother with type 2 diabetes.",
    "Mother had breast cancer at {#fh2:49-68}, alive. Father died of stroke.",
    "[Noncontributory.|Reviewed and noncontributory.]",
    "Brother with colon cancer; no family history of sudden death.",
    "Both parents lived past {#fh3:84-91}. No heart disease in the family.",
    "Father with COPD, mother with hypertension and osteoporosis.",
    "Sister with rheumatoid arthritis, maternal aunt with lung cancer.",
    "Adopted; family history unknown.",
    "Mother with heart failure in her eighties. No family history of clotting or bleeding disorders.",
    "Maternal grandmother with dementia; otherwise negative.",
];

/// Social history of adults.
pub(super) const SOCIAL: &[&str] = &[
    "Lives with {~kin2:spouse/partner/a daughter/a brother} in a [two-story house|ground-floor apartment]. Retired {~job:machinist/teacher/bus driver/postal clerk/librarian/welder}. Never smoked. Alcohol [rarely|a glass of wine on weekends].",
    "Lives alone, independent in all activities, [drives|still drives locally]. Quit smoking in {year:17}. No alcohol or drug use.",
    "Works as {~job2:a cook/an accountant/a farmer/an electrician/a school aide/a mechanic}. Never smoker. {n:1-3} beers a week, no drugs.",
    "Married, {#kids:1-5} children. Does not smoke. Denies alcohol and recreational drugs.",
    "Widowed, lives in a senior apartment with meals once a day. Former smoker, {#pk:5-20} pack-years, quit in {year:22}. No alcohol.",
    "Lives with a roommate. Nonsmoker, occasional alcohol, no drugs. Walks a dog daily.",
];

/// Social history of children.
pub(super) const SOCIAL_CHILD: &[&str] = &[
    "Lives with both parents and {#sib:1-3} sibling(s). In school. No smokers at home. Immunizations up to date.",
    "Lives with mother and grandmother, one cat. Vaccines current. No smoke exposure.",
];

/// Normal findings by system.
pub(super) const EXAM: &[(&str, &str)] = &[
    (
        "General",
        "[Alert, in no acute distress|Well appearing|Comfortable, conversant|Awake, cooperative, no distress]",
    ),
    (
        "HEENT",
        "[Pupils equal and reactive, moist mucous membranes|Normocephalic, sclerae anicteric, oropharynx clear|Oropharynx clear, no lesions]",
    ),
    (
        "Neck",
        "[Supple, no adenopathy|Supple, no JVD|Trachea midline, no thyromegaly]",
    ),
    (
        "Cardiac",
        "[Regular rate and rhythm, no murmurs, rubs or gallops|RRR, S1 S2 normal|Regular, no murmur]",
    ),
    (
        "Lungs",
        "[Clear to auscultation bilaterally|Clear, good air entry|No crackles or wheezes]",
    ),
    (
        "Abdomen",
        "[Soft, nontender, nondistended, bowel sounds present|Soft and nontender, no organomegaly|Soft, no guarding or rebound]",
    ),
    (
        "Extremities",
        "[No edema, pulses 2+|No cyanosis, clubbing or edema|Warm, no edema, calves soft]",
    ),
    (
        "Skin",
        "[Warm and dry, no rash|No rash or breakdown|Intact]",
    ),
    (
        "Neurologic",
        "[Alert and oriented x3, no focal deficit|Cranial nerves grossly intact, moves all extremities|Nonfocal, speech fluent]",
    ),
];

/// Plans that close a note.
pub(super) const CLOSING: &[&str] = &[
    "[Full code, confirmed with patient|Code status: full code]. [Discussed with patient, who agrees with the plan.|Plan reviewed with {him} and questions answered.]",
    "DVT prophylaxis as ordered. Diet as tolerated. [Full code.|Code status full.]",
    "[Disposition: continue inpatient care, expected discharge {endd}.|Anticipated length of stay {los} days.] Full code.",
    "[Discussed with nursing and case management.|Case management consulted for discharge needs.] Full code.",
];

/// Attestations of attendings on trainees' notes.
pub(in crate::demo) const ATTESTATIONS: &[&str] = &[
    "I saw and examined the patient with the resident and agree with the findings and plan as documented.",
    "Attending attestation: I have personally seen and evaluated the patient, reviewed the note and the data, and agree with the above.",
    "I was present for the key portions of the visit. I reviewed the note and agree, with no changes.",
    "Patient seen and discussed on rounds. I agree with the assessment and plan above.",
    "I performed a substantive portion of this visit including medical decision making and agree with the note.",
];

/// Abbreviations of terse writers.
pub(super) const SHORT_FORMS: &[(&str, &str)] = &[
    ("The patient", "Pt"),
    ("the patient", "pt"),
    ("patient", "pt"),
    (" history of ", " h/o "),
    (" without ", " w/o "),
    (" with ", " w/ "),
    ("shortness of breath", "SOB"),
    ("Shortness of breath", "SOB"),
    ("chest pain", "CP"),
    ("temperature", "temp"),
    ("Blood pressure", "BP"),
    ("blood pressure", "BP"),
    ("heart rate", "HR"),
    ("Hemoglobin", "Hgb"),
    ("hemoglobin", "Hgb"),
    ("intravenous", "IV"),
    ("twice daily", "BID"),
    ("three times daily", "TID"),
    ("every 6 hours", "q6h"),
    ("every 8 hours", "q8h"),
    ("nausea and vomiting", "N/V"),
    ("year-old", "yo"),
    ("right lower quadrant", "RLQ"),
    ("right upper quadrant", "RUQ"),
    ("follow-up", "f/u"),
    ("treatment", "tx"),
    ("milliliters", "mL"),
    ("hypertension", "HTN"),
    ("Hypertension", "HTN"),
    ("bilaterally", "bilat"),
    ("continued", "cont"),
    ("Continue ", "Cont "),
    ("negative", "neg"),
    ("laparoscopic", "lap"),
];

/// How nurses begin.
pub(super) const NURSING: &[&str] = &[
    "Assumed care at {before:40}. [Report received at bedside.|Bedside handoff done.] {vs}.",
    "Shift note: patient [resting in bed|up in chair], alert, call light within reach. {vs}.",
    "D: Vital signs {vs}. [No complaints voiced.|Rates pain {n:0-4}/10.]",
    "Focused assessment completed at {clock}. {vs}.",
];

/// What nurses note of the body.
pub(super) const NURSING_BODY: &[&str] = &[
    "[Lungs clear to auscultation by nursing|Respirations even and unlabored], abdomen soft, bowel sounds in four quadrants, last bowel movement [today|yesterday].",
    "IV site {~iv:left forearm/right hand/right antecubital} patent, dressing dry and intact.",
    "Ambulated [to the bathroom with standby assist|in the hall x{n:1-2}|to chair for the meal]. Gait [steady|slow but steady].",
    "Ate {n:60-100}% of [breakfast|lunch|dinner]. Voiding without difficulty.",
    "Medications given per order, [no adverse reaction|tolerated]. Pain reassessed at {n:0-3}/10.",
    "Fall precautions in place, bed low and locked, [bed alarm on|nonskid socks on].",
];

/// How nurses end.
pub(super) const NURSING_END: &[&str] = &[
    "Education given on [medications|fall prevention|incentive spirometry]; verbalized understanding.",
    "Family [at bedside, updated|called, updated with permission].",
    "Will continue to monitor.",
    "Plan of care reviewed with patient. [No further needs.|Call light in reach.]",
    "Hourly rounding continued.",
];

/// Remarks on the last day and night; a chart goes through them in turn.
pub(super) const INTERVAL: &[&str] = &[
    "No events overnight per nursing.",
    "Slept {n:4-7} hours.",
    "Denies new complaints.",
    "Ate {n:40-95}% of [breakfast|dinner].",
    "Asks about going home.",
    "[Up to the chair for meals.|Out of bed twice yesterday.]",
    "Family [visited last evening|called and was updated].",
    "Bowels moved [yesterday|this morning].",
    "[Mild headache, relieved by acetaminophen.|No pain at present.]",
    "Walked {n:40-220} feet with [therapy|nursing].",
    "Tired after a restless night with roommate noise.",
    "Using the incentive spirometer to {n:9-18}00 mL.",
    "Intake {n:12-21}00 mL, output {n:11-24}00 mL.",
    "No nausea, [tolerating diet|appetite fair].",
];

/// Last lines of progress notes; a chart goes through them in turn.
pub(super) const OUTLOOK: &[&str] = &[
    "Disposition: home when ready, expected {endd}.",
    "Plan discussed with patient and nursing.",
    "Anticipate discharge around {endd}.",
    "Case management following.",
    "Continue current care otherwise.",
    "[Labs in the morning.|Repeat labs tomorrow.]",
    "Discussed on multidisciplinary rounds.",
    "PT/OT recommendations appreciated.",
    "Questions answered at the bedside.",
];
