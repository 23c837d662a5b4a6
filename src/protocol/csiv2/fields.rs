//! What messages and tokens say, by the names that people know.

use serde_json::{Map, Value, json};

use super::Order;
use super::cdr::Read;
use super::giop::{self, Content, SystemException};
use super::identity::{Chain, Token as Identity, Wrapped, form_name};
use super::ior::{Mechanism, MechanismList, TlsTransport};
use super::names::{ExportedName, Name, dotted, oid_from_der};
use super::sas::{Body, Message};
use super::token::{Credentials, ErrorToken, Token, length_octets, mechanism};
use crate::protocol::anatomy::hex;

type Fields = Map<String, Value>;

/// The facts of octets of a kind; none where they are not of it.
pub fn fields(kind: &str, octets: &[u8]) -> Fields {
    let found = match kind {
        "GIOP" => giop::Message::decode(octets).map(message),
        "SASContextBody" => Body::decode(octets).map(body),
        "GSSToken" => Token::decode(octets).map(|own| token(&own, octets)),
        "GSSUP.InitialContextToken" => {
            Credentials::decode(octets).map(|own| with_order(own.order, credentials(&own)))
        }
        "GSSUP.InitialContextToken.body" => Credentials::decode_body(octets, Order::Big)
            .map(|own| with_order(own.order, credentials(&own))),
        "GSSUP.ErrorToken" => ErrorToken::decode(octets).map(|own| {
            let name = own.name().unwrap_or("unknown");
            with_order(own.order, object(json!({"error_code": own.code, "name": name})))
        }),
        "GSS_NT_ExportedName" => ExportedName::decode(octets).map(|own| exported(&own)),
        "IdentityToken.principal_name" => Wrapped::<ExportedName>::decode(octets)
            .map(|own| wrapped(own.order, exported(&own.inside))),
        "IdentityToken.certificate_chain" => {
            Wrapped::<Chain>::decode(octets).map(|own| wrapped(own.order, chain(&own.inside)))
        }
        "IdentityToken.dn" => {
            Wrapped::<Name>::decode(octets).map(|own| wrapped(own.order, name(&own.inside)))
        }
        "X509CertificateChain" => Chain::decode(octets).map(|own| chain(&own)),
        "X501DistinguishedName" => Name::decode(octets).map(|own| name(&own)),
        "OID-DER" => oid_from_der(octets).map(|own| object(json!({"oid": oid(own)}))),
        "CompoundSecMechList" => MechanismList::decode(octets).map(|own| mechanisms(&own)),
        "TLS_SEC_TRANS" => TlsTransport::decode(octets).map(|own| tls(&own)),
        _ => Ok(Fields::new()),
    };
    found.unwrap_or_default()
}

fn object(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}

fn with_order(order: Order, mut fields: Fields) -> Fields {
    fields.insert("byte_order".to_owned(), order.word().into());
    fields
}

fn wrapped(order: Option<Order>, fields: Fields) -> Fields {
    match order {
        Some(order) => with_order(order, fields),
        None => with(fields, "encapsulated", false),
    }
}

fn with(mut fields: Fields, name: &str, value: impl Into<Value>) -> Fields {
    fields.insert(name.to_owned(), value.into());
    fields
}

/// Octets as text, where they are text that can be shown, and else as digits.
fn shown(octets: &[u8]) -> String {
    match std::str::from_utf8(octets) {
        Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
        _ => hex(octets),
    }
}

fn oid(content: &[u8]) -> String {
    dotted(content).unwrap_or_else(|_| hex(content))
}

/// A number, in digits where other software would round it (RFC 8259 section 6).
fn number(value: u64) -> Value {
    if value >> 53 == 0 { value.into() } else { format!("{value:#018x}").into() }
}

fn exported(own: &ExportedName) -> Fields {
    object(json!({"mech": oid(&own.mechanism), "name": shown(&own.name)}))
}

fn name(own: &Name) -> Fields {
    object(json!({"printed": own.printed().unwrap_or_default()}))
}

fn chain(own: &Chain) -> Fields {
    let Ok(all) = own.read() else {
        return object(json!({"certificates": own.certificates.len()}));
    };
    let subjects: Vec<&str> = all.iter().map(|own| own.subject.as_str()).collect();
    let direction = Chain::direction(&all).word();
    object(json!({"certificates": all.len(), "subjects": subjects, "order": direction}))
}

