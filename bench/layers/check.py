#!/usr/bin/env python3
"""Opens documents that Utsushi wrote with psd-tools and Pillow, and says whether they hold together.

Of a PSD, psd-tools lays the layers over each other by itself, and the result is held against the merged
picture in the file. Of an OpenRaster, the layers are laid over each other here. Needs psd-tools, NumPy
and Pillow.

    target/release/utsushi transfer me.png --style a.png --mask m.png:keep -o me.psd
    bench/layers/check.py me.psd me.ora
"""

import sys
import zipfile
from xml.etree import ElementTree

import numpy
from PIL import Image
from psd_tools import PSDImage

# Rounding of one program to the other's.
TOLERANCE = 2


def of_psd(path):
    psd = PSDImage.open(path)
    names = [(layer.name, layer.visible, layer.mask is not None) for layer in psd.descendants()]
    return names, psd.topil(), psd.composite(force=True)


def of_open_raster(path):
    with zipfile.ZipFile(path) as archive:
        first = archive.infolist()[0]
        assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED
        assert archive.read("mimetype") == b"image/openraster"
        archive.getinfo("Thumbnails/thumbnail.png")
        image = ElementTree.fromstring(archive.read("stack.xml"))
        size = int(image.get("w")), int(image.get("h"))
        merged = Image.open(archive.open("mergedimage.png"))
        assert merged.size == size
        again = Image.new("RGBA", size)
        names = []
        for layer in reversed(image.findall("./stack/layer")):
            visible = layer.get("visibility") != "hidden"
            names.append((layer.get("name"), visible, False))
            assert layer.get("composite-op") == "svg:src-over"
            picture = Image.open(archive.open(layer.get("src"))).convert("RGBA")
            if visible:
                sheet = Image.new("RGBA", size)
                sheet.paste(picture, (int(layer.get("x")), int(layer.get("y"))))
                again = Image.alpha_composite(again, sheet)
    return names, merged, again


def on_white(picture):
    paper = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")


def main(paths):
    bad = 0
    for path in paths:
        names, merged, again = (of_psd if path.endswith(".psd") else of_open_raster)(path)
        pairs = [numpy.asarray(on_white(picture)).astype(int) for picture in (merged, again)]
        far = int(abs(pairs[0] - pairs[1]).max())
        bad += far > TOLERANCE
        print(f"{path}: {merged.size[0]}x{merged.size[1]}, at most {far} levels apart")
        for name, visible, masked in names:
            print(f"  {name}{'' if visible else ', hidden'}{', with a mask' if masked else ''}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
