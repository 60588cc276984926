//! Mutated and hostile input: no panic, no lost neighbours, no runaway time.

use super::*;
use proptest::prelude::*;

const SEEDS: &[&str] = &[
    "MSH|^~\\&|APP|FAC|||20240301||ADT^A01|1|P|2.5|||||||8859/1\rEVN|A01|20240301\rPID|1||77^^^H^MR~1^^^S^SS||Doe^Jane||19700102|F\rPV1|1|I|4W^1^A^GEN||||900^Lee^Ann|||CAR|||||||901^Roe||V7^^^H^VN|||||||||||||||||01||||||||20240301|20240305\rDG1|1||I21.9^MI^I10|||F\rPR1|1||3^Bypass^C4||20240302|P|60\r",
    "MSH|^~\\&|APP|FAC|||20240301||MDM^T02|2|P|2.5\rPID|1||77^^^H^MR\rTXA|1|DS|TX|20240305|||||900^Lee|901^Roe||D1^APP|D0^APP||||AU||AV|||900^Lee^^^^^^^^^^^^^20240305\rOBX|1|TX|x^Course||First~second\\.br\\third \\T\\ \\X0D\\ last\rOBX|2|ED|||^text^html^Base64^PHA+SGVsbG88L3A+\r",
    "MSH|^~\\&|APP|FAC|||20240301||ORU^R01|3|P|2.5\rPID|1||77\rORC|RE|P1|F1\rOBR|1|P1|F1|71045^Chest^C4|||20240301|||||||||||||||||RAD|F|||||||902&Ray\rOBX|1|NM|2160-0^Cr^LN||1.4|mg/dL|0.6 - 1.2|H|||F\rOBX|2|SN|x||<^0.01\rOBX|3|FT|y^Text||{\\rtf1 x\\par}\r",
    "MSH|^~\\&|APP|FAC|||20240301||ORM^O01|4|P|2.5\rPID|1||77\rORC|NW|P1|||||||20240301|||900^Lee\rOBR|1|P1||C1^Consult\rMSH|^~\\&|APP|FAC|||20240301||ADT^A40|5\rPID|1||77\rMRG|66\r",
    "{\"resourceType\":\"Bundle\",\"entry\":[{\"fullUrl\":\"urn:uuid:1\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":[{\"family\":\"Doe\",\"given\":[\"J\"]}],\"birthDate\":\"1970-01-02\",\"identifier\":[{\"system\":\"s\",\"value\":\"v\"}]}},{\"resource\":{\"resourceType\":\"Encounter\",\"id\":\"e\",\"class\":{\"code\":\"IMP\"},\"subject\":{\"reference\":\"urn:uuid:1\"},\"period\":{\"start\":\"2024-01-01T00:00:00Z\"}}}]}",
    "{\"resourceType\":\"DocumentReference\",\"id\":\"d\",\"subject\":{\"reference\":\"Patient/p\"},\"contained\":[{\"resourceType\":\"Practitioner\",\"id\":\"c\"}],\"author\":[{\"reference\":\"#c\"}],\"content\":[{\"attachment\":{\"contentType\":\"text/html\",\"data\":\"PHA+SGVsbG88L3A+\"}}]}\n{\"resourceType\":\"Observation\",\"id\":\"o\",\"subject\":{\"reference\":\"Patient/p\"},\"component\":[{\"code\":{\"text\":\"x\"},\"valueQuantity\":{\"value\":1.5}}]}\n",
];

/// One change of a message.
#[derive(Clone, Debug)]
enum Change {
    Flip(usize, u8),
    Cut(usize),
    Drop(usize, usize),
    Twice(usize, usize),
    Insert(usize, Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    let at = 0usize..2_000;
    let bytes = prop::collection::vec(any::<u8>(), 1..12);
    let odd = prop::sample::select(vec![
        &b"\"\""[..],
        b"|",
        b"^",
        b"~",
        b"\\",
        b"&",
        b"\r",
        b"\n",
        b"\0",
        b"\xff",
        b"{",
        b"[",
        b"]",
        b"}",
        b",",
        b":",
        b"null",
        b"MSH|",
        b"\\X",
        b"\\.br\\",
        b"\xef\xbb\xbf",
        b"\x0b",
        b"\x1c",
        b"99999999999999",
        b"-1",
        b"#",
        b"%7",
        b"?identifier=",
    ])
    .prop_map(<[u8]>::to_vec);
    prop_oneof![
        (at.clone(), any::<u8>()).prop_map(|(a, b)| Change::Flip(a, b)),
        at.clone().prop_map(Change::Cut),
        (at.clone(), 1usize..60).prop_map(|(a, n)| Change::Drop(a, n)),
        (at.clone(), 1usize..200).prop_map(|(a, n)| Change::Twice(a, n)),
        (at, prop_oneof![bytes, odd]).prop_map(|(a, b)| Change::Insert(a, b)),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    let at = |a: &usize| a % bytes.len();
    match change {
        Change::Flip(a, b) => {
            let a = at(a);
            bytes[a] = *b;
        }
        Change::Cut(a) => {
            let a = at(a);
            bytes.truncate(a);
        }
        Change::Drop(a, n) => {
            let a = at(a);
            let end = (a + n).min(bytes.len());
            bytes.drain(a..end);
        }
        Change::Twice(a, n) => {
            let a = at(a);
            let end = (a + n).min(bytes.len());
            let part = bytes[a..end].to_vec();
            bytes.splice(a..a, part);
        }
        Change::Insert(a, part) => {
            let a = at(a);
            bytes.splice(a..a, part.iter().copied());
        }
    }
}

/// Mutates a seed and reads it.
fn check_mutated(seed: usize, changes: &[Change]) -> Result<(), TestCaseError> {
    let mut bytes = SEEDS[seed].as_bytes().to_vec();
    for change in changes {
        apply(&mut bytes, change);
    }
    let parsed = super::super::parse(&bytes, &options());
    prop_assert!(parsed.issues.iter().all(|i| !i.reason.is_empty()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    #[ignore = "the full count, before a release"]
    fn ten_thousand_mutations(
        seed in 0..SEEDS.len(),
        changes in prop::collection::vec(change(), 1..8),
    ) {
        check_mutated(seed, &changes)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_input_never_panics(
        seed in 0..SEEDS.len(),
        changes in prop::collection::vec(change(), 1..8),
    ) {
        check_mutated(seed, &changes)?;
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = super::super::parse(&bytes, &options());
        let framed = [b"MSH|^~\\&|A|B|||x||ORU^R01|1\rPID|1||7\rOBX|1|TX|x||", &bytes[..]].concat();
        let _ = super::super::parse(&framed, &options());
    }

    #[test]
    fn any_text_survives_a_segment(text in "\\PC{0,200}") {
        let _ = parse(&format!("MSH|^~\\&|A|B|||x||MDM^T02|1\rPID|1||7||{text}\rTXA|1|{text}|TX|{text}||||||||D1|||||{text}\rOBX|1|FT|||{text}\r"));
        let _ = parse(&format!("MSH|{text}\rPID|{text}\r"));
        let json = serde_json::to_string(&text).unwrap();
        let _ = parse(&format!("{{\"resourceType\":\"Patient\",\"id\":{json},\"name\":[{{\"text\":{json}}}],\"birthDate\":{json}}}"));
        let _ = parse(&format!("{{\"resourceType\":\"Encounter\",\"id\":\"1\",\"subject\":{{\"reference\":{json}}},\"period\":{{\"start\":{json}}},\"participant\":[{{\"individual\":{{\"display\":{json}}}}}]}}"));
    }
}

#[test]
fn a_mutated_message_leaves_its_neighbours() {
    let good = "MSH|^~\\&|A|B|||x||ADT^A28|1\rPID|1||GOOD\r";
    for seed in SEEDS.iter().filter(|s| s.starts_with("MSH")) {
        for at in (0..seed.len()).step_by(7) {
            let cut = seed.get(..at).unwrap_or("");
            let parsed = parse(&format!("{good}{cut}\r{}", good.replace("GOOD", "LAST")));
            let ids: Vec<&str> = parsed.arrivals.iter().map(|a| a.key.id.raw()).collect();
            assert_eq!(
                (ids.first(), ids.last()),
                (Some(&"GOOD"), Some(&"LAST")),
                "{cut}"
            );
        }
    }
}

#[test]
fn large_input_takes_no_more_than_linear_time() {
    let pid = "MSH|^~\\&|A|B|||x||MDM^T02|1\rPID|1||7\rTXA|1|HP||||||||||D1\r";
    for filler in [
        "\\", "<", "<a", "&", "&amp", "\\T", "~", "^", "{", "<!--", "<script>",
    ] {
        let text = format!(
            "{pid}OBX|1|FT|||{}\r",
            filler.repeat(400_000 / filler.len())
        );
        let parsed = parse(&text);
        assert!(parsed.arrivals.len() >= 2, "{filler}");
    }
    let pipes = format!("{pid}OBX|{}\r", "|".repeat(1_000_000));
    assert!(!parse(&pipes).arrivals.is_empty());
}
