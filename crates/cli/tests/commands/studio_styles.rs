//! Styles that are saved on the page.

use serde_json::json;

use crate::creative::picture;
use crate::studio_tabs::{asks_nobody_else, downloaded, drop_on, open, painted, seen};

#[test]
fn a_style_is_saved_and_painted_in_again() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    let browser = &mut browser;
    drop_on(browser, "#drop", &[place.path("in/a.png")]);
    let save = "document.getElementById('save-style')";
    assert_eq!(browser.evaluate(&format!("{save}.disabled")), json!(true));
    for key in ["ink", "oil"] {
        browser.evaluate(&format!(
            "document.querySelector('[data-key=\"name:{key}\"]').click()"
        ));
    }
    browser.wait_for("document.querySelectorAll('#chosen li').length === 2");
    // What is left free in the fine stages keeps the picture's own style.
    browser.evaluate(
        "(() => { const it = document.querySelector('[data-field=fine]'); it.value = '40'; \
         it.dispatchEvent(new Event('input')); })()",
    );
    browser.wait_for(&format!("!{save}.disabled"));
    std::thread::sleep(std::time::Duration::from_millis(400));
    let first = painted(browser, &json!(""));
    let mixed = seen(browser);
    browser.evaluate(&format!("{save}.click()"));
    let file = place.path("ink-oil.style");
    downloaded(&file);
    browser.wait_for("document.getElementById('status').textContent.includes('ink-oil.style')");

    // Dropped on the picture it is a style too.
    for key in ["ink", "oil"] {
        browser.evaluate(&format!(
            "document.querySelector('[data-key=\"name:{key}\"]').click()"
        ));
    }
    browser.wait_for("document.querySelectorAll('#chosen li').length === 0");
    drop_on(browser, "#drop", &[file]);
    browser.wait_for("document.querySelectorAll('#chosen li').length === 1");
    let second = painted(browser, &first);
    assert_eq!(seen(browser), mixed);
    // The command line takes it.
    browser.evaluate("document.getElementById('download').click()");
    downloaded(&place.path("a-painted.png"));
    let line = "transfer in/a.png --model m.safetensors --style ink-oil.style -o expected.png";
    let (code, _, err) = place.run(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(code, 0, "{err}");
    let expected = picture(&place, "expected.png");
    assert_eq!(picture(&place, "a-painted.png"), expected);
    let (code, out, err) = place.run(&["model", "ink-oil.style"]);
    assert!(code == 0 && out.contains("ink + oil"), "{out}{err}");

    // One that a seed draws is drawn for the picture.
    browser.evaluate("document.getElementById('surprise').click()");
    let third = painted(browser, &second);
    let drawn = seen(browser);
    browser.evaluate(&format!("{save}.click()"));
    let told = "document.getElementById('status').textContent.match(/\\S+\\.style/)?.[0]";
    browser.wait_for(&format!("/made-up/.test({told} ?? '')"));
    let name = browser.evaluate(told);
    let file = place.path(name.as_str().unwrap());
    downloaded(&file);
    drop_on(browser, "#panel", &[file]);
    browser.wait_for("document.querySelectorAll('#chosen li').length === 2");
    browser.evaluate("document.querySelector('#chosen li:first-child button').click()");
    painted(browser, &third);
    std::thread::sleep(std::time::Duration::from_millis(400));
    browser.wait_for("document.getElementById('drop').getAttribute('aria-busy') !== 'true'");
    assert_eq!(seen(browser), drawn);
    asks_nobody_else(browser);
}
