//! Birth and childhood: cesarean, vaginal delivery, asthma, bronchiolitis, tonsils.

use super::{BLANK, OPERATION, Proc, Scenario, dx, exempt, med, study};
use crate::demo::measure::c;
use crate::domain::encounter::EncounterClass;
use crate::domain::people::Sex;

#[rustfmt::skip]
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        id: "cesarean", service: "OB", weight: 8, ages: (20, 43), sex: Some(Sex::Female), stay: (66, 92), emergency: false,
        reason: "[Scheduled repeat cesarean|Term pregnancy, repeat cesarean]",
        diagnosis: "<4>term pregnancy, prior cesarean, for repeat cesarean||term pregnancy, repeat low transverse cesarean delivery",
        dx: &[dx("O34.211", "Maternal care for low transverse scar from previous cesarean delivery"), exempt("Z37.0", "Single live birth"), exempt("Z3A.39", "39 weeks gestation of pregnancy")],
        history: &["prior low transverse cesarean in {year:3}", "[gestational course uncomplicated|resolved nausea of pregnancy]"], home: &["prenatal vitamins"],
        hpi: &["{Aage} woman, gravida {#grav:2-4} para {#para:1-1}, at 39 weeks {#wkd:0-6} days, for repeat cesarean.", "[Declines trial of labor after counseling.|Prefers repeat cesarean after discussing trial of labor.] Fetal movement good, no contractions, bleeding or leakage.", "Prenatal course uncomplicated: glucose screen normal, group B streptococcus {~gbs:negative/positive}. Denies headache, visual change, epigastric pain."],
        ros: "Negative for dyspnea, chest pain, dysuria, leg pain.",
        exam: &[("Abdomen", "Gravid, fundus {#fun:37-40} cm, nontender, vertex, healed Pfannenstiel scar"), ("Extremities", "Trace ankle edema, calves soft")],
        results: &["Fetal heart rate {#fhr:132-148} with accelerations. Hemoglobin {lab0:HGB}, platelets {lab0:PLT}."],
        courses: &[c("WBC", &[(0.0, 9.4), (1.0, 11.6), (2.0, 9.8)])],
        meds: &[med("cefazolin", "2 g", "IV", "once", (0, 0)), med("oxytocin", "20 units/L", "IV", "continuous", (0, 0)), med("ketorolac", "15 mg", "IV", "every 6 hours", (0, 1)), med("ibuprofen", "600 mg", "oral", "every 6 hours", (1, 4)), med("acetaminophen", "975 mg", "oral", "every 6 hours", (0, 4))],
        procedures: &[Proc {
            title: "Repeat low transverse cesarean delivery", code: "10D00Z1", hour: (2, 3), minutes: (38, 62), anesthesia: "spinal", before: "Term pregnancy, prior cesarean", after: "Term pregnancy, prior cesarean; delivered", findings: "Live {~baby:female/male} infant, Apgar {#ap1:8-8} and 9, weight {#bw:3050-3890} g, clear fluid. Thin lower segment, filmy adhesions, normal tubes and ovaries.",
            steps: &["After spinal anesthesia, left uterine tilt and bladder catheterization the abdomen was prepared.", "[The old Pfannenstiel scar was excised|A Pfannenstiel incision was made] and carried to the fascia; the peritoneum was entered sharply.", "A low transverse hysterotomy was made and extended bluntly; the infant was delivered from vertex, cord clamped after 60 seconds.", "The placenta was delivered spontaneously and complete; the uterus was closed with a running locked 0 polyglactin in [one layer|two layers].", "Hemostasis was assured, fascia closed with 0 polydioxanone and skin with 4-0 absorbable suture."],
            blood_ml: (450, 600), specimen: "Placenta, not sent", ..OPERATION
        }],
        problems: &[("<4>Term pregnancy, prior cesarean||Repeat cesarean, postpartum", "<4>Repeat low transverse cesarean today under spinal anesthesia; consent reviewed.||[Scheduled ibuprofen and acetaminophen, early ambulation, catheter out at 12 hours|ERAS pathway, lactation support]. Hemoglobin {lab:HGB}."), ("Contraception", "[Plans progestin pill.|Undecided, to discuss at 6 weeks.]")],
        days: &["[Pain {n:2-4}/10, lochia moderate.|Up to shower, lochia light.] Breastfeeding [well|with help]. Incision dry.", "Passing gas, regular diet, voiding. Fundus firm. [Infant rooming in.|]"],
        course: &["{name} had an uncomplicated repeat low transverse cesarean of a live {~baby:female/male} infant, {#bw:3050-3890} g.", "Recovery was routine: early feeding and ambulation, oral analgesia, breastfeeding established. Hemoglobin {lab:HGB} g/dL."],
        after: "No heavy lifting, pelvic rest 6 weeks. Incision check in 1 week, postpartum visit in 3 and 6 weeks. Return for fever, heavy bleeding, headache.",
        ..BLANK
    },
    Scenario {
        id: "vaginal_birth", service: "OB", weight: 7, ages: (19, 41), sex: Some(Sex::Female), stay: (34, 45), emergency: false,
        reason: "[Labor|Contractions at term]",
        diagnosis: "<11>term pregnancy in labor||term pregnancy, spontaneous vaginal delivery",
        dx: &[exempt("O80", "Encounter for full-term uncomplicated delivery"), exempt("Z37.0", "Single live birth"), exempt("Z3A.40", "40 weeks gestation of pregnancy")],
        history: &["[none|mild asthma in childhood]"], home: &["prenatal vitamins"],
        hpi: &["{Aage} woman, gravida {#grav:1-3}, at 40 weeks {#wkd:0-5} days, in labor with contractions every {#ctx:3-5} minutes since {~since:midnight/early morning/last evening}.", "[Membranes intact on arrival.|Clear fluid leaked {#rom:2-5} hours ago.] Cervix {#cm:4-6} cm. Fetal movement good, no bleeding. Denies headache or visual change."],
        ros: "Otherwise negative.",
        exam: &[("Abdomen", "Gravid, vertex, estimated weight {#efw:3000-3700} g"), ("Pelvic", "Cervix {#cm:4-6} cm, 80% effaced, station -1")],
        results: &["Category I tracing. Hemoglobin {lab0:HGB}."],
        meds: &[med("oxytocin", "10 units", "intramuscular", "once", (0, 0)), med("ibuprofen", "600 mg", "oral", "every 6 hours", (0, 2))],
        problems: &[("<11>Term labor||Postpartum, spontaneous vaginal delivery", "<11>Expectant management, intermittent monitoring, [epidural on request|wishes unmedicated birth].||[Live infant {#bw:2950-3800} g, perineum intact|First-degree tear repaired, infant {#bw:2950-3800} g]. Routine care, lactation support.")],
        days: &["[Comfortable, lochia light, breastfeeding|Ambulating, voiding, infant latching]. Fundus firm. Ready for discharge. Final note of the stay."],
        course: &["{name} progressed in labor to spontaneous vaginal delivery of a live infant, {#bw:2950-3800} g, after {#lab:5-11} hours. Blood loss {#qbl:200-350} mL.", "Postpartum course was uncomplicated."],
        after: "Pelvic rest 6 weeks. Postpartum visit in 3 weeks. Return for heavy bleeding, fever or headache.",
        ..BLANK
    },
    Scenario {
        id: "asthma_child", service: "PEDS", weight: 7, ages: (4, 14), stay: (50, 76),
        reason: "[Wheezing and cough|Asthma attack]",
        diagnosis: "moderate persistent asthma with acute exacerbation",
        dx: &[dx("J45.41", "Moderate persistent asthma with (acute) exacerbation")],
        history: &["asthma, {#adm:1-3} prior admission(s), never intubated", "eczema"], home: &["fluticasone 44 mcg 2 puffs twice daily", "albuterol as needed"],
        hpi: &["{Aage} {man} with asthma and {#dur:1-3} days of [runny nose, cough and wheeze|a cold and increasing wheeze]; albuterol every 2-3 hours at home.", "[Three back-to-back nebulizers and dexamethasone were given in the emergency department with partial response.|Improved only partly after three nebulizers and dexamethasone.]", "[Spacer technique was poor.|The controller ran out last month.] No fever, vomiting, choking or foreign body. Immunizations current."],
        ros: "Positive for cough, wheeze. Parent denies rash, diarrhea, ear pain.",
        exam: &[("Lungs", "Diffuse expiratory wheeze, mild subcostal retractions, [fair|good] air entry, speaks in sentences"), ("General", "Playful between treatments, mild work of breathing")],
        results: &["Pediatric asthma score {#pas:5-8}. [Viral panel: rhinovirus/enterovirus.|No chest film needed.]"],
        courses: &[c("SPO2", &[(0.0, 93.0), (1.0, 95.0), (2.0, 98.0)]), c("RR", &[(0.0, 30.0), (2.0, 22.0)]), c("HR", &[(0.0, 128.0), (2.0, 98.0)]), c("SBP", &[(0.0, 104.0)]), c("DBP", &[(0.0, 62.0)])],
        meds: &[med("albuterol", "4 puffs", "inhaled", "every 2 to 4 hours", (0, 3)), med("prednisolone", "1 mg/kg", "oral", "twice daily", (0, 3)), med("fluticasone", "88 mcg", "inhaled", "twice daily", (0, 4))],
        problems: &[("Asthma exacerbation, moderate persistent", "[Albuterol spaced by score, prednisolone 5 days, controller stepped up|Albuterol every 2 then 4 hours, steroid course]. [Asthma action plan.|Education with spacer.]")],
        days: &["[Slept between treatments.|Needed albuterol every 3 hours overnight.] {lab:SPO2}% {o2}, eating.", "Spaced to every 4 hours, no retractions. Parent comfortable with the plan."],
        course: &["{name} was admitted with a moderate asthma exacerbation triggered by a viral infection, and treated with albuterol and prednisolone.", "Treatments were spaced to every 4 hours on room air. The controller was increased and an action plan given."],
        after: "Prednisolone to complete 5 days, albuterol every 4 hours for 2 days. Pediatrician in 2 days.",
        ..BLANK
    },
    Scenario {
        id: "child_pneumonia", service: "PEDS", weight: 5, ages: (2, 12), stay: (50, 82),
        reason: "[Fever and cough|Cough, fever, poor drinking]",
        diagnosis: "right middle lobe pneumonia",
        dx: &[dx("J18.9", "Pneumonia, unspecified organism"), dx("E86.0", "Dehydration")],
        history: &["[none|recurrent otitis media]"], home: &["none"],
        hpi: &["{Aage} {man} with {#dur:3-5} days of cough and fever to 38.4 °C, drinking little since yesterday, {#wet:2-3} voids in the last day.", "[Amoxicillin was vomited twice at home.|Refused oral antibiotic.] No choking, rash, travel. A sibling has a cold."],
        ros: "Positive for cough, fever, poor intake. Denies ear pain, diarrhea, limp.",
        exam: &[("Lungs", "Crackles over the right mid zone, no retractions"), ("General", "Tired but consolable, lips dry, capillary refill 2 seconds")],
        results: &["Chest film: right middle lobe infiltrate. Blood culture negative."],
        courses: &[c("TEMP", &[(0.0, 37.9), (1.0, 37.4), (2.0, 36.8)]), c("HR", &[(0.0, 118.0), (2.0, 96.0)]), c("RR", &[(0.0, 28.0), (2.0, 22.0)]), c("SBP", &[(0.0, 100.0)]), c("DBP", &[(0.0, 60.0)]), c("SPO2", &[(0.0, 94.0), (2.0, 97.0)])],
        meds: &[med("ampicillin", "50 mg/kg", "IV", "every 6 hours", (0, 2)), med("dextrose 5% with saline", "maintenance", "IV", "continuous", (0, 1)), med("acetaminophen", "15 mg/kg", "oral", "every 6 hours as needed", (0, 2))],
        studies: &[study("Chest radiograph, two views", 0, "PA and lateral.", "Right middle lobe airspace opacity. No effusion. Normal cardiothymic silhouette.", "Right middle lobe pneumonia.")],
        problems: &[("Right middle lobe pneumonia", "[Ampicillin IV, change to amoxicillin when drinking|IV ampicillin]."), ("Dehydration, mild", "Maintenance fluids, [encourage drinking|weaned as intake improves].")],
        days: &["[Fever once overnight, drinking a little.|Better color, sipping juice.]", "Afebrile, eating, playing in the room."],
        course: &["{name} was treated for right middle lobe pneumonia and mild dehydration with ampicillin and fluids, then amoxicillin by mouth."],
        after: "Amoxicillin to complete 7 days. Pediatrician in 2 days.",
        ..BLANK
    },
    Scenario {
        id: "tonsils_day", class: EncounterClass::DaySurgery, service: "SURG", weight: 4, ages: (4, 11), stay: (5, 8), emergency: false,
        reason: "[Tonsillectomy|Snoring, large tonsils]",
        diagnosis: "tonsillar hypertrophy with sleep-disordered breathing",
        dx: &[dx("J35.1", "Hypertrophy of tonsils"), dx("G47.30", "Sleep apnea, unspecified")],
        history: &["[none|seasonal allergies]"], home: &["none"],
        hpi: &["{Aage} {man} with nightly snoring, pauses witnessed by parents and restless sleep for {#mon:6-18} months.", "[Nasal steroid for two months did not help.|Sleep study: AHI {#ahi:6-12}.] No bleeding tendency in the family."],
        ros: "Negative for fever, cough this week, easy bruising.",
        exam: &[("HEENT", "Tonsils {#ton:3-4}+, no exudate, palate intact")],
        results: &[],
        courses: &[c("HR", &[(0.0, 96.0)]), c("RR", &[(0.0, 20.0)]), c("SBP", &[(0.0, 100.0)]), c("DBP", &[(0.0, 60.0)])],
        meds: &[med("dexamethasone", "0.5 mg/kg", "IV", "once", (0, 0)), med("acetaminophen", "15 mg/kg", "oral", "every 6 hours", (0, 0))],
        procedures: &[Proc {
            title: "Tonsillectomy", code: "42825", cpt: true, hour: (1, 2), minutes: (20, 35), before: "Tonsillar hypertrophy", after: "Tonsillar hypertrophy", findings: "Tonsils {#ton:3-4}+, adenoids small, palate intact.",
            steps: &["A mouth gag was placed and the palate palpated.", "Both tonsils were dissected from the capsule with coblation, poles preserved.", "Fossae were dry after irrigation and release of tension."],
            blood_ml: (2, 10), specimen: "Tonsils, gross only", ..OPERATION
        }],
        problems: &[("Tonsillar hypertrophy with sleep-disordered breathing", "Tonsillectomy today, [soft diet, scheduled acetaminophen and ibuprofen|pain plan reviewed with parents].")],
        after: "Soft foods, fluids. Return at once for bleeding. Clinic in 3 weeks.",
        ..BLANK
    },
];
