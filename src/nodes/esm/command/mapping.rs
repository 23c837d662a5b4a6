//! RACDCERT MAP, ALTMAP and DELMAP: certificate name filters.

use super::operands::{Operands, Reader, Word};
use super::{Subject, Work};
use crate::nodes::complaint::{Span, quote};
use crate::nodes::esm::database::certificate::Trust;
use crate::nodes::esm::database::filter::{NAME_MAX, NameFilter, is_name};

/// A new filter, and its label where it has one.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    pub(super) command: Span,
    pub(super) label: Option<Word>,
    pub(super) filter: NameFilter,
}

impl Mapping {
    pub(super) fn read(
        command: Span,
        label: Option<Word>,
        trust: Trust,
        operands: &Operands,
        reader: &mut Reader,
    ) -> Mapping {
        let mut name = |operand: &str| {
            let word = operands.word(operand)?;
            if !is_name(&word.text) {
                let message = format!(
                    "{} is no name for {operand}: it begins as CN=… does and has at most {NAME_MAX} characters",
                    quote(&word.text)
                );
                reader.complain(word.span, message);
            }
            Some(word.text.clone())
        };
        let (subject, issuer) = (name("SDNFILTER"), name("IDNFILTER"));
        if subject.is_none() && issuer.is_none() {
            reader.complain(command, "MAP needs SDNFILTER(…), IDNFILTER(…) or both");
        }
        Mapping { command, label, filter: NameFilter { subject, issuer, trust } }
    }
}

impl Work<'_> {
    pub(super) fn map_names(&mut self, owner: &str, mapping: &Mapping) {
        let Mapping { command, label, filter } = mapping;
        let place = Word { text: String::new(), span: *command };
        let all = self.database.name_filters.iter();
        let mut all = all.flat_map(|(user, own)| own.iter().map(move |(l, f)| (user, l, f)));
        // What it filters is its name in class DIGTNMAP.
        let same = |other: &NameFilter| {
            (&other.subject, &other.issuer) == (&filter.subject, &filter.issuer)
        };
        if let Some((user, label, _)) = all.find(|(.., other)| same(other)) {
            let message = format!("filter {} of {user} is for the same names", quote(label));
            return self.refuse(&place, message);
        }
        let own = self.database.name_filters.get(owner);
        let taken = |label: &str| own.is_some_and(|own| own.contains_key(label));
        if let Some(word) = label.as_ref().filter(|label| taken(&label.text)) {
            let message = format!("{owner} has a filter with label {}", quote(&word.text));
            return self.refuse(word, message);
        }
        let mut made = (1..).map(|number: u32| format!("LABEL{number:08}"));
        let free = || made.find(|label| !taken(label)).unwrap_or_default();
        let label = label.as_ref().map_or_else(free, |label| label.text.clone());
        let own = self.database.name_filters.entry(owner.to_owned()).or_default();
        own.insert(label.clone(), filter.clone());
        self.filter_changed(owner, &label);
    }

    pub(super) fn alter_mapping(
        &mut self,
        owner: &str,
        label: &Word,
        trust: Option<Trust>,
        new: Option<&Word>,
    ) {
        let Some(own) = self.database.name_filters.get_mut(owner) else {
            return self.unknown_filter(owner, label);
        };
        let Some(mut filter) = own.get(&label.text).cloned() else {
            return self.unknown_filter(owner, label);
        };
        if let Some(new) = new.filter(|new| own.contains_key(&new.text)) {
            let message = format!("{owner} has a filter with label {}", quote(&new.text));
            return self.refuse(new, message);
        }
        own.remove(&label.text);
        filter.trust = trust.unwrap_or(filter.trust);
        let name = new.map_or(&label.text, |new| &new.text).clone();
        own.insert(name.clone(), filter);
        self.filter_changed(owner, &label.text);
        if name != label.text {
            self.filter_changed(owner, &name);
        }
    }

    pub(super) fn delete_mapping(&mut self, owner: &str, label: &Word) {
        let own = self.database.name_filters.get_mut(owner);
        if own.and_then(|own| own.remove(&label.text)).is_none() {
            return self.unknown_filter(owner, label);
        }
        self.database.name_filters.retain(|_, own| !own.is_empty());
        self.filter_changed(owner, &label.text);
    }

    pub(super) fn filter_changed(&mut self, owner: &str, label: &str) {
        let (owner, label) = (owner.to_owned(), label.to_owned());
        self.changed(Subject::Filter { owner, label });
    }

    fn unknown_filter(&mut self, owner: &str, label: &Word) {
        let own = self.database.name_filters.get(owner);
        let valid = own.map(|own| own.keys().cloned().collect()).unwrap_or_default();
        self.unknown(&format!("filter {} of {owner}", quote(&label.text)), label, valid);
    }
}
