"""Lists that are brought in: read, kept, their columns chosen, checked and applied by the steps themselves."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from coalition import clock
from coalition.audit.record import Actor
from coalition.desk import import_operations as operations
from coalition.desk import import_queries as queries
from coalition.desk import import_work as work
from coalition.desk.import_columns import suggested
from coalition.desk.import_models import Import
from coalition.desk.import_reading import Limits, read
from coalition.desk.import_states import Kind, Landing, State
from coalition.desk.import_values import Listing, Upload
from coalition.storage.files import store
from coalition.transactions import transaction
from tests.factories.charters import SLUG

ROSTERS = Path(__file__).resolve().parents[1] / "data"
NUMBERS = itertools.count(1)
OFFICER = Actor.officer("officer", "Ada")
LIMITS = Limits(bytes=25 * 1024 * 1024, rows=150_000)
SIGNED = ("official name", "country", "form", "category", "date", "signed by", "role", "email")


def csv_bytes(*rows: Sequence[str]) -> bytes:
    """Return CSV in UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def paper_row(name: str, **changes: str) -> list[str]:
    """Return a row under the headings of SIGNED; `changes` are its cells by heading, spaces as underscores."""
    cells = dict(zip(SIGNED, (name, "SN", "network", "international_network", "2019-05-04", "", "", ""), strict=True))
    cells |= {key.replace("_", " "): value for key, value in changes.items()}
    return list(cells.values())


def organisations(title: str = "A list", listed_on: date = date(2014, 9, 17)) -> Listing:
    """Say that a list names organisations."""
    return Listing(Kind.ORGANISATIONS, title, listed_on)


def signatures(landing: Landing = Landing.REVIEW, charter: str = SLUG) -> Listing:
    """Say that a list holds paper signatures of a charter."""
    return Listing(Kind.SIGNATURES, "Paper", date(2019, 6, 1), charter, 1, landing)


def row(**changes: Any) -> Import:
    """Return the bare row of an import that has ended now and whose file is kept, without its steps; not added yet."""
    text = ("filename", "encoding", "list_title")
    values: dict[str, Any] = {
        **dict.fromkeys(text, "paper"),
        "public_id": f"import {next(NUMBERS)}",
        "kind": Kind.SIGNATURES.value,
        "charter": SLUG,
        "charter_version": 1,
        "landing": Landing.ACTIVE.value,
        "file_sha256": "ab" * 32,
        "header_sha256": "ab" * 32,
        "storage_key": "import/ab/paper.csv",
        "headings": [],
        "mapping": {},
        "size": 10,
        "state": State.APPLIED.value,
        "rows_total": 1,
        "created_at": clock.now(),
        "ended_at": clock.now(),
    }
    return Import(**values | changes)


def begun(data: bytes, listing: Listing, **changes: Any) -> Import:
    """Return an import whose columns are to be chosen; in a transaction of its own."""
    content = read(io.BytesIO(data), limits=LIMITS)
    key = f"import/00/{next(NUMBERS)}-{hashlib.sha256(data).hexdigest()[:20]}"
    store().put(key, content.plain)
    upload = Upload("list.csv", hashlib.sha256(data).hexdigest(), len(data), key, content)
    mapping = suggested(listing.kind, content.headings)
    told: dict[str, Any] = {"officer_id": None, "actor": OFFICER, "now": clock.now(), **changes}
    with transaction():
        return operations.begin(listing=listing, upload=upload, mapping=mapping, **told)


def checked(data: bytes, listing: Listing) -> Import:
    """Return an import whose rows were judged."""
    found = begun(data, listing)
    import_id, public_id = found.id, found.public_id
    mapping = {int(place): key for place, key in found.mapping.items()}
    with transaction():
        operations.choose_columns(import_id=import_id, mapping=mapping, actor=OFFICER, now=clock.now())
    work.check(public_id, actor=OFFICER)
    return queries.import_of(public_id)


def accepted(found: Import, *, leaves_out: bool = False) -> str:
    """Let a checked import be brought in by the worker, and return its public id."""
    import_id, public_id = found.id, found.public_id
    with transaction():
        operations.apply(import_id=import_id, leaves_out=leaves_out, actor=OFFICER, now=clock.now())
    return public_id


def applied(data: bytes, listing: Listing, *, leaves_out: bool = False) -> Import:
    """Return an import that was brought in."""
    public_id = accepted(checked(data, listing), leaves_out=leaves_out)
    work.apply(public_id, actor=OFFICER, seconds=60)
    return queries.import_of(public_id)


def undone(found: Import) -> Import:
    """Return an import that was taken back."""
    import_id, public_id = found.id, found.public_id
    with transaction():
        operations.undo(import_id=import_id, actor=OFFICER, now=clock.now())
    work.undo(public_id, actor=OFFICER)
    return queries.import_of(public_id)
