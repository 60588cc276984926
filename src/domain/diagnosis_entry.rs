//! Where entries of a list of diagnoses come from: what a person typed, what the record brought.

use super::clinical::{Diagnosis, DiagnosisKind, PresentOnAdmission, Status};
use super::code::CodeSystem;
use super::diagnosis_lists::key;
use super::review::ListedDiagnosis;
use super::untrusted::Untrusted;

/// What a person typed for a diagnosis: a code, a code and words, or words; between code and words
/// may stand what is present on admission (`N17.9 Y Acute kidney failure`).
pub fn entry(typed: &str) -> ListedDiagnosis {
    let typed = typed.trim();
    let (first, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let Some(code) = icd10_form(first) else {
        return ListedDiagnosis {
            code: Untrusted::default(),
            words: Untrusted::new(typed),
            poa: None,
        };
    };
    let rest = rest.trim();
    let (second, words) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let poa = PresentOnAdmission::from_name(second);
    ListedDiagnosis {
        code: Untrusted::new(code),
        words: Untrusted::new(if poa.is_some() { words.trim() } else { rest }),
        poa,
    }
}

/// Diagnoses the record brought as entries of a list, in the order of their rank; retracted ones
/// and the problem list are left out.
pub fn of_record(recorded: &[Diagnosis]) -> Vec<ListedDiagnosis> {
    let mut wanted: Vec<&Diagnosis> = recorded
        .iter()
        .filter(|d| {
            !matches!(d.facts.status, Status::Retracted | Status::Cancelled)
                && d.facts.kind != DiagnosisKind::Problem
        })
        .collect();
    wanted.sort_by_key(|d| {
        if d.facts.rank > 0 {
            d.facts.rank
        } else {
            i64::MAX
        }
    });
    let mut out: Vec<ListedDiagnosis> = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for diagnosis in wanted {
        let what = &diagnosis.facts.what;
        // A code of another system is kept in words.
        let code = match what.system {
            CodeSystem::Icd10Cm => icd10_form(what.code.raw()).unwrap_or_default(),
            _ => String::new(),
        };
        let entry = ListedDiagnosis {
            code: Untrusted::new(code),
            words: what.text.clone(),
            poa: diagnosis.facts.poa,
        };
        let known = key(&entry);
        let says_nothing = entry.code.is_blank() && entry.words.is_blank();
        if !says_nothing && !seen.contains(&known) {
            seen.push(known);
            out.push(entry);
        }
    }
    out
}

/// A code as ICD-10-CM writes it: a letter, a digit, a digit or letter, then up to four more after
/// a dot (Official Guidelines, section I.A.2); `None` if it cannot be one.
pub fn icd10_form(typed: &str) -> Option<String> {
    let plain: Vec<char> = typed
        .chars()
        .filter(|c| *c != '.')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let shape = plain.len() >= 3
        && plain.len() <= 7
        && plain[0].is_ascii_uppercase()
        && plain[1].is_ascii_digit()
        && plain[2..].iter().all(char::is_ascii_alphanumeric);
    let dots = typed.matches('.').count();
    let placed = dots == 0 || (dots == 1 && typed.find('.') == Some(3) && plain.len() > 3);
    if !shape || !placed {
        return None;
    }
    let (head, tail): (String, String) = (plain[..3].iter().collect(), plain[3..].iter().collect());
    Some(if tail.is_empty() {
        head
    } else {
        format!("{head}.{tail}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_get_their_usual_form_and_what_is_none_is_told() {
        for (typed, wanted) in [
            ("n179", Some("N17.9")),
            ("N17.9", Some("N17.9")),
            ("I10", Some("I10")),
            ("s72001a", Some("S72.001A")),
            ("C7A.1", Some("C7A.1")),
            ("N1.79", None),
            ("I10.", None),
            ("N17..9", None),
            ("AKI", None),
            ("179", None),
            ("N17.99999", None),
            ("Ñ17", None),
        ] {
            assert_eq!(icd10_form(typed).as_deref(), wanted, "{typed}");
        }
    }

    #[test]
    fn a_typed_diagnosis_is_code_and_words_or_words() {
        let told = |typed: &str| {
            let e = entry(typed);
            let poa = e.poa.map_or("-", |p| p.name());
            format!("{}|{poa}|{}", e.code.raw(), e.words.raw())
        };
        assert_eq!(told("n179"), "N17.9|-|");
        assert_eq!(told("N17.9 Y"), "N17.9|Y|");
        assert_eq!(
            told("N17.9 U  Acute kidney failure"),
            "N17.9|U|Acute kidney failure"
        );
        assert_eq!(
            told("N17.9 Acute kidney failure"),
            "N17.9|-|Acute kidney failure"
        );
        assert_eq!(
            told("  delirium of unclear cause "),
            "|-|delirium of unclear cause"
        );
    }
}
