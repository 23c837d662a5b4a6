//! REQUEST ENCRYPTPTKT and REQUEST PASSTICKET: a PassTicket for the task's user.
//!
//! ```text
//!   PASSTICKET alone: ESMAPPNAME ── no name ──> 247
//!        │
//!   SEC=NO, or no ESM answers ──> 251;  no PassTicket services ──> 254
//!        │
//!   default user ──> 256
//!        │
//!   ENCRYPTPTKT alone: ENCRYPTKEY not the task's ──> 255;  no confidentiality ──> 257
//!        │
//!   XPTKT=YES: IRRPTAUTH.applid.user ── no ──> 260
//!        │
//!   R_GenSec generate ── refused or not made ──> 250, another failure ──> 252
//!        │
//!   ENCRYPTPTKT alone: R_GenSec wrap ── fails ──> 252
//!        │
//!   NORMAL: the key is used up
//! ```

use std::sync::Arc;

use super::{Execution, Judged, Step, demand};
use crate::catalogue::response::Response;
use crate::catalogue::saf::{self, SafReturn};
use crate::catalogue::{encryptptkt, request_passticket};
use crate::check::{Check, Operand};
use crate::nodes::Ctx;
use crate::nodes::cics::calls::Call;
use crate::nodes::cics::config::Switch;
use crate::nodes::cics::exec::{Command, Opt, Verb};
use crate::nodes::cics::task::{Task, Waiting};
use crate::nodes::cics::{Region, rules};
use crate::nodes::frame::{SafResult, SafService};
use crate::protocol::charset;
use crate::protocol::kerberos::gss::GssFlags;
use crate::protocol::passticket::Name;

/// A request that waits for a service.
#[derive(Clone, Debug)]
pub(in crate::nodes::cics) struct Request {
    command: Arc<Command>,
    begin: u64,
    application: String,
    stage: Stage,
}

/// The service that has been called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Support,
    Region,
    Generate,
    Wrap,
}

/// The responses of one of the two commands.
struct Refusals {
    esm_not_active: &'static Response,
    unclassified: &'static Response,
    not_supported: &'static Response,
    default_user: &'static Response,
    not_built: &'static Response,
    region_not_authorized: &'static Response,
}

static ENCRYPTED: Refusals = Refusals {
    esm_not_active: &encryptptkt::ESM_NOT_ACTIVE,
    unclassified: &encryptptkt::UNCLASSIFIED,
    not_supported: &encryptptkt::NOT_SUPPORTED,
    default_user: &encryptptkt::DEFAULT_USER,
    not_built: &encryptptkt::NOT_BUILT,
    region_not_authorized: &encryptptkt::REGION_NOT_AUTHORIZED,
};

static PLAIN: Refusals = Refusals {
    esm_not_active: &request_passticket::ESM_NOT_ACTIVE,
    unclassified: &request_passticket::UNCLASSIFIED,
    not_supported: &request_passticket::NOT_SUPPORTED,
    default_user: &request_passticket::DEFAULT_USER,
    not_built: &request_passticket::NOT_BUILT,
    region_not_authorized: &request_passticket::REGION_NOT_AUTHORIZED,
};

impl Request {
    fn is_encrypted(&self) -> bool {
        self.command.verb() == Verb::RequestEncryptptkt
    }

    fn refusals(&self) -> &'static Refusals {
        if self.is_encrypted() { &ENCRYPTED } else { &PLAIN }
    }
}

impl Region {
    pub(super) fn request_passticket(
        &mut self,
        task: &mut Task,
        command: &Arc<Command>,
        begin: u64,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        let Some(execution) = Execution::new(task, command, begin) else { return Step::Return };
        let application = execution.text(Opt::Esmappname).unwrap_or_default();
        let stage = Stage::Support;
        let request = Request { command: command.clone(), begin, application, stage };
        match self.may_ask(&request, ctx) {
            Ok(()) => self.ask_for(task, request, SafService::PassTicketSupport, ctx),
            Err(response) => execution.raise(response),
        }
    }

