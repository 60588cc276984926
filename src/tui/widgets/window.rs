//! A window over a list that lives elsewhere: rows are fetched in pages from either end.
//!
//! `C` is whatever the source hands out to continue a page. Row `i` is known if it lies in the
//! pages read from the beginning or in those read from the end; what lies between is fetched
//! when the cursor comes near.

/// Rows fetched so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Window<T, C> {
    head: Vec<T>,
    head_next: Option<C>,
    /// From the last row backwards.
    tail: Vec<T>,
    tail_next: Option<C>,
    total: usize,
    loaded: bool,
}

/// A page that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted<C> {
    /// Rows from the beginning, after this place.
    Forward(Option<C>),
    /// Rows from the end backwards, after this place.
    Backward(Option<C>),
}

impl<T, C> Default for Window<T, C> {
    fn default() -> Self {
        Self {
            head: Vec::new(),
            head_next: None,
            tail: Vec::new(),
            tail_next: None,
            total: 0,
            loaded: false,
        }
    }
}

impl<T, C: Clone> Window<T, C> {
    /// Number of rows in all.
    pub fn total(&self) -> usize {
        self.total
    }

    /// Whether the first page has come.
    pub fn loaded(&self) -> bool {
        self.loaded
    }

    /// A row, if it has been fetched.
    pub fn get(&self, index: usize) -> Option<&T> {
        if let Some(row) = self.head.get(index) {
            return Some(row);
        }
        if index >= self.total {
            return None;
        }
        self.tail.get(self.total - 1 - index)
    }

    /// Every row fetched, in order, with its index.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        let head = self.head.len();
        let gap = self.total.saturating_sub(self.tail.len()).max(head);
        let skip = (head + self.tail.len()).saturating_sub(self.total);
        self.head.iter().enumerate().chain(
            self.tail
                .iter()
                .rev()
                .skip(skip)
                .enumerate()
                .map(move |(i, row)| (gap + i, row)),
        )
    }

    /// A page from the beginning has come. `after` says whether it continues what there is.
    pub fn forward(&mut self, rows: Vec<T>, next: Option<C>, total: usize, after: bool) {
        if after {
            self.head.extend(rows);
        } else {
            self.head = rows;
            self.tail.clear();
            self.tail_next = None;
        }
        self.head_next = next;
        self.total = total.max(self.head.len());
        self.loaded = true;
    }

    /// A page from the end has come.
    pub fn backward(&mut self, rows: Vec<T>, next: Option<C>, total: usize, after: bool) {
        if after {
            self.tail.extend(rows);
        } else {
            self.tail = rows;
        }
        self.tail_next = next;
        self.total = total.max(self.head.len());
        self.loaded = true;
    }

    /// What to fetch so that rows around `index` are known; `ahead` rows before they are needed.
    pub fn wanted(&self, index: usize, ahead: usize) -> Option<Wanted<C>> {
        if !self.loaded || self.head.len() + self.tail.len() >= self.total {
            return None;
        }
        let tail_start = self.total - self.tail.len();
        if index + ahead < self.head.len() || index >= tail_start + ahead {
            return None;
        }
        if index < self.head.len() + ahead {
            return Some(Wanted::Forward(self.head_next.clone()));
        }
        if self.tail.is_empty() || index + ahead >= tail_start {
            return Some(Wanted::Backward(self.tail_next.clone()));
        }
        Some(Wanted::Forward(self.head_next.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_from_both_ends() {
        let mut window: Window<usize, usize> = Window::default();
        assert_eq!(
            window.wanted(0, 5),
            None,
            "the first page is asked for elsewhere"
        );
        window.forward((0..10).collect(), Some(9), 100, false);
        assert_eq!(window.wanted(0, 5), None);
        assert_eq!(window.wanted(6, 5), Some(Wanted::Forward(Some(9))));
        assert_eq!(window.wanted(99, 5), Some(Wanted::Backward(None)));
        window.backward((90..100).rev().collect(), Some(90), 100, false);
        assert_eq!(window.get(99), Some(&99));
        assert_eq!(window.get(90), Some(&90));
        assert_eq!(window.get(89), None);
        assert_eq!(window.wanted(98, 5), None);
        assert_eq!(window.wanted(91, 5), Some(Wanted::Backward(Some(90))));
        let indices: Vec<_> = window.iter().map(|(i, row)| (i, *row)).collect();
        assert_eq!(indices.first(), Some(&(0, 0)));
        assert!(indices.iter().all(|(i, row)| i == row));
    }

    #[test]
    fn a_complete_window_wants_nothing() {
        let mut window: Window<usize, usize> = Window::default();
        window.forward((0..3).collect(), None, 3, false);
        assert_eq!(window.wanted(2, 50), None);
    }
}
