"""Model files and discriminator files of the program, read and written.

    python bench/pytorch/files.py IN OUT

writes a file of discriminators, or the frozen network, in 16 bits and without the optimizers'
moments, for where little can be carried: 3 MB in place of 44, 6 in place of 12. train.py reads both.
"""

import json
import math
import os
import pathlib
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import settings

GALLERY = 6
NETWORKS = "networks."

# Layers that start at zero or lead to such: a model without them paints the same with them.
ADDED_CONVS = {
    "generator.decoder.slots.keys": lambda m: (1, m["trunk_channels"][2], m["style_slots"]),
    "style_encoder.slots.queries": lambda m: (1, m["style_channels"][2], m["style_slots"]),
}
ADDED_LAYERS = {
    "style_encoder.slots.head": lambda m: (m["style_channels"][2], 4 * (m["slot_dim"] - 3)),
    "mapping_network.slot_head": lambda m: (m["mapping_width"], 4 * m["style_slots"] * m["slot_dim"]),
}


class FileError(ValueError):
    """What is wrong with a file, and what to do."""


class Model:
    """What `utsushi export` writes: networks, styles, configuration and card."""

    def __init__(self, path):
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
        if metadata.get("format") != "utsushi-model":
            raise FileError(f"{path} is no model of utsushi")
        self.metadata = metadata
        self.config = json.loads(metadata["config"])
        self.styles = json.loads(metadata["styles"])
        self.card = metadata["card"]
        tensors = {name: value.float() for name, value in load_file(path).items()}
        self.networks = {name.removeprefix(NETWORKS): value for name, value in tensors.items()
                         if name.startswith(NETWORKS)}
        self.others = {name: value for name, value in tensors.items() if not name.startswith(NETWORKS)}

    def label(self, name):
        """The place of a style among the others, or nothing."""
        names = [style["name"] for style in self.styles]
        return names.index(name) if name in names else None


def with_added_layers(networks, model, generator):
    """The networks with the layers that `model`, a [model] section, has and they lack."""
    fine, style_dim = model["trunk_channels"][0], model["style_dim"]
    zeros = {}
    if model["line_skip"] and model["line_style"]:
        zeros["generator.decoder.line_style"] = (style_dim, fine)
    if model["noise"]:
        zeros["generator.decoder.noise_gain"] = (style_dim, fine)
    drawn = {}
    if model["style_slots"]:
        _, middle, coarse = model["trunk_channels"]
        for index, channels in enumerate((coarse, coarse, middle)):
            zeros[f"generator.decoder.slots.values.{index}"] = (model["slot_dim"], channels)
        for name, shape in ADDED_CONVS.items():
            kernel, *sides = shape(model)
            drawn[name] = (kernel, kernel, *sides)
        drawn.update({name: shape(model) for name, shape in ADDED_LAYERS.items()})
    result = dict(networks)
    for name, shape in {**zeros, **drawn}.items():
        if f"{name}.weight" in networks:
            continue
        deviation = 0.0 if name in zeros else math.sqrt(2 / (1.04 * math.prod(shape[:-1])))
        result[f"{name}.weight"] = torch.randn(shape, generator=generator) * deviation
        result[f"{name}.bias"] = torch.zeros(shape[-1])
    return result


def new_discriminators(config, styles, channels, generator):
    """Fresh weights of the discriminators that a configuration asks for, by their names."""
    made = {}

    def layer(name, shape, gain=1.0):
        deviation = gain * math.sqrt(2 / (1.04 * math.prod(shape[:-1])))
        made[f"{name}.weight"] = torch.randn(shape, generator=generator) * deviation
        made[f"{name}.bias"] = torch.zeros(shape[-1])

    def spectral(name, shape):
        layer(f"{name}.conv", shape)
        weight = made[f"{name}.conv.weight"].flatten(0, 2)
        right = torch.randn(shape[-1], generator=generator)
        for _ in range(6):
            right = torch.nn.functional.normalize(weight.T @ (weight @ right), dim=0, eps=1e-12)
        made[f"{name}.right"] = right

    labels = lambda length: torch.randn(styles, length, generator=generator) * 0.1
    width = config["discriminator"]["projected_channels"]
    for head, (tap, halvings) in enumerate(zip(channels, (2, 1, 0, 0)) if width else ()):
        name = f"projected.heads.{head}"
        spectral(f"{name}.input", (1, 1, tap, width))
        for index in range(halvings):
            spectral(f"{name}.blocks.{index}", (4, 4, width, width))
        spectral(f"{name}.blocks.{halvings}", (3, 3, width, width))
        spectral(f"{name}.logit", (1, 1, width, 1))
        made[f"{name}.labels.weight"] = labels(width)
    sides = config["discriminator"]["pixel_channels"]
    for index, (before, after) in enumerate(zip([3, *sides], sides)):
        kernel = 4 if index < 2 else 3
        layer(f"pixel.blocks.{index}", (kernel, kernel, before, after))
    if sides:
        layer("pixel.logit", (1, 1, sides[-1], 1))
        made["pixel.labels.weight"] = labels(sides[-1])
    if config["losses"]["classification"] > 0:
        layer("classifier.head", (2 * sum(channels), styles), 0.1)
    if config["adversarial"]["reference_weight"] > 0:
        layer("reference.fine.0", (4, 4, channels[0], 64))
        layer("reference.fine.1", (4, 4, 64, 128))
        layer("reference.middle.0", (4, 4, channels[1], 128))
        layer("reference.joined", (1, 1, 256, 128))
        layer("reference.linear", (1, 1, 128, 1))
        layer("reference.reference", (256, 128))
    return made


