//! The page in a real browser, where one is installed.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use utsushi_imaging::read;

use crate::axe::nothing_is_in_anybodys_way;
use crate::browser::Browser;
use crate::studio_tabs::{downloaded, open_included};

fn example(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pictures");
    folder.join(name).canonicalize().unwrap()
}

#[test]
fn two_pictures_become_one_and_the_download_is_the_command_lines() {
    let Some((place, _serving, mut browser)) = open_included() else {
        return;
    };

    browser.choose("#file-content", &[example("eileen.png")]);
    browser.choose("#file-reference", &[example("sylvie.png")]);
    browser.wait_for("!document.getElementById('download').disabled");

    // The slider, by keyboard.
    browser.evaluate("document.getElementById('slider').focus()");
    let share = "document.getElementById('frame').style.getPropertyValue('--share')";
    assert_eq!(browser.evaluate(share), json!("0"));
    let key = |kind: &str| json!({"type": kind, "key": "PageUp", "code": "PageUp", "windowsVirtualKeyCode": 33});
    browser.call("Input.dispatchKeyEvent", key("keyDown"));
    browser.call("Input.dispatchKeyEvent", key("keyUp"));
    browser.wait_for(&format!("Number({share}) > 0.05"));

    browser.evaluate("document.getElementById('download').click()");
    let saved = place.path("eileen-painted.png");
    downloaded(&saved);
    let (content, style) = (example("eileen.png"), example("sylvie.png"));
    let (content, style) = (content.to_str().unwrap(), style.to_str().unwrap());
    let arguments = ["transfer", content, "--style", style, "-o", "expected.png"];
    let (code, _, err) = place.run(&arguments);
    assert_eq!(code, 0, "{err}");
    let picture = |path: &Path| read(path, &Default::default()).unwrap().picture;
    assert_eq!(picture(&saved), picture(&place.path("expected.png")));

    // The command that the page hands out paints them too.
    browser.evaluate("document.getElementById('command').click()");
    let said = "document.getElementById('status').textContent";
    browser.wait_for(&format!("{said}.includes('utsushi transfer')"));
    let said = browser.evaluate(said);
    let (_, line) = said.as_str().unwrap().split_once("utsushi ").unwrap();
    for name in ["eileen.png", "sylvie.png"] {
        std::fs::copy(example(name), place.path(name)).unwrap();
    }
    let line = line.replace("-o eileen-painted.png", "-o again.png");
    let (code, _, err) = place.run(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(code, 0, "{line}: {err}");
    assert_eq!(picture(&saved), picture(&place.path("again.png")));

    // A result that stands for a while is in the history, after a reload too.
    browser.wait_for("document.querySelectorAll('#history-list li').length === 1");
    browser.call("Page.reload", json!({}));
    browser.wait_for("document.querySelectorAll('#history-list li').length === 1");
    browser.evaluate("document.querySelector('.past').click()");
    browser.wait_for("!document.getElementById('compare').hidden");

    nothing_is_without_a_name(&mut browser);
    nothing_is_in_anybodys_way(&mut browser, "a result");
    let narrow = json!({"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true});
    browser.call("Emulation.setDeviceMetricsOverride", narrow);
    browser.wait_for("document.documentElement.scrollWidth <= 360");
    browser.evaluate("document.getElementById('language').click()");
    browser.wait_for("document.documentElement.lang === 'zh' && document.getElementById('download').textContent === '下载'");
    nothing_is_in_anybodys_way(&mut browser, "a phone, in Chinese");
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

/// Everything that can be used has a name that a screen reader can say.
fn nothing_is_without_a_name(browser: &mut Browser) {
    let tree = browser.call("Accessibility.getFullAXTree", json!({}));
    let mut named = 0;
    for node in tree["nodes"].as_array().unwrap() {
        let role = node["role"]["value"].as_str().unwrap_or_default();
        if !["button", "slider", "link", "progressbar"].contains(&role) || node["ignored"] == true {
            continue;
        }
        let name = node["name"]["value"].as_str().unwrap_or_default();
        assert!(!name.trim().is_empty(), "a {role} has no name: {node}");
        named += 1;
    }
    assert!(named >= 15, "{named}");
    let unlabelled = "[...document.querySelectorAll('img')].filter((image) => !image.hasAttribute('alt')).length";
    assert_eq!(browser.evaluate(unlabelled), Value::from(0));
    let headings = "[...document.querySelectorAll('h1')].length";
    assert_eq!(browser.evaluate(headings), Value::from(1));
}
