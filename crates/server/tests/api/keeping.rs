//! Results that outlive the server.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::json;
use tempfile::{TempDir, tempdir};
use utsushi_server::{EngineOptions, KeepOptions, Limits, Server, ServerError, ServerOptions};

use crate::client::{Answer, FORM, form, get, request};
use crate::jobs::figure;
use crate::test_server::{TestServer, drawing, painter};

fn opened(folder: &TempDir, change: impl FnOnce(&mut KeepOptions)) -> TestServer {
    let mut keep = KeepOptions::new(folder.path().to_owned());
    change(&mut keep);
    TestServer::keeping(keep, EngineOptions::default())
}

/// Has a job done; its name.
fn done(server: &TestServer, side: u32) -> String {
    let content = drawing(side, side);
    let fields: [(&str, &[u8]); 2] = [("content", &content), ("style_name", b"oil")];
    let headers = [FORM, ("prefer", "respond-async")];
    let body = form(&fields);
    let started = request(server.address, "POST", "/v1/transfer", &headers, &body);
    let links = started.json();
    let events = get(server.address, links["events"].as_str().unwrap());
    let events = String::from_utf8(events.body).unwrap();
    assert!(events.contains("event: done"), "{events}");
    links["id"].as_str().unwrap().to_owned()
}

fn result(server: &TestServer, id: &str) -> Answer {
    get(server.address, &format!("/v1/jobs/{id}/result"))
}

/// Files of results, sorted.
fn kept(folder: &TempDir) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut pictures: Vec<_> = paths.filter(|path| path.extension().is_some()).collect();
    pictures.sort();
    pictures
}

#[test]
fn a_new_server_has_what_the_old_one_reported_done() {
    let folder = tempdir().unwrap();
    let old = opened(&folder, |_| {});
    let id = done(&old, 60);
    let before = result(&old, &id);
    let place = format!("/v1/jobs/{id}");
    assert_eq!(get(old.address, &place).json()["kept"], json!(true));
    drop(old);

    let new = opened(&folder, |_| {});
    let status = get(new.address, &place).json();
    assert_eq!(
        (&status["stage"], &status["width"], &status["kept"]),
        (&json!("done"), &json!(60), &json!(true))
    );
    let after = result(&new, &id);
    assert_eq!(after.body, before.body);
    for name in ["etag", "content-type"] {
        assert_eq!(after.header(name), before.header(name), "{name}");
    }
    let path = format!("{place}/result");
    let has = [("if-none-match", before.header("etag").unwrap())];
    assert_eq!(request(new.address, "GET", &path, &has, b"").status, 304);
    let events = get(new.address, &format!("{place}/events"));
    assert!(events.body.starts_with(b"event: done\n"));
    // The file is a picture with nothing about it that is not in the answer.
    assert_eq!(fs::read(&kept(&folder)[0]).unwrap(), after.body);

    assert_eq!(request(new.address, "DELETE", &place, &[], b"").status, 204);
    assert_eq!(result(&new, &id).code(), "no_such_job");
    assert_eq!(kept(&folder), Vec::<PathBuf>::new());
    assert_eq!(figure(&new, "utsushi_kept_results"), 0.0);
}

