//! What lies on the disk, and what happens when it was changed there.

use super::*;

#[test]
fn no_text_is_found_in_the_files_and_all_are_private() {
    use std::os::unix::fs::PermissionsExt;
    let mut canary = document(1, "ZZPHICANARY heart ZZPHICANARY");
    canary.patient_name = "ZZPHINAME,ANN".into();
    canary.title = "ZZPHITITLE".into();
    canary.author = "ZZPHIAUTHOR,X".into();
    canary.mrn = "ZZPHIMRN".into();
    let place = Place::with(vec![canary]);
    assert_eq!(ids(&place.reader(), "zzphicanary"), [1]);
    let files = tree(&place.dir);
    assert!(files.len() > 8, "{files:?}");
    for path in files {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{path:?}");
        let bytes = std::fs::read(&path).unwrap();
        let lower = bytes.to_ascii_lowercase();
        for word in ["zzphi", "heart", "sensitivity", "segments", "gen-0"] {
            let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = word.encode_utf16().flat_map(u16::to_be_bytes).collect();
            for needle in [word.as_bytes(), &wide, &big] {
                let hit = lower.windows(needle.len()).any(|part| part == needle);
                assert!(!hit, "{word} in {path:?}");
            }
        }
        let empty_lock = bytes.is_empty() && path.extension().is_some_and(|e| e == "lock");
        assert!(empty_lock || bytes.starts_with(b"CHRTSEAL"), "{path:?}");
    }
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.dir), 0o700);
    assert_eq!(mode(&place.generation()), 0o700);
}

/// Damages each file of a copy of an index in turn: either opening or searching must say so, or
/// the answer must be right (a byte that was not read).
fn check_damage(damage: impl Fn(&mut Vec<u8>)) {
    let place = library();
    let whole: Vec<(PathBuf, Vec<u8>)> = tree(&place.dir)
        .into_iter()
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect();
    let mut noticed = 0;
    for (path, bytes) in &whole {
        let mut changed = bytes.clone();
        damage(&mut changed);
        // A new file in its place: the old one may still be mapped.
        std::fs::remove_file(path).unwrap();
        std::fs::write(path, &changed).unwrap();
        let answered = Reader::open(&place.dir, &place.key, &place.store)
            .and_then(|reader| answer(&reader, &request("heart failure date:2026")));
        match answered {
            Ok(answer) => assert_eq!((answer.count, answer.hits.len()), (2, 2), "{path:?}"),
            Err(IndexError::NeedsRebuild(RebuildReason::Corrupt)) => noticed += 1,
            Err(e) => panic!("{path:?}: {e:?}"),
        }
        std::fs::remove_file(path).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    // All but `.managed.json`-like files that a search does not need.
    assert!(noticed + 1 >= whole.len(), "{noticed} of {}", whole.len());
    assert_eq!(ids(&place.reader(), "heart"), [1, 2, 3]);
}

#[test]
fn a_flipped_byte_is_noticed() {
    check_damage(|bytes| {
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
    });
}

#[test]
fn a_truncated_file_is_noticed() {
    check_damage(|bytes| bytes.truncate(bytes.len() - 1));
    check_damage(|bytes| bytes.truncate(bytes.len() / 2));
    check_damage(|bytes| bytes.truncate(0));
}

#[test]
fn errors_show_no_text_of_queries_or_documents() {
    let place = library();
    let error = answer(&place.reader(), &request("ZZPHI: x")).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("ZZPHI"));
}

#[test]
fn damage_met_on_the_way_through_places_refuses_the_search() {
    let note = |id: i64| {
        let words: Vec<String> = (0..300)
            .map(|i| format!("alpha beta{}", (id * i) % 7))
            .collect();
        document(id, &words.join(" "))
    };
    let place = Place::with((1..300).map(note).collect());
    let places = files(&place.generation(), |path| {
        path.extension().is_some_and(|extension| extension == "pos")
    });
    let largest = places
        .iter()
        .max_by_key(|path| path.metadata().unwrap().len())
        .unwrap();
    let mut bytes = std::fs::read(largest).unwrap();
    // The last block is looked at when the file is opened; this is the first.
    assert!(bytes.len() > 2 * crate::vault::seal::BLOCK_BYTES);
    let phrase = "\"alpha beta1 alpha\"";
    // All but every seventh note have it.
    let sound = answer(&place.reader(), &request(phrase)).unwrap();
    assert_eq!(sound.count, 257);
    bytes[100] ^= 1;
    std::fs::remove_file(largest).unwrap();
    std::fs::write(largest, &bytes).unwrap();
    let reader = place.reader();
    for _ in 0..2 {
        let refused = needs_rebuild(answer(&reader, &request(phrase)));
        assert_eq!(refused, RebuildReason::Corrupt);
        // What needs no places is as right as before.
        let plain = answer(&reader, &request("alpha")).unwrap();
        assert_eq!(plain.count, 299);
    }
}
