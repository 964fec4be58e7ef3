//! The page of the free model, beside the other's.

use std::path::Path;

use serde_json::json;

use crate::browser::{Browser, chromium};
use crate::serve::Serving;
use crate::support::{Place, skip};

#[test]
fn each_page_leads_to_the_other_and_its_command_names_its_model() {
    let Some(program) = chromium() else {
        skip("chromium", "no Chromium is installed");
        return;
    };
    let place = Place::new();
    let serving = Serving::start(&place, &[], None);
    let mut browser = Browser::open(&program, &place.path(""), &serving.page);
    let link = "document.querySelector('#models a')";
    let told = |browser: &mut Browser| {
        browser.wait_for(&format!("{link} !== null"));
        browser.evaluate(&format!("[{link}.textContent, {link}.pathname]"))
    };
    assert_eq!(told(&mut browser), json!(["Open the free model", "/free/"]));

    browser.evaluate("location.assign('/free/')");
    browser.wait_for("location.pathname === '/free/' && document.querySelectorAll('.style .thumb img').length === 8");
    assert_eq!(told(&mut browser), json!(["Open the built-in model", "/"]));
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pictures");
    let picture = pictures.join("eileen.png").canonicalize().unwrap();
    browser.choose("#file-content", &[picture]);
    browser.evaluate("document.querySelector('[data-key=\"name:ukiyo-e\"]').click()");
    browser.wait_for("!document.getElementById('download').disabled");
    browser.evaluate("document.getElementById('command').click()");
    let said = "document.getElementById('status').textContent";
    browser.wait_for(&format!("{said}.includes('utsushi transfer')"));
    let said = browser.evaluate(said);
    assert!(said.as_str().unwrap().contains("--model free"), "{said}");

    browser.evaluate("document.getElementById('language').click()");
    browser.wait_for(&format!("{link}.textContent === '打开内置模型'"));
    let footer = "document.getElementById('model-name').textContent.startsWith('可商用模型')";
    browser.wait_for(footer);
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}
