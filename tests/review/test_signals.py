"""Hints from an address and a website."""

from __future__ import annotations

import pytest

from coalition.review.signals import Signal, address_signals, registrable_domain


@pytest.mark.parametrize(
    ("email", "website", "expected"),
    [
        ("awa@reseau.example.org", "https://www.example.org/about", ()),
        ("awa@reseau.org", "https://autre.org/", (Signal.DOMAINS_DIFFER,)),
        ("awa@Gmail.com", "https://reseau.org/", (Signal.FREE_MAIL,)),
        ("awa@gmail.com", "", (Signal.FREE_MAIL,)),
        ("awa@reseau.org", "", ()),
        ("awa@mail.reseau.co.uk", "https://reseau.co.uk", ()),
        ("awa@one.co.uk", "https://two.co.uk", (Signal.DOMAINS_DIFFER,)),
        ("awa@münchen.de", "https://xn--mnchen-3ya.de/", ()),
        ("awa@reseau.org", "https://[broken", ()),
        ("awa@reseau.org", "https://localhost/", ()),
        ("awa", "https://reseau.org/", ()),
        ("awa@yopmail.com", "https://reseau.org/", (Signal.DISPOSABLE_MAIL,)),
        ("awa@box.Mailinator.com", "", (Signal.DISPOSABLE_MAIL,)),
    ],
)
def test_address_when_compared_with_the_website_gives_its_signals(
    email: str, website: str, expected: tuple[Signal, ...]
) -> None:
    assert address_signals(email, website) == expected


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("a.b.example.org.", "example.org"),
        ("WWW.Reseau.SN", "reseau.sn"),
        ("com", ""),
        ("", ""),
        ("a" * 70 + ".org", ""),
        ("..", ""),
    ],
)
def test_host_when_asked_what_somebody_registered_gives_that_part(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain
