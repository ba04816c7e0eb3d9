"""Files that hostile visitors send: what they are called, what is in them."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
from PIL import Image

MB = 1024 * 1024
HTML = b"<!doctype html><html><body><script>zzmark()</script></body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="zzmark()"><script>zzmark()</script></svg>'
JS = b"=1;/*"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int, depth: int = 8, colour: int = 2, data: bytes = b"") -> bytes:
    """Return a PNG that says how large it is and holds `data`, whatever that is."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def one_bit(side: int) -> bytes:
    """Return a whole PNG of one bit a pixel: small as sent, large as decoded."""
    return png_header(side, side, 1, 0, b"\0" * ((side // 8 + 1) * side))


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size).save(made, kind, **options)
    return made.getvalue()


def located() -> bytes:
    """Return a JPEG that says where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (14.0, 41.0, 37.0), 3: "W", 4: (17.0, 26.0, 46.0)})
    return picture("JPEG", exif=exif)


def moving() -> bytes:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    made = io.BytesIO()
    frames[0].save(made, "WEBP", save_all=True, append_images=frames[1:])
    return made.getvalue()


def pdf(change: Callable[[pikepdf.Pdf], object] = lambda made: None, **options: object) -> bytes:
    made, data = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    change(made)
    made.save(data, **options)
    return data.getvalue()


def runs_javascript(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('zzmark')"))


def launches(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("/bin/sh"))


def swells(made: pikepdf.Pdf) -> None:
    made.Root.Bomb = made.make_stream(b"\0" * (20 * MB))


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("bomb", b"\0" * (20 * MB))
    return made.getvalue()


def corpus() -> dict[str, tuple[str, bytes]]:
    """Return every file by what it is: the name it is sent under, its bytes."""
    jpeg, png, webp, whole = picture("JPEG"), picture("PNG"), picture("WEBP"), pdf()
    encryption = pikepdf.Encryption(owner="owner", user="user")
    return {
        "PNG of two thousand million pixels": ("a.png", png_header(46_000, 46_000)),
        "PNG of 20000 × 20000 bits": ("a.png", one_bit(20_000)),
        "PNG of more pixels than numbers": ("a.png", png_header(2**31 - 1, 2**31 - 1)),
        "PNG of no pixels": ("a.png", png_header(0, 0)),
        "JPEG that says 65500 × 65500": ("a.jpg", _resized(jpeg)),
        "WebP that says 16383 × 16383": ("a.webp", _widened(picture("WEBP", lossless=True))),
        "zip bomb": ("a.zip", archive()),
        "zip bomb that is called a PDF": ("a.pdf", archive()),
        "gzip bomb that is called a PNG": ("a.png", gzip.compress(b"\0" * (20 * MB))),
        "PDF bomb": ("a.pdf", pdf(swells, compress_streams=True)),
        "PDF that is HTML too": ("a.pdf", b"%PDF-1.7\n" + HTML + b"\n%%EOF\n"),
        "HTML that is a PDF too": ("a.html", HTML + whole),
        "GIF that is JavaScript too": ("a.gif", b"GIF89a" + JS + b"*/;zzmark()"),
        "JPEG that is a zip too": ("a.jpg", jpeg + archive()),
        "PNG that is HTML too": ("a.png", png + HTML),
        "SVG": ("a.svg", SVG),
        "SVG that is called a PNG": ("a.png", SVG),
        "HTML that is called a PNG": ("a.png", HTML),
        "XML with an entity": ("a.pdf", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        "empty": ("a.pdf", b""),
        "one byte": ("a.pdf", b"%"),
        "only the first bytes of a PDF": ("a.pdf", b"%PDF-"),
        "half a PDF": ("a.pdf", whole[: len(whole) // 2]),
        "half a PNG": ("a.png", png[: len(png) // 2]),
        "half a JPEG": ("a.jpg", jpeg[: len(jpeg) // 2]),
        "half a WebP": ("a.webp", webp[: len(webp) // 2]),
        "JPEG that is called a PDF": ("a.pdf", jpeg),
        "PDF with two endings": ("a.pdf.exe", whole),
        "name with a path": ("../../../etc/passwd.pdf", whole),
        "name with NUL": ("a\x00.pdf", whole),
        "name with directions": ("a\u202efdp.exe\u2066.pdf", whole),
        "name with lines": ("a\r\nSet-Cookie: zzmark=1.pdf", whole),
        "name of ten thousand letters": ("a" * 10_000 + ".pdf", whole),
        "name of markup": ("<img src=x onerror=zzmark()>.pdf", whole),
        "encrypted PDF": ("a.pdf", pdf(encryption=encryption)),
        "PDF with JavaScript": ("a.pdf", pdf(runs_javascript)),
        "PDF that launches": ("a.pdf", pdf(launches)),
        "WebP that moves": ("a.webp", moving()),
        "CMYK JPEG": ("a.jpg", picture("JPEG", "CMYK")),
        "PNG of 16 bits": ("a.png", picture("PNG", "I;16")),
        "JPEG that says where": ("a.jpg", located()),
        "PNG with a text that swells": ("a.png", _with_text(png)),
        "16 MB of noise after a PDF's start": ("a.pdf", b"%PDF-1.7\n" + b"\xff" * (16 * MB)),
    }


def _resized(jpeg: bytes) -> bytes:
    place = jpeg.index(b"\xff\xc0")
    return jpeg[: place + 5] + struct.pack(">HH", 65_500, 65_500) + jpeg[place + 9 :]


def _widened(webp: bytes) -> bytes:
    place = webp.index(b"VP8L") + 9
    return webp[:place] + b"\xfe\xff\xff\x0f" + webp[place + 4 :]


def _with_text(png: bytes) -> bytes:
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * (20 * MB), 9))
    return png[:33] + text + png[33:]
