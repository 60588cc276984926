//! Letters and statements: printed, recorded, kept as they went out.

use super::{confirm, confirm_all, decide, noon, owing, print, propose, steps};
use crate::domain::ids::{LetterId, ProviderId};
use crate::domain::ladder::{LetterFiles, LetterFormat, LetterRequest, StepState};
use crate::ops::testing::*;

#[test]
fn a_batch_of_letters_is_printed_into_one_file_and_each_is_recorded() {
    let h = owing();
    let mut letters = Vec::new();
    // The notice, and the warning two weeks later.
    for day in ["2026-03-18", "2026-04-01"] {
        noon(&h, day);
        propose(&h);
        for step in steps(&h, Some(StepState::Proposed)) {
            decide(&h, &step, confirm());
        }
    }
    letters.extend(
        steps(&h, Some(StepState::Confirmed))
            .iter()
            .filter_map(|s| s.letter),
    );
    letters.sort_unstable();
    assert!(letters.len() > 1, "{letters:?}");
    let folder = tempfile::tempdir().unwrap();
    let print = |format| {
        let how = (format, LetterFiles::Together);
        let asked = [letters.clone(), vec![LetterId(99)]].concat();
        let printed = h
            .office
            .print_letters(&h.me, &h.request(), asked, how, folder.path())
            .unwrap();
        assert_eq!((printed.letters, printed.files.len()), (letters.len(), 1));
        assert_eq!(printed.refused, [(99, "no letter 99".to_owned())]);
        std::fs::read_to_string(&printed.files[0]).unwrap()
    };
    let kept: Vec<_> = letters
        .iter()
        .map(|id| h.office.letter(&h.me, *id).unwrap())
        .collect();
    let text = print(LetterFormat::Text);
    let pages: Vec<&str> = text.split('\u{c}').collect();
    assert_eq!(pages.len(), letters.len());
    for (page, letter) in pages.iter().zip(&kept) {
        assert!(page.starts_with(letter.row.subject.raw()), "{page}");
    }
    let html = print(LetterFormat::Html);
    assert_eq!(
        html.matches("<div class=\"letter\">").count(),
        letters.len()
    );
    assert_eq!(html.matches("<!doctype html>").count(), 1);
    // The same second again makes another file.
    print(LetterFormat::Html);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
    for id in &letters {
        assert_eq!(h.office.letter(&h.me, *id).unwrap().row.copies, 3);
        let rows = h.office.store.audit_rows(200).unwrap();
        let of = |action: &str| {
            let of = |r: &&crate::domain::audit::AuditRow| {
                r.action == action && r.object == format!("letter {id}")
            };
            rows.iter().filter(of).count()
        };
        assert_eq!((of("letter.print"), of("letter.reprint")), (1, 2));
    }
}

#[test]
fn a_letter_is_kept_as_it_went_out_with_every_copy() {
    let h = owing();
    noon(&h, "2026-03-18");
    propose(&h);
    let step = steps(&h, Some(StepState::Proposed)).remove(0);
    let preview = h.office.letter_preview(&h.me, step.id).unwrap().unwrap();
    confirm_all(&h);
    let unprinted = LetterRequest {
        unprinted: true,
        limit: 10,
        ..LetterRequest::default()
    };
    let waiting = h.office.letters(&h.me, &unprinted).unwrap();
    assert_eq!(waiting.len(), 1);
    print(&h, waiting[0].id);
    noon(&h, "2026-03-20");
    // The patient's name changes; the letter does not.
    h.import(vec![patient("p1", "Renamed")]);
    print(&h, waiting[0].id);
    let letter = h.office.letter(&h.me, waiting[0].id).unwrap();
    assert_eq!(letter.text.raw(), preview.text);
    assert!(letter.text.raw().contains("Zztest,Ann"));
    assert!(letter.html.contains("<td>Zztest,Ann</td>"));
    let copies: Vec<i64> = letter.copies.iter().map(|c| c.number).collect();
    assert_eq!(copies, [1, 2]);
    assert!(h.office.letters(&h.me, &unprinted).unwrap().is_empty());
}

#[test]
fn a_statement_is_one_page_oldest_first() {
    let h = owing();
    noon(&h, "2026-04-20");
    let smith = ProviderId(h.office.providers(&h.me, "Smith", 1).unwrap()[0].id);
    let statement = h.office.statement(&h.me, smith).unwrap();
    assert_eq!((statement.total, statement.late), (2, 2));
    let kinds: Vec<&str> = statement.lines.iter().map(|l| l.kind.as_str()).collect();
    assert_eq!(kinds, ["HP-M", "DS-M"]);
    assert!(
        statement
            .text
            .raw()
            .contains("You owe 2 items, 2 of them late")
    );
    assert!(statement.text.raw().lines().count() < 60);
}

#[test]
fn letters_are_recorded_and_then_written_each_to_a_new_file() {
    let h = owing();
    noon(&h, "2026-03-18");
    propose(&h);
    let step = steps(&h, Some(StepState::Proposed)).remove(0);
    decide(&h, &step, confirm());
    let letter = steps(&h, Some(StepState::Confirmed))[0].letter.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let print = || {
        let letters = vec![letter, LetterId(99)];
        h.office
            .print_letters(
                &h.me,
                &h.request(),
                letters,
                (LetterFormat::Text, LetterFiles::Each),
                folder.path(),
            )
            .unwrap()
    };
    let printed = print();
    assert_eq!(printed.refused, [(99, "no letter 99".to_owned())]);
    let file = &printed.files[0];
    assert!(file.ends_with(format!("letter-{letter}-copy-1.txt")));
    let text = std::fs::read_to_string(file).unwrap();
    let kept = h.office.letter(&h.me, letter).unwrap();
    assert!(text.starts_with(kept.row.subject.raw()), "{text}");
    // A file that is in the way is left alone, and the letter told of.
    std::fs::write(
        folder.path().join(format!("letter-{letter}-copy-2.txt")),
        "mine",
    )
    .unwrap();
    let printed = print();
    assert!(printed.files.is_empty());
    assert!(
        printed.refused[1].1.contains("print it again"),
        "{:?}",
        printed.refused
    );
    assert_eq!(h.office.letter(&h.me, letter).unwrap().copies.len(), 2);
}
