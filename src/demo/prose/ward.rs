//! The stay: progress notes and the discharge summary.

use super::history::{chemistry, problems};
use super::{Note, bank};
use crate::demo::scene::Scene;

/// Daily progress note; `share` is how far into the stay it is, from 0 to 1.
pub(in crate::demo) fn progress(scene: &Scene, number: u64, share: f64) -> String {
    let story = scene.story;
    let mut note = Note::new(scene, "progress", number);
    let service = crate::demo::staff::SERVICES
        .iter()
        .find(|s| s.id == story.scenario.service);
    let title = format!("{} Progress Note", service.map_or("Daily", |s| s.name));
    note.head(&title, "Progress note");
    note.add("[\nHospital day {hd}.|\nHD {hd}.|]");
    note.section("Subjective", "S");
    let days = story.scenario.days;
    if !days.is_empty() {
        let place = (share * days.len() as f64) as usize;
        note.add(days[place.min(days.len() - 1)]);
    }
    let turn = story.rng.fork("interval").below(bank::INTERVAL.len()) + 3 * number as usize;
    for step in 0..note.rng.range(1, 2) as usize {
        note.add(bank::INTERVAL[(turn + step) % bank::INTERVAL.len()]);
    }
    note.section("Objective", "O");
    note.add("[Vitals|Vital signs]: {vs}[, maximum temperature {peak:TEMP} °C since admission|].");
    brief_exam(&mut note);
    chemistry(&mut note);
    let version = story.told.map(|t| t.version());
    note.section("Assessment and Plan", "A/P");
    note.add("[{Aage} {man}, hospital day {hd}, with|{name}: HD {hd} with|{^agey} {man} admitted {admitd} for] {dx}[, improving|, as expected|].");
    problems(&mut note);
    if let Some(version) = version {
        note.line(version.note);
    }
    note.line(bank::OUTLOOK[turn % bank::OUTLOOK.len()]);
    note.finish()
}

fn brief_exam(note: &mut Note) {
    let own = note.scene.story.scenario.exam;
    for system in ["General", "Cardiac", "Lungs", "Abdomen", "Extremities"] {
        let usual = bank::EXAM
            .iter()
            .find(|(s, _)| *s == system)
            .map_or("", |(_, words)| *words);
        let told = own
            .iter()
            .find(|(s, _)| *s == system)
            .map(|(_, words)| *words);
        if told.is_some() || note.rng.chance(60) {
            let line = format!("{system}: {}.", told.unwrap_or(usual));
            note.add(&line);
        }
    }
}

/// The last progress note of a short stay, which does for a summary.
pub(in crate::demo) fn final_progress(scene: &Scene, number: u64) -> String {
    let story = scene.story;
    let mut note = Note::new(scene, "final", number);
    note.head("Final Progress Note", "Final progress note");
    note.section("Course", "Course");
    note.sentences(story.scenario.course);
    note.add(story.scenario.days.last().copied().unwrap_or_default());
    note.section("Condition at Discharge", "Condition");
    note.add("[Stable|Good]. {vs}.");
    note.section("Instructions", "Instr");
    note.add(story.scenario.after);
    note.finish()
}

/// Discharge summary, or death summary.
pub(in crate::demo) fn discharge_summary(scene: &Scene, number: u64, died: bool) -> String {
    let story = scene.story;
    let mut note = Note::new(scene, "discharge", number);
    note.head(
        if died {
            "Death Summary"
        } else {
            "Discharge Summary"
        },
        if died { "Death summary" } else { "D/C summary" },
    );
    note.section("Dates", "Dates");
    note.add(if died { "Admitted {admitd}, died {endd}." } else { "[Admission date: {admitd}. Discharge date: {endd}.|Admitted {admitd}, discharged {endd} ({los} days).]" });
    note.add("Attending: {attending}. [Primary care: {pcp}.|]");
    note.section("Principal Diagnosis", "Dx");
    note.add("{^dx}.");
    secondary(&mut note);
    presentation(&mut note);
    note.section("Hospital Course", "Course");
    let version = story.told.map(|t| t.version());
    let (first, rest) = story
        .scenario
        .course
        .split_at(story.scenario.course.len().min(2));
    note.sentences(first);
    if let Some(version) = version {
        note.add(version.course);
    }
    note.sentences(rest);
    if !died {
        leaving(&mut note);
    }
    note.finish()
}

fn secondary(note: &mut Note) {
    let story = note.scene.story;
    let version = story.told.map(|t| t.version());
    let stated = version
        .map_or(&[][..], |v| v.add)
        .iter()
        .map(|d| d.text.split(" [").next().unwrap_or_default());
    let pool = story.pool.iter().map(|c| c.words);
    let list: Vec<&str> = story
        .scenario
        .history
        .iter()
        .copied()
        .filter(|h| !h.contains("none"))
        .chain(stated)
        .chain(pool)
        .collect();
    if !list.is_empty() {
        note.section("Other Diagnoses", "Other dx");
        note.items(list.into_iter());
    }
    if !story.scenario.procedures.is_empty() {
        note.section("Procedures", "Procedures");
        note.items(story.scenario.procedures.iter().map(|p| p.title));
    }
}

fn presentation(note: &mut Note) {
    let story = note.scene.story;
    note.section("Presentation", "Presentation");
    let shown = note.rng.range(2, 3) as usize;
    note.sentences(&story.scenario.hpi[..shown.min(story.scenario.hpi.len())]);
    note.add(
        "[On arrival heart rate was {lab0:HR}, blood pressure {bp0}, temperature {lab0:TEMP} °C.|]",
    );
    if note.rng.chance(50) {
        note.sentences(story.scenario.results);
    }
}

fn leaving(note: &mut Note) {
    let story = note.scene.story;
    note.section("Condition at Discharge", "Condition");
    note.add("[Stable|Good|Improved], {vs}. [Ambulating at baseline.|Alert, tolerating diet.|]");
    if !story.readings.of("NA").is_empty() {
        note.add("[Discharge labs: creatinine {lab:CREAT}, hemoglobin {lab:HGB}, WBC {lab:WBC}, potassium {lab:K}.|]");
    }
    note.section("Discharge Medications", "D/C meds");
    let last = story
        .stay
        .leaves
        .days_since(story.stay.admitted, story.zone);
    let given: Vec<String> = story
        .meds()
        .filter(|m| m.route == "oral" && m.days.1 >= last - 1)
        .map(|m| format!("{} {} {}", m.drug, m.dose, m.often))
        .collect();
    let drugs = story.pool.iter().map(|c| c.drug);
    let plain = given.iter().any(|g| g.starts_with("acetaminophen"))
        || story
            .pool
            .iter()
            .any(|c| c.drug.starts_with("acetaminophen"));
    let last = if plain {
        "medication list reviewed with patient"
    } else {
        "acetaminophen 650 mg every 6 hours as needed"
    };
    note.items(given.iter().map(String::as_str).chain(drugs).chain([last]));
    note.section("Follow-up and Instructions", "F/U");
    note.add(story.scenario.after);
    note.add("[Return for fever, worsening pain, breathlessness or any concern.|Call with questions.|] [Pending results: none.|No results pending at discharge.|]");
}
