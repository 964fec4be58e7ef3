//! Every command in README and docs, in the order in which it stands there, on small pictures.
//!
//! A document's commands are run through a shell in a folder that has what they name. What would
//! take long is made shorter ([`SHORTER`]), and a recipe is a small configuration of its name, which
//! goes before the recipe. What is not this program's is left out ([`ELSEWHERE`]).

use std::path::Path;
use std::process::{Command, Output};

use utsushi_imaging::{Picture, WriteOptions, write};

use crate::serve::Serving;
use crate::support::{Place, skip, tiny_model, write_tiny_model};
use crate::training::TINY;

/// What is replaced in every command, so that it does the same in a moment.
const SHORTER: [(&str, &str); 16] = [
    ("utsushi learn", "utsushi learn --contents free-pictures"),
    (
        "--write-jobs jobs.tsv",
        "--write-jobs jobs.tsv --pictures 3",
    ),
    ("-n 64", "-n 2"),
    ("-n 16", "-n 2"),
    ("1..16", "1..2"),
    ("--frames 90", "--frames 4"),
    ("--frames 150 --rate 30", "--frames 4 --rate 30"),
    ("--preview-frame 100", "--preview-frame 2"),
    ("--count 8", "--count 2"),
    ("--size 512", "--size 64"),
    (
        "--style-name tv-cel --data SET",
        "--style-name tv-cel --data set --steps 2 --batch 2 --size 32",
    ),
    ("frames=60", "frames=3"),
    ("size=512", "size=64"),
    ("count=16", "count=2"),
    ("report/", "report/ --pictures 3"),
    ("crop face --size 64", "crop face --size 32"),
];

/// How commands begin that are of other programs, or need what only the network has.
const ELSEWHERE: [&str; 9] = [
    "bench/",
    "cargo ",
    "pip ",
    "python3 ",
    "venv/",
    "tensorboard ",
    "curl -s https://",
    "utsushi features import",
    "utsushi transfer photos/ --model AnimeGANv3_Hayao_36.onnx",
];

/// The documents that have commands, with the least number of those that are run.
const DOCUMENTS: [(&str, usize); 11] = [
    ("README.md", 11),
    ("README.zh-CN.md", 11),
    ("docs/creative.md", 29),
    ("docs/dataset.md", 4),
    ("docs/evaluation.md", 3),
    ("docs/fine-tuning.md", 5),
    ("docs/onnx.md", 2),
    ("docs/server.md", 25),
    ("docs/tour.md", 2),
    ("docs/training.md", 10),
    ("docs/video.md", 10),
];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The commands in the shell blocks of a document, each on one line or several that belong together.
fn commands(document: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut inside = false;
    let mut open = String::new();
    for line in document.lines() {
        match (inside, line.trim_end()) {
            (false, "```sh") => inside = true,
            (true, "```") => inside = false,
            (true, line) if open.is_empty() && (line.is_empty() || line.starts_with('#')) => {}
            (true, line) => {
                open.push_str(line);
                // A command goes on after a backslash, and where a quote is still open.
                if let Some(rest) = open.strip_suffix('\\') {
                    open = rest.to_owned();
                } else if open.matches('\'').count().is_multiple_of(2) {
                    commands.push(std::mem::take(&mut open));
                } else {
                    open.push('\n');
                }
            }
            _ => {}
        }
    }
    commands
}

/// A mask of that size, white in its left half.
fn mask(place: &Place, name: &str) {
    let mut mask = Picture::filled(40, 40, [0; 3]);
    for index in (0..1600).filter(|index| index % 40 < 20) {
        mask.rgb_mut()[index * 3..index * 3 + 3].fill(255);
    }
    write(&place.path(name), &mask, &WriteOptions::default()).unwrap();
}

