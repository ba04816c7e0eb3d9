"""Which texts of charters are there as sealed PDFs, and which are still to be made? Reads alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from coalition.certificates.models import SealedText
from coalition.charters import queries as charters
from coalition.transactions import reading

_FILE = select(SealedText.storage_key).where(
    SealedText.charter == bindparam("charter"),
    SealedText.version == bindparam("version"),
    SealedText.language == bindparam("language"),
    SealedText.text_sha256 == bindparam("text_sha256"),
)
_BY_DIGEST = select(SealedText.charter, SealedText.version, SealedText.language).where(
    SealedText.pdf_sha256 == bindparam("pdf_sha256")
)


@dataclass(frozen=True)
class TextName:
    """One text: the slug of its charter, the version's number and the language."""

    charter: str
    version: int
    language: str


def storage_key_of(name: TextName, *, text_sha256: str) -> str | None:
    """Return where the PDF of a text lies; None until it is made."""
    with reading() as connection:
        return connection.execute(_FILE, {**vars(name), "text_sha256": text_sha256}).scalar()


def text_by_digest(pdf_sha256: str) -> TextName | None:
    """Return which text the PDF with that SHA-256 is; None when it is none of ours."""
    with reading() as connection:
        row = connection.execute(_BY_DIGEST, {"pdf_sha256": pdf_sha256}).one_or_none()
    return None if row is None else TextName(*row)


def texts_to_make() -> Iterator[TextName]:
    """Yield every text that was ever in force, of charters that are switched on, and has no PDF yet."""
    for line in charters.charter_list():
        if line.number is None:
            continue
        for version in charters.charter_page(line.slug).versions:
            for text in charters.charter_page(line.slug, version.number).texts:
                name = TextName(line.slug, version.number, text.language)
                if storage_key_of(name, text_sha256=text.sha256) is None:
                    yield name
