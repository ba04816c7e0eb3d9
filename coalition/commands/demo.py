"""How does an empty site get something to look at? Invented signatories by the real acts; safe to repeat.

Nobody is written to: every mail is taken back in the transaction that wrote it. Who is invented is said by
`demonstration`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import delete, select

from coalition import clock
from coalition.charters import queries as charters
from coalition.charters.errors import CharterUnknown, NotSignable
from coalition.charters.queries import CharterPage
from coalition.commands.demonstration import DOMAIN, LABEL, Invented, invented
from coalition.commands.fates import ACTOR, play
from coalition.extensions import db
from coalition.jobs.models import Job
from coalition.mail import outbox
from coalition.organisations.models import Organisation
from coalition.signing import application, drafts, recording
from coalition.signing import operations as signing
from coalition.signing.application import SignatureApplication, SigningRules
from coalition.signing.mails import about
from coalition.signing.models import MailedLink, Signature
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
    return set(db.session.scalars(select(Organisation.website).where(Organisation.website.endswith(f"-{DOMAIN}/"))))


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
    signature = _submitted(one, page)
    signature.reminders = len(current_app.config["REMINDERS_AFTER"])  # the worker writes to nobody either
    if one.fate != "pending_verification":
        link = db.session.scalars(select(MailedLink).where(MailedLink.signature_id == signature.id)).one()
        signing.verify(link=link, rules=SigningRules.of(current_app.config), actor=ACTOR, now=one.signed_at)
        play(one, signature)
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
