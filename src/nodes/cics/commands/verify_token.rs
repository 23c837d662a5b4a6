//! VERIFY TOKEN (KERBEROS): from the token in the program's storage to RESP, RESP2 and DFHXS1402.
//! SIGNON TOKEN goes the same way, and then signs the user on.
//!
//! ```text
//!   options, lengths ── wrong ──> RESP2 31 32 36 37 45 60, no message
//!        │
//!   SEC=NO ─────────────────────> 1402 security not active
//!        │
//!   R_ticketserv ── fails ──────> 1402
//!        │
//!   mutual without OUTTOKEN ────> RESP2 52;  no confidentiality, if the region asks ──> 51
//!        │
//!   R_GenSec accept (ENCRYPTKEY or OUTTOKEN) ── fails ──> 1402
//!        │
//!   R_usermap (ISUSERID, SIGNON TOKEN) ── fails ──> 1402
//!        │
//!   NORMAL; for SIGNON TOKEN the sign-on
//! ```

use std::sync::Arc;

use base64::Engine as _;
use rand_core::Rng as _;

use super::signon::Given;
use super::{Execution, Judged, Step, containers, demand};
use crate::catalogue::dfhxs1402::{self, CallSite, Reason};
use crate::catalogue::response::Response;
use crate::catalogue::saf::{self, SafReturn};
use crate::catalogue::signon::BY_TOKEN;
use crate::catalogue::verify_token::{
    BASE64_LENGTH, DATATYPE_NOT_VALID, JWT_NOT_AVAILABLE, NO_CONFIDENTIALITY, NOT_BASE64,
    OUTTOKEN_MISSING, TOKEN_TOO_LONG, TOKENLEN_NOT_VALID, TOKENTYPE_NOT_VALID,
};
use crate::check::{Check, Operand, Unit};
use crate::nodes::cics::Region;
use crate::nodes::cics::exec::{Command, Cvda, Opt, StorageRef, Verb};
use crate::nodes::cics::message::stamp;
use crate::nodes::cics::rules;
use crate::nodes::cics::task::{Task, Waiting};
use crate::nodes::frame::{ContextFacts, SafResult, SafService};
use crate::nodes::{Ctx, Decide};
use crate::protocol::charset;
use crate::protocol::kerberos::gss::GssFlags;

/// Longest Kerberos token (bytes) (assumed, second-hand).
const TOKEN_BYTES_MAX: i64 = 65_535;

/// A VERIFY TOKEN that waits for a service.
#[derive(Clone, Debug)]
pub(in crate::nodes::cics) struct Verify {
    command: Arc<Command>,
    begin: u64,
    stage: Stage,
    token: Vec<u8>,
    /// The AP-REQ demands mutual authentication.
    mutual: bool,
    principal: String,
    context: Option<ContextFacts>,
    userid: Option<String>,
}

/// The service that has been called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    TicketServ,
    Accept,
    UserMap,
}

impl Stage {
    fn call_site(self) -> CallSite {
        match self {
            Stage::TicketServ => CallSite::RTicketserv,
            Stage::Accept => CallSite::RGenSecAccept,
            Stage::UserMap => CallSite::RUsermap,
        }
    }
}

impl Verify {
    fn wants(&self, opt: Opt) -> bool {
        self.command.has(opt)
    }

    /// R_GenSec accept is called for ENCRYPTKEY and OUTTOKEN alone (CICS TS 5.4, VERIFY TOKEN).
    fn wants_context(&self) -> bool {
        self.wants(Opt::Encryptkey) || self.wants(Opt::Outtoken)
    }

    fn wants_user(&self) -> bool {
        self.wants(Opt::Isuserid) || self.signs_on()
    }

    fn signs_on(&self) -> bool {
        self.command.verb() == Verb::SignonToken
    }
}

impl Region {
    pub(super) fn verify_token(
        &mut self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        if command.has(Opt::Encryptkey) {
            // Running the command with ENCRYPTKEY ends the earlier key, whatever comes of it
            // (assumed for one that fails).
            task.encrypt_key = None;
        }
        let area = containers::bytes_of(task, command, Opt::Token);
        let terminal = task.terminal.clone();
        let (kind, base64, token) = {
            let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
            let ready = match command.verb() {
                Verb::SignonToken => self.free_terminal(terminal.as_deref(), &BY_TOKEN, ctx),
                _ => Ok(()),
            };
            match ready.and_then(|()| token_of(&execution, area, ctx)) {
                Ok(token) => token,
                Err(response) => return execution.raise(response),
            }
        };
        if kind == Cvda::Basicauth {
            let utf8 = base64.then(|| String::from_utf8(token.clone()).ok());
            let text = utf8.unwrap_or_else(|| Some(charset::decode(&token)));
            return self.verify_basic(task, (command, begin), text.as_deref(), ctx);
        }
        let verify = Verify {
            command: command.clone(),
            begin,
            stage: Stage::TicketServ,
            token,
            mutual: false,
            principal: String::new(),
            context: None,
            userid: None,
        };
        if !ctx.decide(self.security_active()) {
            return self.failed(task, &verify, Reason::SecurityNotActive, saf::SUCCESS, ctx);
        }
        self.call_stage(task.number, verify, ctx)
    }

