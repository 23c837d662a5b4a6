//! Records of the KDC, of SAF services and of the NAS as sentences, with what their codes mean.

use super::Case;
use super::graph::{node, number, word};
use super::tell::generic;
use crate::catalogue::kerberos_status;
use crate::catalogue::saf::{self, SafReturn, Service};
use crate::trace::Line;

impl Case<'_> {
    pub(super) fn tell_kdc(&self, line: &Line) -> String {
        let record = &line.record;
        let own = node(line);
        let (client, service) = (word(record, "client"), word(record, "service"));
        match record.kind.as_ref() {
            "kdc.as-rep" => format!("{own} issues a ticket-granting ticket to {client}"),
            "kdc.tgs-rep" => format!("{own} issues a ticket for {service} to {client}"),
            "kdc.error" if self.is_preauthentication(line) => format!(
                "{own} asks {client} to pre-authenticate first, a normal step of log-on (KDC error \
                 {})",
                word(record, "error")
            ),
            "kdc.error" => {
                let error = word(record, "error");
                let meaning = protocol_error(error).map(|text| format!(" ({text})"));
                // Whose request it is, a KDC learns from the ticket that it cannot open.
                let whom = if client.is_empty() { "a client" } else { client };
                format!("{own} refuses {whom}: {error}{}", meaning.unwrap_or_default())
            }
            kind => generic(own, kind),
        }
    }

    pub(super) fn tell_service(&self, line: &Line) -> String {
        let record = &line.record;
        let own = node(line);
        let get = |name| word(record, name);
        match record.kind.as_ref() {
            "saf.call" => {
                let (service, user) = (get("service"), get("userid"));
                let about = match (get("resource"), get("principal")) {
                    ("", "") if user.is_empty() => String::new(),
                    ("", "") => format!(" for user {user}"),
                    ("", principal) => format!(" for principal {principal}"),
                    (resource, _) => {
                        let (access, class) = (get("access"), get("class"));
                        format!(": may {user} {access} {resource} of class {class}?")
                    }
                };
                format!("{own} calls {service}{about}")
            }
            "saf.return" => {
                let codes = codes_of(line);
                let service = self.service_of(line);
                let meaning = service.and_then(|service| saf::lookup(service, codes));
                let meaning =
                    meaning.map(|row| format!(" ({})", row.meaning.trim_end_matches('.')));
                let (SafReturn { saf, rc, .. }, rsn) = (codes, get("rsn"));
                let meaning = meaning.unwrap_or_default();
                format!("{own} gets SAF {saf}, ESM X'{rc:X}', reason {rsn}{meaning}")
            }
            "saf.timeout" => format!("{own} has waited {} in vain, and gives up", get("waited")),
            "nas.call" => format!("{own} hands the token to the NAS to {} it", get("function")),
            "nas.return" => format!("{own} answers {}", status_words(get("status"))),
            kind => generic(own, kind),
        }
    }

    /// The service that a return comes from: the last one that the same node called for the task.
    pub(super) fn service_of(&self, line: &Line) -> Option<Service> {
        let call = self.graph.last_before(line.n, |other| {
            other.record.kind == "saf.call"
                && other.node == line.node
                && other.record.task == line.record.task
        })?;
        match word(&call.record, "service") {
            "R_ticketserv" => Some(Service::RTicketserv),
            "R_usermap" => Some(Service::RUsermap),
            "RACROUTE VERIFY" => Some(Service::RacrouteVerify),
            service if service.starts_with("R_GenSec") => Some(Service::RGenSec),
            service if service.starts_with("RACROUTE") => Some(Service::RacrouteAuth),
            _ => None,
        }
    }
}

/// The codes that a record says a service returned.
pub(super) fn codes_of(line: &Line) -> SafReturn {
    let code = |name| u32::try_from(number(&line.record, name)).unwrap_or(u32::MAX);
    SafReturn { saf: code("saf"), rc: code("rc"), rsn: hexadecimal(word(&line.record, "rsn")) }
}

/// The value of `X'96C73A20'`.
fn hexadecimal(text: &str) -> u32 {
    let digits = text.trim_start_matches("X'").trim_end_matches('\'');
    u32::from_str_radix(digits, 16).unwrap_or_default()
}

/// A status word with its name and meaning.
fn status_words(status: &str) -> String {
    match kerberos_status::lookup(hexadecimal(status)) {
        Some(row) => format!("{status} ({}: {})", row.symbol, row.meaning.trim_end_matches('.')),
        None => status.to_owned(),
    }
}

/// What an error of a KDC means: `37 SKEW`.
fn protocol_error(error: &str) -> Option<&'static str> {
    let number = error.split(' ').next()?.parse().ok()?;
    let row = kerberos_status::lookup(kerberos_status::from_protocol_error(number)?)?;
    Some(row.meaning.trim_end_matches('.'))
}
