"""Does an edit of the application end the approvals of what it said before?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from coalition import clock
from coalition.audit.record import Actor
from coalition.charters import queries as charters
from coalition.review import errors
from coalition.signing import changes, queries
from coalition.signing.models import Signature
from coalition.signing.states import State
from coalition.transactions import transaction
from tests.review.conftest import Desk, desk


def edit(signature: Signature, **typed: str) -> None:
    """Edit the application as its representative does."""
    with transaction():
        row = queries.signature_of(signature.public_id)
        assert row is not None
        kept, extra = changes.said_of(row)
        changes.edit_application(
            signature=row,
            organisation=replace(kept, **typed),
            extra=extra,
            definition=charters.definition_of(row.charter, row.charter_version),
            actor=Actor.person(),
            now=clock.now(),
        )


def test_approval_when_the_application_was_edited_since_counts_no_more(
    signature: Signature, ada: Desk, ben: Desk
) -> None:
    ada.claim(signature)
    assert ada.approve(signature) is State.SUBMITTED
    edit(signature, official_name="Another name altogether")
    ben.claim(signature)
    assert ben.approve(signature) is State.SUBMITTED
    cleo = desk("Cleo")
    cleo.claim(signature)
    assert cleo.approve(signature) is State.ACTIVE


def test_approval_when_its_page_shows_what_stood_there_before_is_refused(signature: Signature, ada: Desk) -> None:
    seen = signature.content_sha256
    ada.claim(signature)
    edit(signature, website="https://elsewhere.example.org/")
    with pytest.raises(errors.ContentChanged):
        ada.approve(signature, seen_sha256=seen)


def test_approval_when_nothing_was_edited_counts(signature: Signature, ada: Desk, ben: Desk) -> None:
    ada.claim(signature)
    ada.approve(signature)
    edit(signature)
    ben.claim(signature)
    assert ben.approve(signature) is State.ACTIVE
