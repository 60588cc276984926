//! Raw bytes to keys, whatever way they are split and whichever terminal sent them.
//!
//! The one decoder for local terminals, SSH channels and tests. It has no clock: while
//! [`KeyDecoder::pending`] holds, the caller waits the terminal's pause (50 ms, 150 ms over a
//! network) and then calls [`KeyDecoder::timeout`].

use super::frame::{Splitter, Token};
use super::{Code, Key};
use termina::event::{KeyCode, KeyEventKind, Modifiers};
use termina::{Event, Parser};

/// What a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Pressed a key.
    Key(Key),
    /// Pasted text: line ends are `\n`, controls are gone.
    Paste(String),
}

/// The decoder.
#[derive(Debug, Default)]
pub struct KeyDecoder {
    splitter: Splitter,
    parser: Parser,
}

impl KeyDecoder {
    /// Decodes bytes as they come.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Input> {
        let mut tokens = Vec::new();
        for byte in bytes {
            self.splitter.push(*byte, &mut tokens);
        }
        self.decode(tokens)
    }

    /// Whether something has begun that only the next bytes or a pause can decide.
    pub fn pending(&self) -> bool {
        self.splitter.pending()
    }

    /// The pause has passed.
    pub fn timeout(&mut self) -> Vec<Input> {
        let mut tokens = Vec::new();
        self.splitter.timeout(&mut tokens);
        self.decode(tokens)
    }

    fn decode(&mut self, tokens: Vec<Token>) -> Vec<Input> {
        tokens
            .into_iter()
            .filter_map(|token| match token {
                Token::Escape => Some(Input::Key(Key::new(Code::Esc))),
                Token::Char(c, meta) => character(c).map(|mut key| {
                    key.meta = meta;
                    Input::Key(key)
                }),
                Token::Sequence(bytes, meta) => self.sequence(&bytes).map(|mut key| {
                    key.meta |= meta;
                    Input::Key(key)
                }),
                Token::Paste(bytes, _) => Some(Input::Paste(clean_paste(&bytes))),
            })
            .collect()
    }

    fn sequence(&mut self, bytes: &[u8]) -> Option<Key> {
        if let Some(key) = extra(bytes) {
            return Some(key);
        }
        self.parser.parse(bytes, false);
        let event = self.parser.pop();
        if event.is_none() {
            // It may still hold the unknown sequence.
            self.parser = Parser::default();
        }
        while self.parser.pop().is_some() {}
        match event {
            Some(Event::Key(key)) if key.kind != KeyEventKind::Release => {
                translate(key.code, key.modifiers)
            }
            _ => None,
        }
    }
}

/// One character or control byte.
fn character(c: char) -> Option<Key> {
    Some(match c {
        '\r' | '\n' => Key::new(Code::Enter),
        '\t' => Key::new(Code::Tab),
        '\u{7f}' | '\u{8}' => Key::new(Code::Backspace),
        '\0' => Key::ctrl(' '),
        '\u{1b}' => Key::new(Code::Esc),
        '\u{1}'..='\u{1a}' => Key::ctrl(char::from(b'a' + (c as u8) - 1)),
        '\u{1c}' => Key::ctrl('\\'),
        '\u{1d}' => Key::ctrl(']'),
        '\u{1e}' => Key::ctrl('^'),
        '\u{1f}' => Key::ctrl('_'),
        c if crate::text::is_hidden(c) => return None,
        c => Key::char(c),
    })
}

