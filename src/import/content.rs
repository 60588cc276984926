//! The text of a document: decoded, in one character set, without markup.
//!
//! Start at [`text_of`]. Content that is not text (PDF, images) gives none; that is no error.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::borrow::Cow;

/// Base64 as hospitals send it: padding optional, either alphabet's end bits tolerated.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What came of a document's content.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Text.
    Text(String),
    /// Not text; kept by its type alone.
    NotText,
    /// Text longer than the limit.
    TooLong,
}

/// Decodes base64; white space inside it is allowed.
pub(crate) fn base64(data: &str) -> Option<Vec<u8>> {
    let data = data.trim();
    let clean: Cow<str> = if data.bytes().any(|b| b.is_ascii_whitespace()) {
        Cow::Owned(data.split_ascii_whitespace().collect())
    } else {
        Cow::Borrowed(data)
    };
    if clean.contains(['-', '_']) {
        return LENIENT
            .decode(clean.replace('-', "+").replace('_', "/"))
            .ok();
    }
    LENIENT.decode(clean.as_bytes()).ok()
}

/// Whether a MIME type is one whose text we take, without its parameters.
pub(crate) fn is_text(content_type: &str) -> bool {
    matches!(
        essence(content_type).as_str(),
        "" | "text/plain"
            | "text/html"
            | "text/rtf"
            | "text/markdown"
            | "text/richtext"
            | "application/rtf"
            | "application/xhtml"
            | "application/xhtml+xml"
    )
}

fn essence(content_type: &str) -> String {
    content_type
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase()
}

/// The text of content of a MIME type (with its `charset`), at most `limit` bytes of it.
pub(crate) fn text_of(bytes: &[u8], content_type: &str, limit: u64) -> Content {
    if !is_text(content_type) {
        return Content::NotText;
    }
    if bytes.len() as u64 > limit {
        return Content::TooLong;
    }
    let essence = essence(content_type);
    if essence.is_empty() && !looks_like_text(bytes) {
        return Content::NotText;
    }
    let text = decode(bytes, charset(content_type));
    let text = match essence.as_str() {
        "text/html" | "application/xhtml" | "application/xhtml+xml" => {
            super::markup::from_html(&text)
        }
        "text/rtf" | "text/richtext" | "application/rtf" => super::markup::from_rtf(&text),
        _ if text.starts_with("{\\rtf") => super::markup::from_rtf(&text),
        _ => text.into_owned(),
    };
    Content::Text(text)
}

/// Content without a type is text if it is UTF-8 without NUL and no known binary.
fn looks_like_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok() && !bytes.contains(&0) && !bytes.starts_with(b"%PDF")
}

fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"'))
    })
}

/// Bytes in a named character set; without a name UTF-8, and Windows-1252 where that fails.
pub(crate) fn decode<'a>(bytes: &'a [u8], charset: Option<&str>) -> Cow<'a, str> {
    let named = charset.and_then(|name| encoding_rs::Encoding::for_label(name.as_bytes()));
    match named {
        Some(encoding) if encoding != encoding_rs::UTF_8 => encoding.decode(bytes).0,
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text.strip_prefix('\u{feff}').unwrap_or(text)),
            Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], content_type: &str, want: &str) {
        assert_eq!(
            text_of(bytes, content_type, 1000),
            Content::Text(want.to_owned())
        );
    }

    #[test]
    fn text_in_any_dress() {
        check(b"plain", "text/plain", "plain");
        check(b"caf\xe9", "text/plain; charset=ISO-8859-1", "caf\u{e9}");
        check("café".as_bytes(), "text/plain; charset=\"utf-8\"", "café");
        check(b"caf\xe9", "text/plain", "caf\u{e9}");
        check(b"<p>One<br/>two</p>", "text/html", "One\ntwo");
        check(b"no type", "", "no type");
        assert_eq!(
            text_of(b"%PDF-1.4", "application/pdf", 1000),
            Content::NotText
        );
        assert_eq!(text_of(b"%PDF-1.4", "", 1000), Content::NotText);
        assert_eq!(text_of(&[b'x'; 1001], "text/plain", 1000), Content::TooLong);
    }

    #[test]
    fn base64_as_hospitals_send_it() {
        assert_eq!(base64("aGVsbG8="), Some(b"hello".to_vec()));
        assert_eq!(base64("aGVs\r\n bG8"), Some(b"hello".to_vec()));
        assert_eq!(base64("__8="), Some(vec![0xff, 0xff]));
        assert_eq!(base64("!!"), None);
    }
}
