"""A contact sheet of labelled pictures: `python sheet.py FOLDER OUT.png [COUNT] [SKIP]`."""

import json
import sys
from pathlib import Path

import cv2
import numpy as np

COLOURS = np.array([[60, 60, 60], [200, 60, 160], [120, 190, 250], [255, 255, 0], [0, 0, 255], [60, 60, 220], [80, 200, 80]], np.uint8)


def main():
    folder, out = Path(sys.argv[1]), sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 24
    skip = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    files = sorted(folder.rglob("*.json"))
    files = files[skip:: max(1, len(files) // count)][:count]
    cells = []
    for file in files:
        picture = cv2.imread(str(file.with_suffix(".png")), cv2.IMREAD_UNCHANGED)
        if picture is None:
            picture = cv2.imread(str(file.with_suffix(".jpg")))
        parts = cv2.imread(str(file.with_suffix("")) + ".parts.png", cv2.IMREAD_GRAYSCALE)
        if picture.shape[2] == 4:
            cover = picture[..., 3:] / 255.0
            picture = (picture[..., :3] * cover + 255 * (1 - cover)).astype(np.uint8)
        shown = np.full(picture.shape, 255, np.uint8)
        known = parts < 7
        shown[known] = COLOURS[parts[known]]
        laid = (picture * 0.5 + shown * 0.5).astype(np.uint8)
        scale = 150 / max(picture.shape[:2])
        laid = cv2.resize(laid, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        for point in json.loads(file.read_text())["points"].values():
            cv2.circle(laid, tuple(int(round(v * scale)) for v in point), 1, (0, 0, 0), -1)
        cell = np.full((150, 300, 3), 255, np.uint8)
        cell[: small.shape[0], : small.shape[1]] = small
        cell[: laid.shape[0], 150: 150 + laid.shape[1]] = laid
        cells.append(cell)
    while len(cells) % 4:
        cells.append(np.full((150, 300, 3), 255, np.uint8))
    cv2.imwrite(out, np.vstack([np.hstack(cells[i:i + 4]) for i in range(0, len(cells), 4)]))


main()
