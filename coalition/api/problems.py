"""How does the API say what is wrong? Problem details, by the one place that maps errors. Source: RFC 9457."""

from __future__ import annotations

from coalition.errors import Invalid, NotFound, mark


class NothingHere(NotFound):
    """There is no such thing in the API."""

    def __init__(self) -> None:
        super().__init__(mark("There is nothing of this name."))


class BadBody(Invalid):
    """The body is not what the address takes."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
