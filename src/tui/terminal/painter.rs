//! The drawing backend: what the terminal shows against what it should, in few bytes.
//!
//! It keeps its own copy of the screen, so that a frame becomes one write: cells that changed,
//! the shortest way between them, erasing where that is shorter than blanks. It is the last gate:
//! a character that steers a terminal never passes, whoever put it into a cell.

use super::pen::Pen;
use super::scroll::{self, Scroll};
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use std::io::{self, Write};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A frame above this many bytes is wrapped in a synchronized update, so that it appears at once.
const LARGE: usize = 1024;

/// Combining marks left on one cell.
const MAX_MARKS: usize = 4;

/// Which characters a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8.
    Unicode,
    /// ASCII only: lines become `-`, `|`, `+`, other characters `?`.
    Ascii,
}

/// The backend.
#[derive(Debug)]
pub struct Painter<W: Write> {
    out: W,
    size: Size,
    charset: Charset,
    /// What the terminal shows.
    front: Vec<Cell>,
    /// What it should show.
    back: Vec<Cell>,
    clear: bool,
    pen: Pen,
    /// Where the terminal's cursor is, if that is certain.
    at: Option<(u16, u16)>,
    visible: bool,
    want_visible: bool,
    want_at: (u16, u16),
    bytes: Vec<u8>,
    written: u64,
}

impl<W: Write> Painter<W> {
    /// A painter for a terminal of this size that shows nothing yet.
    pub fn new(out: W, size: Size, charset: Charset) -> Self {
        let cells = usize::from(size.width) * usize::from(size.height);
        Self {
            out,
            size,
            charset,
            front: vec![Cell::default(); cells],
            back: vec![Cell::default(); cells],
            clear: true,
            pen: Pen::default(),
            at: None,
            visible: false,
            want_visible: false,
            want_at: (0, 0),
            bytes: Vec::new(),
            written: 0,
        }
    }

    /// The session says the terminal has another size; everything is drawn anew.
    pub fn resize(&mut self, size: Size) {
        if size != self.size {
            self.size = size;
            let cells = usize::from(size.width) * usize::from(size.height);
            self.back = vec![Cell::default(); cells];
        }
        self.forget();
    }

    /// Forgets what the terminal shows: the next frame draws everything.
    pub fn forget(&mut self) {
        self.front = vec![Cell::default(); self.back.len()];
        self.clear = true;
        self.at = None;
    }

    /// Bytes written so far.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// The writer.
    pub fn writer(&mut self) -> &mut W {
        &mut self.out
    }

    fn index(&self, x: u16, y: u16) -> Option<usize> {
        (x < self.size.width && y < self.size.height)
            .then(|| usize::from(y) * usize::from(self.size.width) + usize::from(x))
    }

    /// Takes a cell, cleaned.
    fn put(&mut self, x: u16, y: u16, cell: &Cell) {
        let Some(index) = self.index(x, y) else {
            return;
        };
        let mut clean = cell.clone();
        sweep(&mut clean, self.charset);
        let wide = clean.symbol().width() > 1;
        if wide && x + 1 >= self.size.width {
            // Half a wide character cannot be drawn.
            clean.set_symbol("?");
        }
        self.uncover(index);
        self.back[index] = clean;
        if wide && x + 1 < self.size.width {
            self.uncover(index + 1);
            // Nothing is drawn behind a wide character.
            let mut rest = self.back[index].clone();
            rest.set_symbol("");
            self.back[index + 1] = rest;
        }
    }

    /// A cell is about to be overwritten: if it is half of a wide character, the other half
    /// becomes a blank. (ratatui sends a cell again only where it thinks it was uncovered.)
    fn uncover(&mut self, index: usize) {
        let width = usize::from(self.size.width);
        if self.back[index].symbol().is_empty() && !index.is_multiple_of(width) {
            self.back[index - 1] = Cell::default();
        }
        if self.back[index].symbol().width() > 1 && !(index + 1).is_multiple_of(width) {
            self.back[index + 1] = Cell::default();
        }
    }

    /// Writes what differs between both screens.
    fn compose(&mut self) {
        if self.clear {
            self.bytes.extend_from_slice(b"\x1b[m\x1b[2J\x1b[H");
            self.pen = Pen::default();
            self.at = Some((0, 0));
            self.clear = false;
        } else if let Some(scroll) = scroll::find(&self.front, &self.back, self.size) {
            self.scroll(scroll);
        }
        for y in 0..self.size.height {
            self.row(y);
        }
        self.front.clone_from(&self.back);
        if self.want_visible {
            self.go(self.want_at.0, self.want_at.1);
        }
        if self.visible != self.want_visible {
            let code: &[u8] = if self.want_visible {
                b"\x1b[?25h"
            } else {
                b"\x1b[?25l"
            };
            self.bytes.extend_from_slice(code);
            self.visible = self.want_visible;
        }
    }

