"""Which JSON does the API answer of the register in numbers? Frozen values, as in `answers`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from coalition.api.v1.schema import Told


@dataclass(frozen=True)
class Share:
    """How many active signatories have one thing in common."""

    key: Annotated[str, Told("what they have in common: a country, a category, a form", "SN", longest=60)]
    signatories: Annotated[int, Told("how many they are", 1, least=0)]
    charter: Annotated[str, Told("the charter whose category it is, else empty", "", longest=60)]


@dataclass(frozen=True)
class Growth:
    """What a year or a month brought."""

    period: Annotated[str, Told("the year or the month", "2026", pattern="^[0-9]{4}(-[0-9]{2})?$")]
    published: Annotated[int, Told("how many came into the register", 1, least=0)]
    ended: Annotated[int, Told("how many withdrew, were delisted or went on as others", 0, least=0)]
    total: Annotated[int, Told("how many stood there at its end", 1)]


@dataclass(frozen=True)
class DecisionTime:
    """Days from signing to publication."""

    decisions: Annotated[int, Told("how many decisions are counted", 1, least=0)]
    median_days: Annotated[int, Told("half of them took at most so many days", 14, least=0)]
    ninth_decile_days: Annotated[int, Told("nine of ten took at most so many days", 14, least=0)]


@dataclass(frozen=True)
class Statistics:
    """The register in numbers, all charters together. Counted as signatories are active entries alone."""

    signatories: Annotated[int, Told("active signatories", 1, least=0)]
    suspended: Annotated[int, Told("suspended ones", 0, least=0)]
    withdrawn: Annotated[int, Told("those who withdrew", 0, least=0)]
    delisted: Annotated[int, Told("those whom the secretariat removed", 0, least=0)]
    superseded: Annotated[int, Told("those that went on as others", 0, least=0)]
    countries: Annotated[int, Told("countries and territories with an active signatory", 1, least=0)]
    by_country: Annotated[tuple[Share, ...], Told("active signatories by country, most first")]
    by_category: Annotated[tuple[Share, ...], Told("active signatories by charter and category, most first")]
    by_form: Annotated[tuple[Share, ...], Told("active signatories by form of organisation, most first")]
    by_year: Annotated[tuple[Growth, ...], Told("every year since the first signature")]
    by_month: Annotated[tuple[Growth, ...], Told("the last months")]
    decision_time: Annotated[DecisionTime | None, Told("how long decisions took; none before the first")]
