//! The sending server, or the client: who it is, whether it is trusted, and whether it is who it says.
//!
//! A token goes before a certificate, and a certificate before a started task.

use super::config::{First, Registry, Zos};
use super::work::{Credential, Next, Sender, Stage, Work};
use super::{WebSphere, rules};
use crate::catalogue::assertion;
use crate::catalogue::saf::{self, SafReturn};
use crate::check::{Check, Operand};
use crate::nodes::frame::{SafResult, SafService, Subject};
use crate::nodes::orb::{Layer, Token};
use crate::nodes::{Ctx, Decide, listed};
use crate::protocol::x509::{Certificate, parts};

/// The application to which users of a server sign on, where no prefix is set (class APPL; z/OS
/// WebSphere, SAF profiles).
const APPLICATION: &str = "CBS390";
/// The class of the profiles that say which servers may assert identities.
const CBIND: &str = "CBIND";

impl WebSphere {
    /// Whether a token is meant for this server's realm.
    pub(super) fn is_for_us(&self, token: &Token, ctx: &mut Ctx<'_>) -> Result<(), String> {
        let own = &self.setup.config.realm;
        let Token::Basic { realm, .. } = token else { return Ok(()) };
        let meant = Check::holds(
            &rules::TARGET,
            Operand::new("realm of the token", realm.clone()),
            Operand::new("realm of the server", own.clone()),
            realm.is_empty() || realm == own,
        );
        if ctx.decide(meant) { Ok(()) } else { Err(format!("the token is for realm {realm}")) }
    }

    /// Who sends.
    pub(super) fn sender(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let evidence = &work.evidence;
        let certificate = evidence.certificate.clone();
        let sender = match (&evidence.token, &certificate, &evidence.started_task) {
            (Some(Token::Basic { userid, .. }), ..) => Some(Sender::Basic(userid.clone())),
            (Some(Token::Kerberos(_)), ..) if work.evidence.identity.is_none() => {
                return Next::Go(Stage::Ticket);
            }
            // It says whom a server acts for, and not which server that is.
            (Some(Token::Kerberos(_)), ..) => None,
            (None, Some(certificate), _) => match self.holder(work.answer.take(), certificate, ctx)
            {
                Ok(holder) => Some(Sender::Certificate(holder)),
                Err(next) => return next,
            },
            (None, None, Some(task)) => Some(Sender::StartedTask(task.clone())),
            (None, None, None) => None,
        };
        if work.evidence.identity.is_none() {
            return self.client(work, sender, ctx);
        }
        let shown = sender.as_ref().map_or("nothing".to_owned(), Sender::words);
        let is_shown = Check::holds(
            &rules::SENDER_SHOWN,
            Operand::new("sender", shown),
            Operand::new("needed", "a token, a certificate or a started task"),
            sender.is_some(),
        );
        let (true, Some(sender)) = (ctx.decide(is_shown), sender) else {
            let why = "the request asserts somebody, and does not say who sends it".to_owned();
            return Next::Refuse(&assertion::NO_SENDER, why);
        };
        work.sender = Some(sender);
        Next::Go(match self.setup.config.inbound.first {
            First::Trust => Stage::Trust,
            First::Authentication => Stage::Authenticate,
        })
    }

    /// Nobody is asserted: the sender is the client itself.
    fn client(&self, work: &mut Work, sender: Option<Sender>, ctx: &mut Ctx<'_>) -> Next {
        let needed = self.setup.config.inbound.client_authentication;
        if let (Layer::Required, None) = (needed, &work.evidence.token) {
            let (token, layer) =
                (Operand::new("token", "none"), Operand::new("setting", "Required"));
            ctx.decide(Check::holds(&rules::TOKEN_REQUIRED, token, layer, false));
            let why = "client authentication is required, and no token came".to_owned();
            return Next::Refuse(&assertion::TOKEN_MISSING, why);
        }
        match sender {
            Some(Sender::Basic(_)) => Next::Go(Stage::Authenticate),
            Some(Sender::Certificate(holder)) => {
                let chain = work.evidence.certificate.iter().cloned().collect();
                work.received = Some(Credential { chain, ..Credential::of(holder) });
                Next::Go(Stage::Presence)
            }
            // A started task is what shows a sending server; it is nobody's proof as a client.
            Some(Sender::StartedTask(_)) | None => {
                work.received = Some(Credential::unauthenticated());
                Next::Go(Stage::Authorize)
            }
        }
    }

