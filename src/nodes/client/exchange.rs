//! Exchanges with the KDC: one request at a time, asked again when no answer comes.

use sim::{NodeId, Span, TimerId};

use super::{Busy, Client, ClientWake, Held, failed, now, rules};
use crate::check::{Check, Checks, Operand, Unit};
use crate::nodes::frame::{Frame, Packet, TerminalInput};
use crate::nodes::{Ctx, Decide, NANOS, Wake, listed};
use crate::protocol::kerberos::Principal;
use crate::protocol::kerberos::client::{
    self as kerberos, Credentials, ReplyError, Sent, TicketRequest,
};
use crate::protocol::kerberos::error::{ErrorCode, KrbError};
use crate::protocol::kerberos::messages::MessageType;
use crate::trace::Record;

/// A request that waits for its answer.
#[derive(Clone)]
pub(super) struct Exchange {
    kdc: NodeId,
    sent: Sent,
    stage: Stage,
    request: TicketRequest,
    password: String,
    /// What a TGS-REQ presents, and what it is to lead to.
    quest: Option<Quest>,
    tries: u32,
    timer: TimerId,
}

/// A service that a client wants a ticket for, and the ticket-granting ticket with which it asks for it
/// or for the next one on the way.
#[derive(Clone)]
struct Quest {
    granting: Held,
    service: Principal,
    life: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// An AS-REQ without pre-authentication.
    Bare,
    /// An AS-REQ with an encrypted timestamp.
    Preauthenticated,
    /// A TGS-REQ.
    Tgs,
}

impl Stage {
    fn name(self) -> &'static str {
        if self == Stage::Tgs { "GetTicket" } else { "LogOn" }
    }
}

impl Exchange {
    /// Whether an answer is one that the request can have. Late answers and duplicates of earlier stages
    /// and requests are not: they are of another kind, or refuse another service.
    fn awaits(&self, reply: &[u8]) -> bool {
        const AS_REP: u8 = 0x60 | MessageType::AsRep as u8;
        const TGS_REP: u8 = 0x60 | MessageType::TgsRep as u8;
        if let Ok(error) = KrbError::decode(reply) {
            let asks_for_preauthentication = error.code == ErrorCode::PREAUTH_REQUIRED;
            let due = self.stage == Stage::Bare || !asks_for_preauthentication;
            // A KDC that cannot read a request cannot name its service.
            let is_own = error.server == self.request.server || error.code == ErrorCode::GENERIC;
            return due && is_own;
        }
        match self.stage {
            Stage::Tgs => reply.first() != Some(&AS_REP),
            Stage::Bare | Stage::Preauthenticated => reply.first() != Some(&TGS_REP),
        }
    }
}

/// An answer that nobody waits for.
fn late(reply: &Packet, ctx: &mut Ctx<'_>) {
    let kind = Operand::new("answer", sim::Message::kind(reply));
    let waits = Operand::new("waits for", "another one or none");
    ctx.decide(Check::holds(&rules::REPLY_AWAITED, kind, waits, false));
}

impl Client {
    pub(super) fn log_on(&mut self, password: Option<String>, ctx: &mut Ctx<'_>) {
        let realm = self.setup.principal.realm();
        let Ok(server) = Principal::ticket_granting(realm, realm) else {
            return failed(ctx, "LogOn", "the realm's name is not ASCII");
        };
        let request = self.request(server, None, ctx);
        let sent = kerberos::as_req(&self.setup.principal, &request, ctx.random("kerberos"));
        let password = password.unwrap_or_else(|| self.setup.password.clone());
        self.send((self.setup.kdc, sent), Stage::Bare, request, password, ctx);
    }

    pub(super) fn get_ticket(
        &mut self,
        service: &Principal,
        life: Option<Span>,
        ctx: &mut Ctx<'_>,
    ) {
        let granting = self.granting.clone();
        let held = granting.as_ref().map(|granting| granting.credentials.server.name());
        let has_one = Check::holds(
            &rules::GRANTING_TICKET,
            Operand::new("service", self.named(service)),
            Operand::new("ticket-granting ticket", held.unwrap_or_else(|| "none".to_owned())),
            granting.is_some(),
        );
        let (true, Some(granting)) = (ctx.decide(has_one), granting) else {
            return failed(ctx, "GetTicket", "no ticket-granting ticket: LogOn first");
        };
        self.seek(Quest { granting, service: service.clone(), life }, ctx);
    }

