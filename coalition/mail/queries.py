"""Which mails were written, and how far have they come? Columns by Core; their words are made by `writing`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import TemplateNotFound
from sqlalchemy import ColumnElement, func, select

from coalition.errors import NotFound, mark
from coalition.extensions import db
from coalition.mail.message import MailState
from coalition.mail.models import OutboxMessage
from coalition.mail.writing import subject_of

PAGE = 25
MOST_OF_ONE = 50
BOUNCED = "bounced"


class MailUnknown(NotFound):
    """There is no such mail, or it is not this officer's to see."""

    def __init__(self) -> None:
        super().__init__(mark("There is no such message."))


@dataclass(frozen=True)
class MailLine:
    """A mail in a list; `recipient` and `subject` are "" once they were forgotten."""

    id: int
    template: str
    language: str
    recipient: str
    subject: str
    about: str
    state: str
    created_at: datetime
    sent_at: datetime | None
    bounced_at: datetime | None
    last_error: str

    @property
    def standing(self) -> str:
        """How far it has come, in one word: a state, or that it came back."""
        return BOUNCED if self.bounced_at else self.state


@dataclass(frozen=True)
class MailPage:
    """One page of mails, newest first; `next_after` is the key at which the next one begins, None on the last."""

    rows: tuple[MailLine, ...]
    next_after: int | None


def page_of(conditions: Sequence[ColumnElement[bool]], *, after: int | None) -> MailPage:
    """Return a page of the mails of which all conditions are true."""
    statement = select(*_COLUMNS).where(*conditions).order_by(OutboxMessage.id.desc()).limit(PAGE + 1)
    if after is not None:
        statement = statement.where(OutboxMessage.id < after)
    rows = db.session.execute(statement).all()
    return MailPage(tuple(_line(row) for row in rows[:PAGE]), rows[PAGE - 1].id if len(rows) > PAGE else None)


def in_standing(standing: str) -> ColumnElement[bool]:
    """Return the condition of mails that have come so far: a state, or "bounced"."""
    return OutboxMessage.bounced_at.is_not(None) if standing == BOUNCED else OutboxMessage.state == standing


def counts(conditions: Sequence[ColumnElement[bool]]) -> Mapping[str, int]:
    """Return how many mails wait, were refused and came back: those that somebody may have to look at."""
    kinds = (MailState.WAITING.value, MailState.REFUSED.value, BOUNCED)
    numbers = [
        select(func.count()).select_from(OutboxMessage).where(in_standing(kind), *conditions).scalar_subquery()
        for kind in kinds
    ]
    return dict(zip(kinds, db.session.execute(select(*numbers)).one(), strict=True))


def mails_about(about: str) -> tuple[MailLine, ...]:
    """Return the mails about a thing, newest first."""
    return mails_by([OutboxMessage.about == about])


def mails_by(conditions: Sequence[ColumnElement[bool]]) -> tuple[MailLine, ...]:
    """Return the first mails of which all conditions are true, newest first."""
    statement = select(*_COLUMNS).where(*conditions).order_by(OutboxMessage.id.desc())
    return tuple(_line(row) for row in db.session.execute(statement.limit(MOST_OF_ONE)))


_COLUMNS = (
    OutboxMessage.id,
    OutboxMessage.template,
    OutboxMessage.language,
    OutboxMessage.recipient,
    OutboxMessage.values.label("said"),  # a row has a method of the column's own name
    OutboxMessage.about,
    OutboxMessage.state,
    OutboxMessage.created_at,
    OutboxMessage.sent_at,
    OutboxMessage.bounced_at,
    OutboxMessage.last_error,
)


def _line(row: Any) -> MailLine:
    values = row.said
    return MailLine(
        id=row.id,
        template=row.template,
        language=row.language,
        recipient=row.recipient or "",
        subject=_subject(row.template, row.language, values) if values else "",
        about=row.about,
        state=row.state,
        created_at=row.created_at,
        sent_at=row.sent_at,
        bounced_at=row.bounced_at,
        last_error=row.last_error or "",
    )


def _subject(template: str, language: str, values: Mapping[str, Any]) -> str:
    """Return a mail's subject; "" of one whose template went with an older release."""
    try:
        return subject_of(template, language=language, values=values)
    except TemplateNotFound:
        return ""
