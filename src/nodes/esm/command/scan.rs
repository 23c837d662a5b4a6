//! The shape of a TSO command: words, texts in quotes and lists in parentheses, between blanks or
//! commas. What they mean is judged later.

use crate::nodes::complaint::{Span, SyntaxError, quote};

/// Longest text of one command, in bytes. Real commands stay far below; the limit bounds the work
/// that a hostile file can ask for.
pub(super) const MAX_TEXT: usize = 8192;
/// Most lists inside one another: `KERB(ENCRYPT(AES256))` has two.
const MAX_DEPTH: usize = 4;

/// A word, a text or a list, and the list that follows it without a blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The word or text as it is written, doubled quotes made single; empty for a list alone.
    pub(super) text: String,
    /// Where it stands, without the list behind it.
    pub(super) span: Span,
    /// What it is.
    pub(super) form: Form,
    /// The list behind it: what a keyword takes.
    pub(super) list: Option<List>,
}

/// What a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `ALICE`, `IRR.*`.
    Word,
    /// `'Alice Adams'`.
    Text,
    /// `(ALICE BOB)` with nothing before it.
    List,
}

/// What stands in parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List {
    /// Where it stands, with the parentheses.
    pub(super) span: Span,
    /// What stands in it.
    pub(super) terms: Vec<Term>,
}

/// Reads a text into its terms, with every complaint about their shape.
pub(super) fn scan(text: &str) -> (Vec<Term>, Vec<SyntaxError>) {
    let mut scanner = Scanner { text, at: 0, depth: 0, errors: Vec::new() };
    if text.len() > MAX_TEXT {
        let message = format!("the command is longer than {MAX_TEXT} bytes");
        scanner.complain(Span::new(0, text.len()), message);
        return (Vec::new(), scanner.errors);
    }
    let mut terms = Vec::new();
    loop {
        terms.extend(scanner.terms());
        if !scanner.take(')') {
            return (terms, scanner.errors);
        }
        let stray = Span::new(scanner.at - 1, scanner.at);
        scanner.complain(stray, "this closing parenthesis was never opened");
    }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    errors: Vec<SyntaxError>,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, wanted: char) -> bool {
        let next = self.rest().starts_with(wanted);
        if next {
            self.at += wanted.len_utf8();
        }
        next
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|character| !wanted(character)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn complain(&mut self, span: Span, message: impl Into<String>) {
        self.errors.push(SyntaxError::new(span, message));
    }

    /// Skips blanks, commas, comments, and the sign that a line goes on in the next.
    fn skip(&mut self) {
        loop {
            self.take_while(separates);
            let rest = self.rest();
            let skipped = if let Some(comment) = rest.strip_prefix("/*") {
                comment.find("*/").map(|end| end + 4)
            } else {
                let goes_on = |sign| rest.strip_prefix(sign).is_some_and(ends_line);
                (goes_on('-') || goes_on('+')).then_some(1)
            };
            match skipped {
                Some(length) => self.at += length,
                None => return,
            }
        }
    }

    /// All terms up to a closing parenthesis or the end.
    fn terms(&mut self) -> Vec<Term> {
        let mut terms = Vec::new();
        loop {
            self.skip();
            match self.rest().chars().next() {
                None | Some(')') => return terms,
                Some('(') => {
                    let start = self.at;
                    let list = self.list("this");
                    let (text, span) = (String::new(), Span::new(start, self.at));
                    terms.push(Term { text, span, form: Form::List, list: Some(list) });
                }
                Some('\'') => terms.push(self.quoted()),
                Some(_) => terms.push(self.word()),
            }
        }
    }

    fn word(&mut self) -> Term {
        let start = self.at;
        let text = self.take_while(|c| !separates(c) && !matches!(c, '(' | ')' | '\'')).to_owned();
        let span = Span::new(start, self.at);
        let list = self.rest().starts_with('(').then(|| self.list(&text));
        Term { text, span, form: Form::Word, list }
    }

    /// A text in quotes; two quotes in it stand for one.
    fn quoted(&mut self) -> Term {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|character| character != '\''));
            if !self.take('\'') {
                let error =
                    SyntaxError::new(Span::new(start, self.at), "this text has no closing quote");
                self.errors.push(error.help("a quote inside a text is doubled"));
                break;
            }
            if !self.take('\'') {
                break;
            }
            text.push('\'');
        }
        Term { text, span: Span::new(start, self.at), form: Form::Text, list: None }
    }

    /// A list; the next character opens it. `before` is what it follows, for messages.
    fn list(&mut self, before: &str) -> List {
        let start = self.at;
        self.at += 1;
        if self.depth == MAX_DEPTH {
            self.at = self.text.len();
            let span = Span::new(start, self.at);
            self.complain(span, "parentheses are nested too deeply");
            return List { span, terms: Vec::new() };
        }
        self.depth += 1;
        let terms = self.terms();
        self.depth -= 1;
        if !self.take(')') {
            let message = match before {
                "this" => "this parenthesis is not closed".to_owned(),
                word => format!("the parenthesis after {} is not closed", quote(word)),
            };
            self.complain(Span::new(start, start + 1), message);
        }
        List { span: Span::new(start, self.at), terms }
    }
}

fn separates(character: char) -> bool {
    character.is_whitespace() || character == ','
}

fn ends_line(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\t', '\r']);
    rest.starts_with('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms as a text of their own: words bare, texts in quotes, lists in brackets.
    fn shown(terms: &[Term]) -> String {
        let one = |term: &Term| {
            let list = term.list.as_ref().map(|list| format!("[{}]", shown(&list.terms)));
            let text = match term.form {
                Form::Text => format!("{:?}", term.text),
                _ => term.text.clone(),
            };
            text + &list.unwrap_or_default()
        };
        terms.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_texts_and_lists_are_told_apart() {
        for (text, expected) in [
            ("", ""),
            (" ALU  ALICE,BOB ", "ALU ALICE BOB"),
            ("ADDUSER (A B) NAME('O''Neil')", "ADDUSER [A B] NAME[\"O'Neil\"]"),
            (
                "KERB(KERBNAME(alice) ENCRYPT(NODES,AES256))",
                "KERB[KERBNAME[alice] ENCRYPT[NODES AES256]]",
            ),
            ("RDEF KERBLINK /.../OTHER.ORG/bob", "RDEF KERBLINK /.../OTHER.ORG/bob"),
            ("A (B)", "A [B]"),
            ("A /* once */ B", "A B"),
            ("A -\n  B +  \r\nC - D", "A B C - D"),
            ("ID()", "ID[]"),
        ] {
            let (terms, errors) = scan(text);
            assert_eq!((shown(&terms).as_str(), errors.len()), (expected, 0), "{text}");
        }
    }

    #[test]
    fn slips_of_shape_are_complained_about_where_they_stand() {
        for (text, complaint) in [
            ("A B(C", "3..4: the parenthesis after `B` is not closed"),
            ("A (C", "2..3: this parenthesis is not closed"),
            ("A) B", "1..2: this closing parenthesis was never opened"),
            ("A 'x", "2..4: this text has no closing quote"),
            ("A(((((x)))))", "5..12: parentheses are nested too deeply"),
        ] {
            let (_, errors) = scan(text);
            assert_eq!(errors[0].to_string(), complaint, "{text}");
        }
        let long = "A".repeat(MAX_TEXT + 1);
        assert!(scan(&long[1..]).1.is_empty());
        assert_eq!(scan(&long).1.len(), 1);
    }
}
