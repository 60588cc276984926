//! Heart: decompensated failure, infarction, embolism, rhythm.

use super::{Ask, BLANK, OPERATION, Proc, Scenario, dx, exempt, heart_study, med, study};
use crate::demo::measure::c;
use crate::domain::clinical::ProcedureSetting;

/// A procedure at the bedside, for the look-alike of a missing operative report.
#[rustfmt::skip]
pub(in crate::demo) const CARDIOVERSION: Proc = Proc {
    title: "Direct-current cardioversion at the bedside", code: "5A2204Z", hour: (9, 9), minutes: (10, 15), setting: ProcedureSetting::Bedside, anesthesia: "", before: "Atrial fibrillation with rapid ventricular response, on uninterrupted apixaban", after: "Sinus rhythm", findings: "Atrial fibrillation on the monitor before, sinus rhythm at {n:64-78} per minute after one shock.",
    steps: &["Pads were placed in the anteroposterior position and the rhythm synchronized.", "Sedation with etomidate {n:6-10} mg by the team, capnography throughout.", "[One biphasic shock of 200 J restored sinus rhythm.|A single synchronized shock of 200 J was given with return of sinus rhythm.]", "Skin under the pads intact; monitored for one hour, awake and at baseline."],
    blood_ml: (0, 0), ..OPERATION
};