def discriminators_beside(model):
    return pathlib.Path(model).with_suffix(".discriminators.safetensors")


def take_over(fresh, path):
    """Discriminators with those of a file in the place of fresh ones, network by network where all
    shapes agree; their moments; and what to tell. Nothing is taken where there is no file."""
    if not pathlib.Path(path).exists():
        return fresh, {}, f"discriminators start afresh: there is no {path}"
    found = {name: value.float() for name, value in load_file(path).items()}
    taken, result = [], dict(fresh)
    for network in ("projected", "pixel", "classifier", "reference"):
        start = f"{network}."
        own = {name: value.shape for name, value in fresh.items() if name.startswith(start)}
        beside = {name.removeprefix("discriminators."): value for name, value in found.items()
                  if name.startswith(f"discriminators.{start}")}
        if own and own == {name: value.shape for name, value in beside.items()}:
            result.update(beside)
            taken.append(network)
    moments = {part: {name.removeprefix(f"{part}."): value for name, value in found.items()
                      if name.startswith(f"{part}.")}
               for part in ("optimizer-painter", "optimizer-discriminators")}
    told = f"discriminators go on from those beside the model: {', '.join(taken) or 'none fits'}"
    return result, moments, told


def write(path, tensors, metadata, dtype):
    """A whole file or none: written beside it first."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    ready = {}
    for name, value in tensors.items():
        value = value.detach().float()
        if not torch.isfinite(value.to(dtype)).all():
            raise FileError(f"`{name}` is no longer finite; {path} is not written")
        ready[name] = value.to(dtype).contiguous().cpu()
    part = path.with_name(f"{path.name}.part")
    save_file(ready, part, metadata)
    # The library makes them secret.
    part.chmod(0o644)
    os.replace(part, path)


def typical(codes):
    """Which of a style's codes, [pictures, numbers], stand for all: the medoid, then, among the half
    nearest to it, whichever lies furthest from those chosen."""
    apart = torch.cdist(codes.double(), codes.double())
    medoid = int(apart.sum(1).argmin())
    near = sorted(range(len(codes)), key=lambda index: float(apart[medoid, index]))
    near = near[:max(len(codes) // 2, GALLERY)]
    chosen = [medoid]
    while len(chosen) < min(GALLERY, len(near)):
        left = [index for index in near if index not in chosen]
        chosen.append(max(left, key=lambda index: float(apart[index, chosen].min())))
    return [chosen[index % len(chosen)] for index in range(GALLERY)]


def lowered(markdown):
    """Markdown with its headings one level lower; lines inside code are no headings."""
    lines, is_code = [], False
    for line in markdown.splitlines():
        is_code ^= line.startswith("```")
        lines.append(f"#{line}" if line.startswith("#") and not is_code else line)
    return "\n".join(lines) + "\n"


def config_of_model(model):
    """A [model] section as a model file has it: what is absent by default is left out."""
    absent = {"largest_seen": 0, "line_style": False, "noise": False, "style_slots": 0,
              "slot_dim": settings.MODEL_DEFAULTS["slot_dim"], "prior": None, "conditions": []}
    return {key: value for key, value in model.items() if key not in absent or value != absent[key]}


def main():
    source, out = sys.argv[1:]
    if pathlib.Path(out).exists():
        sys.exit(f"{out} is there already")
    with safe_open(source, framework="pt") as file:
        metadata = file.metadata() or {}
    tensors = {name: value for name, value in load_file(source).items() if not name.startswith("optimizer-")}
    write(out, tensors, metadata, torch.float16)


if __name__ == "__main__":
    main()
