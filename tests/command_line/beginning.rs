//! From nothing to a first scenario: demo, new, completions, man.

use std::fs;

use crate::{Folder, regionsim, told};

#[test]
fn the_demo_shows_a_success_and_two_refusals_by_different_clocks() {
    let (code, out, err) = told(&["demo"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "VERIFY TOKEN -> NORMAL",
        "DFHXS1402 TicketExpired",
        "DFHXS1402 AuthenticatorExpired",
        "is 6 min (360 s) after ticket end",
        "regionsim new mine.ron --template ticket-expired",
    ] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
}

#[test]
fn every_template_is_written_and_runs_as_it_expects() {
    let folder = Folder::new("templates");
    let (_, listed, _) = told(&["new", "--list"]);
    let names: Vec<&str> = listed.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.len() >= 5, "{listed}");
    for name in names {
        let file = folder.path(&format!("scenarios/{name}.ron"));
        let (code, out, err) = told(&["new", &file, "--template", name]);
        assert!(code == 0 && out.contains(&format!("regionsim run {file}")), "{out}{err}");
        assert_eq!(told(&["run", &file]).0, 0, "{name}");
        let (code, _, err) = told(&["new", &file, "--template", name]);
        assert!(code == 2 && err.contains("is there already"), "{err}");
    }
    // The first scenario becomes a test in two commands.
    let scenarios = folder.path("scenarios");
    assert_eq!(told(&["check", &scenarios, "--bless"]).0, 0);
    assert_eq!(told(&["check", &scenarios]).0, 0);
}

#[test]
fn the_commands_that_the_demo_names_lead_to_an_explanation() {
    let folder = Folder::new("first");
    let mut commands = told(&["demo"]).1;
    commands.retain(|letter| letter != '\u{1b}');
    let commands = commands.lines().filter_map(|line| line.trim().strip_prefix("regionsim "));
    let mut count = 0;
    for command in commands {
        let arguments: Vec<&str> = command.split(' ').collect();
        let mut command = regionsim(&arguments);
        command.current_dir(&folder.0).env("XDG_STATE_HOME", &folder.0);
        let output = command.output().expect("it runs");
        // A changed scenario may miss its expectations; nothing is unusable.
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {output:?}");
        if arguments == ["why", "latest"] {
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            // The last second at which the token of the template is good.
            assert!(text.contains("VERIFY TOKEN -> NORMAL") && text.contains("nothing to spare"));
        }
        count += 1;
    }
    assert_eq!(count, 5);
}

#[test]
fn new_says_what_is_in_the_way_and_writes_nothing_then() {
    let folder = Folder::new("in-the-way");
    let file = folder.path("mine.ron");
    for (arguments, why) in [
        (vec!["new", &file, "--template", "sucess"], "did you mean `success`?"),
        (vec!["new", "mine.txt"], "a scenario's file ends with .ron"),
        (vec!["new"], "required"),
    ] {
        let (code, _, err) = told(&arguments);
        assert!(code == 2 && err.contains(why), "{arguments:?}: {err}");
    }
    folder.write("plexes/plex1.ron", "another");
    let (code, _, err) = told(&["new", &file]);
    assert!(code == 2 && err.contains("is another plex"), "{err}");
    assert!(fs::metadata(&file).is_err());
    let missing = folder.path("plexes/plex1.ron/below/mine.ron");
    assert_eq!(told(&["new", &missing]).0, 2);
}

#[test]
fn completions_and_manual_pages_name_every_command() {
    let (_, help, _) = told(&["--help"]);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<&str> = commands
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.len() > 12, "{commands:?}");
    let folder = Folder::new("pages");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, script, _) = told(&["completions", shell]);
        assert_eq!(code, 0);
        assert!(commands.iter().all(|command| script.contains(command)), "{shell}");
    }
    let pages = folder.path("man");
    assert_eq!(told(&["man", "--to", &pages]).0, 0);
    for command in commands {
        assert!(fs::metadata(format!("{pages}/regionsim-{command}.1")).is_ok(), "{command}");
    }
    for page in fs::read_dir(&pages).expect("a folder") {
        let page = page.expect("a page").path();
        let text = fs::read_to_string(&page).expect("UTF-8");
        assert!(text.contains("Example"), "{} has no example", page.display());
    }
    let (code, page, _) = told(&["man"]);
    assert!(code == 0 && page.contains("regionsim"), "{page}");
}
