//! A refusal of the ESM as a security administrator would tell it, and the commands that mend it.

use super::check::{Decision, distance, margin};
use super::graph::{node, texts, word};
use super::{Case, Finding, Fix, Sentence};
use crate::nodes::esm::database::AccessLevel;
use crate::scenario::overrides::path_of_parts;
use crate::trace::{Line, Value};

/// A question to the ESM and its answer, as the check tells them.
struct Access<'a> {
    system: &'a str,
    user: &'a str,
    wanted: AccessLevel,
    resource: &'a str,
    class: &'a str,
    /// The profile that decided; none where none covers the resource, or where it was not looked for.
    profile: Option<&'a str>,
    /// What the user holds, where it came to that.
    held: Option<&'a str>,
    /// What gives it to him: `UACC`, `the entry of group STAFF`.
    by: &'a str,
}

impl<'b> Access<'b> {
    fn of(case: &'b Case<'_>, line: &'b Line) -> Option<Access<'b>> {
        let about = line.record.get("about")?.as_object()?;
        let fact = |name: &str| about.get(name).and_then(Value::as_text);
        let level = word(&line.record, "rule") == "esm.access-level";
        let held = word(&line.record, "subject_value").split(' ').next();
        Some(Access {
            system: case.plan.plex.system_of(node(line))?,
            user: fact("user")?,
            wanted: AccessLevel::find(fact("wanted")?)?,
            resource: fact("resource")?,
            class: fact("class")?,
            profile: fact("profile").filter(|profile| *profile != "none"),
            held: held.filter(|_| level),
            by: fact("by").unwrap_or_default(),
        })
    }

    fn asked(&self) -> String {
        let Access { user, wanted, resource, class, .. } = self;
        format!("{user} asks for {} access to {resource} in class {class}", wanted.word())
    }
}

impl<'a> Case<'a> {
    /// What a failed check of authority says: who asked for what, which profile decided, what he holds,
    /// and how far that falls short.
    pub(super) fn refused_access(&self, line: &'a Line) -> Option<Finding> {
        let access = Access::of(self, line)?;
        let asked = access.asked();
        let text = match word(&line.record, "rule") {
            "esm.class-active" => format!("{asked}, but the class is not active"),
            "esm.class-in-storage" => format!("{asked}, but the class is not RACLISTed"),
            "esm.profile-covers" => format!("{asked}, and no profile covers it"),
            "esm.not-restricted" => {
                format!("{asked} and has none: a restricted user needs an entry of his own")
            }
            _ => self.comparison(line),
        };
        let mut finding = self.finding("check", line, text);
        finding.details.extend(self.deciding_profile(&access));
        finding.details.extend(self.who_asks(&access, line));
        finding.details.extend(self.decision(line, &[]));
        finding.check = Some(Decision::of(line));
        finding.fix = self.access_commands(line, &access);
        self.add_administration(line, &mut finding);
        Some(finding)
    }

    /// A comparison of levels as a sentence: who asks for what, what he holds, how far that goes.
    pub(super) fn comparison_of_access(&self, line: &Line) -> Option<String> {
        let access = Access::of(self, line)?;
        let margin = margin(&line.record)?;
        let by = if margin < 0 { String::new() } else { format!(" by {}", access.by) };
        let distance = distance(margin, "levels");
        Some(format!("{} and holds {}{by}: {distance}", access.asked(), access.held?))
    }

    /// The profile that decided, with the most particular place of it that is written.
    fn deciding_profile(&self, access: &Access<'_>) -> Option<Sentence> {
        let Access { system, user, class, profile, held, by, .. } = access;
        let profile = (*profile)?;
        let path = ["systems", system, "esm", "profiles", class, profile, "access", user];
        let written = (6..=path.len())
            .rev()
            .find_map(|parts| path.get(..parts).filter(|path| self.plan.written(path).is_some()));
        let gives = held.map(|held| format!(": {user} has {held} by {by}")).unwrap_or_default();
        Some(Sentence {
            text: format!("profile {profile} of class {class} decides{gives}"),
            place: written.map(|path| self.setting(path)),
        })
    }

    fn who_asks(&self, access: &Access<'_>, line: &'a Line) -> Option<Sentence> {
        let call = self.graph.back(line).find(|line| line.record.kind == "saf.call")?;
        let (region, service) = (node(call), word(&call.record, "service"));
        let user = access.user;
        Some(match word(&call.record, "userid") {
            "" => Sentence {
                text: format!(
                    "{region} called {service}, which asks about {user}, the region's own user ID"
                ),
                place: Some(self.setting(&["nodes", region, "userid"])),
            },
            _ => Sentence {
                text: format!("{region} asked with {service} when the task began"),
                place: self.step_behind(call),
            },
        })
    }

    fn access_commands(&self, line: &Line, access: &Access<'_>) -> Vec<Fix> {
        let Access { system, user, wanted, resource, class, profile, .. } = access;
        let wanted = wanted.word();
        let profiles = ["systems", system, "esm", "profiles", class];
        let command = |text: String| Fix::racf(text);
        let permit = |profile: &str| {
            command(format!("PERMIT {profile} CLASS({class}) ID({user}) ACCESS({wanted})"))
        };
        // Only a class that is in storage has a copy to refresh.
        let esm = self.plan.plex.systems.get(*system).and_then(|system| system.esm.as_ref());
        let in_storage = esm.is_some_and(|esm| esm.class_options(class).raclist);
        let refresh = || in_storage.then(|| command(format!("SETROPTS RACLIST({class}) REFRESH")));
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
                let define = command(format!("RDEFINE {class} {resource} UACC(NONE)"));
                let mut all = vec![define, permit(resource)];
                all.extend(refresh());
                if self.plan.written(&profiles).is_some() {
                    all.push(self.try_set(format!("{path}={entry}")));
                }
                all
            }
            (_, Some(profile)) => {
                let path = path_of_parts(&[&profiles[..], &[profile, "access", user]].concat());
                let mut all = vec![permit(profile)];
                all.extend(refresh());
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

    /// The commands of administrators on which a decision rests. What the files say is the state at the
    /// beginning; to change it there would not undo the commands.
    pub(super) fn add_administration(&self, line: &'a Line, finding: &mut Finding) {
        let mut back = self.graph.back(line).take_while(|line| line.record.kind != "net.deliver");
        let Some(state) = back.find(|line| line.record.kind == "esm.state") else { return };
        let commands = state.also.iter().filter_map(|n| self.graph.at(*n));
        finding.details.extend(commands.map(|command| {
            let step = self.graph.cause(command).and_then(|step| self.written(step));
            let when = self.calendar.exact(command.t);
            let text = format!("before, at {when}: {}", self.tell(command).text);
            Sentence { text, place: step }
        }));
        finding.fix.retain(|fix| fix.source != "try");
        let waiting = texts(&state.record, "not_in_storage");
        if waiting.is_empty() {
            return;
        }
        let text = format!("that is in the database, but not in the copy in storage: {waiting}");
        finding.details.push(Sentence::plain(text));
        let refresh = |fix: &Fix| fix.source == "racf" && fix.text.ends_with("REFRESH");
        finding.fix.retain(refresh);
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
