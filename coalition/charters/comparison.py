"""What has changed from one text to the next? Paragraph by paragraph, and within one word by word; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

AROUND = 1
MOST_PARAGRAPHS = 1000
MOST_WORDS = 3000
_WORDS = re.compile(r"\S+\s*")


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Piece:
    """Some words of a paragraph."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Paragraph:
    """One paragraph with its pieces; of unchanged ones that are left out, `skipped` says how many."""

    pieces: tuple[Piece, ...]
    skipped: int = 0

    @property
    def is_changed(self) -> bool:
        """Tell whether anything in it was removed or added."""
        return any(piece.kind is not Kind.SAME for piece in self.pieces)


def compare(before: str, after: str) -> tuple[Paragraph, ...]:
    """Return the text `after` with what was changed since `before`; nothing where nothing was.

    Unchanged paragraphs are shown beside a change alone; the others are counted.
    """
    olds, news = _paragraphs(before), _paragraphs(after)
    found: list[Paragraph] = []
    # exact comparing takes time by the square of what repeats: a giant text shall not hold up the desk
    matcher = SequenceMatcher(None, olds, news, autojunk=max(len(olds), len(news)) > MOST_PARAGRAPHS)
    for act, start, end, new_start, new_end in matcher.get_opcodes():
        if act == "equal":
            found += [Paragraph((Piece(Kind.SAME, text),)) for text in olds[start:end]]
        else:
            found += _changed(olds[start:end], news[new_start:new_end])
    return tuple(_shortened(found)) if any(one.is_changed for one in found) else ()


def _paragraphs(markdown: str) -> list[str]:
    return [line for line in markdown.split("\n") if line.strip()]


def _changed(olds: Sequence[str], news: Sequence[str]) -> Iterator[Paragraph]:
    """Yield paragraphs that take each other's place, in pairs; what is left over was removed or added whole."""
    pairs = min(len(olds), len(news))
    for old, new in zip(olds, news, strict=False):
        yield Paragraph(tuple(_pieces(old, new)))
    for old in olds[pairs:]:
        yield Paragraph((Piece(Kind.REMOVED, old),))
    for new in news[pairs:]:
        yield Paragraph((Piece(Kind.ADDED, new),))


def _pieces(old: str, new: str) -> Iterator[Piece]:
    olds, news = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, olds, news)
    if max(len(olds), len(news)) > MOST_WORDS or matcher.ratio() < 1 / 3:
        yield from (Piece(Kind.REMOVED, old), Piece(Kind.ADDED, new))
        return
    for act, start, end, new_start, new_end in matcher.get_opcodes():
        if act == "equal":
            yield Piece(Kind.SAME, "".join(olds[start:end]))
            continue
        if end > start:
            yield Piece(Kind.REMOVED, "".join(olds[start:end]))
        if new_end > new_start:
            yield Piece(Kind.ADDED, "".join(news[new_start:new_end]))


def _shortened(found: Sequence[Paragraph]) -> Iterator[Paragraph]:
    changed = [place for place, one in enumerate(found) if one.is_changed]
    near = {place + step for place in changed for step in range(-AROUND, AROUND + 1)}
    skipped = 0
    for place, one in enumerate(found):
        if place not in near:
            skipped += 1
            continue
        if skipped:
            yield Paragraph((), skipped)
            skipped = 0
        yield one
    if skipped:
        yield Paragraph((), skipped)
