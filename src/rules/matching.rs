//! Which of several documents answers which of several procedures or orders.
//!
//! Owns the rule "clear only where exactly one open item matches, otherwise ask". Knows nothing
//! of charts: it is given, for each document, how strongly it points to each item.

/// How a document points to an item, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// Nothing speaks against it.
    Possible,
    /// The day (procedures) or the service (orders) is right.
    Circumstance,
    /// The person is right.
    Person,
    /// The person and the day are right.
    PersonAndDay,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A document answers it.
    Answered,
    /// None does; this document (by index) may.
    Ask(usize),
    /// None does.
    Open,
}

/// What each document points to: items (by index) with strength, only its strongest ones used.
pub(super) struct Pointing {
    /// For each document the items it points to most strongly.
    best: Vec<Vec<usize>>,
}

impl Pointing {
    /// From a function giving the strength between document and item.
    pub fn new(
        documents: usize,
        items: usize,
        strength: impl Fn(usize, usize) -> Option<Strength>,
    ) -> Self {
        let best = (0..documents)
            .map(|d| {
                let found: Vec<(usize, Strength)> = (0..items)
                    .filter_map(|i| strength(d, i).map(|s| (i, s)))
                    .collect();
                let top = found.iter().map(|(_, s)| *s).max();
                let at_top = found.into_iter().filter(|(_, s)| Some(*s) == top);
                at_top.map(|(i, _)| i).collect()
            })
            .collect();
        Self { best }
    }

    /// Decides every item; `answered` are those already answered by an explicit link. A document
    /// never moves on from what it points to most strongly: a second report of one operation is
    /// not the report of another.
    pub fn decide(&self, answered: &[bool]) -> Vec<Verdict> {
        let mut done = answered.to_vec();
        for items in &self.best {
            if let [only] = items.as_slice() {
                done[*only] = true;
            }
        }
        while let Some(item) = self.sole_open(&done) {
            done[item] = true;
        }
        let mut verdicts: Vec<Verdict> = done
            .iter()
            .map(|d| if *d { Verdict::Answered } else { Verdict::Open })
            .collect();
        for component in self.components(&done) {
            if self.saturates(&component, &done) {
                for item in component {
                    verdicts[item] = Verdict::Answered;
                }
            } else {
                for item in component {
                    if let Some(d) = self.best.iter().position(|b| b.contains(&item)) {
                        verdicts[item] = Verdict::Ask(d);
                    }
                }
            }
        }
        verdicts
    }

    /// The item of a document that points to several of which exactly one is still open.
    fn sole_open(&self, done: &[bool]) -> Option<usize> {
        self.best.iter().filter(|b| b.len() > 1).find_map(|b| {
            let mut open = b.iter().filter(|i| !done[**i]);
            match (open.next(), open.next()) {
                (Some(only), None) => Some(*only),
                _ => None,
            }
        })
    }

    /// Open items that documents connect, each group once, in order.
    fn components(&self, done: &[bool]) -> Vec<Vec<usize>> {
        let mut seen = done.to_vec();
        let mut all = Vec::new();
        for start in 0..done.len() {
            if seen[start] || !self.best.iter().any(|b| b.contains(&start)) {
                continue;
            }
            let mut component = vec![start];
            seen[start] = true;
            let mut next = 0;
            while let Some(item) = component.get(next).copied() {
                next += 1;
                for other in self.best.iter().filter(|b| b.contains(&item)).flatten() {
                    if !seen[*other] {
                        seen[*other] = true;
                        component.push(*other);
                    }
                }
            }
            component.sort_unstable();
            all.push(component);
        }
        all
    }

    /// Whether there is a document of its own for every item (as many documents as items).
    fn saturates(&self, component: &[usize], done: &[bool]) -> bool {
        let mut owner_of: Vec<Option<usize>> = vec![None; self.best.len()];
        component.iter().all(|item| {
            let mut tried = vec![false; self.best.len()];
            self.augment(*item, done, &mut owner_of, &mut tried)
        })
    }

    /// One augmenting path of bipartite matching, from an item.
    fn augment(
        &self,
        item: usize,
        done: &[bool],
        owner_of: &mut [Option<usize>],
        tried: &mut [bool],
    ) -> bool {
        for d in 0..self.best.len() {
            // A document that already answers something is not free to answer more.
            let free = self.best[d].iter().all(|i| !done[*i]);
            if tried[d] || !free || !self.best[d].contains(&item) {
                continue;
            }
            tried[d] = true;
            let moved = match owner_of[d] {
                None => true,
                Some(other) => self.augment(other, done, owner_of, tried),
            };
            if moved {
                owner_of[d] = Some(item);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::Strength::{Person, PersonAndDay, Possible};
    use super::*;

    /// Each document is a list of (item, strength).
    fn check(documents: &[&[(usize, Strength)]], items: usize, expected: &[Verdict]) {
        let pointing = Pointing::new(documents.len(), items, |d, i| {
            documents[d].iter().find(|(x, _)| *x == i).map(|(_, s)| *s)
        });
        assert_eq!(pointing.decide(&vec![false; items]), expected);
    }

    #[test]
    fn one_open_item_is_cleared_and_two_are_asked_about() {
        use Verdict::{Answered, Ask, Open};
        check(&[], 1, &[Open]);
        check(&[&[(0, Possible)]], 1, &[Answered]);
        check(&[&[(0, Possible), (1, Possible)]], 2, &[Ask(0), Ask(0)]);
        check(&[&[(0, Possible), (1, Person)]], 2, &[Open, Answered]);
        let any: &[(usize, Strength)] = &[(0, Possible), (1, Possible)];
        check(&[any, any], 2, &[Answered, Answered]);
        let three: &[(usize, Strength)] = &[(0, Possible), (1, Possible), (2, Possible)];
        check(&[three, three], 3, &[Ask(0), Ask(0), Ask(0)]);
    }

    #[test]
    fn a_second_report_of_one_operation_is_not_the_report_of_another() {
        use Verdict::{Answered, Open};
        let second: &[(usize, Strength)] = &[(0, Possible), (1, PersonAndDay)];
        check(&[second, second], 2, &[Open, Answered]);
    }

    #[test]
    fn what_is_left_after_the_certain_ones_is_cleared() {
        use Verdict::Answered;
        let certain: &[(usize, Strength)] = &[(0, Person)];
        let either: &[(usize, Strength)] = &[(0, Possible), (1, Possible)];
        check(&[certain, either], 2, &[Answered, Answered]);
    }
}
