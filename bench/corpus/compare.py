#!/usr/bin/env python3
"""Reads every picture of a folder with Utsushi, Pillow and libvips, and says where they differ.

The folder is named by UTSUSHI_CORPUS. Needs Pillow and NumPy, and pyvips where libvips is to be asked
too. Pixels are compared in 8 bits of red, green and blue; where Pillow and libvips differ from each
other, agreeing with either counts as agreeing. Where an ICC profile changed the colours, they are held
against what littlecms, which is part of Pillow, makes of Pillow's pixels. At the end stands a table by
the endings of the names, and how far littlecms was away.

    cargo build --release -p utsushi-imaging --example decode
    UTSUSHI_CORPUS=~/pictures bench/corpus/compare.py
"""

import collections
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from PIL import Image, ImageCms, ImageOps

try:
    import pyvips
except (ImportError, OSError):
    pyvips = None

HERE = Path(__file__).resolve().parent
DECODE = HERE.parents[1] / "target/release/examples/decode"
# Lossless formats must be equal; of lossy ones, decoders round differently.
TOLERANCE = collections.defaultdict(int, JPEG=3, WebP=3, AVIF=3)
PROFILE_TOLERANCE = 2
AT_ONCE = 200
SRGB = ImageCms.createProfile("sRGB")

Image.MAX_IMAGE_PIXELS = None


def pixels(picture):
    if picture.mode in ("I;16", "I;16B", "I"):
        return numpy.asarray(picture).astype(float)[..., None].repeat(3, -1) / 257
    values = numpy.asarray(picture.convert("RGBA")).astype(float)
    # What is not seen has no colour, whatever the file says of it.
    return values[..., :3] * (values[..., 3:] > 0)


def upright(picture):
    """The picture as its EXIF turns it; Pillow alone goes by XMP where there is no EXIF."""
    for name in ("xmp", "XML:com.adobe.xmp"):
        picture.info.pop(name, None)
    return ImageOps.exif_transpose(picture)


def by_pillow(path):
    try:
        with Image.open(path) as picture:
            return pixels(upright(picture))
    except Exception:  # Whatever Pillow says of a file, it has not read it.
        return None


def by_littlecms(path):
    """The pixels in sRGB, by the picture's own profile."""
    try:
        with Image.open(path) as picture:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
            picture = upright(picture)
            if picture.mode not in ("L", "RGB", "CMYK"):
                picture = picture.convert("RGB")
            intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
            # Its shortcuts are up to 10 levels away in the dark.
            exact = ImageCms.Flags.NOOPTIMIZE
            converted = ImageCms.profileToProfile(picture, profile, SRGB, intent, "RGB", flags=exact)
            return pixels(converted)
    except Exception:
        return None


def by_vips(path):
    if pyvips is None:
        return None
    try:
        picture = pyvips.Image.new_from_file(str(path)).autorot().colourspace("srgb")
        values = picture.numpy().astype(float)
        seen = values[..., 3:] > 0 if values.shape[2] > 3 else 1
        return values[..., :3] * seen
    except Exception:
        return None


def compare_colours(path, found, format, away):
    """Against littlecms, noting how far it is away."""
    other = by_littlecms(path)
    if other is None or other.shape != found.shape:
        return "read", "by its colour profile, which littlecms does not apply"
    difference = abs(found - other).max()
    away.append(difference)
    if difference <= PROFILE_TOLERANCE + TOLERANCE[format] + 0.5:
        return "read", ""
    return "different", f"by {difference:.0f} levels from littlecms ({format})"


def compare(path, line, target, away):
    fields = line.split("\t")
    if fields[0] == "refused":
        return "refused", fields[1]
    found = pixels(Image.open(target))
    if fields[4] == "converted":
        return compare_colours(path, found, fields[1], away)
    differences = []
    for other in (by_pillow(path), by_vips(path)):
        if other is not None and other.shape == found.shape:
            differences.append(abs(found - other).max())
        elif other is not None:
            differences.append(255)
    if not differences:
        return "read", "by nobody else"
    # Of 16 bits, others leave out the lower eight instead of rounding.
    tolerance = TOLERANCE[fields[1]] + (fields[2] != "8")
    if min(differences) <= tolerance + 0.5:
        return "read", ""
    return "different", f"by {min(differences):.0f} levels ({fields[1]}, {fields[2]} bits)"


def main():
    folder = os.environ.get("UTSUSHI_CORPUS")
    if not folder:
        sys.exit("name a folder of pictures in UTSUSHI_CORPUS")
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    counts = collections.Counter()
    kinds = collections.defaultdict(collections.Counter)
    away = []
    for start in range(0, len(files), AT_ONCE):
        part = files[start : start + AT_ONCE]
        with tempfile.TemporaryDirectory() as targets:
            run = subprocess.run([DECODE, targets, *part], capture_output=True, text=True, check=True)
            for line in run.stdout.splitlines():
                number, rest = line.split("\t", 1)
                path = part[int(number)]
                outcome, detail = compare(path, rest, Path(targets) / f"{number}.png", away)
                counts[outcome] += 1
                kinds[path.suffix.lower() or "none"][outcome] += 1
                if outcome != "read" or detail:
                    print(f"{outcome}\t{path.relative_to(folder)}\t{detail}")
    print("\n| ending | read | refused | different |\n|---|---|---|---|")
    for ending, own in sorted(kinds.items()):
        print(f"| {ending} | {own['read']} | {own['refused']} | {own['different']} |")
    if away:
        print(f"\n{len(away)} pictures were held against littlecms: {max(away):.0f} levels away at most")
    print(", ".join(f"{counts[name]} {name}" for name in ("read", "refused", "different")))
    sys.exit(1 if counts["different"] else 0)


if __name__ == "__main__":
    main()
