//! What people do with runs: text and values in, text out.

use crate::check::Rule;

pub mod coverage;
pub mod demo;
pub mod diff;
pub mod evidence;
pub mod explain;
pub mod flip;
pub mod follow;
pub mod frequencies;
pub mod hostile;
pub mod inspect;
mod kept;
mod page;
pub mod rules;
pub mod story;
pub mod why;
mod words;

/// Every rule by which anything is decided, in a stable order.
pub fn rules() -> Vec<&'static Rule> {
    let mut rules: Vec<&'static Rule> = crate::protocol::kerberos::rules::ALL.to_vec();
    rules.extend(crate::protocol::passticket::rules::ALL);
    rules.extend(crate::protocol::x509::rules::ALL);
    rules.extend(crate::protocol::saml::rules::ALL);
    rules.extend(crate::nodes::rules());
    rules
}
