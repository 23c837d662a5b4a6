//! What both exchanges share: the service, its session key type, options, times, and the reply.

use rand_core::Rng;
use rasn::types::Integer;
use rasn_kerberos as asn1;

use super::database::{Entry, Status};
use super::nonce::repeated;
use super::{Exchange, Refusal};
use crate::check::{Check, Operand, Seconds, Unit, utc};
use crate::protocol::kerberos::der;
use crate::protocol::kerberos::error::ErrorCode;
use crate::protocol::kerberos::etype::{EncryptionType, Key};
use crate::protocol::kerberos::flags::{KdcOptions, TicketFlags};
use crate::protocol::kerberos::messages::{MessageType, bits, seal, wire_key, word};
use crate::protocol::kerberos::principal::Principal;
use crate::protocol::kerberos::rules;
use crate::protocol::kerberos::ticket::{Address, TicketPart, TicketTimes};
use crate::protocol::kerberos::time;
use crate::protocol::kerberos::transited::Transited;

/// Options that ask for what this KDC does not have. Forwardable, proxiable, renewable, canonicalize,
/// renewable-ok and disable-transited-check may be left ungranted: the flags of the ticket tell the
/// client what it got (RFC 4120 section 3.1.3).
const REFUSED: [KdcOptions; 8] = [
    KdcOptions::FORWARDED,
    KdcOptions::PROXY,
    KdcOptions::ALLOW_POSTDATE,
    KdcOptions::CNAME_IN_ADDL_TKT,
    KdcOptions::REQUEST_ANONYMOUS,
    KdcOptions::ENC_TKT_IN_SKEY,
    KdcOptions::RENEW,
    KdcOptions::VALIDATE,
];

impl Exchange<'_> {
    pub(super) fn find_server(&mut self) -> Result<Entry, Refusal> {
        let name = self.server.clone();
        let entry = name.as_ref().and_then(|name| self.database.find(name));
        let shown = name.map_or("none".to_owned(), |name| name.to_string());
        let subject = Operand::new("service", shown);
        let database = Operand::new("database of", self.policy.realm().to_owned());
        let known = Check::holds(&rules::SERVER_KNOWN, subject, database, entry.is_some());
        self.demand(known, ErrorCode::S_PRINCIPAL_UNKNOWN)?;
        let entry = entry.ok_or(ErrorCode::S_PRINCIPAL_UNKNOWN)?;
        let revoked = entry.status == Status::Revoked;
        let subject = Operand::new("service is", if revoked { "revoked" } else { "active" });
        let must = Operand::new("must be", "active");
        let active = Check::holds(&rules::SERVER_STATUS, subject, must, !revoked);
        self.demand(active, ErrorCode::SERVICE_REVOKED)?;
        let key = entry.strongest_key().map(|key| key.key.etype());
        let subject = Operand::new("service key", key.map_or("none", EncryptionType::name));
        let must = Operand::new("must be", "there");
        let there = Check::holds(&rules::SERVER_KEY, subject, must, key.is_some());
        self.demand(there, ErrorCode::NULL_KEY)?;
        Ok(entry)
    }

    /// The first type of the request's list of which the service has a key; the ticket itself is
    /// under the strongest key whatever the list says (RFC 4120 section 3.1.3).
    pub(super) fn session_etype(
        &mut self,
        body: &asn1::KdcReqBody,
        server: &Entry,
    ) -> Result<EncryptionType, Refusal> {
        let asked = body.etype.iter().filter_map(|number| EncryptionType::from_number(*number));
        let common = asked.into_iter().find(|etype| server.current_key(*etype).is_some());
        let shown: Vec<String> = body.etype.iter().take(16).map(ToString::to_string).collect();
        let subject = Operand::new("requested types", shown.join(" "));
        let against = Operand::new("common type", common.map_or("none", EncryptionType::name));
        let check = Check::holds(&rules::SESSION_ETYPE, subject, against, common.is_some());
        self.demand(check, ErrorCode::ETYPE_NOSUPP)?;
        common.ok_or(ErrorCode::ETYPE_NOSUPP.into())
    }

    pub(super) fn check_options(&mut self, body: &asn1::KdcReqBody) -> Result<(), Refusal> {
        let options = KdcOptions(word(&body.kdc_options.0));
        let refused = REFUSED.iter().any(|option| options.has(*option));
        // Authorization data would have to be copied into the ticket (RFC 4120 section 3.3.2).
        let unsupported = refused || body.enc_authorization_data.is_some();
        let subject = Operand::new("options", options.text());
        let against = Operand::new("supported", "plain tickets");
        let check = Check::holds(&rules::REQUEST_OPTIONS, subject, against, !unsupported);
        self.demand(check, ErrorCode::BADOPTION)?;
        let postdated = options.has(KdcOptions::POSTDATED);
        let subject = Operand::new("options", options.text());
        let against = Operand::new("must not be", "postdated");
        let check = Check::holds(&rules::START_TIME, subject, against, !postdated);
        self.demand(check, ErrorCode::CANNOT_POSTDATE)
    }

    /// Always now: a requested start within the skew, or in the past, means now.
    pub(super) fn start_time(&mut self, body: &asn1::KdcReqBody) -> Result<Seconds, Refusal> {
        let now = self.now.seconds;
        if let Some(from) = &body.from {
            let asked = ("requested start", time::from_wire(from));
            let skew = self.policy.skew;
            let check =
                Check::not_after_seconds(&rules::START_TIME, asked, ("KDC time", now), skew);
            self.demand(check, ErrorCode::CANNOT_POSTDATE)?;
        }
        Ok(now)
    }

    /// The earliest of what the request asks, the lifetimes of client, service and realm allow, and
    /// the ticket-granting ticket has left; at least the realm's least lifetime ahead.
    pub(super) fn end_time(
        &mut self,
        body: &asn1::KdcReqBody,
        start: Seconds,
        limits: &[Option<i64>],
        granting: Option<Seconds>,
    ) -> Result<Seconds, Refusal> {
        let till = time::from_wire(&body.till);
        let asked = if till == 0 { start.saturating_add(self.policy.default_life) } else { till };
        let lives = limits.iter().flatten().chain([&self.policy.most_life]);
        let ends = lives.map(|life| start.saturating_add(*life));
        let end = ends.chain([asked]).chain(granting).fold(Seconds::MAX, Seconds::min);
        let least = self.policy.least_life;
        let life = end.saturating_sub(start);
        let check = Check::at_least(
            &rules::LEAST_LIFE,
            (Operand::new("lifetime", format!("{life} s, until {}", utc(end))), life),
            (Operand::new("least lifetime", format!("{least} s")), least),
            Unit::Seconds,
        );
        self.demand(check, ErrorCode::NEVER_VALID)?;
        Ok(end)
    }
}

