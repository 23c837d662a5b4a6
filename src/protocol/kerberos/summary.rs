//! What anyone on the wire can read of a message: its kind and its clear-text facts, for traces.

use rasn_kerberos as asn1;

use super::der;
use super::error::KrbError;
use super::etype::EncryptionType;
use super::flags::{ApOptions, KdcOptions};
use super::gss::TokenId;
use super::messages::{MessageType, padata, word};
use super::principal::Principal;
use super::time;
use crate::check::utc;
use crate::protocol::gss::{KERBEROS_OID, unframe};

/// A clear-text fact: its name and its text.
pub type Fact = (&'static str, String);

/// The kind of a message by its first octets; GSS-API frames are looked through.
///
/// `unknown` for everything that is no Kerberos message. Nothing behind the tag is looked at, so that
/// a damaged message keeps its label.
pub fn classify(bytes: &[u8]) -> &'static str {
    match kind(message(bytes)) {
        Some(MessageType::AsReq) => "AS-REQ",
        Some(MessageType::AsRep) => "AS-REP",
        Some(MessageType::TgsReq) => "TGS-REQ",
        Some(MessageType::TgsRep) => "TGS-REP",
        Some(MessageType::ApReq) => "AP-REQ",
        Some(MessageType::ApRep) => "AP-REP",
        Some(MessageType::Error) => "KRB-ERROR",
        None if bytes.starts_with(&[5, 4]) => "GSS-WRAP",
        None => "unknown",
    }
}

/// Every label that [`classify`] gives.
pub const KINDS: [&str; 9] = [
    "AS-REQ",
    "AS-REP",
    "TGS-REQ",
    "TGS-REP",
    "AP-REQ",
    "AP-REP",
    "KRB-ERROR",
    "GSS-WRAP",
    "unknown",
];

/// The clear-text facts of a message in a fixed order; no secrets, because there are none in clear.
///
/// A message that cannot be decoded gives one fact, `problem`; bytes of no known kind give none.
pub fn summary(bytes: &[u8]) -> Vec<Fact> {
    let inner = message(bytes);
    let facts = match kind(inner) {
        Some(MessageType::AsReq) => {
            der::decode("AS-REQ", inner).map(|asn1::AsReq(request)| request_facts(&request))
        }
        Some(MessageType::TgsReq) => {
            der::decode("TGS-REQ", inner).map(|asn1::TgsReq(request)| request_facts(&request))
        }
        Some(MessageType::AsRep) => {
            der::decode("AS-REP", inner).map(|asn1::AsRep(reply)| reply_facts(&reply))
        }
        Some(MessageType::TgsRep) => {
            der::decode("TGS-REP", inner).map(|asn1::TgsRep(reply)| reply_facts(&reply))
        }
        Some(MessageType::ApReq) => der::decode("AP-REQ", inner).map(|request| ap_facts(&request)),
        Some(MessageType::ApRep) => der::decode::<asn1::ApRep>("AP-REP", inner)
            .map(|reply| vec![encrypted("encryption", &reply.enc_part)]),
        Some(MessageType::Error) => KrbError::decode(inner).map(|error| error_facts(&error)),
        None => Ok(Vec::new()),
    };
    facts.unwrap_or_else(|error| vec![("problem", error.to_string())])
}

/// The message inside a GSS-API frame, or the bytes themselves.
fn message(bytes: &[u8]) -> &[u8] {
    let framed = unframe(bytes).ok().filter(|framed| framed.mechanism == KERBEROS_OID);
    let inner = framed.and_then(|framed| framed.inner.split_first_chunk::<2>());
    match inner {
        Some((id, message)) if TokenId::from_octets(*id).is_some() => message,
        _ => bytes,
    }
}

fn kind(bytes: &[u8]) -> Option<MessageType> {
    let tag = i32::from(*bytes.first()?);
    [
        MessageType::AsReq,
        MessageType::AsRep,
        MessageType::TgsReq,
        MessageType::TgsRep,
        MessageType::ApReq,
        MessageType::ApRep,
        MessageType::Error,
    ]
    .into_iter()
    .find(|kind| 0x60 | *kind as i32 == tag)
}

fn request_facts(request: &asn1::KdcReq) -> Vec<Fact> {
    let body = &request.req_body;
    let mut facts = Vec::new();
    if let Some(client) = &body.cname {
        facts.push(("client", Principal::from_wire(&body.realm, client).to_string()));
    }
    if let Some(server) = &body.sname {
        facts.push(("server", Principal::from_wire(&body.realm, server).to_string()));
    }
    facts.push(("options", KdcOptions(word(&body.kdc_options.0)).text()));
    facts.push(("till", utc(time::from_wire(&body.till))));
    facts.push(("etypes", list(body.etype.iter().map(|number| etype_text(*number)))));
    let data = request.padata.iter().flatten();
    facts.push(("padata", list(data.map(|data| padata_text(data.r#type)))));
    facts
}

fn reply_facts(reply: &asn1::KdcRep) -> Vec<Fact> {
    let mut facts = vec![("client", Principal::from_wire(&reply.crealm, &reply.cname).to_string())];
    facts.extend(ticket_facts(&reply.ticket));
    facts.push(encrypted("encryption", &reply.enc_part));
    facts
}

fn ap_facts(request: &asn1::ApReq) -> Vec<Fact> {
    let mut facts = vec![("options", ApOptions(word(&request.ap_options.0)).text())];
    facts.extend(ticket_facts(&request.ticket));
    facts.push(encrypted("authenticator", &request.authenticator));
    facts
}

fn ticket_facts(ticket: &asn1::Ticket) -> [Fact; 2] {
    let server = Principal::from_wire(&ticket.realm, &ticket.sname);
    [("server", server.to_string()), encrypted("ticket", &ticket.enc_part)]
}

fn error_facts(error: &KrbError) -> Vec<Fact> {
    let mut facts = vec![("error", error.code.to_string())];
    if let Some(client) = &error.client {
        facts.push(("client", client.to_string()));
    }
    facts.push(("server", error.server.to_string()));
    facts.push(("time", error.time.text()));
    facts
}

fn encrypted(name: &'static str, part: &asn1::EncryptedData) -> Fact {
    let etype = etype_text(part.etype);
    let version = part.kvno.map_or(String::new(), |kvno| format!(", kvno {kvno}"));
    (name, format!("{etype}{version}, {} bytes", part.cipher.len()))
}

fn etype_text(number: i32) -> String {
    EncryptionType::from_number(number).map_or(number.to_string(), |etype| etype.to_string())
}

fn padata_text(kind: i32) -> String {
    match kind {
        padata::TGS_REQ => "PA-TGS-REQ".to_owned(),
        padata::ENC_TIMESTAMP => "PA-ENC-TIMESTAMP".to_owned(),
        padata::ETYPE_INFO2 => "PA-ETYPE-INFO2".to_owned(),
        other => other.to_string(),
    }
}

/// At most 16 items, because a hostile message may have thousands.
fn list(items: impl Iterator<Item = String>) -> String {
    let shown: Vec<String> = items.take(16).collect();
    if shown.is_empty() { "none".to_owned() } else { shown.join(" ") }
}
