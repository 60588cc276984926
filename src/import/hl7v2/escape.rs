//! Escapes inside fields: delimiters, line breaks, hexadecimal. Start at [`unescape`].

use super::super::content;
use super::message::Delimiters;
use std::borrow::Cow;

/// Replaces escapes; unknown ones stay as they are.
pub(super) fn unescape(raw: &str, d: Delimiters) -> Cow<'_, str> {
    if !raw.contains(d.escape) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(d.escape) {
        out.push_str(&rest[..at]);
        let after = &rest[at + d.escape.len_utf8()..];
        // An escape is short; a lone escape character is text.
        let end = after.char_indices().take(64).find(|(_, c)| *c == d.escape);
        let Some((end, _)) = end else {
            out.push(d.escape);
            rest = after;
            continue;
        };
        if sequence(&after[..end], d, &mut out) {
            rest = &after[end + d.escape.len_utf8()..];
        } else {
            // Kept as it is; its closing character may open the next escape.
            out.push(d.escape);
            out.push_str(&after[..end]);
            rest = &after[end..];
            if !looks_like_escape(rest, d) {
                out.push(d.escape);
                rest = &rest[d.escape.len_utf8()..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Whether a text that starts with the escape character starts a known escape.
fn looks_like_escape(text: &str, d: Delimiters) -> bool {
    let after = &text[d.escape.len_utf8()..];
    let end = after.char_indices().take(64).find(|(_, c)| *c == d.escape);
    end.is_some_and(|(end, _)| sequence(&after[..end], d, &mut String::new()))
}

/// Writes what an escape stands for; `false` if it is not known.
fn sequence(name: &str, d: Delimiters, out: &mut String) -> bool {
    match name {
        "F" => out.push(d.field),
        "S" => out.push(d.component),
        "T" => out.push(d.sub),
        "R" => out.push(d.repetition),
        "E" => out.push(d.escape),
        "P" => out.push('#'),
        "H" | "N" | ".fi" | ".nf" => {}
        ".br" | ".BR" | ".ce" => out.push('\n'),
        _ if name.starts_with(['X', 'x']) => return hexadecimal(&name[1..], out),
        _ => return formatting(name, out),
    }
    true
}

/// `.sp`, `.sp+3`, `.in+4`, `.ti-2`, `.sk5`.
fn formatting(name: &str, out: &mut String) -> bool {
    let Some(name) = name.strip_prefix('.') else {
        return false;
    };
    let Some((word, count)) = name.split_at_checked(2) else {
        return false;
    };
    let count = count.trim().trim_start_matches('+');
    let count = if count.is_empty() {
        Some(1)
    } else {
        count.trim_start_matches('-').parse::<usize>().ok()
    };
    let Some(count) = count.map(|c| c.min(100)) else {
        return false;
    };
    match word {
        "sp" => out.extend(std::iter::repeat_n('\n', count)),
        "sk" => out.extend(std::iter::repeat_n(' ', count)),
        "in" | "ti" => {}
        _ => return false,
    }
    true
}

fn hexadecimal(digits: &str, out: &mut String) -> bool {
    if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.is_ascii() {
        return false;
    }
    let bytes: Option<Vec<u8>> = (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok())
        .collect();
    let Some(bytes) = bytes else {
        return false;
    };
    // CR and CRLF written in hexadecimal are line breaks.
    let text = content::decode(&bytes, None);
    out.push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
    true
}
