//! Files that the page cannot take, and what is given up for others.

use serde_json::json;

use crate::browser::Browser;
use crate::studio_tabs::{asks_nobody_else, drop_on, open, painted, seen};

const ERROR: &str = "document.getElementById('error').textContent";

/// Waits until the page complains in these words.
fn complains(browser: &mut Browser, words: &str) {
    browser.wait_for(&format!(
        "!document.getElementById('error').hidden && {ERROR}.startsWith('{words}')"
    ));
}

#[test]
fn a_file_that_is_no_picture_is_told_wherever_it_comes() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    let browser = &mut browser;
    let text = place.write("notes.txt", "Buy paper.");
    let told = "notes.txt: This is no picture that can be read";
    drop_on(browser, "#drop", std::slice::from_ref(&text));
    complains(browser, told);
    browser.evaluate("document.getElementById('theme').click()");
    drop_on(browser, "#panel", std::slice::from_ref(&text));
    complains(browser, told);
    browser.evaluate("document.getElementById('theme').click()");
    browser.choose("#file-content", std::slice::from_ref(&text));
    complains(browser, told);
    // What stands beside it is taken all the same.
    drop_on(browser, "#drop", &[place.path("in/a.png"), text.clone()]);
    browser.wait_for("!document.getElementById('compare').hidden");
    complains(browser, told);
    std::fs::create_dir(place.path("empty")).unwrap();
    place.write("empty/notes.txt", "Buy ink.");
    drop_on(browser, "#drop", &[place.path("empty")]);
    complains(browser, "There is no picture in this folder");

    browser.evaluate("document.getElementById('tab-morph').click()");
    drop_on(browser, "#morph-drop", std::slice::from_ref(&text));
    complains(browser, told);
    browser.evaluate("document.getElementById('language').click()");
    drop_on(browser, "#panel", &[text]);
    complains(browser, "notes.txt：无法识别这个文件");
    asks_nobody_else(browser);
}

#[test]
fn a_picture_that_is_given_up_for_another_is_no_error() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    let browser = &mut browser;
    // A server that takes its time, and all complaints of the page.
    browser.evaluate(
        "(() => { const own = fetch; globalThis.asked = 0; globalThis.complaints = []; \
         globalThis.fetch = (path, options) => !String(path).endsWith('/v1/mix') ? own(path, options) : \
         new Promise((resolve, reject) => { globalThis.asked += 1; \
         options.signal.addEventListener('abort', () => reject(options.signal.reason)); \
         setTimeout(() => own(path, options).then(resolve, reject), 800); }); \
         const error = document.getElementById('error'); new MutationObserver(() => { \
         if (!error.hidden) complaints.push(error.textContent); })\
         .observe(error, { attributes: true, childList: true }); })()",
    );
    browser.evaluate("document.querySelector('[data-key=\"name:ink\"]').click()");
    browser.choose("#file-content", &[place.path("in/a.png")]);
    browser.wait_for("asked === 1");
    let first = browser.evaluate("document.getElementById('before').src");
    browser.choose("#file-content", &[place.path("in/b.png")]);
    browser.wait_for("asked === 2");
    // A part more, while the second one is painted.
    browser.evaluate("document.getElementById('mask-open').click()");
    browser.evaluate("document.getElementById('part-add').click()");
    browser.wait_for("asked === 3");
    painted(browser, &json!(""));
    assert_ne!(
        browser.evaluate("document.getElementById('before').src"),
        first
    );
    assert_eq!(browser.evaluate("complaints"), json!([]));
    asks_nobody_else(browser);
}

#[test]
fn a_saved_style_beside_three_others_tells_what_it_is_made_of() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    let browser = &mut browser;
    let line =
        "transfer in/a.png --style-name ink --model m.safetensors --save-style my.style -o p.png";
    let (code, _, err) = place.run(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(code, 0, "{err}");
    drop_on(browser, "#drop", &[place.path("in/a.png")]);
    browser.wait_for("!document.getElementById('tools').hidden");
    for key in ["ink", "oil"] {
        browser.evaluate(&format!(
            "document.querySelector('[data-key=\"name:{key}\"]').click()"
        ));
    }
    browser.choose("#file-reference", &[place.path("in/b.png")]);
    let chosen = "document.querySelectorAll('#chosen li').length";
    browser.wait_for(&format!("{chosen} === 3"));
    painted(browser, &json!(""));

    // Shares in a command are short, and add up to one.
    let shares = "[...document.querySelectorAll('#chosen .share')].map((it) => it.textContent)";
    assert_eq!(browser.evaluate(shares), json!(["33 %", "33 %", "33 %"]));
    browser.evaluate("document.getElementById('command').click()");
    let said = "document.getElementById('status').textContent";
    browser.wait_for(&format!("{said}.includes('curl')"));
    let said = browser.evaluate(said);
    let said = said.as_str().unwrap();
    assert_eq!(said.matches("\"weight\":0.333}").count(), 2, "{said}");
    assert_eq!(said.matches("\"weight\":0.334}").count(), 1, "{said}");
    let three = seen(browser);

    let made_of = "document.getElementById('made-of')";
    assert_eq!(browser.evaluate(&format!("{made_of}.hidden")), json!(true));
    browser.choose("#file-reference", &[place.path("my.style")]);
    complains(browser, "Three styles are the most");
    browser.wait_for(&format!(
        "!{made_of}.hidden && {made_of}.textContent.startsWith('my: Made of: --style-name ink')"
    ));
    assert_eq!(browser.evaluate(chosen), json!(3));
    assert_eq!(seen(browser), three);
    // Where it is chosen it is told there, and once.
    browser.evaluate("document.querySelector('[data-key=\"name:oil\"]').click()");
    browser.evaluate("document.querySelector('#gallery [data-key^=\"file:\"]').click()");
    browser.wait_for(&format!(
        "{made_of}.hidden && document.getElementById('chosen').textContent.includes('Made of: ')"
    ));
    asks_nobody_else(browser);
}
