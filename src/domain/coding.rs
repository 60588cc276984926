//! Whether and when a stay was coded: what says so, and how it is decided.
//!
//! Several feeds say it in their own ways (a claim, an approved DRG, final diagnoses, a column of an
//! export), and a coder says it by hand. None of them is the coding itself. Start at [`decide`].

use super::clinical::Status;
use super::ids::{CodingId, EncounterId};
use super::named::named_enum;
use super::past::PastVisit;
use super::time::{Instant, Moment};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

named_enum! {
    /// What says that a stay was coded.
    pub enum CodedBy {
        /// A coder, by hand.
        Hand = "hand",
        /// A claim of the facility was made.
        Claim = "claim",
        /// A DRG was assigned and approved, or billed.
        Drg = "drg",
        /// Final diagnoses were attested, billed or recorded.
        FinalDiagnosis = "final_diagnosis",
        /// A column of an export says when.
        Table = "table",
    }
}

impl CodedBy {
    /// In words.
    pub fn title(self) -> &'static str {
        match self {
            Self::Hand => "by hand",
            Self::Claim => "claim",
            Self::Drg => "DRG",
            Self::FinalDiagnosis => "final diagnoses",
            Self::Table => "export",
        }
    }
}

/// What a record says of the coding of a stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodingFacts {
    /// What says it.
    pub by: CodedBy,
    /// `completed`: coded. `cancelled` by hand: not coded after all. Anything else says nothing.
    pub status: Status,
    /// When it was coded, if that is stated.
    pub at: Option<Moment>,
}

/// Evidence of coding, as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    /// Row identity; later evidence has a greater one.
    pub id: CodingId,
    /// What it says.
    pub facts: CodingFacts,
}

/// That a stay is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coded {
    /// What said so first.
    pub by: CodedBy,
    /// When it was coded; `None` if that is not known.
    pub at: Option<Moment>,
}

/// A stay that was coded, as it was known at some instant, for the days between stages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastCoded {
    /// The stay.
    pub encounter: EncounterId,
    /// When it was coded.
    pub coded: Moment,
    /// When the last of its items that coders wait for was closed, if it had any.
    pub ready: Option<Instant>,
    /// What was known of the stay.
    pub visit: PastVisit,
}

/// Whether a stay that was discharged at `discharged` is coded, and since when, by all evidence of
/// it (in the order of its rows).
///
/// The first of what is `accepted` counts: a stay is coded once, and what is billed again later is
/// another matter. What was recorded before the discharge was a working code. A coder's word comes
/// before that of the feeds; when a coder says that a stay is not coded after all, only what comes
/// later counts.
pub fn decide(
    evidence: &[Coding],
    discharged: Option<Moment>,
    accepted: &[CodedBy],
    zone: &TimeZone,
) -> Option<Coded> {
    let left = discharged?.earliest(zone);
    let withdrawn = |c: &Coding| c.facts.by == CodedBy::Hand && c.facts.status == Status::Cancelled;
    let from = evidence
        .iter()
        .rposition(withdrawn)
        .map_or(0, |last| last + 1);
    let counts = |c: &&Coding| {
        c.facts.status == Status::Completed
            && (c.facts.by == CodedBy::Hand || accepted.contains(&c.facts.by))
            && c.facts.at.is_none_or(|at| at.latest(zone) >= left)
    };
    let standing = || evidence.iter().skip(from).filter(counts);
    let hand = standing().find(|c| c.facts.by == CodedBy::Hand);
    // Evidence without a time comes after all that has one.
    let first = hand
        .or_else(|| standing().min_by_key(|c| c.facts.at.map_or(i64::MAX, |at| at.latest(zone).0)));
    first.map(|c| Coded {
        by: c.facts.by,
        at: c.facts.at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn coding(id: i64, by: CodedBy, status: Status, hour: i64) -> Coding {
        let at = (hour > 0).then(|| Moment::at(Instant(hour * HOUR)));
        Coding {
            id: CodingId(id),
            facts: CodingFacts { by, status, at },
        }
    }

    fn check(evidence: &[Coding], accepted: &[CodedBy], expected: Option<(CodedBy, i64)>) {
        let discharged = Some(Moment::at(Instant(100 * HOUR)));
        let found = decide(evidence, discharged, accepted, &TimeZone::UTC);
        let told = found.map(|c| (c.by, c.at.map_or(0, |at| at.at.0 / HOUR)));
        assert_eq!(told, expected, "{evidence:?}");
        assert_eq!(decide(evidence, None, accepted, &TimeZone::UTC), None);
    }

    #[test]
    fn the_first_accepted_word_after_the_discharge_counts() {
        use CodedBy as B;
        use Status::{Cancelled, Completed, Retracted};
        let all = CodedBy::ALL;
        let claim = coding(1, B::Claim, Completed, 150);
        let final_codes = coding(2, B::FinalDiagnosis, Completed, 120);
        check(&[], all, None);
        check(
            &[claim.clone(), final_codes.clone()],
            all,
            Some((B::FinalDiagnosis, 120)),
        );
        check(
            &[claim.clone(), final_codes],
            &[B::Claim],
            Some((B::Claim, 150)),
        );
        // Working codes of the stay, a claim taken back, a claim of unknown date.
        check(&[coding(1, B::Drg, Completed, 99)], all, None);
        check(&[coding(1, B::Claim, Retracted, 150)], all, None);
        check(
            &[coding(1, B::Claim, Completed, 0)],
            all,
            Some((B::Claim, 0)),
        );
        // A coder's word comes first; one that takes it back leaves what comes later.
        let by_hand = coding(3, B::Hand, Completed, 130);
        let not_coded = coding(4, B::Hand, Cancelled, 0);
        check(&[claim.clone(), by_hand.clone()], &[], Some((B::Hand, 130)));
        check(&[claim.clone(), by_hand, not_coded.clone()], all, None);
        check(
            &[claim, not_coded, coding(5, B::Claim, Completed, 200)],
            all,
            Some((B::Claim, 200)),
        );
    }
}
