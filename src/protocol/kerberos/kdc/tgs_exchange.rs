//! The TGS exchange: a service ticket for someone who holds a ticket-granting ticket.

use std::collections::BTreeSet;

use rand_core::Rng;
use rasn_kerberos as asn1;

use super::grant::Grant;
use super::{Exchange, Refusal, issuer, presented};
use crate::check::{Check, Operand};
use crate::protocol::kerberos::authenticator::TypedChecksum;
use crate::protocol::kerberos::error::ErrorCode;
use crate::protocol::kerberos::etype::Key;
use crate::protocol::kerberos::flags::TicketFlags;
use crate::protocol::kerberos::messages::{MessageType, usage};
use crate::protocol::kerberos::present::{
    AddressCheck, KeyVersions, PathCheck, Presented, Server, ServiceKey, shown,
};
use crate::protocol::kerberos::principal::Principal;
use crate::protocol::kerberos::rules;
use crate::protocol::kerberos::ticket::{TicketPart, TicketTimes};
use crate::protocol::kerberos::transited::Transited;

impl Exchange<'_> {
    pub(super) fn grant_service(
        &mut self,
        request: &asn1::KdcReq,
        random: &mut dyn Rng,
    ) -> Result<Vec<u8>, Refusal> {
        let body = &request.req_body;
        let (issuer, presented) = self.granting_ticket(request)?;
        let Presented { ticket, authenticator, .. } = presented;
        self.client = Some(ticket.client.clone());
        self.check_body(body, &ticket.session_key, authenticator.checksum.as_ref())?;
        let transited = self.path(&issuer, &ticket)?;
        let server = self.find_server()?;
        let session_etype = self.session_etype(body, &server)?;
        self.check_options(body)?;
        let start = self.start_time(body)?;
        let end = self.end_time(body, start, &[server.most_life], Some(ticket.times.end))?;
        let inherited = ticket.flags.0 & (TicketFlags::PRE_AUTHENT.0 | TicketFlags::HW_AUTHENT.0);
        let times =
            TicketTimes { auth: ticket.times.auth, start: Some(start), end, renew_till: None };
        let grant = Grant {
            kind: MessageType::TgsRep,
            padata: None,
            client: ticket.client,
            server,
            session_etype,
            flags: TicketFlags(inherited).with(TicketFlags::TRANSITED_CHECKED),
            times,
            addresses: ticket.addresses,
            transited,
            nonce: body.nonce,
            signed_nonce: self.signed_nonce.map(<[u8]>::to_vec),
        };
        let (key, usage) = match &authenticator.subkey {
            Some(subkey) => (subkey, usage::TGS_REP_SUBKEY),
            None => (&ticket.session_key, usage::TGS_REP_SESSION),
        };
        grant.reply(key, None, usage, random)
    }

    /// Judges the AP-REQ in the request; gives the realm that issued the ticket too.
    fn granting_ticket(&mut self, request: &asn1::KdcReq) -> Result<(String, Presented), Refusal> {
        let data = presented(request);
        let subject = Operand::new("PA-TGS-REQ", if data.is_some() { "there" } else { "none" });
        let must = Operand::new("must be", "there");
        let there = Check::holds(&rules::TGS_PREAUTH, subject, must, data.is_some());
        self.demand(there, ErrorCode::PADATA_TYPE_NOSUPP)?;
        let data = data.ok_or(ErrorCode::PADATA_TYPE_NOSUPP)?;
        let realm = self.policy.realm();
        // Whose ticket it is decides which key opens it. What cannot be decoded here is refused
        // below, at the same octets.
        let issuer = issuer(data).unwrap_or_else(|| realm.to_owned());
        let service = Principal::ticket_granting(realm, &issuer)
            .map_err(|_| Refusal::from(ErrorCode::GENERIC))?;
        let entry = self.database.find(&service);
        let keys = entry.map(|entry| entry.keys).unwrap_or_default();
        let keys: Vec<ServiceKey> =
            keys.into_iter().map(|key| ServiceKey { kvno: key.kvno, key: key.key }).collect();
        let addresses = match (self.policy.check_addresses, self.peer) {
            (true, Some(peer)) => AddressCheck::From(peer.clone()),
            _ => AddressCheck::Off,
        };
        let server = Server {
            principal: &service,
            keys: &keys,
            versions: KeyVersions::Named,
            now: self.now,
            skew: self.policy.skew,
            addresses: &addresses,
            authenticator_usage: usage::TGS_REQ_AUTHENTICATOR,
            path: PathCheck::Off,
        };
        let presented = server
            .judge(data, None, &mut self.checks)
            .map_err(|error| Refusal::from(error.code()))?;
        Ok((issuer, presented))
    }

    /// The authenticator's checksum protects the request's body, which travels in clear text.
    fn check_body(
        &mut self,
        body: &asn1::KdcReqBody,
        key: &Key,
        checksum: Option<&TypedChecksum>,
    ) -> Result<(), Refusal> {
        let due = key.etype().checksum_type();
        let kind = checksum.map(|checksum| checksum.kind);
        let subject = Operand::new("checksum type", shown(kind));
        let against = Operand::new("due", due.to_string());
        let check =
            Check::equal(&rules::BODY_CHECKSUM_TYPE, (subject, &kind), (against, &Some(due)));
        self.demand(check, ErrorCode::INAPP_CKSUM)?;
        let expected = key.checksum(usage::TGS_REQ_CHECKSUM, self.body);
        let same = checksum.is_some_and(|checksum| checksum.octets == expected);
        let subject = Operand::new("checksum", if same { "fits" } else { "does not fit" });
        let against = Operand::new("request body", format!("nonce {}", body.nonce));
        let check = Check::holds(&rules::BODY_CHECKSUM, subject, against, same);
        self.demand(check, ErrorCode::MODIFIED)
    }

    /// The realms between the client's and this one, which the ticket for the service will name: those
    /// of the ticket-granting ticket, and its issuer's unless that is the client's realm or this one
    /// (RFC 4120 section 3.3.3.2).
    fn path(&mut self, issuer: &str, ticket: &TicketPart) -> Result<Transited, Refusal> {
        let (own, client) = (self.policy.realm(), ticket.client.realm());
        if issuer != own {
            let subject = Operand::new("client realm", client.to_owned());
            let against = Operand::new("vouched for by", issuer.to_owned());
            let check = Check::holds(&rules::LINEAGE, subject, against, client != own);
            self.demand(check, ErrorCode::POLICY)?;
        }
        if !ticket.transited.is_empty() {
            let subject = Operand::new("transited encoding", ticket.transited.kind().to_string());
            let due = Operand::new("due", "1");
            let readable = ticket.transited.is_readable();
            let check = Check::holds(&rules::TRANSITED_ENCODING, subject, due, readable);
            self.demand(check, ErrorCode::TRTYPE_NOSUPP)?;
        }
        let path = if [own, client].contains(&issuer) {
            Some(ticket.transited.clone())
        } else {
            ticket.transited.with(issuer)
        };
        let realms = path.as_ref().and_then(|path| path.realms(client, own));
        let accepted = &self.policy.transit;
        let all = realms.as_ref().is_some_and(|all| all.iter().all(|one| accepted.contains(one)));
        let (subject, against) = match realms {
            Some(none) if none.is_empty() => {
                let subject = Operand::new("client realm", client.to_owned());
                (subject, Operand::new("issuer", issuer.to_owned()))
            }
            realms => {
                let between = realms.map_or("not readable".to_owned(), |realms| realms.join(" "));
                let subject = Operand::new("realms between", between);
                (subject, Operand::new("accepted realms", listed(accepted)))
            }
        };
        let check = Check::holds(&rules::TRANSITED, subject, against, all);
        self.demand(check, ErrorCode::PATH_NOT_ACCEPTED)?;
        path.ok_or(ErrorCode::PATH_NOT_ACCEPTED.into())
    }
}

fn listed(realms: &BTreeSet<String>) -> String {
    let names: Vec<&str> = realms.iter().map(String::as_str).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" ") }
}
