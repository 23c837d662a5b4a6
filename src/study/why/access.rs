//! A refusal of the ESM as a security administrator would tell it, and the commands that mend it.

use super::graph::{node, word};
use super::{Case, Finding, Fix, Sentence};
use crate::nodes::esm::database::AccessLevel;
use crate::scenario::model::Node;
use crate::scenario::overrides::path_of_parts;
use crate::trace::Line;

/// A question to the ESM and its answer.
struct Access<'a> {
    system: &'a str,
    user: &'a str,
    wanted: AccessLevel,
    resource: &'a str,
    class: &'a str,
    profile: Option<&'a str>,
    /// `NONE by UACC`.
    held: &'a str,
    /// The record of the call.
    call: &'a Line,
}

impl Access<'_> {
    fn asked(&self) -> String {
        let Access { user, wanted, resource, class, .. } = self;
        format!("{user} asks for {} access to {resource} in class {class}", wanted.word())
    }
}

const ACCESS_RULES: [&str; 5] = [
    "esm.access-level",
    "esm.class-active",
    "esm.class-in-storage",
    "esm.not-restricted",
    "esm.profile-covers",
];

impl<'a> Case<'a> {
    /// What a failed check of authority says: who asked for what, which profile decided, what he holds,
    /// and how far that falls short.
    pub(super) fn refused_access(&self, line: &'a Line) -> Option<Finding> {
        let access = self.access(line)?;
        let asked = access.asked();
        let (held, by) = access.held.split_once(' ').unwrap_or((access.held, ""));
        let text = match (word(&line.record, "rule"), access.profile) {
            ("esm.class-active", _) => format!("{asked}, but the class is not active"),
            ("esm.class-in-storage", _) => format!("{asked}, but the class is not RACLISTed"),
            ("esm.profile-covers", _) | (_, None) => format!("{asked}, and no profile covers it"),
            ("esm.not-restricted", Some(_)) => {
                format!("{asked} and has none: restricted users need an entry of their own")
            }
            (_, Some(_)) => self.comparison(line),
        };
        let mut finding = self.finding("check", line, text);
        finding.details.extend(self.deciding_profile(&access, held, by));
        finding.details.push(self.who_asks(&access));
        finding.details.extend(self.decision(line, &[]));
        finding.check = Some(super::check::Decision::of(line));
        finding.fix = self.access_commands(line, &access);
        Some(finding)
    }

    /// A comparison of levels as a sentence: who asks for what, what he holds, how far that goes.
    pub(super) fn comparison_of_access(&self, line: &Line) -> Option<String> {
        let line = self.graph.at(line.n)?;
        let margin = super::check::margin(&line.record)?;
        let access = self.access(line)?;
        let held = match margin {
            ..0 => access.held.split(' ').next().unwrap_or_default(),
            _ => access.held,
        };
        let distance = super::check::distance(margin, "levels");
        Some(format!("{} and holds {held}: {distance}", access.asked()))
    }

    fn access(&self, line: &'a Line) -> Option<Access<'a>> {
        if !ACCESS_RULES.contains(&word(&line.record, "rule")) {
            return None;
        }
        let of_rule = |rule: &str| {
            let mut checks = self.graph.back(line).take_while(|line| line.record.kind == "check");
            checks.find(|line| word(&line.record, "rule") == rule)
        };
        let call = self.graph.back(line).find(|line| line.record.kind == "saf.call")?;
        let class = of_rule("esm.class-active").map(|line| word(&line.record, "subject_value"));
        let covers = of_rule("esm.profile-covers").map(|line| &line.record);
        let profile = covers.map(|record| word(record, "against_value"));
        let resource = covers.map(|record| word(record, "subject_value")).unwrap_or_default();
        let own = |name, other: &'a str| match word(&call.record, name) {
            "" => other,
            text => text,
        };
        // The user of a callable service is the region's own.
        let region = match self.plan.plex.nodes.get(node(call)) {
            Some(Node::Cics(config)) => config.userid.as_str(),
            _ => node(call),
        };
        Some(Access {
            system: self.plan.plex.system_of(node(line))?,
            user: own("userid", region),
            wanted: AccessLevel::find(word(&call.record, "access")).unwrap_or(AccessLevel::Read),
            resource: own("resource", resource),
            class: own("class", class.unwrap_or_default()),
            profile: profile.filter(|profile| *profile != "none"),
            held: match word(&line.record, "rule") {
                "esm.access-level" => word(&line.record, "subject_value"),
                _ => "",
            },
            call,
        })
    }

    /// The profile that decided, with the most particular place of it that is written.
    fn deciding_profile(&self, access: &Access<'_>, held: &str, by: &str) -> Option<Sentence> {
        let Access { system, user, class, profile, .. } = access;
        let profile = (*profile)?;
        let path = ["systems", system, "esm", "profiles", class, profile, "access", user];
        let written = (5..=path.len())
            .rev()
            .find_map(|parts| path.get(..parts).filter(|path| self.plan.written(path).is_some()));
        let gives = match held {
            "" => String::new(),
            held => format!(": {user} has {held} {by}"),
        };
        Some(Sentence {
            text: format!("profile {profile} of class {class} decides{gives}"),
            place: written.map(|path| self.setting(path)),
        })
    }

