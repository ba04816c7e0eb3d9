"""Does the walk along the chain find every alteration that whoever owns the database can make?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from coalition.audit import checkpoints, note, sequencing, verification
from coalition.audit.note import Checkpoint
from coalition.audit.verification import Fault, Finding
from coalition.extensions import db
from coalition.transactions import transaction
from tests.factories.audit import NOW, lines

LINES = 60
ALTERATIONS = 1000
FIELDS = ("at", "actor_kind", "actor_id", "act", "subject", "from_state", "to_state", "reason")
ADDED = "INSERT INTO audit_records (id, at, actor_kind, act, subject) SELECT :id, at, 'person', 'submit', 'x:y'"
Alteration = Callable[[Connection, random.Random], None]


def altered_field(connection: Connection, dice: random.Random) -> None:
    field, id = dice.choice(FIELDS), dice.randint(1, LINES)
    value = "2020-01-01 00:00:00.000000+00:00" if field == "at" else f"other-{dice.random()}"[:19]
    connection.execute(text(f"UPDATE audit_records SET {field} = :value WHERE id = :id"), {"value": value, "id": id})


def emptied_field(connection: Connection, dice: random.Random) -> None:
    field = dice.choice(["actor_kind", "act", "subject"])
    connection.execute(text(f"UPDATE audit_records SET {field} = '' WHERE id = :id"), {"id": dice.randint(1, LINES)})


def removed_record(connection: Connection, dice: random.Random) -> None:
    connection.execute(text("DELETE FROM audit_records WHERE id = :id"), {"id": dice.randint(1, LINES)})


def swapped_records(connection: Connection, dice: random.Random) -> None:
    one, two = dice.sample(range(1, LINES + 1), 2)
    for id, other in ((one, -1), (two, one), (-1, two)):
        connection.execute(text("UPDATE audit_records SET id = :other WHERE id = :id"), {"id": id, "other": other})


def swapped_links(connection: Connection, dice: random.Random) -> None:
    one, two = dice.sample(range(1, LINES + 1), 2)
    for number, other in ((one, -1), (two, one), (-1, two)):
        values = {"number": number, "other": other}
        connection.execute(text("UPDATE audit_links SET number = :other WHERE number = :number"), values)


def removed_both(connection: Connection, dice: random.Random) -> None:
    id = dice.randint(1, LINES)
    connection.execute(text("DELETE FROM audit_links WHERE record_id = :id"), {"id": id})
    connection.execute(text("DELETE FROM audit_records WHERE id = :id"), {"id": id})


def cut_end(connection: Connection, dice: random.Random) -> None:
    last = {"last": dice.randint(0, LINES - 1)}
    connection.execute(text("DELETE FROM audit_links WHERE number > :last"), last)
    if dice.random() < 0.5:
        connection.execute(text("DELETE FROM audit_records WHERE id > :last"), last)


def cut_beginning(connection: Connection, dice: random.Random) -> None:
    first = {"first": dice.randint(1, LINES)}
    connection.execute(text("DELETE FROM audit_links WHERE number <= :first"), first)
    connection.execute(text("DELETE FROM audit_records WHERE id <= :first"), first)


def emptied_link(connection: Connection, dice: random.Random) -> None:
    number = {"number": dice.randint(1, LINES)}
    connection.execute(text("UPDATE audit_links SET salt = NULL, line = NULL WHERE number = :number"), number)


def altered_link(connection: Connection, dice: random.Random) -> None:
    field, number = dice.choice(["commitment", "head", "salt", "line"]), {"number": dice.randint(1, LINES)}
    value = dice.randbytes(32).hex()
    statement = text(f"UPDATE audit_links SET {field} = :value WHERE number = :number")
    connection.execute(statement, {"value": value, **number})


def inserted_record(connection: Connection, dice: random.Random) -> None:
    statement = text(f"{ADDED} FROM audit_records WHERE id = 1")
    connection.execute(statement, {"id": -dice.randint(1, 1000)})


def rewritten_from_somewhere(connection: Connection, dice: random.Random) -> None:
    """Whoever knows how the chain is made writes it anew behind an alteration: only a checkpoint tells."""
    altered_field(connection, dice)
    connection.execute(text("DELETE FROM audit_links"))
    sequencing._number(connection, most=LINES)


KINDS: tuple[Alteration, ...] = (
    altered_field,
    emptied_field,
    removed_record,
    swapped_records,
    swapped_links,
    removed_both,
    cut_end,
    cut_beginning,
    emptied_link,
    altered_link,
    inserted_record,
    rewritten_from_somewhere,
)


@contextmanager
def as_owner(connection: Connection) -> Iterator[None]:
    """Take the database's own guards off, as only its owner can."""
    if connection.dialect.name == "sqlite":
        names = connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'")
        )
        for (name,) in names.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
    else:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    nested = connection.begin_nested()
    try:
        yield
    finally:
        nested.rollback()


