//! Running the real program: a data directory of its own for each test, nothing of the machine's.
//!
//! Start at [`Place`]. Records to import are made by [`fhir`] and [`hl7`]; all are synthetic.

pub mod fhir;
pub mod hl7;
pub mod rng;

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program under test.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_chartroom");

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    /// What became of a finished program.
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Fails unless the exit code is this.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\nout: {}\nerr: {}", self.out, self.err);
        self
    }

    /// Fails unless it failed with this code and one line that contains `words`.
    #[track_caller]
    pub fn fails(self, code: i32, words: &str) -> Self {
        let run = self.exits(code);
        assert!(run.err.contains(words), "{:?} lacks {words:?}", run.err);
        assert_eq!(
            run.err.trim_end().lines().count(),
            1,
            "more than a line: {}",
            run.err
        );
        assert!(!run.err.contains("panicked"), "{}", run.err);
        run
    }

    /// Every line of the output, as JSON.
    #[track_caller]
    pub fn json(&self) -> Vec<Value> {
        let parse = |line: &str| match serde_json::from_str(line) {
            Ok(value) => value,
            Err(error) => panic!("{error}: {line}"),
        };
        self.out.lines().map(parse).collect()
    }

    /// The last line of the output, as JSON.
    #[track_caller]
    pub fn last(&self) -> Value {
        match self.json().pop() {
            Some(value) => value,
            None => panic!("no output; {}", self.err),
        }
    }

    /// Objects of this kind.
    #[track_caller]
    pub fn kind(&self, kind: &str) -> Vec<Value> {
        let mut all = self.json();
        all.retain(|v| v["kind"] == kind);
        all
    }
}

/// A data directory, its key file, a configuration directory and a temporary directory.
pub struct Place {
    home: tempfile::TempDir,
}

impl Place {
    /// Folders only.
    pub fn empty() -> Self {
        let home = tempfile::Builder::new()
            .prefix("chartroom-test-")
            .tempdir()
            .unwrap();
        for folder in ["tmp", "config", "files"] {
            std::fs::create_dir(home.path().join(folder)).unwrap();
        }
        Self { home }
    }

    /// With an empty store, made by `init`; the first user is `ann`.
    pub fn new() -> Self {
        let place = Self::empty();
        place.init().exits(0);
        place
    }

    /// Runs `init`.
    pub fn init(&self) -> Run {
        self.run(&[
            "init",
            "--facility",
            "General Hospital",
            "--time-zone",
            "America/New_York",
            "--login",
            "ann",
            "--name",
            "Ann Lee",
        ])
    }

    /// Another place with the same data and key.
    pub fn copy(&self) -> Self {
        let place = Self::empty();
        for path in files_below(&self.data()) {
            let to = place.data().join(path.strip_prefix(self.data()).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(path, to).unwrap();
        }
        std::fs::copy(self.key(), place.key()).unwrap();
        place
    }

    /// Everything below it belongs to the test.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.home().join("data")
    }

    /// The key file.
    pub fn key(&self) -> PathBuf {
        self.home().join("key")
    }

    /// Writes a file to import and gives its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.home().join("files").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The program with these arguments, ready to start; standard input is empty.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        self.prepare(&mut command);
        command.args(arguments);
        command
    }

    /// Gives a command the environment of this place and nothing else.
    pub fn prepare(&self, command: &mut Command) {
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home())
            .env("TMPDIR", self.home().join("tmp"))
            .env("CHARTROOM_DATA_DIR", self.data())
            .env("CHARTROOM_CONFIG_DIR", self.home().join("config"))
            .env("CHARTROOM_KEY_FILE", self.key())
            .current_dir(self.home())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
    }

    /// Runs the program; the first user works unless the arguments name another.
    pub fn run(&self, arguments: &[&str]) -> Run {
        let mut command = self.command(arguments);
        if !arguments.contains(&"--as") && self.data().exists() {
            command.args(["--as", "ann"]);
        }
        Run::of(command.output().unwrap())
    }

    /// Adds a user with this role, or these with commas between.
    pub fn user(&self, login: &str, roles: &str) {
        self.run(&["user", "add", login, "--roles", roles]).exits(0);
    }

    /// Adds a user who is the provider of this name.
    pub fn provider(&self, login: &str, name: &str) {
        let of = ["--roles", "provider", "--provider", name];
        let arguments = [&["user", "add", login], of.as_slice()].concat();
        self.run(&arguments).exits(0);
    }

    /// Runs the program with this on standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Run {
        use std::io::Write;
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let input = input.to_vec();
        // The program may end before it has read everything.
        let feeder = std::thread::spawn(move || pipe.write_all(&input));
        let output = child.wait_with_output().unwrap();
        let _ = feeder.join();
        Run::of(output)
    }

    /// Imports with `--json`; nothing may be rejected.
    #[track_caller]
    pub fn import(&self, files: &[&str]) -> Value {
        let mut arguments = vec!["import", "--json"];
        arguments.extend(files);
        self.run(&arguments).exits(0).last()
    }

    /// The whole queue of a view, as JSON.
    #[track_caller]
    pub fn queue(&self, view: &str) -> Vec<Value> {
        self.run(&["queue", "--json", "--view", view, "--limit", "1000000"])
            .exits(0)
            .json()
    }

    /// Store, index and audit chains must be in order.
    #[track_caller]
    pub fn is_well(&self) {
        let problems = self.run(&["doctor", "--json"]).kind("problem");
        assert_eq!(problems, [] as [Value; 0]);
        let check = self.run(&["audit", "verify", "--json"]).exits(0).last();
        assert_eq!(check["problems"], serde_json::json!([]));
    }

    /// Number of hits of a search.
    #[track_caller]
    pub fn hits(&self, query: &str) -> i64 {
        let run = self.run(&["search", "--json", query]).exits(0);
        run.json()[0]["count"].as_i64().unwrap()
    }
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
