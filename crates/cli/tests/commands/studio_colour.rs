//! Line drawings that the page colours, and what it tells of saved styles, of pictures in the queue and of morphs.

use serde_json::json;
use utsushi::faces::SAMPLE_PORTRAIT;

use crate::creative::{done, picture};
use crate::studio_tabs::{
    asks_nobody_else, downloaded, drop_on, open, paint_queue, painted, press,
};

#[test]
fn a_drawing_is_coloured_as_by_the_command_line() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    let browser = &mut browser;
    place.write("in/me.png", SAMPLE_PORTRAIT);
    let lines = place.write_line_drawing("in/lines.png");
    let offered = "!document.getElementById('colour-lines-place').hidden";
    drop_on(browser, "#drop", &[lines]);
    browser.evaluate("document.querySelector('[data-key=\"name:ink\"]').click()");
    let first = painted(browser, &json!(""));
    assert_eq!(browser.evaluate(offered), json!(false), "it is no painting");
    browser.evaluate("document.querySelector('[data-key=\"name:ink\"]').click()");
    browser.choose("#file-reference", &[place.path("in/me.png")]);
    browser.wait_for(offered);
    let second = painted(browser, &first);
    // With the keyboard.
    browser.evaluate("document.getElementById('colour-lines').focus()");
    press(browser, " ", 32);
    let third = painted(browser, &second);
    let told = "document.getElementById('status').textContent.includes('the colours of me.png')";
    browser.wait_for(told);
    // What says how a style is painted has nothing to say here.
    let strength = "document.getElementById('strength').offsetParent === null";
    assert_eq!(browser.evaluate(strength), json!(true));
    browser.evaluate("document.getElementById('command').click()");
    browser.wait_for("document.getElementById('status').textContent.includes('utsushi colour lines.png --style me.png')");
    browser.evaluate("document.getElementById('download').click()");
    downloaded(&place.path("lines-painted.png"));
    let line = "colour in/lines.png --style in/me.png -o expected.png";
    let (code, _, err) = place.run(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(code, 0, "{err}");
    let [saved, expected] = ["lines-painted.png", "expected.png"].map(|it| place.path(it));
    assert_eq!(
        std::fs::read(saved).unwrap(),
        std::fs::read(expected).unwrap()
    );
    // Another style is one to paint in.
    browser.evaluate("document.querySelector('[data-key=\"name:oil\"]').click()");
    painted(browser, &third);
    assert_eq!(browser.evaluate(offered), json!(false));
    let status = browser.evaluate("document.getElementById('status').textContent");
    assert!(
        !status.as_str().unwrap().contains("the colours"),
        "{status}"
    );
    asks_nobody_else(browser);
}

#[test]
fn a_saved_style_tells_what_it_is_and_moves_the_knobs() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    let browser = &mut browser;
    let how = "in/a.png --style-name ink --strength 0.7 --octaves 1 --keep-colours --save-style my.style -o p.png";
    done(&place, "transfer", &how.split(' ').collect::<Vec<_>>());
    drop_on(browser, "#drop", &[place.path("in/a.png")]);
    // The browser may lose a second drop while it still works at the first.
    browser.wait_for("!document.getElementById('tools').hidden");
    drop_on(browser, "#drop", &[place.path("my.style")]);
    painted(browser, &json!(""));
    let knobs = "['strength', 'octaves'].map((id) => document.getElementById(id).value)\
                 .concat([document.getElementById('keep-colours').checked, \
                 document.getElementById('strength-value').textContent])";
    assert_eq!(browser.evaluate(knobs), json!(["70", "1", true, "70 %"]));
    let row = "document.querySelector('#chosen li')";
    let told = browser.evaluate(&format!("{row}.textContent"));
    let told = told.as_str().unwrap();
    assert!(
        told.contains("my") && told.contains("Made of: --style-name ink"),
        "{told}"
    );
    let shown = format!("{row}.querySelector('img').src.startsWith('data:image/jpeg')");
    assert_eq!(browser.evaluate(&shown), json!(true));
    browser.evaluate("document.getElementById('download').click()");
    downloaded(&place.path("a-painted.png"));
    assert_eq!(picture(&place, "a-painted.png"), picture(&place, "p.png"));
    asks_nobody_else(browser);
}

