"""Small pictures, so that what schemathesis sends as valid can be painted."""

import base64
import struct
import zlib

import schemathesis
from hypothesis import strategies


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, seed):
    """A PNG of made-up pixels, 8 bits RGB."""
    rows = b"".join(
        b"\0" + bytes((seed * 31 + row * 7 + place * 13) % 256 for place in range(3 * width)) for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


sides = strategies.integers(1, 24)
pictures = strategies.builds(png, sides, sides, strategies.integers(0, 255))
schemathesis.openapi.format("picture", pictures)
schemathesis.openapi.format("base64-picture", pictures.map(lambda bytes: base64.b64encode(bytes).decode()))
