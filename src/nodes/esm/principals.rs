//! What the NAS reads in the ESM: the realm's policy, and principals with their keys.

use super::Keys;
use super::database::trust::Trust;
use super::database::{Database, Realm, TicketLife, User};
use crate::nodes::frame::{KeyFacts, PrincipalFacts, RealmFacts, Standing};

/// The realm with the principals of these names and of these users; nothing without a realm.
pub(super) fn named(
    database: &Database,
    keys: &Keys,
    names: &[String],
    userids: &[String],
) -> RealmFacts {
    let Some(realm) = &database.realm else { return RealmFacts::default() };
    let by_name = names.iter().filter_map(|name| of_name(database, keys, realm, name));
    let by_user = userids.iter().filter_map(|userid| of_user(database, keys, userid));
    RealmFacts { principals: by_name.chain(by_user).collect(), ..policy(realm) }
}

/// The realm with all its principals; nothing without a realm.
pub fn all(database: &Database, keys: &Keys) -> RealmFacts {
    let Some(realm) = &database.realm else { return RealmFacts::default() };
    let users = database.users.keys().filter_map(|userid| of_user(database, keys, userid));
    let own = granting(granting_name(realm), realm.key_version, keys.of_realm());
    let trusts = database.trusts().filter_map(|(profile, segment)| {
        let name = Trust::parse(profile)?.principal(&realm.name);
        Some(granting(name, segment.key_version, keys.of_trust(profile)))
    });
    let principals = users.chain([own]).chain(trusts).collect();
    RealmFacts { principals, ..policy(realm) }
}

fn policy(realm: &Realm) -> RealmFacts {
    RealmFacts {
        realm: realm.name.clone(),
        life_min: realm.min_ticket_life.seconds(),
        life_default: realm.life_by_default().seconds(),
        life_max: realm.max_ticket_life.seconds(),
        check_addresses: realm.check_addresses,
        principals: Vec::new(),
    }
}

fn of_name(database: &Database, keys: &Keys, realm: &Realm, name: &str) -> Option<PrincipalFacts> {
    let own = granting_name(realm);
    if name == own {
        return Some(granting(own, realm.key_version, keys.of_realm()));
    }
    if let Some((profile, segment)) = database.trust_of(name) {
        return Some(granting(name.to_owned(), segment.key_version, keys.of_trust(profile)));
    }
    let bears = |user: &User| user.kerb.as_ref().is_some_and(|kerb| kerb.name == name);
    let (userid, _) = database.users.iter().find(|(_, user)| bears(user))?;
    of_user(database, keys, userid)
}

fn granting_name(realm: &Realm) -> String {
    format!("krbtgt/{}", realm.name)
}

/// A ticket-granting service: the realm's own, or one that it has in common with another realm.
fn granting(name: String, version: u32, keys: &[KeyFacts]) -> PrincipalFacts {
    PrincipalFacts {
        name,
        userid: String::new(),
        standing: Standing::Good,
        life_min: None,
        life_default: None,
        life_max: None,
        version,
        keys: keys.to_vec(),
    }
}

fn of_user(database: &Database, keys: &Keys, userid: &str) -> Option<PrincipalFacts> {
    let user = database.users.get(userid)?;
    let kerb = user.kerb.as_ref()?;
    let seconds = |life: Option<TicketLife>| life.map(|life| life.seconds());
    Some(PrincipalFacts {
        name: kerb.name.clone(),
        userid: userid.to_owned(),
        standing: match (user.revoked, user.password_expired) {
            (true, _) => Standing::Revoked,
            (false, true) => Standing::PasswordExpired,
            (false, false) => Standing::Good,
        },
        life_min: seconds(kerb.min_ticket_life),
        life_default: seconds(kerb.default_ticket_life),
        life_max: seconds(kerb.max_ticket_life),
        version: kerb.key_version,
        keys: keys.of_user(userid).to_vec(),
    })
}
