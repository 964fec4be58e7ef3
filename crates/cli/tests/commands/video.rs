//! Video through ffmpeg. Where it is not installed, the tests that need it are skipped.

use std::process::{Command, Stdio};

use serde_json::Value;
use utsushi_imaging::{Picture, resize};

use crate::creative::{done, picture, run, studio};
use crate::support::{Place, skip};

/// Whether ffmpeg can be used; says so where not.
fn installed() -> bool {
    let there = |program| {
        let mut command = Command::new(program);
        let command = command.arg("-version").stdout(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let there = there("ffmpeg") && there("ffprobe");
    if !there {
        skip("ffmpeg", "ffmpeg is not installed");
    }
    there
}

fn ffmpeg(place: &Place, arguments: &str) {
    let status = Command::new("ffmpeg")
        .args("-v error -nostdin -y".split(' '))
        .args(arguments.split(' '))
        .current_dir(place.path(""))
        .status()
        .unwrap();
    assert!(status.success(), "{arguments}");
}

/// A clip of moving shapes with a tone.
fn clip(place: &Place, name: &str, frames: u32, rate: &str) {
    ffmpeg(
        place,
        &format!(
            "-f lavfi -i testsrc2=s=64x48:r={rate} -f lavfi -i sine=f=440 -frames:v {frames} \
             -shortest -c:v libx264 -crf 5 -pix_fmt yuv420p -c:a aac file:{name}"
        ),
    );
}

/// What ffprobe says of a file, its frames counted.
fn probe(place: &Place, name: &str) -> Value {
    let output = Command::new("ffprobe")
        .args("-v error -count_packets -of json -show_streams -show_format".split(' '))
        .arg(format!("file:{}", place.path(name).display()))
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn video_frames(told: &Value) -> u64 {
    let count = told["streams"][0]["nb_read_packets"].as_str();
    count.unwrap().parse().unwrap()
}

/// The frame of a file with that number, from 0. As a BMP: into PNGs ffmpeg writes a gamma and
/// primaries, which would be brought to sRGB.
fn frame(place: &Place, name: &str, number: u32) -> Picture {
    let filter = format!("-vf select=eq(n\\,{number}) -frames:v 1 -update 1 one.bmp");
    ffmpeg(place, &format!("-i file:{name} {filter}"));
    picture(place, "one.bmp")
}

fn apart(left: &Picture, right: &Picture) -> f64 {
    assert_eq!(
        (left.width(), left.height()),
        (right.width(), right.height())
    );
    let pairs = left.rgb().iter().zip(right.rgb());
    let sum: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / left.rgb().len() as f64
}

#[test]
fn a_clip_is_painted_with_its_frames_rate_and_sound_in_every_container() {
    if !installed() {
        return;
    }
    let place = studio();
    // A name that a careless program takes for an option.
    clip(&place, "-clip.mp4", 27, "24000/1001");
    let sound = probe(&place, "-clip.mp4")["streams"][1].clone();
    for (name, video, audio) in [
        ("out.mp4", "h264", "aac"),
        ("out.mov", "h264", "aac"),
        ("out.mkv", "h264", "aac"),
        ("out.webm", "vp9", "opus"),
    ] {
        let arguments = ["--style", "r.png", "--json", "-o", name, "--", "-clip.mp4"];
        let told: Value = serde_json::from_str(&done(&place, "transfer", &arguments)).unwrap();
        assert_eq!(told["frames"], 27, "{name}");
        assert!(told["input_change"].as_f64().unwrap() > 0.0);
        assert!(told["output_change"].as_f64().unwrap() > 0.0);
        let written = probe(&place, name);
        let streams = written["streams"].as_array().unwrap();
        assert_eq!(streams.len(), 2, "{name}");
        assert_eq!(streams[0]["codec_name"], video);
        assert_eq!(streams[1]["codec_name"], audio);
        assert_eq!(video_frames(&written), 27, "{name}");
        assert_eq!(streams[0]["r_frame_rate"], "24000/1001", "{name}");
        if audio == "aac" {
            assert_eq!(
                streams[1]["nb_read_packets"], sound["nb_read_packets"],
                "copied"
            );
        }
        assert!(!place.path(&format!("{name}.parts")).exists());
    }
    // The frames are those that a preview paints, but for what compression takes.
    done(
        &place,
        "transfer",
        &[
            "--style",
            "r.png",
            "--steady",
            "0",
            "-o",
            "still.mp4",
            "--",
            "-clip.mp4",
        ],
    );
    for number in [1, 20, 27] {
        let shown = format!("{number}");
        let arguments = [
            "--style",
            "r.png",
            "--preview-frame",
            &shown,
            "-o",
            "p.png",
            "--force",
        ];
        done(
            &place,
            "transfer",
            &[&arguments[..], &["--", "-clip.mp4"]].concat(),
        );
        let decoded = frame(&place, "still.mp4", number - 1);
        // Small, since a video holds colours at half the size, and an untrained model's are noise.
        let [decoded, shown] = [decoded, picture(&place, "p.png")].map(|it| resize(&it, 16, 12));
        let apart = apart(&decoded, &shown);
        assert!(apart < 8.0, "frame {number}: {apart}");
    }
    let arguments = ["--style", "r.png", "--preview-frame", "28", "-o", "q.png"];
    let (code, _, err) = run(
        &place,
        "transfer",
        &[&arguments[..], &["--", "-clip.mp4"]].concat(),
    );
    assert!(code == 1 && err.contains("no frame 28: it has 27"), "{err}");
}

// The signal is sent by a program that other systems lack.
#[cfg(unix)]
#[test]
fn a_video_that_was_stopped_is_gone_on_with_and_comes_out_the_same() {
    if !installed() {
        return;
    }
    let place = studio();
    clip(&place, "clip.mp4", 260, "25");
    let whole = [
        "clip.mp4", "--style", "r.png", "--steady", "0.8", "--json", "-o",
    ];
    let told = done(&place, "transfer", &[&whole[..], &["whole.mkv"]].concat());
    let program = assert_cmd::cargo::cargo_bin("utsushi");
    let mut child = Command::new(program)
        .args("transfer --model m.safetensors --device cpu".split(' '))
        .args(whole)
        .arg("again.mkv")
        .current_dir(place.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Into the first part, or, on a fast machine, beyond it.
    while !place.path("again.mkv.parts/unfinished.mp4").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(
            child.try_wait().unwrap().is_none(),
            "done before it was stopped"
        );
    }
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(!place.path("again.mkv").exists());
    let again = [&whole[..], &["again.mkv"]].concat();
    if place.path("again.mkv.parts").exists() {
        assert!(said.contains("--resume"), "{said}");
        let (code, _, err) = run(&place, "transfer", &again);
        assert!(code == 3 || code == 1, "{code}");
        assert!(err.contains("--resume") && err.contains("--force"), "{err}");
        let other = [&again[..], &["--resume", "--strength", "0.5"]].concat();
        let (_, _, err) = run(&place, "transfer", &other);
        assert!(err.contains("other options"), "{err}");
    }
    let resumed = done(&place, "transfer", &[&again[..], &["--resume"]].concat());
    let [told, resumed] = [told, resumed].map(|text| serde_json::from_str::<Value>(&text).unwrap());
    for key in ["frames", "input_change", "output_change"] {
        assert_eq!(told[key], resumed[key], "{key}");
    }
    assert_eq!(video_frames(&probe(&place, "again.mkv")), 260);
    for number in [3, 120, 255] {
        let frames = ["whole.mkv", "again.mkv"].map(|name| frame(&place, name, number));
        let apart = apart(&frames[0], &frames[1]);
        // Compressed in other parts; the reports above say that the frames are the same.
        assert!(apart < 8.0, "frame {number}: {apart}");
    }
    assert!(!place.path("again.mkv.parts").exists());
    // What is painted is left as it is.
    let (code, _, err) = run(&place, "transfer", &[&again[..], &["--resume"]].concat());
    assert!(code == 0 && err.contains("unchanged: 1 painting"), "{err}");
}

#[test]
fn uneven_times_turned_pictures_and_animations() {
    if !installed() {
        return;
    }
    let place = studio();
    // Every frame but each third: the sound has to stay beside the pictures.
    ffmpeg(
        &place,
        "-f lavfi -i testsrc2=s=64x48:r=30:d=2 -f lavfi -i sine=d=2 -vf \
         select=not(eq(mod(n\\,3)\\,1)) -vsync vfr -c:v libx264 -c:a aac uneven.mkv",
    );
    done(
        &place,
        "transfer",
        &["uneven.mkv", "--style", "r.png", "-o", "even.mp4"],
    );
    let told = probe(&place, "even.mp4");
    let seconds: f64 = told["streams"][0]["duration"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((seconds - 2.0).abs() < 0.1, "{seconds}");

    clip(&place, "clip.mp4", 6, "25");
    ffmpeg(
        &place,
        "-i clip.mp4 -c copy -metadata:s:v rotate=90 turned.mp4",
    );
    done(
        &place,
        "transfer",
        &["turned.mp4", "--style", "r.png", "-o", "upright.mp4"],
    );
    let told = probe(&place, "upright.mp4");
    assert_eq!(
        (&told["streams"][0]["width"], &told["streams"][0]["height"]),
        (&48.into(), &64.into())
    );

    // To an animation, and back with its uneven delays.
    done(
        &place,
        "transfer",
        &["clip.mp4", "--style", "r.png", "-o", "clip.webp"],
    );
    done(
        &place,
        "transfer",
        &["clip.webp", "--style", "r.png", "-o", "back.mp4"],
    );
    assert_eq!(video_frames(&probe(&place, "back.mp4")), 6);
    done(
        &place,
        "morph",
        &["a.png", "t.png", "--frames", "7", "-o", "morph.mp4"],
    );
    let told = probe(&place, "morph.mp4");
    assert_eq!(
        (
            video_frames(&told),
            told["streams"].as_array().unwrap().len()
        ),
        (7, 1)
    );
    // A folder with a video in it.
    std::fs::create_dir(place.path("in")).unwrap();
    std::fs::rename(place.path("clip.mp4"), place.path("in/clip.mp4")).unwrap();
    std::fs::copy(place.path("a.png"), place.path("in/a.png")).unwrap();
    done(&place, "transfer", &["in", "--style", "r.png", "-o", "out"]);
    assert_eq!(video_frames(&probe(&place, "out/clip.mp4")), 6);
    assert!(place.path("out/a.png").is_file());
}

#[test]
fn what_is_no_video_is_refused_with_words() {
    if !installed() {
        return;
    }
    let place = studio();
    clip(&place, "clip.mp4", 9, "25");
    let whole = std::fs::read(place.path("clip.mp4")).unwrap();
    place.write("cut.mp4", &whole[..whole.len() / 3]);
    ffmpeg(&place, "-f lavfi -i sine=d=1 -c:a aac sound.mp4");
    // A list of other files in a video's clothes is not followed.
    place.write("list.mp4", "#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n");
    for (arguments, part) in [
        (&["clip.mp4", "-o", "x.jpg"][..], "--preview-frame"),
        (&["clip.mp4", "-o", "x.avi"], ".mp4"),
        (&["a.png", "-o", "x.mp4"], "single picture"),
        (&["cut.mp4", "-o", "x.mp4"], "cut.mp4"),
        (&["sound.mp4", "-o", "x.mp4"], "no video"),
        (&["list.mp4", "-o", "x.mp4"], "list.mp4"),
        (
            &["clip.mp4", "--max-frames", "8", "-o", "x.mp4"],
            "--max-frames",
        ),
        (&["clip.mp4", "-o", "clip.mp4"], "picture to be painted"),
        (
            &["a.png", "--preview-frame", "1", "-o", "x.png"],
            "single picture",
        ),
    ] {
        let arguments = [arguments, &["--style", "r.png"]].concat();
        let (code, _, err) = run(&place, "transfer", &arguments);
        assert!(code != 0 && err.contains(part), "{arguments:?}: {err}");
    }
    let left: Vec<_> = place
        .files()
        .into_iter()
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("x.")
        })
        .collect();
    assert!(
        left.is_empty() && !place.path("x.mp4.parts").exists(),
        "{left:?}"
    );
}

#[test]
fn without_ffmpeg_the_message_says_what_to_install() {
    let place = studio();
    place.write("clip.mp4", b"\0\0\0\x20ftypisom");
    for arguments in [
        &["transfer", "clip.mp4", "--style", "r.png", "-o", "x.mp4"][..],
        &["transfer", "clip.mp4", "--style", "r.png", "-o", "x.gif"],
        &[
            "transfer",
            "clip.mp4",
            "--style",
            "r.png",
            "--preview-frame",
            "3",
            "-o",
            "x.png",
        ],
        &["morph", "a.png", "r.png", "-o", "x.mp4"],
    ] {
        let output = place
            .utsushi()
            .args(arguments)
            .env("UTSUSHI_FFMPEG", "/nowhere/ffmpeg")
            .output()
            .unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{err}");
        assert!(err.contains("`/nowhere/ffmpeg` was not found"), "{err}");
        assert!(
            err.contains("apt install ffmpeg") && err.contains("UTSUSHI_FFMPEG"),
            "{err}"
        );
    }
}

/// As a download that broke off leaves it: the length stands at the front, the rest is missing.
#[test]
fn a_video_that_ends_early_is_painted_as_far_as_it_goes_and_told() {
    if !installed() {
        return;
    }
    let place = studio();
    for (name, more) in [("clip.mp4", "-movflags +faststart"), ("clip.mkv", "")] {
        ffmpeg(
            &place,
            format!("-f lavfi -i testsrc2=s=64x48:r=12 -frames:v 48 -c:v libx264 -g 4 {more} file:{name}")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .as_str(),
        );
        let bytes = std::fs::read(place.path(name)).unwrap();
        let cut = format!("cut-{name}");
        std::fs::write(place.path(&cut), &bytes[..bytes.len() * 6 / 10]).unwrap();
        let arguments = |name: &str| {
            [
                name.to_owned(),
                "--style".into(),
                "r.png".into(),
                "-o".into(),
                format!("out-{name}"),
            ]
        };
        let run_on = |name: &str| {
            let arguments = arguments(name);
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            run(&place, "transfer", &arguments)
        };
        let (code, _, err) = run_on(name);
        assert!(
            code == 0 && !err.contains("warning"),
            "{name}: {code}: {err}"
        );
        let (code, out, err) = run_on(&cut);
        assert_eq!(code, 3, "{cut}: {out}{err}");
        assert!(
            err.contains("warning") && err.contains("ends early"),
            "{err}"
        );
        assert!(place.path(&format!("out-{cut}")).is_file());
    }
}
