//! What the painter writes, and what an emulator makes of it.

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

/// Lines of a list, as a frame.
fn list(b: &mut Buffer, first: usize) {
    for y in 0..20u16 {
        let row = format!(
            "{:>6} {}",
            first + usize::from(y),
            "row of the list ".repeat(4)
        );
        let row = row.replace("row", &format!("{}", (first + usize::from(y)) * 7919));
        put(b, 0, y + 2, &row, Style::new());
    }
    put(b, 0, 21, ">", Style::new().bold());
}

#[test]
fn a_list_that_goes_on_by_a_line_is_moved_by_the_terminal() {
    let mut s = screen(80, 24);
    let mut bytes = frame(&mut s, |b| list(b, 10));
    for first in [11, 12, 11, 13, 10] {
        let one = frame(&mut s, |b| list(b, first));
        assert!(one.len() < 400, "{} bytes", one.len());
        bytes.extend(one);
    }
    let whole = frame(&mut screen(80, 24), |b| list(b, 10));
    assert_eq!(
        emulate(&bytes, 80, 24).screen().contents(),
        emulate(&whole, 80, 24).screen().contents()
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
                (0u16..24, 0u16..6, "[a-c é漢]{1,12}", style()), 0..6), 1..5),
        moves in proptest::collection::vec(0u16..6, 0..6),
    ) {
        let mut s = screen(24, 6);
        let mut bytes = Vec::new();
        // The first frame again and again at other heights, then the others.
        for by in moves {
            bytes.extend(frame(&mut s, |b| {
                for (x, y, text, style) in &frames[0] { put(b, *x, (*y + by) % 6, text, *style); }
            }));
        }
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
