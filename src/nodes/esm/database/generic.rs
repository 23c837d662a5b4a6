//! Generic profile names: what they match, and which of several is the most specific.
//!
//! RACF Command Language Reference, appendix on resource profile names, and RACF Security
//! Administrator's Guide, choosing between generic profiles:
//!
//! * `%` is one character, never a period (assumed);
//! * `*` inside a name is one whole qualifier, or the rest of one;
//! * a final `.*` is one or more qualifiers, a final `X*` the rest of the name, further qualifiers
//!   included;
//! * `**` is any number of qualifiers, also none;
//! * `&NAME` is any value of that RACF variable.
//!
//! Matching walks the set of places that a prefix of the pattern can reach, so that its cost is
//! bounded by pattern length times the square of the resource's, both at most [`NAME_MAX`].

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;

/// Longest name of a general resource or its profile, in characters.
pub const NAME_MAX: usize = 246;

/// Whether a name would be a generic profile's.
pub fn is_generic(name: &str) -> bool {
    name.contains(['*', '%', '&'])
}

/// Whether a generic profile name covers a resource. Names over [`NAME_MAX`] match nothing.
pub fn matches(name: &str, resource: &str, variables: &BTreeMap<String, BTreeSet<String>>) -> bool {
    let resource: Vec<char> = resource.chars().collect();
    if resource.len() > NAME_MAX || name.chars().count() > NAME_MAX {
        return false;
    }
    let mut reached = BTreeSet::from([0]);
    for step in steps(&tokens(name)) {
        reached = reached
            .into_iter()
            .flat_map(|place| advance(&step, place, &resource, variables))
            .collect();
    }
    reached.contains(&resource.len())
}

/// Orders generic names from the most specific to the least: at the first difference a literal goes
/// before a variable, that before `%`, `*` and `**`; a name that goes on, before one that ends
/// (assumed); literals by their letters, where the rule leaves the order open.
pub fn by_specificity(left: &str, right: &str) -> Ordering {
    let pairs = |name| tokens(name).into_iter().map(Some).chain(iter::repeat(None));
    pairs(left)
        .zip(pairs(right))
        .map(|(left, right)| match (left, right) {
            (None, None) => (Ordering::Equal, true),
            (None, Some(_)) => (Ordering::Greater, true),
            (Some(_), None) => (Ordering::Less, true),
            (Some(left), Some(right)) => (left.cmp(&right), false),
        })
        .find(|(order, ended)| *ended || order.is_ne())
        .map_or(Ordering::Equal, |(order, _)| order)
}

/// A piece of a name; the order of the variants is the order of specificity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Token {
    Literal(char),
    Variable(String),
    Percent,
    Star,
    DoubleStar,
}

fn tokens(name: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = name.chars().peekable();
    while let Some(next) = rest.next() {
        tokens.push(match next {
            '%' => Token::Percent,
            '*' if rest.next_if_eq(&'*').is_some() => Token::DoubleStar,
            '*' => Token::Star,
            '&' => {
                let word = iter::from_fn(|| rest.next_if(|c| !matches!(c, '.' | '*' | '%' | '&')));
                Token::Variable(iter::once('&').chain(word).collect())
            }
            literal => Token::Literal(literal),
        });
    }
    tokens
}

/// What a token asks of the resource at its place in the name.
#[derive(Clone, Debug)]
enum Step {
    Literal(char),
    Variable(String),
    /// One character that is no period.
    One,
    /// At least so many characters, none of them a period.
    InQualifier(usize),
    /// At least so many characters of any kind.
    Rest(usize),
    /// Nothing, or a period and any number of qualifiers.
    DotQualifiers,
    /// Nothing, or any number of qualifiers and a period.
    QualifiersDot,
}

