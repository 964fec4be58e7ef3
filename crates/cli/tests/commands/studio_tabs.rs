//! Every part of the page as a hand, a keyboard or a clipboard reaches it, with a tiny model.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use utsushi_imaging::{DecodeLimits, Picture, frames};
use utsushi_weights::ExportedModel;

use crate::axe::nothing_is_in_anybodys_way;
use crate::browser::{Browser, chromium};
use crate::serve::Serving;
use crate::support::{Place, skip, tiny_model};

/// A page of a server with a tiny model and three drawings; nothing where no browser is installed.
pub fn open() -> Option<(Place, Serving, Browser)> {
    open_with(&tiny_model().exported())
}

/// The same with a model of one's own.
pub fn open_with(model: &ExportedModel) -> Option<(Place, Serving, Browser)> {
    let place = Place::new();
    model.write(&place.path("m.safetensors"), false).unwrap();
    for (seed, name) in ["a.png", "b.png", "c.png"].iter().enumerate() {
        place.draw(&format!("in/{name}"), 72, seed as u32);
    }
    opened(place, &["--model", "m.safetensors"], 2)
}

/// A page of a server with the models of the program; nothing where no browser is installed.
pub fn open_included() -> Option<(Place, Serving, Browser)> {
    opened(Place::new(), &[], 7)
}

/// A page that shows at least so many styles.
fn opened(place: Place, arguments: &[&str], styles: usize) -> Option<(Place, Serving, Browser)> {
    let Some(program) = chromium() else {
        skip("chromium", "no Chromium is installed");
        return None;
    };
    let serving = Serving::start(&place, arguments, None);
    let mut browser = Browser::open(&program, &place.path(""), &serving.page);
    browser.wait_for(&format!(
        "document.querySelectorAll('.style .thumb img').length >= {styles}"
    ));
    Some((place, serving, browser))
}

pub fn press(browser: &mut Browser, key: &str, code: u32) {
    for kind in ["keyDown", "keyUp"] {
        let text = if key == "Enter" { "\r" } else { "" };
        let event = json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
        browser.call("Input.dispatchKeyEvent", event);
    }
}

/// Drops files where an element is, as a file manager does.
pub fn drop_on(browser: &mut Browser, selector: &str, files: &[PathBuf]) {
    let place = format!(
        "(() => {{ const it = document.querySelector('{selector}'); it.scrollIntoView(); \
         const box = it.getBoundingClientRect(); return [box.left + box.width / 2, box.top + Math.min(box.height / 2, 100)]; }})()"
    );
    let place = browser.evaluate(&place);
    let data = json!({"items": [], "files": files, "dragOperationsMask": 1});
    for kind in ["dragEnter", "dragOver", "drop"] {
        let event = json!({"type": kind, "x": place[0], "y": place[1], "data": data});
        browser.call("Input.dispatchDragEvent", event);
    }
}

