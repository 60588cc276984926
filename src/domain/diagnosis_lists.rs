//! What changed between two lists of diagnoses, and how the specialist's list agrees with the
//! coder's.
//!
//! Agreement is about diagnoses: what they are, whether they were present on admission, which is
//! the principal one.

use super::named::named_enum;
use super::review::ListedDiagnosis;
use serde::{Deserialize, Serialize};

/// Letters of an ICD-10-CM code that name its category.
const CATEGORY: usize = 3;

named_enum! {
    /// How a diagnosis of one list stands to the other list.
    pub enum Verdict {
        /// The same in both.
        Match = "match",
        /// The same, but present on admission differs.
        PoaDiffers = "poa_differs",
        /// The same category, another code within it.
        CodeDiffers = "code_differs",
        /// The specialist has it, the coder has not.
        OnlyWorking = "only_working",
        /// The coder has it, the specialist has not.
        OnlyFinal = "only_final",
    }
}

impl Verdict {
    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Match => "agrees",
            Self::PoaDiffers => "present on admission differs",
            Self::CodeDiffers => "another code of the category",
            Self::OnlyWorking => "CDI only",
            Self::OnlyFinal => "coder only",
        }
    }
}

/// One diagnosis compared: its places (from 0) in the lists it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// Place in the working list.
    pub working: Option<usize>,
    /// Place in the final list.
    pub coded: Option<usize>,
    /// How they agree.
    pub verdict: Verdict,
}

/// A working list beside a final one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Whether both name the same principal diagnosis; `None` while one of them has none.
    pub principal: Option<bool>,
    /// Every diagnosis of either list, those of the final one first, in its order.
    pub lines: Vec<Compared>,
}

impl Comparison {
    /// Diagnoses that agree in full, and all that were compared.
    pub fn agreement(&self) -> (usize, usize) {
        let same = |l: &&Compared| l.verdict == Verdict::Match;
        (self.lines.iter().filter(same).count(), self.lines.len())
    }
}

/// What an entry of a list is known by: its code without the dot, else its words in lower case.
pub(super) fn key(entry: &ListedDiagnosis) -> String {
    let code: String = entry
        .code
        .raw()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if !code.is_empty() {
        return code;
    }
    let words: Vec<String> = entry
        .words
        .raw()
        .split_whitespace()
        .map(str::to_lowercase)
        .collect();
    format!("={}", words.join(" "))
}

fn category(key: &str) -> Option<&str> {
    if key.starts_with('=') {
        return None;
    }
    key.get(..CATEGORY)
}

/// Compares the specialist's list with the coder's. Exact matches are found first, then codes of
/// the same category, each entry once.
pub fn compare(working: &[ListedDiagnosis], coded: &[ListedDiagnosis]) -> Comparison {
    let left: Vec<String> = working.iter().map(key).collect();
    let right: Vec<String> = coded.iter().map(key).collect();
    let mut partner: Vec<Option<usize>> = vec![None; coded.len()];
    let mut used = vec![false; working.len()];
    let same = |a: &str, b: &str| a == b;
    let near = |a: &str, b: &str| category(a).is_some() && category(a) == category(b);
    for alike in [&same as &dyn Fn(&str, &str) -> bool, &near] {
        for (c, key) in right.iter().enumerate() {
            let free = |w: &usize| !used[*w] && alike(&left[*w], key);
            if partner[c].is_none()
                && let Some(w) = (0..left.len()).find(free)
            {
                partner[c] = Some(w);
                used[w] = true;
            }
        }
    }
    let mut lines: Vec<Compared> = Vec::new();
    for (c, w) in partner.iter().enumerate() {
        let verdict = match *w {
            None => Verdict::OnlyFinal,
            Some(w) if left[w] != right[c] => Verdict::CodeDiffers,
            Some(w) if working[w].poa != coded[c].poa => Verdict::PoaDiffers,
            Some(_) => Verdict::Match,
        };
        lines.push(Compared {
            working: *w,
            coded: Some(c),
            verdict,
        });
    }
    let alone = (0..working.len()).filter(|w| !used[*w]);
    lines.extend(alone.map(|w| Compared {
        working: Some(w),
        coded: None,
        verdict: Verdict::OnlyWorking,
    }));
    let principal = match (left.first(), right.first()) {
        (Some(a), Some(b)) => Some(a == b),
        _ => None,
    };
    Comparison { principal, lines }
}

/// One change from a state of a list to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ListChange {
    /// New in the list.
    Added(ListedDiagnosis),
    /// No longer in the list.
    Removed(ListedDiagnosis),
    /// Present on admission was said otherwise: before, and the entry now.
    Poa(String, ListedDiagnosis),
    /// Its words changed: the entry now.
    Reworded(ListedDiagnosis),
    /// It became the principal diagnosis.
    Principal(ListedDiagnosis),
    /// The order of the others changed.
    Reordered,
}

