//! Nursing notes, transfer summary, death note.

use super::history::problems;
use super::{Note, bank};
use crate::demo::scene::Scene;

/// Nursing note; `extra` is a sentence of the scenario or the case.
pub(in crate::demo) fn nursing(scene: &Scene, number: u64, title: &str, extra: &str) -> String {
    let mut note = Note::new(scene, "nursing", number);
    note.head(title, "RN note");
    note.raw("\n\n");
    let first = note.rng.pick(bank::NURSING);
    note.add(first);
    let from = note.rng.below(bank::NURSING_BODY.len());
    for step in 0..note.rng.range(2, 4) as usize {
        note.add(bank::NURSING_BODY[(from + step) % bank::NURSING_BODY.len()]);
    }
    note.add(extra);
    let last = note.rng.pick(bank::NURSING_END);
    note.add(last);
    note.finish()
}

/// Summary for the receiving unit or hospital.
pub(in crate::demo) fn transfer_summary(scene: &Scene, number: u64) -> String {
    let story = scene.story;
    let mut note = Note::new(scene, "transfer", number);
    note.head("Transfer Summary", "Transfer summary");
    note.section("Reason for Transfer", "Reason");
    note.add("[Ongoing rehabilitation and nursing care|Continued care closer to home|Skilled therapy] after admission {admitd} for {dx}.");
    note.section("Summary of Stay", "Course");
    note.sentences(story.scenario.course);
    note.section("Status on Transfer", "Status");
    note.add(
        "{vs}. [Accepting physician contacted by telephone.|Report called to receiving nurse.]",
    );
    note.section("Active Problems", "Problems");
    problems(&mut note);
    note.section("Instructions", "Instr");
    note.add(story.scenario.after);
    note.finish()
}

/// Note on a death.
pub(in crate::demo) fn death_note(scene: &Scene, number: u64) -> String {
    let mut note = Note::new(scene, "death", number);
    note.head("Death Note", "Death note");
    note.raw("\n\n");
    note.sentences(&[
        "[Called to the bedside by nursing|Asked to see the patient] at {before:25} for absent respirations.",
        "{name}, {aage} {man} admitted {admitd} with {dx}, was found [without spontaneous movement|unresponsive].",
        "No response to voice or [touch|sternal rub]. No heart sounds or breath sounds for one full minute, no palpable pulse, pupils fixed and dilated.",
        "Time of death {before:15} on {today}.",
        "[Family was present|Next of kin was notified by telephone] and condolences were offered. [The chaplain was called.|]",
        "[Organ procurement organization notified.|Donor network called, not a candidate.] [Medical examiner: not a reportable case.|]",
    ]);
    if note.scene.story.told.is_none() {
        note.add("[Autopsy offered and declined.|Family declines autopsy.]");
    }
    note.finish()
}
