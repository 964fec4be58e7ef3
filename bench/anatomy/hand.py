"""Parts and landmarks against pictures that were labelled by hand.

`hand.py PROGRAM SET` takes the pictures that `hand.jsonl` names from the prepared set SET (256 pixels, its validation
split), lets `utsushi segment` and `utsushi landmarks` read them, and prints the intersection over union of figure,
hair and face (with eyes, brows and mouth), and how far landmarks are from where they are, in widths of the face.

`hand.py agreement` prints how well two labellers agree who drew 20 of the pictures without knowing of each other
(`hand_again.jsonl`): no network can be told to do better.

A line of `hand.jsonl` is a picture: where it is from, points, and `figure`, `hair`, `face` and `unknown`, which does not
count, as outlines, filled by the even-odd rule.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import cv2
import numpy as np
from PIL import Image

PARTS = {"figure": (1, 2, 3, 4, 5, 6), "hair": (1,), "face": (2, 3, 4, 5)}
NEAR = 0.04
# Of the pictures of a prepared set.
SIDE = 256


def run(*words):
    return subprocess.run(list(map(str, words)), check=True, capture_output=True, text=True).stdout


def mask(outlines, side):
    filled = np.zeros((side, side), np.uint8)
    cv2.fillPoly(filled, [np.array(outline, np.int32) for outline in outlines], 1)
    return filled > 0


def distances(faces, points):
    """How far each point is from the truth, in widths of the face, of the face that is nearest; none if there is none."""
    best = None
    for face in faces:
        off = {name: np.hypot(face["points"][name][0] - x, face["points"][name][1] - y) for name, (x, y) in points.items()}
        off = {name: value / face["box"][2] for name, value in off.items()}
        if best is None or np.mean(list(off.values())) < np.mean(list(best.values())):
            best = off
    # Another face than that which the picture is of.
    return best if best and np.mean(list(best.values())) < 0.5 else None


def shared_of(one, other, known):
    """How many known pixels both have, and either."""
    return np.sum(one & other & known), np.sum((one | other) & known)


def known_of(line):
    return ~mask(line.get("unknown", []), SIDE)


def labels(name):
    return [json.loads(line) for line in open(pathlib.Path(__file__).parent / name)]


def agreement():
    first = {line["hash"]: line for line in labels("hand.jsonl")}
    shared, points = {part: [] for part in PARTS}, []
    for again in labels("hand_again.jsonl"):
        line = first[again["hash"]]
        known = known_of(line) & known_of(again)
        for part in PARTS:
            one, other = mask(line[part], SIDE), mask(again[part], SIDE)
            if (one & known).any():
                both, either = shared_of(one, other, known)
                shared[part].append(both / either)
        width = np.ptp(np.where(mask(line["face"], SIDE))[1])
        both = [(line["points"][name], at) for name, at in again["points"].items() if name in line["points"]]
        points.append(np.mean([np.hypot(x - u, y - v) / width for (x, y), (u, v) in both]))
    for part, ratios in shared.items():
        print(f"{part}: IoU {np.mean(ratios):.3f} on average of {len(ratios)}, median {np.median(ratios):.3f}")
    print(f"landmarks: mean distance at most {NEAR:.0%} of the width in {np.sum(np.array(points) <= NEAR)} of {len(points)}")


def main(program, prepared):
    lines = labels("hand.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "in").mkdir()
        for number, line in enumerate(lines):
            name = line["hash"]
            path = prepared / "pictures" / line["style"] / name[:2] / f"{name}.png"
            (folder / "in" / f"{number:03}.png").write_bytes(path.read_bytes())
        run(program, "segment", folder / "in", "-o", folder / "parts")
        marks = {}
        for text in run(program, "landmarks", folder / "in", "--json").splitlines():
            told = json.loads(text)
            marks[int(pathlib.Path(told["file"]).stem)] = told["faces"]
        shared = {part: [] for part in PARTS}
        means, missed, each = [], [], {}
        for number, line in enumerate(lines):
            found = np.array(Image.open(next((folder / "parts").glob(f"{number:03}*.png"))))
            known = known_of(line)
            for part, classes in PARTS.items():
                truth, told = mask(line[part], SIDE), np.isin(found, classes)
                if (truth & known).any():
                    shared[part].append((*shared_of(truth, told, known), line["style"]))
            if len(line["points"]) < 4:
                continue
            off = distances(marks.get(number, []), line["points"])
            if off is None:
                missed.append(line["style"])
                continue
            means.append((np.mean(list(off.values())), line["style"]))
            for name, value in off.items():
                each.setdefault(name, []).append(value)
    for part, counts in shared.items():
        ratios = np.array([both / any_ for both, any_, _ in counts])
        pooled = sum(both for both, _, _ in counts) / sum(any_ for _, any_, _ in counts)
        photos = np.mean([r for r, (_, _, style) in zip(ratios, counts) if style == "photo"])
        drawn = np.mean([r for r, (_, _, style) in zip(ratios, counts) if style != "photo"])
        print(
            f"{part}: IoU {ratios.mean():.3f} on average of {len(ratios)} (photographs {photos:.3f}, others {drawn:.3f}), "
            f"median {np.median(ratios):.3f}, of all pixels {pooled:.3f}"
        )
    values = np.array([value for value, _ in means])
    near, faces = int(np.sum(values <= NEAR)), len(values) + len(missed)
    print(
        f"landmarks: {len(values)} of {faces} faces found (missed: {missed}); mean distance at most {NEAR:.0%} of the "
        f"width in {near} of {faces}, median {np.median(values):.3f}, 90 % within {np.quantile(values, 0.9):.3f}"
    )
    print({name: round(float(np.mean(value)), 3) for name, value in each.items()})


if sys.argv[1:] == ["agreement"]:
    agreement()
else:
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
