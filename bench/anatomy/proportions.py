"""Labelled photographs with the proportions of drawn faces: larger eyes, a smaller nose, mouth and chin.

    python proportions.py LABELLED OUT [--seed N]

To be repainted by a model afterwards. Each picture is warped smoothly: around a centre it is enlarged or
made smaller, less and less towards the edge of a circle. Parts and landmarks are carried along.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np


def scaled_round(centre, radius, scale, grid):
    """Where each pixel of the result comes from: enlarged `scale` times at the centre of a circle."""
    away = grid - centre
    distance = np.linalg.norm(away, axis=-1, keepdims=True) / radius
    bell = np.where(distance < 1, (1 - np.clip(distance, 0, 1) ** 2) ** 2, 0)
    return grid - away * bell * (1 - 1 / scale)


def moved(centre, radius, by, grid):
    distance = np.linalg.norm(grid - centre, axis=-1, keepdims=True) / radius
    bell = np.where(distance < 1, (1 - np.clip(distance, 0, 1) ** 2) ** 2, 0)
    return grid - by * bell


def warped(dice, picture, parts, points, wide):
    height, width = parts.shape
    place = {name: np.array(at, float) for name, at in points.items()}
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float64)
    grid = np.stack([xs, ys], -1)
    eyes, nose, mouth = dice.uniform(1.2, 2.1), dice.uniform(0.62, 0.95), dice.uniform(0.65, 1.0)
    up = place["nose"] - place["chin"]
    up = up / np.linalg.norm(up) * wide * dice.uniform(0.0, 0.16)
    source = grid
    for name, radius, scale in (("left_eye", 0.36, eyes), ("right_eye", 0.36, eyes), ("nose", 0.28, nose), ("mouth", 0.34, mouth)):
        source = scaled_round(place[name], wide * radius, scale, source)
    source = moved(place["chin"], wide * 0.7, up, source)
    source = source.astype(np.float32)
    picture = cv2.remap(picture, source[..., 0], source[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    parts = cv2.remap(parts, source[..., 0], source[..., 1], cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    carried = {}
    for name, at in place.items():
        # The inverse, by looking for the pixel that comes from there.
        distance = ((source - at) ** 2).sum(-1)
        row, column = np.unravel_index(distance.argmin(), distance.shape)
        carried[name] = [float(column), float(row)]
    return picture, parts, carried


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for index, file in enumerate(sorted(arguments.labelled.rglob("*.json"))):
        dice = np.random.default_rng([arguments.seed, index])
        label = json.loads(file.read_text())
        points = label["points"]
        if len(points) < 25:
            continue
        picture = cv2.imread(str(file.with_suffix(".png")))
        parts = cv2.imread(str(file.with_suffix("")) + ".parts.png", cv2.IMREAD_GRAYSCALE)
        wide = np.linalg.norm(np.subtract(points["face_left"], points["face_right"]))
        picture, parts, points = warped(dice, picture, parts, points, wide)
        label["points"] = points
        name = f"{file.stem}-{arguments.seed}"
        cv2.imwrite(str(arguments.out / f"{name}.png"), picture)
        cv2.imwrite(str(arguments.out / f"{name}.parts.png"), parts)
        (arguments.out / f"{name}.json").write_text(json.dumps(label))


if __name__ == "__main__":
    main()
