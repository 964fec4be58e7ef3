"""Boxes of faces in pictures, by a detector that others trained: labels for `train_faces`.

    python label.py DETECTOR.onnx OUT.jsonl [--each 1000] ZIP...

The detector is a FaceBoxes network (Zhang et al. 2017) with the inputs and outputs of its common
export: `[1, 3, height, width]`, blue first, less the means 104, 117 and 123; offsets `[1, boxes, 4]`
and probabilities `[1, boxes, 2]`. A picture stands in the middle of a grey canvas, since faces that
touch the border are missed.

The detector finds heads with their hair. The face, from the forehead to the chin, is a fixed part of
that box: the one that falls, in the median over the sets of `configs/sets.toml`, where faces stand in
pictures prepared with it (six tenths of the width, the chin at five sixths).

A line for each picture: {"source", "member", "split", "score", "head", "face"}, boxes as [left, top,
right, bottom] in fractions of the width and height, null where no head was found. The split follows
from the hash of the file, a twentieth being held out.
"""

import argparse
import hashlib
import io
import json
import zipfile
from itertools import product
from math import ceil
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

CANVAS = 288
# Longest side of the picture on the canvas, and whether it is mirrored: what one view misses,
# another may show.
VIEWS = ((208, False), (208, True), (140, False))
LEAST = 0.5
# Left, top, right and bottom of the face in fractions of the head's box.
FACE = (0.2275, 0.345, 0.7725, 0.886)


def priors(size):
    """Default boxes `[n, 4]` as centre and size in pixels (section 3.3 of the paper)."""
    boxes = []
    for step, sizes in ((32, (32, 64, 128)), (64, (256,)), (128, (512,))):
        cells = ceil(size / step)
        for row, column in product(range(cells), repeat=2):
            for side in sizes:
                dense = {32: (0, 0.25, 0.5, 0.75), 64: (0, 0.5)}.get(side, (0.5,))
                for down, across in product(dense, repeat=2):
                    boxes.append([(column + across) * step, (row + down) * step, side, side])
    return np.array(boxes, np.float32)


class Detector:
    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.priors = priors(CANVAS)

    def find(self, picture):
        """The likeliest face: box in fractions of the picture, and its probability."""
        return max((self.look(picture, *view) for view in VIEWS), key=lambda found: found[1])

    def look(self, picture, shown, mirrored):
        if mirrored:
            (left, top, right, bottom), score = self.look(picture.transpose(Image.FLIP_LEFT_RIGHT), shown, False)
            return [round(1 - right, 4), top, round(1 - left, 4), bottom], score
        scale = shown / max(picture.size)
        width, height = (max(1, round(side * scale)) for side in picture.size)
        left, top = (CANVAS - width) // 2, (CANVAS - height) // 2
        canvas = Image.new("RGB", (CANVAS, CANVAS), (128, 128, 128))
        canvas.paste(picture.resize((width, height), Image.LANCZOS), (left, top))
        values = np.asarray(canvas, np.float32)[..., ::-1] - np.array([104, 117, 123], np.float32)
        given = {self.session.get_inputs()[0].name: np.ascontiguousarray(values.transpose(2, 0, 1))[None]}
        offsets, scores = self.session.run(["loc", "conf"], given)
        best = int(scores[0, :, 1].argmax())
        prior, offset = self.priors[best], offsets[0, best]
        centre = prior[:2] + offset[:2] * 0.1 * prior[2:]
        half = prior[2:] * np.exp(offset[2:] * 0.2) / 2
        corners = np.concatenate([centre - half, centre + half])
        box = (corners - np.array([left, top] * 2)) / np.array([width, height] * 2)
        return [round(float(v), 4) for v in box], round(float(scores[0, best, 1]), 4)


def face_of(head):
    """The face's box in that of its head."""
    left, top, right, bottom = head
    width, height = right - left, bottom - top
    return [round(v, 4) for v in (left + FACE[0] * width, top + FACE[1] * height,
                                  left + FACE[2] * width, top + FACE[3] * height)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("detector", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("zips", type=Path, nargs="+")
    parser.add_argument("--each", type=int, default=1000, help="pictures of each zip, evenly spaced")
    options = parser.parse_args()
    detector = Detector(options.detector)
    with options.out.open("w") as out:
        for path in options.zips:
            archive = zipfile.ZipFile(path)
            members = sorted(name for name in archive.namelist() if name.lower().endswith((".jpg", ".png")))
            members = [members[i * len(members) // options.each] for i in range(options.each)] \
                if len(members) > options.each else members
            found = []
            for member in members:
                data = archive.read(member)
                head, score = detector.find(Image.open(io.BytesIO(data)).convert("RGB"))
                held_out = int(hashlib.sha256(data).hexdigest()[:8], 16) < 0.05 * 2**32
                if score >= LEAST:
                    found.append(head)
                out.write(json.dumps({"source": path.stem, "member": member,
                                      "split": "validation" if held_out else "train", "score": score,
                                      "head": head if score >= LEAST else None,
                                      "face": face_of(head) if score >= LEAST else None}) + "\n")
            out.flush()
            middle = np.median(found, axis=0).round(4).tolist() if found else None
            print(f"{path.stem}: {len(found)} of {len(members)} found, median head {middle}", flush=True)


if __name__ == "__main__":
    main()
