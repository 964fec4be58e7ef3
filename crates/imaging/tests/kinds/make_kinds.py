#!/usr/bin/env python3
"""Writes the kinds of JPEG and TIFF beside this script, each with the pixels that it should show.

Needs Pillow, NumPy, tifffile and imagecodecs, and cjpeg (libjpeg-turbo) and tiffcp (libtiff). What a
file shows is written by other decoders than ours, libjpeg and libtiff, as a PNG of the same name.
"""

import io
import subprocess
import tempfile
from pathlib import Path

import numpy
import tifffile
from PIL import Image

HERE = Path(__file__).parent
WIDTH, HEIGHT = 37, 29


def gradient():
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    wave = 90 + 70 * numpy.sin(x / 5.0) * numpy.cos(y / 7.0)
    parts = [x * 6, y * 8, wave]
    return numpy.clip(numpy.stack(parts, -1), 0, 255).astype(numpy.uint8)


COLOURS = gradient()


def shows(name, pixels):
    Image.fromarray(pixels).save(HERE / (Path(name).stem + ".png"), optimize=True)


def jpeg(name, *options, pixels=COLOURS, scans=None):
    """A JPEG by cjpeg, and what libjpeg sees in it."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.ppm", Path(folder) / "out.jpg"
        Image.fromarray(pixels).save(source)
        extra = []
        if scans:
            (Path(folder) / "scans").write_text(scans)
            extra = ["-scans", str(Path(folder) / "scans")]
        command = ["cjpeg", "-quality", "85", *options, *extra, "-outfile", target, source]
        subprocess.run(command, check=True)
        data = target.read_bytes()
    (HERE / name).write_bytes(data)
    shows(name, numpy.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
    return data


def tiff(name, *options, pixels=COLOURS, expected=None, **writing):
    """A TIFF by tifffile, copied by tiffcp with these options."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.tif", Path(folder) / "out.tif"
        writing.setdefault("metadata", None)
        tifffile.imwrite(source, pixels, **writing)
        if options:
            subprocess.run(["tiffcp", *options, source, target], check=True)
        else:
            target = source
        data = target.read_bytes()
    (HERE / name).write_bytes(data)
    shows(name, pixels if expected is None else expected)


def jpegs():
    jpeg("scan-a-component.jpg", "-sample", "2x2", scans="0;\n1;\n2;\n")
    jpeg("luma-coarser.jpg", "-sample", "1x1,2x2,1x1")
    jpeg("luma-coarser-progressive.jpg", "-progressive", "-sample", "1x1,2x2,1x1")
    jpeg("422.jpg", "-sample", "2x1")
    jpeg("440.jpg", "-sample", "1x2")
    jpeg("411.jpg", "-sample", "4x1")
    jpeg("410.jpg", "-sample", "4x2")
    jpeg("mixed.jpg", "-sample", "2x2,2x1,1x2")
    jpeg("restarts.jpg", "-sample", "2x2", "-restart", "1")
    jpeg("progressive-420.jpg", "-progressive", "-sample", "2x2", "-restart", "2")
    jpeg("plain-rgb.jpg", "-rgb")
    jpeg("arithmetic.jpg", "-arithmetic")
    (HERE / "arithmetic.png").unlink()


def tiffs():
    grey = COLOURS[..., 2]
    wide = (grey.astype(numpy.uint16) << 8) | grey
    rgb = {"photometric": "rgb"}
    black = {"photometric": "minisblack"}
    tiff("fill-order-16.tif", "-f", "lsb2msb", pixels=wide, expected=grey, **black)
    tiff("lzw-tiles.tif", "-c", "lzw:2", "-t", "-w", "16", "-l", "16", **rgb)
    tiff("lzw-fill-order.tif", "-c", "lzw", "-f", "lsb2msb", **rgb)
    tiff("deflate-planes.tif", "-c", "zip:2", "-p", "separate", **rgb)
    tiff("zstd.tif", "-c", "zstd", **rgb)
    tiff("strips.tif", "-c", "packbits", "-r", "7", **rgb)
    inks = numpy.dstack([COLOURS, grey // 3])
    left = 255 - inks.astype(int)
    seen = (left[..., :3] * left[..., 3:] + 127) // 255
    seen = seen.astype(numpy.uint8)
    tiff("inks-planes.tif", "-c", "lzw", "-p", "separate", pixels=inks, expected=seen,
         photometric="separated")
    halves = grey.astype(numpy.float32) / 255
    for predictor, name in ((None, "float.tif"), (True, "float-predictor.tif")):
        tiff(name, pixels=halves, expected=grey, compression="zlib" if predictor else None,
             predictor=predictor, **black)
    tiff("float-half.tif", pixels=halves.astype(numpy.float16), expected=grey, **black)
    tiff("big.tif", bigtiff=True, **rgb)
    tiff("big-endian-16.tif", pixels=wide, expected=grey, byteorder=">", compression="zlib",
         predictor=True, **black)
    dots = (grey > 100).astype(numpy.uint8)
    for name, compression in (
        ("fax-group-3.tif", "g3:1d"),
        ("fax-group-3-rows.tif", "g3:2d"),
        ("fax-group-3-filled.tif", "g3:1d:fill"),
        ("fax-group-4.tif", "g4"),
    ):
        tiff(name, "-c", compression, pixels=dots.astype(bool), expected=dots * 255, **black)
    tiff("fax-fill-order.tif", "-c", "g4", "-f", "lsb2msb", pixels=dots.astype(bool),
         expected=dots * 255, **black)
    table = (numpy.arange(256)[None, :] * numpy.array([[257], [128], [64]])).astype(numpy.uint16)
    places = numpy.dstack([grey, 255 - grey])
    seen = numpy.dstack([(table[channel][grey] >> 8) for channel in range(3)]).astype(numpy.uint8)
    # No writer makes a palette with alpha: grey with alpha is declared to be one.
    name = "palette-alpha.tif"
    tiff(name, pixels=places, expected=numpy.dstack([seen, 255 - grey]), **black,
         extrasamples=["unassalpha"], extratags=[(320, "H", 768, table.ravel(), True)])
    data = (HERE / name).read_bytes()
    entry = (262).to_bytes(2, "little") + (3).to_bytes(2, "little") + (1).to_bytes(4, "little")
    assert data.count(entry + b"\1") == 1
    (HERE / name).write_bytes(data.replace(entry + b"\1", entry + b"\3"))
    # What a JPEG in it shows is what libtiff reads.
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.tif", Path(folder) / "out.tif"
        tifffile.imwrite(source, COLOURS, metadata=None, **rgb)
        for name, options in (
            ("jpeg-ycbcr.tif", ["-c", "jpeg:85", "-r", "16"]),
            ("jpeg-tiles.tif", ["-c", "jpeg:85", "-t", "-w", "16", "-l", "16"]),
            ("jpeg-rgb.tif", ["-c", "jpeg:85:r"]),
        ):
            subprocess.run(["tiffcp", *options, source, target], check=True)
            data = target.read_bytes()
            (HERE / name).write_bytes(data)
            shows(name, numpy.asarray(Image.open(io.BytesIO(data)).convert("RGB")))


jpegs()
tiffs()