    /// Lets the terminal move a band of lines (DECSTBM, which every VT100 has).
    fn scroll(&mut self, band: Scroll) {
        if !self.pen.blank_is_erased() {
            self.pen.change(Pen::default(), &mut self.bytes);
            self.pen = Pen::default();
        }
        let region = format!("\x1b[{};{}r", band.top + 1, band.bottom + 1);
        self.bytes.extend_from_slice(region.as_bytes());
        let (edge, step): (u16, &[u8]) = if band.up {
            (band.bottom, b"\n")
        } else {
            (band.top, b"\x1bM")
        };
        self.bytes.extend_from_slice(&absolute(0, edge));
        self.bytes.extend(step.repeat(usize::from(band.lines)));
        self.bytes.extend_from_slice(b"\x1b[r");
        // Giving the whole screen back puts the cursor into its corner.
        self.at = Some((0, 0));
        scroll::apply(&mut self.front, usize::from(self.size.width), band);
    }

    fn row(&mut self, y: u16) {
        let width = usize::from(self.size.width);
        let start = usize::from(y) * width;
        let row = start..start + width;
        if self.front[row.clone()] == self.back[row.clone()] {
            return;
        }
        let erased = |c: &Cell| c.symbol() == " " && Pen::of(c).blank_is_erased();
        let back = &self.back[row.clone()];
        let tail = back.iter().rposition(|c| !erased(c)).map_or(0, |x| x + 1);
        let stale = (tail..width)
            .filter(|x| self.front[start + x] != self.back[start + x])
            .filter(|x| !erased(&self.front[start + x]))
            .count();
        // Erasing costs three bytes, perhaps three more for the pen.
        let erase = stale > 4;
        let end = if erase { tail } else { width };
        for x in 0..end {
            let (front, back) = (&self.front[start + x], &self.back[start + x]);
            if front == back || back.symbol().is_empty() || (erased(front) && erased(back)) {
                continue;
            }
            self.glyph(x as u16, y, start + x);
        }
        if erase {
            self.go(tail as u16, y);
            if !self.pen.blank_is_erased() {
                self.pen.change(Pen::default(), &mut self.bytes);
                self.pen = Pen::default();
            }
            self.bytes.extend_from_slice(b"\x1b[K");
        }
    }

    fn glyph(&mut self, x: u16, y: u16, index: usize) {
        self.go(x, y);
        let cell = &self.back[index];
        let pen = Pen::of(cell);
        if pen != self.pen && !(cell.symbol() == " " && self.pen.blank_like(pen)) {
            self.pen.change(pen, &mut self.bytes);
            self.pen = pen;
        }
        self.bytes.extend_from_slice(cell.symbol().as_bytes());
        let width = cell.symbol().width().max(1) as u16;
        let next = x + width;
        // At the margin a terminal may wrap now or later; and about the width of rare
        // characters it may think differently. Then only an absolute move is safe.
        let certain = next < self.size.width && cell.symbol().chars().all(width_is_certain);
        self.at = certain.then_some((next, y));
    }

    /// Moves the cursor by the shortest way.
    fn go(&mut self, x: u16, y: u16) {
        if self.at == Some((x, y)) {
            return;
        }
        let mut best = absolute(x, y);
        if let Some((cx, cy)) = self.at {
            let mut consider = |way: Vec<u8>| {
                if way.len() < best.len() {
                    best = way;
                }
            };
            if cy == y {
                consider(sideways(cx, x));
                consider([b"\r".to_vec(), sideways(0, x)].concat());
                if let Some(text) = self.rewrite(cx, x, y, best.len()) {
                    best = text;
                }
            } else if y > cy {
                let down = usize::from(y - cy);
                let mut way = b"\r".to_vec();
                way.extend(std::iter::repeat_n(b'\n', down));
                way.extend(sideways(0, x));
                consider(way);
                consider([relative(y - cy, b'B'), sideways(cx, x)].concat());
            } else {
                consider([relative(cy - y, b'A'), sideways(cx, x)].concat());
            }
        }
        self.bytes.extend_from_slice(&best);
        self.at = Some((x, y));
    }

    /// The unchanged cells between, if writing them again is shorter than moving over them.
    fn rewrite(&self, from: u16, to: u16, y: u16, than: usize) -> Option<Vec<u8>> {
        if to <= from || usize::from(to - from) >= than {
            return None;
        }
        let mut text = Vec::new();
        for x in from..to {
            let cell = &self.back[self.index(x, y)?];
            let same = Pen::of(cell) == self.pen
                || (cell.symbol() == " " && self.pen.blank_like(Pen::of(cell)));
            if !same || cell.symbol().len() != 1 {
                return None;
            }
            text.extend_from_slice(cell.symbol().as_bytes());
        }
        (text.len() < than).then_some(text)
    }
}

