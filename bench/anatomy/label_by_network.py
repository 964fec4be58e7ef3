"""Pictures that the program labels itself, as far as it is sure: for `train_anatomy`, in a second round.

    python label_by_network.py PROGRAM FOLDER OUT

Pictures with one face alone are taken. Where a picture has alpha, it has the last word on what is ground. Landmarks
that the program is not sure of are left out.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

SURE = 0.5


def main():
    program, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    told = subprocess.run([program, "landmarks", str(folder), "--json"], check=True, capture_output=True, text=True)
    for line in told.stdout.splitlines():
        found = json.loads(line)
        if len(found.get("faces", [])) != 1:
            continue
        source, (face,) = Path(found["file"]), found["faces"]
        target = out / source.stem
        parts = str(target) + ".parts.png"
        subprocess.run([program, "segment", str(source), "-o", parts, "--force"], check=True, capture_output=True)
        picture = cv2.imread(str(source), cv2.IMREAD_UNCHANGED)
        # The numbers of the palette, not its colours.
        numbers = np.array(Image.open(parts))
        if picture.ndim == 3 and picture.shape[2] == 4:
            alpha = picture[..., 3]
            numbers[(alpha >= 96) & (numbers == 0)] = 255
            numbers[alpha < 96] = 0
        cv2.imwrite(parts, numbers)
        cv2.imwrite(str(target) + ".png", picture)
        points = {name: place[:2] for name, place in face["points"].items() if place[2] > SURE}
        held = int(hashlib.sha256(source.stem.encode()).hexdigest(), 16) % 20 == 0
        label = {"face": face["box"], "points": points, "held_out": held, "weight": 0.6}
        Path(str(target) + ".json").write_text(json.dumps(label))


if __name__ == "__main__":
    main()