#[test]
fn notes_are_told_in_the_queue_and_of_morphs() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    let browser = &mut browser;
    let files = ["a.png", "b.png", "c.png"].map(|name| place.path(&format!("in/{name}")));
    browser.evaluate("document.querySelector('[data-key=\"name:ink\"]').click()");
    browser.evaluate("document.getElementById('octaves').value = '5'");
    drop_on(browser, "#drop", &files);
    browser.wait_for("document.querySelectorAll('#queue-list li').length === 3");
    paint_queue(browser);
    let notes = "[...document.querySelectorAll('#queue-list .note')].map((it) => it.textContent)";
    let told = browser.evaluate(notes).to_string();
    assert_eq!(told.matches("5 octaves asked for").count(), 3, "{told}");
    browser.evaluate("document.getElementById('language').click()");
    let told = browser.evaluate(notes).to_string();
    assert_eq!(told.matches("要求把笔触放粗 5 级").count(), 3, "{told}");

    browser.evaluate("document.getElementById('tab-morph').click()");
    browser.choose("#file-morph", &files[..2]);
    browser.wait_for("document.querySelectorAll('#morph-list li').length === 2");
    browser.evaluate("document.getElementById('morph-frames').value = '8'");
    browser.evaluate("document.getElementById('morph-warp').click()");
    browser.evaluate("document.getElementById('morph-make').click()");
    browser.wait_for("document.getElementById('morph-result').naturalWidth === 72");
    browser.wait_for("document.querySelectorAll('#notes li').length === 2");
    let told = browser.evaluate("document.getElementById('notes').textContent");
    assert!(
        told.as_str()
            .unwrap()
            .contains("第 2 张图里没有找到有眼睛和嘴的脸"),
        "{told}"
    );
    asks_nobody_else(browser);
}

/// What goes wrong with a file is told with its name, in the language of the page and not in the API's words.
#[test]
fn files_that_cannot_be_used_are_told_by_name_in_both_languages() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    let browser = &mut browser;
    place.write("in/b.png", b"Hello! No picture.");
    let good = place.path("in/a.png");
    browser.evaluate("document.querySelector('[data-key=\"name:ink\"]').click()");
    drop_on(browser, "#drop", &[good.clone(), place.path("in/b.png")]);
    browser.wait_for("document.querySelectorAll('#queue-list li').length === 2");
    browser.evaluate("document.getElementById('queue-start').click()");
    browser.wait_for("document.querySelectorAll('#queue-list [data-state=failed]').length === 1");
    browser.wait_for("document.querySelectorAll('#queue-list [data-state=done]').length === 1");
    let row = "document.querySelector('#queue-list [data-state=failed]')";
    let note = format!("{row}.querySelector('.note').textContent");
    let told = browser.evaluate(&note);
    let told = told.as_str().unwrap();
    assert!(told.starts_with("This is no picture"), "{told}");
    assert_eq!(told.matches("JPEG XL").count(), 1, "{told}");
    for width in [1280, 360] {
        let size = json!({"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": false});
        browser.call("Emulation.setDeviceMetricsOverride", size);
        browser.wait_for(&format!("innerWidth === {width}"));
        // The name is the first thing in its cell, which is as wide as it needs.
        let seen = format!(
            "(() => {{ const name = {row}.querySelector('.name'); \
             const range = document.createRange(); range.selectNodeContents(name.firstChild); \
             return range.toString() === 'b.png' && range.getBoundingClientRect().width > 10 \
             && range.getBoundingClientRect().right <= name.getBoundingClientRect().right; }})()"
        );
        assert_eq!(browser.evaluate(&seen), json!(true), "{width}");
        let fits = "document.documentElement.scrollWidth <= innerWidth";
        assert_eq!(browser.evaluate(fits), json!(true), "{width}");
    }
    browser.call("Emulation.clearDeviceMetricsOverride", json!({}));

    let error = "document.getElementById('error').textContent";
    place.write("nothing.png", b"");
    for (chinese, [bad, empty, model]) in [
        (
            false,
            [
                "b.png: This is no picture",
                "nothing.png: This file is empty",
                ", Utsushi",
            ],
        ),
        (
            true,
            [
                "b.png：无法识别这个文件",
                "nothing.png：这个文件是空的",
                "，Utsushi",
            ],
        ),
    ] {
        if chinese {
            browser.evaluate("document.getElementById('language').click()");
            let told = browser.evaluate(&note);
            assert!(
                told.as_str().unwrap().starts_with("无法识别这个文件"),
                "{told}"
            );
        }
        browser.choose("#file-reference", &[place.path("in/b.png")]);
        browser.wait_for(&format!("{error}.startsWith('{bad}')"));
        browser.choose("#file-content", &[place.path("nothing.png")]);
        browser.wait_for(&format!("{error}.startsWith('{empty}')"));
        let named = browser.evaluate("document.getElementById('model-name').textContent");
        assert!(named.as_str().unwrap().contains(model), "{named}");
    }
}
