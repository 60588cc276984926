//! Files of the paths a person named: folders are walked, and files put in the order in which
//! their records refer to each other.

use super::archive::is_clutter;
use super::fhir;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Bytes of a file (unpacked) that are searched for the type of its resources.
const PEEK_BYTES: u64 = 64 * 1024;

/// A file to read.
pub(crate) struct Found {
    pub path: PathBuf,
    pub bytes: u64,
}

/// A path that could not be used.
pub(crate) struct Unusable {
    pub path: PathBuf,
    pub error: io::Error,
}

/// What lies under a path.
#[derive(Default)]
pub(crate) struct Walked {
    pub files: Vec<Found>,
    pub unusable: Vec<Unusable>,
    /// It is a folder, and nothing lies in it.
    pub bare: bool,
}

/// Collects the files under a path. Symbolic links are followed, a folder is entered once.
pub(crate) fn walk(path: &Path) -> Walked {
    let mut walked = Walked::default();
    let mut entered = HashSet::new();
    let mut folders = vec![path.to_path_buf()];
    let mut ranked = Vec::new();
    while let Some(path) = folders.pop() {
        let meta = match std::fs::metadata(&path) {
            Ok(meta) => meta,
            Err(error) => {
                walked.unusable.push(Unusable { path, error });
                continue;
            }
        };
        if meta.is_dir() {
            match enter(&path, &mut entered) {
                Ok(mut inner) => folders.append(&mut inner),
                Err(error) => walked.unusable.push(Unusable { path, error }),
            }
        } else if meta.is_file() {
            let bytes = meta.len();
            ranked.push(Found { path, bytes });
        } else {
            let error = io::Error::from(io::ErrorKind::Unsupported);
            walked.unusable.push(Unusable { path, error });
        }
    }
    walked.bare = ranked.is_empty() && walked.unusable.is_empty();
    // A file named by itself is read as it is; only the files of a folder need an order.
    if ranked.len() > 1 {
        let mut keyed: Vec<(usize, Found)> =
            ranked.into_iter().map(|f| (rank_of(&f.path), f)).collect();
        keyed.sort_by(|a, b| (a.0, &a.1.path).cmp(&(b.0, &b.1.path)));
        ranked = keyed.into_iter().map(|(_, f)| f).collect();
    }
    walked.unusable.sort_by(|a, b| a.path.cmp(&b.path));
    walked.files = ranked;
    walked
}

/// What lies in a folder; nothing if it has been entered before by another path.
fn enter(path: &Path, entered: &mut HashSet<PathBuf>) -> io::Result<Vec<PathBuf>> {
    let real = path.canonicalize()?;
    if !entered.insert(real) {
        return Ok(Vec::new());
    }
    let mut inner = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        if !is_clutter(&entry.file_name().to_string_lossy()) {
            inner.push(entry.path());
        }
    }
    Ok(inner)
}

/// Rank of the first resource type a file names; files that name none come last.
fn rank_of(path: &Path) -> usize {
    let mut head = Vec::new();
    // A file that cannot be read is reported when its turn comes.
    let _ = peek(path, &mut head);
    first_type(&head).map_or(usize::MAX, fhir::rank)
}

fn peek(path: &Path, head: &mut Vec<u8>) -> io::Result<()> {
    let mut magic = [0u8; 4];
    let mut file = File::open(path)?;
    let n = file.read(&mut magic)?;
    let start = io::Cursor::new(magic).take(n as u64).chain(file);
    if magic.starts_with(&[0x1f, 0x8b]) {
        flate2::read::MultiGzDecoder::new(start)
            .take(PEEK_BYTES)
            .read_to_end(head)?;
    } else if magic == [0x28, 0xb5, 0x2f, 0xfd] {
        zstd::stream::read::Decoder::new(start)?
            .take(PEEK_BYTES)
            .read_to_end(head)?;
    } else {
        start.take(PEEK_BYTES).read_to_end(head)?;
    }
    Ok(())
}

/// The first `"resourceType": "X"` of a text.
fn first_type(head: &[u8]) -> Option<&str> {
    let wanted = b"\"resourceType\"";
    let at = head.windows(wanted.len()).position(|w| w == wanted)?;
    let rest = &head[at + wanted.len()..];
    let open = rest.iter().position(|b| *b == b'"')?;
    let rest = &rest[open + 1..];
    let close = rest.iter().position(|b| *b == b'"')?;
    std::str::from_utf8(&rest[..close]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_the_order_of_their_references() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("a.json", r#"{"resourceType":"Observation"}"#);
        write("z/b.json", r#"{"id":1, "resourceType" : "Organization"}"#);
        write("c.json", r#"{"resourceType":"Encounter"}"#);
        write("d.txt", "nothing");
        write("e.json", r#"{"resourceType":"Patient"}"#);
        write(".hidden", "x");
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        let walked = walk(folder.path());
        let names: Vec<String> = walked
            .files
            .iter()
            .map(|f| f.path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["b.json", "e.json", "c.json", "a.json", "d.txt"]);
        assert!(walked.unusable.is_empty());
        assert!(!walked.bare);
        let absent = super::walk(&folder.path().join("absent"));
        assert_eq!((absent.unusable.len(), absent.bare), (1, false));
        std::fs::create_dir(folder.path().join("bare")).unwrap();
        assert!(super::walk(&folder.path().join("bare")).bare);
    }
}
