//! Pictures moved along the model's directions.

use serde_json::json;
use utsushi::PaintOptions;
use utsushi::creative::{Direction, EditMode, FaceShape, edit, find, reshaped};
use utsushi_imaging::{Picture, decode};
use utsushi_server::EngineOptions;

use crate::client::{get, post_form, post_json};
use crate::painting::base64;
use crate::test_server::{TestServer, drawing, painter, painter_with_labels};

fn picture(bytes: &[u8]) -> Picture {
    decode(bytes, &Default::default()).unwrap().picture
}

/// What the library makes of it.
fn expected(content: &[u8], amounts: &[(usize, f32)], mode: EditMode, strength: f32) -> Picture {
    let painter = painter();
    let found = find(&painter, 12).unwrap();
    let along = amounts
        .iter()
        .map(|&(index, amount)| (found[index].direction.clone(), amount));
    let options = PaintOptions {
        strength,
        ..PaintOptions::default()
    };
    let directions: Vec<_> = along.collect();
    let content = picture(content);
    edit(&painter, &content, &directions, mode, &options, &mut ()).unwrap()
}

#[test]
fn the_answer_is_what_the_library_edits() {
    let server = TestServer::open();
    let content = drawing(60, 44);
    let directions = br#"[{"direction": 1, "amount": 2.5}, {"direction": 0, "amount": -3}]"#;
    let amounts = [(1, 2.5), (0, -3.0)];
    let fields: [(&str, &[u8]); 2] = [("content", &content), ("directions", directions)];
    let answer = post_form(server.address, "/v1/edit", &fields).with_status(200);
    let changed = expected(&content, &amounts, EditMode::Change, 1.0);
    assert_eq!(picture(&answer.body), changed);
    assert_ne!(changed, picture(&content));

    let body = json!({
        "content": base64(&content),
        "directions": [{"direction": 1, "amount": 2.5}, {"direction": 0, "amount": -3}],
        "mode": "redraw",
        "strength": 0.5,
    });
    let answer = post_json(server.address, "/v1/edit", &body);
    let redrawn = expected(&content, &amounts, EditMode::Redraw, 0.5);
    assert_eq!(picture(&answer.body), redrawn);
    assert_ne!(redrawn, changed);

    // Nowhere: the picture as it was.
    let nowhere = br#"[{"direction": 3, "amount": 0}]"#;
    let fields: [(&str, &[u8]); 2] = [("content", &content), ("directions", nowhere)];
    let answer = post_form(server.address, "/v1/edit", &fields);
    assert_eq!(picture(&answer.body), picture(&content));
}

#[test]
fn a_picture_is_moved_to_a_label_of_the_model() {
    let painter = painter_with_labels();
    let server = TestServer::of(painter.clone(), EngineOptions::default(), None);
    let models = get(server.address, "/v1/models").json();
    let labels = json!([{"name": "age", "values": ["old", "young"]}]);
    assert_eq!(models["models"][0]["labels"], labels);

    let content = drawing(40, 40);
    let set = br#"[{"label": "age", "value": "old", "amount": 0.5}]"#;
    let fields: [(&str, &[u8]); 2] = [("content", &content), ("set", set)];
    let answer = post_form(server.address, "/v1/edit", &fields).with_status(200);
    let own = painter.style_of(&picture(&content)).unwrap();
    let way = Direction::to_label(&painter, &own, "age", "old").unwrap();
    let expected = edit(
        &painter,
        &picture(&content),
        &[(way, 0.5)],
        EditMode::Change,
        &PaintOptions::default(),
        &mut (),
    );
    let expected = expected.unwrap();
    assert_eq!(picture(&answer.body), expected);
    assert_ne!(expected, picture(&content));

    let body = |label: &str, value: &str, amount: f32| {
        let set = json!([{"label": label, "value": value, "amount": amount}]);
        let body = json!({"content": base64(&content), "set": set});
        let answer = post_json(server.address, "/v1/edit", &body);
        (answer.status, answer.code())
    };
    let unknown = (422, "unknown_label".to_owned());
    assert_eq!(body("age", "odl", 1.0), unknown);
    assert_eq!(body("role", "knight", 1.0), unknown);
    assert_eq!(body("age", "old", 11.0), (422, "bad_amount".to_owned()));
}

