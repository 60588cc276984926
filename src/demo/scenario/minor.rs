//! Short visits: day surgery, emergency department, observation, clinic.

use super::{Ask, BLANK, OPERATION, Proc, Scenario, dx, exempt, heart_study, med, study};
use crate::demo::measure::c;
use crate::domain::clinical::ProcedureSetting;
use crate::domain::encounter::EncounterClass;

#[rustfmt::skip]
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        id: "hernia_day", class: EncounterClass::DaySurgery, service: "SURG", weight: 9, ages: (24, 78), stay: (6, 9), emergency: false,
        reason: "[Right inguinal hernia repair|Elective hernia surgery]",
        diagnosis: "right inguinal hernia, reducible",
        dx: &[dx("K40.90", "Unilateral inguinal hernia, without obstruction or gangrene, not specified as recurrent")],
        history: &["[seasonal allergies|none]"], home: &["[loratadine 10 mg as needed|none]"],
        hpi: &["{Aage} {man} with a right groin bulge for {#mon:3-14} months, [enlarging with lifting|aching by evening], always reducible.", "[No episode of obstruction.|Denies vomiting or constipation.] Wishes repair to [return to work|resume hiking]."],
        ros: "Negative for chest pain, dyspnea, cough, urinary hesitancy, bleeding tendency.",
        exam: &[("Abdomen", "Reducible right inguinal hernia, [left side without defect|no defect on the left], no tenderness")],
        results: &[],
        meds: &[med("cefazolin", "2 g", "IV", "once", (0, 0)), med("acetaminophen", "1 g", "oral", "once", (0, 0)), med("ketorolac", "15 mg", "IV", "once", (0, 0))],
        procedures: &[Proc {
            title: "Right inguinal hernia repair with mesh", code: "49505", cpt: true, hour: (2, 3), minutes: (40, 70), anesthesia: "general with laryngeal mask", before: "Right inguinal hernia", after: "Right indirect inguinal hernia", findings: "Indirect sac along the cord, no sliding component. Floor [mildly attenuated|intact]. Ilioinguinal nerve preserved.",
            steps: &["A {n:4-6} cm oblique incision was made and the external oblique opened in line with its fibers.", "The cord was encircled with a drain; the indirect sac was dissected free and reduced.", "Polypropylene mesh was fixed to the pubic tubercle and inguinal ligament with running 2-0 polypropylene, tails crossed around the cord.", "[Bupivacaine 0.25% was infiltrated.|A field block with 20 mL of 0.25% bupivacaine was placed.] The layers were closed with absorbable suture."],
            blood_ml: (3, 10), ..OPERATION
        }],
        problems: &[("Right inguinal hernia", "[Open repair with mesh today|Mesh repair as day surgery], risks of recurrence and chronic pain discussed.")],
        days: &[], course: &[],
        after: "No lifting over 10 kg for 4 weeks. Clinic in 2 weeks.",
        ..BLANK
    },
    Scenario {
        id: "cataract_day", class: EncounterClass::DaySurgery, service: "OPH", weight: 8, ages: (58, 90), stay: (4, 6), emergency: false,
        reason: "[Cataract surgery, right eye|Blurred vision, right eye]",
        diagnosis: "age-related nuclear cataract, right eye",
        dx: &[dx("H25.11", "Age-related nuclear cataract, right eye")],
        history: &["[hypertension, controlled|osteoarthritis]"], home: &["[losartan 25 mg daily|acetaminophen as needed]"],
        hpi: &["{Aage} {man} with slowly falling vision of the right eye, [glare when driving at night|trouble reading].", "Best corrected acuity 20/{~acu:60/70/80/100}. [No flashes or floaters.|]"],
        ros: "Negative for eye pain, redness, chest pain, dyspnea, inability to lie flat.",
        exam: &[("Eyes", "Right lens nuclear sclerosis {#ns:2-3}+, pressure {#iop:13-18} mmHg, fundus normal")],
        results: &["Axial length {#axl:22-24}.{n:1-9} mm."],
        meds: &[med("phenylephrine-tropicamide drops", "1 drop", "right eye", "every 5 minutes for 3 doses", (0, 0)), med("moxifloxacin drops", "1 drop", "right eye", "four times daily", (0, 0))],
        procedures: &[Proc {
            title: "Phacoemulsification with intraocular lens, right eye", code: "66984", cpt: true, hour: (1, 2), minutes: (15, 25), anesthesia: "monitored anesthesia care with topical block", before: "Nuclear cataract, right eye", after: "Nuclear cataract, right eye", findings: "Nucleus {#ns:2-3}+, capsule intact, lens centered in the bag.",
            steps: &["A 2.4 mm temporal clear-corneal incision and a paracentesis were made; viscoelastic was injected.", "A continuous curvilinear capsulorhexis and hydrodissection were completed.", "The nucleus was removed by divide and conquer, cortex by irrigation and aspiration.", "A {#iol:19-23}.5 diopter acrylic lens was placed in the bag; wounds were hydrated and watertight. Intracameral moxifloxacin was given."],
            blood_ml: (0, 0), ..OPERATION
        }],
        problems: &[("Nuclear cataract, right eye", "[Phacoemulsification with lens today|Cataract extraction with lens implant].")],
        after: "Shield at night for one week, antibiotic and steroid drops. Eye clinic tomorrow.",
        ..BLANK
    },
    Scenario {
        id: "knee_day", class: EncounterClass::DaySurgery, service: "ORTH", weight: 8, ages: (19, 62), stay: (5, 8), emergency: false,
        reason: "[Right knee arthroscopy|Right knee pain and locking]",
        diagnosis: "tear of the medial meniscus, right knee",
        dx: &[dx("S83.241A", "Other tear of medial meniscus, current injury, right knee, initial encounter")],
        history: &["[none|childhood tonsillectomy]"], home: &["ibuprofen 600 mg as needed"],
        hpi: &["{Aage} {man} with medial right knee pain and [locking|catching] since a twist {~sport:at soccer/while skiing/getting out of a car} {#wks:5-12} weeks ago.", "[Physical therapy for six weeks did not help.|Injection gave two weeks of relief.] MRI shows a tear of the medial meniscus."],
        ros: "Negative for fever, calf pain, chest pain, dyspnea.",
        exam: &[("Extremities", "Right knee: small effusion, medial joint line tender, McMurray positive, ligaments stable")],
        results: &["MRI: [bucket-handle|complex posterior horn] tear of the medial meniscus."],
        meds: &[med("cefazolin", "2 g", "IV", "once", (0, 0)), med("oxycodone", "5 mg", "oral", "once", (0, 0))],
        procedures: &[Proc {
            title: "Right knee arthroscopy with partial medial meniscectomy", code: "29881", cpt: true, hour: (2, 3), minutes: (25, 45), anesthesia: "general with laryngeal mask", before: "Medial meniscus tear, right knee", after: "Medial meniscus tear, right knee", findings: "Complex tear of the posterior horn of the medial meniscus, white-white zone. Grade {#chond:1-2} chondral change of the medial femoral condyle. Cruciates and lateral meniscus intact.",
            steps: &["Tourniquet to 275 mmHg. Anterolateral and anteromedial portals were made and a diagnostic arthroscopy done.", "The unstable fragment was resected with biters and shaver to a stable rim, about {#pct:20-35}% of the meniscus.", "The joint was irrigated, portals closed with nylon, 20 mL of 0.25% bupivacaine instilled."],
            blood_ml: (2, 5), ..OPERATION
        }],
        problems: &[("Medial meniscus tear, right knee", "[Arthroscopic partial meniscectomy|Arthroscopy today], weight bearing as tolerated.")],
        after: "Ice, elevation, crutches for comfort. Sutures out in 10 days.",
        ..BLANK
    },
    Scenario {
        id: "ed_laceration", class: EncounterClass::Emergency, service: "EM", weight: 18, ages: (6, 74), stay: (2, 4),
        reason: "[Cut on the left hand|Hand laceration|Kitchen knife injury]",
        diagnosis: "laceration of the left hand without foreign body",
        dx: &[dx("S61.412A", "Laceration without foreign body of left hand, initial encounter"), dx("W26.0XXA", "Contact with knife, initial encounter")],
        history: &["[none|mild asthma in childhood]"], home: &["none"],
        hpi: &["{Aage} {man} who cut the left {~palm:palm/thenar eminence/dorsal hand} {~how:slicing a bagel/opening a can/washing a glass/carving wood} {#hrs:1-4} hours ago.", "[Bleeding stopped with pressure.|Direct pressure applied at home.] Denies numbness or weakness of the fingers. Tetanus [up to date|last given more than 8 years ago]."],
        ros: "Negative apart from the wound.",
        exam: &[("Extremities", "Left {~palm:palm/thenar eminence/dorsal hand}: {#cm:2-5} cm linear laceration into subcutaneous fat, no tendon or bone exposed. Flexors and extensors 5/5, two-point discrimination 5 mm, capillary refill under 2 seconds")],
        results: &[],
        meds: &[med("lidocaine 1%", "5 mL", "infiltration", "once", (0, 0)), med("tetanus-diphtheria-pertussis vaccine", "0.5 mL", "intramuscular", "once", (0, 0))],
        procedures: &[Proc {
            title: "Simple repair of left hand laceration", code: "12002", cpt: true, hour: (1, 1), minutes: (15, 30), setting: ProcedureSetting::Bedside, anesthesia: "", before: "Left hand laceration", after: "Left hand laceration", findings: "{#cm:2-5} cm wound, base inspected in a bloodless field, no foreign body, tendons intact.",
            steps: &["Lidocaine 1% without epinephrine {n:3-6} mL.", "Irrigated with 500 mL of saline under pressure.", "{#sut:4-8} interrupted sutures of {~thread:4-0/5-0} nylon, edges everted.", "Antibiotic ointment and dry dressing. Tolerated well."],
            blood_ml: (1, 3), ..OPERATION
        }],
        studies: &[],
        problems: &[("Left hand laceration", "[Cleaned and closed primarily|Irrigated, explored, sutured]. [No antibiotics needed.|Tetanus given.]")],
        after: "Keep dry 24 hours. Sutures out in {~out:8/10/12} days. Return for redness, pus, fever or numbness.",
        ..BLANK
    },
    Scenario {
        id: "ed_chest_pain", class: EncounterClass::Emergency, service: "EM", weight: 24, ages: (26, 72), stay: (3, 7),
        reason: "[Chest pain|Chest tightness]",
        diagnosis: "chest wall pain, low-risk",
        dx: &[dx("R07.89", "Other chest pain")],
        history: &["[anxiety|gastroesophageal reflux|none]"], home: &["[sertraline 50 mg daily|omeprazole 20 mg daily|none]"],
        hpi: &["{Aage} {man} with [sharp|tight] left-sided chest pain {~since:since this morning/off and on for two days/since moving boxes yesterday}, worse with [movement and pressing|twisting].", "Not exertional. Denies dyspnea, diaphoresis, syncope, leg swelling, fever, hemoptysis. [No cocaine.|]", "[No family history of early coronary disease.|Father had an infarction at 71.]"],
        ros: "As above, otherwise negative.",
        exam: &[("Chest", "Reproducible tenderness of the left costosternal junction"), ("Cardiac", "Regular, no murmur or rub"), ("Lungs", "Clear")],
        results: &["High-sensitivity troponin {lab0:TROP} ng/L, [unchanged at 2 hours|{lab:TROP} ng/L at 2 hours].", "ECG sinus rhythm, no ischemic change."],
        courses: &[c("TROP", &[(0.0, 5.0), (1.0, 5.0)])],
        meds: &[med("acetaminophen", "1 g", "oral", "once", (0, 0)), med("ibuprofen", "600 mg", "oral", "once", (0, 0))],
        studies: &[study("Chest radiograph, two views", 0, "PA and lateral.", "Heart size normal. Lungs clear. No pneumothorax, no rib fracture.", "No acute cardiopulmonary abnormality."), heart_study("12-lead electrocardiogram", 0, "Sinus rhythm {lab0:HR} per minute, intervals normal, no ST-T change.", "Normal tracing.")],
        problems: &[("Chest wall pain", "HEART score {#heart:1-3}, [serial troponin negative|two negative troponins]. [PERC negative.|] No evidence of acute coronary syndrome, pulmonary embolism or pneumothorax.")],
        after: "Ibuprofen with food for 5 days. {pcp} within a week. Return for exertional pain or breathlessness.",
        ..BLANK
    },
    Scenario {
        id: "obs_syncope", class: EncounterClass::Observation, service: "MED", weight: 18, ages: (34, 88), stay: (20, 40),
        reason: "[Fainting|Syncope|Passed out at home]",
        diagnosis: "vasovagal syncope",
        dx: &[dx("R55", "Syncope and collapse"), dx("I10", "Essential (primary) hypertension")],
        history: &["hypertension"], home: &["lisinopril 20 mg daily"],
        hpi: &["{Aage} {man} who [fainted|lost consciousness for under a minute] {~where:while standing in line at the pharmacy/after getting up from dinner/in a warm church/after a blood draw}.", "[Warmth, tunnel vision and nausea came first.|{He} felt sweaty and lightheaded beforehand.] Witnesses saw no shaking; {he} was [clear at once|oriented within seconds].", "Denies chest pain, palpitations, tongue biting, incontinence, head injury, melena. No family history of sudden death."],
        ros: "Positive for lightheadedness. Negative for dyspnea, headache, focal weakness, bleeding.",
        exam: &[("Neurologic", "Alert, oriented, cranial nerves intact, strength 5/5, gait steady"), ("Cardiac", "Regular, no murmur")],
        results: &["ECG sinus rhythm, QTc {#qtc:402-438} ms. Orthostatic vitals [negative|without a drop]. Troponin {lab0:TROP} ng/L."],
        courses: &[c("TROP", &[(0.0, 6.0)])],
        meds: &[med("lactated Ringer's", "1 L", "IV", "once", (0, 0)), med("lisinopril", "20 mg", "oral", "daily", (1, 2))],
        consults: &[Ask { service: "CARD", question: "Syncope, need for further monitoring?", findings: &["Telemetry {n:14-20} hours without arrhythmia.", "Echocardiogram structurally normal."], impression: "Reflex syncope; no high-risk feature.", advice: &["No further inpatient testing", "Hydration and counterpressure maneuvers", "14-day patch monitor if it recurs"] }],
        studies: &[heart_study("12-lead electrocardiogram", 0, "Sinus rhythm {lab0:HR} per minute, PR 162 ms, QRS 90 ms, QTc {#qtc:402-438} ms. No delta wave, no Brugada pattern.", "Normal tracing."), study("CT of the head without contrast", 0, "Axial 5 mm images.", "No hemorrhage, mass or infarct. Ventricles normal for age.", "No acute intracranial abnormality.")],
        problems: &[("Syncope, likely vasovagal", "[Telemetry overnight, echocardiogram, orthostatics|Observation with telemetry]. [San Francisco rule negative.|No high-risk feature.]"), ("Hypertension", "Lisinopril continued, last {bp}.")],
        days: &["No further episodes, telemetry [quiet|sinus rhythm throughout]. Walking without symptoms. [Home today.|Discharge planned.]"],
        course: &["{name} was observed on telemetry after a prodromal faint. No arrhythmia was recorded, orthostatic vitals were normal and the echocardiogram structurally normal."],
        after: "Drink 2 L daily, sit or lie down at the first warning. {pcp} in 2 weeks.",
        ..BLANK
    },
    Scenario {
        id: "obs_gastro", class: EncounterClass::Observation, service: "MED", weight: 10, ages: (22, 70), stay: (18, 36),
        reason: "[Vomiting and diarrhea|Stomach flu]",
        diagnosis: "viral gastroenteritis",
        dx: &[dx("A08.4", "Viral intestinal infection, unspecified")],
        history: &["[none|migraine]"], home: &["none"],
        hpi: &["{Aage} {man} with {#hrs:18-40} hours of [vomiting and watery stools|nausea, vomiting and diarrhea], {n:6-10} episodes, unable to keep down fluids.", "[A child at home had the same.|Several coworkers are ill.] Denies blood in stool, severe abdominal pain, travel, recent antibiotics."],
        ros: "Positive for nausea, vomiting, diarrhea. Denies fever, chest pain, dysuria.",
        exam: &[("Abdomen", "Soft, diffusely mildly tender, no guarding, active bowel sounds"), ("General", "Tired, mucous membranes dry")],
        results: &["Chemistry normal: sodium {lab0:NA}, potassium {lab0:K}, creatinine {lab0:CREAT}."],
        meds: &[med("lactated Ringer's", "1 L", "IV", "twice", (0, 0)), med("ondansetron", "4 mg", "IV", "every 6 hours as needed", (0, 1))],
        problems: &[("Viral gastroenteritis", "[IV fluid, antiemetic, advance diet|Fluids and ondansetron], [stool studies not indicated|no red flags].")],
        days: &["[Kept down toast and broth|Drinking well], last stool {n:4-7} hours ago. [Feels ready to go home.|]"],
        course: &["{name} was hydrated and given ondansetron; vomiting stopped within {#stop:6-12} hours and diet was tolerated."],
        after: "Small frequent fluids. Return for blood in stool, fainting or persistent vomiting.",
        ..BLANK
    },
    Scenario {
        id: "clinic", class: EncounterClass::Outpatient, service: "FAM", weight: 26, ages: (20, 88), stay: (1, 1), emergency: false,
        reason: "[Follow-up visit|Blood pressure follow-up|Medication review]",
        diagnosis: "hypertension, controlled; hyperlipidemia",
        dx: &[dx("I10", "Essential (primary) hypertension"), dx("E78.5", "Hyperlipidemia, unspecified")],
        history: &["hypertension", "hyperlipidemia"], home: &["amlodipine 5 mg daily", "atorvastatin 20 mg nightly"],
        hpi: &["{Aage} {man} here for [follow-up of blood pressure and cholesterol|a scheduled visit].", "Home readings [average {#hs:122-134}/{#hd:72-82}|mostly below 135/85]. [Walking {n:20-40} minutes most days.|Exercise has been limited by the weather.] Taking medications [daily|without missed doses], [no leg swelling|no side effects].", "Denies chest pain, dyspnea, dizziness, muscle pain. [Sleep good.|Two cups of coffee a day.]"],
        ros: "Otherwise negative.",
        exam: &[("Extremities", "No edema")],
        results: &["[Lipid panel last month at goal.|LDL {#ldl:72-96} mg/dL.]"],
        problems: &[("Hypertension", "[At goal {bp}, continue amlodipine|Controlled, no change]."), ("Hyperlipidemia", "Atorvastatin continued, [repeat lipids in a year|labs before next visit]."), ("Health maintenance", "[Influenza vaccine given.|Colon cancer screening up to date.|Advance directive discussed.]")],
        after: "Return in 6 months.",
        ..BLANK
    },
    Scenario {
        id: "clinic_diabetes", class: EncounterClass::Outpatient, service: "FAM", weight: 14, ages: (38, 82), stay: (1, 1), emergency: false,
        reason: "[Diabetes follow-up|Diabetes check]",
        diagnosis: "type 2 diabetes mellitus without complications",
        dx: &[dx("E11.9", "Type 2 diabetes mellitus without complications"), exempt("Z79.84", "Long term (current) use of oral hypoglycemic drugs")],
        history: &["type 2 diabetes mellitus since {year:6}"], home: &["metformin 1000 mg twice daily"],
        hpi: &["{Aage} {man} with type 2 diabetes, here for [a three-month visit|routine follow-up]. Fasting readings [{#fl:98-112} to {#fh:118-132}|around {#fl:98-112}] mg/dL.", "[No hypoglycemia.|One mild low after skipping lunch.] [Eye exam in {~eyem:March/June/October} normal.|] Denies numbness of the feet, polyuria, visual change."],
        ros: "Otherwise negative.",
        exam: &[("Feet", "Pulses palpable, monofilament sensation intact, skin without ulcer")],
        results: &["Hemoglobin A1c {lab0:A1C}%. Urine albumin/creatinine ratio normal."],
        courses: &[c("A1C", &[(0.0, 6.7)])],
        problems: &[("Type 2 diabetes, controlled, no complications", "Continue metformin. [Dietitian visit offered.|Foot exam done today.]")],
        after: "Return in 3 months with A1c.",
        ..BLANK
    },
    Scenario {
        id: "clinic_cardiology", class: EncounterClass::Outpatient, service: "CARD", weight: 12, ages: (50, 85), stay: (1, 1), emergency: false,
        reason: "[Cardiology follow-up|Check after stent]",
        diagnosis: "stable coronary artery disease",
        dx: &[dx("I25.10", "Atherosclerotic heart disease of native coronary artery without angina pectoris"), exempt("Z95.5", "Presence of coronary angioplasty implant and graft")],
        history: &["coronary artery disease, stent in {year:2}", "hyperlipidemia"], home: &["aspirin 81 mg daily", "rosuvastatin 20 mg nightly", "metoprolol succinate 50 mg daily"],
        hpi: &["{Aage} {man} seen [two years after stenting|for annual follow-up]. [Climbs two flights without symptoms.|Golfs twice a week.]", "Denies angina, dyspnea, palpitations, bleeding. Taking aspirin and statin daily."],
        ros: "Otherwise negative.",
        exam: &[("Cardiac", "Regular, no murmur, no gallop")],
        results: &["ECG today sinus rhythm {lab0:HR}, unchanged."],
        problems: &[("Stable coronary artery disease", "No angina. [Continue aspirin, statin, beta blocker|Medications unchanged]. LDL {#ldl:48-66} mg/dL.")],
        after: "Return in 12 months.",
        ..BLANK
    },
    Scenario {
        // Follows a stay in hospital; never chosen at random.
        id: "clinic_after_stay", class: EncounterClass::Outpatient, service: "FAM", weight: 0, ages: (20, 88), stay: (1, 1), emergency: false,
        reason: "[Hospital follow-up|Visit after discharge]",
        diagnosis: "recovery after recent hospital stay",
        dx: &[exempt("Z09", "Encounter for follow-up examination after completed treatment for conditions other than malignant neoplasm")],
        history: &["hospital stay {prior_from} to {prior_to} for {prior}"], home: &["[medications as listed at discharge|discharge medication list reviewed and reconciled]"],
        hpi: &["{Aage} {man} seen after the hospital stay of {prior_from} to {prior_to}, admitted then for {prior}.", "[Feels {#pct:70-90}% recovered, back to light housework.|Strength returning, walks {n:10-30} minutes a day.] Appetite [good|fair], sleeping {n:5-8} hours.", "[Discharge summary and medication list reviewed with {him}.|Records from the stay reviewed.] Denies fever, chest pain, breathlessness, falls, bleeding. [One question about stopping medication answered.|No missed doses.]"],
        ros: "Otherwise negative.",
        exam: &[("General", "[Looks well|Well, walks without help]")],
        results: &["[Labs to be drawn today.|No tests needed today.]"],
        problems: &[("Recovery after hospital stay for {prior}", "[Progressing as expected|Doing well], medications reconciled. [No readmission concern.|Call for any return of symptoms.]"), ("Care coordination", "[Specialist appointment confirmed.|Home services in place.|Return-to-work letter given.]")],
        after: "Return in 4 to 6 weeks.",
        ..BLANK
    },
];
