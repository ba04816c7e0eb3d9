"""What can go wrong with a charter?"""

from __future__ import annotations

from coalition.errors import Conflict, Invalid, NotFound, mark


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


class SigningClosed(Conflict):
    """The closing date is over, also for those who had begun before it."""

    def __init__(self) -> None:
        super().__init__(mark("Signing is closed: this text can no longer be signed. Nothing was sent."))


class CharterChanged(Conflict):
    """Somebody has changed the charter since the page was opened."""

    def __init__(self, name: str) -> None:
        sentence = mark(
            "%(name)s has changed this text after you opened the page. Load it again, then decide. Nothing was saved."
        )
        super().__init__(sentence, name=name)


class VersionWaits(Conflict):
    """A version waits for its day already; the next can be published after it, or instead of it."""

    def __init__(self, number: int) -> None:
        sentence = mark("Version %(number)s waits for its day already. Call it off first to publish another.")
        super().__init__(sentence, number=number)


class InForceAlready(Conflict):
    """A version that is in force, or was, stays for good: signatures rest on it."""

    def __init__(self, number: int) -> None:
        sentence = mark("Version %(number)s is in force already and stays. A next version can take its place.")
        super().__init__(sentence, number=number)


class TextThere(Conflict):
    """The version has a text in this language, which never changes."""

    def __init__(self, number: int, language: str) -> None:
        sentence = mark("Version %(number)s has a text in this language (%(language)s) already; it never changes.")
        super().__init__(sentence, number=number, language=language)


class NothingNew(Invalid):
    """Every text is the one that stands there."""

    def __init__(self, number: int) -> None:
        sentence = mark("No text differs from version %(number)s: there is nothing to publish.")
        super().__init__(sentence, number=number)


class TextBroken(Invalid):
    """A text cannot be published, or the one that decides is missing."""

    def __init__(self) -> None:
        super().__init__(mark("A text is missing or cannot be shown. Look at each of them again."))


class ApproversImpossible(Invalid):
    """A charter is approved by some officers, not by a crowd."""

    def __init__(self, most: int) -> None:
        super().__init__(mark("Between 1 and %(most)s officers approve an application."), most=most)


class CategoryNotThere(NotFound):
    """The charter has no such category."""

    def __init__(self) -> None:
        super().__init__(mark("This text has no such category. Load the page again."))


class ReasonUnknown(NotFound):
    """The charter has no such reason, or not as it was looked at."""

    def __init__(self) -> None:
        super().__init__(mark("This text has no such reason. Load the page again."))


class ReasonThere(Invalid):
    """Two reasons would have one key."""

    def __init__(self, key: str) -> None:
        super().__init__(mark("There is a reason “%(key)s” already. Choose another key."), key=key)


class LastReason(Conflict):
    """Nobody could decline any more."""

    def __init__(self) -> None:
        super().__init__(mark("This is the only reason that can be chosen: add another one before you retire it."))


class WordsMissing(Invalid):
    """A text that applicants read is there in every language of the charter."""

    def __init__(self) -> None:
        super().__init__(mark("Write it in every language of the text."))


class NothingToDo(Invalid):
    """What was asked for is so already."""

    def __init__(self) -> None:
        super().__init__(mark("Nothing was changed: it is so already."))
