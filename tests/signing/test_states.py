"""Where each act leads from each state, as the domain says; whatever is not written here may not be done."""

from __future__ import annotations

from itertools import product

from coalition.signing.states import (
    CHANGEABLE,
    ENDED,
    OPEN,
    PUBLISHED,
    TO_REVIEW,
    VERIFIED,
    Act,
    Contact,
    State,
    after,
)

EXPECTED = {
    "pending_verification": {"verify": "submitted", "disown": "disowned", "expire": "expired"},
    "submitted": {"claim": "in_review", "withdraw": "withdrawn"},
    "in_review": {
        "release": "submitted",
        "take_over": "in_review",
        "ask": "needs_information",
        "refer": "referred",
        "approve": "submitted",
        "activate": "active",
        "decline": "declined",
        "merge": "merged",
        "withdraw": "withdrawn",
    },
    "needs_information": {"reply": "submitted", "lapse": "lapsed", "withdraw": "withdrawn"},
    "lapsed": {"reopen": "submitted"},
    "referred": {
        "answer": "in_review",
        "uphold_refusal": "declined",
        "reverse_refusal": "submitted",
        "uphold_delisting": "delisted",
        "reinstate": "active",
        "withdraw": "withdrawn",
    },
    "merged": {"unmerge": "submitted"},
    "declined": {"appeal": "referred"},
    "delisted": {"appeal": "referred"},
    "active": {"suspend": "suspended", "delist": "delisted", "succeed": "superseded", "withdraw": "withdrawn"},
    "suspended": {"remedy": "active", "delist": "delisted", "withdraw": "withdrawn"},
}
GROUPS = {
    TO_REVIEW: "in_review submitted",
    OPEN: "in_review needs_information referred submitted",
    PUBLISHED: "active suspended",
    ENDED: "declined delisted disowned expired lapsed merged superseded withdrawn",
    CHANGEABLE: "active delisted in_review lapsed needs_information referred submitted suspended withdrawn",
    VERIFIED: (
        "active declined delisted in_review lapsed merged needs_information referred submitted superseded suspended "
        "withdrawn"
    ),
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
