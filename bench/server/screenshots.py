"""Takes the pictures of the page in docs, in a headless Chromium.

    python bench/server/screenshots.py target/release/utsushi
"""

import base64
import io
import pathlib
import subprocess
import sys
import tempfile

from PIL import Image

from page import PICTURES, Browser

DOCS = PICTURES.parents[1] / "docs"
PAINTED = (
    "document.getElementById('drop').getAttribute('aria-busy') !== 'true' && "
    "!document.getElementById('after').hidden"
)


def size(browser, width, height, mobile=False):
    browser.call(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=height,
        deviceScaleFactor=1,
        mobile=mobile,
    )


def shoot(browser, name, scale):
    """Writes what is seen of the page, in 256 colours."""
    browser.value("document.activeElement?.blur(); scrollTo(0, 0)")
    # Nothing is caught half way.
    browser.value("new Promise((done) => setTimeout(done, 600))")
    data = browser.call("Page.captureScreenshot", format="png")["data"]
    with Image.open(io.BytesIO(base64.b64decode(data))) as seen:
        seen = seen.convert("RGB")
        seen = seen.resize((round(seen.width * scale), round(seen.height * scale)), Image.LANCZOS)
        seen.quantize(256, dither=Image.Dither.NONE).save(DOCS / f"{name}.png", optimize=True)
    print(name, (DOCS / f"{name}.png").stat().st_size // 1000, "kB", flush=True)


def click(browser, selector):
    browser.value(f"document.querySelector({selector!r}).click()")


def slide(browser, identity, value):
    browser.value(
        f"(() => {{ const it = document.getElementById({identity!r}); it.value = '{value}'; "
        "it.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def language(browser, wanted):
    if browser.value("document.documentElement.lang") != wanted:
        click(browser, "#language")


def choose_only(browser, *styles):
    browser.value("document.querySelectorAll('.style[aria-pressed=true]').forEach((it) => it.click())")
    for style in styles:
        click(browser, f'[data-key="name:{style}"]')


def painted(browser):
    browser.value("new Promise((done) => setTimeout(done, 400))")
    browser.wait(PAINTED)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "utsushi"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        grounded = {}
        for name in ["eileen", "lucy", "sylvie"]:
            grounded[name] = folder / f"{name}.png"
            with Image.open(PICTURES / f"{name}.png") as drawing:
                drawing = drawing.convert("RGBA").resize((448, 448), Image.LANCZOS)
                ground = Image.new("RGBA", drawing.size, (226, 222, 212, 255))
                ground.alpha_composite(drawing)
                ground.convert("RGB").save(grounded[name])
        server = subprocess.Popen([program, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
        browser = None
        try:
            browser = Browser(folder, server.stdout.readline().split()[-1])
            size(browser, 1280, 1000)
            browser.wait("document.querySelectorAll('.style .thumb img').length >= 17")
            language(browser, "en")
            browser.value("document.documentElement.dataset.theme = 'light'")
            browser.choose("file-content", grounded["sylvie"])
            choose_only(browser, "manga", "post-impressionist", "tv-cel")
            painted(browser)
            slide(browser, "slider", 500)
            shoot(browser, "studio", 0.86)
            language(browser, "zh")
            shoot(browser, "studio-zh", 0.7)
            browser.value("document.documentElement.dataset.theme = 'dark'")
            shoot(browser, "studio-dark", 0.7)
            language(browser, "en")
            browser.value("document.documentElement.dataset.theme = 'light'")
            choose_only(browser, "manga")
            painted(browser)
            size(browser, 390, 844, mobile=True)
            shoot(browser, "studio-phone", 1)
            size(browser, 1280, 1000)
            click(browser, "#tab-edit")
            browser.wait("document.querySelectorAll('#directions .thumb img').length >= 24")
            for index, amount in [(0, 3), (1, -3)]:
                browser.value(
                    f"(() => {{ const it = document.querySelector('[data-direction=\"{index}\"]'); "
                    f"it.value = '{amount}'; it.dispatchEvent(new Event('input', {{bubbles: true}})); }})()"
                )
            painted(browser)
            shoot(browser, "studio-edit", 0.7)
            click(browser, "#tab-morph")
            for name in ["eileen", "lucy", "sylvie"]:
                browser.choose("file-morph", grounded[name])
                browser.value("new Promise((done) => setTimeout(done, 300))")
            slide(browser, "morph-frames", 16)
            click(browser, "#morph-make")
            browser.wait("!document.getElementById('morph-save').disabled")
            shoot(browser, "studio-morph", 0.7)
            click(browser, "#tab-generate")
            browser.wait("document.querySelector('#made-name option[value=game-cel]') !== null")
            browser.value(
                "(() => { const it = document.getElementById('made-name'); it.value = 'game-cel'; "
                "it.dispatchEvent(new Event('change', {bubbles: true})); })()"
            )
            slide(browser, "made-count", 8)
            click(browser, "#made-make")
            browser.wait("document.querySelectorAll('#made-list li img').length >= 8")
            shoot(browser, "studio-generate", 0.7)
        finally:
            if browser:
                browser.process.kill()
                browser.process.wait()
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
