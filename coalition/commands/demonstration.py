"""Which signatories are invented for looking and measuring? Values alone, the same on every machine.

Every one says that it is invented, in its name and its description, and has an address that can never exist.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

SIGNATORIES = 400
YEARS = 8
DOMAIN = "demonstration.example"  # each has one of its own that ends so: of one domain they would be one organisation
LABEL = "Invented for demonstration: this organisation does not exist."
CATEGORIES = ("member_based", "action_advocacy", "international_network")
FORMS = ("association", "cooperative", "foundation", "mutual", "social_enterprise", "network")
# Own name with its number, Latin name, and the countries it may come from.
NAMES = (
    ("Demonstration Network of Cooperatives {}", "", ("GB", "IE", "KE", "ZA", "NG", "GH", "AU", "NZ", "FJ", "CA")),
    ("Réseau de démonstration des mutuelles nº {}", "", ("FR", "BE", "SN", "ML", "CI", "CM", "MG", "HT", "CH", "LU")),
    ("Red de demostración de cooperativas n.º {}", "", ("ES", "MX", "CO", "AR", "CL", "UY", "PE", "EC", "BO", "CR")),
    ("Rede de demonstração de cooperativas n.º {}", "", ("BR", "PT", "MZ", "AO", "CV", "ST", "TL")),
    ("Demonstrationsverbund der Genossenschaften Nr. {}", "", ("DE", "AT", "LI")),
    ("Rete dimostrativa di cooperative n. {}", "", ("IT", "SM", "MT")),
    ("شبكة تجريبية للتعاونيات رقم {}", "Demonstration Cooperatives Network {}", ("MA", "TN", "EG", "LB", "JO", "DZ")),
    ("Демонстрационная сеть кооперативов № {}", "Demonstration Network of Cooperatives {}", ("KZ", "KG", "BG", "RS")),
    ("示范合作社网络第{}号", "Demonstration Network of Cooperatives {}", ("CN", "SG")),
    ("実演協同組合ネットワーク第{}号", "Demonstration Network of Cooperatives {}", ("JP",)),
    ("시범 협동조합연합 제{}호", "Demonstration Federation of Cooperatives {}", ("KR",)),
    ("प्रदर्शन सहकारी संघ क्रमांक {}", "Demonstration Cooperative Union {}", ("IN", "NP")),
    ("Mạng lưới hợp tác xã minh họa số {}", "Demonstration Network of Cooperatives {}", ("VN",)),
    ("Δίκτυο επίδειξης συνεταιρισμών {}", "Demonstration Network of Cooperatives {}", ("GR", "CY")),
    ("Muungano wa maonyesho wa ushirika namba {}", "", ("TZ", "UG", "RW")),
    ("Jaringan peragaan koperasi nomor {}", "", ("ID", "MY")),
)  # fmt: skip
ENDINGS = {17: "withdrawn", 41: "suspended", 83: "delisted"}  # every so many-th, the rarest first
WAITING = (
    "pending_verification",
    "pending_verification",
    "submitted",
    "submitted",
    "submitted",
    "submitted",
    "in_review",
    "in_review",
    "approved_once",
    "approved_once",
    "asked",
    "referred",
    "declined",
    "withdrawn",
)
CERTIFIED = 3


@dataclass(frozen=True)
class Invented:
    """One invented organisation: who it is, when it signed, how far it has come, and the days its decision took."""

    number: int
    official_name: str
    latin_name: str
    country: str
    organisation_form: str
    category: str
    signed_at: datetime
    fate: str
    decided_in: timedelta

    @property
    def website(self) -> str:
        """Its address, by which a second run knows it."""
        return f"https://organisation-{self.number}-{DOMAIN}/"

    @property
    def email(self) -> str:
        """Its mailbox, which does not exist."""
        return f"person@organisation-{self.number}-{DOMAIN}"


def invented(now: datetime) -> list[Invented]:
    """Return everybody, in the order in which their decisions were taken; those still waiting come last."""
    chance = random.Random(2026)  # noqa: S311 - the same names on every machine
    standing = sorted(_standing(chance, now), key=lambda one: one.signed_at + one.decided_in)
    return [*standing, *_waiting(chance, now)]


def _standing(chance: random.Random, now: datetime) -> Iterator[Invented]:
    last = now - timedelta(days=40)
    for number in range(1, SIGNATORIES + 1):
        days = YEARS * 365 * (1 - (number / SIGNATORIES) ** 0.6)  # more of them in later years
        fate = next((ENDINGS[every] for every in sorted(ENDINGS, reverse=True) if number % every == 0), "active")
        if number > SIGNATORIES - CERTIFIED:
            fate = "certified"
        yield _one(chance, number=number, signed_at=last - timedelta(days=round(days)), fate=fate)


def _waiting(chance: random.Random, now: datetime) -> Iterator[Invented]:
    for place, fate in enumerate(WAITING, start=1):
        yield _one(chance, number=SIGNATORIES + place, signed_at=now - timedelta(days=9, hours=-17 * place), fate=fate)


def _one(chance: random.Random, *, number: int, signed_at: datetime, fate: str) -> Invented:
    own, latin, countries = chance.choices(NAMES, [len(name[2]) + 2 for name in NAMES])[0]
    return Invented(
        number=number,
        official_name=own.format(number),
        latin_name=latin.format(number),
        country=chance.choices(countries, range(len(countries), 0, -1))[0],
        organisation_form=chance.choice(FORMS),
        category=chance.choice(CATEGORIES),
        signed_at=signed_at,
        fate=fate,
        decided_in=timedelta(days=chance.choice((1, 2, 3, 5, 6, 8, 9, 12, 13, 20, 27))),
    )
