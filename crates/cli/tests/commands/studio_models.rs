//! The page of the free model, beside the other's.

use std::path::Path;

use serde_json::json;

use crate::browser::Browser;
use crate::studio_tabs::open_included;

#[test]
fn each_page_leads_to_the_other_and_its_command_names_its_model() {
    let Some((_place, _serving, mut browser)) = open_included() else {
        return;
    };
    let link = "document.querySelector('#models a')";
    let told = |browser: &mut Browser| {
        browser.wait_for(&format!("{link} !== null"));
        browser.evaluate(&format!("[{link}.textContent, {link}.pathname]"))
    };
    assert_eq!(told(&mut browser), json!(["Open the free model", "/free/"]));
    let tip = format!("{link}.title");
    let free = browser.evaluate(&tip);
    assert!(free.as_str().unwrap().contains("commercially"), "{free}");

    let page = browser.evaluate(&format!("{link}.href"));
    browser.call("Page.navigate", json!({"url": page}));
    browser.wait_for("location.pathname === '/free/' && document.querySelectorAll('.style .thumb img').length === 8");
    assert_eq!(told(&mut browser), json!(["Open the built-in model", "/"]));
    let tip = browser.evaluate(&tip);
    assert!(tip.as_str().unwrap().contains("non-commercial"), "{tip}");
    // It makes no new paintings, and leads to the model that does.
    browser.evaluate("document.getElementById('tab-generate').click()");
    browser.wait_for("document.querySelector('#made-unable a')?.pathname === '/'");
    let unable = browser.evaluate("document.getElementById('made-unable').textContent");
    let unable = unable.as_str().unwrap();
    assert!(
        unable.contains("The built-in model makes new paintings") && !unable.contains("Start the"),
        "{unable}"
    );
    browser.evaluate("document.getElementById('tab-paint').click()");
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

    // Each page has a history of its own.
    let results = "document.querySelectorAll('#history-list li').length";
    browser.wait_for(&format!("{results} === 1"));
    browser.evaluate("location.assign('/')");
    browser.wait_for(&format!("location.pathname === '/' && {link} !== null"));
    assert_eq!(browser.evaluate(results), json!(0));
    let page = browser.evaluate(&format!("{link}.href"));
    browser.call("Page.navigate", json!({"url": page}));
    browser.wait_for(&format!(
        "location.pathname === '/free/' && {results} === 1"
    ));
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}
