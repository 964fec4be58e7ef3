//! New paintings on the page.

use serde_json::json;
use utsushi_test_fixtures::TinyModel;

use crate::axe::nothing_is_in_anybodys_way;
use crate::browser::Browser;
use crate::creative::picture;
use crate::studio_tabs::{asks_nobody_else, downloaded, drop_on, open, open_with, painted, press};

/// Gives a field a value, as a hand does.
fn set(browser: &mut Browser, id: &str, value: &str) {
    browser.evaluate(&format!(
        "(() => {{ const it = document.getElementById('{id}'); it.value = '{value}'; \
         it.dispatchEvent(new Event('input')); it.dispatchEvent(new Event('change')); }})()"
    ));
}

const MADE: &str = "[...document.querySelectorAll('#made-list img')].filter((it) => it.complete && it.naturalWidth > 0).length";

#[test]
fn paintings_are_the_command_lines_and_can_be_repainted() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    // By keyboard from the first tab to the last.
    browser.evaluate("document.getElementById('tab-paint').focus()");
    press(&mut browser, "End", 35);
    browser.wait_for(
        "!document.getElementById('made-stage').hidden && document.getElementById('stage').hidden",
    );
    browser.wait_for("document.querySelectorAll('#made-name option').length === 3");
    nothing_is_in_anybodys_way(&mut browser, "before generating");
    set(&mut browser, "made-name", "oil");
    set(&mut browser, "made-seed", "7");
    set(&mut browser, "made-truncation", "50");
    set(&mut browser, "made-size", "256");
    set(&mut browser, "made-count", "3");
    browser.wait_for("document.getElementById('made-truncation-value').textContent === '50 %'");
    browser.evaluate("document.getElementById('made-make').focus()");
    press(&mut browser, "Enter", 13);
    browser.wait_for(&format!("{MADE} === 3"));
    browser.wait_for("!document.getElementById('made-make').disabled");
    nothing_is_in_anybodys_way(&mut browser, "generated");
    browser.evaluate("document.querySelector('[data-made=\"download:8\"]').click()");
    downloaded(&place.path("painting-8.png"));
    let arguments = [
        "generate",
        "--seed",
        "8",
        "--style-name",
        "oil",
        "--truncation",
        "0.5",
        "--size",
        "256",
        "--model",
        "m.safetensors",
        "-o",
        "expected.png",
    ];
    let (code, _, err) = place.run(&arguments);
    assert_eq!(code, 0, "{err}");
    assert_eq!(
        picture(&place, "painting-8.png"),
        picture(&place, "expected.png")
    );

    // The next ones, in the style of a painting that is dropped here.
    drop_on(&mut browser, "#made-drop", &[place.path("in/a.png")]);
    browser.wait_for("document.getElementById('made-style').value === 'mix'");
    browser.wait_for("document.querySelectorAll('#chosen li').length === 1");
    browser.evaluate("document.getElementById('made-next').click()");
    browser.wait_for("document.getElementById('made-seed').value === '10'");
    browser.wait_for(&format!(
        "{MADE} === 3 && document.querySelector('[data-made=\"download:10\"]')?.disabled === false"
    ));
    browser.wait_for("!document.getElementById('made-make').disabled");
    browser.evaluate("document.querySelector('[data-made=\"download:10\"]').click()");
    downloaded(&place.path("painting-10.png"));
    let mut arguments = arguments;
    (arguments[2], arguments[12]) = ("10", "styled.png");
    let (code, _, err) = place.run(&[&arguments[..], &["--style", "in/a.png"]].concat());
    assert_eq!(code, 0, "{err}");
    assert_eq!(
        picture(&place, "painting-10.png"),
        picture(&place, "styled.png")
    );

    // One of them becomes the picture of the first tab.
    browser.evaluate("document.querySelector('[data-made=\"madeTake:11\"]').click()");
    browser
        .wait_for("document.getElementById('tab-paint').getAttribute('aria-selected') === 'true'");
    painted(&mut browser, &json!(""));
    browser.wait_for("document.getElementById('before').naturalWidth === 256");

    // Both presses are in the history after a reload; the older one is the last.
    browser.wait_for("document.querySelectorAll('#history-list li').length >= 2");
    browser.call("Page.reload", json!({}));
    browser.wait_for("document.querySelectorAll('#history-list li').length >= 2");
    browser.evaluate("[...document.querySelectorAll('.past')].pop().click()");
    browser.wait_for(&format!(
        "!document.getElementById('made-stage').hidden && {MADE} === 3"
    ));
    browser.wait_for("document.querySelector('[data-made=\"download:9\"]') !== null");
    // The other language, and back by surprise.
    browser.evaluate("document.getElementById('language').click()");
    browser.wait_for("document.querySelector('#made-list .caption').textContent === '种子 7'");
    browser.evaluate("document.getElementById('made-surprise').click()");
    browser.wait_for(&format!(
        "document.querySelector('[data-made=\"download:7\"]') === null && {MADE} === 4"
    ));
    asks_nobody_else(&mut browser);
}

#[test]
fn a_model_that_only_repaints_is_no_dead_end() {
    let Some((_place, _serving, mut browser)) =
        open_with(&TinyModel::new(&["ink", "oil"]).exported())
    else {
        return;
    };
    browser.evaluate("document.getElementById('tab-generate').click()");
    browser.wait_for("!document.getElementById('made-unable').hidden && document.getElementById('made-empty').hidden");
    for id in ["made-make", "made-surprise", "made-next"] {
        browser.wait_for(&format!("document.getElementById('{id}').disabled"));
    }
    nothing_is_in_anybodys_way(&mut browser, "a model that only repaints");
    asks_nobody_else(&mut browser);
}
