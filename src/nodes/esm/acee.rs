//! initACEE (IRRSIA00): the security environment of a user whom a server vouches for, or of whoever has
//! a certificate (z/OS RACF Callable Services, initACEE).
//!
//! ```text
//!   certificate ── registered with TRUST or HIGHTRUST? ── no ──> 8/8/40
//!        │ its owner, or that of the filter for its names, where it is not registered
//!   user, default group ── not defined ──> 8/8/16, revoked ──> 8/8/28
//! ```

use super::database::certificate::{CERTAUTH, SITE};
use super::database::filter::{self, Filters};
use super::database::verify::Verification;
use super::{Caller, Ctx, Decide, Esm, answer, verify};
use crate::catalogue::saf::{self, SafReturn};
use crate::check::{Check, Operand, rules};
use crate::nodes::frame::{Acee, SafResult, Subject};
use crate::protocol::x509::Certificate;

rules! {
    READABLE Documented "esm.acee-certificate" "z/OS RACF Callable Services, initACEE, reason 36"
        "What is to be mapped is a certificate."
    REGISTERED Documented "esm.certificate-registered"
        "z/OS RACF Security Administrator's Guide, mapping certificates to user IDs"
        "A certificate is its user's where it is in the database, by serial number and issuer, and trusted."
    FILTERED Documented "esm.certificate-filter"
        "z/OS RACF Security Administrator's Guide, certificate name filters"
        "Whose certificate it is that is not in the database, the most specific filter for its names tells."
}

impl Esm {
    /// Tells who somebody is, and to which groups he is connected.
    pub(super) fn init_acee(&mut self, caller: Caller, subject: &Subject, ctx: &mut Ctx<'_>) {
        let found = match subject {
            Subject::User(userid) => Ok(userid.clone()),
            Subject::Certificate(der) => self.owner(der, ctx),
        };
        let made = found.and_then(|userid| self.environment(userid, ctx));
        let (codes, result) = match made {
            Ok(acee) => (saf::SUCCESS, SafResult::Acee(acee)),
            Err(codes) => (codes, SafResult::None),
        };
        answer(caller, codes, result, ctx);
    }

    fn environment(&self, userid: String, ctx: &mut Ctx<'_>) -> Result<Acee, SafReturn> {
        self.recall_user(&userid, ctx);
        let Verification { codes, group, checks } = verify(&self.database, &userid, None);
        ctx.decided(checks);
        let (Some(group), Some(user)) = (group, self.database.users.get(&userid)) else {
            self.log_refusal(&userid, codes, ctx);
            return Err(if codes == saf::USER_UNKNOWN {
                saf::ACEE_USER_UNKNOWN
            } else {
                saf::ACEE_REVOKED
            });
        };
        let others = user.active_groups().filter(|other| *other != group).map(str::to_owned);
        let groups = [group.clone()].into_iter().chain(others).collect();
        Ok(Acee { userid, groups })
    }

    /// The user to whom a certificate was added.
    fn owner(&self, der: &[u8], ctx: &mut Ctx<'_>) -> Result<String, SafReturn> {
        let read = Certificate::from_der(der);
        let state = Operand::new("certificate", if read.is_ok() { "read" } else { "not readable" });
        let bytes = Operand::new("bytes", der.len().to_string());
        let readable = ctx.decide(Check::holds(&READABLE, bytes, state, read.is_ok()));
        let (true, Ok(certificate)) = (readable, read) else { return Err(saf::ACEE_CERTIFICATE) };
        self.recall_certificates(ctx);
        let owner = match (self.registered(&certificate), self.storage.filters()) {
            (Registered::Not, Some(filters)) => return mapped(filters, &certificate, ctx),
            (Registered::Of(owner), _) => Some(owner),
            (Registered::Not | Registered::WithoutTrust, _) => None,
        };
        let name = format!("{} of {}", certificate.serial_digits(), certificate.issuer);
        let registered = Check::holds(
            &REGISTERED,
            Operand::new("certificate", name),
            Operand::new("user", owner.clone().unwrap_or_else(|| "none".to_owned())),
            owner.is_some(),
        );
        let registered = registered.about([Operand::new("subject", certificate.subject.clone())]);
        if ctx.decide(registered) {
            owner.ok_or(saf::ACEE_NO_MAPPING)
        } else {
            Err(saf::ACEE_NO_MAPPING)
        }
    }

    /// Whether a user has a certificate of this serial number and issuer. One with NOTRUST is in the database
    /// all the same: filters are not asked (assumed).
    fn registered(&self, wanted: &Certificate) -> Registered {
        let is_it = |file: &str| {
            let own = self.files.get(file).and_then(|bytes| Certificate::read(bytes).ok());
            own.is_some_and(|own| (&own.serial, &own.issuer) == (&wanted.serial, &wanted.issuer))
        };
        let owners = self.storage.certificates(&self.database).owners();
        let users = owners.filter(|(owner, _)| ![CERTAUTH, SITE].contains(&owner.as_str()));
        let held = users.flat_map(|(owner, labels)| labels.values().map(move |one| (owner, one)));
        let found: Vec<_> = held.filter(|(_, one)| is_it(&one.file)).collect();
        match found.iter().find(|(_, one)| one.trust.is_trusted()) {
            Some((owner, _)) => Registered::Of((*owner).clone()),
            None if found.is_empty() => Registered::Not,
            None => Registered::WithoutTrust,
        }
    }
}

enum Registered {
    Of(String),
    WithoutTrust,
    Not,
}

/// The user to whom filters map a certificate.
fn mapped(
    filters: &Filters,
    certificate: &Certificate,
    ctx: &mut Ctx<'_>,
) -> Result<String, SafReturn> {
    let found = filter::find(filters, &certificate.subject, &certificate.issuer);
    let named = found.map(|(user, label)| format!("{label} of {user}"));
    let check = Check::holds(
        &FILTERED,
        Operand::new("certificate", certificate.subject.clone()),
        Operand::new("filter", named.unwrap_or_else(|| "none".to_owned())),
        found.is_some(),
    );
    let check = check.about([Operand::new("issuer", certificate.issuer.clone())]);
    match (ctx.decide(check), found) {
        (true, Some((user, _))) => Ok(user.to_owned()),
        _ => Err(saf::ACEE_NO_MAPPING),
    }
}
