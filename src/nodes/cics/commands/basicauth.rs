//! VERIFY TOKEN (BASICAUTH): a user ID and his password or PassTicket in one token, `userid:password`.
//!
//! With BASE64 the token holds what HTTP carries, in UTF-8; with BIT the text itself in the region's code
//! page (assumed). Nothing is written to CSCS; the ESM tells its own log.

use std::sync::Arc;

use super::{Execution, Judged, Step, demand, pending};
use crate::catalogue::saf::{self, SafReturn};
use crate::catalogue::verify_token::{
    ESM_NOT_AVAILABLE, NO_USER, REFUSED, TOKEN_MALFORMED, USER_REVOKED,
};
use crate::check::{Check, Operand};
use crate::nodes::Ctx;
use crate::nodes::cics::calls::Call;
use crate::nodes::cics::exec::{Command, Opt};
use crate::nodes::cics::task::{Pending, Task, Waiting};
use crate::nodes::cics::{Region, rules};
use crate::nodes::esm::database::Password;
use crate::nodes::frame::SafService;

impl Region {
    /// Asks the ESM about the user of a token whose text is known.
    pub(super) fn verify_basic(
        &mut self,
        task: &mut Task,
        (command, begin): (&Arc<Command>, u64),
        text: Option<&str>,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
        let (userid, secret) = match self.user_and_secret(text, ctx) {
            Ok(both) => both,
            Err(response) => return execution.raise(response),
        };
        let application = self.setup.applid.clone();
        let logon = SafService::Logon { userid: userid.clone(), secret, group: None, application };
        self.call_saf(logon, Call::Task { task: task.number, timer: None }, ctx);
        Step::Wait(Waiting::Basic(userid, pending(command, begin)))
    }

    fn user_and_secret(&self, text: Option<&str>, ctx: &mut Ctx<'_>) -> Judged<(String, Password)> {
        let parts = text.and_then(|text| text.trim_end().split_once(':'));
        let parts = parts.filter(|(userid, secret)| !userid.is_empty() && !secret.is_empty());
        let formed = Check::holds(
            &rules::BASICAUTH_FORM,
            Operand::new("token", if parts.is_some() { "user ID and password" } else { "other" }),
            Operand::new("form", "userid:password"),
            parts.is_some(),
        );
        demand(formed, &TOKEN_MALFORMED, ctx)?;
        demand(self.security_active(), &ESM_NOT_AVAILABLE, ctx)?;
        let (userid, secret) = parts.ok_or(&TOKEN_MALFORMED)?;
        Ok((userid.to_ascii_uppercase(), Password::new(secret)))
    }

    /// The ESM has answered.
    pub(in crate::nodes::cics) fn basic_judged(
        &self,
        task: &mut Task,
        userid: &str,
        Pending { command, begin }: &Pending,
        codes: SafReturn,
    ) -> Step {
        let Some(mut execution) = Execution::new(task, command, *begin) else {
            return Step::Return;
        };
        execution.set_code(Opt::Esmresp, codes.rc);
        execution.set_code(Opt::Esmreason, codes.rsn);
        let response = match codes {
            saf::SUCCESS => {
                execution.set_text(Opt::Isuserid, userid);
                return execution.done();
            }
            saf::NO_DECISION => &ESM_NOT_AVAILABLE,
            saf::USER_UNKNOWN => &NO_USER,
            saf::USER_REVOKED => &USER_REVOKED,
            _ => &REFUSED,
        };
        execution.raise(response)
    }
}
