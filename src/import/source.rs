//! Bytes from files and archives, counted and bounded.
//!
//! Start at [`Lines`] and [`Guard`]. A line or an archive that is larger than its limit is
//! refused without being held in memory.

use super::limits::Limits;
use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// Why unpacking was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Bomb {
    /// More unpacked bytes for each packed byte than allowed.
    #[error("unpacks to more than {0} times its size")]
    Ratio(u64),
    /// More unpacked bytes in all than allowed.
    #[error("unpacks to more than {0} MiB")]
    Total(u64),
}

/// Counts what is read through it.
pub(crate) struct Counting<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R> Counting<R> {
    pub(crate) fn new(inner: R, count: Rc<Cell<u64>>) -> Self {
        Self { inner, count }
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.count.set(self.count.get() + n as u64);
        Ok(n)
    }
}

impl<R: io::Seek> io::Seek for Counting<R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

/// Unpacked bytes, stopped when they become too many.
pub(crate) struct Guard<R> {
    inner: R,
    /// Packed bytes read so far (or in all, if known).
    packed: Rc<Cell<u64>>,
    unpacked: u64,
    /// Unpacked bytes of the whole archive, over all its parts.
    spent: Rc<Cell<u64>>,
    ratio: u64,
    ratio_free: u64,
    total: u64,
}

impl<R> Guard<R> {
    pub(crate) fn new(
        inner: R,
        packed: Rc<Cell<u64>>,
        spent: Rc<Cell<u64>>,
        limits: &Limits,
    ) -> Self {
        Self {
            inner,
            packed,
            unpacked: 0,
            spent,
            ratio: limits.ratio,
            ratio_free: limits.ratio_free_bytes,
            total: limits.archive_bytes,
        }
    }
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.unpacked += n as u64;
        self.spent.set(self.spent.get() + n as u64);
        if self.spent.get() > self.total {
            return Err(io::Error::other(Bomb::Total(self.total >> 20)));
        }
        let allowed = self.packed.get().max(1).saturating_mul(self.ratio);
        if self.unpacked > self.ratio_free && self.unpacked > allowed {
            return Err(io::Error::other(Bomb::Ratio(self.ratio)));
        }
        Ok(n)
    }
}

/// Why reading stopped, in words without anything from the file.
pub(crate) fn reason(error: &io::Error) -> String {
    let bomb = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Bomb>());
    if let Some(bomb) = bomb {
        return bomb.to_string();
    }
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read (permission denied)".to_owned(),
        io::ErrorKind::UnexpectedEof => "the packed data ends early".to_owned(),
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
            "the packed data is broken".to_owned()
        }
        io::ErrorKind::Unsupported => {
            "it is neither a file nor a folder: feed it to `chartroom import -`".to_owned()
        }
        kind => format!("it cannot be read ({kind})"),
    }
}

/// What a line turned out to be.
#[derive(Debug)]
pub(crate) enum Line {
    /// A line, without its end; the text is in the caller's buffer.
    Text,
    /// A line longer than the limit. It has been passed over.
    TooLong,
    /// No more lines.
    End,
    /// Reading failed; what was read of the last line is in the caller's buffer.
    Failed(io::Error),
}

/// Lines of a reader, ended by LF, with their numbers.
pub(crate) struct Lines<R> {
    reader: R,
    /// Number of the line given last, from 1.
    pub(crate) number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Self { reader, number: 0 }
    }

    /// Reads the next line into `line`. At most `limit` bytes are held.
    pub(crate) fn next(&mut self, line: &mut Vec<u8>, limit: u64) -> Line {
        line.clear();
        let mut too_long = false;
        let mut any = false;
        loop {
            let chunk = match self.reader.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.number += u64::from(any);
                    return Line::Failed(error);
                }
            };
            if chunk.is_empty() {
                break;
            }
            any = true;
            let end = chunk.iter().position(|b| *b == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            if !too_long {
                if (line.len() + part.len()) as u64 > limit {
                    too_long = true;
                    *line = Vec::new();
                } else {
                    line.extend_from_slice(part);
                }
            }
            let used = end.map_or(chunk.len(), |e| e + 1);
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        if !any {
            return Line::End;
        }
        self.number += 1;
        if too_long { Line::TooLong } else { Line::Text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_over_the_limit_is_passed_over() {
        let text = [b"one\n".to_vec(), vec![b'x'; 100_000], b"\nthree".to_vec()].concat();
        let mut lines = Lines::new(io::BufReader::with_capacity(64, &text[..]));
        let mut line = Vec::new();
        assert!(matches!(lines.next(&mut line, 10), Line::Text));
        assert_eq!(line, b"one");
        assert!(matches!(lines.next(&mut line, 10), Line::TooLong));
        assert!(line.capacity() < 100);
        assert!(matches!(lines.next(&mut line, 10), Line::Text));
        assert_eq!((line.as_slice(), lines.number), (&b"three"[..], 3));
        assert!(matches!(lines.next(&mut line, 10), Line::End));
    }

    #[test]
    fn a_bomb_is_stopped() {
        let limits = Limits {
            ratio_free_bytes: 1000,
            archive_bytes: 5000,
            ..Limits::default()
        };
        let read = |packed: u64, bytes: u64| {
            let packed = Rc::new(Cell::new(packed));
            let spent = Rc::new(Cell::new(0));
            let mut guard = Guard::new(io::repeat(0).take(bytes), packed, spent, &limits);
            let read = io::copy(&mut guard, &mut io::sink());
            read.map_err(|e| reason(&e))
        };
        assert_eq!(read(1, 900), Ok(900));
        assert_eq!(read(40, 4000), Ok(4000));
        assert_eq!(
            read(1, 4000),
            Err("unpacks to more than 100 times its size".to_owned())
        );
        assert_eq!(
            read(4000, 9000),
            Err("unpacks to more than 0 MiB".to_owned())
        );
    }
}