    /// What is decided before the ESM is asked. The encrypted form passes the name on as it is
    /// (assumed).
    fn may_ask(&self, request: &Request, ctx: &mut Ctx<'_>) -> Judged<()> {
        if !request.is_encrypted() {
            let valid = Check::holds(
                &rules::ESMAPPNAME,
                Operand::new("ESMAPPNAME", request.application.clone()),
                Operand::new("names", "1 to 8 of A-Z, 0-9, $, @ and #"),
                Name::new(&request.application).is_ok(),
            );
            demand(valid, &request_passticket::NAME_NOT_VALID, ctx)?;
        }
        demand(self.security_active(), request.refusals().esm_not_active, ctx)
    }

    /// Calls the service of the request's stage and waits for it.
    fn ask_for(
        &mut self,
        task: &mut Task,
        request: Request,
        service: SafService,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        if request.stage == Stage::Wrap {
            self.call_kerberos(service, task.number, ctx);
        } else {
            self.call_saf(service, Call::Task { task: task.number, timer: None }, ctx);
        }
        Step::Wait(Waiting::PassTicket(Box::new(request)))
    }

    /// The service of the stage has returned (or has not, and the time is up).
    pub(in crate::nodes::cics) fn passticket_returned(
        &mut self,
        task: &mut Task,
        mut request: Request,
        codes: SafReturn,
        result: SafResult,
        ctx: &mut Ctx<'_>,
    ) -> Step {
        if codes != saf::SUCCESS {
            return refused(task, &request, codes);
        }
        match (request.stage, result) {
            (Stage::Support, _) => {
                if let Err(response) = self.task_may(task, &request, ctx) {
                    return raise(task, &request, response);
                }
                let checked = self.setup.config.sit.xptkt == Switch::YES;
                request.stage = if checked { Stage::Region } else { Stage::Generate };
            }
            (Stage::Region, _) => request.stage = Stage::Generate,
            (Stage::Generate, SafResult::PassTicket(passticket)) => {
                let text = passticket.reveal();
                let handle = task.encrypt_key.as_ref().map(|(_, context)| context.handle);
                let (true, Some(handle)) = (request.is_encrypted(), handle) else {
                    return delivered(task, &request, text);
                };
                request.stage = Stage::Wrap;
                let message = charset::encode_lossy(text);
                let service = SafService::GenSecWrap { handle, message };
                return self.ask_for(task, request, service, ctx);
            }
            (Stage::Wrap, SafResult::Wrapped(token)) => return wrapped(task, &request, &token),
            _ => return refused(task, &request, codes),
        }
        let service = self.service(task, &request);
        self.ask_for(task, request, service, ctx)
    }

    fn service(&self, task: &Task, request: &Request) -> SafService {
        let userid = task.userid.clone();
        if request.stage == Stage::Region {
            let resource = format!("IRRPTAUTH.{}.{userid}", self.setup.applid);
            let class = crate::nodes::esm::database::ssignon::PTKTDATA.to_owned();
            return SafService::Authorize { userid, class, resource, access: "UPDATE".to_owned() };
        }
        SafService::GenSecGenerate { application: request.application.clone(), userid }
    }