#[test]
fn a_result_leaves_the_memory_and_comes_back_from_the_disk() {
    let folder = tempdir().unwrap();
    let engine = EngineOptions {
        limits: Limits {
            job_time: Duration::from_millis(100),
            ..Limits::default()
        },
        ..EngineOptions::default()
    };
    let server = TestServer::keeping(KeepOptions::new(folder.path().to_owned()), engine);
    let id = done(&server, 40);
    let before = result(&server, &id);
    while figure(&server, "utsushi_jobs") > 0.0 {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(result(&server, &id).body, before.body);
    assert_eq!(figure(&server, "utsushi_jobs"), 1.0);
}

#[test]
fn the_oldest_make_room() {
    let folder = tempdir().unwrap();
    let server = opened(&folder, |keep| keep.results = 2);
    let one_later = |index: u32| {
        // Times of files are coarse.
        std::thread::sleep(Duration::from_millis(20));
        done(&server, 32 + index)
    };
    let ids: Vec<_> = (0..3).map(one_later).collect();
    assert_eq!(kept(&folder).len(), 2);
    assert_eq!(figure(&server, "utsushi_kept_results"), 2.0);
    drop(server);
    let server = opened(&folder, |keep| keep.results = 2);
    let statuses = ids.iter().map(|id| result(&server, id).status);
    assert_eq!(statuses.collect::<Vec<_>>(), [404, 200, 200]);
    let bytes = figure(&server, "utsushi_kept_bytes") as u64;
    drop(server);

    // Fewer bytes are allowed than there are.
    let server = opened(&folder, |keep| keep.bytes = bytes - 1);
    let statuses = ids.iter().map(|id| result(&server, id).status);
    assert_eq!(statuses.collect::<Vec<_>>(), [404, 404, 200]);
    drop(server);
    // One that is too large by itself is done all the same, and says that it is not kept.
    let server = opened(&folder, |keep| keep.bytes = 64);
    assert_eq!(kept(&folder).len(), 0);
    let id = done(&server, 40);
    let status = get(server.address, &format!("/v1/jobs/{id}")).json();
    assert_eq!(status["kept"], json!(false));
    assert_eq!(result(&server, &id).status, 200);
    assert_eq!(figure(&server, "utsushi_keep_failures_total"), 1.0);
    drop(server);

    let server = opened(&folder, |_| {});
    done(&server, 40);
    drop(server);
    opened(&folder, |keep| keep.time = Duration::ZERO);
    assert_eq!(kept(&folder).len(), 0, "all have come of age");
}

#[test]
fn what_is_broken_is_cleared_and_what_is_not_ours_is_left() {
    let folder = tempdir().unwrap();
    let server = opened(&folder, |_| {});
    let [cut, changed] = [done(&server, 40), done(&server, 41)];
    drop(server);
    let path_of = |id: &str| {
        let found = kept(&folder);
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        found.into_iter().find(|path| name(path).starts_with(id))
    };
    let path = path_of(&cut).unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    let path = path_of(&changed).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
    let half = folder.path().join(format!("{}.part", "0a".repeat(16)));
    let others = ["notes.txt", "me.png", "x.part", ".utsushi-abc.part"];
    fs::write(&half, b"half of a pic").unwrap();
    for name in others {
        fs::write(folder.path().join(name), b"mine").unwrap();
    }
    #[cfg(unix)]
    {
        let secret = folder.path().join("me.png");
        let (id, tag) = ("1b".repeat(16), "2c".repeat(16));
        let link = folder.path().join(format!("{id}-{tag}-4x4x1.png"));
        std::os::unix::fs::symlink(secret, &link).unwrap();
    }

    let server = opened(&folder, |_| {});
    assert!(!half.exists());
    for id in [&cut, &changed, &"1b".repeat(16), &"0a".repeat(16)] {
        assert_eq!(result(&server, id).code(), "no_such_job");
    }
    assert_eq!((path_of(&cut), path_of(&changed)), (None, None));
    for name in others {
        assert_eq!(fs::read(folder.path().join(name)).unwrap(), b"mine");
    }
    // Names in requests are looked up among jobs, never among files.
    for name in ["..%2f..%2fetc%2fpasswd", "me.png", "me", ".lock"] {
        assert_eq!(result(&server, name).status, 404, "{name}");
    }
}

#[test]
fn one_server_a_folder_and_only_where_it_can_write() {
    let folder = tempdir().unwrap();
    let _studio = opened(&folder, |_| {});
    let bind = |folder: &Path| {
        let options = ServerOptions {
            keep: Some(KeepOptions::new(folder.to_owned())),
            ..ServerOptions::new("127.0.0.1:0".parse().unwrap())
        };
        match Server::bind(painter(), options) {
            Err(error @ ServerError::Keep { .. }) => error.to_string(),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("it is open"),
        }
    };
    let said = bind(folder.path());
    assert!(said.contains("another server"), "{said}");
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let said = bind(&file.join("inside"));
    assert!(said.contains("inside"), "{said}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempdir().unwrap();
    let inner = folder.path().join("a/b");
    let server = TestServer::keeping(KeepOptions::new(inner.clone()), EngineOptions::default());
    done(&server, 32);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&inner), 0o700);
    for entry in fs::read_dir(&inner).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some() {
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
}

#[test]
fn without_a_folder_nothing_is_said_to_be_kept() {
    let server = TestServer::open();
    let id = done(&server, 32);
    let status = get(server.address, &format!("/v1/jobs/{id}")).json();
    assert_eq!(status["kept"], json!(false));
    let models = get(server.address, "/v1/models").json();
    assert_eq!(models["limits"]["kept_seconds"], json!(0));
}
