"""What would a mail say? Every template with example words, so that it can be read before anybody gets it.

A template that names a value of a new kind finds its example here; any other value reads as its name in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import current_app

from coalition.charters import queries as charters
from coalition.i18n import lazy_gettext as _l
from coalition.i18n import localised
from coalition.mail.writing import Written, written
from coalition.signing.mails import letterhead

SUBJECT = re.compile(r"mail/([a-z]+)/([a-z_]+)/subject\.txt")
MOMENT, DAY = "2026-03-09T09:30:00+00:00", "2026-03-09"
EXAMPLES: dict[str, Any] = {
    "organisation": "Réseau des coopératives du Fleuve",
    "reference": "A-7K3F9Q2M",
    "number": "ICSSE-00042",
    "serial": "7KQF93MDXW2P",
    "receipt": "7KQF-93MD-XW2P-04AZ",
    "preparer": "Kofi Mensah",
    "by": "Amina Diallo",
    "name": "Amina Diallo",
    "email": "amina@example.org",
    "predecessor": "Union of Mutuals",
    "successor": "Federation of Mutuals",
    "to_review": 12,
    "mine": 4,
    "late": 2,
    "second_review": 3,
    "referrals": 1,
    "known_as": "",
    "role": "reviewer",
    "case": "",
    "anew": False,
    "change": "add_passkey",
    "detail": "…",
    "matter": "wanted",
    "open": True,
    "days": 30,
    "count": 3,
    "point": _l("Here stands the reason, in the charter’s words."),
    "reason": _l("Here stands the reason, in the charter’s words."),
    "message": _l("Here stand the officer’s own words."),
    "text": _l("Here stand the officer’s own words."),
    "subject": _l("The subject of the letter"),
}


class Values(dict[str, Any]):
    """Example values by name, whatever a template asks for."""

    def __missing__(self, name: str) -> str:
        """Return an example of the kind that the name's ending tells."""
        if name in ("at", "until") or name.endswith("_at"):
            return MOMENT
        return DAY if name == "day" or name.endswith("_on") else f"[{name}]"


class Links(dict[str, str]):
    """Example addresses by name; none of them opens anything."""

    def __missing__(self, name: str) -> str:
        """Return an address of this site that leads nowhere."""
        return f"{current_app.config['PUBLIC_URL']}/…/{name}"


def templates() -> list[str]:
    """Return the name of every mail that can be sent, such as "signing/remind", in order."""
    return sorted(f"{found[1]}/{found[2]}" for found in _found())


def _found() -> Iterator[re.Match[str]]:
    for name in current_app.jinja_env.list_templates(extensions=["txt"]):
        if found := SUBJECT.fullmatch(name):
            yield found


def example(template: str, language: str) -> Written:
    """Write a mail as it would be sent, with example words; its letterhead is that of the first charter."""
    definition = charters.first_definition()
    own: dict[str, Any] = {}
    if definition is not None:
        own = {"charter": localised(definition.title, language), **letterhead(definition, language)}
    return written(template, language=language, values=Values({**EXAMPLES, **own}), links=Links())
