//! Finds lines that only moved up or down, so that the terminal can move them itself.
//!
//! Owns the comparison of two screens for that, and nothing of how it is written. Start reading
//! at [`find`].

use ratatui::buffer::Cell;
use ratatui::layout::Size;

/// Most lines a list moves at once by a key (half a page of a small screen); longer ways are drawn.
const MOST_LINES: usize = 12;

/// Cells that must not need drawing any more before moving is worth its own bytes (about 25).
const WORTH: i64 = 40;

/// Bytes that erasing the rest of a line takes.
const ERASE: i64 = 4;

/// Lines that must be found again at a distance before it is looked at more closely.
const FOUND_AGAIN: usize = 2;

/// The sign of a blank line.
const BLANK: u64 = 0;

/// A band of lines whose content moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Scroll {
    /// First line of the band.
    pub top: u16,
    /// Last line of the band.
    pub bottom: u16,
    /// By how many lines.
    pub lines: u16,
    /// Whether the content moves up, as when a list goes on; down otherwise.
    pub up: bool,
}

/// The band that, once moved, leaves fewest cells to draw; `None` if none is worth it.
pub(super) fn find(front: &[Cell], back: &[Cell], size: Size) -> Option<Scroll> {
    let (width, height) = (usize::from(size.width), usize::from(size.height));
    if width == 0 || front.len() != back.len() || front.len() < width * height {
        return None;
    }
    let old = |y: usize| &front[y * width..(y + 1) * width];
    let new = |y: usize| &back[y * width..(y + 1) * width];
    let still: Vec<i64> = (0..height).map(|y| different(old(y), new(y))).collect();
    if still.iter().sum::<i64>() <= WORTH {
        return None;
    }
    // Most frames move nothing: only distances at which lines are found again are looked at.
    let signs = |screen: &[Cell]| -> Vec<u64> { screen.chunks(width).map(sign).collect() };
    let (was, is) = (signs(front), signs(back));
    let found_again = |lines: usize, up: bool| {
        (0..height - lines)
            .map(|y| if up { (y, y + lines) } else { (y + lines, y) })
            .filter(|(to, from)| still[*to] > 0 && is[*to] == was[*from] && is[*to] != BLANK)
            .count()
    };
    let blank = vec![Cell::default(); width];
    let fresh: Vec<i64> = (0..height).map(|y| different(&blank, new(y))).collect();
    let mut best: Option<(i64, Scroll)> = None;
    for lines in 1..=MOST_LINES.min(height.saturating_sub(1)) {
        for up in [true, false] {
            if found_again(lines, up) < FOUND_AGAIN {
                continue;
            }
            let gains: Vec<i64> = (0..height - lines)
                .map(|y| {
                    // Line `to` shows afterwards what line `from` shows now.
                    let (to, from) = if up { (y, y + lines) } else { (y + lines, y) };
                    still[to] - different(old(from), new(to))
                })
                .collect();
            let uncovered =
                |first: usize| -> i64 { (first..first + lines).map(|y| still[y] - fresh[y]).sum() };
            let Some((gain, top, bottom)) = band(&gains, lines, up, uncovered) else {
                continue;
            };
            if gain > WORTH && best.is_none_or(|(most, _)| gain > most) {
                let scroll = Scroll {
                    top: top as u16,
                    bottom: bottom as u16,
                    lines: lines as u16,
                    up,
                };
                best = Some((gain, scroll));
            }
        }
    }
    best.map(|(_, scroll)| scroll)
}

/// The band with the largest gain: its first and last line. `gains` is per pair of lines;
/// `uncovered` what is won (mostly lost) on the lines that become empty, from their first one.
fn band(
    gains: &[i64],
    lines: usize,
    up: bool,
    uncovered: impl Fn(usize) -> i64,
) -> Option<(i64, usize, usize)> {
    let mut best: Option<(i64, usize, usize)> = None;
    for first in 0..gains.len() {
        let mut sum = 0;
        for (last, gain) in gains.iter().enumerate().skip(first) {
            sum += gain;
            let empty = if up { last + 1 } else { first };
            let total = sum + uncovered(empty);
            if best.is_none_or(|(most, _, _)| total > most) {
                best = Some((total, first, last + lines));
            }
        }
    }
    best
}

