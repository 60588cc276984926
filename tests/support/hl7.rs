//! HL7 v2 messages, made in code.

/// An admission.
pub fn admit(number: usize, family: &str) -> String {
    message(
        &format!("ADT^A01^ADT_A01|{number:06}A"),
        &[
            "EVN|A01|20260105100000",
            &patient(number, family),
            &visit(number, ""),
        ],
    )
}

/// A discharge.
pub fn discharge(number: usize, family: &str) -> String {
    message(
        &format!("ADT^A03^ADT_A03|{number:06}D"),
        &[
            "EVN|A03|20260109150000",
            &patient(number, family),
            &visit(number, "20260109150000"),
        ],
    )
}

fn message(kind: &str, segments: &[&str]) -> String {
    let header = format!("MSH|^~\\&|ADT|GH|CHARTROOM|GH|20260109150000||{kind}|P|2.5.1");
    let mut all = vec![header.as_str()];
    all.extend(segments);
    format!("{}\r", all.join("\r"))
}

fn patient(number: usize, family: &str) -> String {
    format!("PID|1||M{number:05}^^^GH^MR||{family}^Alma||19500302|F")
}

fn visit(number: usize, discharged: &str) -> String {
    let mut fields = vec![String::new(); 46];
    fields[0] = "PV1".into();
    fields[1] = "1".into();
    fields[2] = "I".into();
    fields[7] = "1111111112^Doe^Jordan".into();
    fields[19] = format!("V{number:05}^^^GH^VN");
    fields[36] = if discharged.is_empty() {
        String::new()
    } else {
        "01".into()
    };
    fields[44] = "20260105100000".into();
    fields[45] = discharged.into();
    fields.join("|").trim_end_matches('|').to_owned()
}
