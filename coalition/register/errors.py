"""What can go wrong in the register?"""

from __future__ import annotations

from coalition.errors import NotFound, mark


class EntryUnknown(NotFound):
    """No entry has this number."""

    def __init__(self) -> None:
        super().__init__(
            mark(
                "There is no entry with this number. Compare it with the certificate, "
                "or look for the organisation by its name."
            )
        )
