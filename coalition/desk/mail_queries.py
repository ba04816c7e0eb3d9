"""Which mails may an officer see, and what are they about? Columns by Core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, exists, func, select

from coalition.accounts.permissions import Scope
from coalition.extensions import db
from coalition.mail.message import recipient_key
from coalition.mail.models import OutboxMessage
from coalition.mail.queries import MailLine, MailUnknown
from coalition.signing import queries as signing
from coalition.signing.mails import about as about_signature
from coalition.signing.models import Signature

SIGNATURE = "signature:"


def conditions(*, q: str, scope: Scope) -> list[ColumnElement[bool]]:
    """Return what is true of every mail that `q` means, an address or a reference, within an officer's scope."""
    found = within(scope)
    typed = q.strip()
    if "@" in typed:
        found.append(OutboxMessage.recipient_key == recipient_key(typed))
    elif typed.upper().startswith("E-"):
        found.append(OutboxMessage.about == f"enquiry:{typed.upper()}")
    elif typed:
        signature = signing.signature_by_reference(typed.upper())
        found.append(OutboxMessage.about == (about_signature(signature) if signature else ""))
    return found


def within(scope: Scope) -> list[ColumnElement[bool]]:
    """Keep an officer who is limited to charters, or to one application, to the mails about those."""
    own: list[ColumnElement[bool]] = []
    if scope.only_reference is not None:
        own = [Signature.reference == scope.only_reference]
    elif scope.charters:
        own = [Signature.charter.in_(sorted(scope.charters))]
    if not own:
        return []
    named = Signature.public_id == func.substr(OutboxMessage.about, len(SIGNATURE) + 1)
    return [OutboxMessage.about.startswith(SIGNATURE), exists().where(named, *own)]


def mail_of(number: int, *, scope: Scope) -> OutboxMessage:
    """Return a mail within an officer's scope. Raises MailUnknown."""
    found = db.session.scalars(select(OutboxMessage).where(OutboxMessage.id == number, *within(scope))).first()
    if found is None:
        raise MailUnknown
    return found


def references(lines: Sequence[MailLine]) -> Mapping[str, str]:
    """Return the reference of every application that mails are about, by what stands in their rows."""
    ids = {line.about.removeprefix(SIGNATURE) for line in lines if line.about.startswith(SIGNATURE)}
    rows = db.session.execute(select(Signature.public_id, Signature.reference).where(Signature.public_id.in_(ids)))
    return {f"{SIGNATURE}{row.public_id}": row.reference for row in rows}
