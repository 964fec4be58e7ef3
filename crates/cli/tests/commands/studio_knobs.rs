//! The page's knobs, in both languages: octaves, what a reference is read in, formats of the queue, and
//! how directions are called.

use serde_json::{Value, json};

use crate::axe::nothing_is_in_anybodys_way;
use crate::browser::Browser;
use crate::creative::picture;
use crate::studio_tabs::{
    DONE, asks_nobody_else, downloaded, drop_on, open, paint_queue, painted, queue, saved_queue,
};

fn choose(browser: &mut Browser, select: &str, value: &str) {
    browser.evaluate(&format!(
        "(() => {{ const it = document.getElementById('{select}'); it.value = '{value}'; \
         it.dispatchEvent(new Event('change', {{bubbles: true}})); }})()"
    ));
}

fn click(browser: &mut Browser, id: &str) {
    browser.evaluate(&format!("document.getElementById('{id}').click()"));
}

#[test]
fn octaves_and_what_a_reference_is_read_in_are_the_command_lines() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    place.draw("in/large.png", 220, 9);
    drop_on(&mut browser, "#drop", &[place.path("in/large.png")]);
    browser.evaluate("document.querySelector('[data-key=\"name:ink\"]').click()");
    let first = painted(&mut browser, &json!(""));
    // Nothing is read in a painting as long as there is none.
    let hidden = "document.getElementById('align-place').hidden";
    assert_eq!(browser.evaluate(hidden), json!(true));
    browser.evaluate("document.querySelector('[data-key=\"name:ink\"]').click()");
    browser.choose("#file-reference", &[place.path("in/b.png")]);
    let second = painted(&mut browser, &first);
    assert_eq!(browser.evaluate(hidden), json!(false));
    // What is noted of it is told with its name, in the words of the page.
    choose(&mut browser, "align", "face");
    let faceless = painted(&mut browser, &second);
    let notes = "document.getElementById('notes').textContent";
    browser.wait_for(&format!(
        "{notes}.includes('b.png: No face was found in it')"
    ));
    let told = browser.evaluate(notes);
    assert!(!told.as_str().unwrap().contains('`'), "{told}");
    choose(&mut browser, "align", "none");
    let third = painted(&mut browser, &faceless);
    choose(&mut browser, "octaves", "2");
    painted(&mut browser, &third);
    click(&mut browser, "download");
    downloaded(&place.path("large-painted.png"));
    let (code, _, err) = place.run(&[
        "transfer",
        "in/large.png",
        "--style",
        "in/b.png",
        "--align",
        "none",
        "--octaves",
        "2",
        "--model",
        "m.safetensors",
        "-o",
        "expected.png",
    ]);
    assert_eq!(code, 0, "{err}");
    let saved = picture(&place, "large-painted.png");
    assert_eq!(saved, picture(&place, "expected.png"));
    // What each does is told in both languages.
    for (language, words) in [("en", "strokes"), ("zh", "笔触")] {
        let own = "document.documentElement.lang";
        if browser.evaluate(own) != json!(language) {
            click(&mut browser, "language");
        }
        let told = browser.evaluate("document.getElementById('octaves-place').title");
        assert!(told.as_str().unwrap().contains(words), "{told}");
        for id in ["align-place", "octaves-place"] {
            let told = format!("document.getElementById('{id}').title.length > 20");
            assert_eq!(browser.evaluate(&told), json!(true), "{language}: {id}");
        }
    }
    asks_nobody_else(&mut browser);
}

#[test]
fn a_queue_saves_the_format_that_is_chosen() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    queue(&place, &mut browser);
    choose(&mut browser, "queue-format", "jpeg");
    browser.evaluate("document.getElementById('queue-quality').value = '70'");
    paint_queue(&mut browser);
    let zip = saved_queue(&place, &mut browser);
    let (code, _, err) = place.run(&[
        "transfer",
        "in/a.png",
        "--style-name",
        "ink",
        "--model",
        "m.safetensors",
        "--quality",
        "70",
        "-o",
        "a.jpg",
    ]);
    assert_eq!(code, 0, "{err}");
    let name = b"a-painted.jpg";
    let at = zip.windows(name.len()).position(|own| own == name);
    let stored = &zip[at.unwrap() + name.len()..];
    assert!(stored.starts_with(&std::fs::read(place.path("a.jpg")).unwrap()));
    // What is painted is of one kind; another kind is painted anew, and the first is not lost.
    choose(&mut browser, "queue-format", "webp");
    assert_eq!(browser.evaluate(DONE), json!(0));
    let save = "document.getElementById('queue-save').disabled";
    assert_eq!(browser.evaluate(save), json!(true));
    choose(&mut browser, "queue-format", "jpeg");
    assert_eq!(browser.evaluate(DONE), json!(3));
    asks_nobody_else(&mut browser);
}

#[test]
fn captions_are_in_the_language_of_the_page() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    if browser.evaluate("document.documentElement.lang") == json!("zh") {
        click(&mut browser, "language");
    }
    drop_on(&mut browser, "#drop", &[place.path("in/a.png")]);
    click(&mut browser, "surprise");
    painted(&mut browser, &json!(""));
    let caption = "document.querySelector('#history-list .caption')?.textContent ?? ''";
    browser.wait_for(&format!("({caption}).startsWith('made up')"));
    let facts = "document.getElementById('facts').textContent";
    assert!(browser.evaluate(facts).as_str().unwrap().ends_with(" s"));
    click(&mut browser, "language");
    browser.wait_for(&format!("({caption}).startsWith('随机')"));
    assert!(browser.evaluate(facts).as_str().unwrap().ends_with("秒"));
    click(&mut browser, "language");
    browser.wait_for(&format!("({caption}).startsWith('made up')"));
}