    /// The user of a certificate.
    fn holder(
        &self,
        answer: Option<(SafReturn, SafResult)>,
        certificate: &Certificate,
        ctx: &mut Ctx<'_>,
    ) -> Result<String, Next> {
        let config = &self.setup.config;
        let subject = Operand::new("certificate", certificate.subject.clone());
        let (found, told) = match (&config.registry, &config.zos, answer) {
            (Registry::LocalOs, Some(_), None) => {
                let der = certificate.der().to_vec();
                return Err(Next::Ask(Box::new(SafService::InitAcee(Subject::Certificate(der)))));
            }
            (Registry::LocalOs, Some(_), Some((codes, result))) => match result {
                SafResult::Acee(acee) if codes == saf::SUCCESS => {
                    (Some(acee.userid), codes.to_string())
                }
                _ => (None, codes.to_string()),
            },
            (Registry::LocalOs, None, _) => {
                (self.first_attribute(&certificate.subject), "first attribute".to_owned())
            }
            (Registry::Ldap(directory), ..) => {
                let found = directory.by_subject(&certificate.subject);
                (found.map(|found| directory.userid(&found)), directory.map_words())
            }
            (Registry::None, ..) => (None, "there is no registry".to_owned()),
        };
        let mapped = Check::holds(
            &rules::CERTIFICATE_MAPPED,
            subject,
            Operand::new("user", found.clone().unwrap_or_else(|| "none".to_owned())),
            found.is_some(),
        );
        let mapped = mapped.about([Operand::new("registry", told.clone())]);
        match (ctx.decide(mapped), found) {
            (true, Some(userid)) => Ok(userid),
            _ => {
                let why = format!("no user for the certificate of {}: {told}", certificate.subject);
                Err(Next::Refuse(&assertion::CERTIFICATE_NOT_MAPPED, why))
            }
        }
    }

    /// The first attribute of a distinguished name, as a user ID.
    pub(super) fn first_attribute(&self, subject: &str) -> Option<String> {
        let (_, value) = parts(subject).into_iter().next()?;
        Some(self.folded(&value))
    }

    /// Whether the sender may assert anybody.
    pub(super) fn trust(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        let Some(sender) = work.sender.clone() else {
            return Next::Refuse(&assertion::NO_SENDER, "nobody sends".to_owned());
        };
        let trusted = match (&sender, &self.setup.config.zos) {
            (Sender::Certificate(_) | Sender::StartedTask(_), Some(zos)) => {
                match self.may_bind(&sender, zos, work, ctx) {
                    Ok(()) => Ok(()),
                    Err(next) => return next,
                }
            }
            // On other systems a certificate is trusted as a user ID is (assumed).
            _ => self.on_list(&sender, ctx),
        };
        match (trusted, self.setup.config.inbound.first) {
            (Err(why), _) => Next::Refuse(&assertion::NOT_TRUSTED, why),
            (Ok(()), First::Trust) => Next::Go(Stage::Authenticate),
            (Ok(()), First::Authentication) => Next::Go(Stage::Identify),
        }
    }

    fn on_list(&self, sender: &Sender, ctx: &mut Ctx<'_>) -> Result<(), String> {
        let list = &self.setup.config.inbound.trusted;
        let userid = sender.userid();
        let trusted = Check::holds(
            &rules::TRUSTED,
            Operand::new("sender", userid.to_owned()),
            Operand::new("trusted principals", listed(list.iter().map(String::as_str))),
            list.iter().any(|own| own == userid),
        );
        let refused = || format!("{userid} is not on the trusted principal list");
        if ctx.decide(trusted) { Ok(()) } else { Err(refused()) }
    }

