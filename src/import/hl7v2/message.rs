//! A message: segments, fields, repetitions, components and escapes.
//!
//! Everything borrows from the decoded message; nothing is unescaped before it is asked for.
//! Positions count from 1 as in the standard, also in MSH. A part that is not there is empty.

use super::super::content;
use super::escape::unescape;
use super::frame::Frame;
use std::borrow::Cow;

/// The delimiters a message names in MSH-1 and MSH-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delimiters {
    pub field: char,
    pub component: char,
    pub repetition: char,
    pub escape: char,
    pub sub: char,
}

impl Delimiters {
    /// From the text of an MSH segment. What it does not name has its usual value.
    fn read(header: &str) -> Option<Self> {
        let mut chars = header.chars().skip(3);
        let field = chars.next()?;
        let mut named: Vec<char> = chars.take_while(|c| *c != field).collect();
        // Some senders double the escape character as they would in source code.
        named.dedup();
        let get = |at: usize, usual: char| named.get(at).copied().unwrap_or(usual);
        Some(Self {
            field,
            component: get(0, '^'),
            repetition: get(1, '~'),
            escape: get(2, '\\'),
            sub: get(3, '&'),
        })
    }
}

/// A part of a message: a field, a repetition, a component or a subcomponent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'m> {
    pub raw: &'m str,
    delimiters: Delimiters,
}

impl<'m> Part<'m> {
    fn split(self, by: char) -> impl Iterator<Item = Part<'m>> {
        let delimiters = self.delimiters;
        self.raw.split(by).map(move |raw| Part { raw, delimiters })
    }

    fn nth(self, by: char, position: usize) -> Part<'m> {
        let empty = Part { raw: "", ..self };
        self.split(by)
            .nth(position.saturating_sub(1))
            .unwrap_or(empty)
    }

    /// The repetitions of a field; none if it is empty.
    pub(super) fn repetitions(self) -> impl Iterator<Item = Part<'m>> {
        let by = self.delimiters.repetition;
        self.split(by).filter(|part| !part.raw.is_empty())
    }

    /// A component of a field's first repetition, or of a repetition.
    pub(super) fn component(self, position: usize) -> Part<'m> {
        self.nth(self.delimiters.repetition, 1)
            .nth(self.delimiters.component, position)
    }

    /// A subcomponent of a component.
    pub(super) fn sub(self, position: usize) -> Part<'m> {
        self.nth(self.delimiters.sub, position)
    }

    /// Whether a component has subcomponents.
    pub(super) fn has_subs(self) -> bool {
        self.raw.contains(self.delimiters.sub)
    }

    /// Whether nothing stands there: no change.
    pub(super) fn is_empty(self) -> bool {
        self.raw.trim().is_empty()
    }

    /// Whether `""` stands there: delete.
    pub(super) fn is_delete(self) -> bool {
        self.raw.trim() == "\"\""
    }

    /// The text, unescaped; nothing for `""`.
    pub(super) fn text(self) -> Cow<'m, str> {
        if self.is_delete() {
            return Cow::Borrowed("");
        }
        unescape(self.raw, self.delimiters)
    }

    /// The text, unescaped and without white space around it.
    pub(super) fn trimmed(self) -> String {
        self.text().trim().to_owned()
    }

    /// First subcomponent of a component of the first repetition: what most identifiers,
    /// codes and names are read from.
    pub(super) fn value(self, position: usize) -> String {
        self.component(position).sub(1).trimmed()
    }
}

/// A segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'m> {
    pub name: &'m str,
    pub line: u64,
    raw: &'m str,
    /// Where each part between field separators starts in `raw`.
    starts: &'m [usize],
    delimiters: Delimiters,
}

