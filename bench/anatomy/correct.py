"""Maps of parts and landmarks corrected by hand.

    python correct.py prepare PROGRAM FOLDER WORK
    python correct.py show WORK NAME...

`prepare` lets the program read a folder of pictures of at most 288 pixels. `show` writes `WORK/view/NAME.png`: on the left
the picture, enlarged, with a grid in its pixels; on the right its map and points as they are now. What is wrong is said in
`WORK/edits/NAME.json`, and shown the next time:

    {"edits": [["hair", [[x, y], …]], ["face>hair", [[x, y], …]]], "points": {"chin": [x, y], "left_eye": null}}

Each edit fills a polygon, later ones over earlier ones; with `face>hair` only what is `face` there. `unknown` is not
learned from. Points that are none are taken away.
"""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

PARTS = {"ground": 0, "hair": 1, "face": 2, "eyes": 3, "brows": 4, "mouth": 5, "body": 6, "unknown": 255}
COLOURS = np.zeros((256, 3), np.uint8)  # blue, green, red
COLOURS[:7] = [[70, 70, 70], [40, 110, 255], [120, 230, 255], [255, 255, 255], [0, 200, 0], [60, 0, 255], [220, 90, 200]]
SHOWN = 880
GRID, STRONG, NUMBERED = 16, 64, 32


def prepare(program, folder, work):
    for name in ("parts", "points", "edits", "view"):
        (work / name).mkdir(parents=True, exist_ok=True)
    (work / "pictures").write_text(str(folder.resolve()))
    subprocess.run([program, "segment", str(folder), "-o", str(work / "parts")], check=True)
    told = subprocess.run([program, "landmarks", str(folder), "--json"], check=True, capture_output=True, text=True)
    for found in map(json.loads, told.stdout.splitlines()):
        faces = sorted(found.get("faces", []), key=lambda face: -face["box"][2] * face["box"][3])
        points = {name: at[:2] for name, at in faces[0]["points"].items()} if faces else {}
        (work / "points" / f"{Path(found['file']).stem}.json").write_text(json.dumps(points))


def corrected(work, name):
    """The map and the points after all edits."""
    parts = np.array(Image.open(work / "parts" / f"{name}.png")).copy()
    points = json.loads((work / "points" / f"{name}.json").read_text())
    file = work / "edits" / f"{name}.json"
    edits = json.loads(file.read_text()) if file.exists() else {}
    for what, outline in edits.get("edits", []):
        *of, to = what.split(">")
        inside = np.zeros(parts.shape, np.uint8)
        cv2.fillPoly(inside, [np.array(outline, np.int32)], 1)
        inside = inside > 0
        if of:
            inside &= parts == PARTS[of[0]]
        parts[inside] = PARTS[to]
    points.update(edits.get("points", {}))
    return parts, {name: at for name, at in points.items() if at}


def label(picture, text, at, colour):
    cv2.putText(picture, text, at, 0, 0.38, (0, 0, 0), 2)
    cv2.putText(picture, text, at, 0, 0.38, colour, 1)


def show(work, name):
    picture = cv2.imread(str(next(Path((work / "pictures").read_text()).glob(f"{name}.*"))))
    height, width = picture.shape[:2]
    times = max(2, round(SHOWN / max(height, width)))
    large = cv2.resize(picture, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    grid = large.copy()
    for at in range(0, max(height, width), GRID):
        colour = (0, 0, 255) if at % STRONG == 0 else (200, 200, 0)
        cv2.line(grid, (at * times, 0), (at * times, height * times), colour, 1)
        cv2.line(grid, (0, at * times), (width * times, at * times), colour, 1)
        if at % NUMBERED == 0:
            label(grid, str(at), (at * times + 1, 10), (255, 255, 255))
            label(grid, str(at), (1, at * times + 11), (255, 255, 255))
    parts, points = corrected(work, name)
    parts = cv2.resize(parts, (width * times, height * times), interpolation=cv2.INTER_NEAREST)
    shown = cv2.addWeighted(large, 0.5, COLOURS[parts], 0.5, 0)
    border = np.zeros(parts.shape, bool)
    border[:, 1:] |= parts[:, 1:] != parts[:, :-1]
    border[1:] |= parts[1:] != parts[:-1]
    shown[border] = 0
    for point, (x, y) in points.items():
        at = (round(x * times), round(y * times))
        cv2.circle(shown, at, 3, (0, 255, 0), -1)
        label(shown, point, (at[0] + 4, at[1] - 3), (0, 255, 0))
    target = work / "view" / f"{name}.png"
    cv2.imwrite(str(target), np.hstack([grid, shown]))
    print(f"{target}: {width}×{height}")


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    if command == "prepare":
        prepare(rest[0], Path(rest[1]), Path(rest[2]))
    else:
        for name in rest[1:]:
            show(Path(rest[0]), name)