fn credentials(own: &Credentials) -> Fields {
    object(json!({
        "username": shown(&own.username),
        "password": shown(&own.password),
        "target_name": target(own).unwrap_or_else(|| shown(&own.target_name)),
    }))
}

/// The realm for which credentials are meant.
fn target(own: &Credentials) -> Option<String> {
    own.target().ok().flatten().map(|name| shown(&name.name))
}

fn token(own: &Token, octets: &[u8]) -> Fields {
    let fields = match own {
        Token::Gssup(own) => {
            let fields = with_order(own.order, credentials(own));
            with(fields, "target_exported_name", target(own))
        }
        Token::Ltpa(own) => {
            let fields = object(json!({"token_bytes": shown(&own.token), "frames": own.frames}));
            with_order(own.order, fields)
        }
        Token::Kerberos(_) => Fields::new(),
        Token::Other(_, inner) => object(json!({"inner": hex(inner)})),
    };
    let fields = with(fields, "mech", mechanism(octets).map(oid));
    with(fields, "der_length_octets", hex(length_octets(octets)))
}

fn body(own: Body) -> Fields {
    let order = own.order;
    let kind = own.message.number();
    let fields = match own.message {
        Message::Establish {
            client_context_id,
            authorization_token,
            identity_token,
            client_authentication_token,
        } => {
            let elements = authorization_token.iter();
            let elements: Vec<Value> = elements
                .map(|own| json!([format!("{:#x}", own.form), hex(&own.element)]))
                .collect();
            let mut fields = object(json!({
                "message": "EstablishContext",
                "client_context_id": number(client_context_id),
                "authorization_token": elements,
                "authorization": elements,
                "identity": identity(&identity_token),
                "client_authentication_token": hex(&client_authentication_token),
            }));
            if let Ok(Token::Gssup(own)) = Token::decode(&client_authentication_token) {
                fields.insert("gssup".to_owned(), credentials(&own).into());
                fields.insert("gssup_user".to_owned(), shown(&own.username).into());
            }
            fields
        }
        Message::Complete { client_context_id, context_stateful, final_context_token } => {
            object(json!({
                "message": "CompleteEstablishContext",
                "client_context_id": number(client_context_id),
                "context_stateful": context_stateful,
                "final_context_token": hex(&final_context_token),
            }))
        }
        Message::Error { client_context_id, major_status, minor_status, error_token } => {
            object(json!({
                "message": "ContextError",
                "client_context_id": number(client_context_id),
                "major_status": major_status,
                "minor_status": minor_status,
                "error_token": hex(&error_token),
            }))
        }
        Message::InContext { client_context_id, discard_context } => object(json!({
            "message": "MessageInContext",
            "client_context_id": number(client_context_id),
            "discard_context": discard_context,
        })),
    };
    with_order(order, with(fields, "type", kind))
}

/// An identity token on one line.
fn identity(own: &Identity) -> String {
    let form = form_name(own.form()).unwrap_or("default");
    let inside = |found: Read<String>, octets: &[u8]| {
        format!("{form} {}", found.unwrap_or_else(|_| hex(octets)))
    };
    match own {
        Identity::Absent(value) | Identity::Anonymous(value) => format!("{form}({value})"),
        Identity::PrincipalName(octets) => {
            let own = Wrapped::<ExportedName>::decode(octets);
            inside(own.map(|own| shown(&own.inside.name)), octets)
        }
        Identity::CertificateChain(octets) => {
            let own = Wrapped::<Chain>::decode(octets);
            inside(own.map(|own| chain_text(&own.inside)), octets)
        }
        Identity::DistinguishedName(octets) => {
            let own = Wrapped::<Name>::decode(octets);
            inside(own.and_then(|own| own.inside.printed()), octets)
        }
        Identity::Other(number, octets) => format!("{form}({number}) {}", hex(octets)),
    }
}

fn chain_text(own: &Chain) -> String {
    match own.read() {
        Ok(all) => {
            let subjects = all.iter().map(|own| super::names::spaced(&own.subject));
            subjects.collect::<Vec<_>>().join("; ")
        }
        Err(_) => format!("{} certificates", own.certificates.len()),
    }
}

