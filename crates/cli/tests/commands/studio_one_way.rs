//! The page with a network that paints in one way.

use serde_json::json;

use crate::axe::nothing_is_in_anybodys_way;
use crate::browser::{Browser, chromium};
use crate::creative::picture;
use crate::serve::Serving;
use crate::serve_one_way::place_with_network;
use crate::studio_tabs::{asks_nobody_else, downloaded, drop_on, painted};
use crate::support::skip;

#[test]
fn the_page_shows_what_works_and_paints_what_the_command_line_paints() {
    let Some(program) = chromium() else {
        skip("chromium", "no Chromium is installed");
        return;
    };
    let place = place_with_network();
    let serving = Serving::start(&place, &["--model", "negative.onnx"], None);
    let mut browser = Browser::open(&program, &place.path(""), &serving.page);
    browser.wait_for("document.querySelectorAll('.style .thumb img').length === 1");
    // One style, chosen already; no tabs, nothing to add, to make up or to mix.
    browser.wait_for("document.querySelector('.style').getAttribute('aria-pressed') === 'true'");
    let hidden = "['tabs', 'surprise', 'mix', 'morph-stage', 'made-stage', 'edit-panel']\
                  .every((id) => document.getElementById(id).hidden)";
    assert_eq!(browser.evaluate(hidden), json!(true));
    let adding = browser.evaluate("document.querySelectorAll('.style.add').length");
    assert_eq!(adding, json!(0));
    let hint = "document.getElementById('styles-hint').textContent";
    assert!(browser.evaluate(hint).as_str().unwrap().contains("one way"));
    nothing_is_in_anybodys_way(&mut browser, "a network of one way");

    // A picture that is dropped on the panel is one to paint, not a style.
    drop_on(&mut browser, "#panel", &[place.path("in/a.png")]);
    let first = painted(&mut browser, &json!(""));
    browser.evaluate("document.getElementById('download').click()");
    downloaded(&place.path("a-painted.png"));
    let arguments = ["transfer", "in/a.png", "--model", "negative.onnx"];
    let (code, _, err) = place.run(&[&arguments[..], &["-o", "expected.png"]].concat());
    assert_eq!(code, 0, "{err}");
    assert_eq!(
        picture(&place, "a-painted.png"),
        picture(&place, "expected.png")
    );

    // Strength, and a queue.
    browser.evaluate(
        "(() => { const it = document.getElementById('strength'); it.value = '40'; \
         it.dispatchEvent(new Event('input')); })()",
    );
    painted(&mut browser, &first);
    drop_on(
        &mut browser,
        "#drop",
        &[place.path("in/b.png"), place.path("in/c.png")],
    );
    browser.wait_for("!document.getElementById('queue').hidden");
    browser.evaluate("document.getElementById('queue-start').click()");
    browser.wait_for("document.querySelectorAll('#queue-list [data-state=\"done\"]').length === 2");
    browser.evaluate("document.getElementById('language').click()");
    browser.wait_for(&format!("{hint}.includes('一种画法')"));
    asks_nobody_else(&mut browser);
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}