impl<'m> Segment<'m> {
    /// A field by its position.
    pub(super) fn field(self, position: usize) -> Part<'m> {
        // MSH-1 is the separator itself, so that MSH-2 is the first part after it.
        let index = match (self.name, position) {
            ("MSH", 0 | 1) => usize::MAX,
            ("MSH", _) => position - 1,
            _ => position,
        };
        let raw = match (self.starts.get(index), index.checked_add(1)) {
            (Some(start), Some(next)) => {
                let end = self.starts.get(next);
                let end = end.map_or(self.raw.len(), |e| e - self.delimiters.field.len_utf8());
                &self.raw[*start..end]
            }
            _ => "",
        };
        Part {
            raw,
            delimiters: self.delimiters,
        }
    }
}

/// Where a segment lies in the decoded message.
struct Place {
    line: u64,
    range: std::ops::Range<usize>,
    starts: Vec<usize>,
}

/// Fields of a segment that are told apart. No segment of the standard has half as many; what
/// comes after stays in the last one.
const MOST_FIELDS: usize = 200;

impl Place {
    fn new(line: u64, text: &str, start: usize, separator: char) -> Self {
        let separators = text[start..].match_indices(separator);
        let starts = separators.map(|(at, found)| at + found.len());
        Self {
            line,
            range: start..text.len(),
            starts: std::iter::once(0).chain(starts).take(MOST_FIELDS).collect(),
        }
    }
}

/// A decoded message.
pub(super) struct Message {
    text: String,
    segments: Vec<Place>,
    delimiters: Delimiters,
    /// Line of its MSH.
    pub line: u64,
    /// A word about the character set, if it is not the one stated.
    pub charset_note: Option<&'static str>,
}

impl Message {
    /// Decodes a frame; `None` if its header names no delimiters.
    pub(super) fn read(frame: &Frame) -> Option<Self> {
        let (_, header) = frame.segments.first()?;
        let header = String::from_utf8_lossy(header);
        let delimiters = Delimiters::read(&header)?;
        let stated = header.split(delimiters.field).nth(17).unwrap_or("");
        let stated = stated.split(delimiters.repetition).next().unwrap_or("");
        let charset = charset(stated.trim());
        let mut text = String::new();
        let mut segments = Vec::new();
        let mut charset_note = None;
        for (line, bytes) in &frame.segments {
            let start = text.len();
            if charset.is_none() && std::str::from_utf8(bytes).is_err() {
                charset_note = Some("neither ASCII nor UTF-8; read as Windows-1252");
            }
            text.push_str(&content::decode(bytes, charset));
            segments.push(Place::new(*line, &text, start, delimiters.field));
        }
        Some(Self {
            text,
            segments,
            delimiters,
            line: frame.line,
            charset_note,
        })
    }

    /// All segments, in order.
    pub(super) fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        self.segments.iter().map(|place| {
            let raw = &self.text[place.range.clone()];
            Segment {
                name: raw.get(..3).unwrap_or(raw),
                line: place.line,
                raw,
                starts: &place.starts,
                delimiters: self.delimiters,
            }
        })
    }

    /// The first field longer than a limit, except the text of an OBX, which is left out alone.
    pub(super) fn too_long(&self, limit: u64) -> Option<(Segment<'_>, usize)> {
        for (segment, place) in self.segments().zip(&self.segments) {
            if segment.raw.len() as u64 <= limit {
                continue;
            }
            for index in 0..place.starts.len() {
                let position = index + usize::from(segment.name == "MSH");
                let is_text = segment.name == "OBX" && position == 5;
                if !is_text && segment.field(position).raw.len() as u64 > limit {
                    return Some((segment, position));
                }
            }
        }
        None
    }

    /// The first segment of a name.
    pub(super) fn segment(&self, name: &str) -> Option<Segment<'_>> {
        self.segments().find(|s| s.name == name)
    }
}

