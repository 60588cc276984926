//! What a file is, told from its first bytes. Names and extensions are not looked at.

/// Bytes of a file that are looked at.
pub(crate) const HEAD_BYTES: usize = 4096;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Nothing, or nothing but white space.
    Empty,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// ZIP.
    Zip,
    /// tar.
    Tar,
    /// JSON: FHIR, perhaps.
    Json,
    /// HL7 v2 messages.
    Hl7v2,
    /// A CDA document. Not read yet.
    Ccda,
    /// Text that is neither FHIR nor HL7 v2: a table, if there is a mapping.
    Text,
    /// A format that is none of ours, in words.
    Other(&'static str),
}

/// What bytes at the start of a file mean; words for people.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF document"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"{\\rtf", "a rich-text document"),
    (b"\xd0\xcf\x11\xe0", "an Office document"),
    (b"SQLite format 3", "a database"),
    (b"BZh", "a bzip2 archive (gzip, zstd, zip and tar are read)"),
    (
        b"\xfd7zXZ",
        "an xz archive (gzip, zstd, zip and tar are read)",
    ),
    (
        b"7z\xbc\xaf",
        "a 7-Zip archive (gzip, zstd, zip and tar are read)",
    ),
    (b"Rar!", "a RAR archive (gzip, zstd, zip and tar are read)"),
    (b"PAR1", "a Parquet file"),
    (b"\xff\xfe", "UTF-16 text (UTF-8 is read)"),
    (b"\xfe\xff", "UTF-16 text (UTF-8 is read)"),
];

/// Tells the format from the first [`HEAD_BYTES`] bytes of a file.
pub(crate) fn detect(head: &[u8]) -> Format {
    if head.starts_with(&[0x1f, 0x8b]) {
        return Format::Gzip;
    }
    if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return Format::Zstd;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Format::Zip;
    }
    if is_tar(head) {
        return Format::Tar;
    }
    if let Some((_, words)) = FOREIGN.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Format::Other(words);
    }
    text_format(head)
}

fn text_format(head: &[u8]) -> Format {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    // MLLP framing and white space before the first character.
    let start = text
        .iter()
        .position(|b| !(b.is_ascii_whitespace() || matches!(b, 0x0b | 0x1c)));
    let Some(start) = start else {
        return Format::Empty;
    };
    let text = &text[start..];
    match text {
        [b'{' | b'[', ..] => Format::Json,
        [b'<', ..] => markup_format(text),
        _ if starts_message(text) => Format::Hl7v2,
        _ if text.contains(&0) => Format::Other("a binary file"),
        _ if has_message(text) => Format::Hl7v2,
        _ => Format::Text,
    }
}

fn markup_format(text: &[u8]) -> Format {
    let text = String::from_utf8_lossy(text);
    if text.contains("ClinicalDocument") || text.contains("urn:hl7-org:v3") {
        Format::Ccda
    } else if text.contains("http://hl7.org/fhir") {
        Format::Other("FHIR as XML (FHIR as JSON is read)")
    } else if text.contains("urn:hl7-org:v2xml") || text.contains("<HL7Message") {
        Format::Other("HL7 v2 as XML (HL7 v2 with delimiters is read)")
    } else {
        Format::Other("markup that is no clinical document")
    }
}

/// Whether text starts with a message or batch header.
pub(crate) fn starts_message(text: &[u8]) -> bool {
    let named = [b"MSH", b"FHS", b"BHS"]
        .iter()
        .any(|n| text.starts_with(*n));
    named
        && text
            .get(3)
            .is_some_and(|d| !d.is_ascii_alphanumeric() && !d.is_ascii_whitespace())
}

/// Whether a message starts somewhere below the first line (something stands before it).
fn has_message(text: &[u8]) -> bool {
    text.split(|b| matches!(b, b'\r' | b'\n' | 0x0b))
        .skip(1)
        .any(starts_message)
}

/// A tar header: its magic, or, for tar files older than that, a checksum that fits.
fn is_tar(head: &[u8]) -> bool {
    let Some(header) = head.get(..512) else {
        return false;
    };
    if &header[257..262] == b"ustar" {
        return true;
    }
    let field = std::str::from_utf8(&header[148..156]).unwrap_or("");
    let field = field.trim_matches(|c: char| c == '\0' || c == ' ');
    let Ok(stated) = u32::from_str_radix(field, 8) else {
        return false;
    };
    let sum: u32 = header
        .iter()
        .enumerate()
        .map(|(i, b)| {
            if (148..156).contains(&i) {
                32
            } else {
                u32::from(*b)
            }
        })
        .sum();
    header[0] != 0 && sum == stated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content() {
        let check = |head: &[u8], want: Format| assert_eq!(detect(head), want);
        check(b"", Format::Empty);
        check(b" \r\n\t", Format::Empty);
        check(b"{\"resourceType\":\"Patient\"}", Format::Json);
        check(b"\xef\xbb\xbf\n[{}]", Format::Json);
        check(b"MSH|^~\\&|A", Format::Hl7v2);
        check(b"\x0bMSH|^~\\&|A", Format::Hl7v2);
        check(b"\xef\xbb\xbfFHS|^~\\&|A", Format::Hl7v2);
        check(b"junk\rMSH|^~\\&|A", Format::Hl7v2);
        check(b"MSHA is a word", Format::Text);
        check(b"<?xml version=\"1.0\"?><ClinicalDocument>", Format::Ccda);
        check(b"%PDF-1.7", Format::Other("a PDF document"));
        check(b"\x1f\x8b\x08", Format::Gzip);
        check(b"a,b,c\n1,2,3", Format::Text);
    }
}
