"""What shape does an organisation have?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db


class Organisation(db.Model):  # type: ignore[name-defined,misc]
    """The party, as it was named when it applied; `name_key` is its name for comparison, without accents and form."""

    __tablename__ = "organisations"
    __table_args__ = (Index("ix_organisations_name_key", "name_key", "country"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    official_name: Mapped[str] = mapped_column(String(300))
    latin_name: Mapped[str] = mapped_column(String(300))
    acronym: Mapped[str] = mapped_column(String(40))
    aliases: Mapped[str] = mapped_column(String(500))
    organisation_form: Mapped[str] = mapped_column(String(40))
    country: Mapped[str] = mapped_column(String(2))
    website: Mapped[str] = mapped_column(String(300))
    registration_number: Mapped[str] = mapped_column(String(100))
    description: Mapped[str] = mapped_column(String(400))
    name_key: Mapped[str] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
