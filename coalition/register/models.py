"""What shape does the public ledger have? A read model of its own: it knows nobody who writes to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import db
from coalition.register.entry import LONGEST_SORT_NAME

SHOWN = text("status IN ('active', 'suspended')")
NOT_ACTIVE = text("status <> 'active'")
INDEXED = ("country", "category", "charter", "signed_year")
BY_CODE_POINT = String(LONGEST_SORT_NAME).with_variant(String(LONGEST_SORT_NAME, collation="C"), "postgresql")


def _partial(name: str, *columns: str, unique: bool = False, where: Any = SHOWN) -> Index:
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


class RegisterEntry(db.Model):  # type: ignore[name-defined,misc]
    """One entry; `id` rises with the number, so that newest first is a walk along the key."""

    __tablename__ = "register_entries"
    __table_args__ = (
        _partial("uq_register_entries_live_name", "charter", "capacity", "name_key", "country", unique=True),
        _partial("ix_register_entries_newest", "capacity", "id"),
        _partial("ix_register_entries_name", "capacity", "sort_name", "id"),
        *(_partial(f"ix_register_entries_{field}_newest", "capacity", field, "id") for field in INDEXED),
        *(_partial(f"ix_register_entries_{field}_name", "capacity", field, "sort_name", "id") for field in INDEXED),
        _partial("ix_register_entries_status_newest", "capacity", "status", "id", where=NOT_ACTIVE),
        _partial("ix_register_entries_status_name", "capacity", "status", "sort_name", "id", where=NOT_ACTIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    charter: Mapped[str] = mapped_column(String(60))
    charter_version: Mapped[int]
    capacity: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    official_name: Mapped[str] = mapped_column(String(300))
    latin_name: Mapped[str] = mapped_column(String(300))
    acronym: Mapped[str] = mapped_column(String(40))
    aliases: Mapped[str] = mapped_column(String(500))
    country: Mapped[str] = mapped_column(String(2))
    organisation_form: Mapped[str] = mapped_column(String(40))
    category: Mapped[str] = mapped_column(String(60))
    website: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(String(400))
    representative: Mapped[str] = mapped_column(String(200))
    extra: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    signed_on: Mapped[date]
    published_on: Mapped[date]
    ended_on: Mapped[date | None]
    signed_year: Mapped[int]
    sort_name: Mapped[str] = mapped_column(BY_CODE_POINT)
    name_key: Mapped[str] = mapped_column(String(300))
    search: Mapped[str] = mapped_column(String(2500))


class RegisterMark(db.Model):  # type: ignore[name-defined,misc]
    """An option that an entry chose in a field of its charter's own, to be found by."""

    __tablename__ = "register_marks"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(60), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entries.id"), primary_key=True, autoincrement=False)


class RegisterCount(db.Model):  # type: ignore[name-defined,misc]
    """How many active signatories a charter has in one country and category."""

    __tablename__ = "register_counts"

    charter: Mapped[str] = mapped_column(String(60), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    category: Mapped[str] = mapped_column(String(60), primary_key=True)
    active: Mapped[int]


class RegisterHead(db.Model):  # type: ignore[name-defined,misc]
    """The one row that publishing holds: the last number given, and the version that readers' caches compare.

    Only officers' decisions take it, so it is never hot.
    """

    __tablename__ = "register_heads"

    prefix: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_number: Mapped[int]
    version: Mapped[int]


class RegisterLink(db.Model):  # type: ignore[name-defined,misc]
    """What one entry is to another: `other_number` succeeds it, or has the same name and is not to be confused with it.

    Namesakes are written both ways.
    """

    __tablename__ = "register_links"
    __table_args__ = (Index("ix_register_links_other_number", "other_number"),)

    number: Mapped[str] = mapped_column(String(40), ForeignKey("register_entries.number"), primary_key=True)
    other_number: Mapped[str] = mapped_column(String(40), ForeignKey("register_entries.number"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    since_on: Mapped[date]


class RegisterNote(db.Model):  # type: ignore[name-defined,misc]
    """A neutral note on an entry while a question about it is open; its words belong to the page."""

    __tablename__ = "register_notes"

    number: Mapped[str] = mapped_column(String(40), ForeignKey("register_entries.number"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    since_on: Mapped[date]


class RegisterFormerName(db.Model):  # type: ignore[name-defined,misc]
    """What an organisation of the register was called until a day; a mistake that was corrected is none."""

    __tablename__ = "register_former_names"
    __table_args__ = (Index("ix_register_former_names_number", "number", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40), ForeignKey("register_entries.number"))
    official_name: Mapped[str] = mapped_column(String(300))
    latin_name: Mapped[str] = mapped_column(String(300), server_default="")
    until_on: Mapped[date]
