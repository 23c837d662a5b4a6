//! RACDCERT: certificates and key rings; certificate name filters are in `mapping`.
//!
//! The data set of ADD is a file beside the scenario or plex, which the loader has read. A PEM file that
//! holds a private key too brings it, as a PKCS #12 package does (assumed).

use super::mapping::Mapping;
use super::operands::{Operands, Reader, Word};
use super::{Subject, Work, names};
use crate::nodes::complaint::{Span, SyntaxError, quote};
use crate::nodes::esm::database::certificate::{
    CERTAUTH, Certificate, KeyRing, LABEL_MAX, RING_MAX, SITE, Trust, Usage, is_label, is_ring,
};
use crate::protocol::x509;

/// What RACDCERT does for an owner of certificates or rings.
#[derive(Clone, Debug)]
pub(super) struct CertificateChange {
    owner: Word,
    function: Function,
}

#[derive(Clone, Debug)]
enum Function {
    Add { file: Word, label: Option<Word>, trust: Trust },
    AddRing(Word),
    AltMap { label: Word, trust: Option<Trust>, new: Option<Word> },
    Alter { label: Word, trust: Option<Trust>, new: Option<Word> },
    Connect { certificate: Held, ring: Word, usage: Option<Usage>, default: bool },
    Delete(Word),
    DelMap(Word),
    DelRing(Word),
    Map(Mapping),
    Remove { certificate: Held, ring: Word },
}

/// A certificate by its owner and label.
#[derive(Clone, Debug)]
struct Held {
    owner: String,
    label: Word,
}

/// The functions that the model has; a command has one of them.
const FUNCTIONS: [&str; 10] = [
    "ADD", "ADDRING", "ALTER", "ALTMAP", "CONNECT", "DELETE", "DELMAP", "DELRING", "MAP", "REMOVE",
];
/// Those that are about key rings and filters, which users alone have.
const OF_USERS: [(&str, &str); 7] = [
    ("ADDRING", "owns no key rings"),
    ("ALTMAP", "has no filters"),
    ("CONNECT", "owns no key rings"),
    ("DELMAP", "has no filters"),
    ("DELRING", "owns no key rings"),
    ("MAP", "has no filters"),
    ("REMOVE", "owns no key rings"),
];
/// What goes with which function.
const PARTS: [(&str, &[&str]); 7] = [
    ("HIGHTRUST", &["ADD", "ALTER"]),
    ("IDNFILTER", &["MAP"]),
    ("NEWLABEL", &["ALTER", "ALTMAP"]),
    ("NOTRUST", &["ADD", "ALTER", "ALTMAP", "MAP"]),
    ("SDNFILTER", &["MAP"]),
    ("TRUST", &["ADD", "ALTER", "ALTMAP", "MAP"]),
    ("WITHLABEL", &["ADD", "MAP"]),
];

