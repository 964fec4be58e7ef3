//! The page at the width of a phone, in both languages, and where its errors are seen.

use serde_json::json;

use crate::browser::Browser;
use crate::studio_tabs::open_included;

fn resize(browser: &mut Browser, width: u32) {
    let size = json!({"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": true});
    browser.call("Emulation.setDeviceMetricsOverride", size);
}

#[test]
fn two_styles_fit_and_errors_are_seen() {
    let Some((place, _serving, mut browser)) = open_included() else {
        return;
    };
    resize(&mut browser, 390);
    if browser.evaluate("document.documentElement.lang") == json!("zh") {
        browser.evaluate("document.getElementById('language').click()");
    }
    for name in ["old-master", "tv-cel"] {
        browser.evaluate(&format!(
            "document.querySelector('[data-key=\"name:{name}\"]').click()"
        ));
    }
    browser.wait_for("document.querySelectorAll('#chosen li').length === 2");
    for width in [390, 360] {
        resize(&mut browser, width);
        browser.wait_for(&format!("innerWidth === {width}"));
        let found = browser.evaluate("document.documentElement.scrollWidth");
        assert_eq!(found, json!(width), "with two styles");
    }

    // A picture that no browser and no server here reads: the style is chosen, so that it is sent.
    let heic = place.path("photo.heic");
    let head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08mdat";
    std::fs::write(&heic, head).unwrap();
    browser.evaluate("scrollTo(0, 0)");
    browser.choose("#file-content", std::slice::from_ref(&heic));
    browser.wait_for("!document.getElementById('error').hidden");
    assert_eq!(
        browser.evaluate("document.getElementById('status').textContent"),
        json!(""),
        "nothing is being painted any more"
    );
    browser.wait_for(
        "(({ top, bottom }) => top >= 0 && bottom <= innerHeight + 1)\
         (document.getElementById('error').getBoundingClientRect())",
    );

    // The same in Chinese, with the names of styles and the model's card.
    browser.evaluate("document.getElementById('language').click()");
    browser.choose("#file-content", &[heic]);
    browser.wait_for("/[\\u4e00-\\u9fff]/.test(document.getElementById('error').textContent)");
    let style = "document.querySelector('[data-key=\"name:old-master\"] .caption').textContent";
    assert_eq!(browser.evaluate(style), json!("古典油画"));
    let card = "document.getElementById('card').textContent";
    browser.wait_for(&format!("{card}.includes('模型说明')"));
    // Terms of sets too, what is said of new paintings, and the footer.
    for (english, chinese) in [
        ("no licence stated", "未注明许可"),
        ("public domain, Monet", "公有领域，莫奈"),
        ("new paintings", "内容先验决定新画作的内容"),
    ] {
        let translated = format!("{card}.includes('{chinese}') && !{card}.includes('{english}')");
        assert_eq!(browser.evaluate(&translated), json!(true), "{english}");
    }
    // What the model is stands first, and how it came to be behind a fold; terms are said once, and numbers whole.
    browser.evaluate("document.getElementById('about-open').click()");
    let folded = "(({ open, textContent }) => !open && textContent.includes('[optimizer]'))\
                  (document.querySelector('#card details'))";
    assert_eq!(browser.evaluate(folded), json!(true));
    let head = "[...document.querySelectorAll('#card > :not(details)')].map((it) => it.textContent).join()";
    for (words, found) in [
        ("损失曲线", 1),
        ("[optimizer]", 0),
        ("face2genshin，未注明许可", 1),
        ("未注明许可；未注明许可", 0),
        ("DiceBear micah，CC BY 4.0", 1),
    ] {
        let times = browser.evaluate(&format!("{head}.split('{words}').length - 1"));
        assert_eq!(times, json!(found), "{words}");
    }
    let broken = "[...document.querySelectorAll('#card > table td')].filter((it) => \
                  /^[0-9.]+$/.test(it.textContent)).filter((it) => { const range = document.createRange(); \
                  range.selectNodeContents(it); return range.getClientRects().length !== 1; }).length";
    assert_eq!(browser.evaluate(broken), json!(0));
    browser.evaluate("document.getElementById('about').close()");
    let footer = "document.getElementById('model-name').textContent.startsWith('内置模型')";
    assert_eq!(browser.evaluate(footer), json!(true));
    let found = browser.evaluate("document.documentElement.scrollWidth");
    assert_eq!(found, json!(360), "in Chinese");
}

#[test]
fn what_cannot_be_read_is_told_at_once_and_not_taken() {
    let Some((place, _serving, mut browser)) = open_included() else {
        return;
    };
    let whole = place.draw("whole.png", 64, 1);
    let mut damaged = std::fs::read(&whole).unwrap();
    damaged[60..].fill(0);
    let damaged = place.write("damaged.png", damaged);
    // Of a kind that the server reads and browsers do not.
    let tiff = place.draw("painting.tif", 64, 2);
    let is_told = "!document.getElementById('error').hidden";
    let is_clear = "document.getElementById('error').hidden";
    let chosen = "document.querySelectorAll('#chosen li').length";

    // No style is chosen, so that nothing is painted.
    browser.choose("#file-content", std::slice::from_ref(&damaged));
    browser.wait_for(is_told);
    assert_eq!(
        browser.evaluate("document.getElementById('tools').hidden"),
        json!(true)
    );
    browser.evaluate("document.getElementById('theme').click()");
    browser.wait_for(is_clear);

    browser.choose("#file-reference", std::slice::from_ref(&damaged));
    browser.wait_for(is_told);
    assert_eq!(browser.evaluate(chosen), json!(0));
    browser.choose("#file-reference", &[tiff]);
    browser.wait_for(&format!(
        "{chosen} === 1 && {is_clear} && document.querySelector('#chosen .thumb img')"
    ));
    // A good one beside a bad one is taken.
    browser.choose("#file-reference", &[damaged, whole.clone()]);
    browser.wait_for(&format!("{chosen} === 2 && {is_told}"));
    browser.choose("#file-content", &[whole]);
    browser.wait_for(&format!(
        "{is_clear} && !document.getElementById('download').disabled"
    ));
}