    /// Whether the task may have a PassTicket: 256, 255, 257.
    fn task_may(&self, task: &mut Task, request: &Request, ctx: &mut Ctx<'_>) -> Judged<()> {
        let default = self.setup.default_user();
        let own = Check::holds(
            &rules::PASSTICKET_USER,
            Operand::new("user of the task", task.userid.clone()),
            Operand::new("default user", default.to_owned()),
            task.userid != default,
        );
        demand(own, request.refusals().default_user, ctx)?;
        if !request.is_encrypted() {
            return Ok(());
        }
        let areas = task.levels.last().map(|level| &level.areas);
        let given = areas.and_then(|areas| request.command.bytes(Opt::Encryptkey, areas));
        let valid = task.encrypt_key.as_ref();
        let is_it = valid.is_some_and(|(key, _)| given.as_deref() == Some(key.as_slice()));
        let state = if valid.is_some() { "one" } else { "none" };
        let known = Check::holds(
            &rules::ENCRYPTKEY,
            Operand::new("ENCRYPTKEY", if is_it { "the valid one" } else { "another value" }),
            Operand::new("valid in this task", state),
            is_it,
        );
        demand(known, &encryptptkt::KEY_NOT_VALID, ctx)?;
        let flags = valid.map_or(0, |(_, context)| context.gss_flags);
        let has = GssFlags(flags).has(GssFlags::CONFIDENTIALITY);
        let suits = Check::holds(
            &rules::ENCRYPTPTKT_CONFIDENTIALITY,
            Operand::new("confidentiality flag", if has { "set" } else { "not set" }),
            Operand::new("needed", "set"),
            has,
        );
        demand(suits, &encryptptkt::NO_CONFIDENTIALITY, ctx)
    }
}

/// The response to a return other than success (in part assumed).
fn refused(task: &mut Task, request: &Request, codes: SafReturn) -> Step {
    let refusals = request.refusals();
    let response = match (request.stage, codes) {
        // A class that is not active answers so too, and only the authorization asks for one.
        (Stage::Region, saf::ACCESS_DENIED | saf::NOT_PROTECTED | saf::NO_DECISION) => {
            refusals.region_not_authorized
        }
        (_, saf::NO_DECISION) => refusals.esm_not_active,
        (Stage::Support, saf::FUNCTION_NOT_VALID) => refusals.not_supported,
        (Stage::Generate, saf::SERVICE_NOT_AUTHORIZED | saf::PASSTICKET_NOT_GENERATED) => {
            refusals.not_built
        }
        _ => refusals.unclassified,
    };
    let Some(mut execution) = Execution::new(task, &request.command, request.begin) else {
        return Step::Return;
    };
    execution.set_code(Opt::Esmresp, encryptptkt::NOT_PRODUCED);
    execution.set_code(Opt::Esmreason, codes.rsn);
    execution.raise(response)
}

fn raise(task: &mut Task, request: &Request, response: &Response) -> Step {
    match Execution::new(task, &request.command, request.begin) {
        Some(execution) => execution.raise(response),
        None => Step::Return,
    }
}

fn delivered(task: &mut Task, request: &Request, passticket: &str) -> Step {
    task.conceal(&charset::encode_lossy(passticket));
    let Some(mut execution) = Execution::new(task, &request.command, request.begin) else {
        return Step::Return;
    };
    if let Some(name) = request.command.variable(Opt::Passticket) {
        // The translator has checked that the area takes characters.
        let _ = execution.areas.assign_text(name, passticket);
        execution.redacted(Opt::Passticket, "8 characters, not shown".to_owned());
    }
    done(execution)
}

/// The wrap token goes to storage that lives as long as the task; the key is used up.
fn wrapped(task: &mut Task, request: &Request, token: &[u8]) -> Step {
    task.encrypt_key = None;
    let kept = task.keep(token);
    let Some(mut execution) = Execution::new(task, &request.command, request.begin) else {
        return Step::Return;
    };
    if let Some(name) = request.command.variable(Opt::Encryptptkt) {
        // The translator has checked that it is a pointer.
        let _ = execution.areas.set_pointer(name, Some(kept));
        execution.redacted(Opt::Encryptptkt, crate::trace::sha256(token));
    }
    execution.set_number(Opt::Flength, token.len() as i64);
    done(execution)
}

fn done(mut execution: Execution<'_>) -> Step {
    execution.set_code(Opt::Esmresp, saf::SUCCESS.rc);
    execution.set_code(Opt::Esmreason, saf::SUCCESS.rsn);
    execution.done()
}
