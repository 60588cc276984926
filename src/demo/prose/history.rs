//! First encounters: history and physical, its update, ED record, consultation, clinic note.

use super::{Note, bank};
use crate::demo::scenario::Ask;
use crate::demo::scene::{Scene, Style};

/// History and physical.
pub(in crate::demo) fn history_and_physical(scene: &Scene, number: u64) -> String {
    let mut note = Note::new(scene, "hp", number);
    let title = if note.rng.chance(50) {
        "History and Physical"
    } else {
        "Admission History & Physical"
    };
    note.head(title, "H&P");
    note.section("Chief Complaint", "CC");
    note.add("{reason}.");
    note.section("History of Present Illness", "HPI");
    note.sentences(scene.story.scenario.hpi);
    background(&mut note);
    note.section("Review of Systems", "ROS");
    note.add(scene.story.scenario.ros);
    examination(&mut note, true);
    data(&mut note);
    note.section("Assessment and Plan", "A/P");
    note.add("[{Aage} {man} with|{name} is {aage} {man} with] {dx}.");
    problems(&mut note);
    let closing = note.rng.pick(bank::CLOSING);
    note.line(closing);
    note.finish()
}

/// Past, medications, allergies, family and social history.
fn background(note: &mut Note) {
    let story = note.scene.story;
    let scenario = story.scenario;
    note.section("Past Medical History", "PMH");
    note.past();
    note.section("Past Surgical History", "PSH");
    let past = story.rng.fork("psh").pick(bank::PAST_SURGERY);
    note.sentences(&[past]);
    note.section("Home Medications", "Home meds");
    let drugs = story.pool.iter().map(|c| c.drug);
    let own = scenario.home.iter().copied();
    if story.pool.is_empty() {
        note.items(own);
    } else {
        note.items(own.filter(|h| !h.contains("none")).chain(drugs));
    }
    note.section("Allergies", "All");
    let allergies = story.rng.fork("allergies").pick(bank::ALLERGIES);
    note.add(allergies);
    note.section("Family History", "FH");
    let family = story.rng.fork("family").pick(bank::FAMILY);
    note.sentences(&[family]);
    note.section("Social History", "SH");
    let table = if story.person.age < 16 {
        bank::SOCIAL_CHILD
    } else {
        bank::SOCIAL
    };
    let social = story.rng.fork("social").pick(table);
    note.sentences(&[social]);
}

/// Vital signs and examination; all systems or the telling ones.
pub(super) fn examination(note: &mut Note, all: bool) {
    let scenario = note.scene.story.scenario;
    note.section("Physical Examination", "PE");
    note.add("[Vitals: {vs}.|Vital signs {vs}.|{vs}.]");
    if all && note.rng.chance(60) {
        note.add("Weight {lab0:WT} kg, height {lab0:HT} cm.");
    }
    let own = |system: &str| {
        scenario
            .exam
            .iter()
            .find(|(s, _)| *s == system)
            .map(|(_, words)| *words)
    };
    for (system, normal) in bank::EXAM {
        let found = own(system);
        if found.is_none() && !all && note.rng.chance(55) {
            continue;
        }
        finding(note, system, found.unwrap_or(normal));
    }
    for (system, words) in scenario.exam {
        if bank::EXAM.iter().all(|(s, _)| s != system) {
            finding(note, system, words);
        }
    }
}

fn finding(note: &mut Note, system: &str, words: &str) {
    let line = format!("{system}: {words}.");
    if note.scene.style == Style::Terse {
        note.add(&line);
    } else {
        note.line(&line);
    }
}

/// Laboratory and imaging.
pub(super) fn data(note: &mut Note) {
    note.section("Data", "Data");
    chemistry(note);
    note.sentences(note.scene.story.scenario.results);
}

/// The basic panels in one of the usual ways.
pub(super) fn chemistry(note: &mut Note) {
    if note.scene.story.readings.of("NA").is_empty() {
        return;
    }
    note.add(match note.scene.style {
        Style::Terse => "Na {lab:NA} K {lab:K} Cl {lab:CL} CO2 {lab:CO2} BUN {lab:BUN} Cr {lab:CREAT} Glu {lab:GLU}; WBC {lab:WBC} Hgb {lab:HGB} Plt {lab:PLT}.",
        Style::List => "\n- Sodium {lab:NA}, potassium {lab:K}, bicarbonate {lab:CO2}\n- BUN {lab:BUN}, creatinine {lab:CREAT}, glucose {lab:GLU}\n- WBC {lab:WBC}, hemoglobin {lab:HGB}, platelets {lab:PLT}\n",
        Style::Capitals => "Sodium {lab:NA}, potassium {lab:K}, chloride {lab:CL}, bicarbonate {lab:CO2}, BUN {lab:BUN}, creatinine {lab:CREAT}, glucose {lab:GLU}. WBC {lab:WBC}, hemoglobin {lab:HGB}, hematocrit {lab:HCT}, platelets {lab:PLT}.",
        Style::Full => "[Labs notable for|Laboratory results:] sodium {lab:NA} mmol/L, potassium {lab:K} mmol/L, creatinine {lab:CREAT} mg/dL, glucose {lab:GLU} mg/dL, WBC {lab:WBC}, hemoglobin {lab:HGB} g/dL, platelets {lab:PLT}.",
    });
}

