//! VERIFY PASSWORD and VERIFY PHRASE: is this what the user signs on with?
//!
//! The password may be a PassTicket. The fast service that takes passwords alone is not modelled: the
//! ESM gets a full request at once, as it does where the fast one fails (support document PI84714).

use std::sync::Arc;

use super::{Execution, Judged, Step, demand, pending};
use crate::catalogue::messages;
use crate::catalogue::response::Response;
use crate::catalogue::saf::{self, SafReturn};
use crate::catalogue::verify_password::{
    PHRASELEN_NOT_VALID, Table, VERIFY_PASSWORD, VERIFY_PHRASE,
};
use crate::check::{Check, Operand, Unit};
use crate::nodes::Ctx;
use crate::nodes::cics::calls::Call;
use crate::nodes::cics::exec::{Command, Opt, Verb};
use crate::nodes::cics::message::stamp;
use crate::nodes::cics::task::{Pending, Task, Waiting};
use crate::nodes::cics::{Region, rules};
use crate::nodes::esm::database::Password;
use crate::nodes::frame::SafService;
use crate::protocol::charset;

/// Longest phrase (bytes).
const PHRASE_MAX: i64 = 100;

fn table(command: &Command) -> &'static Table {
    if command.verb() == Verb::VerifyPhrase { &VERIFY_PHRASE } else { &VERIFY_PASSWORD }
}

impl Region {
    pub(super) fn verify_password(
        &mut self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
        let userid = execution.text(Opt::Userid).unwrap_or_default();
        let secret = match self.given(&execution, &userid, ctx) {
            Ok(secret) => secret,
            Err(response) => return execution.raise(response),
        };
        let group = execution.text(Opt::Groupid).filter(|group| !group.is_empty());
        let application = self.setup.applid.clone();
        let service = SafService::Logon { userid, secret, group, application };
        self.call_saf(service, Call::Task { task: task.number, timer: None }, ctx);
        Step::Wait(Waiting::Password(pending(command, begin)))
    }

    /// What the user gives, where there is something to ask the ESM about.
    fn given(
        &self,
        execution: &Execution<'_>,
        userid: &str,
        ctx: &mut Ctx<'_>,
    ) -> Judged<Password> {
        let table = table(execution.command);
        let is_phrase = execution.command.verb() == Verb::VerifyPhrase;
        let opt = if is_phrase { Opt::Phrase } else { Opt::Password };
        let bytes = typed(execution, opt, &PHRASELEN_NOT_VALID, ctx)?;
        let has_form = !userid.is_empty() && !userid.contains(' ');
        let shown = Operand::new("USERID", userid.to_owned());
        let form = Operand::new("form", "no blank inside, not blank");
        let named = Check::holds(&rules::USERID_FORM, shown, form, has_form);
        demand(named, &table.userid_not_valid, ctx)?;
        let secret = not_blank(&bytes, &table.missing, ctx)?;
        demand(self.security_active(), &table.security_not_active, ctx)?;
        Ok(secret)
    }

    /// The ESM has answered.
    pub(in crate::nodes::cics) fn password_judged(
        &mut self,
        task: &mut Task,
        Pending { command, begin }: &Pending,
        codes: SafReturn,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        match codes {
            saf::PASSWORD_WRONG => self.report(&messages::DFHXS1201, task, command, ctx),
            saf::PASSWORD_EXPIRED => self.report(&messages::DFHXS1202, task, command, ctx),
            _ => {}
        }
        let Some(mut execution) = Execution::new(task, command, *begin) else {
            return Step::Return;
        };
        execution.set_code(Opt::Esmresp, codes.rc);
        execution.set_code(Opt::Esmreason, codes.rsn);
        let table = table(command);
        let response = match codes {
            saf::SUCCESS => return execution.done(),
            saf::NO_DECISION => &table.esm_not_responding,
            saf::USER_UNKNOWN => &table.unknown,
            saf::PASSWORD_WRONG => &table.wrong,
            saf::PASSWORD_EXPIRED => &table.expired,
            saf::USER_REVOKED => &table.revoked,
            saf::GROUP_REVOKED => &table.group_revoked,
            _ => &table.unclassified,
        };
        execution.raise(response)
    }

    fn report(
        &mut self,
        message: &'static messages::Message,
        task: &Task,
        command: &Command,
        ctx: &mut Ctx<'_>,
    ) {
        let areas = task.levels.last().map(|level| &level.areas);
        let userid = areas.and_then(|areas| command.text(Opt::Userid, areas)).unwrap_or_default();
        let form = self.setup.config.sit.datform;
        let (date, time) = stamp(ctx.now().nanos(), self.setup.gmt_offset, form);
        let (applid, port) = (&self.setup.applid, self.port(task));
        let inserts = [&date, &time, applid, &userid, &task.transaction, &task.userid, &port];
        let inserts = inserts.map(String::as_str);
        let line = message.text(&inserts).unwrap_or_default();
        self.message(Some(task.number), message.id, (line, None), ctx);
    }
}

/// The bytes of a password, or as many of a phrase as its length says.
pub(super) fn typed(
    execution: &Execution<'_>,
    opt: Opt,
    length_not_valid: &'static Response,
    ctx: &mut Ctx<'_>,
) -> Judged<Vec<u8>> {
    let mut bytes = execution.command.bytes(opt, execution.areas).unwrap_or_default().into_owned();
    let length = match opt {
        Opt::Phrase => Some(Opt::Phraselen),
        Opt::Newphrase => Some(Opt::Newphraselen),
        _ => None,
    };
    if let Some(coded) = length {
        let length = execution.number(coded).unwrap_or(0);
        let coded = (Operand::new(coded.word(), length.to_string()), length);
        let range = ("area", 1..=PHRASE_MAX.min(bytes.len() as i64));
        let fits = Check::between(&rules::PHRASELEN, coded, range, Unit::Bytes);
        demand(fits, length_not_valid, ctx)?;
        bytes.truncate(usize::try_from(length).unwrap_or(0));
    }
    Ok(bytes)
}

/// Characters as somebody typed them, without the blanks behind.
pub(super) fn text_of(bytes: &[u8]) -> String {
    charset::decode(bytes).trim_end().to_owned()
}

/// What was typed, where it is something.
pub(super) fn not_blank(
    bytes: &[u8],
    missing: &'static Response,
    ctx: &mut Ctx<'_>,
) -> Judged<Password> {
    let text = text_of(bytes);
    let there = Check::holds(
        &rules::PASSWORD_GIVEN,
        Operand::new("given", if text.is_empty() { "blanks" } else { "characters" }),
        Operand::new("needed", "characters"),
        !text.is_empty(),
    );
    demand(there, missing, ctx)?;
    Ok(Password::new(text))
}
