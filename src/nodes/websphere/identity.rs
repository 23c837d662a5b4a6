//! The identity token: whom it means, and whether the registry has him.

use super::config::{Registry, WebSphereConfig};
use super::work::{Credential, Next, Stage, Work};
use super::{WebSphere, rules};
use crate::catalogue::{assertion, saf};
use crate::check::{Check, Operand};
use crate::nodes::frame::{SafResult, SafService, Subject};
use crate::nodes::orb::Identity;
use crate::nodes::{Ctx, Decide, listed};
use crate::trace::Record;

impl WebSphere {
    /// Whether the server takes assertions in the form of the token.
    pub(super) fn takes(&self, identity: &Identity, ctx: &mut Ctx<'_>) -> bool {
        let inbound = &self.setup.config.inbound;
        let form = identity.form();
        let types = inbound.identity_types.iter().filter(|_| inbound.identity_assertion);
        let types: Vec<&str> = types.map(|own| own.word()).collect();
        let taken = Check::holds(
            &rules::FORM_TAKEN,
            Operand::new("identity token", form.word()),
            Operand::new("forms of the server", listed(types.iter().copied())),
            types.contains(&form.word()),
        );
        ctx.decide(taken)
    }

    /// Whom the identity token means.
    pub(super) fn identify(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let config = &self.setup.config;
        let (subject, chain) = match work.evidence.identity.clone() {
            None | Some(Identity::Anonymous) => {
                work.received = Some(Credential::unauthenticated());
                return Next::Go(Stage::Authorize);
            }
            Some(Identity::Principal(name)) => {
                work.received = Some(Credential::of(self.folded(&name)));
                return Next::Go(Stage::Presence);
            }
            Some(Identity::Name(name)) => (name, Vec::new()),
            Some(Identity::Chain(chain)) => {
                let subject = chain.first().map(|own| own.subject.clone()).unwrap_or_default();
                (subject, chain)
            }
        };
        let (found, by) = match &config.registry {
            // RACMAP filters would map a bare name; an ESM that has none maps none.
            Registry::LocalOs if config.zos.is_some() && chain.is_empty() => {
                (None, "the ESM has no filter for it")
            }
            // Presence asks the ESM who has the certificate.
            Registry::LocalOs if config.zos.is_some() => (Some(subject.clone()), "the ESM"),
            Registry::LocalOs => (self.first_attribute(&subject), "its first attribute"),
            Registry::Ldap(directory) => {
                let found = directory.by_subject(&subject);
                (found.map(|found| directory.userid(&found)), "the directory")
            }
            Registry::None => (None, "there is no registry"),
        };
        let mapped = Check::holds(
            &rules::NAME_MAPPED,
            Operand::new("distinguished name", subject.clone()),
            Operand::new("user", found.clone().unwrap_or_else(|| "none".to_owned())),
            found.is_some(),
        );
        let map = match &config.registry {
            Registry::Ldap(directory) => directory.map_words(),
            _ => by.to_owned(),
        };
        let mapped = mapped.about([Operand::new("by", map.clone())]);
        match (ctx.decide(mapped), found) {
            (true, Some(userid)) => {
                let name = Some(subject);
                work.received = Some(Credential { chain, name, ..Credential::of(userid) });
                Next::Go(Stage::Presence)
            }
            _ => {
                let why = format!("no user for {subject} ({map})");
                Next::Refuse(&assertion::NAME_NOT_MAPPED, why)
            }
        }
    }

    /// The registry has the user, and tells his groups.
    pub(super) fn presence(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let Some(received) = work.received.clone() else { return Next::Go(Stage::Authorize) };
        let userid = received.userid();
        let (found, told) = match &self.setup.config.registry {
            Registry::LocalOs => {
                let Some((codes, result)) = work.answer.take() else {
                    return Next::Ask(Box::new(SafService::InitAcee(wanted(
                        &self.setup.config,
                        &received,
                    ))));
                };
                match result {
                    SafResult::Acee(acee) if codes == saf::SUCCESS => {
                        let (userid, groups) = (Some(acee.userid), acee.groups);
                        (Some(Credential { userid, groups, ..received }), codes.to_string())
                    }
                    _ => (None, codes.to_string()),
                }
            }
            Registry::Ldap(directory) => match directory.by_name(&userid) {
                Some(found) => {
                    let groups = found.entry.groups.clone();
                    let name = Some(found.name.to_owned());
                    (Some(Credential { groups, name, ..received }), "an entry".to_owned())
                }
                None => (None, "no entry".to_owned()),
            },
            Registry::None => (None, "there is no registry".to_owned()),
        };
        let present = Check::holds(
            &rules::PRESENT,
            Operand::new("user", userid.clone()),
            Operand::new("registry", told.clone()),
            found.is_some(),
        );
        match (ctx.decide(present), found) {
            (true, Some(found)) => {
                work.received = Some(found);
                Next::Go(Stage::Authorize)
            }
            _ => {
                let why = format!("the registry refuses {userid}: {told}");
                Next::Refuse(&assertion::USER_REFUSED, why)
            }
        }
    }
}

/// Of whom the ESM is asked: on z/OS it maps certificates and names itself.
fn wanted(config: &WebSphereConfig, received: &Credential) -> Subject {
    let own = received.chain.first().filter(|_| config.zos.is_some());
    match own {
        Some(own) => Subject::Certificate(own.der().to_vec()),
        None => Subject::User(received.userid()),
    }
}

/// A credential that is set, for the trace.
pub(super) fn set(which: &'static str, credential: &Credential, by: String) -> Record {
    Record::new("was.credential")
        .text("which", which)
        .text("userid", credential.userid())
        .maybe("groups", (!credential.groups.is_empty()).then(|| credential.groups.join(" ")))
        .text("by", by)
}