impl CertificateChange {
    pub(super) fn read(
        command: Span,
        operands: &Operands,
        reader: &mut Reader,
    ) -> Option<CertificateChange> {
        let function = function_name(command, operands, reader)?;
        for (part, of) in PARTS {
            if let Some(given) = operands.get(part).filter(|_| !of.contains(&function)) {
                reader.complain(given.span, format!("{part} goes with {}", of.join(", ")));
            }
        }
        let owner = owner_of(operands, reader);
        if owner.is_none() && reader.errors.is_empty() {
            let error = SyntaxError::new(command, "RACDCERT needs an owner in this model");
            reader.errors.push(error.help("write ID(userid), SITE or CERTAUTH"));
        }
        let owner = owner?;
        let of_users = OF_USERS.iter().find(|(name, _)| *name == function);
        if let Some((_, lacks)) = of_users.filter(|_| !is_user(&owner.text)) {
            reader.complain(owner.span, format!("{} {lacks}: users do", owner.text));
        }
        let function = match function {
            "ADD" => Function::Add {
                file: operands.word("ADD")?.clone(),
                label: label(operands.word("WITHLABEL"), reader),
                trust: trust(operands).unwrap_or_default(),
            },
            "ADDRING" => Function::AddRing(ring(operands.word("ADDRING"), reader)?),
            "DELRING" => Function::DelRing(ring(operands.word("DELRING"), reader)?),
            "ALTER" | "ALTMAP" => alteration(command, function, operands, reader)?,
            "DELETE" => Function::Delete(needed_label("DELETE", operands, reader)?),
            "DELMAP" => Function::DelMap(needed_label("DELMAP", operands, reader)?),
            "MAP" => {
                let label = label(operands.word("WITHLABEL"), reader);
                let trust = trust(operands).unwrap_or_default();
                Function::Map(Mapping::read(command, label, trust, operands, reader))
            }
            name => {
                let (certificate, ring) = connection(name, &owner, operands, reader)?;
                let inner = operands.inner(name)?;
                let usage = inner.word("USAGE").and_then(|word| Usage::find(&word.text));
                match name {
                    "CONNECT" => {
                        let default = inner.has("DEFAULT");
                        Function::Connect { certificate, ring, usage, default }
                    }
                    _ => Function::Remove { certificate, ring },
                }
            }
        };
        Some(CertificateChange { owner, function })
    }

    /// The file that ADD reads.
    pub(super) fn file(&self) -> Option<&Word> {
        match &self.function {
            Function::Add { file, .. } => Some(file),
            _ => None,
        }
    }
}

/// What ALTER and ALTMAP change: something.
fn alteration(
    command: Span,
    function: &str,
    operands: &Operands,
    reader: &mut Reader,
) -> Option<Function> {
    let own = needed_label(function, operands, reader)?;
    let (trust, new) = (trust(operands), label(operands.word("NEWLABEL"), reader));
    if trust.is_none() && new.is_none() {
        let high = if function == "ALTER" { ", HIGHTRUST" } else { "" };
        let message = format!("{function} needs TRUST, NOTRUST{high} or NEWLABEL(…)");
        reader.complain(command, message);
    }
    Some(match function {
        "ALTER" => Function::Alter { label: own, trust, new },
        _ => Function::AltMap { label: own, trust, new },
    })
}

fn is_user(owner: &str) -> bool {
    ![CERTAUTH, SITE].contains(&owner)
}

/// The one function that a command has.
fn function_name(command: Span, operands: &Operands, reader: &mut Reader) -> Option<&'static str> {
    let mut given: Vec<(Span, &str)> = operands.names().map(|(name, span)| (span, name)).collect();
    given.retain(|(_, name)| FUNCTIONS.contains(name));
    given.sort();
    match given.as_slice() {
        [] => {
            // Where operands are wrong, the function may be among them.
            if reader.errors.is_empty() {
                let error = SyntaxError::new(command, "RACDCERT needs a function");
                reader.errors.push(error.help(format!("valid are {}", FUNCTIONS.join(", "))));
            }
            None
        }
        [(_, first), rest @ ..] => {
            for (span, name) in rest {
                reader.complain(*span, format!("{first} and {name} exclude each other"));
            }
            FUNCTIONS.into_iter().find(|name| name == first)
        }
    }
}

/// Whose certificates or rings are meant: a user's, or one of the two that are no user.
fn owner_of(operands: &Operands, reader: &mut Reader) -> Option<Word> {
    for name in [CERTAUTH, SITE] {
        if let Some(given) = operands.get(name) {
            return Some(Word { text: name.to_owned(), span: given.span });
        }
    }
    names("user ID", vec![operands.word("ID")?.clone()], reader).pop()
}

fn trust(operands: &Operands) -> Option<Trust> {
    let all = [Trust::Trust, Trust::NoTrust, Trust::HighTrust];
    all.into_iter().find(|trust| operands.has(trust.word()))
}