fn message(own: giop::Message) -> Fields {
    let order = own.order;
    let security = own.security().map(|octets| fields("SASContextBody", octets));
    let contexts = |all: &[giop::ServiceContext]| -> Vec<Value> {
        all.iter().map(|own| json!([own.id, hex(&own.data)])).collect()
    };
    let mut fields = object(json!({
        "giop": own.version.word(),
        "message_type": own.content.kind().1,
        "more_fragments": own.more,
    }));
    let more = match &own.content {
        Content::Request(own) => {
            let mut fields = object(json!({
                "request_id": own.id,
                "response_flags": own.response_flags,
                "operation": own.operation,
                "service_context": contexts(&own.contexts),
                "body": hex(&own.body),
            }));
            if let giop::Target::Key(key) = &own.target {
                fields.insert("object_key".to_owned(), shown(key).into());
            }
            if let Ok(text) = giop::string_of(&own.body, order) {
                fields.insert("argument".to_owned(), text.into());
            }
            fields
        }
        Content::Reply(own) => reply(own, order, contexts(&own.contexts)),
        Content::CancelRequest(id) => object(json!({"request_id": id})),
        Content::LocateRequest(id, target) => {
            let fields = object(json!({"request_id": id}));
            match target {
                giop::Target::Key(key) => with(fields, "object_key", shown(key)),
                _ => fields,
            }
        }
        Content::LocateReply(id, status, body) => {
            object(json!({"request_id": id, "locate_status": status, "body": hex(body)}))
        }
        Content::CloseConnection | Content::MessageError => Fields::new(),
        Content::Fragment(id, octets) => object(json!({"request_id": id, "data": hex(octets)})),
    };
    fields.extend(more);
    if let Some(security) = security {
        fields.insert("sas".to_owned(), security.into());
    }
    with_order(order, fields)
}

fn reply(own: &giop::Reply, order: Order, contexts: Vec<Value>) -> Fields {
    let mut fields = object(json!({
        "request_id": own.id,
        "reply_status": own.status,
        "service_context": contexts,
        "body": hex(&own.body),
    }));
    match own.status {
        0 => {
            if let Ok(text) = giop::string_of(&own.body, order) {
                fields.insert("result".to_owned(), text.into());
            }
        }
        2 => {
            if let Ok(own) = SystemException::decode(&own.body, order) {
                fields.insert("exception".to_owned(), own.name().into());
                fields.insert("minor".to_owned(), format!("{:#x}", own.minor).into());
                fields.insert("completed".to_owned(), own.completed.into());
            }
        }
        _ => {}
    }
    fields
}

fn options(bits: u16) -> String {
    format!("{bits:#06x}")
}

fn mechanisms(own: &MechanismList) -> Fields {
    let all: Vec<Value> = own.mechanisms.iter().map(|own| mechanism_fields(own).into()).collect();
    let mut fields = own.mechanisms.first().map(mechanism_fields).unwrap_or_default();
    fields.insert("stateful".to_owned(), own.stateful.into());
    // The first is the one that the server prefers; all of them are here.
    fields.insert("mechanisms".to_owned(), all.into());
    with_order(own.order, fields)
}

fn mechanism_fields(own: &Mechanism) -> Fields {
    let (login, assertion) = (&own.authentication, &own.attributes);
    let mut fields = object(json!({
        "target_requires": options(own.target_requires),
        "transport_tag": own.transport.tag,
        "as_supports": options(login.target_supports),
        "as_requires": options(login.target_requires),
        "sas_supports": options(assertion.target_supports),
        "sas_requires": options(assertion.target_requires),
        "supported_identity_types": assertion.identity_types,
        "naming_mechanisms": assertion.naming_mechanisms.iter().map(|own| {
            oid_from_der(own).map_or_else(|_| hex(own), oid)
        }).collect::<Vec<_>>(),
        "privilege_authorities": assertion.privilege_authorities.iter().map(|(syntax, name)| {
            json!([syntax, hex(name)])
        }).collect::<Vec<_>>(),
    }));
    if let Ok(own) = oid_from_der(&login.mechanism) {
        fields.insert("as_mech".to_owned(), oid(own).into());
    }
    if let Ok(own) = ExportedName::decode(&login.target_name) {
        fields.insert("as_target_name".to_owned(), shown(&own.name).into());
    }
    if let Ok(own) = TlsTransport::decode(&own.transport.data) {
        fields.insert("tls".to_owned(), tls(&own).into());
    }
    fields
}

fn tls(own: &TlsTransport) -> Fields {
    let addresses: Vec<Value> =
        own.addresses.iter().map(|(host, port)| json!([host, port])).collect();
    let fields = object(json!({
        "target_supports": options(own.target_supports),
        "target_requires": options(own.target_requires),
        "addresses": addresses,
    }));
    with_order(own.order, fields)
}
