//! Which passages are copied and which are not.

use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

const STAY: &str = "Mr. Doe was admitted with three days of worsening dyspnea on exertion and \
    orthopnea; chest film showed bilateral effusions and he was started on furosemide 40 mg \
    intravenously twice daily with good response.";

static LANGUAGE: LazyLock<Language> = LazyLock::new(|| Language::embedded().unwrap());

/// The copied passages as text, with the earlier note each came from.
fn check(note: &str, earlier: &[&str], others: &[&str]) -> Vec<(usize, String)> {
    let copied = LANGUAGE.copied(note, earlier, others);
    for p in &copied.passages {
        assert!(
            earlier[p.source]
                .get(p.source_span.start..p.source_span.end)
                .is_some()
        );
    }
    let text = |p: &CopiedSpan| (p.source, p.span.of(note).to_owned());
    copied.passages.iter().map(text).collect()
}

#[test]
fn a_passage_is_found_whatever_its_case_and_line_breaks() {
    let note = format!(
        "HOSPITAL COURSE:\n{}\nSeen today, feels better.",
        STAY.to_uppercase()
    );
    let earlier = format!("Consultation.\n{}", STAY.replace("; ", ";\n"));
    let found = check(
        &note,
        &["Something else entirely was written here.", &earlier],
        &[],
    );
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, 1);
    assert!(found[0].1.starts_with("MR. DOE") && found[0].1.ends_with("GOOD RESPONSE"));
}

#[test]
fn small_changes_do_not_break_a_passage() {
    let edited = STAY
        .replace("three days", "about four days")
        .replace("40 mg", "80 mg")
        .replace(" twice daily", "");
    let found = check(&edited, &[STAY], &[]);
    assert_eq!(found.len(), 1, "{found:?}");
    let passage = found[0].1.as_str();
    assert!(
        passage.starts_with("Mr. Doe") && passage.ends_with("response"),
        "{passage}"
    );
}

#[test]
fn what_is_short_or_only_alike_is_no_passage() {
    assert_eq!(
        check(
            "He was started on furosemide 40 mg intravenously today.",
            &[STAY],
            &[]
        ),
        []
    );
    let alike = "Ms. Roe came with two weeks of cough and fever; chest film was clear and she \
        was given azithromycin 500 mg by mouth once daily with slow improvement at home.";
    assert_eq!(check(alike, &[STAY], &[]), []);
}

#[test]
fn headings_and_template_text_are_not_copied_text() {
    let form = "Review of systems: constitutional, eyes, ears, cardiovascular, respiratory, \
        gastrointestinal, genitourinary, musculoskeletal, skin and neurologic systems were \
        reviewed and were negative except as noted.";
    let note = format!("{form}\nNew today: mild headache.");
    let earlier = format!("{form}\nYesterday he slept well.");
    assert_eq!(
        check(&note, &[&earlier], &[]).len(),
        1,
        "without other patients it looks copied"
    );
    let others = [
        format!("Clinic visit. {form}"),
        format!("{form} Nothing else."),
    ];
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    assert_eq!(check(&note, &[&earlier], &others), []);
    let headings = "CHIEF COMPLAINT:\nHISTORY OF PRESENT ILLNESS:\nPAST MEDICAL HISTORY:\n\
        PAST SURGICAL HISTORY:\nFAMILY HISTORY:\nSOCIAL HISTORY:\nREVIEW OF SYSTEMS:\n\
        PHYSICAL EXAMINATION:\nASSESSMENT AND PLAN:\n";
    assert_eq!(check(headings, &[headings], &[]), []);
}

#[test]
fn the_newest_that_has_it_all_is_the_source_and_the_oldest_the_first() {
    let newest = format!("Day 3. {STAY}");
    let part = &STAY[..STAY.len() / 2];
    let oldest = format!("Day 1. {STAY} Plan: continue.");
    let copied = LANGUAGE.copied(STAY, &[part, &newest, &oldest], &[]);
    assert_eq!(copied.passages.len(), 1);
    let p = copied.passages[0];
    assert_eq!((p.source, p.first), (1, 2));
    assert_eq!(p.source_span.of(&newest), &newest[7..newest.len() - 1]);
    assert_eq!(copied.copied(), copied.words);
}

#[test]
fn passages_of_several_notes_are_told_apart() {
    let other = "Echocardiogram showed an ejection fraction of thirty percent with global \
        hypokinesis, moderate mitral regurgitation and a dilated left atrium of five \
        centimeters.";
    let note = format!("{STAY}\nOvernight he slept.\n{other}");
    let found = check(&note, &[other, STAY], &[]);
    let sources: Vec<usize> = found.iter().map(|f| f.0).collect();
    assert_eq!(sources, [1, 0], "{found:?}");
}

#[test]
fn a_site_changes_single_values_and_mistakes_are_named() {
    let strict = Language::load(&[("copied.toml", "minimum_words = 60")]).unwrap();
    assert_eq!(strict.copied(STAY, &[STAY], &[]).passages, []);
    let wrong = Language::load(&[("copied.toml", "same_percent = 10")]).unwrap_err();
    assert!(wrong.to_string().contains("same_percent"), "{wrong}");
}

#[test]
fn the_same_words_over_and_over_end_soon() {
    let text = "the same six words go on and on ".repeat(5_000);
    let copied = LANGUAGE.copied(&text, &[&text, &text, &text], &[]);
    assert_eq!(copied.copied(), copied.words);
}

proptest! {
    #[test]
    fn passages_are_ordered_disjoint_and_within_the_text(
        note in "([a-e] ?){0,120}", earlier in prop::collection::vec("([a-e] ?){0,120}", 0..4)
    ) {
        let earlier: Vec<&str> = earlier.iter().map(String::as_str).collect();
        let copied = LANGUAGE.copied(&note, &earlier, &[]);
        let mut end = 0;
        for p in &copied.passages {
            prop_assert!(p.span.start >= end && p.span.end <= note.len() && p.words >= 14);
            prop_assert!(p.first >= p.source && p.first < earlier.len());
            end = p.span.end;
        }
        prop_assert!(copied.copied() <= copied.words);
    }
}
