//! From bytes to messages: line endings, batches, MLLP framing, wrapped lines.
//!
//! A message starts at `MSH`; a segment ends at CR, LF or CRLF. A line that does not start with
//! a segment name goes on with the segment before it. A message over the limits is passed over
//! without being held. Start at [`Frames::next`].

use super::super::limits::Limits;
use std::io::{self, BufRead};

/// A message as it came: its segments with their lines.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// Segments, wrapped lines joined.
    pub segments: Vec<(u64, Vec<u8>)>,
    /// Why the message cannot be used, if it is over a limit.
    pub over: Option<String>,
    /// Line of its `MSH`.
    pub line: u64,
    bytes: u64,
}

/// What comes next in a file.
pub(super) enum Next {
    /// A message.
    Message(Frame),
    /// Lines that belong to no message, from this one on.
    Stray(u64),
    /// The end of the file.
    End,
    /// Reading failed at this line; what was read of the last message comes with it.
    Failed(Option<Frame>, u64, io::Error),
}

/// Segment names that start or end a batch.
const BATCH: &[&[u8]] = &[b"FHS", b"BHS", b"BTS", b"FTS"];

/// Messages of a file.
pub(super) struct Frames<'l, R> {
    reader: R,
    limits: &'l Limits,
    line: u64,
    open: Option<Frame>,
    /// Whether the last byte read was CR, so that an LF after it ends no further line.
    after_cr: bool,
    blank: u64,
    in_stray: bool,
}

/// A line read, or why there is none.
enum Got {
    Line,
    TooLong,
    End,
    Failed(io::Error),
}

impl<'l, R: BufRead> Frames<'l, R> {
    pub(super) fn new(reader: R, limits: &'l Limits) -> Self {
        Self {
            reader,
            limits,
            line: 0,
            open: None,
            after_cr: false,
            blank: 0,
            in_stray: false,
        }
    }

    /// The next message, or what stands in its place.
    pub(super) fn next(&mut self) -> Next {
        let mut line = Vec::new();
        loop {
            match self.read_line(&mut line) {
                Got::End => return self.open.take().map_or(Next::End, Next::Message),
                Got::Failed(error) => return Next::Failed(self.open.take(), self.line, error),
                Got::TooLong => self.overflow(),
                Got::Line => {
                    if let Some(next) = self.take(&line) {
                        return next;
                    }
                }
            }
        }
    }

    /// Takes a line; gives what is complete because of it.
    fn take(&mut self, line: &[u8]) -> Option<Next> {
        let line = unframed(line, self.line == 1);
        if line.is_empty() {
            self.blank += 1;
            return None;
        }
        let blank = std::mem::take(&mut self.blank);
        if is_named(line, b"MSH") {
            self.in_stray = false;
            let frame = Frame {
                segments: vec![(self.line, line.to_vec())],
                over: None,
                line: self.line,
                bytes: line.len() as u64,
            };
            return self.open.replace(frame).map(Next::Message);
        }
        if BATCH.iter().any(|name| is_named(line, name)) {
            return self.open.take().map(Next::Message);
        }
        let Some(open) = &mut self.open else {
            if self.in_stray {
                return None;
            }
            self.in_stray = true;
            return Some(Next::Stray(self.line));
        };
        open.bytes += line.len() as u64;
        if open.bytes > self.limits.message_bytes {
            let most = self.limits.message_bytes >> 20;
            open.refuse(format!("a message larger than {most} MiB"));
        } else if is_segment(line, &open.segments[0].1) {
            if open.segments.len() >= self.limits.segments {
                let most = self.limits.segments;
                open.refuse(format!("a message of more than {most} segments"));
            } else if open.over.is_none() {
                open.segments.push((self.line, line.to_vec()));
            }
        } else if open.over.is_none()
            && let Some((_, last)) = open.segments.last_mut()
        {
            // Text is broken where its lines end; anything else is broken anywhere.
            let text = is_named(last, b"OBX") || is_named(last, b"NTE");
            if text {
                last.extend(std::iter::repeat_n(b'\n', blank.min(2) as usize + 1));
            } else if blank > 0 {
                return None;
            }
            last.extend_from_slice(line);
        }
        None
    }

    fn overflow(&mut self) {
        let most = self.limits.message_bytes >> 20;
        let reason = format!("a line longer than {most} MiB");
        let line = self.line;
        let open = self.open.get_or_insert_with(|| Frame {
            line,
            ..Frame::default()
        });
        open.refuse(reason);
    }

    fn read_line(&mut self, line: &mut Vec<u8>) -> Got {
        line.clear();
        let mut any = false;
        let mut too_long = false;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Got::Failed(error),
            };
            if chunk.is_empty() {
                if !any {
                    return Got::End;
                }
                break;
            }
            let mut start = 0;
            if self.after_cr {
                self.after_cr = false;
                if chunk[0] == b'\n' {
                    start = 1;
                }
            }
            let rest = &chunk[start..];
            let end = rest.iter().position(|b| matches!(b, b'\r' | b'\n'));
            let part = &rest[..end.unwrap_or(rest.len())];
            any |= !rest.is_empty();
            if !too_long {
                if (line.len() + part.len()) as u64 > self.limits.message_bytes {
                    too_long = true;
                    *line = Vec::new();
                } else {
                    line.extend_from_slice(part);
                }
            }
            let ended = end.map(|e| rest[e]);
            let used = start + end.map_or(rest.len(), |e| e + 1);
            self.reader.consume(used);
            if let Some(byte) = ended {
                self.after_cr = byte == b'\r';
                break;
            }
        }
        self.line += 1;
        if too_long { Got::TooLong } else { Got::Line }
    }
}

