"""What can go wrong with a charter?"""

from __future__ import annotations

from coalition.errors import Conflict, NotFound, mark


class CharterUnknown(NotFound):
    """There is no charter of that slug, or not such a version of it, or it is switched off."""

    def __init__(self) -> None:
        super().__init__(mark("There is no such charter here. Look at the list of charters."))


class NotSignable(NotFound):
    """The charter is joined by note or letter, or only its summary is known."""

    def __init__(self) -> None:
        super().__init__(mark("This text is not signed on this site. Its page says how to join."))


class TextChanged(Conflict):
    """A stored text no longer has the digest that it was adopted with."""

    def __init__(self, slug: str, number: int, language: str) -> None:
        sentence = mark(
            "The stored text of %(charter)s, version %(number)s (%(language)s), is not the one that was adopted: "
            "its digest differs. Restore it from a backup."
        )
        super().__init__(sentence, charter=slug, number=number, language=language)


class SummaryTooLate(Conflict):
    """A folder holds only a summary of a charter whose text was adopted already."""

    def __init__(self, slug: str) -> None:
        sentence = mark("%(charter)s has an adopted text already. Load its text, not a summary.")
        super().__init__(sentence, charter=slug)


class PrefixTaken(Conflict):
    """Two charters would number their signatories alike."""

    def __init__(self, prefix: str, slug: str) -> None:
        sentence = mark("The number prefix %(prefix)s belongs to %(charter)s. Choose another one.")
        super().__init__(sentence, prefix=prefix, charter=slug)


class BuiltInUnknown(NotFound):
    """The settings name a built-in charter that does not exist."""

    def __init__(self, slug: str, known: tuple[str, ...]) -> None:
        sentence = mark("COALITION_BUILT_IN_CHARTERS names %(charter)s; what is built in is %(known)s.")
        super().__init__(sentence, charter=slug, known=", ".join(known))