/// The problem list of the scenario, with the case's line where it belongs.
pub(super) fn problems(note: &mut Note) {
    let story = note.scene.story;
    let mut list: Vec<(&str, &str)> = story.scenario.problems.to_vec();
    if let Some(version) = story.told.map(|t| t.version())
        && !version.problem.0.is_empty()
    {
        let place = list.len().min(1);
        list.insert(place, version.problem);
    }
    let plans: Vec<String> = story
        .pool
        .iter()
        .map(|c| format!("[Continue|Home|Continue home] {}.", c.drug))
        .collect();
    list.extend(
        story
            .pool
            .iter()
            .map(|c| c.words)
            .zip(plans.iter().map(String::as_str)),
    );
    note.problems(&list);
}

/// Interval update to an earlier history and physical.
pub(in crate::demo) fn history_update(scene: &Scene, number: u64, earlier: &str) -> String {
    let mut note = Note::new(scene, "update", number);
    note.head("H&P Interval Update", "H&P update");
    note.raw("\n\n");
    let first = format!(
        "The history and physical of {earlier} [was reviewed and the patient examined today|has been reviewed; patient re-examined]. [No changes|There are no significant changes] [in condition since|to history, medications or examination since]. "
    );
    note.add(&first);
    note.add("{vs}. Heart regular, lungs clear. [NPO since midnight.|NPO status confirmed.]");
    note.add("[Remains an appropriate candidate for the planned procedure.|Proceed as planned.] [Site marked.|Risks, benefits and alternatives again discussed.]");
    note.finish()
}

/// Emergency department record.
pub(in crate::demo) fn emergency_record(scene: &Scene, number: u64) -> String {
    let story = scene.story;
    let mut note = Note::new(scene, "ed", number);
    note.head("Emergency Department Record", "ED note");
    note.section("Chief Complaint", "CC");
    note.add("{reason}. [Arrived by {~arr:private vehicle/ambulance/wheelchair van}.|Mode of arrival: {~arr:private vehicle/ambulance/wheelchair van}.] [Triage level {n:2-4}.|]");
    note.section("History of Present Illness", "HPI");
    note.sentences(story.scenario.hpi);
    note.section("Past History", "PMH");
    note.past();
    note.line("Allergies:");
    note.add(story.rng.fork("allergies").pick(bank::ALLERGIES));
    examination(&mut note, false);
    note.section("ED Course and Medical Decision Making", "MDM");
    chemistry(&mut note);
    note.sentences(story.scenario.results);
    note.add("[Differential considered and narrowed on the above.|Old records reviewed.] [Reassessed at {before:25}, {n:2-4}/10 discomfort.|Patient reassessed, stable.]");
    let goes = match (story.scenario.class, story.scenario.dies) {
        (crate::domain::encounter::EncounterClass::Emergency, true) => {
            "Resuscitation was unsuccessful; see death note."
        }
        (crate::domain::encounter::EncounterClass::Emergency, false) => {
            "Discharged home in [good|stable] condition. {after}"
        }
        _ => {
            "[Discussed with the admitting service, who accept.|Admitted to the service of {attending}.] [Condition at admission: stable.|]"
        }
    };
    note.section("Impression and Disposition", "Dispo");
    note.add("{^dx}.");
    note.add(&goes.replace("{after}", story.scenario.after));
    note.finish()
}

/// Consultation.
pub(in crate::demo) fn consult(scene: &Scene, number: u64, ask: &Ask, service: &str) -> String {
    let story = scene.story;
    let mut note = Note::new(scene, "consult", number);
    note.head(&format!("{service} Consultation"), "Consult");
    note.section("Reason for Consultation", "Reason");
    note.add(ask.question);
    note.add(". [Requested by|Asked by] {attending}.");
    note.section("History", "HPI");
    note.add("[Thank you for asking us to see|We were asked to see] {name}, {aage} {man} admitted {admitd} with {dx}.");
    let shown = note.rng.range(3, 4) as usize;
    note.sentences(&story.scenario.hpi[1..shown.min(story.scenario.hpi.len())]);
    note.section("Past Medical History", "PMH");
    note.past();
    examination(&mut note, false);
    note.section("Findings", "Data");
    chemistry(&mut note);
    note.sentences(ask.findings);
    note.section("Impression", "Imp");
    let second = story.told.map_or("", |t| t.version().consult);
    note.add(if second.is_empty() {
        ask.impression
    } else {
        second
    });
    note.section("Recommendations", "Rec");
    note.items(ask.advice.iter().copied());
    note.line("[Thank you for involving us; we will follow.|We will follow along with you.|Will sign off, please call with questions.]");
    note.finish()
}

/// Office note.
pub(in crate::demo) fn clinic_note(scene: &Scene, number: u64) -> String {
    let story = scene.story;
    let mut note = Note::new(scene, "clinic", number);
    note.head("Clinic Note", "Clinic");
    note.section("Reason for Visit", "CC");
    note.add("{reason}.");
    note.section("Subjective", "S");
    note.sentences(story.scenario.hpi);
    note.section("History", "PMH");
    note.past();
    note.section("Medications", "Meds");
    note.items(
        story
            .scenario
            .home
            .iter()
            .copied()
            .chain(story.pool.iter().map(|c| c.drug)),
    );
    note.line("Allergies:");
    note.add(story.rng.fork("allergies").pick(bank::ALLERGIES));
    examination(&mut note, false);
    note.sentences(story.scenario.results);
    note.section("Assessment and Plan", "A/P");
    problems(&mut note);
    note.line(story.scenario.after);
    note.add("[Time spent {n:15-35} minutes.|Questions answered.|After-visit summary given.]");
    note.finish()
}
