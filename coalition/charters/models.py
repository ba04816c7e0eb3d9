"""What shape do charters, their versions and texts have? What they mean is read from a version's definition."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from coalition.extensions import UtcDateTime, db

SUMMARY_NUMBER = 0
"""The number of what stands in place of a version as long as only a summary is known; nobody can sign it."""


class Charter(db.Model):  # type: ignore[name-defined,misc]
    """A text that organisations sign, by its slug; one that is switched off is not shown, its signatures stay.

    From `closes_at` on nobody begins to sign it; None is for as long as it is in force.
    """

    __tablename__ = "charters"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    number_prefix: Mapped[str] = mapped_column(String(20), unique=True)
    position: Mapped[int]
    enabled: Mapped[bool]
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    versions: Mapped[list[CharterVersion]] = relationship(
        back_populates="charter", order_by="CharterVersion.number", cascade="all, delete-orphan"
    )


class CharterVersion(db.Model):  # type: ignore[name-defined,misc]
    """One adopted text: its number never changes, nor do its texts; labels and criteria may be mended.

    `loaded` are its data as they came in, `definition` the same with what the secretariat has changed since: all that
    anybody reads. One that the secretariat published is `from_desk` and in force from its moment on; None is at once.
    """

    __tablename__ = "charter_versions"
    __table_args__ = (
        UniqueConstraint("charter_id", "number"),
        CheckConstraint("number >= 0", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    charter_id: Mapped[int] = mapped_column(ForeignKey("charters.id"))
    number: Mapped[int]
    adopted_on: Mapped[date | None]
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    in_force_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    from_desk: Mapped[bool] = mapped_column(default=False)
    loaded: Mapped[dict[str, Any]] = mapped_column(JSON)
    loaded_sha256: Mapped[str] = mapped_column(String(64))
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    definition_sha256: Mapped[str] = mapped_column(String(64))

    charter: Mapped[Charter] = relationship(back_populates="versions")
    texts: Mapped[list[CharterText]] = relationship(
        back_populates="version", order_by="CharterText.id", cascade="all, delete-orphan"
    )


class CharterText(db.Model):  # type: ignore[name-defined,misc]
    """The text of a version in one language, in canonical form, with its digest."""

    __tablename__ = "charter_texts"
    __table_args__ = (
        UniqueConstraint("version_id", "language"),
        CheckConstraint("standing IN ('authentic', 'courtesy', 'summary')", name="standing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("charter_versions.id"))
    language: Mapped[str] = mapped_column(String(10))
    standing: Mapped[str] = mapped_column(String(20))
    markdown: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))

    version: Mapped[CharterVersion] = relationship(back_populates="texts")


class CharterChange(db.Model):  # type: ignore[name-defined,misc]
    """One change of a charter: who, when, and what stood there before and after; the newest of a subject counts."""

    __tablename__ = "charter_changes"
    __table_args__ = (Index("ix_charter_changes_charter_id", "charter_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    charter_id: Mapped[int] = mapped_column(ForeignKey("charters.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[str | None] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(80))
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
