"""Load on `utsushi serve` and on the peer beside it, in turns, and one table.

    python bench/server/compare.py WORK [--sides 256,512] [--clients 1,8,64] [--seconds 12] [--rounds 2]

Needs wrk, and the packages of bench/requirements.txt. WORK is a folder for what it makes.
"""

import argparse
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time
import urllib.request

from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "bench/server"
MODEL = ROOT / "crates/builtin-model/assets/model.safetensors"
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
# The peer's ways of using two cores; the better one counts at each number of clients.
STYLE = "oil"
PEERS = [(1, 2), (2, 1)]


def prepared(work, sides):
    """The generator as ONNX, its style code, and a form of each size."""
    onnx, style, painted = work / "generator.onnx", ROOT / "examples/pictures/sylvie.png", work / "painted.png"
    if not onnx.exists():
        subprocess.run([sys.executable, ROOT / "bench/pytorch/painting.py", "export", MODEL, onnx], check=True)
    picture = Image.open(ROOT / "examples/pictures/eileen.png").convert("RGB")
    forms = {}
    for side in sides:
        content = work / f"content-{side}.png"
        picture.resize((side, side), Image.LANCZOS).save(content)
        parts = [("content", content.read_bytes())]
        forms[side] = {"peer": form(work / f"peer-{side}.form", parts),
                       "ours": form(work / f"ours-{side}.form", [*parts, ("style_name", STYLE.encode())])}
    # The peer paints in a code that is read once; so that both do the same, ours has a name for it.
    subprocess.run([TARGET / "examples/painting", MODEL, style, painted, work / f"content-{sides[0]}.png"],
                   check=True, stdout=subprocess.DEVNULL)
    return onnx, painted.with_suffix(".code"), forms


def form(path, parts):
    body = b""
    for name, value in parts:
        body += b'--xyz\r\nContent-Disposition: form-data; name="' + name.encode() + b'"; filename="x"\r\n\r\n'
        body += value + b"\r\n"
    path.write_bytes(body + b"--xyz--\r\n")
    return path


def reachable(address):
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{address} does not answer")


def family(process):
    """A process and its children: their folders in /proc, and what `status` says there."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "status").read_text()
        except OSError:
            continue
        if process.pid in (int(folder.name), int(re.search(r"PPid:\s*(\d+)", text)[1])):
            yield folder, text


def memory(process):
    """Megabytes that a process and its children have in memory."""
    found = [re.search(r"VmRSS:\s*(\d+)", text) for _, text in family(process)]
    return sum(int(match[1]) for match in found if match) / 1024


def spent(servers):
    """Processor time of all servers so far, in ticks."""
    total = 0
    for server in servers:
        for folder, _ in family(server):
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
    return total


def settle(servers):
    """Waits until no server works: the peer paints on for clients that have left."""
    last = spent(servers)
    while True:
        time.sleep(1)
        now = spent(servers)
        if now - last <= 3:
            return
        last = now


def load(address, path, clients, seconds):
    output = subprocess.run(["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "120s", "-s",
                             HERE / "load.lua", f"{address}/v1/transfer", "--", path],
                            check=True, capture_output=True, text=True).stdout
    rate, half, most, refused, broken = output.split("RESULT ")[1].split()[:5]
    return float(rate), float(half), float(most), int(refused) + int(broken)


def main():
    numbers = lambda text: [int(number) for number in text.split(",")]
    parser = argparse.ArgumentParser()
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--sides", type=numbers, default=[256, 512])
    parser.add_argument("--clients", type=numbers, default=[1, 8, 64])
    parser.add_argument("--seconds", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=2)
    settings = parser.parse_args()
    settings.work = settings.work.resolve()
    settings.work.mkdir(parents=True, exist_ok=True)
    onnx, code, forms = prepared(settings.work, settings.sides)
    servers, sides = [], {}
    try:
        ours = subprocess.Popen([TARGET / "utsushi", "serve", "--port", "7871"], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL)
        servers.append(ours)
        sides["ours"] = ("http://127.0.0.1:7871", "/healthz")
        for place, (workers, threads) in enumerate(PEERS):
            port = 7872 + place
            environment = {**os.environ, "PEER_ONNX": str(onnx), "PEER_CODE": str(code), "PEER_THREADS": str(threads)}
            servers.append(subprocess.Popen(
                [sys.executable, "-m", "uvicorn", "peer:app", "--port", str(port), "--workers", str(workers),
                 "--log-level", "warning"], cwd=HERE, env=environment))
            sides[f"{workers}×{threads}"] = (f"http://127.0.0.1:{port}", "/openapi.json")
        for address, path in sides.values():
            reachable(address + path)
        print("| picture | clients | Utsushi, pictures a second | p50, p99 | FastAPI with ONNX Runtime | p50, p99 "
              "| times the throughput |\n|---|---|---|---|---|---|---|", flush=True)
        for side in settings.sides:
            for clients in settings.clients:
                runs = {name: [] for name in sides}
                for name, (address, _) in sides.items():
                    kind = "ours" if name == "ours" else "peer"
                    settle(servers)
                    load(address, forms[side][kind], clients, 2)
                for _ in range(settings.rounds):
                    for name, (address, _) in sides.items():
                        kind = "ours" if name == "ours" else "peer"
                        settle(servers)
                        runs[name].append(load(address, forms[side][kind], clients, settings.seconds))
                line(side, clients, runs)
        print("\nmemory in MB: " + ", ".join(
            f"{name} {memory(server):.0f}" for name, server in zip(sides, servers)))
    finally:
        for server in servers:
            server.terminate()
            server.wait()


def line(side, clients, runs):
    middle = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in runs.items()}
    ours = middle.pop("ours")
    best = max(middle, key=lambda name: middle[name][0])
    theirs = middle[best]
    for name, row in [("Utsushi", ours), (best, theirs)]:
        if row[3]:
            print(f"{name}: {row[3]:.0f} requests failed", file=sys.stderr)
    span = lambda row: f"{row[1]:.3f} s, {row[2]:.3f} s"
    print(f"| {side}² | {clients} | {ours[0]:.2f} | {span(ours)} | {theirs[0]:.2f} ({best}) | {span(theirs)} "
          f"| {ours[0] / theirs[0]:.2f} |", flush=True)


main()
