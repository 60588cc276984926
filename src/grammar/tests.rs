//! Tests of the language.

use super::ast::{Field, Node, NodeKind, Value};
use super::*;
use crate::domain::deficiency::DeficiencyState;
use crate::domain::encounter::EncounterClass;
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = date(2026, 3, 31);

/// The tree in a short form: `&` all, `|` any, `-` not, `()` group, `w'' p'' "…"` leaves.
fn show(node: &Node) -> String {
    let list = |sign: &str, parts: &[Node]| {
        let parts: Vec<String> = parts.iter().map(show).collect();
        format!("[{}]", parts.join(sign))
    };
    match &node.kind {
        NodeKind::All(parts) => list(" & ", parts),
        NodeKind::Any(parts) => list(" | ", parts),
        NodeKind::Not(inner) => format!("-{}", show(inner)),
        NodeKind::Group(inner) => format!("({})", show(inner)),
        NodeKind::Word(text) => text.raw().to_owned(),
        NodeKind::Prefix(text) => format!("{}*", text.raw()),
        NodeKind::Phrase(text) => format!("\"{}\"", text.raw()),
        NodeKind::Near { words, gap } => format!("\"{}\"~{gap}", words.raw()),
        NodeKind::Fuzzy { word, edits } => {
            format!(
                "{}~{}",
                word.raw(),
                edits.map_or(String::new(), |e| e.to_string())
            )
        }
        NodeKind::Field { field, value, .. } => {
            let value = match value {
                Value::Text(text) => text.raw().to_owned(),
                Value::Prefix(text) => format!("{}*", text.raw()),
                Value::Near(words, gap) => format!("{}~{gap}", words.raw()),
                Value::Numbers(n) => format!("{:?}..{:?}", n.from, n.to),
                Value::Days(days) => format!(
                    "{}..{}",
                    days.from.map_or(String::new(), |d| d.to_string()),
                    days.to.map_or(String::new(), |d| d.to_string())
                ),
            };
            format!("{}={value}", field.name())
        }
    }
}

#[test]
fn queries_become_trees() {
    for (text, wanted) in [
        ("heart failure", "[heart & failure]"),
        ("  heart  ", "heart"),
        ("heart AND failure", "[heart & failure]"),
        ("heart OR failure", "[heart | failure]"),
        ("a b OR c d", "[[a & b] | [c & d]]"),
        ("heart -failure", "[heart & -failure]"),
        ("heart NOT failure", "[heart & -failure]"),
        ("NOT -failure", "--failure"),
        ("or and not", "[or & and & not]"),
        ("\"heart failure\" ef", "[\"heart failure\" & ef]"),
        ("\u{201c}heart failure\u{201d}", "\"heart failure\""),
        ("card* failure", "[card* & failure]"),
        ("heart f*", "[heart & f*]"),
        ("x-r*", "x-r*"),
        ("x-ray 10:30 38.5", "[x-ray & 10:30 & 38.5]"),
        ("(a OR b) c", "[([a | b]) & c]"),
        ("-(a OR b)", "-([a | b])"),
        ("((a))", "((a))"),
        ("fracture(s)", "fracture(s)"),
        ("(fracture(s) OR x)", "([fracture(s) | x])"),
        ("TYPE:progress", "type=progress"),
        ("type:\"progress note\"", "type=progress note"),
        ("author:smith,a*", "author=smith,a*"),
        ("-type:lab", "-type=lab"),
        ("date:2026-03", "date=2026-03-01..2026-03-31"),
        ("date:T-7..", "date=2026-03-24.."),
        ("date:\"T - 7\"", "date=2026-03-24..2026-03-24"),
        (
            "name:ZZTEST mrn:00-12 visit:V1 service:cardiology",
            "[name=ZZTEST & mrn=00-12 & visit=V1 & service=cardiology]",
        ),
        ("\"a\"\"b\"", "[\"a\" & \"b\"]"),
        ("a\"b\"", "[a & \"b\"]"),
        ("müller", "müller"),
        ("pneumonai~", "pneumonai~"),
        ("pneumonai~2 cough", "[pneumonai~2 & cough]"),
        ("~5 a~b", "[~5 & a~b]"),
        ("\"renal failure\"~5", "\"renal failure\"~5"),
        ("age:>65", "age=Some(66)..None"),
        ("age:18..65 sex:f", "[age=Some(18)..Some(65) & sex=f]"),
        ("admitted:>=2026-03", "admitted=2026-03-01.."),
        ("discharged:<T", "discharged=..2026-03-30"),
        ("affirmed:sepsis", "affirmed=sepsis"),
        ("negated:\"chest pain\"", "negated=chest pain"),
        ("family:\"breast cancer\"~2", "family=breast cancer~2"),
        ("in:assessment sepsis", "[in=assessment & sepsis]"),
        (
            "section:plan status:uns class:ip code:I21*",
            "[section=plan & status=uns & class=ip & code=I21*]",
        ),
    ] {
        let query = parse(text, TODAY).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(show(&query.root), wanted, "{text}");
    }
}

