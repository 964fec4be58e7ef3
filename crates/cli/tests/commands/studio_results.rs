//! What can be done with a result on the page.

use std::process::Command;

use serde_json::json;

use crate::axe::nothing_is_in_anybodys_way;
use crate::creative::picture;
use crate::studio_tabs::{asks_nobody_else, drop_on, open, painted, pixels_of, press, seen};

#[test]
fn a_result_is_compared_copied_repainted_and_a_style() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    drop_on(&mut browser, "#drop", &[place.path("in/a.png")]);
    browser.evaluate("document.querySelector('[data-key=\"name:ink\"]').click()");
    let first = painted(&mut browser, &json!(""));
    let result = seen(&mut browser);

    // Before and after by keyboard.
    browser.evaluate("document.getElementById('slider').focus()");
    let shows = "document.getElementById('frame').dataset.shows";
    assert_eq!(browser.evaluate(shows), json!("after"));
    press(&mut browser, " ", 32);
    assert_eq!(browser.evaluate(shows), json!("before"));
    press(&mut browser, "Enter", 13);
    assert_eq!(browser.evaluate(shows), json!("after"));
    nothing_is_in_anybodys_way(&mut browser, "what can be done with a result");

    // The clipboard.
    let granted = json!({"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]});
    browser.call("Browser.grantPermissions", granted);
    browser.call(
        "Emulation.setFocusEmulationEnabled",
        json!({"enabled": true}),
    );
    browser.evaluate("document.getElementById('copy').click()");
    browser.wait_for("document.getElementById('status').textContent.startsWith('Copied')");
    browser.evaluate(
        "navigator.clipboard.read().then((items) => items[0].getType('image/png')).then((blob) => { \
         window.pasted = new Image(); pasted.src = URL.createObjectURL(blob); })",
    );
    assert_eq!(pixels_of(&mut browser, "window.pasted"), result);

    // The same without the page.
    browser.evaluate("document.getElementById('command').click()");
    browser.wait_for("document.getElementById('status').textContent.startsWith('Copied: curl')");
    let line = browser.evaluate("navigator.clipboard.readText()");
    let asked = Command::new("sh")
        .args(["-c", line.as_str().unwrap()])
        .current_dir(place.path("in"))
        .output()
        .unwrap();
    // 127: there is no curl.
    if asked.status.code() != Some(127) {
        assert!(asked.status.success(), "{line}: {asked:?}");
        let options = ["--style-name", "ink", "--model", "m.safetensors"];
        let arguments = [
            &["transfer", "in/a.png", "-o", "expected.png"],
            &options[..],
        ]
        .concat();
        let (code, _, err) = place.run(&arguments);
        assert_eq!(code, 0, "{err}");
        assert_eq!(
            picture(&place, "in/a-painted.png"),
            picture(&place, "expected.png")
        );
    }

    // What was painted becomes the style of the next, and then the picture itself.
    browser.evaluate("document.getElementById('as-style').click()");
    let second = painted(&mut browser, &first);
    let chosen = "[...document.querySelectorAll('#chosen .caption')].map((it) => it.textContent)";
    assert_eq!(browser.evaluate(chosen), json!(["a-painted.png"]));
    let result = seen(&mut browser);
    browser.evaluate("document.getElementById('repaint').click()");
    painted(&mut browser, &second);
    let before = pixels_of(&mut browser, "document.getElementById('before')");
    assert_eq!(before, result);
    asks_nobody_else(&mut browser);
}
