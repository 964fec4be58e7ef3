"""Writes what ONNX Runtime makes of a drawn picture, at 240 evenly spread places:

    python crates/utsushi/tests/generate_fixtures.py AnimeGANv3_tiny_Cute.onnx

The network is under terms of its own and not part of the project; the numbers say nothing of it.
"""

import json
import pathlib
import sys

import numpy as np
import onnxruntime

HEIGHT, WIDTH, COUNT = 160, 192, 240
row, column, channel = np.meshgrid(np.arange(HEIGHT), np.arange(WIDTH), np.arange(3), indexing="ij")
picture = np.sin(0.11 * row + 0.07 * column + channel).astype(np.float32)[None]
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
painted = session.run(None, {session.get_inputs()[0].name: picture})[0]
samples = painted.ravel()[:: painted.size // COUNT]
out = pathlib.Path(__file__).parent / "fixtures/animegan.json"
out.write_text(json.dumps([round(float(value), 6) for value in samples]))
