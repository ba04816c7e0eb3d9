"""The built-in charters, loaded as `coalition init` loads them."""

from __future__ import annotations

from functools import cache

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import definition, operations
from coalition.charters.definition import CharterFolder
from coalition.transactions import transaction

SLUG = "icsse-charter"
DECLARATION = "ilgsse-declaration"


@cache
def folder(slug: str = SLUG) -> CharterFolder:
    """Read a built-in folder, once a process."""
    return definition.load(definition.LIBRARY / slug)


def load(slug: str = SLUG) -> None:
    """Load a built-in charter, in a transaction of its own."""
    with transaction():
        operations.load_charter(folder=folder(slug), actor=Actor.system("tests"), now=clock.now())