    /// Calls the service of a stage and waits for it.
    fn call_stage(&mut self, task: u32, verify: Verify, ctx: &mut Ctx<'_>) -> Step {
        let server = self.setup.config.kerberos_user().map(str::to_owned);
        let service = match verify.stage {
            Stage::TicketServ => SafService::TicketServ { server, token: verify.token.clone() },
            Stage::Accept => SafService::GenSecAccept { server, token: verify.token.clone() },
            Stage::UserMap => SafService::UserMap { principal: verify.principal.clone() },
        };
        self.call_kerberos(service, task, ctx);
        Step::Wait(Waiting::Token(Box::new(verify)))
    }

    /// The service of the stage has returned (or has not, and the time is up).
    pub(in crate::nodes::cics) fn verify_returned(
        &mut self,
        task: &mut Task,
        mut verify: Verify,
        codes: SafReturn,
        result: SafResult,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        match (codes == saf::SUCCESS, result) {
            (true, SafResult::Ticket(facts)) if verify.stage == Stage::TicketServ => {
                verify.principal = facts.principal;
                verify.mutual = facts.mutual_required;
                if let Err(response) = self.token_suits(&verify, facts.gss_flags, ctx) {
                    return raise(task, &verify, response);
                }
                verify.stage = if verify.wants_context() { Stage::Accept } else { Stage::UserMap };
            }
            (true, SafResult::Context(context)) if verify.stage == Stage::Accept => {
                if !output_token_present(&verify, &context, ctx) {
                    let reason = Reason::NoOutputToken;
                    return self.failed(task, &verify, reason, codes, ctx);
                }
                verify.context = Some(context);
                verify.stage = Stage::UserMap;
            }
            (true, SafResult::UserId(userid)) if verify.stage == Stage::UserMap => {
                verify.userid = Some(userid);
                return self.verified(task, verify, ctx);
            }
            _ => {
                let reason = dfhxs1402::classify(verify.stage.call_site(), codes);
                return self.failed(task, &verify, reason, codes, ctx);
            }
        }
        if verify.stage == Stage::UserMap && !verify.wants_user() {
            return self.verified(task, verify, ctx);
        }
        self.call_stage(task.number, verify, ctx)
    }

    /// Whether the options suit a token that R_ticketserv has accepted (CICS TS 5.5, VERIFY TOKEN).
    fn token_suits(&self, verify: &Verify, gss_flags: u32, ctx: &mut Ctx<'_>) -> Judged<()> {
        let with_outtoken = verify.wants(Opt::Outtoken);
        if verify.mutual {
            let suits = Check::holds(
                &rules::OUTTOKEN_FOR_MUTUAL,
                Operand::new("mutual authentication", "requested"),
                Operand::new("OUTTOKEN", if with_outtoken { "coded" } else { "not coded" }),
                with_outtoken,
            );
            demand(suits, &OUTTOKEN_MISSING, ctx)?;
        }
        if verify.wants(Opt::Encryptkey) && self.setup.config.encryptkey_needs_confidentiality {
            let has = GssFlags(gss_flags).has(GssFlags::CONFIDENTIALITY);
            let suits = Check::holds(
                &rules::CONFIDENTIALITY,
                Operand::new("confidentiality flag", if has { "set" } else { "not set" }),
                Operand::new("needed", "set"),
                has,
            );
            demand(suits, &NO_CONFIDENTIALITY, ctx)?;
        }
        Ok(())
    }

