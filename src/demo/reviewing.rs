//! What specialists and coders have done on the demo hospital's stays, so that its worklist has
//! life.
//!
//! Owns the plan and the words; the command line carries it out through actions, as a person
//! would, each on its day. Deterministic: it depends on a stay's place in the list and on how long
//! it lasts.

use crate::domain::review::{ReviewKind, ReviewOutcome, Stage};

/// One thing that was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A review was signed; the next is due so many days after it.
    Signed(ReviewKind, ReviewOutcome, &'static str, Option<i64>),
    /// A review was begun and not finished.
    Begun(ReviewKind, &'static str),
    /// Something was added to the last review.
    Added(&'static str),
    /// The record's diagnoses became the working ones.
    Working,
    /// The coder took the working diagnoses over but for so many of the last ones.
    Coded {
        /// How many were left out.
        without: usize,
    },
    /// The stay was handed over.
    Handed(Stage, &'static str),
    /// A note was left; whether only its author sees it.
    Noted(&'static str, bool),
}

/// What was done on a stay, oldest first, each with how many days ago. `place` is the stay's place
/// among those in house, or among those discharged; `days` how many days ago it could have been
/// reviewed first: since admission in house, since discharge otherwise.
pub fn deeds(place: usize, in_house: bool, days: i64) -> Vec<(i64, Deed)> {
    let planned = if in_house { here(place) } else { gone(place) };
    // Nobody reviews a stay before it was there.
    planned
        .into_iter()
        .map(|(ago, deed)| (ago.min(days.max(0)), deed))
        .collect()
}

fn here(place: usize) -> Vec<(i64, Deed)> {
    use Deed as D;
    use ReviewKind as K;
    use ReviewOutcome as O;
    match place % 5 {
        0 => vec![
            (
                3,
                D::Signed(
                    K::Initial,
                    O::QueryPending,
                    "Indicators beyond what the notes name; treatment was begun.",
                    Some(2),
                ),
            ),
            (3, D::Working),
            (
                2,
                D::Added("Consult note has come; still without a diagnosis."),
            ),
        ],
        1 => vec![
            (
                1,
                D::Signed(
                    K::Initial,
                    O::NoQuery,
                    "Documentation agrees with indicators and treatment.",
                    Some(2),
                ),
            ),
            (1, D::Working),
        ],
        2 => vec![
            (
                1,
                D::Begun(K::Initial, "Laboratory read; notes of day 2 still to read."),
            ),
            (
                1,
                D::Noted("look at the evening values before asking", true),
            ),
        ],
        3 => vec![
            (
                2,
                D::Signed(
                    K::Initial,
                    O::AwaitingRecord,
                    "Consult ordered, report not there yet.",
                    Some(2),
                ),
            ),
            (
                0,
                D::Noted("service was told that the report is awaited", false),
            ),
        ],
        _ => Vec::new(),
    }
}

fn gone(place: usize) -> Vec<(i64, Deed)> {
    use Deed as D;
    use ReviewKind as K;
    use ReviewOutcome as O;
    let reviewed = D::Signed(
        K::Retrospective,
        O::NoQuery,
        "Summary agrees with course and results.",
        None,
    );
    match place % 7 {
        0 => vec![
            (2, reviewed),
            (2, D::Working),
            (1, D::Handed(Stage::Coder, "reviewed, nothing to ask")),
        ],
        1 => vec![
            (3, reviewed),
            (3, D::Working),
            (2, D::Handed(Stage::Coder, "reviewed, nothing to ask")),
            (1, D::Coded { without: 1 }),
            (1, D::Handed(Stage::Final, "")),
        ],
        2 => vec![
            (3, reviewed),
            (3, D::Working),
            (
                2,
                D::Handed(Stage::Coder, "principal diagnosis: please look twice"),
            ),
            (
                1,
                D::Handed(
                    Stage::Cdi,
                    "present on admission is unclear for the second one",
                ),
            ),
        ],
        3 => vec![(
            0,
            D::Begun(K::Retrospective, "Summary read; laboratory still to read."),
        )],
        4 => vec![(
            1,
            D::Signed(
                K::Retrospective,
                O::Referred,
                "Two definitions apply; the physician advisor is asked.",
                Some(1),
            ),
        )],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_view_of_the_worklist_gets_something_and_nothing_comes_before_its_stay() {
        for place in 0..35 {
            for (in_house, days) in [(true, 0), (true, 9), (false, 1), (false, 20)] {
                let all = deeds(place, in_house, days);
                assert!(all.iter().all(|(ago, _)| (0..=days).contains(ago)));
                assert!(all.is_sorted_by(|a, b| a.0 >= b.0), "{all:?}");
            }
        }
        let any = |in_house, wanted: fn(&Deed) -> bool| {
            (0..7).any(|p| deeds(p, in_house, 9).iter().any(|(_, d)| wanted(d)))
        };
        assert!(any(true, |d| matches!(d, Deed::Begun(..))));
        assert!(any(true, |d| matches!(d, Deed::Signed(_, _, _, Some(_)))));
        for stage in Stage::ALL {
            let to = |d: &Deed| match d {
                Deed::Handed(to, _) => Some(*to),
                _ => None,
            };
            let handed = (0..7).flat_map(|p| deeds(p, false, 9));
            assert!(handed.filter_map(|(_, d)| to(&d)).any(|s| s == *stage));
        }
        assert!((0..7).any(|p| deeds(p, true, 9).is_empty() && p < 5));
    }
}
