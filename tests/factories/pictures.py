"""Pictures as telephones, scanners and people of ill will send them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

PARIS = {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 7.0)}
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825
SECRET = b"Hidden words of a telephone"


def written(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """Return the bytes of a picture in a format."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def halves(width: int = 60, height: int = 40, *, mode: str = "RGB") -> Image.Image:
    """Return a picture whose left half is black and whose right half is white."""
    picture = Image.new(mode, (width, height), "white")
    picture.paste(Image.new(mode, (width // 2, height), "black"), (0, 0))
    return picture


def photograph(width: int = 4000, height: int = 3000, *, seed: int = 0, **options: Any) -> bytes:
    """Return a JPEG as noisy as one of a telephone: a few MB at 12 million pixels."""
    grain = Image.effect_noise((width // 8, height // 8), 60 + seed).resize((width, height))
    return written(Image.merge("RGB", (grain, grain.rotate(180), grain)), "JPEG", quality=90, **options)


def with_exif(picture: Image.Image, *, orientation: int = 1) -> bytes:
    """Return a JPEG that says where it was taken, with what, and how the telephone was held."""
    notes = Image.Exif()
    notes[ORIENTATION], notes[MAKE] = orientation, SECRET.decode()
    notes.get_ifd(GPS).update(PARIS)
    return written(picture, "JPEG", exif=notes, comment=SECRET, quality=95)


def png_of_size(width: int, height: int, *, colours: int = 2) -> bytes:
    """Return a PNG that says it has a size, with next to nothing in it; `colours` 6 is with transparency."""
    head = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(64))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def webp_of_size(width: int, height: int) -> bytes:
    """Return the head of a WebP that says it has a size."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + size