@pytest.fixture
def checkpoint(session: Session) -> Checkpoint:
    """A log of LINES lines with the keys from 1 on, and a checkpoint of it that lies elsewhere."""
    if db.engine.dialect.name == "postgresql":  # which does not roll back the numbers that other tests have drawn
        with transaction():
            session.execute(text("ALTER SEQUENCE audit_records_id_seq RESTART WITH 1"))
    lines(LINES)
    found = note.opened(checkpoints.make(now=NOW), checkpoints.signing_key().public_key())
    assert found.size == LINES
    return found


def test_a_thousand_alterations_when_made_at_random_are_all_found(checkpoint: Checkpoint) -> None:
    dice, missed = random.Random(20261122), []
    connection = db.session.connection()
    for number in range(ALTERATIONS):
        alter = KINDS[number % len(KINDS)]
        with as_owner(connection):
            alter(connection, dice)
            if verification.verify([checkpoint]).finding is None:
                missed.append((number, alter.__name__))
    assert missed == []
    assert verification.verify([checkpoint]).finding is None


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE audit_records SET act = 'approve' WHERE id = 7", Finding(Fault.ALTERED, 7)),
        ("DELETE FROM audit_records WHERE id = 9", Finding(Fault.REMOVED, 9)),
        ("DELETE FROM audit_links WHERE number = 9", Finding(Fault.REMOVED, 9)),
        ("UPDATE audit_links SET record_id = 99 WHERE number = 4", Finding(Fault.REMOVED, 4)),
        ("DELETE FROM audit_links WHERE number > 50", Finding(Fault.CUT, 51)),
        ("UPDATE audit_links SET salt = NULL WHERE number = 3", Finding(Fault.ALTERED, 3)),
        ("UPDATE audit_links SET salt = NULL, line = NULL WHERE number = 3", Finding(Fault.ALTERED, 3)),
    ],
)
def test_alteration_when_found_is_named_by_its_first_line(
    checkpoint: Checkpoint, statement: str, finding: Finding
) -> None:
    connection: Any = db.session.connection()
    with as_owner(connection):
        connection.execute(text(statement))
        assert verification.verify([checkpoint]).finding == finding


def test_records_that_changed_places_are_named_by_the_first(checkpoint: Checkpoint) -> None:
    connection = db.session.connection()
    with as_owner(connection):
        for id, other in ((12, -1), (30, 12), (-1, 30)):
            connection.execute(text("UPDATE audit_records SET id = :other WHERE id = :id"), {"id": id, "other": other})
        assert verification.verify([checkpoint]).finding == Finding(Fault.ALTERED, 12)


def test_links_that_changed_records_are_named_by_the_first(checkpoint: Checkpoint) -> None:
    connection = db.session.connection()
    with as_owner(connection):
        for number, record in ((12, -1), (30, 12), (12, 30)):
            values = {"number": number, "record": record}
            connection.execute(text("UPDATE audit_links SET record_id = :record WHERE number = :number"), values)
        assert verification.verify([checkpoint]).finding == Finding(Fault.SWAPPED, 12)


def test_log_that_was_written_anew_is_whole_but_not_what_it_was(checkpoint: Checkpoint) -> None:
    connection = db.session.connection()
    with as_owner(connection):
        rewritten_from_somewhere(connection, random.Random(1))
        assert verification.verify().finding is None
        assert verification.verify([checkpoint]).finding == Finding(Fault.REWRITTEN, LINES)


def test_checkpoint_of_the_empty_log_when_forged_is_found(checkpoint: Checkpoint) -> None:
    forged = Checkpoint("a/audit", 0, "11" * 32)
    assert verification.verify([forged]).finding == Finding(Fault.REWRITTEN, 0)