/// The label of a character set of HL7 table 0211; `None` means UTF-8 with a fallback.
fn charset(stated: &str) -> Option<&'static str> {
    Some(match stated.to_ascii_uppercase().as_str() {
        "8859/1" => "iso-8859-1",
        "8859/2" => "iso-8859-2",
        "8859/3" => "iso-8859-3",
        "8859/4" => "iso-8859-4",
        "8859/5" => "iso-8859-5",
        "8859/6" => "iso-8859-6",
        "8859/7" => "iso-8859-7",
        "8859/8" => "iso-8859-8",
        "8859/9" => "iso-8859-9",
        "8859/15" => "iso-8859-15",
        "GB 18030-2000" => "gb18030",
        "KS X 1001" => "euc-kr",
        "BIG-5" => "big5",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::limits::Limits;
    use super::super::frame::{Frames, Next};
    use super::*;

    fn message(text: &[u8]) -> Message {
        let limits = Limits::default();
        match Frames::new(text, &limits).next() {
            Next::Message(frame) => Message::read(&frame).unwrap(),
            _ => panic!("no message"),
        }
    }

    fn check(raw: &str, want: &str) {
        let message = message(format!("MSH|^~\\&|A\rNTE|1||{raw}\r").as_bytes());
        assert_eq!(message.segment("NTE").unwrap().field(3).text(), want);
    }

    #[test]
    fn escapes_are_replaced_and_unknown_ones_kept() {
        check(r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f");
        check(r"one\.br\two\X0D0A\three", "one\ntwo\nthree");
        check(r"\H\bold\N\ x", "bold x");
        check(r"\Zfoo\ and \C1234\", r"\Zfoo\ and \C1234\");
        check(r"C:\temp and \T\", r"C:\temp and &");
        check(r"lone \ here", r"lone \ here");
        check(r"\X4\ \X4G\", r"\X4\ \X4G\");
        check("\"\"", "");
        check(r"a\.sp+2\b", "a\n\nb");
    }

    #[test]
    fn positions_count_as_in_the_standard() {
        let m = message(b"MSH|^~\\&|APP&X^Y|FAC\rPID|1||a^b&c^d~e^f\r");
        let msh = m.segment("MSH").unwrap();
        assert_eq!(
            (msh.field(2).raw, msh.field(3).value(1)),
            ("^~\\&", "APP".to_owned())
        );
        let field = m.segment("PID").unwrap().field(3);
        assert_eq!(
            (field.value(2), field.component(2).sub(2).raw),
            ("b".to_owned(), "c")
        );
        let second = field.repetitions().nth(1).unwrap();
        assert_eq!(
            (second.value(1), second.value(2)),
            ("e".to_owned(), "f".to_owned())
        );
        assert!(m.segment("PID").unwrap().field(40).is_empty());
    }

    #[test]
    fn delimiters_come_from_the_header() {
        let m = message(b"MSH$%*!@$APP\rPID$1$$a%b*c!S!d\r");
        let field = m.segment("PID").unwrap().field(3);
        assert_eq!(field.value(2), "b");
        assert_eq!(field.repetitions().nth(1).unwrap().value(1), "c%d");
        let doubled = message(b"MSH|^~\\\\&|APP\rPID|1||a&b\r");
        assert_eq!(
            doubled
                .segment("PID")
                .unwrap()
                .field(3)
                .component(1)
                .sub(2)
                .raw,
            "b"
        );
    }

    #[test]
    fn character_sets() {
        let m = message(b"MSH|^~\\&|A|||||||||||||||8859/1\rNTE|1||M\xfcller\r");
        assert_eq!(m.segment("NTE").unwrap().field(3).text(), "Müller");
        assert_eq!(m.charset_note, None);
        let m = message(b"MSH|^~\\&|A\rNTE|1||M\xfcller\r");
        assert_eq!(m.segment("NTE").unwrap().field(3).text(), "Müller");
        assert!(m.charset_note.is_some());
        let m = message("MSH|^~\\&|A\rNTE|1||Müller\r".as_bytes());
        assert_eq!(m.segment("NTE").unwrap().field(3).text(), "Müller");
        assert_eq!(m.charset_note, None);
    }
}
