"""What kind of file is this really? Judged by its first bytes, never by its name or what the browser says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from werkzeug.datastructures import FileStorage

from coalition.i18n import gettext as _
from coalition.signing.drafts import File

SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "application/pdf", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", "png"),
    (b"\xff\xd8\xff", "image/jpeg", "jpg"),
)
LONGEST_NAME = 120


def media_type(data: bytes) -> str | None:
    """Return the type of a proof document; None for anything that is not PDF, PNG, JPEG or WebP from its first byte."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind, _ in SIGNATURES if data.startswith(start)), None)


def clean_filename(name: str, kind: str) -> str:
    """Return a name that is safe in a header and on a disk, ending as its type does."""
    ending = {"image/webp": "webp", **{media: short for _, media, short in SIGNATURES}}[kind]
    stem = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or "document"
    kept = re.sub(r"[^\w .()-]+", "_", stem).strip(" ._") or "document"
    return f"{kept[:LONGEST_NAME]}.{ending}"


def read(sent: Iterable[FileStorage | str] | None, *, largest: int) -> tuple[list[File], list[str]]:
    """Return the files that can be used and a sentence for each that cannot. An empty field is neither."""
    files, wrong = [], []
    for item in sent or ():
        if isinstance(item, str) or not item.filename:
            continue
        data = item.stream.read(largest + 1)
        item.close()
        shown = item.filename[:LONGEST_NAME]
        kind = media_type(data)
        if not data:
            wrong.append(_("“%(name)s” is empty. Choose the file again.", name=shown))
        elif len(data) > largest:
            wrong.append(_("“%(name)s” must be smaller than %(most)s MB", name=shown, most=largest // 1024 // 1024))
        elif kind is None:
            wrong.append(_("“%(name)s” is not a PDF, PNG, JPEG or WebP file. Save it as one of these", name=shown))
        else:
            files.append(File(clean_filename(item.filename, kind), kind, data))
    return files, wrong
