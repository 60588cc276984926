//! The drawing backend: what the terminal shows against what it should, in few bytes.
//!
//! It keeps its own copy of the screen, so that a frame becomes one write: cells that changed,
//! the shortest way between them, erasing where that is shorter than blanks. It is the last gate:
//! a character that steers a terminal never passes, whoever put it into a cell.

use super::pen::Pen;
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
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::Terminal;
    use ratatui::buffer::Buffer;
    use ratatui::style::{Color, Modifier, Style};

    type Screen = Terminal<Painter<Vec<u8>>>;

    fn screen(width: u16, height: u16) -> Screen {
        Terminal::new(Painter::new(
            Vec::new(),
            Size::new(width, height),
            Charset::Unicode,
        ))
        .unwrap()
    }

    /// Draws a frame and returns its bytes.
    fn frame(screen: &mut Screen, draw: impl Fn(&mut Buffer)) -> Vec<u8> {
        screen.draw(|f| draw(f.buffer_mut())).unwrap();
        std::mem::take(screen.backend_mut().writer())
    }

    fn put(buffer: &mut Buffer, x: u16, y: u16, text: &str, style: Style) {
        buffer.set_string(x, y, text, style);
    }

    #[test]
    fn an_unchanged_frame_writes_nothing() {
        let mut s = screen(80, 24);
        let draw = |b: &mut Buffer| put(b, 3, 3, "hello", Style::new().bold());
        assert!(!frame(&mut s, draw).is_empty());
        assert_eq!(frame(&mut s, draw), b"");
    }

    #[test]
    fn a_typed_letter_costs_a_few_bytes() {
        let mut s = screen(80, 24);
        frame(&mut s, |b| put(b, 3, 3, "hell", Style::new()));
        assert_eq!(frame(&mut s, |b| put(b, 3, 3, "hello", Style::new())), b"o");
    }

    #[test]
    fn erasing_a_line_is_shorter_than_blanks() {
        let mut s = screen(80, 24);
        frame(&mut s, |b| put(b, 0, 5, &"x".repeat(80), Style::new()));
        assert_eq!(
            frame(&mut s, |b| put(b, 0, 5, "x", Style::new())),
            b"\x1b[6;2H\x1b[K"
        );
    }

    #[test]
    fn only_large_frames_are_synchronized() {
        let mut s = screen(80, 24);
        let small = frame(&mut s, |b| put(b, 0, 0, "x", Style::new()));
        assert!(!small.starts_with(b"\x1b[?2026h"));
        let large = frame(&mut s, |b| {
            for y in 0..24 {
                put(b, 0, y, &"y".repeat(80), Style::new());
            }
        });
        assert!(large.starts_with(b"\x1b[?2026h") && large.ends_with(b"\x1b[?2026l"));
    }

    #[test]
    fn what_steers_a_terminal_never_passes() {
        let mut painter = Painter::new(Vec::new(), Size::new(20, 2), Charset::Unicode);
        let marks = format!("e{}", "\u{301}".repeat(50));
        let texts = ["\u{1b}", "\u{9b}31m", "a\u{202e}", marks.as_str()];
        for (x, text) in texts.into_iter().enumerate() {
            let mut cell = Cell::default();
            cell.set_symbol(text);
            painter.draw(std::iter::once((x as u16, 0, &cell))).unwrap();
        }
        painter.flush().unwrap();
        let bytes = std::mem::take(painter.writer());
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.matches('\u{301}').count(), 4);
        assert!(!text.contains('\u{202e}') && !text.contains('\u{9b}'));
        assert_eq!(
            text.matches('\u{1b}').count(),
            text.matches("\u{1b}[").count()
        );
    }

    #[test]
    fn an_ascii_terminal_gets_ascii() {
        let painter = Painter::new(Vec::new(), Size::new(20, 2), Charset::Ascii);
        let mut s = Terminal::new(painter).unwrap();
        let bytes = frame(&mut s, |b| put(b, 0, 0, "┌─│ Müller 漢 x", Style::new()));
        assert!(bytes.is_ascii());
        assert!(
            String::from_utf8(bytes)
                .unwrap()
                .contains("+-| M?ller ?? x")
        );
    }

    /// What a terminal emulator shows after the bytes.
    fn emulate(bytes: &[u8], width: u16, height: u16) -> vt100::Parser {
        let mut parser = vt100::Parser::new(height, width, 0);
        parser.process(bytes);
        parser
    }

    fn style() -> impl Strategy<Value = Style> {
        let color = prop_oneof![
            Just(Color::Reset),
            Just(Color::Blue),
            Just(Color::LightYellow),
            Just(Color::Indexed(99))
        ];
        (color.clone(), color, 0u16..16).prop_map(|(fg, bg, bits)| {
            let all = [
                Modifier::BOLD,
                Modifier::REVERSED,
                Modifier::UNDERLINED,
                Modifier::ITALIC,
            ];
            let mut style = Style::new().fg(fg).bg(bg);
            for (i, modifier) in all.into_iter().enumerate() {
                if bits >> i & 1 == 1 {
                    style = style.add_modifier(modifier);
                }
            }
            style
        })
    }

    proptest! {
        /// However it got there, the terminal shows exactly the last frame.
        #[test]
        fn the_terminal_shows_the_frame(
            frames in proptest::collection::vec(
                proptest::collection::vec(
                    (0u16..24, 0u16..6, "[a-c é漢]{1,12}", style()), 0..6), 1..5)
        ) {
            let mut s = screen(24, 6);
            let mut bytes = Vec::new();
            for texts in &frames {
                bytes.extend(frame(&mut s, |b| {
                    for (x, y, text, style) in texts { put(b, *x, *y, text, *style); }
                }));
            }
            let shown = emulate(&bytes, 24, 6);
            let mut fresh = screen(24, 6);
            let last = frames.last().cloned().unwrap_or_default();
            let once = frame(&mut fresh, |b| {
                for (x, y, text, style) in &last { put(b, *x, *y, text, *style); }
            });
            let wanted = emulate(&once, 24, 6);
            for y in 0..6 {
                for x in 0..24 {
                    let (a, b) = (shown.screen().cell(y, x).unwrap(), wanted.screen().cell(y, x).unwrap());
                    let text = |c: &vt100::Cell| if c.has_contents() { c.contents().to_owned() } else { " ".to_owned() };
                    prop_assert_eq!(text(a), text(b), "{} {}", x, y);
                    prop_assert_eq!(a.bgcolor(), b.bgcolor());
                    prop_assert_eq!((a.inverse(), a.underline()), (b.inverse(), b.underline()));
                    if text(a) != " " {
                        prop_assert_eq!((a.fgcolor(), a.bold(), a.italic()), (b.fgcolor(), b.bold(), b.italic()));
                    }
                }
            }
        }
    }
}
