//! Surgical stays: hip fracture, appendix, gallbladder, colon, prostate.

use super::{BLANK, OPERATION, Ask, Proc, Scenario, dx, exempt, med, study};
use crate::demo::measure::c;

#[rustfmt::skip]
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        id: "hip_fracture", service: "ORTH", weight: 12, ages: (68, 95), stay: (98, 180),
        reason: "[Right hip pain after a fall|Fall, unable to walk|Ground-level fall with right hip pain]",
        diagnosis: "displaced right femoral neck fracture",
        words: &[("blood", "Hemoglobin stable at {lab:HGB} g/dL."), ("skin", "Skin intact over sacrum and heels."), ("mind", "Oriented, at baseline cognition."), ("kidney", "")],
        dx: &[dx("S72.001A", "Fracture of unspecified part of neck of right femur, initial encounter for closed fracture"), dx("M81.0", "Age-related osteoporosis without current pathological fracture"), dx("I10", "Essential (primary) hypertension"), dx("W18.30XA", "Fall on same level, unspecified, initial encounter")],
        history: &["osteoporosis", "hypertension", "[cataract surgery in {year:4}|macular degeneration]"],
        home: &["calcium with vitamin D", "hydrochlorothiazide 12.5 mg daily", "alendronate 70 mg weekly"],
        hpi: &["{Aage} {man} who [tripped over a rug|slipped on the bathroom floor|lost {his} footing on the porch step] {~when:this morning/last evening/at noon} and landed on the right side.", "[Immediate groin pain, could not bear weight.|{He} could not get up and lay on the floor for {#floor:20-90} minutes.]", "No head strike, no loss of consciousness, no dizziness or palpitations before the fall. Not on anticoagulants.", "[Walks with a cane at baseline, lives alone.|Community ambulator, lives with {~who:a son/a spouse/a sister}.]"],
        ros: "Positive for right hip pain. Denies headache, neck pain, chest pain, dyspnea, urinary symptoms, numbness.",
        exam: &[("Extremities", "Right leg shortened and externally rotated, [hip tender, range of motion not tested|pain with log roll]; dorsalis pedis pulses 2+, toes move, sensation intact"), ("Neurologic", "{mind}"), ("Skin", "{skin}")],
        results: &["Radiographs: displaced right femoral neck fracture.", "Hemoglobin {lab0:HGB}, creatinine {lab0:CREAT}. ECG sinus rhythm without acute change."],
        courses: &[c("GLU", &[(0.0, 118.0), (3.0, 108.0)])],
        meds: &[med("acetaminophen", "1 g", "oral", "every 8 hours", (0, 8)), med("oxycodone", "2.5 mg", "oral", "every 4 hours as needed", (0, 5)), med("cefazolin", "2 g", "IV", "every 8 hours", (1, 1)), med("enoxaparin", "40 mg", "subcutaneous", "daily", (1, 9)), med("senna", "8.6 mg", "oral", "twice daily", (1, 9))],
        procedures: &[Proc {
            title: "Right hip hemiarthroplasty", code: "0SRR0JA", hour: (14, 26), minutes: (60, 100), anesthesia: "spinal with sedation", before: "Displaced right femoral neck fracture", after: "Displaced right femoral neck fracture", findings: "Displaced subcapital fracture, femoral head diameter {#head:46-52} mm, acetabular cartilage intact. Stable through a full range of motion, leg lengths equal.",
            steps: &["The patient was placed in the left lateral position, bony prominences padded, and the right hip prepared and draped.", "[A posterolateral approach was used.|Through a direct lateral approach the abductors were split and the capsule opened in a T.]", "The femoral head was removed with a corkscrew and sized at {#head:46-52} mm.", "The canal was broached to size {#stem:3-7}; a [cemented|press-fit] stem was inserted with {n:10-15} degrees of anteversion.", "A unipolar head was reduced; stability, length and offset were satisfactory.", "The wound was irrigated with 3 L of saline, the capsule and rotators repaired with No. 5 braided suture, fascia and skin closed in layers."],
            blood_ml: (150, 250), specimen: "Right femoral head", pathology: "Femoral head, right, arthroplasty: fracture with hemorrhage and reactive change; trabecular bone loss consistent with osteoporosis. No evidence of malignancy.", ..OPERATION
        }],
        consults: &[Ask { service: "MED", question: "Preoperative medical evaluation and comanagement", findings: &["Functional capacity about 4 METs before the fall.", "Heart regular without murmur, lungs clear, blood pressure {bp}.", "RCRI {#rcri:0-1}."], impression: "[Acceptable|Low to intermediate] risk; no further cardiac testing needed before surgery.", advice: &["Proceed to surgery within 24-48 hours", "Hold hydrochlorothiazide", "Delirium precautions: glasses, sleep, avoid benzodiazepines", "Bone health clinic after discharge"] }],
        studies: &[study("Pelvis and right hip radiographs", 0, "AP pelvis, AP and cross-table lateral right hip.", "Displaced subcapital fracture of the right femoral neck with varus angulation. Pubic rami intact. Diffuse osteopenia.", "Displaced right femoral neck fracture."), study("Right hip radiograph, postoperative", 1, "Portable AP.", "Right hip hemiarthroplasty in anatomic alignment. No periprosthetic fracture. Expected soft tissue gas.", "Satisfactory postoperative appearance.")],
        problems: &[("Displaced right femoral neck fracture", "[Hemiarthroplasty|Right hip hemiarthroplasty], weight bearing as tolerated with posterior precautions, [PT/OT daily|out of bed with therapy]. {blood} {kidney}"), ("Pain", "[Scheduled acetaminophen, low-dose oxycodone for breakthrough|Multimodal, opioid sparing]."), ("Osteoporosis with fragility fracture", "[Vitamin D level sent.|Calcium and vitamin D.] Bone clinic referral."), ("Hypertension", "Hydrochlorothiazide held, last {bp}. {mind}")],
        days: &["[Pain {n:3-5}/10 at rest.|Rested with position changes.] {mind} {skin} Awaiting or just after surgery.", "[Sat at the edge of the bed with therapy.|Stood with a walker.] Dressing dry. {blood} {mind}", "Walked {#feet:20-60} feet with walker. [Bowels moved.|Passing gas.] {blood} {skin}"],
        course: &["{name} sustained a displaced right femoral neck fracture in a ground-level fall and underwent hemiarthroplasty without complication.", "{blood} {kidney} [Enoxaparin was given for thromboprophylaxis, to continue for 35 days.|Thromboprophylaxis with enoxaparin continues for 35 days.]", "{mind} {skin} Therapy recommended [a skilled nursing facility|inpatient rehabilitation]."],
        after: "Weight bearing as tolerated. Staples out in 14 days. Orthopedic clinic in 2 weeks.",
        ..BLANK
    },
    Scenario {
        id: "appendectomy", service: "SURG", weight: 10, ages: (18, 62), stay: (26, 44),
        reason: "[Right lower quadrant pain|Abdominal pain moving to the right]",
        diagnosis: "acute uncomplicated appendicitis",
        words: &[],
        dx: &[dx("K35.80", "Unspecified acute appendicitis")],
        history: &["[none|no chronic illness]"],
        home: &["none"],
        hpi: &["{Aage} {man} with {#hours:14-36} hours of abdominal pain that [began around the umbilicus and moved|migrated] to the right lower quadrant.", "[Anorexia and nausea, one emesis.|{He} skipped dinner and vomited once.]", "Denies diarrhea, dysuria, hematuria. Last meal {#meal:8-14} hours ago. [Car ride bumps hurt.|]"],
        ros: "Positive for abdominal pain, nausea and anorexia. Denies chills, chest pain, cough, urinary symptoms.",
        exam: &[("Abdomen", "Soft, [tender at McBurney's point with guarding|focal right lower quadrant tenderness], [positive Rovsing sign|rebound present], no mass")],
        results: &["WBC {lab0:WBC}. CT with a {#appx:9-13} mm appendix, no abscess."],
        courses: &[c("WBC", &[(0.0, 14.1), (1.0, 10.2)]), c("TEMP", &[(0.0, 37.7), (1.0, 36.9)]), c("HR", &[(0.0, 86.0), (1.0, 74.0)])],
        meds: &[med("ceftriaxone", "2 g", "IV", "once", (0, 0)), med("metronidazole", "500 mg", "IV", "once", (0, 0)), med("ondansetron", "4 mg", "IV", "every 6 hours as needed", (0, 1)), med("ketorolac", "15 mg", "IV", "every 6 hours", (0, 1))],
        procedures: &[Proc {
            title: "Laparoscopic appendectomy", code: "0DTJ4ZZ", hour: (5, 9), minutes: (35, 65), emergency: true, before: "Acute appendicitis", after: "Acute appendicitis, not perforated", findings: "[Hyperemic, distended appendix|Inflamed, edematous appendix], no perforation, scant clear fluid in the pelvis. Cecum and terminal ileum normal.",
            steps: &["[A Veress needle|An open Hasson technique] was used at the umbilicus and pneumoperitoneum of 15 mmHg obtained; two further 5 mm ports were placed.", "The appendix was identified at the confluence of the taeniae and elevated.", "The mesoappendix was divided with [an energy device|a vascular stapler], the base with a 45 mm stapler; the staple line was intact and dry.", "The specimen was placed in a bag and removed through the umbilicus. The pelvis was suctioned.", "Ports were removed under vision, fascia closed with 0 polyglactin, skin with 4-0 monofilament."],
            blood_ml: (5, 15), specimen: "Appendix", pathology: "Appendix, appendectomy: acute suppurative appendicitis with periappendicitis. No neoplasm identified.", ..OPERATION
        }],
        consults: &[],
        studies: &[study("CT of the abdomen and pelvis with contrast", 0, "Portal venous phase after 100 mL iodinated contrast.", "Appendix dilated to {#appx:9-13} mm with wall enhancement and periappendiceal fat stranding. No extraluminal gas, no abscess. Remaining bowel normal.", "Acute uncomplicated appendicitis.")],
        problems: &[("Acute appendicitis", "[Laparoscopic appendectomy today, NPO, fluids, ceftriaxone and metronidazole|To the operating room for laparoscopic appendectomy after antibiotics]."), ("Pain and nausea", "Ketorolac and ondansetron as ordered.")],
        days: &["[Tolerating diet, pain {n:2-4}/10 on oral medication.|Sore at the umbilicus, eating breakfast.] Incisions [clean and dry|intact]. Ready for discharge. Final note of the stay."],
        course: &["{name} underwent uncomplicated laparoscopic appendectomy on the day of admission.", "[Diet was advanced the same evening|{He} ate that evening] and pain was controlled with oral medication."],
        after: "No lifting over 10 kg for 2 weeks. Surgery clinic in 2 weeks. Return for fever, worsening pain, wound redness.",
        ..BLANK
    },
    Scenario {
        id: "cholecystectomy", service: "SURG", weight: 9, ages: (26, 78), stay: (50, 92),
        reason: "[Right upper quadrant pain|Upper abdominal pain after meals]",
        diagnosis: "acute calculous cholecystitis",
        words: &[],
        dx: &[dx("K80.00", "Calculus of gallbladder with acute cholecystitis without obstruction")],
        history: &["[biliary colic over the past year|known gallstones]", "gastroesophageal reflux"],
        home: &["famotidine 20 mg nightly"],
        hpi: &["{Aage} {man} with {#dur:1-3} days of [constant|steady] right upper quadrant pain [radiating to the right shoulder blade|that began after a fatty meal].", "[Several shorter attacks in the past months.|Previous attacks settled within two hours; this one did not.] Nausea, {#eme:1-3} episodes of bilious emesis.", "Denies jaundice, dark urine, pale stools, chest pain."],
        ros: "Positive for abdominal pain and nausea. Denies cough, dyspnea, diarrhea, dysuria.",
        exam: &[("Abdomen", "Soft, [right upper quadrant tender with positive Murphy sign|Murphy sign present], no peritonitis"), ("Skin", "No jaundice")],
        results: &["Ultrasound: stones, wall {#wall:4-6} mm, sonographic Murphy sign, common duct {#duct:3-5} mm.", "Bilirubin {lab0:TBILI}, ALT {lab0:ALT}, lipase {lab0:LIPASE}."],
        courses: &[c("WBC", &[(0.0, 13.2), (2.0, 9.0)]), c("TBILI", &[(0.0, 0.9)]), c("ALT", &[(0.0, 40.0)]), c("AST", &[(0.0, 34.0)]), c("ALP", &[(0.0, 104.0)]), c("LIPASE", &[(0.0, 32.0)]), c("TEMP", &[(0.0, 37.6), (2.0, 36.8)]), c("HR", &[(0.0, 86.0), (2.0, 74.0)])],
        meds: &[med("piperacillin-tazobactam", "3.375 g", "IV", "every 6 hours", (0, 1)), med("ondansetron", "4 mg", "IV", "every 6 hours as needed", (0, 2)), med("acetaminophen", "1 g", "oral", "every 8 hours", (1, 4)), med("oxycodone", "5 mg", "oral", "every 4 hours as needed", (1, 3))],
        procedures: &[Proc {
            title: "Laparoscopic cholecystectomy", code: "0FT44ZZ", hour: (18, 28), minutes: (50, 95), before: "Acute calculous cholecystitis", after: "Acute calculous cholecystitis", findings: "[Distended, edematous gallbladder with omental adhesions|Tense gallbladder, wall thickened], multiple stones. Critical view of safety obtained. No bile leak.",
            steps: &["Pneumoperitoneum was obtained at the umbilicus and four ports were placed.", "[The gallbladder was decompressed with a needle to allow grasping.|Omental adhesions were taken down bluntly.]", "The hepatocystic triangle was cleared; two structures only were seen entering the gallbladder and the critical view was photographed.", "Cystic duct and artery were clipped twice proximally, once distally, and divided.", "The gallbladder was removed from the liver bed with cautery, hemostasis was complete, and the specimen was extracted in a bag.", "The umbilical fascia was closed with 0 polyglactin and skin with absorbable suture."],
            blood_ml: (15, 50), specimen: "Gallbladder with stones", pathology: "Gallbladder, cholecystectomy: acute and chronic cholecystitis with cholelithiasis. Negative for dysplasia.", ..OPERATION
        }],
        consults: &[Ask { service: "GI", question: "Is ductal imaging needed before cholecystectomy?", findings: &["Bilirubin {lab0:TBILI} mg/dL, alkaline phosphatase {lab0:ALP} U/L, common duct {#duct:3-5} mm."], impression: "Low probability of common duct stones.", advice: &["No MRCP or ERCP", "Proceed with cholecystectomy", "Repeat liver tests after surgery"] }],
        studies: &[study("Ultrasound, right upper quadrant", 0, "Real-time grayscale and color Doppler.", "Multiple shadowing stones, wall {#wall:4-6} mm with pericholecystic fluid, sonographic Murphy sign positive. Common duct {#duct:3-5} mm. Liver normal.", "Acute calculous cholecystitis. Normal common duct.")],
        problems: &[("Acute calculous cholecystitis", "[Antibiotics, NPO, laparoscopic cholecystectomy this admission|Laparoscopic cholecystectomy within 24-48 hours, antibiotics until then]."), ("GERD", "Famotidine continued.")],
        days: &["[Pain controlled, NPO for surgery.|Murphy sign still present, comfortable with analgesia.]", "Postoperative. [Tolerating clear liquids|Eating a low-fat diet], incisions dry, passing gas."],
        course: &["{name} was treated for acute calculous cholecystitis with antibiotics and laparoscopic cholecystectomy; the critical view of safety was obtained.", "[Diet advanced without nausea.|Recovery was uneventful.] Liver tests stayed normal; antibiotics were stopped after surgery."],
        after: "Low-fat diet as tolerated. Surgery clinic in 2 weeks, no heavy lifting for 2 weeks.",
        ..BLANK
    },
    Scenario {
        id: "colectomy", service: "SURG", weight: 7, ages: (48, 84), stay: (100, 190), emergency: false,
        reason: "[Elective sigmoid colectomy|Scheduled colon resection]",
        diagnosis: "adenocarcinoma of the sigmoid colon",
        words: &[("bowel", "Bowel function returned on schedule."), ("blood", "Hemoglobin {lab:HGB} g/dL, stable.")],
        dx: &[dx("C18.7", "Malignant neoplasm of sigmoid colon"), dx("E78.5", "Hyperlipidemia, unspecified")],
        history: &["sigmoid adenocarcinoma found at screening colonoscopy {#wksago:4-7} weeks ago", "hyperlipidemia"],
        home: &["simvastatin 20 mg nightly"],
        hpi: &["{Aage} {man} admitted electively for resection of a sigmoid adenocarcinoma found at [screening|surveillance] colonoscopy.", "[CT staging without liver or lung metastasis.|Staging CT was clear of distant disease.] CEA {#cea:2-5}.1 ng/mL.", "[Bowel habit unchanged, no visible bleeding.|Occasional narrow stools, no bleeding.] Weight stable, appetite good. Bowel preparation with oral antibiotics completed."],
        ros: "Denies abdominal pain, vomiting, melena, weight loss, chest pain, dyspnea.",
        exam: &[("Abdomen", "Soft, nontender, no mass, no hernia")],
        results: &["Hemoglobin {lab0:HGB}, creatinine {lab0:CREAT}, albumin {lab0:ALB}."],
        courses: &[c("ALB", &[(0.0, 4.0)]), c("WBC", &[(0.0, 7.0), (1.0, 11.2), (4.0, 8.0)]), c("HR", &[(0.0, 74.0), (1.0, 84.0), (4.0, 74.0)])],
        meds: &[med("cefazolin", "2 g", "IV", "once", (0, 0)), med("metronidazole", "500 mg", "IV", "once", (0, 0)), med("acetaminophen", "1 g", "oral", "every 8 hours", (0, 6)), med("alvimopan", "12 mg", "oral", "twice daily", (0, 3)), med("enoxaparin", "40 mg", "subcutaneous", "daily", (1, 8)), med("oxycodone", "5 mg", "oral", "every 4 hours as needed", (1, 5))],
        procedures: &[Proc {
            title: "Laparoscopic sigmoid colectomy with primary anastomosis", code: "0DTN4ZZ", hour: (2, 4), minutes: (130, 210), before: "Adenocarcinoma of the sigmoid colon", after: "Adenocarcinoma of the sigmoid colon", findings: "Tattooed lesion of the mid sigmoid, no serosal involvement, no peritoneal or liver disease. Airtight anastomosis.",
            steps: &["In modified lithotomy the abdomen was prepared; a 12 mm umbilical and three working ports were placed.", "The inferior mesenteric vessels were isolated medially, the left ureter identified and protected, and the pedicle divided with a stapler.", "The descending colon was mobilized, the splenic flexure [partly|fully] taken down.", "The rectosigmoid was divided with two firings of a 60 mm stapler and the specimen extracted through a protected [Pfannenstiel|left lower quadrant] incision.", "An end-to-end anastomosis was made with a 29 mm circular stapler; two complete rings; the leak test with air was negative.", "Fascia and skin were closed in layers."],
            blood_ml: (60, 120), specimen: "Sigmoid colon with mesocolon, anastomotic rings", pathology: "Sigmoid colon, resection: moderately differentiated adenocarcinoma, invading through muscularis propria into pericolic fat (pT3). Margins negative. {#nodes:15-24} lymph nodes, none involved (pN0).", ..OPERATION
        }],
        consults: &[],
        studies: &[],
        problems: &[("Sigmoid adenocarcinoma, after laparoscopic colectomy", "[Enhanced recovery pathway: early feeding, ambulation|ERAS pathway]. {bowel} {blood} [Catheter out on day 1.|]"), ("Pain", "[TAP block plus scheduled acetaminophen|Multimodal analgesia], oxycodone only for breakthrough."), ("Thromboprophylaxis", "Enoxaparin, extended to 28 days.")],
        days: &["[Pain {n:3-4}/10, up to chair.|Up in the chair, no nausea.] Abdomen soft. {blood}", "{bowel} Incisions clean. Walking {n:3-5} times a day.", "[Low-residue diet.|Ate most of lunch.] {bowel} [Pathology discussed.|Pathology pending.]"],
        course: &["{name} underwent elective laparoscopic sigmoid colectomy for adenocarcinoma without intraoperative complication.", "{bowel} {blood}", "Pathology: pT3 pN0, {#nodes:15-24} nodes negative, margins clear. The tumor board will review."],
        after: "Low-residue diet for 2 weeks. Enoxaparin to complete 28 days. Surgery clinic in 2 weeks, oncology referral.",
        ..BLANK
    },
    Scenario {
        id: "prostatectomy", service: "URO", weight: 5, ages: (54, 76), sex: Some(crate::domain::people::Sex::Male), stay: (26, 44), emergency: false,
        reason: "[Elective prostatectomy|Scheduled robotic prostatectomy]",
        diagnosis: "prostate adenocarcinoma, Gleason 3+4",
        words: &[],
        dx: &[dx("C61", "Malignant neoplasm of prostate"), dx("I10", "Essential (primary) hypertension")],
        history: &["prostate adenocarcinoma, Gleason 3+4, PSA {#psa:5-9}.2", "hypertension"],
        home: &["losartan 50 mg daily"],
        hpi: &["{Aage} man with biopsy-proven prostate cancer, Gleason 3+4 in {#cores:3-6} of 12 cores, [clinical stage T1c|cT2a], admitted for robotic prostatectomy.", "[Alternatives including radiation and surveillance were reviewed in clinic.|He chose surgery after discussing radiation and surveillance.]", "Denies hematuria, bone pain, weight loss. Mild nocturia."],
        ros: "Positive for nocturia. Denies dysuria, chest pain, dyspnea, edema.",
        exam: &[("Genitourinary", "Prostate {#pvol:35-55} g, no induration")],
        results: &["MRI: PI-RADS 4 lesion, no extraprostatic extension."],
        courses: &[],
        meds: &[med("cefazolin", "2 g", "IV", "once", (0, 0)), med("ketorolac", "15 mg", "IV", "every 6 hours", (0, 1)), med("oxybutynin", "5 mg", "oral", "every 8 hours as needed", (0, 1))],
        procedures: &[Proc {
            title: "Robotic-assisted radical prostatectomy", code: "0VT04ZZ", hour: (2, 4), minutes: (140, 210), before: "Prostate adenocarcinoma", after: "Prostate adenocarcinoma", findings: "Prostate {#pvol:35-55} g. Bilateral nerve sparing possible. Watertight anastomosis at 180 mL.",
            steps: &["Six ports were placed in steep Trendelenburg and the robot docked.", "The bladder was dropped, endopelvic fascia opened and the dorsal venous complex controlled.", "The bladder neck was divided, seminal vesicles and vasa dissected, both neurovascular bundles released without cautery.", "The urethra was divided sharply; a running barbed-suture vesicourethral anastomosis was completed over an 18 French catheter and tested with 180 mL without leak.", "The specimen was extracted through the extended camera port and the fascia closed."],
            blood_ml: (80, 180), specimen: "Prostate and seminal vesicles", pathology: "Prostate, radical prostatectomy: adenocarcinoma, Gleason 3+4 (grade group 2), organ confined (pT2), margins negative.", ..OPERATION
        }],
        problems: &[("Prostate cancer, after robotic prostatectomy", "[Diet, ambulation, catheter to gravity for 7-10 days|Clear liquids then regular diet, catheter teaching]."), ("Hypertension", "Losartan resumed, last {bp}.")],
        days: &["[Slept well, pain {n:1-3}/10, urine pink and clear.|Bladder spasm once, urine clear.] Walking, tolerating diet. Catheter teaching done. Final note of the stay."],
        course: &["{name} underwent robotic radical prostatectomy with bilateral nerve sparing, uneventful.", "[{He} was walking the same evening.|Diet was tolerated on the evening of surgery.] Catheter care was taught."],
        after: "Catheter removal in 7-10 days in urology clinic. No lifting over 5 kg for 4 weeks.",
        ..BLANK
    },
    Scenario {
        id: "wound_abscess", service: "SURG", weight: 6, ages: (34, 78), stay: (74, 140),
        reason: "[Painful swelling of the right thigh|Right thigh abscess]",
        diagnosis: "right thigh abscess with surrounding cellulitis, type 2 diabetes with hyperglycemia",
        words: &[("debride", "[Excisional debridement|Sharp excisional debridement] of necrotic skin, subcutaneous tissue and fascia")],
        dx: &[dx("L02.415", "Cutaneous abscess of right lower limb"), dx("L03.115", "Cellulitis of right lower limb"), dx("E11.65", "Type 2 diabetes mellitus with hyperglycemia"), exempt("Z79.84", "Long term (current) use of oral hypoglycemic drugs")],
        history: &["type 2 diabetes mellitus", "[shingles in {year:2}|lumbar strain]"],
        home: &["metformin 1000 mg twice daily"],
        hpi: &["{Aage} {man} with {#dur:4-8} days of a [growing, painful lump|boil that grew] of the right lateral thigh, now draining [pus|foul fluid].", "[{He} tried warm compresses.|Completed 3 days of cephalexin without improvement.] Home glucose readings {#homeglu:210-290} mg/dL.", "Denies rigors, injection, trauma, pain out of proportion."],
        ros: "Positive for thigh pain and drainage. Denies vomiting, dyspnea, numbness.",
        exam: &[("Extremities", "Right lateral thigh: {#abx:5-8} x {#aby:3-5} cm fluctuant area with central necrosis, erythema {#ery:8-12} cm, no crepitus")],
        results: &["Glucose {lab0:GLU} mg/dL, hemoglobin A1c {lab0:A1C}%. WBC {lab0:WBC}."],
        courses: &[c("GLU", &[(0.0, 268.0), (2.0, 180.0), (5.0, 148.0)]), c("A1C", &[(0.0, 9.1)]), c("WBC", &[(0.0, 13.4), (2.0, 10.4), (4.0, 8.6)]), c("HR", &[(0.0, 86.0), (2.0, 76.0)])],
        meds: &[med("vancomycin", "15 mg/kg", "IV", "every 12 hours", (0, 2)), med("insulin lispro", "sliding scale", "subcutaneous", "with meals", (0, 6)), med("insulin glargine", "14 units", "subcutaneous", "nightly", (0, 6)), med("doxycycline", "100 mg", "oral", "twice daily", (3, 6))],
        procedures: &[Proc {
            title: "Incision, drainage and debridement of right thigh abscess", code: "0JBL0ZZ", hour: (6, 14), minutes: (30, 55), before: "Right thigh abscess", after: "Right thigh abscess with necrotic subcutaneous tissue", findings: "{#pus:30-70} mL of purulent fluid. {debride}, wound after debridement {#abx:5-8} x {#aby:3-5} x {n:2-3} cm. Muscle viable.",
            steps: &["An elliptical incision was made over the point of maximal fluctuance and the cavity was opened; cultures were taken.", "{debride} was done with [scalpel and curette|scalpel and scissors] until bleeding tissue was reached.", "Loculations were broken, the cavity irrigated with 2 L of saline and packed with moist gauze."],
            blood_ml: (15, 40), specimen: "Wound culture; debrided tissue", pathology: "Soft tissue, right thigh, debridement: acute inflammation with fat necrosis. No malignancy.", ..OPERATION
        }],
        consults: &[Ask { service: "ID", question: "Antibiotics for thigh abscess", findings: &["Wound culture: methicillin-susceptible Staphylococcus aureus.", "Erythema receding {n:2-4} cm inside the marked line."], impression: "Abscess with adequate source control.", advice: &["Stop vancomycin", "Doxycycline to complete 7 days", "No imaging unless fever recurs"] }],
        studies: &[],
        problems: &[("Right thigh abscess with cellulitis", "[Drained and debrided in the operating room, moist packing twice daily|Source control done], antibiotics by culture."), ("Type 2 diabetes with hyperglycemia", "A1c {lab:A1C}%. [Basal and correction insulin|Glargine 14 units with correction scale], glucose {trend:GLU}.")],
        days: &["[Thigh sore with packing changes.|Premedicated for dressing.] Glucose {lab:GLU} mg/dL.", "Erythema [receding|half gone], wound base red. Glucose {lab:GLU}."],
        course: &["{name} was taken to the operating room for drainage. {debride} was done.", "Culture grew methicillin-susceptible Staphylococcus aureus; vancomycin was changed to doxycycline.", "Glucose was brought from {lab0:GLU} to {lab:GLU} mg/dL with basal insulin, to be continued at home."],
        after: "Moist dressing daily by home nursing. Surgery clinic in 1 week, {pcp} for diabetes in 2 weeks.",
        ..BLANK
    },
];

