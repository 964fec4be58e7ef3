//! A server with more than one model.

use tempfile::tempdir;
use utsushi_server::{FurtherModel, KeepOptions, Server, ServerOptions};
use utsushi_test_fixtures::TinyModel;

use crate::client::{Answer, FORM, form, get, post_form, request};
use crate::test_server::{TestServer, drawing, painter, painter_of};

fn server(base_path: &str, keep: Option<KeepOptions>) -> TestServer {
    let options = ServerOptions {
        model_name: "first".to_owned(),
        base_path: base_path.to_owned(),
        keep,
        ..ServerOptions::new("127.0.0.1:0".parse().unwrap())
    };
    let second = FurtherModel {
        path: "/free".to_owned(),
        name: "second".to_owned(),
        model: painter_of(&TinyModel::new(&["ink"]).with_seed(9)).into(),
    };
    TestServer::run(Server::bind_several(painter(), vec![second], options).unwrap())
}

#[test]
fn each_has_a_page_and_an_api_and_tells_of_the_other() {
    let server = server("/studio", None);
    let address = server.address;
    for base in ["/studio", ""] {
        for page in ["/", "/free/", "/free/assets/main.js"] {
            assert_eq!(
                get(address, &format!("{base}{page}")).status,
                200,
                "{base}{page}"
            );
        }
        let slash = get(address, &format!("{base}/free"));
        assert_eq!(
            (slash.status, slash.header("location")),
            (308, Some("/studio/free/"))
        );
        for (path, name) in [("", "first"), ("/free", "second")] {
            let models = get(address, &format!("{base}{path}/v1/models")).json();
            assert_eq!(models["models"][0]["name"], name);
            assert_eq!(models["offered"][0]["address"], "/studio/");
            assert_eq!(models["offered"][1]["address"], "/studio/free/");
        }
    }
    assert_eq!(get(address, "/studio/freedom/").status, 404);
    // The second is guarded as the first is.
    let elsewhere = [("host", "example.org")];
    let refused = request(address, "GET", "/studio/free/v1/models", &elsewhere, b"");
    assert_eq!(refused.code(), "unknown_host");
}

#[test]
fn each_paints_in_its_own_styles_and_keeps_its_own_results() {
    let folder = tempdir().unwrap();
    let open = || server("", Some(KeepOptions::new(folder.path().to_owned())));
    let running = open();
    let content = drawing(40, 32);
    let fields = |style| -> [(&str, &[u8]); 2] { [("content", &content), ("style_name", style)] };
    let painted = |path: &str, style| {
        let address = format!("{path}/v1/transfer");
        post_form(running.address, &address, &fields(style))
    };
    let (first, second) = (painted("", b"oil"), painted("/free", b"ink"));
    assert_eq!((first.status, second.status), (200, 200));
    assert_ne!(first.body, second.body);
    assert_eq!(painted("/free", b"oil").code(), painted("", b"ink").code());
    assert_eq!(painted("/free", b"oil").status, 422);
    // A job of the second, which is there after the server was started again.
    let (headers, body) = ([FORM, ("prefer", "respond-async")], form(&fields(b"ink")));
    let started = request(
        running.address,
        "POST",
        "/free/v1/transfer",
        &headers,
        &body,
    );
    let links = started.json();
    let (events, id) = (
        links["events"].as_str().unwrap(),
        links["id"].as_str().unwrap(),
    );
    assert!(events.starts_with("/free/v1/jobs/"), "{events}");
    let events = String::from_utf8(get(running.address, events).body).unwrap();
    assert!(events.contains("event: done"), "{events}");
    drop(running);
    let again = open();
    let result = format!("/v1/jobs/{id}/result");
    assert_eq!(
        get(again.address, &format!("/free{result}")).body,
        second.body
    );
    assert_eq!(get(again.address, &result).status, 404);
}

#[test]
fn fixes_name_the_addresses_of_the_model_that_was_asked() {
    let folder = tempdir().unwrap();
    let server = server("/studio", Some(KeepOptions::new(folder.path().to_owned())));
    let content = drawing(24, 24);
    let fix = |answer: Answer| answer.json()["error"]["fix"].as_str().unwrap().to_owned();
    for below in ["", "/free"] {
        let post = |path: &str, field: (&str, &[u8])| {
            let address = format!("/studio{below}{path}");
            let fields: [(&str, &[u8]); 2] = [("content", &content), field];
            fix(post_form(server.address, &address, &fields).with_status(422))
        };
        let own = |route: &str| format!("GET /studio{below}{route} ");
        let told = post("/v1/transfer", ("style_name", b"nothing"));
        assert!(told.starts_with(&own("/v1/styles")), "{told}");
        let label = br#"[{"label": "age", "value": "old"}]"#;
        let told = post("/v1/edit", ("set", label));
        assert!(told.starts_with(&own("/v1/models")), "{told}");
        let none = get(server.address, &format!("/studio{below}/v1/nothing"));
        let told = fix(none);
        let document = format!("see /studio{below}/v1/openapi.json ");
        assert!(told.starts_with(&document), "{told}");
    }
    // Where the second model has no prior and the first has one.
    let address = "/studio/free/v1/generate";
    let told = fix(post_form(server.address, address, &[("seed", b"1")]).with_status(422));
    assert!(
        told.ends_with("in GET /studio/free/v1/models is true"),
        "{told}"
    );
}
