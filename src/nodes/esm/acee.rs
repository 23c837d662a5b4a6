//! initACEE (IRRSIA00): the security environment of a user whom a server vouches for, or of whoever has
//! a certificate (z/OS RACF Callable Services, initACEE).
//!
//! ```text
//!   certificate ── registered with TRUST or HIGHTRUST? ── no ──> 8/8/40
//!        │ its owner
//!   user, default group ── not defined ──> 8/8/16, revoked ──> 8/8/28
//! ```

use super::database::certificate::{CERTAUTH, SITE};
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
        let owner = self.registered(&certificate);
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

    /// The user who has a certificate of this serial number and issuer that is trusted.
    fn registered(&self, wanted: &Certificate) -> Option<String> {
        let is_it = |file: &str| {
            let own = self.files.get(file).and_then(|bytes| Certificate::read(bytes).ok());
            own.is_some_and(|own| (&own.serial, &own.issuer) == (&wanted.serial, &wanted.issuer))
        };
        let owners = self.storage.certificates(&self.database).owners();
        let mut users = owners.filter(|(owner, _)| ![CERTAUTH, SITE].contains(&owner.as_str()));
        let holds = |certificate: &super::database::Certificate| {
            certificate.trust.is_trusted() && is_it(&certificate.file)
        };
        users.find(|(_, labels)| labels.values().any(holds)).map(|(owner, _)| owner.clone())
    }
}
