//! What to do about an outcome: the scenario's own words, the catalogue's, and commands to type.

use schemars::JsonSchema;
use serde::Serialize;

use super::Case;
use super::graph::{number, word};
use super::server::refusal_key;
use super::service::codes_of;
use crate::catalogue::conditions::ROWS as CONDITIONS;
use crate::catalogue::dfhsaml;
use crate::catalogue::dfhxs1402::{self, CallSite, Reason, ReasonRow};
use crate::catalogue::saf::{self, Service};
use crate::catalogue::{self, Entry};
use crate::trace::Line;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Fix {
    /// Who says so: `scenario`, `catalogue`; `racf` for a suggested RACF command, `try` for a command
    /// of regionsim that shows what a change would do.
    pub source: &'static str,
    /// What of the catalogue says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<String>,
    /// What to do, or the command to type.
    pub text: String,
}

impl Fix {
    pub(super) fn racf(text: String) -> Fix {
        Fix { source: "racf", entry: None, text }
    }

    pub(super) fn try_it(text: String) -> Fix {
        Fix { source: "try", entry: None, text }
    }
}

impl<'a> Case<'a> {
    /// Everything that helps against an outcome, the most particular first.
    pub(super) fn fixes(&self, target: &'a Line, found: &[super::Finding]) -> Vec<Fix> {
        let mut all = Vec::new();
        let own = self.plan.scenario.fix.trim();
        if !own.is_empty() {
            all.push(Fix { source: "scenario", entry: None, text: own.to_owned() });
        }
        let behind = found.iter().filter_map(|finding| self.graph.at(finding.record));
        let entries = [target].into_iter().chain(behind).filter_map(|line| self.entry(line));
        let of_catalogue = entries.map(|entry| {
            let text = entry.cure.to_owned();
            Fix { source: "catalogue", entry: Some(entry.key), text }
        });
        let suggested = found.iter().flat_map(|finding| finding.fix.iter().cloned());
        for fix in of_catalogue.chain(suggested) {
            if !all.contains(&fix) {
                all.push(fix);
            }
        }
        // Commands of regionsim come after those of the product.
        all.sort_by_key(|fix| fix.source == "try");
        all
    }

    /// What the catalogue says of an outcome.
    pub(super) fn entry(&self, target: &'a Line) -> Option<Entry> {
        let get = |name| word(&target.record, name);
        let chain = || self.graph.ancestors(target.n);
        match target.record.kind.as_ref() {
            "cscs.message" | "message.suppressed" | "message.lost" => match get("reason") {
                "" if get("id") == dfhxs1402::ID => reason_entry(self.reason(&chain())?),
                "" => find(get("id")),
                reason => reason_entry(named(reason)?),
            },
            "exec.end" => {
                let reason = (get("command") == VERIFY).then(|| self.reason(&chain())).flatten();
                let of_command = || {
                    let resp2 = number(&target.record, "resp2");
                    find(&format!("{} {} {resp2}", get("command"), get("resp")))
                };
                reason.and_then(reason_entry).or_else(of_command)
            }
            "task.abend" => find(get("code")).or_else(|| {
                let of_code =
                    |row: &&catalogue::conditions::ConditionRow| row.abend == Some(get("code"));
                find(CONDITIONS.iter().find(of_code)?.name)
            }),
            "task.refused" => self.service_entry(target),
            "was.refuse" | "orb.refused" => find(&refusal_key(target)?),
            "orb.result" | "was.raise" => {
                find(&chain().iter().rev().find_map(|line| refusal_key(line))?)
            }
            "saml.response" => {
                find(&format!("{}/{}", dfhsaml::PROGRAM, number(&target.record, "response")))
            }
            _ => None,
        }
    }

    /// What the catalogue says of the return that led to a refusal at attach.
    fn service_entry(&self, target: &'a Line) -> Option<Entry> {
        let back = self.graph.back(target);
        let returned = back
            .take_while(|line| line.record.kind != "net.deliver")
            .find(|line| line.record.kind == "saf.return")?;
        let service = self.service_of(returned)?;
        let row = saf::lookup(service, codes_of(returned))?;
        catalogue::entries().into_iter().find(|entry| {
            entry.kind == catalogue::Kind::ServiceCode
                && entry.text == row.meaning
                && entry.key.starts_with(service.name())
        })
    }

    /// The reason that DFHXS1402 gives for the last failed service of a chain, by the same table as
    /// the region's.
    pub(super) fn reason(&self, chain: &[&'a Line]) -> Option<&'static ReasonRow> {
        let called = |line: &&&Line| {
            matches!(line.record.kind.as_ref(), "saf.return" | "saf.timeout" | "exec.begin")
        };
        let last = chain.iter().rev().find(called)?;
        if last.record.kind == "saf.timeout" {
            return Some(Reason::KdcNotResponding.row());
        }
        let site = match self.service_of(last)? {
            Service::RTicketserv => CallSite::RTicketserv,
            Service::RUsermap => CallSite::RUsermap,
            Service::RGenSec => CallSite::RGenSecAccept,
            _ => return None,
        };
        let codes = codes_of(last);
        (last.record.kind == "saf.return" && codes != saf::SUCCESS)
            .then(|| dfhxs1402::classify(site, codes).row())
    }
}

const VERIFY: &str = "VERIFY TOKEN";

fn find(key: &str) -> Option<Entry> {
    catalogue::entries().into_iter().find(|entry| entry.key == key)
}

/// The row of a reason, by the name that traces use.
fn named(reason: &str) -> Option<&'static ReasonRow> {
    dfhxs1402::ROWS.iter().find(|row| row.reason.name() == reason)
}

fn reason_entry(row: &ReasonRow) -> Option<Entry> {
    find(&format!("{}/{}", dfhxs1402::ID, row.reason.number()))
}
