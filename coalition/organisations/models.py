"""What shape does an organisation have, and what lists say of it?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from coalition.extensions import UtcDateTime, db

BY_CODE_POINT = String(60).with_variant(String(60, collation="C"), "postgresql")
PARTY = text("is_party")


class Organisation(db.Model):  # type: ignore[name-defined,misc]
    """The party, as it was named when it applied; `name_key` is its name for comparison, without accents and form."""

    __tablename__ = "organisations"
    __table_args__ = (
        Index("ix_organisations_name_key", "name_key", "country"),
        Index("ix_organisations_country", "country", "id"),
    )

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


class OrganisationWord(db.Model):  # type: ignore[name-defined,misc]
    """A key under which an organisation is found again, however it is spelt."""

    __tablename__ = "organisation_words"
    __table_args__ = (Index("ix_organisation_words_organisation_id", "organisation_id"), {"sqlite_with_rowid": False})

    word: Mapped[str] = mapped_column(BY_CODE_POINT, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )


class OrganisationDistinction(db.Model):  # type: ignore[name-defined,misc]
    """Two organisations that an officer knows to be different; `organisation_id` is the smaller number."""

    __tablename__ = "organisation_distinctions"
    __table_args__ = (
        CheckConstraint("organisation_id < other_id", name="order"),
        Index("ix_organisation_distinctions_other_id", "other_id"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True, autoincrement=False)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    told_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OrganisationSource(db.Model):  # type: ignore[name-defined,misc]
    """Where an organisation stands in a list that was brought in: as named there, as classed there, under whom.

    `umbrella_id` is the party that it is listed under: an affiliate is never counted as a party, nor is whoever signed
    on paper; of the others `is_party` holds. `is_first` says that this very line brought the organisation in.
    """

    __tablename__ = "organisation_sources"
    __table_args__ = (
        UniqueConstraint("import_id", "row_number"),
        Index("ix_organisation_sources_organisation_id", "organisation_id"),
        Index("ix_organisation_sources_umbrella_id", "umbrella_id"),
        Index("ix_organisation_sources_party", "organisation_id", sqlite_where=PARTY, postgresql_where=PARTY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    row_number: Mapped[int]
    listed_name: Mapped[str] = mapped_column(String(300))
    listed_class: Mapped[str] = mapped_column(String(120))
    umbrella_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    is_first: Mapped[bool]
    is_party: Mapped[bool]


class OrganisationName(db.Model):  # type: ignore[name-defined,misc]
    """A name or acronym by which a list knows an organisation; `name_key` is how two spellings of it meet."""

    __tablename__ = "organisation_names"
    __table_args__ = (
        Index("ix_organisation_names_name_key", "name_key", "organisation_id"),
        Index("ix_organisation_names_organisation_id", "organisation_id"),
        Index("ix_organisation_names_import_id", "import_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = mapped_column(String(300))


class OrganisationJoin(db.Model):  # type: ignore[name-defined,misc]
    """Two organisations that a later list knows as one: the younger is shown as part of the older.

    What was part of the younger gets a row of its own; of several rows the latest import's counts.
    """

    __tablename__ = "organisation_joins"
    __table_args__ = (
        Index("ix_organisation_joins_into_organisation_id", "into_organisation_id"),
        Index("ix_organisation_joins_import_id", "import_id"),
    )

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True, autoincrement=False)
    into_organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id"), primary_key=True, autoincrement=False)