#[rustfmt::skip]
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        id: "heart_failure", service: "CARD", weight: 16, ages: (58, 91), stay: (76, 168),
        reason: "[Shortness of breath|Worsening dyspnea|Dyspnea and leg swelling]",
        diagnosis: "{hf}",
        words: &[
            ("hf", "[acute on chronic systolic (HFrEF) heart failure|acute on chronic HFrEF|acute on chronic systolic heart failure]"),
            ("hfhx", "[heart failure with reduced ejection fraction|chronic systolic heart failure], last EF {#ef:25-35}%"),
            ("kidney", "Renal function stable."),
        ],
        dx: &[dx("I11.0", "Hypertensive heart disease with heart failure"), dx("I50.23", "Acute on chronic systolic (congestive) heart failure"), dx("I25.10", "Atherosclerotic heart disease of native coronary artery without angina pectoris"), exempt("Z79.899", "Other long term (current) drug therapy")],
        history: &["{hfhx}", "hypertension", "coronary artery disease, stent to the {~vessel:LAD/circumflex/right coronary artery} in {year:6}"],
        home: &["furosemide 40 mg daily", "carvedilol 12.5 mg twice daily", "sacubitril/valsartan 49/51 mg twice daily", "aspirin 81 mg daily", "atorvastatin 40 mg nightly"],
        hpi: &[
            "{Aage} {man} with known cardiac history who [presents with|comes in for|was brought in by family with] {#dur:3-9} days of [progressive|worsening|increasing] shortness of breath.",
            "[{He} [reports|describes] {#pil:2-4}-pillow orthopnea and [waking at night gasping|paroxysmal nocturnal dyspnea].|{He} has been sleeping in a recliner for the past {#dur:3-9} nights.]",
            "[Weight is up|{He} has gained] about {#gain:3-7} kg [since the last clinic visit|over two weeks], with swelling of both legs to the {~edema:ankles/shins/knees}.",
            "[{He} admits to eating canned soup most evenings and to missing several doses of furosemide.|{He} ran out of furosemide {#out:4-8} days before admission and could not get to the pharmacy.|There was a large holiday meal last weekend; medications were taken as prescribed otherwise.]",
            "{He} denies chest pain, palpitations, syncope, fever or productive cough.",
            "[At baseline {he} walks {#walk:1-3} block[s|s on the flat] before stopping; now {he} is short of breath dressing.|]",
        ],
        ros: "[Positive for|Notable for] dyspnea, orthopnea and leg edema. Negative for chest pain, fever, chills, hemoptysis, abdominal pain, melena and dysuria.",
        exam: &[("Neck", "JVP [elevated to {#jvp:10-14} cm|visible to the angle of the jaw at 45 degrees], no bruits"), ("Cardiac", "[Regular rhythm with an S3 gallop|Regular, soft S3], no murmur or rub"), ("Lungs", "[Crackles to the mid zones bilaterally|Bibasilar rales, [right slightly more than left|one third up]], no wheeze"), ("Extremities", "{#pit:2-3}+ pitting edema to the {~edema:ankles/shins/knees}, warm")],
        results: &["NT-proBNP {lab0:NTBNP} pg/mL.", "High-sensitivity troponin {lab0:TROP} ng/L, [flat on repeat|without a rise on repeat].", "Chest film [with pulmonary vascular congestion and small effusions|shows cephalization and interstitial edema].", "ECG [sinus rhythm with LVH|sinus rhythm, left axis], no acute ST change."],
        courses: &[c("NTBNP", &[(0.0, 6200.0), (4.0, 2100.0)]), c("TROP", &[(0.0, 22.0), (1.0, 21.0)]), c("SPO2", &[(0.0, 92.0), (1.0, 94.0), (3.0, 97.0)]), c("RR", &[(0.0, 20.0), (2.0, 17.0)]), c("HR", &[(0.0, 88.0), (3.0, 72.0)]), c("WT", &[(0.0, 1.05), (5.0, 1.0)]), c("URINE", &[(1.0, 3100.0), (4.0, 2300.0)])],
        meds: &[med("furosemide", "40 mg", "IV", "twice daily", (0, 3)), med("carvedilol", "12.5 mg", "oral", "twice daily", (0, 9)), med("sacubitril/valsartan", "49/51 mg", "oral", "twice daily", (1, 9)), med("furosemide", "40 mg", "oral", "daily", (4, 9)), med("aspirin", "81 mg", "oral", "daily", (0, 9)), med("enoxaparin", "40 mg", "subcutaneous", "daily", (0, 5))],
        procedures: &[],
        consults: &[Ask {
            service: "NEPH", question: "[Diuretic management|Help with diuresis] in a patient with reduced EF",
            findings: &["Urine output {lab:URINE} mL over the last 24 hours on furosemide 40 mg IV twice daily.", "Creatinine {lab:CREAT} mg/dL, [unchanged|no different] from admission; potassium {lab:K}."],
            impression: "Volume overload responding to loop diuretic; kidney function at baseline.",
            advice: &["Continue IV furosemide, target net negative 1 to 1.5 L daily", "Daily weights, strict intake and output", "Keep potassium above 4 and magnesium above 2", "[Hold NSAIDs|No NSAIDs]"],
        }],
        studies: &[
            study("Chest radiograph, portable", 0, "Single AP upright view.", "Cardiac silhouette enlarged. [Cephalization of the pulmonary vessels with interstitial edema|Perihilar haze and Kerley B lines]. Small bilateral effusions. No focal consolidation. No pneumothorax.", "[Findings of congestive change|Pulmonary venous congestion] with small effusions. No pneumonia."),
            heart_study("Transthoracic echocardiogram", 1, "Left ventricle dilated, ejection fraction {#ef:25-35}% by biplane. Moderate functional mitral regurgitation. RVSP {#rvsp:42-52} mmHg. No pericardial effusion.", "Severely reduced left ventricular systolic function. Moderate mitral regurgitation."),
        ],
        problems: &[
            ("{^hf}", "[IV furosemide 40 mg twice daily with goal net negative 1-1.5 L per day|Diuresis with IV furosemide, daily weights, strict I/O]; [continue carvedilol and sacubitril/valsartan|guideline therapy continued]. {kidney} [2 g sodium diet, 1.5 L fluid restriction.|]"),
            ("Coronary artery disease", "[No anginal symptoms, troponin flat.|No ischemic ECG change.] Aspirin and statin continued."),
            ("Hypertension", "[Controlled|At goal] on current regimen, last {bp}."),
        ],
        days: &["[Breathing a little easier|Slept better], still needs {#pil:2-4} pillows. Urine output {lab:URINE} mL. Weight {lab:WT} kg.", "[Diuresing well|Good response to diuretic]. Denies chest pain. Walked to the bathroom without stopping. Weight {lab:WT} kg.", "[Lying flat overnight without dyspnea.|Slept flat.] Edema [nearly gone|much improved]. [Eager to go home.|]"],
        course: &[
            "{name} was admitted with {hf} [precipitated by dietary sodium and missed diuretic doses|in the setting of medication nonadherence] and diuresed with intravenous furosemide.",
            "Weight fell from {lab0:WT} kg to {lab:WT} kg and NT-proBNP from {lab0:NTBNP} to {lab:NTBNP} pg/mL; [oxygen was weaned off|{he} was on room air from the third day].",
            "Echocardiogram showed an ejection fraction of {#ef:25-35}%. {kidney} Oral furosemide was resumed before discharge.",
            "[Heart failure teaching was done with {him} and family, teach-back complete.|Dietitian reviewed the 2 g sodium diet.]",
        ],
        after: "[Weigh daily, call for a gain of more than 1.5 kg in a day or 2.5 kg in a week.|Daily weights at home.] Heart failure clinic in 7 days, basic metabolic panel in one week.",
        ..BLANK
    },
    Scenario {
        id: "nstemi", service: "CARD", weight: 11, ages: (48, 86), stay: (56, 110),
        reason: "[Chest pain|Chest pressure|Substernal chest pain]",
        diagnosis: "{mi}",
        words: &[("mi", "[NSTEMI, type 1|non-ST-elevation myocardial infarction (type 1)|type 1 NSTEMI]")],
        dx: &[dx("I21.4", "Non-ST elevation (NSTEMI) myocardial infarction"), dx("I25.10", "Atherosclerotic heart disease of native coronary artery without angina pectoris"), dx("I10", "Essential (primary) hypertension"), dx("E78.5", "Hyperlipidemia, unspecified")],
        history: &["hypertension", "hyperlipidemia", "[former smoker, {#py:15-40} pack-years|family history of premature coronary disease]"],
        home: &["lisinopril 20 mg daily", "rosuvastatin 10 mg daily"],
        hpi: &[
            "{Aage} {man} who developed [substernal pressure|a heavy, squeezing chest discomfort] {~whenpain:while shoveling/at rest after supper/while climbing stairs at work}, {#sev:6-9}/10, [radiating to the left arm|going to the jaw], lasting {#min:25-70} minutes.",
            "[There was sweating and nausea but no vomiting.|{He} was diaphoretic and mildly nauseated.]",
            "[EMS gave aspirin 324 mg and one sublingual nitroglycerin with relief.|{He} took two aspirin at home and drove {~drove:with a neighbor/with a spouse} to the emergency department.]",
            "[Pain free on arrival.|On arrival pain was {#left:1-3}/10 and resolved with nitroglycerin.]",
            "No prior infarction. No tearing back pain, no syncope, no recent surgery or travel.",
        ],
        ros: "Positive for chest pain and diaphoresis. Denies dyspnea at rest, cough, fever, leg swelling, hematemesis, focal weakness.",
        exam: &[("Cardiac", "[Regular rate and rhythm, S4 present|Regular, no gallop], no murmur, pulses equal"), ("Lungs", "Clear to the bases")],
        results: &["High-sensitivity troponin {lab0:TROP} ng/L on arrival, peak {peak:TROP}.", "ECG: sinus rhythm, [0.5-1 mm ST depression V4-V6|T wave inversion in the inferolateral leads], no ST elevation."],
        courses: &[c("TROP", &[(0.0, 160.0), (0.4, 2900.0), (1.2, 4100.0), (3.0, 1400.0)]), c("HR", &[(0.0, 86.0), (2.0, 68.0)]), c("SBP", &[(0.0, 148.0), (2.0, 122.0)])],
        meds: &[med("aspirin", "81 mg", "oral", "daily", (0, 9)), med("ticagrelor", "90 mg", "oral", "twice daily", (0, 9)), med("heparin", "12 units/kg/h", "IV", "continuous", (0, 1)), med("atorvastatin", "80 mg", "oral", "nightly", (0, 9)), med("metoprolol succinate", "25 mg", "oral", "daily", (0, 9)), med("lisinopril", "20 mg", "oral", "daily", (1, 9))],
        procedures: &[Proc {
            title: "Coronary angiography with drug-eluting stent to one artery", code: "027034Z", hour: (14, 22), minutes: (40, 80), anesthesia: "", before: "Non-ST-elevation myocardial infarction", after: "Single-vessel coronary disease, {#sten:85-95}% stenosis of the {~culprit:mid LAD/proximal right coronary artery/mid circumflex}, stented",
            findings: "{#sten:85-95}% stenosis of the {~culprit:mid LAD/proximal right coronary artery/mid circumflex} with hazy margins. Remaining vessels with mild luminal irregularities. LVEDP {#lvedp:12-18} mmHg. TIMI 3 flow after stenting.",
            steps: &["The right radial artery was accessed under ultrasound with a 6 French sheath; verapamil 2.5 mg and heparin were given.", "Selective coronary angiography was done in standard projections.", "The lesion was crossed with a workhorse wire, predilated with a 2.5 mm balloon, and a {~stent:2.75 x 18/3.0 x 22/3.5 x 24} mm drug-eluting stent was deployed at 14 atm and postdilated.", "[Final angiography showed no residual stenosis, no dissection, TIMI 3 flow.|There was no residual stenosis or dissection.]", "The sheath was removed and a compression band applied with patent hemostasis."],
            blood_ml: (10, 20), ..OPERATION
        }],
        consults: &[],
        studies: &[
            heart_study("12-lead electrocardiogram", 0, "Sinus rhythm at {lab0:HR} per minute. PR 168 ms, QRS 92 ms, QTc {#qtc:410-448} ms. ST depression 0.5-1 mm in V4-V6.", "Sinus rhythm with lateral ST depression, consider ischemia."),
            heart_study("Transthoracic echocardiogram", 1, "Left ventricular size normal, ejection fraction {#lvef:52-58}%, hypokinesis of the {~wall:apical anterior/inferior/lateral} wall. No significant valve disease.", "Preserved ejection fraction with regional hypokinesis."),
        ],
        problems: &[
            ("{^mi}", "<23>[Heparin infusion, aspirin, ticagrelor load, high-intensity statin|Dual antiplatelet therapy, heparin, atorvastatin 80 mg]; [angiography within 24 hours|early invasive strategy]. Telemetry.||[Drug-eluting stent placed; aspirin, ticagrelor, atorvastatin 80 mg|After stenting: dual antiplatelet therapy and high-intensity statin]. Telemetry, ambulate."),
            ("Hypertension", "Metoprolol started, lisinopril resumed, last {bp}."),
            ("Hyperlipidemia", "Changed to atorvastatin 80 mg. [Lipid panel pending.|]"),
        ],
        days: &["[No further chest pain|Pain free] overnight, telemetry without arrhythmia. Troponin {lab:TROP} ng/L.", "Doing well after stenting. Radial site [clean, no hematoma|soft, good pulse]. Walking the hall without angina."],
        course: &["{name} presented with {mi}; high-sensitivity troponin peaked at {peak:TROP} ng/L.", "Angiography showed {#sten:85-95}% stenosis of the {~culprit:mid LAD/proximal right coronary artery/mid circumflex}, treated with one drug-eluting stent through the radial approach without complication.", "Ejection fraction {#lvef:52-58}%. [{He} remained free of angina and arrhythmia.|No recurrent pain; telemetry was quiet.]", "Dual antiplatelet therapy for at least 12 months was explained [and the first month supplied at the bedside|]."],
        after: "Cardiac rehabilitation referral. Do not stop ticagrelor or aspirin. Cardiology in 2 weeks.",
        ..BLANK
    },
    Scenario {
        id: "pulmonary_embolism", service: "MED", weight: 7, ages: (28, 82), stay: (52, 110),
        reason: "[Pleuritic chest pain|Sudden shortness of breath|Chest pain with breathing]",
        diagnosis: "[acute pulmonary embolism without acute cor pulmonale|acute segmental pulmonary embolism, no right heart strain]",
        words: &[],
        dx: &[dx("I26.99", "Other pulmonary embolism without acute cor pulmonale"), dx("I82.431", "Acute embolism and thrombosis of right popliteal vein")],
        history: &["[right ankle fracture treated in a boot {#wks:3-6} weeks ago|long-haul flight {#wks:2-3} weeks ago]"],
        home: &["ibuprofen 400 mg as needed"],
        hpi: &["{Aage} {man} with sudden [sharp right-sided chest pain, worse with inspiration|pleuritic chest pain and breathlessness] since {~when:yesterday evening/this morning/two days ago}.", "[Right calf has been sore for {#calf:4-8} days.|{He} noticed a swollen right calf last week.]", "[No hemoptysis, no syncope.|Denies syncope and hemoptysis.] No personal history of clots; [mother had a deep vein thrombosis after surgery|no family history of thrombosis].", "[Wells score 6.|Wells criteria: likely.] D-dimer {lab0:DDIMER} ng/mL FEU."],
        ros: "Positive for pleuritic pain and dyspnea. Negative for fever, sputum, palpitations, melena, weight loss.",
        exam: &[("Lungs", "Clear, [splinting on the right|shallow inspiration due to pain]"), ("Extremities", "Right calf {#calfcm:2-4} cm larger than left, tender, no erythema")],
        results: &["CT angiogram with segmental emboli in the right lower lobe, RV/LV ratio 0.8.", "Troponin {lab0:TROP} ng/L and NT-proBNP {lab0:NTBNP} pg/mL, both normal."],
        courses: &[c("DDIMER", &[(0.0, 3900.0), (5.0, 3900.0)]), c("TROP", &[(0.0, 9.0)]), c("NTBNP", &[(0.0, 150.0)]), c("SPO2", &[(0.0, 93.0), (2.0, 96.0)]), c("HR", &[(0.0, 88.0), (2.0, 74.0)]), c("RR", &[(0.0, 20.0), (2.0, 16.0)])],
        meds: &[med("enoxaparin", "1 mg/kg", "subcutaneous", "twice daily", (0, 1)), med("apixaban", "10 mg", "oral", "twice daily", (1, 9)), med("acetaminophen", "650 mg", "oral", "every 6 hours as needed", (0, 5))],
        studies: &[study("CT angiogram of the chest", 0, "Axial images after 75 mL of iodinated contrast, timed for the pulmonary arteries.", "Filling defects in the segmental arteries of the right lower lobe. RV/LV ratio 0.8. No saddle embolus. Small wedge-shaped peripheral opacity at the right base. No pneumothorax.", "Acute segmental pulmonary emboli, right lower lobe. No CT sign of right heart strain."), study("Venous duplex, right leg", 0, "Grayscale and color Doppler with compression.", "Noncompressible right popliteal vein with echogenic thrombus. Common femoral and femoral veins compress normally.", "Acute deep vein thrombosis of the right popliteal vein.")],
        problems: &[("Acute pulmonary embolism, low risk", "[Enoxaparin 1 mg/kg, then apixaban|Anticoagulation with enoxaparin bridging to apixaban 10 mg twice daily for 7 days]; provoked, plan {~months:3/6} months."), ("Deep vein thrombosis, right popliteal", "Anticoagulated as above, [leg elevation|compression as tolerated]."), ("Pleuritic pain", "Acetaminophen, [avoid NSAIDs with anticoagulant|]. Incentive spirometer.")],
        days: &["[Pain better with acetaminophen|Still some pain on deep breath]. No bleeding. Saturation {lab:SPO2}% {o2}.", "Walking without desaturation. [First apixaban dose tolerated.|No bruising or bleeding.]"],
        course: &["{name} was found to have acute segmental pulmonary emboli with a popliteal thrombus, provoked by [immobilization|recent immobility].", "Biomarkers and right ventricle were normal, so {he} was managed on the ward with anticoagulation; no thrombolysis was needed.", "Apixaban was started on the second day and tolerated. Ambulatory saturation was {lab:SPO2}% on room air."],
        after: "Apixaban 10 mg twice daily to complete 7 days, then 5 mg twice daily. Anticoagulation clinic in 1 week. Return for bleeding or worse breathing.",
        ..BLANK
    },
    Scenario {
        id: "atrial_fibrillation", service: "CARD", weight: 7, ages: (60, 88), stay: (52, 96),
        reason: "[Palpitations|Rapid heart beat]",
        diagnosis: "<20>paroxysmal atrial fibrillation with rapid ventricular response||paroxysmal atrial fibrillation with rapid ventricular response, converted to sinus rhythm",
        words: &[],
        dx: &[dx("I48.0", "Paroxysmal atrial fibrillation"), dx("I10", "Essential (primary) hypertension")],
        history: &["hypertension", "paroxysmal atrial fibrillation diagnosed in {year:3}"],
        home: &["metoprolol succinate 50 mg daily", "apixaban 5 mg twice daily", "amlodipine 5 mg daily"],
        hpi: &["{Aage} {man} with known paroxysmal atrial fibrillation who woke with [pounding palpitations|a racing, irregular heart beat] and lightheadedness.", "[Took an extra metoprolol without effect.|No missed doses of apixaban.]", "Denies chest pain, syncope, focal weakness or speech trouble. [Two glasses of wine the evening before.|Recent poor sleep.]"],
        ros: "Positive for palpitations. Denies dyspnea, orthopnea, fever, heat intolerance, bleeding.",
        exam: &[("Cardiac", "Irregularly irregular, no murmur"), ("Neck", "Thyroid not enlarged, JVP flat")],
        results: &["ECG atrial fibrillation, ventricular rate {lab0:HR}.", "TSH {lab0:TSH}, potassium {lab0:K}, troponin {lab0:TROP} ng/L."],
        courses: &[c("HR", &[(0.0, 136.0), (0.7, 104.0), (1.2, 74.0)]), c("TSH", &[(0.0, 1.8)]), c("TROP", &[(0.0, 10.0)])],
        meds: &[med("diltiazem", "10 mg/h", "IV", "continuous", (0, 0)), med("metoprolol succinate", "100 mg", "oral", "daily", (1, 9)), med("apixaban", "5 mg", "oral", "twice daily", (0, 9))],
        studies: &[heart_study("12-lead electrocardiogram", 0, "Atrial fibrillation, ventricular rate {lab0:HR} per minute. QRS 88 ms, no pre-excitation. Nonspecific ST-T change.", "Atrial fibrillation with rapid ventricular response."), heart_study("Transthoracic echocardiogram", 1, "Ejection fraction {#lvef:55-62}%. Left atrium mildly enlarged. No significant valve disease.", "Normal systolic function, mild left atrial enlargement.")],
        problems: &[("Paroxysmal atrial fibrillation with RVR", "<20>Diltiazem infusion, titrate to rate below 110. CHA2DS2-VASc {#cha:3-5}, apixaban continued.||Diltiazem infusion [stopped|weaned off]; metoprolol increased. CHA2DS2-VASc {#cha:3-5}, apixaban continued. [Rhythm control to be discussed with electrophysiology.|]"), ("Hypertension", "Last {bp}; amlodipine held while on diltiazem.")],
        days: &["Converted to sinus rhythm [overnight|at 03:40] on diltiazem. [Feels well.|No further palpitations.]", "Sinus rhythm on telemetry, heart rate {lab:HR}. No lightheadedness on standing."],
        course: &["{name} was rate controlled with intravenous diltiazem and converted spontaneously to sinus rhythm.", "Metoprolol succinate was increased to 100 mg. Anticoagulation with apixaban continued without interruption.", "Echocardiogram with preserved ejection fraction."],
        after: "Cardiology in 2 weeks with a rhythm monitor. Limit alcohol.",
        ..BLANK
    },
];