    /// Goes on towards a service's realm: with the ticket-granting ticket that is farthest on the way it
    /// asks for the next one, or for the ticket itself where it is there.
    fn seek(&mut self, mut quest: Quest, ctx: &mut Ctx<'_>) {
        let mut here = self.setup.principal.realm().to_owned();
        let mut next = None;
        for realm in self.way(quest.service.realm()) {
            match self.crossing.get(&realm).cloned() {
                Some(held) if is_usable(&held, ctx) => quest.granting = held,
                _ => {
                    next = Some(realm);
                    break;
                }
            }
            here = realm;
        }
        let server = match next.map(|next| Principal::ticket_granting(&next, &here)) {
            Some(Ok(granting)) => granting,
            Some(Err(_)) => return failed(ctx, "GetTicket", "a realm's name is not ASCII"),
            None => quest.service.clone(),
        };
        let request = self.request(server, quest.life, ctx);
        let time = self.unique_time(ctx);
        let random = ctx.random("kerberos");
        let sent = kerberos::tgs_req(&quest.granting.credentials, &request, time, random);
        self.send((self.setup.kdc_of(&here), sent), Stage::Tgs, request, String::new(), ctx);
        if let Some(Busy::Exchange(exchange)) = &mut self.busy {
            exchange.quest = Some(quest);
        }
    }

    /// The realms from the client's to another one, which is the last; none to its own.
    fn way(&self, realm: &str) -> Vec<String> {
        let reach = self.setup.realms.get(realm);
        let through = reach.into_iter().flat_map(|reach| reach.through.iter().cloned());
        through.chain(reach.map(|_| realm.to_owned())).collect()
    }

    fn request(&self, server: Principal, life: Option<Span>, ctx: &Ctx<'_>) -> TicketRequest {
        let mut request = TicketRequest::new(server);
        request.etypes = self.setup.etypes.iter().map(|etype| etype.number()).collect();
        if let Some(life) = life {
            request.till = now(ctx).seconds.saturating_add(life.nanos() / NANOS);
        }
        request
    }

    fn send(
        &mut self,
        (kdc, sent): (NodeId, Sent),
        stage: Stage,
        request: TicketRequest,
        password: String,
        ctx: &mut Ctx<'_>,
    ) {
        ctx.send(kdc, Packet::new(sent.bytes.clone()));
        let timer = ctx.set_timer_in(self.setup.patience, Wake::Client(ClientWake::Retry));
        let quest = None;
        let exchange = Exchange { kdc, sent, stage, request, password, quest, tries: 1, timer };
        self.busy = Some(Busy::Exchange(Box::new(exchange)));
    }

    /// No answer in time: the same request again, or the end of the step.
    pub(super) fn retry(&mut self, ctx: &mut Ctx<'_>) {
        let asks = |busy: &mut Busy| matches!(busy, Busy::Exchange(_));
        let Some(Busy::Exchange(mut exchange)) = self.busy.take_if(asks) else { return };
        exchange.tries = exchange.tries.saturating_add(1);
        let (next, most) = (i64::from(exchange.tries), i64::from(self.setup.tries));
        let has_one_left = Check::at_most(
            &rules::TRIES,
            (Operand::new("next try", next.to_string()), next),
            (Operand::new("tries", most.to_string()), most),
            Unit::Count,
        );
        if !ctx.decide(has_one_left) {
            failed(ctx, exchange.stage.name(), "the KDC does not answer");
            return self.go_on(ctx);
        }
        ctx.send(exchange.kdc, Packet::new(exchange.sent.bytes.clone()));
        exchange.timer = ctx.set_timer_in(self.setup.patience, Wake::Client(ClientWake::Retry));
        self.busy = Some(Busy::Exchange(exchange));
    }

    pub(super) fn refused(&mut self, to: NodeId, message: &Packet, ctx: &mut Ctx<'_>) {
        if self.setup.is_kdc(to) {
            let asks =
                |busy: &mut Busy| matches!(busy, Busy::Exchange(exchange) if exchange.kdc == to);
            if let Some(Busy::Exchange(exchange)) = self.busy.take_if(asks) {
                ctx.cancel_timer(exchange.timer);
                failed(ctx, exchange.stage.name(), "nobody listens at the KDC");
            }
            return self.go_on(ctx);
        }
        match message.open() {
            Ok(Frame::Terminal(TerminalInput { start, .. }) | Frame::Start(start))
                if self.give_up(start.request, ctx) =>
            {
                failed(ctx, "Start", "nobody listens at the region");
            }
            Ok(Frame::Assertion(call)) => {
                self.no_assertion(call.request, "nobody listens at the identity provider", ctx);
            }
            Ok(Frame::Segment(segment)) => {
                self.orb.refused(&segment, ctx);
            }
            _ => {}
        }
    }

