//! Calls of methods in words: what callers send, what servers decide.

use super::Case;
use super::graph::{node, number, word};
use crate::catalogue::assertion;
use crate::nodes::client::{Asserts, Who};
use crate::nodes::orb::ContextUse;
use crate::scenario::model::Action;
use crate::trace::Line;

impl Case<'_> {
    /// A record of a caller of methods or of a server.
    pub(super) fn tell_server(&self, line: &Line) -> String {
        let (own, record) = (node(line), &line.record);
        let get = |name| word(record, name);
        let codes = || codes(line);
        match record.kind.as_ref() {
            "orb.call" => format!(
                "{own} calls {} of {}, shows {} and asserts {}{}",
                get("method"),
                get("server"),
                get("sender"),
                if get("identity") == "absent" { "nobody" } else { get("identity") },
                context(get("context"))
            ),
            "orb.refused" => {
                format!("{own} cannot call {} of {}: {}", get("method"), get("server"), get("why"))
            }
            "orb.result" if get("result") == "returned" => {
                format!("{} of {} returns to {own}", get("method"), get("server"))
            }
            "orb.result" => {
                let why = if get("why").is_empty() { "" } else { ": " };
                let (method, server) = (get("method"), get("server"));
                format!("{method} of {server} ends for {own} with {}{why}{}", codes(), get("why"))
            }
            "was.connection" => match get("certificate") {
                "" => format!("{own} and its caller, who has shown no certificate, use TLS"),
                subject => format!("{own} and the holder of the certificate of {subject} use TLS"),
            },
            "was.restart" => format!(
                "{own} is started anew and has forgotten {} contexts",
                number(record, "contexts")
            ),
            "was.request" => format!("{own} takes the request for {} apart", get("method")),
            "was.credential" => format!(
                "{own} sets the {} credential to {}, from {}",
                get("which"),
                get("userid"),
                get("by")
            ),
            "was.context" if get("what") == "kept" => {
                format!("{own} keeps context {} of {}", get("context"), get("userid"))
            }
            "was.context" => {
                format!(
                    "{own} ends context {} of {}: {}",
                    get("context"),
                    get("userid"),
                    get("what")
                )
            }
            "was.accept" => format!("{own} runs {} for {}", get("method"), get("caller")),
            "was.refuse" => format!(
                "{own} refuses {} ({}): {}; the caller gets {}",
                get("method"),
                get("outcome"),
                get("why"),
                codes()
            ),
            "was.raise" => format!("{} of {own} ends with {}", get("method"), codes()),
            kind => super::tell::generic(own, kind),
        }
    }
}

/// The exception of a record with its codes.
fn codes(line: &Line) -> String {
    let get = |name| word(&line.record, name);
    let exception = if get("exception").is_empty() { get("result") } else { get("exception") };
    let mut told = exception.to_owned();
    if !get("minor").is_empty() {
        told.push_str(&format!(" minor X'{}'", get("minor")));
    }
    if !get("context_error").is_empty() {
        told.push_str(&format!(", ContextError {}", get("context_error")));
    }
    told
}

fn context(words: &str) -> String {
    match words {
        "none" | "for this request alone" => String::new(),
        words => format!(" ({words})")
            .replace("(establish ", "(establishes context ")
            .replace("(within ", "(within context "),
    }
}

/// A step that calls a method.
pub(super) fn call_step(who: &str, action: &Action) -> Option<String> {
    let Action::Call { server, method, who: shown, asserts, context, discard } = action else {
        return None;
    };
    let shown = match shown {
        Who::Nobody => "without a token".to_owned(),
        Who::User { userid, .. } => format!("as {userid}"),
        Who::Kerberos { service } => format!("with a Kerberos token for {service}"),
    };
    let asserts = asserts.as_ref().map(|asserts| match asserts {
        Asserts::Anonymous => ", asserting nobody in particular".to_owned(),
        Asserts::PrincipalName(name) | Asserts::DistinguishedName(name) => {
            format!(", asserting {name}")
        }
    });
    let context = match context {
        ContextUse::Stateless => String::new(),
        ContextUse::Stateful => ", in a context".to_owned(),
        ContextUse::Number(number) => format!(", with tokens for context {number}"),
    };
    let discard = if *discard { " that ends with it" } else { "" };
    let asserts = asserts.unwrap_or_default();
    Some(format!("{who} calls {method} of {server} {shown}{asserts}{context}{discard}"))
}

/// The entry of the catalogue that a refusal names.
pub(super) fn refusal_key(line: &Line) -> Option<String> {
    let refuses = matches!(line.record.kind.as_ref(), "was.refuse" | "orb.refused");
    let row = assertion::lookup(word(&line.record, "outcome")).filter(|_| refuses)?;
    Some(row.key())
}