fn label(word: Option<&Word>, reader: &mut Reader) -> Option<Word> {
    let word = word?;
    if !is_label(&word.text) {
        let message = format!(
            "{} is no label: it has 1 to {LABEL_MAX} characters, no blank at its ends",
            quote(&word.text)
        );
        reader.complain(word.span, message);
    }
    Some(word.clone())
}

fn ring(word: Option<&Word>, reader: &mut Reader) -> Option<Word> {
    let word = word?;
    if !is_ring(&word.text) {
        let message = format!(
            "{} is no name of a key ring: it has 1 to {RING_MAX} characters, no blank, and is not *",
            quote(&word.text)
        );
        reader.complain(word.span, message);
    }
    Some(word.clone())
}

fn needed_label(function: &str, operands: &Operands, reader: &mut Reader) -> Option<Word> {
    let inner = operands.inner(function)?;
    let found = label(inner.word("LABEL"), reader);
    if found.is_none() && reader.errors.is_empty() {
        let span = operands.get(function)?.span;
        reader.complain(span, format!("{function} needs LABEL(…) in its parentheses"));
    }
    found
}

/// What CONNECT and REMOVE name. A certificate without an owner is the ring owner's own (assumed).
fn connection(
    function: &str,
    ring_owner: &Word,
    operands: &Operands,
    reader: &mut Reader,
) -> Option<(Held, Word)> {
    let label = needed_label(function, operands, reader);
    let inner = operands.inner(function)?;
    let owner = owner_of(inner, reader).map_or(ring_owner.text.clone(), |owner| owner.text);
    let ring = ring(inner.word("RING"), reader);
    if ring.is_none() && reader.errors.is_empty() {
        let span = operands.get(function)?.span;
        reader.complain(span, format!("{function} needs RING(…) in its parentheses"));
    }
    Some((Held { owner, label: label? }, ring?))
}

