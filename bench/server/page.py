"""How long it takes in a browser from dropping a picture to seeing it painted.

    python bench/server/page.py [PROGRAM] [ROUNDS]

Starts `utsushi serve` and a headless Chromium, puts a picture of 512 × 512 onto the page as a hand
does, and waits until the browser has decoded and drawn the result. Once for a style of the model,
once for a painting as the style, which is dropped anew each time. Prints milliseconds.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from PIL import Image

PICTURES = pathlib.Path(__file__).resolve().parents[2] / "examples/pictures"

# From the moment at which the page gets the file to the frame after the result is decoded.
SEEN = """
(() => {
  const after = document.getElementById('after');
  window.seen = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('nothing was painted')), 60000);
    const input = document.getElementById('INPUT');
    let began;
    input.addEventListener('change', () => {
      began = performance.now();
      const old = after.src;
      const look = async () => {
        if (after.hidden || after.src === old || !after.src.startsWith('blob:')) return requestAnimationFrame(look);
        await after.decode();
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
      };
      look();
    }, { once: true, capture: true });
  });
})()
"""


class Browser:
    """A page of a headless Chromium, driven over pipes."""

    def __init__(self, folder, address):
        (out, self.commands), (self.answers, into) = os.pipe(), os.pipe()
        script = f"exec chromium --headless --no-sandbox --disable-gpu --remote-debugging-pipe --no-first-run " \
                 f"--window-size=1280,900 --user-data-dir={folder}/profile about:blank 3<&{out} 4>&{into}"
        self.process = subprocess.Popen(["sh", "-c", script], pass_fds=(out, into), stderr=subprocess.DEVNULL)
        os.close(out), os.close(into)
        self.calls, self.session, self.rest = 0, None, b""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Page.navigate", url=address)

    def call(self, method, **parameters):
        self.calls += 1
        message = {"id": self.calls, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self.rest:
                self.rest += os.read(self.answers, 1 << 16)
            one, self.rest = self.rest.split(b"\0", 1)
            answer = json.loads(one)
            if answer.get("id") == self.calls:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def wait(self, expression):
        until = time.monotonic() + 120
        while not self.value(expression):
            if time.monotonic() > until:
                raise RuntimeError(f"waited for {expression}")
            time.sleep(0.05)

    def choose(self, identity, path):
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        node = self.call("DOM.querySelector", nodeId=root, selector=f"#{identity}")["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def seen(self, identity, path):
        self.value(SEEN.replace("INPUT", identity))
        self.choose(identity, path)
        return self.value("window.seen")


def tell(name, times):
    first, rest = times[0], sorted(times[1:])
    print(f"| {name} | {first:.0f} | {statistics.median(rest):.0f} | {rest[0]:.0f} | {rest[-1]:.0f} |", flush=True)


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else "utsushi"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        content, style = folder / "content.png", folder / "style.png"
        for source, target in [("eileen", content), ("sylvie", style)]:
            with Image.open(PICTURES / f"{source}.png") as picture:
                picture.convert("RGB").resize((512, 512), Image.LANCZOS).save(target)
        server = subprocess.Popen([program, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
        browser = None
        try:
            address = server.stdout.readline().split()[-1]
            browser = Browser(folder, address)
            browser.wait("document.querySelectorAll('.style .thumb img').length >= 7")
            print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n")
            print("| 512 × 512, ms until it is seen | first | median | least | most |\n|---|---|---|---|---|")
            browser.value("document.querySelector('[data-key=\"name:illustration\"]').click()")
            tell("a picture, in a style of the model", [browser.seen("file-content", content) for _ in range(rounds)])
            times = []
            for _ in range(rounds):
                browser.value("document.querySelectorAll('.style[aria-pressed=true]').forEach((it) => it.click())")
                browser.wait("document.getElementById('after').hidden")
                times.append(browser.seen("file-reference", style))
            tell("a painting to take the style from", times)
        finally:
            if browser:
                browser.process.kill()
                browser.process.wait()
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
