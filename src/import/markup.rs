//! Text out of HTML and RTF.
//!
//! Both readers keep words and line breaks and drop everything else. They walk the bytes once,
//! without recursion, and never fail: markup that makes no sense becomes text or nothing.

/// Tags that begin a new line.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "header",
    "footer",
    "pre",
    "hr",
    "dt",
    "dd",
    "blockquote",
    "caption",
    "title",
    "paragraph",
    "item",
    "list",
];

/// Tags whose content is not text for people.
const SILENT: &[&str] = &["script", "style", "head"];

/// The words of HTML or XHTML.
pub(crate) fn from_html(html: &str) -> String {
    let mut out = Out::default();
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        out.text(&unescape(&rest[..open]));
        rest = &rest[open..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        // A lone `<` is text ("BP < 90").
        let is_tag = rest[1..]
            .starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if !is_tag {
            out.text("<");
            rest = &rest[1..];
            continue;
        }
        let Some(close) = rest.find('>') else {
            // No tag ends after this: the rest is text.
            break;
        };
        let inside = &rest[1..close];
        rest = &rest[close + 1..];
        let name: String = inside
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let closing = inside.starts_with('/');
        if SILENT.contains(&name.as_str()) && !closing && !inside.ends_with('/') {
            rest = after_end_of(&name, rest);
        } else if BLOCKS.contains(&name.as_str()) {
            out.line();
        } else if matches!(name.as_str(), "td" | "th") && closing {
            out.text(" ");
        }
    }
    out.text(&unescape(rest));
    out.text
}

/// What follows the end tag of a silent element; nothing if it never ends.
fn after_end_of<'h>(name: &str, rest: &'h str) -> &'h str {
    let end = format!("</{name}");
    let at = rest
        .as_bytes()
        .windows(end.len())
        .position(|w| w.eq_ignore_ascii_case(end.as_bytes()));
    let rest = at.map_or("", |at| &rest[at..]);
    rest.find('>').map_or("", |close| &rest[close + 1..])
}

/// Gathers text; runs of white space become one space, a block becomes one line break.
#[derive(Default)]
struct Out {
    text: String,
    space: bool,
    line: bool,
}

impl Out {
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
                continue;
            }
            if self.line {
                if !self.text.is_empty() {
                    self.text.push('\n');
                }
            } else if self.space && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.line = false;
            self.space = false;
            self.text.push(c);
        }
    }

    fn line(&mut self) {
        self.line = true;
        self.space = false;
    }
}

/// Character references of HTML: the named ones of documents, and all numbers.
fn unescape(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest
            .char_indices()
            .take(12)
            .find(|(_, c)| *c == ';')
            .map(|(i, _)| i);
        match end.and_then(|end| entity(&rest[1..end]).map(|c| (end, c))) {
            Some((end, c)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "deg" => '°',
        "micro" => 'µ',
        "plusmn" => '±',
        "ndash" => '–',
        "mdash" => '—',
        "rsquo" => '’',
        "lsquo" => '‘',
        "rdquo" => '”',
        "ldquo" => '“',
        "le" => '≤',
        "ge" => '≥',
        "bull" => '•',
        "middot" => '·',
        "hellip" => '…',
        "frac12" => '½',
        "sup2" => '²',
        "times" => '×',
        _ => return None,
    })
}

/// Groups of RTF whose content is not text for people.
const RTF_SILENT: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "header",
    "footer",
    "generator",
    "listtable",
    "listoverridetable",
    "themedata",
    "colorschememapping",
    "latentstyles",
    "datastore",
    "rsidtbl",
    "xmlnstbl",
    "filetbl",
    "revtbl",
    "fldinst",
];