#[test]
fn errors_point_at_the_character() {
    use Problem::*;
    let check = |text: &str, problem: Problem, start: usize, end: usize| {
        let error = parse(text, TODAY).expect_err(text);
        assert_eq!(error.problem, problem, "{text}");
        assert_eq!(error.span, Span::new(start, end), "{text}");
    };
    check("", Blank, 0, 0);
    check("   ", Blank, 0, 3);
    check("a \"b c", UnclosedQuote, 2, 3);
    check("a (b c", UnclosedGroup, 2, 3);
    check("a (", UnclosedGroup, 2, 3);
    check("a) b", UnexpectedClose, 1, 2);
    check(")", UnexpectedClose, 0, 1);
    check("a ()", NothingToSearch, 3, 4);
    check("a OR", MissingOperand("OR", "after it"), 2, 4);
    check("OR a", MissingOperand("OR", "before it"), 0, 2);
    check("a OR OR b", MissingOperand("OR", "after it"), 2, 4);
    check("a AND OR b", MissingOperand("AND", "after it"), 2, 5);
    check("a AND", MissingOperand("AND", "after it"), 2, 5);
    check("a (b OR)", MissingOperand("OR", "after it"), 5, 7);
    check("a NOT", MissingOperand("NOT", "after it"), 2, 5);
    check("a NOT OR b", MissingOperand("NOT", "after it"), 2, 5);
    check("a - b", MissingOperand("-", "right after it"), 2, 3);
    check("a -", MissingOperand("-", "right after it"), 2, 3);
    check("a & b", NothingToSearch, 2, 3);
    check("a \"--\"", NothingToSearch, 3, 5);
    check("\"\"", NothingToSearch, 1, 1);
    check("*itis", StarInside, 0, 1);
    check("a*b", StarInside, 1, 2);
    check("ab**", StarInside, 2, 3);
    check("ab.*", StarInside, 3, 4);
    check("a*", PrefixTooShort, 0, 2);
    check("heart OR a*", PrefixTooShort, 9, 11);
    check("heart -a*", PrefixTooShort, 7, 9);
    check("é*", PrefixTooShort, 0, 3);
    check("note: foo", UnknownField(Field::SEARCH), 0, 4);
    check("a nobody:x", UnknownField(Field::SEARCH), 2, 8);
    check("type: foo", MissingValue(Field::Type), 0, 5);
    check("type:\" \"", MissingValue(Field::Type), 0, 5);
    check("mrn:--", NothingToSearch, 4, 6);
    check("date:soon", Date(DateProblem::NotADate), 5, 9);
    check("date:20*", StarInside, 5, 7);
    check("date:2/30", Date(DateProblem::NoSuchDay), 5, 9);
    check("abc~", FuzzyTooShort, 0, 3);
    check("x-ray~", FuzzyOneWord, 0, 5);
    check("sepsis~3", FuzzyDistance, 6, 8);
    check("\"a b\"~", NearGap, 5, 6);
    check("\"a b\"~51", NearGap, 5, 8);
    check("\"a\"~5", NearOneWord, 1, 2);
    check("\"a b c d e f g h i\"~5", NearTooMany, 1, 18);
    check("author:smith~", TildeInField(Field::Author), 12, 13);
    check("negated:sepsis~", TildeInField(Field::Negated), 14, 15);
    check("age:old", Number(NumberProblem::NotANumber), 4, 7);
    check("age:9..3", Number(NumberProblem::Backwards), 4, 8);
    check("age:6*", StarInside, 4, 5);
    let expected = "F, M, O, U".to_owned();
    check(
        "sex:zz",
        BadValue {
            field: Field::Sex,
            expected,
        },
        4,
        6,
    );
}

