//! The commands that mend a refused PassTicket, and a user whom wrong ones have revoked.

use super::check::margin;
use super::graph::{node, word};
use super::{Case, Finding, Fix, Sentence};
use crate::nodes::esm::database::ssignon::PTKTDATA;
use crate::scenario::overrides::path_of_parts;
use crate::trace::Line;

/// Whoever is further from the window than this has no wrong clock: the key, the user or the application
/// is another one, which gives any second at all (s).
const NO_CLOCK: u64 = 86_400;
/// The longest TIMEOUT of a profile (s).
const TIMEOUT_MOST: u64 = 600;

impl<'a> Case<'a> {
    /// What to type against a check of PassTickets that said no.
    pub(super) fn passticket_commands(&self, line: &'a Line) -> Vec<Fix> {
        let Some(system) = self.plan.plex.system_of(node(line)) else { return Vec::new() };
        let beyond = margin(&line.record).map_or(0, i64::unsigned_abs);
        let (rule, against) = (word(&line.record, "rule"), word(&line.record, "against_value"));
        let command = match rule {
            "esm.ptktdata-class" => return self.class_commands(system, against),
            "esm.ptktdata-key" => key_command(word(&line.record, "subject_value"), against),
            "passticket.window" if beyond > NO_CLOCK => self
                .judging_profile(line)
                .map(|name| same_key(&format!("RALTER {PTKTDATA} {name} SSIGNON(KEYMASKED(key))"))),
            "passticket.timeout" if beyond > NO_CLOCK => self.judging_profile(line).map(|name| {
                same_key(&format!("RALTER {PTKTDATA} {name} SSIGNON(EPTKEYLABEL(label))"))
            }),
            "passticket.timeout" => self.longer_timeout(line, beyond),
            "esm.attempts-counted" => Some("SETROPTS INITSTATS".to_owned()),
            "esm.revoke-after" => return self.more_attempts(system),
            _ => None,
        };
        let refreshed = command.is_some() && rule != "esm.attempts-counted";
        let refresh = refreshed.then(|| format!("SETROPTS RACLIST({PTKTDATA}) REFRESH"));
        command.into_iter().chain(refresh).map(Fix::racf).collect()
    }

    fn class_commands(&self, system: &str, state: &str) -> Vec<Fix> {
        let path = ["systems", system, "esm", "classes", PTKTDATA];
        let (command, option) = match state {
            "not active" => {
                (format!("SETROPTS CLASSACT({PTKTDATA}) RACLIST({PTKTDATA})"), "active")
            }
            _ => (format!("SETROPTS RACLIST({PTKTDATA})"), "raclist"),
        };
        let change = format!("{}=true", path_of_parts(&[&path[..], &[option]].concat()));
        vec![Fix::racf(command), self.try_set(change)]
    }

    /// The profile whose key judged a PassTicket.
    fn judging_profile(&self, line: &Line) -> Option<&'a str> {
        let judged = self.graph.last_before(line.n, |other| {
            other.node == line.node && word(&other.record, "rule") == "esm.ptktdata-key"
        })?;
        Some(word(&judged.record, "subject_value"))
    }

    /// A TIMEOUT that would have been long enough, where there is one.
    fn longer_timeout(&self, line: &Line, beyond: u64) -> Option<String> {
        let limit = word(&line.record, "limit").strip_suffix(" s")?.parse::<u64>().ok()?;
        let enough = limit.checked_add(beyond).filter(|seconds| *seconds <= TIMEOUT_MOST)?;
        let name = self.judging_profile(line)?;
        Some(format!("RALTER {PTKTDATA} {name} SSIGNON(TIMEOUT({enough}))"))
    }

    /// The command that suffers one wrong password more.
    fn more_attempts(&self, system: &str) -> Vec<Fix> {
        let esm = self.plan.plex.systems.get(system).and_then(|system| system.esm.as_ref());
        let more = esm.and_then(|esm| esm.revoke_after).and_then(|now| now.checked_add(1));
        let command = match more {
            Some(more) if more <= 254 => format!("SETROPTS PASSWORD(REVOKE({more}))"),
            _ => "SETROPTS PASSWORD(NOREVOKE)".to_owned(),
        };
        vec![Fix::racf(command)]
    }

    /// That wrong passwords have revoked a user in this run. What the files say of him would not help.
    pub(super) fn add_revocation(&self, line: &'a Line, finding: &mut Finding) {
        if word(&line.record, "rule") != "esm.user-not-revoked" {
            return;
        }
        let user = word(&line.record, "subject_value");
        let revoked = self.graph.last_before(line.n, |other| {
            other.node == line.node
                && other.record.kind == "esm.revoked"
                && word(&other.record, "userid") == user
        });
        let Some(revoked) = revoked else { return };
        let when = self.calendar.exact(revoked.t);
        let text = format!("at {when} {} (record {})", self.tell(revoked).text, revoked.n);
        finding.details.push(Sentence { text, place: self.step_behind(revoked) });
        finding.fix.retain(|fix| fix.source != "try");
        let system = self.plan.plex.system_of(node(line)).unwrap_or_default();
        finding.fix.extend(self.more_attempts(system));
    }
}

/// The command that gives a profile a key; none where ICSF lacks it.
fn key_command(profile: &str, has: &str) -> Option<String> {
    let verb = match has {
        "no such profile" => "RDEFINE",
        "no key" => "RALTER",
        _ => return None,
    };
    Some(format!("{verb} {PTKTDATA} {profile} SSIGNON(KEYMASKED(key))"))
}

fn same_key(command: &str) -> String {
    format!("{command}   (the same key where it is made and where it is judged)")
}
