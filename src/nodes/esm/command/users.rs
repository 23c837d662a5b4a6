//! ADDUSER, ALTUSER, DELUSER, ADDGROUP, DELGROUP, CONNECT, REMOVE.

use super::operands::{Operands, Reader, Word};
use super::{Subject, Work, names};
use crate::nodes::esm::database::kerberos::KerbSegment;
use crate::nodes::esm::database::validate;
use crate::nodes::esm::database::{
    Connection, Database, EncryptionType, Password, SYS1, TicketLife, User,
};

/// What a command changes of a user; what is absent stays as it is.
#[derive(Clone, Debug, Default)]
pub(super) struct UserChange {
    name: Option<String>,
    default_group: Option<Word>,
    /// A new password, or none any more.
    password: Option<Option<Password>>,
    phrase: Option<Option<Password>>,
    /// Whether the password must be changed before it can be used.
    expired: Option<bool>,
    revoked: Option<bool>,
    restricted: Option<bool>,
    kerb: Option<KerbChange>,
}

#[derive(Clone, Debug)]
enum KerbChange {
    Remove,
    Set { name: Option<String>, types: TypesChange, max_ticket_life: Option<Option<TicketLife>> },
}

/// Encryption types that are turned on or off.
#[derive(Clone, Debug, Default)]
pub(super) struct TypesChange(Vec<(EncryptionType, bool)>);