#[test]
fn too_long_and_too_deep_are_refused() {
    let long = "a ".repeat(2_049);
    let error = parse(&long, TODAY).unwrap_err();
    assert_eq!(error.problem, Problem::TooLong);
    assert!(parse(&"a ".repeat(2_048), TODAY).is_ok());
    assert_eq!(
        parse(&"é".repeat(2_049), TODAY).unwrap_err().problem,
        Problem::TooLong
    );
    for deep in [
        "(".repeat(4_000),
        "-".repeat(4_000) + "a",
        "NOT ".repeat(1_000) + "a",
    ] {
        assert_eq!(parse(&deep, TODAY).unwrap_err().problem, Problem::TooDeep);
    }
    let fine = format!("{}a{}", "(".repeat(32), ")".repeat(32));
    assert!(parse(&fine, TODAY).is_ok());
}

#[test]
fn errors_say_what_to_do_and_never_repeat_what_was_typed() {
    for text in [
        "ZZPHI: x",
        "type: ZZPHI",
        "date:ZZPHI",
        "ZZPHI OR",
        "ZZPHI*x",
        "\"ZZPHI",
    ] {
        let error = parse(text, TODAY).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("ZZPHI"), "{shown}");
        assert!(!error.to_string().is_empty());
    }
    let query = parse("ZZPHI name:ZZPHI", TODAY).unwrap();
    assert!(!format!("{query:?}").contains("ZZPHI"));
    let unknown = parse("foo:x", TODAY).unwrap_err().to_string();
    assert!(unknown.starts_with("no such field: there are type:, author:"));
    assert!(unknown.ends_with(" and family:; for text with a colon use quotes"));
}

/// Every span lies within its parent's, in order, on character boundaries.
fn check_spans(node: &Node, text: &str, within: Span) {
    let Span { start, end } = node.span;
    assert!(within.start <= start && start < end && end <= within.end);
    assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
    match &node.kind {
        NodeKind::All(parts) | NodeKind::Any(parts) => {
            assert!(parts.len() > 1);
            let mut from = start;
            for part in parts {
                check_spans(part, text, Span::new(from, end));
                from = part.span.end;
            }
        }
        NodeKind::Not(inner) | NodeKind::Group(inner) => check_spans(inner, text, node.span),
        _ => {}
    }
}

fn filter(text: &str) -> Result<crate::domain::worklist::QueueFilter, GrammarError> {
    queue_filter(text, TODAY, &jiff::tz::TimeZone::UTC)
}

#[test]
fn queue_filters() {
    use crate::domain::worklist::{Condition as C, Fit, QueueText as T};
    let text = |what, fit, text: &str| C::Text(what, fit, text.to_owned());
    let typed = |typed: &str| {
        let filter = filter(typed).unwrap_or_else(|e| panic!("{typed}: {e}"));
        filter.typed.unwrap()
    };
    assert_eq!(filter(" ").unwrap(), Default::default());
    assert_eq!(filter("type:ds-m,h&p").unwrap().kinds, ["DS-M", "H&P"]);
    for (line, wanted) in [
        ("smith", text(T::Any, Fit::Part, "smith")),
        ("\"late\"", text(T::Any, Fit::Part, "late")),
        ("smi*", text(T::Any, Fit::Start, "smi")),
        ("owner:\"SMITH, A\"", text(T::Owner, Fit::Part, "SMITH, A")),
        (
            "service:=Cardiology",
            text(T::Service, Fit::Whole, "Cardiology"),
        ),
        ("facility:north", text(T::Facility, Fit::Part, "north")),
        ("name:zz", text(T::Patient, Fit::Part, "zz")),
        ("mrn:00-1", text(T::Mrn, Fit::Whole, "00-1")),
        ("visit:V1*", text(T::Visit, Fit::Start, "V1")),
        ("type:op*", text(T::Kind, Fit::Start, "op")),
        (
            "class:emergency",
            C::Classes(vec![EncounterClass::Emergency]),
        ),
        ("state:Open", C::States(vec![DeficiencyState::Open])),
        ("LATE", C::Late(true)),
        ("late:yes", C::Late(true)),
        ("late:n", C::Late(false)),
        ("not-late", C::Late(false)),
        ("-late", C::Not(Box::new(C::Late(true)))),
        (
            "(late OR type:op-m) -sm*",
            C::All(vec![
                C::Any(vec![C::Late(true), C::Kinds(vec!["OP-M".into()])]),
                C::Not(Box::new(text(T::Any, Fit::Start, "sm"))),
            ]),
        ),
    ] {
        assert_eq!(typed(line), wanted, "{line}");
    }
    let C::Time { instants, days, .. } = typed("due:T..T+7") else {
        panic!("no time");
    };
    assert_eq!(instants, days, "the clock here is UTC");
    assert!(instants.0 < instants.1);
}

