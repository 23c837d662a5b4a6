//! The external security manager of a system: the SAF services that regions and the NAS call.
//!
//! Every service decides from the [`database`] and puts each comparison into the trace. The token
//! services go on to the system's NAS (a PC call) and wait for its return. When the ESM is stopped,
//! nobody is there to answer: the engine tells the caller at once, and the caller's SAF router
//! returns the codes for an ESM that is not active.

mod acee;
mod administration;
pub mod command;
pub mod database;
mod history;
mod injection;
mod keyring;
mod keys;
mod log;
mod passticket;
pub mod principals;
mod renewal;
mod signon;

use std::collections::BTreeMap;
use std::sync::Arc;

use sim::NodeId;

use super::frame::{
    Frame, NasFunction, NasReply, NasRequest, Packet, SafReply, SafRequest, SafResult, SafService,
};
use super::{Ctx, Decide, Event, Wake, listed};
use crate::catalogue::saf::{self, SafReturn};
use crate::check::{Check, Mark, Operand, Rule};
use crate::protocol::kerberos::KeyTable;
use crate::protocol::passticket::ReplayCache;
use crate::trace::Record;
pub(super) use acee::ALL as ACEE_RULES;
use command::RacfCommand;
use database::Database;
use database::verify::verify;
use database::{AccessLevel, Decision, InStorage, Request, authorize};
use history::History;
pub use injection::{Injection, TokenCall};
pub(super) use keyring::ALL as KEYRING_RULES;
pub use keys::Keys;
pub(super) use passticket::{ALL as PASSTICKET_RULES, PASSWORD_MAX};
pub(super) use renewal::ALL as RENEWAL_RULES;

/// The actor.
#[derive(Clone)]
pub struct Esm {
    database: Database,
    storage: InStorage,
    keys: Keys,
    /// Where keys of passwords are found that were made before.
    table: KeyTable,
    /// What commands of this run changed.
    history: History,
    /// Certificates and private keys, by the names of their files.
    files: keyring::Files,
    nas: NodeId,
    /// PassTickets that this system has accepted: its own, whoever shares the database.
    replays: ReplayCache,
    /// Calls that wait for the NAS: our number of the PC call, then who called us.
    waiting: BTreeMap<u64, Caller>,
    next_call: u64,
    /// Codes that the next call of a service returns in place of the ESM's own, and the record of
    /// the step that said so.
    injected: Option<(Injection, u64)>,
}

/// What the script does to an ESM.
#[derive(Clone, Debug)]
pub enum EsmWake {
    /// The next call of a service returns these codes.
    Answer {
        /// Place of the step in the script.
        step: u32,
        /// The service and the codes.
        injection: Injection,
    },
    /// An administrator enters a command.
    Command {
        /// Place of the step in the script.
        step: u32,
        /// The command.
        command: Arc<RacfCommand>,
    },
}

/// Who called a service, and the caller's number of the call.
#[derive(Clone, Copy, Debug)]
struct Caller {
    node: NodeId,
    call: u64,
}

/// The rules of this file.
pub(super) const RULES: [&Rule; 1] = [&PARAMETER_LIST];

static PARAMETER_LIST: Rule = Rule {
    id: "esm.parameter-list",
    text: "The access that a caller asks for is one of the levels.",
    source: "z/OS RACROUTE Macro Reference, REQUEST=FASTAUTH, ATTR",
    mark: Mark::Documented,
};

/// A token service: who may use it and what it asks of the NAS.
struct TokenService {
    resource: &'static str,
    function: NasFunction,
}

/// R_ticketserv: READ to IRR.RTICKETSERV (RACF Callable Services, R_ticketserv).
const TICKETSERV: TokenService =
    TokenService { resource: "IRR.RTICKETSERV", function: NasFunction::Inspect };
/// R_GenSec function 2: READ to IRR.GSSERV (RACF Callable Services, R_GenSec).
const GSSERV: TokenService = TokenService { resource: "IRR.GSSERV", function: NasFunction::Accept };
/// R_usermap: READ to IRR.RUSERMAP (RACF Security Administrator's Guide, identity mapping).
const USERMAP: &str = "IRR.RUSERMAP";
const FACILITY: &str = "FACILITY";

