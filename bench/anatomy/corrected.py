"""The pictures whose parts and landmarks were corrected by hand, as `train_anatomy` reads them.

    python corrected.py DATA OUT [--weight 6]

DATA is the folder of the sets' archives (`photo.zip`, `tv-cel.zip`, …), which are not part of this project.
`corrected.zip` beside this file holds what was drawn and no picture: maps of parts (0 to 6 as `utsushi segment` has
them, 7 where nothing is known), faces and points, and where each picture is from. None of them is held out in any set,
or among those of `hand.jsonl`.
"""

import argparse
import io
import json
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

# The longer side that pictures were labelled at, and what lay below transparent ones.
LARGEST = 288
GROUND = (200, 200, 200, 255)
UNKNOWN = 7


def picture_of(archive, name):
    member = next(member for member in archive.namelist() if member.rsplit("/", 1)[-1] == name)
    picture = Image.open(io.BytesIO(archive.read(member))).convert("RGBA")
    ground = Image.new("RGBA", picture.size, GROUND)
    ground.alpha_composite(picture)
    picture = ground.convert("RGB")
    if max(picture.size) > LARGEST:
        scale = LARGEST / max(picture.size)
        picture = picture.resize([round(side * scale) for side in picture.size], Image.LANCZOS)
    return picture


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--weight", type=float, default=6.0)
    args = parser.parse_args()
    labels = zipfile.ZipFile(Path(__file__).with_name("corrected.zip"))
    sets = {}
    for line in labels.read("index.jsonl").decode().splitlines():
        label = json.loads(line)
        style = label["style"]
        if style not in sets:
            sets[style] = zipfile.ZipFile(args.data / f"{style}.zip")
        parts = np.array(Image.open(io.BytesIO(labels.read(label["file"]))))
        picture = picture_of(sets[style], label["source"])
        if picture.size != parts.shape[::-1]:
            raise SystemExit(f"{style}/{label['source']}: {picture.size} pixels, its parts {parts.shape[::-1]}")
        folder = args.out / style
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / Path(label["file"]).stem
        picture.save(f"{target}.png")
        Image.fromarray(np.where(parts == UNKNOWN, 255, parts).astype(np.uint8)).save(f"{target}.parts.png")
        kept = {"face": label["face"], "points": label["points"], "held_out": False, "weight": args.weight}
        Path(f"{target}.json").write_text(json.dumps(kept))


if __name__ == "__main__":
    main()
