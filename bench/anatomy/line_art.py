"""Labelled pictures as line art: `python line_art.py LABELLED OUT [--seed N]`.

Lines are where a picture is darker than around it (the extended difference of Gaussians of Winnemöller et al. 2012),
thin or thick, black or grey, on white, on paper or on nothing; the labels stay.
"""

import argparse
import shutil
from pathlib import Path

import cv2
import numpy as np


def line_art(picture, dice):
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32) / 255
    sigma = dice.uniform(0.6, 1.6) * max(picture.shape[:2]) / 256
    blurred = lambda scale: cv2.GaussianBlur(grey, (0, 0), sigma * scale)
    difference = blurred(1.0) - dice.uniform(0.97, 0.99) * blurred(1.6) - dice.uniform(-0.002, 0.006)
    lines = np.where(difference > 0, 1, 1 + np.tanh(dice.uniform(20, 120) * difference))
    if dice.random() < 0.3:
        # Black where the picture is nearly black: filled areas, as pupils are.
        lines = np.minimum(lines, np.clip((grey - 0.08) * 12, 0, 1))
    ink = dice.uniform(0, 0.45) * np.ones(3) + (dice.random() < 0.3) * dice.uniform(0, 0.3, 3)
    paper = np.ones(3) if dice.random() < 0.7 else dice.uniform(0.8, 1, 3)
    drawn = ink + lines[..., None] * (paper - ink)
    if dice.random() < 0.3:
        drawn = drawn + dice.normal(0, 0.02, drawn.shape)
    return np.clip(drawn * 255, 0, 255).astype(np.uint8)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for index, file in enumerate(sorted(arguments.labelled.rglob("*.json"))):
        dice = np.random.default_rng([arguments.seed, index])
        picture = cv2.imread(str(file.with_suffix(".png")))
        cv2.imwrite(str(arguments.out / f"{file.stem}.png"), line_art(picture, dice))
        shutil.copy(str(file.with_suffix("")) + ".parts.png", arguments.out)
        shutil.copy(file, arguments.out)


if __name__ == "__main__":
    main()
