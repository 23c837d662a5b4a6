//! Every documented outcome as data: messages, conditions, service codes, with cause and cure.
//!
//! A product code is written here and nowhere else; the nodes refer to it by name. Every row says
//! where it comes from and whether a public document says so or the model had to choose. One file
//! holds what one document or one shared subject brings; [`entries`] lists all of it.

use std::borrow::Cow;

use crate::check::Mark;

pub mod abends;
pub mod assertion;
pub mod commands;
pub mod conditions;
pub mod copybook;
pub mod cures;
pub mod dfhsaml;
pub mod dfhxs1402;
pub mod encryptptkt;
pub mod kerberos_status;
pub mod messages;
pub mod neighbours;
pub mod request_passticket;
pub mod response;
pub mod saf;
pub mod saml_areas;
pub mod shown_by;
pub mod signon;
pub mod verify_password;
pub mod verify_token;

/// What an [`Entry`] describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A message of the region, by its id.
    Message,
    /// A reason that a message inserts.
    Reason,
    /// RESP and RESP2 of a command.
    Response,
    /// An abend code that the region gives by itself.
    Abend,
    /// A condition (RESP) and the abend that it becomes when nobody handles it.
    Condition,
    /// Return and reason codes of a callable service.
    ServiceCode,
    /// A Kerberos or GSS status word.
    Status,
    /// A response code of program DFHSAML.
    SamlResponse,
    /// A container that program DFHSAML makes.
    Container,
    /// Why a request between servers is refused.
    Assertion,
}

impl Kind {
    /// All of them, in the order of listings.
    pub const ALL: [Kind; 10] = [
        Kind::Message,
        Kind::Reason,
        Kind::Response,
        Kind::Abend,
        Kind::Condition,
        Kind::ServiceCode,
        Kind::Status,
        Kind::SamlResponse,
        Kind::Container,
        Kind::Assertion,
    ];

    /// The word for several of them.
    pub fn plural(self) -> &'static str {
        match self {
            Kind::Message => "messages",
            Kind::Reason => "reasons",
            Kind::Response => "responses",
            Kind::Abend => "abends",
            Kind::Condition => "conditions",
            Kind::ServiceCode => "service codes",
            Kind::Status => "statuses",
            Kind::SamlResponse => "SAML responses",
            Kind::Container => "containers",
            Kind::Assertion => "refused requests",
        }
    }

    /// The word that listings use.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Message => "message",
            Kind::Reason => "reason",
            Kind::Response => "response",
            Kind::Abend => "abend",
            Kind::Condition => "condition",
            Kind::ServiceCode => "service code",
            Kind::Status => "status",
            Kind::SamlResponse => "SAML response",
            Kind::Container => "container",
            Kind::Assertion => "refused request",
        }
    }
}

/// One outcome, in the form that every listing shares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: Kind,
    /// Its stable name, unique in the catalogue: `DFHXS1402/9`, `VERIFY TOKEN NOTAUTH 61`.
    pub key: String,
    /// What it is called, in a few words.
    pub title: Cow<'static, str>,
    /// Its text as the product shows it, or its meaning where the product shows only a number.
    pub text: Cow<'static, str>,
    /// What brings it about.
    pub cause: &'static str,
    /// What to do about it.
    pub cure: &'static str,
    /// Documented or assumed.
    pub mark: Mark,
    /// The document that says so, or why it was assumed.
    pub source: &'static str,
    /// Why no run can come to it, where the model lacks what would bring it about.
    pub beyond: Option<&'static str>,
}

/// Everything in the catalogue, in a stable order.
pub fn entries() -> Vec<Entry> {
    let mut all = Vec::new();
    all.extend(messages::entries());
    all.extend(dfhxs1402::entries());
    all.extend(response::entries());
    all.extend(abends::entries());
    all.extend(conditions::entries());
    all.extend(saf::entries());
    all.extend(kerberos_status::entries());
    all.extend(dfhsaml::entries());
    all.extend(saml_areas::entries());
    all.extend(assertion::entries());
    all
}

/// Puts `inserts` into a template: `{1}` takes the first. A number without an insert stays.
pub(crate) fn fill(template: &str, inserts: &[&str]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, tail) = rest.split_at(open);
        text.push_str(before);
        match tail
            .find('}')
            .and_then(|close| Some((close, insert_at(tail.get(1..close)?, inserts)?)))
        {
            Some((close, insert)) => {
                text.push_str(insert);
                rest = tail.get(close + 1..).unwrap_or("");
            }
            None => {
                text.push('{');
                rest = tail.get(1..).unwrap_or("");
            }
        }
    }
    text.push_str(rest);
    text
}

fn insert_at<'a>(number: &str, inserts: &[&'a str]) -> Option<&'a str> {
    let index = number.parse::<usize>().ok()?.checked_sub(1)?;
    inserts.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filling_leaves_what_is_no_insert() {
        assert_eq!(fill("a {1}-{2} {1}", &["x", "{1}"]), "a x-{1} x");
        assert_eq!(fill("{0} {3} {x} {", &["x"]), "{0} {3} {x} {");
        assert_eq!(fill("", &[]), "");
    }
}