/// What all documents name: pictures, masks, folders, models.
fn studio() -> Place {
    let place = Place::new();
    let pictures = [
        "me.png",
        "you.png",
        "a.png",
        "b.png",
        "c.png",
        "mine.png",
        "reference.png",
        "large.png",
        "photos/1.png",
        "photos/2.png",
        "young/1.png",
        "young/2.png",
        "old/1.png",
        "old/2.png",
        "outputs/none.png",
    ];
    for (seed, name) in pictures.iter().enumerate() {
        place.draw(name, 40, 7 * seed as u32);
    }
    // With a face that is found, in colour and in lines.
    place.write("portrait.png", utsushi::faces::SAMPLE_PORTRAIT);
    for name in ["lines.png", "drawings/1.png"] {
        place.write_line_drawing(name);
    }
    for folder in ["my-pictures", "free-pictures", "paintings"] {
        let first = folder.len() as u32 * 1000;
        for seed in 0..10 {
            place.draw(&format!("{folder}/{seed}.png"), 72, first + 31 * seed);
        }
    }
    for name in ["hair.png", "sky.png", "face.png"] {
        mask(&place, name);
    }
    place.write(
        "jobs.tsv",
        "me.png\ta.png\tlisted/1.png\nme.png\tseed:7\tlisted/2.png\n",
    );
    std::fs::create_dir_all(place.path("listed")).unwrap();
    for model in ["model.safetensors", "my-model.safetensors"] {
        write_tiny_model(&place.path(model));
    }
    let labels: [(&str, &[&str]); 2] = [("age", &["old", "young"]), ("role", &["knight", "mage"])];
    let mut labelled = tiny_model().with_conditions(&labels).exported();
    // Requests name a style of the built-in model.
    let oil = labelled.styles.iter_mut().find(|style| style.name == "oil");
    oil.unwrap().name = "old-master".to_owned();
    labelled
        .write(&place.path("mine.safetensors"), false)
        .unwrap();
    let network = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/negative.onnx");
    for name in ["mine.onnx", "AnimeGANv3_tiny_Cute.onnx"] {
        std::fs::copy(&network, place.path(name)).unwrap();
    }
    for folder in ["bash-completion/completions", "man/man1"] {
        std::fs::create_dir_all(place.path(".local/share").join(folder)).unwrap();
    }
    place
}

/// Directions of the built-in model.
fn with_directions(place: &Place) {
    for name in ["older.safetensors", "cooler.safetensors"] {
        let command = format!("utsushi direction learn --from young --to old -o {name}");
        ran(place, &command);
    }
}

/// A prepared set, a judge, and recipes that are over in a moment.
fn with_training(place: &Place) {
    let source = |folder: &str| format!("[[source]]\npath = \"{folder}\"\nstyle = \"{folder}\"\n");
    let sets = format!(
        "size = 32\nvalidation = 0.4\nmin_size = 16\nduplicate_distance = 0\n{}{}",
        source("my-pictures"),
        source("paintings")
    );
    place.write("tiny-sets.toml", &sets);
    for set in ["set", "set64", "set128"] {
        let command = format!("utsushi dataset prepare tiny-sets.toml -o {set}");
        ran(place, &command);
    }
    let short = TINY.replace("steps = 6", "steps = 2");
    let recipes = ["smoke-32", "house-64", "house-128"].map(|name| (name, short.clone()));
    for (name, recipe) in recipes {
        place.write(name, recipe);
    }
    let prior = "[model.prior]\nsize = 32\nlatent_dim = 4\nchannels = [8, 8, 8, 4]\n\
                 [prior]\ntrain = true\nalone = true\n";
    place.write("prior-64", format!("{short}{prior}"));
    let labels = "[labels]\ncolumns = [\"age\", \"role\"]\n";
    place.write("labels-32", format!("{short}{labels}"));
    // The recipes themselves, for two steps of two pictures.
    for (name, steps) in [
        ("fine-tune", "\nsteps = 600"),
        ("own-style", "\nsteps = 250"),
    ] {
        let recipe = ran(place, &format!("utsushi train --print-config {name}"));
        let recipe = String::from_utf8(recipe.stdout).unwrap();
        let fewer = recipe.replace(steps, "\nsteps = 2");
        assert_ne!(fewer, recipe);
        place.write(name, fewer.replace("batch = 8", "batch = 2"));
    }
    for run in ["a", "b", "mine"] {
        ran(
            place,
            &format!("utsushi train smoke-32 --data set --run runs/{run}"),
        );
    }
    let judge = place.path("features/efficientnet-lite2.safetensors");
    std::fs::create_dir_all(place.path("features")).unwrap();
    let lite2 = utsushi_backbone::Architecture::Lite2;
    utsushi_backbone::write_untrained_as(lite2, &judge, false).unwrap();
}