fn absolute(x: u16, y: u16) -> Vec<u8> {
    match (x, y) {
        (0, 0) => b"\x1b[H".to_vec(),
        (0, y) => format!("\x1b[{}H", y + 1).into_bytes(),
        (x, y) => format!("\x1b[{};{}H", y + 1, x + 1).into_bytes(),
    }
}

fn relative(n: u16, code: u8) -> Vec<u8> {
    let mut way = b"\x1b[".to_vec();
    if n > 1 {
        way.extend(n.to_string().into_bytes());
    }
    way.push(code);
    way
}

fn sideways(from: u16, to: u16) -> Vec<u8> {
    match to.cmp(&from) {
        std::cmp::Ordering::Equal => Vec::new(),
        std::cmp::Ordering::Greater => relative(to - from, b'C'),
        std::cmp::Ordering::Less if from - to <= 3 => vec![8; usize::from(from - to)],
        std::cmp::Ordering::Less => relative(from - to, b'D'),
    }
}

/// Characters every terminal gives one column: Latin, Greek, Cyrillic letters and lines.
fn width_is_certain(c: char) -> bool {
    matches!(c as u32, 0x20..=0x7e | 0xa1..=0xac | 0xae..=0x2ff | 0x370..=0x3ff
        | 0x400..=0x482 | 0x48a..=0x52f | 0x2500..=0x257f)
}

/// The last gate: nothing hidden, few marks, only characters the terminal knows.
fn sweep(cell: &mut Cell, charset: Charset) {
    let symbol = cell.symbol();
    let mut bytes = symbol.bytes();
    if let (Some(0x20..=0x7e), None) = (bytes.next(), bytes.next()) {
        return;
    }
    let mut clean = String::with_capacity(symbol.len());
    let mut marks = 0;
    for c in symbol.chars() {
        if crate::text::is_hidden(c) {
            clean.push('?');
        } else if c.width() == Some(0) {
            marks += 1;
            if marks <= MAX_MARKS && !clean.is_empty() && charset == Charset::Unicode {
                clean.push(c);
            }
        } else if charset == Charset::Ascii {
            let width = c.width().unwrap_or(1);
            clean.push_str(if width > 1 { "??" } else { ascii(c) });
        } else {
            clean.push(c);
        }
    }
    if clean.is_empty() {
        clean.push(' ');
    }
    // A cell holds one character's width, or two.
    if clean.width() > symbol.width().max(1) {
        clean.truncate(1);
    }
    cell.set_symbol(&clean);
}

/// What stands for a character where there is only ASCII.
fn ascii(c: char) -> &'static str {
    match c {
        '─' | '━' | '═' | '–' | '—' => "-",
        '│' | '┃' | '║' => "|",
        '█' => "#",
        '┌'..='╋' | '╔'..='╬' | '╭'..='╰' => "+",
        '…' => ".",
        '‘' | '’' => "'",
        '“' | '”' => "\"",
        '•' | '·' => "*",
        '\u{a0}' => " ",
        c if c.is_ascii() => ASCII.get(c as usize..=c as usize).unwrap_or("?"),
        _ => "?",
    }
}

/// ASCII by position, so that a character's text can be borrowed.
const ASCII: &str = "????????????????????????????????\
 !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~?";

impl<W: Write> Backend for Painter<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.put(x, y, cell);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.want_visible = false;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.want_visible = true;
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(Position::from(self.want_at))
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        self.want_at = (
            position.x.min(self.size.width.saturating_sub(1)),
            position.y.min(self.size.height.saturating_sub(1)),
        );
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.back.fill(Cell::default());
        self.forget();
        Ok(())
    }

    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        // A full-screen program never erases a part; all is always right.
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: self.size,
            pixels: Size::default(),
        })
    }

    /// Ends the frame: everything in one write, nothing if nothing changed.
    fn flush(&mut self) -> io::Result<()> {
        self.compose();
        if self.bytes.is_empty() {
            return Ok(());
        }
        if self.bytes.len() > LARGE {
            self.bytes.splice(0..0, *b"\x1b[?2026h");
            self.bytes.extend_from_slice(b"\x1b[?2026l");
        }
        let result = self
            .out
            .write_all(&self.bytes)
            .and_then(|()| self.out.flush());
        self.written += self.bytes.len() as u64;
        self.bytes.clear();
        result
    }
}

#[cfg(test)]
mod tests;
