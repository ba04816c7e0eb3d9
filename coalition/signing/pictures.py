"""What is kept of a picture that somebody sent? Always a new one: upright, no larger than reading asks for.

Nothing of the sent file but its pixels survives: no place, no time, no telephone's name, no second format hidden behind
the first. Which files are pictures, and what their sender is told, belongs to `uploads`.
"""

from __future__ import annotations

import struct
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
LONGEST_SIDE = 2400  # a page of minutes at 200 dots an inch
MOST_PIXELS = {JPEG: 60_000_000, PNG: 40_000_000, WEBP: 25_000_000}  # by what each takes to decode, 400 MB at most
BAND = 256
LARGEST_DRAWING = 1_500_000
QUALITY = 85
PATIENCE_SECONDS = 20
ORIENTATION = 0x0112
DAMAGED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow raises for a file that is not what it says, found by changing single bytes of good ones."""
_one_at_a_time = Lock()  # a decoded picture takes up to some hundred MB: ten at once would take the process down


class PictureError(Exception):
    """This picture cannot be kept."""


class Unreadable(PictureError):
    """The file is damaged, cut off, or no picture after all."""


class TooManyPixels(PictureError):
    """The picture would take too much memory to read."""


class Busy(PictureError):
    """Other pictures are being made smaller, and there is a limit to waiting."""


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    media_type: str
    data: bytes


def kept(data: bytes, media_type: str) -> Picture:
    """Return what is kept of a JPEG, PNG or WebP file: its first frame, on white, as JPEG or, for drawings, PNG.

    Raises Unreadable, TooManyPixels or Busy.
    """
    if not _one_at_a_time.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a damaged file makes Pillow mutter is nobody's to mend here
            return _made_anew(data, media_type)
    except DAMAGED as damaged:
        raise Unreadable from damaged
    finally:
        _one_at_a_time.release()


def _made_anew(data: bytes, media_type: str) -> Picture:
    from PIL import Image, ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint allows them for the process it is loaded in
    # The size stands in the first bytes and is judged before a decoder takes memory for it.
    if media_type == WEBP and _pixels_of_webp(data) > MOST_PIXELS[WEBP]:
        raise TooManyPixels
    Image.MAX_IMAGE_PIXELS = None  # judged here, by figures of ours
    with Image.open(BytesIO(data), formats=[media_type.removeprefix("image/")]) as sent:
        pixels = sent.width * sent.height
        if pixels > MOST_PIXELS[_costs_as(sent, media_type)]:
            raise TooManyPixels
        is_drawing = media_type == PNG and len(data) < pixels
        return _written(_upright(sent, _smaller(sent)), is_drawing=is_drawing)


def _costs_as(sent: Image, media_type: str) -> str:
    """Return the format whose limit holds: a progressive JPEG is held in memory whole, a fourth colour costs too."""
    if sent.mode == "RGBA":
        return WEBP
    return PNG if "progressive" in sent.info else media_type


def _pixels_of_webp(data: bytes) -> int:
    """Return how many pixels a WebP file says it has: its decoder takes memory for all of them as it is opened."""
    kind, head = data[12:16], data[20:30]
    if kind == b"VP8X":
        wide, high = int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    elif kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        wide, high = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        wide, high = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return wide * high


def _smaller(sent: Image) -> Image:
    """Return the first frame, in plain colours or greys on white, its longest side within bounds."""
    from PIL import Image

    ratio = min(1.0, LONGEST_SIDE / max(sent.size))
    size = max(1, round(sent.width * ratio)), max(1, round(sent.height * ratio))
    sent.draft(None, size)  # a JPEG decodes at a half or a quarter where that is enough
    factor = max(1, min(sent.width // size[0], sent.height // size[1]))
    frame = _in_bands(sent, factor) if factor > 1 else _plain(sent)
    return frame if frame.size == size else frame.resize(size, Image.Resampling.LANCZOS)


def _in_bands(sent: Image, factor: int) -> Image:
    """Return a picture made smaller by a whole factor, band by band: never a second copy of all its pixels."""
    from PIL import Image

    frame = Image.new(_plain(sent.crop((0, 0, 1, 1))).mode, (-(-sent.width // factor), -(-sent.height // factor)))
    for top in range(0, sent.height, BAND * factor):
        band = sent.crop((0, top, sent.width, min(top + BAND * factor, sent.height)))
        frame.paste(_plain(band).reduce(factor), (0, top // factor))
    return frame


def _plain(sent: Image) -> Image:
    """Return the picture in one of the two modes that are kept: L for greys, RGB for everything else."""
    from PIL import Image

    if sent.mode.startswith("I") or sent.mode == "F":  # 16 bits a pixel, of which the upper 8 are seen
        return sent.convert("I").point(lambda value: value / 256).convert("L")
    if sent.mode in {"1", "L"} and "transparency" not in sent.info:
        return sent.convert("L")
    if not sent.has_transparency_data:
        return sent.convert("RGB")
    seen = sent.convert("RGBA")
    white = Image.new("RGB", seen.size, "white")
    white.paste(seen, mask=seen.getchannel("A"))
    return white


def _upright(sent: Image, frame: Image) -> Image:
    """Turn a picture as the camera says it was held; what it says in no known way turns nothing."""
    from PIL import Image

    turns: dict[Any, Image.Transpose] = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    turn = turns.get(sent.getexif().get(ORIENTATION))
    return frame if turn is None else frame.transpose(turn)


def _written(frame: Image, *, is_drawing: bool) -> Picture:
    """Write a screenshot without loss as long as that stays small, everything else as JPEG that every reader opens."""
    frame.info.clear()
    if is_drawing:
        drawn = BytesIO()
        frame.save(drawn, "PNG")
        if drawn.tell() <= LARGEST_DRAWING:
            return Picture(PNG, drawn.getvalue())
    taken = BytesIO()
    frame.save(taken, "JPEG", quality=QUALITY)
    return Picture(JPEG, taken.getvalue())
