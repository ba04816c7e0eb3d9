"""What shape does a list have that is brought in, with its problems and the columns that were chosen for it?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db


class Import(db.Model):  # type: ignore[name-defined,misc]
    """One file and what has become of it.

    `charter` is "" for organisations alone; `landing` says where signatures go: "review" or "active". `mapping` is
    heading's place → field. `run` counts the attempts at the present step: of two workers one goes on. `rows_done` is
    the progress of that step, `touched_at` the last sign of life of its check. `storage_key` is none once the file is
    no longer kept.
    """

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_file_sha256", "file_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    charter: Mapped[str] = mapped_column(String(60))
    charter_version: Mapped[int | None]
    landing: Mapped[str] = mapped_column(String(20))
    list_title: Mapped[str] = mapped_column(String(200))
    listed_on: Mapped[date | None]
    filename: Mapped[str] = mapped_column(String(200))
    file_sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    encoding: Mapped[str] = mapped_column(String(20))
    storage_key: Mapped[str | None] = mapped_column(String(140))
    headings: Mapped[list[str]] = mapped_column(JSON)
    header_sha256: Mapped[str] = mapped_column(String(64))
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(20))
    run: Mapped[int] = mapped_column(default=0)
    rows_total: Mapped[int]
    rows_done: Mapped[int] = mapped_column(default=0)
    rows_new: Mapped[int] = mapped_column(default=0)
    rows_known: Mapped[int] = mapped_column(default=0)
    rows_bad: Mapped[int] = mapped_column(default=0)
    leaves_out: Mapped[bool] = mapped_column(default=False)
    failure: Mapped[str] = mapped_column(String(60), default="")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    touched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportProblem(db.Model):  # type: ignore[name-defined,misc]
    """What is wrong with one cell, by row and column as the file counts them; a notice keeps nothing out."""

    __tablename__ = "import_problems"
    __table_args__ = (Index("ix_import_problems_import_id", "import_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    row_number: Mapped[int]
    heading: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(String(320))
    text: Mapped[str] = mapped_column(String(120))
    is_notice: Mapped[bool]


class ImportMapping(db.Model):  # type: ignore[name-defined,misc]
    """Which columns were chosen for a file with these headings: remembered for the next one."""

    __tablename__ = "import_mappings"

    header_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
