"""What shape has the public log? Leaves as they were written, their places in the tree, its tiles and signed heads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db

FORGOTTEN = text("salt IS NULL")


class LogLeaf(db.Model):  # type: ignore[name-defined,misc]
    """A public act, written in the transaction of the act itself; the order of the tree is given after the commit.

    `content` is what the commitment opens to, in canonical JSON, with its `salt`; both go when it must be forgotten,
    and the tree stays whole.
    """

    __tablename__ = "log_leaves"
    __table_args__ = (
        Index("ix_log_leaves_subject", "subject", "id"),
        Index("ix_log_leaves_commitment", "commitment"),
        Index("ix_log_leaves_forgotten", "id", sqlite_where=FORGOTTEN, postgresql_where=FORGOTTEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    commitment: Mapped[str] = mapped_column(String(64))
    salt: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[str | None] = mapped_column(Text)


class LogPlace(db.Model):  # type: ignore[name-defined,misc]
    """Where a leaf stands in the tree, counted from 0 without a gap."""

    __tablename__ = "log_places"

    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    leaf_id: Mapped[int] = mapped_column(ForeignKey("log_leaves.id"), unique=True)


class LogTile(db.Model):  # type: ignore[name-defined,misc]
    """Up to 256 hashes of 32 bytes of one level of the tree (C2SP tlog-tiles); only a level's last tile still grows."""

    __tablename__ = "log_tiles"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes] = mapped_column(LargeBinary)


class LogCheckpoint(db.Model):  # type: ignore[name-defined,misc]
    """A signed note that says how large the tree was and what its root was."""

    __tablename__ = "log_checkpoints"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text)


class LostAct(db.Model):  # type: ignore[name-defined,misc]
    """An act that the log knows and a restored database does not: to be done again, by hand, then settled.

    `index` is the place of a lost certificate in the list of standings, which no other may take.
    """

    __tablename__ = "lost_acts"

    place: Mapped[int] = mapped_column(ForeignKey("log_places.place"), primary_key=True, autoincrement=False)
    index: Mapped[int | None]
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