impl Esm {
    /// An ESM over a database, with the NAS of the same system. The keys of its principals come from
    /// `table`; what it does not have is computed. `files` holds what its certificates name.
    pub fn new(
        database: Database,
        nas: NodeId,
        table: &mut KeyTable,
        files: keyring::Files,
    ) -> Esm {
        let keys = Keys::derive(&database, table);
        let storage = InStorage::load(&database);
        Esm {
            database,
            storage,
            keys,
            table: table.snapshot(),
            history: History::default(),
            files,
            nas,
            replays: ReplayCache::default(),
            waiting: BTreeMap::new(),
            next_call: 1,
            injected: None,
        }
    }

    /// Keys that this ESM computed in the run, for the caller's cache.
    pub fn key_table(&self) -> &KeyTable {
        &self.table
    }

    pub(super) fn handle(&mut self, event: Event, ctx: &mut Ctx<'_>) {
        match event {
            Event::Message { from, message } => match message.open() {
                Ok(Frame::Saf(request)) => self.service(from, request, ctx),
                Ok(Frame::NasReturn(reply)) => self.nas_returned(reply, ctx),
                // A call that a fault made unreadable has no number to answer to; the caller's
                // time-out is what remains, as for a lost call.
                _ => super::unreadable(&message, ctx),
            },
            Event::Input(Wake::Esm(EsmWake::Answer { injection, .. })) => {
                self.injected = Some((injection, ctx.cause()));
            }
            Event::Input(Wake::Esm(EsmWake::Command { command, .. })) => {
                self.administer(&command, ctx);
            }
            // Local services are not available: SKRBKDC is not there.
            Event::Refused { message, .. } => {
                if let Ok(Frame::Nas(request)) = message.open() {
                    self.complete(request.call, saf::NAS_NOT_ACTIVE, SafResult::None, ctx);
                }
            }
            _ => {}
        }
    }

    fn service(&mut self, node: NodeId, request: SafRequest, ctx: &mut Ctx<'_>) {
        let SafRequest { call, caller: userid, service } = request;
        let caller = Caller { node, call };
        let injected = self.injected.take_if(|(injection, _)| injection.is_for(&service));
        if let Some((injection, step)) = injected {
            return inject(caller, &service, (injection.codes, step), ctx);
        }
        match service {
            SafService::Verify { userid } => {
                self.recall_user(&userid, ctx);
                let verification = verify(&self.database, &userid, None);
                ctx.decided(verification.checks);
                answer(caller, verification.codes, SafResult::None, ctx);
            }
            SafService::Authorize { userid, class, resource, access } => {
                let codes = match wanted_level(access, ctx) {
                    Some(wanted) => self.authorize(&userid, (&class, &resource), wanted, ctx),
                    None => saf::PARAMETER_LIST,
                };
                answer(caller, codes, SafResult::None, ctx);
            }
            SafService::TicketServ { server, token } => {
                self.token_service(TICKETSERV, (caller, userid), server, token, ctx);
            }
            SafService::GenSecAccept { server, token } => {
                self.token_service(GSSERV, (caller, userid), server, token, ctx);
            }
            SafService::UserMap { principal } => self.user_map(caller, &userid, &principal, ctx),
            SafService::Principals { names, userids } => {
                self.recall_principals(&names, &userids, ctx);
                let facts = principals::named(&self.database, &self.keys, &names, &userids);
                answer(caller, saf::SUCCESS, SafResult::Principals(facts), ctx);
            }
            SafService::PassTicketSupport => self.passticket_support(caller, ctx),
            SafService::GenSecGenerate { application, userid: whom } => {
                self.generate(caller, &userid, (&application, &whom), ctx);
            }
            SafService::GenSecWrap { handle, message } => {
                let service = TokenService { function: NasFunction::Wrap(handle), ..GSSERV };
                self.token_service(service, (caller, userid), None, message, ctx);
            }
            SafService::Logon { userid, secret, group, application } => {
                let place = (application.as_str(), group.as_deref());
                self.logon(caller, &userid, &secret, place, ctx);
            }
            SafService::SignOn(request) => self.sign_on(caller, &request, ctx),
            SafService::KeyRing { ring } => self.key_ring(caller, &userid, &ring, ctx),
            SafService::InitAcee(subject) => self.init_acee(caller, &subject, ctx),
        }
    }

