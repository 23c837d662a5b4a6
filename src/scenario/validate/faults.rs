//! Fault rules: which messages they are about, and whether their answer makes sense.

use super::{At, ends, node_names};
use crate::nodes::cics::channel::name_is_legal;
use crate::nodes::frame::{Content, Frame};
use crate::protocol::kerberos;
use crate::scenario::model::{Fault, FaultAnswer, Plex};

pub(super) fn fault_rule(fault: &Fault, plex: &Plex, path: &str, at: &mut At<'_>) {
    match (&fault.link, &fault.between) {
        (Some(link), None) => {
            let valid = plex.links.keys().map(String::as_str);
            at.known(&format!("{path}.link"), "link", link, valid);
        }
        (None, Some((left, right))) => {
            ends(plex, (left, right), &format!("{path}.between"), at);
        }
        _ => at.error(path, "a fault names either its `link` or the nodes `between` which it acts"),
    }
    if let Some(to) = &fault.to {
        let names = node_names(plex);
        at.known(&format!("{path}.to"), "node", to, names.iter().map(String::as_str));
    }
    if let Some(kind) = &fault.kind {
        let valid = Frame::KINDS.iter().chain(&Content::KINDS).chain(&kerberos::KINDS).copied();
        at.known(&format!("{path}.kind"), "kind of message", kind, valid);
    }
    if fault.nth == Some(0) {
        at.error(&format!("{path}.nth"), "messages are counted from 1");
    }
    if let Some(part) = &fault.part {
        part_of_kind(part, fault.kind.as_deref(), path, at);
    }
    match &fault.answer {
        FaultAnswer::FlipBit { from_start, from_end }
            if from_start.is_some() == from_end.is_some() =>
        {
            at.error(&format!("{path}.do"), "FlipBit takes either `from_start` or `from_end`");
        }
        FaultAnswer::Overwrite { from_start, from_end, .. }
            if from_start.is_some() == from_end.is_some() =>
        {
            at.error(&format!("{path}.do"), "Overwrite takes either `from_start` or `from_end`");
        }
        FaultAnswer::Duplicate { copies, .. } if !(1..=1000).contains(copies) => {
            at.error(&format!("{path}.do.copies"), "between 1 and 1000 copies can be made");
        }
        _ => {}
    }
}

/// Whether messages of a kind can have a part of a name.
fn part_of_kind(part: &str, kind: Option<&str>, path: &str, at: &mut At<'_>) {
    let path = format!("{path}.part");
    let is_token = part == Frame::TOKEN;
    match kind {
        Some("saf-call" | "nas-call") if !is_token => {
            at.known(&path, "part of a call", part, [Frame::TOKEN]);
        }
        Some("saf-call" | "nas-call") => {}
        Some("giop" | "giop-request" | "giop-reply") => {
            at.known(&path, "part of a message", part, [Frame::GIOP]);
        }
        Some("start" | "start-reply") | None => {
            if !is_token && !name_is_legal(part) {
                at.error(&path, format!("`{part}` is no container name"));
            }
        }
        Some(kind) => at.error(&path, format!("a message of kind {kind} has no parts")),
    }
}
