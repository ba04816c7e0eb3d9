"""Where each act leads from each state, as the domain says; whatever is not written here may not be done."""

from __future__ import annotations

from itertools import product

from coalition.signing.states import CHANGEABLE, ENDED, PUBLISHED, TO_REVIEW, VERIFIED, Act, Contact, State, after

EXPECTED = {
    "pending_verification": {"verify": "submitted", "disown": "disowned", "expire": "expired"},
    "submitted": {"claim": "in_review", "withdraw": "withdrawn"},
    "in_review": {
        "release": "submitted",
        "approve": "submitted",
        "activate": "active",
        "decline": "declined",
        "withdraw": "withdrawn",
    },
    "active": {"withdraw": "withdrawn"},
    "suspended": {"withdraw": "withdrawn"},
}
GROUPS = {
    TO_REVIEW: "in_review submitted",
    PUBLISHED: "active suspended",
    ENDED: "declined delisted disowned expired withdrawn",
    CHANGEABLE: "active delisted in_review submitted suspended withdrawn",
    VERIFIED: "active declined delisted in_review submitted suspended withdrawn",
}


def test_act_when_done_leads_where_the_domain_says_or_nowhere() -> None:
    found = {(state.value, act.value): after(state, act) for state, act in product(State, Act)}
    assert {pair: to.value for pair, to in found.items() if to is not None} == {
        (state, act): to for state, acts in EXPECTED.items() for act, to in acts.items()
    }


def test_states_when_named_in_groups_are_those_of_the_domain() -> None:
    assert {group: " ".join(sorted(group)) for group in GROUPS} == GROUPS


def test_contact_when_named_is_one_of_three() -> None:
    assert [contact.value for contact in Contact] == ["unverified", "verified", "bounced"]
