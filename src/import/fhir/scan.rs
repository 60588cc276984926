//! A scanner that finds the parts of JSON without parsing them.
//!
//! It walks bytes, never recurses, and keeps what came before a break, so that a truncated
//! bundle still gives its whole entries. It does not validate: the parts it finds are parsed by
//! `serde_json`. Start at [`members`] and [`elements`].

use std::ops::Range;

/// Why a scan stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// The text ends inside a value.
    Truncated,
    /// Something stands where JSON has no place for it, at this byte.
    Syntax(usize),
}

/// Where a value ends, and how deep it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// First byte after the value.
    pub end: usize,
    /// Levels of nesting: 0 for a scalar.
    pub depth: usize,
}

/// The next byte that is not white space.
pub(super) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && matches!(bytes[at], b' ' | b'\t' | b'\r' | b'\n') {
        at += 1;
    }
    at
}

/// Walks over the value that starts at `at`.
pub(super) fn value(bytes: &[u8], at: usize) -> Result<Extent, Broken> {
    match bytes.get(at) {
        None => Err(Broken::Truncated),
        Some(b'"') => string(bytes, at).map(|end| Extent { end, depth: 0 }),
        Some(b'{' | b'[') => nested(bytes, at),
        Some(_) => {
            let mut end = at;
            while end < bytes.len()
                && !matches!(
                    bytes[end],
                    b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n'
                )
            {
                end += 1;
            }
            if end == at {
                return Err(Broken::Syntax(at));
            }
            Ok(Extent { end, depth: 0 })
        }
    }
}

fn nested(bytes: &[u8], mut at: usize) -> Result<Extent, Broken> {
    let mut depth = 0usize;
    let mut deepest = 0usize;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                at = string(bytes, at)?;
                continue;
            }
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Ok(Extent {
                        end: at + 1,
                        depth: deepest,
                    });
                }
            }
            _ => {}
        }
        at += 1;
    }
    Err(Broken::Truncated)
}

/// The byte after the string that starts at `at`.
fn string(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    let mut at = at + 1;
    loop {
        let rest = bytes.get(at..).ok_or(Broken::Truncated)?;
        match rest.iter().position(|b| matches!(b, b'"' | b'\\')) {
            None => return Err(Broken::Truncated),
            Some(found) if rest[found] == b'"' => return Ok(at + found + 1),
            Some(found) => at += found + 2,
        }
    }
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    /// The name with its quotes, as written.
    pub name: Range<usize>,
    /// The value. If the object is truncated in it, up to the end of the text.
    pub value: Range<usize>,
    /// Levels of nesting of the value.
    pub depth: usize,
}

/// The members of the object that starts at `at`; those before a break, if there is one.
pub(super) fn members(bytes: &[u8], at: usize) -> (Vec<Member>, Option<Broken>) {
    let mut found = Vec::new();
    let mut at = at + 1;
    loop {
        at = skip_space(bytes, at);
        match bytes.get(at) {
            None => return (found, Some(Broken::Truncated)),
            Some(b'}') => return (found, None),
            Some(b',') => {
                at += 1;
                continue;
            }
            Some(b'"') => {}
            Some(_) => return (found, Some(Broken::Syntax(at))),
        }
        let name = match string(bytes, at) {
            Ok(end) => at..end,
            Err(broken) => return (found, Some(broken)),
        };
        at = skip_space(bytes, name.end);
        match bytes.get(at) {
            None => return (found, Some(Broken::Truncated)),
            Some(b':') => at = skip_space(bytes, at + 1),
            Some(_) => return (found, Some(Broken::Syntax(at))),
        }
        match value(bytes, at) {
            Ok(extent) => {
                found.push(Member {
                    name,
                    value: at..extent.end,
                    depth: extent.depth,
                });
                at = extent.end;
            }
            Err(broken) => {
                found.push(Member {
                    name,
                    value: at..bytes.len(),
                    depth: 0,
                });
                return (found, Some(broken));
            }
        }
    }
}

/// An element of an array: where it lies and how deep it goes.
pub(super) type Element = (Range<usize>, usize);

/// The elements of the array that starts at `at`; those before a break, if there is one.
pub(super) fn elements(bytes: &[u8], at: usize) -> (Vec<Element>, Option<Broken>) {
    let mut found = Vec::new();
    let mut at = at + 1;
    loop {
        at = skip_space(bytes, at);
        match bytes.get(at) {
            None => return (found, Some(Broken::Truncated)),
            Some(b']') => return (found, None),
            Some(b',') => {
                at += 1;
                continue;
            }
            Some(_) => {}
        }
        match value(bytes, at) {
            Ok(extent) => {
                found.push((at..extent.end, extent.depth));
                at = extent.end;
            }
            Err(broken) => return (found, Some(broken)),
        }
    }
}

/// Whether the text is one whole value with nothing but white space after it.
pub(super) fn is_whole(bytes: &[u8]) -> Result<Extent, Broken> {
    let extent = value(bytes, skip_space(bytes, 0))?;
    let after = skip_space(bytes, extent.end);
    if after < bytes.len() {
        return Err(Broken::Syntax(after));
    }
    Ok(extent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_elements_are_found() {
        let text = br#"{ "a" : [1,{"x":"]}\""}], "b":null }"#;
        let (members, broken) = members(text, 0);
        assert_eq!(broken, None);
        let values: Vec<&[u8]> = members.iter().map(|m| &text[m.value.clone()]).collect();
        assert_eq!(values, [&br#"[1,{"x":"]}\""}]"#[..], &b"null"[..]]);
        assert_eq!(members[0].depth, 2);
        let (elements, broken) = elements(text, members[0].value.start);
        assert_eq!((elements.len(), broken), (2, None));
    }

    #[test]
    fn what_came_before_a_break_is_kept() {
        let (found, broken) = elements(br#"[{"a":1},{"b":2},{"c"#, 0);
        assert_eq!((found.len(), broken), (2, Some(Broken::Truncated)));
        let (found, broken) = members(br#"{"a":1,"entry":[{"#, 0);
        assert_eq!((found.len(), broken), (2, Some(Broken::Truncated)));
    }

    #[test]
    fn depth_needs_no_stack() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        assert_eq!(is_whole(deep.as_bytes()).map(|e| e.depth), Ok(100_000));
        assert_eq!(is_whole(b"[[").map(|e| e.depth), Err(Broken::Truncated));
        assert_eq!(is_whole(b"{} x"), Err(Broken::Syntax(3)));
    }
}
