//! Tests of keys and slots.

use super::*;
use std::os::unix::fs::{PermissionsExt, symlink};

fn passphrase(words: &str) -> KeySource {
    KeySource::Passphrase(Zeroizing::new(words.to_owned()))
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// A data directory and a key file beside it.
fn places() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let key = root.path().join("keys").join("key");
    (root, data, key)
}

#[test]
fn a_passphrase_opens_what_it_made_and_no_other_does() {
    let (_root, data, _) = places();
    let made = Vault::create(&data, &passphrase("three small owls")).unwrap();
    let opened = Vault::open(&data, &passphrase("three small owls")).unwrap();
    assert_eq!(*made.store_key_hex(), *opened.store_key_hex());
    assert_eq!(made.store_key_hex().len(), 64);
    let sealed = seal::seal_bytes(&made.index_key(), "x", b"y").unwrap();
    assert_eq!(
        seal::open_bytes(&opened.index_key(), "x", &sealed).unwrap(),
        b"y"
    );
    assert!(seal::open_bytes(&opened.files_key(), "x", &sealed).is_err());
    let wrong = Vault::open(&data, &passphrase("three small owl")).unwrap_err();
    assert!(matches!(wrong, VaultError::WrongKey));
    let empty = Vault::open(&data, &passphrase("")).unwrap_err();
    assert!(matches!(empty, VaultError::EmptyPassphrase));
}

#[test]
fn a_key_file_is_made_private_and_opens() {
    let (_root, data, key) = places();
    let source = KeySource::KeyFile(key.clone());
    let made = Vault::create(&data, &source).unwrap();
    assert_eq!(mode(&key), 0o600);
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(&data.join(KEYS_FILE)), 0o600);
    let opened = Vault::open(&data, &source).unwrap();
    assert_eq!(*made.store_key_hex(), *opened.store_key_hex());
    let kind = Vault::open(&data, &passphrase("x")).unwrap_err();
    assert!(matches!(kind, VaultError::OtherKind { .. }));
    let other = key.with_file_name("other");
    key_file::create_if_absent(&other, &data).unwrap();
    let wrong = Vault::open(&data, &KeySource::KeyFile(other)).unwrap_err();
    assert!(matches!(wrong, VaultError::WrongKey));
}

#[test]
fn keys_are_never_overwritten() {
    let (_root, data, key) = places();
    Vault::create(&data, &KeySource::KeyFile(key.clone())).unwrap();
    let before = std::fs::read(data.join(KEYS_FILE)).unwrap();
    let again = Vault::create(&data, &KeySource::KeyFile(key)).unwrap_err();
    assert!(matches!(again, VaultError::Exists(_)));
    assert!(files::write_new(&data.join(KEYS_FILE), b"x").is_err());
    assert_eq!(std::fs::read(data.join(KEYS_FILE)).unwrap(), before);
}

#[test]
fn a_key_file_inside_the_data_directory_is_refused_by_any_road() {
    let (root, data, key) = places();
    files::create_private_dir(&data).unwrap();
    let create = |path: PathBuf| Vault::create(&data, &KeySource::KeyFile(path)).unwrap_err();
    let inside = |error| assert!(matches!(error, VaultError::KeyFileInside(_)), "{error:?}");
    inside(create(data.join("key")));
    inside(create(data.join("deep").join("key")));
    let road = root.path().join("road");
    symlink(&data, &road).unwrap();
    inside(create(road.join("key")));
    inside(create(
        root.path().join("keys").join("..").join("data").join("key"),
    ));
    // A link outside that points inside, and one inside that points outside.
    files::write_new(&data.join("real"), b"x").unwrap();
    files::create_private_dir(key.parent().unwrap()).unwrap();
    symlink(data.join("real"), &key).unwrap();
    inside(create(key.clone()));
    symlink(root.path().join("out"), data.join("link")).unwrap();
    inside(create(data.join("link")));
    assert!(!data.join(KEYS_FILE).exists());
    assert!(!data.join("deep").exists());
}

#[test]
fn key_files_that_others_read_or_that_are_none_are_refused() {
    let (_root, data, key) = places();
    let source = KeySource::KeyFile(key.clone());
    Vault::create(&data, &source).unwrap();
    for bad in [0o640, 0o604, 0o620] {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(bad)).unwrap();
        let error = Vault::open(&data, &source).unwrap_err();
        assert!(matches!(error, VaultError::KeyFileMode(_)), "{bad:o}");
    }
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&key, "not a key").unwrap();
    let error = Vault::open(&data, &source).unwrap_err();
    assert!(matches!(error, VaultError::KeyFileFormat(_)));
    std::fs::remove_file(&key).unwrap();
    let error = Vault::open(&data, &source).unwrap_err();
    assert!(matches!(error, VaultError::KeyFileMissing(_)));
    // Nobody is told to change the rights of a folder that was named for a key.
    std::fs::create_dir(&key).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o755)).unwrap();
    let error = Vault::open(&data, &source).unwrap_err();
    assert!(matches!(error, VaultError::KeyFileFormat(_)));
}

#[test]
fn no_keys_damaged_and_newer_are_told_apart() {
    let (_root, data, key) = places();
    let source = KeySource::KeyFile(key);
    let none = Vault::open(&data, &source).unwrap_err();
    assert!(matches!(none, VaultError::NoKeys(_)));
    Vault::create(&data, &source).unwrap();
    let path = data.join(KEYS_FILE);
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("version = 1", "version = 7")).unwrap();
    assert!(matches!(
        Vault::open(&data, &source).unwrap_err(),
        VaultError::Newer(7)
    ));
    let at = text.find("wrapped = \"").unwrap() + 11;
    let digit = if &text[at..=at] == "0" { "1" } else { "0" };
    let flipped = format!("{}{digit}{}", &text[..at], &text[at + 1..]);
    for bad in [
        &text[..text.len() / 2],
        "",
        "version = 1",
        "\u{0}",
        &flipped,
    ] {
        std::fs::write(&path, bad).unwrap();
        let error = Vault::open(&data, &source).unwrap_err();
        assert!(matches!(error, VaultError::Damaged(_)), "{error:?}");
    }
    std::fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(matches!(
        Vault::open(&data, &source).unwrap_err(),
        VaultError::Damaged(_)
    ));
}

#[test]
fn two_vaults_in_memory_differ_and_print_nothing() {
    let one = Vault::in_memory().unwrap();
    let two = Vault::in_memory().unwrap();
    assert_ne!(*one.store_key_hex(), *two.store_key_hex());
    let shown = format!("{one:?} {:?} {:?}", one.index_key(), passphrase("owls"));
    assert_eq!(shown, "Vault SealKey Passphrase");
}

#[test]
fn shared_between_threads() {
    fn both<T: Send + Sync>() {}
    both::<Vault>();
    both::<SealKey>();
    both::<seal::SealReader>();
}
