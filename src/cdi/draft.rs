//! A draft from an opportunity: its evidence as citations, its template as words.
//!
//! Owns what of a fact is cited (value, unit, date, document, line) and which options stay. It
//! adds no word of its own to what template and record say. Start reading at [`begin`].

use super::lint::LintInput;
use super::lint::Linter;
use super::template::Template;
use crate::domain::ids::ProviderId;
use crate::domain::opportunity::{Evidence, Opportunity};
use crate::domain::query::{Indicator, IndicatorKind, QueryText};
use crate::domain::time::{Moment, Precision};
use crate::domain::untrusted::Untrusted;

/// A draft just begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Begun {
    /// The words and citations.
    pub text: QueryText,
    /// What the template is called.
    pub template: String,
    /// Kinds of evidence the template says to look for.
    pub cite: Vec<String>,
    /// Options that nothing cited supports: they are left out.
    pub left_out: Vec<Untrusted>,
    /// Who is asked unless somebody else is named: the attending of the stay.
    pub attending: Option<ProviderId>,
}

/// Begins a query about an opportunity. `stay` dates what came without a date of its own, such as
/// a code; `documented` are the diagnoses of the stay that are documented.
pub fn begin(
    template: &Template,
    opportunity: &Opportunity,
    stay: Option<Moment>,
    documented: &[String],
    linter: &Linter,
) -> Begun {
    let cited: Vec<(String, f64)> = opportunity
        .evidence
        .iter()
        .filter_map(|e| Some((e.name.raw().to_owned(), e.value?)))
        .collect();
    let mut text = template.start(&cited);
    let indicators = opportunity.evidence.iter().map(|e| citation(e, stay));
    text.indicators = indicators.collect();
    opportunity.rule.clone_into(&mut text.rule);
    opportunity.topic.clone_into(&mut text.topic);
    let left_out = take_unsupported(&mut text, documented, linter);
    Begun {
        text,
        template: template.name.clone(),
        cite: template.cite.clone(),
        left_out,
        attending: None,
    }
}

/// A fact as an indicator of a query.
pub fn citation(fact: &Evidence, stay: Option<Moment>) -> Indicator {
    let value = fact.value.map(|v| v.to_string()).unwrap_or_default();
    let shown = fact.text.raw().trim();
    // A value as it was reported says more than the number alone (`1.90`).
    let reported = if shown.is_empty() { &value } else { shown };
    // Braces of a unit are a comment of UCUM (`{score}`), not a place to fill in.
    let unit = fact.unit.raw().replace(['{', '}'], "");
    let words = match (fact.kind, fact.value) {
        (IndicatorKind::Document, _) => shown.to_owned(),
        (_, Some(_)) => [fact.name.raw(), reported, &unit].map(str::trim).join(" "),
        (IndicatorKind::Diagnosis | IndicatorKind::Procedure, None) if !shown.is_empty() => {
            format!("{} ({shown})", fact.name.raw())
        }
        (_, None) => [fact.name.raw().trim(), shown].join(" "),
    };
    let dated = |m: &Moment| m.precision >= Precision::Day;
    Indicator {
        kind: fact.kind,
        text: Untrusted::new(words.split_whitespace().collect::<Vec<_>>().join(" ")),
        date: fact.at.filter(dated).or(stay),
        document: fact.document,
        source: Untrusted::new(fact.source.as_str()),
        prior: fact.prior,
        value: match (fact.kind, fact.value) {
            // What a document says is a sentence; the value is the number in it.
            (IndicatorKind::Document, _) => Untrusted::new(value),
            (_, Some(_)) => Untrusted::new(reported),
            (_, None) => Untrusted::default(),
        },
        unit: Untrusted::new(unit),
        line: fact.line,
    }
}

