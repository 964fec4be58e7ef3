"""Paints with ONNX Runtime: the generator of a model that utsushi exported, written as ONNX from
the PyTorch twin.

    python bench/pytorch/painting.py export MODEL FILE.onnx
    python bench/pytorch/painting.py paint FILE.onnx CODE CONTENT OUT
    python bench/pytorch/painting.py time FILE.onnx CODE CONTENT OUT

CODE is the style code that `examples/painting` writes. `time` prints the median of seven runs of
the session in seconds, the picture already in memory; `paint` is a whole process.
"""

import statistics
import sys
import time

import numpy as np


def export(model, file):
    import pathlib

    import torch
    from safetensors.torch import load_file

    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    import twin

    twin.PAINTING = True
    weights = {name.removeprefix("networks."): value.float() for name, value in load_file(model).items()}

    class Generator(torch.nn.Module):
        def forward(self, picture, code):
            return twin.decode(weights, twin.encode(weights, picture), code)

    example = (torch.zeros(1, 3, 128, 128), torch.zeros(1, twin.STAGES, twin.code_length(weights)))
    sides = {2: torch.export.Dim.DYNAMIC, 3: torch.export.Dim.DYNAMIC}
    torch.onnx.export(Generator().eval(), example, file, dynamo=True, external_data=False, opset_version=18,
                      input_names=["picture", "code"], output_names=["painted"],
                      dynamic_shapes=(sides, None))


def prepare(file, code, content):
    import onnxruntime
    from PIL import Image

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    pixels = np.asarray(Image.open(content).convert("RGB"), dtype=np.float32) / 127.5 - 1
    return session, {"picture": np.ascontiguousarray(pixels.transpose(2, 0, 1)[None]),
                     "code": np.loadtxt(code, dtype=np.float32).reshape(1, 4, -1)}


def save(painted, out):
    from PIL import Image

    pixels = np.rint((painted[0].transpose(1, 2, 0) + 1) * 127.5).clip(0, 255)
    Image.fromarray(pixels.astype(np.uint8)).save(out)


def main():
    command, file, *rest = sys.argv[1:]
    if command == "export":
        return export(file, rest[0])
    session, inputs = prepare(file, *rest[:2])
    painted = session.run(None, inputs)[0]
    if command == "time":
        times = []
        for _ in range(7):
            start = time.perf_counter()
            session.run(None, inputs)
            times.append(time.perf_counter() - start)
        print(f"{statistics.median(times):.4f}")
    save(painted, rest[2])


main()
