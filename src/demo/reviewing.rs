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

/// The same on a stay in which there is something to ask: nobody signs that there is not.
pub fn to_ask(planned: Vec<(i64, Deed)>) -> Vec<(i64, Deed)> {
    let asks_nothing = planned.iter().find_map(|(ago, deed)| match deed {
        Deed::Signed(kind, ReviewOutcome::NoQuery, _, next) => Some((*ago, *kind, *next)),
        _ => None,
    });
    let Some((ago, kind, next)) = asks_nothing else {
        return planned;
    };
    let words = "Indicators beyond what the notes name; the query is being written.";
    let review = Deed::Signed(kind, ReviewOutcome::QueryPending, words, next);
    vec![(ago, review), (ago, Deed::Working)]
}

/// What was done on a stay about which a provider was asked so many days ago. `occasion` fits the
/// stay on that day; `settled` if the answer is in the record and the query done with.
pub fn about_query(ago: i64, occasion: ReviewKind, settled: bool) -> Vec<(i64, Deed)> {
    use Deed as D;
    let mut all = vec![
        (
            ago,
            D::Signed(
                occasion,
                ReviewOutcome::QueryIssued,
                "Indicators without the diagnosis that would explain them; the provider is asked.",
                None,
            ),
        ),
        (ago, D::Working),
    ];
    if settled {
        let then = (ago - 6).max(0);
        let coded = (ago - 7).max(0);
        all.extend([
            (
                then,
                D::Signed(
                    ReviewKind::Retrospective,
                    ReviewOutcome::NoQuery,
                    "The answer stands in the record.",
                    None,
                ),
            ),
            (
                then,
                D::Handed(Stage::Coder, "the answer stands in the record"),
            ),
            (coded, D::Coded { without: 0 }),
            (coded, D::Handed(Stage::Final, "")),
        ]);
    }
    all
}

/// What was done on a discharge of the last months that is no work any more: one in four was
/// reviewed on the day after. `days` since discharge.
pub fn earlier(place: usize, days: i64) -> Vec<(i64, Deed)> {
    if !place.is_multiple_of(4) {
        return Vec::new();
    }
    let words = "Documentation agrees with indicators and treatment.";
    let review = Deed::Signed(
        ReviewKind::Retrospective,
        ReviewOutcome::NoQuery,
        words,
        None,
    );
    vec![((days - 1).max(0), review)]
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
    fn where_there_is_something_to_ask_nobody_says_that_there_is_not() {
        for place in 0..35 {
            for in_house in [true, false] {
                let all = to_ask(deeds(place, in_house, 9));
                let nothing = |d: &Deed| matches!(d, Deed::Signed(_, ReviewOutcome::NoQuery, ..));
                assert!(!all.iter().any(|(_, d)| nothing(d)), "{all:?}");
            }
        }
    }

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
