//! Scenarios to begin with, each with its plex. They are scenarios of the repository, so `check` runs them.

use super::plan::Files;

/// A scenario that a person copies and changes.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// Its name.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
    scenario: &'static str,
    /// The path of its plex, beside the scenario.
    pub plex_path: &'static str,
    /// The text of its plex.
    pub plex: &'static str,
}

const PLEX1: (&str, &str) = ("plexes/plex1.ron", include_str!("../../scenarios/plexes/plex1.ron"));
const PASSTICKETS: (&str, &str) =
    ("plexes/passtickets.ron", include_str!("../../scenarios/plexes/passtickets.ron"));

/// All templates, the simplest first.
pub static ALL: [Template; 5] = [
    template(
        "success",
        "a token that is accepted",
        include_str!("../../scenarios/dfhxs1402/success.ron"),
        PLEX1,
    ),
    template(
        "ticket-expired",
        "a ticket that ends while its request waits",
        include_str!("../../scenarios/dfhxs1402/ticket-expired.ron"),
        PLEX1,
    ),
    template(
        "slow-client",
        "a client whose clock runs late",
        include_str!("../../scenarios/lessons/slow-client.ron"),
        PLEX1,
    ),
    template(
        "replay",
        "the same token twice",
        include_str!("../../scenarios/dfhxs1402/attempted-replay.ron"),
        PLEX1,
    ),
    template(
        "encryptptkt",
        "an encrypted PassTicket, used on another system",
        include_str!("../../scenarios/encryptptkt/success.ron"),
        PASSTICKETS,
    ),
];

const fn template(
    name: &'static str,
    about: &'static str,
    scenario: &'static str,
    (plex_path, plex): (&'static str, &'static str),
) -> Template {
    Template { name, about, scenario, plex_path, plex }
}

impl Template {
    /// The scenario's text: its plex stands in a folder beside it, and it has no sibling yet.
    pub fn scenario(&self) -> String {
        let own = |line: &&str| {
            let line = line.trim_start();
            !line.starts_with("sibling_of:") && !line.starts_with("differs:")
        };
        let lines: Vec<&str> = self.scenario.lines().filter(own).collect();
        lines.join("\n").replace("\"../plexes/", "\"plexes/") + "\n"
    }
}

/// The template as files, for a run without a disk. The scenario stands under the template's name.
impl Files for Template {
    fn read(&self, _: Option<&str>, path: &str) -> Result<Vec<u8>, String> {
        match path {
            path if path == self.plex_path => Ok(self.plex.as_bytes().to_vec()),
            path if path == self.name => Ok(self.scenario().into_bytes()),
            _ => Err("a template has no such file".to_owned()),
        }
    }

    fn resolve(&self, _: &str, path: &str) -> String {
        path.to_owned()
    }
}

/// The template of a name.
pub fn find(name: &str) -> Option<&'static Template> {
    ALL.iter().find(|template| template.name == name)
}
