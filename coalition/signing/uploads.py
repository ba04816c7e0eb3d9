"""Can this file be kept? Judged by its bytes, never by its name or what the browser says; pictures are made anew.

A file that cannot be used costs no other: it gets its own sentence. Work and bytes come before any write transaction.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import FileStorage

from coalition.i18n import gettext as _
from coalition.signing import pictures, proof
from coalition.signing.pictures import JPEG, PNG, WEBP
from coalition.signing.proof import File, StoredFile

PDF = "application/pdf"
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
)
ENDINGS = {PDF: "pdf", PNG: "png", JPEG: "jpg", WEBP: "webp"}
HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
END_OF_PDF = b"%%EOF"
LONGEST_NAME = 120
MB = 1024 * 1024
OVERHEAD = MB  # what names, boundaries and the other fields of a form take besides its files


@dataclass(frozen=True)
class Limits:
    """How many files may be kept for one signature, and how large each may be as it is sent."""

    files: int
    bytes: int

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Limits:
        """Read them from the application's settings."""
        return cls(settings["PROOF_FILES"], settings["PROOF_FILE_BYTES"])

    @property
    def megabytes(self) -> int:
        """How large a file may be, as people say it."""
        return self.bytes // MB

    @property
    def request(self) -> int:
        """How large a request may be that brings as many files as there may be."""
        return self.files * self.bytes + OVERHEAD


@dataclass(frozen=True)
class Received:
    """What came of a request: files whose bytes are kept, and a sentence for each that cannot be."""

    files: tuple[StoredFile, ...]
    wrong: tuple[str, ...]


class UnusableFile(Exception):
    """A file that cannot be kept; its text is the sentence for whoever sent it."""


def receive(sent: Iterable[FileStorage | str] | None, *, limits: Limits, present: int) -> Received:
    """Keep the bytes of every file that can be used. An empty field is nothing; `present` files are there already.

    One file after the other, so that only one is in memory.
    """
    items = [item for item in sent or () if not isinstance(item, str) and item.filename]
    files: list[StoredFile] = []
    wrong: list[str] = []
    for item, key in zip(items, proof.reserve(len(items)) if items else (), strict=True):
        if present + len(files) >= limits.files:
            wrong.append(no_room(_told(item.filename or ""), limits))
            continue
        try:
            files.append(proof.put(_usable(item, limits), key=key))
        except UnusableFile as why:
            wrong.append(str(why))
        finally:
            item.close()
    return Received(tuple(files), tuple(wrong))


def no_room(name: str, limits: Limits) -> str:
    """Say that a file was not kept because there are enough."""
    return _("“%(name)s” was not kept: you can send up to %(most)s files", name=name, most=limits.files)


def media_type(data: bytes) -> str | None:
    """Return the type of a proof document; None for anything that is not PDF, PNG, JPEG or WebP from its first byte."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return next((kind for start, kind in SIGNATURES if data.startswith(start)), None)


def clean_stem(name: str) -> str:
    """Return a file's name without its folder and ending, safe in a header, on a disk and within a sentence."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    return re.sub(r"[^\w .()-]+", "_", stem)[:LONGEST_NAME].strip(" ._") or "document"


def _told(name: str) -> str:
    """Return the name by which a sentence speaks of a file: with its ending, which may be what is wrong."""
    ending = re.search(r"\.(\w{1,10})$", name)
    return f"{clean_stem(name)}.{ending.group(1)}" if ending else clean_stem(name)


def _usable(item: FileStorage, limits: Limits) -> File:
    """Return a file as it is kept. Raises UnusableFile."""
    name, stem = _told(item.filename or ""), clean_stem(item.filename or "")
    data = item.stream.read(limits.bytes + 1)
    kind = media_type(data)
    if not data:
        raise UnusableFile(_("“%(name)s” is empty. Choose the file again", name=name))
    if len(data) > limits.bytes:
        raise UnusableFile(_("“%(name)s” must be smaller than %(most)s MB", name=name, most=limits.megabytes))
    if kind is None:
        raise UnusableFile(_unknown(name, data))
    if kind == PDF:
        return File(f"{stem}.pdf", PDF, _whole(data, name))
    made = _picture(name, data, kind)
    return File(f"{stem}.{ENDINGS[made.media_type]}", made.media_type, made.data)


def _unknown(name: str, data: bytes) -> str:
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        return _(
            "“%(name)s” is a HEIC photograph, which few programs open. "
            "Set the camera of your phone to “Most compatible”, or send a screenshot of it",
            name=name,
        )
    return _("“%(name)s” is not a PDF, PNG, JPEG or WebP file. Save it as one of these", name=name)


def _whole(data: bytes, name: str) -> bytes:
    """Return a PDF that has its end. More is not asked: it is only ever saved, never shown by a browser or by us."""
    if END_OF_PDF not in data[-4096:]:
        raise UnusableFile(_("“%(name)s” is damaged or not complete. Save it again as a PDF", name=name))
    return data


def _picture(name: str, data: bytes, kind: str) -> pictures.Picture:
    try:
        return pictures.kept(data, kind)
    except pictures.TooManyPixels:
        raise UnusableFile(_("“%(name)s” has too many pixels. Save it in a smaller size", name=name)) from None
    except pictures.Busy:
        raise UnusableFile(_("“%(name)s” could not be read just now. Send it again in a minute", name=name)) from None
    except pictures.Unreadable:
        sentence = _("“%(name)s” is damaged or not complete. Take the picture or save it again", name=name)
        raise UnusableFile(sentence) from None