/// Forms that termina does not know: the keypad and PF keys of VT220 and PuTTY, and modified
/// keys of rxvt.
fn extra(bytes: &[u8]) -> Option<Key> {
    match bytes {
        // PuTTY's and VT220's application keypad.
        [0x1b, b'O', last] => match last {
            b'M' => Some(Key::new(Code::Enter)),
            b'I' => Some(Key::new(Code::Tab)),
            b'j'..=b'y' => Some(Key::char(char::from(last - b'j' + b'*'))),
            b'X' => Some(Key::char('=')),
            b' ' => Some(Key::char(' ')),
            // PuTTY: Ctrl with arrows in application mode is plain elsewhere.
            b'a' => Some(ctrl(Code::Up)),
            b'b' => Some(ctrl(Code::Down)),
            b'c' => Some(ctrl(Code::Right)),
            b'd' => Some(ctrl(Code::Left)),
            b'T'..=b'W' => Some(Key::new(Code::F(5 + last - b'T'))),
            _ => None,
        },
        // SCO and some PuTTY modes: ESC [ G is keypad 5, a key without a name.
        [0x1b, b'[', b'E' | b'G'] => None,
        // rxvt: ESC [ a is Shift-Up, ESC [ 3 $ Shift-Delete, ESC [ 3 ^ Ctrl-Delete.
        [0x1b, b'[', last @ b'a'..=b'd'] => {
            let code = [Code::Up, Code::Down, Code::Right, Code::Left];
            let mut key = Key::new(*code.get(usize::from(last - b'a'))?);
            key.shift = true;
            Some(key)
        }
        _ => None,
    }
}

fn ctrl(code: Code) -> Key {
    let mut key = Key::new(code);
    key.ctrl = true;
    key
}

fn translate(code: KeyCode, modifiers: Modifiers) -> Option<Key> {
    let mut key = Key::new(match code {
        KeyCode::Char(c) => {
            let mut key = character(c)?;
            key.ctrl |= modifiers.contains(Modifiers::CONTROL);
            key.meta |= modifiers.intersects(Modifiers::ALT | Modifiers::META);
            return Some(key);
        }
        KeyCode::Enter => Code::Enter,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Tab | KeyCode::BackTab => Code::Tab,
        KeyCode::Escape => Code::Esc,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Function(n) if (1..=24).contains(&n) => Code::F(n),
        _ => return None,
    });
    key.ctrl = modifiers.contains(Modifiers::CONTROL);
    key.meta = modifiers.intersects(Modifiers::ALT | Modifiers::META);
    key.shift = modifiers.contains(Modifiers::SHIFT) || code == KeyCode::BackTab;
    Some(key)
}

