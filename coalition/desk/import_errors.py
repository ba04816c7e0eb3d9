"""What can go wrong when a list is brought in? One sentence each."""

from __future__ import annotations

from coalition.errors import Conflict, Invalid, NotFound, mark


class ImportUnknown(NotFound):
    """There is no such import, or not for this officer."""

    def __init__(self) -> None:
        super().__init__(mark("There is no import under this address."))


class ImportMoved(Conflict):
    """The import is not at the step that was asked for."""

    def __init__(self) -> None:
        super().__init__(mark("This import has gone on since you looked. Load the page again to see how far it is."))


class ColumnsWrong(Invalid):
    """The columns that were chosen make no list."""


class RowsAreBad(Invalid):
    """Some rows cannot come in, and nobody has said that they may be left out."""

    def __init__(self, rows: int) -> None:
        super().__init__(
            mark("Nothing was imported. Rows with problems: %(rows)s. Mend the file, or choose to leave them out."),
            rows=rows,
        )


class NothingToImport(Invalid):
    """No row is left that could come in."""

    def __init__(self) -> None:
        super().__init__(mark("Nothing was imported: no row of this list can come in or says anything new."))


class DependedOn(Conflict):
    """Something has been built on what an import brought."""

    def __init__(self, number: int) -> None:
        super().__init__(
            mark(
                "This import cannot be undone any more. Organisations of it that stand in a later list, "
                "or that somebody has worked on: %(number)s."
            ),
            number=number,
        )