/// Moves the lines of a screen as the terminal will.
pub(super) fn apply(screen: &mut [Cell], width: usize, scroll: Scroll) {
    let (top, bottom) = (usize::from(scroll.top), usize::from(scroll.bottom));
    let cells = usize::from(scroll.lines) * width;
    let Some(band) = screen.get_mut(top * width..(bottom + 1) * width) else {
        return;
    };
    if scroll.up {
        band.rotate_left(cells);
        let from = band.len() - cells;
        band[from..].fill(Cell::default());
    } else {
        band.rotate_right(cells);
        band[..cells].fill(Cell::default());
    }
}

/// Tells lines of different text apart, mostly; looks do not count.
fn sign(row: &[Cell]) -> u64 {
    let text = row.iter().map(Cell::symbol);
    let letters = text.enumerate().filter(|(_, symbol)| *symbol != " ");
    letters.fold(BLANK, |sum, (x, symbol)| {
        symbol.bytes().fold(sum ^ x as u64, |sum, byte| {
            sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
        })
    })
}

/// About how many bytes it takes to draw `new` over `old`: a cell each, blanks together no more
/// than erasing the rest of the line.
fn different(old: &[Cell], new: &[Cell]) -> i64 {
    let changed = || old.iter().zip(new).filter(|(old, new)| old != new);
    let blanks = changed().filter(|(_, new)| new.symbol() == " ").count() as i64;
    changed().count() as i64 - blanks + blanks.min(ERASE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(rows: &[&str]) -> (Vec<Cell>, Size) {
        let width = 60;
        let cells = rows.iter().flat_map(|row| {
            let text = format!("{row:width$}");
            text.chars()
                .map(|c| {
                    let mut cell = Cell::default();
                    cell.set_char(c);
                    cell
                })
                .collect::<Vec<_>>()
        });
        (cells.collect(), Size::new(width as u16, rows.len() as u16))
    }

    fn list(from: usize, rows: usize) -> Vec<String> {
        let mut all = vec!["a title that stays".to_owned()];
        all.extend((from..from + rows).map(|n| format!("row {n} {}", n * 7919 % 100_000 * 31)));
        all.push("a footer that stays".to_owned());
        all
    }

    fn found(before: &[String], after: &[String]) -> Option<Scroll> {
        let before: Vec<&str> = before.iter().map(String::as_str).collect();
        let after: Vec<&str> = after.iter().map(String::as_str).collect();
        let ((front, size), (back, _)) = (screen(&before), screen(&after));
        find(&front, &back, size)
    }

    #[test]
    fn a_list_that_moved_a_line_is_found_without_its_surroundings() {
        let expected = |lines, up| {
            Some(Scroll {
                top: 1,
                bottom: 12,
                lines,
                up,
            })
        };
        assert_eq!(found(&list(10, 12), &list(11, 12)), expected(1, true));
        assert_eq!(found(&list(10, 12), &list(8, 12)), expected(2, false));
    }

    #[test]
    fn what_did_not_move_is_drawn() {
        assert_eq!(found(&list(10, 12), &list(10, 12)), None);
        assert_eq!(found(&list(10, 12), &list(500, 12)), None);
    }

    #[test]
    fn moving_the_copy_is_what_a_terminal_does() {
        let rows = ["a", "b", "c", "d"];
        let (mut cells, size) = screen(&rows);
        let scroll = Scroll {
            top: 1,
            bottom: 3,
            lines: 1,
            up: true,
        };
        apply(&mut cells, usize::from(size.width), scroll);
        assert_eq!(cells, screen(&["a", "c", "d", ""]).0);
        let back = Scroll {
            up: false,
            ..scroll
        };
        apply(&mut cells, usize::from(size.width), back);
        assert_eq!(cells, screen(&["a", "", "c", "d"]).0);
    }
}
