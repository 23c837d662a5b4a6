//! SIGNON, SIGNON TOKEN and SIGNOFF: whose terminal is it?
//!
//! A sign-on changes the user of the task's terminal, never that of the running task (CICS TS 5.5, SIGNON): the
//! next task from the terminal runs under the new user.
//!
//! ```text
//!   terminal ── none, preset, signed on ──> INVREQ 10, 11, 9
//!      │
//!   SIGNON: options, SEC=NO ──> 30, LENGERR 1, 1, LENGERR 2, 2, 18        SIGNON TOKEN: as VERIFY TOKEN, to R_usermap
//!      │                                                        │
//!      └───────> RACROUTE VERIFY: user, what he gives, group, terminal, application
//!                     │
//!                  the terminal's user
//! ```
//!
//! The order of the checks before the ESM is assumed.

use std::sync::Arc;

use super::verify_token::set_output;
use super::{Execution, Judged, Step, demand, password, pending};
use crate::catalogue::messages;
use crate::catalogue::response::Response;
use crate::catalogue::saf::{self, SafReturn};
use crate::catalogue::signon::{
    BY_TOKEN, EXPIRED, GROUP_REVOKED, MISSING, MIXED, NEW_NOT_ACCEPTABLE, NEWPHRASELEN_NOT_VALID,
    NO_TERMINAL, NOBODY, ON, PHRASELEN_NOT_VALID, PRESET, Table, UNKNOWN, USERID_BLANK, WRONG,
};
use crate::catalogue::verify_token::NO_USER;
use crate::check::{Check, Operand};
use crate::nodes::cics::calls::Call;
use crate::nodes::cics::exec::{Command, Opt, Verb};
use crate::nodes::cics::message::stamp;
use crate::nodes::cics::task::{Pending, Task, Waiting};
use crate::nodes::cics::{Region, rules};
use crate::nodes::esm::PASSWORD_MAX;
use crate::nodes::esm::database::Password;
use crate::nodes::frame::{SafService, SignOn};
use crate::nodes::{Ctx, Decide as _};
use crate::trace::Record;

/// A user who is signing on, while the ESM is asked.
#[derive(Clone, Debug)]
pub(in crate::nodes::cics) struct SigningOn {
    userid: String,
    /// What an accepted token gives back; empty where there is none.
    output: Vec<u8>,
    pending: Pending,
}

/// What a user gives at sign-on.
#[derive(Debug, Default)]
pub(super) struct Given {
    /// A password, phrase or PassTicket; none where a token has told who he is.
    secret: Option<Password>,
    /// What he wants to give from now on.
    new_secret: Option<Password>,
    /// What an accepted token gives back; empty where there is none.
    output: Vec<u8>,
}

impl Given {
    /// A token has told who he is.
    pub(super) fn by_token(output: Vec<u8>) -> Given {
        Given { output, ..Given::default() }
    }
}

/// The responses about the terminal, which differ by command.
struct Refusals {
    no_terminal: &'static Response,
    preset: &'static Response,
}

impl Region {
    pub(super) fn signon(
        &mut self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let terminal = task.terminal.clone();
        let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
        let judged = self.free_terminal(terminal.as_deref(), &ON, ctx);
        let judged = judged.and_then(|()| self.typed(&execution, ctx));
        match judged {
            Ok((userid, given)) => self.ask_to_sign_on(task, &userid, given, (command, begin), ctx),
            Err(response) => execution.raise(response),
        }
    }

    /// Whether a sign-on can change the user of the task's terminal.
    pub(super) fn free_terminal(
        &self,
        terminal: Option<&str>,
        table: &'static Table,
        ctx: &mut Ctx<'_>,
    ) -> Judged<()> {
        let refusals = Refusals { no_terminal: &table.no_terminal, preset: &table.preset };
        let terminal = self.own_terminal(terminal, &refusals, ctx)?;
        let user = self.signed_on.get(terminal);
        let state = user.map_or("nobody".to_owned(), |user| format!("{user} is signed on"));
        let free = Check::holds(
            &rules::TERMINAL_FREE,
            Operand::new("terminal", terminal.to_owned()),
            Operand::new("state", state),
            user.is_none(),
        );
        demand(free, &table.already, ctx)
    }