impl Work<'_> {
    /// Takes the certificates, rings and filters of a user out, with him (assumed).
    pub(super) fn delete_certificates_of(&mut self, user: &str) {
        for name in self.database.key_rings.remove(user).unwrap_or_default().into_keys() {
            self.ring_changed(user, &name);
        }
        for label in self.database.certificates.remove(user).unwrap_or_default().into_keys() {
            self.relabel((user, &label), None);
            self.certificate_changed(user, &label);
        }
        for label in self.database.name_filters.remove(user).unwrap_or_default().into_keys() {
            self.filter_changed(user, &label);
        }
    }

    pub(super) fn certificates(&mut self, change: &CertificateChange) {
        let CertificateChange { owner, function } = change;
        if is_user(&owner.text) && !self.database.users.contains_key(&owner.text) {
            return self.unknown_user(owner);
        }
        let id = &owner.text;
        match function {
            Function::Add { file, label, trust } => {
                self.add_certificate(id, file, label.as_ref(), *trust);
            }
            Function::AddRing(name) => {
                let rings = self.database.key_rings.entry(id.clone()).or_default();
                if rings.contains_key(&name.text) {
                    let message = format!("key ring {} of {id} is defined already", name.text);
                    return self.refuse(name, message);
                }
                rings.insert(name.text.clone(), KeyRing::default());
                self.ring_changed(id, &name.text);
            }
            Function::DelRing(name) => {
                let rings = self.database.key_rings.get_mut(id);
                if rings.and_then(|rings| rings.remove(&name.text)).is_none() {
                    return self.unknown_ring(id, name);
                }
                self.database.key_rings.retain(|_, rings| !rings.is_empty());
                self.ring_changed(id, &name.text);
            }
            Function::Alter { label, trust, new } => {
                self.alter_certificate(id, label, *trust, new.as_ref());
            }
            Function::Delete(label) => self.delete_certificate(id, label),
            Function::Map(mapping) => self.map_names(id, mapping),
            Function::AltMap { label, trust, new } => {
                self.alter_mapping(id, label, *trust, new.as_ref());
            }
            Function::DelMap(label) => self.delete_mapping(id, label),
            Function::Connect { certificate, ring, usage, default } => {
                self.connect_certificate(id, certificate, ring, (*usage, *default));
            }
            Function::Remove { certificate, ring } => {
                self.remove_certificate(id, certificate, ring);
            }
        }
    }

    fn certificate_changed(&mut self, owner: &str, label: &str) {
        let (owner, label) = (owner.to_owned(), label.to_owned());
        self.changed(Subject::Certificate { owner, label });
    }

    fn ring_changed(&mut self, owner: &str, name: &str) {
        self.changed(Subject::Ring { owner: owner.to_owned(), name: name.to_owned() });
    }

    fn unknown_ring(&mut self, owner: &str, name: &Word) {
        let rings = self.database.key_rings.get(owner);
        let valid = rings.map(|rings| rings.keys().cloned().collect()).unwrap_or_default();
        self.unknown(&format!("key ring {} of {owner}", name.text), name, valid);
    }

    fn unknown_certificate(&mut self, owner: &str, label: &Word) {
        let labels = self.database.certificates.get(owner);
        let valid = labels.map(|labels| labels.keys().cloned().collect()).unwrap_or_default();
        self.unknown(&format!("certificate {} of {owner}", quote(&label.text)), label, valid);
    }

    fn add_certificate(&mut self, owner: &str, file: &Word, label: Option<&Word>, trust: Trust) {
        let read = match self.files.get(&file.text) {
            Some(bytes) => x509::Certificate::read(bytes).map(|certificate| (bytes, certificate)),
            None => return self.refuse(file, format!("there is no file {}", quote(&file.text))),
        };
        let (bytes, certificate) = match read {
            Ok(read) => read,
            Err(why) => {
                let message = format!("{} holds no certificate: {why}", quote(&file.text));
                return self.refuse(file, message);
            }
        };
        if let Some((owner, label)) = self.same_certificate(&certificate) {
            let message = format!("the certificate is there already: {} of {owner}", quote(&label));
            return self.refuse(file, message);
        }
        if let Some(word) = label.filter(|label| self.has_certificate(owner, &label.text)) {
            let message = format!("{owner} has a certificate with label {}", quote(&word.text));
            return self.refuse(word, message);
        }
        let has_key = holds_key(bytes);
        let key = has_key.then(|| x509::Identity::read(&certificate.into(), bytes));
        if let Some(Err(why)) = key {
            return self.refuse(file, format!("{}: {why}", quote(&file.text)));
        }
        // RACF makes a label of the first number that is free.
        let mut made = (1..).map(|number: u32| format!("LABEL{number:08}"));
        let free = || made.find(|label| !self.has_certificate(owner, label)).unwrap_or_default();
        let label = label.map_or_else(free, |label| label.text.clone());
        let key = has_key.then(|| file.text.clone());
        let trust = of_owner(trust, owner);
        let held = Certificate { file: file.text.clone(), key, trust };
        let labels = self.database.certificates.entry(owner.to_owned()).or_default();
        labels.insert(label.clone(), held);
        self.certificate_changed(owner, &label);
    }

    fn has_certificate(&self, owner: &str, label: &str) -> bool {
        self.database.certificate(owner, label).is_some()
    }

    /// Where a certificate is in the database already: it is told by its issuer and serial number.
    fn same_certificate(&self, certificate: &x509::Certificate) -> Option<(String, String)> {
        let owned = self.database.certificates.iter();
        let mut all =
            owned.flat_map(|(owner, labels)| labels.iter().map(move |(l, c)| (owner, l, c)));
        let found = all.find(|(.., held)| {
            let bytes = self.files.get(&held.file);
            let other = bytes.and_then(|bytes| x509::Certificate::read(bytes).ok());
            other.is_some_and(|other| {
                other.serial == certificate.serial && other.issuer == certificate.issuer
            })
        });
        found.map(|(owner, label, _)| (owner.clone(), label.clone()))
    }

    fn alter_certificate(
        &mut self,
        owner: &str,
        label: &Word,
        trust: Option<Trust>,
        new: Option<&Word>,
    ) {
        if !self.has_certificate(owner, &label.text) {
            return self.unknown_certificate(owner, label);
        }
        if let Some(new) = new.filter(|new| self.has_certificate(owner, &new.text)) {
            let message = format!("{owner} has a certificate with label {}", quote(&new.text));
            return self.refuse(new, message);
        }
        let labels = self.database.certificates.entry(owner.to_owned()).or_default();
        let Some(mut held) = labels.remove(&label.text) else { return };
        held.trust = trust.map_or(held.trust, |trust| of_owner(trust, owner));
        let name = new.map_or(&label.text, |new| &new.text).clone();
        labels.insert(name.clone(), held);
        self.certificate_changed(owner, &label.text);
        if name != label.text {
            self.relabel((owner, &label.text), Some(&name));
            self.certificate_changed(owner, &name);
        }
    }

    fn delete_certificate(&mut self, owner: &str, label: &Word) {
        let labels = self.database.certificates.get_mut(owner);
        if labels.and_then(|labels| labels.remove(&label.text)).is_none() {
            return self.unknown_certificate(owner, label);
        }
        self.database.certificates.retain(|_, labels| !labels.is_empty());
        self.relabel((owner, &label.text), None);
        self.certificate_changed(owner, &label.text);
    }

    /// Gives a certificate its new label in all rings, or takes it out of them.
    fn relabel(&mut self, (owner, old): (&str, &str), new: Option<&str>) {
        let mut touched = Vec::new();
        for (user, rings) in &mut self.database.key_rings {
            for (name, ring) in rings {
                if ring.relabel((owner, old), new) {
                    touched.push((user.clone(), name.clone()));
                }
            }
        }
        for (user, name) in touched {
            self.ring_changed(&user, &name);
        }
    }

    fn connect_certificate(
        &mut self,
        owner: &str,
        held: &Held,
        name: &Word,
        (usage, default): (Option<Usage>, bool),
    ) {
        if self.database.certificate(&held.owner, &held.label.text).is_none() {
            return self.unknown_certificate(&held.owner, &held.label);
        }
        let rings = self.database.key_rings.get_mut(owner);
        let Some(ring) = rings.and_then(|rings| rings.get_mut(&name.text)) else {
            return self.unknown_ring(owner, name);
        };
        ring.connect((held.owner.clone(), held.label.text.clone()), usage, default);
        self.ring_changed(owner, &name.text);
    }

    fn remove_certificate(&mut self, owner: &str, held: &Held, name: &Word) {
        let rings = self.database.key_rings.get_mut(owner);
        let Some(ring) = rings.and_then(|rings| rings.get_mut(&name.text)) else {
            return self.unknown_ring(owner, name);
        };
        if ring.relabel((&held.owner, &held.label.text), None) {
            return self.ring_changed(owner, &name.text);
        }
        let valid = ring.certificates.iter().map(|(_, label)| label.clone()).collect();
        let label = quote(&held.label.text);
        let what = format!("certificate {label} of {} in ring {}", held.owner, name.text);
        self.unknown(&what, &held.label, valid);
    }
}

/// HIGHTRUST is for certificates of authorities; for others it is TRUST (RACF Command Language Reference,
/// RACDCERT ADD, HIGHTRUST).
fn of_owner(trust: Trust, owner: &str) -> Trust {
    if owner != CERTAUTH && trust == Trust::HighTrust { Trust::Trust } else { trust }
}

/// Whether a PEM file holds a private key.
fn holds_key(bytes: &[u8]) -> bool {
    const END_OF_LINE: &[u8] = b"PRIVATE KEY-----";
    bytes.windows(END_OF_LINE.len()).any(|piece| piece == END_OF_LINE)
}