    fn verified(&mut self, task: &mut Task, verify: Verify, ctx: &mut Ctx<'_>) -> Step {
        let signs_on = verify.signs_on();
        let Verify { command, begin, context, userid, .. } = verify;
        let output = context.as_ref().map(|context| context.output.clone()).unwrap_or_default();
        if let (true, Some(userid)) = (signs_on, &userid) {
            return self.ask_to_sign_on(
                task,
                userid,
                Given::by_token(output),
                (&command, begin),
                ctx,
            );
        }
        let kept = (!output.is_empty()).then(|| task.keep(&output));
        let key = ctx.random("encryptkey").next_u32().to_be_bytes();
        if let (true, Some(context)) = (command.has(Opt::Encryptkey), context) {
            task.encrypt_key = Some((key, context));
            task.conceal(&key);
        }
        let Some(mut execution) = Execution::new(task, &command, begin) else {
            return Step::Return;
        };
        if let Some(userid) = userid {
            execution.set_text(Opt::Isuserid, &userid);
        }
        if let Some(name) = command.variable(Opt::Encryptkey) {
            // The translator has checked that the area has four bytes.
            let _ = execution.areas.assign(name, &key);
            execution.redacted(Opt::Encryptkey, "4 bytes, not shown".to_owned());
        }
        set_output(&mut execution, kept, &output);
        execution.set_code(Opt::Esmresp, saf::SUCCESS.rc);
        execution.set_code(Opt::Esmreason, saf::SUCCESS.rsn);
        execution.done()
    }

    /// A service failed: DFHXS1402 to CSCS, and the response of its reason to the program.
    fn failed(
        &mut self,
        task: &mut Task,
        verify: &Verify,
        reason: Reason,
        codes: SafReturn,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let local = ctx.now().nanos();
        let form = self.setup.config.sit.datform;
        let (date, time) = stamp(local, self.setup.gmt_offset, form);
        let line = dfhxs1402::text(&dfhxs1402::Inserts {
            date: &date,
            time: &time,
            applid: &self.setup.applid,
            reason,
            codes,
            taskid: task.number,
            tranid: &task.transaction,
            userid: &task.userid,
        });
        let named = Some(format!("{reason:?}"));
        self.message(Some(task.number), dfhxs1402::ID, (line, named), ctx);
        let Verify { command, begin, .. } = verify;
        let Some(mut execution) = Execution::new(task, command, *begin) else {
            return Step::Return;
        };
        execution.set_code(Opt::Esmresp, codes.rc);
        execution.set_code(Opt::Esmreason, codes.rsn);
        execution.raise(reason.row().response)
    }
}

fn raise(task: &mut Task, verify: &Verify, response: &Response) -> Step {
    match Execution::new(task, &verify.command, verify.begin) {
        Some(execution) => execution.raise(response),
        None => Step::Return,
    }
}

/// Returns the output token of the accept, which the task keeps. Without mutual authentication OUTTOKEN
/// and OUTTOKENLEN are zero.
pub(super) fn set_output(execution: &mut Execution<'_>, kept: Option<StorageRef>, output: &[u8]) {
    if let Some(name) = execution.command.variable(Opt::Outtoken) {
        let _ = execution.areas.set_pointer(name, kept);
        let shown = if kept.is_some() { crate::trace::sha256(output) } else { "0".to_owned() };
        execution.redacted(Opt::Outtoken, shown);
    }
    execution.set_number(Opt::Outtokenlen, output.len() as i64);
}

/// Whether the accept gave what was demanded (DFHXS1402, reason: no output token).
fn output_token_present(verify: &Verify, context: &ContextFacts, ctx: &mut Ctx<'_>) -> bool {
    if !(verify.mutual && verify.wants(Opt::Outtoken)) {
        return true;
    }
    let length = context.output.len();
    ctx.decide(Check::at_least(
        &rules::OUTPUT_TOKEN,
        (Operand::new("length of the output token", length.to_string()), length as i64),
        (Operand::new("least", "1"), 1),
        Unit::Bytes,
    ))
}

