"""Writes fixtures/networks.json: what the PyTorch twin of the networks computes with weights and
pictures made by a formula, for `parity.rs` to compare with.

    python crates/model/tests/generate_fixtures.py names.txt

`names.txt` has a line `network name extent extent …` for each parameter; `parity.rs` prints it
when UTSUSHI_PRINT_NAMES is set:

    UTSUSHI_PRINT_NAMES=1 cargo test --release -p utsushi-model --test parity -- --nocapture
"""

import json
import math
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE / "../../../bench/pytorch"))
import twin  # noqa: E402


def formula(name, count):
    """Numbers in −1…1 that depend on the name: sin of a sequence, computed in double."""
    seed = sum((index + 1) * byte for index, byte in enumerate(name.encode())) % 1009
    return [math.sin(seed + 1.7 * index + 0.1) for index in range(count)]


def tensor(name, shape, scale=1.0):
    values = formula(name, math.prod(shape))
    return torch.tensor(values, dtype=torch.float64).reshape(shape) * scale


def weight(name, shape):
    fan_in = math.prod(shape[:-1]) if len(shape) > 1 else 4
    if name.endswith("right"):
        vector = tensor(name, shape)
        return vector / vector.norm()
    return tensor(name, shape, fan_in**-0.5)


networks = {}
for line in open(sys.argv[1]):
    network, name, *extents = line.split()
    networks.setdefault(network, {})[name] = weight(name, [int(extent) for extent in extents])

painter = networks["painter"]
picture = tensor("picture", [2, 24, 16, 3]).permute(0, 3, 1, 2)
painting = tensor("painting", [2, 16, 32, 3]).permute(0, 3, 1, 2)
labels = torch.tensor([2, 0])
codes = twin.style_codes(painter, painting)
outputs = {
    "style_codes": codes,
    "drawn_codes": twin.drawn_codes(painter, tensor("noise", [2, 4]), labels),
    "content": twin.encode(painter, picture)[0].permute(0, 2, 3, 1),
    "painted": twin.decode(painter, twin.encode(painter, picture), codes).permute(0, 2, 3, 1),
    "pixel_logits": twin.pixel_logits(networks["pixel"], picture, labels),
}
sides = {"a": (5, 8), "b": (7, 4), "c": (9, 3), "d": (6, 2)}
taps = [tensor(f"tap-{key}", [2, side, side, channels]).permute(0, 3, 1, 2)
        for key, (channels, side) in sides.items()]
outputs["projected_logits"] = twin.projected_logits(networks["projected"], taps, labels)

written = {name: [round(value, 8) for value in output.flatten().tolist()]
           for name, output in outputs.items()}
(HERE / "fixtures/networks.json").write_text(json.dumps(written) + "\n")
