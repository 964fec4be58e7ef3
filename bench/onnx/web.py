"""Holds exported ONNX graphs against this program in a headless browser, with onnxruntime-web.

    npm install onnxruntime-web
    python bench/onnx/web.py FOLDER reference.safetensors node_modules/onnxruntime-web/dist [--limit 1e-3]

FOLDER and reference.safetensors are those of `parity.py`. Exits with 1 if a value is further off
than the limit.
"""

import argparse
import functools
import http.server
import json
import pathlib
import queue
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).parent


class Handler(http.server.SimpleHTTPRequestHandler):
    def __init__(self, *rest, places, results, **named):
        self.places, self.results = places, results
        super().__init__(*rest, **named)

    def translate_path(self, path):
        first, _, rest = path.lstrip("/").partition("/")
        place = self.places.get(first, HERE / "missing")
        return str(place / rest if rest else place)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.results.put(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("reference", type=pathlib.Path)
    parser.add_argument("runtime", type=pathlib.Path)
    parser.add_argument("--limit", type=float, default=1e-3)
    arguments = parser.parse_args()
    places = {"web.html": HERE / "web.html", "onnx": arguments.folder.resolve(),
              "reference.safetensors": arguments.reference.resolve(), "ort": arguments.runtime.resolve()}
    results = queue.Queue()
    handler = functools.partial(Handler, places=places, results=results)
    Handler.extensions_map |= {".mjs": "text/javascript", ".wasm": "application/wasm"}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    program = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if program is None:
        sys.exit("no Chromium is installed")
    with tempfile.TemporaryDirectory() as profile:
        page = f"http://127.0.0.1:{server.server_port}/web.html"
        browser = subprocess.Popen([program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
                                    f"--user-data-dir={profile}", "--remote-debugging-port=0", page],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            report = results.get(timeout=300)
        finally:
            browser.terminate()
            browser.wait()
    if "error" in report:
        sys.exit(report["error"])
    for network, worst in report.items():
        print(f"{network:16} largest difference {worst:.2e}")
    sys.exit(1 if max(report.values()) > arguments.limit else 0)


main()
