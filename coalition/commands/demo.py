"""How does an empty site get something to look at? Invented signatories by the real acts; safe to repeat.

Nobody is written to: every mail is taken back in the transaction that wrote it. Who is invented is said by
`demonstration`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import delete, select

from coalition import clock
from coalition.accounts import operations as accounts
from coalition.accounts.models import Officer
from coalition.accounts.permissions import Role
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.charters.errors import CharterUnknown, NotSignable
from coalition.charters.queries import CharterPage
from coalition.commands.demonstration import DOMAIN, LABEL, Invented, invented
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.mail import outbox
from coalition.organisations.models import Organisation
from coalition.organisations.names import name_key, search_words
from coalition.register import operations as register
from coalition.register.entry import Entry, Status
from coalition.register.models import RegisterEntry
from coalition.review import operations as review
from coalition.review.decisions import Approval, MandateBasis, Refusal
from coalition.signing import application, drafts, recording
from coalition.signing import operations as signing
from coalition.signing.application import SignatureApplication, SigningRules
from coalition.signing.mails import about
from coalition.signing.models import MailedLink, Signature
from coalition.signing.states import Act
from coalition.transactions import transaction

CHARTER = "icsse-charter"
ANSWERS = {
    "sse_members": "all",
    "acts_for_sse": "yes",
    "is_sse": "yes",
    "international_dimension": "yes",
    "independent": "yes",
    "surplus_reinvested": "yes",
}
ACTOR = Actor.system("demonstration")
OFFICERS = ("Demonstration officer A", "Demonstration officer B")
WITHOUT_ACT = {"suspended": Status.SUSPENDED, "delisted": Status.DELISTED}
WEEK = timedelta(days=7)
EVERY = 100


@click.command()
@with_appcontext
def demo() -> None:
    """Add clearly labelled, invented signatories and applications, to look at and to measure."""
    if current_app.config["ENVIRONMENT"] == "production":
        sys.exit("A site in production gets no invented signatories.")
    try:
        page = charters.current_version(CHARTER)
    except (CharterUnknown, NotSignable):
        sys.exit(f"The demonstration signs {CHARTER}, which is not loaded or switched off; run `coalition init`.")
    known = _known()
    missing = [one for one in invented(clock.now()) if one.website not in known]
    if not missing:
        click.echo("Every invented signatory is there already; nothing was added.")
        return
    for one in _shown(missing):
        with transaction():
            _add(one, page)
    click.echo(f"Added {len(missing)} invented organisations; each says so, and no mail goes to anybody.")


def _known() -> set[str]:
    """Return the addresses of those whom an earlier run has added."""
    found: set[str] = set()
    for column in (Organisation.website, RegisterEntry.website):
        found.update(db.session.scalars(select(column).where(column.endswith(f".{DOMAIN}/"))))
    return found


def _shown(missing: list[Invented]) -> Iterator[Invented]:
    """Go through them with a progress bar on a terminal, and a plain line now and then elsewhere."""
    if sys.stdout.isatty():
        with click.progressbar(missing, label="Inventing") as bar:
            yield from bar
        return
    for place, one in enumerate(missing, start=1):
        yield one
        if place % EVERY == 0:
            click.echo(f"{place} of {len(missing)}")


def _add(one: Invented, page: CharterPage) -> None:
    """Let one organisation come as far as it is meant to, and take back every mail on the way."""
    if one.fate in WITHOUT_ACT:
        _enter(one, page)
        return
    signature = _submitted(one, page)
    if one.fate != "pending_verification":
        link = db.session.scalars(select(MailedLink).where(MailedLink.signature_id == signature.id)).one()
        signing.verify(link=link, rules=SigningRules.of(current_app.config), actor=ACTOR, now=one.signed_at)
        FATES[one.fate](one, signature)
    outbox.forget(about=about(signature))
    if one.fate != "certified":  # four hundred receipts would keep the worker busy for an hour
        db.session.execute(delete(Job).where(Job.key == f"receipt:{signature.public_id}"))


def _submitted(one: Invented, page: CharterPage) -> Signature:
    answers = {"organisation_form": one.organisation_form, **ANSWERS}
    lifetime = current_app.config["DRAFT_LIFETIME"]
    draft = drafts.begin(
        charter=CHARTER, charter_version=page.number or 0, answers=answers, lifetime=lifetime, now=one.signed_at
    )
    db.session.flush()
    prepared = recording.prepare(_application(one, page, answers), definition=page.definition)
    public_id = signing.submit(
        prepared=prepared,
        draft_id=draft.id,
        rules=SigningRules.of(current_app.config),
        actor=ACTOR,
        now=one.signed_at - timedelta(hours=2),
    )
    return db.session.scalars(select(Signature).where(Signature.public_id == public_id)).one()


def _application(one: Invented, page: CharterPage, answers: Mapping[str, str]) -> SignatureApplication:
    text = page.texts[0]
    return SignatureApplication(
        charter=CHARTER,
        charter_version=page.number or 0,
        text_language=text.language,
        text_sha256=text.sha256,
        criteria_sha256=page.definition_sha256,
        language="en",
        answers=answers,
        organisation=application.OrganisationDetails(
            official_name=one.official_name,
            latin_name=one.latin_name,
            acronym="",
            aliases="",
            country=one.country,
            organisation_form=one.organisation_form,
            website=one.website,
            registration_number="",
            description=LABEL,
        ),
        representative=application.RepresentativeDetails(
            full_name="Demonstration Person",
            role="Invented representative",
            email=one.email,
            publish_name=False,
            mandate=application.MandateBasis.DECISION,
            second_contact_name="",
            second_contact_email="",
        ),
        attestations=tuple(
            application.AttestationAffirmed(item.key, item.words["en"]) for item in page.definition.attestations
        ),
        preparer=None,
        extra={},
        typed_name="Demonstration Person",
    )


def _nothing(one: Invented, signature: Signature) -> None:
    """Leave it in the queue."""


def _activated(one: Invented, signature: Signature) -> None:
    decided_at = one.signed_at + one.decided_in
    signing.change_state(signature=signature, act=Act.CLAIM, actor=ACTOR, now=decided_at)
    signing.change_state(signature=signature, act=Act.ACTIVATE, actor=ACTOR, now=decided_at, category=one.category)


def _withdrawn(one: Invented, signature: Signature) -> None:
    if one.signed_at + one.decided_in < clock.now() - WEEK:
        _activated(one, signature)
    ended_at = min(one.signed_at + one.decided_in + 40 * WEEK, clock.now())
    signing.withdraw(signature=signature, actor=ACTOR, now=ended_at)


def _claimed(one: Invented, signature: Signature, *, by: int = 0) -> tuple[int, datetime]:
    officer_id, now = _officer(by), clock.now()
    review.claim(
        signature_id=signature.id,
        officer_id=officer_id,
        lifetime=current_app.config["CLAIM_LIFETIME"],
        actor=ACTOR,
        now=now,
    )
    return officer_id, now


def _approved(one: Invented, signature: Signature, *, times: int) -> None:
    for by in range(times):
        officer_id, now = _claimed(one, signature, by=by)
        review.approve(
            signature_id=signature.id,
            officer_id=officer_id,
            approval=Approval(category=one.category, mandate_basis=MandateBasis.WAIVED, note=LABEL),
            link_lifetime=current_app.config["VERIFICATION_LINK_LIFETIME"],
            actor=ACTOR,
            now=now,
        )


def _declined(one: Invented, signature: Signature) -> None:
    officer_id, now = _claimed(one, signature)
    definition = charters.definition_of(signature.charter, signature.charter_version)
    refusal = Refusal(reason_code=definition.reasons[0].key, note=LABEL)
    review.decline(signature_id=signature.id, officer_id=officer_id, refusal=refusal, actor=ACTOR, now=now)


def _held(one: Invented, signature: Signature) -> None:
    _claimed(one, signature)


FATES: Mapping[str, Callable[[Invented, Signature], None]] = {
    "active": _activated,
    "withdrawn": _withdrawn,
    "submitted": _nothing,
    "in_review": _held,
    "approved_once": partial(_approved, times=1),
    "certified": partial(_approved, times=2),
    "declined": _declined,
}


def _officer(place: int) -> int:
    """Return an officer who was invited and can never come in, made on first use."""
    email = f"officer-{place}@{DOMAIN}"
    found = select(Officer.id).where(Officer.email == email)
    if (officer_id := db.session.scalar(found)) is not None:
        return officer_id
    invitation = {"lifetime": timedelta(), "actor": ACTOR, "now": clock.now(), "language": "en"}
    accounts.invite(email=email, name=OFFICERS[place], role=Role.REVIEWER, **invitation)  # type: ignore[arg-type]
    return db.session.scalars(found).one()


def _enter(one: Invented, page: CharterPage) -> None:
    """Enter into the register alone what no act leads to yet: entries that are suspended or delisted."""
    published_on: date = (one.signed_at + one.decided_in).date()
    is_ended = one.fate == "delisted"
    entry = Entry(
        number="",
        charter=CHARTER,
        charter_version=page.number or 0,
        capacity="signatory",
        status=WITHOUT_ACT[one.fate],
        official_name=one.official_name,
        latin_name=one.latin_name,
        acronym="",
        aliases="",
        country=one.country,
        organisation_form=one.organisation_form,
        category=one.category,
        website=one.website,
        description=LABEL,
        representative="",
        extra={},
        signed_on=one.signed_at.date(),
        published_on=published_on,
        ended_on=min(published_on + 40 * WEEK, clock.now().date()) if is_ended else None,
    )
    words = " ".join(search_words(f"{one.official_name} {one.latin_name}"))
    register.publish(
        entry=entry, prefix=page.definition.number_prefix, name_key=name_key(one.official_name), words=words
    )