/// Waits for a download to be whole: until then a browser keeps the name with an empty file, and what
/// has come of it beside that.
pub fn downloaded(path: &Path) {
    let comes = || {
        let beside = std::fs::read_dir(path.parent().unwrap()).unwrap();
        let mut beside = beside.map(|entry| entry.unwrap().path());
        beside.any(|file| file.extension().is_some_and(|it| it == "crdownload"))
    };
    let is_whole = || path.metadata().is_ok_and(|file| file.len() > 0) && !comes();
    let began = Instant::now();
    while !is_whole() {
        let waited = began.elapsed();
        assert!(waited < Duration::from_secs(60), "{}", path.display());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Waits for the next result and hands back something that tells it from others.
pub fn painted(browser: &mut Browser, last: &Value) -> Value {
    let busy = "document.getElementById('drop').getAttribute('aria-busy') !== 'true'";
    let address = "document.getElementById('after').src";
    let painted = "!document.getElementById('after').hidden";
    browser.wait_for(&format!("{busy} && {painted} && {address} !== {last}"));
    browser.evaluate(address)
}

/// A hash of the pixels of the result on the stage.
pub fn seen(browser: &mut Browser) -> Value {
    pixels_of(browser, "document.getElementById('after')")
}

/// A hash of the pixels of a picture.
pub fn pixels_of(browser: &mut Browser, picture: &str) -> Value {
    browser.evaluate(&format!(
        "(async () => {{ const picture = {picture}; await picture.decode(); \
         const canvas = document.createElement('canvas'); canvas.width = picture.naturalWidth; \
         canvas.height = picture.naturalHeight; const context = canvas.getContext('2d'); \
         context.drawImage(picture, 0, 0); \
         return context.getImageData(0, 0, canvas.width, canvas.height).data\
         .reduce((sum, byte) => (sum * 31 + byte) % 4294967296, 7); }})()"
    ))
}

#[test]
fn pictures_come_by_hand_and_clipboard_and_styles_mix_in_a_triangle() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    let file = |name: &str| place.path(&format!("in/{name}"));
    nothing_is_in_anybodys_way(&mut browser, "empty");
    drop_on(&mut browser, "#drop", &[file("a.png")]);
    browser.wait_for("!document.getElementById('compare').hidden");
    drop_on(&mut browser, "#panel", &[file("b.png"), file("c.png")]);
    let first = painted(&mut browser, &json!(""));
    browser.wait_for("document.getElementById('triangle-place').hidden");
    browser.evaluate("document.querySelector('[data-key=\"name:oil\"]').click()");
    let three = painted(&mut browser, &first);
    browser.wait_for("!document.getElementById('triangle-place').hidden");
    let straight = seen(&mut browser);

    // The point in the triangle, by keyboard and by hand.
    let shares =
        "[...document.querySelectorAll('#chosen .share')].map((it) => parseInt(it.textContent))";
    assert_eq!(browser.evaluate(shares), json!([33, 33, 33]));
    browser.evaluate("document.getElementById('triangle').focus()");
    press(&mut browser, "ArrowUp", 38);
    let moved = painted(&mut browser, &three);
    browser.wait_for(&format!("{shares}[0] > 35"));
    let spoken =
        browser.evaluate("document.getElementById('triangle').getAttribute('aria-valuetext')");
    assert!(spoken.as_str().unwrap().contains("oil"), "{spoken}");
    assert_ne!(seen(&mut browser), straight);
    let corner = browser.evaluate(
        "(() => { const triangle = document.getElementById('triangle'); triangle.scrollIntoView(); \
         const box = triangle.getBoundingClientRect(); return [box.left + box.width * 206 / 240, \
         box.top + box.height * 178 / 212]; })()",
    );
    for kind in ["mousePressed", "mouseReleased"] {
        let event = json!({"type": kind, "x": corner[0], "y": corner[1], "button": "left", "clickCount": 1});
        browser.call("Input.dispatchMouseEvent", event);
    }
    let at_corner = painted(&mut browser, &moved);
    browser.wait_for(&format!("{shares}[2] >= 98"));

    // Around the mean instead of straight; a corner is a corner on both ways.
    browser.evaluate("document.getElementById('triangle').focus()");
    for _ in 0..6 {
        press(&mut browser, "ArrowLeft", 37);
    }
    let line = painted(&mut browser, &at_corner);
    std::thread::sleep(Duration::from_millis(500));
    let line_seen = seen(&mut browser);
    browser.evaluate(
        "(() => { const it = document.getElementById('blend'); it.value = 'sphere'; \
         it.dispatchEvent(new Event('change')); })()",
    );
    browser.wait_for(&format!("document.getElementById('after').src !== {line}"));
    std::thread::sleep(Duration::from_millis(500));
    assert_ne!(seen(&mut browser), line_seen);

    // Less of the fine stages of the first style.
    let before = browser.evaluate("document.getElementById('after').src");
    browser.evaluate("document.querySelector('[data-field=fine]').focus()");
    press(&mut browser, "Home", 36);
    let fine = painted(&mut browser, &before);
    nothing_is_in_anybodys_way(&mut browser, "three styles");

    browser.evaluate("document.getElementById('surprise').click()");
    let surprised = painted(&mut browser, &fine);
    browser.wait_for("document.querySelectorAll('#chosen li').length === 1");

    // Pasted.
    browser.evaluate(
        "fetch('/assets/example.png').then((it) => it.blob()).then((blob) => { \
         const data = new DataTransfer(); \
         data.items.add(new File([blob], 'pasted.png', {type: 'image/png'})); \
         dispatchEvent(new ClipboardEvent('paste', {clipboardData: data})); })",
    );
    painted(&mut browser, &surprised);
    browser.wait_for("document.getElementById('before').naturalWidth !== 72");

    // Dark as the system has it, and by the button.
    let light = "getComputedStyle(document.body).backgroundColor";
    let bright = browser.evaluate(light);
    let dark = json!({"features": [{"name": "prefers-color-scheme", "value": "dark"}]});
    browser.call("Emulation.setEmulatedMedia", dark);
    browser.wait_for(&format!("{light} !== {bright}"));
    nothing_is_in_anybodys_way(&mut browser, "dark");
    browser.evaluate("document.getElementById('theme').click()");
    browser.wait_for(&format!("{light} === {bright}"));
    asks_nobody_else(&mut browser);
}

/// The number of pictures of the queue that are painted, as the page shows them now.
pub(crate) const DONE: &str = "document.querySelectorAll('#queue-list [data-state=done]').length";

/// Drops the folder of pictures, and chooses a style for all of them.
pub(crate) fn queue(place: &Place, browser: &mut Browser) {
    drop_on(browser, "#drop", &[place.path("in")]);
    browser.wait_for("document.querySelectorAll('#queue-list li').length === 3");
    browser.evaluate("document.querySelector('[data-key=\"name:ink\"]').click()");
}

/// Paints the queue, and waits for all three.
pub(crate) fn paint_queue(browser: &mut Browser) {
    browser.evaluate("document.getElementById('queue-start').click()");
    browser.wait_for(&format!("{DONE} === 3"));
}

/// Saves what is painted of the queue, and gives the bytes of the zip.
pub(crate) fn saved_queue(place: &Place, browser: &mut Browser) -> Vec<u8> {
    browser.evaluate("document.getElementById('queue-save').click()");
    let zip = place.path("painted.zip");
    downloaded(&zip);
    std::fs::read(zip).unwrap()
}

#[test]
fn a_folder_becomes_a_queue_and_a_zip() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    queue(&place, &mut browser);
    paint_queue(&mut browser);
    browser.wait_for("document.getElementById('queue-progress').value === 1");
    nothing_is_in_anybodys_way(&mut browser, "queue");
    let zip = saved_queue(&place, &mut browser);
    let (code, _, err) = place.run(&[
        "transfer",
        "in/a.png",
        "--style-name",
        "ink",
        "--model",
        "m.safetensors",
        "-o",
        "a.png",
    ]);
    assert_eq!(code, 0, "{err}");
    let name = b"a-painted.png";
    let at = zip.windows(name.len()).position(|own| own == name).unwrap() + name.len();
    let (stored, expected) = (&zip[at..], std::fs::read(place.path("a.png")).unwrap());
    assert!(
        stored.starts_with(&expected),
        "stored as the command line writes it"
    );
    asks_nobody_else(&mut browser);
}