/// The token's bytes, after the checks of options and lengths that come before any call and write
/// no message (assumed): 31, 32, 60, 45, 36, 37.
fn token_of(
    execution: &Execution<'_>,
    area: Vec<u8>,
    ctx: &mut Ctx<'_>,
) -> Judged<(Cvda, bool, Vec<u8>)> {
    let kind = token_type(execution, ctx)?;
    let base64 = data_type(execution, ctx)? == Cvda::Base64;
    let length = execution.number(Opt::Tokenlen).unwrap_or(0);
    demand(at_least_one(length), &TOKENLEN_NOT_VALID, ctx)?;
    let held = area.len() as i64;
    let area_fits = Check::at_most(
        &rules::TOKEN_LENGTH_AREA,
        tokenlen(length),
        (Operand::new("area", held.to_string()), held),
        Unit::Bytes,
    );
    demand(area_fits, &TOKENLEN_NOT_VALID, ctx)?;
    let token = area.get(..usize::try_from(length).unwrap_or(0)).unwrap_or_default();
    if !base64 {
        demand(not_too_long(length), &TOKEN_TOO_LONG, ctx)?;
        return Ok((kind, base64, token.to_vec()));
    }
    let decoded = base64::engine::general_purpose::STANDARD.decode(charset::decode(token).trim());
    let shown = if decoded.is_ok() { "base64" } else { "not base64" };
    let subject = Operand::new("token", shown);
    let needed = Operand::new("needed", "base64");
    let valid = Check::holds(&rules::BASE64_ALPHABET, subject, needed, decoded.is_ok());
    demand(valid, &NOT_BASE64, ctx)?;
    let decoded = decoded.unwrap_or_default();
    let length = decoded.len() as i64;
    demand(at_least_one(length), &BASE64_LENGTH, ctx)?;
    demand(not_too_long(length), &BASE64_LENGTH, ctx)?;
    Ok((kind, base64, decoded))
}

/// Whether TOKENTYPE is one, goes with the other options, and is served. JWT, and OUTTOKEN with
/// BASICAUTH, are not modelled (assumed).
fn token_type(execution: &Execution<'_>, ctx: &mut Ctx<'_>) -> Judged<Cvda> {
    let coded = execution.command.cvda(Opt::Tokentype, execution.areas);
    let kind = coded.ok().flatten();
    let known = Check::holds(
        &rules::TOKEN_TYPE,
        Operand::new("TOKENTYPE", shown(coded)),
        Operand::new("values", "BASICAUTH JWT KERBEROS"),
        kind.is_some(),
    );
    demand(known, &TOKENTYPE_NOT_VALID, ctx)?;
    if kind == Some(Cvda::Kerberos) {
        return Ok(Cvda::Kerberos);
    }
    let is_kerberos = |rule, name| {
        let subject = (Operand::new("TOKENTYPE", shown(coded)), &kind);
        Check::equal(rule, subject, (Operand::new(name, "KERBEROS"), &Some(Cvda::Kerberos)))
    };
    if execution.command.has(Opt::Encryptkey) {
        let suits = is_kerberos(&rules::ENCRYPTKEY_TYPE, "with ENCRYPTKEY");
        demand(suits, &TOKENTYPE_NOT_VALID, ctx)?;
    }
    let is_served = kind == Some(Cvda::Basicauth) && !execution.command.has(Opt::Outtoken);
    let served = Operand::new("served", "KERBEROS, and BASICAUTH without OUTTOKEN");
    let subject = Operand::new("TOKENTYPE", shown(coded));
    let check = Check::holds(&rules::TOKEN_TYPE_SERVED, subject, served, is_served);
    demand(check, &JWT_NOT_AVAILABLE, ctx)?;
    Ok(Cvda::Basicauth)
}

/// DATATYPE; BIT where it is not coded.
fn data_type(execution: &Execution<'_>, ctx: &mut Ctx<'_>) -> Judged<Cvda> {
    let coded = execution.command.cvda(Opt::Datatype, execution.areas);
    if coded == Ok(None) {
        return Ok(Cvda::Bit);
    }
    let known = Check::holds(
        &rules::DATATYPE,
        Operand::new("DATATYPE", shown(coded)),
        Operand::new("values", "BIT BASE64"),
        coded.is_ok(),
    );
    demand(known, &DATATYPE_NOT_VALID, ctx)?;
    Ok(coded.ok().flatten().unwrap_or(Cvda::Bit))
}

/// A CVDA as it is written, or the number that is none.
fn shown(coded: Result<Option<Cvda>, i64>) -> String {
    match coded {
        Ok(Some(cvda)) => cvda.keyword().word().to_owned(),
        Ok(None) => "not coded".to_owned(),
        Err(number) => number.to_string(),
    }
}

fn tokenlen(length: i64) -> (Operand, i64) {
    (Operand::new("TOKENLEN", length.to_string()), length)
}

fn at_least_one(length: i64) -> Check {
    let least = (Operand::new("least", "1"), 1);
    Check::at_least(&rules::TOKEN_LENGTH_LEAST, tokenlen(length), least, Unit::Bytes)
}

fn not_too_long(length: i64) -> Check {
    let most = (Operand::new("most", TOKEN_BYTES_MAX.to_string()), TOKEN_BYTES_MAX);
    Check::at_most(&rules::TOKEN_LENGTH_MOST, tokenlen(length), most, Unit::Bytes)
}
