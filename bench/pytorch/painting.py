"""Paints with other runtimes: the generator of a model that utsushi exported, in the PyTorch twin, and
written as ONNX from there.

    python bench/pytorch/painting.py export MODEL FILE.onnx
    python bench/pytorch/painting.py paint FILE.onnx CODE CONTENT OUT
    python bench/pytorch/painting.py time RUNTIME FILE.onnx CODE CONTENT OUT

CODE is the style code that `examples/painting` writes. `paint` is a whole process with ONNX Runtime. `time`
prints the median of seven runs in seconds, the picture already in memory; RUNTIME is one of

    onnxruntime
    openvino, openvino-bf16
    mnn                                 FILE.onnx converted by its own tool
    pytorch, pytorch-compiled           MODEL in the place of FILE.onnx
    pytorch-bf16, pytorch-compiled-bf16 the same
"""

import pathlib
import statistics
import subprocess
import sys
import time

import numpy as np

THREADS = 2


def generator(model):
    """The twin of a model's generator, a module of picture and code."""
    import torch
    from safetensors.torch import load_file

    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    import twin

    twin.PAINTING = True
    weights = {name.removeprefix("networks."): value.float() for name, value in load_file(model).items()}

    class Generator(torch.nn.Module):
        def forward(self, picture, code):
            return twin.decode(weights, twin.encode(weights, picture), code)

    return Generator().eval(), twin, weights


def export(model, file):
    import torch

    network, twin, weights = generator(model)
    example = (torch.zeros(1, 3, 128, 128), torch.zeros(1, twin.STAGES, twin.code_length(weights)))
    sides = {2: torch.export.Dim.DYNAMIC, 3: torch.export.Dim.DYNAMIC}
    torch.onnx.export(network, example, file, dynamo=True, external_data=False, opset_version=18,
                      input_names=["picture", "code"], output_names=["painted"],
                      dynamic_shapes=(sides, None))


def inputs(code, content):
    """The picture, `[1, 3, height, width]`, −1…1, and the style code, `[1, stages, length]`."""
    from PIL import Image

    pixels = np.asarray(Image.open(content).convert("RGB"), dtype=np.float32) / 127.5 - 1
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None]), np.loadtxt(code, dtype=np.float32).reshape(1, 4, -1)


def with_onnxruntime(file, picture, code):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"picture": picture, "code": code})[0]


def with_openvino(file, picture, code, precision):
    import openvino

    core = openvino.Core()
    model = core.read_model(file)
    model.reshape({"picture": list(picture.shape), "code": list(code.shape)})
    request = core.compile_model(model, "CPU", {
        "INFERENCE_NUM_THREADS": THREADS, "INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "LATENCY",
    }).create_infer_request()
    return lambda: next(iter(request.infer({"picture": picture, "code": code}).values()))


def with_mnn(file, picture, code):
    import MNN.expr as expr
    import MNN.nn as nn

    converted = str(pathlib.Path(file).with_suffix(".mnn"))
    tool = pathlib.Path(sys.executable).parent / "mnnconvert"
    subprocess.run([tool, "-f", "ONNX", "--modelFile", file, "--MNNModel", converted, "--bizCode", "utsushi"],
                   check=True, capture_output=True)
    runtime = nn.create_runtime_manager(({"backend": "CPU", "numThread": THREADS},))
    network = nn.load_module_from_file(converted, ["picture", "code"], ["painted"], runtime_manager=runtime)
    tensor = lambda array: expr.const(array, list(array.shape), expr.NCHW)
    return lambda: np.array(network.forward([tensor(picture), tensor(code)])[0].read())


def with_pytorch(model, picture, code, compiled, bf16):
    import torch

    torch.set_num_threads(THREADS)
    network, _, _ = generator(model)
    picture = torch.from_numpy(picture).to(memory_format=torch.channels_last)
    code = torch.from_numpy(code)
    run = torch.compile(network) if compiled else network

    def paint():
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            return run(picture, code).float().numpy()

    return paint


RUNTIMES = {
    "onnxruntime": with_onnxruntime,
    "openvino": lambda *given: with_openvino(*given, "f32"),
    "openvino-bf16": lambda *given: with_openvino(*given, "bf16"),
    "mnn": with_mnn,
    "pytorch": lambda *given: with_pytorch(*given, False, False),
    "pytorch-bf16": lambda *given: with_pytorch(*given, False, True),
    "pytorch-compiled": lambda *given: with_pytorch(*given, True, False),
    "pytorch-compiled-bf16": lambda *given: with_pytorch(*given, True, True),
}


def save(painted, out):
    from PIL import Image

    pixels = np.rint((painted[0].transpose(1, 2, 0) + 1) * 127.5).clip(0, 255)
    Image.fromarray(pixels.astype(np.uint8)).save(out)


def main():
    command, *rest = sys.argv[1:]
    if command == "export":
        return export(*rest)
    runtime = rest.pop(0) if command == "time" else "onnxruntime"
    file, code, content, out = rest
    paint = RUNTIMES[runtime](file, *inputs(code, content))
    painted = paint()
    if command == "time":
        times = []
        for _ in range(7):
            start = time.perf_counter()
            paint()
            times.append(time.perf_counter() - start)
        print(f"{statistics.median(times):.4f}")
    save(painted, out)


main()
