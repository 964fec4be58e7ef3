//! What the tests share: the program, drawn pictures, tiny models.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;
use utsushi_imaging::{DecodeLimits, Picture, WriteOptions, decode, write};
use utsushi_test_fixtures::TinyModel;

/// Says that a test is skipped and why. Where the environment variable `UTSUSHI_REQUIRE` names what
/// is missing, as continuous integration does, the test fails instead.
pub fn skip(missing: &str, why: &str) {
    let required = std::env::var("UTSUSHI_REQUIRE").unwrap_or_default();
    assert!(
        !required.split(',').any(|name| name.trim() == missing),
        "UTSUSHI_REQUIRE asks for {missing}, but {why}"
    );
    eprintln!("skipped: {why}");
}

/// A folder of its own for a test, and the program run in it.
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// An empty folder.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, to be run in the folder, without the settings of whoever runs the tests.
    pub fn utsushi(&self) -> Command {
        let mut command = Command::cargo_bin("utsushi").unwrap();
        command.current_dir(self.folder.path());
        for variable in ["UTSUSHI_DATA", "UTSUSHI_FEATURES", "BURN_DEVICE"] {
            command.env_remove(variable);
        }
        command
            .env("HOME", self.folder.path())
            .env_remove("XDG_DATA_HOME");
        command
    }

    /// Runs the program and hands back its exit code, output and error output. Whatever it is
    /// given, it must not say that it has a bug.
    pub fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.utsushi().args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).expect("messages are UTF-8");
        let (out, err) = (text(output.stdout), text(output.stderr));
        let code = output.status.code().expect("it was not killed");
        assert!(
            !err.contains("bug in utsushi") && !err.contains("panicked"),
            "{err}"
        );
        (code, out, err)
    }

    /// Writes bytes to a file.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Draws a picture into a file; different seeds give different pictures.
    pub fn draw(&self, name: &str, side: u32, seed: u32) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        write(&path, &drawing(side, seed), &WriteOptions::default()).unwrap();
        path
    }

    /// Writes the sample portrait as black lines on white: where it is darker than beside.
    pub fn write_line_drawing(&self, name: &str) -> PathBuf {
        let portrait = decode(utsushi::faces::SAMPLE_PORTRAIT, &DecodeLimits::default());
        let lines = utsushi_test_fixtures::in_lines(&portrait.unwrap().picture);
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        write(&path, &lines, &WriteOptions::default()).unwrap();
        path
    }

    /// All files below the folder, sorted.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    files.push(path);
                }
            }
        }
        files.sort();
        files
    }
}

/// A face of sorts: a disc with two dots before a slanting background, in the seed's colours.
pub fn drawing(side: u32, seed: u32) -> Picture {
    let hash = |salt: u32| (seed.wrapping_add(salt)).wrapping_mul(2_654_435_761) >> 24;
    let (skin, ground) = ([0, 1, 2].map(hash), [3, 4, 5].map(hash));
    let half = side as f32 / 2.0;
    let (across, down) = (
        half * (0.8 + hash(6) as f32 / 640.0),
        half * (0.9 + hash(7) as f32 / 900.0),
    );
    let mut rgb = Vec::new();
    for y in 0..side {
        for x in 0..side {
            let (dx, dy) = (x as f32 - across, y as f32 - down);
            let eye = |left: f32| (dx - left * half).hypot(dy + half * 0.1) < half * 0.12;
            let colour = if eye(-0.25) || eye(0.25) {
                [20, 20, 40]
            } else if dx.hypot(dy) < half * 0.6 {
                skin
            } else {
                let stripes = (x + y * (1 + seed % 3)) * 6 % 64;
                ground.map(|level| (level + stripes).min(255))
            };
            rgb.extend(colour.map(|level| level as u8));
        }
    }
    Picture::new(side, side, rgb).unwrap()
}

/// An untrained model of the styles `ink` and `oil`, which makes new paintings.
pub fn tiny_model() -> TinyModel {
    TinyModel::new(&["ink", "oil"]).with_prior()
}

/// Writes a tiny model to a file.
pub fn write_tiny_model(path: &Path) {
    tiny_model().exported().write(path, false).unwrap();
}
