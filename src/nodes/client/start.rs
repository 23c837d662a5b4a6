//! Tokens, requests to start a transaction, and the region's own proof.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use sim::{Span, TimerId};

use super::{
    Client, ClientWake, Open, StartAction, Token, TokenFlags, TokenForm, TokenSource, failed, rules,
};
use crate::check::{Check, Checks, Operand};
use crate::nodes::frame::{
    Frame, Packet, StartReply, StartRequest, TaskEnd, TerminalInput, WireContainer,
};
use crate::nodes::{Ctx, Decide, NANOS, Wake, listed};
use crate::protocol::charset;
use crate::protocol::kerberos::Principal;
use crate::protocol::kerberos::gss::GssFlags;
use crate::protocol::kerberos::initiator::{self, Initiator, TokenOptions};
use crate::trace::Record;

/// The container in which a client sends its token (assumed).
const TOKEN_CONTAINER: &str = "KRBTOKEN";
/// The container in which a program returns OUTTOKEN (assumed).
pub(super) const PROOF_CONTAINER: &str = "OUTTOKEN";
/// CCSID of the characters that a client sends: the region's (assumed).
const CCSID: u16 = 37;

/// A request that waits for the end of its task.
#[derive(Clone)]
pub(super) struct Started {
    /// What is needed to judge the region's proof, where one is expected.
    proof: Option<Initiator>,
    /// The token that went with the request, where encrypted PassTickets are expected.
    token: Option<Token>,
    open: Vec<Open>,
    /// Containers that are kept, and the names under which.
    keep: BTreeMap<String, String>,
    record: u64,
    /// Ends the wait.
    timer: TimerId,
}

impl Client {
    /// Makes a token from the ticket for a service, with the client's time of this moment.
    pub(super) fn make_token(
        &mut self,
        service: &Principal,
        flags: TokenFlags,
        kept_as: Option<&str>,
        ctx: &mut Ctx<'_>,
    ) -> Option<Token> {
        let name = self.named(service);
        let held = self.tickets.get(&name).cloned();
        let has_one = Check::holds(
            &rules::TICKET,
            Operand::new("service", name.clone()),
            Operand::new("tickets held", listed(self.tickets.keys().map(String::as_str))),
            held.is_some(),
        );
        let (true, Some(held)) = (ctx.decide(has_one), held) else {
            failed(ctx, "MakeToken", format!("no ticket for {name}: GetTicket first"));
            return None;
        };
        let time = self.unique_time(ctx);
        let options = TokenOptions {
            mutual_required: flags.ap_mutual.unwrap_or(flags.mutual),
            ..TokenOptions::new(gss_flags(flags))
        };
        let random = ctx.random("kerberos");
        let (bytes, initiator) = initiator::token(&held.credentials, &options, time, random);
        let record = Record::new("client.token")
            .maybe("name", kept_as.map(str::to_owned))
            .text("service", name)
            .text("time", time.text())
            .time("ticket_ends", held.credentials.times.end.saturating_mul(NANOS))
            .text("flags", flag_words(flags))
            .count("bytes", bytes.len() as u64)
            .text("sha256", crate::trace::sha256(&bytes));
        let also: Vec<u64> = [held.record].into_iter().chain(ctx.clock_changed()).collect();
        let record = ctx.note_also(record, &also);
        Some(Token { bytes: bytes.into(), initiator: Some(initiator), record })
    }