    /// The task's terminal, whose user sign-on and sign-off change.
    fn own_terminal<'a>(
        &self,
        terminal: Option<&'a str>,
        refusals: &Refusals,
        ctx: &mut Ctx<'_>,
    ) -> Judged<&'a str> {
        let shown = terminal.unwrap_or("none").to_owned();
        let has_one = Check::holds(
            &rules::TASK_TERMINAL,
            Operand::new("terminal of the task", shown.clone()),
            Operand::new("needed", "one"),
            terminal.is_some(),
        );
        demand(has_one, refusals.no_terminal, ctx)?;
        let terminal = terminal.ok_or(refusals.no_terminal)?;
        let preset = self.setup.preset_user(terminal);
        let is_open = Check::holds(
            &rules::NOT_PRESET,
            Operand::new("terminal", shown),
            Operand::new("preset user", preset.unwrap_or("none").to_owned()),
            preset.is_none(),
        );
        demand(is_open, refusals.preset, ctx)?;
        Ok(terminal)
    }

    /// The user and what he gives, where there is something to ask the ESM about.
    fn typed(&self, execution: &Execution<'_>, ctx: &mut Ctx<'_>) -> Judged<(String, Given)> {
        let userid = execution.text(Opt::Userid).unwrap_or_default();
        let named = Check::holds(
            &rules::USERID_GIVEN,
            Operand::new(
                "USERID",
                if userid.is_empty() { "blanks".to_owned() } else { userid.clone() },
            ),
            Operand::new("needed", "characters"),
            !userid.is_empty(),
        );
        demand(named, &USERID_BLANK, ctx)?;
        let opt = if execution.command.has(Opt::Phrase) { Opt::Phrase } else { Opt::Password };
        let bytes = password::typed(execution, opt, &PHRASELEN_NOT_VALID, ctx)?;
        let secret = password::not_blank(&bytes, &MISSING, ctx)?;
        let new_secret = new_secret(execution, &secret, ctx)?;
        demand(self.security_active(), &ON.security_not_active, ctx)?;
        Ok((userid, Given { secret: Some(secret), new_secret, output: Vec::new() }))
    }

    /// Asks the ESM whether the user may sign on at the terminal.
    pub(super) fn ask_to_sign_on(
        &mut self,
        task: &Task,
        userid: &str,
        given: Given,
        (command, begin): (&Arc<Command>, u64),
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let areas = task.levels.last().map(|level| &level.areas);
        let group = areas.and_then(|areas| command.text(Opt::Groupid, areas));
        let terminal = task.terminal.as_deref().unwrap_or_default();
        let Given { secret, new_secret, output } = given;
        let service = SafService::SignOn(SignOn {
            userid: userid.to_owned(),
            secret,
            new_secret,
            group: group.filter(|group| !group.is_empty()),
            application: self.setup.applid.clone(),
            terminal: self.setup.netname(terminal).to_owned(),
        });
        self.call_saf(service, Call::Task { task: task.number, timer: None }, ctx);
        let pending = pending(command, begin);
        Step::Wait(Waiting::SignOn(Box::new(SigningOn {
            userid: userid.to_owned(),
            output,
            pending,
        })))
    }

    /// The ESM has answered.
    pub(in crate::nodes::cics) fn sign_on_judged(
        &mut self,
        task: &mut Task,
        signing: &SigningOn,
        codes: SafReturn,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let SigningOn { userid, output, pending: Pending { command, begin } } = signing;
        let terminal = task.terminal.clone().unwrap_or_default();
        match codes {
            saf::SUCCESS => {
                ctx.say(
                    Record::new("terminal.signon")
                        .task(task.number)
                        .text("terminal", terminal.clone())
                        .text("userid", userid.clone()),
                );
                self.signed_on.insert(terminal, userid.clone());
            }
            saf::USER_REVOKED => self.tell_revoked(task, &terminal, userid, ctx),
            _ => {}
        }
        let by_token = command.verb() == Verb::SignonToken;
        let signed_on = codes == saf::SUCCESS;
        let kept = (signed_on && !output.is_empty()).then(|| task.keep(output));
        let Some(mut execution) = Execution::new(task, command, *begin) else {
            return Step::Return;
        };
        if signed_on {
            set_output(&mut execution, kept, output);
        }
        execution.set_code(Opt::Esmresp, codes.rc);
        execution.set_code(Opt::Esmreason, codes.rsn);
        match refusal(by_token, codes) {
            Some(response) => execution.raise(response),
            None => execution.done(),
        }
    }

    /// DFHSN1120: the one message of a refused sign-on whose text is public.
    fn tell_revoked(&mut self, task: &Task, terminal: &str, userid: &str, ctx: &mut Ctx<'_>) {
        let form = self.setup.config.sit.datform;
        let (date, time) = stamp(ctx.now().nanos(), self.setup.gmt_offset, form);
        let netname = self.setup.netname(terminal);
        let inserts = [&date, &time, self.setup.applid.as_str(), netname, userid];
        let line = messages::DFHSN1120.text(&inserts).unwrap_or_default();
        self.message(Some(task.number), messages::DFHSN1120.id, (line, None), ctx);
    }

    pub(super) fn signoff(
        &mut self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let terminal = task.terminal.clone();
        let number = task.number;
        let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
        match self.sign_off(terminal.as_deref(), number, ctx) {
            Ok(()) => execution.done(),
            Err(response) => execution.raise(response),
        }
    }

    fn sign_off(&mut self, terminal: Option<&str>, task: u32, ctx: &mut Ctx<'_>) -> Judged<()> {
        let refusals = Refusals { no_terminal: &NO_TERMINAL, preset: &PRESET };
        let terminal = self.own_terminal(terminal, &refusals, ctx)?;
        let user = self.signed_on.get(terminal).cloned();
        let somebody = Check::holds(
            &rules::SIGNED_ON,
            Operand::new("terminal", terminal.to_owned()),
            Operand::new("user", user.clone().unwrap_or_else(|| "none".to_owned())),
            user.is_some(),
        );
        demand(somebody, &NOBODY, ctx)?;
        self.signed_on.remove(terminal);
        let record =
            Record::new("terminal.signoff").task(task).text("terminal", terminal.to_owned());
        ctx.say(record.maybe("userid", user));
        Ok(())
    }
}

