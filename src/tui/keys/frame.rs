//! Splits a byte stream into whole tokens: a character, a control byte, an escape sequence, a
//! paste. It knows where a sequence ends, not what it means, so that every split of the same
//! bytes gives the same tokens and an unknown sequence is swallowed whole.

/// Longest paste kept, in bytes; the rest is dropped (ux: 1 MiB).
pub const MAX_PASTE: usize = 1 << 20;

/// Longest escape sequence kept; a longer one is no key.
const MAX_SEQUENCE: usize = 256;

const PASTE_START: &[u8] = b"\x1b[200~";
const PASTE_END: &[u8] = b"\x1b[201~";

/// One whole piece of input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// One character or control byte, after Esc if so marked.
    Char(char, bool),
    /// Esc alone.
    Escape,
    /// A sequence with its introducer: `ESC [ A`, `ESC O P`; after one more Esc if so marked.
    Sequence(Vec<u8>, bool),
    /// The bytes of a bracketed paste, and how many more were dropped.
    Paste(Vec<u8>, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ground,
    Escape,
    Utf8 {
        need: usize,
    },
    Single,
    Control,
    /// OSC, DCS, APC, PM: to BEL or ST.
    Text,
    Paste,
}

/// The splitter.
#[derive(Debug)]
pub struct Splitter {
    state: State,
    buffer: Vec<u8>,
    /// Esc came before the token in the buffer.
    meta: bool,
    dropped: usize,
}

impl Default for Splitter {
    fn default() -> Self {
        Self {
            state: State::Ground,
            buffer: Vec::new(),
            meta: false,
            dropped: 0,
        }
    }
}

impl Splitter {
    /// Whether a token has begun that may yet grow: the caller sets its timer.
    pub fn pending(&self) -> bool {
        !matches!(self.state, State::Ground | State::Paste)
    }

    /// Takes one byte.
    pub fn push(&mut self, byte: u8, out: &mut Vec<Token>) {
        match self.state {
            State::Ground => self.ground(byte, out),
            State::Escape => self.escape(byte, out),
            State::Utf8 { need } => self.utf8(byte, need, out),
            State::Single => {
                self.buffer.push(byte);
                // Modified forms put a digit first: ESC O 5 P.
                if !byte.is_ascii_digit() {
                    self.finish(out);
                }
            }
            State::Control => self.control(byte, out),
            State::Text => self.text(byte),
            State::Paste => self.paste(byte, out),
        }
    }

    /// The pause after a token that did not finish: what there is, is all there is.
    pub fn timeout(&mut self, out: &mut Vec<Token>) {
        match self.state {
            State::Ground | State::Paste => return,
            State::Escape => out.push(Token::Escape),
            // ESC O and ESC [ typed by hand are Meta with that letter.
            State::Single if self.buffer.len() == 2 => out.push(Token::Char('O', true)),
            State::Control if self.buffer.len() == 2 => out.push(Token::Char('[', true)),
            State::Utf8 { .. } | State::Single | State::Control | State::Text => {}
        }
        self.reset();
    }

    fn reset(&mut self) {
        self.state = State::Ground;
        self.buffer.clear();
        self.meta = false;
        self.dropped = 0;
    }

    fn finish(&mut self, out: &mut Vec<Token>) {
        if self.buffer.len() <= MAX_SEQUENCE {
            out.push(Token::Sequence(std::mem::take(&mut self.buffer), self.meta));
        }
        self.reset();
    }

    fn ground(&mut self, byte: u8, out: &mut Vec<Token>) {
        match byte {
            0x1b => {
                self.state = State::Escape;
                self.buffer.push(byte);
            }
            0x00..=0x7f => out.push(Token::Char(char::from(byte), self.meta)),
            0xc2..=0xdf => self.begin_utf8(byte, 2),
            0xe0..=0xef => self.begin_utf8(byte, 3),
            0xf0..=0xf4 => self.begin_utf8(byte, 4),
            _ => {}
        }
        if self.state == State::Ground {
            self.meta = false;
        }
    }

    fn begin_utf8(&mut self, byte: u8, need: usize) {
        self.buffer.clear();
        self.buffer.push(byte);
        self.state = State::Utf8 { need };
    }

    fn utf8(&mut self, byte: u8, need: usize, out: &mut Vec<Token>) {
        if byte & 0xc0 != 0x80 {
            // Not a continuation: the broken character is dropped, the byte begins anew.
            self.reset();
            self.push(byte, out);
            return;
        }
        self.buffer.push(byte);
        if self.buffer.len() == need {
            if let Some(c) = std::str::from_utf8(&self.buffer)
                .ok()
                .and_then(|s| s.chars().next())
            {
                out.push(Token::Char(c, self.meta));
            }
            self.reset();
        }
    }

    fn escape(&mut self, byte: u8, out: &mut Vec<Token>) {
        match byte {
            b'[' => {
                self.buffer.push(byte);
                self.state = State::Control;
            }
            b'O' => {
                self.buffer.push(byte);
                self.state = State::Single;
            }
            b']' | b'P' | b'_' | b'^' | b'X' => {
                self.buffer.push(byte);
                self.state = State::Text;
            }
            // Esc twice is the key, then perhaps a sequence: nobody who pressed Esc loses it.
            0x1b => out.push(Token::Escape),
            _ => {
                self.buffer.clear();
                self.state = State::Ground;
                self.meta = true;
                self.ground(byte, out);
            }
        }
    }

    fn control(&mut self, byte: u8, out: &mut Vec<Token>) {
        match byte {
            0x1b => {
                // A new sequence interrupts the old one.
                self.reset();
                self.push(byte, out);
            }
            // ESC [ [ A: function keys of the Linux console.
            b'[' if self.buffer.len() == 2 => self.buffer.push(byte),
            0x40..=0x7e => {
                self.buffer.push(byte);
                if self.buffer == PASTE_START {
                    self.buffer.clear();
                    self.meta = false;
                    self.state = State::Paste;
                } else {
                    self.finish(out);
                }
            }
            0x20..=0x3f => {
                if self.buffer.len() <= MAX_SEQUENCE {
                    self.buffer.push(byte);
                }
            }
            _ => self.reset(),
        }
    }

    /// Answers to questions we never ask: swallowed.
    fn text(&mut self, byte: u8) {
        let ends = byte == 0x07 || (byte == b'\\' && self.buffer.last() == Some(&0x1b));
        if ends {
            self.reset();
        } else if self.buffer.len() <= MAX_SEQUENCE {
            self.buffer.push(byte);
        } else if let Some(last) = self.buffer.last_mut() {
            *last = byte;
        }
    }

    fn paste(&mut self, byte: u8, out: &mut Vec<Token>) {
        self.buffer.push(byte);
        if self.buffer.len() > MAX_PASTE + PASTE_END.len() {
            // Keep the beginning and the last few bytes, in which the end must be recognised.
            self.buffer.remove(MAX_PASTE);
            self.dropped += 1;
        }
        if self.buffer.ends_with(PASTE_END) {
            let keep = self.buffer.len() - PASTE_END.len();
            self.buffer.truncate(keep);
            out.push(Token::Paste(std::mem::take(&mut self.buffer), self.dropped));
            self.reset();
        }
    }
}