#[test]
fn a_morph_is_the_command_lines_and_an_edit_moves_the_picture() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    let file = |name: &str| place.path(&format!("in/{name}"));
    // Tabs by keyboard.
    browser.evaluate("document.getElementById('tab-paint').focus()");
    press(&mut browser, "ArrowRight", 39);
    browser.wait_for("document.getElementById('tab-morph').getAttribute('aria-selected') === 'true' && !document.getElementById('morph-stage').hidden && document.getElementById('stage').hidden");
    drop_on(&mut browser, "#morph-drop", &[file("a.png"), file("b.png")]);
    browser.wait_for("document.querySelectorAll('#morph-list li').length === 2");
    browser.choose("#file-morph", &[file("c.png")]);
    browser.wait_for("document.querySelectorAll('#morph-list li').length === 3");
    browser.evaluate("document.querySelectorAll('[data-change=earlier]')[2].click()");
    browser.evaluate("document.getElementById('morph-frames').value = '16'");
    nothing_is_in_anybodys_way(&mut browser, "morph");
    browser.evaluate("document.getElementById('morph-make').click()");
    browser.wait_for("document.getElementById('morph-result').naturalWidth === 72");
    browser.evaluate("document.getElementById('morph-save').click()");
    downloaded(&place.path("morph.webp"));
    let arguments = [
        "morph",
        "in/a.png",
        "in/c.png",
        "in/b.png",
        "--frames",
        "16",
        "--model",
        "m.safetensors",
        "-o",
        "expected.webp",
    ];
    let (code, _, err) = place.run(&arguments);
    assert_eq!(code, 0, "{err}");
    let film = |name: &str| -> Vec<Picture> {
        let bytes = std::fs::read(place.path(name)).unwrap();
        let opened = frames(&bytes, &DecodeLimits::default()).unwrap().unwrap();
        opened.map(|frame| frame.unwrap().picture).collect()
    };
    assert_eq!(film("morph.webp"), film("expected.webp"));
    // It is in the history, and comes back from there after a reload.
    browser.wait_for("document.querySelectorAll('#history-list li').length === 1");
    browser.call("Page.reload", json!({}));
    browser.wait_for("document.querySelectorAll('#history-list li').length === 1");
    browser.evaluate("document.querySelector('.past').click()");
    browser.wait_for("document.getElementById('morph-result').naturalWidth === 72");

    browser.evaluate(
        "globalThis.seen = new Set(); new MutationObserver(() => { for (const name of \
         document.querySelectorAll('.direction-head span')) seen.add(name.textContent); })\
         .observe(document.getElementById('directions'), { childList: true }); \
         globalThis.waited = false; new MutationObserver(() => { globalThis.waited ||= \
         document.getElementById('directions-waiting').textContent.includes(' 1/12'); })\
         .observe(document.getElementById('directions-waiting'), { childList: true })",
    );
    browser.evaluate("document.getElementById('tab-edit').click()");
    browser.wait_for("document.querySelectorAll('#directions .thumb img').length === 24");
    // Each is called after what it changes, and no two alike.
    let names = "new Set([...document.querySelectorAll('.direction-head span')]\
                 .map((it) => it.textContent)).size";
    assert_eq!(browser.evaluate(names), json!(12));
    // None was shown before it had a name; until then there was a line that asks for patience.
    let unnamed = "[...seen].filter((name) => name.startsWith('direction ')).length";
    assert_eq!(browser.evaluate(unnamed), json!(0));
    assert_eq!(browser.evaluate("waited"), json!(true));
    let waits = "!document.getElementById('directions-waiting').hidden";
    assert_eq!(browser.evaluate(waits), json!(false));
    browser.choose("#file-content", &[file("a.png")]);
    browser.wait_for("!document.getElementById('compare').hidden");
    browser.evaluate("document.querySelector('#directions input').focus()");
    press(&mut browser, "End", 35);
    painted(&mut browser, &json!(""));
    nothing_is_in_anybodys_way(&mut browser, "edit");
    browser.evaluate("document.getElementById('download').focus()");
    press(&mut browser, "Enter", 13);
    let saved = place.path("a-painted.png");
    downloaded(&saved);
    let picture = |path: &Path| {
        utsushi_imaging::read(path, &Default::default())
            .unwrap()
            .picture
    };
    assert_ne!(picture(&saved), picture(&file("a.png")));
    browser.evaluate("document.getElementById('edit-reset').click()");
    browser.wait_for("document.getElementById('after').hidden");
    let narrow = json!({"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true});
    browser.call("Emulation.setDeviceMetricsOverride", narrow);
    for tab in ["generate", "edit", "morph", "paint"] {
        browser.evaluate(&format!("document.getElementById('tab-{tab}').click()"));
        browser.wait_for("document.documentElement.scrollWidth <= 360");
    }
    asks_nobody_else(&mut browser);
}

/// All that the page has fetched came from its own server, and nothing complained.
pub fn asks_nobody_else(browser: &mut Browser) {
    let others = "performance.getEntriesByType('resource').map((it) => it.name)\
                  .filter((name) => !name.startsWith(location.origin + '/') && \
                  !name.startsWith('blob:') && !name.startsWith('data:'))";
    assert_eq!(browser.evaluate(others), json!([]));
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}

/// The colour in the middle of one of the pictures on the stage.
fn middle_of(browser: &mut Browser, id: &str) -> Value {
    browser.evaluate(&format!(
        "(async () => {{ const picture = document.getElementById('{id}'); await picture.decode(); \
         const canvas = document.createElement('canvas'); canvas.width = picture.naturalWidth; \
         canvas.height = picture.naturalHeight; const context = canvas.getContext('2d'); \
         context.drawImage(picture, 0, 0); return [...context.getImageData(canvas.width / 2, \
         canvas.height / 2, 1, 1).data]; }})()"
    ))
}

#[test]
fn what_the_brush_covers_stays_as_it_is() {
    let Some((place, _serving, mut browser)) = open() else {
        return;
    };
    drop_on(&mut browser, "#drop", &[place.path("in/a.png")]);
    browser.evaluate("document.querySelector('[data-key=\"name:oil\"]').click()");
    let first = painted(&mut browser, &json!(""));
    let given = middle_of(&mut browser, "before");
    assert_ne!(middle_of(&mut browser, "after"), given);

    browser.evaluate("document.getElementById('mask-open').click()");
    browser.wait_for(
        "!document.getElementById('mask').hidden && document.getElementById('mask').width > 1",
    );
    nothing_is_in_anybodys_way(&mut browser, "the brush");
    let place_of = "(() => { const box = document.getElementById('mask').getBoundingClientRect(); \
                    return [box.left + box.width / 2, box.top + box.height / 2]; })()";
    browser.evaluate("document.getElementById('mask').scrollIntoView({block: 'center'})");
    let middle = browser.evaluate(place_of);
    let [x, y] = [0, 1].map(|axis| middle[axis].as_f64().unwrap());
    for (kind, dx) in [
        ("mousePressed", -8.0),
        ("mouseMoved", 0.0),
        ("mouseMoved", 8.0),
        ("mouseReleased", 8.0),
    ] {
        let event = json!({"type": kind, "x": x + dx, "y": y, "button": "left", "buttons": 1, "clickCount": 1});
        browser.call("Input.dispatchMouseEvent", event);
    }
    let kept = painted(&mut browser, &first);
    assert_eq!(middle_of(&mut browser, "after"), given);

    // The command line does the same with the mask that is saved.
    browser.evaluate("document.getElementById('mask-save').click()");
    downloaded(&place.path("mask.png"));
    let save = "document.getElementById('download').click()";
    browser.evaluate(save);
    downloaded(&place.path("a-painted.png"));
    let line = [
        "transfer",
        "in/a.png",
        "--model",
        "m.safetensors",
        "--style-name",
        "oil",
        "--mask",
        "mask.png:keep",
        "-o",
        "expected.png",
    ];
    let (code, _, err) = place.run(&line);
    assert_eq!(code, 0, "{err}");
    let picture = |name: &str| utsushi_imaging::read(&place.path(name), &DecodeLimits::default());
    let picture = |name: &str| picture(name).unwrap().picture;
    assert_eq!(picture("a-painted.png"), picture("expected.png"));

    // The other way round, the middle alone is painted, here and there.
    let choose = "(() => { const use = document.querySelector('#part-list [data-field=use]'); use.value = 'only'; \
                  use.dispatchEvent(new Event('change')); })()";
    browser.evaluate(choose);
    let only = painted(&mut browser, &kept);
    assert_ne!(middle_of(&mut browser, "after"), given);
    std::fs::remove_file(place.path("a-painted.png")).unwrap();
    browser.evaluate(save);
    downloaded(&place.path("a-painted.png"));
    let mut line = line.map(|word| word.replace(":keep", ":only"));
    line[9] = "only.png".to_owned();
    let (code, _, err) = place.run(&line.each_ref().map(String::as_str));
    assert_eq!(code, 0, "{err}");
    assert_eq!(picture("a-painted.png"), picture("only.png"));
    browser.evaluate(&choose.replace("'only';", "'keep';"));
    let kept = painted(&mut browser, &only);

    // Wiped away, all of it is painted again; a mask from a file keeps what is white in it.
    browser.evaluate("document.getElementById('mask-clear').click()");
    let cleared = painted(&mut browser, &kept);
    assert_ne!(middle_of(&mut browser, "after"), given);
    browser.choose("#file-mask", &[place.path("mask.png")]);
    painted(&mut browser, &cleared);
    assert_eq!(middle_of(&mut browser, "after"), given);
    // One without white, or of another shape, is refused and leaves what there was.
    for (name, height, told) in [
        ("black.png", 72, "no white"),
        ("wide.png", 36, "proportions"),
    ] {
        let black = Picture::filled(72, height, [if height == 72 { 0 } else { 255 }; 3]);
        utsushi_imaging::write(&place.path(name), &black, &Default::default()).unwrap();
        browser.choose("#file-mask", &[place.path(name)]);
        browser.wait_for(&format!(
            "document.getElementById('error').textContent.includes('{told}')"
        ));
    }
    assert_eq!(middle_of(&mut browser, "after"), given);
    // Another picture has no mask.
    drop_on(&mut browser, "#drop", &[place.path("in/b.png")]);
    browser.wait_for(
        "document.getElementById('mask').hidden && document.getElementById('mask-save').disabled",
    );
    assert!(browser.complaints.is_empty(), "{:?}", browser.complaints);
}
