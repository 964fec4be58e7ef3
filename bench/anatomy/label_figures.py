"""Figures that are cut out already: labels for `train_anatomy` that say what is ground.

    python label_figures.py OUT FOLDER... [--limit N]

What is transparent is ground (0), what covers is unknown (255), since it may be any part.
"""

import argparse
import hashlib
import json
from pathlib import Path

import cv2
import numpy as np

FIGURE = 255


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--limit", type=int, default=10**9)
    arguments = parser.parse_args()
    for folder in arguments.folders:
        files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".png", ".webp"))
        files = files[:: max(1, len(files) // arguments.limit)] if arguments.limit < len(files) else files
        out = arguments.out / folder.name
        out.mkdir(parents=True, exist_ok=True)
        kept = 0
        for path in files:
            picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            if picture is None or picture.ndim < 3 or picture.shape[2] < 4:
                continue
            longest = max(picture.shape[:2])
            if longest > 320:
                picture = cv2.resize(picture, None, fx=320 / longest, fy=320 / longest, interpolation=cv2.INTER_AREA)
            alpha = picture[..., 3]
            share = (alpha > 127).mean()
            if not 0.03 < share < 0.97:
                continue
            parts = np.where(alpha > 160, FIGURE, np.where(alpha < 96, 0, 255)).astype(np.uint8)
            name = path.stem
            held = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 20 == 0
            cv2.imwrite(str(out / f"{name}.png"), picture)
            cv2.imwrite(str(out / f"{name}.parts.png"), parts)
            (out / f"{name}.json").write_text(json.dumps({"face": None, "points": {}, "held_out": held, "weight": 1.0}))
            kept += 1
        print(folder.name, kept, "of", len(files), flush=True)


if __name__ == "__main__":
    main()