    /// Decides about an access; a refusal is told in the log.
    fn authorize(
        &self,
        user: &str,
        resource: (&str, &str),
        wanted: AccessLevel,
        ctx: &mut Ctx<'_>,
    ) -> SafReturn {
        let (request, decision) = self.decide_access(user, resource, wanted, ctx);
        if decision.logged {
            self.log_access(&request, &decision, ctx);
        }
        decision.codes
    }

    /// Decides about an access of which the caller tells himself.
    fn decide_access<'a>(
        &self,
        user: &'a str,
        (class, resource): (&'a str, &'a str),
        wanted: AccessLevel,
        ctx: &mut Ctx<'_>,
    ) -> (Request<'a>, Decision) {
        let request = Request { user, group: None, class, resource, wanted };
        let mut decision = authorize(&self.database, &self.storage, &request);
        self.recall_access(user, (class, resource), ctx);
        ctx.decided(std::mem::take(&mut decision.checks));
        (request, decision)
    }

    /// Whether a problem-state caller may use a callable service: only an explicit permission
    /// counts, not the absence of a profile (RACF Callable Services).
    fn may_use(&self, user: &str, resource: &str, ctx: &mut Ctx<'_>) -> bool {
        self.authorize(user, (FACILITY, resource), AccessLevel::Read, ctx) == saf::SUCCESS
    }

    fn token_service(
        &mut self,
        service: TokenService,
        (caller, userid): (Caller, String),
        server: Option<String>,
        token: Vec<u8>,
        ctx: &mut Ctx<'_>,
    ) {
        if !self.may_use(&userid, service.resource, ctx) {
            return answer(caller, saf::SERVICE_NOT_AUTHORIZED, SafResult::None, ctx);
        }
        let call = self.next_call;
        self.next_call += 1;
        self.waiting.insert(call, caller);
        let function = service.function;
        ctx.say(Record::new("nas.call").text("function", function.name()));
        let request = NasRequest { call, server, function, token };
        ctx.send(self.nas, Packet::frame(&Frame::Nas(request)));
    }

    fn nas_returned(&mut self, reply: NasReply, ctx: &mut Ctx<'_>) {
        let codes = match reply.status {
            0 => saf::SUCCESS,
            status => SafReturn::nas(status),
        };
        self.complete(reply.call, codes, reply.result, ctx);
    }

    /// Answers whoever waits for a PC call.
    fn complete(&mut self, call: u64, codes: SafReturn, result: SafResult, ctx: &mut Ctx<'_>) {
        if let Some(caller) = self.waiting.remove(&call) {
            answer(caller, codes, result, ctx);
        }
    }

    fn user_map(&self, caller: Caller, userid: &str, principal: &str, ctx: &mut Ctx<'_>) {
        if !self.may_use(userid, USERMAP, ctx) {
            return answer(caller, saf::USERMAP_NOT_AUTHORIZED, SafResult::None, ctx);
        }
        let mapping = self.database.map_principal(principal);
        self.recall_mapping(principal, ctx);
        ctx.decided(mapping.checks);
        let result = mapping.user.map_or(SafResult::None, SafResult::UserId);
        answer(caller, mapping.codes, result, ctx);
    }
}

/// The level that a caller asks for. The decision is noted only where it is none: a region asks for
/// one by its word, and only bytes that a fault changed ask for anything else.
fn wanted_level(word: String, ctx: &mut Ctx<'_>) -> Option<AccessLevel> {
    let level = AccessLevel::find(&word);
    if level.is_none() {
        let levels = listed(AccessLevel::ALL.iter().map(|level| level.word()));
        let (access, levels) = (Operand::new("access", word), Operand::new("levels", levels));
        ctx.decide(Check::holds(&PARAMETER_LIST, access, levels, false));
    }
    level
}

/// Answers codes that nothing in the model decided.
fn inject(
    caller: Caller,
    service: &SafService,
    (codes, step): (SafReturn, u64),
    ctx: &mut Ctx<'_>,
) {
    let record = Record::new("fault.answer")
        .text("service", service.name())
        .int("saf", codes.saf)
        .int("rc", codes.rc)
        .text("rsn", format!("X'{:08X}'", codes.rsn));
    ctx.note_also(record, &[step]);
    answer(caller, codes, SafResult::None, ctx);
}

fn answer(caller: Caller, codes: SafReturn, result: SafResult, ctx: &mut Ctx<'_>) {
    let reply = SafReply { call: caller.call, codes, result };
    ctx.send(caller.node, Packet::frame(&Frame::SafReturn(reply)));
}
