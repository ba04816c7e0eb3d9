"""What does the worker do for enquiries? It removes files that were written and whose row never came."""

from __future__ import annotations

from coalition.enquiries import retention
from coalition.storage.files import store


def delete_unclaimed(*, keys: list[str]) -> None:
    """Remove those of the files that no letter names."""
    for key in retention.unclaimed(keys):
        store().delete(key)