    fn who_asks(&self, access: &Access<'_>) -> Sentence {
        let region = node(access.call);
        let service = word(&access.call.record, "service");
        match word(&access.call.record, "userid") {
            "" => Sentence {
                text: format!(
                    "{region} called {service}, which asks about {}, the region's own user ID",
                    access.user
                ),
                place: Some(self.setting(&["nodes", region, "userid"])),
            },
            _ => Sentence {
                text: format!("{region} asked with {service} when the task began"),
                place: self.step_behind(access.call),
            },
        }
    }

    fn access_commands(&self, line: &Line, access: &Access<'_>) -> Vec<Fix> {
        let Access { system, user, wanted, resource, class, profile, .. } = access;
        let wanted = wanted.word();
        let profiles = ["systems", system, "esm", "profiles", class];
        let command = |text: String| Fix::racf(text);
        let permit = |profile: &str| {
            command(format!("PERMIT {profile} CLASS({class}) ID({user}) ACCESS({wanted})"))
        };
        let refresh = || command(format!("SETROPTS RACLIST({class}) REFRESH"));
        match (word(&line.record, "rule"), profile) {
            ("esm.class-active", _) => {
                let path = ["systems", system, "esm", "classes", class, "active"];
                vec![
                    command(format!("SETROPTS CLASSACT({class}) RACLIST({class})")),
                    self.try_set(format!("{}=true", path_of_parts(&path))),
                ]
            }
            ("esm.class-in-storage", _) => {
                let path = ["systems", system, "esm", "classes", class, "raclist"];
                vec![
                    command(format!("SETROPTS RACLIST({class})")),
                    self.try_set(format!("{}=true", path_of_parts(&path))),
                ]
            }
            ("esm.profile-covers", _) | (_, None) => {
                let entry = format!("(access: {{\"{user}\": {wanted}}})");
                let path = path_of_parts(&[&profiles[..], &[resource]].concat());
                let mut all = vec![
                    command(format!("RDEFINE {class} {resource} UACC(NONE)")),
                    permit(resource),
                    refresh(),
                ];
                if self.plan.written(&profiles).is_some() {
                    all.push(self.try_set(format!("{path}={entry}")));
                }
                all
            }
            (_, Some(profile)) => {
                let path = path_of_parts(&[&profiles[..], &[profile, "access", user]].concat());
                let mut all = vec![permit(profile), refresh()];
                all.extend(self.by_group(access, profile));
                all.push(self.try_set(format!("{path}={wanted}")));
                all
            }
        }
    }

    /// What can be done in place of PERMIT where a group has what the user lacks: connect the user, or
    /// delete the entry of his own that comes before those of his groups.
    fn by_group(&self, access: &Access<'_>, profile: &str) -> Option<Fix> {
        let esm = self.plan.plex.systems.get(access.system)?.esm.as_ref()?;
        let entries = &esm.profiles.get(access.class)?.get(profile)?.access;
        let enough = |(id, level): &(&String, &AccessLevel)| {
            esm.has_group(id) && **level as i64 >= access.wanted as i64
        };
        let (group, level) = entries.iter().find(enough)?;
        let (user, class) = (access.user, access.class);
        let connected = esm.users.get(user)?.connection(group).is_some();
        let command = match (entries.contains_key(user), connected) {
            (true, true) => format!("PERMIT {profile} CLASS({class}) ID({user}) DELETE"),
            (false, false) => format!("CONNECT {user} GROUP({group})"),
            _ => return None,
        };
        Some(Fix::racf(format!("{command}   (in place of PERMIT: group {group} has {level})")))
    }

    /// What a user lacks that cannot be signed on.
    pub(super) fn user_commands(&self, line: &Line) -> Vec<Fix> {
        let (user, other) =
            (word(&line.record, "subject_value"), word(&line.record, "against_value"));
        let Some(system) = self.plan.plex.system_of(node(line)) else { return Vec::new() };
        let path = ["systems", system, "esm", "users", user, "revoked"];
        match word(&line.record, "rule") {
            "esm.user-defined" => {
                vec![Fix::racf(format!("ADDUSER {user} DFLTGRP(group) NAME('name')"))]
            }
            "esm.user-not-revoked" => vec![
                Fix::racf(format!("ALTUSER {user} RESUME")),
                self.try_set(format!("{}=false", path_of_parts(&path))),
            ],
            "esm.user-connected" => vec![Fix::racf(format!("CONNECT {user} GROUP({other})"))],
            "esm.connection-not-revoked" => {
                vec![Fix::racf(format!("CONNECT {user} GROUP({other}) RESUME"))]
            }
            "esm.kerbname" => {
                vec![Fix::racf(format!(
                    "ALTUSER userid KERB(KERBNAME({user})) PASSWORD(password) NOEXPIRED"
                ))]
            }
            "esm.kerblink" | "esm.kerblink-realm" => {
                vec![Fix::racf(format!("RDEFINE KERBLINK {user} APPLDATA('userid')"))]
            }
            "nas.region-principal" if user != "none" => {
                let name = "KERBNAME(service/host)";
                vec![Fix::racf(format!("ALTUSER {user} KERB({name}) PASSWORD(password) NOEXPIRED"))]
            }
            _ => Vec::new(),
        }
    }
}