    pub(super) fn start(&mut self, action: &StartAction, ctx: &mut Ctx<'_>) {
        let token = match self.token(action, ctx) {
            Ok(token) => token,
            Err(NoToken) => return,
        };
        let request = self.request_next;
        self.request_next = self.request_next.wrapping_add(1);
        let mut containers = Vec::new();
        let mut record = Record::new("client.start")
            .text("transaction", action.transaction.clone())
            .maybe("userid", action.userid.clone())
            .maybe("terminal", action.terminal.clone());
        let mut also = Vec::new();
        if let Some(token) = &token {
            record = record
                .count("bytes", token.bytes.len() as u64)
                .text("sha256", crate::trace::sha256(&token.bytes))
                .maybe("form", (!action.form.is_bit()).then(|| "base64".to_owned()));
            also.extend((token.record > 0).then_some(token.record));
            containers.push(token_container(&token.bytes, action.form));
        }
        containers.extend(action.containers.iter().map(|(name, text)| WireContainer {
            name: name.clone(),
            ccsid: Some(CCSID),
            data: charset::encode_lossy(text),
            secret: false,
        }));
        let Some(secrets) = self.secrets(&action.secrets, &mut also, ctx) else { return };
        containers.extend(secrets);
        let Some(tokens) = self.further_tokens(&action.more_tokens, &mut also, ctx) else { return };
        containers.extend(tokens);
        let Some(documents) = self.sent_documents(&action.documents, &mut also, ctx) else {
            return;
        };
        containers.extend(documents);
        let record = ctx.note_also(record, &also);
        let open = action.open.clone();
        let own = token.clone().filter(|_| !open.is_empty());
        let proof = token.as_ref().filter(|_| action.verify_region);
        let proof = proof.and_then(|token| token.initiator.clone());
        self.last_token = token.or(self.last_token.take());
        let start = StartRequest {
            request,
            transaction: action.transaction.clone(),
            userid: action.userid.clone(),
            containers,
        };
        let frame = match action.terminal.clone() {
            Some(terminal) => Frame::Terminal(TerminalInput { terminal, start }),
            None => Frame::Start(start),
        };
        ctx.send(action.region, Packet::frame(&frame));
        let wake = Wake::Client(ClientWake::NoReply { request });
        let patience = Span::from_nanos(self.setup.reply_timeout.nanoseconds());
        let timer = ctx.set_timer_in(patience, wake);
        let keep = action.keep.clone();
        self.started.insert(request, Started { proof, token: own, open, keep, record, timer });
    }

    fn token(&mut self, action: &StartAction, ctx: &mut Ctx<'_>) -> Result<Option<Token>, NoToken> {
        match &action.token {
            TokenSource::None => Ok(None),
            TokenSource::New => {
                let name = action.service.as_ref().map(Principal::name);
                let named = Check::holds(
                    &rules::SERVICE_PRINCIPAL,
                    Operand::new("service principal", name.unwrap_or_else(|| "none".to_owned())),
                    Operand::new("token", "new"),
                    action.service.is_some(),
                );
                let (true, Some(service)) = (ctx.decide(named), &action.service) else {
                    failed(ctx, "Start", "the region has no service principal to make a token for");
                    return Err(NoToken);
                };
                self.make_token(service, action.flags, None, ctx).map(Some).ok_or(NoToken)
            }
            TokenSource::Made(name) => {
                let made = listed(self.tokens.keys().map(String::as_str));
                let token = self.tokens.get(name).cloned();
                let subject = Operand::new("token", name.clone());
                kept(token, (subject, made), format!("no token {name:?} was made"), ctx)
            }
            TokenSource::Again => {
                let last = self.last_token.clone();
                let presented = if last.is_some() { "one" } else { "none" };
                let subject = Operand::new("token", "the last one");
                let why = "no token was presented before".to_owned();
                kept(last, (subject, presented.to_owned()), why, ctx)
            }
            TokenSource::Bytes(bytes) => {
                Ok(Some(Token { bytes: Arc::clone(bytes), initiator: None, record: 0 }))
            }
        }
    }

    /// No answer in time. One that still comes is ignored, as a late duplicate is.
    pub(super) fn not_answered(&mut self, request: u32, ctx: &mut Ctx<'_>) {
        if !self.give_up(request, ctx) {
            return;
        }
        let waited = self.setup.reply_timeout;
        let (answer, time) = (Operand::new("answer", "none"), format!("after {waited}"));
        // The timer has compared the times; an answer takes it back.
        let in_time =
            Check::holds(&rules::REPLY_TIME, answer, Operand::new("time up", time), false);
        if !ctx.decide(in_time) {
            failed(ctx, "Start", format!("no answer from the region within {waited}"));
        }
    }

    /// Waits no longer for an answer; false where nobody waits for it any more.
    pub(super) fn give_up(&mut self, request: u32, ctx: &mut Ctx<'_>) -> bool {
        let started = self.started.remove(&request);
        started.map(|started| ctx.cancel_timer(started.timer)).is_some()
    }

