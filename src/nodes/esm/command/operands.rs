//! Operands matched with the table: abbreviations resolved, each with what it takes.

use std::collections::BTreeMap;

use super::scan::{Form, List, Term};
use super::table::{OperandSet, OperandSpec, Range, Takes};
use crate::nodes::complaint::{Span, SyntaxError, quote};
use crate::protocol::passticket::{LegacyKey, key};
use crate::scalar::words::suggestion;

/// Operands by their full names.
#[derive(Clone, Debug, Default)]
pub(super) struct Operands(BTreeMap<&'static str, Given>);

/// An operand as it was written.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// The keyword.
    pub(super) span: Span,
    /// What stands in its parentheses.
    pub(super) words: Vec<Word>,
    /// Its own operands.
    pub(super) inner: Operands,
}

/// A word or text, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) span: Span,
}

impl Word {
    /// The same in upper case, as names are.
    pub(super) fn upper(&self) -> Word {
        Word { text: self.text.to_ascii_uppercase(), span: self.span }
    }
}

impl Operands {
    /// An operand, if it was written.
    pub(super) fn get(&self, name: &str) -> Option<&Given> {
        self.0.get(name)
    }

    /// Whether an operand was written.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The one word that an operand takes.
    pub(super) fn word(&self, name: &str) -> Option<&Word> {
        self.get(name)?.words.first()
    }

    /// The words that an operand takes.
    pub(super) fn words(&self, name: &str) -> &[Word] {
        self.get(name).map_or(&[], |given| &given.words)
    }

    /// The operands of an operand.
    pub(super) fn inner(&self, name: &str) -> Option<&Operands> {
        self.get(name).map(|given| &given.inner)
    }

    /// Yes, no, or neither was written.
    pub(super) fn choice(&self, yes: &str, no: &str) -> Option<bool> {
        match (self.has(yes), self.has(no)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }

    /// Names of the operands.
    pub(super) fn names(&self) -> impl Iterator<Item = (&'static str, Span)> {
        self.0.iter().map(|(name, given)| (*name, given.span))
    }
}

/// Reads operands; complaints and the places of secrets are gathered.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) errors: Vec<SyntaxError>,
    pub(super) secrets: Vec<Span>,
}

/// What a word stands for.
pub(super) enum Found<T> {
    One(T),
    Several(Vec<&'static str>),
    None,
}

/// The name that a word is, or that it alone abbreviates.
pub(super) fn resolve<T: Copy>(
    word: &str,
    names: impl Iterator<Item = (&'static str, T)>,
) -> Found<T> {
    let mut begun = Vec::new();
    for (name, meant) in names {
        if name == word {
            return Found::One(meant);
        }
        if name.starts_with(word) && !word.is_empty() {
            begun.push((name, meant));
        }
    }
    match begun.as_slice() {
        [] => Found::None,
        [(_, only)] => Found::One(*only),
        several => Found::Several(several.iter().map(|(name, _)| *name).collect()),
    }
}

impl Reader {
    pub(super) fn complain(&mut self, span: Span, message: impl Into<String>) {
        self.errors.push(SyntaxError::new(span, message));
    }

    fn complain_with(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.errors.push(SyntaxError::new(span, message).help(help));
    }

    /// The operands among terms; `owner` is the command or operand that they belong to.
    pub(super) fn operands(
        &mut self,
        owner: &str,
        set: &'static OperandSet,
        terms: &[Term],
    ) -> Operands {
        let mut found = Operands::default();
        let mut rest = terms.iter().peekable();
        while let Some(term) = rest.next() {
            let apart = rest.next_if(|next| term.list.is_none() && next.form == Form::List);
            let list = term.list.as_ref().or(apart.and_then(|next| next.list.as_ref()));
            let Some(spec) = self.spec(owner, set, term) else { continue };
            let given = self.given(spec, term, list);
            if found.has(spec.name) {
                self.complain(term.span, format!("{} stands here a second time", spec.name));
            }
            for (name, _) in found.names().filter(|(name, _)| exclude(set, name, spec.name)) {
                self.complain(term.span, format!("{name} and {} exclude each other", spec.name));
            }
            found.0.insert(spec.name, given);
        }
        found
    }

    fn spec(
        &mut self,
        owner: &str,
        set: &'static OperandSet,
        term: &Term,
    ) -> Option<&'static OperandSpec> {
        if term.form != Form::Word {
            let what = if term.form == Form::Text { "this text" } else { "this list" };
            self.complain(term.span, format!("{what} belongs to no operand of {owner}"));
            return None;
        }
        let word = term.text.to_ascii_uppercase();
        let modelled = set.modelled.iter().map(|spec| (spec.name, Some(spec)));
        let unmodelled = set.unmodelled.split_whitespace().map(|name| (name, None));
        let shown = quote(&term.text);
        match resolve(&word, modelled.chain(unmodelled)) {
            Found::One(Some(spec)) => return Some(spec),
            Found::One(None) => {
                let message = format!("the model does not have operand {shown} of {owner}");
                self.complain_with(term.span, message, instead_of(&word));
            }
            Found::Several(names) => {
                let message = format!("{shown} can stand for {}", names.join(", "));
                self.complain_with(term.span, message, "write more of its letters");
            }
            Found::None => {
                let message = format!("{shown} is not an operand of {owner}");
                let names = set.modelled.iter().map(|spec| spec.name);
                match suggestion(&word, names) {
                    Some(help) => self.complain_with(term.span, message, help),
                    None => self.complain(term.span, message),
                }
            }
        }
        None
    }

    fn given(&mut self, spec: &'static OperandSpec, term: &Term, list: Option<&List>) -> Given {
        let mut given = Given { span: term.span, words: Vec::new(), inner: Operands::default() };
        let name = spec.name;
        match (&spec.takes, list) {
            (Takes::Nothing, None) | (Takes::MaybeChoice(_), None) => {}
            (Takes::Nothing, Some(list)) => {
                let message = format!("{name} takes nothing in parentheses in this model");
                self.complain(list.span, message);
            }
            (_, None) => {
                let example = signature(spec);
                self.complain_with(term.span, format!("{name} needs a value"), example);
            }
            (Takes::Operands(set), Some(list)) => {
                if list.terms.is_empty() {
                    self.complain(list.span, format!("{name} needs something in its parentheses"));
                }
                given.inner = self.operands(name, set, &list.terms);
            }
            (takes, Some(list)) => given.words = self.words(name, takes, list),
        }
        given
    }

    /// The words of a list, as many and such as the operand takes.
    fn words(&mut self, name: &str, takes: &Takes, list: &List) -> Vec<Word> {
        if matches!(takes, Takes::Secret | Takes::Key) {
            self.secrets.push(list.span);
        }
        if let Some(inner) = list.terms.iter().find(|term| term.list.is_some()) {
            self.complain(inner.span, format!("{name} takes no parentheses within its own"));
            return Vec::new();
        }
        let several = matches!(takes, Takes::Many(_));
        match list.terms.as_slice() {
            [] => {
                self.complain(list.span, format!("{name} needs a value in its parentheses"));
                return Vec::new();
            }
            [_, second, ..] if !several => {
                let message = format!("{name} takes one value");
                self.complain_with(second.span, message, "a value with blanks stands in quotes");
                return Vec::new();
            }
            _ => {}
        }
        let word = |term: &Term| Word { text: term.text.clone(), span: term.span };
        let words: Vec<Word> = list.terms.iter().map(word).collect();
        match takes {
            Takes::Choice(choices) | Takes::MaybeChoice(choices) => {
                words.into_iter().filter_map(|word| self.chosen(name, choices, word)).collect()
            }
            Takes::Number(range) => {
                words.into_iter().filter(|word| self.is_within(name, range, word)).collect()
            }
            Takes::Key => words.into_iter().filter(|word| self.is_key(word)).collect(),
            _ => words,
        }
    }

    fn chosen(&mut self, name: &str, choices: &'static [&'static str], word: Word) -> Option<Word> {
        let written = word.text.to_ascii_uppercase();
        match resolve(&written, choices.iter().map(|choice| (*choice, *choice))) {
            Found::One(choice) => Some(Word { text: choice.to_owned(), span: word.span }),
            _ => {
                let message = format!("{} is nothing that {name} takes", quote(&word.text));
                match suggestion(&written, choices.iter().copied()) {
                    Some(help) => self.complain_with(word.span, message, help),
                    None => self.complain(word.span, message),
                }
                None
            }
        }
    }