fn steps(tokens: &[Token]) -> Vec<Step> {
    const DOT: Token = Token::Literal('.');
    let mut steps = Vec::new();
    let mut rest = tokens;
    // At the start of the name and after each period a qualifier begins.
    let mut begins = true;
    while let [first, after @ ..] = rest {
        let (step, taken) = match (first, after) {
            (&DOT, [Token::DoubleStar, ..]) => (Step::DotQualifiers, 2),
            (Token::DoubleStar, [DOT, ..]) if begins => (Step::QualifiersDot, 2),
            (Token::DoubleStar, _) => (Step::Rest(0), 1),
            (Token::Star, []) => (Step::Rest(usize::from(begins)), 1),
            (Token::Star, [DOT, ..]) => (Step::InQualifier(usize::from(begins)), 1),
            (Token::Star, _) => (Step::InQualifier(0), 1),
            (Token::Percent, _) => (Step::One, 1),
            (Token::Variable(name), _) => (Step::Variable(name.clone()), 1),
            (Token::Literal(literal), _) => (Step::Literal(*literal), 1),
        };
        begins = matches!(step, Step::Literal('.') | Step::QualifiersDot);
        steps.push(step);
        rest = rest.get(taken..).unwrap_or_default();
    }
    steps
}

/// The places that a step can reach from `place`.
fn advance(
    step: &Step,
    place: usize,
    resource: &[char],
    variables: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<usize> {
    let ahead = resource.get(place..).unwrap_or_default();
    let lengths: Vec<usize> = match step {
        Step::Literal(literal) => {
            ahead.first().filter(|c| *c == literal).map(|_| 1).into_iter().collect()
        }
        Step::One => ahead.first().filter(|c| **c != '.').map(|_| 1).into_iter().collect(),
        Step::InQualifier(least) => {
            let most = ahead.iter().take_while(|c| **c != '.').count();
            (*least..=most).collect()
        }
        Step::Rest(least) => (*least..=ahead.len()).collect(),
        Step::DotQualifiers if ahead.first() == Some(&'.') => {
            let boundaries =
                (1..=ahead.len()).filter(|end| matches!(ahead.get(*end), None | Some('.')));
            iter::once(0).chain(boundaries).collect()
        }
        Step::DotQualifiers => vec![0],
        Step::QualifiersDot => {
            let periods = ahead.iter().enumerate().filter(|(_, c)| **c == '.');
            iter::once(0).chain(periods.map(|(index, _)| index + 1)).collect()
        }
        Step::Variable(name) => variables
            .get(name)
            .into_iter()
            .flatten()
            .filter(|value| ahead.iter().take(value.chars().count()).copied().eq(value.chars()))
            .map(|value| value.chars().count())
            .collect(),
    };
    lengths.into_iter().map(|length| place + length).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn covers(name: &str, resource: &str) -> bool {
        matches(name, resource, &BTreeMap::new())
    }

    #[test]
    fn percent_is_one_character_of_a_qualifier() {
        assert!(covers("A%C", "ABC"));
        assert!(!covers("A%C", "AC"));
        assert!(!covers("A%C", "A.C"));
        assert!(!covers("A%C", "ABBC"));
    }

    #[test]
    fn a_star_inside_stays_in_its_qualifier() {
        assert!(covers("A.*.C", "A.B.C"));
        assert!(!covers("A.*.C", "A.C"));
        assert!(!covers("A.*.C", "A.B.B.C"));
        assert!(covers("A.B*.C", "A.B.C"));
        assert!(covers("A.B*.C", "A.BXY.C"));
        assert!(!covers("A.B*.C", "A.BX.Y.C"));
    }

    #[test]
    fn a_final_star_goes_on_over_qualifiers() {
        assert!(covers("A.*", "A.B"));
        assert!(covers("A.*", "A.B.C"));
        assert!(!covers("A.*", "A"));
        assert!(covers("AB*", "AB"));
        assert!(covers("AB*", "ABC"));
        assert!(covers("AB*", "ABC.D"));
        assert!(covers("AB*", "AB.D"));
        assert!(!covers("AB*", "A"));
        assert!(covers("*", "A.B"));
    }

    #[test]
    fn a_double_star_is_any_number_of_qualifiers() {
        for resource in ["A", "A.B", "A.B.C"] {
            assert!(covers("A.**", resource));
            assert!(covers("**", resource));
        }
        assert!(!covers("A.**", "AB"));
        for resource in ["A.C", "A.B.C", "A.B.B.C"] {
            assert!(covers("A.**.C", resource));
            assert!(covers("**.C", resource));
        }
        assert!(covers("**.C", "C"));
        assert!(!covers("**.C", "BC"));
        assert!(!covers("A.**.C", "A.BC"));
    }

    #[test]
    fn variables_stand_for_their_values_only() {
        let values = BTreeSet::from(["NODE1".to_owned(), "N".to_owned()]);
        let variables = BTreeMap::from([("&NODES".to_owned(), values)]);
        assert!(matches("A.&NODES.C", "A.NODE1.C", &variables));
        assert!(matches("A.&NODES.C", "A.N.C", &variables));
        assert!(!matches("A.&NODES.C", "A.NODE2.C", &variables));
        assert!(!matches("A.&OTHER.C", "A.NODE1.C", &variables));
    }

    #[test]
    fn order_is_that_of_the_administrators_guide() {
        let documented = [
            "COPY.PAPER.%",
            "COPY.PAPER.*",
            "COPY.PAPER.**",
            "COPY.PAPER%",
            "COPY.PAPER*",
            "COPY.PAPE%",
            "COPY.PAP*",
            "COPY.&X",
            "COPY.%APER",
        ];
        let mut sorted = documented;
        sorted.reverse();
        sorted.sort_by(|left, right| by_specificity(left, right));
        assert_eq!(sorted, documented);
    }

    #[test]
    fn names_beyond_the_limit_match_nothing() {
        let at_limit = "A".repeat(NAME_MAX);
        assert!(covers("A*", &at_limit));
        assert!(!covers("A*", &format!("{at_limit}A")));
        assert!(covers(&at_limit, &at_limit));
        assert!(!covers(&format!("{at_limit}*"), &at_limit));
    }

    /// The rules once more, by trying everything, qualifier by qualifier.
    fn slowly(pattern: &[&str], resource: &[&str]) -> bool {
        match pattern {
            [] => resource.is_empty(),
            ["**", rest @ ..] => (0..=resource.len()).any(|skip| slowly(rest, &resource[skip..])),
            [last] if last.ends_with('*') => {
                let start = last.trim_end_matches('*');
                let text = resource.join(".");
                !resource.is_empty()
                    && text.len() >= start.len()
                    && alike(start, &text[..start.len()])
            }
            [first, rest @ ..] => {
                let [name, more @ ..] = resource else { return false };
                let fits = match first.strip_suffix('*') {
                    Some(start) => name.len() >= start.len() && alike(start, &name[..start.len()]),
                    None => alike(first, name),
                };
                fits && slowly(rest, more)
            }
        }
    }

    fn alike(pattern: &str, text: &str) -> bool {
        pattern.len() == text.len()
            && pattern.bytes().zip(text.bytes()).all(|(p, t)| p == t || (p == b'%' && t != b'.'))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn matching_agrees_with_trying_everything(
            before in proptest::collection::vec("[AB%]{1,2}[*]?|[*]", 0..3),
            double in any::<bool>(),
            after in proptest::collection::vec("[AB%]{1,2}[*]?|[*]", 0..3),
            resource in "[AB]{1,2}([.][AB]{1,2}){0,4}",
        ) {
            let middle = double.then(|| "**".to_owned());
            let pattern: Vec<String> = before.into_iter().chain(middle).chain(after).collect();
            prop_assume!(!pattern.is_empty());
            let pattern: Vec<&str> = pattern.iter().map(String::as_str).collect();
            let qualifiers: Vec<&str> = resource.split('.').collect();
            prop_assert_eq!(covers(&pattern.join("."), &resource), slowly(&pattern, &qualifiers));
        }

        #[test]
        fn order_is_total(names in proptest::collection::vec("[AB.%*&]{1,6}", 3)) {
            let [a, b, c] = [&names[0], &names[1], &names[2]];
            prop_assert_eq!(by_specificity(a, b), by_specificity(b, a).reverse());
            if by_specificity(a, b).is_le() && by_specificity(b, c).is_le() {
                prop_assert!(by_specificity(a, c).is_le());
            }
        }

        #[test]
        fn nothing_panics(name in "\\PC{0,12}", resource in "\\PC{0,12}") {
            let _ = covers(&name, &resource);
            let _ = covers(&resource, &resource);
        }
    }
}