/// The words of RTF.
pub(crate) fn from_rtf(rtf: &str) -> String {
    let mut out = String::with_capacity(rtf.len() / 4);
    let bytes = rtf.as_bytes();
    let mut at = 0;
    let mut depth = 0usize;
    // Depth at which a silent group began; everything in it is dropped.
    let mut silent: Option<usize> = None;
    let mut skip_after_unicode = 0usize;
    while at < bytes.len() {
        match bytes[at] {
            b'{' => {
                depth += 1;
                at += 1;
                if silent.is_none() && rtf[at..].starts_with("\\*") {
                    silent = Some(depth);
                }
            }
            b'}' => {
                if silent == Some(depth) {
                    silent = None;
                }
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b'\\' => {
                let word = control(rtf, at + 1);
                at = word.end;
                if silent.is_some() {
                    continue;
                }
                if RTF_SILENT.contains(&word.name) {
                    silent = Some(depth);
                } else {
                    skip_after_unicode = rtf_control(&word, &mut out);
                }
            }
            b'\r' | b'\n' => at += 1,
            _ => {
                let c = rtf[at..].chars().next().unwrap_or(' ');
                at += c.len_utf8();
                if silent.is_some() {
                } else if skip_after_unicode > 0 {
                    skip_after_unicode -= 1;
                } else {
                    out.push(c);
                }
            }
        }
    }
    out.trim().to_owned()
}

/// A control word or symbol of RTF.
struct Control<'a> {
    name: &'a str,
    number: Option<i32>,
    end: usize,
}

fn control(rtf: &str, start: usize) -> Control<'_> {
    let bytes = rtf.as_bytes();
    let mut end = start;
    while end < bytes.len() && bytes[end].is_ascii_alphabetic() {
        end += 1;
    }
    if end == start {
        // A control symbol: one character, and two digits more after an apostrophe.
        let symbol = rtf[start..].chars().next();
        let mut end = start + symbol.map_or(0, char::len_utf8);
        let mut number = None;
        if symbol == Some('\'')
            && let Some(hex) = rtf.get(end..end + 2)
        {
            number = i32::from_str_radix(hex, 16).ok();
            end += 2;
        }
        return Control {
            name: symbol.map_or("", |c| &rtf[start..start + c.len_utf8()]),
            number,
            end,
        };
    }
    let name = &rtf[start..end];
    let digits = end;
    if end < bytes.len() && bytes[end] == b'-' {
        end += 1;
    }
    while end < bytes.len() && bytes[end].is_ascii_digit() {
        end += 1;
    }
    let number = rtf[digits..end].parse().ok();
    if end < bytes.len() && bytes[end] == b' ' {
        end += 1;
    }
    Control { name, number, end }
}

/// Writes what a control stands for; returns how many characters after it are its stand-in.
fn rtf_control(word: &Control<'_>, out: &mut String) -> usize {
    match word.name {
        "par" | "line" | "row" | "sect" | "page" => out.push('\n'),
        "tab" | "cell" | "~" => out.push(' '),
        "\\" | "{" | "}" => out.push_str(word.name),
        "emdash" => out.push('—'),
        "endash" => out.push('–'),
        "bullet" => out.push('•'),
        "lquote" => out.push('‘'),
        "rquote" => out.push('’'),
        "ldblquote" => out.push('“'),
        "rdblquote" => out.push('”'),
        "'" => {
            if let Some(byte) = word.number.and_then(|n| u8::try_from(n).ok()) {
                out.push_str(&encoding_rs::WINDOWS_1252.decode(&[byte]).0);
            }
        }
        "u" => {
            // Written as a signed 16-bit number, with one stand-in character after it.
            let code = word.number.unwrap_or(0).rem_euclid(65_536);
            out.extend(u32::try_from(code).ok().and_then(char::from_u32));
            return 1;
        }
        _ => {}
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_lines() {
        let check = |html: &str, want: &str| assert_eq!(from_html(html), want);
        check(
            "<div><p>One</p><p>Two &amp; three</p></div>",
            "One\nTwo & three",
        );
        check("<head><title>T</title></head><body>A<br>B</body>", "A\nB");
        check("<script>x<y</script>ok", "ok");
        check("BP < 90 and > 40", "BP < 90 and > 40");
        check("a &#176;C &#xB0; &unknown; &", "a °C ° &unknown; &");
        check(
            "<table><tr><td>Na</td><td>140</td></tr><tr><td>K</td></tr></table>",
            "Na 140\nK",
        );
        check("<", "<");
        check("<!-- gone -->x<!--", "x");
    }

    #[test]
    fn rtf_becomes_lines() {
        let check = |rtf: &str, want: &str| assert_eq!(from_rtf(rtf), want);
        check(
            r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0 One\par Two \'e9\par}",
            "One\nTwo é",
        );
        check(r"{\rtf1 a\u233?b \{c\}}", "aéb {c}");
        check(r"{\rtf1{\*\generator X;}text", "text");
        check("}}{\\", "");
    }
}
