//! Around a procedure: consent, anaesthesia, reports, pathology, imaging, autopsy.

use super::Note;
use crate::demo::scenario::{Proc, Study};
use crate::demo::scene::{Scene, Style};
use crate::domain::time::Instant;

/// A procedure of the chart with the people and hours its reports name.
pub(in crate::demo) struct Operation {
    pub proc: &'static Proc,
    pub start: Instant,
    pub end: Instant,
    pub surgeon: usize,
    pub assistant: Option<usize>,
    pub anesthetist: usize,
}

impl Operation {
    fn assistant(&self, scene: &Scene) -> String {
        self.assistant
            .map_or_else(|| "None".to_owned(), |a| scene.story.staff(a).signature())
    }

    fn surgeon(&self, scene: &Scene) -> String {
        scene.story.staff(self.surgeon).signature()
    }

    fn anesthesia(&self) -> &'static str {
        if self.proc.anesthesia.is_empty() {
            "moderate sedation with local anesthetic"
        } else {
            self.proc.anesthesia
        }
    }

    /// Blood loss, the same in every report.
    fn blood(&self, scene: &Scene) -> i64 {
        let (low, high) = self.proc.blood_ml;
        let drawn = scene.story.rng.fork("ebl").range(low, high);
        if drawn > 20 { drawn / 5 * 5 } else { drawn }
    }
}

/// Full operative report.
pub(in crate::demo) fn operative_report(
    scene: &Scene,
    number: u64,
    operation: &Operation,
) -> String {
    let proc = operation.proc;
    let mut note = Note::new(scene, "op", number);
    note.head("Operative Report", "Op report");
    note.section("Date of Procedure", "Date");
    let times = format!(
        "{}, {} to {}.",
        scene.day(operation.start),
        scene.clock(operation.start),
        scene.clock(operation.end)
    );
    note.raw(&times);
    note.section("Preoperative Diagnosis", "Preop dx");
    note.add(proc.before);
    note.section("Postoperative Diagnosis", "Postop dx");
    note.add(proc.after);
    note.section("Procedure", "Procedure");
    note.add(proc.title);
    note.section("Surgeon and Assistants", "Surgeon");
    note.raw(&format!(
        "{}. Assistant: {}.",
        operation.surgeon(scene),
        operation.assistant(scene)
    ));
    note.section("Anesthesia", "Anes");
    note.add(&format!("{}.", sentence(operation.anesthesia())));
    note.section("Indications", "Indication");
    note.add("{name} is {aage} {man} with {dx}. [Risks including bleeding, infection and injury to adjacent structures were discussed and consent obtained.|The procedure, its risks and the alternatives were explained and {he} wished to proceed.]");
    note.section("Findings", "Findings");
    note.add(proc.findings);
    note.section("Description of Procedure", "Details");
    note.add("[The patient was identified in preoperative holding and brought to the operating room.|After informed consent {he} was taken to the procedure room.] A time-out was performed[ with the whole team|].[ Antibiotics were given within 60 minutes of incision.|]");
    note.sentences(proc.steps);
    note.add("[Counts were correct twice.|All counts were reported correct.] {He} [tolerated the procedure well|was transferred to recovery in stable condition].");
    note.section(
        "Estimated Blood Loss, Specimens, Complications",
        "EBL/Spec/Compl",
    );
    note.raw(&format!(
        "EBL {} mL. Specimens: {}. ",
        operation.blood(scene),
        proc.specimen
    ));
    note.add("[Complications: none.|No complications.] [Drains: none.|Implants as recorded.|]");
    note.finish()
}

/// Brief operative note with every required element.
pub(in crate::demo) fn brief_note(scene: &Scene, number: u64, operation: &Operation) -> String {
    let proc = operation.proc;
    let mut note = Note::new(scene, "brief", number);
    note.head("Brief Operative Note", "Brief op note");
    let surgeon = operation.surgeon(scene);
    let assistant = operation.assistant(scene);
    let blood = operation.blood(scene);
    for (label, words) in [
        ("Procedure", proc.title),
        ("Preop diagnosis", proc.before),
        ("Postop diagnosis", proc.after),
        ("Surgeon", &surgeon),
        ("Assistants", &assistant),
        ("Anesthesia", operation.anesthesia()),
        ("Findings", proc.findings),
        ("Specimens", proc.specimen),
    ] {
        note.line(&format!("{label}: {words}"));
    }
    note.line(&format!("EBL: {blood} mL"));
    note.line("Complications: none. [Condition: stable to PACU.|Extubated, to recovery.|Disposition: recovery room.] [Full report dictated.|Full report to follow.]");
    note.finish()
}

