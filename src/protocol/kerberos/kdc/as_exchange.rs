//! The AS exchange: a first ticket for someone who knows the client's key.

use rand_core::Rng;
use rasn::types::OctetString;
use rasn_kerberos as asn1;

use super::database::{Entry, PrincipalKey, Status};
use super::grant::Grant;
use super::{Exchange, Refusal};
use crate::check::{Check, Operand};
use crate::protocol::kerberos::der;
use crate::protocol::kerberos::error::ErrorCode;
use crate::protocol::kerberos::flags::TicketFlags;
use crate::protocol::kerberos::messages::{EtypeInfo, MessageType, open, padata, usage};
use crate::protocol::kerberos::present::opened_check;
use crate::protocol::kerberos::rules;
use crate::protocol::kerberos::ticket::TicketTimes;
use crate::protocol::kerberos::time;
use crate::protocol::kerberos::transited::Transited;

impl Exchange<'_> {
    pub(super) fn authenticate(
        &mut self,
        request: &asn1::KdcReq,
        random: &mut dyn Rng,
    ) -> Result<Vec<u8>, Refusal> {
        let body = &request.req_body;
        let client = self.find_client()?;
        let server = self.find_server()?;
        self.check_client(&client)?;
        let session_etype = self.session_etype(body, &server)?;
        self.check_options(body)?;
        let start = self.start_time(body)?;
        let limits = [client.most_life, server.most_life];
        let end = self.end_time(body, start, &limits, None)?;
        let infos = client_infos(&client, &body.etype);
        let preauth = self.preauthenticate(request, &client, &infos)?;
        let key = self.reply_key(&client, &infos, preauth.as_ref())?;
        let mut flags = TicketFlags::INITIAL;
        if preauth.is_some() {
            flags = flags.with(TicketFlags::PRE_AUTHENT);
        }
        let times =
            TicketTimes { auth: self.now.seconds, start: Some(start), end, renew_till: None };
        let grant = Grant {
            kind: MessageType::AsRep,
            padata: Some(vec![EtypeInfo::to_padata(&[info(&key)])]),
            client: client.principal.clone(),
            server,
            session_etype,
            flags,
            times,
            addresses: body.addresses.as_ref().map(super::Address::from_wire),
            transited: Transited::default(),
            nonce: body.nonce,
            signed_nonce: self.signed_nonce.map(<[u8]>::to_vec),
        };
        grant.reply(&key.key, Some(key.kvno), usage::AS_REP, random)
    }

    fn find_client(&mut self) -> Result<Entry, Refusal> {
        let name = self.client.clone();
        let entry = name.as_ref().and_then(|name| self.database.find(name));
        let shown = name.map_or("none".to_owned(), |name| name.to_string());
        let subject = Operand::new("client", shown);
        let database = Operand::new("database of", self.policy.realm().to_owned());
        let known = Check::holds(&rules::CLIENT_KNOWN, subject, database, entry.is_some());
        self.demand(known, ErrorCode::C_PRINCIPAL_UNKNOWN)?;
        entry.ok_or(ErrorCode::C_PRINCIPAL_UNKNOWN.into())
    }

    fn check_client(&mut self, client: &Entry) -> Result<(), Refusal> {
        let (state, code) = match client.status {
            Status::Active => ("active", ErrorCode::GENERIC),
            Status::Revoked => ("revoked", ErrorCode::CLIENT_REVOKED),
            Status::KeyExpired => ("password expired", ErrorCode::KEY_EXPIRED),
        };
        let subject = Operand::new("client is", state);
        let must = Operand::new("must be", "active");
        let active = client.status == Status::Active;
        self.demand(Check::holds(&rules::CLIENT_STATUS, subject, must, active), code)
    }

    /// The key that opened the encrypted timestamp; `None` where there is none and none is needed.
    fn preauthenticate(
        &mut self,
        request: &asn1::KdcReq,
        client: &Entry,
        infos: &[EtypeInfo],
    ) -> Result<Option<PrincipalKey>, Refusal> {
        let data = request.padata.as_deref().unwrap_or_default();
        let stamp = data.iter().find(|data| data.r#type == padata::ENC_TIMESTAMP);
        let Some(stamp) = stamp else {
            let required = self.policy.preauth_required || client.preauth_required;
            let subject = Operand::new("pre-authentication", "none");
            let policy = Operand::new("policy", if required { "required" } else { "not required" });
            let check = Check::holds(&rules::PREAUTH_REQUIRED, subject, policy, !required);
            return self
                .demand_with_methods(check, ErrorCode::PREAUTH_REQUIRED, infos)
                .map(|()| None);
        };
        let part: asn1::EncryptedData = self.decode("PA-ENC-TIMESTAMP", &stamp.value)?;
        let key = client.current_keys().find(|key| key.key.etype().number() == part.etype);
        let subject = Operand::new("timestamp encryption", format!("type {}", part.etype));
        let keys = Operand::new("client has", if key.is_some() { "a key" } else { "no key" });
        let there = Check::holds(&rules::CLIENT_KEY, subject, keys, key.is_some());
        self.demand(there, ErrorCode::ETYPE_NOSUPP)?;
        let key = key.ok_or(ErrorCode::ETYPE_NOSUPP)?;
        let opened = open(&key.key, usage::PA_ENC_TIMESTAMP, &part);
        let rule = &rules::PREAUTH_INTEGRITY;
        let check = opened_check(rule, "timestamp", &part, &key.key, opened.is_some());
        self.demand_with_methods(check, ErrorCode::PREAUTH_FAILED, infos)?;
        let plain = opened.ok_or(ErrorCode::PREAUTH_FAILED)?;
        let stamp: asn1::PaEncTsEnc = self.decode("PA-ENC-TS-ENC", &plain)?;
        let check = Check::within_seconds(
            &rules::PREAUTH_SKEW,
            ("encrypted timestamp", time::from_wire(&stamp.patimestamp)),
            ("KDC time", self.now.seconds),
            self.policy.skew,
        );
        self.demand(check, ErrorCode::SKEW)?;
        Ok(Some(key.clone()))
    }

    /// A refusal that tells the client how to make its key (RFC 4120 section 5.2.7.5).
    fn demand_with_methods(
        &mut self,
        check: Check,
        code: ErrorCode,
        infos: &[EtypeInfo],
    ) -> Result<(), Refusal> {
        let methods: asn1::MethodData = vec![
            asn1::PaData { r#type: padata::ENC_TIMESTAMP, value: OctetString::default() },
            EtypeInfo::to_padata(infos),
        ];
        let refusal = Refusal { code, data: Some(der::encode(&methods)) };
        super::demand(&mut self.checks, check, refusal)
    }

    /// The key for the encrypted part: the one of the pre-authentication, else the first of the
    /// request's list that the client has.
    fn reply_key(
        &mut self,
        client: &Entry,
        infos: &[EtypeInfo],
        preauth: Option<&PrincipalKey>,
    ) -> Result<PrincipalKey, Refusal> {
        let first = infos.first().and_then(|info| client.current_key(info.etype));
        let key = preauth.or(first).cloned();
        let subject = Operand::new(
            "reply key",
            key.as_ref().map_or("none".to_owned(), |key| key.key.etype().to_string()),
        );
        let against = Operand::new("client keys", "of the request's types");
        let there = Check::holds(&rules::CLIENT_KEY, subject, against, key.is_some());
        self.demand(there, ErrorCode::ETYPE_NOSUPP)?;
        key.ok_or(ErrorCode::ETYPE_NOSUPP.into())
    }
}

/// How the client's keys are made, in the order of the request's list.
fn client_infos(client: &Entry, etypes: &[i32]) -> Vec<EtypeInfo> {
    let key = |number: &i32| client.current_keys().find(|key| key.key.etype().number() == *number);
    etypes.iter().filter_map(key).map(info).take(4).collect()
}

fn info(key: &PrincipalKey) -> EtypeInfo {
    EtypeInfo { etype: key.key.etype(), salt: key.salt.clone(), iterations: key.iterations }
}