/// What changed from one state of a list to the next, in the order of the new one; what was
/// removed last.
pub fn changes(old: &[ListedDiagnosis], new: &[ListedDiagnosis]) -> Vec<ListChange> {
    let before: Vec<String> = old.iter().map(key).collect();
    let after: Vec<String> = new.iter().map(key).collect();
    let mut out = Vec::new();
    for (entry, key) in new.iter().zip(&after) {
        let Some(was) = before.iter().position(|k| k == key).map(|at| &old[at]) else {
            out.push(ListChange::Added(entry.clone()));
            continue;
        };
        if was.poa != entry.poa {
            let from = was.poa.map_or("-", |p| p.name()).to_owned();
            out.push(ListChange::Poa(from, entry.clone()));
        }
        if was.words != entry.words {
            out.push(ListChange::Reworded(entry.clone()));
        }
    }
    if let (Some(first), Some(entry)) = (after.first(), new.first())
        && before.first().is_some_and(|b| b != first)
    {
        out.push(ListChange::Principal(entry.clone()));
    } else {
        let kept = |from: &[String], of: &[String]| -> Vec<String> {
            from.iter().filter(|k| of.contains(k)).cloned().collect()
        };
        if kept(&before, &after) != kept(&after, &before) {
            out.push(ListChange::Reordered);
        }
    }
    let gone = old
        .iter()
        .zip(&before)
        .filter(|(_, k)| !after.contains(k))
        .map(|(e, _)| ListChange::Removed(e.clone()));
    out.extend(gone);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clinical::PresentOnAdmission as Poa;

    fn dx(code: &str, words: &str, poa: Option<Poa>) -> ListedDiagnosis {
        ListedDiagnosis {
            code: code.into(),
            words: words.into(),
            poa,
        }
    }

    #[test]
    fn lists_are_matched_by_code_then_by_category_each_entry_once() {
        let working = [
            dx("N17.9", "Acute kidney failure", Some(Poa::Yes)),
            dx("I50.9", "Heart failure", Some(Poa::Yes)),
            dx("", "Delirium, cause unclear", None),
            dx("E87.1", "Hyponatremia", Some(Poa::No)),
        ];
        let coded = [
            dx("I5021", "Acute systolic heart failure", Some(Poa::Yes)),
            dx("n17.9", "Acute kidney failure", Some(Poa::No)),
            dx("", "delirium,  cause unclear", None),
            dx("D62", "Acute posthemorrhagic anemia", Some(Poa::No)),
        ];
        let found = compare(&working, &coded);
        let told: Vec<_> = found
            .lines
            .iter()
            .map(|l| (l.working, l.coded, l.verdict.name()))
            .collect();
        assert_eq!(
            told,
            [
                (Some(1), Some(0), "code_differs"),
                (Some(0), Some(1), "poa_differs"),
                (Some(2), Some(2), "match"),
                (None, Some(3), "only_final"),
                (Some(3), None, "only_working"),
            ]
        );
        assert_eq!(found.principal, Some(false));
        assert_eq!(found.agreement(), (1, 5));
        assert_eq!(compare(&working, &[]).principal, None);
        assert_eq!(compare(&working, &working).agreement(), (4, 4));
    }

    #[test]
    fn an_exact_match_is_never_given_away_to_a_near_one() {
        let working = [dx("N17.9", "", None), dx("N17.0", "", None)];
        let coded = [dx("N17.8", "", None), dx("N17.9", "", None)];
        let verdicts: Vec<_> = compare(&working, &coded)
            .lines
            .iter()
            .map(|l| (l.working, l.verdict))
            .collect();
        assert_eq!(
            verdicts,
            [(Some(1), Verdict::CodeDiffers), (Some(0), Verdict::Match)]
        );
    }

    #[test]
    fn every_change_of_a_list_is_told() {
        let a = dx("N17.9", "Acute kidney failure", Some(Poa::Unknown));
        let b = dx("I50.9", "Heart failure", None);
        let c = dx("E87.1", "Hyponatremia", None);
        let now = dx("N17.9", "Acute kidney failure", Some(Poa::Yes));
        assert_eq!(changes(&[], &[]), []);
        assert_eq!(
            changes(
                &[a.clone(), b.clone()],
                &[b.clone(), now.clone(), c.clone()]
            ),
            [
                ListChange::Poa("U".into(), now),
                ListChange::Added(c.clone()),
                ListChange::Principal(b.clone()),
            ]
        );
        assert_eq!(
            changes(
                &[a.clone(), b.clone(), c.clone()],
                &[a.clone(), c.clone(), b.clone()]
            ),
            [ListChange::Reordered]
        );
        assert_eq!(
            changes(&[a.clone(), b.clone()], std::slice::from_ref(&a)),
            [ListChange::Removed(b)]
        );
    }
}
