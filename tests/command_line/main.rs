//! The built program from outside: exit codes, and what it says to every mistake that a new user is
//! likely to make.

mod beginning;
mod diff;
mod evidence;
mod files;
mod inspect;
mod mistakes;
mod output;
mod running;
mod saml;
mod study;

use std::path::{Path, PathBuf};

use assert_cmd::Command;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const SUCCESS: &str = "scenarios/dfhxs1402/success.ron";

/// The program in the folder of the repository.
fn regionsim(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("regionsim").expect("the program is built");
    // The latest result of whoever runs the tests is left alone.
    command.current_dir(ROOT).env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR")).args(arguments);
    command
}

/// Exit code, standard output, standard error.
fn told(arguments: &[&str]) -> (i32, String, String) {
    let output = regionsim(arguments).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

/// A folder of its own for one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("regionsim-{name}-{}", std::process::id()));
        std::fs::create_dir_all(path.join("scenarios")).expect("a folder");
        std::fs::create_dir_all(path.join("plexes")).expect("a folder");
        Folder(path)
    }

    /// Writes a file and gives its path.
    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, content).expect("a file");
        path.display().to_string()
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    /// The success scenario and its plex, with texts replaced in either.
    fn changed(&self, changes: &[(&str, &str)]) -> String {
        let mut texts = [SUCCESS, "scenarios/plexes/plex1.ron"]
            .map(|path| std::fs::read_to_string(Path::new(ROOT).join(path)).expect("a file"));
        for (from, to) in changes {
            assert!(texts.iter().any(|text| text.contains(from)), "{from}");
            texts = texts.map(|text| text.replacen(from, to, 1));
        }
        self.write("plexes/plex1.ron", &texts[1]);
        self.write("scenarios/changed.ron", &texts[0])
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left in a temporary folder does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