/// A command through a shell that finds the program.
fn through_shell(place: &Place, command: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_utsushi"));
    let mut path = vec![program.parent().unwrap().to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(place.path(""));
    shell.env("PATH", std::env::join_paths(path).unwrap());
    shell.env("HOME", place.path(""));
    shell.env("UTSUSHI_FEATURES", place.path("features"));
    for variable in ["UTSUSHI_DATA", "BURN_DEVICE", "XDG_DATA_HOME"] {
        shell.env_remove(variable);
    }
    shell.output().unwrap()
}

/// A command that must work.
fn ran(place: &Place, command: &str) -> Output {
    let output = through_shell(place, command);
    assert!(
        output.status.success(),
        "{command}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Takes away what the command is to write, which an earlier one of the document may have written.
fn make_way(place: &Place, command: &str) {
    let words: Vec<&str> = command.split_whitespace().collect();
    for pair in words.windows(2) {
        let gone = match pair {
            [
                "-o" | "--output" | "--onnx" | "--sheet" | "--save-style" | "--write-jobs",
                target,
            ] => place.path(target),
            ["train", recipe] => place.path("runs").join(recipe),
            ["utsushi", "learn"] => place.path("runs/my-hand"),
            _ => continue,
        };
        let _ = std::fs::remove_dir_all(&gone);
        let _ = std::fs::remove_file(&gone);
    }
}

/// Runs the commands of a document; `server` is there for those that ask one.
fn run(name: &str, place: &Place, server: Option<&Serving>) {
    let text = std::fs::read_to_string(root().join(name)).unwrap();
    let mut done = 0;
    let mut job = String::from("ID");
    for command in commands(&text) {
        if ELSEWHERE.iter().any(|start| command.starts_with(start)) {
            continue;
        }
        let mut command = command;
        for (long, short) in SHORTER {
            command = command.replace(long, short);
        }
        if let Some(arguments) = command.strip_prefix("utsushi serve") {
            let arguments = arguments.split('#').next().unwrap_or_default();
            let arguments: Vec<&str> = arguments.split_whitespace().collect();
            let serving = Serving::start(place, &arguments, None);
            let base = arguments.iter().position(|word| *word == "--base-path");
            let base = base.map_or("", |at| arguments[at + 1]);
            let answer = serving.ask(&format!("{base}/healthz"), "");
            assert!(answer.starts_with("HTTP/1.1 200"), "{command}: {answer}");
        } else if command.starts_with("curl ") {
            let Some(server) = server else {
                continue;
            };
            let quiet = command.replacen("curl ", "curl -sS --fail ", 1);
            let quiet = quiet.replace("localhost:7870", server.host());
            let quiet = quiet.replace("/ID", &format!("/{job}"));
            let picture = std::fs::read(place.path("me.png")).unwrap();
            let quiet = quiet.replace("iVBORw0K…", &base64(&picture));
            make_way(place, &quiet);
            let output = ran(place, &quiet);
            if quiet.contains("respond-async") {
                let links: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
                links["id"].as_str().unwrap().clone_into(&mut job);
            }
        } else {
            assert!(command.starts_with("utsushi "), "{name}: {command}");
            make_way(place, &command);
            ran(place, &command);
            if command.contains("--write-jobs jobs.tsv") {
                // What the other program does, which comes next.
                ran(
                    place,
                    "utsushi transfer --list jobs.tsv --model model.safetensors",
                );
            }
        }
        done += 1;
    }
    let least = DOCUMENTS.iter().find(|(document, _)| *document == name);
    let least = least.unwrap().1;
    assert!(done >= least, "{name}: only {done} commands of {least}");
}

/// RFC 4648, for a picture in JSON.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let mut group = [0; 4];
        group[1..=three.len()].copy_from_slice(three);
        let group = u32::from_be_bytes(group);
        for place in 0..4 {
            text.push(if place <= three.len() {
                char::from(LETTERS[(group >> (18 - 6 * place)) as usize % 64])
            } else {
                '='
            });
        }
    }
    text
}

#[test]
fn every_document_with_commands_is_run() {
    let mut found = vec!["README.md".to_owned(), "README.zh-CN.md".to_owned()];
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        found.push(format!(
            "docs/{}",
            entry.unwrap().file_name().to_str().unwrap()
        ));
    }
    found.retain(|name| {
        Path::new(name)
            .extension()
            .is_some_and(|ending| ending == "md")
            && !commands(&std::fs::read_to_string(root().join(name)).unwrap()).is_empty()
    });
    found.sort();
    let mut known: Vec<_> = DOCUMENTS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    known.sort();
    assert_eq!(found, known);
    // Both READMEs have the same commands, each said in its own language.
    let of = |name: &str| {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let bare = |line: String| {
            line.split("  #")
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        commands(&text).into_iter().map(bare).collect::<Vec<_>>()
    };
    assert_eq!(of("README.md"), of("README.zh-CN.md"));
}

#[test]
fn continued_and_quoted_lines_are_one_command() {
    let text = "```sh\n# no\none \\\n  two  # yes\n\n'a\nb' c\n```\nno\n```toml\nno\n```\n";
    assert_eq!(commands(text), ["one   two  # yes", "'a\nb' c"]);
    assert_eq!(base64(b"fooba"), "Zm9vYmE=");
    assert_eq!(base64(b"foobar"), "Zm9vYmFy");
}

#[test]
fn readme_and_the_tour() {
    let place = studio();
    with_directions(&place);
    with_training(&place);
    run("README.md", &place, None);
    run("README.zh-CN.md", &place, None);
    run("docs/tour.md", &place, None);
}

#[test]
fn creative() {
    let place = studio();
    with_directions(&place);
    with_training(&place);
    ran(
        &place,
        "utsushi transfer a.png --style b.png -o picture.psd",
    );
    ran(&place, "utsushi morph a.png b.png --frames 3 -o clip.gif");
    if ffmpeg() {
        ran(&place, "utsushi morph a.png b.png --frames 3 -o clip.mp4");
    } else {
        skip("ffmpeg", "ffmpeg is not installed");
        return;
    }
    let mut table = "file_name,age,role\n".to_owned();
    for (seed, label) in ["old,knight", "young,mage", "old,mage", "young,knight"]
        .iter()
        .cycle()
        .take(16)
        .enumerate()
    {
        place.draw(
            &format!("faces/drawn/{seed}.png"),
            32,
            900 + 17 * seed as u32,
        );
        table.push_str(&format!("{seed}.png,{label}\n"));
    }
    place.write("faces/drawn.csv", table);
    let sets = "size = 32\nvalidation = 0.25\nmin_size = 16\n[[source]]\npath = \"drawn\"\n\
                style = \"drawn\"\nlabels_from = \"drawn.csv\"\nduplicate_distance = 0\n";
    place.write("faces/sets.toml", sets);
    run("docs/creative.md", &place, None);
}

#[test]
fn sets_and_a_style_of_ones_own() {
    let place = studio();
    with_training(&place);
    // The sets file that the document shows first.
    let text = std::fs::read_to_string(root().join("docs/fine-tuning.md")).unwrap();
    let (_, rest) = text.split_once("```toml\n").unwrap();
    let (sets, _) = rest.split_once("```").unwrap();
    place.write(
        "my-style.toml",
        sets.replace("size = 128", "size = 32")
            .replace("validation = 0.1", "validation = 0.4"),
    );
    place.write(
        "sets.toml",
        std::fs::read(place.path("tiny-sets.toml")).unwrap(),
    );
    let recipe = std::fs::read_to_string(place.path("fine-tune")).unwrap();
    place.write("fine-tune", recipe.replace("size = 128", "size = 32"));
    run("docs/fine-tuning.md", &place, None);
    run("docs/dataset.md", &place, None);
}

#[test]
fn training_and_evaluation() {
    let place = studio();
    with_training(&place);
    run("docs/training.md", &place, None);
    run("docs/evaluation.md", &place, None);
    run("docs/onnx.md", &place, None);
}

#[test]
fn video_students_and_pipelines() {
    if !ffmpeg() {
        skip("ffmpeg", "ffmpeg is not installed");
        return;
    }
    let place = studio();
    with_training(&place);
    ran(&place, "utsushi morph a.png b.png --frames 3 -o clip.mp4");
    ran(&place, "utsushi morph a.png b.png --frames 3 -o clip.mkv");
    ran(&place, "mkdir clips && cp clip.mp4 clips/");
    run("docs/video.md", &place, None);
}

#[test]
fn the_studio() {
    let place = studio();
    with_training(&place);
    let teach = "utsushi distil --model model.safetensors --style-name oil --data set --steps 2 \
                 --batch 2 --size 32 -o student.safetensors";
    ran(&place, teach);
    ran(&place, "utsushi transfer me.png --style b.png -o me.psd");
    let serving = Serving::start(&place, &["--model", "mine.safetensors"], None);
    run("docs/server.md", &place, Some(&serving));
}

fn ffmpeg() -> bool {
    Command::new("ffmpeg").arg("-version").output().is_ok()
}
