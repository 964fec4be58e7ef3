//! Parts of a picture by their names, on the page.

use serde_json::{Value, json};
use utsushi::faces::SAMPLE_PORTRAIT;
use utsushi_imaging::Picture;

use crate::axe::nothing_is_in_anybodys_way;
use crate::browser::Browser;
use crate::creative::picture;
use crate::studio_tabs::{asks_nobody_else, downloaded, drop_on, open, painted};
use crate::support::Place;

fn click(browser: &mut Browser, selector: &str) {
    browser.evaluate(&format!("document.querySelector('{selector}').click()"));
}

/// Chooses in one of the selects of a row.
fn choose(browser: &mut Browser, row: usize, field: &str, value: &str) {
    let chosen = browser.evaluate(&format!(
        "(() => {{ const it = document.getElementById('part-list').children[{row}]\
         .querySelector('[data-field={field}]'); it.value = '{value}'; \
         it.dispatchEvent(new Event('change')); return it.value; }})()"
    ));
    assert_eq!(chosen, json!(value), "there is such a choice");
}

/// Waits for the next painting, which is what the command line paints with these masks.
fn is_the_command_lines(place: &Place, browser: &mut Browser, last: &mut Value, masks: &[&str]) {
    *last = painted(browser, last);
    click(browser, "#download");
    let saved = place.path("face-painted.png");
    downloaded(&saved);
    let mut line = vec![
        "transfer",
        "in/face.png",
        "--model",
        "m.safetensors",
        "--force",
    ];
    line.extend(["--style-name", "oil", "-o", "expected.png"]);
    line.extend(masks.iter().flat_map(|mask| ["--mask", mask]));
    let (code, _, err) = place.run(&line);
    assert_eq!(code, 0, "{err}");
    let expected = picture(place, "expected.png");
    assert_eq!(picture(place, "face-painted.png"), expected, "{masks:?}");
    std::fs::remove_file(saved).unwrap();
}

#[test]
fn parts_by_name_are_the_command_lines() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    let browser = &mut browser;
    place.write("in/face.png", SAMPLE_PORTRAIT);
    if browser.evaluate("document.documentElement.lang") == json!("zh") {
        click(browser, "#language");
    }
    drop_on(browser, "#drop", &[place.path("in/face.png")]);
    click(browser, "[data-key=\"name:oil\"]");
    let mut last = painted(browser, &json!(""));
    let last = &mut last;
    // The brush is out at first, and gone where a part is named.
    click(browser, "#mask-open");
    browser.wait_for("!document.getElementById('brush-tools').hidden");
    click(browser, "#part-add");
    browser.wait_for("document.getElementById('brush-tools').hidden");
    is_the_command_lines(&place, browser, last, &["hair:keep"]);
    choose(browser, 0, "use", "name:ink");
    is_the_command_lines(&place, browser, last, &["hair:name:ink"]);
    click(browser, "#part-add");
    is_the_command_lines(&place, browser, last, &["hair:name:ink", "face:keep"]);
    choose(browser, 1, "part", "eyes");
    is_the_command_lines(&place, browser, last, &["hair:name:ink", "eyes:keep"]);
    choose(browser, 1, "use", "only");
    is_the_command_lines(&place, browser, last, &["hair:name:ink", "eyes:only"]);
    nothing_is_in_anybodys_way(browser, "parts by name");
    let opens = "document.getElementById('mask-open').textContent";
    assert_eq!(browser.evaluate(opens), json!("Parts (2)"));

    // A painting of one's own that is the style of a part alone.
    browser.choose("#file-reference", &[place.path("in/b.png")]);
    browser.wait_for("document.querySelectorAll('#chosen li').length === 2");
    click(browser, "#chosen li:last-child button");
    browser.wait_for("document.querySelectorAll('#chosen li').length === 1");
    *last = painted(browser, last);
    let key = browser.evaluate(
        "[...document.querySelectorAll('#part-list li:first-child [data-field=use] option')]\
         .find((it) => it.textContent === 'b.png').value",
    );
    choose(browser, 0, "use", key.as_str().unwrap());
    is_the_command_lines(&place, browser, last, &["hair:in/b.png", "eyes:only"]);
    click(browser, "#part-list li:last-child [data-field=away]");
    is_the_command_lines(&place, browser, last, &["hair:in/b.png"]);

    // Parts by name go along to the next picture. What it has not is told, in both languages.
    let flat = Picture::filled(72, 72, [90; 3]);
    utsushi_imaging::write(&place.path("flat.png"), &flat, &Default::default()).unwrap();
    drop_on(browser, "#drop", &[place.path("flat.png")]);
    let notes = "[...document.querySelectorAll('#notes li')].map((it) => it.textContent).join()";
    browser.wait_for(&format!("({notes}).includes('for the part “Hair”.')"));
    assert_eq!(browser.evaluate(opens), json!("Parts (1)"));
    click(browser, "#language");
    browser.wait_for(&format!("({notes}).includes('图片中没有找到“头发”。')"));
    assert_eq!(browser.evaluate(opens), json!("局部（1）"));
    // No choice is cut on a phone, in either language.
    let phone = json!({"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true});
    browser.call("Emulation.setDeviceMetricsOverride", phone);
    click(browser, "#mask-open");
    for _ in 0..2 {
        // The arrow of a select takes some of its width.
        let cut = browser.evaluate(
            "(() => { const pen = document.createElement('canvas').getContext('2d'); \
             return [...document.querySelectorAll('#part-list option')].filter((it) => { \
             const select = it.closest('select'); pen.font = getComputedStyle(select).font; \
             return pen.measureText(it.textContent).width > select.clientWidth - 36; })\
             .map((it) => it.textContent); })()",
        );
        assert_eq!(cut, json!([]));
        let wide = browser.evaluate("document.documentElement.scrollWidth");
        assert_eq!(wide, json!(390));
        click(browser, "#language");
    }
    click(browser, "#language");
    asks_nobody_else(browser);
}
