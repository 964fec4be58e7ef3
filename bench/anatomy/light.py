"""Even light on the faces of labelled pictures, as drawn faces have it: `python light.py LABELLED OUT [--seed N]`.

To be repainted by a model afterwards. The skin's large shades are weakened and brought to the tone of drawn skin,
what is small stays, and eyes are given the whole range from dark to light; two pictures of three are lit so.
"""

import argparse
import shutil
from pathlib import Path

import cv2
import numpy as np

SKIN, EYES, BROWS, MOUTH = 2, 3, 4, 5
BRIGHT = 90.0


def lit(picture, parts, kept):
    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    light = lab[..., 0]
    inside = parts == SKIN
    if inside.sum() < 40:
        return picture
    skin = inside.astype(np.float32)
    wide = np.sqrt(skin.sum() / 1.2)
    soft = cv2.GaussianBlur(skin, (0, 0), max(1, wide * 0.015))
    weight = cv2.GaussianBlur(skin, (0, 0), wide * 0.12) + 1e-3
    large = lambda values: cv2.GaussianBlur(values * skin, (0, 0), wide * 0.12) / weight
    middle = np.quantile(light[inside], 0.65)
    new = BRIGHT + kept * (large(light) - middle) + 0.8 * (light - large(light))
    for channel in (1, 2):
        values = lab[..., channel]
        median = np.median(values[inside])
        wanted = median + kept * (large(values) - median) + 0.5 * (values - large(values))
        lab[..., channel] = values + soft * (wanted - values)
    result = light + soft * (new - light)
    for part in (EYES, BROWS, MOUTH):
        count, pieces = cv2.connectedComponents((parts == part).astype(np.uint8))
        for piece in range(1, count):
            own = pieces == piece
            ring = (cv2.dilate(own.astype(np.uint8), np.ones((9, 9))) > 0) & inside
            if own.sum() < 4 or not ring.any():
                continue
            values = light + new[ring].mean() - light[ring].mean()
            if part == EYES:
                dark, bright = np.quantile(values[own], [0.03, 0.97])
                values = 12 + (values - dark) / max(bright - dark, 8) * 80
            edge = cv2.GaussianBlur(own.astype(np.float32), (0, 0), 1.0)
            result = result + edge * (np.clip(values, 0, 100) - result)
    lab[..., 0] = np.clip(result, 0, 100)
    return np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2BGR) * 255, 0, 255).astype(np.uint8)


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
        labels = str(file.with_suffix("")) + ".parts.png"
        if dice.random() < 2 / 3:
            picture = lit(picture, cv2.imread(labels, cv2.IMREAD_GRAYSCALE), dice.uniform(0.2, 0.7))
        cv2.imwrite(str(arguments.out / f"{file.stem}.png"), picture)
        shutil.copy(labels, arguments.out)
        shutil.copy(file, arguments.out)


if __name__ == "__main__":
    main()