/// A ticket that has been decided on.
pub(super) struct Grant {
    pub(super) kind: MessageType,
    pub(super) padata: Option<Vec<asn1::PaData>>,
    pub(super) client: Principal,
    pub(super) server: Entry,
    pub(super) session_etype: EncryptionType,
    pub(super) flags: TicketFlags,
    pub(super) times: TicketTimes,
    pub(super) addresses: Option<Vec<Address>>,
    pub(super) transited: Transited,
    pub(super) nonce: u32,
    /// The nonce as it came, where that is negative.
    pub(super) signed_nonce: Option<Vec<u8>>,
}

impl Grant {
    /// Draws the session key, makes the ticket under the service's strongest key and the reply
    /// under `key`.
    pub(super) fn reply(
        self,
        key: &Key,
        kvno: Option<u32>,
        usage: u32,
        random: &mut dyn Rng,
    ) -> Result<Vec<u8>, Refusal> {
        let session_key = Key::random(self.session_etype, random);
        let ticket = self.ticket(&session_key, random)?;
        let part = self.reply_part(&session_key);
        let plain = match self.kind {
            MessageType::AsRep => der::encode(&asn1::EncAsRepPart(part)),
            _ => der::encode(&asn1::EncTgsRepPart(part)),
        };
        let plain = match &self.signed_nonce {
            Some(signed) => repeated(plain, signed),
            None => plain,
        };
        let reply = asn1::KdcRep {
            pvno: Integer::from(5),
            msg_type: Integer::from(self.kind as i32),
            padata: self.padata,
            crealm: self.client.wire_realm(),
            cname: self.client.wire_name(),
            ticket,
            enc_part: seal(key, kvno, usage, &plain, random),
        };
        Ok(match self.kind {
            MessageType::AsRep => der::encode(&asn1::AsRep(reply)),
            _ => der::encode(&asn1::TgsRep(reply)),
        })
    }

    fn ticket(&self, session_key: &Key, random: &mut dyn Rng) -> Result<asn1::Ticket, Refusal> {
        let part = TicketPart {
            flags: self.flags,
            session_key: session_key.clone(),
            client: self.client.clone(),
            transited: self.transited.clone(),
            times: self.times,
            addresses: self.addresses.clone(),
        };
        // That there is a key was decided when the service was found.
        let key = self.server.strongest_key().ok_or(ErrorCode::NULL_KEY)?;
        Ok(part.ticket(&self.server.principal, Some(key.kvno), &key.key, random))
    }

    fn reply_part(&self, session_key: &Key) -> asn1::EncKdcRepPart {
        let auth_time = time::to_wire(self.times.auth);
        asn1::EncKdcRepPart {
            key: wire_key(session_key),
            // Type 0 carries no information, but the field is not optional.
            last_req: vec![asn1::LastReqValue { r#type: 0, value: auth_time.clone() }],
            nonce: self.nonce,
            key_expiration: None,
            flags: asn1::TicketFlags(bits(self.flags.0)),
            auth_time,
            start_time: self.times.start.map(time::to_wire),
            end_time: time::to_wire(self.times.end),
            renew_till: None,
            srealm: self.server.principal.wire_realm(),
            sname: self.server.principal.wire_name(),
            caddr: self.addresses.as_deref().map(Address::to_wire),
            encrypted_pa_data: None,
        }
    }
}
