"""Pictures that the program labels itself, as far as it is sure: for `train_anatomy`, in a second round.

    python label_by_network.py PROGRAM FOLDER OUT

Pictures with one face alone are taken. Where a picture has alpha, it has the last word on what is ground. Landmarks
that the program is not sure of are left out.
"""

import glob
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

SURE = 0.5


def main():
    program, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    told = subprocess.run([program, "landmarks", str(folder), "--json"], check=True, capture_output=True, text=True)
    faces = {Path(found["file"]): found.get("faces", []) for found in map(json.loads, told.stdout.splitlines())}
    with tempfile.TemporaryDirectory() as maps:
        subprocess.run([program, "segment", str(folder), "-o", maps], check=True, capture_output=True)
        for source, (face,) in ((source, found) for source, found in faces.items() if len(found) == 1):
            write(source, face, next(Path(maps).glob(glob.escape(source.stem) + ".*")), out / source.stem)


def write(source, face, parts, target):
    """The picture, its parts and its label, as `train_anatomy` reads them."""
    numbers = np.array(Image.open(parts))  # of the palette, not its colours
    picture = cv2.imread(str(source), cv2.IMREAD_UNCHANGED)
    if picture.ndim == 3 and picture.shape[2] == 4:
        alpha = picture[..., 3]
        numbers[(alpha >= 96) & (numbers == 0)] = 255
        numbers[alpha < 96] = 0
    cv2.imwrite(str(target) + ".parts.png", numbers)
    cv2.imwrite(str(target) + ".png", picture)
    points = {name: place[:2] for name, place in face["points"].items() if place[2] > SURE}
    held = int(hashlib.sha256(source.stem.encode()).hexdigest(), 16) % 20 == 0
    label = {"face": face["box"], "points": points, "held_out": held, "weight": 0.6}
    Path(str(target) + ".json").write_text(json.dumps(label))


if __name__ == "__main__":
    main()