impl Frame {
    /// Drops what the message holds and remembers why.
    fn refuse(&mut self, reason: String) {
        self.over.get_or_insert(reason);
        self.segments.truncate(1);
    }
}

/// A line without the byte order mark, MLLP framing and white space around it.
fn unframed(line: &[u8], first: bool) -> &[u8] {
    let line = if first {
        line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
    } else {
        line
    };
    let is_frame = |b: &u8| matches!(b, 0x0b | 0x1c | 0x00) || b.is_ascii_whitespace();
    let Some(start) = line.iter().position(|b| !is_frame(b)) else {
        return &[];
    };
    let end = line.iter().rposition(|b| !matches!(b, 0x0b | 0x1c | 0x00));
    // White space before a segment name is no part of it; before other text it may be.
    let named = line[start..].first().is_some_and(u8::is_ascii_uppercase);
    let from = if named { start } else { 0 };
    &line[from..end.map_or(line.len(), |e| e + 1)]
}

/// Whether a line is a segment of this name.
fn is_named(line: &[u8], name: &[u8]) -> bool {
    line.starts_with(name)
        && line
            .get(3)
            .is_none_or(|d| !d.is_ascii_alphanumeric() && !d.is_ascii_whitespace())
}

/// Whether a line starts a segment of the message with this header.
fn is_segment(line: &[u8], header: &[u8]) -> bool {
    let [a, b, c, rest @ ..] = line else {
        return false;
    };
    let named = a.is_ascii_uppercase()
        && [b, c]
            .iter()
            .all(|x| x.is_ascii_uppercase() || x.is_ascii_digit());
    let separator = header.get(3);
    named && (rest.is_empty() || rest.first() == separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(text: &[u8], limits: &Limits) -> Vec<String> {
        let mut frames = Frames::new(io::BufReader::with_capacity(7, text), limits);
        let mut out = Vec::new();
        loop {
            match frames.next() {
                Next::Message(frame) => {
                    let over = frame.over.clone();
                    let segments = frame
                        .segments
                        .iter()
                        .map(|(line, bytes)| format!("{line}:{}", String::from_utf8_lossy(bytes)));
                    out.push(over.unwrap_or_else(|| segments.collect::<Vec<_>>().join(" ")));
                }
                Next::Stray(line) => out.push(format!("stray {line}")),
                Next::Failed(..) => out.push("failed".to_owned()),
                Next::End => return out,
            }
        }
    }

    fn check(text: &[u8], want: &[&str]) {
        assert_eq!(frames(text, &Limits::default()), want);
    }

    #[test]
    fn any_line_ending_ends_a_segment() {
        check(b"MSH|a\rPID|b\rPV1|c", &["1:MSH|a 2:PID|b 3:PV1|c"]);
        check(b"MSH|a\r\nPID|b\r\n", &["1:MSH|a 2:PID|b"]);
        check(
            b"MSH|a\nPID|b\r\n\nMSH|c\r\rPID|d\n",
            &["1:MSH|a 2:PID|b", "4:MSH|c 6:PID|d"],
        );
    }

    #[test]
    fn framing_and_batches_fall_away() {
        check(
            b"\x0bMSH|a\rPID|b\r\x1c\r\x0bMSH|c\r\x1c\r",
            &["1:MSH|a 2:PID|b", "4:MSH|c"],
        );
        check(
            b"\xef\xbb\xbfFHS|x\nBHS|x\nMSH|a\nPID|b\nMSH|c\nBTS|2\nFTS|1\n",
            &["3:MSH|a 4:PID|b", "5:MSH|c"],
        );
    }

    #[test]
    fn wrapped_lines_go_on() {
        check(
            b"MSH|a\nPID|b\nc|d\nOBX|one\nTwo\n\nThree\n",
            &["1:MSH|a 2:PID|bc|d 4:OBX|one\nTwo\n\nThree"],
        );
        check(b"notes\nmore\nMSH|a\n", &["stray 1", "3:MSH|a"]);
    }

    #[test]
    fn what_is_too_large_is_passed_over() {
        let limits = Limits {
            segments: 3,
            message_bytes: 1 << 20,
            ..Limits::default()
        };
        let many = b"MSH|a\nNTE|1\nNTE|2\nNTE|3\nMSH|b\n";
        assert_eq!(
            frames(many, &limits),
            ["a message of more than 3 segments", "5:MSH|b"]
        );
        let long = [
            b"MSH|a\nOBX|".to_vec(),
            vec![b'x'; 2 << 20],
            b"\nMSH|b\n".to_vec(),
        ]
        .concat();
        assert_eq!(
            frames(&long, &limits),
            ["a line longer than 1 MiB", "3:MSH|b"]
        );
    }
}
