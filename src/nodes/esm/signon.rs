//! Sign-on at a terminal: the user, what he gives, then the port of entry and the application.
//!
//! ```text
//!   user, group ── no ──> 8/4, 8/20, 8/28, 8/36
//!        │
//!   password or PassTicket, where one is given ── no ──> 8/8, 8/12
//!        │
//!   READ to the terminal (class TERMINAL) ── no ──> 8/48
//!        │
//!   READ to the application (class APPL) ── no ──> 8/52
//!        │
//!   a new password, where one is given ── not acceptable ──> 8/16
//! ```
//!
//! The order behind the user is assumed. A class that is not active, and a resource that no profile covers, keep nobody out.

use super::database::AccessLevel;
use super::{Caller, Ctx, Decide, Esm, answer, verify};
use crate::catalogue::saf::{self, SafReturn};
use crate::nodes::frame::{SafResult, SignOn};

const TERMINAL: &str = "TERMINAL";
const APPL: &str = "APPL";

impl Esm {
    /// RACROUTE REQUEST=VERIFY, ENVIR=CREATE.
    pub(super) fn sign_on(&mut self, caller: Caller, request: &SignOn, ctx: &mut Ctx<'_>) {
        let codes = self.admit(request, ctx).err().unwrap_or(saf::SUCCESS);
        if codes != saf::SUCCESS {
            self.log_refusal(&request.userid, codes, ctx);
        }
        answer(caller, codes, SafResult::None, ctx);
    }

    fn admit(&mut self, request: &SignOn, ctx: &mut Ctx<'_>) -> Result<(), SafReturn> {
        let SignOn { userid, secret, new_secret, group, application, terminal } = request;
        self.recall_user(userid, ctx);
        let verification = verify(&self.database, userid, group.as_deref());
        ctx.decided(verification.checks);
        let Some(group) = verification.group else { return Err(verification.codes) };
        let proof = match secret {
            Some(secret) => {
                let given = (secret, new_secret.is_some());
                Some(self.judge(userid, given, (application, &group), ctx)?)
            }
            None => None,
        };
        let entries = [
            (TERMINAL, terminal, saf::TERMINAL_REFUSED),
            (APPL, application, saf::APPLICATION_REFUSED),
        ];
        for (class, resource, refusal) in entries {
            let wanted = AccessLevel::Read;
            let (_, decision) = self.decide_access(userid, (class, resource), wanted, ctx);
            if decision.codes == saf::ACCESS_DENIED {
                return Err(refusal);
            }
        }
        match (new_secret, proof) {
            (Some(new), Some(proof)) => self.renew(userid, new, proof, ctx),
            _ => Ok(()),
        }
    }
}
