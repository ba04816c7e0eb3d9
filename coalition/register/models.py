"""What shape does the public ledger have? A read model of its own: it knows nobody who writes to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import db

SHOWN = text("status IN ('active', 'suspended')")


class RegisterEntry(db.Model):  # type: ignore[name-defined,misc]
    """One entry; `id` rises with the number, so that newest first is a walk along the key."""

    __tablename__ = "register_entries"
    __table_args__ = (
        Index(
            "uq_register_entries_live_name",
            "charter",
            "capacity",
            "name_key",
            "country",
            unique=True,
            sqlite_where=SHOWN,
            postgresql_where=SHOWN,
        ),
        Index("ix_register_entries_shown", "id", sqlite_where=SHOWN, postgresql_where=SHOWN),
        Index("ix_register_entries_country", "country", "id", sqlite_where=SHOWN, postgresql_where=SHOWN),
        Index("ix_register_entries_category", "category", "id", sqlite_where=SHOWN, postgresql_where=SHOWN),
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
    name_key: Mapped[str] = mapped_column(String(300))
    search: Mapped[str] = mapped_column(String(2500))


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