/// Note on a bedside procedure.
pub(in crate::demo) fn procedure_note(scene: &Scene, number: u64, operation: &Operation) -> String {
    let proc = operation.proc;
    let mut note = Note::new(scene, "procedure", number);
    note.head("Procedure Note", "Procedure");
    note.section("Procedure", "Procedure");
    note.add(proc.title);
    note.section("Indication and Consent", "Indication");
    note.add(proc.before);
    note.add(". [Verbal consent obtained after discussing risks and alternatives.|Written consent on chart.] Time-out at {before:20}.");
    note.section("Findings", "Findings");
    note.add(proc.findings);
    note.section("Technique", "Technique");
    note.sentences(proc.steps);
    note.raw(&format!(" Blood loss {} mL.", operation.blood(scene)));
    note.add("[No complications.|Complications: none.] Performed by {me}.");
    note.finish()
}

/// Preanaesthesia evaluation.
pub(in crate::demo) fn anesthesia_before(
    scene: &Scene,
    number: u64,
    operation: &Operation,
) -> String {
    let mut note = Note::new(scene, "pre", number);
    note.head("Preanesthesia Evaluation", "Anes preop");
    note.section("Planned Procedure", "Procedure");
    note.add(operation.proc.title);
    note.section("Evaluation", "Eval");
    note.add("{Aage} {man}, {lab0:WT} kg, BMI {lab0:BMI}. ASA class {#asa:1-3}. [NPO {#npo:8-12} hours.|NPO since midnight.] {vs}.");
    note.past();
    note.line("Airway: Mallampati {#mal:1-3}, [thyromental distance over 6 cm|good neck extension], [teeth intact|no loose teeth]. Prior anesthesia [without problem|uneventful]. No family history of malignant hyperthermia.");
    note.section("Plan", "Plan");
    note.add(&format!("{}. ", sentence(operation.anesthesia())));
    note.add("Risks including sore throat, [aspiration|awareness], nausea and dental injury discussed; questions answered, patient agrees.");
    note.finish()
}

/// Anaesthesia record.
pub(in crate::demo) fn anesthesia_record(
    scene: &Scene,
    number: u64,
    operation: &Operation,
) -> String {
    let mut note = Note::new(scene, "record", number);
    note.head("Anesthesia Record", "Anes record");
    let start = scene.clock(operation.start.plus_seconds(-1_500));
    let stop = scene.clock(operation.end.plus_seconds(720));
    note.line(&format!(
        "Procedure: {}. Technique: {}.",
        operation.proc.title,
        sentence(operation.anesthesia())
    ));
    note.line(&format!(
        "Anesthesia start {start}, incision {}, closure {}, anesthesia end {stop}.",
        scene.clock(operation.start),
        scene.clock(operation.end)
    ));
    note.line("Agents: [propofol {n:120-180} mg, fentanyl {n:50-150} mcg, rocuronium {n:40-60} mg, sevoflurane|propofol infusion {n:60-120} mcg/kg/min, fentanyl {n:25-75} mcg, dexmedetomidine]. [Ondansetron 4 mg, dexamethasone 4 mg.|Antiemetic prophylaxis given.]");
    note.line("Heart rate {n:58-70}-{n:74-88}, systolic {n:98-108}-{n:124-140}, SpO2 98-100%, end-tidal CO2 {n:33-36}-{n:37-40}, temperature {n:36-36}.{n:2-8} °C.");
    note.line(&format!(
        "Crystalloid {{n:600-1400}} mL, EBL {} mL. [Uneventful course.|No intraoperative events.]",
        operation.blood(scene)
    ));
    note.finish()
}

