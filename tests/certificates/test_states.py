"""Does a document tell what the public may know, and no more?"""

from __future__ import annotations

import pytest

from coalition.certificates.states import Status, status_of
from coalition.signing.states import State

PUBLISHED = {
    State.ACTIVE: Status.ACTIVE,
    State.SUSPENDED: Status.SUSPENDED,
    State.WITHDRAWN: Status.WITHDRAWN,
    State.DELISTED: Status.REVOKED,
    State.REFERRED: Status.REVOKED,  # an appeal is open
    State.SUPERSEDED: Status.SUPERSEDED,
}


@pytest.mark.parametrize("state", State)
def test_status_when_published_follows_the_signature(state: State) -> None:
    status = status_of(state, was_published=True, is_revoked=False, is_superseded=False)
    assert status is PUBLISHED.get(state, Status.UNKNOWN)


@pytest.mark.parametrize("state", State)
def test_status_when_never_published_is_unknown_whatever_happened(state: State) -> None:
    assert status_of(state, was_published=False, is_revoked=False, is_superseded=False) is Status.UNKNOWN


def test_status_when_the_document_itself_ended_says_so_first() -> None:
    assert status_of(State.ACTIVE, was_published=True, is_revoked=True, is_superseded=True) is Status.REVOKED
    assert status_of(State.ACTIVE, was_published=True, is_revoked=False, is_superseded=True) is Status.SUPERSEDED
    assert status_of("superseded", was_published=True, is_revoked=False, is_superseded=False) is Status.SUPERSEDED