#[test]
fn the_shape_of_a_face_is_moved_by_sliders_as_by_the_command_line() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    place.write("in/me.png", utsushi::faces::SAMPLE_PORTRAIT);
    click(&mut browser, "tab-edit");
    browser.choose("#file-content", &[place.path("in/me.png")]);
    browser.wait_for("!document.getElementById('compare').hidden");
    assert_eq!(
        browser.evaluate("document.querySelectorAll('#shapes input').length"),
        json!(7)
    );
    let slide = |browser: &mut Browser, shape: &str, to: &str| {
        browser.evaluate(&format!(
            "(() => {{ const it = document.getElementById('shape-{shape}'); it.value = '{to}'; \
             it.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
        ));
    };
    slide(&mut browser, "smile", "1");
    let first = painted(&mut browser, &json!(""));
    slide(&mut browser, "eyes", "0.5");
    painted(&mut browser, &first);
    nothing_is_in_anybodys_way(&mut browser, "shapes");
    click(&mut browser, "download");
    downloaded(&place.path("me-painted.png"));
    let arguments = [
        "edit",
        "in/me.png",
        "--warp-face",
        "smile",
        "--warp-face",
        "eyes=0.5",
        "--model",
        "m.safetensors",
        "-o",
        "expected.png",
    ];
    let (code, _, err) = place.run(&arguments);
    assert_eq!(code, 0, "{err}");
    let saved = picture(&place, "me-painted.png");
    assert_eq!(saved, picture(&place, "expected.png"));
    assert_ne!(saved, picture(&place, "in/me.png"));
    // In the words of both languages, and back.
    for (language, words) in [("en", "smiling"), ("zh", "微笑")] {
        if browser.evaluate("document.documentElement.lang") != json!(language) {
            click(&mut browser, "language");
        }
        browser.wait_for(&format!(
            "document.getElementById('shapes').textContent.includes('{words}')"
        ));
        let told =
            "[...document.querySelectorAll('#shapes input')].every((it) => it.title.length > 3)";
        assert_eq!(browser.evaluate(told), json!(true), "{language}");
    }
    click(&mut browser, "edit-reset");
    browser.wait_for("document.getElementById('after').hidden");
    let sliders = "[...document.querySelectorAll('#shapes input')].every((it) => it.value === '0')";
    assert_eq!(browser.evaluate(sliders), json!(true));
    asks_nobody_else(&mut browser);
}

#[test]
fn no_two_directions_lead_the_same_way_and_nothing_is_cut_on_a_phone() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    if browser.evaluate("document.documentElement.lang") == json!("zh") {
        click(&mut browser, "language");
    }
    click(&mut browser, "tab-edit");
    browser.wait_for("document.querySelectorAll('#directions .thumb img').length === 24");
    let names = browser.evaluate(
        "[...document.querySelectorAll('.direction-head span')].map((it) => it.textContent)",
    );
    let names = names.as_array().unwrap().iter().map(Value::as_str);
    let names: Vec<&str> = names.map(Option::unwrap).collect();
    // The right end has more of what a direction changes most, so that none is another turned round.
    const LESS: [&str; 6] = [
        "lighter → darker",
        "more colourful → greyer",
        "warmer → cooler",
        "harder → softer contrast",
        "more strokes → smoother",
        "greener → pinker",
    ];
    for (place, name) in names.iter().enumerate() {
        assert!(!LESS.iter().any(|less| name.starts_with(less)), "{names:?}");
        assert!(!names[..place].contains(name), "{names:?}");
    }
    // A slider that was turned round moves the picture as its ends show: to the right, more.
    browser.choose("#file-content", &[place.path("in/a.png")]);
    browser.wait_for("!document.getElementById('compare').hidden");

    let phone = json!({"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": true});
    browser.call("Emulation.setDeviceMetricsOverride", phone);
    click(&mut browser, "tab-paint");
    for name in ["ink", "oil"] {
        browser.evaluate(&format!(
            "document.querySelector('[data-key=\"name:{name}\"]').click()"
        ));
    }
    browser.wait_for("!document.getElementById('blend-place').hidden");
    for _ in 0..2 {
        // The arrow of a select takes some of its width.
        let cut = browser.evaluate(
            "(() => { const pen = document.createElement('canvas').getContext('2d'); \
             return [...document.querySelectorAll('#panel select')].filter((it) => it.offsetParent)\
             .filter((it) => { pen.font = getComputedStyle(it).font; return [...it.options]\
             .some((option) => pen.measureText(option.textContent).width > it.clientWidth - 36); })\
             .map((it) => it.id); })()",
        );
        assert_eq!(cut, json!([]));
        let cut = browser.evaluate(
            "[...document.querySelectorAll('.gallery .caption')].filter((it) => \
             it.scrollHeight > it.clientHeight + 1).map((it) => it.textContent)",
        );
        assert_eq!(cut, json!([]));
        click(&mut browser, "language");
    }
}