/// The new password or phrase, where one is given: of the kind of the old one. Blanks are none.
fn new_secret(
    execution: &Execution<'_>,
    old: &Password,
    ctx: &mut Ctx<'_>,
) -> Judged<Option<Password>> {
    let coded = [Opt::Newpassword, Opt::Newphrase];
    let Some(opt) = coded.into_iter().find(|opt| execution.command.has(*opt)) else {
        return Ok(None);
    };
    let bytes = password::typed(execution, opt, &NEWPHRASELEN_NOT_VALID, ctx)?;
    let text = password::text_of(&bytes);
    if text.is_empty() {
        return Ok(None);
    }
    let kind = |text: &str| match text.chars().count() {
        ..=PASSWORD_MAX => "password",
        _ => "phrase",
    };
    let (old, new) = (kind(old.reveal()), kind(&text));
    let (old_kind, new_kind) = (Operand::new("old", old), Operand::new("new", new));
    demand(Check::holds(&rules::NEW_SAME_KIND, new_kind, old_kind, old == new), &MIXED, ctx)?;
    Ok(Some(Password::new(text)))
}

/// The response to what the ESM says; none where it lets the user in.
fn refusal(by_token: bool, codes: SafReturn) -> Option<&'static Response> {
    let table = if by_token { &BY_TOKEN } else { &ON };
    Some(match codes {
        saf::SUCCESS => return None,
        // A principal's user that is not there is as if there were none.
        saf::USER_UNKNOWN if by_token => &NO_USER,
        saf::USER_UNKNOWN => &UNKNOWN,
        saf::PASSWORD_WRONG => &WRONG,
        saf::PASSWORD_EXPIRED => &EXPIRED,
        saf::NEW_PASSWORD_NOT_VALID => &NEW_NOT_ACCEPTABLE,
        saf::GROUP_REVOKED if !by_token => &GROUP_REVOKED,
        saf::USER_NOT_IN_GROUP | saf::GROUP_REVOKED => &table.not_in_group,
        saf::USER_REVOKED => &table.revoked,
        saf::TERMINAL_REFUSED => &table.terminal_refused,
        saf::APPLICATION_REFUSED => &table.application_refused,
        _ => &table.unclassified,
    })
}
