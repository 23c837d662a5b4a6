//! A key that a NAS and another realm should have in common, and the command that makes it.

use super::graph::{node, word};
use super::{Case, Fix};
use crate::protocol::kerberos::Principal;
use crate::trace::Line;

impl<'a> Case<'a> {
    /// What a NAS lacks that knows no ticket-granting service by the name that was asked for, or has no
    /// key of its version.
    pub(super) fn trust_commands(&self, line: &'a Line) -> Vec<Fix> {
        let rule = |line: &Line| word(&line.record, "rule").to_owned();
        // Whoever defines a profile anew counts the versions of its key from 1 again.
        let (verbs, named): (&[&str], _) = match rule(line).as_str() {
            "kdc.server-known" => (&["RDEFINE"], Some(line)),
            "kerberos.ticket-key" => (&["RDEFINE"], self.ticket_server(line)),
            "kerberos.key-version" => (&["RDELETE", "RDEFINE"], self.ticket_server(line)),
            "kerberos.ticket-integrity" => (&["RALTER"], self.ticket_server(line)),
            _ => return Vec::new(),
        };
        let principal = named.map(|line| word(&line.record, "subject_value")).unwrap_or_default();
        let (name, issuer) = Principal::split_realm(principal);
        let realms = name.strip_prefix("krbtgt/").zip(issuer);
        let is_nas = node(line).ends_with(".NAS");
        let realms = realms.filter(|(granted, issuer)| granted != issuer && is_nas);
        let Some((granted, issuer)) = realms else { return Vec::new() };
        let command = |verb: &&str| {
            let command = format!("{verb} REALM /.../{issuer}/KRBTGT/{granted}");
            Fix::racf(match *verb {
                "RDELETE" => format!("{command}   (in both realms)"),
                _ => format!("{command} KERB(PASSWORD(password))   (in both realms, the same)"),
            })
        };
        verbs.iter().map(command).collect()
    }

    /// The decision that says whom the ticket is for that a decision judges.
    fn ticket_server(&self, line: &'a Line) -> Option<&'a Line> {
        let mut back = self.graph.back(line).take_while(|line| line.record.kind == "check");
        back.find(|line| word(&line.record, "rule") == "kerberos.server-name")
    }
}