/// Pasted bytes as text: what is not UTF-8 becomes U+FFFD, line ends become `\n`, tabs stay,
/// every other control goes.
fn clean_paste(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keys::frame::MAX_PASTE;
    use proptest::prelude::*;

    /// Decodes all bytes in one piece, then lets the pause pass.
    fn whole(bytes: &[u8]) -> Vec<Input> {
        let mut decoder = KeyDecoder::default();
        let mut out = decoder.feed(bytes);
        out.extend(decoder.timeout());
        out
    }

    fn keys(bytes: &[u8]) -> String {
        let texts: Vec<String> = whole(bytes)
            .iter()
            .map(|i| match i {
                Input::Key(key) => key.to_string(),
                Input::Paste(text) => format!("paste:{text}"),
            })
            .collect();
        texts.join(" ")
    }

    #[test]
    fn both_forms_of_every_key_mean_the_same() {
        for (forms, key) in [
            (&["\x1b[1~", "\x1b[H", "\x1bOH", "\x1b[7~"][..], "Home"),
            (&["\x1b[4~", "\x1b[F", "\x1bOF", "\x1b[8~"][..], "End"),
            (&["\x1b[11~", "\x1bOP", "\x1b[[A"][..], "F1"),
            (&["\x1b[12~", "\x1bOQ", "\x1b[[B"][..], "F2"),
            (&["\x1b[13~", "\x1bOR", "\x1b[[C"][..], "F3"),
            (&["\x1b[14~", "\x1bOS", "\x1b[[D"][..], "F4"),
            (&["\x1b[15~", "\x1b[[E"][..], "F5"),
            (&["\x1b[17~"][..], "F6"),
            (&["\x1b[21~"][..], "F10"),
            (&["\x1b[24~"][..], "F12"),
            (&["\x7f", "\x08"][..], "Backspace"),
            (&["\r", "\n", "\x1bOM"][..], "Enter"),
            (&["\x1b[A", "\x1bOA"][..], "Up"),
            (&["\x1b[5~"][..], "PgUp"),
            (&["\x1b[3~"][..], "Del"),
            (&["\x1b[Z"][..], "S-Tab"),
            (&["\x1b[1;5C"][..], "C-Right"),
            (&["\x1f"][..], "C-_"),
            (&["\x1bv", "\x1b[118;3u"][..], "M-v"),
            (&["\x1b\x7f"][..], "M-Backspace"),
            (&["\x1b"][..], "Esc"),
            (&["\x1bO"][..], "M-O"),
            (&["\x1b["][..], "M-["),
            (&["\x1b\x1b"][..], "Esc Esc"),
            (&["\x1b\x1b[A"][..], "Esc Up"),
            (&["é"][..], "é"),
            (&["\x1bé"][..], "M-é"),
            (&["\0"][..], "C-Space"),
            (&["\x1bOq"][..], "1"),
        ] {
            for form in forms {
                assert_eq!(keys(form.as_bytes()), key, "{form:?}");
            }
        }
    }

    #[test]
    fn unknown_sequences_and_answers_are_swallowed_whole() {
        assert_eq!(keys(b"\x1b[99;99;99zq"), "q");
        assert_eq!(keys(b"\x1b]52;c;aGk=\x07q"), "q");
        assert_eq!(keys(b"\x1b]11;rgb:0/0/0\x1b\\q"), "q");
        assert_eq!(keys(b"\x1bP1$r0m\x1b\\q"), "q");
        assert_eq!(keys(b"\x1b[?62;22cq"), "q");
        assert_eq!(keys(b"\xff\xfe\xc3q"), "q");
        assert_eq!(keys(b"\x1b[I\x1b[Oq"), "q");
        assert_eq!(keys("\u{202e}q".as_bytes()), "q");
    }

    #[test]
    fn a_paste_is_one_input_without_controls() {
        assert_eq!(
            whole(b"a\x1b[200~x\r\ny\x1b[31m\x07\tz\x1b[201~b"),
            [
                Input::Key(Key::char('a')),
                Input::Paste("x\ny[31m\tz".into()),
                Input::Key(Key::char('b')),
            ]
        );
    }

    #[test]
    fn a_paste_of_two_megabytes_keeps_the_first() {
        let mut bytes = b"\x1b[200~".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', MAX_PASTE + 5000));
        bytes.extend(b"\x1b[201~q");
        let inputs = whole(&bytes);
        let Some(Input::Paste(text)) = inputs.first() else {
            panic!("no paste");
        };
        assert_eq!(text.len(), MAX_PASTE);
        assert_eq!(inputs.last(), Some(&Input::Key(Key::char('q'))));
    }

    proptest! {
        #[test]
        fn every_split_gives_the_same_keys(
            parts in proptest::collection::vec(prop_oneof![
                Just(b"\x1b[A".to_vec()), Just(b"\x1bOP".to_vec()), Just(b"\x1b[15~".to_vec()),
                Just("é€😀".as_bytes().to_vec()), Just(b"\x1b[200~p\x1b[Aq\x1b[201~".to_vec()),
                Just(b"\x1bx".to_vec()), Just(b"q".to_vec()), Just(b"\x1b[1;5C".to_vec()),
            ], 1..8),
            cuts in proptest::collection::vec(any::<bool>(), 160),
        ) {
            let bytes: Vec<u8> = parts.concat();
            let mut decoder = KeyDecoder::default();
            let mut split = Vec::new();
            let mut piece = Vec::new();
            for (i, byte) in bytes.iter().enumerate() {
                piece.push(*byte);
                if cuts.get(i).copied().unwrap_or(true) {
                    split.extend(decoder.feed(&piece));
                    piece.clear();
                }
            }
            split.extend(decoder.feed(&piece));
            split.extend(decoder.timeout());
            prop_assert_eq!(split, whole(&bytes));
        }

        #[test]
        fn no_bytes_panic_or_type_controls(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            for input in whole(&bytes) {
                match input {
                    Input::Key(key) => {
                        if let Some(c) = key.typed() { prop_assert!(!c.is_control()); }
                    }
                    Input::Paste(text) => prop_assert!(
                        text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t')),
                }
            }
        }
    }
}
