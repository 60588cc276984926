//! From triggers to an assertion: who speaks of this finding?
//!
//! Walks outward from the finding, first to its left, then to its right, token by token, and
//! stops at what ends the scope of everything beyond. So the cost of a finding depends on the
//! limits of the rules only, never on the length of the text.

use super::super::matcher::Found;
use super::super::section::Heading;
use super::super::token::{Span, TokenKind, Tokens};
use super::rules::{Across, CONDITION, Looks, PAST, POLARITY, QUESTIONS, Rule, Rules, WHO};
use super::walk::{Heard, Walk, covering, ending_at, heading_at, starting_at, titled};
use super::{Assertion, Polarity, Reason, Time};

/// Where a sentence lies, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// First token.
    pub from: usize,
    /// Token after the last.
    pub to: usize,
}

/// A text with everything found in it.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Its tokens.
    pub tokens: &'a Tokens,
    /// Triggers and endings found in it, in order.
    pub marks: &'a [Found],
    /// Its headings, in order.
    pub headings: &'a [Heading],
}

impl Rules {
    /// Triggers and endings of a text.
    pub fn marks(&self, tokens: &Tokens) -> Vec<Found> {
        self.matcher.find(tokens)
    }

    /// What the sentence says of a finding: tokens `from..to` inside `sentence`.
    pub fn assert(
        &self,
        context: Context<'_>,
        sentence: Sentence,
        found: (usize, usize),
    ) -> Assertion {
        let to = found.1.min(sentence.to);
        let from = found.0.min(to);
        let left = self.left(context, sentence, from, to);
        let right = self.right(context, sentence, from, to);
        let mut assertion = Assertion::default();
        let decide = |question: usize| {
            let both = (left.heard[question], right.heard[question]);
            match both {
                (Some(l), Some(r)) if r.distance < l.distance || self.settles(l, r) => Some(r),
                (Some(l), _) => Some(l),
                (None, r) => r,
            }
        };
        let reason = |heard: Heard, question| self.reason(context, sentence, heard, question);
        if let Some(heard) = decide(POLARITY) {
            let heard = self.denied_before(context, heard);
            assertion.polarity = self.rules[heard.rule].polarity.unwrap_or_default();
            if assertion.polarity != Polarity::Affirmed {
                assertion.polarity_by = Some(reason(heard, POLARITY));
            }
        }
        let time = match (decide(PAST), decide(CONDITION)) {
            (Some(past), Some(condition)) if past.distance < condition.distance => {
                let current = self.rules[past.rule].time == Some(Time::Current);
                Some(if current {
                    (condition, CONDITION)
                } else {
                    (past, PAST)
                })
            }
            (past, None) => past.map(|heard| (heard, PAST)),
            (_, condition) => condition.map(|heard| (heard, CONDITION)),
        };
        if let Some((heard, question)) = time {
            assertion.time = self.rules[heard.rule].time.unwrap_or_default();
            assertion.time_by = Some(reason(heard, question));
        }
        if let Some(heard) = decide(WHO) {
            assertion.who = self.rules[heard.rule].who.unwrap_or_default();
            assertion.who_by = Some(reason(heard, WHO));
        }
        assertion
    }

    /// Whether what decided the time gives way to the section: `acute` tells how ill somebody is
    /// rather than when, unless another trigger of the sentence says `current` too.
    pub fn yields(&self, marks: &[Found], sentence: Sentence, reason: &Reason) -> bool {
        let yielding = |r: &Rule| r.yields && *r.id == *reason.rule;
        if !self.rules.iter().any(yielding) {
            return false;
        }
        let from = marks.partition_point(|m| m.from < sentence.from);
        let within = marks[from..].iter().take_while(|m| m.from < sentence.to);
        let mut rules = within
            .flat_map(|m| self.owners(*m))
            .map(|&i| &self.rules[i]);
        !rules.any(|r| r.time == Some(Time::Current) && !r.yields)
    }

