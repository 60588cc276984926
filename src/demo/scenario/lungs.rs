//! Lungs and infection: pneumonia, sepsis from pneumonia, obstructive disease, death on the ward.

use super::{Ask, BLANK, Scenario, dx, med, study};
use crate::demo::measure::c;

#[rustfmt::skip]
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        id: "pneumonia", service: "MED", weight: 16, ages: (45, 92), stay: (74, 150),
        reason: "[Cough and fever|Productive cough, fever|Cough with malaise]",
        diagnosis: "{pna}",
        words: &[
            ("pna", "[community-acquired pneumonia, right lower lobe, Streptococcus pneumoniae|pneumococcal pneumonia of the right lower lobe]"),
            ("oxygen", "Oxygen not needed, saturation {lab:SPO2}% {o2}."),
            ("kidney", ""), ("mind", "Alert and oriented to person, place and time."),
            ("antigen", "Urinary pneumococcal antigen positive."), ("cover", "Ceftriaxone and azithromycin"), ("swallow", "Denies choking on food."), ("septic", ""),
        ],
        dx: &[dx("J13", "Pneumonia due to Streptococcus pneumoniae"), dx("I10", "Essential (primary) hypertension")],
        history: &["hypertension", "[osteoarthritis of both knees|chronic sinusitis|osteoporosis]"],
        home: &["lisinopril 10 mg daily", "acetaminophen as needed"],
        hpi: &[
            "{Aage} {man} with {#dur:3-6} days of [cough productive of {~sputum:rusty/yellow/green} sputum|productive cough], [chills|malaise] and right-sided [pleuritic pain|chest discomfort with coughing].",
            "[{His} {~who:spouse/daughter/neighbor} urged {him} to come in.|{He} saw {pcp} two days ago and was started on nothing.] Appetite has been [poor|fair] but {he} has kept down fluids.",
            "Temperature at home [reached {#tmax:37-37}.9 °C|was up to 37.8 °C]. [No sick contacts|A grandchild has had a cold].",
            "Denies hemoptysis, night sweats, weight loss, leg swelling. {swallow} {septic} [Influenza vaccine this season, pneumococcal vaccine status unknown.|]",
        ],
        ros: "Positive for cough, sputum and fatigue. Denies orthopnea, vomiting, diarrhea, dysuria, rash, headache or neck stiffness.",
        exam: &[("Lungs", "[Crackles and bronchial breath sounds at the right base|Right basal crackles with egophony], left clear"), ("Neurologic", "{mind} No focal deficit")],
        results: &["WBC {lab0:WBC}, procalcitonin {lab0:PROCAL} ng/mL.", "Chest film with right lower lobe [consolidation|infiltrate].", "{antigen} Blood cultures [no growth to date|negative so far]."],
        courses: &[c("WBC", &[(0.0, 13.8), (2.0, 10.9), (5.0, 8.0)]), c("PROCAL", &[(0.0, 1.4), (3.0, 0.4)]), c("TEMP", &[(0.0, 37.8), (1.5, 37.3), (4.0, 36.8)]), c("HR", &[(0.0, 86.0), (2.0, 76.0)]), c("RR", &[(0.0, 20.0), (2.0, 17.0)]), c("SPO2", &[(0.0, 93.0), (2.0, 95.0), (4.0, 97.0)])],
        meds: &[med("ceftriaxone", "1 g", "IV", "every 24 hours", (0, 3)), med("azithromycin", "500 mg", "oral", "daily", (0, 2)), med("amoxicillin", "1 g", "oral", "three times daily", (4, 9)), med("acetaminophen", "650 mg", "oral", "every 6 hours as needed", (0, 4)), med("enoxaparin", "40 mg", "subcutaneous", "daily", (0, 5))],
        consults: &[Ask { service: "PULM", question: "Pneumonia with small parapneumonic effusion, is tapping needed?", findings: &["Bedside ultrasound: right effusion less than 1 cm, free flowing, no septations.", "Saturation {lab:SPO2}% {o2}, respiratory rate {lab:RR}."], impression: "[Small simple parapneumonic effusion|Minimal parapneumonic effusion], too small to tap; lobar pneumonia improving.", advice: &["No thoracentesis", "Complete 7 days of antibiotics", "Repeat chest film in 6 weeks to document clearing"] }],
        studies: &[study("Chest radiograph, two views", 0, "PA and lateral.", "[Airspace consolidation in the right lower lobe with air bronchograms|Dense right basal opacity silhouetting the hemidiaphragm]. Trace right effusion. Heart size normal.", "Right lower lobe pneumonia with trace effusion.")],
        problems: &[("{^pna}", "{cover}, [CURB-65 score {#curb:1-2}|PSI class III]; step down to oral therapy when eating. {oxygen} {kidney} {septic}"), ("Hypertension", "[Lisinopril continued|Home lisinopril], last {bp}."), ("Prophylaxis", "Enoxaparin 40 mg daily. [Full code.|]")],
        days: &["[Still coughing, less pleuritic pain.|Cough looser, slept in pieces.] Tmax {peak:TEMP} °C. {mind}", "[Afebrile for 24 hours|No fever since yesterday], appetite returning. WBC {lab:WBC}. {mind}", "Feels [much better|nearly well]; walking the hall on room air with saturation {lab:SPO2}%."],
        course: &["{name} was treated for {pna} with {_cover}, [stepped down to|then changed to] oral antibiotics once afebrile. {septic}", "WBC fell from {lab0:WBC} to {lab:WBC}. Blood cultures stayed negative. {oxygen} {kidney}", "[A trace effusion was too small to sample.|No thoracentesis was needed.] {mind}"],
        after: "Oral antibiotic to complete 7 days. Chest film in 6 weeks with {pcp}.",
        ..BLANK
    },
    Scenario {
        id: "sepsis_pneumonia", service: "MED", weight: 9, ages: (55, 92), stay: (98, 200),
        reason: "[Fever and rigors|Fever, weakness|Weakness and cough]",
        diagnosis: "{sepsis} due to left lower lobe pneumonia",
        words: &[
            ("sepsis", "sepsis (POA) [with organ dysfunction|]"), ("pressor", "Blood pressure recovered after 30 mL/kg of lactated Ringer's."),
            ("lung", "acute hypoxic respiratory failure"),
        ],
        dx: &[dx("A41.9", "Sepsis, unspecified organism"), dx("J18.9", "Pneumonia, unspecified organism"), dx("R65.20", "Severe sepsis without septic shock"), dx("J96.01", "Acute respiratory failure with hypoxia"), dx("I10", "Essential (primary) hypertension")],
        history: &["hypertension", "[former smoker, quit in {year:12}|remote pulmonary tuberculosis, treated in {year:31}]"],
        home: &["amlodipine 5 mg daily", "vitamin D 1000 units daily"],
        hpi: &["{Aage} {man} brought in [by ambulance|by family] with {#dur:2-4} days of fever, rigors and [cough|productive cough], too weak to stand since {~when:this morning/last night}.", "In the emergency department temperature was {lab0:TEMP} °C, heart rate {lab0:HR}, respiratory rate {lab0:RR}, blood pressure {bp0}, saturation {lab0:SPO2}% on room air.", "Lactate {lab0:LACT} mmol/L; 30 mL/kg of lactated Ringer's and broad-spectrum antibiotics were given within the first hour.", "No abdominal pain, no dysuria, no headache or neck stiffness. [No recent hospital stay.|No antibiotics in the last 90 days.]"],
        ros: "Positive for fever, chills, cough and weakness. Denies chest pain, vomiting, diarrhea, rash.",
        exam: &[("General", "Ill-appearing, [flushed|diaphoretic], answers in short sentences"), ("Lungs", "[Coarse crackles over the left lower lobe|Left basal crackles and dullness], no wheeze"), ("Skin", "Warm, capillary refill {~refill:2/3} seconds")],
        results: &["Lactate {lab0:LACT} then {lab:LACT} mmol/L.", "WBC {lab0:WBC} with {lab0:BANDS}% bands.", "Arterial gas on arrival: pH {lab0:PH}, pCO2 {lab0:PCO2}, pO2 {lab0:PO2} mmHg.", "Two sets of blood cultures [drawn before antibiotics|no growth at 48 hours]."],
        courses: &[c("TEMP", &[(0.0, 39.1), (1.0, 38.3), (3.0, 37.0)]), c("HR", &[(0.0, 118.0), (1.0, 98.0), (3.0, 78.0)]), c("RR", &[(0.0, 27.0), (1.0, 22.0), (3.0, 17.0)]), c("SBP", &[(0.0, 92.0), (0.4, 108.0), (2.0, 124.0)]), c("DBP", &[(0.0, 54.0), (0.4, 62.0), (2.0, 70.0)]), c("SPO2", &[(0.0, 86.0), (0.3, 94.0), (4.0, 96.0)]), c("FLOW", &[(0.0, 0.0), (0.3, 4.0), (2.0, 2.0), (3.5, 0.0)]), c("WBC", &[(0.0, 19.4), (2.0, 13.0), (5.0, 8.6)]), c("BANDS", &[(0.0, 16.0), (2.0, 6.0)]), c("LACT", &[(0.0, 3.4), (0.5, 1.9), (2.0, 1.1)]), c("PROCAL", &[(0.0, 8.6), (3.0, 1.9)]), c("PH", &[(0.0, 7.38)]), c("PCO2", &[(0.0, 35.0)]), c("PO2", &[(0.0, 53.0)])],
        meds: &[med("lactated Ringer's", "30 mL/kg", "IV", "once", (0, 0)), med("piperacillin-tazobactam", "4.5 g", "IV", "every 6 hours", (0, 2)), med("azithromycin", "500 mg", "IV", "daily", (0, 3)), med("ceftriaxone", "2 g", "IV", "every 24 hours", (3, 6)), med("acetaminophen", "650 mg", "oral", "every 6 hours as needed", (0, 4)), med("enoxaparin", "40 mg", "subcutaneous", "daily", (0, 7))],
        consults: &[Ask { service: "ID", question: "Antibiotic choice and duration", findings: &["Tmax {peak:TEMP} °C, WBC {lab:WBC} (from {lab0:WBC}), procalcitonin {lab:PROCAL} ng/mL.", "MRSA nasal swab negative; cultures without growth."], impression: "Sepsis from community-acquired left lower lobe pneumonia, responding.", advice: &["De-escalate to ceftriaxone", "Complete azithromycin 3-5 days", "Total antibiotic course 7 days if afebrile"] }],
        studies: &[study("Chest radiograph, portable", 0, "Single AP view.", "Dense left lower lobe consolidation. No effusion. Right lung clear. Heart size at the upper limit of normal.", "Left lower lobe pneumonia."), study("CT of the chest without contrast", 1, "Helical acquisition without contrast.", "Left lower lobe consolidation with air bronchograms; no cavitation, no empyema. Reactive mediastinal nodes up to {#node:9-12} mm.", "Lobar consolidation of the left lower lobe without complication.")],
        problems: &[("{^sepsis}, source left lower lobe pneumonia", "[Fluids 30 mL/kg given, lactate {trend:LACT}|Lactate {trend:LACT} after fluid]. {pressor} [Piperacillin-tazobactam, narrowing by cultures|Broad-spectrum cover until cultures return]."), ("{^lung}", "{lab:SPO2}% {o2}, [wean as tolerated|goal saturation 92% and above]. [pO2 {lab0:PO2} on room air at presentation.|]"), ("Hypertension", "Amlodipine held while blood pressure is soft.")],
        days: &["[Febrile to {peak:TEMP} °C overnight|Rigors early last night]. Still {o2}. Lactate {lab:LACT}.", "Fever curve [down|settling]. WBC {lab:WBC}. Less short of breath, {o2}.", "Afebrile, [eating half of meals|walking with therapy]. On {o2}."],
        course: &["{name} was admitted with {sepsis} from left lower lobe pneumonia. {pressor}", "Lactate cleared from {lab0:LACT} to {lab:LACT} mmol/L. {^lung} (pO2 {lab0:PO2} mmHg on room air) was treated with supplemental oxygen, weaned off before discharge.", "Cultures stayed negative; antibiotics were narrowed to ceftriaxone on infectious disease advice."],
        after: "Cefpodoxime to complete 7 days in all. {pcp} in one week, chest film in 6 weeks.",
        ..BLANK
    },
    Scenario {
        id: "copd", service: "PULM", weight: 13, ages: (52, 86), stay: (62, 130),
        reason: "[Shortness of breath and wheezing|COPD flare|Increased cough and dyspnea]",
        diagnosis: "[acute exacerbation of COPD|COPD with acute exacerbation]{lung}",
        words: &[("lung", ""), ("gas", "No hypercapnia clinically.")],
        dx: &[dx("J44.1", "Chronic obstructive pulmonary disease with (acute) exacerbation"), dx("F17.210", "Nicotine dependence, cigarettes, uncomplicated")],
        history: &["COPD, FEV1 {#fev:42-58}% predicted in {year:2}", "[tobacco use, {#py:30-55} pack-years, still half a pack a day|nicotine dependence, cigarettes, {#py:30-55} pack-years]"],
        home: &["tiotropium 18 mcg inhaled daily", "fluticasone/salmeterol 250/50 twice daily", "albuterol as needed"],
        hpi: &["{Aage} {man} with COPD and {#dur:3-7} days of [increasing dyspnea, wheeze and more sputum, now {~sputum:yellow/green/thicker}|worse cough, wheeze and a change of sputum to {~sputum:yellow/green/thicker}].", "[Albuterol every two hours at home without lasting relief.|{He} used {#puffs:10-16} puffs of albuterol the day before admission.]", "[A cold went through the household last week.|Symptoms began with a runny nose.] [{#exac:1-3} exacerbation[|s] in the last year, never intubated.|]", "Denies chest pain, hemoptysis, leg swelling, fever over 38 °C."],
        ros: "Positive for dyspnea, wheeze, sputum. Negative for chest pain, orthopnea, edema, calf pain, weight loss.",
        exam: &[("Lungs", "[Diffuse expiratory wheezes, prolonged expiration|Wheeze throughout with poor air movement], no crackles"), ("General", "[Sitting forward, speaks in phrases|Mild distress, pursed-lip breathing]")],
        results: &["Chest film hyperinflated, no infiltrate.", "[Respiratory viral panel: rhinovirus.|Viral panel negative.] NT-proBNP {lab0:NTBNP} pg/mL."],
        courses: &[c("SPO2", &[(0.0, 92.0), (1.0, 93.0), (3.0, 95.0)]), c("RR", &[(0.0, 20.0), (2.0, 17.0)]), c("HR", &[(0.0, 88.0), (2.0, 80.0)]), c("NTBNP", &[(0.0, 130.0)]), c("CO2", &[(0.0, 27.0), (4.0, 27.0)])],
        meds: &[med("methylprednisolone", "40 mg", "IV", "every 12 hours", (0, 0)), med("prednisone", "40 mg", "oral", "daily", (1, 4)), med("ipratropium-albuterol", "0.5/2.5 mg", "nebulized", "every 4 hours", (0, 4)), med("doxycycline", "100 mg", "oral", "twice daily", (0, 4)), med("nicotine patch", "14 mg", "transdermal", "daily", (0, 5)), med("enoxaparin", "40 mg", "subcutaneous", "daily", (0, 5))],
        studies: &[study("Chest radiograph, two views", 0, "PA and lateral.", "Hyperinflated lungs with flattened diaphragms. [Biapical scarring.|] No consolidation, effusion or pneumothorax.", "Hyperinflation without acute infiltrate.")],
        problems: &[("Acute exacerbation of COPD{lung}", "[Prednisone 40 mg for 5 days, nebulizers every 4 hours, doxycycline|Steroids, scheduled ipratropium-albuterol, doxycycline for purulence]. {gas} Target saturation 88-92%."), ("Nicotine dependence", "[Counseled {n:5-15} minutes; patch ordered|Ready to quit, patch and quit-line referral].")],
        days: &["[Less wheeze, still short of breath to the bathroom.|Slept upright, nebulizers helping.] {lab:SPO2}% {o2}. {gas}", "Air movement better. [Sputum clearing.|Nebulizers spaced to every 6 hours.] {lab:SPO2}% {o2}.", "Near baseline, walked {#feet:150-300} feet with saturation {lab:SPO2}%."],
        course: &["{name} was treated for an acute exacerbation of COPD{lung} with systemic steroids, bronchodilators and doxycycline. {gas}", "[{He} was weaned to room air.|Saturation at discharge was {lab:SPO2}% {o2}.] Inhaler technique was reviewed.", "[Smoking cessation was discussed and nicotine replacement prescribed.|]"],
        after: "Prednisone 40 mg to complete 5 days. Pulmonary clinic in 2-3 weeks, pulmonary rehabilitation referral.",
        ..BLANK
    },
    Scenario {
        id: "death_on_ward", dies: true, service: "PULM", weight: 3, ages: (70, 94), stay: (60, 140),
        reason: "[Respiratory distress|Shortness of breath, declining at home]",
        diagnosis: "acute hypoxic respiratory failure due to progressive idiopathic pulmonary fibrosis",
        words: &[],
        dx: &[dx("J96.21", "Acute and chronic respiratory failure with hypoxia"), dx("J84.112", "Idiopathic pulmonary fibrosis"), palliative(), no_resuscitation()],
        history: &["idiopathic pulmonary fibrosis on home oxygen 4 L", "[prior stroke without residual weakness in {year:5}|aortic valve replacement in {year:7}]"],
        home: &["pirfenidone 801 mg three times daily", "morphine solution 5 mg as needed"],
        hpi: &["{Aage} {man} with end-stage pulmonary fibrosis and {#dur:4-8} days of worsening breathlessness on {his} home oxygen.", "[Family found {him} gray and confused.|The hospice conversation had begun with {pcp} last month.]", "Saturation {lab0:SPO2}% {o2} on arrival despite escalation. {He} has an advance directive declining intubation.", "No fever, no chest pain, no leg swelling."],
        ros: "Limited by dyspnea. Family denies fever, fall, vomiting.",
        exam: &[("General", "Frail, tachypneic, using accessory muscles"), ("Lungs", "Dry inspiratory crackles throughout")],
        results: &["CT with extensive honeycombing and new ground glass.", "Arterial gas pO2 {lab0:PO2} mmHg on high-flow oxygen."],
        courses: &[c("SPO2", &[(0.0, 84.0), (2.0, 82.0), (5.0, 74.0)]), c("FLOW", &[(0.0, 15.0), (6.0, 15.0)]), c("RR", &[(0.0, 30.0), (2.0, 28.0), (5.0, 12.0)]), c("HR", &[(0.0, 108.0), (4.0, 118.0)]), c("PO2", &[(0.0, 51.0)])],
        meds: &[med("methylprednisolone", "125 mg", "IV", "every 6 hours", (0, 1)), med("morphine", "2 mg", "IV", "every 2 hours as needed", (0, 6)), med("lorazepam", "0.5 mg", "IV", "every 4 hours as needed", (1, 6)), med("glycopyrrolate", "0.2 mg", "IV", "every 4 hours as needed", (2, 6))],
        studies: &[study("CT of the chest without contrast", 0, "High-resolution technique.", "Subpleural reticulation with honeycombing, progressed. New diffuse ground-glass opacity. No effusion.", "Progressive fibrosis with superimposed ground glass, consistent with acute exacerbation.")],
        problems: &[("Acute on chronic hypoxic respiratory failure from pulmonary fibrosis", "<30>High-flow oxygen, steroid trial; [DNR/DNI per directive|no intubation per directive].||Steroids without response. [Comfort care after family meeting.|Morphine and lorazepam for dyspnea.]"), ("Goals of care", "<30>Directive on chart, family meeting planned.||[Family meeting held with {~kin:the spouse and two sons/both daughters/the brother}|Discussed with {~kin:the spouse and two sons/both daughters/the brother}], comfort is the goal.")],
        days: &["[More tired, dyspneic at rest|No response to steroids]. Saturation {lab:SPO2}% {o2}. Family at bedside.", "Comfort measures. [Resting, morphine effective.|Periods of apnea, appears comfortable.]"],
        course: &["{name} was admitted with an acute exacerbation of end-stage pulmonary fibrosis. High-flow oxygen and high-dose steroids brought no improvement.", "In keeping with {his} directive and after a meeting with {~kin:the spouse and two sons/both daughters/the brother}, care was directed to comfort.", "{He} died peacefully with family present."],
        after: "",
        ..BLANK
    },
];

const fn palliative() -> super::Dx {
    super::exempt("Z51.5", "Encounter for palliative care")
}

const fn no_resuscitation() -> super::Dx {
    dx("Z66", "Do not resuscitate")
}