impl TypesChange {
    /// From the operands of KERB.
    pub(super) fn read(kerb: &Operands) -> TypesChange {
        if kerb.has("NOENCRYPT") {
            return TypesChange(EncryptionType::ALL.map(|kind| (kind, true)).to_vec());
        }
        let Some(encrypt) = kerb.inner("ENCRYPT") else { return TypesChange::default() };
        let change = |kind: EncryptionType| {
            let (on, off) = words_of(kind);
            encrypt.choice(on, off).map(|enabled| (kind, enabled))
        };
        TypesChange(EncryptionType::ALL.into_iter().filter_map(change).collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (EncryptionType, bool)> {
        self.0.iter().copied()
    }
}

fn words_of(kind: EncryptionType) -> (&'static str, &'static str) {
    match kind {
        EncryptionType::Aes256Sha2 => ("AES256SHA2", "NOAES256SHA2"),
        EncryptionType::Aes128Sha2 => ("AES128SHA2", "NOAES128SHA2"),
        EncryptionType::Aes256 => ("AES256", "NOAES256"),
        EncryptionType::Aes128 => ("AES128", "NOAES128"),
    }
}

/// A lifetime that an operand takes; the reader has judged it.
pub(super) fn life(operands: &Operands, name: &str) -> Option<TicketLife> {
    TicketLife::from_seconds(operands.word(name)?.text.parse().ok()?)
}

/// A password that an operand takes.
pub(super) fn secret(operands: &Operands, name: &str) -> Option<Password> {
    operands.word(name).map(|word| Password::new(word.text.clone()))
}

/// A value, or none any more, or no change.
pub(super) fn set_or_none<T>(value: Option<T>, none: bool) -> Option<Option<T>> {
    if none { Some(None) } else { value.map(Some) }
}

impl UserChange {
    pub(super) fn read(operands: &Operands, reader: &mut Reader) -> Option<UserChange> {
        owner(operands, reader);
        let group = operands.word("DFLTGRP").cloned().into_iter().collect();
        let password = set_or_none(secret(operands, "PASSWORD"), operands.has("NOPASSWORD"));
        let phrase = set_or_none(secret(operands, "PHRASE"), operands.has("NOPHRASE"));
        let expired = operands.choice("EXPIRED", "NOEXPIRED");
        let sets = matches!(password, Some(Some(_))) || matches!(phrase, Some(Some(_)));
        if let Some(given) = operands.get("NOEXPIRED").filter(|_| !sets) {
            reader.complain(given.span, "NOEXPIRED needs PASSWORD(…) or PHRASE(…) beside it");
        }
        Some(UserChange {
            name: operands.word("NAME").map(|word| word.text.clone()),
            default_group: names("group", group, reader).pop(),
            password,
            phrase,
            expired,
            revoked: operands.choice("REVOKE", "RESUME"),
            restricted: operands.choice("RESTRICTED", "NORESTRICTED"),
            kerb: kerb_change(operands),
        })
    }

    /// Makes the changes that concern the user alone.
    fn apply(&self, user: &mut User) {
        if let Some(name) = &self.name {
            user.name.clone_from(name);
        }
        if let Some(phrase) = &self.phrase {
            user.phrase.clone_from(phrase);
            user.protected &= phrase.is_none();
        }
        if let Some(None) = self.password {
            user.password = None;
        }
        user.revoked = self.revoked.unwrap_or(user.revoked);
        if self.revoked == Some(false) {
            // Whoever resumes a user gives him all his attempts (assumed).
            user.invalid_attempts = 0;
        }
        user.restricted = self.restricted.unwrap_or(user.restricted);
        if let Some(group) = &self.default_group {
            // The connection to the group that was the default stays.
            let old = std::mem::replace(&mut user.default_group, group.text.clone());
            if old != user.default_group {
                user.groups.entry(old).or_default();
            }
        }
    }
}

fn kerb_change(operands: &Operands) -> Option<KerbChange> {
    if operands.has("NOKERB") {
        return Some(KerbChange::Remove);
    }
    let kerb = operands.inner("KERB")?;
    Some(KerbChange::Set {
        name: kerb.word("KERBNAME").map(|word| word.text.clone()),
        types: TypesChange::read(kerb),
        max_ticket_life: set_or_none(life(kerb, "MAXTKTLFE"), kerb.has("NOMAXTKTLFE")),
    })
}

/// The operand OWNER, which decides nothing: its value must still be a name.
pub(super) fn owner(operands: &Operands, reader: &mut Reader) {
    let owner = operands.word("OWNER").cloned().into_iter().collect();
    names("user ID or group", owner, reader);
}

/// The operands of ADDGROUP, which decide nothing.
pub(super) fn group_operands(operands: &Operands, reader: &mut Reader) {
    owner(operands, reader);
    let above = operands.word("SUPGROUP").cloned().into_iter().collect();
    names("group", above, reader);
}

impl Work<'_> {
    pub(super) fn unknown_user(&mut self, word: &Word) {
        let valid = self.database.users.keys().cloned().collect();
        self.unknown(&format!("user {}", word.text), word, valid);
    }

    fn unknown_group(&mut self, word: &Word) {
        let named = self.database.groups.iter().cloned();
        let valid = std::iter::once(SYS1.to_owned()).chain(named).collect();
        self.unknown(&format!("group {}", word.text), word, valid);
    }

    pub(super) fn add_users(&mut self, users: &[Word], change: &UserChange) {
        for word in users {
            let id = &word.text;
            let group = change.default_group.as_ref();
            if self.database.users.contains_key(id) {
                self.refuse(word, format!("user {id} is defined already"));
            } else if self.database.has_group(id) {
                self.refuse(word, format!("{id} is a group"));
            } else if let Some(group) = group.filter(|group| !self.database.has_group(&group.text))
            {
                self.unknown_group(group);
            } else {
                let default_group = group.map_or(SYS1.to_owned(), |group| group.text.clone());
                let user = User { default_group, ..User::default() };
                self.database.users.insert(id.clone(), user);
                self.change_user(word, change, None);
            }
        }
    }

    pub(super) fn alter_users(&mut self, users: &[Word], change: &UserChange) {
        for word in users {
            let Some(old) = self.database.users.get(&word.text).cloned() else {
                self.unknown_user(word);
                continue;
            };
            let group = change.default_group.as_ref();
            match group.filter(|group| old.connection(&group.text).is_none()) {
                Some(group) => {
                    let message = format!("{} is not connected to {}", word.text, group.text);
                    self.refuse(group, message);
                }
                None => self.change_user(word, change, Some(old)),
            }
        }
    }

    /// Changes a user, or leaves him as he was before where that is refused.
    fn change_user(&mut self, word: &Word, change: &UserChange, old: Option<User>) {
        let id = &word.text;
        let refusal = self.try_user(id, change).err();
        let found = validate::user(self.database, id);
        let refused = match refusal {
            Some(message) => {
                self.refuse(word, message);
                true
            }
            None => self.refuse_found(word, found),
        };
        if !refused {
            self.user_changed(id, old.as_ref());
        } else if let Some(old) = old {
            self.database.users.insert(id.clone(), old);
        } else {
            self.database.users.remove(id);
        }
    }

    fn try_user(&mut self, id: &str, change: &UserChange) -> Result<(), String> {
        if let Some(KerbChange::Set { name: Some(name), .. }) = &change.kerb
            && let Some(owner) = bearer(self.database, name).filter(|owner| *owner != id)
        {
            return Err(format!("{name} is the principal of {owner}"));
        }
        let Some(user) = self.database.users.get_mut(id) else { return Ok(()) };
        change.apply(user);
        if let Some(kerb) = &change.kerb {
            change_kerb(user, kerb)?;
        }
        // After the segment: a password that is set together with it makes its key.
        match &change.password {
            Some(Some(password)) => {
                let password = self.database.as_entered(password);
                if change.expired == Some(false) {
                    self.database.change_password(id, password);
                } else {
                    self.database.set_expired_password(id, password);
                }
            }
            _ => user.password_expired |= change.expired == Some(true),
        }
        Ok(())
    }

    /// Notes a user as changed, and the principals that he was and is.
    fn user_changed(&mut self, id: &str, old: Option<&User>) {
        self.changed(Subject::User(id.to_owned()));
        let name = |user: &User| user.kerb.as_ref().map(|kerb| kerb.name.clone());
        let now = self.database.users.get(id).and_then(name);
        let before = old.and_then(name).filter(|name| Some(name) != now.as_ref());
        for name in before.into_iter().chain(now) {
            self.changed(Subject::Principal(name));
        }
    }

    pub(super) fn delete_users(&mut self, users: &[Word]) {
        for word in users {
            match self.database.users.remove(&word.text) {
                Some(old) => {
                    self.delete_certificates_of(&word.text);
                    self.user_changed(&word.text, Some(&old));
                }
                None => self.unknown_user(word),
            }
        }
    }

    pub(super) fn add_groups(&mut self, groups: &[Word]) {
        for word in groups {
            let name = &word.text;
            if self.database.has_group(name) {
                self.refuse(word, format!("group {name} is defined already"));
            } else if self.database.users.contains_key(name) {
                self.refuse(word, format!("{name} is a user"));
            } else {
                self.database.groups.insert(name.clone());
                self.changed(Subject::Group(name.clone()));
            }
        }
    }

    pub(super) fn delete_groups(&mut self, groups: &[Word]) {
        for word in groups {
            let name = &word.text;
            let mut users = self.database.users.iter();
            let member = users.find(|(_, user)| user.connection(name).is_some());
            if !self.database.has_group(name) {
                self.unknown_group(word);
            } else if name == SYS1 {
                self.refuse(word, "SYS1 cannot be deleted");
            } else if let Some((id, _)) = member {
                let message = format!("user {id} is connected to {name}");
                self.refuse(word, message);
            } else {
                self.database.groups.remove(name);
                self.changed(Subject::Group(name.clone()));
            }
        }
    }

    pub(super) fn connect(&mut self, users: &[Word], group: &Word, revoked: Option<bool>) {
        if !self.database.has_group(&group.text) {
            return self.unknown_group(group);
        }
        for word in users {
            let Some(user) = self.database.users.get_mut(&word.text) else {
                self.unknown_user(word);
                continue;
            };
            let held = user.connection(&group.text).unwrap_or_default();
            let connection = Connection { revoked: revoked.unwrap_or(held.revoked) };
            user.groups.insert(group.text.clone(), connection);
            self.changed(Subject::User(word.text.clone()));
        }
    }

    pub(super) fn remove(&mut self, users: &[Word], group: &Word) {
        if !self.database.has_group(&group.text) {
            return self.unknown_group(group);
        }
        for word in users {
            let Some(user) = self.database.users.get_mut(&word.text) else {
                self.unknown_user(word);
                continue;
            };
            if user.default_group == group.text {
                let message = format!("{} is the default group of {}", group.text, word.text);
                self.refuse(group, message);
            } else if user.groups.remove(&group.text).is_none() {
                self.refuse(word, format!("{} is not connected to {}", word.text, group.text));
            } else {
                self.changed(Subject::User(word.text.clone()));
            }
        }
    }
}

/// The user who bears a principal's name in the local realm.
fn bearer<'a>(database: &'a Database, name: &str) -> Option<&'a str> {
    let bears = |user: &User| user.kerb.as_ref().is_some_and(|kerb| kerb.name == name);
    database.users.iter().find(|(_, user)| bears(user)).map(|(id, _)| id.as_str())
}

fn change_kerb(user: &mut User, change: &KerbChange) -> Result<(), String> {
    let KerbChange::Set { name, types, max_ticket_life } = change else {
        user.kerb = None;
        return Ok(());
    };
    let segment = match (&mut user.kerb, name) {
        (Some(segment), _) => segment,
        (none, Some(name)) => none.insert(KerbSegment::without_keys(name.clone())),
        (None, None) => return Err("a new KERB segment needs KERBNAME(…)".to_owned()),
    };
    if let Some(name) = name {
        segment.name.clone_from(name);
    }
    for (kind, enabled) in types.iter() {
        if enabled {
            segment.enable(kind);
        } else {
            segment.disable(kind);
        }
    }
    if let Some(life) = max_ticket_life {
        segment.max_ticket_life = *life;
    }
    Ok(())
}
