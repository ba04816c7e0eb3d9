"""How is a certificate revoked for an error? One officer proposes it with a reason, another confirms; pages, elsewhere.

Inside the caller's transaction, the signature held first as for every act on a signatory. Where the signature stands,
the new certificate is issued in the same moment: nobody is left without one, and the old one leads to it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select, update

from coalition import tokens
from coalition.audit import record
from coalition.audit.record import Actor
from coalition.certificates import operations as certificates
from coalition.certificates.content import grouped
from coalition.certificates.errors import CertificateEnded
from coalition.certificates.models import Certificate
from coalition.certificates.states import RevocationReason
from coalition.extensions import db
from coalition.signing.models import Signature
from coalition.standing import certificate_queries as queries
from coalition.standing import errors, mails
from coalition.standing.holding import held
from coalition.standing.models import Revocation
from coalition.standing.queries import officer_name
from coalition.standing.states import RevocationOutcome
from coalition.standing.telling import tell


def propose(*, serial: str, officer_id: int, reason: RevocationReason, note: str, actor: Actor, now: datetime) -> None:
    """Propose to revoke a certificate for an error; nothing happens to it until another officer confirms.

    `note` says to colleagues what is wrong. Raises CertificateUnknown, CertificateEnded or RevocationOpen.
    """
    _, certificate = _held(serial, officer_id=officer_id)
    if certificate.revoked_at is not None or certificate.superseded_by_id is not None:
        raise CertificateEnded
    if found := queries.open_revocation(certificate.id):
        raise errors.RevocationOpen(officer_name(found.officer_id))
    db.session.add(
        Revocation(
            public_id=tokens.new_public_id(),
            certificate_id=certificate.id,
            officer_id=officer_id,
            reason=reason.value,
            note=note,
            proposed_at=now,
        )
    )
    record.append(actor=actor, act="propose_revocation", subject=_subject(serial), reason=reason.value, now=now)


def confirm(*, serial: str, officer_id: int, proposal: str, actor: Actor, now: datetime) -> str | None:
    """Revoke the certificate that another officer proposed to; return the new one's serial, if the signature stands.

    `proposal` is the public id of the proposal that was read. The representative is told in the same moment. Raises
    NoRevocation, RevocationClosed, SecondOfficerNeeded or CertificateEnded.
    """
    signature, certificate = _held(serial, officer_id=officer_id)
    revocation = _open(certificate.id, proposal)
    if revocation.officer_id == officer_id:
        raise errors.SecondOfficerNeeded
    reason = RevocationReason(revocation.reason)
    new = certificates.revoke_for_error(serial=serial, reason=reason.value, actor=actor, now=now)
    _close(revocation, RevocationOutcome.REVOKED, officer_id=officer_id, now=now)
    tell(
        signature,
        lambda letter: mails.certificate_revoked(
            letter,
            number=signature.register_number or "",
            serial=grouped(serial),
            reason=reason,
            has_new=new is not None,
        ),
        now=now,
    )
    return new


def refuse(*, serial: str, officer_id: int, proposal: str, actor: Actor, now: datetime) -> None:
    """Let the certificate stand: another officer refuses, or whoever proposed takes it back.

    Raises NoRevocation or RevocationClosed.
    """
    _, certificate = _held(serial)
    revocation = _open(certificate.id, proposal)
    own = revocation.officer_id == officer_id
    outcome = RevocationOutcome.TAKEN_BACK if own else RevocationOutcome.REFUSED
    _close(revocation, outcome, officer_id=officer_id, now=now)
    record.append(actor=actor, act="refuse_revocation", subject=_subject(serial), reason=outcome.value, now=now)


def overtake(*, now: datetime) -> None:
    """Close what was proposed of certificates that have ended in another way."""
    is_over = or_(Certificate.revoked_at.is_not(None), Certificate.superseded_by_id.is_not(None))
    ended = select(Certificate.id).where(is_over)
    db.session.execute(
        update(Revocation)
        .where(Revocation.closed_at.is_(None), Revocation.certificate_id.in_(ended))
        .values(closed_at=now, outcome=RevocationOutcome.OVERTAKEN.value)
    )


def forget_words(*, signature_id: int) -> None:
    """Remove officers' free words of the certificates of a signature; codes and dates stay."""
    its_own = select(Certificate.id).where(Certificate.signature_id == signature_id)
    db.session.execute(update(Revocation).where(Revocation.certificate_id.in_(its_own)).values(note=""))


def _held(serial: str, *, officer_id: int | None = None) -> tuple[Signature, Certificate]:
    """Return a certificate and its signature, held, as they stand once they are. Raises CertificateUnknown."""
    signature_id = queries.certificate_row(serial).signature_id
    signature = held(signature_id, officer_id=officer_id)
    return signature, queries.certificate_row(serial)


def _open(certificate_id: int, proposal: str) -> Revocation:
    found = queries.revocation_of(certificate_id, proposal)
    if found is None:
        raise errors.NoRevocation
    if found.closed_by_id is not None:
        raise errors.RevocationClosed(officer_name(found.closed_by_id))
    if found.closed_at is not None:
        raise errors.NoRevocation
    return found


def _close(revocation: Revocation, outcome: RevocationOutcome, *, officer_id: int, now: datetime) -> None:
    revocation.closed_at, revocation.closed_by_id, revocation.outcome = now, officer_id, outcome.value
    db.session.flush()


def _subject(serial: str) -> str:
    return f"certificate:{serial}"