#[test]
fn faces_get_another_shape_and_no_face_is_told() {
    let server = TestServer::open();
    let content = utsushi::faces::SAMPLE_PORTRAIT;
    let warp = br#"[{"shape": "smile", "amount": 0.5}, {"shape": "eyes"}]"#;
    let fields: [(&str, &[u8]); 2] = [("content", content), ("warp", warp)];
    let answer = post_form(server.address, "/v1/edit", &fields).with_status(200);
    let shape = FaceShape {
        smile: 0.5,
        eyes: 1.0,
        ..FaceShape::default()
    };
    let portrait = picture(content);
    let reader = utsushi::anatomy::AnatomyReader::builtin(&utsushi::Device::flex()).unwrap();
    let faces = reader.read(&portrait).faces;
    let expected = reshaped(&portrait.clone().into(), &faces, &shape).unwrap();
    assert_eq!(picture(&answer.body), expected.into_eight());

    // Together with a direction, the shape comes first.
    let directions: (&str, &[u8]) = ("directions", br#"[{"direction": 1, "amount": 2.5}]"#);
    let both = [fields[0], fields[1], directions];
    let answer = post_form(server.address, "/v1/edit", &both).with_status(200);
    let shaped = reshaped(&portrait.into(), &faces, &shape).unwrap();
    let found = find(&painter(), 12).unwrap();
    let moved = edit(
        &painter(),
        &shaped.into_eight(),
        &[(found[1].direction.clone(), 2.5)],
        EditMode::Change,
        &PaintOptions::default(),
        &mut (),
    );
    assert_eq!(picture(&answer.body), moved.unwrap());

    let code = |content: &[u8], warp: &'static str| {
        let fields: [(&str, &[u8]); 2] = [("content", content), ("warp", warp.as_bytes())];
        let answer = post_form(server.address, "/v1/edit", &fields);
        (answer.status, answer.code())
    };
    let is = |status, code: &str| (status, code.to_owned());
    let faceless = drawing(60, 44);
    assert_eq!(
        code(&faceless, r#"[{"shape": "smile"}]"#),
        is(422, "no_face")
    );
    // No change is no reason to look for a face.
    let none: (&str, &[u8]) = ("warp", br#"[{"shape": "smile", "amount": 0}]"#);
    let fields = [("content", &faceless[..]), none];
    let answer = post_form(server.address, "/v1/edit", &fields).with_status(200);
    assert_eq!(picture(&answer.body), picture(&faceless));
    assert_eq!(code(content, "[]"), is(400, "no_shapes"));
    assert_eq!(
        code(content, r#"[{"shape": "nose"}]"#),
        is(422, "unknown_shape")
    );
    let far = r#"[{"shape": "blink", "amount": -0.5}]"#;
    assert_eq!(code(content, far), is(422, "bad_amount"));
    let twice = r#"[{"shape": "age"}, {"shape": "age"}]"#;
    assert_eq!(code(content, twice), is(422, "shape_twice"));
}

#[test]
fn directions_are_those_that_the_library_finds() {
    let server = TestServer::open();
    let answer = get(server.address, "/v1/directions").json();
    let listed = answer["directions"].as_array().unwrap();
    let found = find(&painter(), 12).unwrap();
    assert_eq!(listed.len(), found.len());
    for (index, (listed, found)) in listed.iter().zip(&found).enumerate() {
        assert_eq!(listed["index"], json!(index));
        assert_eq!(listed["stage"], json!(found.stage + 1));
        assert!((listed["effect"].as_f64().unwrap() - found.effect).abs() < 1e-12);
    }
}

#[test]
fn edits_that_make_no_sense() {
    let server = TestServer::open();
    let content = drawing(24, 24);
    let code = |more: &[(&'static str, &'static [u8])]| {
        let mut fields: Vec<(&str, &[u8])> = vec![("content", &content)];
        fields.extend(more);
        let answer = post_form(server.address, "/v1/edit", &fields);
        (answer.status, answer.code())
    };
    let is = |status, code: &str| (status, code.to_owned());
    assert_eq!(code(&[]), is(400, "missing_field"));
    let one = |text: &'static [u8]| code(&[("directions", text)]);
    assert_eq!(one(b"x"), is(400, "bad_json"));
    let set: &[u8] = br#"[{"label": "age", "value": "old"}]"#;
    let answer = post_form(
        server.address,
        "/v1/edit",
        &[("content", &content), ("set", set)],
    );
    assert_eq!((answer.status, answer.code()), is(422, "unknown_label"));
    assert_eq!(
        one(br#"[{"direction": 12, "amount": 1}]"#),
        is(422, "no_such_direction")
    );
    assert_eq!(
        one(br#"[{"direction": 0, "amount": 11}]"#),
        is(422, "bad_amount")
    );
    assert_eq!(
        one(br#"[{"direction": 0, "amount": 1}, {"direction": 0, "amount": 1}]"#),
        is(422, "direction_twice")
    );
    assert_eq!(one(b"[]"), is(422, "no_direction"));
    let none: (&str, &[u8]) = ("directions", br#"[{"direction": 3.0, "amount": 0}]"#);
    assert_eq!(code(&[none, ("mode", b"bend")]), is(400, "bad_field"));
    assert_eq!(code(&[none, ("strength", b"2.5")]), is(422, "bad_strength"));
    assert_eq!(
        code(&[none, ("style_name", b"oil")]),
        is(400, "unknown_field")
    );
    assert_eq!(code(&[none, ("frames", b"3")]), is(400, "unknown_field"));
}
