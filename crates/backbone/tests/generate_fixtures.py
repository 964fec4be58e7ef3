"""Reference values for crates/backbone, computed with PyTorch.

    python generate_fixtures.py                         # fixtures/formula.safetensors
    python generate_fixtures.py --lite2                 # fixtures/formula-lite2.safetensors
    python generate_fixtures.py --weights LITE0.pth     # fixtures/published.safetensors

`formula.safetensors` holds the four taps of EfficientNet-Lite0 with weights and a picture that
a formula gives on both sides (`numbers` here, `src/formula.rs` there), so no weights are kept.
`published.safetensors` holds the mean of each channel of each tap with the published weights,
for a picture by the same formula. `formula-lite2.safetensors` holds those means for
EfficientNet-Lite2 with weights by the formula.

The network is written out with torch.nn.functional in the published layout: channels first,
weights out-in-height-width, batch normalisation apart, TensorFlow's "SAME" padding.
"""

import argparse
import json
import struct
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

STAGES = [
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
]
TAPS = [2, 4, 10, 15]
# As the published file of Lite2 is shaped: a tenth wider, and deeper within.
LITE2_STAGES = [
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 3),
    (5, 2, 6, 48, 3),
    (3, 2, 6, 88, 4),
    (5, 1, 6, 120, 4),
    (5, 2, 6, 208, 5),
    (3, 1, 6, 352, 1),
]
LITE2_TAPS = [3, 6, 14, 20]


def name_seed(name):
    """64-bit FNV-1a of the name's bytes."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


def numbers(name, count):
    """`count` numbers in 0…1, exact in f32: SplitMix64 at name_seed + index."""
    with np.errstate(over="ignore"):
        z = np.uint64(name_seed(name)) + np.arange(count, dtype=np.uint64)
        z = (z + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(40)).astype(np.float64) / 2**24).astype(np.float32)


def formula_parameter(name, shape):
    """Ranges that keep the activations of a deep network near 1."""
    count = int(np.prod(shape))
    u = numbers(name, count)
    if len(shape) == 4:
        reach = np.float32(np.sqrt(6.0 / (shape[1] * shape[2] * shape[3])))
        values = (u * np.float32(2) - np.float32(1)) * reach
    elif name.endswith("running_mean") or name.endswith("bias"):
        values = (u - np.float32(0.5)) * np.float32(0.5)
    else:  # gain and variance
        values = u + np.float32(0.5)
    return torch.from_numpy(values.reshape(shape))


def formula_picture(name, batch, height, width):
    """Channels last, −1…1."""
    u = numbers(name, batch * height * width * 3)
    return (u * np.float32(2) - np.float32(1)).reshape(batch, height, width, 3)


class Formula(dict):
    """Parameters made when they are asked for."""

    def get_shaped(self, name, shape):
        return formula_parameter(name, shape)


class Published(dict):
    def get_shaped(self, name, shape):
        tensor = self[name]
        assert tuple(tensor.shape) == tuple(shape), (name, tensor.shape, shape)
        return tensor


def same(x, kernel, stride):
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


def layer(x, parameters, weight, norm, shape, stride=1, groups=1, relu=True):
    w = parameters.get_shaped(weight + ".weight", shape)
    x = F.conv2d(same(x, shape[2], stride), w, stride=stride, groups=groups)
    gain, offset, mean, variance = (
        parameters.get_shaped(f"{norm}.{part}", (shape[0],))
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    x = F.batch_norm(x, mean, variance, gain, offset, training=False, eps=1e-3)
    return F.relu6(x) if relu else x


def forward(parameters, picture, stages=STAGES, tap_blocks=TAPS):
    """Taps of a channels-last picture in −1…1, channels last."""
    x = torch.from_numpy(picture).permute(0, 3, 1, 2)
    x = ((x * 127.5 + 127.5) - 127) / 128
    x = layer(x, parameters, "_conv_stem", "_bn0", (32, 3, 3, 3), stride=2)
    taps, index, channels = [], 0, 32
    for kernel, first_stride, expansion, output, count in stages:
        for repeat in range(count):
            stride = first_stride if repeat == 0 else 1
            start, hidden, y = f"_blocks.{index}.", channels * expansion, x
            if expansion != 1:
                shape = (hidden, channels, 1, 1)
                y = layer(y, parameters, start + "_expand_conv", start + "_bn0", shape)
            shape = (hidden, 1, kernel, kernel)
            y = layer(
                y, parameters, start + "_depthwise_conv", start + "_bn1", shape, stride, hidden
            )
            shape = (output, hidden, 1, 1)
            y = layer(y, parameters, start + "_project_conv", start + "_bn2", shape, relu=False)
            x = x + y if stride == 1 and channels == output else y
            channels = output
            if index in tap_blocks:
                taps.append(x.permute(0, 2, 3, 1).contiguous().numpy())
            index += 1
    return taps


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, values in tensors.items():
        block = values.astype("<f4").tobytes()
        header[name] = {
            "dtype": "F32",
            "shape": list(values.shape),
            "data_offsets": [len(data), len(data) + len(block)],
        }
        data += block
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    Path(path).write_bytes(struct.pack("<Q", len(text)) + text + data)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", help="the published .pth file")
    parser.add_argument("--picture", help="with --weights: .npy of f32 [b, h, w, 3] in −1…1")
    parser.add_argument("--out", help="with --picture: where the full taps go (.safetensors)")
    parser.add_argument("--lite2", action="store_true", help="EfficientNet-Lite2 by the formula")
    arguments = parser.parse_args()
    folder = Path(__file__).parent / "fixtures"
    with torch.no_grad():
        if arguments.lite2:
            picture = formula_picture("picture", 1, 33, 47)
            taps = forward(Formula(), picture, LITE2_STAGES, LITE2_TAPS)
            means = {f"tap{i}": tap.mean(axis=(0, 1, 2)) for i, tap in enumerate(taps)}
            write_safetensors(folder / "formula-lite2.safetensors", means)
            return
        if arguments.weights is None:
            # Odd sides: the padding differs between top and bottom, and between layers.
            taps = forward(Formula(), formula_picture("picture", 1, 33, 47))
            tensors = {f"tap{index}": tap for index, tap in enumerate(taps)}
            write_safetensors(folder / "formula.safetensors", tensors)
            print([float(tap.std()) for tap in taps])
            return
        published = Published(torch.load(arguments.weights, weights_only=True, map_location="cpu"))
        if arguments.picture:
            taps = forward(published, np.load(arguments.picture))
            write_safetensors(arguments.out, {f"tap{i}": tap for i, tap in enumerate(taps)})
            return
        taps = forward(published, formula_picture("picture", 1, 64, 96))
        means = {f"tap{i}": tap.mean(axis=(0, 1, 2)) for i, tap in enumerate(taps)}
        write_safetensors(folder / "published.safetensors", means)


if __name__ == "__main__":
    main()
