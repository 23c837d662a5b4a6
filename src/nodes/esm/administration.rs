//! Commands of administrators while a run goes on: carried out, and remembered as causes.

use super::Esm;
use super::command::{RacfCommand, Subject};
use super::database::principal;
use super::database::trust::REALM;
use super::history::Recollection;
use crate::nodes::{Ctx, Decide};
use crate::trace::{Record, Value};

impl Esm {
    pub(super) fn administer(&mut self, command: &RacfCommand, ctx: &mut Ctx<'_>) {
        let effect = command.apply(&mut self.database, &mut self.storage, &self.files);
        for subject in &effect.changed {
            match subject {
                Subject::User(id) => self.keys.update_user(&self.database, id, &mut self.table),
                Subject::Realm => self.keys.update_realm(&self.database, &mut self.table),
                Subject::Profile { class, name } if class == REALM => {
                    self.keys.update_trust(&self.database, name, &mut self.table);
                }
                _ => {}
            }
        }
        let record = Record::new("esm.command").text("text", command.shown());
        let record = texts(record, "changed", effect.changed.iter().map(ToString::to_string));
        let refused = effect.refused.into_iter().map(|refusal| refusal.message);
        let record = ctx.say(texts(record, "refused", refused));
        self.history.note(effect.changed, record);
    }

    /// Tells the commands that changed a user, before a decision about him.
    pub(super) fn recall_user(&self, userid: &str, ctx: &mut Ctx<'_>) {
        tell(self.history.of(|| vec![Subject::User(userid.to_owned())]), ctx);
    }

    /// The same for the access of a user to a resource.
    pub(super) fn recall_access(&self, user: &str, resource: (&str, &str), ctx: &mut Ctx<'_>) {
        tell(self.history.of_access((&self.database, &self.storage), user, resource), ctx);
    }

    /// The same for the keys of PassTickets that profiles hold.
    pub(super) fn recall_keys(&self, profiles: &[String], ctx: &mut Ctx<'_>) {
        tell(self.history.of_keys((&self.database, &self.storage), profiles), ctx);
    }

    /// The same for a key ring and what is connected to it.
    pub(super) fn recall_ring(&self, owner: &str, name: &str, ctx: &mut Ctx<'_>) {
        tell(self.history.of_ring((&self.database, &self.storage), (owner, name)), ctx);
    }

    /// The same for the certificates of all users.
    pub(super) fn recall_certificates(&self, ctx: &mut Ctx<'_>) {
        tell(self.history.of_certificates((&self.database, &self.storage)), ctx);
    }

    /// The same for options of the system.
    pub(super) fn recall_options(&self, names: &[&'static str], ctx: &mut Ctx<'_>) {
        let asked = || names.iter().map(|name| Subject::Option(name)).collect();
        tell(self.history.of(asked), ctx);
    }

    /// The same for principals that the NAS asks for by name or by user.
    pub(super) fn recall_principals(
        &self,
        names: &[String],
        userids: &[String],
        ctx: &mut Ctx<'_>,
    ) {
        let asked = || {
            let named = names.iter().cloned().map(Subject::Principal);
            let owned = userids.iter().cloned().map(Subject::User);
            named.chain(owned).chain([Subject::Realm]).collect()
        };
        tell(self.history.of(asked), ctx);
    }

    /// The same for the mapping of a principal to a user.
    pub(super) fn recall_mapping(&self, principal: &str, ctx: &mut Ctx<'_>) {
        tell(self.history.of(|| self.mapping_rests_on(principal)), ctx);
    }

    fn mapping_rests_on(&self, principal: &str) -> Vec<Subject> {
        let Some(principal) = self.database.parse_principal(principal) else {
            return vec![Subject::Realm];
        };
        if self.database.is_local(&principal.realm) {
            return vec![Subject::Principal(principal.name), Subject::Realm];
        }
        let class = principal::KERBLINK;
        let links = principal::link_names(&principal).into_iter().flat_map(|name| {
            let linked = self.database.profile(class, &name);
            let user = linked.map(|profile| Subject::User(profile.appldata.clone()));
            user.into_iter().chain([Subject::Profile { class: class.to_owned(), name }])
        });
        links.chain([Subject::Realm]).collect()
    }
}

/// Notes the commands without which what follows might have been otherwise.
fn tell(found: Recollection, ctx: &mut Ctx<'_>) {
    if found.records.is_empty() {
        return;
    }
    let shown = |subjects: Vec<Subject>| subjects.into_iter().map(|one| one.to_string());
    let record = texts(Record::new("esm.state"), "changed", shown(found.changed));
    ctx.note_also(texts(record, "not_in_storage", shown(found.pending)), &found.records);
}

/// A record with a list of texts, where there are any.
fn texts(record: Record, name: &'static str, texts: impl Iterator<Item = String>) -> Record {
    let texts: Vec<Value> = texts.map(|text| Value::Text(text.into())).collect();
    if texts.is_empty() { record } else { record.list(name, texts) }
}