#[test]
fn queue_filters_that_make_no_sense() {
    use Problem::*;
    let check = |text: &str, problem: Problem, start: usize, end: usize| {
        let error = filter(text).expect_err(text);
        assert_eq!(error.problem, problem, "{text}");
        assert_eq!(error.span, Span::new(start, end), "{text}");
    };
    let there = Field::QUEUE;
    let not_here = |field| NotHere { field, there };
    check("a OR", MissingOperand("OR", "after it"), 2, 4);
    check("(a", UnclosedGroup, 0, 1);
    check("late author:x", not_here(Field::Author), 5, 11);
    check("in:plan a", not_here(Field::In), 0, 2);
    check("nobody:x", UnknownField(there), 0, 6);
    check("a smith~", OnlyInTexts, 2, 8);
    check("\"a b\"~3", OnlyInTexts, 0, 7);
    check("owner:smith~", TildeInField(Field::Owner), 11, 12);
    check("due:T*", StarInside, 4, 5);
    check("due:yesterday", Date(DateProblem::NotADate), 4, 13);
    check("&", NothingToSearch, 0, 1);
    let late = BadValue {
        field: Field::Late,
        expected: "yes, no".into(),
    };
    check("late:maybe", late, 5, 10);
    let class = filter("class:zz").unwrap_err();
    assert_eq!(
        class.told("class:zz"),
        "class is one of IP, OBS, ED, SDS, OP, UNK (at character 7)"
    );
    let many = "a ".repeat(101);
    assert_eq!(filter(&many).unwrap_err().problem, TooManyConditions);
    // And what only the queue has means nothing in a search.
    let there = Field::SEARCH;
    let field = Field::Owner;
    let error = parse("heart owner:x", TODAY).unwrap_err();
    assert_eq!(error.problem, NotHere { field, there });
    assert_eq!(error.span, Span::new(6, 11));
}

/// Text that looks like a query more often than chance would have it.
fn queryish() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("(".to_owned()),
        Just(")".to_owned()),
        Just("\"".to_owned()),
        Just("-".to_owned()),
        Just("*".to_owned()),
        Just(" ".to_owned()),
        Just(" OR ".to_owned()),
        Just(" AND ".to_owned()),
        Just(" NOT ".to_owned()),
        Just("date:T".to_owned()),
        Just("age:>".to_owned()),
        Just("in:".to_owned()),
        Just("negated:".to_owned()),
        Just("~".to_owned()),
        Just("~2".to_owned()),
        Just("type:".to_owned()),
        Just("..".to_owned()),
        "[a-zé0-9/+:]{1,4}",
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_panics_and_spans_fit(text in queryish()) {
        match parse(&text, TODAY) {
            Ok(query) => check_spans(&query.root, &text, Span::new(0, text.len())),
            Err(e) => {
                prop_assert!(e.span.start <= e.span.end && e.span.end <= text.len());
                prop_assert!(text.is_char_boundary(e.span.start));
                prop_assert!(text.is_char_boundary(e.span.end));
            }
        }
        if let Err(e) = filter(&text) {
            prop_assert!(text.get(e.span.start..e.span.end).is_some());
        }
        let _ = parse_day(&text, TODAY);
        let _ = parse_days(&text, TODAY);
    }

    #[test]
    fn no_bytes_panic(text in any::<String>()) {
        let _ = parse(&text, TODAY);
        let _ = filter(&text);
        let _ = parse_days(&text, TODAY);
    }
}
