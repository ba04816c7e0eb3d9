"""What can keep the public log from going on? Each in one sentence for the operator."""

from __future__ import annotations

from coalition.errors import NotFound, Unavailable, mark


class LeafUnknown(NotFound):
    """The log has no leaf at this place, or of this act and subject."""

    def __init__(self) -> None:
        super().__init__(mark("The public log has no such entry."))


class LogForked(Unavailable):
    """What was published and what the database holds are not one log: signing both would be lying to somebody."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            mark("The public log in %(folder)s and the database tell different things. Nothing is signed any more."),
            folder=folder,
        )


class LogDamaged(Unavailable):
    """Files of the log that are needed are missing or are not what was signed."""

    def __init__(self, folder: str, detail: str) -> None:
        super().__init__(
            mark("A file of the public log in %(folder)s is missing or was changed (%(detail)s)."),
            folder=folder,
            detail=detail,
        )


class LogBehind(Unavailable):
    """A backup was put back: the database lacks leaves that were published."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            mark(
                "The database is older than the public log in %(folder)s. Nothing is signed until “coalition init” "
                "has taken back what is missing."
            ),
            folder=folder,
        )


class LogUnwritable(Unavailable):
    """The folder of the log takes no files: it is full, or not ours."""

    def __init__(self, folder: str, why: str) -> None:
        super().__init__(
            mark("The public log cannot be published in %(folder)s: %(why)s. It is tried again."),
            folder=folder,
            why=why,
        )


class LogLate(Unavailable):
    """Acts have waited longer than a running worker lets them."""

    def __init__(self, folder: str, since: str) -> None:
        super().__init__(
            mark(
                "Public acts wait to be published in the log since %(since)s UTC. "
                "Does the worker run, and is there room in %(folder)s?"
            ),
            folder=folder,
            since=since,
        )