    /// Whether a finding that is all there is in its sentence names a standing condition.
    pub fn standing(
        &self,
        tokens: &Tokens,
        sentence: Sentence,
        found: (usize, usize),
    ) -> Option<(std::sync::Arc<str>, Time)> {
        let words =
            |from: usize, to: usize| (from..to).all(|i| tokens.list[i].kind != TokenKind::Word);
        if !words(sentence.from, found.0) || !words(found.1, sentence.to) {
            return None;
        }
        let alone = tokens.slice(found.0, found.1);
        let hits = self.standalone.find(&alone);
        let first = hits.first()?;
        let whole = first.from == 0 && first.to == alone.len();
        let entry = self.standalone.entries(*first).last().filter(|_| whole)?;
        self.standing.get(*entry).cloned()
    }

    /// `testing for influenza was negative`: a result after a doubt settles it.
    fn settles(&self, left: Heard, right: Heard) -> bool {
        self.rules[left.rule].polarity == Some(Polarity::Uncertain)
            && self.rules[right.rule].polarity == Some(Polarity::Negated)
    }

    /// `no suspicious mass`, `not have complaints of pain`: a denial right before a doubt or a
    /// statement denies, and what follows it only colours the denial.
    fn denied_before(&self, context: Context<'_>, heard: Heard) -> Heard {
        let at = context.marks.partition_point(|m| m.from < heard.mark.from);
        let before = at.checked_sub(1).and_then(|i| context.marks.get(i));
        match before {
            Some(&mark) if mark.to == heard.mark.from => {
                let denies = |&i: &usize| {
                    let rule = &self.rules[i];
                    rule.polarity == Some(Polarity::Negated) && rule.looks != Looks::Before
                };
                let rule = self.owners(mark).iter().copied().find(|i| denies(i));
                rule.map_or(heard, |rule| Heard {
                    mark,
                    rule,
                    ..heard
                })
            }
            _ => heard,
        }
    }

    fn left(&self, context: Context<'_>, sentence: Sentence, from: usize, to: usize) -> Walk {
        let mut walk = Walk::default();
        // A finding that begins with a trigger (`no parathyroid glands`) is judged by it.
        if let Some(mark) = covering(context.marks, from)
            && !(mark.from >= from && mark.to >= to)
        {
            self.hear(&mut walk, mark, Looks::After);
        }
        let mut at = covering(context.marks, from).map_or(from, |m| m.from.min(from));
        while at > sentence.from && !walk.done() && walk.words <= self.list_words {
            // What a known heading says is the section's to say.
            if titled(context.headings, at - 1) {
                break;
            }
            if let Some(mark) = ending_at(context.marks, at) {
                self.hear(&mut walk, mark, Looks::After);
                at = mark.from;
                continue;
            }
            at -= 1;
            if context.tokens.word(at) == ":" && heading_at(context.headings, at).is_some() {
                if let Some(mark) = ending_at(context.marks, at) {
                    self.hear(&mut walk, mark, Looks::After);
                }
                break;
            }
            walk.step(context.tokens, at);
        }
        walk
    }

    fn right(&self, context: Context<'_>, sentence: Sentence, from: usize, to: usize) -> Walk {
        let mut walk = Walk::default();
        let mut at = to;
        if to > from
            && let Some(mark) = covering(context.marks, to - 1)
            && mark.from > from
            && mark.to > to
        {
            self.hear(&mut walk, mark, Looks::Before);
            at = mark.to;
        }
        let mut answer_only = false;
        while at < sentence.to && !walk.done() && walk.words <= self.list_words {
            if let Some(mark) = starting_at(context.marks, at) {
                self.hear(&mut walk, mark, Looks::Before);
                at = mark.to;
            } else {
                // `Tobacco: none`: over a colon only the very next words can answer.
                let colon = context.tokens.word(at) == ":";
                if colon && at > to {
                    break;
                }
                walk.step(context.tokens, at);
                at += 1;
                answer_only |= colon;
                if colon {
                    continue;
                }
            }
            if answer_only {
                break;
            }
        }
        walk
    }

    /// The rules a mark belongs to.
    fn owners(&self, mark: Found) -> &[usize] {
        self.matcher.entries(mark)
    }