    /// The task has ended, or never began.
    pub(super) fn start_answered(&mut self, reply: StartReply, ctx: &mut Ctx<'_>) {
        let Some(started) = self.started.remove(&reply.request) else { return };
        ctx.cancel_timer(started.timer);
        let end = match &reply.end {
            TaskEnd::Normal => "normal".to_owned(),
            TaskEnd::Abend(code) => format!("abend {code}"),
            TaskEnd::Refused(why) => format!("refused: {why}"),
        };
        let mut record = Record::new("client.result").text("end", end);
        record.task = reply.task;
        ctx.note_also(record, &[started.record]);
        if let Some(initiator) = started.proof {
            self.judge_proof(initiator, &reply, ctx);
        }
        for open in &started.open {
            self.open_passticket(open, started.token.as_ref(), &reply, ctx);
        }
        for (container, name) in &started.keep {
            self.keep_document((container, name), &reply, ctx);
        }
    }

    /// Containers with tokens that were made before, and the records of their making.
    fn further_tokens(
        &self,
        named: &BTreeMap<String, String>,
        also: &mut Vec<u64>,
        ctx: &mut Ctx<'_>,
    ) -> Option<Vec<WireContainer>> {
        let mut containers = Vec::new();
        for (container, name) in named {
            let made = listed(self.tokens.keys().map(String::as_str));
            let token = self.tokens.get(name).cloned();
            let subject = Operand::new("token", name.clone());
            let why = format!("no token {name:?} was made");
            let token = kept(token, (subject, made), why, ctx).ok()??;
            also.push(token.record);
            let data = token.bytes.to_vec();
            let name = container.clone();
            containers.push(WireContainer { name, ccsid: None, data, secret: false });
        }
        Some(containers)
    }

    /// Mutual authentication: the region must show that it could read the ticket.
    fn judge_proof(&mut self, initiator: Initiator, reply: &StartReply, ctx: &mut Ctx<'_>) {
        let proof = reply.containers.iter().find(|container| container.name == PROOF_CONTAINER);
        let mut record = Record::new("client.mutual");
        record.task = reply.task;
        let present = Check::holds(
            &rules::PROOF,
            Operand::new("container", PROOF_CONTAINER),
            Operand::new("containers", listed(reply.containers.iter().map(|c| c.name.as_str()))),
            proof.is_some(),
        );
        let (true, Some(proof)) = (ctx.decide(present), proof) else {
            ctx.say(record.text("verdict", "refused").text("why", "the region sent no proof"));
            return;
        };
        let mut checks = Checks::new();
        let result = initiator.answered(&proof.data, &mut checks);
        ctx.decided(checks);
        ctx.say(match result {
            Ok(_) => record.text("verdict", "accepted"),
            Err(error) => record.text("verdict", "refused").text("why", error.to_string()),
        });
    }
}

/// The step has been noted as failed.
struct NoToken;

fn token_container(token: &[u8], form: TokenForm) -> WireContainer {
    let (ccsid, data) = match form {
        TokenForm::Bit => (None, token.to_vec()),
        TokenForm::Base64 => {
            let text = base64::engine::general_purpose::STANDARD.encode(token);
            (Some(CCSID), charset::encode_lossy(&text))
        }
    };
    WireContainer { name: TOKEN_CONTAINER.to_owned(), ccsid, data, secret: false }
}

/// A token that the client should have, among those that it has.
fn kept(
    token: Option<Token>,
    (subject, has): (Operand, String),
    why: String,
    ctx: &mut Ctx<'_>,
) -> Result<Option<Token>, NoToken> {
    let there =
        Check::holds(&rules::TOKEN, subject, Operand::new("made before", has), token.is_some());
    if ctx.decide(there) {
        return Ok(token);
    }
    failed(ctx, "Start", why);
    Err(NoToken)
}

fn gss_flags(flags: TokenFlags) -> GssFlags {
    let pairs = [
        (flags.mutual, GssFlags::MUTUAL),
        (flags.replay, GssFlags::REPLAY),
        (flags.sequence, GssFlags::SEQUENCE),
        (flags.confidentiality, GssFlags::CONFIDENTIALITY),
        (flags.integrity, GssFlags::INTEGRITY),
    ];
    GssFlags(pairs.iter().filter(|(set, _)| *set).fold(0, |all, (_, flag)| all | flag.0))
}

fn flag_words(flags: TokenFlags) -> String {
    let words = [
        (flags.mutual, "mutual"),
        (flags.replay, "replay"),
        (flags.sequence, "sequence"),
        (flags.confidentiality, "confidentiality"),
        (flags.integrity, "integrity"),
        (flags.ap_mutual.unwrap_or(flags.mutual), "ap-mutual-required"),
    ];
    let set: Vec<&str> = words.iter().filter(|(set, _)| *set).map(|(_, word)| *word).collect();
    set.join(" ")
}
