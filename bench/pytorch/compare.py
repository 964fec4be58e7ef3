"""Runs Utsushi and its peers alternately and prints one table; see `bench/run`."""

import math
import os
import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np
from PIL import Image

ROUNDS = 3
# What `painting.py` paints with.
PEERS = ("onnxruntime", "openvino", "openvino-bf16", "mnn", "pytorch", "pytorch-bf16", "pytorch-compiled",
         "pytorch-compiled-bf16")
HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
EXAMPLES = ROOT / "target/release/examples"
MODEL = ROOT / "crates/builtin-model/assets/model.safetensors"
PICTURES = ROOT / "examples/pictures"


def run(*command, stdin=None):
    """Standard output, seconds, and the largest resident memory in megabytes."""
    start = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE,
                               stdin=subprocess.PIPE, text=True)
    if stdin is not None:
        process.stdin.write(stdin)
    process.stdin.close()
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} failed")
    return output, time.perf_counter() - start, usage.ru_maxrss / 1024


def alternately(ours, theirs, rounds=ROUNDS):
    """Medians of what both give over some rounds."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    return [statistics.median(values) for values in zip(*pairs)]


def line(what, ours, theirs, unit, goal=None):
    wanted = f" (goal {goal})" if goal else ""
    print(f"| {what} | {ours:.4g} {unit} | {theirs:.4g} {unit} | {theirs / ours:.2f}×{wanted} |", flush=True)


def contents(work):
    """Free pictures, on white, at the sizes that are painted."""
    def on_white(name):
        picture = Image.open(PICTURES / name).convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        white.alpha_composite(picture)
        return white.convert("RGB")

    picture = on_white("eileen.png")
    square = picture.crop((0, 0, picture.width, picture.width))
    paths = {}
    for side in (128, 512, 1024, 2048, 4096):
        paths[side] = work / f"content-{side}.png"
        square.resize((side, side), Image.BICUBIC).save(paths[side])
    style = work / "style.png"
    on_white("sylvie.png").save(style)
    return paths, style


def painting(work, paths, style):
    onnx, python = work / "generator.onnx", sys.executable
    script = HERE / "painting.py"
    run(python, script, "export", MODEL, onnx)
    ours, theirs = work / "ours.png", work / "theirs.png"

    def paint(*sides):
        output, _, _ = run(EXAMPLES / "painting", MODEL, style, ours, *(paths[s] for s in sides))
        return [float(row.split()[1]) for row in output.splitlines()]

    paint(512)
    code = ours.with_suffix(".code")
    run(python, script, "paint", onnx, code, paths[512], theirs)
    difference = np.abs(np.asarray(Image.open(ours), dtype=int) - np.asarray(Image.open(theirs), dtype=int))
    print(f"\nSame picture from both: largest difference {difference.max()} of 255, "
          f"mean {difference.mean():.4f}\n")
    if difference.max() > 2:
        sys.exit("the two paint different pictures; times would mean nothing")

    print("| what | Utsushi | peer | times as fast |\n|---|---|---|---|")
    for peer in PEERS:
        graph = MODEL if peer.startswith("pytorch") else onnx
        line(f"painting 512², model loaded; {peer}", *alternately(
            lambda: paint(512)[0],
            lambda: float(run(python, script, "time", peer, graph, code, paths[512], theirs)[0])), "s",
            "3×" if peer == "onnxruntime" else "1×")
    program = ROOT / "target/release/utsushi"
    line("painting 128², whole process; onnxruntime", *alternately(
        lambda: run(program, "transfer", paths[128], "--style", style, "-o", ours, "--force")[1],
        lambda: run(python, script, "paint", onnx, code, paths[128], theirs)[1], 7), "s", "5×")
    print("\n| picture | seconds | nanoseconds a pixel | against 512² |\n|---|---|---|---|")
    sides = [512, 1024, 2048, 4096]
    base = None
    for side, seconds in zip(sides, paint(*sides)):
        each = seconds / side**2 * 1e9
        base = base or each
        print(f"| {side}² | {seconds:.3f} | {each:.0f} | {each / base:.2f} |")


def training(work, features, config, goal):
    """Full precision beside PyTorch's eager mode, and reduced precision beside all of its modes."""
    state = work / "state.safetensors"
    setting, memory = [], {}
    reduced = work / "reduced.toml"
    reduced.write_text((ROOT / config).read_text().replace("[run]\n", '[run]\nprecision = "reduced"\n', 1))

    def ours(which):
        output, _, memory["ours"] = run(EXAMPLES / "training_step", which, features, state, 12)
        return float(output.split()[0])

    def theirs(mode):
        chosen = ["--setting", setting[0]] if setting else []
        output, _, memory["theirs"] = run(sys.executable, HERE / "training_step.py", ROOT / config,
                                          state, features, "--mode", mode, *chosen)
        setting[:] = [output.split()[0]]
        return float(output.split()[1])

    full, eager = alternately(lambda: ours(ROOT / config), lambda: theirs("eager"))
    line(f"training step, `{config}`; PyTorch eager (threads, layout {setting[0]})", full, eager, "s", goal)
    line("its peak memory", memory["ours"], memory["theirs"], "MB", "1.0×")
    for mode in ("eager", "bf16", "compiled", "compiled-bf16"):
        line(f"the same in reduced precision; PyTorch {mode}", *alternately(lambda: ours(reduced), lambda: theirs(mode)),
             "s", "3×" if mode == "eager" else "1×")


def convolutions():
    rounds = []
    for _ in range(2):
        ours, _, _ = run(EXAMPLES / "throughput", "--tsv")
        theirs, _, _ = run(sys.executable, HERE / "convolutions.py", stdin=ours)
        rounds.append([[row.split("\t") for row in side.splitlines()] for side in (ours, theirs)])
    print("\n| convolution | forward | input's gradient | weight's gradient |\n|---|---|---|---|")
    square = []
    for rows in zip(*(zip(*sides) for sides in rounds)):
        kind, batch, channels, out, side, kernel, stride = rows[0][0][:7]
        ratios = []
        for column in (7, 8, 9):
            ours = min(float(pair[0][column]) for pair in rows)
            theirs = min(float(pair[1][column]) for pair in rows)
            ratios.append(theirs / ours)
        if kind == "dense" and kernel == "3" and stride == "1" and int(channels) >= 32 and int(out) >= 32:
            square += ratios
        cells = " | ".join(f"{ratio:.2f}×" for ratio in ratios)
        print(f"| {kind} {batch} × {side}², {channels}→{out}, {kernel}×{kernel}/{stride} | {cells} |")
    mean = math.exp(statistics.mean(map(math.log, square)))
    print(f"\n3×3 with stride 1, 32 channels and more: {mean:.2f}× in the geometric mean (goal 1.5×), "
          f"{min(square):.2f}× at least (goal 1.0×)")


def main():
    features, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    paths, style = contents(work)
    painting(work, paths, style)
    print("\n| what | Utsushi | PyTorch | times as fast |\n|---|---|---|---|")
    training(work, features, "crates/cli/src/recipes/house-64.toml", "1.3×")
    training(work, features, "crates/cli/src/recipes/house-128.toml", "1.3×")
    convolutions()


if __name__ == "__main__":
    main()