/// Takes away the options that the lint calls unsupported (L7): an option nothing speaks for may
/// not be offered.
fn take_unsupported(
    text: &mut QueryText,
    documented: &[String],
    linter: &Linter,
) -> Vec<Untrusted> {
    let found = linter.lint(&LintInput::from_query(0, text, documented.to_vec()));
    let places: Vec<usize> = found
        .findings
        .iter()
        .filter(|f| f.rule == "L7" && f.field == "options")
        .map(|f| f.start)
        .collect();
    let mut at = 0;
    let mut left_out = Vec::new();
    text.options.retain(|option| {
        let starts = at;
        at += option.raw().len() + 1;
        let stays = !places.contains(&starts);
        if !stays {
            left_out.push(option.clone());
        }
        stays
    });
    left_out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cdi::lint::Verdict;
    use crate::cdi::template::Templates;
    use crate::domain::ids::DocumentId;

    fn fact(
        kind: IndicatorKind,
        name: &str,
        value: Option<f64>,
        text: &str,
        unit: &str,
    ) -> Evidence {
        Evidence {
            kind,
            name: name.into(),
            value,
            text: text.into(),
            unit: unit.into(),
            at: Some(Moment::day_only(jiff::civil::date(2026, 3, 21))),
            document: None,
            start: 0,
            end: 0,
            line: 0,
            source: "Laboratory".to_owned(),
            prior: false,
        }
    }

    fn asked(evidence: Vec<Evidence>) -> Begun {
        let templates = Templates::embedded().expect("the templates");
        let linter = Linter::embedded().expect("the lint");
        let opportunity = Opportunity {
            topic: "resp-failure-hypoxic".to_owned(),
            rule: "resp-failure-hypoxic".to_owned(),
            rule_version: 1,
            title: "Oxygenation".to_owned(),
            criterion: String::new(),
            source: Vec::new(),
            rank: 70,
            rank_why: String::new(),
            evidence,
            template: String::new(),
            template_name: String::new(),
        };
        let template = templates.suits(&opportunity.topic, &opportunity.rule, "");
        begin(template.expect("it"), &opportunity, None, &[], &linter)
    }

    #[test]
    fn facts_are_cited_with_value_unit_and_line() {
        let mut said = fact(
            IndicatorKind::Document,
            "Oxygen",
            None,
            "On 6 L\nnasal cannula.",
            "",
        );
        said.document = Some(DocumentId(7));
        said.line = 12;
        let lab = fact(IndicatorKind::Laboratory, "pO2", Some(52.0), "52.0", "mmHg");
        let begun = asked(vec![lab, said]);
        let [lab, said] = begun.text.indicators.as_slice() else {
            panic!("two");
        };
        assert_eq!(lab.text.raw(), "pO2 52.0 mmHg");
        assert_eq!((lab.value.raw(), lab.unit.raw()), ("52.0", "mmHg"));
        assert_eq!(said.text.raw(), "On 6 L nasal cannula.");
        assert_eq!((said.document, said.line), (Some(DocumentId(7)), 12));
        assert_eq!(begun.text.rule, "resp-failure-hypoxic");
        assert!(begun.left_out.is_empty());
        let linter = Linter::embedded().expect("the lint");
        let output = linter.lint(&LintInput::from_query(0, &begun.text, Vec::new()));
        assert_eq!(output.verdict, Verdict::Pass, "{output:?}");
    }

    #[test]
    fn an_option_that_nothing_supports_is_left_out_and_named() {
        let begun = asked(vec![fact(
            IndicatorKind::Laboratory,
            "Platelets",
            Some(80.0),
            "80",
            "10*9/L",
        )]);
        let left: Vec<&str> = begun.left_out.iter().map(Untrusted::raw).collect();
        assert!(
            left.contains(&"Acute hypoxic respiratory failure"),
            "{left:?}"
        );
        let stays: Vec<&str> = begun.text.options.iter().map(Untrusted::raw).collect();
        assert_eq!(stays.last(), Some(&"Unable to determine"));
        assert!(!stays.contains(&"Acute hypoxic respiratory failure"));
    }

    #[test]
    fn what_has_no_date_of_its_own_takes_the_stays() {
        let mut code = fact(
            IndicatorKind::Diagnosis,
            "Type 2 diabetes",
            None,
            "E11.9",
            "",
        );
        code.at = None;
        let stay = Some(Moment::day_only(jiff::civil::date(2026, 3, 20)));
        let cited = citation(&code, stay);
        assert_eq!(cited.text.raw(), "Type 2 diabetes (E11.9)");
        assert_eq!(cited.date, stay);
    }
}