/// Postanaesthesia evaluation.
pub(in crate::demo) fn anesthesia_after(scene: &Scene, number: u64) -> String {
    let mut note = Note::new(scene, "post", number);
    note.head("Postanesthesia Evaluation", "Anes postop");
    note.raw("\n\n");
    note.sentences(&[
        "[Seen in recovery|Evaluated at the bedside] at {clock}. Airway patent, respiratory rate {n:13-18}, SpO2 {n:95-99}%.",
        "Heart rate {n:62-84}, blood pressure {n:108-134}/{n:62-80}, temperature {n:36-36}.{n:3-8} °C. Mental status [at baseline|awake and oriented].",
        "Pain {n:1-4}/10, [no nausea|mild nausea treated]. Hydration adequate. [No apparent anesthetic complications.|No complications of anesthesia.]",
    ]);
    note.finish()
}

/// Informed consent form as text.
pub(in crate::demo) fn consent(scene: &Scene, number: u64, operation: &Operation) -> String {
    let mut note = Note::new(scene, "consent", number);
    note.head("Informed Consent for Procedure", "Consent");
    note.raw("\n\n");
    note.add("I, {full}, authorize");
    note.raw(&format!(
        " {} and assistants to perform: {}.",
        operation.surgeon(scene),
        operation.proc.title
    ));
    note.add("[The nature of the procedure, its expected benefits, risks such as bleeding, infection, injury and need for further surgery, and the alternatives including no treatment have been explained to me.|My physician explained what will be done, why, the risks and the other choices.] [I consent to blood products if needed.|Blood products: accepted.] My questions were answered.");
    note.line("Signed by patient {stamp}. Witness: [RN on duty|unit nurse].");
    note.finish()
}

/// Imaging report or tracing.
pub(in crate::demo) fn imaging(scene: &Scene, number: u64, study: &Study) -> String {
    let mut note = Note::new(scene, "imaging", number);
    note.head(study.title, study.title);
    note.section("Indication", "Indication");
    note.add("{reason}.");
    if !study.technique.is_empty() {
        note.section("Technique", "Technique");
        note.add(study.technique);
        note.section("Comparison", "Comparison");
        note.add("[None.|None available.|{ago:410}.|{ago:93}.]");
    }
    note.section("Findings", "Findings");
    note.add(study.findings);
    note.section("Impression", "Impression");
    note.add(study.impression);
    note.add("[\nRead at {clock}.|\nInterpreted {stamp}.|]");
    note.finish()
}

/// Surgical pathology report.
pub(in crate::demo) fn pathology(scene: &Scene, number: u64, operation: &Operation) -> String {
    let proc = operation.proc;
    let mut note = Note::new(scene, "path", number);
    note.head("Surgical Pathology Report", "Surg path");
    note.section("Specimen", "Specimen");
    note.add(&format!(
        "{}, received [fresh|in formalin] on {}. Case S{{#pathno:20-29}}-{{#pathseq:1000-29999}}.",
        proc.specimen,
        scene.day(operation.end)
    ));
    note.section("Clinical History", "History");
    note.add(proc.before);
    note.section("Gross Description", "Gross");
    note.add("[The specimen, labeled with the patient's name and number, measures {n:3-14} x {n:2-6} x {n:1-4} cm.|Received labeled with two identifiers, {n:3-14} cm in greatest dimension.] [Sectioned and representatively submitted in {n:2-9} cassettes.|Inked, serially sectioned, {n:2-9} blocks.]");
    note.section("Diagnosis", "Dx");
    note.add(proc.pathology);
    note.finish()
}

/// Autopsy report.
pub(in crate::demo) fn autopsy(scene: &Scene, number: u64) -> String {
    let mut note = Note::new(scene, "autopsy", number);
    note.head("Autopsy Report", "Autopsy");
    note.section("Clinical Summary", "Clinical");
    note.add("{Aage} {man} admitted {admitd} with {dx}, died {endd}.");
    note.section("Gross and Microscopic Findings", "Findings");
    note.add("Heart {n:340-460} g, [moderate coronary atherosclerosis|coronaries patent]. Lungs together {n:1100-1600} g, firm. Liver {n:1200-1600} g, unremarkable. Brain {n:1150-1350} g without focal lesion.");
    note.section("Cause of Death", "Cause");
    note.add("{^dx}.");
    if scene.style != Style::Terse {
        note.line("Examination performed by {me}.");
    }
    note.finish()
}

/// With a capital.
fn sentence(words: &str) -> String {
    let (first, rest) = words.split_at(words.len().min(1));
    format!("{}{rest}", first.to_uppercase())
}
