//! Where the cursor of a list stood before something was done with its row, and where it belongs
//! once the rows are read again: on that row while it stays where it was; on the one that came
//! after it when what was done sent it elsewhere, so that work goes on in its order.

use super::{Listed, Listing};
use std::collections::BTreeSet;

/// The row something was done with, and the rows that came after it.
#[derive(Clone, Debug)]
pub struct Stand<K> {
    on: K,
    after: Vec<K>,
    all: BTreeSet<K>,
}

impl<K: Ord + Clone> Stand<K> {
    /// The cursor stands on line `at` of these rows. Others that `moves` says something was done
    /// with, too, are no place to go to.
    pub fn new(rows: &[K], at: usize, moves: impl Fn(&K) -> bool) -> Option<Self> {
        let on = rows.get(at)?.clone();
        let after = rows.iter().skip(at + 1).filter(|k| !moves(k));
        Some(Self {
            on,
            after: after.cloned().collect(),
            all: rows.iter().cloned().collect(),
        })
    }

    /// The row something was done with.
    pub fn on(&self) -> &K {
        &self.on
    }

    /// The line to stand on now; `None` if neither the row nor any after it is there.
    pub fn find(&self, rows: &[K]) -> Option<usize> {
        let line = |key: &K| rows.iter().position(|k| k == key);
        let here = line(&self.on);
        let next = self.after.iter().find_map(line);
        match (here, next) {
            // What others added between the two is no move.
            (Some(here), Some(next))
                if here < next && !rows[here + 1..next].iter().any(|k| self.all.contains(k)) =>
            {
                Some(here)
            }
            (here, None) => here,
            (_, next) => next,
        }
    }
}

impl<R: Listed> Listing<R> {
    /// Remembers where the cursor stands, because something was done with the rows marked, or else
    /// with the one under it.
    pub(super) fn remember(&mut self) {
        let on = self.row().map(Listed::key);
        let meant = |key: &R::Key| self.marks.is_empty() || self.marks.contains_key(key);
        let here = on.filter(meant);
        self.dealt = here.and_then(|_| {
            let marked = |key: &R::Key| self.marks.contains_key(key);
            Stand::new(&self.keys(), self.list.cursor, marked)
        });
    }

    /// What is shown, in its order.
    pub(super) fn keys(&self) -> Vec<R::Key> {
        let rows = self.rows();
        self.shown.iter().map(|i| rows[*i].key()).collect()
    }

    /// How many rows each view has, in the order of the plan: for views whose rows are read anew.
    pub fn set_counts(&mut self, counts: Vec<i64>) {
        self.counts = counts;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, at: usize, after: &str, expected: Option<char>) {
        let rows = |text: &str| text.chars().collect::<Vec<char>>();
        let stand = Stand::new(&rows(before), at, |_| false).expect("a row");
        let now = rows(after);
        let found = stand.find(&now).map(|line| now[line]);
        assert_eq!(found, expected, "{before} {at} {after}");
    }

    #[test]
    fn a_row_sent_elsewhere_leaves_the_cursor_to_the_next() {
        check("abcd", 1, "abcd", Some('b'));
        check("abcd", 1, "acdb", Some('c'));
        check("abcd", 1, "acd", Some('c'));
        check("abcd", 1, "ad", Some('d'));
        check("abcd", 1, "bacd", Some('c'));
        // The last one has none after it.
        check("abcd", 3, "dabc", Some('d'));
        check("abcd", 3, "abc", None);
        // Rows others added or closed change nothing.
        check("abcd", 1, "xabyzcd", Some('b'));
        check("abcd", 2, "bcd", Some('c'));
        let marked = Stand::new(&['a', 'b', 'c', 'd'], 1, |k| *k == 'c').expect("a row");
        assert_eq!(marked.find(&['a', 'd', 'b', 'c']), Some(1));
    }
}
