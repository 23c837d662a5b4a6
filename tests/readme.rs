//! Every command that the README shows is run, and what it shows is what is printed.

#[test]
fn the_readme_shows_what_is_printed() {
    // The latest result of whoever runs the tests is left alone.
    let state = env!("CARGO_TARGET_TMPDIR");
    trycmd::TestCases::new().env("XDG_STATE_HOME", state).case("README.md");
}

#[test]
fn the_first_command_of_the_readme_runs_a_supplied_scenario() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let command = readme.lines().find(|line| line.starts_with("cargo run --release -- ")).unwrap();
    let arguments = command.trim_start_matches("cargo run --release -- ").split(' ');
    assert_cmd::cargo::cargo_bin_cmd!("regionsim")
        .env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .args(arguments)
        .assert()
        .success();
}