    /// The KDC has answered. An answer that belongs to no request (a late duplicate) is ignored.
    pub(super) fn kdc_answered(&mut self, from: NodeId, reply: &Packet, ctx: &mut Ctx<'_>) {
        let bytes = sim::Message::bytes(reply);
        let awaited = |busy: &mut Busy| match busy {
            Busy::Exchange(exchange) => exchange.kdc == from && exchange.awaits(bytes),
            Busy::Assertion(_) | Busy::Wait => false,
        };
        let Some(Busy::Exchange(exchange)) = self.busy.take_if(awaited) else {
            return late(reply, ctx);
        };
        let mut checks = Checks::new();
        let time = now(ctx).seconds;
        let result = match exchange.stage {
            Stage::Bare | Stage::Preauthenticated => kerberos::as_rep(
                &exchange.sent,
                bytes,
                exchange.password.as_bytes(),
                &mut self.keys,
                time,
                self.setup.skew,
                &mut checks,
            ),
            Stage::Tgs => match &exchange.quest {
                Some(Quest { granting, .. }) => {
                    kerberos::tgs_rep(&exchange.sent, bytes, &granting.credentials, &mut checks)
                }
                None => return self.go_on(ctx),
            },
        };
        ctx.decided(checks);
        if matches!(result, Err(ReplyError::Nonce)) {
            // An answer to an earlier request, which opens with the same key.
            self.busy = Some(Busy::Exchange(exchange));
            return late(reply, ctx);
        }
        ctx.cancel_timer(exchange.timer);
        match result {
            Ok(credentials) => self.obtained(exchange.quest, credentials, ctx),
            Err(ReplyError::Refused(error))
                if exchange.stage == Stage::Bare && error.code == ErrorCode::PREAUTH_REQUIRED =>
            {
                return self.preauthenticate(*exchange, &error, ctx);
            }
            Err(error) => failed(ctx, exchange.stage.name(), error.to_string()),
        }
        self.go_on(ctx);
    }

    /// The KDC wants an encrypted timestamp: the same request with one.
    fn preauthenticate(
        &mut self,
        exchange: Exchange,
        error: &crate::protocol::kerberos::error::KrbError,
        ctx: &mut Ctx<'_>,
    ) {
        let Exchange { kdc, request, password, .. } = exchange;
        let principal = &self.setup.principal;
        let key = kerberos::preauth_key(error, principal, password.as_bytes(), &mut self.keys);
        let offered: Vec<String> =
            error.etype_info().iter().map(|info| info.etype.number().to_string()).collect();
        let asked: Vec<String> = request.etypes.iter().map(ToString::to_string).collect();
        let common = Check::holds(
            &rules::PREAUTH_ETYPE,
            Operand::new("types that the KDC offers", listed(offered.iter().map(String::as_str))),
            Operand::new("types of the client", listed(asked.iter().map(String::as_str))),
            key.is_some(),
        );
        let (true, Some(key)) = (ctx.decide(common), key) else {
            failed(ctx, "LogOn", "the KDC offers no encryption type that the client has");
            return self.go_on(ctx);
        };
        let time = now(ctx);
        let random = ctx.random("kerberos");
        let sent =
            kerberos::as_req_preauthenticated(&self.setup.principal, &request, &key, time, random);
        self.send((kdc, sent), Stage::Preauthenticated, request, password, ctx);
    }

    /// A ticket has come: the ticket-granting ticket of a log-on, one on the way to another realm, or
    /// that for the service.
    fn obtained(&mut self, quest: Option<Quest>, credentials: Credentials, ctx: &mut Ctx<'_>) {
        let times = &credentials.times;
        let kind = if quest.is_some() { "client.ticket" } else { "client.logon" };
        let service = self.named(&credentials.server);
        let record = Record::new(kind)
            .text("client", format!("{}@{}", credentials.client.name(), credentials.client.realm()))
            .text("service", service.clone())
            .time("starts", times.valid_from().saturating_mul(NANOS))
            .time("ends", times.end.saturating_mul(NANOS))
            .int("etype", credentials.session_key.etype().number());
        let also: Vec<u64> = quest.iter().map(|quest| quest.granting.record).collect();
        let record = ctx.note_also(record, &also);
        let server = credentials.server.clone();
        let held = Held { credentials, record };
        match quest {
            None => {
                self.granting = Some(held);
                self.crossing.clear();
            }
            Some(quest) if quest.service == server => {
                self.tickets.insert(service, held);
            }
            Some(quest) => {
                let realm = server.components().last().cloned().unwrap_or_default();
                self.crossing.insert(realm, held);
                self.seek(quest, ctx);
            }
        }
    }
}

/// Whether a ticket-granting ticket has not ended by the client's clock.
fn is_usable(held: &Held, ctx: &mut Ctx<'_>) -> bool {
    let time = ("client time", now(ctx).seconds);
    let end = ("ticket end", held.credentials.times.end);
    ctx.decide(Check::not_after_seconds(&rules::CROSSING_TICKET, time, end, 0))
}
