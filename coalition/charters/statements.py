"""Which statements read charters? Built once; what is made of their rows belongs to `queries`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select

from coalition.charters.models import Charter, CharterText, CharterVersion
from coalition.extensions import UtcDateTime

COLUMNS: list[Any] = [
    Charter.slug,
    Charter.enabled,
    Charter.closes_at,
    CharterVersion.id,
    CharterVersion.number,
    CharterVersion.adopted_on,
    CharterVersion.published_at,
    CharterVersion.in_force_from,
    CharterVersion.definition_sha256,
]
VERSIONS: Select[Any] = (
    select(*COLUMNS)
    .join(CharterVersion, CharterVersion.charter_id == Charter.id)
    .where(Charter.slug == bindparam("slug"))
    .order_by(CharterVersion.number.desc())
)
LATER = CharterVersion.__table__.alias("later")


def _in_force_by(moment: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(moment.is_(None), moment <= bindparam("now", type_=UtcDateTime()))


NEWEST_OF_ALL: Select[Any] = (
    select(*COLUMNS)
    .join(CharterVersion, CharterVersion.charter_id == Charter.id)
    .where(
        _in_force_by(CharterVersion.__table__.c.in_force_from),
        ~select(LATER.c.id)
        .where(LATER.c.charter_id == CharterVersion.charter_id, LATER.c.number > CharterVersion.number)
        .where(_in_force_by(LATER.c.in_force_from))
        .exists(),
    )
    .order_by(Charter.position)
)
NEWEST: Select[Any] = NEWEST_OF_ALL.where(Charter.enabled)
ALL = (
    select(Charter.slug, Charter.number_prefix, Charter.enabled, func.max(CharterVersion.number).label("number"))
    .join(CharterVersion, CharterVersion.charter_id == Charter.id)
    .where(_in_force_by(CharterVersion.__table__.c.in_force_from))
    .group_by(Charter.id)
    .order_by(Charter.position)
)
TEXTS = (
    select(CharterText.language, CharterText.standing, CharterText.sha256)
    .where(CharterText.version_id == bindparam("version"))
    .order_by(CharterText.id)
)
MARKDOWN = select(CharterText.markdown).where(CharterText.sha256 == bindparam("sha256"))
DEFINITION = select(CharterVersion.definition).where(CharterVersion.id == bindparam("version"))