    /// Whether a rule says something of the finding the walk started at.
    fn speaks(&self, walk: &Walk, rule: &Rule, question: usize, side: Looks) -> bool {
        rule.answers(question)
            && (rule.looks == Looks::Both || rule.looks == side)
            && walk.longest_item.max(walk.item_words) <= rule.reach
            && match rule.across {
                Across::List => true,
                Across::Item => !walk.comma,
                Across::Second => walk.separator,
            }
    }

    /// Whether the scope of what looks to this side stops at a mark.
    fn stops(&self, mark: Found, question: usize, side: Looks) -> bool {
        self.owners(mark).iter().any(|&i| {
            let rule = &self.rules[i];
            let ends = rule.ends_looking == Looks::Both || rule.ends_looking == side;
            rule.ends[question] && ends
        })
    }

    /// Takes a trigger or ending into account that a walk meets.
    fn hear(&self, walk: &mut Walk, mark: Found, side: Looks) {
        for question in 0..QUESTIONS {
            if walk.closed[question] {
                continue;
            }
            let speaks = |&&i: &&usize| self.speaks(walk, &self.rules[i], question, side);
            // Of two rules with the same phrase the later counts: the site's.
            if let Some(&rule) = self.owners(mark).iter().rev().find(speaks) {
                walk.heard[question] = Some(Heard {
                    mark,
                    rule,
                    distance: walk.words,
                });
                walk.closed[question] = true;
            } else {
                walk.closed[question] = self.stops(mark, question, side);
            }
        }
        let words = mark.to - mark.from;
        walk.words += words;
        walk.item_words += words;
    }

    /// The stretch a trigger speaks of: as far as a finding would still hear it.
    fn reason(
        &self,
        context: Context<'_>,
        sentence: Sentence,
        heard: Heard,
        question: usize,
    ) -> Reason {
        let rule = &self.rules[heard.rule];
        let mark = heard.mark;
        let list = &context.tokens.list;
        let mut scope = Span::new(list[mark.from].span.start, list[mark.to - 1].span.end);
        let trigger = scope;
        let mut ended_by = None;
        if rule.looks != Looks::Before {
            let (end, by) = self.extent(context, sentence, heard, question, true);
            scope.end = list[end.max(mark.to) - 1].span.end;
            ended_by = by;
        }
        if rule.looks != Looks::After {
            let (start, by) = self.extent(context, sentence, heard, question, false);
            scope.start = list[start.min(mark.from)].span.start;
            ended_by = ended_by.or(by);
        }
        Reason {
            rule: rule.id.clone(),
            trigger,
            scope,
            ended_by,
        }
    }

    /// Walks from a trigger until something ends it: the token there, and the ending.
    fn extent(
        &self,
        context: Context<'_>,
        sentence: Sentence,
        heard: Heard,
        question: usize,
        forward: bool,
    ) -> (usize, Option<Span>) {
        let rule = &self.rules[heard.rule];
        let mark = heard.mark;
        let list = &context.tokens.list;
        let mut walk = Walk::default();
        let mut at = if forward { mark.to } else { mark.from };
        while if forward {
            at < sentence.to
        } else {
            at > sentence.from
        } {
            let met = if forward {
                starting_at(context.marks, at)
            } else {
                ending_at(context.marks, at)
            };
            if let Some(met) = met {
                let side = if forward { Looks::After } else { Looks::Before };
                if self.stops(met, question, side) {
                    let by = Span::new(list[met.from].span.start, list[met.to - 1].span.end);
                    return (at, Some(by));
                }
                at = if forward { met.to } else { met.from };
                walk.words += met.to - met.from;
                continue;
            }
            let token = if forward { at } else { at - 1 };
            walk.step(context.tokens, token);
            let far = walk.item_words > rule.reach || walk.words > self.list_words;
            if far || (rule.across == Across::Item && walk.comma) {
                break;
            }
            at = if forward { at + 1 } else { at - 1 };
        }
        (at, None)
    }
}