    /// z/OS: the sender needs access to the CB.BIND profile of this server.
    fn may_bind(
        &self,
        sender: &Sender,
        zos: &Zos,
        work: &mut Work,
        ctx: &mut Ctx<'_>,
    ) -> Result<(), Next> {
        let resource = self.bind_profile(zos);
        let access = zos.bind_access.word();
        let Some((codes, _)) = work.answer.take() else {
            return Err(Next::Ask(Box::new(SafService::Authorize {
                userid: sender.userid().to_owned(),
                class: CBIND.to_owned(),
                resource,
                access: access.to_owned(),
            })));
        };
        let undecided = codes.saf == saf::NO_DECISION.saf;
        let passes = codes == saf::SUCCESS || (undecided && zos.unprotected_is_trusted);
        let bind = Check::holds(
            &rules::BIND,
            Operand::new("sender", sender.words()),
            Operand::new("ESM", codes.to_string()),
            passes,
        );
        let bind = bind.about([
            Operand::new("class", CBIND),
            Operand::new("resource", resource.clone()),
            Operand::new("wanted", access),
        ]);
        if ctx.decide(bind) {
            return Ok(());
        }
        let why = format!("{} has not {access} to {resource}: {codes}", sender.userid());
        Err(Next::Refuse(&assertion::BIND_REFUSED, why))
    }

    /// `CB.BIND.<prefix>.<cluster>`.
    fn bind_profile(&self, zos: &Zos) -> String {
        let server = zos.cluster.as_deref().unwrap_or(&self.setup.name);
        match &zos.profile_prefix {
            Some(prefix) => format!("CB.BIND.{prefix}.{server}"),
            None => format!("CB.BIND.{server}"),
        }
    }

    /// Whether the sender is who he says he is.
    pub(super) fn authenticate(&self, work: &mut Work, ctx: &mut Ctx<'_>) -> Next {
        if let Some(Token::Basic { userid, password, .. }) = work.evidence.token.clone() {
            match self.logon((&userid, &password), work, ctx) {
                Ok(credential) if work.evidence.identity.is_none() => {
                    work.received = Some(credential);
                    return Next::Go(Stage::Presence);
                }
                Ok(_) => {}
                Err(next) => return next,
            }
        }
        // The transport has proved a certificate and a started task.
        Next::Go(match self.setup.config.inbound.first {
            First::Trust => Stage::Identify,
            First::Authentication => Stage::Trust,
        })
    }

    /// A user ID and password are those of the registry.
    pub(super) fn logon(
        &self,
        (userid, password): (&str, &crate::nodes::esm::database::Password),
        work: &mut Work,
        ctx: &mut Ctx<'_>,
    ) -> Result<Credential, Next> {
        let config = &self.setup.config;
        let (credential, told) = match &config.registry {
            Registry::LocalOs => {
                let userid = self.folded(userid);
                let Some((codes, _)) = work.answer.take() else {
                    let prefix = config.zos.as_ref().and_then(|zos| zos.profile_prefix.clone());
                    return Err(Next::Ask(Box::new(SafService::Logon {
                        userid,
                        secret: password.clone(),
                        group: None,
                        application: prefix.unwrap_or_else(|| APPLICATION.to_owned()),
                    })));
                };
                let right = codes == saf::SUCCESS;
                (right.then(|| Credential::of(userid)), codes.to_string())
            }
            Registry::Ldap(directory) => {
                let found = directory.by_name(userid);
                let is_own = found.as_ref().is_some_and(|found| {
                    found.entry.password.as_ref().is_some_and(|own| own == password)
                });
                let told = match (&found, is_own) {
                    (None, _) => "no entry",
                    (Some(_), false) => "another password",
                    (Some(_), true) => "his password",
                };
                let found = found.filter(|_| is_own);
                (found.map(|found| Credential::of(directory.userid(&found))), told.to_owned())
            }
            Registry::None => (None, "there is no registry".to_owned()),
        };
        let accepted = Check::holds(
            &rules::PASSWORD,
            Operand::new("user", userid.to_owned()),
            Operand::new("registry", told.clone()),
            credential.is_some(),
        );
        match (ctx.decide(accepted), credential) {
            (true, Some(credential)) => Ok(credential),
            _ => {
                let why = format!("the registry refuses {userid}: {told}");
                Err(Next::Refuse(&assertion::SENDER_REFUSED, why))
            }
        }
    }

    /// A user ID as the registry writes it: an ESM has no lower case.
    pub(super) fn folded(&self, userid: &str) -> String {
        match self.setup.config.registry {
            Registry::LocalOs => userid.to_ascii_uppercase(),
            Registry::Ldap(_) | Registry::None => userid.to_owned(),
        }
    }
}