    fn is_within(&mut self, name: &str, range: &Range, word: &Word) -> bool {
        let Range { what, least, most, example } = range;
        let number = word.text.parse::<i64>();
        let fits = number.is_ok_and(|number| (*least..=*most).contains(&number));
        if !fits {
            let message = format!("{name} takes {what}, {least} to {most}");
            self.complain_with(word.span, message, *example);
        }
        fits
    }

    /// Whether a word is the key of legacy PassTickets. The complaint does not show it.
    fn is_key(&mut self, word: &Word) -> bool {
        let fault = key::bytes_of(&word.text).and_then(|bytes| LegacyKey::new(&bytes)).err();
        if let Some(fault) = &fault {
            self.complain(word.span, fault.to_string());
        }
        fault.is_none()
    }
}

fn exclude(set: &OperandSet, left: &str, right: &str) -> bool {
    let negates = |one: &str, other: &str| one.strip_prefix("NO") == Some(other);
    let named = |pair: &&(&str, &str)| **pair == (left, right) || **pair == (right, left);
    negates(left, right) || negates(right, left) || set.excludes.iter().any(|pair| named(&pair))
}

/// How an operand is written.
pub(super) fn signature(spec: &OperandSpec) -> String {
    let name = spec.name;
    match &spec.takes {
        Takes::Nothing => name.to_owned(),
        Takes::One(what) => format!("{name}({what})"),
        Takes::Many(what) => format!("{name}({what} …)"),
        Takes::Text(what) => format!("{name}('{what}')"),
        Takes::Secret => format!("{name}(password)"),
        Takes::Choice(choices) => format!("{name}({})", choices.join(" | ")),
        Takes::MaybeChoice(choices) => format!("{name}[({})]", choices.join(" | ")),
        Takes::Key => format!("{name}(key)"),
        Takes::Number(range) => format!("{name}({})", range.what.trim_start_matches("a ")),
        Takes::Operands(_) => format!("{name}(…)"),
    }
}

/// Operands of records, audit and other components, on which no decision of the model's services rests.
const WITHOUT_EFFECT: &str = "ADSP AT AUDIT AUDITOR CICS CSDATA DCE DFP EIM LANGUAGE LNOTES MODEL NDS NETVIEW NOADSP \
    NOAUDITOR NONOTIFY NOSPECIAL NOTERMUACC NOTIFY OMVS ONLYAT OPERPARM OVM ROAUDIT SPECIAL TERMUACC TME TSO UNIVERSAL WORKATTR";

/// What to write instead of an operand that is not modelled.
fn instead_of(word: &str) -> &'static str {
    match word {
        word if WITHOUT_EFFECT.split_whitespace().any(|name| name == word) => {
            "leave it out: nothing would depend on it"
        }
        _ => "what it does is not modelled: where it decides, RACF comes to something else",
    }
}
