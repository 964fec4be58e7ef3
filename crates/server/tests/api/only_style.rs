//! A model with one style to paint in, which need not be named.

use utsushi::PaintRequest;
use utsushi_imaging::decode;
use utsushi_server::EngineOptions;
use utsushi_test_fixtures::TinyModel;

use crate::client::post_form;
use crate::test_server::{TestServer, drawing, painter_of};

#[test]
fn the_only_style_is_meant_where_none_is_named() {
    let painter = painter_of(&TinyModel::new(&["oil", "photo"]));
    let server = TestServer::of(painter.clone(), EngineOptions::default(), None);
    let content = drawing(40, 40);
    let answered = |path: &str, more: &[(&'static str, &'static [u8])]| {
        let fields = [&[("content", &content[..])], more].concat();
        let answer = post_form(server.address, path, &fields);
        answer.with_status(200).body
    };
    let painting = answered("/v1/transfer", &[]);
    let shown = decode(&content, &Default::default()).unwrap().picture;
    let style = painter.named_style("oil").unwrap();
    let expected = painter.paint_one(&PaintRequest::new(&shown, &style), &mut ());
    let painted = decode(&painting, &Default::default()).unwrap().picture;
    assert_eq!(painted, expected.unwrap());
    let named: (&str, &[u8]) = ("style_name", b"oil");
    assert_eq!(
        answered("/v1/style", &[]),
        answered("/v1/style", &[named]),
        "the saved style says what it was made of"
    );
}
