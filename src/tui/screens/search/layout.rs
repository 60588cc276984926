//! Where the parts of the search stand.

use super::{Search, Within};
use ratatui::layout::Rect;

/// Columns from which the preview stands beside the hits.
const WIDE: u16 = 110;
/// Columns of the facets on a narrow and on a wide terminal.
const FACETS: (u16, u16) = (22, 26);

/// Where things stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Areas {
    /// The query line.
    pub line: Rect,
    /// Counts, or what is wrong.
    pub status: Rect,
    /// What the query was widened by, or a better spelling; empty if there is nothing to say.
    pub widened: Rect,
    /// The facets; empty while there are none.
    pub facets: Rect,
    pub hits: Rect,
    /// The preview with its head.
    pub preview: Rect,
    /// The text in the preview.
    pub text: Rect,
    /// Whether the preview stands beside the hits.
    pub wide: bool,
}

impl Areas {
    /// Hits that fit.
    pub fn hit_rows(&self) -> u16 {
        (self.hits.height / 2).max(1)
    }
}

impl Search {
    pub(super) fn areas(&self, body: Rect) -> Areas {
        let row = |n: u16, height: u16| {
            let y = body.y + n.min(body.height);
            Rect::new(body.x, y, body.width, height)
        };
        let first = u16::from(!matches!(self.within, Within::All));
        let widened = self.lines_widened();
        let status = self.status_rows(body.width);
        let above = first + 2 + status + widened;
        let rest = Rect::new(
            body.x,
            body.y + above.min(body.height),
            body.width,
            body.height.saturating_sub(above),
        );
        let wide = body.width >= WIDE;
        let columns = match (self.facets.is_empty(), wide) {
            (true, _) => 0,
            (false, false) => FACETS.0,
            (false, true) => FACETS.1,
        };
        let (facets, hits, preview) = if wide {
            columns_of(rest, columns)
        } else {
            rows_of(rest, columns)
        };
        let text = Rect::new(
            preview.x,
            preview.y + 1.min(preview.height),
            preview.width,
            preview.height.saturating_sub(1),
        );
        Areas {
            line: row(first, 1),
            status: row(first + 1, status),
            widened: row(first + 1 + status, widened),
            facets,
            hits,
            preview,
            text,
            wide,
        }
    }
}

/// Facets, hits and preview side by side.
fn columns_of(rest: Rect, facets: u16) -> (Rect, Rect, Rect) {
    let left = Rect::new(rest.x, rest.y, facets, rest.height);
    let from = if facets > 0 { left.right() + 2 } else { rest.x };
    let room = rest.right().saturating_sub(from);
    let hits = Rect::new(from, rest.y, room / 2, rest.height);
    let x = hits.right() + 2;
    let preview = Rect::new(x, rest.y, rest.right().saturating_sub(x), rest.height);
    (left, hits, preview)
}

/// Facets beside hits, the preview below.
fn rows_of(rest: Rect, facets: u16) -> (Rect, Rect, Rect) {
    // An even number of rows, because a hit takes two.
    let height = (rest.height * 3 / 5) & !1;
    let left = Rect::new(rest.x, rest.y, facets, height);
    let from = if facets > 0 { left.right() + 1 } else { rest.x };
    let hits = Rect::new(from, rest.y, rest.right().saturating_sub(from), height);
    let y = rest.y + height;
    let below = Rect::new(rest.x, y, rest.width, rest.bottom().saturating_sub(y));
    (left, hits, below)
}
