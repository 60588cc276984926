//! Letters from the default templates, and what templates may not do.

use super::*;
use crate::domain::ladder::SuspensionKind;
use crate::text::show;

/// Columns a letter has as text: what the preview shows of a line on a terminal of 80 columns.
const PAGE: usize = 76;

#[test]
fn every_default_letter_can_be_written() {
    let letters = Letters::load(&[]).unwrap();
    assert_eq!(letters.names().len(), 6);
    for (name, wrong) in letters.check() {
        assert_eq!(wrong, None, "{name}");
    }
}

#[test]
fn a_letter_fits_a_terminal_of_80_columns() {
    use unicode_width::UnicodeWidthStr;
    let letters = Letters::load(&[]).unwrap();
    let mut facts = Facts::sample();
    let long = "a name with so many words that no column has room for all of it, ".repeat(2);
    let mut line = facts.items[0].clone();
    (line.visit, line.mrn, line.days) = (long.clone(), long.clone(), 1234);
    (line.patient, line.title) = (long.clone(), long);
    facts.items.push(line.laid_out());
    (facts.count, facts.late) = (1234, 1234);
    (facts.oldest_days, facts.limit_days, facts.wait_days) = (1234, 365, 365);
    SuspensionKind::ProfessionalReview
        .title()
        .clone_into(&mut facts.suspension);
    for name in letters.names() {
        let words = letters.write(name, &facts).unwrap();
        for line in words.text.lines() {
            assert!(line.width() <= PAGE, "{name}: {line}");
        }
    }
}

#[test]
fn a_letter_reads_like_one() {
    let words = Letters::load(&[])
        .unwrap()
        .write("notice", &Facts::sample())
        .unwrap();
    assert_eq!(words.subject, "Incomplete records: 1 item");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!("letter_notice", words.text));
}

#[test]
fn values_are_never_templates() {
    let letters = Letters::load(&[]).unwrap();
    let hostile = "{{ facility }}{% for x in range(9) %}<script>\u{1b}[2J</script>";
    let mut facts = Facts::sample();
    facts.provider = Addressee::new(&hostile.into(), &hostile.into(), &hostile.into());
    let mut line = facts.items[0].clone();
    line.patient = show(&hostile.into()).into_string();
    facts.items = vec![line.laid_out()];
    let words = letters.write("notice", &facts).unwrap();
    assert!(
        words
            .text
            .contains("{{ facility }}{% for x in range(9) %}<script><ESC>[2J")
    );
    assert!(words.html.contains("{{ facility }}{% for x in range(9) %}"));
    assert!(!words.html.contains("<script>"));
    assert!(words.html.contains("&lt;script&gt;"));
    assert!(!words.text.contains('\u{1b}') && !words.html.contains('\u{1b}'));
}

#[test]
fn a_template_that_asks_for_what_is_not_there_is_a_mistake() {
    let site = |name: &str, text: &str| vec![(name.to_owned(), text.to_owned())];
    let letters = Letters::load(&site("notice.txt", "Subject: x\n{{ ptaient }}")).unwrap();
    let wrong = letters
        .check()
        .into_iter()
        .find(|(n, _)| n == "notice")
        .unwrap()
        .1;
    assert!(
        wrong
            .unwrap()
            .contains("notice.txt: undefined value (line 2)")
    );
    assert!(Letters::load(&site("notice.txt", "{% if %}")).is_err());
    let endless =
        "Subject: x\n{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
    let letters = Letters::load(&site("notice.txt", endless)).unwrap();
    assert!(letters.write("notice", &Facts::sample()).is_err());
    assert!(letters.write("nothing", &Facts::sample()).is_err());
}
