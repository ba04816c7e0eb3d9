"""Who belongs to an applicant's network: by domain, by name, by the officer's own mailbox."""

from __future__ import annotations

import pytest

from coalition.review.recusal import Party, in_network

PARTY = Party.of(
    names=("Fédération des coopératives du Fleuve", "", "FCF", "Maison des coopératives, FedCoop"),
    website="https://www.fcf.example.org/about",
    email="awa@fcf-sn.example.net",
)


@pytest.mark.parametrize(
    ("networks", "mailbox", "is_of"),
    [
        ((), "ada@coalition.example", False),
        (("www.example.org",), "ada@coalition.example", True),
        (("https://intranet.example.org/x",), "ada@coalition.example", True),
        (("someone@mail.example.net",), "ada@coalition.example", True),
        (("elsewhere.example",), "ada@coalition.example", False),
        (("federation des COOPERATIVES du fleuve",), "ada@coalition.example", True),
        (("fcf",), "ada@coalition.example", True),
        (("Fedcoop",), "ada@coalition.example", True),
        (("Coopératives",), "ada@coalition.example", False),
        ((" ", ""), "ada@coalition.example", False),
        ((), "ada@desk.example.org", True),
        ((), "ada", False),
    ],
)
def test_officer_when_compared_with_an_applicant_is_of_its_network_or_not(
    networks: tuple[str, ...], mailbox: str, is_of: bool
) -> None:
    assert in_network(networks=networks, officer_email=mailbox, party=PARTY) is is_of


def test_free_mailbox_when_shared_makes_no_network() -> None:
    party = Party.of(names=("A",), website="", email="a@gmail.com")
    assert party.domains == frozenset()
    assert not in_network(networks=("gmail.com",), officer_email="b@gmail.com", party=party)


def test_party_when_its_website_is_none_has_no_domain() -> None:
    assert Party.of(names=("A",), website="http://[broken", email="").domains == frozenset()
    assert not in_network(networks=("http://[bro.ken",), officer_email="", party=PARTY)
